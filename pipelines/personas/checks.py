"""What a persona must be to be counted at all: known names, a positive population, a need apart from the voorziening.

What belongs here: rules that need the indicators and refuse a spec. What does not: the model (`spec.py`), and advice
(`lint.py`, which shows these too).
"""

from collections.abc import Iterator

from pipelines.errors import nearest
from pipelines.indicators.collection import Indicators
from pipelines.personas.reference import holds, lands_in
from pipelines.personas.spec import Example, Persona
from pipelines.yaml_document import Fault, Place
from pipelines.yaml_faults import unknown

NEED_APART = "BV001"
ONE_LEEFGEBIED = "BV002"
POSITIVE_UNIVERSE = "BV003"
"""Codes of lint checks that are refused at load already."""

LONGEST_ID = 60
"""Ids become file names and headings of columns."""


def persona_faults(persona: Persona, indicators: Indicators) -> list[Fault]:
    """Why a persona cannot be counted, in order of the spec; empty when it can.

    Faults in names come alone, and those in the definition without those in the examples: the one would bring the
    other along.
    """
    faults = [*_id_faults(persona), *_name_faults(persona, indicators)]
    faults = faults or [
        *_population_faults(persona, indicators),
        *_voorziening_faults(persona, indicators),
        *_leefgebied_faults(persona, indicators),
    ]
    examples = range(len(persona.examples))
    return faults or [fault for number in examples for fault in _example_faults(persona, number, indicators)]


def references(persona: Persona) -> Iterator[tuple[Place, str]]:
    """Every indicator that the definition names, with its place in the file; examples are not among them."""
    yield ("population",), persona.population
    for number, problem in enumerate(persona.problems):
        yield ("problems", number, "indicator"), problem.indicator
    for number, name in enumerate(persona.characteristic_voorzieningen):
        yield ("characteristic_voorzieningen", number), name
    yield ("missing_voorziening", "voorziening"), persona.missing_voorziening.voorziening
    yield ("missing_voorziening", "need"), persona.missing_voorziening.need


def shared_with_voorziening(name: str, persona: Persona, indicators: Indicators) -> tuple[str, ...]:
    """Indicators under both `name` and the voorziening, itself included, in order of name."""
    voorziening = indicators.all_under(persona.missing_voorziening.voorziening)
    return tuple(sorted(set(indicators.all_under(name)) & set(voorziening)))


def _id_faults(persona: Persona) -> Iterator[Fault]:
    if not persona.id[:1].isalpha():
        yield Fault(("id",), f"found '{persona.id[:20]}'; an id begins with a letter")
    if len(persona.id) > LONGEST_ID:
        yield Fault(("id",), f"the id has {len(persona.id)} characters, allowed are {LONGEST_ID}; shorten it")


def _name_faults(persona: Persona, indicators: Indicators) -> Iterator[Fault]:
    known = tuple(indicators.by_id)
    for place, name in references(persona):
        if name not in indicators.by_id:
            yield Fault(place, unknown(name, known, "indicator"))
    for number, example in enumerate(persona.examples):
        for key in ("has", "unknown"):
            for item, name in enumerate(getattr(example, key)):
                if name not in indicators.by_id:
                    yield Fault(("examples", number, key, item), unknown(name, known, "indicator"))


def _population_faults(persona: Persona, indicators: Indicators) -> Iterator[Fault]:
    """Somebody of whom no register holds anything and no positive fact is known must not be in the population. If the
    population is not TRUE when every base indicator is FALSE, it is not when some of them are unknown either."""
    if holds(persona.population, lambda _name: False, indicators) is True:
        yield Fault(
            ("population",),
            f"'{persona.population}' is true for somebody of whom no register holds anything, because it asks what is "
            "absent (none_of). A population says what somebody is: combine it through all_of with an age or a record",
            code=POSITIVE_UNIVERSE,
        )


def _voorziening_faults(persona: Persona, indicators: Indicators) -> Iterator[Fault]:
    missing = persona.missing_voorziening
    kind = indicators.by_id[missing.voorziening].kind
    if kind != "voorziening":
        yield Fault(
            ("missing_voorziening", "voorziening"),
            f"'{missing.voorziening}' is not a voorziening but of kind {kind}; choose an indicator of kind voorziening",
        )
    shared = shared_with_voorziening(missing.need, persona, indicators)
    through = missing.need if missing.need in shared else shared[0] if shared else ""
    if shared:
        yield Fault(
            ("missing_voorziening", "need"),
            f"'{missing.need}' refers to the voorziening '{missing.voorziening}' (through {through}), so that nobody "
            "can be served and the reach says nothing. Choose a sign of need that stands apart from the voorziening",
            code=NEED_APART,
        )


def _leefgebied_faults(persona: Persona, indicators: Indicators) -> Iterator[Fault]:
    for number, problem in enumerate(persona.problems):
        own = indicators.by_id[problem.indicator].leefgebied
        if problem.leefgebied != own:
            yield Fault(
                ("problems", number, "leefgebied"),
                f"'{problem.indicator}' is of leefgebied {own}, and here stands {problem.leefgebied}. Write {own}, or "
                "choose another indicator",
            )


def _example_faults(persona: Persona, number: int, indicators: Indicators) -> Iterator[Fault]:
    example = persona.examples[number]
    known = indicators.base_of(persona.indicators)
    wrong = False
    for key in ("has", "unknown"):
        for item, name in enumerate(getattr(example, key)):
            words = _part_fault(name, key, example, known, indicators)
            if words is not None:
                wrong = True
                yield Fault(("examples", number, key, item), words)
    if wrong:
        return
    found = lands_in(persona, example, indicators)
    if found != example.lands_in:
        yield Fault(
            ("examples", number, "lands_in"),
            f"the example says that this person lands in {example.lands_in}, and the definition puts them in {found}. "
            "Mend the example, or the definition",
        )


def _part_fault(name: str, key: str, example: Example, known: tuple[str, ...], indicators: Indicators) -> str | None:
    if not indicators.by_id[name].is_base:
        return f"'{name}' is a combination; name what it is made of: {', '.join(indicators.base_of((name,)))}"
    if name not in known:
        hint = nearest(name, known) or f" What does: {', '.join(known)}"
        return f"'{name}' plays no part in this persona.{hint}"
    if key == "unknown" and name in example.has:
        return f"'{name}' stands in `has` as well; keep one of the two"
    return None
