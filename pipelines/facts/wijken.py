"""Lists of wijken: the public parts of gemeenten that a release plan may measure below them.

What belongs here: reading such a list and refusing one that is no partition of the gemeenten of its peiljaar. What does
not: who lives in which wijk (a delivery says that), and the lists themselves, which stand beside the release plans.

A tree adds up, so whoever is counted in a gemeente must be counted in a leaf below it. People at an address without a wijk of
the list are in the leaf "wijk onbekend" of their gemeente. It is measured as any wijk is, also where nobody is in it: which
leaves there are hangs on the list alone.
"""

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.errors import SpecError, nearest
from pipelines.facts.gemeenten import gemeenten

COLUMNS = ("wijk", "gemeente", "naam", "inwoners", "peiljaar", "bron")
SYNTHETIC = "synthetisch"
"""What `bron` says of wijken that were made up for a synthetic population."""

_UNKNOWN = "--"
_CODE = re.compile(r"WK\d{6}")
_NEAR = 0.05
"""Published inhabitants of wijken are rounded, so they add up to their gemeente roughly."""
_PER_WIJK = 10


@dataclass(frozen=True)
class Wijk:
    """One leaf below a gemeente. `inwoners`: its public number of inhabitants, None for the leaf of who has no wijk."""

    code: str
    gemeente: str
    naam: str
    inwoners: int | None


@dataclass(frozen=True)
class WijkList:
    """All wijken of a peiljaar, in order of code, every gemeente with its leaf "wijk onbekend" last."""

    name: str
    peiljaar: int
    bron: str
    wijken: tuple[Wijk, ...]

    @property
    def synthetic(self) -> bool:
        return self.bron == SYNTHETIC

    @cached_property
    def by_gemeente(self) -> dict[str, tuple[Wijk, ...]]:
        """Gemeente -> its leaves."""
        found: dict[str, list[Wijk]] = {}
        for wijk in self.wijken:
            found.setdefault(wijk.gemeente, []).append(wijk)
        return {gemeente: tuple(own) for gemeente, own in found.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Code -> name of every leaf."""
        return {wijk.code: wijk.naam for wijk in self.wijken}

    @cached_property
    def inwoners(self) -> dict[str, int]:
        """Code -> public inhabitants; the leaves "wijk onbekend" are not in it."""
        return {wijk.code: wijk.inwoners for wijk in self.wijken if wijk.inwoners is not None}


def unknown_wijk(gemeente: str) -> str:
    """Code of the leaf of people of a gemeente who are in no wijk of the list; no code of CBS has this form."""
    return f"WK{gemeente[2:]}{_UNKNOWN}"


def gemeente_of(wijk: str) -> str:
    """The gemeente of a wijk, which its code names."""
    return f"GM{wijk[2:6]}"


def load_wijken(folder: Path, name: str, peiljaar: int) -> WijkList:
    """Read `<name>.csv` (UTF-8, comma, columns COLUMNS, one row per wijk) for a plan of a peiljaar.

    Raises SpecError, with the line, for a list that is not there, is of another year, names a gemeente that is not one, holds a
    wijk twice or in another gemeente than its code says, leaves out a gemeente, or whose inhabitants do not fit it.
    """
    path = folder / f"{name}.csv"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.csv"))) or "none"
        raise SpecError(f"no list of wijken '{name}' in {folder}.{nearest(name, ())} Known lists: {known}.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
    except (UnicodeDecodeError, csv.Error):
        raise SpecError(
            f"{path.name}: cannot be read as CSV in UTF-8. Save it so, with the columns {_shown()}."
        ) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise SpecError(f"{path.name}:1: the first line must be exactly {_shown()}.")
    places = {g.code: g for g in gemeenten(peiljaar)}
    found: dict[str, Wijk] = {}
    for line, row in enumerate(rows[1:], start=2):
        wijk = _wijk(path.name, line, row, peiljaar, frozenset(places))
        if wijk.code in found:
            raise SpecError(f"{path.name}:{line}: {wijk.code} stands in the list twice. Give each wijk one row.")
        found[wijk.code] = wijk
    sources = {row[COLUMNS.index("bron")] for row in rows[1:]}
    if len(sources) != 1:
        raise SpecError(f"{path.name}: `bron` must say the same in every row, once where the list comes from.")
    for code, gemeente in places.items():
        _require_covered(path.name, code, gemeente.inwoners, [w for w in found.values() if w.gemeente == code])
    unknown = [Wijk(unknown_wijk(code), code, f"Wijk onbekend ({g.naam})", None) for code, g in places.items()]
    leaves = sorted((*found.values(), *unknown), key=lambda wijk: (wijk.gemeente, wijk.inwoners is None, wijk.code))
    return WijkList(name, peiljaar, sources.pop(), tuple(leaves))


def _wijk(file: str, line: int, row: list[str], peiljaar: int, places: frozenset[str]) -> Wijk:
    if len(row) != len(COLUMNS):
        raise SpecError(f"{file}:{line}: found {len(row)} values, and {len(COLUMNS)} belong here: {_shown()}.")
    code, gemeente, naam, inwoners, year, bron = (value.strip() for value in row)
    if year != str(peiljaar):
        raise SpecError(
            f"{file}:{line}: wijken of peiljaar '{year}', and the plan counts {peiljaar}. Wijken are drawn anew every year and "
            f"nothing here turns one year's into another's: give the list of {peiljaar}, in the gemeenten of that year."
        )
    if not _CODE.fullmatch(code):
        raise SpecError(
            f"{file}:{line}: '{code}' is no code of a wijk. Write it as CBS does: WK and six digits (WK036300)."
        )
    if gemeente not in places:
        raise SpecError(
            f"{file}:{line}: {code} lies in '{gemeente}', which is no gemeente of peiljaar {peiljaar}."
            f"{nearest(gemeente, places)}"
        )
    if gemeente != gemeente_of(code):
        raise SpecError(
            f"{file}:{line}: {code} is a code of {gemeente_of(code)} and the row says {gemeente}. Mend one of them."
        )
    if not naam or not bron:
        raise SpecError(f"{file}:{line}: {code} has no name or no `bron`. Give both.")
    if not re.fullmatch(r"\d{1,8}", inwoners):
        raise SpecError(f"{file}:{line}: inwoners of {code} must be a whole number of at least 0.")
    return Wijk(code, gemeente, naam, int(inwoners))


def _require_covered(file: str, gemeente: str, inhabitants: int, own: list[Wijk]) -> None:
    if not own:
        raise SpecError(
            f"{file}: {gemeente} has no wijk in the list. Every gemeente needs at least one, or the list does not cover the "
            "country; a gemeente that is not divided is one wijk."
        )
    total = sum(wijk.inwoners or 0 for wijk in own)
    if abs(total - inhabitants) > _NEAR * inhabitants + _PER_WIJK * len(own):
        raise SpecError(
            f"{file}: the wijken of {gemeente} have {total} inhabitants together, and the gemeente has {inhabitants}. Some wijk is "
            "missing, or the figures are of another year."
        )


def _shown() -> str:
    return ",".join(COLUMNS)
