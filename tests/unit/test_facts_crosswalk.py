"""Gemeenten of every peiljaar, and following a figure through the reclassifications."""

from fractions import Fraction
from itertools import pairwise

import pytest

from pipelines.errors import UserError
from pipelines.facts.crosswalk import carry, crosswalk, reclassifications
from pipelines.facts.gemeenten import PEILJAREN, five_year_groups, gemeenten, inwoners, provincies

LATER = list(pairwise(PEILJAREN))


def codes(peiljaar: int) -> set[str]:
    return {g.code for g in gemeenten(peiljaar)}


def test_every_peiljaar_has_the_gemeenten_of_its_classification() -> None:
    assert [len(gemeenten(peiljaar)) for peiljaar in PEILJAREN] == [355, 355, 352, 345, 342, 342]
    assert {"GM0003", "GM0010", "GM0024"} <= codes(2020)
    assert "GM1979" in codes(2021) - codes(2020)
    assert {len(provincies(peiljaar)) for peiljaar in PEILJAREN} == {12}


def test_the_published_years_add_up_to_the_published_country() -> None:
    assert sum(inwoners(2019).values()) == 17_407_585
    assert sum(inwoners(2020).values()) == 17_475_415
    assert {g.grounds for g in gemeenten(2019)} == {"exact"}
    assert {g.grounds for g in gemeenten(2024)} == {"estimated"}
    assert {g.code for g in gemeenten(2020) if g.grounds == "scaled"} == {
        "GM0003", "GM0010", "GM0024", "GM0788", "GM0757", "GM0824", "GM0855", "GM0865",
    }  # fmt: skip


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_ages_and_sexes_add_up_to_the_inhabitants_of_every_gemeente(peiljaar: int) -> None:
    found: dict[str, int] = {}
    for code, _, men, women in five_year_groups(peiljaar):
        assert men >= 0
        assert women >= 0
        found[code] = found.get(code, 0) + men + women

    assert found == {g.code: g.inwoners for g in gemeenten(peiljaar)}


@pytest.mark.parametrize(("old", "new"), [*LATER, (2019, 2024), (2023, 2023)])
def test_a_crosswalk_takes_every_gemeente_whole_to_gemeenten_of_the_later_year(old: int, new: int) -> None:
    table = crosswalk(old, new)

    assert set(table) == codes(old)
    assert {code for shares in table.values() for code in shares} == codes(new)
    assert {sum(shares.values()) for shares in table.values()} == {Fraction(1)}


def test_a_merger_adds_up_and_a_split_divides() -> None:
    of_2019 = {g.code: float(g.inwoners) for g in gemeenten(2019)}

    carried = carry(of_2019, 2019, 2024)

    assert carried["GM1979"] == of_2019["GM0003"] + of_2019["GM0010"] + of_2019["GM0024"]
    assert carried["GM0363"] == of_2019["GM0363"] + of_2019["GM0457"]
    assert carried["GM0824"] == pytest.approx(of_2019["GM0824"] + 0.419 * of_2019["GM0788"])
    assert sum(carried.values()) == pytest.approx(sum(of_2019.values()))


def test_the_classification_of_a_year_is_that_of_1_january() -> None:
    weesp = next(change for change in reclassifications() if change.old == "GM0457")

    assert weesp.since.isoformat() == "2022-03-24"
    assert "GM0457" in codes(2022) - codes(2023)


def test_a_crosswalk_backward_and_an_unknown_gemeente_are_refused() -> None:
    with pytest.raises(UserError, match="runs backward"):
        crosswalk(2024, 2019)
    with pytest.raises(UserError, match="2018"):
        crosswalk(2018, 2020)
    with pytest.raises(UserError, match="GM0003"):
        carry({"GM0003": 1.0}, 2021, 2024)
