"""A persona in Dutch sentences, from the spec: who is counted, who is not, who stays unknown.

What belongs here: the words. What does not: the logic (`compiler.py`), which these sentences follow.
"""

from pipelines.indicators.collection import Indicators
from pipelines.personas.spec import Persona

_NUMBERS = {2: "twee", 3: "drie"}


def explain(persona: Persona, indicators: Indicators) -> tuple[str, ...]:
    """Sentences in Dutch, in the order: counted, needed, missing, served, not counted, unknown."""
    title = {name: indicators.by_id[name].title for name in persona.indicators}
    problems = [title[problem.indicator] for problem in persona.problems]
    missing = persona.missing_voorziening
    return (
        f"Geteld wordt wie op 31 december {title[persona.population]} is en bij wie {_NUMBERS[len(problems)]} dingen "
        f"samenkomen: {_enumerate(problems)}.",
        f"Uit de registers moet ook blijken dat de voorziening nodig is: {title[missing.need]}. {missing.need_reason}",
        f"Wie dan geen {title[missing.voorziening]} heeft, telt als iemand die {missing.name} mist.",
        "Wie die wel heeft, telt als bereikt.",
        "Niet geteld wordt wie aantoonbaar niet aan één van deze voorwaarden voldoet.",
        "Onbekend blijft wie nergens aantoonbaar buiten valt, maar van wie een gegeven ontbreekt: de gemeente levert "
        "het niet, of het register kent de persoon niet.",
    )


def _enumerate(items: list[str]) -> str:
    """Semicolons, because a title may hold commas."""
    return "; ".join(items[:-1]) + "; en " + items[-1]
