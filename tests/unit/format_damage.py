"""Damage to a release, at least seven kinds for every format, and the rules that must see it.

What belongs here: a format's own checks, and functions that damage its file in a folder. What does not: tests.
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.release.format_checks.archives import check_archive
from pipelines.release.format_checks.by_csvw import check_by_csvw
from pipelines.release.format_checks.by_frictionless import check_by_frictionless
from pipelines.release.format_checks.by_shacl import check_by_shacl
from pipelines.release.format_checks.cubes import check_cubes
from pipelines.release.format_checks.descriptions import check_descriptions
from pipelines.release.format_checks.folder_facts import facts_in
from pipelines.release.format_checks.records import check_certificate, check_records
from pipelines.release.format_checks.run import check_release, packed_files
from pipelines.release.format_checks.whole_tables import check_tables
from pipelines.release.formats.certificate import Verdict

Damage = Callable[[Path], object]
ID = "2023-proefuitgave"
SECRET = "veelteveel"
"""Stands in damaged cells; no verdict may repeat it."""


@dataclass(frozen=True)
class Format:
    """A format: the checks that judge it, given a folder and the rules that its certificate has to name; the rules that must
    fail; and ways to damage its file."""

    check: Callable[[Path, tuple[str, ...]], Iterable[Verdict]]
    rules: tuple[str, ...]
    damages: Mapping[str, Damage]


def csv_cells(name: str) -> dict[str, Damage]:
    """Seven kinds of damage to a CSV."""
    return {
        "text in a number": partial(_cell, name, "schatting", SECRET),
        "an unknown status": partial(_cell, name, "status", SECRET),
        "a gemeente that does not exist": partial(_cell, name, "regio", "GM9999"),
        "an empty value": partial(_cell, name, "persona", ""),
        "a number out of bounds": partial(_cell, name, "marge95", "-7"),
        "the same row twice": partial(_lines, name, lambda lines: [*lines, lines[-1]]),
        "a column under another name": partial(_lines, name, lambda lines: [[*lines[0][:-1], "uitgave"], *lines[1:]]),
    }


def _lines(name: str, change: Callable[[list[list[str]]], list[list[str]]], folder: Path) -> None:
    excel = name.endswith("-excel.csv")
    path, delimiter = folder / name, ";" if excel else ","
    text = path.read_text(encoding="utf-8-sig" if excel else "utf-8")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n" if excel else "\n")
    writer.writerows(change(list(csv.reader(io.StringIO(text), delimiter=delimiter))))
    path.write_bytes(written.getvalue().encode("utf-8-sig" if excel else "utf-8"))


def _cell(name: str, column: str, value: str, folder: Path) -> None:
    def change(lines: list[list[str]]) -> list[list[str]]:
        lines[3][lines[0].index(column)] = value
        return lines

    _lines(name, change, folder)


def _frame(name: str, change: Callable[[pl.DataFrame], pl.DataFrame], folder: Path) -> None:
    change(pl.read_parquet(folder / name, memory_map=False)).write_parquet(folder / name)


def _value(name: str, column: str, value: object, folder: Path) -> None:
    def change(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == 0
        new = pl.when(here).then(pl.lit(value, dtype=frame.schema[column])).otherwise(pl.col(column))
        return frame.with_columns(new.alias(column))

    _frame(name, change, folder)


def _json(name: str, change: Callable[[dict[str, Any]], object], folder: Path) -> None:
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    change(content)
    (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _set(name: str, path: tuple[str | int, ...], value: object, folder: Path) -> None:
    """Another value at a place of a JSON file; None takes it away."""

    def change(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        if value is None:
            del content[path[-1]]
        else:
            content[path[-1]] = value

    _json(name, change, folder)


def _replace(name: str, old: str, new: str, folder: Path) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def _half(name: str, folder: Path) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])


def _last_line_lost(name: str, folder: Path) -> None:
    lines = gzip.decompress((folder / name).read_bytes()).splitlines(keepends=True)
    (folder / name).write_bytes(gzip.compress(b"".join(lines[:-1])))


def _flipped(name: str, folder: Path) -> None:
    """One bit in the middle, where files lie packed; the list at the end stays."""
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)


def _gone(name: str, folder: Path) -> None:
    (folder / name).unlink()


def _longer(name: str, folder: Path) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")


def _packed(change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]], folder: Path) -> None:
    path = folder / f"{ID}.zip"
    with zipfile.ZipFile(path) as packed:
        files = [(name, packed.read(name)) for name in packed.namelist()]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in change(files):
            packed.writestr(name, content)


PARQUET = "cijfers.parquet"
CUBE = "cijfers.jsonstat.json"
PACKAGE = "datapackage.json"
CSVW = "cijfers.csv-metadata.json"
MEASURED = "metingen.parquet"
MEASURED_TEXT = "metingen.csv.gz"
FIRST_FIELD = ("resources", 0, "schema", "fields", 0)

FORMATS: dict[str, Format] = {
    "CSV by frictionless": Format(
        lambda folder, _: check_by_frictionless(folder, facts_in(folder), None),
        ("frictionless/cijfers.csv",),
        csv_cells("cijfers.csv"),
    ),
    "CSV for Excel by frictionless": Format(
        lambda folder, _: check_by_frictionless(folder, facts_in(folder), None),
        ("frictionless/cijfers-excel.csv",),
        csv_cells("cijfers-excel.csv"),
    ),
    "CSV by csvw": Format(
        lambda folder, _: check_by_csvw(folder, facts_in(folder), None), ("csvw/cijfers.csv",), csv_cells("cijfers.csv")
    ),
    "CSV, every row": Format(
        lambda folder, _: check_tables(folder, facts_in(folder)), ("gelijk/cijfers.csv",), csv_cells("cijfers.csv")
    ),
    "CSV for Excel, every row": Format(
        lambda folder, _: check_tables(folder, facts_in(folder)),
        ("gelijk/cijfers-excel.csv",),
        csv_cells("cijfers-excel.csv"),
    ),
    "Parquet": Format(
        lambda folder, _: check_tables(folder, facts_in(folder)),
        ("parquet/cijfers.parquet", "waarden/cijfers.parquet"),
        {
            "text in a number": partial(_frame, PARQUET, lambda f: f.with_columns(pl.col("schatting").cast(pl.String))),
            "an unknown status": partial(_value, PARQUET, "status", SECRET),
            "a gemeente that does not exist": partial(_value, PARQUET, "regio", "GM9999"),
            "an empty value": partial(_value, PARQUET, "persona", None),
            "an empty value outside the key": partial(_value, PARQUET, "dekking_gemeenten", None),
            "a number out of bounds": partial(_value, PARQUET, "dekking_inwoners_pct", 140.0),
            "the same row twice": partial(_frame, PARQUET, lambda f: pl.concat([f, f.tail(1)])),
            "a row left out": partial(_frame, PARQUET, lambda f: f.head(-1)),
            "a column left out": partial(_frame, PARQUET, lambda f: f.drop("versie")),
            "a bound that is not of its estimate": partial(_value, PARQUET, "onder95", 1.0),
            "no finite number": partial(_value, PARQUET, "sd", float("inf")),
            "half a file": partial(_half, PARQUET),
        },
    ),
    "JSON-stat": Format(
        lambda folder, _: check_cubes(folder, facts_in(folder), None),
        (f"jsonstat/{CUBE}", f"gelijk/{CUBE}"),
        {
            "text in a number": partial(_set, CUBE, ("value", 0), SECRET),
            "an unknown status": partial(_set, CUBE, ("status", 0), SECRET),
            "a gemeente that does not exist": partial(_replace, CUBE, "GM0014", "GM9999"),
            "a number left out": partial(_set, CUBE, ("value", 0), None),
            "a wrong size": partial(_set, CUBE, ("size", 2), 354),
            "another number": partial(_set, CUBE, ("value", 0), 12.5),
            "no bounds": partial(_set, CUBE, ("dimension", "maat", "category", "index"), ["schatting"]),
            "a number that JSON has not": partial(_set, CUBE, ("value", 0), float("nan")),
            "another status of the figures": partial(_set, CUBE, ("extension", "status_cijfers"), "definitief"),
            "half a file": partial(_half, CUBE),
        },
    ),
    "datapackage": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        ("beschrijving/datapackage.json",),
        {
            "a file left out": partial(_set, PACKAGE, ("resources", 0), None),
            "a file elsewhere": partial(_set, PACKAGE, ("resources", 0, "path"), "https://uitgave.invalid/cijfers.csv"),
            "a schema elsewhere": partial(
                _set, PACKAGE, ("resources", 0, "schema"), "https://uitgave.invalid/schema.json"
            ),
            "no list of personas": partial(_set, PACKAGE, (*FIRST_FIELD, "constraints", "enum"), None),
            "another type": partial(_set, PACKAGE, (*FIRST_FIELD, "type"), "any"),
            "no key": partial(_set, PACKAGE, ("resources", 0, "schema", "primaryKey"), None),
            "another licence": partial(_set, PACKAGE, ("licenses", 0, "name"), "CC0-1.0"),
            "a file that was changed after its sha256": partial(_longer, MEASURED),
        },
    ),
    "CSVW description": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        (f"beschrijving/{CSVW}",),
        {
            "a table elsewhere": partial(_set, CSVW, ("url",), "https://uitgave.invalid/cijfers.csv"),
            "a context elsewhere": partial(_set, CSVW, ("@context",), "https://uitgave.invalid/csvw"),
            "a column left out": partial(_set, CSVW, ("tableSchema", "columns", 3), None),
            "no key": partial(_set, CSVW, ("tableSchema", "primaryKey"), None),
            "another type": partial(_set, CSVW, ("tableSchema", "columns", 8, "datatype"), "string"),
            "a value that may be missing": partial(_set, CSVW, ("tableSchema", "columns", 0, "required"), False),
            "half a file": partial(_half, CSVW),
            "no file": partial(_gone, CSVW),
        },
    ),
    "DCAT-AP-NL by shapes": Format(
        lambda folder, _: check_by_shacl(folder),
        ("shacl/dcat.ttl",),
        {
            "no licence": partial(_replace, "dcat.ttl", "dct:license", "dct:rights"),
            "no contact point": partial(_replace, "dcat.ttl", "  dcat:contactPoint <#contact> ;\n", ""),
            "no theme": partial(_replace, "dcat.ttl", "dcat:theme", "dcat:keyword"),
            "a publisher without a name": partial(_replace, "dcat.ttl", "foaf:name", "foaf:nick"),
            "two identifiers": partial(_replace, "dcat.ttl", "dct:identifier ", 'dct:identifier "een ander", '),
            "an unknown access right": partial(_replace, "dcat.ttl", "access-right/PUBLIC", "access-right/SECRET"),
            "a file that cannot be reached": partial(_replace, "dcat.ttl", "dcat:accessURL", "dcat:landingPage"),
            "a sha256 that is none": partial(_replace, "dcat.ttl", 'spdx:checksumValue "', 'spdx:checksumValue "xyz'),
            "no dataset": partial(_replace, "dcat.ttl", "a dcat:Dataset", "a dcat:DatasetSeries"),
            "no status of the figures": partial(_replace, "dcat.ttl", "adms:versionNotes", "dct:abstract"),
            "half a file": partial(_half, "dcat.ttl"),
        },
    ),
    "DCAT-AP-NL against the files": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        ("beschrijving/dcat.ttl",),
        {
            "a file that was changed after its sha256": partial(_longer, "cijfers.csv"),
            "a file that is gone": partial(_gone, "gebieden.csv"),
            "a file left out": partial(_replace, "dcat.ttl", "<#gebieden.csv>, ", ""),
            "another address": partial(_replace, "dcat.ttl", "<cijfers.csv>", "<https://uitgave.invalid/cijfers.csv>"),
            "another status": partial(_replace, "dcat.ttl", "Status: voorlopig", "Status: definitief"),
            "another version": partial(_replace, "dcat.ttl", 'dcat:version "1.0.0"', 'dcat:version "2.0.0"'),
            "another year": partial(_replace, "dcat.ttl", "2023-12-31", "2022-12-31"),
        },
    ),
    "quality report": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        ("sims/quality.json",),
        {
            "a concept left out": partial(_set, "quality.json", ("begrippen", 4), None),
            "an empty text": partial(_set, "quality.json", ("begrippen", 4, "tekst"), " "),
            "an unknown field": partial(_set, "quality.json", ("telling",), 12),
            "text in a number": partial(_set, "quality.json", ("ruis_per_tabel", 0, "sigma_per_meting"), SECRET),
            "another status": partial(_set, "quality.json", ("status",), "definitief"),
            "parts that do not add up": partial(
                _set, "quality.json", ("bruikbaarheid_per_niveau", 0, "bruikbaar"), 10_000
            ),
            "a level left out": partial(_set, "quality.json", ("bruikbaarheid_per_niveau", 0), None),
            "half a file": partial(_half, "quality.json"),
        },
    ),
    "privacy record": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        ("opendp/privacy.json",),
        {
            "a part left out": partial(_set, "privacy.json", ("deployment", "accounting"), None),
            "an empty text": partial(_set, "privacy.json", ("deployment", "basic", "name"), " "),
            "an unknown field": partial(_set, "privacy.json", ("deployment", "extra"), "x"),
            "text in a number": partial(
                _set, "privacy.json", ("deployment", "privacy_loss", "privacy_parameters", "rho"), SECRET
            ),
            "an unknown status": partial(_set, "privacy.json", ("status",), "Klaar"),
            "another tier": partial(_set, "privacy.json", ("tier",), 2),
            "no date": partial(_set, "privacy.json", ("deployment", "basic", "publication_date"), "gisteren"),
            "half a file": partial(_half, "privacy.json"),
        },
    ),
    "measurements": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        (f"metingen/{MEASURED}", f"metingen/{MEASURED_TEXT}"),
        {
            "text in a number": partial(_frame, MEASURED, lambda f: f.with_columns(pl.col("meting").cast(pl.String))),
            "an unknown state": partial(_value, MEASURED, "toestand", SECRET),
            "a persona that is not of the release": partial(_value, MEASURED, "persona", SECRET),
            "an empty value": partial(_value, MEASURED, "regio", None),
            "another noise in one cell": partial(_value, MEASURED, "sigma", 3.5),
            "the same cell twice": partial(_frame, MEASURED, lambda f: pl.concat([f, f.tail(1)])),
            "a region above that is not there": partial(
                _frame, MEASURED, lambda f: f.filter(pl.col("regio") != "NL01")
            ),
            "half a file": partial(_half, MEASURED),
            "half a file of text": partial(_half, MEASURED_TEXT),
            "other measurements as text": partial(_last_line_lost, MEASURED_TEXT),
        },
    ),
    "certificate": Format(
        lambda folder, rules: [check_certificate(folder, facts_in(folder), rules)],
        ("vorm/certificate.json",),
        {
            "a check left out": partial(_set, "certificate.json", ("controles", 3), None),
            "a check that failed": partial(_set, "certificate.json", ("controles", 3, "oordeel"), "niet in orde"),
            "another release": partial(_set, "certificate.json", ("uitgave",), "2022-voorlopig"),
            "another plan": partial(_longer, "uitgaveplan.json"),
            "another noise": partial(_set, "certificate.json", ("meting", "tabellen", 0, "sigma"), 1.0),
            "an unknown field": partial(_set, "certificate.json", ("akkoord",), True),
            "a persona left out": partial(_set, "certificate.json", ("meting", "personas", 0, "id"), "een-ander"),
            "half a file": partial(_half, "certificate.json"),
        },
    ),
    "zip": Format(
        lambda folder, _: [check_archive(folder, facts_in(folder), packed_files(facts_in(folder).tables))],
        (f"zip/{ID}.zip",),
        {
            "a file left out": partial(_packed, lambda files: files[1:]),
            "a file changed": partial(_packed, lambda files: [(files[0][0], b"x"), *files[1:]]),
            "a file changed, as long as before": partial(
                _packed, lambda files: [(files[0][0], bytes(len(files[0][1]))), *files[1:]]
            ),
            "a file too many": partial(_packed, lambda files: [*files, (f"{ID}-1.0.0/meer.txt", b"x")]),
            "another order": partial(_packed, lambda files: files[::-1]),
            "a path out of the folder": partial(_packed, lambda files: [("../LEESMIJ.txt", files[0][1]), *files[1:]]),
            "half a file": partial(_half, f"{ID}.zip"),
            "a byte changed where its list does not look": partial(_flipped, f"{ID}.zip"),
            "no zip": partial(_gone, f"{ID}.zip"),
        },
    ),
    "manifest": Format(
        lambda folder, _: check_release(folder),
        ("manifest/manifest.json",),
        {
            "a file changed": partial(_longer, "LEESMIJ.txt"),
            "a file changed, as long as before": partial(_replace, "LEESMIJ.txt", "Bestanden", "bestanden"),
            "a file gone": partial(_gone, "kolommen.csv"),
            "a file that is not listed": lambda folder: (folder / "extra.txt").write_text("x", encoding="utf-8"),
            "a link": lambda folder: (folder / "extra.txt").symlink_to(folder / "LEESMIJ.txt"),
            "an edited fact": partial(_replace, "manifest.json", '"voorlopig"', '"definitief"'),
            "half a file": partial(_half, "manifest.json"),
            "no manifest": partial(_gone, "manifest.json"),
        },
    ),
}
CASES = [(name, damage) for name, one in FORMATS.items() for damage in one.damages]
