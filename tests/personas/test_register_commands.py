"""`blindevlek registers list`, `show` and `check`: what is known, what is there, and what that disables."""

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.register_report import show_data, show_lines
from pipelines.personas.register_use import Use
from pipelines.registers.catalogue_model import FRAME, load_catalogue
from tests.tiny import FILES, PEILJAAR, Invented, TinyDelivery, deliver, write_delivery
from tests.unit.run_command import help_of

PLANTED = ("100000007", "Herenstraat", "20010917")
"""Values of rows, which no line of output may hold."""


@pytest.fixture(scope="module")
def tiny() -> TinyDelivery:
    return deliver([Invented(100_000_007, has=frozenset({"bijstand", "wmo_maatwerk"}))])


@pytest.fixture
def drive(tiny: TinyDelivery, tmp_path: Path) -> Path:
    """A whole delivery as it lies on a drive: no manifest, and other files beside it."""
    place = tmp_path / "g"
    for register, path in FILES.items():
        target = place / f"{path}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(tiny.frame(register).write_csv(separator=";").encode("cp1252"))
    (place / "Maatwerk" / "iets_anders.sav").write_bytes(b"no sav at all")
    return place


def check(drive: Path, *flags: str, year: str | None = "2023") -> int:
    return cli.main(["registers", "check", str(drive), *(["--peiljaar", year] if year else []), *flags])


def checked(drive: Path, capsys: pytest.CaptureFixture[str], year: str | None = "2023") -> tuple[int, Any]:
    code = check(drive, "--json", year=year)
    return code, json.loads(capsys.readouterr().out)


def file_of(drive: Path, register: str) -> Path:
    return drive / f"{FILES[register]}.csv"


@pytest.mark.parametrize("action", [[], ["list"], ["show"], ["check"], ["add"]])
def test_help_imports_nothing_that_takes_time(action: list[str]) -> None:
    said, loaded = help_of("registers", *action)

    assert loaded == []
    assert "usage: " in said


def test_the_list_names_every_register_with_what_rests_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["registers", "list", "--json"]) == 0

    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(load_catalogue().registers)
    assert rows["WMOBUS"]["indicators"] >= 4
    assert rows["INHATAB"]["indicators"] == 0
    assert rows["HALTTAB"]["loadable"] is False
    assert rows["GBAPERSOONTAB"]["population"] is True


def test_the_list_is_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["registers", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:5] == ["register", "period", "permission", "loadable", "indicators"]
    assert next(line for line in lines if line.startswith("WMOBUS ")).split()[1:4] == ["year", "yes", "yes"]
    assert "can be taken in" in lines[-1]


def test_show_tells_everything_of_a_register_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["registers", "show", "wmobus"]) == 0

    said = capsys.readouterr().out
    assert "does not see   algemene voorzieningen" in said
    assert "trend break    2020:" in said
    assert "alleen gemeenten die leverden en toestemming gaven" in said
    assert "wmo_maatwerk" in said
    assert "zelfredzaam-verklaard-gezin" in said
    assert "only supposed  wmotoewijzingsnummer: the name is supposed" in said
    assert "only supposed  typearrangement: the codes are supposed: indeling volgens" in said


def test_every_register_can_be_told_in_words_and_as_json(indicators: Indicators, personas: Personas) -> None:
    use = Use(load_catalogue(), indicators, personas)

    for register in use.catalogue.registers.values():
        assert register.title in "\n".join(show_lines(register, use))
        assert json.loads(json.dumps(show_data(register, use)))["name"] == register.name


def test_an_unknown_register_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["registers", "show", "WMOBUZ"]) == 4

    assert "Did you mean 'WMOBUS'" in capsys.readouterr().err


