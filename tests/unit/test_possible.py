"""The quick look at the words never leaves out somebody who could still be counted, and leaves out most others."""

from itertools import product

import duckdb
import pytest

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, boolean
from pipelines.indicators.possible import possible_sql, quick_look_sql
from pipelines.registers.catalogue_model import load_catalogue
from tests.bare_indicator import indicator

BASE = ("a", "b", "c", "d")
COMBINED: dict[str, dict[str, list[str]]] = {
    "both": {"all_of": ["a", "b"]},
    "either": {"any_of": ["b", "c"]},
    "neither": {"none_of": ["c", "d"]},
    "nested_either": {"any_of": ["a", "either"]},
    "none_of_nested": {"none_of": ["either", "d"]},
    "deep": {"any_of": ["both", "d"]},
    "all_of_deep": {"all_of": ["deep", "neither"]},
}
EXACT = ("a", "both", "either", "neither", "nested_either", "none_of_nested")


def _indicators() -> Indicators:
    rules: dict[str, dict[str, object]] = {name: {"person": {"age": {"from": 18}}} for name in BASE}
    rules |= {name: dict(rule) for name, rule in COMBINED.items()}
    return Indicators({name: indicator(name, rule) for name, rule in rules.items()})


def _everybody() -> str:
    """Every combination of true, false and unknown for four facts."""
    rows = []
    for values in product((True, False, None), repeat=len(BASE)):
        t = sum(1 << place for place, value in enumerate(values) if value)
        k = sum(1 << place for place, value in enumerate(values) if value is not None)
        rows.append(f"({t}::UBIGINT, {k}::UBIGINT)")
    return f"SELECT t0, k0, xor(t0, k0) AS f0 FROM (VALUES {', '.join(rows)}) AS w (t0, k0)"


@pytest.mark.parametrize(
    "names", [*((name,) for name in (*BASE, *COMBINED)), ("a", "either"), ("deep", "neither", "b")]
)
def test_nobody_who_could_be_counted_is_left_out(names: tuple[str, ...]) -> None:
    indicators = _indicators()
    bits = assign_bits(indicators)
    exact = " AND ".join(f"({boolean(indicators, bits, name)})" for name in names)

    rows = duckdb.sql(
        f"SELECT ({exact}) IS NOT FALSE, {possible_sql(indicators, bits, names)} FROM ({_everybody()})"
    ).fetchall()

    assert all(possible for countable, possible in rows if countable)
    if set(names) <= set(EXACT):
        assert all(countable == possible for countable, possible in rows), "and nobody else is kept"


@pytest.mark.parametrize(
    "combinations",
    [
        (("a",),),
        (("a", "either"), ("b", "neither")),
        (("both",), ("d",)),
        (("a",), ("either",)),
        (("deep", "b"), ("c",)),
    ],
)
def test_the_quick_look_leaves_out_nobody_whom_the_closer_look_keeps(combinations: tuple[tuple[str, ...], ...]) -> None:
    indicators = _indicators()
    bits = assign_bits(indicators)
    quick = quick_look_sql(indicators, bits, combinations, load_catalogue())
    closer = " OR ".join(f"({possible_sql(indicators, bits, names)})" for names in combinations)

    rows = duckdb.sql(f"SELECT {quick}, {closer} FROM ({_everybody()})").fetchall()

    assert all(seen for seen, kept in rows if kept)
    assert quick == "true" or not all(seen for seen, _ in rows), "and it leaves out some"
