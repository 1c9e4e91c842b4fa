"""Dutch building blocks for sentences about personas: enumerations, registers by name, indicators in a clause.

What belongs here: grammar. What does not: what is said (`explain.py`, `trace.py`, `difference.py`). The title of an
indicator of kind kenmerk completes "wie ... is"; every other title is a noun phrase that completes "er is sprake van".
"""

import re
from collections.abc import Iterable, Sequence

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.registers.catalogue_model import Catalogue

BRP = "de bevolkingsregistratie (BRP)"
NUMBERS = {1: "één", 2: "twee", 3: "drie"}
GEOGRAPHY = {"land": "heel Nederland", "provincie": "de provincie", "gemeente": "de gemeente", "wijk": "de wijk"}

_ABSENT = "het ontbreken van "
_PRESENT = "of er sprake is van "


def title(indicator: Indicator) -> str:
    """The title on one line, also where its file breaks it."""
    return " ".join(indicator.title.split())


def noun(indicator: Indicator) -> str:
    """A noun phrase: `een bijstandsuitkering`."""
    return f"het feit dat iemand {title(indicator)} is" if indicator.kind == "kenmerk" else title(indicator)


def who(indicator: Indicator) -> str:
    """A clause on the peildatum: `wie op 31 december 18 tot en met 66 jaar is`."""
    if indicator.kind == "kenmerk":
        return f"wie op 31 december {title(indicator)} is"
    return f"wie op 31 december te maken heeft met {title(indicator)}"


def whether(indicators: Sequence[Indicator]) -> str:
    """Questions: `of er sprake is van een bijstandsuitkering`."""
    questions = [_question(indicator) for indicator in indicators]
    plain = [question for question in questions if question.startswith(_PRESENT)]
    if len(plain) < 2 or len(plain) < len(questions):
        return listed(questions)
    return f"of er sprake is {listed([question.removeprefix('of er sprake is ') for question in plain])}"


def _question(indicator: Indicator) -> str:
    words = title(indicator)
    if indicator.kind == "kenmerk":
        return f"of iemand {words} is"
    if words.startswith(_ABSENT):
        what = words.removeprefix(_ABSENT)
        several = " en " in re.sub(r"\(.*?\)", "", what)
        return f"of {what} {'ontbreken' if several else 'ontbreekt'}"
    return f"{_PRESENT}{words}"


def lacks(indicator: Indicator) -> str:
    """A clause of who does not have it: `geen minnelijke of wettelijke schuldregeling heeft`."""
    words = title(indicator)
    if indicator.kind == "kenmerk":
        return f"niet {words} is"
    if re.match(r"(de|het) ", words):
        return f"{words} niet heeft"
    return f"geen {words.removeprefix('een ').replace(' of een ', ' of ')} heeft"


def listed(items: Sequence[str]) -> str:
    """`a`, `a en b`, `a, b en c`; a comma before `en` where an item holds words of its own that could join it, and
    semicolons where an item holds a comma outside brackets."""
    if len(items) < 2:
        return "".join(items)
    bare = [re.sub(r"\(.*?\)", "", item) for item in items]
    if any("," in item for item in bare[:-1]):
        return "; ".join(items[:-1]) + "; en " + items[-1]
    unclear = any(re.search(r" (en|of|zonder) ", item) for item in bare)
    return ", ".join(items[:-1]) + (", en " if unclear else " en ") + items[-1]


def sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def registers_under(name: str, indicators: Indicators) -> tuple[str, ...]:
    """Every register that an indicator rests on, those in which nothing may begin included, in order of name."""
    found: set[str] = set()
    for under in indicators.all_under(name):
        indicator = indicators.by_id[under]
        ended = indicator.rule.ended_and_nothing_began
        found |= {rows.source for rows in ended.nothing_of} if ended else set()
        found |= {indicator.source} if indicator.source else set()
        # Who lives together is read from the households.
        found |= {"GBAHUISHOUDENSBUS"} if indicator.rule.household_member else set()
    return tuple(sorted(found))


def reads_own_row(name: str, indicators: Indicators) -> bool:
    """Does an indicator rest on the person's own row in the BRP?"""
    return any(indicators.by_id[under].rule.person is not None for under in indicators.all_under(name))


def register(name: str, catalogue: Catalogue) -> str:
    """A register as a reader meets it: `Bijstand (BIJSTANDPERSOONBUS)`."""
    return f"{re.sub(r' [(].*[)]$', '', catalogue.register(name).title)} ({name})"


def registers(names: Iterable[str], catalogue: Catalogue) -> str:
    """`het register Bijstand (BIJSTANDPERSOONBUS)`, or `de registers A (A) en B (B)`."""
    found = [register(name, catalogue) for name in names]
    return f"{'het register' if len(found) == 1 else 'de registers'} {listed(found)}"


def shown_by(name: str, indicators: Indicators, catalogue: Catalogue) -> tuple[str, bool]:
    """Where an indicator is seen, and whether that is a single place (for the verb)."""
    names = registers_under(name, indicators)
    parts = [BRP] if reads_own_row(name, indicators) or not names else []
    if names:
        parts.append(registers(names, catalogue))
    return " en ".join(parts), len(parts) == 1 and len(names) < 2


def approximates(name: str, indicators: Indicators) -> bool:
    """Does an indicator, or one under it, only approximate what is meant?"""
    return any(indicators.by_id[under].observes == "proxy" for under in indicators.all_under(name))


def present(indicator: Indicator) -> str:
    """`met een bijstandsuitkering`, `wel thuiswonend kind`."""
    return f"wel {title(indicator)}" if indicator.kind == "kenmerk" else f"met {title(indicator)}"


def absent(indicator: Indicator) -> str:
    """`zonder een bijstandsuitkering`, `niet 18 tot en met 66 jaar`, `met een startkwalificatie`."""
    words = title(indicator)
    if indicator.kind == "kenmerk":
        return f"niet {words}"
    return f"met {words.removeprefix(_ABSENT)}" if words.startswith(_ABSENT) else f"zonder {words}"