def test_a_whole_drive_without_a_manifest_can_be_taken_in(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = checked(drive, capsys)

    assert code == 0
    assert set(found["found"]) == set(FILES)
    assert found["missing"] == {}
    assert found["unknown_files"] == ["iets_anders.sav"]
    assert found["found"]["WMOBUS"]["version"] == "V1"
    assert "wmodatumaanvang" in found["found"]["WMOBUS"]["guessed"]


def test_the_words_of_a_check_hold_names_and_never_a_row(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(drive) == 0
    assert check(drive, "--json") == 0

    said = capsys.readouterr().out
    assert "Ingest can take this in, and nothing is missing." in said
    assert not [value for value in PLANTED if value in said]


def test_a_missing_register_is_told_with_what_it_disables(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file_of(drive, "WMOBUS").rename(file_of(drive, "WMOBUS").with_name("WMO2019BUSV2.csv"))

    code, found = checked(drive, capsys)

    assert code == 6
    assert list(found["missing"]) == ["WMOBUS"]
    assert "wmo_maatwerk" in found["missing"]["WMOBUS"]["indicators"]
    assert "zelfredzaam-verklaard-gezin" in found["missing"]["WMOBUS"]["personas"]
    assert "zelfredzaam-verklaard-gezin" in found["disabled_personas"]
    assert found["missing"]["WMOBUS"]["other_years"] == [2019]
    assert check(drive) == 6
    assert "WMOBUS (other years are there: 2019)" in capsys.readouterr().out


def test_without_a_register_of_the_population_nothing_can_be_counted(
    drive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file_of(drive, FRAME[0]).unlink()

    assert check(drive) == 5

    assert "nothing can be counted without it" in capsys.readouterr().out


def test_columns_that_are_missing_or_undeclared_would_be_refused(
    drive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of(drive, "MEDICIJNTAB")
    path.write_text("RINPERSOONS;RINPERSOON;ATCKLASSE\r\nR;100000007;N05A\r\n", encoding="utf-8")

    code, found = checked(drive, capsys)

    assert code == 5
    assert found["found"]["MEDICIJNTAB"]["missing_columns"] == ["atc4"]
    assert found["found"]["MEDICIJNTAB"]["undeclared_columns"] == ["atcklasse"]


def test_a_row_that_stands_in_the_header_is_told_in_no_form(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(drive, "MEDICIJNTAB")
    path.write_text("RINPERSOONS;RINPERSOON;ATC4;123456782\r\nR;100000007;N05A;1\r\n", encoding="utf-8")

    assert check(drive) == 5
    assert check(drive, "--json") == 5

    said = capsys.readouterr().out
    assert "123456782" not in said
    assert "a row may stand in the header" in said


@pytest.mark.parametrize("content", [b"", b"no parquet"])
def test_a_file_that_cannot_be_read_is_told_without_its_content(
    drive: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file_of(drive, "SLOTAB").unlink()
    file_of(drive, "SLOTAB").with_suffix(".parquet").write_bytes(content)

    code, found = checked(drive, capsys)

    assert code == 5
    assert "cannot be read as parquet" in found["found"]["SLOTAB"]["fault"]


def test_the_highest_version_is_looked_at_and_two_of_the_same_are_told(
    drive: Path, tiny: TinyDelivery, capsys: pytest.CaptureFixture[str]
) -> None:
    second = file_of(drive, "SLOTAB").with_name("SLO2023TABV2.parquet")
    tiny.frame("SLOTAB").write_parquet(second)

    _, highest = checked(drive, capsys)
    copies = [drive / folder for folder in ("geconverteerde data", "nog een keer")]
    for place in copies:
        place.mkdir()
    (copies[0] / second.name).write_bytes(second.read_bytes())
    converted, _ = checked(drive, capsys)
    (copies[1] / second.name).write_bytes(second.read_bytes())
    code, twice = checked(drive, capsys)

    assert highest["found"]["SLOTAB"]["file"].endswith("SLO2023TABV2.parquet")
    assert highest["found"]["SLOTAB"]["files"] == 2
    assert converted == 0, "a converted copy comes after its original, as at ingest"
    assert code == 5
    assert "two files of the same version" in twice["found"]["SLOTAB"]["fault"]


def test_every_month_of_a_year_is_looked_at(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = file_of(drive, "AOWUITKERING1ATAB")
    for month in range(1, 13):
        place.with_name(f"AOWUITKERING1A2023{month:02d}TABV1.csv").write_bytes(place.read_bytes())
    place.unlink()
    place.with_name("AOWUITKERING1A202307TABV2.csv").write_text("RINPERSOONS;RINPERSOON\n", encoding="utf-8")

    code, found = checked(drive, capsys)

    assert code == 5
    assert found["found"]["AOWUITKERING1ATAB"]["files"] == 13
    assert found["found"]["AOWUITKERING1ATAB"]["missing_columns"] == ["aowkortingspercentage"]


def test_a_file_of_a_register_that_cannot_be_taken_in_yet_is_told(
    drive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (drive / "HALT2023TABV1.csv").write_text("RINPERSOONS;RINPERSOON\n", encoding="utf-8")

    code, found = checked(drive, capsys)

    assert code == 0
    assert found["not_loadable"] == {"HALTTAB": "HALT2023TABV1.csv"}


def test_a_delivery_is_compared_with_what_its_manifest_declares(
    tiny: TinyDelivery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = write_delivery(tiny, tmp_path / "deliveries").parent
    (place / "cbs" / f"{FILES['SLOTAB']}.parquet").unlink()
    tiny.frame("SLOTAB").write_parquet(place / "cbs" / "INHA2023TABV1.parquet")

    code, found = checked(place, capsys, year=None)

    assert code == 5
    assert found["peiljaar"] == PEILJAAR
    assert found["declared_without_file"] == ["SLOTAB"]
    assert found["found_without_declaration"] == ["INHATAB"]


def test_a_sav_is_looked_at_by_its_header(drive: Path, tiny: TinyDelivery, capsys: pytest.CaptureFixture[str]) -> None:
    import pyreadstat

    file_of(drive, "WANBZVWTAB").unlink()
    target = file_of(drive, "WANBZVWTAB").with_suffix(".sav")
    pyreadstat.write_sav(tiny.frame("WANBZVWTAB").to_pandas(), str(target))

    code, found = checked(drive, capsys)

    assert code == 0
    assert found["found"]["WANBZVWTAB"]["file"].endswith(".sav")


@pytest.mark.parametrize(
    ("place", "words"), [("nowhere", "is no folder"), ("", "which peiljaar? it has no manifest: give --peiljaar")]
)
def test_what_cannot_be_looked_at_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, words: str
) -> None:
    assert check(tmp_path / place, year=None) == 5

    assert words in capsys.readouterr().err
