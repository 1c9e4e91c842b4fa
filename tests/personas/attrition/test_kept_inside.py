"""Exact counts lie in two files inside the kluis, and are said nowhere else: not in a message, a log or another room."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import RoomError
from pipelines.personas import attrition
from pipelines.personas.attrition import Written, write_attrition
from pipelines.personas.attrition_log import log_path, require_inside
from pipelines.personas.attrition_report import COLUMNS
from pipelines.rooms import DataRoot
from tests.personas.attrition.people import PRIMES, built, command, table
from tests.personas.living import ID
from tests.tiny import PEILJAAR


def exact_numbers(written: Written) -> re.Pattern[bytes]:
    """Every count of three digits or more in the table, as a number by itself; not the number of this process."""
    found = {value for row in table(written) for value in row.values() if re.fullmatch(r"\d{3,}", value)}
    found -= {str(os.getpid())}
    assert {str(PRIMES["missing"]), str(PRIMES["served"])} <= found
    return re.compile(rf"(?<![0-9a-f.+:-])({'|'.join(sorted(found))})(?![0-9a-f])".encode())


def test_both_files_are_for_their_owner_only_and_say_the_same(kluis: Context, written: Written) -> None:
    text = written.text.read_text(encoding="utf-8")

    for path in (written.table, written.text):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.parent == kluis.root.kluis / "attrition"
    assert (kluis.root.kluis / "attrition").stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in written.table.parent.iterdir()) == [f"{ID}-v1.csv", f"{ID}-v1.txt"]
    assert tuple(table(written)[0]) == COLUMNS
    shown = [row if row["part"] != "without" else dict(list(row.items())[7:]) for row in table(written)]
    numbers = {value for row in shown for value in row.values() if re.fullmatch(r"\d{3,}", value)}
    assert numbers <= set(re.findall(r"\d+", text))
    assert "exacte aantallen" in text


def test_no_count_is_said_or_lies_anywhere_but_in_the_two_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    context, _ = built(tmp_path, kind="real")
    capfd.readouterr()

    assert command(context, monkeypatch, "attrition", ID) == 0

    said = capfd.readouterr()
    found = Written(
        *(context.root.kluis / "attrition" / str(PEILJAAR) / f"{ID}-v1{end}" for end in (".csv", ".txt")), True
    )
    numbers = exact_numbers(found)
    assert numbers.search(found.table.read_bytes()), "the search finds what is there"
    assert numbers.search(found.text.read_bytes())
    assert str(found.table) in said.out
    microdata = context.root.kluis / "deliveries"
    elsewhere = {
        path: path.read_bytes()
        for path in tmp_path.rglob("*")
        # The warehouse is encrypted: any short number is found in it by chance.
        if path.is_file()
        and path not in (found.table, found.text)
        and not path.is_relative_to(microdata)
        and path != context.root.warehouse
    }
    assert log_path(context.root) in elsewhere
    assert [path.name for path, content in elsewhere.items() if numbers.search(content)] == []
    assert not numbers.search((said.out + said.err + caplog.text).encode())


@pytest.mark.parametrize("step", ["write_inside", "csv_text", "persona_patterns"])
def test_a_failure_on_the_way_says_no_count_either(
    kluis: Context, written: Written, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], step: str
) -> None:
    numbers = exact_numbers(written)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attrition, step, full)
    capfd.readouterr()

    assert command(kluis, monkeypatch, "attrition", ID) == RoomError.exit_code

    said = capfd.readouterr()
    assert not numbers.search((said.out + said.err).encode())
    assert "No space left" in said.err


@pytest.mark.parametrize("place", ["attrition", f"attrition/{PEILJAAR}", f"attrition/{PEILJAAR}/{ID}-v1.csv"])
@pytest.mark.parametrize("room", ["openbaar", "elsewhere", "kluis/temp"])
def test_a_link_out_of_the_kluis_is_refused_before_anything_is_counted(
    kluis: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, room: str
) -> None:
    root = DataRoot(tmp_path / "data")
    root.prepare()
    target = tmp_path / "elsewhere" if room == "elsewhere" else root.path / room
    target.mkdir(exist_ok=True)
    link = root.kluis / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target / "out.csv" if place.endswith("csv") else target)
    monkeypatch.setattr(attrition, "open_warehouse", lambda *_arguments, **_settings: pytest.fail("it was opened"))

    with pytest.raises(RoomError, match="does not lie in the kluis"):
        write_attrition(replace(kluis, root=root), kluis.personas().by_id[ID], PEILJAAR)

    assert [path for path in target.rglob("*") if path.is_file()] == []


def test_a_kluis_that_is_a_link_into_another_room_is_no_kluis(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    root.openbaar.mkdir(parents=True)
    root.kluis.symlink_to(root.openbaar)

    with pytest.raises(RoomError, match="does not lie in the kluis"):
        require_inside(root, root.kluis / "attrition" / "a.csv")


@pytest.mark.parametrize("place", ["../openbaar/a.csv", "attrition/../../a.csv", "/a.csv"])
def test_a_path_that_leaves_the_kluis_is_refused(context: Context, place: str) -> None:
    with pytest.raises(RoomError, match="does not lie in the kluis"):
        require_inside(context.root, context.root.kluis / place)
