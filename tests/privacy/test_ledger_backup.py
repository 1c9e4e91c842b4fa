"""A copy of the ledger, and the attack of putting an old one back to spend again."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import RoomError
from pipelines.privacy.backup import back_up
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.release.ledger_commands import add_commands
from tests.privacy.noise_for_tests import CAP, Counter, charge, small_workload
from tests.unit.run_command import run_command


def spend(context: Context, number: int) -> str:
    """One release, and its bundle in the wachtruimte with the head that it carries."""
    workload = small_workload()
    with open_ledger(context.root.ledger, cap=CAP) as ledger:
        measure(ledger, charge(number), workload, Counter(workload), OpenDPGaussian())
        head = ledger.head
    folder = context.root.wachtruimte / "plan" / str(number)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"facts": {"ledger_head": head}}), encoding="utf-8")
    return head


def test_a_copy_holds_everything_and_opens_as_a_ledger(context: Context, tmp_path: Path) -> None:
    head = spend(context, 1)
    copy = tmp_path / "copy.sqlite"

    assert back_up(context.root.ledger, CAP, copy) == head

    with open_ledger(copy, cap=CAP, create=False) as opened, open_ledger(context.root.ledger, cap=CAP) as own:
        assert opened.entries() == own.entries()


def test_a_copy_can_be_made_while_a_spend_is_going_on(context: Context, tmp_path: Path) -> None:
    head = spend(context, 1)

    with open_ledger(context.root.ledger, cap=CAP) as ledger, ledger.writing():
        copied = back_up(context.root.ledger, CAP, tmp_path / "copy.sqlite")

    assert copied == head


def test_a_copy_never_overwrites_and_leaves_nothing_half_written(context: Context, tmp_path: Path) -> None:
    spend(context, 1)
    (tmp_path / "copy.sqlite").write_text("something else", encoding="utf-8")

    with pytest.raises(RoomError, match="never overwritten"):
        back_up(context.root.ledger, CAP, tmp_path / "copy.sqlite")
    with pytest.raises(RoomError, match="cannot be written"):
        back_up(context.root.ledger, CAP, tmp_path / "no folder" / "copy.sqlite")

    assert (tmp_path / "copy.sqlite").read_text(encoding="utf-8") == "something else"
    assert not list(tmp_path.rglob("*.part"))


def test_a_damaged_ledger_gives_no_copy(context: Context, tmp_path: Path) -> None:
    spend(context, 1)
    whole = context.root.ledger.read_bytes()
    context.root.ledger.write_bytes(whole[:4096] + b"\xa5" * 4096 + whole[8192:])

    with pytest.raises(RoomError, match="backup"):
        back_up(context.root.ledger, CAP, tmp_path / "copy.sqlite")

    assert not (tmp_path / "copy.sqlite").exists()


def test_a_restored_copy_goes_on_where_it_was(context: Context, tmp_path: Path) -> None:
    spend(context, 1)
    back_up(context.root.ledger, CAP, tmp_path / "copy.sqlite")
    context.root.ledger.unlink()

    shutil.copyfile(tmp_path / "copy.sqlite", context.root.ledger)

    said: list[str] = []
    run_command(add_commands, replace(context, say=said.append), "ledger", "verify")
    assert "The chain is whole: 1 entries." in said


def test_an_old_copy_put_back_to_spend_again_is_refused(context: Context, tmp_path: Path) -> None:
    spend(context, 1)
    back_up(context.root.ledger, CAP, tmp_path / "old.sqlite")
    spend(context, 2)

    shutil.copyfile(tmp_path / "old.sqlite", context.root.ledger)

    with pytest.raises(RoomError, match="an old copy was put back"):
        run_command(add_commands, context, "ledger", "show")


def test_the_attack_is_seen_in_published_files_when_the_bundles_here_were_removed_too(
    context: Context, tmp_path: Path
) -> None:
    spend(context, 1)
    back_up(context.root.ledger, CAP, tmp_path / "old.sqlite")
    spend(context, 2)
    shutil.copytree(context.root.wachtruimte, tmp_path / "published")

    shutil.copyfile(tmp_path / "old.sqlite", context.root.ledger)
    shutil.rmtree(context.root.wachtruimte / "plan" / "2")

    run_command(add_commands, context, "ledger", "verify")
    with pytest.raises(RoomError, match="an old copy was put back"):
        run_command(add_commands, context, "ledger", "verify", "--published", str(tmp_path / "published"))


def test_a_folder_that_is_not_there_proves_nothing(context: Context, tmp_path: Path) -> None:
    spend(context, 1)

    with pytest.raises(RoomError, match="there is no folder"):
        run_command(add_commands, context, "ledger", "verify", "--published", str(tmp_path / "nowhere"))


def test_the_command_writes_a_copy_and_tells_its_head(context: Context, tmp_path: Path) -> None:
    head = spend(context, 1)
    said: list[str] = []

    run_command(add_commands, replace(context, say=said.append), "ledger", "backup", "--to", str(tmp_path / "c.sqlite"))

    assert head in said[0]
