"""A small good delivery in a kluis, and the means to damage it.

What belongs here: making, bending and comparing. What does not: the kinds of damage.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.progress import Progress, silent
from pipelines.registers import ingest as ingest_module
from pipelines.registers.catalogue_model import FRAME, Catalogue, load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import open_warehouse
from tests.tiny import FILES, PEILJAAR, TinyDelivery, deliver
from tests.unit.taking_in import PEOPLE

CANARY = "KANARIE99"
REGISTERS = (*FRAME, "WMOBUS", "BIJSTANDPERSOONBUS", "INPATAB")
PERSON = "GBAPERSOONTAB"


@cache
def small_catalogue() -> Catalogue:
    """The catalogue with the registers of this delivery, and one that cannot be taken in, alone: quick to write coverage of."""
    whole = load_catalogue()
    names = (*REGISTERS, next(name for name, register in whole.registers.items() if not register.loadable))
    return whole.model_copy(update={"registers": {name: whole.registers[name] for name in names}})


@cache
def good_rows() -> TinyDelivery:
    return deliver(PEOPLE)


def write(frame: pl.DataFrame, path: Path) -> None:
    """A file in the format of its extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        path.write_bytes(frame.write_csv(separator=";", line_terminator="\r\n").encode())
    else:
        import pyreadstat

        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        pyreadstat.write_sav(frame.with_columns(pl.col(texts).fill_null("")).to_pandas(), str(path))


def write_good(deliveries: Path, file_format: str) -> None:
    """The good delivery `cbs`."""
    for name in REGISTERS:
        write(good_rows().frame(name), deliveries / "cbs" / f"{FILES[name]}.{file_format}")
    manifest = {
        "delivery": "cbs",
        "supplier": "cbs (verzonnen)",
        "kind": "synthetic",
        "population": "tiny",
        "peiljaar": PEILJAAR,
        "version": 1,
        "status": "voorlopig",
        "completed": True,
        "files": [{"register": name, "coverage": _coverage(name)} for name in REGISTERS],
    }
    (deliveries / "cbs" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _coverage(name: str) -> dict[str, Any]:
    return {"kind": "gemeenten", "gemeenten": ["GM0344"]} if name == "WMOBUS" else {"kind": "national"}


@dataclass
class Scene:
    """A kluis that took in the good delivery, whose files may now be damaged."""

    root: DataRoot
    key: WarehouseKey
    file_format: str
    patch: pytest.MonkeyPatch

    @property
    def deliveries(self) -> Path:
        return self.root.deliveries(PEILJAAR)

    @property
    def cbs(self) -> Path:
        return self.deliveries / "cbs"

    def path(self, register: str = PERSON) -> Path:
        return self.cbs / f"{FILES[register]}.{self.file_format}"

    def frame(self, register: str) -> pl.DataFrame:
        return good_rows().frame(register)

    def rewrite(self, register: str, *changes: Any) -> None:
        """The file of a register with changed columns (Polars expressions)."""
        write(self.frame(register).with_columns(*changes), self.path(register))

    def put(self, register: str, column: str, value: object) -> None:
        """A value in the first row."""
        values = self.frame(register)[column].to_list()
        self.rewrite(register, pl.Series(column, [value, *values[1:]], dtype=pl.String))

    def bytes(self, change: Callable[[bytes], bytes], register: str = PERSON) -> None:
        path = self.path(register)
        path.write_bytes(change(path.read_bytes()))

    def manifest(self, change: Callable[[dict[str, Any]], None]) -> None:
        path = self.cbs / "manifest.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        change(told)
        path.write_text(json.dumps(told), encoding="utf-8")

    def declare(self, register: str, **said: Any) -> None:
        """Change what the manifest says of one file."""

        def change(told: dict[str, Any]) -> None:
            next(item for item in told["files"] if item["register"] == register).update(said)

        self.manifest(change)

    def another(self, name: str) -> Path:
        """A second folder with the same delivery."""
        return Path(shutil.copytree(self.cbs, self.deliveries / name))

    def after_load(self, register: str, happens: Callable[[], None]) -> None:
        """Let something happen once a register is loaded, before anything else is done."""
        load = ingest_module.load_register

        def loaded(*given: Any) -> int:
            number = load(*given)
            if given[2].name == register:
                happens()
            return number

        self.patch.setattr(ingest_module, "load_register", loaded)

    def take_in(self, progress: Progress = silent) -> bool:
        return ingest(self.root, self.key, small_catalogue(), PEILJAAR, progress)

    def mend(self) -> None:
        """The good delivery again, newly copied."""
        shutil.rmtree(self.deliveries)
        write_good(self.deliveries, self.file_format)

    def state(self) -> dict[str, Any]:
        """Every table as number of rows and digest of all values; the register of deliveries; files beside deliveries."""
        with open_warehouse(self.root, self.key, read_only=True, memory="500MB") as warehouse:
            found: dict[str, Any] = {}
            # Fingerprints of steps hold times of files, which a mended delivery changes.
            for schema, table in warehouse.rows(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE table_name <> 'steps' ORDER BY ALL",
                step="names",
            ):
                sql = f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)::HUGEINT) FROM {schema}.{table} t"
                found[f"{schema}.{table}"] = warehouse.rows(sql, step="digest")
        with sqlite3.connect(self.root.delivery_register) as register:
            found["register"] = register.execute("SELECT * FROM deliveries ORDER BY 1, 2, 3").fetchall()
        register.close()
        found["files"] = sorted(
            path.relative_to(self.root.path).as_posix()
            for path in self.root.path.rglob("*")
            if path.is_file()
            and path.is_relative_to(self.root.kluis)
            and self.deliveries not in path.parents
            and "reports" not in path.parts
        )
        return found
