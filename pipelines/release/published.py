"""A bundle as any reader gets it: its figures, and the exact covariance of their noise, from its own public files.

What belongs here: finding a bundle, checking it against its manifest, and rebuilding from the noised measurements
(`metingen.parquet`: who was measured where, and with which noise) how the estimates hang together. What does not: the
kluis, the ledger and any count; what is asked of a bundle (`compare.py`, `sums.py`).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.errors import UserError, nearest
from pipelines.estimates.tree import TreeCovariance, tree_covariance
from pipelines.facts.gemeenten import NEDERLAND, gemeenten
from pipelines.facts.wijken import gemeente_of
from pipelines.release.cells import BY_CELL, CELLS, Region
from pipelines.release.content import Fact
from pipelines.release.manifest import MANIFEST, ManifestError, verify
from pipelines.release.marginals import MARGINALS, TOTAL
from pipelines.release.plan import LEVELS, OUTSIDE, WIJK
from pipelines.release.solving import noise_of, tree_of

Floats = npt.NDArray[np.float64]
Definition = tuple[str, str]
"""Version of a persona, and the fingerprint of its definition."""

_FACTS = ("release_id", "versie", "peiljaar", "measurement_sha256")
_FILES = ("cijfers.parquet", "metingen.parquet", "privacy.json")


@dataclass(frozen=True, eq=False)
class PublishedTree:
    """How the estimates of one persona and state hang together: the place of each region, and their covariance."""

    position: Mapping[str, int]
    covariance: TreeCovariance

    def sd_of_sums(self, sums: Sequence[Sequence[str]], summed: int) -> Floats:
        """Standard deviation of the sum of each list of regions, for a marginal of `summed` cells; exact."""
        return self.sd_of([dict.fromkeys(codes, 1.0) for codes in sums], summed)

    def sd_of(self, weighted: Sequence[Mapping[str, float]], summed: int) -> Floats:
        """Standard deviation of each weighted sum (region -> weight), for a marginal of `summed` cells; exact."""
        weights = np.zeros((len(self.position), len(weighted)))
        for number, one in enumerate(weighted):
            weights[[self.position[code] for code in one], number] = list(one.values())
        sd: Floats = np.sqrt(self.covariance.of(weights).of_marginal(summed))
        return sd


@dataclass(frozen=True, eq=False)
class PublishedRelease:
    """A bundle whose files are those of its manifest."""

    folder: Path
    facts: Mapping[str, Fact]

    @property
    def name(self) -> str:
        return f"{self.facts['release_id']} {self.facts['versie']}"

    @property
    def peiljaar(self) -> int:
        return int(str(self.facts["peiljaar"]))

    @cached_property
    def figures(self) -> pl.DataFrame:
        """The figures of gemeenten."""
        return pl.read_parquet(self.folder / "cijfers.parquet").filter(pl.col("niveau") == "gemeente")

    @cached_property
    def personas(self) -> tuple[str, ...]:
        """Personas of the release, those that are published per gemeente or not at all there."""
        return tuple(sorted(pl.read_parquet(self.folder / "cijfers.parquet", columns=["persona"])["persona"].unique()))

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """Persona -> its definition, as `privacy.json` names them."""
        record = json.loads((self.folder / "privacy.json").read_text(encoding="utf-8"))
        told = str(record["deployment"]["basic"]["description"])
        found = re.findall(r"\(([a-z0-9-]+), version (\d+), [^()]*definition sha256 ([0-9a-f]+)\)", told)
        return {persona: (version, print_) for persona, version, print_ in found}

    def tree(self, persona: str, state: str) -> PublishedTree | None:
        """The tree of a persona and state; None where no gemeente of it was measured."""
        regions = self._regions.get((persona, state), frozenset())
        if not any(code.startswith("GM") for code in regions):
            return None
        detail = self._detail.get((persona, state), frozenset())
        if (regions, detail) not in self._trees:
            self._trees[regions, detail] = self._solved(regions, detail)
        return self._trees[regions, detail]

    @cached_property
    def _trees(self) -> dict[tuple[frozenset[str], frozenset[str]], PublishedTree]:
        return {}

    @cached_property
    def _measured(self) -> pl.DataFrame:
        columns = ["persona", "toestand", "regio", "leeftijd", "tabel", "sigma"]
        return pl.read_parquet(self.folder / "metingen.parquet", columns=columns).filter(pl.col("tabel") != OUTSIDE)

    @cached_property
    def _regions(self) -> dict[tuple[str, str], frozenset[str]]:
        listed = self._measured.group_by("persona", "toestand").agg(pl.col("regio").unique())
        return {(persona, state): frozenset(codes) for persona, state, codes in listed.rows()}

    @cached_property
    def _detail(self) -> dict[tuple[str, str], frozenset[str]]:
        """Persona and state -> the levels on which it was measured by age and sex."""
        listed = (
            self._measured.filter(pl.col("leeftijd") != TOTAL)
            .group_by("persona", "toestand")
            .agg(pl.col("tabel").str.strip_suffix(BY_CELL).unique())
        )
        return {(persona, state): frozenset(levels) for persona, state, levels in listed.rows()}

    @cached_property
    def _sigma(self) -> dict[str, float]:
        return dict(self._measured.select("tabel", "sigma").unique().rows())

    def _solved(self, codes: frozenset[str], detail: frozenset[str]) -> PublishedTree:
        land = [Region(LEVELS[0], NEDERLAND, "")] if NEDERLAND in codes else []
        places = [g for g in gemeenten(self.peiljaar) if g.code in codes]
        provincies = [Region(LEVELS[1], code, NEDERLAND) for code in sorted({g.provincie for g in places} & codes)]
        here = {g.code for g in places}
        wijken = [
            Region(WIJK, code, gemeente_of(code))
            for code in sorted(codes)
            if code[:2] == "WK" and gemeente_of(code) in here
        ]
        regions = (*land, *provincies, *(Region(LEVELS[2], g.code, g.provincie) for g in places), *wijken)
        if {region.code for region in regions} != codes:
            raise ManifestError(
                f"release folder '{self.folder.name}': metingen.parquet measures regions that peiljaar {self.peiljaar} does "
                "not know. Use the version of the project that made the bundle, or a newer one."
            )
        tree, levels = tree_of(regions)
        position = {region.code: number for number, region in enumerate(regions)}
        return PublishedTree(position, tree_covariance(tree, noise_of(levels, self._sigma, detail), len(CELLS)))


def open_published(rooms: Iterable[Path], text: str) -> PublishedRelease:
    """The bundle in a folder, or the one called `<release id>` (its newest version) or `<release id>/<version>` in one
    of the rooms. Raises UserError with what there is, and RoomError when a file is not as the manifest says."""
    there = {path.parent for room in rooms for path in room.glob(f"*/*/{MANIFEST}")}
    wanted = Path(text)
    if not (wanted / MANIFEST).is_file():
        named = [path for path in there if text in (path.parent.name, f"{path.parent.name}/{path.name}")]
        if not named:
            known = ", ".join(sorted(f"{path.parent.name}/{path.name}" for path in there)) or "none"
            raise UserError(
                f"no published release '{text}'. Give a folder with a {MANIFEST}, or one of those in this data root: {known}."
            )
        wanted = max(named, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])
    manifest = verify(wanted)
    lacking = sorted({*_FACTS} - manifest.facts.keys()) + sorted({*_FILES} - {entry.path for entry in manifest.files})
    if lacking:
        raise ManifestError(
            f"release folder '{wanted.name}' is not a whole bundle: its manifest lacks {', '.join(lacking)}. Take the bundle "
            "as `blindevlek release make` wrote it."
        )
    return PublishedRelease(wanted, manifest.facts)


def cells_of(age: str, sex: str) -> int:
    """The number of cells of a published age band and sex. Raises UserError for another one."""
    found = {(marginal.age, marginal.sex): len(marginal.cells) for marginal in MARGINALS}
    if (age, sex) not in found:
        ages, sexes = (list(dict.fromkeys(names)) for names in zip(*found, strict=True))
        raise UserError(
            f"no figures for age '{age}' and sex '{sex}'. Published ages: {', '.join(ages)}; sexes: {', '.join(sexes)}."
        )
    return found[age, sex]


def require_known(wanted: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise UserError that names what is not there, with the nearest that is."""
    there = set(known)
    for one in wanted:
        if one not in there:
            raise UserError(f"{what} '{one}' is not in the release.{nearest(one, there)}")
