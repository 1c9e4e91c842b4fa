"""The sum of any set of gemeenten of a published release, with its exact margin.

What belongs here: that sum, from the bundle's own files. What does not: gebieden that a release publishes itself
(`area_figures.py`), changes between releases (`compare.py`), the kluis.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipelines.errors import UserError
from pipelines.estimates.intervals import interval95, margin95
from pipelines.estimates.quality import NOT_MEASURED, NOT_PUBLISHED, kwaliteit
from pipelines.facts.gemeenten import gemeenten
from pipelines.release.published import PublishedRelease, cells_of, require_known

_REASONS = {NOT_MEASURED: "niet gemeten in ", NOT_PUBLISHED: "te klein voor een eigen cijfer: "}
"""What a figure without a number says -> how a set with such gemeenten is told."""


def sum_of_gemeenten(
    release: PublishedRelease,
    codes: Sequence[str],
    personas: Sequence[str],
    states: Sequence[str],
    age: str = "totaal",
    sex: str = "totaal",
) -> pl.DataFrame:
    """One row per persona and state: the sum of the estimates, its sd and ruismarge; no number, and the reason, where a
    gemeente of the set has no figure. `personas` empty: all of the release.

    Counts the covariance that the measured land and provincies bring, so the margin is smaller than that of gemeenten
    taken as independent. Raises UserError for an unknown or double gemeente, and where nothing can be summed.
    """
    require_set(release, codes)
    require_known(personas, release.personas, "persona")
    summed = cells_of(age, sex)
    chosen = release.figures.filter(pl.col("regio").is_in(list(codes)), leeftijd=age, geslacht=sex)
    rows = [
        _row(release, chosen, codes, persona, state, summed)
        for persona in personas or release.personas
        for state in states
    ]
    if all(row["schatting"] is None for row in rows):
        raise UserError(
            f"{release.name}: nothing to sum: {'; '.join(sorted({str(row['reden']) for row in rows}))}. Choose gemeenten that "
            "were measured, or another persona."
        )
    numbers = ("schatting", "sd", "onder95", "boven95", "marge95")
    schema = {"persona": pl.String, "toestand": pl.String, **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema={**schema, "kwaliteit": pl.String, "reden": pl.String})


def _row(
    release: PublishedRelease, chosen: pl.DataFrame, codes: Sequence[str], persona: str, state: str, summed: int
) -> dict[str, object]:
    row: dict[str, object] = {"persona": persona, "toestand": state}
    mine = chosen.filter(pl.col("schatting").is_not_null(), persona=persona, toestand=state)
    missing = sorted(set(codes) - set(mine["regio"]))
    tree = release.tree(persona, state)
    if missing or tree is None:
        reason, told = without_number(release, persona, state, missing)
        return row | {"schatting": None, "kwaliteit": reason, "reden": told}
    estimate = float(mine["schatting"].sum())
    sd = float(tree.sd_of_sums([codes], summed)[0])
    low, high = interval95(estimate, sd)
    return row | {
        "schatting": estimate,
        "sd": sd,
        "onder95": float(low),
        "boven95": float(high),
        "marge95": float(margin95(sd)),
        "kwaliteit": str(np.asarray(kwaliteit(estimate, sd)).item()),
        "reden": "",
    }


def without_number(release: PublishedRelease, persona: str, state: str, codes: Sequence[str]) -> tuple[str, str]:
    """Why gemeenten have no number to sum: one word of `kwaliteit`, and a Dutch text that names the gemeenten. A persona
    without figures of gemeenten was not measured there."""
    rows = release.figures.filter(persona=persona, toestand=state, leeftijd="totaal", geslacht="totaal")
    said = dict(rows.select("regio", "bruikbaarheid").rows())
    by_reason = {
        reason: [code for code in codes if (said.get(code) == NOT_PUBLISHED) == (reason == NOT_PUBLISHED)]
        for reason in _REASONS
    }
    first = next((reason for reason, named in by_reason.items() if named), NOT_MEASURED)
    told = "; ".join(_REASONS[reason] + ", ".join(named) for reason, named in by_reason.items() if named)
    return first, told or _REASONS[NOT_MEASURED]


def require_set(release: PublishedRelease, codes: Sequence[str]) -> None:
    """Raise UserError unless these are gemeenten of the release's peiljaar, each named once, and at least one."""
    if not codes:
        raise UserError("no gemeenten were named. Give their codes, such as GM0363 GM0344.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise UserError(f"named twice: {', '.join(twice)}. A gemeente counts once in a sum; name each once.")
    known = {g.code: g.naam for g in gemeenten(release.peiljaar)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        by_name = {name: code for code, name in known.items()}
        meant = [f"'{code}' is {by_name[code]}" for code in unknown if code in by_name]
        raise UserError(
            f"no gemeenten of peiljaar {release.peiljaar}: {', '.join(unknown)}. Known are the codes of that year"
            f"{': ' + ', '.join(meant) if meant else ''}."
        )
