"""Every command, after the whole line and on damaged files: what it says and writes outside the kluis quotes nothing."""

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import cli
from pipelines.errors import UserError
from pipelines.registers.municipal.keys import make_municipal_key
from tests.leaks.conftest import Ears, Place
from tests.leaks.planted import CANARY, FIRST_RIN
from tests.leaks.provoked import BROKEN_COMMANDS, ERRORS, NEVER_OPEN_THE_KLUIS, QUOTED, at_every_place
from tests.leaks.searching import EVERYTHING
from tests.leaks.test_full_run import NEVER_PUBLISHED
from tests.tiny import FILES, PEILJAAR

PERSONA = "dakloos-verslaafd-schulden"
RULE = "bijstandpersoonbus.bijstandsoort_known"
NEEDED = {
    ("status",): (0, 10),
    ("check",): (0,),
    ("ingest", "--files"): (0,),
    ("registers", "list"): (0,),
    ("registers", "show", "SPOLISBUS"): (0,),
    ("registers", "check", "{deliveries}"): (0, 6),
    ("registers", "check", "{deliveries}", "--json"): (0, 6),
    ("persona", "list"): (0,),
    ("persona", "trace", PERSONA, "--example", "1"): (0,),
    ("plan", "show"): (0,),
    ("plan", "loss"): (0, 3),
    ("ledger",): (0,),
    ("ledger", "show"): (0,),
    ("ledger", "verify"): (0,),
    ("ledger", "backup", "--to", "{elsewhere}"): (0,),
    ("release", "make"): (0,),
    ("release", "show"): (0,),
    ("release", "plan"): (0,),
    ("release", "evidence"): (0,),
    ("purge", "--before", "2023"): (0,),
    ("purge", "--before", "2024"): (0,),
}
"""Command -> the exit codes that it may end with here."""

HEARD_ELSEWHERE = (
    "run", "audit", "municipal link", "municipal synthetic", "persona attrition", "population", "population report",
)  # fmt: skip
"""In tests of their own: what copies or takes away in `test_copies.py`, linking in `test_linking.py`. Of a population only
its failures: it invents people, and reads nothing of the kluis."""

SHOW_NOISED = (("release", "make"),)
"""These show figures of a release, which may hit a true one by chance; nothing else may."""


