"""Ways to damage one file of a folder: a cell, a line, a value at a place, half of it.

What belongs here: functions that change a file. What does not: which damage a format must notice (`format_damage.py`), tests.
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

Damage = Callable[[Path], object]
SECRET = "veelteveel"
"""Stands in damaged cells; no verdict may repeat it."""


def csv_cells(name: str) -> dict[str, Damage]:
    """Seven kinds of damage to a CSV."""
    return {
        "text in a number": partial(change_cell, name, "schatting", SECRET),
        "an unknown status": partial(change_cell, name, "status", SECRET),
        "a gemeente that does not exist": partial(change_cell, name, "regio", "GM9999"),
        "an empty value": partial(change_cell, name, "persona", ""),
        "a number out of bounds": partial(change_cell, name, "marge95", "-7"),
        "the same row twice": partial(change_lines, name, lambda lines: [*lines, lines[-1]]),
        "a column under another name": partial(
            change_lines, name, lambda lines: [[*lines[0][:-1], "uitgave"], *lines[1:]]
        ),
    }


def change_lines(name: str, change: Callable[[list[list[str]]], list[list[str]]], folder: Path) -> None:
    excel = name.endswith("-excel.csv")
    path, delimiter = folder / name, ";" if excel else ","
    text = path.read_text(encoding="utf-8-sig" if excel else "utf-8")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n" if excel else "\n")
    writer.writerows(change(list(csv.reader(io.StringIO(text), delimiter=delimiter))))
    path.write_bytes(written.getvalue().encode("utf-8-sig" if excel else "utf-8"))


def change_cell(name: str, column: str, value: str, folder: Path) -> None:
    def change(lines: list[list[str]]) -> list[list[str]]:
        lines[3][lines[0].index(column)] = value
        return lines

    change_lines(name, change, folder)


def change_frame(name: str, change: Callable[[pl.DataFrame], pl.DataFrame], folder: Path) -> None:
    change(pl.read_parquet(folder / name, memory_map=False)).write_parquet(folder / name)


def change_value(name: str, column: str, value: object, folder: Path) -> None:
    def change(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == 0
        new = pl.when(here).then(pl.lit(value, dtype=frame.schema[column])).otherwise(pl.col(column))
        return frame.with_columns(new.alias(column))

    change_frame(name, change, folder)


def change_json(name: str, change: Callable[[dict[str, Any]], object], folder: Path) -> None:
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    change(content)
    (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def set_at(name: str, path: tuple[str | int, ...], value: object, folder: Path) -> None:
    """Another value at a place of a JSON file; None takes it away."""

    def change(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        if value is None:
            del content[path[-1]]
        else:
            content[path[-1]] = value

    change_json(name, change, folder)


def replace_text(name: str, old: str, new: str, folder: Path) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def cut_in_half(name: str, folder: Path) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])


def lose_last_line(name: str, folder: Path) -> None:
    lines = gzip.decompress((folder / name).read_bytes()).splitlines(keepends=True)
    (folder / name).write_bytes(gzip.compress(b"".join(lines[:-1])))


def flip_a_bit(name: str, folder: Path) -> None:
    """One bit in the middle, where files lie packed; the list at the end stays."""
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)


def take_away(name: str, folder: Path) -> None:
    (folder / name).unlink()


def lengthen(name: str, folder: Path) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")


def repack(name: str, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]], folder: Path) -> None:
    path = folder / name
    with zipfile.ZipFile(path) as packed:
        files = [(name, packed.read(name)) for name in packed.namelist()]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in change(files):
            packed.writestr(name, content)
