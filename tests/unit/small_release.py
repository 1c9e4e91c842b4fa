"""A small release in every format, written by the code that writes real ones; all numbers made up.

What belongs here: making such a folder. What does not: tests, and damaging it (`format_damage.py`).
"""

from dataclasses import replace
from pathlib import Path

import polars as pl

from pipelines.release.content import ReleaseText, TableFacts
from pipelines.release.format_checks.run import check_files, packed_files
from pipelines.release.formats.archive import add_to_archive
from pipelines.release.formats.certificate import write_certificate
from pipelines.release.formats.columns import MEASUREMENT_COLUMNS
from pipelines.release.formats.tables_of import BUITEN_DE_BRP, facts_of
from pipelines.release.formats.write import write_formats
from pipelines.release.manifest import freeze
from pipelines.release.measurement_files import AS_TEXT, MEASUREMENTS, PLAN, packed_text
from pipelines.release.outside import write_outside
from pipelines.release.privacy_record import write_privacy_record
from pipelines.release.readme import write_readme
from pipelines.release.tables import write_areas, write_tables
from pipelines.release.text_file import write_text
from tests.unit.invented_figures import PERSONAS, figures, release_text, with_value

PERSONA = PERSONAS[0]
REGIONS = ("NL01", "PV20", "GM0014", "GM0034")
_FACTS = ("release_id", "versie", "peiljaar", "status", "synthetic", "proef")


def small_text() -> ReleaseText:
    """Texts of a release with one persona, whose tables are those of `small_measurements`."""
    tables = (TableFacts("land", 3, "1/40", 20.0, 18.5), TableFacts("gemeente", 6, "1/40", 7.75, 7.1))
    return replace(release_text((PERSONA,)), tables=tables, status="voorlopig")


def small_figures() -> pl.DataFrame:
    """All ages and sexes of four regions, one estimate far below zero."""
    rows = figures(personas=(PERSONA,)).filter(pl.col("regio").is_in(REGIONS))
    rows = rows.with_columns(pl.lit("voorlopig").alias("status"))
    margin = rows.filter(regio="GM0014", toestand="missing", leeftijd="totaal", geslacht="totaal")["marge95"].item()
    low = -4.25
    return with_value(
        rows, "GM0014", "missing", schatting=low, onder95=low - margin, boven95=low + margin, weergave=0,
        bruikbaarheid="te_onzeker", kwaliteit="D",
    )  # fmt: skip


def small_areas() -> pl.DataFrame:
    """One gebied, whose figures are those of a gemeente."""
    rows = small_figures().filter(regio="GM0014")
    return rows.with_columns(
        pl.lit("veiligheidsregio").alias("niveau"),
        pl.lit("VR01").alias("regio"),
        pl.lit("Groningen").alias("regio_naam"),
    )


def small_outside() -> pl.DataFrame:
    """The three states of numbers outside the BRP."""
    national = small_figures().filter(regio="NL01", leeftijd="totaal", geslacht="totaal").sort("toestand")
    return national.select(BUITEN_DE_BRP.columns)


def small_measurements() -> pl.DataFrame:
    """The country and two gemeenten, one cell per state."""
    rows = [
        (PERSONA, state, region, above, "totaal", "totaal", value, table, sigma)
        for table, sigma, places in (
            ("land", 20.0, [("NL01", "")]),
            ("gemeente", 7.75, [("GM0014", "NL01"), ("GM0034", "NL01")]),
        )
        for region, above in places
        for state, value in (("missing", 812), ("served", -3), ("unknown", 44))
    ]
    schema = {name: column.dtype for name, column in MEASUREMENT_COLUMNS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def write_small_release(folder: Path) -> Path:
    """Write the whole release into an existing empty folder, frozen."""
    text = write_small_draft(folder)
    write_certificate(text, "head", "measurement", check_files(folder), folder)
    add_to_archive(packed_files(facts_of(text).tables), text.release_id, text.versie, folder)
    freeze(folder, {name: getattr(text, name) for name in _FACTS})
    return folder


def write_small_draft(folder: Path) -> ReleaseText:
    """Write everything that is made before the checks."""
    text = small_text()
    tables = {"cijfers": small_figures(), "gebieden": small_areas(), "buiten-de-brp": small_outside()}
    write_tables(tables["cijfers"], folder)
    write_areas(tables["gebieden"], folder)
    write_outside(tables["buiten-de-brp"], folder)
    small_measurements().write_parquet(folder / MEASUREMENTS)
    (folder / AS_TEXT).write_bytes(packed_text(small_measurements()))
    (folder / PLAN).write_text('{"id": "2023-proefuitgave"}\n', encoding="utf-8")
    for name in ("opnieuw-schatten.py", "opnieuw-schatten.R"):
        (folder / name).write_text("# een voorbeeld\n", encoding="utf-8")
    write_privacy_record(text, folder)
    write_readme(text, folder)
    write_text(text, folder)
    write_formats(text, tables, folder)
    return text
