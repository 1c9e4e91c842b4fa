"""The bundle: everything of a release in one folder of the wachtruimte, complete or not there at all.

What belongs here: which version a bundle gets, and filling its folder. What does not: the files themselves
(`tables.py`, `measurement_files.py`, `privacy_record.py`, `readme.py`, `formats/`), judging them (`format_checks/`), and the
pages, which are handed in.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from pipelines.context import Context
from pipelines.facts.wijken import WijkList
from pipelines.private_files import files_like
from pipelines.release.certified import certify
from pipelines.release.content import ReleaseText
from pipelines.release.figures import publish_figures
from pipelines.release.formats.write import write_formats
from pipelines.release.manifest import MANIFEST, building, freeze, manifest_digest, verify
from pipelines.release.measure import Measured, Prepared
from pipelines.release.measurement_files import write_measurements
from pipelines.release.outside import outside_cells, outside_figures, write_outside
from pipelines.release.privacy_record import write_privacy_record
from pipelines.release.readme import write_readme
from pipelines.release.tables import write_areas, write_tables, write_wijken
from pipelines.release.text_file import write_text
from pipelines.release.texts import release_text
from pipelines.state import fingerprint

WritePages = Callable[[pl.DataFrame, ReleaseText, Path], object]


@dataclass(frozen=True)
class Bundle:
    """A bundle in the wachtruimte: its folder, the digest that votes bind to, and whether it is new."""

    folder: Path
    digest: str
    is_new: bool


def make_bundle(context: Context, prepared: Prepared, measured: Measured, write_pages: WritePages) -> Bundle:
    """Write the bundle of a measurement, or return the one that stands there already.

    The first number of a version is the draw, the second the texts and tables made from it. Same measurement,
    specs and code: the same bundle, byte for byte.
    """
    prepared = replace(prepared, key_set=measured.key_set)
    place = context.root.wachtruimte / prepared.plan.id
    content = fingerprint(
        measured.stored.entry.measurement_sha256,
        context.code_version,
        json.dumps([[name, asdict(standing)] for name, standing in prepared.standings.items()], default=str),
        json.dumps({slug: mechanism.model_dump() for slug, mechanism in context.mechanisms().items()}, sort_keys=True),
        *_wijken(prepared.key_set.wijken),
    )
    existing = _versions(place, measured.versie_major)
    if existing:
        facts = verify(place / existing[-1]).facts
        if facts.get("content") == content:
            folder = place / existing[-1]
            return Bundle(folder, manifest_digest(folder), is_new=False)
    minor = int(existing[-1].split(".")[1]) + 1 if existing else 0
    versie = f"{measured.versie_major}.{minor}.0"
    context.progress("least squares and intervals")
    published = publish_figures(measured.stored, prepared.key_set, prepared.plan.status, versie)
    cells = outside_cells(prepared.personas)
    outside = outside_figures(measured.stored, cells, prepared.plan.peiljaar, prepared.plan.status, versie)
    text = release_text(context, prepared, measured, published, versie, outside)
    folder = place / versie
    with files_like(context.root.wachtruimte), building(folder) as draft:
        context.progress("tables in every format")
        tables = {"cijfers": published.figures, "gebieden": published.areas}
        write_tables(published.figures, draft)
        write_areas(published.areas, draft)
        if published.wijken is not None:
            write_wijken(published.wijken, draft)
            tables["wijken"] = published.wijken
        if outside is not None:
            write_outside(outside, draft)
            tables["buiten-de-brp"] = outside
        write_measurements(measured.stored, prepared.key_set, prepared.personas, prepared.plan, draft)
        write_privacy_record(text, draft)
        write_readme(text, draft)
        write_text(text, draft)
        write_formats(text, tables, draft)
        context.progress("release checks")
        certify(text, measured.stored.entry, draft)
        context.progress("pages")
        write_pages(pl.concat([published.figures, published.areas]), text, draft)
        freeze(draft, _facts(context, prepared, measured, versie, content))
    return Bundle(folder, manifest_digest(folder), is_new=True)


def _facts(
    context: Context, prepared: Prepared, measured: Measured, versie: str, content: str
) -> dict[str, str | int | bool]:
    entry = measured.stored.entry
    return {
        "release_id": prepared.plan.id,
        "versie": versie,
        "peiljaar": prepared.plan.peiljaar,
        "status": prepared.plan.status,
        "synthetic": prepared.synthetic,
        "proef": prepared.proef or not entry.valid_for_publication,
        "measurement_sha256": entry.measurement_sha256,
        "ledger_head": entry.hash,
        "made_with": context.code_version,
        "content": content,
    }


def _wijken(wijken: WijkList | None) -> tuple[str, ...]:
    """What a list of wijken says beside its codes, which were measured: a better name or number is another bundle."""
    return () if wijken is None else (json.dumps([wijken.bron, *(asdict(wijk) for wijk in wijken.wijken)]),)


def _versions(place: Path, major: int) -> list[str]:
    """Versions of this draw that stand there, oldest first."""
    if not place.is_dir():
        return []
    names = [path.name for path in place.iterdir() if (path / MANIFEST).exists()]
    mine = [name for name in names if re.fullmatch(rf"{major}\.\d+\.\d+", name)]
    return sorted(mine, key=lambda name: int(name.split(".")[1]))
