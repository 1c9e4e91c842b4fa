"""`blindevlek registers add`: from an ODISSEI description to an entry, whole or not at all."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import cli
from pipelines.registers.catalogue_add import make_entry
from pipelines.registers.catalogue_model import Column, Register, load_catalogue
from pipelines.registers.odissei import read_odissei

DESCRIPTION: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent / "odissei_description.json").read_text(encoding="utf-8")
)


def blocks(described: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["datasetVersion"]["metadataBlocks"]
    return found


def description(name: str, *variables: str, data_type: str = "String") -> dict[str, Any]:
    """The description of a file with these variables."""
    made = copy.deepcopy(DESCRIPTION)
    blocks(made)["citation"]["fields"][1]["value"] = [name]
    blocks(made)["variableInformation"]["fields"][0]["value"] = [
        {"odisseiVariableName": {"value": variable}, "odisseiVariableDataType": {"value": data_type}}
        for variable in variables
    ]
    return made


def add(tmp_path: Path, data: object, *flags: str) -> tuple[int, Path]:
    """Exit code, and the folder that it wrote into."""
    source, folder = tmp_path / "description.json", tmp_path / "own"
    source.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return cli.main(["registers", "add", str(source), "--into", str(folder), *flags]), folder


def added(tmp_path: Path, data: object, name: str, *flags: str) -> Register:
    code, folder = add(tmp_path, data, *flags)
    assert code == 0
    return load_catalogue(folder).register(name)


def column(register: Register, name: str) -> Column:
    return next(found for found in register.columns if found.name == name)


def test_a_new_file_becomes_an_entry_that_can_be_taken_in(tmp_path: Path) -> None:
    found = added(tmp_path, DESCRIPTION, "VERZONNENBUS", "--keep", "BedragVerz")

    assert found.loadable
    assert found.names == ("VERZONNENJJJJBUSVV",)
    assert found.key == ("rinpersoons", "rinpersoon", "aanvverz")
    assert found.spell is not None
    assert (found.spell.begin, found.spell.end) == ("aanvverz", "eindverz")
    assert {c.name: c.kind for c in found.columns} == {
        "rinpersoons": "rin_kind", "rinpersoon": "rin", "aanvverz": "date", "eindverz": "date", "bedragverz": "integer",
    }  # fmt: skip
    assert {c.certainty for c in found.columns} == {"A"}
    assert column(found, "bedragverz").keep
    assert "VERZONNENBUS_Microbase_v3, versie 3, geldig vanaf 2020-01-01, eigenaar Een afdeling" in found.sources


def test_what_a_description_does_not_say_is_set_to_what_claims_least(tmp_path: Path) -> None:
    found = added(tmp_path, DESCRIPTION, "VERZONNENBUS")

    assert found.absence == "onbekend"
    assert found.supplier_permission == "unknown"
    assert not column(found, "bedragverz").keep


def test_a_file_without_known_bounds_or_persons_waits_for_a_person(tmp_path: Path) -> None:
    no_bounds = (
        added(tmp_path / "a", description("ZONDERBUS", "RINPERSOONS", "RINPERSOON"), "ZONDERBUS")
        if _made(tmp_path / "a")
        else None
    )
    no_person = added(tmp_path / "b", description("DINGTAB", "BEID"), "DINGTAB") if _made(tmp_path / "b") else None

    assert no_bounds is not None
    assert "begin en het einde" in no_bounds.not_loadable
    assert no_person is not None
    assert "RINPERSOON" in no_person.not_loadable


def _made(folder: Path) -> bool:
    folder.mkdir()
    return True


def test_names_of_a_known_register_are_confirmed_and_nothing_that_is_counted_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("RINPERSOONS", "RINPERSOON", "TypeArrangement", "WMODATUMAANVANG", "WMODATUMEINDE", "Leveringsvorm")
    before = load_catalogue().register("WMOBUS")

    found = added(tmp_path, description("WMOBUS", *names), "WMOBUS")

    assert column(before, "wmodatumaanvang").certainty == "B"
    assert column(found, "wmodatumaanvang").certainty == "A"
    assert column(found, "wmotoewijzingsnummer").certainty == "B"
    assert column(found, "leveringsvorm").keep is False
    assert found.counting_content() == before.counting_content()
    said = capsys.readouterr().out
    assert "names confirmed: wmodatumaanvang, wmodatumeinde" in said
    assert "still supposed, and not in this description: wmotoewijzingsnummer, wmogemeente" in said


def test_a_confirmed_name_does_not_confirm_what_its_codes_mean(tmp_path: Path) -> None:
    found = added(tmp_path, description("INDICWLZTAB", "RINPERSOONS", "RINPERSOON", "WLZGRONDSLAG"), "INDICWLZTAB")

    assert column(found, "wlzgrondslag").certainty == "C"
    assert column(found, "wlzgrondslag").is_seen


def test_a_column_with_its_year_is_the_column_of_the_entry(tmp_path: Path) -> None:
    found = added(
        tmp_path, description("NIETVSLGWBTAB", "SOORTOBJECTNUMMER", "RINOBJECTNUMMER", "gem2023"), "NIETVSLGWBTAB"
    )

    assert column(found, "gem{period}").certainty == "A"
    assert [c.name for c in found.columns] == [c.name for c in load_catalogue().register("NIETVSLGWBTAB").columns]


def test_one_of_several_descriptions_is_chosen_by_name(tmp_path: Path) -> None:
    both = [DESCRIPTION, description("ANDERTAB", "RINPERSOONS", "RINPERSOON")]

    assert added(tmp_path, both, "ANDERTAB", "--name", "ANDERTAB").title == "Periodes met een verzonnen uitkering"


@pytest.mark.parametrize("place", [("latestVersion",), ("data", "latestVersion"), ("data",), ()])
def test_every_place_where_an_export_puts_the_blocks_is_found(tmp_path: Path, place: tuple[str, ...]) -> None:
    wrapped: Any = {"metadataBlocks": blocks(DESCRIPTION)}
    for key in reversed(place):
        wrapped = {key: wrapped}

    assert added(tmp_path, wrapped, "VERZONNENBUS").loadable


def test_texts_of_a_description_are_short_and_on_one_line(tmp_path: Path) -> None:
    made = copy.deepcopy(DESCRIPTION)
    variables = blocks(made)["variableInformation"]["fields"][0]["value"]
    variables[4]["odisseiVariableLabel"] = {"value": "een\u200b\ntekst " + "lang " * 200}

    meaning = column(added(tmp_path, made, "VERZONNENBUS"), "bedragverz").meaning

    assert meaning.startswith("een tekst lang lang")
    assert len(meaning) <= 400


@pytest.mark.parametrize(
    ("data", "flags", "code", "words"),
    [
        ("{", [], 4, "description.json:1: not readable as JSON"),
        ("\x00", [], 4, "not readable as JSON"),
        ("[" * 100_000, [], 4, "not readable as JSON"),
        ([], [], 4, "the list is empty"),
        ("3", [], 4, "description 1: holds no `metadataBlocks`"),
        ({"metadataBlocks": {"variableInformation": []}}, [], 4, "lists no variables"),
        ({"metadataBlocks": {"variableInformation": {"fields": [3, {"typeName": 4}]}}}, [], 4, "lists no variables"),
        (description("ATAB", "RINPERSOON", "rinpersoon"), [], 4, "rinpersoon stands in it twice"),
        (description("ATAB", "a b"), [], 4, "variable 1 has the name 'a b'"),
        (description("Een lange titel", "RINPERSOON"), ["--name", "Iets anders"], 4, "name: found 'IETS ANDERS'"),
        ([DESCRIPTION, DESCRIPTION], [], 4, "describes 2 files"),
        ([DESCRIPTION, DESCRIPTION], ["--name", "X"], 4, "'X' is not one of them"),
        (DESCRIPTION, ["--keep", "bedrag"], 4, "has no column bedrag"),
    ],
)
def test_what_is_no_description_is_refused_in_words_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: object, flags: list[str], code: int, words: str
) -> None:
    got, folder = add(tmp_path, data, *flags)

    said = capsys.readouterr().err
    assert got == code
    assert words in said
    assert "Traceback" not in said
    assert not folder.exists()


def test_an_entry_that_is_there_is_written_over_only_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(tmp_path, DESCRIPTION)[0] == 0
    folder = tmp_path / "own"
    before = (folder / "verzonnenbus.yaml").read_text(encoding="utf-8")

    assert add(tmp_path, DESCRIPTION, "--keep", "bedragverz")[0] == 3
    assert (folder / "verzonnenbus.yaml").read_text(encoding="utf-8") == before
    assert add(tmp_path, DESCRIPTION, "--keep", "bedragverz", "--replace")[0] == 0
    assert (folder / "verzonnenbus.yaml").read_text(encoding="utf-8") != before
    assert "--replace" in capsys.readouterr().err


def test_a_folder_that_would_no_longer_load_stays_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "own"
    assert add(tmp_path, DESCRIPTION)[0] == 0
    (folder / "verzonnenbus.yaml").rename(folder / "eigen.yaml")

    assert add(tmp_path, DESCRIPTION)[0] == 4

    assert "VERZONNENBUS is described by" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["eigen.yaml"]


def test_without_a_folder_it_asks_where_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "d.json"
    source.write_text(json.dumps(DESCRIPTION), encoding="utf-8")

    assert cli.main(["registers", "add", str(source)]) == 3

    assert "BLINDEVLEK_CATALOGUE" in capsys.readouterr().err


def test_an_entry_reads_back_as_it_was_meant(tmp_path: Path) -> None:
    source = tmp_path / "d.json"
    source.write_text(json.dumps(description("WMOBUS", "RINPERSOON")), encoding="utf-8")

    made = make_entry(read_odissei(source), None, (), load_catalogue())

    assert made.text.startswith("name: WMOBUS\ntitle: Wmo-maatwerk\n")
    assert not made.is_new
