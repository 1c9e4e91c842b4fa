"""The suite of `coverage`: for which gemeenten every register speaks.

What belongs here: that every register and gemeente has its answer, once, and that the answer and its reason agree.
What does not: whether the declaration is true (ingest compares it with the rows).
"""

from expectations.ground import COVERAGE, Ground
from expectations.rules import Rule, Subject, literal
from pipelines.facts.gemeenten import gemeenten

NOT_DELIVERED = "not delivered"


def coverage_rules(ground: Ground) -> tuple[Rule, ...]:
    """The rules of the table `coverage`."""
    if not ground.has(COVERAGE):
        return ()
    subject = Subject(ground.schema, COVERAGE, ("register", "gemeente"), COVERAGE)
    numbers = [int(g.code[2:]) for g in gemeenten(ground.peiljaar)]
    registers = ground.catalogue.loadable
    return (
        *(subject.filled(column) for column in ("register", "gemeente", "covered", "reason")),
        subject.known_code("register", tuple(registers), "a register of the catalogue"),
        subject.known_code("gemeente", numbers, f"a gemeente of {ground.peiljaar}"),
        subject.asked(
            "key_once",
            "RWD",
            "no register has a gemeente twice",
            source=f"(SELECT count(*) AS rows FROM {subject.relation} GROUP BY register, gemeente)",
            holds="count(*) FILTER (WHERE rows > 1) = 0",
            failing=f"SELECT {subject.key_text()} AS key FROM {subject.relation} r "
            "QUALIFY count(*) OVER (PARTITION BY r.register, r.gemeente) > 1",
            kind="table",
        ),
        subject.asked(
            "every_gemeente",
            "REP",
            "every register of the catalogue has every gemeente",
            source=f"{subject.relation} r",
            holds=f"count(DISTINCT (register, gemeente)) >= {len(registers) * len(numbers)}",
            kind="table",
        ),
        subject.no_row(
            "reason_fits",
            "VCO",
            "what was not delivered covers nothing",
            f"r.covered AND r.reason = '{NOT_DELIVERED}'",
            kind="row",
        ),
        _all_or_nothing(subject, ground),
        _with_table(subject, ground),
    )


def _all_or_nothing(subject: Subject, ground: Ground) -> Rule:
    national = [r.name for r in ground.catalogue.loadable.values() if r.coverage == "national"]
    listed = ", ".join(literal(name) for name in national)
    return subject.asked(
        "national_is_whole",
        "VCO",
        "a national register covers every gemeente or none",
        source=f"(SELECT register, bool_or(covered) AND NOT bool_and(covered) AS partly FROM {subject.relation} "
        f"WHERE register IN ({listed}) GROUP BY register)",
        holds="count(*) FILTER (WHERE partly) = 0",
        kind="table",
    )


def _with_table(subject: Subject, ground: Ground) -> Rule:
    """Rows without coverage would be read as nobody's, coverage without a table as nobody's having anything."""
    delivered = [r.name for r in ground.registers]
    listed = ", ".join(literal(name) for name in delivered) or "NULL"
    return subject.no_row(
        "covered_has_table",
        "REP",
        "a register that covers a gemeente has a table",
        f"r.covered AND NOT coalesce(r.register IN ({listed}), false)",
        kind="cross-table",
    )
