"""A persona in Dutch sentences, from the spec: who is counted, who is not, who stays unknown.

What belongs here: the words. What does not: the logic (`compiler.py`), which these sentences follow.
"""

from pipelines.indicators.load import Indicators
from pipelines.personas.spec import Persona


def explain(persona: Persona, indicators: Indicators) -> tuple[str, ...]:
    """Sentences in Dutch, in the order: counted, served, not counted, unknown."""
    title = {name: indicators.by_id[name].title for name in persona.indicators}
    problems = _enumerate([title[problem.indicator] for problem in persona.problems])
    missing = persona.missing_voorziening
    lacks = title[missing.voorziening]
    return (
        f"Geteld wordt wie op 31 december {_population(title[persona.population])} is, bij wie dit samenkomt: "
        f"{problems}, en die {_need(title[missing.need])}.",
        f"Heeft deze persoon geen {lacks}, dan telt die mee als iemand die {missing.name} mist.",
        f"Heeft deze persoon wel {lacks}, dan telt die mee als bereikt.",
        "Niet geteld wordt wie aan één van deze voorwaarden niet voldoet.",
        "Onbekend blijft wie aan geen voorwaarde aantoonbaar niet voldoet, maar van wie ten minste één gegeven "
        "ontbreekt: de gemeente levert het niet, of het register kent de persoon niet.",
    )


def _population(title: str) -> str:
    return title


def _need(title: str) -> str:
    return f"volgens de registers een behoefte heeft ({title})"


def _enumerate(items: list[str]) -> str:
    return ", ".join(items[:-1]) + " en " + items[-1] if len(items) > 1 else items[0]
