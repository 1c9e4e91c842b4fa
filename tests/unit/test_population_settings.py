"""The settings of a synthetic population, and what may stand in its way."""

import json
import shutil
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import RoomError, UserError
from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.progress import silent

SMALL = Fraction(1, 200)


def _make(root: Path, settings: PopulationSettings) -> bool:
    return make_deliveries(settings, root / "deliveries", root / "truth", root / "temp", silent)


def test_a_population_is_named_after_everything_that_decides_its_content() -> None:
    named = PopulationSettings(2023, Fraction(1, 20), seed=7).population_id
    whole = PopulationSettings(2023, Fraction(1)).population_id
    assert named == "synthetic-s1of20-seed7-g3"
    assert whole == "synthetic-s1-seed1-g3"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scale": Fraction(2)}, "up to 1"),
        ({"scale": Fraction(1, 100_000)}, "out of bounds"),
        ({"scale": Fraction(1), "seed": -1}, "positive"),
        ({"scale": Fraction(1), "file_format": "sav"}, "Choose parquet"),
        ({"scale": Fraction(1, 5), "file_format": "csv"}, "smaller scale"),
        ({"scale": Fraction(1), "file_format": "xlsx"}, "parquet, sav, csv"),
        ({"peiljaar": 1901, "scale": Fraction(1)}, "1901"),
    ],
)
def test_settings_out_of_bounds_are_refused_with_what_is_allowed(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UserError, match=words):
        PopulationSettings(**{"peiljaar": 2023, **arguments})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A finished population, and the manifests that could be seen while it was being made."""
    root = tmp_path_factory.mktemp("standing")
    seen: list[str] = []

    def look(_message: str) -> None:
        seen.extend(str(p) for p in (root / "deliveries").glob("*/manifest.json"))

    settings = PopulationSettings(2023, SMALL)
    assert make_deliveries(settings, root / "deliveries", root / "truth", root / "temp", look) is True
    return root, seen


def test_what_is_in_the_making_is_never_seen_as_a_delivery(standing: tuple[Path, list[str]]) -> None:
    root, seen = standing
    assert seen == []
    assert sorted(p.parent.name for p in root.glob("deliveries/*/manifest.json")) == ["cbs", "gemeenten"]


def test_what_stands_there_complete_is_not_made_again(standing: tuple[Path, list[str]]) -> None:
    root, _ = standing
    before = {p: p.stat().st_mtime_ns for p in (root / "deliveries").rglob("*") if p.is_file()}
    assert _make(root, PopulationSettings(2023, SMALL)) is False
    assert before == {p: p.stat().st_mtime_ns for p in (root / "deliveries").rglob("*") if p.is_file()}


def test_another_population_or_another_format_in_its_place_is_refused(standing: tuple[Path, list[str]]) -> None:
    root, _ = standing
    with pytest.raises(UserError, match="two populations never share a data root"):
        _make(root, PopulationSettings(2023, SMALL, seed=2))
    with pytest.raises(UserError, match="another file format"):
        _make(root, PopulationSettings(2023, SMALL, file_format="csv"))


def test_another_peiljaar_in_its_place_is_refused(standing: tuple[Path, list[str]], tmp_path: Path) -> None:
    root, _ = standing
    manifest = json.loads((root / "deliveries" / "cbs" / "manifest.json").read_text(encoding="utf-8"))
    folder = tmp_path / "deliveries" / "cbs"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest | {"peiljaar": 2022}), encoding="utf-8")
    with pytest.raises(UserError, match="peiljaar 2022, not 2023"):
        _make(tmp_path, PopulationSettings(2023, SMALL))


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (None, "left alone"),
        ("{", "cannot be understood"),
        (json.dumps({"kind": "real", "population": None}), "not synthetic"),
    ],
)
def test_a_folder_that_is_not_ours_is_never_touched(tmp_path: Path, manifest: str | None, words: str) -> None:
    folder = tmp_path / "deliveries" / "cbs"
    folder.mkdir(parents=True)
    (folder / "somebody.parquet").write_bytes(b"theirs")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(UserError, match=words):
        _make(tmp_path, PopulationSettings(2023, SMALL))
    assert (folder / "somebody.parquet").read_bytes() == b"theirs"


def test_a_crash_leaves_nothing_that_looks_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError("disk full")

    settings = PopulationSettings(2023, SMALL)
    with monkeypatch.context() as patched:
        patched.setattr("pipelines.population.make.write_manifest", broken)
        with pytest.raises(OSError, match="disk full"):
            _make(tmp_path, settings)
    assert list((tmp_path / "deliveries").rglob("*")) == []
    assert list((tmp_path / "temp").rglob("*")) == []


def test_what_a_run_that_was_killed_left_behind_is_in_nobodys_way(tmp_path: Path) -> None:
    settings = PopulationSettings(2023, SMALL)
    for left in (
        tmp_path / "temp" / settings.population_id / "ground.db",
        tmp_path / "deliveries" / ".in-the-making" / "x",
    ):
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half a database")

    assert _make(tmp_path, settings) is True


def test_a_disk_that_is_full_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise duckdb.IOException("could not write: what a library says")

    monkeypatch.setattr("pipelines.population.make.lay_ground", full)

    with pytest.raises(RoomError, match="refuses to write: it is full") as raised:
        _make(tmp_path, PopulationSettings(2023, SMALL))
    assert "library" not in str(raised.value)


def test_a_stop_between_the_two_deliveries_is_mended_by_making_again(
    standing: tuple[Path, list[str]], tmp_path: Path
) -> None:
    root, _ = standing
    shutil.copytree(root, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "deliveries" / "gemeenten")
    assert _make(tmp_path, PopulationSettings(2023, SMALL)) is True
    assert (tmp_path / "deliveries" / "gemeenten" / "manifest.json").is_file()
