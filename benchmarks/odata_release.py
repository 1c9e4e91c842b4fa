"""A published release with invented figures, as large as wanted, for what reads the folder openbaar.

What belongs here: writing the files that OData reads, with a manifest and a publication. What does not: figures that
anybody could take for real ones: they are a count of the row, and every text says so.
"""

import json
from pathlib import Path

import polars as pl

from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten, provincies
from pipelines.release.content import Fact
from pipelines.release.formats.columns import COLUMNS, KEY
from pipelines.release.manifest import PUBLICATION, freeze, manifest_digest

STATES = ("missing", "served", "unknown")
_UNMEASURED_EACH = 7
"""Every seventh gemeente has no figure."""


def write_release(
    openbaar: Path,
    *,
    personas: int = 13,
    peiljaar: int = 2023,
    status: str = "voorlopig",
    versie: str = "1.0.0",
    regions: int | None = None,
    proef: bool = False,
) -> Path:
    """Write `<openbaar>/uitgaven/<peiljaar>-<status>/<versie>`; `regions`: only so many gemeenten, and no gebieden."""
    folder = openbaar / "uitgaven" / f"{peiljaar}-{status}" / versie
    folder.mkdir(parents=True)
    names = {
        f"persona-{number}": f"Bedachte persona {number}, naam (nummer {number})" for number in range(1, personas + 1)
    }
    for name, rows in _regions(peiljaar, regions).items():
        _figures(list(names), rows, peiljaar, status, versie).write_parquet(folder / f"{name}.parquet")
    told = "; ".join(f"{name} ({slug}, version 1, accepted, definition sha256 0a)" for slug, name in names.items())
    record = {"deployment": {"basic": {"description": f"Invented figures. Personas: {told}."}}}
    (folder / "privacy.json").write_text(json.dumps(record), encoding="utf-8")
    facts: dict[str, Fact] = {
        "release_id": folder.parent.name,
        "versie": versie,
        "peiljaar": peiljaar,
        "status": status,
        "synthetic": True,
        "proef": proef,
    }
    freeze(folder, facts)
    publication = {"manifest_digest": manifest_digest(folder), "released_at": "2026-03-02T02:00:00+01:00"}
    (folder / PUBLICATION).write_text(json.dumps(publication), encoding="utf-8")
    return folder


def _regions(peiljaar: int, most: int | None) -> dict[str, list[tuple[str, str, str]]]:
    """File -> level, code and name of its regions."""
    places = gemeenten(peiljaar)[:most]
    known = {place.provincie for place in places}
    measured = [
        ("land", NEDERLAND, "Nederland"),
        *(("provincie", code, name) for code, name in provincies(peiljaar).items() if code in known),
        *(("gemeente", place.code, place.naam) for place in places),
    ]
    summed = [(area.kind, area.code, area.naam) for area in areas(peiljaar)] if most is None else []
    return {"cijfers": measured} | ({"gebieden": summed} if summed else {})


def _figures(
    personas: list[str], regions: list[tuple[str, str, str]], peiljaar: int, status: str, versie: str
) -> pl.DataFrame:
    frame = pl.DataFrame({"persona": personas}).join(pl.DataFrame({"toestand": STATES}), how="cross")
    frame = frame.join(pl.DataFrame(regions, schema=["niveau", "regio", "regio_naam"], orient="row"), how="cross")
    frame = frame.join(pl.DataFrame({"leeftijd": ["totaal", *AGE_BANDS]}), how="cross")
    frame = frame.join(pl.DataFrame({"geslacht": ["totaal", *SEXES.values()]}), how="cross").with_row_index("turn")
    unmeasured = (pl.col("niveau") == "gemeente") & (
        pl.col("regio").str.slice(2).cast(pl.Int32, strict=False) % _UNMEASURED_EACH == 0
    )
    turn = pl.col("turn").cast(pl.Float64)
    numbers = {
        "schatting": turn % 997 - 20.5,
        "sd": 5.0 + turn % 3,
        "onder95": turn % 997 - 30.5,
        "boven95": turn % 997 - 10.5,
        "marge95": turn * 0 + 10.0,
        "weergave": turn % 997,
        "per_1000": turn % 13 / 10,
        "per_1000_onder95": turn % 13 / 10 - 1,
        "per_1000_boven95": turn % 13 / 10 + 1,
    }
    values = {
        **{name: pl.when(unmeasured).then(None).otherwise(number) for name, number in numbers.items()},
        "jaar": pl.lit(peiljaar),
        "inwoners": turn % 5000 + 100,
        "bruikbaarheid": pl.when(unmeasured).then(pl.lit("niet_gemeten")).otherwise(pl.lit("bruikbaar")),
        "kwaliteit": pl.when(unmeasured).then(pl.lit("niet_gemeten")).otherwise(pl.lit("B")),
        "dekking_gemeenten": pl.lit(1),
        "dekking_gemeenten_totaal": pl.lit(1),
        "dekking_inwoners_pct": pl.lit(100.0),
        "status": pl.lit(status),
        "versie": pl.lit(versie),
    }
    frame = frame.with_columns(**values)
    return frame.select(pl.col(name).cast(column.dtype) for name, column in COLUMNS.items()).sort(KEY)
