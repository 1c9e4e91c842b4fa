"""Raw municipal files of the synthetic Netherlands: keyed by BSN, as gemeenten have them before anything is replaced.

What belongs here: inventing numbers that are given to nobody, and writing the files. What does not: pseudonyms and the
linkage table (`pipelines/registers/municipal`), which need a key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import UserError
from pipelines.population.engine import rows_of, value_of

_PREFIXES = 10**6
"""First eight digits that begin with 00; ten in eleven of them have a last digit that passes the eleven-test."""
_STRIDE = 387_420_489 % _PREFIXES
"""Odd and no multiple of five, so that steps of this size visit every prefix once."""
_UNKNOWN_TO_CBS = 200
"""One in so many people stands in the files a second time under a number that CBS cannot link, as in life."""
MARK = "VERZONNEN"
"""In the name of every file: the people and their numbers are invented."""


@dataclass(frozen=True)
class RawFile:
    """A raw file of one gemeente; it may have no rows."""

    path: Path
    register: str
    gemeente: str


@dataclass(frozen=True)
class Known:
    """What CBS knows of a BSN in a register."""

    register: str
    bsn: str
    rinpersoons: str
    rinpersoon: str


class RawMaker:
    """Makes raw files from the files of a synthetic delivery that is keyed by RIN.

    `sources`: register -> its rows, an Arrow table of text columns; `covered`: register -> the gemeenten that deliver it.
    """

    def __init__(self, sources: Mapping[str, Any], covered: Mapping[str, tuple[str, ...]], peiljaar: int) -> None:
        self._sources, self._covered, self._peiljaar = sources, covered, peiljaar
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET temp_directory = ''")
        for register, rows in sources.items():
            self._connection.register("delivered", rows)
            self._connection.execute(f"CREATE TABLE {register} AS {_lower_case(rows.column_names)}")
            self._connection.unregister("delivered")
        self._give_numbers()

    def close(self) -> None:
        self._connection.close()

    def write(self, folder: Path) -> list[RawFile]:
        """Write one CSV per register and gemeente: semicolons, Dutch dates in half of them, Windows line ends."""
        written: list[RawFile] = []
        for register in self._sources:
            for gemeente in self._covered[register]:
                path = folder / gemeente / f"{MARK}-{register}{self._peiljaar}-{gemeente}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                header, rows = self._rows(register, gemeente)
                lines = [";".join(header), *(";".join(row) for row in rows)]
                path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252"))
                written.append(RawFile(path, register, gemeente))
        return written

    def known(self) -> Iterator[Known]:
        """What CBS knows: every person of every register, without the numbers that CBS cannot link."""
        for register in self._sources:
            found = rows_of(
                self._connection,
                f"SELECT DISTINCT n.bsn, n.rinpersoons, n.rinpersoon FROM {register} JOIN numbers n "
                "USING (rinpersoons, rinpersoon) ORDER BY 1",
            )
            yield from (Known(register, *row) for row in found)

    def _give_numbers(self) -> None:
        """`numbers`: rinpersoons, rinpersoon, bsn, and for some a second number (`stray`)."""
        everybody = " UNION ".join(f"SELECT rinpersoons, rinpersoon FROM {register}" for register in self._sources)
        digits = " + ".join(f"{9 - place} * ((prefix // {10 ** (7 - place)}) % 10)" for place in range(8))
        self._connection.execute(
            f"CREATE TABLE free AS SELECT row_number() OVER (ORDER BY turn) AS turn, printf('%08d%d', prefix, last) AS bsn "
            f"FROM (SELECT turn, prefix, ({digits}) % 11 AS last FROM "
            f"(SELECT range AS turn, (range * {_STRIDE} + 1) % {_PREFIXES} AS prefix FROM range({_PREFIXES}))) "
            "WHERE last < 10 AND prefix > 0"
        )
        self._connection.execute(
            f"CREATE TABLE people AS SELECT *, row_number() OVER (ORDER BY rinpersoons, rinpersoon) AS turn FROM ({everybody}) "
            "WHERE rinpersoon NOT IN ('000000000', '000000001', '---------')"
        )
        people = value_of(self._connection, "SELECT count(*) FROM people")
        if people * 2 > value_of(self._connection, "SELECT count(*) FROM free"):
            raise UserError(
                "there are not enough BSNs that are given to nobody for so many people: use a smaller SCALE."
            )
        self._connection.execute(
            "CREATE TABLE numbers AS SELECT p.rinpersoons, p.rinpersoon, f.bsn, "
            f"CASE WHEN p.turn % {_UNKNOWN_TO_CBS} = 0 THEN s.bsn END AS stray FROM people p JOIN free f USING (turn) "
            f"JOIN free s ON s.turn = p.turn + {people}"
        )

    def _rows(self, register: str, gemeente: str) -> tuple[list[str], list[tuple[str, ...]]]:
        described = rows_of(self._connection, f"DESCRIBE {register}")
        names = [name for name, *_ in described if name not in ("rinpersoons", "rinpersoon", "gemeente")]
        shown = ", ".join(_as_written(name, int(gemeente[2:]) % 2 == 0) for name in names)
        where = f"gemeente = '{gemeente[2:]}'"
        join = f"FROM {register} r JOIN numbers n USING (rinpersoons, rinpersoon) WHERE {where}"
        rows = rows_of(
            self._connection,
            f"SELECT bsn, {shown} {join} UNION ALL SELECT stray, {shown} {join} AND stray IS NOT NULL ORDER BY ALL",
        )
        return ["bsn", *names], rows


def _lower_case(names: Iterable[str]) -> str:
    columns = ", ".join(f"coalesce(trim(\"{name}\"::VARCHAR), '') AS {name.lower()}" for name in names)
    return f"SELECT {columns} FROM delivered"


def _as_written(name: str, dutch: bool) -> str:
    """A value as an official writes it: half of the gemeenten write dates the Dutch way, and leave open ends empty."""
    if not dutch or "datum" not in name:
        return name
    date = f"substr({name}, 7, 2) || '-' || substr({name}, 5, 2) || '-' || substr({name}, 1, 4)"
    return f"CASE WHEN {name} IN ('', '88888888') THEN '' ELSE {date} END"
