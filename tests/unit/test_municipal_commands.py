"""The commands of municipal deliveries: what an official and the kluis type, and what they read."""

import os
from pathlib import Path

import pytest

import cli
from pipelines.population.settings import population_id
from pipelines.registers.municipal.keys import read_municipal_key
from pipelines.rooms import make_key
from pipelines.surroundings import municipal_key_files, scale_of
from tests.municipal import files_with, parts, raw, some, write_linkage
from tests.tiny import PEILJAAR

ASKED = ["--register", "SCHULDHULP", "--gemeente", "GM0363", "--peiljaar", str(PEILJAAR)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root and a municipal key, both named by the environment."""
    make_key(tmp_path / "k.json", "real")
    monkeypatch.setenv("BLINDEVLEK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(tmp_path / "k.json"))
    monkeypatch.setenv("BLINDEVLEK_MUNICIPAL_KEY_FILES", str(tmp_path / "m.json"))
    assert cli.main(["municipal", "key", "new", "--purpose", "real", "--file", str(tmp_path / "m.json")]) == 0
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    return said.out + said.err


def test_a_gemeente_seals_and_the_kluis_links(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "raw.csv").write_bytes(raw(some(5)))
    write_linkage(
        place / "data" / "kluis" / "deliveries" / str(PEILJAAR) / "koppeling",
        read_municipal_key(place / "m.json"),
        dict(zip(some(4), range(300_000_001, 300_000_005), strict=True)),
    )

    codes = [
        cli.main(["--quiet", "municipal", "template", "schuldhulp", "--out", str(place / "empty.csv")]),
        cli.main(["--quiet", "municipal", "pseudonymise", str(place / "raw.csv"), *ASKED]),
        cli.main(["--quiet", "municipal", "link", "--peiljaar", str(PEILJAAR)]),
        cli.main(["--quiet", "municipal", "link", "--peiljaar", str(PEILJAAR)]),
    ]

    said = told(capsys)
    assert codes == [0, 0, 0, 0]
    assert "SCHULDHULP-GM0363-2023-v1" in said
    assert "Linked (SCHULDHULP)" in said
    assert "Linked before (SCHULDHULP)" in said
    assert "elfproef" not in said
    assert "Kolommen" in (place / "empty.txt").read_text(encoding="utf-8-sig")
    assert [number for number in some(5) if number in said] == []
    made = [path for name in ("municipal", "reports", "temp") for path in (place / "data" / "kluis" / name).rglob("*")]
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_a_refused_file_is_told_in_dutch_with_the_exit_code_of_a_delivery(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "raw.csv").write_bytes(raw([*some(2), "123456789"]))

    code = cli.main(["municipal", "pseudonymise", str(place / "raw.csv"), *ASKED])

    said = told(capsys)
    assert code == 5
    assert "regel 4: kolom bsn voldoet niet aan de elfproef" in said
    assert "123456789" not in said


def test_a_template_that_may_be_filled_in_is_left_alone(place: Path) -> None:
    (place / "empty.csv").write_text("filled in", encoding="utf-8")

    assert cli.main(["municipal", "template", "schuldhulp", "--out", str(place / "empty.csv")]) == 3
    assert (place / "empty.csv").read_text(encoding="utf-8") == "filled in"


def test_the_commands_about_keys_show_everything_but_the_key(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = read_municipal_key(place / "m.json")

    codes = [
        cli.main(["municipal", "key", "share", "--file", str(place / "m.json"), "--to", str(place / "kluis.json")]),
        cli.main(["municipal", "key", "rotate", "--file", str(place / "m.json"), "--to", str(place / "next.json")]),
        cli.main(["municipal", "key", "check"]),
        cli.main(["municipal", "key", "check", str(place / "kluis.json"), str(place / "next.json")]),
        cli.main(["municipal", "key", "check", str(place / "none.json")]),
    ]

    said = told(capsys)
    assert codes == [0, 0, 0, 0, 8]
    assert f"key {full.key_id} (real): makes pseudonyms and opens deliveries; check value {full.check}" in said
    assert f"key {full.key_id} (real): opens deliveries only" in said
    assert f"after {full.key_id}" in said
    keys = [full, read_municipal_key(place / "next.json")]
    assert [
        part for key in keys for secret in (key.pseudonym, key.opening) for part in parts(secret) if part in said
    ] == []


def test_a_raw_file_in_the_data_root_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "data" / "kluis").mkdir(parents=True)
    (place / "data" / "kluis" / "raw.csv").write_bytes(raw(some(2)))

    assert cli.main(["municipal", "pseudonymise", str(place / "data" / "kluis" / "raw.csv"), *ASKED]) == 8
    assert "no BSN may ever be" in told(capsys)
    assert files_with(place / "data", [number.encode() for number in some(2)]) == ["kluis/raw.csv"]


def test_without_a_key_the_message_names_the_variable(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BLINDEVLEK_MUNICIPAL_KEY_FILES")

    assert cli.main(["municipal", "link"]) == 8
    assert "BLINDEVLEK_MUNICIPAL_KEY_FILES" in told(capsys)


def test_several_key_files_are_named_as_paths_are() -> None:
    given = {"BLINDEVLEK_MUNICIPAL_KEY_FILES": os.pathsep.join(["/a/old.json", "/a/new.json"])}

    assert municipal_key_files(given) == (Path("/a/old.json").resolve(), Path("/a/new.json").resolve())
    assert municipal_key_files({}) == ()


def test_a_synthetic_file_belongs_to_the_population_of_its_data_root(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = place / "synthetic.json"
    cli.main(["municipal", "key", "new", "--purpose", "synthetic", "--file", str(key)])
    (place / "raw.csv").write_bytes(raw(some(2, 1)))

    code = cli.main(
        [
            "municipal",
            "pseudonymise",
            str(place / "raw.csv"),
            *ASKED,
            "--to",
            str(place / "out"),
            "--key-file",
            str(key),
        ]
    )

    assert code == 0, told(capsys)
    manifest = (place / "out" / f"SCHULDHULP-GM0363-{PEILJAAR}-v1" / "delivery.json").read_text(encoding="utf-8")
    assert population_id(scale_of(os.environ), 1) in manifest


def test_a_purge_takes_the_sealed_deliveries_of_the_year_along(place: Path) -> None:
    root = place / "data" / "kluis"
    (place / "raw.csv").write_bytes(raw(some(2)))
    cli.main(["--quiet", "municipal", "pseudonymise", str(place / "raw.csv"), *ASKED])
    (root / "deliveries" / str(PEILJAAR)).mkdir(parents=True)
    report = root / "reports" / f"municipal-{PEILJAAR}.txt"
    report.write_text("counts", encoding="utf-8")

    assert cli.main(["--quiet", "purge", "--before", str(PEILJAAR + 1), "--yes"]) == 0

    assert not (root / "municipal" / str(PEILJAAR)).exists()
    assert not report.exists()


def test_no_key_is_put_beside_what_it_opens(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside, full = str(place / "data" / "kluis" / "key.json"), str(place / "m.json")

    codes = [
        cli.main(["key", "new", "--purpose", "real", "--file", inside]),
        cli.main(["municipal", "key", "new", "--purpose", "real", "--file", inside]),
        cli.main(["municipal", "key", "rotate", "--file", full, "--to", inside]),
        cli.main(["municipal", "key", "share", "--file", full, "--to", inside]),
    ]

    assert codes == [8, 8, 8, 8]
    assert told(capsys).count("protects nothing") == 4
    assert not Path(inside).exists()
