"""The change per gemeente between two published releases, and which changes are more than noise.

What belongs here: the change with its right margin, from the files of two bundles. What does not: one release's own
figures, the kluis. The margin covers the noise of both releases and nothing else: not what registers or definitions
changed in between.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from pipelines.errors import UserError
from pipelines.estimates.differences import differs_more_than_noise
from pipelines.estimates.intervals import difference
from pipelines.estimates.quality import NOT_PUBLISHED
from pipelines.facts.crosswalk import crosswalk
from pipelines.facts.gemeenten import Gemeente, gemeenten
from pipelines.release.published import PublishedRelease, cells_of, require_known

ALPHA = 0.05
"""The chance that one or more of the flagged changes of a comparison is noise alone is at most this."""

SPLIT = "gebied gewijzigd"
"""A gemeente that took in a part of another one: no sum of older gemeenten is the same place."""

NOT_MEASURED = "niet gemeten"

TOO_SMALL = "te klein voor een eigen cijfer"
"""A gemeente, or one that it is compared with, that is published in sums only by the gate of a plan."""

_NUMBERS = ("schatting_oud", "sd_oud", "schatting_nieuw", "sd_nieuw")
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("persona", "toestand", "regio", "regio_naam", "was", "reden"), pl.String),
    **dict.fromkeys(_NUMBERS, pl.Float64),
}


@dataclass(frozen=True)
class Compared:
    """`changes`: one row per persona, state and gemeente of the newer release. `left_out`: persona -> why it is not in
    it."""

    changes: pl.DataFrame
    left_out: dict[str, str]

    @property
    def family(self) -> int:
        """How many changes were judged together."""
        return int(self.changes["verschil"].count())


def compare(
    old: PublishedRelease,
    new: PublishedRelease,
    personas: Sequence[str],
    states: Sequence[str],
    age: str = "totaal",
    sex: str = "totaal",
) -> Compared:
    """`new` minus `old`, per gemeente of the classification of `new`. `personas` empty: all that both releases have.

    The draws are independent, so variances add. A gemeente that others merged into is compared with the sum of those,
    with the exact variance of that sum. `verschilt` says "ja" where the change is more than noise, with Holm's control
    over every change of this comparison together. Raises UserError where the two cannot be compared.
    """
    _require_two_draws(old, new)
    summed = cells_of(age, sex)
    both = [persona for persona in new.personas if persona in old.personas]
    require_known(personas, both, "persona")
    reasons = {persona: why_not_the_same(old, new, persona) for persona in personas or both}
    left_out = {persona: reason for persona, reason in reasons.items() if reason}
    chosen = [persona for persona in personas or both if persona not in left_out]
    frames = [
        _pairs(old, new, persona, state, age, sex, summed)
        for persona in chosen
        for state in states
        if old.tree(persona, state) and new.tree(persona, state)
    ]
    if not frames:
        told = (
            "; ".join(f"{persona}: {why}" for persona, why in left_out.items())
            or "no persona has figures per gemeente in both"
        )
        raise UserError(f"{old.name} and {new.name} have nothing to compare: {told}.")
    return Compared(_judged(pl.concat(frames)), left_out)


def _judged(pairs: pl.DataFrame) -> pl.DataFrame:
    change, margin = difference(*(pairs[name].to_numpy() for name in ("schatting_nieuw", "sd_nieuw", *_NUMBERS[:2])))
    sd = np.hypot(pairs["sd_oud"].to_numpy(), pairs["sd_nieuw"].to_numpy())
    flags = differs_more_than_noise(change, sd, ALPHA)
    judged = np.where(np.isfinite(change), np.where(flags, "ja", "nee"), "niet_te_vergelijken")
    numbers = {"verschil": change, "sd": sd, "onder95": change - margin, "boven95": change + margin, "marge95": margin}
    return pairs.with_columns(
        *(pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in numbers.items()),
        pl.Series("verschilt", judged.tolist(), dtype=pl.String),
    )


def _pairs(
    old: PublishedRelease, new: PublishedRelease, persona: str, state: str, age: str, sex: str, summed: int
) -> pl.DataFrame:
    """One persona and state: every gemeente of the newer release, with both sums where there are any."""
    before, after = (
        {
            row["regio"]: row["schatting"]
            for row in release.figures.filter(
                pl.col("schatting").is_not_null(), persona=persona, toestand=state, leeftijd=age, geslacht=sex
            ).to_dicts()
        }
        for release in (old, new)
    )
    held = [_published_in_sums(release, persona, state) for release in (old, new)]
    found = list(_parts(old.peiljaar, new.peiljaar))
    usable = [
        (gemeente, parts)
        for gemeente, parts in found
        if parts and gemeente.code in after and set(parts) <= before.keys()
    ]
    sds = [
        tree.sd_of_sums(sums, summed)
        for tree, sums in (
            (old.tree(persona, state), [parts for _, parts in usable]),
            (new.tree(persona, state), [[gemeente.code] for gemeente, _ in usable]),
        )
        if tree is not None
    ]
    numbers = {
        gemeente.code: (sum(before[part] for part in parts), float(sd_old), after[gemeente.code], float(sd_new))
        for (gemeente, parts), sd_old, sd_new in zip(usable, *sds, strict=True)
    }
    rows = []
    for gemeente, parts in found:
        small = gemeente.code in held[1] or not held[0].isdisjoint(parts)
        reason = "" if gemeente.code in numbers else SPLIT if not parts else TOO_SMALL if small else NOT_MEASURED
        texts = (persona, state, gemeente.code, gemeente.naam, " ".join(parts), reason)
        rows.append((*texts, *numbers.get(gemeente.code, (None,) * len(_NUMBERS))))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _published_in_sums(release: PublishedRelease, persona: str, state: str) -> set[str]:
    rows = release.figures.filter(persona=persona, toestand=state, bruikbaarheid=NOT_PUBLISHED)
    return set(rows["regio"])


def _parts(before: int, after: int) -> Iterator[tuple[Gemeente, tuple[str, ...]]]:
    """Every gemeente of the later classification with the earlier ones that make it up; none where only a part of one
    joined it."""
    table = crosswalk(before, after)
    for gemeente in gemeenten(after):
        parts = tuple(old for old, shares in table.items() if gemeente.code in shares)
        whole = all(table[old][gemeente.code] == Fraction(1) for old in parts)
        yield gemeente, parts if whole else ()


def why_not_the_same(old: PublishedRelease, new: PublishedRelease, persona: str) -> str:
    """Why the two figures of a persona are not of one definition; empty when they are."""
    before, after = old.definitions.get(persona), new.definitions.get(persona)
    if before is None or after is None:
        return "a release does not state its definition"
    return "" if before == after else "its definition changed"


def _draw(release: PublishedRelease) -> int:
    """Which measurement of its plan a release rests on: the first number of its version."""
    return int(str(release.facts["versie"]).split(".")[0])


def _require_two_draws(old: PublishedRelease, new: PublishedRelease) -> None:
    if old.facts.get("measurement_sha256") == new.facts.get("measurement_sha256"):
        raise UserError(
            f"{old.name} and {new.name} rest on one measurement: the same draw of noise, so there is no change between "
            "them. Give two releases that were measured apart."
        )
    if old.peiljaar > new.peiljaar:
        raise UserError(
            f"{old.name} is of peiljaar {old.peiljaar} and {new.name} of {new.peiljaar}: give the older one first, because "
            "gemeenten that merged cannot be told apart again."
        )
    if old.facts["release_id"] == new.facts["release_id"] and _draw(old) > _draw(new):
        raise UserError(
            f"{new.name} is an earlier version than {old.name}: give the older one first, so that a change reads forward."
        )
    if old.facts.get("synthetic") != new.facts.get("synthetic"):
        raise UserError(
            f"one of {old.name} and {new.name} is made of synthetic data and the other is not: their difference says nothing."
        )
