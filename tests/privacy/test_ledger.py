"""The rules of spending: once, under the cap, replayed for nothing."""

import json
import stat
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipelines.errors import BudgetError, KluisError, RoomError
from pipelines.privacy.ledger import Ledger, measure, open_ledger
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from tests.privacy.noise_for_tests import CAP, Counter, FixedNoise, ZeroNoise, charge, small_workload

_PLANTED = 86_028_121


def _spend(ledger: Ledger, number: int, rho: Fraction = Fraction(1, 10)) -> None:
    workload = small_workload(rho)
    measure(ledger, charge(number), workload, Counter(workload), ZeroNoise())


def test_a_spend_is_kept_with_its_measurements(tmp_path: Path) -> None:
    workload, noise = small_workload(), FixedNoise(5)
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        stored = measure(ledger, charge(), workload, Counter(workload, 7), noise)

        assert (ledger.spent, ledger.left) == (Fraction(1, 10), Fraction(4, 10))
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        [entry] = ledger.entries()
        assert entry == stored.entry
        assert ledger.head == entry.hash
    assert stored.tables["gemeente"].tolist() == [12] * 30
    assert stored.sigma == {table.name: workload.sigma(table) for table in workload.tables}
    assert set(noise.sigmas) == set(stored.sigma.values())
    assert (entry.unit, entry.contributions, entry.delta) == ("person, add or remove", 3, "1e-09")
    assert (entry.rho, entry.cap, entry.valid_for_publication) == (Fraction(1, 10), CAP, False)


def test_only_the_noise_of_opendp_is_valid_for_publication(tmp_path: Path) -> None:
    class Pretender(ZeroNoise):
        valid_for_publication = True

    class Heir(OpenDPGaussian):
        def add_noise(self, values: Counts, sigma: float) -> Counts:
            return values if sigma else super().add_noise(values, sigma)

    workload = small_workload()
    counter = Counter(workload)
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        for noise in (Pretender(), Heir()):
            with pytest.raises(BudgetError, match="Only the noise of OpenDP"):
                measure(ledger, charge(), workload, counter, noise)
        assert ledger.spent == 0
        assert counter.asked == 0
        stored = measure(ledger, charge(), workload, counter, OpenDPGaussian())

    assert stored.entry.valid_for_publication
    assert stored.measurement.valid_for_publication


def test_a_replay_returns_the_same_bytes_and_asks_for_no_counts_and_no_noise(tmp_path: Path) -> None:
    class NoNoise(ZeroNoise):
        def add_noise(self, values: Counts, sigma: float) -> Counts:
            raise AssertionError(f"a replay drew {len(values)} cells of scale {sigma}")

    workload = small_workload()
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        first = measure(ledger, charge(), workload, Counter(workload), OpenDPGaussian())
    counter = Counter(workload, 9)
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        again = measure(ledger, charge(), workload, counter, NoNoise())
        found = ledger.replay(charge().replay_key)

        assert ledger.spent == Fraction(1, 10)
        assert ledger.replay(charge(2).replay_key) is None
    assert found is not None
    assert first.blob == again.blob == found.blob
    assert first.entry == again.entry
    assert counter.asked == 0


def test_a_replay_key_that_forgets_part_of_the_plan_is_refused(tmp_path: Path) -> None:
    other = small_workload(Fraction(1, 20))
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        _spend(ledger, 1)

        with pytest.raises(BudgetError, match="must cover the whole plan"):
            measure(ledger, charge(1), other, Counter(other), ZeroNoise())
        assert ledger.spent == Fraction(1, 10)


def test_the_cap_may_be_reached_exactly(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=Fraction("0.3")) as ledger:
        _spend(ledger, 1, Fraction("0.1"))
        _spend(ledger, 2, Fraction("0.2"))

        assert (ledger.spent, ledger.left) == (Fraction("0.3"), Fraction(0))


def test_a_hair_above_the_cap_is_refused_before_anything_is_counted(tmp_path: Path) -> None:
    above = Fraction("0.2") + Fraction(1, 10**18)
    workload = small_workload(above)
    counter, noise = Counter(workload), FixedNoise(1)
    with open_ledger(tmp_path / "ledger.sqlite", cap=Fraction("0.3")) as ledger:
        _spend(ledger, 1, Fraction("0.1"))

        with pytest.raises(BudgetError, match=r"only 0\.2 is left.*Lower the plan's budget"):
            measure(ledger, charge(2), workload, counter, noise)
        assert ledger.spent == Fraction("0.1")
    assert (counter.asked, noise.sigmas) == (0, [])


def test_the_cap_covers_all_years_and_does_not_change(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path, cap=CAP) as ledger:
        _spend(ledger, 1)

    for other in (CAP * 2, CAP / 2):
        with pytest.raises(BudgetError, match=r"started with a cap of 0\.5"), open_ledger(path, cap=other):
            pass


