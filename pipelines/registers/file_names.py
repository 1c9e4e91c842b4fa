"""What the name of a delivered file says: which register, which period, which version.

What belongs here: CBS's ways of naming. What does not: choosing among files (see `finding.py`), and what is in them.

The ways, for a register NAMETAB (or NAMEBUS): `NAME2023TABV1`, `NAMETAB2016V1`, `NAMETAB 2013V1`, `130614 NAMETAB 2010V1`
(the date of making in front), `NAME2023TAB03V1` (a release inside), `NAME202312TABV1` (a month), `NAMETABV2024031` (an
edition: all years up to March 2024, version 1), `NAMETABV1`. A register without TAB or BUS: `NAME2020V2`, `NAME 2019 V3`.
"""

import re
from dataclasses import dataclass
from functools import cache

from pipelines.registers.catalogue_model import Register

_YEAR = r"(?P<period>(?:19|20)\d{2})"
_VERSION = r"(?:[ _]?V(?P<version>\d{1,2}))?"
_MADE_ON = r"(?:\d{6} )?"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_QUARTER = r"(?P<quarter>[KQ]?0?[1-4])"


@dataclass(frozen=True)
class FileName:
    """What a name says. `part`: the month ("03"), quarter ("K1") or day ("1231") that the file holds, if not the whole
    year. `version`: higher is newer; (release or edition, number). `edition`: (year, month) up to which a file of all
    years goes."""

    year: int | None
    part: str | None
    version: tuple[int, int]
    edition: tuple[int, int] | None = None

    @property
    def version_text(self) -> str:
        """The version as the name writes it: `V1`, `03V1`, `V2024031`."""
        if self.edition:
            return f"V{self.edition[0]}{self.edition[1]:02d}{self.version[1]}"
        return f"{self.version[0]:02d}V{self.version[1]}" if self.version[0] else f"V{self.version[1]}"


def read_name(stem: str, register: Register) -> FileName | None:
    """What a file name (without its extension) says when it is one of this register; None when it is not.

    Capitals do not count. The whole name must fit: `GBAPERSOONKTAB2020V1` is no GBAPERSOONTAB. The register's own
    `names` and `file_patterns` come first, then the general ways.
    """
    for pattern in _patterns(register.name, register.names, register.file_patterns, register.period == "quarter"):
        if match := pattern.fullmatch(stem):
            return _said(match.groupdict())
    return None


def examples(register: Register, year: int) -> tuple[str, ...]:
    """Two names (without extension) that would be read as this register and year, for a message."""
    base, kind = _split(register.name)
    own = [name.upper().replace("JJJJ", str(year)).replace("KK", "04").replace("MM", "12") for name in register.names]
    own = [f"{name.removesuffix('VV').rstrip()}V1" for name in own]
    names = (*own, f"{base}{year}{kind}V1", f"{register.name}{year}V1")
    return tuple(dict.fromkeys(name for name in names if read_name(name, register)))[:2]


@cache
def _patterns(name: str, names: tuple[str, ...], own: tuple[str, ...], quarterly: bool) -> tuple[re.Pattern[str], ...]:
    texts = (*map(_from_notation, names), *own, *_general(name, quarterly))
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)


def _general(name: str, quarterly: bool) -> tuple[str, ...]:
    base, kind = _split(name)
    part = f"(?:{_QUARTER})?" if quarterly else f"(?:{_MONTH}{_DAY}?)?"
    whole = f"{_MADE_ON}{re.escape(name)} ?{_YEAR}{part}{_VERSION}"
    if not kind:
        return (whole,)
    return (
        f"{_MADE_ON}{re.escape(base)}{_YEAR}{part}{kind}(?P<release>\\d{{2}})?{_VERSION}",
        whole,
        f"{re.escape(name)}V(?P<edition>(?:19|20)\\d{{2}}(?:0[1-9]|1[0-2]))(?P<version>\\d)",
        f"{re.escape(name)}{_VERSION}",
    )


def _from_notation(text: str) -> str:
    """The catalogue's own notation (`NAMEJJJJMMTABVV`) as a pattern: JJJJ year, MM month, DD day, KK quarter, VV version."""
    pattern = _MADE_ON + re.escape(text)
    pattern = re.sub("VV$", lambda _: _VERSION, pattern, flags=re.IGNORECASE)
    for mark, meant in (("JJJJ", _YEAR), ("jjjj", _YEAR)):
        for ending, part in (("MMDD", _MONTH + _DAY), ("KK", _QUARTER), ("MM", _MONTH), ("", "")):
            written = mark + (ending if mark.isupper() else ending.lower())
            if written in pattern:
                return pattern.replace(written, meant + part, 1).replace(mark, r"\d{4}")
    return pattern


def _split(name: str) -> tuple[str, str]:
    """GBAPERSOONTAB as (GBAPERSOON, TAB)."""
    found = re.fullmatch(r"(.+?)(TAB|BUS)", name, re.IGNORECASE)
    return (found[1], found[2]) if found else (name, "")


def _said(groups: dict[str, str | None]) -> FileName:
    year, number = groups.get("period"), int(groups.get("version") or 1)
    month, day, quarter = groups.get("month"), groups.get("day"), groups.get("quarter")
    part = f"K{quarter[-1]}" if quarter else f"{month}{day or ''}" if month else None
    if edition := groups.get("edition"):
        until = (int(edition[:4]), int(edition[4:]))
        return FileName(None, part, (int(edition), number), until)
    return FileName(int(year) if year else None, part, (int(groups.get("release") or 0), number))
