"""Points of the checklist that are read from the figures and the noised measurements of a bundle.

What belongs here: accuracy, consistency and change, from published numbers only. What does not: anything true, and
judging by a single figure. A check that blocks raises a false alarm with probability below one in a million.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import polars as pl
from scipy.stats import norm

from pipelines.datacenter.review.checklist import Point
from pipelines.datacenter.words import about, decimal, percent, whole
from pipelines.errors import UserError
from pipelines.estimates.intervals import margin95
from pipelines.facts.gemeenten import gemeenten
from pipelines.release.compare import NOT_MEASURED, SPLIT, TOO_SMALL, compare
from pipelines.release.formats.columns import KEY
from pipelines.release.plan import OUTSIDE
from pipelines.release.published import PublishedRelease, cells_of

FALSE_ALARM = 1e-6
"""The chance at most that a sound release fails a check of this module."""

_TOLERANCE = 1e-6
_CLASSES = (
    (0, "tot 25.000 inwoners"),
    (25_000, "25.000 tot 50.000"),
    (50_000, "50.000 tot 100.000"),
    (100_000, "100.000 en meer"),
)
_TOTAL = {"leeftijd": "totaal", "geslacht": "totaal"}


class FigureChecks:
    """The checks on one bundle, each a Point; `previous` is the release that was published before it, if any."""

    def __init__(self, release: PublishedRelease, previous: PublishedRelease | None) -> None:
        self.release, self.previous = release, previous
        self._all = pl.read_parquet(release.folder / "cijfers.parquet")
        self._measured = pl.read_parquet(release.folder / "metingen.parquet").filter(pl.col("tabel") != OUTSIDE)

    def margins(self) -> Point:
        """7: the standard deviation in the file is that of least squares over the noise of the plan; exact."""
        own = self.release.figures.filter(pl.col("schatting").is_not_null(), **_TOTAL)
        wrong = compared = 0
        for (persona, state), rows in own.group_by("persona", "toestand"):
            tree = self.release.tree(str(persona), str(state))
            if tree is None:
                wrong += rows.height
                continue
            wanted = tree.sd_of_sums([[code] for code in rows["regio"]], cells_of("totaal", "totaal"))
            compared += rows.height
            wrong += int((~np.isclose(rows["sd"].to_numpy(), wanted, rtol=_TOLERANCE, atol=0)).sum())
        off = self._all.filter(pl.col("sd").is_not_null())
        wrong += int((~np.isclose(off["marge95"].to_numpy(), margin95(off["sd"].to_numpy()), rtol=_TOLERANCE)).sum())
        if wrong:
            return Point(7, "fout", f"Bij {whole(wrong)} cijfers is de marge niet die van de theorie.")
        return Point(7, "goed", f"Nagerekend voor {whole(compared)} cijfers van gemeenten: geen verschil.")

    def noise(self) -> Point:
        """8: provincie minus the sum of its gemeenten is noise alone. Under the stated sigma 95 % of those differences
        are within 1.96 of their standard deviation; each measured cell is in one difference, so they are independent."""
        z = self._differences("provincie", "gemeente")
        if not len(z):
            return Point(
                8, "bekijk", "Er is geen provincie met al haar gemeenten gemeten, dus dit is niet na te rekenen."
            )
        inside = float((np.abs(z) <= norm.ppf(0.975)).mean())
        margin = float(norm.isf(FALSE_ALARM / 2)) * np.sqrt(0.95 * 0.05 / len(z)) + 1 / len(z)
        told = f"{percent(100 * inside)} van {whole(len(z))} verschillen ligt binnen de marge; beloofd is 95 %"
        if abs(inside - 0.95) > margin:
            return Point(
                8, "fout", f"{told}. Dat kan geen toeval zijn (toegestaan: {percent(100 * margin)} meer of minder)."
            )
        return Point(8, "goed", f"{told} (toeval geeft {percent(100 * margin)} meer of minder).")

    def national(self) -> Point:
        """11: the national measurement against the sum of provincies, per persona and state; the largest z."""
        z = self._differences("land", "provincie")
        if not len(z):
            return Point(11, "bekijk", "Er is geen landelijke meting naast die van provincies.")
        largest, bound = float(np.abs(z).max()), float(norm.isf(FALSE_ALARM / 2 / len(z)))
        told = f"Van {whole(len(z))} vergelijkingen is het grootste verschil z = {decimal(largest, 1)} (grens {decimal(bound, 1)})."
        return Point(11, "fout" if largest > bound else "goed", told)

    def usable(self) -> Point:
        """9: the share of gemeenten whose figure can be used by itself, per persona and size class."""
        sizes = {g.code: g.inwoners for g in gemeenten(self.release.peiljaar)}
        rows = self.release.figures.filter(toestand="missing", **_TOTAL).sort("persona").to_dicts()
        details, usable, total = [], 0, 0
        for persona, own in groupby(rows, key=lambda row: row["persona"]):
            counted = {name: [0, 0] for _, name in _CLASSES}
            for row in own:
                place = counted[_size_class(sizes.get(row["regio"], 0))]
                place[0] += row["bruikbaarheid"] == "bruikbaar"
                place[1] += row["bruikbaarheid"] != "niet_gemeten"
            usable += sum(good for good, _ in counted.values())
            total += sum(every for _, every in counted.values())
            told = "; ".join(f"{name}: {good} van {every}" for name, (good, every) in counted.items() if every)
            details.append(f"{persona}: {told or 'niet per gemeente gemeten'}")
        share = percent(100 * usable / total) if total else "geen"
        return Point(9, "bekijk", f"{share} van de cijfers van gemeenten is alleen te gebruiken.", tuple(details))

    def keys(self) -> Point:
        """12: one row per figure, every gemeente of the year once, bounds symmetric and not cut off."""
        faults = []
        if self._all.select(KEY).is_duplicated().any():
            faults.append("een cijfer staat er twee keer")
        wanted = {g.code for g in gemeenten(self.release.peiljaar)}
        for (persona, state), rows in self.release.figures.filter(**_TOTAL).group_by("persona", "toestand"):
            if set(rows["regio"]) != wanted:
                faults.append(f"{persona} ({state}) noemt niet precies de {len(wanted)} gemeenten van het jaar")
        found = self._all.filter(pl.col("schatting").is_not_null())
        below, above = found["schatting"] - found["onder95"], found["boven95"] - found["schatting"]
        margin = found["marge95"].to_numpy()
        even = np.isclose(below.to_numpy(), margin, atol=1e-6) & np.isclose(above.to_numpy(), margin, atol=1e-6)
        if not even.all():
            faults.append("een marge is niet symmetrisch of is afgekapt")
        if faults:
            return Point(12, "fout", f"{'; '.join(faults)}.")
        negative = int((found["schatting"] < 0).sum())
        return Point(
            12,
            "goed",
            f"{whole(self._all.height)} cijfers; {whole(negative)} liggen door de ruis onder nul, zo hoort het.",
        )

    def plausible(self) -> Point:
        """13: the national figures, for a person to judge against public totals."""
        rows = self._all.filter(niveau="land", toestand="missing", **_TOTAL).sort("persona").to_dicts()
        details = tuple(
            f"{row['persona']}: {' '.join(about(row['schatting'], row['onder95'], row['boven95']))}"
            f" mensen, {decimal(row['per_1000'], 2)} per 1.000 inwoners"
            for row in rows
            if row["schatting"] is not None
        )
        return Point(13, "bekijk", "Vergelijk met wat openbaar bekend is over deze groepen.", details)

    def change(self) -> Point:
        """14: changes beyond noise, observed against what chance alone gives, and those that stand after correction."""
        found = self._changes()
        if isinstance(found, str):
            return Point(14, "bekijk", found)
        judged = found.filter(pl.col("verschil").is_not_null())
        beyond = int((judged["verschil"].abs() > judged["marge95"]).sum())
        chance = 0.05 * judged.height
        sure = judged.filter(verschilt="ja").sort("persona", "regio").to_dicts()
        details = tuple(
            f"{row['persona']}, {row['regio_naam']}: {whole(row['schatting_oud'])} werd {whole(row['schatting_nieuw'])}"
            for row in sure
        )
        told = (
            f"{whole(beyond)} van {whole(judged.height)} veranderingen zijn groter dan hun ruismarge; door toeval alleen "
            f"zijn dat er ongeveer {whole(chance)}. Na correctie blijven er {whole(len(sure))} over."
        )
        return Point(14, "bekijk", told, details)

    def boundaries(self) -> Point:
        """15: gemeenten that cannot be compared with the previous release, and why."""
        found = self._changes()
        if isinstance(found, str):
            return Point(15, "bekijk", found)
        split = sorted(set(found.filter(reden=SPLIT)["regio_naam"]))
        merged = sorted(set(found.filter(pl.col("was").str.contains(" "))["regio_naam"]))
        unmeasured = found.filter(pl.col("reden").is_in([NOT_MEASURED, TOO_SMALL]))["regio"].n_unique()
        if not split and not merged and not unmeasured:
            return Point(15, "goed", "Alle gemeenten zijn met de vorige uitgave te vergelijken.")
        details = [f"Samengevoegd, vergeleken met de som van de oude gemeenten: {', '.join(merged)}"] if merged else []
        details += [f"Niet te vergelijken, kreeg een deel van een ander: {', '.join(split)}"] if split else []
        details += (
            [f"In één van beide jaren niet gemeten, of te klein voor een eigen cijfer: {unmeasured} gemeenten"]
            if unmeasured
            else []
        )
        return Point(15, "bekijk", "Niet elke gemeente is zonder meer te vergelijken.", tuple(details))

    def coverage(self) -> Point:
        """16: for which part of the gemeenten each persona is measured."""
        rows = self._all.filter(niveau="land", toestand="missing", **_TOTAL).sort("persona").to_dicts()
        partly = [row for row in rows if row["dekking_gemeenten"] < row["dekking_gemeenten_totaal"]]
        details = tuple(
            f"{row['persona']}: {row['dekking_gemeenten']} van {row['dekking_gemeenten_totaal']} gemeenten, "
            f"{percent(row['dekking_inwoners_pct'])} van de inwoners"
            for row in partly
        )
        if not partly:
            return Point(16, "goed", "Elke persona is in alle gemeenten gemeten.")
        return Point(
            16, "bekijk", f"{len(partly)} persona's zijn niet overal gemeten; de bestanden zeggen waar.", details
        )

    def _changes(self) -> pl.DataFrame | str:
        """The changes against the previous release, or why there are none, in Dutch."""
        if self.previous is None:
            return "Er is geen eerdere openbare uitgave om mee te vergelijken."
        try:
            return compare(self.previous, self.release, [], ["missing"]).changes
        except UserError:
            return f"Met {self.previous.name} is niet te vergelijken: geen persona met dezelfde definitie en een eigen meting."

    def _differences(self, above: str, below: str) -> np.ndarray:
        """Standardised: each measured cell of a level minus the sum of those right below it, in both kinds of table."""
        found: list[Sequence[float]] = []
        key = ["persona", "toestand", "leeftijd", "geslacht"]
        for ending in ("", "_leeftijd_geslacht"):
            parts = (
                self._measured.filter(tabel=below + ending)
                .group_by(*key, pl.col("boven").alias("regio"))
                .agg(pl.col("meting").sum().alias("som"), (pl.col("sigma") ** 2).sum().alias("variantie"))
            )
            pairs = self._measured.filter(tabel=above + ending).join(parts, on=[*key, "regio"])
            scale = (pairs["variantie"] + pairs["sigma"] ** 2).sqrt()
            found.append(((pairs["meting"] - pairs["som"]) / scale).to_list())
        return np.concatenate([np.asarray(part, dtype=float) for part in found])


def _size_class(inhabitants: int) -> str:
    return [name for least, name in _CLASSES if inhabitants >= least][-1]
