"""The codes and Dutch labels of a table: dimensions, measures and their groups, as CBS writes them.

What belongs here: names. What does not: the figures of a release, and how an answer is made. Ages and sexes carry the
codes of StatLine, since the bands are those of Kerncijfers wijken en buurten; regions and periods do by themselves.
"""

from dataclasses import dataclass
from typing import Literal

from pipelines.release.formats.columns import COLUMNS

Kind = Literal["Dimension", "GeoDimension", "TimeDimension"]
Datatype = Literal["Double", "Long", "String"]


@dataclass(frozen=True)
class Dimension:
    """One dimension: its key in an answer, the column of the figures, and what it is. `width`: to which length
    version 3 fills its codes with spaces, as CBS does."""

    key: str
    column: str
    title: str
    description: str
    kind: Kind = "Dimension"
    width: int = 0


@dataclass(frozen=True)
class Measure:
    """One measure: the column of the figures, its keys in version 3 and 4, title, group and number of decimals."""

    column: str
    topic: str
    identifier: str
    title: str
    group: str
    datatype: Datatype
    decimals: int

    @property
    def description(self) -> str:
        return COLUMNS[self.column].meaning

    @property
    def unit(self) -> str:
        return {"personen": "aantal", "": "omschrijving"}.get(COLUMNS[self.column].unit, COLUMNS[self.column].unit)


REGIONS = "RegioS"
PERIODS = "Perioden"

DIMENSIONS = (
    Dimension("Personas", "persona", "Persona's", "Situaties waarin twee of drie problemen samenkomen."),
    Dimension(
        "Toestand",
        "toestand",
        "Toestand",
        "Wat geteld wordt: mensen die de voorziening missen, die haar hebben, of van wie de registraties het niet zeggen.",
    ),
    Dimension("Leeftijd", "leeftijd", "Leeftijd", "Leeftijd op de peildatum.", width=5),
    Dimension("Geslacht", "geslacht", "Geslacht", "", width=7),
    Dimension(
        REGIONS,
        "regio",
        "Regio's",
        "Nederland, provincies, gemeenten (en hun wijken, als die gemeten zijn), en gebieden die sommen van gemeenten zijn.",
        kind="GeoDimension",
        width=10,
    ),
    Dimension(PERIODS, "jaar", "Perioden", "Peiljaar; de stand is van 31 december.", kind="TimeDimension"),
)

CODES: dict[str, dict[str, tuple[str, str]]] = {
    "Toestand": {
        "missing": ("missing", "Mist de voorziening"),
        "served": ("served", "Heeft de voorziening"),
        "unknown": ("unknown", "Niet te zeggen uit de registraties"),
    },
    "Leeftijd": {
        "totaal": ("10000", "Totaal leeftijd"),
        "0-14": ("10680", "0 tot 15 jaar"),
        "15-24": ("53050", "15 tot 25 jaar"),
        "25-44": ("53310", "25 tot 45 jaar"),
        "45-64": ("53715", "45 tot 65 jaar"),
        "65+": ("80200", "65 jaar of ouder"),
    },
    "Geslacht": {
        "totaal": ("T001038", "Totaal mannen en vrouwen"),
        "man": ("3000", "Mannen"),
        "vrouw": ("4000", "Vrouwen"),
    },
}
"""Dimension -> value in the figures -> code and title in an answer. A value that is not here is its own code."""

REGION_GROUPS = {
    "land": "Nederland",
    "provincie": "Provincies",
    "gemeente": "Gemeenten",
    "wijk": "Wijken",
    "veiligheidsregio": "Veiligheidsregio's",
    "arbeidsmarktregio": "Arbeidsmarktregio's",
    "centrumgemeenteregio": "Regio's van centrumgemeenten",
    "grootteklasse": "Gemeenten naar grootte",
}
"""Regional level -> the name of its group, in the order of the list."""

STATUS = {"voorlopig": "Voorlopig", "nader_voorlopig": "NaderVoorlopig", "definitief": "Definitief"}
STARS = {"voorlopig": "*", "nader_voorlopig": "**"}
"""How CBS marks a period whose figures are provisional."""

GROUPS = {"1": "Schatting met ruismarge", "2": "Per 1 000 inwoners", "3": "Gebruik en dekking"}

_MEASURES: tuple[tuple[str, str, str, str, Datatype, int], ...] = (
    ("schatting", "Schatting", "Schatting", "1", "Double", 1),
    ("onder95", "OndergrensRuismarge", "Ondergrens ruismarge (95 %)", "1", "Double", 1),
    ("boven95", "BovengrensRuismarge", "Bovengrens ruismarge (95 %)", "1", "Double", 1),
    ("marge95", "HalveRuismarge", "Halve ruismarge (95 %)", "1", "Double", 1),
    ("sd", "Standaardafwijking", "Standaardafwijking door ruis", "1", "Double", 1),
    ("weergave", "Weergave", "Heel getal om te tonen", "1", "Long", 0),
    ("per_1000", "SchattingPer1000Inwoners", "Schatting per 1 000 inwoners", "2", "Double", 2),
    ("per_1000_onder95", "OndergrensPer1000Inwoners", "Ondergrens per 1 000 inwoners (95 %)", "2", "Double", 2),
    ("per_1000_boven95", "BovengrensPer1000Inwoners", "Bovengrens per 1 000 inwoners (95 %)", "2", "Double", 2),
    ("inwoners", "Inwoners", "Inwoners", "2", "Long", 0),
    ("bruikbaarheid", "Bruikbaarheid", "Bruikbaarheid", "3", "String", 0),
    ("kwaliteit", "Kwaliteit", "Kwaliteitsklasse", "3", "String", 0),
    ("dekking_gemeenten", "GedekteGemeenten", "Gedekte gemeenten", "3", "Long", 0),
    ("dekking_gemeenten_totaal", "GemeentenInDeRegio", "Gemeenten in de regio", "3", "Long", 0),
    ("dekking_inwoners_pct", "GedekteInwoners", "Inwoners in gedekte gemeenten", "3", "Double", 1),
)

MEASURES = tuple(
    Measure(column, f"{topic}_{number}", f"M{number:06d}", title, group, datatype, decimals)
    for number, (column, topic, title, group, datatype, decimals) in enumerate(_MEASURES, start=1)
)
"""The measures, numbered once for all: a new one comes at the end, so that keys of older releases stay what they are."""
