"""Classes, tiles and bars."""

import pytest

from pipelines.datacenter.drawing import BAR_WIDTH, Scale, bar, bar_top, map_tiles, rate_scale
from pipelines.datacenter.figures import Figure, persona_figures
from pipelines.datacenter.tilemap import tile_map
from tests.unit.invented_figures import PEILJAAR, PERSONAS, small_figures, with_value


def figure(regio: str = "GM0014", **values: object) -> Figure:
    frame = with_value(small_figures(), regio, "missing", **values)
    return persona_figures(frame, PERSONAS[0]).totals["missing", regio]


def test_classes_split_usable_rates_in_five_equal_parts() -> None:
    scale = rate_scale([n / 10 for n in range(1, 101)], 1)

    assert scale.classes == 5
    counts = [sum(scale.of(n / 10) == k for n in range(1, 101)) for k in range(1, 6)]
    assert sum(counts) == 100
    assert min(counts) >= 19


def test_equal_rates_make_fewer_classes_and_a_single_rate_none() -> None:
    assert rate_scale([1.0, 1.0, 1.0, 2.0], 1).classes < 5
    assert rate_scale([1.0], 1).classes == 2
    assert rate_scale([], 1).labels() == []


def test_labels_of_classes_join_without_gaps() -> None:
    assert Scale((0.4, 1.2), 1).labels() == ["minder dan 0,4", "0,4 tot 1,2", "1,2 of meer"]


def test_a_rate_on_a_break_falls_in_the_class_that_names_it_first() -> None:
    scale = Scale((0.4, 1.2), 1)

    assert [scale.of(rate) for rate in (-3.0, 0.39, 0.4, 1.2, 9.0)] == [1, 1, 2, 3, 3]


def test_each_quality_has_its_own_tile_and_words() -> None:
    found = {
        "GM0014": figure(schatting=200.0, onder95=180.0, boven95=220.0, per_1000=0.84),
        "GM0034": figure("GM0014", bruikbaarheid="te_onzeker"),
        "GM0037": figure("GM0014", bruikbaarheid="niet_gemeten"),
    }

    tiles = map_tiles(tile_map(PEILJAAR), found, Scale((0.5,), 1))

    titles = {tile.title.split(":")[0]: tile for tile in tiles}
    assert titles["Groningen"].style == "k2 van2"
    assert titles["Groningen"].sign == "2"
    assert titles["Groningen"].title == "Groningen: ongeveer 200 (180 tot 220), 0,8 per 1.000 inwoners"
    assert titles["Almere"].style == "onzeker"
    assert titles["Almere"].title.endswith("te onzeker")
    assert (titles["Stadskanaal"].style, titles["Stadskanaal"].title) == ("leeg", "Stadskanaal: niet gemeten")
    assert titles["Amsterdam"].title == "Amsterdam: niet gemeten"


def test_a_bar_keeps_its_order_and_stays_inside_the_drawing() -> None:
    drawn = bar(figure(per_1000=1.0, per_1000_onder95=-0.5, per_1000_boven95=9.0), top=3.0, national=2.0)

    assert drawn is not None
    assert 0 < drawn.low < drawn.dot < drawn.mark < drawn.high < BAR_WIDTH
    assert drawn.cut


def test_there_is_no_bar_without_a_rate() -> None:
    assert bar(figure(per_1000=None), top=3.0, national=2.0) is None


@pytest.mark.parametrize("highest", [0.004, 0.9, 3.2, 47.0])
def test_the_scale_of_bars_holds_every_usable_interval(highest: float) -> None:
    usable = figure(bruikbaarheid="bruikbaar", per_1000_boven95=highest)
    wild = figure(bruikbaarheid="te_onzeker", per_1000_boven95=50 * highest)

    assert highest <= bar_top([usable, wild]) <= 2 * highest
