"""The records of a release held to forms of our own: quality, privacy, certificate, measurements.

What belongs here: those forms and what the records must say of each other. What does not: writing them.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
from polars.exceptions import PolarsError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import CheckFailed
from pipelines.release.format_checks.reading import WHOLE, cause, rows_read
from pipelines.release.formats.certificate import NAME as CERTIFICATE
from pipelines.release.formats.certificate import PLAN, Verdict
from pipelines.release.formats.columns import MEASUREMENT_COLUMNS
from pipelines.release.formats.quality import CONCEPTS, STANDARD
from pipelines.release.formats.quality import NAME as QUALITY
from pipelines.release.formats.tables_of import ReleaseFacts, levels_of
from pipelines.release.measurement_files import AS_TEXT, MEASUREMENTS
from pipelines.release.registry_form import RECORD, check_record

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
Size = Annotated[float, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Concept(_Part):
    code: Text
    naam: Text
    tekst: Text


class _Noise(_Part):
    tabel: Text
    metingen: Annotated[int, Field(gt=0)]
    sigma_per_meting: Size
    sd_van_een_gewoon_cijfer: Size
    marge95_van_een_gewoon_cijfer: Size


class _Usable(_Part):
    niveau: Literal["land", "provincie", "gemeente", "wijk"]
    cijfers: Count
    bruikbaar: Count
    te_onzeker: Count
    niet_gemeten: Count
    niet_gepubliceerd: Count


class _Quality(_Part):
    standaard: Literal["SIMS 2.0 (ESS)"]
    uitgave: Text
    versie: Text
    status: Text
    in_het_kort: Annotated[list[Text], Field(min_length=3)]
    begrippen: list[_Concept]
    ruis_per_tabel: Annotated[list[_Noise], Field(min_length=1)]
    bruikbaarheid_per_niveau: list[_Usable]


class _Plan(_Part):
    bestand: Literal["uitgaveplan.json"]
    sha256: Digest


class _MeasuredTable(_Part):
    tabel: Text
    metingen: Annotated[int, Field(gt=0)]
    rho: Text
    sigma: Annotated[float, Field(gt=0)]


class _MeasuredPersona(_Part):
    id: Text
    versie: Annotated[int, Field(ge=1)]
    definitie_sha256: Text
    status: Text


class _Measurement(_Part):
    sha256: Text
    grootboek: Text
    rho: Text
    ruis: Text
    opendp: Text
    code: Text
    tabellen: Annotated[list[_MeasuredTable], Field(min_length=1)]
    personas: Annotated[list[_MeasuredPersona], Field(min_length=1)]


class _Rule(_Part):
    regel: Text
    oordeel: Literal["in orde"]
    gelezen: Text


class _Certificate(_Part):
    uitgave: Text
    versie: Text
    peiljaar: int
    status: Text
    synthetisch: bool
    proef: bool
    plan: _Plan
    meting: _Measurement
    controles: list[_Rule]
    later: Text


def check_records(folder: Path, facts: ReleaseFacts) -> Iterator[Verdict]:
    """Verdicts over the measurements, `privacy.json` and `quality.json`."""
    yield _measurements(folder / MEASUREMENTS, facts)
    yield _as_text(folder)
    yield Verdict(f"opendp/{RECORD}", WHOLE, _refused(lambda: check_record(folder)))
    yield Verdict(f"sims/{QUALITY}", WHOLE, _quality(folder, facts))


def check_certificate(folder: Path, facts: ReleaseFacts, rules: Iterable[str]) -> Verdict:
    """Whether the certificate is whole, names these rules as passed, and speaks of the plan and measurements beside it."""
    rule = f"vorm/{CERTIFICATE}"
    try:
        found = _Certificate.model_validate_json((folder / CERTIFICATE).read_bytes())
        plan = sha256((folder / PLAN).read_bytes()).hexdigest()
        measured = _sigmas(pl.read_parquet(folder / MEASUREMENTS, memory_map=False))
    except (OSError, ValidationError, PolarsError) as error:
        return Verdict(rule, WHOLE, _told(error))
    own = (facts.release_id, facts.versie, facts.peiljaar, facts.status, facts.synthetic, facts.proef)
    faults = {
        "another release, version, year or status": own
        != (found.uitgave, found.versie, found.peiljaar, found.status, found.synthetisch, found.proef),
        "not the plan in uitgaveplan.json": found.plan.sha256 != plan,
        "not the tables of metingen.parquet": {(t.tabel, t.metingen, t.sigma) for t in found.meting.tabellen}
        != measured,
        "not the personas of the release": {p.id for p in found.meting.personas} != set(facts.personas),
        "not the checks that are made": [each.regel for each in found.controles] != list(rules),
    }
    return Verdict(rule, WHOLE, "; ".join(name for name, wrong in faults.items() if wrong))


def _as_text(folder: Path) -> Verdict:
    """Whether the measurements as text are those in Parquet, in the same order."""
    rule = f"metingen/{AS_TEXT}"
    try:
        written = gzip.decompress((folder / AS_TEXT).read_bytes())
        meant = pl.read_parquet(folder / MEASUREMENTS, memory_map=False).write_csv(line_terminator="\n").encode()
    except (OSError, EOFError, zlib.error, PolarsError) as error:
        return Verdict(rule, WHOLE, f"cannot be read ({cause(error)})")
    return Verdict(rule, WHOLE, "" if written == meant else f"other measurements than {MEASUREMENTS}")


def _measurements(path: Path, facts: ReleaseFacts) -> Verdict:
    rule = f"metingen/{path.name}"
    try:
        frame = pl.read_parquet(path, memory_map=False)
    except (OSError, PolarsError) as error:
        return Verdict(rule, WHOLE, f"cannot be read as Parquet ({cause(error)})")
    if dict(frame.schema) != {name: column.dtype for name, column in MEASUREMENT_COLUMNS.items()}:
        return Verdict(rule, WHOLE, "columns missing, unknown, in another order or of another type")
    key = ["persona", "toestand", "regio", "leeftijd", "geslacht", "tabel"]
    below = frame.filter(pl.col("boven") != "").select("persona", "toestand", regio="boven")
    faults = {
        "an empty value": frame.null_count().sum_horizontal().item() > 0,
        "a persona that the release has not": not frame["persona"].is_in(list(facts.personas)).all(),
        "a word that is in no list": any(
            not frame[name].is_in(list(column.codes)).all()
            for name, column in MEASUREMENT_COLUMNS.items()
            if column.codes
        ),
        "a sigma that is not above 0, or two in one table": frame.group_by("tabel")
        .agg(pl.col("sigma").n_unique())["sigma"]
        .max()
        != 1
        or not (frame["sigma"] > 0).all(),
        "the same cell twice": frame.select(key).is_duplicated().any(),
        "a region above that was not measured": not below.join(
            frame.select("persona", "toestand", "regio"), on=below.columns, how="anti"
        ).is_empty(),
    }
    return Verdict(rule, rows_read(frame.height), "; ".join(name for name, wrong in faults.items() if wrong))


def _sigmas(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(frame.group_by("tabel").agg(pl.len(), pl.col("sigma").first()).rows())


def _quality(folder: Path, facts: ReleaseFacts) -> str:
    try:
        found = _Quality.model_validate_json((folder / QUALITY).read_bytes())
    except (OSError, ValidationError) as error:
        return _told(error)
    faults = {
        f"not the concepts of {STANDARD}": {c.code: c.naam for c in found.begrippen} != CONCEPTS,
        "another release, version or status": (facts.release_id, facts.versie, facts.status)
        != (found.uitgave, found.versie, found.status),
        "not every regional level once": tuple(row.niveau for row in found.bruikbaarheid_per_niveau)
        != levels_of(facts.wijken),
        "parts that do not add up": any(
            row.cijfers != row.bruikbaar + row.te_onzeker + row.niet_gemeten + row.niet_gepubliceerd
            for row in found.bruikbaarheid_per_niveau
        ),
    }
    return "; ".join(name for name, wrong in faults.items() if wrong)


def _told(error: Exception) -> str:
    """The fields at fault, without what stands in them."""
    if isinstance(error, ValidationError):
        fields = {".".join(map(str, each["loc"])) or "the file itself" for each in error.errors()}
        return f"not in the form: {', '.join(sorted(fields)[:5])}"
    return f"cannot be read ({cause(error)})"


def _refused(check: Callable[[], None]) -> str:
    try:
        check()
    except CheckFailed as error:
        return str(error)
    except (UnicodeError, json.JSONDecodeError) as error:
        return f"cannot be read ({cause(error)})"
    return ""
