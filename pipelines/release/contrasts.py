"""Differences between sets of gemeenten of one published release, with their exact margin.

What belongs here: the difference of two sums, and of each gemeente with its peers, from the bundle's own files. What does
not: changes between releases (`compare.py`), the kluis. Two figures of one release share noise through the country and the
provincie, so their variances do not simply add; here they never are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.errors import UserError
from pipelines.estimates.differences import differs_more_than_noise
from pipelines.estimates.intervals import margin95
from pipelines.release.cells import CELLS
from pipelines.release.compare import ALPHA
from pipelines.release.published import PublishedRelease, require_known
from pipelines.release.sums import require_set, without_number

PER = 1000
_NUMBERS = (
    "eerste", "tweede", "verschil", "sd", "onder95", "boven95", "marge95",
    "eerste_per_1000", "tweede_per_1000", "verschil_per_1000", "marge95_per_1000", "sd_per_1000",
)  # fmt: skip
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("persona", "toestand"), pl.String),
    **dict.fromkeys(_NUMBERS, pl.Float64),
    "reden": pl.String,
}


@dataclass(frozen=True)
class PeerContrast:
    """A gemeente beside its peers, per 1,000 inhabitants: the rate of the peers, the difference with its marge95, and
    whether that is more than noise (Holm's control over all gemeenten of one persona together)."""

    peers: tuple[str, ...]
    rate: float
    margin: float
    difference: float
    difference_margin: float
    more_than_noise: bool


def difference_of_sets(
    release: PublishedRelease,
    first: Sequence[str],
    second: Sequence[str],
    personas: Sequence[str],
    state: str = "missing",
) -> pl.DataFrame:
    """`first` minus `second`, all ages and both sexes, one row per persona: both sums, the difference in persons and per
    1,000 inhabitants with their marge95, and `verschilt` (on the rates): "ja", "nee" or "niet_te_vergelijken", judged over
    the rows together (Holm). Raises UserError for a set that cannot be, or where nothing can be compared.
    """
    require_set(release, first)
    require_set(release, second)
    require_known(personas, release.personas, "persona")
    if set(first) == set(second):
        raise UserError(
            "the two sets are the same gemeenten: there is no difference between them. Choose two that differ."
        )
    people = inhabitants(release)
    rows = [_row(release, people, first, second, persona, state) for persona in personas or release.personas]
    if all(row["verschil"] is None for row in rows):
        raise UserError(
            f"{release.name}: nothing to compare: {'; '.join(sorted({str(row['reden']) for row in rows}))}. Choose gemeenten "
            "that were measured, or another persona."
        )
    found = pl.DataFrame(rows, schema=_SCHEMA)
    flags = differs_more_than_noise(
        found["verschil_per_1000"].fill_null(np.nan).to_numpy(),
        found["sd_per_1000"].fill_null(np.nan).to_numpy(),
        ALPHA,
    )
    judged = [
        "niet_te_vergelijken" if row["verschil"] is None else "ja" if flag else "nee"
        for row, flag in zip(rows, flags, strict=True)
    ]
    return found.with_columns(pl.Series("verschilt", judged))


def against_peers(
    release: PublishedRelease, persona: str, groups: Sequence[Sequence[str]], state: str = "missing"
) -> dict[str, PeerContrast]:
    """Each measured gemeente beside the other measured ones of its group (a gemeente stands in one group at most).
    Empty where the persona has no figures per gemeente."""
    tree = release.tree(persona, state)
    if tree is None:
        return {}
    estimate, people = _estimates(release, persona, state), inhabitants(release)
    pairs = [
        (code, tuple(other for other in group if other in estimate and other != code))
        for group in groups
        for code in group
        if code in estimate
    ]
    pairs = [(code, peers) for code, peers in pairs if peers]
    if not pairs:
        return {}
    around = [_rate(peers, people) for _, peers in pairs]
    apart = [
        {code: PER / people[code]} | {name: -w for name, w in weights.items()}
        for (code, _), weights in zip(pairs, around, strict=True)
    ]
    sd = tree.sd_of(apart, len(CELLS))
    margins = margin95(tree.sd_of(around, len(CELLS)))
    difference = np.array([sum(weight * estimate[name] for name, weight in one.items()) for one in apart])
    flags = differs_more_than_noise(difference, sd, ALPHA)
    return {
        code: PeerContrast(
            peers,
            sum(weight * estimate[name] for name, weight in weights.items()),
            float(margin),
            float(change),
            float(margin95(spread)),
            bool(flag),
        )
        for (code, peers), weights, margin, change, spread, flag in zip(
            pairs, around, margins, difference, sd, flags, strict=True
        )
    }


def inhabitants(release: PublishedRelease) -> dict[str, int]:
    """Code of a gemeente -> its public number of inhabitants, as in the release."""
    chosen = release.figures.filter(leeftijd="totaal", geslacht="totaal").select("regio", "inwoners").unique("regio")
    return dict(chosen.rows())


def _row(
    release: PublishedRelease,
    people: Mapping[str, int],
    first: Sequence[str],
    second: Sequence[str],
    persona: str,
    state: str,
) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(_SCHEMA) | {"persona": persona, "toestand": state, "reden": ""}
    estimate, tree = _estimates(release, persona, state), release.tree(persona, state)
    missing = sorted({*first, *second} - estimate.keys())
    if missing or tree is None:
        return row | {"reden": without_number(release, persona, state, missing)[1]}
    counted = _apart(dict.fromkeys(first, 1.0), dict.fromkeys(second, 1.0))
    rated = _apart(_rate(first, people), _rate(second, people))
    sd, sd_rate = (float(found) for found in tree.sd_of([counted, rated], len(CELLS)))
    one, other = (sum(estimate[code] for code in codes) for codes in (first, second))
    rate_one, rate_other = (
        PER * total / sum(people[code] for code in codes) for total, codes in ((one, first), (other, second))
    )
    margin = float(margin95(sd))
    return row | {
        "eerste": one,
        "tweede": other,
        "verschil": one - other,
        "sd": sd,
        "onder95": one - other - margin,
        "boven95": one - other + margin,
        "marge95": margin,
        "eerste_per_1000": rate_one,
        "tweede_per_1000": rate_other,
        "verschil_per_1000": rate_one - rate_other,
        "marge95_per_1000": float(margin95(sd_rate)),
        "sd_per_1000": sd_rate,
    }


def _apart(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {code: first.get(code, 0.0) - second.get(code, 0.0) for code in {**first, **second}}


def _rate(codes: Sequence[str], people: Mapping[str, int]) -> dict[str, float]:
    """Weights that make a rate per 1,000 of a sum of gemeenten."""
    return dict.fromkeys(codes, PER / sum(people[code] for code in codes))


def _estimates(release: PublishedRelease, persona: str, state: str) -> dict[str, float]:
    chosen = release.figures.filter(
        pl.col("schatting").is_not_null(), persona=persona, toestand=state, leeftijd="totaal", geslacht="totaal"
    )
    return dict(chosen.select("regio", "schatting").rows())
