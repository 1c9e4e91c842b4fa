"""Gebieden: which gemeenten they hold in each peiljaar, and that nothing is guessed."""

import csv
from importlib.resources import files

import pytest

from pipelines.facts.areas import KINDS, SIZE_CLASSES, Area, areas, certainty, size_class
from pipelines.facts.centrumgemeenten import CERTAINTIES
from pipelines.facts.gemeenten import PEILJAREN, gemeenten


def of_kind(kind: str, peiljaar: int) -> list[Area]:
    return [area for area in areas(peiljaar) if area.kind == kind]


@pytest.mark.parametrize("peiljaar", PEILJAREN)
@pytest.mark.parametrize("kind", ["veiligheidsregio", "grootteklasse"])
def test_these_kinds_hold_every_gemeente_exactly_once(kind: str, peiljaar: int) -> None:
    listed = sorted(code for area in of_kind(kind, peiljaar) for code in area.gemeenten)

    assert listed == sorted(g.code for g in gemeenten(peiljaar))


@pytest.mark.parametrize("peiljaar", PEILJAREN)
@pytest.mark.parametrize("kind", KINDS)
def test_a_gemeente_lies_in_at_most_one_gebied_of_a_kind_and_exists_that_year(kind: str, peiljaar: int) -> None:
    listed = [code for area in of_kind(kind, peiljaar) for code in area.gemeenten]

    assert len(listed) == len(set(listed))
    assert set(listed) <= {g.code for g in gemeenten(peiljaar)}


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_there_are_25_veiligheidsregios_in_every_year(peiljaar: int) -> None:
    assert [area.code for area in of_kind("veiligheidsregio", peiljaar)] == [f"VR{n:02d}" for n in range(1, 26)]


def test_a_veiligheidsregio_lies_within_one_provincie() -> None:
    provincie = {g.code: g.provincie for peiljaar in PEILJAREN for g in gemeenten(peiljaar)}

    for peiljaar in PEILJAREN:
        for area in of_kind("veiligheidsregio", peiljaar):
            assert len({provincie[code] for code in area.gemeenten}) == 1, area.naam


def test_weesp_moves_from_gooi_en_vechtstreek_to_amsterdam_with_its_gemeente() -> None:
    before = {area.code: area.gemeenten for area in of_kind("veiligheidsregio", 2022)}

    assert "GM0457" in before["VR14"]
    assert "GM0363" in before["VR13"]
    assert all("GM0457" not in area.gemeenten for area in areas(2023))


def test_arbeidsmarktregios_that_are_a_veiligheidsregio_hold_the_same_gemeenten() -> None:
    """Two lists that were made apart. Cranendonck lies in Noord-Brabant and is in Midden-Limburg for the labour market."""
    held = {area.code: set(area.gemeenten) for area in areas(2023)}

    for market, safety in {"AM02": "VR02", "AM05": "VR05", "AM24": "VR19", "AM30": "VR24"}.items():
        assert held[market] == held[safety]
    assert held["AM28"] | held["AM32"] == held["VR22"] - {"GM1706"}
    assert "GM1706" in held["AM33"]


def test_in_2023_every_gemeente_is_in_one_of_the_35_arbeidsmarktregios() -> None:
    regions = of_kind("arbeidsmarktregio", 2023)

    assert len(regions) == 35
    assert sorted(code for area in regions for code in area.gemeenten) == sorted(g.code for g in gemeenten(2023))


@pytest.mark.parametrize(
    ("peiljaar", "known"), [(2019, 33), (2020, 33), (2021, 26), (2022, 28), (2023, 35), (2024, 33)]
)
def test_an_arbeidsmarktregio_that_may_have_held_another_gemeente_is_left_out_for_those_years(
    peiljaar: int, known: int
) -> None:
    assert len(of_kind("arbeidsmarktregio", peiljaar)) == known


def test_a_gemeente_that_changed_arbeidsmarktregio_is_in_the_one_of_the_year() -> None:
    def region(peiljaar: int) -> list[str]:
        return [area.code for area in of_kind("arbeidsmarktregio", peiljaar) if "GM0274" in area.gemeenten]

    assert (region(2020), region(2022), region(2023)) == (["AM07"], [], ["AM38"])


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_every_gemeente_stands_in_the_list_of_arbeidsmarktregios_in_every_year(peiljaar: int) -> None:
    with (files("pipelines.facts") / "arbeidsmarktregios.csv").open(encoding="utf-8") as handle:
        lines = [
            (row["gemeente"], row["gebied"])
            for row in csv.DictReader(handle)
            if int(row["eerste_peiljaar"]) <= peiljaar <= int(row["laatste_peiljaar"])
        ]

    assert {code for code, _ in lines} >= {g.code for g in gemeenten(peiljaar)}
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("peiljaar", PEILJAREN)
@pytest.mark.parametrize("kind", ["veiligheidsregio", "arbeidsmarktregio"])
def test_every_line_of_a_list_says_how_sure_it_is(kind: str, peiljaar: int) -> None:
    assert set(certainty(kind, peiljaar).values()) <= set(CERTAINTIES)


def test_a_centrumgemeenteregio_is_there_only_where_every_gemeente_of_its_provincie_is_known() -> None:
    assert [area.code for area in of_kind("centrumgemeenteregio", 2023)] == ["CG0014", "CG0080", "CG0718"]
    # Appingedam, Delfzijl and Loppersum are not in the list, so in 2020 Groningen is not known whole.
    assert [area.code for area in of_kind("centrumgemeenteregio", 2020)] == ["CG0080", "CG0718"]


@pytest.mark.parametrize(
    ("inhabitants", "number"),
    [(0, 1), (4_999, 1), (5_000, 2), (19_999, 3), (20_000, 4), (99_999, 5), (149_999, 6), (150_000, 7), (250_000, 8)],
)
def test_size_classes_are_those_of_cbs(inhabitants: int, number: int) -> None:
    assert size_class(inhabitants) == number
    assert len(SIZE_CLASSES) == 8


def test_the_largest_class_is_the_four_large_cities() -> None:
    (largest,) = [area for area in areas(2023) if area.code == "GK8"]

    assert set(largest.gemeenten) == {"GM0363", "GM0599", "GM0518", "GM0344"}


def test_every_name_in_the_list_of_names_belongs_to_a_gebied() -> None:
    with (files("pipelines.facts") / "gebieden.csv").open(encoding="utf-8") as handle:
        named = {row["gebied"] for row in csv.DictReader(handle)}

    assert named == {area.code for area in areas(2023) if area.kind in ("veiligheidsregio", "arbeidsmarktregio")}
