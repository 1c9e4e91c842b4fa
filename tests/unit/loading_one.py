"""One register loaded into a bare kluis, without a delivery around it, for the tests of reading.

What belongs here: getting files in and rows out. What does not: judging them.
"""

from pathlib import Path
from typing import Any

from pipelines.context import Context
from pipelines.registers.catalogue_model import Register, load_catalogue
from pipelines.registers.digest import table_digest
from pipelines.registers.file_names import read_name
from pipelines.registers.finding import FoundFile, RegisterFiles
from pipelines.registers.load import load_register
from pipelines.registers.unusable import TABLE as UNUSABLE
from pipelines.registers.unusable import prepare_unusable
from pipelines.warehouse import Warehouse, open_warehouse

Row = tuple[Any, ...]


def files_of(register: Register, *paths: Path) -> RegisterFiles:
    """These files, as their names say, to be read together."""
    found = [FoundFile(path, name) for path in paths if (name := read_name(path.stem, register))]
    assert len(found) == len(paths), "the name must be one of the register"
    return RegisterFiles(register.name, tuple(found))


def load_into(warehouse: Warehouse, register: Register, *paths: Path) -> tuple[list[Row], str]:
    """Load files of a register; its linked rows in order, and the digest of all."""
    warehouse.run("CREATE SCHEMA IF NOT EXISTS y2023", step="test")
    warehouse.run(f"DROP TABLE IF EXISTS y2023.{UNUSABLE}", step="test")
    prepare_unusable(warehouse, "y2023")
    try:
        with warehouse.transaction():
            load_register(warehouse, files_of(register, *paths), register, load_catalogue(), 2023)
        rows = warehouse.rows(f"SELECT * FROM y2023.{register.table} ORDER BY ALL", step="test")
        return rows, table_digest(warehouse, "y2023", register).value
    finally:
        for table in (register.table, f"{register.table}_unlinked"):
            warehouse.run(f"DROP TABLE IF EXISTS y2023.{table}", step="test")


def load_one(context: Context, register: Register | str, *paths: Path) -> tuple[list[Row], str]:
    """The same, in a kluis of its own."""
    entry = load_catalogue().register(register) if isinstance(register, str) else register
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        return load_into(warehouse, entry, *paths)
