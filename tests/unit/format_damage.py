"""Damage to a release, at least seven kinds for every format, and the rules that must see it.

What belongs here: a format's own checks, and what they must notice. What does not: how a file is damaged (`damaging.py`), tests.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

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
from tests.unit.damaging import (
    SECRET,
    Damage,
    change_frame,
    change_value,
    csv_cells,
    cut_in_half,
    flip_a_bit,
    lengthen,
    lose_last_line,
    repack,
    replace_text,
    set_at,
    take_away,
)

ID = "2023-proefuitgave"


@dataclass(frozen=True)
class Format:
    """A format: the checks that judge it, given a folder and the rules that its certificate has to name; the rules that must
    fail; and ways to damage its file."""

    check: Callable[[Path, tuple[str, ...]], Iterable[Verdict]]
    rules: tuple[str, ...]
    damages: Mapping[str, Damage]


PARQUET = "cijfers.parquet"
CUBE = "cijfers.jsonstat.json"
ZIP = f"{ID}.zip"
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
            "text in a number": partial(
                change_frame, PARQUET, lambda f: f.with_columns(pl.col("schatting").cast(pl.String))
            ),
            "an unknown status": partial(change_value, PARQUET, "status", SECRET),
            "a gemeente that does not exist": partial(change_value, PARQUET, "regio", "GM9999"),
            "an empty value": partial(change_value, PARQUET, "persona", None),
            "an empty value outside the key": partial(change_value, PARQUET, "dekking_gemeenten", None),
            "a number out of bounds": partial(change_value, PARQUET, "dekking_inwoners_pct", 140.0),
            "the same row twice": partial(change_frame, PARQUET, lambda f: pl.concat([f, f.tail(1)])),
            "a row left out": partial(change_frame, PARQUET, lambda f: f.head(-1)),
            "a column left out": partial(change_frame, PARQUET, lambda f: f.drop("versie")),
            "a bound that is not of its estimate": partial(change_value, PARQUET, "onder95", 1.0),
            "no finite number": partial(change_value, PARQUET, "sd", float("inf")),
            "half a file": partial(cut_in_half, PARQUET),
        },
    ),
    "JSON-stat": Format(
        lambda folder, _: check_cubes(folder, facts_in(folder), None),
        (f"jsonstat/{CUBE}", f"gelijk/{CUBE}"),
        {
            "text in a number": partial(set_at, CUBE, ("value", 0), SECRET),
            "an unknown status": partial(set_at, CUBE, ("status", 0), SECRET),
            "a gemeente that does not exist": partial(replace_text, CUBE, "GM0014", "GM9999"),
            "a number left out": partial(set_at, CUBE, ("value", 0), None),
            "a wrong size": partial(set_at, CUBE, ("size", 2), 354),
            "another number": partial(set_at, CUBE, ("value", 0), 12.5),
            "no bounds": partial(set_at, CUBE, ("dimension", "maat", "category", "index"), ["schatting"]),
            "a number that JSON has not": partial(set_at, CUBE, ("value", 0), float("nan")),
            "another status of the figures": partial(set_at, CUBE, ("extension", "status_cijfers"), "definitief"),
            "half a file": partial(cut_in_half, CUBE),
        },
    ),
    "datapackage": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        ("beschrijving/datapackage.json",),
        {
            "a file left out": partial(set_at, PACKAGE, ("resources", 0), None),
            "a file elsewhere": partial(
                set_at, PACKAGE, ("resources", 0, "path"), "https://uitgave.invalid/cijfers.csv"
            ),
            "a schema elsewhere": partial(
                set_at, PACKAGE, ("resources", 0, "schema"), "https://uitgave.invalid/schema.json"
            ),
            "no list of personas": partial(set_at, PACKAGE, (*FIRST_FIELD, "constraints", "enum"), None),
            "another type": partial(set_at, PACKAGE, (*FIRST_FIELD, "type"), "any"),
            "no key": partial(set_at, PACKAGE, ("resources", 0, "schema", "primaryKey"), None),
            "another licence": partial(set_at, PACKAGE, ("licenses", 0, "name"), "CC0-1.0"),
            "a file that was changed after its sha256": partial(lengthen, MEASURED),
        },
    ),
    "CSVW description": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        (f"beschrijving/{CSVW}",),
        {
            "a table elsewhere": partial(set_at, CSVW, ("url",), "https://uitgave.invalid/cijfers.csv"),
            "a context elsewhere": partial(set_at, CSVW, ("@context",), "https://uitgave.invalid/csvw"),
            "a column left out": partial(set_at, CSVW, ("tableSchema", "columns", 3), None),
            "no key": partial(set_at, CSVW, ("tableSchema", "primaryKey"), None),
            "another type": partial(set_at, CSVW, ("tableSchema", "columns", 8, "datatype"), "string"),
            "a value that may be missing": partial(set_at, CSVW, ("tableSchema", "columns", 0, "required"), False),
            "half a file": partial(cut_in_half, CSVW),
            "no file": partial(take_away, CSVW),
        },
    ),
    "DCAT-AP-NL by shapes": Format(
        lambda folder, _: check_by_shacl(folder),
        ("shacl/dcat.ttl",),
        {
            "no licence": partial(replace_text, "dcat.ttl", "dct:license", "dct:rights"),
            "no contact point": partial(replace_text, "dcat.ttl", "  dcat:contactPoint <#contact> ;\n", ""),
            "no theme": partial(replace_text, "dcat.ttl", "dcat:theme", "dcat:keyword"),
            "a publisher without a name": partial(replace_text, "dcat.ttl", "foaf:name", "foaf:nick"),
            "two identifiers": partial(replace_text, "dcat.ttl", "dct:identifier ", 'dct:identifier "een ander", '),
            "an unknown access right": partial(replace_text, "dcat.ttl", "access-right/PUBLIC", "access-right/SECRET"),
            "a file that cannot be reached": partial(replace_text, "dcat.ttl", "dcat:accessURL", "dcat:landingPage"),
            "a sha256 that is none": partial(
                replace_text, "dcat.ttl", 'spdx:checksumValue "', 'spdx:checksumValue "xyz'
            ),
            "no dataset": partial(replace_text, "dcat.ttl", "a dcat:Dataset", "a dcat:DatasetSeries"),
            "no status of the figures": partial(replace_text, "dcat.ttl", "adms:versionNotes", "dct:abstract"),
            "half a file": partial(cut_in_half, "dcat.ttl"),
        },
    ),
    "DCAT-AP-NL against the files": Format(
        lambda folder, _: check_descriptions(folder, facts_in(folder)),
        ("beschrijving/dcat.ttl",),
        {
            "a file that was changed after its sha256": partial(lengthen, "cijfers.csv"),
            "a file that is gone": partial(take_away, "gebieden.csv"),
            "a file left out": partial(replace_text, "dcat.ttl", "<#gebieden.csv>, ", ""),
            "another address": partial(
                replace_text, "dcat.ttl", "<cijfers.csv>", "<https://uitgave.invalid/cijfers.csv>"
            ),
            "another status": partial(replace_text, "dcat.ttl", "Status: voorlopig", "Status: definitief"),
            "another version": partial(replace_text, "dcat.ttl", 'dcat:version "1.0.0"', 'dcat:version "2.0.0"'),
            "another year": partial(replace_text, "dcat.ttl", "2023-12-31", "2022-12-31"),
        },
    ),
    "quality report": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        ("sims/quality.json",),
        {
            "a concept left out": partial(set_at, "quality.json", ("begrippen", 4), None),
            "an empty text": partial(set_at, "quality.json", ("begrippen", 4, "tekst"), " "),
            "an unknown field": partial(set_at, "quality.json", ("telling",), 12),
            "text in a number": partial(set_at, "quality.json", ("ruis_per_tabel", 0, "sigma_per_meting"), SECRET),
            "another status": partial(set_at, "quality.json", ("status",), "definitief"),
            "parts that do not add up": partial(
                set_at, "quality.json", ("bruikbaarheid_per_niveau", 0, "bruikbaar"), 10_000
            ),
            "a level left out": partial(set_at, "quality.json", ("bruikbaarheid_per_niveau", 0), None),
            "half a file": partial(cut_in_half, "quality.json"),
        },
    ),
    "privacy record": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        ("opendp/privacy.json",),
        {
            "a part left out": partial(set_at, "privacy.json", ("deployment", "accounting"), None),
            "an empty text": partial(set_at, "privacy.json", ("deployment", "basic", "name"), " "),
            "an unknown field": partial(set_at, "privacy.json", ("deployment", "extra"), "x"),
            "text in a number": partial(
                set_at, "privacy.json", ("deployment", "privacy_loss", "privacy_parameters", "rho"), SECRET
            ),
            "an unknown status": partial(set_at, "privacy.json", ("status",), "Klaar"),
            "another tier": partial(set_at, "privacy.json", ("tier",), 2),
            "no date": partial(set_at, "privacy.json", ("deployment", "basic", "publication_date"), "gisteren"),
            "half a file": partial(cut_in_half, "privacy.json"),
        },
    ),
    "measurements": Format(
        lambda folder, _: check_records(folder, facts_in(folder)),
        (f"metingen/{MEASURED}", f"metingen/{MEASURED_TEXT}"),
        {
            "text in a number": partial(
                change_frame, MEASURED, lambda f: f.with_columns(pl.col("meting").cast(pl.String))
            ),
            "an unknown state": partial(change_value, MEASURED, "toestand", SECRET),
            "a persona that is not of the release": partial(change_value, MEASURED, "persona", SECRET),
            "an empty value": partial(change_value, MEASURED, "regio", None),
            "another noise in one cell": partial(change_value, MEASURED, "sigma", 3.5),
            "the same cell twice": partial(change_frame, MEASURED, lambda f: pl.concat([f, f.tail(1)])),
            "a region above that is not there": partial(
                change_frame, MEASURED, lambda f: f.filter(pl.col("regio") != "NL01")
            ),
            "half a file": partial(cut_in_half, MEASURED),
            "half a file of text": partial(cut_in_half, MEASURED_TEXT),
            "other measurements as text": partial(lose_last_line, MEASURED_TEXT),
        },
    ),
    "certificate": Format(
        lambda folder, rules: [check_certificate(folder, facts_in(folder), rules)],
        ("vorm/certificate.json",),
        {
            "a check left out": partial(set_at, "certificate.json", ("controles", 3), None),
            "a check that failed": partial(set_at, "certificate.json", ("controles", 3, "oordeel"), "niet in orde"),
            "another release": partial(set_at, "certificate.json", ("uitgave",), "2022-voorlopig"),
            "another plan": partial(lengthen, "uitgaveplan.json"),
            "another noise": partial(set_at, "certificate.json", ("meting", "tabellen", 0, "sigma"), 1.0),
            "an unknown field": partial(set_at, "certificate.json", ("akkoord",), True),
            "a persona left out": partial(set_at, "certificate.json", ("meting", "personas", 0, "id"), "een-ander"),
            "half a file": partial(cut_in_half, "certificate.json"),
        },
    ),
    "zip": Format(
        lambda folder, _: [check_archive(folder, facts_in(folder), packed_files(facts_in(folder).tables))],
        (f"zip/{ZIP}",),
        {
            "a file left out": partial(repack, ZIP, lambda files: files[1:]),
            "a file changed": partial(repack, ZIP, lambda files: [(files[0][0], b"x"), *files[1:]]),
            "a file changed, as long as before": partial(
                repack, ZIP, lambda files: [(files[0][0], bytes(len(files[0][1]))), *files[1:]]
            ),
            "a file too many": partial(repack, ZIP, lambda files: [*files, (f"{ID}-1.0.0/meer.txt", b"x")]),
            "another order": partial(repack, ZIP, lambda files: files[::-1]),
            "a path out of the folder": partial(
                repack, ZIP, lambda files: [("../LEESMIJ.txt", files[0][1]), *files[1:]]
            ),
            "half a file": partial(cut_in_half, ZIP),
            "a byte changed where its list does not look": partial(flip_a_bit, ZIP),
            "no zip": partial(take_away, ZIP),
        },
    ),
    "manifest": Format(
        lambda folder, _: check_release(folder),
        ("manifest/manifest.json",),
        {
            "a file changed": partial(lengthen, "LEESMIJ.txt"),
            "a file changed, as long as before": partial(replace_text, "LEESMIJ.txt", "Bestanden", "bestanden"),
            "a file gone": partial(take_away, "kolommen.csv"),
            "a file that is not listed": lambda folder: (folder / "extra.txt").write_text("x", encoding="utf-8"),
            "a link": lambda folder: (folder / "extra.txt").symlink_to(folder / "LEESMIJ.txt"),
            "an edited fact": partial(replace_text, "manifest.json", '"voorlopig"', '"definitief"'),
            "half a file": partial(cut_in_half, "manifest.json"),
            "no manifest": partial(take_away, "manifest.json"),
        },
    ),
}
CASES = [(name, damage) for name, one in FORMATS.items() for damage in one.damages]
