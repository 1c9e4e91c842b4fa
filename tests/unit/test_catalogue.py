"""The catalogue: every file and column that the sources name, read fast and strictly alike, and told when it is wrong."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import SpecError
from pipelines.registers.catalogue_files import read_catalogue
from pipelines.registers.catalogue_model import Catalogue, Column, Register, load_catalogue
from pipelines.registers.file_names import read_name
from pipelines.registers.reading import Scan
from pipelines.registers.typing_rules import typed_columns
from pipelines.yaml_files import read_yaml

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "pipelines" / "registers" / "catalogue"
CATALOGUE = load_catalogue()
THEMES = "STAPMON"
"""The themes of the Stapelingsmonitor are one file in the list of sources, and fifteen entries here."""

PLAIN: dict[str, Any] = {
    "name": "DAKLOOSTAB",
    "title": "Mensen in de opvang",
    "names": ["DAKLOOSJJJJTABVV"],
    "unit": "persoon (jaar)",
    "structure": "record",
    "key": ["rinpersoons", "rinpersoon"],
    "supplier": "cbs",
    "supplier_permission": False,
    "coverage": "national",
    "absence": "nee",
    "sees": "wie in de opvang sliep",
    "does_not_see": "wie elders sliep",
    "sources": "verzonnen",
    "columns": [
        {"name": "rinpersoons", "kind": "rin_kind", "certainty": "A", "code_list": "RINPERSOONS"},
        {"name": "rinpersoon", "kind": "rin", "certainty": "A"},
        {"name": "opvangsoort", "kind": "code", "certainty": "A", "code_list": "NEEJA"},
    ],
}


def listed() -> dict[str, int]:
    """Register -> how many columns the sources name of it."""
    with (HERE / "catalogue_files.csv").open(encoding="utf-8") as file:
        return {row["register"]: int(row["columns"]) for row in csv.DictReader(file, delimiter=";")}


def named_by_sources(columns: tuple[Column, ...]) -> int:
    """Columns whose name was seen, and those that are described without their name (some descriptions fit two)."""
    return sum(column.is_seen for column in columns) + len(
        {c.described for c in columns if c.described and not c.is_seen}
    )


def folder_with(tmp_path: Path, entry: dict[str, Any], **files: str) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "dakloostab.yaml").write_text(yaml.safe_dump(entry, sort_keys=False), encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def changed(**changes: Any) -> dict[str, Any]:
    return {**PLAIN, **changes}


def test_the_list_of_sources_has_sixty_files_and_451_columns() -> None:
    assert len(listed()) == 60
    assert sum(listed().values()) == 451


@pytest.mark.parametrize("name", [name for name in listed() if name != THEMES])
def test_every_file_of_the_sources_has_an_entry_with_every_column(name: str) -> None:
    register = CATALOGUE.register(name)

    assert named_by_sources(register.columns) == listed()[name]


def test_the_themes_of_the_stapelingsmonitor_hold_every_column_of_the_sources_together() -> None:
    themes = [register for register in CATALOGUE.registers.values() if register.name.startswith(THEMES)]
    columns = {column.name for register in themes for column in register.columns}

    assert len(themes) == 15
    assert len(columns) >= listed()[THEMES]


def test_a_file_of_which_only_the_name_is_known_cannot_be_taken_in() -> None:
    for register in CATALOGUE.registers.values():
        if not register.columns:
            assert not register.loadable, register.name
        if register.loadable:
            assert set(register.key) <= {c.name for c in register.columns} | {c.canonical for c in register.columns}
    assert {"HALTTAB", "MIGMOTIEFBUS", "STAPELINGSMONITOR"} <= {
        r.name for r in CATALOGUE.registers.values() if not r.loadable
    }


def test_every_path_that_was_seen_is_recognised_as_its_own_register_alone() -> None:
    for register in CATALOGUE.registers.values():
        if register.example_path:
            stem = Path(register.example_path).stem
            fitting = [other.name for other in CATALOGUE.registers.values() if read_name(stem, other)]
            assert fitting == [register.name]


@pytest.mark.parametrize(
    ("stem", "name", "said"),
    [
        ("GBAPERSOON2023TABV1", "GBAPERSOONTAB", (2023, 1)),
        ("GBAPERSOONTAB2016V1", "GBAPERSOONTAB", (2016, 1)),
        ("MEDICIJNTAB 2013V1", "MEDICIJNTAB", (2013, 1)),
        ("130614 MEDICIJNTAB 2010V1", "MEDICIJNTAB", (2010, 1)),
        ("VSLGWB2023TAB03V1", "VSLGWBTAB", (2023, 1)),
        ("secmbus2021v2", "SECMBUS", (2021, 2)),
        ("KOPPELPERSOONHUISHOUDEN2011", "KOPPELPERSOONHUISHOUDEN", (2011, 1)),
        ("WUSUITKERING1A201912TABV1", "WUSUITKERING1ATAB", (2019, 1)),
        ("211130 Stapelingsmonitor SZW 2019 V3", "STAPELINGSMONITOR", (2019, 3)),
        ("GBAPERSOONKTAB2020V1", "GBAPERSOONTAB", None),
    ],
)
def test_names_as_they_occur_on_disk_are_understood(stem: str, name: str, said: tuple[int, int] | None) -> None:
    found = read_name(stem, CATALOGUE.register(name))

    assert (found and (found.year, found.version[1])) == said


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_fast_reading_of_an_entry_says_what_the_strict_one_says(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == read_yaml(path)


def test_what_breaks_a_trend_is_said_of_the_registers_concerned() -> None:
    breaks = {name: [found.year for found in r.trend_breaks] for name, r in CATALOGUE.registers.items()}

    assert breaks["GGZZPMPRESTATIETAB"] == [2022]
    assert breaks["WMOBUS"] == [2020]
    assert breaks["PWETSRGPERSOONBUS"] == [2023]


def test_a_code_outside_a_list_that_is_not_whole_is_no_fault() -> None:
    scan = Scan("t", {"jgdhhulpvorm": ("JGDHHULPVORM", "VARCHAR"), "typhh": ("TYPHH", "VARCHAR")}, Path("x.parquet"))

    (open_list,) = [
        c for c in typed_columns(scan, CATALOGUE.register("JGDHULPBUS"), CATALOGUE, 2023) if c.name == "jgdhhulpvorm"
    ]
    (closed,) = [
        c for c in typed_columns(scan, CATALOGUE.register("GBAHUISHOUDENSBUS"), CATALOGUE, 2023) if c.name == "typhh"
    ]

    assert not open_list.fault
    assert "NOT IN ('1'" in closed.fault


def test_texts_change_no_fingerprint_and_what_is_read_does() -> None:
    def with_wmo(**changes: Any) -> Catalogue:
        register = CATALOGUE.register("WMOBUS").model_copy(update=changes)
        return CATALOGUE.model_copy(update={"registers": {**CATALOGUE.registers, "WMOBUS": register}})

    reworded = with_wmo(title="anders", sees="anders", sources="anders", trend_breaks=(), years=None)
    renamed = with_wmo(names=("WMOANDERSJJJJBUSVV",))
    silent = with_wmo(absence="onbekend")

    assert reworded.fingerprint == CATALOGUE.fingerprint
    assert renamed.fingerprint != CATALOGUE.fingerprint
    assert renamed.counting_fingerprint(["WMOBUS"]) == CATALOGUE.counting_fingerprint(["WMOBUS"])
    assert silent.counting_fingerprint(["WMOBUS"]) != CATALOGUE.counting_fingerprint(["WMOBUS"])
    assert silent.counting_fingerprint(["SLOTAB"]) == CATALOGUE.counting_fingerprint(["SLOTAB"])


def test_another_code_in_a_list_is_another_way_of_counting() -> None:
    lists = {**CATALOGUE.code_lists, "TYPEARRANGEMENT": {"1": "alles"}}
    other = CATALOGUE.model_copy(update={"code_lists": lists})

    assert other.counting_fingerprint(["WMOBUS"]) != CATALOGUE.counting_fingerprint(["WMOBUS"])
    assert other.counting_fingerprint(["SLOTAB"]) == CATALOGUE.counting_fingerprint(["SLOTAB"])


def test_an_own_entry_stands_beside_those_of_the_project(tmp_path: Path) -> None:
    found = load_catalogue(folder_with(tmp_path, PLAIN, code_lists="OPVANGSOORT:\n  'N': nachtopvang\n"))

    assert isinstance(found.register("DAKLOOSTAB"), Register)
    assert set(found.registers) == {*CATALOGUE.registers, "DAKLOOSTAB"}
    assert found.code_lists["OPVANGSOORT"] == {"N": "nachtopvang"}
    assert found.replaced == ()


def test_an_own_entry_of_the_same_name_takes_the_place_of_the_projects_and_that_is_said(tmp_path: Path) -> None:
    lists = "JGDHHULPVORM:\n  '41': ambulant\n"
    found = load_catalogue(folder_with(tmp_path, changed(name="HALTTAB"), code_lists=lists))

    assert found.register("HALTTAB").loadable
    assert set(found.replaced) == {"HALTTAB", "code list JGDHHULPVORM"}
    assert found.is_closed(found.register("JGDHULPBUS").column("jgdhhulpvorm")), "an own list is whole"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (changed(titel="x"), r"dakloostab.yaml:\d+: titel: unknown key. Did you mean 'title'"),
        (changed(absence="ja"), r"dakloostab.yaml:13: absence: found 'ja', allowed is 'nee' or 'onbekend'"),
        (
            changed(supplier_permission="maybe"),
            r"dakloostab.yaml:11: supplier_permission: found 'maybe', allowed is True, False, ",
        ),
        (
            changed(key=["rinpersoon", "jaar"]),
            r"dakloostab.yaml:1: DAKLOOSTAB names columns that it does not list: jaar",
        ),
        (changed(structure="spell"), r"dakloostab.yaml:1: DAKLOOSTAB: a spell file needs `spell`"),
        (changed(name="dakloos"), r"dakloostab.yaml:1: name: found 'dakloos', allowed are"),
        (
            changed(
                columns=[*PLAIN["columns"], {"name": "x", "kind": "code", "certainty": "A", "code_list": "NEEJAA"}]
            ),
            r"dakloostab.yaml:\d+: columns\[3\].code_list: no code list 'NEEJAA'. Did you mean 'NEEJA'",
        ),
        (
            changed(columns=[*PLAIN["columns"], {"name": "x", "kind": "code", "certainty": "A"}]),
            r"columns\[3\].kind: a column of kind code needs `code_list`",
        ),
    ],
)
def test_a_fault_in_an_own_entry_is_told_with_file_and_line(tmp_path: Path, entry: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        read_catalogue(folder_with(tmp_path, entry))

    assert "validation error" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"tweede": yaml.safe_dump(PLAIN)}, "is described by .* too; keep one"),
        ({"code_lists": "A: b\n"}, r"code_lists.yaml:1: A: here must stand codes with their meaning"),
        ({"code_lists": "A:\n  'x': 3\n"}, r"code_lists.yaml:2: A.x: the meaning of a code is a text"),
        ({"code_lists": "A:\n  01: b\n"}, r"code_lists.yaml:2"),
        ({"incomplete_lists": "NEEJAA: x\n"}, "no code list 'NEEJAA'. Did you mean 'NEEJA'"),
        ({"incomplete_lists": "- x\n"}, "incomplete_lists.yaml:1: the file must map the name of a code list"),
    ],
)
def test_other_files_of_an_own_folder_are_refused_in_words(tmp_path: Path, files: dict[str, str], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        read_catalogue(folder_with(tmp_path, PLAIN, **files))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"BLINDEVLEK_CATALOGUE names .*, which is no folder"):
        load_catalogue(tmp_path / "nergens")


def test_names_are_written_in_the_notation_of_cbs_and_not_as_patterns() -> None:
    for register in CATALOGUE.registers.values():
        for name in register.names:
            assert re.fullmatch(r"[A-Za-z0-9_ &-]+", name), name
