"""The command line: quick help, exit codes that a scheduler can read, errors as one message."""

from pathlib import Path

import pytest

import cli
from pipelines import line
from pipelines.context import Context
from pipelines.errors import NotDueError
from pipelines.rooms import make_key
from pipelines.status import read_status
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.unit.run_command import help_of


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root named by the environment, with a key."""
    make_key(tmp_path / "k.json", "synthetic")
    monkeypatch.setenv("BLINDEVLEK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(tmp_path / "k.json"))
    monkeypatch.setenv("BLINDEVLEK_MEMORY", "1GB")
    return tmp_path / "data"


def test_help_imports_nothing_that_takes_time() -> None:
    said, loaded = help_of()

    assert loaded == []
    assert "exit codes:" in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest"], 5, "no complete delivery"),
        (["run", "--plan", "2024-x"], 4, "Known plans: 2019-voorlopig"),
        (["persona", "explain", "dakloos-verslaafd-schuld"], 4, "Did you mean 'dakloos-verslaafd-schulden'?"),
        (["release", "plan"], 8, "there is no warehouse"),
        (["check"], 8, "there is no warehouse"),
        (["key", "new", "--purpose", "synthetic", "--file", "{key}"], 8, "never overwritten"),
    ],
)
def test_an_error_is_one_message_with_its_exit_code(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    arguments = [argument.replace("{key}", str(data.parent / "k.json")) for argument in arguments]

    assert cli.main(["--quiet", *arguments]) == code

    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_scale_that_is_no_share_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BLINDEVLEK_DATA", raising=False)
    monkeypatch.setenv("SCALE", "5")

    assert cli.main(["status"]) == 3

    assert "SCALE must be a number above 0 and at most 1" in capsys.readouterr().err


def test_a_memory_that_is_no_amount_is_refused_before_anything_is_opened(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BLINDEVLEK_MEMORY", "abc")

    assert cli.main(["check"]) == 3

    assert "BLINDEVLEK_MEMORY must be a number with a unit, such as 1200MB" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["population", "--scale", "1/0"], ["municipal", "link", "--version", "0"]],
)
def test_a_number_that_cannot_be_is_refused_with_what_can(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)

    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "such as 0.05" in said or "1 is the first" in said


def test_personas_are_listed_explained_and_compiled(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["persona", "list"]) == 0
    assert cli.main(["persona", "explain", "wia-zelf-stopgezet"]) == 0
    assert cli.main(["persona", "sql", "wia-zelf-stopgezet"]) == 0

    said = capsys.readouterr().out
    assert "Het recht dat niemand mocht aanzetten" in said
    assert "Geteld wordt wie" in said
    assert "AND ao_beeindigd" in said


def test_purge_says_what_would_go_and_goes_only_when_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_delivery(deliver([Invented(100_000_001)]), data / "kluis" / "deliveries" / str(PEILJAAR))
    assert cli.main(["--quiet", "ingest"]) == 0

    assert cli.main(["purge", "--before", "2024"]) == 0
    assert (data / "kluis" / "deliveries" / "2023").exists()
    assert cli.main(["purge", "--before", "2024", "--yes"]) == 0

    assert not (data / "kluis" / "deliveries" / "2023").exists()
    assert "Would remove the deliveries and tables of 2023" in capsys.readouterr().out


def test_status_tells_a_scheduler_that_work_is_waiting(context: Context) -> None:
    nothing = read_status(context, (PEILJAAR,))
    write_delivery(deliver([Invented(100_000_001)]), context.root.deliveries(PEILJAAR))

    delivered = read_status(context, (PEILJAAR,))
    line.take_in(context, PEILJAAR)
    taken_in = read_status(context, (PEILJAAR,))

    assert nothing.waiting == ()
    assert delivered.waiting == ("deliveries of 2023 to take in",)
    assert taken_in.waiting == ("2023-voorlopig to measure",)
    assert any(text.startswith("next refresh due: ") for text in taken_in.lines)
    assert NotDueError.exit_code == 10


def test_a_disk_that_refuses_is_one_message(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "what a library says", str(data.parent / "somewhere"))

    monkeypatch.setattr("pipelines.status.read_status", full)

    assert cli.main(["status"]) == 8

    said = capsys.readouterr().err
    assert f"No space left on device ({data.parent / 'somewhere'})" in said
    assert "what a library says" not in said
    assert "Traceback" not in said


def test_status_without_a_key_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_delivery(deliver([Invented(100_000_001)]), data / "kluis" / "deliveries" / str(PEILJAAR))
    assert cli.main(["--quiet", "ingest"]) == 0
    (data.parent / "k.json").unlink()

    assert cli.main(["status"]) == 8

    assert "no key file" in capsys.readouterr().err
