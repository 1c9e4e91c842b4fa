"""Choices that were, or may have been, made with the data in view: the noise does not cover them, so they are named.

What belongs here: the list, for one release, and what was measured of its plan before. What does not: public quantities (`texts.NOT_PROTECTED`), and the choices that
rest on public facts or a synthetic population alone; the public page names those as not depending on the data.
"""

import json
from collections.abc import Sequence

from pipelines.privacy.budget import exact_text
from pipelines.privacy.entry import Entry
from pipelines.release.content import date_in_words
from pipelines.release.stages import Earlier

_ALWAYS = (
    "Of deze uitgave verschijnt, en wanneer. Controles op de exacte gegevens kunnen haar tegenhouden, en wie in de kluis de "
    "uitvoer controleert, ziet daar exacte aantallen. Een nee geldt de hele uitgave: er valt nooit een deel weg, en naar buiten "
    "heet het alleen “uitgesteld”.",
    "Wat er geleverd is. Een gemeente of leverancier kan met de eigen gegevens in de hand besluiten om te leveren, niet te leveren "
    "of opnieuw te leveren. Een levering met fouten wordt geweigerd of verbeterd, en die fouten zag iemand.",
    "Verbeteringen van de code of van een indicator na een fout die pas bij de gegevens bleek.",
)
_NO_LOOK = (
    "De definities van de persona's niet: die zijn vastgesteld zonder blik op exacte aantallen van een echte levering."
)


def data_dependent_choices(after_a_look: Sequence[str], draw: int) -> tuple[str, ...]:
    """The choices as Dutch sentences. `after_a_look`: names of personas first accepted after somebody saw exact counts of them on
    real data; `draw`: which measurement of this plan it is, from 1."""
    return (*_ALWAYS, _definitions(after_a_look), *_again(draw))


def _definitions(after_a_look: Sequence[str]) -> str:
    if not after_a_look:
        return _NO_LOOK
    return (
        "De definitie van deze persona's, vastgesteld nadat een analist in de kluis er exacte aantallen van had gezien: "
        f"{', '.join(after_a_look)}. De andere definities zijn zonder zo'n blik vastgesteld."
    )


def _again(draw: int) -> tuple[str, ...]:
    if draw == 1:
        return ()
    return (
        f"Dat dit plan opnieuw is gemeten: dit is meting {draw}, bijvoorbeeld omdat een levering is verbeterd. De metingen "
        "zelf zijn alle uit het budget betaald.",
    )


def earlier_measurements(earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """Each earlier measurement of the plan in a Dutch sentence, oldest first; both stand, and each has its own noise."""
    return tuple(
        f"Er is ook versie {number}, gemeten op {date_in_words(one.entry.created_at[:10])}{_of_deliveries(one.entry)}. Haar cijfers "
        f"blijven staan. De ruis in beide is apart getrokken en apart betaald (die van versie {number} met rho "
        f"{exact_text(one.rho).replace('.', ',')}): tel of middel ze niet zonder hun marges."
        for number, one in enumerate(earlier, start=1)
    )


def _of_deliveries(entry: Entry) -> str:
    versions = json.loads(entry.details).get("versions", {})
    told = ", ".join(f"{name} versie {version}" for name, version in sorted(versions.items()))
    return f" op levering {told}" if told else ""
