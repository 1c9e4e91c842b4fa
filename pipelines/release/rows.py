"""The rows of figures: what every row says of its persona, its region, its estimate and its coverage.

What belongs here: naming results in the columns of `tables.COLUMNS`. What does not: estimating them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.estimates.intervals import (
    USABILITIES,
    bruikbaarheid,
    interval95,
    is_too_uncertain,
    margin95,
    rate_per_1000,
)
from pipelines.estimates.quality import LETTERS, NOT_MEASURED, NOT_PUBLISHED, WITHOUT_NUMBER, class_number, kwaliteit
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, provincies
from pipelines.facts.wijken import WijkList
from pipelines.release.cells import Block, Region
from pipelines.release.formats.columns import COLUMNS
from pipelines.release.marginals import MARGINALS
from pipelines.release.regions import coverage, denominators

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_WIDTH = len(MARGINALS)


@dataclass(frozen=True)
class Edition:
    """What every figure of a release has in common."""

    peiljaar: int
    status: str
    versie: str
    wijken: WijkList | None = None


@dataclass(frozen=True)
class Rows:
    """The figures of one block in some regions, as arrays of regions x marginals.

    `estimate` and `sd` are NaN where there is no number, `reason` says why (a place in `WITHOUT_NUMBER`), and `shown` are
    the whole people to display where there is one.
    """

    block: Block
    regions: tuple[Region, ...]
    estimate: Floats
    sd: Floats
    shown: Ints
    reason: Ints
    inwoners: Floats


def estimate_columns(estimate: Floats, sd: Floats, shown: Ints) -> dict[str, npt.NDArray[np.generic]]:
    """What every figure says of its estimate, by the name of the column; `shown` are the whole people to display."""
    return {
        **_numbers(estimate, sd),
        "weergave": shown,
        "bruikbaarheid": bruikbaarheid(estimate, sd),
        "kwaliteit": kwaliteit(estimate, sd),
    }


def _numbers(estimate: Floats, sd: Floats) -> dict[str, npt.NDArray[np.generic]]:
    lower, upper = interval95(estimate, sd)
    return {"schatting": estimate, "sd": sd, "onder95": lower, "boven95": upper, "marge95": margin95(sd)}


def measured_rows(
    block: Block, regions: tuple[Region, ...], edition: Edition, estimate: Floats, sd: Floats, shown: Ints
) -> Rows:
    """Rows with a number, from arrays of regions x marginals. Where the estimate is NaN, or the plan's gate is closed, the
    row has none and says so."""
    closed = np.array([region.code in block.closed for region in regions])[:, None]
    people = denominators(regions, frozenset(block.gemeenten), edition.peiljaar, edition.wijken)
    estimate, sd = np.where(closed, np.nan, estimate), np.where(closed, np.nan, sd)
    return Rows(block, regions, estimate, sd, shown, _reason(closed), people)


def unmeasured_rows(block: Block, regions: tuple[Region, ...], edition: Edition) -> Rows:
    """Rows without a number, that say so."""
    shape = (len(regions), _WIDTH)
    empty = np.full(shape, np.nan)
    people = denominators(regions, None, edition.peiljaar, edition.wijken)
    nowhere = _reason(np.zeros((len(regions), 1), dtype=bool))
    return Rows(block, regions, empty, empty, np.zeros(shape, dtype=np.int64), nowhere, people)


def frame_of(parts: Sequence[Rows], edition: Edition) -> pl.DataFrame:
    """All rows in the columns of `COLUMNS`, in the order of the parts; no rows for no parts."""
    if not parts:
        return pl.DataFrame(schema={name: column.dtype for name, column in COLUMNS.items()})
    estimate, sd = _flat(parts, lambda part: part.estimate), _flat(parts, lambda part: part.sd)
    people = _flat(parts, lambda part: part.inwoners)
    rate, rate_margin = rate_per_1000(estimate, sd, people)
    values = {
        **_numbers(estimate, sd),
        "weergave": np.where(np.isnan(estimate), np.nan, _flat(parts, lambda part: part.shown)),
        "inwoners": people,
        "per_1000": rate,
        "per_1000_onder95": rate - rate_margin,
        "per_1000_boven95": rate + rate_margin,
    }
    named = _named(parts, edition)
    named |= {name: pl.Series(value).fill_nan(None) for name, value in values.items()}
    named |= _labels(estimate, sd, _flat(parts, lambda part: part.reason))
    columns = [named[name].cast(column.dtype).alias(name) for name, column in COLUMNS.items()]
    return pl.DataFrame({"row": np.arange(len(estimate))}).select(columns)


def _labels(estimate: Floats, sd: Floats, reason: Ints) -> dict[str, pl.Series]:
    """Usability and quality of every row, or why it has no number. As places in short lists: of words by the hundred
    thousand, making the texts would take longer than the rest."""
    missing = np.isnan(estimate)
    usable, letters = is_too_uncertain(estimate, sd).astype(np.int64), class_number(estimate, sd)
    return {
        name: pl.Series([*words, *WITHOUT_NUMBER]).gather(np.where(missing, len(words) + reason, places))
        for name, words, places in (("bruikbaarheid", USABILITIES, usable), ("kwaliteit", LETTERS, letters))
    }


def _flat(parts: Sequence[Rows], of: Callable[[Rows], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate([of(part).reshape(-1) for part in parts])


def _reason(closed: npt.NDArray[np.bool_]) -> Ints:
    """Regions x marginals, from regions x 1: why a row without a number has none."""
    places = (WITHOUT_NUMBER.index(NOT_MEASURED), WITHOUT_NUMBER.index(NOT_PUBLISHED))
    return np.repeat(np.where(closed, places[1], places[0]), _WIDTH, axis=1)


def _named(parts: Sequence[Rows], edition: Edition) -> dict[str, pl.Series | pl.Expr]:
    """Of which block, region and marginal each row is, and what is covered there."""
    names = _names(edition)
    placed = [(part.block, region) for part in parts for region in part.regions]
    covered = [told for part in parts for told in coverage(part.block, part.regions, edition.peiljaar)]
    per_region = np.repeat(np.arange(len(placed)), _WIDTH)
    per_marginal = np.tile(np.arange(_WIDTH), len(placed))

    def of_region(texts: Iterable[object]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_region)

    def of_marginal(texts: Iterable[str]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_marginal)

    return {
        "persona": of_region(block.persona.id for block, _ in placed),
        "toestand": of_region(block.state for block, _ in placed),
        "niveau": of_region(region.level for _, region in placed),
        "regio": of_region(region.code for _, region in placed),
        "regio_naam": of_region(names[region.code] for _, region in placed),
        "leeftijd": of_marginal(marginal.age for marginal in MARGINALS),
        "geslacht": of_marginal(marginal.sex for marginal in MARGINALS),
        "jaar": pl.lit(edition.peiljaar),
        "dekking_gemeenten": of_region(within for within, _, _ in covered),
        "dekking_gemeenten_totaal": of_region(total for _, total, _ in covered),
        "dekking_inwoners_pct": of_region(share for _, _, share in covered),
        "status": pl.lit(edition.status),
        "versie": pl.lit(edition.versie),
    }


def _names(edition: Edition) -> dict[str, str]:
    peiljaar = edition.peiljaar
    return {
        NEDERLAND: "Nederland",
        **provincies(peiljaar),
        **{g.code: g.naam for g in gemeenten(peiljaar)},
        **{area.code: area.naam for area in areas(peiljaar)},
        **(edition.wijken.names if edition.wijken is not None else {}),
    }
