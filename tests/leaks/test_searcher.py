"""The searcher finds what is planted, in every form; and takes nothing else for it."""

import base64
import gzip
import json
import pickle
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.leaks.planted import CANARY, COUNTS, FIRST_RIN
from tests.leaks.searching import EVERYTHING, everything_of

RIN = FIRST_RIN + 123
COUNT_NAME, COUNT = next(iter(COUNTS.items()))
THINGS = {"a canary": f"{CANARY}12", "a RIN": f"{RIN:09d}", f"the count {COUNT_NAME}": str(COUNT)}

FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big-endian": lambda text: b"ab" + text.encode("utf-16-be"),
    "JSON with escapes": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text).encode(),
    "JSON in JSON with escapes": lambda text: json.dumps("".join(f"\\u{ord(sign):04x}" for sign in text)).encode(),
    "JSON": lambda text: json.dumps({"value": text}).encode(),
    "a pickle": lambda text: pickle.dumps({"value": text}),
    "base64": lambda text: base64.b64encode(f"before {text} after".encode()),
    "base64 for addresses": lambda text: b"x=" + base64.urlsafe_b64encode(f"before {text} after?>".encode()),
    "base64 right after letters": lambda text: b"abc" + base64.b64encode(f"before {text} after".encode()),
    "hexadecimal": lambda text: f"before {text} after".encode().hex().encode(),
    "packed": lambda text: zlib.compress(f"before {text} after".encode()),
    "gzip": lambda text: gzip.compress(f"before {text} after".encode()),
    "packed in base64": lambda text: base64.b64encode(zlib.compress(f"before {text} after".encode())),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("thing", THINGS)
def test_each_thing_is_found_in_each_form(thing: str, form: str) -> None:
    assert thing in EVERYTHING.in_bytes(FORMS[form](f" {THINGS[thing]} "))


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize(
    "form", ["{0}", "{0:,}", "{dotted}", "{0} rows", "n={0};", '"{0}"', "({0:,})", "{0}.0", "{0}."]
)
def test_each_count_is_found_as_a_whole_number_with_either_separator(name: str, form: str) -> None:
    count = COUNTS[name]
    text = form.format(count, dotted=f"{count:,}".replace(",", "."))

    assert EVERYTHING.in_text(f"there are {text}") == [f"the count {name}"]


@pytest.mark.parametrize("text", ["4{0}", "{0}7", "0.{0}", "{0}.25", "ab{0}cd", "{0},4"])
def test_a_part_of_another_number_or_digest_is_not_a_count(text: str) -> None:
    assert EVERYTHING.in_text(f"it says {text.format(COUNT)}") == []


@pytest.mark.parametrize("text", [f"{RIN}", f"0{RIN}", f"RIN{RIN}:", f"[{RIN}]", f"{RIN}.0"])
def test_a_rin_is_found_with_and_without_leading_zeros(text: str) -> None:
    assert EVERYTHING.in_text(text) == ["a RIN"]


@pytest.mark.parametrize("kind", ["<i4", "<i8", "<u4"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_rins_are_found_as_binary_integers(tmp_path: Path, kind: str, shift: int) -> None:
    numbers = np.arange(RIN, RIN + 4).astype(kind)
    (tmp_path / "binary").write_bytes(b"\xff" * shift + numbers.tobytes() + b"\xff")

    assert EVERYTHING.in_tree(tmp_path) == ["binary: a RIN"]


def test_things_are_found_in_the_cells_of_sqlite(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection, connection:
        connection.execute("CREATE TABLE events (text TEXT, number INTEGER, packed BLOB)")
        connection.execute(
            "INSERT INTO events VALUES (?, ?, ?)", ("nothing", COUNT, zlib.compress(f"x {CANARY} {RIN} y".encode()))
        )

    assert EVERYTHING.in_tree(tmp_path) == [f"events.db: {thing}" for thing in sorted(THINGS)]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_things_are_found_in_the_columns_of_tables(tmp_path: Path, ending: str) -> None:
    frame = pl.DataFrame({"text": [f"{CANARY}3", "x"], "rin": [RIN, 1], "n": [float(COUNT), 0.5]})
    path = tmp_path / f"table.{ending}"
    frame.write_parquet(path) if ending == "parquet" else frame.write_csv(path)

    assert EVERYTHING.in_tree(tmp_path) == [f"{path.name}: {thing}" for thing in sorted(THINGS)]


def test_a_file_is_also_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / f"{CANARY}.txt").write_text("empty", encoding="utf-8")

    assert EVERYTHING.in_tree(tmp_path) == [f"{CANARY}.txt: a canary"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("12.0 s  persons: everyone; 2026-11-23T13:12:47.120070 done\n", encoding="utf-8")
    pl.DataFrame({"n": [12_006.9, 12_008.0]}).write_parquet(tmp_path / "t.parquet")

    assert EVERYTHING.in_tree(tmp_path) == []


def test_everything_that_hangs_on_an_error_is_seen() -> None:
    def fail(kind: str) -> None:
        raise ValueError(f"{kind} of the reason")

    caught: BaseException | None = None
    try:
        try:
            fail("context")
        except ValueError:
            error = RuntimeError("own words", "argument")
            error.add_note("a note")
            raise error from KeyError("the cause")
    except RuntimeError as error:
        error.held = "attribute"  # type: ignore[attr-defined]
        caught = error

    seen = everything_of(caught)

    for part in ("own words", "argument", "a note", "the cause", "context of the reason", "attribute", "Traceback"):
        assert part in seen
