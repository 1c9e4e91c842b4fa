"""Rules about several rows of one person: no key twice, no spells that overlap.

What belongs here: asking this of a national table without sorting it. What does not: which tables have which key.

Tables with persons are stored in order of person. Then rows of one person stand together, and one pass that looks
at the row before and the row after finds everybody with more than one row; only those are grouped. Whether the
order is really there is part of the pass: where it is not, the whole table is grouped (`exact`).
"""

from expectations.rules import Rule, Severity, Subject

_SIDES = "lag(person) OVER () AS before, lead(person) OVER () AS after"
_UNSORTED = "(person IS NULL OR person < before)"


def person_once(subject: Subject) -> Rule:
    """Each person has one row. Strictly rising numbers, in whatever order the rows come, are all different."""
    twice = f"SELECT person FROM {subject.relation} GROUP BY person HAVING count(*) > 1"
    return subject.asked(
        "key_once",
        "RWD",
        "every person has one row",
        source=f"(SELECT person, lag(person) OVER () AS before FROM {subject.relation})",
        holds="count(*) FILTER (WHERE person IS NULL OR person <= before) = 0",
        exact=f"SELECT NOT EXISTS ({twice})",
        failing=_with_keys(subject, ("person",)),
        kind="table",
    )


def key_once(subject: Subject) -> Rule:
    """No two rows have the same key; the key begins with the person."""
    columns = ", ".join(subject.key)
    return subject.asked(
        "key_once",
        "RWD",
        f"no two rows have the same {', '.join(subject.key)}",
        source=f"(SELECT bool_or(unsorted) AS unsorted, count(*) AS rows FROM "
        f"({_repeated(subject, columns)}) GROUP BY {columns})",
        holds="count(*) FILTER (WHERE unsorted OR rows > 1) = 0",
        exact=f"SELECT NOT EXISTS (SELECT 1 FROM {subject.relation} GROUP BY {columns} HAVING count(*) > 1)",
        failing=_with_keys(subject, subject.key),
        kind="table",
    )


def column_once(subject: Subject, column: str) -> Rule:
    """No value of a column stands there twice, in a table without persons."""
    return subject.asked(
        "key_once",
        "RWD",
        f"no two rows have the same {column}",
        source=f"(SELECT count(*) AS rows FROM {subject.relation} GROUP BY {column})",
        holds="count(*) FILTER (WHERE rows > 1) = 0",
        failing=_with_keys(subject, (column,)),
        kind="table",
    )


def no_overlap(
    subject: Subject, begin: str, end: str, entity: tuple[str, ...], *, severity: Severity, most_share: float
) -> Rule:
    """A spell of an entity (a person, or a person and a kind) ends before its next one begins; at most a share of
    the rows of the table may not."""
    columns = ", ".join(dict.fromkeys((*entity, begin, end)))
    whole = f"SELECT {columns} FROM {subject.relation}"
    allowed = f"{most_share!r} * (SELECT count(*) FROM {subject.relation})"
    part = f" in at least {1 - most_share:.0%} of the rows" if most_share else ""
    of = f"one {' and '.join(entity)}"
    return subject.asked(
        "no_overlap",
        "VCO",
        f"spells of {of} do not overlap{part}",
        source=f"(SELECT unsorted, {_next(begin, entity)} <= {end} AS clash FROM ({_repeated(subject, columns)}))",
        holds=f"count(*) FILTER (WHERE unsorted) = 0 AND count(*) FILTER (WHERE clash) <= {allowed}",
        exact=f"SELECT count(*) FILTER (WHERE clash) <= {allowed} "
        f"FROM (SELECT {_next(begin, entity)} <= {end} AS clash FROM ({whole}))",
        failing=f"SELECT {subject.key_text()} AS key FROM {subject.relation} r QUALIFY {_next(begin, entity)} <= {end}",
        kind="table",
        severity=severity,
    )


def one_on_peildatum(subject: Subject, begin: str, end: str, peiljaar: int) -> Rule:
    """A person has one spell on the peildatum: with two of them the person would be counted twice."""
    covers = f"DATE '{peiljaar}-12-31' BETWEEN {begin} AND {end}"
    there = f"SELECT person FROM {subject.relation} WHERE {covers}"
    return subject.asked(
        "one_spell_on_peildatum",
        "RWD",
        "nobody has two spells on the peildatum",
        source=f"(SELECT person, lag(person) OVER () AS before FROM ({there}))",
        holds="count(*) FILTER (WHERE person IS NULL OR person <= before) = 0",
        exact=f"SELECT NOT EXISTS (SELECT 1 FROM ({there}) GROUP BY person HAVING count(*) > 1)",
        failing=f"SELECT {subject.key_text()} AS key FROM {subject.relation} r WHERE {covers} "
        "QUALIFY count(*) OVER (PARTITION BY r.person) > 1",
        kind="table",
    )


def _repeated(subject: Subject, columns: str) -> str:
    """The rows of people who have more than one, and every row that is out of order."""
    return (
        f"SELECT {columns}, {_UNSORTED} AS unsorted FROM (SELECT {columns}, {_SIDES} FROM {subject.relation}) "
        f"WHERE person = before OR person = after OR {_UNSORTED}"
    )


def _next(begin: str, entity: tuple[str, ...]) -> str:
    return f"lead({begin}) OVER (PARTITION BY {', '.join(entity)} ORDER BY {begin})"


def _with_keys(subject: Subject, columns: tuple[str, ...]) -> str:
    partition = ", ".join(f"r.{column}" for column in columns)
    return (
        f"SELECT {subject.key_text()} AS key FROM {subject.relation} r "
        f"QUALIFY count(*) OVER (PARTITION BY {partition}) > 1"
    )
