"""A sealed delivery: one register of one gemeente, with pseudonyms, encrypted, and a manifest that cannot be changed.

What belongs here: the folder as it travels and lies in the kluis (`delivery.json`, `rows.parquet`). What does not: raw
files (`raw_file.py`) and linking (`link.py`).
"""

import hashlib
import hmac
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import DeliveryError
from pipelines.private_files import make_private_folder, private_files
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.raw_file import Rows
from pipelines.warehouse import open_workbench, parquet_options

MANIFEST, ROWS = "delivery.json", "rows.parquet"
GEMEENTE = "gemeente"
"""Column that says which gemeente a row came from, under the name that the catalogue gives it."""


class SealedManifest(BaseModel):
    """What the gemeente says of its delivery. Nothing in it depends on a row but whether there are any.

    `rows_sha256`: of the encrypted file, in which the same rows never look the same twice. `seal`: HMAC-SHA-256 over all
    the rest, with a key that follows from the opening secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    register_name: Annotated[str, Field(alias="register")]
    gemeente: str
    peiljaar: int
    version: Annotated[int, Field(ge=1)]
    kind: Literal["synthetic", "real"]
    population: str | None = None
    key_id: str
    key_check: str
    columns: tuple[str, ...]
    nothing_to_report: bool
    rows_sha256: str
    seal: str = ""

    def sealed(self, key: MunicipalKey) -> "SealedManifest":
        return self.model_copy(update={"seal": self._seal(key)})

    def is_sealed_by(self, key: MunicipalKey) -> bool:
        return hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: MunicipalKey) -> str:
        secret = hmac.digest(bytes.fromhex(key.opening), b"blindevlek/seal of a municipal delivery/1", "sha256")
        content = json.dumps(self.model_dump(by_alias=True, exclude={"seal"}), sort_keys=True)
        return hmac.digest(secret, content.encode(), "sha256").hex()


@dataclass(frozen=True)
class Sealed:
    """A sealed delivery on disk that was checked: made with a given key, and unchanged since."""

    folder: Path
    manifest: SealedManifest

    @property
    def rows(self) -> Path:
        return self.folder / ROWS


def folder_name(register: str, gemeente: str, peiljaar: int, version: int) -> str:
    """Such as `SCHULDHULP-GM0363-2023-v1`."""
    return f"{register}-{gemeente}-{peiljaar}-v{version}"


def write_sealed(rows: Rows, manifest: SealedManifest, key: MunicipalKey, to: Path) -> Path:
    """Write a sealed delivery below `to`, whole or not at all; returns its folder.

    Raises DeliveryError when this version stands there already: a correction is a new version.
    """
    name = folder_name(manifest.register_name, manifest.gemeente, manifest.peiljaar, manifest.version)
    final, making = to / name, to / f".{name}.making"
    if final.exists():
        raise DeliveryError(
            f"{final} stands there already. A correction is a new version: add --version {manifest.version + 1}. Nothing "
            "was changed."
        )
    if making.exists():
        # A run that was killed left it; it holds nothing but encrypted pseudonyms.
        shutil.rmtree(making)
    make_private_folder(making)
    try:
        with private_files():
            _write_rows(rows, manifest, key, making)
            digest = hashlib.sha256((making / ROWS).read_bytes()).hexdigest()
            complete = manifest.model_copy(update={"rows_sha256": digest}).sealed(key)
            text = json.dumps(complete.model_dump(by_alias=True), indent=2)
            (making / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        making.rename(final)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return final


def _write_rows(rows: Rows, manifest: SealedManifest, key: MunicipalKey, folder: Path) -> None:
    with open_workbench(folder, [key.file_key]) as bench:
        # Handed over without a name: the locals of a failing frame would show its first rows.
        bench.connection.register("checked_rows", _table(rows, manifest))
        place = str(folder / ROWS).replace("'", "''")
        bench.run(
            f"COPY (SELECT * FROM checked_rows) TO '{place}' ({parquet_options(key.file_key.name)})",
            step="sealing a municipal delivery",
        )


def _table(rows: Rows, manifest: SealedManifest) -> Any:
    """The rows as an Arrow table, in an order that says nothing of the raw file."""
    import polars as pl

    number = manifest.gemeente.removeprefix("GM")
    empty: dict[str, list[str]] = {name: [] for name in manifest.columns}
    frame = pl.DataFrame(rows.columns or empty, schema=dict.fromkeys(manifest.columns, pl.String))
    return frame.with_columns(pl.lit(number).alias(GEMEENTE)).sort("pseudonym").to_arrow()


def sealed_deliveries(folder: Path, keys: Mapping[str, MunicipalKey]) -> list[Sealed]:
    """The sealed deliveries in a folder, checked, in order of name; of several versions the highest.

    Raises DeliveryError for one that was made with a key that was not given, or was changed after it was made.
    """
    newest: dict[tuple[str, str], Sealed] = {}
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        found = Sealed(path.parent, _checked(path, keys))
        place = (found.manifest.register_name, found.manifest.gemeente)
        if place not in newest or newest[place].manifest.version < found.manifest.version:
            newest[place] = found
    return [newest[place] for place in sorted(newest)]


def _checked(path: Path, keys: Mapping[str, MunicipalKey]) -> SealedManifest:
    name = path.parent.name
    refused = "The delivery was refused and nothing was changed."
    try:
        manifest = SealedManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, ValueError):
        manifest = None
    if manifest is None:
        raise DeliveryError(f"{name}/{MANIFEST}: cannot be understood. Ask the gemeente to send it again. {refused}")
    key = require_key(f"{name}/{MANIFEST}", manifest.key_id, manifest.key_check, manifest.kind, keys)
    if not manifest.is_sealed_by(key):
        raise DeliveryError(
            f"{name}/{MANIFEST}: was changed after it was made (its seal does not fit). Ask the gemeente for a new "
            f"version: nobody mends a manifest by hand. {refused}"
        )
    rows = path.parent / ROWS
    if not rows.is_file() or hashlib.sha256(rows.read_bytes()).hexdigest() != manifest.rows_sha256:
        raise DeliveryError(
            f"{name}/{ROWS}: is missing, truncated or not the one that was sealed. Copy it again. {refused}"
        )
    return manifest


def require_key(what: str, key_id: str, check: str, kind: str, keys: Mapping[str, MunicipalKey]) -> MunicipalKey:
    """The given key that something was made with; raise DeliveryError when there is none, before anything is linked."""
    key = keys.get(key_id)
    if key is None:
        raise DeliveryError(
            f"{what}: was made with key {key_id}, and given are {', '.join(sorted(keys))}. Give the key of that id as "
            "well (both are accepted side by side), or have it made again with the new one. Nothing was changed."
        )
    if not hmac.compare_digest(key.check, check):
        raise DeliveryError(
            f"{what}: names key {key_id}, but was made with another key: the check values differ. Pseudonyms of two keys "
            "never meet. Have it made again with the key that was agreed. Nothing was changed."
        )
    if key.purpose != kind:
        raise DeliveryError(
            f"{what}: is {kind}, and key {key_id} was made for {key.purpose} data. Nothing was changed."
        )
    return key
