"""The unit of privacy: its distance, its words in ledger and measurement file, and one kind of unit per ledger."""

from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.errors import BudgetError, RoomError
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.measurement import decode
from pipelines.privacy.unit import PERSON, Unit, unit_of
from pipelines.privacy.workload import Table, Workload
from tests.privacy.noise_for_tests import ZeroNoise, charge

CAP = Fraction(1, 2)


def workload(unit: Unit, bound: int = 2) -> Workload:
    return Workload((Table("land", 3, Fraction(1, 20)),), bound, 1e-9, unit)


def exact() -> dict[str, list[int]]:
    return {"land": [0, 1, 2]}


@pytest.mark.parametrize(
    ("members", "bound", "squared"), [(None, 1, 1), (None, 5, 5), (1, 1, 2), (2, 1, 8), (4, 3, 96), (20, 2, 1600)]
)
def test_the_noise_of_a_table_pays_for_the_distance_of_one_unit(members: int | None, bound: int, squared: int) -> None:
    planned = workload(Unit(members), bound)

    assert planned.l2_squared == squared
    assert planned.sigma(planned.tables[0]) ** 2 == pytest.approx(squared / (2 / 20), rel=1e-9)


@pytest.mark.parametrize("unit", [PERSON, Unit(1), Unit(4), Unit(20)])
def test_the_words_of_a_unit_name_that_unit(unit: Unit) -> None:
    assert unit_of(unit.words) == unit


@pytest.mark.parametrize(
    "words", ["", "person", "household of at most 0 counted members, replaced by another", f"{Unit(4).words}!"]
)
def test_other_words_name_no_unit(words: str) -> None:
    with pytest.raises(ValueError, match="no unit"):
        unit_of(words)


@pytest.mark.parametrize("members", [0, -1, 21])
def test_a_household_of_no_or_too_many_members_is_refused(members: int) -> None:
    with pytest.raises(BudgetError, match="at least 1 and at most 20"):
        Unit(members)


def test_ledger_and_measurement_file_keep_the_unit(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        stored = measure(ledger, charge(1), workload(Unit(3)), exact, ZeroNoise())

    assert stored.entry.unit == "household of at most 3 counted members, replaced by another"
    assert decode(stored.blob).workload.unit == Unit(3)


def test_a_measurement_file_of_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        stored = measure(ledger, charge(1), workload(PERSON), exact, ZeroNoise())

    with pytest.raises(RoomError, match="cannot be read"):
        decode(stored.blob.replace(b"person, add or remove", b"person, not add remove"))


@pytest.mark.parametrize(("first", "second"), [(PERSON, Unit(2)), (Unit(2), PERSON)])
def test_a_ledger_holds_one_kind_of_unit_and_refuses_another_before_anything_is_counted(
    tmp_path: Path, first: Unit, second: Unit
) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        measure(ledger, charge(1), workload(first), exact, ZeroNoise())

        with pytest.raises(BudgetError, match="a ledger holds one"):
            measure(ledger, charge(2), workload(second), lambda: pytest.fail("counted"), ZeroNoise())
        assert ledger.spent == Fraction(1, 20)


def test_households_counted_with_more_members_share_a_ledger(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        measure(ledger, charge(1), workload(Unit(2)), exact, ZeroNoise())
        measure(ledger, charge(2), workload(Unit(4)), exact, ZeroNoise())

        assert ledger.spent == Fraction(1, 10)


def test_the_same_release_with_another_unit_is_not_replayed_as_if_it_were_the_same(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        measure(ledger, charge(1), workload(Unit(2)), exact, ZeroNoise())

        with pytest.raises(BudgetError, match="replay key must cover"):
            measure(ledger, charge(1), workload(Unit(3)), exact, ZeroNoise())
