"""The rows of figures: what every row says of its persona, its region, its estimate and its coverage.

What belongs here: naming results in the columns of `tables.COLUMNS`. What does not: estimating them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.estimates.intervals import bruikbaarheid, interval95, margin95, rate_per_1000
from pipelines.estimates.quality import NOT_MEASURED, NOT_PUBLISHED, kwaliteit
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, provincies
from pipelines.facts.wijken import WijkList
from pipelines.release.cells import Block, Region
from pipelines.release.formats.columns import COLUMNS
from pipelines.release.marginals import MARGINALS
from pipelines.release.regions import coverage, denominators

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Values = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Edition:
    """What every figure of a release has in common."""

    peiljaar: int
    status: str
    versie: str
    wijken: WijkList | None = None


def estimate_columns(estimate: Floats, sd: Floats, shown: Ints) -> dict[str, npt.NDArray[np.generic]]:
    """What every figure says of its estimate, by the name of the column; `shown` are the whole people to display."""
    lower, upper = interval95(estimate, sd)
    return {
        "schatting": estimate,
        "sd": sd,
        "onder95": lower,
        "boven95": upper,
        "marge95": margin95(sd),
        "weergave": shown,
        "bruikbaarheid": bruikbaarheid(estimate, sd),
        "kwaliteit": kwaliteit(estimate, sd),
    }


def measured_rows(
    block: Block, regions: tuple[Region, ...], edition: Edition, estimate: Floats, sd: Floats, shown: Ints
) -> pl.DataFrame:
    """Rows with a number: arrays of regions x marginals. Where the estimate is NaN, or the plan's gate is closed, the row
    has none and says so."""
    closed = np.array([region.code in block.closed for region in regions])[:, None]
    estimate, sd = np.where(closed, np.nan, estimate), np.where(closed, np.nan, sd)
    people = denominators(regions, frozenset(block.gemeenten), edition.peiljaar, edition.wijken)
    rate, rate_margin = rate_per_1000(estimate, sd, people)
    values = {
        **estimate_columns(estimate, sd, shown),
        "inwoners": people,
        "per_1000": rate,
        "per_1000_onder95": rate - rate_margin,
        "per_1000_boven95": rate + rate_margin,
    }
    missing = np.isnan(estimate)
    if missing.any():
        values["weergave"] = np.where(missing, np.nan, shown)
        why = np.where(closed, NOT_PUBLISHED, NOT_MEASURED)
        values |= {name: np.where(missing, why, values[name]) for name in ("bruikbaarheid", "kwaliteit")}
    return _frame(block, regions, edition, values)


def unmeasured_rows(block: Block, regions: tuple[Region, ...], edition: Edition) -> pl.DataFrame:
    """Rows without a number, that say so."""
    shape = (len(regions), len(MARGINALS))
    empty = np.full(shape, np.nan)
    names = ("schatting", "sd", "onder95", "boven95", "marge95", "per_1000", "per_1000_onder95", "per_1000_boven95")
    values: dict[str, npt.NDArray[np.generic]] = dict.fromkeys(names, empty)
    values["inwoners"] = denominators(regions, None, edition.peiljaar, edition.wijken)
    values["bruikbaarheid"] = values["kwaliteit"] = np.full(shape, NOT_MEASURED)
    return _frame(block, regions, edition, values)


def _frame(block: Block, regions: tuple[Region, ...], edition: Edition, values: Values) -> pl.DataFrame:
    names = _names(edition)
    covered = coverage(block, regions, edition.peiljaar)
    width = len(MARGINALS)
    per_region = np.repeat(np.arange(len(regions)), width)
    per_marginal = np.tile(np.arange(width), len(regions))

    def of_region(texts: Iterable[object]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_region)

    def of_marginal(texts: Iterable[str]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_marginal)

    data: dict[str, pl.Series | pl.Expr] = {
        "persona": pl.lit(block.persona.id),
        "toestand": pl.lit(block.state),
        "niveau": of_region(region.level for region in regions),
        "regio": of_region(region.code for region in regions),
        "regio_naam": of_region(names[region.code] for region in regions),
        "leeftijd": of_marginal(marginal.age for marginal in MARGINALS),
        "geslacht": of_marginal(marginal.sex for marginal in MARGINALS),
        "jaar": pl.lit(edition.peiljaar),
        "dekking_gemeenten": of_region(within for within, _, _ in covered),
        "dekking_gemeenten_totaal": of_region(total for _, total, _ in covered),
        "dekking_inwoners_pct": of_region(share for _, _, share in covered),
        "status": pl.lit(edition.status),
        "versie": pl.lit(edition.versie),
        "weergave": pl.lit(None),
        **{name: _series(value) for name, value in values.items()},
    }
    columns = [data[name].cast(column.dtype).alias(name) for name, column in COLUMNS.items()]
    return pl.DataFrame({"row": per_region}).select(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _series(values: npt.NDArray[np.generic]) -> pl.Series:
    flat = pl.Series(values.reshape(-1))
    return flat.fill_nan(None) if flat.dtype.is_float() else flat


def _names(edition: Edition) -> dict[str, str]:
    peiljaar = edition.peiljaar
    return {
        NEDERLAND: "Nederland",
        **provincies(peiljaar),
        **{g.code: g.naam for g in gemeenten(peiljaar)},
        **{area.code: area.naam for area in areas(peiljaar)},
        **(edition.wijken.names if edition.wijken is not None else {}),
    }
