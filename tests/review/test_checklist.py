"""The checklist: filled from public files, and red when what it asks for is not so."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines.datacenter.review.bundles import find_bundle
from pipelines.datacenter.review.checklist import GROUPS, TITLES, Point, blocking, from_record, looks
from pipelines.datacenter.review.desk import Desk
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.manifest import freeze
from tests.review.scene import Scene, make_scene
from tests.review.whole_bundles import write_whole_bundle
from tests.unit.published_bundles import PERSONA

RELEASE = ("2023-voorlopig", "1.0.0")
RISEN = {"GM0363": 400, "GM0034": 300}


@dataclass
class Place:
    """A scene with a whole bundle that was published (2022) and one that waits (2023)."""

    scene: Scene

    @property
    def folder(self) -> Path:
        return self.scene.root.wachtruimte.joinpath(*RELEASE)

    def points(self, desk: Desk | None = None) -> dict[int, Point]:
        desk = desk or self.scene.desk
        bundle = find_bundle(self.scene.root, *RELEASE)
        return {p.number: p for p in desk.checked(bundle, "eerste cijfers", "2026-03-02T01:00:00+00:00")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, personas: Personas, indicators: Indicators) -> Place:
    scene = make_scene(tmp_path_factory.mktemp("checklist"))
    write_whole_bundle(scene.root.wachtruimte, personas, indicators, 2023, seed=23, higher=RISEN)
    older = write_whole_bundle(scene.root.uitgaven, personas, indicators, 2022, seed=22)
    (older / "publication.json").write_text("{}", encoding="utf-8")
    return Place(scene)


@pytest.fixture(scope="module")
def points(made: Place) -> dict[int, Point]:
    return made.points()


@pytest.fixture
def changed(made: Place, tmp_path: Path) -> Place:
    """The same, to be damaged."""
    shutil.copytree(made.scene.root.wachtruimte, tmp_path / "data" / "wachtruimte")
    return Place(make_scene(tmp_path))


def test_every_point_of_the_procedure_is_there_once(points: dict[int, Point]) -> None:
    assert list(points) == list(TITLES) == list(range(1, 26))
    assert sorted(number for numbers in GROUPS.values() for number in numbers) == list(TITLES)


def test_a_sound_release_blocks_nowhere_and_leaves_the_kluis_to_cbs(points: dict[int, Point]) -> None:
    assert blocking(points.values()) == ()
    assert [n for n, point in points.items() if point.outcome == "kluis"] == [4, 10, 19]
    assert set(looks(points.values())["CBS"]) - set(looks(points.values())["VWS"]) == {4, 10, 19}
    assert {points[n].outcome for n in (1, 2, 3, 7, 8, 11, 12, 18, 21, 22, 23)} == {"goed"}


def test_changes_are_told_as_observed_expected_and_sure(points: dict[int, Point]) -> None:
    found = points[14]

    assert "door toeval alleen zijn dat er ongeveer 17" in found.found
    assert any("Amsterdam" in line for line in found.details)
    assert any("Almere" in line for line in found.details)


def test_gemeenten_that_merged_are_named(points: dict[int, Point]) -> None:
    assert any("Samengevoegd" in line and "Voorne aan Zee" in line for line in points[15].details)


def test_what_changed_in_a_definition_is_told_in_words(
    made: Place, tmp_path: Path, personas: Personas, indicators: Indicators
) -> None:
    scene = make_scene(tmp_path)
    shutil.copytree(made.scene.root.uitgaven, scene.root.uitgaven, dirs_exist_ok=True)
    write_whole_bundle(scene.root.wachtruimte, personas, indicators, 2023, seed=23, version=2)
    desk = Desk(scene.root, scene.store, words=lambda persona, old, new: (f"{persona} van {old} naar {new}: ouder",))

    found = Place(scene).points(desk)[17]

    assert f"{PERSONA}: versie 1 werd versie 2" in found.details
    assert f"{PERSONA} van 1 naar 2: ouder" in found.details


def test_the_validators_of_formats_that_are_handed_in_are_heard(made: Place) -> None:
    good = Desk(made.scene.root, made.scene.store, validate=lambda _folder: {"frictionless": True, "csvw": True})
    bad = Desk(made.scene.root, made.scene.store, validate=lambda _folder: {"frictionless": True, "csvw": False})

    assert made.points(good)[20].outcome == "goed"
    assert made.points(bad)[20].outcome == "fout"
    assert "csvw" in made.points(bad)[20].found


def _json(folder: Path, name: str, change: Callable[[dict[str, object]], object]) -> None:
    record = json.loads((folder / name).read_text(encoding="utf-8"))
    change(record)
    (folder / name).write_text(json.dumps(record), encoding="utf-8")


def _figures(folder: Path, name: str, column: str, change: pl.Expr) -> None:
    path = folder / name
    pl.read_parquet(path).with_columns(change.alias(column)).write_parquet(path)


def _budget(record: dict[str, object]) -> None:
    model = record["deployment"]["deployment_model"]  # type: ignore[index]
    model["release_type_details"] = model["release_type_details"].replace("left: 7/20", "left: 8/20")


def _unlist(record: dict[str, object]) -> None:
    record["deployment"]["dp_variant"]["unprotected_quantities"] = " "  # type: ignore[index]


_ONE = (pl.col("regio") == "GM0344") & (pl.col("toestand") == "missing")
DAMAGE: dict[str, tuple[set[int], Callable[[Path], object]]] = {
    "another rho": ({1}, lambda f: _json(f, "uitgaveplan.json", lambda r: r.update(rho="1/10"))),
    "another bound": ({1}, lambda f: _json(f, "uitgaveplan.json", lambda r: r.update(contributions=2))),
    "a budget that does not add up": ({2}, lambda f: _json(f, "privacy.json", _budget)),
    "nothing listed": ({1, 5}, lambda f: _json(f, "privacy.json", _unlist)),
    "a margin too small": (
        {7, 20},
        lambda f: _figures(f, "cijfers.parquet", "sd", pl.when(_ONE).then(pl.col("sd") / 2).otherwise("sd")),
    ),
    "bounds cut off at nought": (
        {12, 20},
        lambda f: _figures(f, "cijfers.parquet", "onder95", pl.when(_ONE).then(0.0).otherwise("onder95")),
    ),
    "noise larger than told": (
        {7, 8, 11},
        lambda f: _figures(f, "metingen.parquet", "sigma", pl.col("sigma") / 4),
    ),
    "a national measurement of something else": (
        {11},
        lambda f: _figures(
            f,
            "metingen.parquet",
            "meting",
            pl.when((pl.col("tabel") == "land") & (pl.col("toestand") == "missing"))
            .then(pl.col("meting") + 5_000)
            .otherwise("meting"),
        ),
    ),
    "a page without what we cannot know": (
        {18},
        lambda f: (f / "persona" / f"{PERSONA}.html").write_text("<html>synthetisch</html>", encoding="utf-8"),
    ),
}
"""What is damaged -> the points that turn red by it, and the damage."""


@pytest.mark.parametrize("name", DAMAGE)
def test_each_damage_turns_its_point_red(changed: Place, name: str) -> None:
    expected, damage = DAMAGE[name]
    facts = json.loads((changed.folder / "manifest.json").read_text(encoding="utf-8"))["facts"]
    (changed.folder / "manifest.json").unlink()
    damage(changed.folder)
    freeze(changed.folder, facts)

    red = set(blocking(changed.points().values()))

    assert red == expected


def test_a_manifest_that_names_no_ledger_and_a_second_draw_are_red(changed: Place) -> None:
    other = changed.scene.root.wachtruimte / RELEASE[0] / "1.1.0"
    shutil.copytree(changed.folder, other)
    facts = json.loads((other / "manifest.json").read_text(encoding="utf-8"))["facts"]
    (other / "manifest.json").unlink()
    freeze(other, facts | {"versie": "1.1.0", "measurement_sha256": "99" * 32})
    second_draw = changed.points()[3]
    (changed.folder / "manifest.json").unlink()
    freeze(changed.folder, {name: fact for name, fact in facts.items() if name != "ledger_head"})

    assert second_draw.outcome == "fout"
    assert "andere trekking" in second_draw.found
    assert {changed.points()[n].outcome for n in (3, 22)} == {"fout"}


def test_the_list_is_kept_as_it_was_when_the_release_was_handed_in(made: Place) -> None:
    kept = made.scene.desk.submit("mila", *RELEASE, "nieuw", "eerste cijfers", "2026-03-02T01:00:00+00:00")

    standing = made.scene.desk.standing(*RELEASE)
    submission = standing.review.submission
    assert made.scene.desk.checklist(standing) == kept
    assert submission is not None
    assert submission.looks == looks(kept)
    assert from_record([]) == ()