@pytest.mark.parametrize("cells", [29, 31, 0])
def test_a_table_with_another_number_of_cells_than_planned_costs_nothing(tmp_path: Path, cells: int) -> None:
    workload = small_workload()
    counter = Counter(workload)
    counter.tables["gemeente"] = np.full(cells, _PLANTED, dtype=np.int64)
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        with pytest.raises(BudgetError, match="planned with 30 cells") as refusal:
            measure(ledger, charge(), workload, counter, ZeroNoise())
        assert ledger.spent == 0
        assert ledger.entries() == []
    assert str(_PLANTED) not in str(refusal.value)


@pytest.mark.parametrize("names", [["land"], ["land", "gemeente", "wijk"], ["land", "provincie"]])
def test_counting_other_tables_than_planned_costs_nothing(tmp_path: Path, names: list[str]) -> None:
    workload = small_workload()
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        with pytest.raises(BudgetError, match="not those of the plan"):
            measure(ledger, charge(), workload, lambda: {name: [1] for name in names}, ZeroNoise())
        assert ledger.spent == 0


def test_a_count_in_a_library_error_stays_in_the_kluis(tmp_path: Path) -> None:
    def failing() -> dict[str, Counts]:
        raise ValueError(f"could not convert {_PLANTED}")

    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        with pytest.raises(KluisError, match="ValueError") as failure:
            measure(ledger, charge(), small_workload(), failing, ZeroNoise())
        assert ledger.spent == 0
        _spend(ledger, 1)

    assert str(_PLANTED) not in str(failure.value)
    assert failure.value.__suppress_context__


def test_an_interrupted_draw_costs_nothing_and_stores_nothing(tmp_path: Path) -> None:
    def interrupted(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    workload = small_workload()
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        with pytest.raises(KeyboardInterrupt):
            measure(ledger, charge(), workload, Counter(workload), ZeroNoise(), interrupted)
        assert ledger.spent == 0
        _spend(ledger, 1)
        assert len(ledger.entries()) == 1


def test_an_exact_count_is_never_stored(tmp_path: Path) -> None:
    # Scale 3.9e3, 34 cells: that some noise is exactly 0 has a chance of 0.4 %; two or more equal counts
    # in a row never happen by chance (about 1e-7).
    workload = Workload((Table("land", 34, Fraction(1, 10**7)),), 3, 1e-9)
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path, cap=CAP) as ledger:
        stored = measure(ledger, charge(), workload, Counter(workload, _PLANTED), OpenDPGaussian())

    text, packed = str(_PLANTED).encode(), np.full(2, _PLANTED, dtype="<i8").tobytes()
    for content in (path.read_bytes(), stored.blob, repr(stored).encode()):
        assert text not in content
        assert packed not in content


def test_every_entry_has_a_secret_of_its_own_that_is_not_printed(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        _spend(ledger, 1)
        _spend(ledger, 2)
        entries = ledger.entries()

    assert len({entry.nonce for entry in entries}) == 2
    assert all(len(bytes.fromhex(entry.nonce)) == 16 for entry in entries)
    assert not any(entry.nonce in repr(entry) for entry in entries)


def test_two_ledgers_with_the_same_spends_have_different_heads(tmp_path: Path) -> None:
    heads = set()
    for name in ("a", "b"):
        with open_ledger(tmp_path / name, cap=CAP) as ledger:
            heads.add(ledger.head)
            _spend(ledger, 1)
            heads.add(ledger.head)

    assert len(heads) == 4


def test_a_published_head_is_recognised_for_as_long_as_the_chain_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path, cap=CAP) as ledger:
        _spend(ledger, 1)
    backup = path.read_bytes()
    with open_ledger(path, cap=CAP) as ledger:
        _spend(ledger, 2)
        published = ledger.head
        assert ledger.contains(published)

    path.write_bytes(backup)
    with open_ledger(path, cap=CAP) as ledger:
        assert not ledger.contains(published)


def test_a_reader_does_not_start_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"

    with (
        pytest.raises(RoomError, match="nothing was ever measured"),
        open_ledger(path, cap=CAP, create=False),
    ):
        pass
    assert not path.exists()
    path.touch()
    with (
        pytest.raises(RoomError, match="nothing was ever measured"),
        open_ledger(path, cap=CAP, create=False),
    ):
        pass


def test_the_ledger_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path, cap=CAP):
        pass

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "wrong",
    [
        {"replay_key": "abc"},
        {"replay_key": "A" * 64},
        {"release_id": ""},
        {"created_at": "yesterday"},
        {"details": "[]"},
        {"details": "{"},
    ],
)
def test_a_spend_that_says_too_little_is_refused(wrong: dict[str, str]) -> None:
    good = charge()
    facts = {name: getattr(good, name) for name in good.__dataclass_fields__}

    with pytest.raises(BudgetError):
        type(good)(**(facts | wrong))


def test_the_details_of_a_spend_are_kept_as_given(tmp_path: Path) -> None:
    details = json.dumps({"deliveries": ["d-1", "d-2"]})
    workload = small_workload()
    with open_ledger(tmp_path / "ledger.sqlite", cap=CAP) as ledger:
        stored = measure(ledger, charge(details=details), workload, Counter(workload), ZeroNoise())

    assert stored.entry.details == details
