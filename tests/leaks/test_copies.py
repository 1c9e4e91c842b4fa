"""The commands that copy microdata or take them away: nothing of them is said, and no copy is left where it should not be."""

import shutil
from pathlib import Path

import pytest

from pipelines.registers.municipal.keys import make_municipal_key
from tests.leaks.conftest import Ears, Finished, Place
from tests.leaks.provoked import ERRORS, raising
from tests.leaks.searching import EVERYTHING
from tests.leaks.test_full_run import NEVER_PUBLISHED
from tests.tiny import PEILJAAR

FEW_DRAWS = 200
"""Measurements in each world: an audit of so few proves little, and says as much as one of many."""


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("pipelines.audit_commands.FEWEST", FEW_DRAWS)
    return str(FEW_DRAWS)


def test_an_audit_says_nothing_of_the_person_or_the_counts_and_leaves_no_copy(
    at_the_copy: Place, ears: Ears, few_draws: str
) -> None:
    code, said = ears.hear("audit", "--draws", few_draws)

    assert code == 0, said
    assert "Every rule holds." in said
    assert EVERYTHING.in_text(said) == []
    _require_no_copy(at_the_copy)


_IN_AN_AUDIT = {
    "choosing the person": "pipelines.audit_run._in_most_personas",
    "copying": "pipelines.audit_run.copy_without",
    "taking the copy in": "pipelines.line.ingest",
}


@pytest.mark.parametrize("failing", _IN_AN_AUDIT)
def test_an_audit_that_fails_quotes_nothing_and_leaves_no_copy(
    at_the_copy: Place, ears: Ears, monkeypatch: pytest.MonkeyPatch, few_draws: str, failing: str
) -> None:
    monkeypatch.setattr(_IN_AN_AUDIT[failing], raising(ERRORS["DuckDB"]))

    code, said = ears.hear("audit", "--draws", few_draws)

    assert code == 1
    assert "ConversionException" in said
    assert EVERYTHING.in_text(said) == []
    _require_no_copy(at_the_copy)


def _require_no_copy(place: Place) -> None:
    """All that an audit makes lies in one folder of the kluis, which is gone afterwards."""
    root = place.root
    deliveries = sorted(path.relative_to(root.kluis).parts[0] for path in root.path.rglob("cbs") if path.is_dir())
    assert not (root.kluis / "audit").exists()
    assert deliveries == ["deliveries"]
    assert EVERYTHING.in_tree(root.temp) == []


@pytest.fixture
def to_purge(finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of the rooms for one test, which removes what is in it."""
    place = Place(tmp_path)
    shutil.copytree(finished.place.folder, place.folder, dirs_exist_ok=True)
    for name, value in place.variables.items():
        monkeypatch.setenv(name, value)
    return place


def test_a_purge_says_nothing_of_what_it_removes_and_leaves_none_of_it(to_purge: Place, ears: Ears) -> None:
    root = to_purge.root

    code, said = ears.hear("purge", "--before", str(PEILJAAR + 1), "--yes")

    assert code == 0, said
    assert f"Removed the deliveries and tables of {PEILJAAR}." in said
    assert EVERYTHING.in_text(said) == []
    assert EVERYTHING.in_tree(root.kluis) == []
    assert EVERYTHING.only(NEVER_PUBLISHED).in_text("\n".join(path.name for path in root.path.rglob("*"))) == []
    assert not list(root.kluis.rglob("*.parquet"))


def test_raw_files_of_invented_people_are_made_without_naming_anyone(
    at_the_copy: Place, ears: Ears, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_municipal_key(tmp_path / "municipal.json", "synthetic")
    monkeypatch.setenv("BLINDEVLEK_MUNICIPAL_KEY_FILES", str(tmp_path / "municipal.json"))

    code, said = ears.hear("municipal", "synthetic", "--to", str(tmp_path / "raw"))

    assert code == 0, said
    assert list((tmp_path / "raw").rglob("*.csv"))
    assert EVERYTHING.in_text(said) == []
    assert EVERYTHING.in_tree(tmp_path / "raw") == []
