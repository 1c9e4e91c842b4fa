"""People beside the base year: who of them lives with whom, and from which age the pension of a year began."""

from fractions import Fraction

import numpy as np
import pytest

from pipelines.facts.gemeenten import PEILJAREN, gemeenten
from pipelines.population.couples import PARTNERED, pair
from pipelines.population.lifelines import BASE
from pipelines.population.pensions import AOW_MONTHS
from pipelines.population.stays import TOGETHER, extra_stays
from pipelines.population.targets import targets

SCALE = Fraction(1, 100)


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_a_couple_is_a_man_and_a_woman_of_one_area_and_the_same_years() -> None:
    area, sex, born, n = whole(1, 1, 1, 1, 2), whole(1, 1, 2, 2, 1), whole(50, 60, 49, 61, 55), whole(10, 10, 12, 8, 9)

    found = pair((area,), sex, born, n, np.ones(5, dtype=bool))

    assert found.people.tolist() == [7, 7, 8, 6, 0]
    assert found.couple.tolist()[:4] == [0, 7, 0, 8]


def test_who_may_not_have_a_partner_has_none() -> None:
    found = pair((whole(1, 1),), whole(1, 2), whole(50, 50), whole(10, 10), np.array([True, False]))

    assert found.people.tolist() == [0, 0]


def test_no_people_are_no_couples() -> None:
    nobody = np.zeros(0, dtype=np.int64)

    assert pair((nobody,), nobody, nobody, nobody, np.zeros(0, dtype=bool)).people.tolist() == []


def test_every_couple_has_two_members_who_came_and_leave_in_the_same_years_before_the_base_year() -> None:
    stays = extra_stays(SCALE)
    rows = np.flatnonzero(stays.lives == TOGETHER)
    couple = np.concatenate([stays.couple[row] + np.arange(stays.n[row]) for row in rows])
    keys = np.stack([getattr(stays, name)[rows] for name in ("g", "since", "until", "moved")], axis=1)
    of_couple = {number: set() for number in couple.tolist()}
    sexes: dict[int, list[int]] = {}
    for row, key in zip(rows, keys, strict=True):
        for number in range(int(stays.couple[row]), int(stays.couple[row] + stays.n[row])):
            of_couple[number].add(tuple(key.tolist()))
            sexes.setdefault(number, []).append(int(stays.sex[row]))

    assert sorted(sexes) == list(range(len(sexes)))
    assert all(sorted(found) == [1, 2] for found in sexes.values())
    assert all(len(found) == 1 for found in of_couple.values())
    assert (stays.until[rows] < BASE).all()


def test_the_share_with_a_partner_is_as_chosen() -> None:
    sex, born = np.tile([1, 2], 500), np.repeat(np.arange(1940, 1990), 20)
    area = np.arange(1000) // 4
    found = pair((area,), sex, born, np.full(1000, 5), np.ones(1000, dtype=bool))

    assert found.people.sum() / 5000 == pytest.approx(PARTNERED, abs=0.01)


def test_the_pension_began_at_a_known_age_in_every_peiljaar_and_never_earlier_than_before() -> None:
    assert tuple(AOW_MONTHS) == PEILJAREN
    assert list(AOW_MONTHS.values()) == sorted(AOW_MONTHS.values())


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_the_tables_per_gemeente_add_up_to_the_population_that_cbs_published(peiljaar: int) -> None:
    published = {row.measure: row.value for row in targets(peiljaar)}

    assert sum(g.inwoners for g in gemeenten(peiljaar)) == pytest.approx(published["inwoners"], rel=1e-3)
    assert published["huishoudens"] / published["inwoners"] == pytest.approx(0.466, abs=0.008)
