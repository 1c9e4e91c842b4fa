"""Why an invented person is, or is not, counted: a walk through the conditions of a persona.

What belongs here: the walk and its words. What does not: real people (see `invented.py`), and the meaning of a spec
(`reference.py`), which decides every step.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.invented import InventedPerson, as_example, check_names
from pipelines.personas.phrases import NUMBERS, listed, title
from pipelines.personas.reference import holds, known_of, lands_in
from pipelines.personas.spec import Persona

MARKS = {True: "[ja] ", False: "[nee]", None: "[?]  "}
OUTCOMES = {
    "missing": "mist de voorziening",
    "served": "heeft de voorziening",
    "unknown": "onbekend",
    "not_counted": "telt niet mee",
}


@dataclass(frozen=True)
class Step:
    """One indicator: what it is here (`groep`, `probleem 1`, ... or empty for a part), and what this person has."""

    role: str
    indicator: Indicator
    value: bool | None
    parts: tuple["Step", ...]


@dataclass(frozen=True)
class Change:
    """One fact that, were it otherwise, would alter the outcome."""

    indicator: Indicator
    value: bool | None
    outcome: str


@dataclass(frozen=True)
class Trace:
    """The walk of one person: the steps in order of the spec (the last is the voorziening), where it ends, and the
    single changes that would end it elsewhere."""

    persona: Persona
    person: InventedPerson
    steps: tuple[Step, ...]
    outcome: str
    changes: tuple[Change, ...]
    no_part: tuple[str, ...]


def trace(persona: Persona, person: InventedPerson, indicators: Indicators) -> Trace:
    """Walk an invented person through a persona. Raises SpecError for names that are no base indicator."""
    check_names(person, indicators, "persona trace")
    roles = (
        "groep",
        *(f"probleem {number} ({problem.leefgebied})" for number, problem in enumerate(persona.problems, start=1)),
        "behoefte",
        "voorziening",
    )
    steps = tuple(_step(role, name, person, indicators) for role, name in zip(roles, persona.indicators, strict=True))
    base = tuple(dict.fromkeys(name for step in steps for name in _leaves(step)))
    outcome = lands_in(persona, as_example(person), indicators)
    return Trace(
        persona=persona,
        person=person,
        steps=steps,
        outcome=outcome,
        changes=tuple(_changes(persona, person, base, outcome, indicators)),
        no_part=tuple(name for name in (*person.has, *person.unknown) if name not in base),
    )


def tell(walk: Trace) -> tuple[str, ...]:
    """The walk in lines of Dutch."""
    persona, person = walk.persona, walk.person
    lines = [f"{persona.name} ({persona.id}, versie {persona.version})", f"Verzonnen mens: {person.who}", ""]
    for step in walk.steps:
        lines += _told(step, 0)
    if walk.no_part:
        lines += ["", f"Speelt in deze persona geen rol: {', '.join(walk.no_part)}."]
    return (*lines, "", _ending(walk), "", *_otherwise(walk))


def _step(role: str, name: str, person: InventedPerson, indicators: Indicators) -> Step:
    indicator = indicators.by_id[name]
    parts = tuple(_step("", part, person, indicators) for part in indicator.rule.combines)
    return Step(role, indicator, holds(name, known_of(as_example(person)), indicators), parts)


def _leaves(step: Step) -> Iterator[str]:
    """The base indicators under a step, in the order in which they are shown."""
    if not step.parts:
        yield step.indicator.id
    for part in step.parts:
        yield from _leaves(part)


def _changes(
    persona: Persona, person: InventedPerson, base: tuple[str, ...], outcome: str, indicators: Indicators
) -> Iterator[Change]:
    known = known_of(as_example(person))
    for name in base:
        for value in (True, False, None):
            if value is known(name):
                continue
            changed = InventedPerson(
                who=person.who,
                has=(*(n for n in person.has if n != name), *((name,) if value else ())),
                unknown=(*(n for n in person.unknown if n != name), *((name,) if value is None else ())),
            )
            landed = lands_in(persona, as_example(changed), indicators)
            if landed != outcome:
                yield Change(indicators.by_id[name], value, landed)


def _told(step: Step, depth: int) -> list[str]:
    role = f"{step.role}: " if step.role else ""
    rule = step.indicator.rule
    joined = "alle van" if rule.all_of else "ten minste één van" if rule.any_of else "geen van"
    made = f", dus {joined}:" if rule.combines else ""
    line = f"{'    ' * depth}{MARKS[step.value]} {role}{title(step.indicator)} ({step.indicator.id}){made}"
    return [line, *(told for part in step.parts for told in _told(part, depth + 1))]


def _ending(walk: Trace) -> str:
    return f"Uitkomst: {OUTCOMES[walk.outcome]}, want {_because(walk)}. ({walk.outcome})"


def _because(walk: Trace) -> str:
    *conditions, voorziening = walk.steps
    if walk.outcome == "not_counted":
        return f"niet waar is: {_named([step for step in conditions if step.value is False])}"
    if walk.outcome == "unknown":
        unknown = _named([step for step in walk.steps if step.value is None])
        return f"geen voorwaarde is aantoonbaar onwaar, en niet te zeggen is: {unknown}"
    there = "is er" if voorziening.value else "is er aantoonbaar niet"
    return f"alle voorwaarden zijn waar, en de voorziening ({title(voorziening.indicator)}) {there}"


def _named(steps: list[Step]) -> str:
    return listed([f"{step.role} [{title(step.indicator)}]" for step in steps])


def _otherwise(walk: Trace) -> list[str]:
    """What one change would alter: each that makes a fact true or false, and those that make it unknown together."""
    if not walk.changes:
        false = sum(step.value is False for step in walk.steps[:-1])
        why = f": {NUMBERS.get(false, str(false))} voorwaarden zijn niet waar" if false > 1 else ""
        return [f"Geen enkel ander gegeven op zichzelf verandert de uitkomst{why}."]
    lines = ["Eén gegeven anders, en de uitkomst verandert:"]
    for change in walk.changes:
        if change.value is not None:
            words = "waar" if change.value else "niet waar"
            lines.append(f"  {change.indicator.id} {words} ({title(change.indicator)}): {OUTCOMES[change.outcome]}")
    blurred = [change for change in walk.changes if change.value is None]
    if blurred:
        names = listed([change.indicator.id for change in blurred])
        lines.append(f"  niet bekend: {names}: {OUTCOMES[blurred[0].outcome]}")
    return lines
