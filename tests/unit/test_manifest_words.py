"""A manifest that does not fit is told with what was found, what is allowed and on which line, in words of our own."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import DeliveryError
from pipelines.registers.delivery import read_manifest

GOOD: dict[str, Any] = {
    "delivery": "cbs",
    "supplier": "CBS",
    "kind": "synthetic",
    "peiljaar": 2023,
    "version": 1,
    "status": "voorlopig",
    "completed": True,
    "files": [{"register": "GBAPERSOONTAB", "coverage": {"kind": "national"}}],
}


def said_of(manifest: str, folder: Path) -> str:
    path = folder / "manifest.json"
    path.write_text(manifest, encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        read_manifest(path)
    return str(caught.value).removeprefix(f"{folder.name}/manifest.json: ")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "echt"}, "kind: found \"echt\", allowed is 'synthetic' or 'real'. Correct it."),
        ({"version": 0}, "version (line 6): found 0, allowed is 1 or more."),
        ({"version": True}, "version (line 6): found true, allowed is a whole number."),
        ({"peiljaar": "2023"}, 'peiljaar (line 5): found "2023", allowed is a whole number.'),
        ({"completed": "true"}, 'completed (line 8): found "true", allowed is true or false.'),
        ({"version": float("nan")}, "version (line 6): found NaN, allowed is a whole number."),
        ({"peiljaar": "twintig"}, 'peiljaar (line 5): found "twintig", allowed is a whole number.'),
        ({"completed": "ja hoor"}, 'completed (line 8): found "ja hoor", allowed is true or false.'),
        ({"files": []}, "files (line 9): found a list, allowed is a list of at least 1."),
        ({"delivery": "../cbs"}, 'delivery (line 2): found "../cbs", allowed is 1 to 80 letters'),
        ({"supplier": None}, "supplier (line 3): found null, allowed is a text."),
        ({"supplier": "x" * 90, "status": "y" * 90}, f'status (line 7): found "{"y" * 39}..., allowed is'),
        (
            {"versie": 2},
            "versie (line 17): is no field of a manifest. Did you mean 'version'? Allowed here: delivery, supplier",
        ),
        (
            {"files": [{"register": "GBAPERSOONTAB", "coverage": {"kind": "national", "leeg": True}}]},
            "files.0.coverage.leeg (line 14): is no field of a manifest. Allowed here: kind, gemeenten, nothing_to_report",
        ),
    ],
)
def test_a_fault_is_told_with_what_was_found_and_what_is_allowed(
    changes: dict[str, Any], words: str, tmp_path: Path
) -> None:
    assert said_of(json.dumps({**GOOD, **changes}, indent=1), tmp_path).startswith(words)


def test_a_misspelt_name_is_told_before_what_is_missing_for_it(tmp_path: Path) -> None:
    misspelt = {("suplier" if name == "supplier" else name): value for name, value in GOOD.items()}

    said = said_of(json.dumps(misspelt, indent=1), tmp_path)

    assert said.startswith("suplier (line 3): is no field of a manifest. Did you mean 'supplier'?")


def test_a_name_that_is_misspelt_in_every_file_is_told_with_its_first_line(tmp_path: Path) -> None:
    files = [{"regster": name, "coverage": {"kind": "national"}} for name in ("GBAPERSOONTAB", "VSLGWBTAB")]

    said = said_of(json.dumps({**GOOD, "files": files}, indent=1), tmp_path)

    assert said.startswith("files.0.regster (line 11): is no field of a manifest. Did you mean 'register'?")


def test_a_name_that_stands_in_a_wrong_place_has_no_line_when_it_also_stands_in_a_right_one(tmp_path: Path) -> None:
    said = said_of(json.dumps({"kind": "synthetic", **GOOD, "coverage": {}}, indent=1), tmp_path)

    assert said.startswith("coverage: is no field of a manifest.")


def test_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    without = {name: value for name, value in GOOD.items() if name != "status"}

    assert said_of(json.dumps(without), tmp_path).startswith("status: is missing. Add it.")


def test_a_comma_too_few_is_told_with_its_line(tmp_path: Path) -> None:
    broken = json.dumps(GOOD, indent=1).replace('"CBS",', '"CBS"')

    assert said_of(broken, tmp_path).startswith("not readable as JSON from line 4, character 2.")


def test_a_name_that_stands_on_several_lines_has_no_line(tmp_path: Path) -> None:
    files = [{"register": "GBAPERSOONTAB", "coverage": {"kind": "all"}}]

    assert said_of(json.dumps({**GOOD, "files": files}, indent=1), tmp_path).startswith("files.0.coverage.kind: found")
