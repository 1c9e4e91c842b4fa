"""The verdict and the report on ten years against one."""

import pytest

from benchmarks.ten_years import TEN, TenYears, Year, report
from pipelines.facts.gemeenten import PEILJAREN


def years(seconds: float, last_peak: int) -> TenYears:
    """Ten years of `seconds` each against one of 10, the last of which peaks at `last_peak`."""
    found = tuple(
        Year(seed, year, seconds, seconds, last_peak if (seed, year) == TEN[-1] else 1_000, 1.0, 1)
        for seed, year in TEN
    )
    return TenYears("1", Year(1, 2023, 10.0, 10.0, 1_000, 1.0, 1), found)


def test_ten_years_are_every_peiljaar_and_four_of_another_population() -> None:
    assert len(TEN) == len(set(TEN)) == 10
    assert {year for seed, year in TEN if seed == 1} == set(PEILJAREN)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (years(10.4, 1_050), []),
        (years(10.6, 1_050), ["10.60 times one"]),
        (years(10.4, 1_200), ["1.20 times year one"]),
    ],
)
def test_too_slow_and_too_much_memory_are_said(found: TenYears, words: list[str]) -> None:
    wrong = found.differences()

    assert len(wrong) == len(words)
    assert all(word in text for word, text in zip(words, wrong, strict=True))
    assert ("does not hold" in report(found, "2026-01-01", "abc")) is bool(words)
