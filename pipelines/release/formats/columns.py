"""Every column of a release, said once: type, Dutch title, meaning, unit, and what may stand in it.

What belongs here: columns. What does not: which table has which (`tables_of.py`), and writing any file. CSVW, datapackage,
JSON-stat, `kolommen.csv` and the checks all read from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.facts.areas import KINDS
from pipelines.facts.gemeenten import AGE_BANDS, SEXES

KEY = ("persona", "toestand", "niveau", "regio", "leeftijd", "geslacht")
"""The columns that name a figure; one row each."""

STATES = {
    "missing": "mist de voorziening",
    "served": "heeft de voorziening",
    "unknown": "niet te zeggen uit de registraties",
}
USABILITY = {
    "bruikbaar": "bruikbaar",
    "te_onzeker": "te onzeker: klein tegenover de ruismarge",
    "niet_gemeten": "niet gemeten: geen registratie geleverd",
    "niet_gepubliceerd": "niet gepubliceerd: te klein om iets over te zeggen",
}
_TOTAL = {"totaal": "totaal"}
_LEVELS = {"land": "Nederland", "provincie": "provincie", "gemeente": "gemeente", "wijk": "wijk"}
_QUALITY = {
    "A": "sd hoogstens 5 % van de schatting",
    "B": "sd hoogstens 10 % van de schatting",
    "C": "meer, maar bruikbaar",
    "D": "te onzeker",
    "niet_gemeten": "niet gemeten",
    "niet_gepubliceerd": "niet gepubliceerd",
}
_STATUS = {
    "voorlopig": "voorlopig cijfer",
    "nader_voorlopig": "nader voorlopig cijfer",
    "definitief": "definitief cijfer",
}


@dataclass(frozen=True)
class Column:
    """One column: its type, and what is said of it in Dutch.

    `codes`: the words that may stand in it, each with its meaning; empty when they depend on the release or are free.
    `allowed`: the same in words for `kolommen.csv`, where `codes` does not say it. `least` and `most` bound numbers.
    `empty`: whether a row may have no value (what is not measured has none).
    """

    dtype: type[pl.DataType]
    title: str
    meaning: str
    unit: str = ""
    allowed: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    least: int | None = None
    most: int | None = None
    empty: bool = False

    @property
    def words(self) -> str:
        """What may stand in it, as one line of text."""
        return self.allowed or " | ".join(self.codes)


_ESTIMATE = "geen als niet gemeten of niet gepubliceerd; kan door de ruis onder nul liggen"
_RATE = "per 1.000 inwoners"
_COVERS = "(95 %): dekt alleen de toegevoegde ruis, niet fouten of gaten in registraties, koppelingen of de grens op persona's"
_NOT_NEGATIVE = "0 of meer"


def _estimate(title: str, meaning: str, unit: str = "personen") -> Column:
    return Column(pl.Float64, title, meaning, unit, _ESTIMATE, empty=True)


def _whole(dtype: type[pl.DataType], title: str, meaning: str, unit: str, *, empty: bool = False) -> Column:
    return Column(dtype, title, meaning, unit, _NOT_NEGATIVE, least=0, empty=empty)


COLUMNS: Mapping[str, Column] = {
    "persona": Column(pl.String, "Persona", "Korte naam van de persona", allowed="zie LEESMIJ.txt"),
    "toestand": Column(
        pl.String, "Toestand", "Wat geteld wordt: mist de voorziening, heeft haar, of niet te zeggen", codes=STATES
    ),
    "niveau": Column(
        pl.String,
        "Regionaal niveau",
        "Regionaal niveau",
        allowed=f"land | provincie | gemeente; in wijken.csv: wijk; in gebieden.csv: {' | '.join(KINDS)}",
        codes=_LEVELS | {kind: kind for kind in KINDS},
    ),
    "regio": Column(
        pl.String,
        "Regio",
        "Code van de regio",
        allowed="NL01 | PV.. | GM....; in wijken.csv: WK......, WK....-- voor wie in geen bekende wijk woont; in gebieden.csv: VR.. | AM.. | CG.... | GK.",
    ),
    "regio_naam": Column(pl.String, "Naam van de regio", "Naam van de regio"),
    "leeftijd": Column(
        pl.String, "Leeftijd", "Leeftijd op de peildatum", "jaren", codes=_TOTAL | {band: band for band in AGE_BANDS}
    ),
    "geslacht": Column(pl.String, "Geslacht", "Geslacht", codes=_TOTAL | {word: word for word in SEXES.values()}),
    "jaar": Column(pl.Int32, "Peiljaar", "Peiljaar; de stand is van 31 december", "jaar"),
    "schatting": _estimate("Schatting", "Zuivere schatting; gebruik deze om op te tellen"),
    "sd": Column(
        pl.Float64,
        "Standaardafwijking",
        "Standaardafwijking van de schatting door de ruis",
        "personen",
        _NOT_NEGATIVE,
        least=0,
        empty=True,
    ),
    "onder95": _estimate("Ondergrens 95 %", f"Ondergrens van de ruismarge {_COVERS}"),
    "boven95": _estimate("Bovengrens 95 %", f"Bovengrens van de ruismarge {_COVERS}"),
    "marge95": Column(
        pl.Float64,
        "Ruismarge 95 %",
        f"Halve breedte van de ruismarge {_COVERS}",
        "personen",
        _NOT_NEGATIVE,
        least=0,
        empty=True,
    ),
    "weergave": _whole(
        pl.Int64,
        "Getal om te tonen",
        "Heel getal om te tonen, nooit onder nul; telt op over regio's, leeftijden en geslachten; kleine cijfers staan "
        "gemiddeld te hoog en grotere iets te laag (zie LEESMIJ.txt); reken er niet mee",
        "personen",
        empty=True,
    ),
    "inwoners": _whole(
        pl.Int64,
        "Inwoners",
        "Openbaar aantal inwoners, boven gemeenten alleen van de gedekte gemeenten; van een wijk alleen het totaal",
        "personen",
    ),
    "per_1000": _estimate("Per 1.000 inwoners", "Schatting per 1.000 inwoners", _RATE),
    "per_1000_onder95": _estimate("Per 1.000, ondergrens 95 %", f"Ondergrens van de ruismarge {_COVERS}", _RATE),
    "per_1000_boven95": _estimate("Per 1.000, bovengrens 95 %", f"Bovengrens van de ruismarge {_COVERS}", _RATE),
    "bruikbaarheid": Column(pl.String, "Bruikbaarheid", "Of het cijfer alleen te gebruiken is", codes=USABILITY),
    "kwaliteit": Column(
        pl.String,
        "Kwaliteitsklasse",
        "Kwaliteitsklasse naar sd gedeeld door schatting: A hoogstens 5 %, B hoogstens 10 %, C groter maar bruikbaar, D "
        "te onzeker",
        codes=_QUALITY,
    ),
    "dekking_gemeenten": _whole(pl.Int32, "Gedekte gemeenten", "Aantal gedekte gemeenten in de regio", "gemeenten"),
    "dekking_gemeenten_totaal": Column(
        pl.Int32, "Gemeenten", "Aantal gemeenten in de regio", "gemeenten", "1 of meer", least=1
    ),
    "dekking_inwoners_pct": Column(
        pl.Float64, "Gedekte inwoners", "Aandeel inwoners in gedekte gemeenten", "%", "0 tot 100", least=0, most=100
    ),
    "status": Column(pl.String, "Status", "Status van het cijfer", codes=_STATUS),
    "versie": Column(pl.String, "Versie", "Versie van de uitgave", allowed="hoofd.klein.tekst"),
}
"""The columns of a figure, in the order of the files."""

MEASUREMENT_COLUMNS: Mapping[str, Column] = {
    "persona": Column(pl.String, "Persona", "korte naam van de persona"),
    "toestand": Column(pl.String, "Toestand", "missing, served of unknown", codes=STATES),
    "regio": Column(pl.String, "Regio", "code van de regio, BUITEN voor nummers buiten de BRP"),
    "boven": Column(
        pl.String,
        "Regio erboven",
        "code van de regio waar deze in ligt en in meetelt; leeg voor het land en voor BUITEN",
    ),
    "leeftijd": Column(pl.String, "Leeftijd", "leeftijdsgroep, of totaal", codes=COLUMNS["leeftijd"].codes),
    "geslacht": Column(pl.String, "Geslacht", "man, vrouw of totaal", codes=COLUMNS["geslacht"].codes),
    "meting": Column(
        pl.Int64, "Meting", "het aantal met ruis, zoals het één keer is getrokken; kan onder nul liggen", "personen"
    ),
    "tabel": Column(pl.String, "Tabel", "de gemeten tabel van het plan"),
    "sigma": Column(
        pl.Float64,
        "Ruisschaal",
        "schaal van de discrete Gaussische ruis bij deze meting, in personen",
        "personen",
        least=0,
    ),
}
"""The columns of `metingen.parquet`, in its order."""
