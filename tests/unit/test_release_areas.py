"""Figures of gebieden: exact sums with the exact covariance, and the treatment of a gemeente that is not measured."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest

from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.area_figures import unmeasured_area_rows
from pipelines.release.cells import CELLS, Block, KeySet, make_key_set
from pipelines.release.figures import Published, publish_figures
from pipelines.release.marginals import MARGINALS
from pipelines.release.plan import TABLES
from pipelines.release.rows import Edition

PEILJAAR = 2023
PERSONA, NATIONAL = "dakloos-verslaafd-schulden", "meisje-diabetes-coeliakie-school"
SIGMA = dict(zip(TABLES, (20.0, 16.0, 14.0, 12.0, 7.0, 9.0), strict=True))
DELIVERING = ("PV21", "PV29")
"""Friesland and Zeeland: small enough for the dense normal equations."""

Release = tuple[StoredMeasurement, KeySet, Published]
Make = Callable[..., Release]


@pytest.fixture(scope="module")
def make(personas: Personas, indicators: Indicators) -> Make:
    """A release of some personas where SCHULDHULP is delivered by the provincies that are named."""

    def release(names: tuple[str, ...], provincies: tuple[str, ...]) -> Release:
        everywhere = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR))
        coverage = dict.fromkeys(load_catalogue().registers, everywhere)
        coverage["SCHULDHULP"] = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR) if g.provincie in provincies)
        key_set = make_key_set([personas.by_id[name] for name in names], indicators, coverage, PEILJAAR)
        dice = np.random.default_rng(8)
        tables = {name: np.rint(dice.normal(60, 30, key_set.table_size(name))).astype(np.int64) for name in TABLES}
        measured = cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=SIGMA))
        return measured, key_set, publish_figures(measured, key_set, "voorlopig", "1.0.0")

    return release


@pytest.fixture(scope="module")
def partly(make: Make) -> Release:
    return make((PERSONA, NATIONAL), DELIVERING)


def rows(frame: pl.DataFrame, **wanted: str) -> pl.DataFrame:
    return frame.filter(**wanted)


def test_a_gebied_equals_the_dense_solution_and_its_variance(partly: Release) -> None:
    """The normal equations over all gemeente cells, solved in one go, for every gebied, age band and sex."""
    measured, key_set, published = partly
    number, block = next(
        (n, b) for n, b in enumerate(key_set.blocks) if b.persona.id == PERSONA and b.state == "missing"
    )
    leaves = [region.code for region in block.at("gemeente")]
    provincie = {g.code: g.provincie for g in gemeenten(PEILJAAR)}
    information = np.zeros((len(leaves) * len(CELLS),) * 2)
    evidence = np.zeros(len(information))
    for name, vector in measured.tables.items():
        level = name.removesuffix("_leeftijd_geslacht")
        width = 1 if level == name else len(CELLS)
        start = sum(len(other.at(level)) for other in key_set.blocks[:number]) * width
        within = np.ones((1, len(CELLS))) if level == name else np.eye(len(CELLS))
        for place, region in enumerate(block.at(level)):
            inside = np.array([float(region.code in ("NL01", provincie[code], code)) for code in leaves])
            design = np.kron(inside[None, :], within)
            seen = vector[start + place * width : start + (place + 1) * width]
            information += design.T @ design / SIGMA[name] ** 2
            evidence += design.T @ seen / SIGMA[name] ** 2
    covariance = np.linalg.inv(information)
    estimates = covariance @ evidence

    figures = rows(published.areas, persona=PERSONA, toestand="missing").filter(pl.col("schatting").is_not_null())

    held = {area.code: area.gemeenten for area in areas(PEILJAAR)}
    cells = {(marginal.age, marginal.sex): marginal.cells for marginal in MARGINALS}
    assert set(figures["regio"]) == {"VR02", "VR19", "AM02", "AM24", "CG0080", "CG0718"}
    for row in figures.to_dicts():
        chosen = np.zeros(len(CELLS))
        chosen[list(cells[row["leeftijd"], row["geslacht"]])] = 1
        weights = np.kron(np.array([float(code in held[row["regio"]]) for code in leaves]), chosen)
        assert row["sd"] ** 2 == pytest.approx(weights @ covariance @ weights, rel=1e-9)
        assert row["schatting"] == pytest.approx(weights @ estimates, rel=1e-9)


def test_adding_variances_as_if_independent_would_say_too_much_noise(partly: Release) -> None:
    _, _, published = partly
    total = {"persona": PERSONA, "toestand": "missing", "leeftijd": "totaal", "geslacht": "totaal"}

    (zeeland,) = rows(published.areas, regio="VR19", **total)["sd"]

    parts = rows(published.figures, niveau="gemeente", **total).filter(
        pl.col("regio").is_in([g.code for g in gemeenten(PEILJAAR) if g.provincie == "PV29"])
    )["sd"]
    assert zeeland < 0.95 * float(np.sqrt((parts**2).sum()))


@pytest.mark.parametrize("kind", ["veiligheidsregio", "grootteklasse"])
@pytest.mark.parametrize("column", ["schatting", "weergave", "inwoners"])
def test_gebieden_that_hold_everybody_add_up_to_the_netherlands(partly: Release, kind: str, column: str) -> None:
    _, _, published = partly
    keys = ["leeftijd", "geslacht"]

    summed = rows(published.areas, persona=PERSONA, toestand="unknown", niveau=kind).group_by(keys).agg(pl.sum(column))

    national = rows(published.figures, persona=PERSONA, toestand="unknown", niveau="land").select(*keys, column)
    both = summed.join(national, on=keys, suffix="_land")
    assert both.height == len(MARGINALS)
    assert both[column].to_numpy() == pytest.approx(both[f"{column}_land"].to_numpy(), abs=1e-6)


def test_display_numbers_add_up_over_gemeenten_ages_and_sexes(partly: Release) -> None:
    _, _, published = partly
    keys = ["persona", "toestand", "leeftijd", "geslacht"]
    mine = rows(published.figures, persona=PERSONA).filter(pl.col("weergave").is_not_null())

    levels = [
        mine.filter(niveau=level).group_by(keys).agg(pl.sum("weergave")).sort(keys)
        for level in ("land", "provincie", "gemeente")
    ]
    ages = mine.filter(pl.col("leeftijd") != "totaal").group_by("toestand", "regio", "geslacht").agg(pl.sum("weergave"))

    assert levels[0].equals(levels[1])
    assert levels[1].equals(levels[2])
    whole = mine.filter(leeftijd="totaal").select("toestand", "regio", "geslacht", "weergave")
    order = ["toestand", "regio", "geslacht"]
    assert ages.sort(order).equals(whole.sort(order))


def test_a_gebied_with_a_gemeente_that_is_not_covered_is_not_measured_and_says_so(partly: Release) -> None:
    _, _, published = partly

    mixed = rows(published.areas, persona=PERSONA, toestand="served", regio="GK3", leeftijd="totaal", geslacht="totaal")

    (row,) = mixed.to_dicts()
    assert row["bruikbaarheid"] == row["kwaliteit"] == "niet_gemeten"
    assert [row[name] for name in ("schatting", "sd", "onder95", "boven95", "per_1000", "weergave")] == [None] * 6
    assert 0 < row["dekking_gemeenten"] < row["dekking_gemeenten_totaal"]
    assert 0 < row["dekking_inwoners_pct"] < 100


def test_every_gebied_stands_in_the_table_once_per_figure(partly: Release) -> None:
    _, _, published = partly
    mine = rows(published.areas, persona=PERSONA)

    assert mine.height == len(areas(PEILJAAR)) * 3 * len(MARGINALS)
    assert mine.select("toestand", "regio", "leeftijd", "geslacht").is_unique().all()


def test_a_persona_that_is_published_for_the_country_alone_has_no_gebieden(partly: Release) -> None:
    _, _, published = partly

    assert set(rows(published.figures, persona=NATIONAL)["niveau"]) == {"land"}
    assert rows(published.areas, persona=NATIONAL).is_empty()


def test_a_release_without_any_persona_per_gemeente_has_an_empty_table_of_gebieden(make: Make) -> None:
    _, _, published = make((NATIONAL,), DELIVERING)

    assert published.areas.is_empty()
    assert published.areas.columns == published.figures.columns


def test_a_state_that_is_measured_nowhere_leaves_its_gebieden_unmeasured(make: Make) -> None:
    _, _, published = make((PERSONA,), ())

    mine = rows(published.areas, persona=PERSONA, toestand="missing")
    assert mine.height == len(areas(PEILJAAR)) * len(MARGINALS)
    assert set(mine["bruikbaarheid"]) == {"niet_gemeten"}


def test_a_persona_for_the_country_alone_has_no_gebieden_where_it_is_measured_nowhere_either(
    personas: Personas,
) -> None:
    edition = Edition(PEILJAAR, "voorlopig", "1.0.0")

    found = [
        sum(
            len(part.regions) * len(MARGINALS)
            for part in unmeasured_area_rows(Block(personas.by_id[name], "missing", (), ()), edition)
        )
        for name in (NATIONAL, PERSONA)
    ]

    assert found == [0, len(areas(PEILJAAR)) * len(MARGINALS)]


def test_the_rate_of_a_gebied_divides_by_all_its_inhabitants(partly: Release) -> None:
    _, _, published = partly
    people = {g.code: g.inwoners for g in gemeenten(PEILJAAR)}
    held = {area.code: sum(people[code] for code in area.gemeenten) for area in areas(PEILJAAR)}

    for row in rows(
        published.areas, persona=PERSONA, toestand="unknown", leeftijd="totaal", geslacht="totaal"
    ).to_dicts():
        assert row["inwoners"] == held[row["regio"]]
        assert row["per_1000"] == pytest.approx(1000 * row["schatting"] / row["inwoners"])
