"""Lint of what a persona is made of: its indicators, registers, mechanisms and geography, and its likes.

What belongs here: checks of things that are used. What does not: reasoning about people (`lint_logic.py`).
"""

from collections.abc import Iterator

from pipelines.indicators.spec import Count, EndedAndNothingBegan, Indicator, Rows, Sum
from pipelines.personas.checks import references, shared_with_voorziening
from pipelines.personas.lint_logic import condition_places
from pipelines.personas.lint_model import Subject
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.yaml_document import Fault

GEOGRAPHIES = ("land", "provincie", "gemeente", "wijk")
"""From coarse to fine."""
SMALLEST_SIZES = {"wijk": 20_000, "gemeente": 1000, "provincie": 500}
"""Expected people in the whole country below which noise drowns every figure at this level."""


def use_faults(subject: Subject) -> Iterator[Fault]:
    """BV010, BV011, BV013, BV014, BV017 to BV020 and BV022."""
    yield from _geography(subject)
    yield from _indicators(subject)
    yield from _mechanisms(subject)
    yield from _problems(subject)
    yield from _twins(subject)
    yield from _assumed(subject)


def _geography(subject: Subject) -> Iterator[Fault]:
    persona = subject.persona
    if persona.expected_size is None:
        return
    finest = next(
        (level for level, size in SMALLEST_SIZES.items() if persona.expected_size >= size),
        "land",
    )
    if GEOGRAPHIES.index(persona.smallest_geography) > GEOGRAPHIES.index(finest):
        words = (
            f"found {persona.smallest_geography}, and with about {persona.expected_size} people in the country the finest "
            f"that says anything is {finest}; write {finest}, or a broader definition"
        )
        yield Fault(("smallest_geography",), words, code="BV010")


def _indicators(subject: Subject) -> Iterator[Fault]:
    for place, name in references(subject.persona):
        for found in subject.indicators.all_under(name):
            if subject.indicators.by_id[found].status == "deprecated":
                through = "" if found == name else f", which '{name}' is made of,"
                yield Fault(place, f"'{found}'{through} is deprecated; choose what came in its place", code="BV011")
        if place[0] != "characteristic_voorzieningen" and subject.indicators.reads_others(name):
            words = (
                f"'{name}' reads the rows of others in the household: plans that protect one person refuse this persona"
            )
            yield Fault(place, f"{words}. Choose a fact of the person's own row", code="BV013")


def _mechanisms(subject: Subject) -> Iterator[Fault]:
    for number, slug in enumerate(subject.persona.missing_voorziening.uitsluitingsmechanismen):
        mechanism = subject.mechanisms.get(slug)
        place = ("missing_voorziening", "uitsluitingsmechanismen", number)
        if mechanism is not None and mechanism.status == "repealed":
            yield Fault(place, f"'{slug}' no longer holds; take it out, or name what came in its place", code="BV014")
        if mechanism is not None and mechanism.status == "to_verify":
            words = f"'{slug}' is still to be verified; find a source and mend mechanisms.yaml, or take it out"
            yield Fault(place, words, code="BV022")


def _problems(subject: Subject) -> Iterator[Fault]:
    persona = subject.persona
    for number, problem in enumerate(persona.problems):
        shared = shared_with_voorziening(problem.indicator, persona, subject.indicators)
        if shared:
            words = f"'{problem.indicator}' and the voorziening both rest on {', '.join(shared)}: being served is part of the problem"
            yield Fault(("problems", number, "indicator"), f"{words}. Choose a problem that stands apart", code="BV017")
    if all(subject.indicators.by_id[problem.indicator].observes == "proxy" for problem in persona.problems):
        words = (
            "every problem is seen through a proxy: say so in registers_approximate, or find one that is seen directly"
        )
        yield Fault(("problems",), words, code="BV018")


def _twins(subject: Subject) -> Iterator[Fault]:
    for other in subject.others:
        if set(other.conditions) == set(subject.persona.conditions):
            words = f"'{other.id}' counts people under the same conditions; keep one, or say in both what differs"
            yield Fault(("problems",), words, code="BV019")


def _assumed(subject: Subject) -> Iterator[Fault]:
    for place, name in condition_places(subject):
        bases = [subject.indicators.by_id[base] for base in subject.indicators.base_of((name,))]
        columns = dict.fromkeys(
            found for indicator in bases for found in _assumed_columns(indicator, subject.catalogue)
        )
        if columns:
            words = (
                f"'{name}' rests on columns whose names or codes are assumed: {', '.join(columns)}; ask the supplier"
            )
            yield Fault(place, words, code="BV020")


def _assumed_columns(indicator: Indicator, catalogue: Catalogue) -> Iterator[str]:
    """Columns behind a base indicator that no documentation confirms (certainty C)."""
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return
    register = catalogue.register(indicator.source)
    names = list(rule.asked) if isinstance(rule, Rows) else []
    if isinstance(rule, Sum):
        names.append(rule.column)
    if isinstance(rule, Count) and rule.distinct is not None:
        names.append(rule.distinct)
    yield from _uncertain(register, names)
    if isinstance(rule, EndedAndNothingBegan):
        for rows in rule.nothing_of:
            yield from _uncertain(catalogue.register(rows.source), list(rows.asked))


def _uncertain(register: Register, names: list[str]) -> Iterator[str]:
    bounds = [register.spell.begin, register.spell.end] if register.spell else []
    for name in dict.fromkeys([*names, *bounds]):
        if register.column(name).certainty == "C":
            yield f"{register.name}.{name}"
