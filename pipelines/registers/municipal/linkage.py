"""The linkage table that CBS makes: pseudonym to RIN, per register and key.

What belongs here: finding the tables of a peiljaar and refusing one that is not sound. What does not: using them
(`link.py`). How CBS makes one stands in docs/how-to/municipal-deliveries.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.pseudonyms import PSEUDONYM_FORM
from pipelines.registers.municipal.sealed import require_key
from pipelines.warehouse import Warehouse, parquet_relation

MANIFEST = "linkage.json"
COLUMNS = ("register", "pseudonym", "rinpersoons", "rinpersoon")


class LinkageManifest(BaseModel):
    """What CBS says of a linkage table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    peiljaar: int
    kind: Literal["synthetic", "real"]
    population: str | None = None
    key_id: str
    key_check: str
    file: str
    completed: bool


@dataclass(frozen=True)
class Linkage:
    """A linkage table in the kluis that fits a given key."""

    path: Path
    manifest: LinkageManifest

    @property
    def key_id(self) -> str:
        return self.manifest.key_id


def linkage_tables(deliveries: Path, peiljaar: int, keys: Mapping[str, MunicipalKey]) -> dict[str, Linkage]:
    """The linkage tables below the deliveries of a peiljaar, by key id. One of a key that was not given is left alone.

    Raises DeliveryError when a manifest cannot be understood, does not fit, or two tables are of one key.
    """
    found: dict[str, Linkage] = {}
    for path in sorted(deliveries.glob(f"*/{MANIFEST}")):
        linkage = _read(path, peiljaar)
        if not linkage.manifest.completed or linkage.key_id not in keys:
            continue
        where = f"{path.parent.name}/{MANIFEST}"
        require_key(where, linkage.key_id, linkage.manifest.key_check, linkage.manifest.kind, keys)
        if linkage.key_id in found:
            raise DeliveryError(
                f"{where}: a second linkage table of key {linkage.key_id}. Keep one. Nothing was changed."
            )
        found[linkage.key_id] = linkage
    return found


def _read(path: Path, peiljaar: int) -> Linkage:
    where = f"{path.parent.name}/{path.name}"
    try:
        manifest = LinkageManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, ValueError):
        manifest = None
    if manifest is None:
        raise DeliveryError(f"{where}: cannot be understood. docs/how-to/municipal-deliveries.md has its form.")
    if manifest.peiljaar != peiljaar:
        raise DeliveryError(f"{where}: is of peiljaar {manifest.peiljaar}, in the folder of {peiljaar}. Move it.")
    table = path.parent / manifest.file
    if table.parent != path.parent or not table.is_file() or table.suffix not in (".parquet", ".csv"):
        raise DeliveryError(f"{where}: its `file` is no .parquet or .csv beside it. Copy it again from CBS.")
    return Linkage(table, manifest)


def load_linkage(warehouse: Warehouse, tables: Mapping[str, Linkage]) -> None:
    """Make the temporary table `linkage`: key_id, register, pseudonym, rinpersoons, rinpersoon.

    Raises DeliveryError for other columns, a value of another form, and a pseudonym that stands there twice in one
    register: who it links to would be a matter of chance.
    """
    columns = ", ".join(COLUMNS)
    warehouse.run(
        f"CREATE OR REPLACE TEMP TABLE linkage (key_id VARCHAR, {', '.join(f'{name} VARCHAR' for name in COLUMNS)})",
        step="making the linkage",
    )
    for key_id, linkage in tables.items():
        name = f"{linkage.path.parent.name}/{linkage.path.name}"
        try:
            warehouse.run(
                f"INSERT INTO linkage SELECT ?, {columns} FROM {_relation(linkage.path)}",
                step="reading a linkage table",
                parameters=[key_id],
            )
            read = True
        except KluisError:
            read = False
        if not read:
            raise DeliveryError(
                f"{name}: cannot be read with the columns {columns}, all text. Copy it again from CBS. Nothing was changed."
            )
    _check(warehouse)


def _check(warehouse: Warehouse) -> None:
    faults = {
        "a pseudonym that is not 64 hexadecimal characters": f"NOT regexp_full_match(pseudonym, '{PSEUDONYM_FORM}')",
        "a RINPERSOON that is not nine digits": "NOT regexp_full_match(rinpersoon, '[0-9]{9}')",
        "a RINPERSOONS that is not one letter": "NOT regexp_full_match(rinpersoons, '[A-Z]')",
        "an empty value": f"{' IS NULL OR '.join(COLUMNS)} IS NULL",
    }
    selected = ", ".join(f"coalesce(bool_or({fault}), false)" for fault in faults.values())
    found = warehouse.rows(f"SELECT {selected} FROM linkage", step="checking the linkage")[0]
    wrong = [words for words, bad in zip(faults, found, strict=True) if bad]
    twice = warehouse.rows(
        "SELECT 1 FROM linkage GROUP BY key_id, register, pseudonym HAVING count(*) > 1 LIMIT 1",
        step="checking the linkage",
    )
    if twice:
        wrong.append("a pseudonym twice in one register")
    if wrong:
        raise DeliveryError(f"the linkage table holds {'; '.join(wrong)}. Ask CBS for a new one. Nothing was changed.")


def _relation(path: Path) -> str:
    if path.suffix == ".parquet":
        return parquet_relation(path)
    quoted = str(path).replace("'", "''")
    return f"read_csv('{quoted}', delim = ';', header = true, all_varchar = true, strict_mode = true)"
