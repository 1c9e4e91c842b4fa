"""After the whole line nothing planted is in what was said, in the wachtruimte, or in what the kluis shows of a run."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

import cli
from pipelines import line
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.rooms import DataRoot
from pipelines.warehouse import open_warehouse
from tests.leaks.conftest import Finished, Place
from tests.leaks.planted import COUNTS, ESTIMATED, columns_with_a_canary, text_columns
from tests.leaks.searching import EVERYTHING
from tests.privacy.noise_for_tests import FixedNoise
from tests.tiny import FILES, PEILJAAR

SHIFT = 100
"""Added to every cell instead of noise: then a true count that is still found in a bundle is a leak, and no chance."""

NEVER_PUBLISHED = tuple(name for name in COUNTS if name not in ESTIMATED)


def test_every_text_column_of_every_register_holds_a_canary(finished: Finished) -> None:
    found = columns_with_a_canary(finished.place.root.deliveries(PEILJAAR))

    catalogue = load_catalogue()
    assert {name: set(text_columns(catalogue.register(name))) - found[name] for name in FILES} == {
        name: set() for name in FILES
    }


def test_the_planted_counts_are_what_the_kluis_holds(finished: Finished) -> None:
    """Otherwise the hunt would look for numbers that nothing could show."""
    schema = f"y{PEILJAAR}"
    has = "adres_opvang_of_briefadres AND bijstand AND leeftijd_18_tot_aow AND schuld_smal"
    of = f"SELECT sum(n) FROM {schema}.pattern_indicators WHERE {has}"
    questions = {
        "who miss it in Utrecht": f"{of} AND schuldregeling IS FALSE",
        "who use it in Utrecht": f"{of} AND schuldregeling",
        "of whom it is unknown in Groningen": f"{of} AND schuldregeling IS NULL",
        "numbers outside the BRP": f"SELECT count(DISTINCT unlinked_person) FROM {schema}.bijstandpersoonbus_unlinked",
        "unlinked rows of BIJSTANDPERSOONBUS": f"SELECT count(*) FROM {schema}.bijstandpersoonbus_unlinked",
        "rows of MEDICIJNTAB": f"SELECT count(*) FROM {schema}.medicijntab",
        "unusable keys in BIJSTANDPERSOONBUS": f"SELECT sum(unusable) FROM {schema}.unusable_keys "
        "WHERE register = 'BIJSTANDPERSOONBUS'",
        "double rows of MEDICIJNTAB": f"SELECT sum(double_rows) FROM {schema}.left_out WHERE register = 'MEDICIJNTAB'",
        "one wage": f"SELECT min(sbasisloon) FROM {schema}.spolisbus WHERE starts_with(ikvid, 'KANARIEIKV')",
        "sum of wages": f"SELECT sum(sbasisloon) FROM {schema}.spolisbus WHERE starts_with(ikvid, 'KANARIEIKV')",
    }
    context = finished.place.context

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        found = {name: warehouse.value(sql, step=name) for name, sql in questions.items()}

    assert found == COUNTS


def test_the_run_succeeded_and_said_nothing_of_what_was_planted(finished: Finished) -> None:
    said = finished.said

    assert said.code == 0, said.err
    assert "persons: everyone in the BRP" in said.err
    # The summary shows noised figures, which may hit a true one by chance; nothing else may.
    assert said.hunt.in_text(said.err) == []
    assert said.hunt.only(NEVER_PUBLISHED).in_text(said.out) == []


def test_a_second_run_says_nothing_either(at_the_copy: Place, capfd: pytest.CaptureFixture[str]) -> None:
    codes = [cli.main(["run"])]
    told = capfd.readouterr()
    codes.append(cli.main(["--quiet", "run"]))
    quiet = capfd.readouterr()

    assert codes == [0, 0], told.err + quiet.err
    assert "Everything was done before" in told.out
    assert EVERYTHING.in_text(told.err) == []
    assert EVERYTHING.only(NEVER_PUBLISHED).in_text(told.out + quiet.out) == []
    assert not quiet.err


def test_nothing_planted_lies_outside_the_kluis(finished: Finished) -> None:
    root = finished.place.root

    found = EVERYTHING.only(NEVER_PUBLISHED).in_tree(root.path, lambda path: path.is_relative_to(root.kluis))

    assert [path.name for path in root.wachtruimte.iterdir()] == ["2023-voorlopig"]
    assert found == []


def test_no_true_count_is_in_a_bundle_whose_noise_is_known(
    copied: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell is its true count and 100: what a release publishes of the planted cells is then another number."""
    elsewhere = _without_measurement(copied.root, tmp_path / "data")
    context = replace(copied.context, root=elsewhere)
    monkeypatch.setattr("pipelines.release.measure.OpenDPGaussian", lambda: FixedNoise(SHIFT))

    made = line.bundle(context, context.plan("2023-voorlopig"))

    shown = (made.folder / "cijfers.csv").read_text(encoding="utf-8")
    assert str(COUNTS["who miss it in Utrecht"] + SHIFT) in shown.replace(".0", "")
    outside = (made.folder / "buiten-de-brp.csv").read_text(encoding="utf-8")
    assert str(COUNTS["numbers outside the BRP"] + SHIFT) in outside.replace(".0", "")
    assert EVERYTHING.in_tree(elsewhere.wachtruimte) == []


def _without_measurement(root: DataRoot, place: Path) -> DataRoot:
    """The kluis alone, with the warehouse and no ledger."""
    copy = DataRoot(place)
    copy.prepare()
    for path in (root.warehouse, root.delivery_register):
        (copy.kluis / path.name).write_bytes(path.read_bytes())
    return copy


def test_what_the_kluis_keeps_of_a_run_for_others_to_see_holds_nothing(finished: Finished) -> None:
    root = finished.place.root
    shown = [root.kluis / "last_run.json", root.kluis / "lock"]

    assert shown[0].exists()
    assert [path.name for path in shown if path.exists() and EVERYTHING.in_file(path)] == []
    assert EVERYTHING.in_tree(root.temp) == []


def test_what_the_steps_wrote_in_the_kluis_cannot_be_read_without_the_key(finished: Finished) -> None:
    root = finished.place.root
    given = root.kluis / "deliveries"

    found = EVERYTHING.in_tree(root.kluis, lambda path: path.is_relative_to(given))

    assert found == []
    assert any(EVERYTHING.in_file(path) for path in given.rglob("*") if path.is_file())


def test_nothing_in_the_wachtruimte_is_more_open_than_the_room(finished: Finished) -> None:
    room = finished.place.root.wachtruimte
    mode = stat.S_IMODE(room.stat().st_mode)

    found = {path.relative_to(room).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in room.rglob("*")}

    assert found
    assert {name: oct(found_mode) for name, found_mode in found.items() if found_mode & ~mode} == {}
    assert not mode & stat.S_IWOTH
