"""A persona in Dutch, from the spec: who is counted, who is not, who stays unknown, and what shows it.

What belongs here: the words. What does not: the logic (`compiler.py`), which these sentences follow, and grammar
(`phrases.py`).
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.indicators.trend_breaks import break_sentences
from pipelines.personas.phrases import (
    GEOGRAPHY,
    NUMBERS,
    approximates,
    lacks,
    listed,
    noun,
    register,
    registers_under,
    sentence,
    shown_by,
    title,
    whether,
    who,
)
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue


def explain(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> tuple[str, ...]:
    """Paragraphs in Dutch, for reviewers and for the public page, in this order: who is counted; the sign of need;
    who misses the voorziening; who is not counted; who stays unknown; what shows each condition; where a register under it
    changed, with which years its figures cannot be compared; the smallest area.
    """
    breaks = break_sentences(persona.indicators, indicators, catalogue)
    return (
        _counted(persona, indicators),
        _need(persona, indicators),
        _missing(persona, indicators),
        _not_counted(persona),
        " ".join(_unknown(persona, indicators, catalogue)),
        " ".join(_shown(persona, indicators, catalogue)),
        *((" ".join(breaks),) if breaks else ()),
        f"Het kleinste gebied waarover een cijfer kan verschijnen, is {GEOGRAPHY[persona.smallest_geography]}.",
    )


def _counted(persona: Persona, indicators: Indicators) -> str:
    problems = [noun(indicators.by_id[problem.indicator]) for problem in persona.problems]
    return (
        f"Geteld wordt {who(indicators.by_id[persona.population])} en bij wie {NUMBERS[len(problems)]} problemen "
        f"samenkomen: {listed(problems)}."
    )


def _need(persona: Persona, indicators: Indicators) -> str:
    missing = persona.missing_voorziening
    return (
        f"De voorziening waar het om gaat, is {missing.name}. Dat iemand die nodig heeft, moet te zien zijn aan "
        f"{noun(indicators.by_id[missing.need])}. {sentence(missing.need_reason)}"
    )


def _missing(persona: Persona, indicators: Indicators) -> str:
    voorziening = indicators.by_id[persona.missing_voorziening.voorziening]
    return (
        f"Wie bij dit alles {lacks(voorziening)}, telt als iemand die deze voorziening mist. Wie die wel heeft, telt "
        "als bereikt."
    )


def _not_counted(persona: Persona) -> str:
    problems = "één van beide problemen" if len(persona.problems) == 2 else "één van de drie problemen"
    return (
        f"Niet geteld wordt wie aantoonbaar niet tot die groep hoort, of bij wie {problems} of het teken van de "
        "behoefte aantoonbaar ontbreekt. Dat geldt ook als iets anders over die persoon onbekend is."
    )


def _unknown(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> list[str]:
    return [
        "Onbekend blijft wie nergens aantoonbaar buiten valt, maar van wie een gegeven ontbreekt.",
        *_not_delivered(persona, indicators, catalogue),
        *_no_answer(persona, indicators, catalogue),
        *_own_row(persona, indicators),
        "Komt een landelijk register in het geheel niet binnen, dan blijft voor iedereen open wat alleen daaruit blijkt.",
    ]


def _not_delivered(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> list[str]:
    told: list[str] = []
    for name, conditions in _by_register(persona, indicators).items():
        if catalogue.register(name).coverage == "per_gemeente":
            told.append(
                f"{'Ook n' if told else 'N'}iet elke gemeente levert het register {register(name, catalogue)}; waar "
                f"het ontbreekt, {_open(conditions, indicators)}."
            )
    return told


def _no_answer(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> list[str]:
    """Registers in which silence says nothing, or in which a value can be missing."""
    told: list[str] = []
    for name, conditions in _by_register(persona, indicators).items():
        faults: list[str] = []
        if catalogue.register(name).absence == "onbekend":
            faults.append("niet voorkomt")
        if _can_miss_a_value(name, conditions, indicators, catalogue):
            faults.append("geen ingevulde waarde heeft")
        if faults:
            told.append(
                f"Van wie in het register {register(name, catalogue)} {' of '.join(faults)}, "
                f"{_open(conditions, indicators)}: zwijgen is daar geen nee."
            )
    return told


def _own_row(persona: Persona, indicators: Indicators) -> list[str]:
    facts = [
        indicators.by_id[base].rule.person
        for base in indicators.base_of(persona.indicators)
        if indicators.by_id[base].rule.person is not None
    ]
    told: list[str] = []
    if any(fact is not None and fact.age is not None for fact in facts):
        told.append("Zonder geboortejaar is de leeftijd onbekend.")
    if any(fact is not None and fact.address_kind is not None for fact in facts):
        told.append("Van een adres dat in geen lijst van objecten staat, is de soort onbekend.")
    return told


def _by_register(persona: Persona, indicators: Indicators) -> dict[str, list[str]]:
    """Register -> the conditions (and voorziening) that rest on it, in order of the spec."""
    found: dict[str, list[str]] = {}
    for condition in dict.fromkeys(persona.indicators):
        for name in registers_under(condition, indicators):
            found.setdefault(name, []).append(condition)
    return found


def _open(conditions: list[str], indicators: Indicators) -> str:
    """`blijft open of ...`; a combination may still be settled by another register, so there it `kan open blijven`."""
    settled = any(len(registers_under(name, indicators)) > 1 for name in conditions)
    questions = whether([indicators.by_id[name] for name in conditions])
    return f"{'kan open blijven' if settled else 'blijft open'} {questions}"


def _can_miss_a_value(name: str, conditions: list[str], indicators: Indicators, catalogue: Catalogue) -> bool:
    register = catalogue.register(name)
    for base in indicators.base_of(tuple(conditions)):
        rule = indicators.by_id[base].rule.on_register
        if indicators.by_id[base].source != name or rule is None:
            continue
        columns = [*getattr(rule, "asked", ()), getattr(rule, "column", None)]
        if any(register.column(column).missing for column in columns if column):
            return True
    return False


def _shown(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> list[str]:
    """A sentence for every place that shows something, in order of the spec."""
    missing = persona.missing_voorziening
    parts = [
        (persona.population, "de groep"),
        *((problem.indicator, "het probleem") for problem in persona.problems),
        (missing.need, "de behoefte"),
        (missing.voorziening, "de voorziening"),
    ]
    found: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for name, meant in parts:
        place = (shown_by(name, indicators, catalogue)[0], approximates(name, indicators))
        found.setdefault(place if name != persona.population else ("", False), []).append((name, meant))
    told: list[str] = []
    for (_, proxy), group in found.items():
        again = any("benadert" in earlier for earlier in told)
        told.append(sentence(_shown_together(group, proxy, again, indicators, catalogue)))
    return told


def _shown_together(
    group: list[tuple[str, str]], proxy: bool, again: bool, indicators: Indicators, catalogue: Catalogue
) -> str:
    shown = [indicators.by_id[name] for name, _ in group]
    where, single = shown_by(group[0][0], indicators, catalogue)
    if len(shown) == 1 and shown[0].kind == "kenmerk":
        told = f"of iemand {title(shown[0])} is, {'staat in' if single else 'volgt uit'} {where}"
    else:
        told = f"{where} {'toont' if single else 'tonen'} {listed([noun(indicator) for indicator in shown])}"
    if proxy:
        what = listed(list(dict.fromkeys(meant for _, meant in group)))
        told += "; ook dat is een benadering" if again else f"; dat benadert {what} alleen"
    if any(indicators.reads_others(indicator.id) for indicator in shown):
        told += "; daarvoor worden ook gegevens van huisgenoten gelezen"
    return told + "".join(_how_well(indicator) for indicator in shown)


def _how_well(indicator: Indicator) -> str:
    evidence = indicator.evidence
    if evidence is None or evidence.sensitivity is None:
        return ""
    seen = round(100 * evidence.sensitivity)
    return f"; {title(indicator)} laat naar schatting {seen} van de 100 mensen zien om wie het gaat ({evidence.source})"
