"""Lint of the logic of a persona: what can never be, what adds nothing, and whom a register never sees.

What belongs here: checks that reason about who can exist. What does not: the search itself (`satisfiable.py`).
"""

from collections.abc import Iterator
from itertools import combinations

from pipelines.indicators.values import FromTo
from pipelines.personas.checks import references
from pipelines.personas.lint_facts import Ages, ages_seen
from pipelines.personas.lint_model import Subject
from pipelines.personas.satisfiable import Demand, Search
from pipelines.yaml_document import Fault, Place

_OLDEST = 130


def logic_faults(subject: Subject) -> Iterator[Fault]:
    """BV004 to BV008, and BV021."""
    search = Search(subject.persona, subject.indicators, subject.catalogue)
    conditions: list[Demand] = [(name, True) for name in subject.persona.conditions]
    if not search.can(conditions):
        yield from _never(subject, search)
        return
    voorziening = subject.persona.missing_voorziening.voorziening
    place = ("missing_voorziening", "voorziening")
    if not search.can([*conditions, (voorziening, False)]):
        words = f"whoever meets the conditions has '{voorziening}', so that nobody can miss it; choose another"
        yield Fault(place, words, code="BV005")
    if not search.can([*conditions, (voorziening, True)]):
        words = f"who meets the conditions cannot have '{voorziening}', so that nobody is served and the reach is 0"
        yield Fault(place, f"{words}; change the condition that shuts it out", code="BV006")
    if not search.can_be_unknown():
        words = "every register used counts its silence as no, everywhere: nobody can be unknown, whatever a register"
        yield Fault(place, f"{words} does not see. Check that this is meant", code="BV007")
    yield from _age_faults(subject, search, conditions)
    yield from _idle_conditions(subject, search)


def condition_places(subject: Subject) -> list[tuple[Place, str]]:
    """The conditions with their places: population, problems, need."""
    wanted = ("population", "problems", "missing_voorziening")
    return [
        (place, name)
        for place, name in references(subject.persona)
        if place[0] in wanted and place[-1] != "voorziening"
    ]


def _never(subject: Subject, search: Search) -> Iterator[Fault]:
    """Name the conditions that shut each other out: one alone, or two, or else all."""
    places = condition_places(subject)
    for place, name in places:
        if not search.can([(name, True)]):
            yield Fault(place, f"'{name}' can never be true; mend its rule, or choose another", code="BV004")
            return
    for (_, one), (place, other) in combinations(places, 2):
        if not search.can([(one, True), (other, True)]):
            words = f"'{other}' and '{one}' shut each other out, so that nobody is ever counted; change one of them"
            yield Fault(place, words, code="BV004")
            return
    names = ", ".join(name for _, name in places)
    words = f"these conditions can never all be true: {names}; take out or change one of them"
    yield Fault(("problems",), words, code="BV004")


def _idle_conditions(subject: Subject, search: Search) -> Iterator[Fault]:
    places = condition_places(subject)
    for place, name in places:
        others = [(other, True) for found, other in places if found != place]
        if not search.can([*others, (name, False)]):
            words = (
                f"whoever meets the other conditions has '{name}' too, so that it adds nothing; check that it is meant"
            )
            yield Fault(place, words, code="BV021")


def _age_faults(subject: Subject, search: Search, conditions: list[Demand]) -> Iterator[Fault]:
    """Registers that cannot hold anybody of an age that the conditions allow."""
    spans = list(_possible_ages(subject, search, conditions))
    for place, name in references(subject.persona):
        if place[0] == "characteristic_voorzieningen":
            continue
        for base in subject.indicators.base_of((name,)):
            indicator = subject.indicators.by_id[base]
            seen = ages_seen(indicator)
            if seen is None or any(_meet(seen, span) for span in spans):
                continue
            through = "" if base == name else f" (through '{base}')"
            words = f"'{name}'{through} is never true at {_years(spans)}: {indicator.source} sees {_seen(seen)}, for {seen.why}"
            yield Fault(place, f"{words}. Choose another population or indicator", code="BV008")


def _possible_ages(subject: Subject, search: Search, conditions: list[Demand]) -> Iterator[tuple[int, int]]:
    """Spans of age in which the conditions can be met: between two ends of age rules nothing changes."""
    base = subject.indicators.base_of(subject.persona.indicators)
    rules = {name: person.age for name in base if (person := subject.indicators.by_id[name].rule.person) and person.age}
    starts = sorted(
        {0, *(age.start for age in rules.values()), *(age.to + 1 for age in rules.values() if age.to is not None)}
    )
    for start, following in zip(starts, [*starts[1:], _OLDEST + 1], strict=True):
        given = {name: _holds(age, start) for name, age in rules.items()}
        if start <= _OLDEST and search.can(conditions, given):
            yield start, following - 1


def _holds(age: FromTo, years: int) -> bool:
    return age.start <= years and (age.to is None or years <= age.to)


def _meet(seen: Ages, span: tuple[int, int]) -> bool:
    return seen.youngest <= span[1] and (seen.oldest is None or span[0] <= seen.oldest)


def _seen(seen: Ages) -> str:
    return f"ages {seen.youngest} to {seen.oldest}" if seen.oldest is not None else f"ages {seen.youngest} and older"


def _years(spans: list[tuple[int, int]]) -> str:
    return "ages " + ", ".join(f"{start} to {end}" if end < _OLDEST else f"{start} and older" for start, end in spans)
