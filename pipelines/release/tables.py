"""The figures of a release as files: two kinds of CSV, Parquet, and a list of the columns.

What belongs here: the columns of a figure and how they are written, with the same bytes for the same figures.
What does not: estimating figures, rounding them for a page, texts.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import UserError
from pipelines.facts.areas import KINDS

KEY = ("persona", "toestand", "niveau", "regio", "leeftijd", "geslacht")
"""The columns that name a figure; one row each."""


@dataclass(frozen=True)
class Column:
    """One column of the figures: its type, and what `kolommen.csv` says of it."""

    dtype: type[pl.DataType]
    meaning: str
    unit: str
    allowed: str


_ESTIMATE = "geen als niet gemeten; kan door de ruis onder nul liggen"
_RATE = "per 1.000 inwoners"

COLUMNS: dict[str, Column] = {
    "persona": Column(pl.String, "Korte naam van de persona", "", "zie LEESMIJ.txt"),
    "toestand": Column(
        pl.String,
        "Wat geteld wordt: mist de voorziening, heeft haar, of niet te zeggen",
        "",
        "missing | served | unknown",
    ),
    "niveau": Column(
        pl.String,
        "Regionaal niveau",
        "",
        f"land | provincie | gemeente; in gebieden.csv: {' | '.join(KINDS)}",
    ),
    "regio": Column(
        pl.String, "Code van de regio", "", "NL01 | PV.. | GM....; in gebieden.csv: VR.. | AMR-... | CG.... | GK."
    ),
    "regio_naam": Column(pl.String, "Naam van de regio", "", ""),
    "leeftijd": Column(pl.String, "Leeftijd op de peildatum", "jaren", "totaal | 0-14 | 15-24 | 25-44 | 45-64 | 65+"),
    "geslacht": Column(pl.String, "Geslacht", "", "totaal | man | vrouw"),
    "jaar": Column(pl.Int32, "Peiljaar; de stand is van 31 december", "jaar", ""),
    "schatting": Column(pl.Float64, "Zuivere schatting; gebruik deze om op te tellen", "personen", _ESTIMATE),
    "sd": Column(pl.Float64, "Standaardafwijking van de schatting door de ruis", "personen", "0 of meer"),
    "onder95": Column(pl.Float64, "Ondergrens van de ruismarge (95 %)", "personen", _ESTIMATE),
    "boven95": Column(pl.Float64, "Bovengrens van de ruismarge (95 %)", "personen", _ESTIMATE),
    "marge95": Column(pl.Float64, "Halve breedte van de ruismarge (95 %)", "personen", "0 of meer"),
    "weergave": Column(
        pl.Int64,
        "Heel getal om te tonen, nooit onder nul; telt op over regio's, leeftijden en geslachten; kleine cijfers staan "
        "gemiddeld te hoog en grotere iets te laag (zie LEESMIJ.txt); reken er niet mee",
        "personen",
        "0 of meer",
    ),
    "inwoners": Column(
        pl.Int64,
        "Openbaar aantal inwoners, boven gemeenten alleen van de gedekte gemeenten",
        "personen",
        "0 of meer",
    ),
    "per_1000": Column(pl.Float64, "Schatting per 1.000 inwoners", _RATE, _ESTIMATE),
    "per_1000_onder95": Column(pl.Float64, "Ondergrens van de ruismarge (95 %)", _RATE, _ESTIMATE),
    "per_1000_boven95": Column(pl.Float64, "Bovengrens van de ruismarge (95 %)", _RATE, _ESTIMATE),
    "bruikbaarheid": Column(
        pl.String, "Of het cijfer alleen te gebruiken is", "", "bruikbaar | te_onzeker | niet_gemeten"
    ),
    "kwaliteit": Column(
        pl.String,
        "Kwaliteitsklasse naar sd gedeeld door schatting: A hoogstens 5 %, B hoogstens 10 %, C groter maar bruikbaar, D "
        "te onzeker",
        "",
        "A | B | C | D | niet_gemeten",
    ),
    "dekking_gemeenten": Column(pl.Int32, "Aantal gedekte gemeenten in de regio", "gemeenten", "0 of meer"),
    "dekking_gemeenten_totaal": Column(pl.Int32, "Aantal gemeenten in de regio", "gemeenten", "1 of meer"),
    "dekking_inwoners_pct": Column(pl.Float64, "Aandeel inwoners in gedekte gemeenten", "%", "0 tot 100"),
    "status": Column(pl.String, "Status van het cijfer", "", "voorlopig | nader_voorlopig | definitief"),
    "versie": Column(pl.String, "Versie van de uitgave", "", "hoofd.klein.tekst"),
}

_FORMULA_STARTS = r"^([=+\-@\t\r])"


def write_tables(figures: pl.DataFrame, folder: Path) -> tuple[Path, ...]:
    """Write `cijfers.csv`, `cijfers-excel.csv`, `cijfers.parquet` and `kolommen.csv` into an existing folder.

    `figures` has the columns of COLUMNS (others are refused), one row per KEY. The three files hold the same
    values in the same order, negative estimates included. Raises UserError for other columns or types, or a
    figure that occurs twice.
    """
    columns = folder / "kolommen.csv"
    paths = _write(checked(figures), folder, "cijfers")
    columns.write_bytes(_columns_csv().encode("utf-8"))
    return (*paths, columns)


def write_areas(areas: pl.DataFrame, folder: Path) -> tuple[Path, ...]:
    """Write `gebieden.csv`, `gebieden-excel.csv` and `gebieden.parquet`, the same columns and rules as `write_tables`."""
    return _write(checked(areas), folder, "gebieden")


def _write(rows: pl.DataFrame, folder: Path, name: str) -> tuple[Path, ...]:
    plain, excel, parquet = paths = tuple(folder / f"{name}{ending}" for ending in (".csv", "-excel.csv", ".parquet"))
    rows.write_csv(plain, line_terminator="\n")
    _defused(rows).write_csv(excel, include_bom=True, separator=";", decimal_comma=True, line_terminator="\r\n")
    rows.write_parquet(parquet, compression="zstd", compression_level=6, row_group_size=1 << 20)
    return paths


def checked(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures in the fixed order of columns and rows. Raises UserError as `write_tables` does."""
    wanted = {name: column.dtype for name, column in COLUMNS.items()}
    wrong = sorted(
        name
        for name in {*wanted, *figures.columns}
        if name not in wanted or name not in figures.columns or figures.schema[name] != wanted[name]
    )
    if wrong:
        raise UserError(
            f"figures of a release: missing, unknown or of another type: {', '.join(wrong)}. "
            f"Allowed are exactly the columns of pipelines/release/tables.py ({len(wanted)}), with those "
            "types. Mend the step that makes the figures."
        )
    if figures.select(KEY).is_duplicated().any():
        raise UserError(
            f"figures of a release: some figure occurs more than once. Allowed is one row per "
            f"{', '.join(KEY)}. Mend the step that makes the figures."
        )
    return figures.select(list(COLUMNS)).sort(KEY)


def _defused(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would run as a formula, with an apostrophe before them."""
    return rows.with_columns(pl.col(pl.String).str.replace(_FORMULA_STARTS, "'${1}"))


def _columns_csv() -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("kolom", "betekenis", "eenheid", "waarden"))
    for name, column in COLUMNS.items():
        writer.writerow((name, column.meaning, column.unit, column.allowed))
    return text.getvalue()
