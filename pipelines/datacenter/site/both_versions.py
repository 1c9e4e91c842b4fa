"""Two measurements of one peiljaar side by side: the figure of each, and whether they differ by more than their noise.

What belongs here: the version that pages show against the one measured before it, for the whole country. What does not: the
change per gemeente (`blindevlek release compare`), and versions that rest on one draw of noise: their figures are the same.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.datacenter import words
from pipelines.datacenter.site.editions import Edition, Editions
from pipelines.estimates.differences import differs_more_than_noise
from pipelines.estimates.intervals import difference, margin95
from pipelines.facts.gemeenten import NEDERLAND
from pipelines.release.compare import ALPHA, why_not_the_same

_MORE = "Ja, dit verschil is groter dan de ruis."
_NOT_MORE = "Nee, dit verschil kan ruis zijn."


@dataclass(frozen=True)
class Changed:
    """One persona in two versions: its name, the figure of each, their difference with its margin, and whether that is more
    than noise."""

    naam: str
    oud: str
    nieuw: str
    verschil: str
    oordeel: str


@dataclass(frozen=True)
class Pair:
    """Two versions of a peiljaar; persona -> what changed. `certain`: how sure it is that no "yes" is noise alone."""

    old: Edition
    new: Edition
    rows: dict[str, Changed]
    certain: str


def both_versions(editions: Editions) -> list[Pair]:
    """For each peiljaar of which the shown version was measured anew: both versions, and a row per persona that both have with one
    definition. Newest peiljaar first."""
    found = []
    for shown in reversed(editions.by_year.values()):
        before = [one for one in editions.all if _drawn_before(one, shown)]
        if before and (rows := _rows(before[-1], shown)):
            found.append(Pair(before[-1], shown, rows, words.percent(100 * (1 - ALPHA))))
    return found


def _drawn_before(one: Edition, shown: Edition) -> bool:
    """Another draw of noise on the same peiljaar and the same kind of data, published earlier; also one that was withdrawn since."""
    same = [
        one.release.facts.get(name) == shown.release.facts.get(name) for name in ("synthetic", "measurement_sha256")
    ]
    earlier = one.publication.published_at < shown.publication.published_at
    return one.jaar == shown.jaar and earlier and same == [True, False]


def _rows(old: Edition, new: Edition) -> dict[str, Changed]:
    """The variances of two draws add up. All personas are judged together, with Holm's control."""
    personas, values = [], []
    for persona in new.personas:
        before, after = (edition.figure(persona, "missing", NEDERLAND) for edition in (old, new))
        if not before or not after or why_not_the_same(old.release, new.release, persona):
            continue
        numbers = (after.schatting, after.marge95, before.schatting, before.marge95)
        if all(number is not None for number in numbers):
            personas.append(persona)
            values.append(numbers)
    if not values:
        return {}
    after_, after_margin, before_, before_margin = np.array(values, dtype=float).T
    one_sd = float(margin95(1.0))
    change, margin = difference(after_, after_margin / one_sd, before_, before_margin / one_sd)
    flags = differs_more_than_noise(change, margin / one_sd, ALPHA)
    return {
        persona: Changed(
            naam=new.personas[persona].name,
            oud=_figure(*value[2:]),
            nieuw=_figure(*value[:2]),
            verschil=f"{_signed(by)} ({_signed(by - within)} tot {_signed(by + within)})",
            oordeel=_MORE if flag else _NOT_MORE,
        )
        for persona, value, by, within, flag in zip(
            personas, np.array(values, dtype=float), change, margin, flags, strict=True
        )
    }


def _figure(estimate: float, margin: float) -> str:
    return " ".join(words.about(estimate, estimate - margin, estimate + margin))


def _signed(value: float) -> str:
    rounded = round(value)
    return f"{'+' if rounded > 0 else '-' if rounded < 0 else ''}{words.whole(abs(rounded))}"