@pytest.mark.parametrize("arguments", NEEDED, ids=" ".join)
def test_a_command_says_nothing_of_what_was_planted(
    at_the_copy: Place, ears: Ears, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    places = {"{deliveries}": str(at_the_copy.root.deliveries(PEILJAAR)), "{elsewhere}": str(tmp_path / "elsewhere")}
    hunt = EVERYTHING.only(NEVER_PUBLISHED) if arguments in SHOW_NOISED else EVERYTHING

    code, said = ears.hear(*(places.get(argument, argument) for argument in arguments))

    assert code in NEEDED[arguments], said
    assert said.strip()
    assert hunt.in_text(said) == []
    assert EVERYTHING.only(NEVER_PUBLISHED).in_tree(tmp_path) == []
    root = at_the_copy.root
    outside = EVERYTHING.only(NEVER_PUBLISHED)
    changed = [path for path in root.path.rglob("*") if not path.is_relative_to(root.kluis) and path.suffix == ".txt"]
    assert [path.name for path in changed if outside.in_file(path)] == []


def _commands(parser: argparse.ArgumentParser, name: tuple[str, ...] = ()) -> Iterator[str]:
    if parser.get_default("run"):
        yield " ".join(name)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from _commands(below, (*name, word))


def test_every_command_is_provoked_or_never_opens_the_kluis() -> None:
    known = list(_commands(cli.make_parser()))
    provoked = {next(name for name in sorted(known, reverse=True) if _is(name, words)) for words in BROKEN_COMMANDS}

    assert provoked | set(NEVER_OPEN_THE_KLUIS) == set(known)


def test_every_command_is_heard_or_never_opens_the_kluis() -> None:
    known = list(_commands(cli.make_parser()))
    heard = {next(name for name in sorted(known, reverse=True) if _is(name, words)) for words in NEEDED}

    assert heard | {*HEARD_ELSEWHERE, *NEVER_OPEN_THE_KLUIS} >= set(known)


def _is(name: str, words: tuple[str, ...]) -> bool:
    return tuple(name.split()) == words[: len(name.split())]


@pytest.mark.parametrize(("arguments", "error"), at_every_place(BROKEN_COMMANDS, ("status",)), ids=str)
def test_a_command_that_fails_quotes_nothing(
    at_the_copy: Place,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
    error: str,
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ERRORS[error]()

    monkeypatch.setattr(BROKEN_COMMANDS[arguments], fail)
    if arguments[0] == "municipal":
        make_municipal_key(tmp_path / "municipal.json", "synthetic")
        monkeypatch.setenv("BLINDEVLEK_MUNICIPAL_KEY_FILES", str(tmp_path / "municipal.json"))
    places = {"{deliveries}": str(at_the_copy.root.deliveries(PEILJAAR)), "{elsewhere}": str(tmp_path / "elsewhere")}

    code, said = ears.hear(*(places.get(argument, argument) for argument in arguments))

    assert code != 0
    assert "blindevlek: " in said
    assert EVERYTHING.in_text(said) == []


HEADERLESS = f"R;{FIRST_RIN};20200101;20231231;{CANARY};{CANARY}\r\n" * 2


@pytest.mark.parametrize(
    "content",
    {
        "no header": HEADERLESS,
        "no header, no value twice": f"R;{FIRST_RIN};20200101;20231231;{CANARY}\r\n",
        "a text for a date": f"rinpersoons;rinpersoon;aanvbijstand;eindbijstand;bijstandsoort\r\n"
        f"R;{FIRST_RIN};{CANARY};20231231;01\r\n",
        "an unknown code": f"rinpersoons;rinpersoon;aanvbijstand;eindbijstand;bijstandsoort\r\n"
        f"R;{FIRST_RIN};20200101;20231231;{CANARY}\r\n",
        "a number that is none": f"rinpersoons;rinpersoon;aanvbijstand;eindbijstand;bijstandsoort\r\n"
        f"R;{CANARY};20200101;20231231;01\r\n",
        "a row too long": f"rinpersoons;rinpersoon;aanvbijstand;eindbijstand;bijstandsoort\r\n"
        f"R;{FIRST_RIN};20200101;20231231;01;{CANARY}\r\n",
        "rows that contradict": "rinpersoons;rinpersoon;aanvbijstand;eindbijstand;bijstandsoort\r\n"
        f"R;{FIRST_RIN};20200101;20231231;01\r\nR;{FIRST_RIN};20200101;20231230;01\r\n",
    }.items(),
    ids=lambda item: item[0],
)
@pytest.mark.parametrize("command", ["ingest", "registers check"])
def test_a_delivery_with_bad_data_is_refused_without_quoting_it(
    ears: Ears,
    at_the_copy: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: tuple[str, str],
    command: str,
) -> None:
    place = Place(tmp_path)
    given = place.root.deliveries(PEILJAAR)
    shutil.copytree(at_the_copy.root.deliveries(PEILJAAR), given)
    shutil.copytree(at_the_copy.folder / "keys", tmp_path / "keys")
    shutil.copytree(at_the_copy.specs, place.specs)
    for name, value in place.variables.items():
        monkeypatch.setenv(name, value)
    path = given / "cbs" / f"{FILES['BIJSTANDPERSOONBUS']}.parquet"
    path.unlink()
    path.with_suffix(".csv").write_bytes(content[1].encode("cp1252"))

    code, said = ears.hear(*command.split(), *([str(given)] if command != "ingest" else []))

    assert code == 5 or command != "ingest"
    assert "BIJSTANDPERSOON" in said
    assert EVERYTHING.in_text(said) == []


def test_failing_keys_attrition_and_evidence_stay_in_the_kluis(at_the_copy: Place, ears: Ears) -> None:
    """The positive side: the exact things are made, and they are nowhere else."""
    for arguments in (("persona", "attrition", PERSONA), ("check", "--rows", RULE), ("release", "evidence")):
        code, said = ears.hear(*arguments)
        assert (code, EVERYTHING.in_text(said)) == (0, [])
    root = at_the_copy.root

    exact = EVERYTHING.in_tree(root.kluis / "attrition")

    assert {found.split(": ", 1)[1] for found in exact} >= {"the count who miss it in Utrecht"}
    evidence = EVERYTHING.in_tree(root.reports / "uitvoercontrole")
    assert {found.split(": ", 1)[1] for found in evidence} >= {"the count who miss it in Utrecht"}
    for name in ("*attrition*", "*uitvoercontrole*"):
        assert [path for path in root.path.rglob(name) if not path.is_relative_to(root.kluis)] == []


def test_a_raw_municipal_file_is_refused_without_quoting_it(
    at_the_copy: Place, ears: Ears, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_municipal_key(tmp_path / "municipal.json", "synthetic")
    monkeypatch.setenv("BLINDEVLEK_MUNICIPAL_KEY_FILES", str(tmp_path / "municipal.json"))
    raw = tmp_path / "ruw.csv"
    raw.write_text(f"bsn;begindatum;einddatum;{CANARY}naam\r\n{FIRST_RIN};{CANARY};;S\r\n", encoding="cp1252")
    asked = ("--register", "SCHULDHULP", "--gemeente", "GM0363", "--peiljaar", str(PEILJAAR))

    code, said = ears.hear("municipal", "pseudonymise", str(raw), *asked, "--to", str(tmp_path / "sealed"))

    assert code == 5
    assert EVERYTHING.in_text(said) == []
    assert not (tmp_path / "sealed").exists() or EVERYTHING.in_tree(tmp_path / "sealed") == []


def test_quoted_words_would_be_heard(at_the_copy: Place, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    def quote(*_arguments: object) -> None:
        raise UserError(QUOTED)

    monkeypatch.setattr("pipelines.status.read_status", quote)

    assert "a canary" in EVERYTHING.in_text(ears.hear("status")[1])


def test_json_of_a_delivery_without_a_header_shows_no_value(at_the_copy: Place, tmp_path: Path, ears: Ears) -> None:
    path = tmp_path / f"{FILES['BIJSTANDPERSOONBUS']}.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADERLESS, encoding="utf-8")
    pl.DataFrame({"rinpersoons": ["R"]}).write_csv(tmp_path / "other.csv")

    _code, said = ears.hear("registers", "check", str(tmp_path), "--peiljaar", str(PEILJAAR), "--json")

    assert "BIJSTANDPERSOONBUS" in json.loads(said[: said.rindex("}") + 1])["found"]
    assert "header" in said
    assert EVERYTHING.in_text(said) == []
