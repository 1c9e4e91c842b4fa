"""Who is befallen by what: chances that add up to public totals.

What belongs here: turning a weight per person into a chance, so that the expected number is the target. What does
not: the weights (the modules of the schemes). Sums are taken over whole numbers, so that the order in which
threads add them up cannot change the result.
"""

from dataclasses import dataclass
from fractions import Fraction

import duckdb

from pipelines.population.engine import put_lookup, rows_of, value_of
from pipelines.population.lasting import years_of
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import doubles, lasting_since, lasting_uniform
from pipelines.progress import Progress

_FIXED_POINT = 65_536
_WHOLE_SUMS = Fraction(1, 5)


@dataclass(frozen=True)
class Chance:
    """Something that befalls people.

    `only`: SQL, cheap, of who can have it at all. `weight`: SQL over their row (columns and `place_...(g)`). `target`: persons (or households) at scale 1
    whom the weights are made to add up to; None when the weight is the chance itself. `share`: column of `places`
    that divides the target over gemeenten. `household`: falls on whole households, so the weight may only use
    what its members share. `scripted`: the facts that give it to a planted person, who has it from nothing else.
    `most`: the highest chance anybody can have; the lower, the fewer weights are worked out. A draw
    stands for years (`lasting.py`), so that who has it this year mostly has it next year; everybody draws again in
    years of their own.
    """

    name: str
    weight: str
    only: str = "true"
    target: int | None = None
    share: str | None = None
    household: bool = False
    scripted: tuple[str, ...] = ()
    beside_planting: bool = False
    most: float = 0.9

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", doubles(self.weight))

    def drawn(self, year: int, back: int = 0) -> str:
        """SQL of the uniform that decides in a year; `back` = 1: the one that stood before."""
        return lasting_uniform(self._hashed, self.name, self.lasts, year, back)

    def begun(self, year: int) -> str:
        """SQL of the year since which the draw of a year stands: what it gives began then, or later in life."""
        return lasting_since(self._hashed, self.name, self.lasts, year)

    @property
    def lasts(self) -> int:
        """Years for which a draw stands."""
        return years_of(self.name)

    def ends_in(self, year: int) -> str:
        """SQL: is this the last year for which the draw stands?"""
        return f"({self.begun(year)} = {year - self.lasts + 1})"

    def formerly(self, year: int) -> tuple[str, str]:
        """A further flag of a stage, `<name>_voorheen`: it befell somebody by the draw that gave way in this year."""
        # One after the other, the cheap questions first: an AND would ask all of everybody.
        sql = f"""CASE WHEN plant > 0 THEN false WHEN {self.only} THEN CASE WHEN {self.begun(year)} < {year} THEN false
            ELSE {self.drawn(year, back=1)} < least({self.most}e0, ({self.weight}) * f_{self.name}(g)) END ELSE false END"""
        return f"{self.name}_voorheen", sql

    @property
    def _hashed(self) -> str:
        return "hhh" if self.household else "hi"


@dataclass(frozen=True)
class Stage:
    """Chances that depend on earlier stages only, and what is computed from them: `columns`, and further `flags`
    (boolean). `draws`: uniforms that these use more than once; `drop`: columns that nothing later reads."""

    chances: tuple[Chance, ...]
    draws: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def flag_names(self) -> tuple[str, ...]:
        return (*(chance.name for chance in self.chances), *(name for name, _ in self.flags))


def run_stages(
    connection: duckdb.DuckDBPyConnection,
    stages: tuple[Stage, ...],
    common: tuple[str, ...],
    settings: PopulationSettings,
    progress: Progress,
) -> None:
    """Give everybody in `people_packed` what befalls them, and make the view `people`, which has a boolean column
    per chance and flag, and further columns; and `affected`, the same of who is planted or has a flag that is not `common`:
    a third of the people, among whom the files of schemes find theirs.

    The booleans are bits of the number `flags` in `people_packed`: as columns of their own they would take several
    times the memory.
    """
    known: tuple[str, ...] = ()
    kind = "VIEW"
    for stage in stages:
        progress(f"population: {', '.join(stage.flag_names)}")
        _name_flags(connection, known)
        _take_sample(connection, known, settings.scale)
        _find_factors(connection, stage, settings.scale)
        connection.execute("DROP VIEW sample")
        connection.execute("DROP TABLE sample_packed")
        packed = [name for name, *_ in rows_of(connection, "DESCRIBE people_packed")]
        connection.execute(f"CREATE TABLE people_next AS {_next_sql(stage, packed, len(known), settings.peiljaar)}")
        connection.execute("DROP VIEW people")
        connection.execute(f"DROP {kind} people_packed")
        connection.execute("ALTER TABLE people_next RENAME TO people_packed")
        kind = "TABLE"
        known += stage.flag_names
    _name_flags(connection, known)
    rare = sum(1 << place for place, name in enumerate(known) if name not in common)
    connection.execute(
        f"CREATE TABLE affected_packed AS SELECT * FROM people_packed WHERE plant > 0 OR flags & {rare}::UBIGINT <> 0"
    )
    _name_flags(connection, known, "affected")


def befallen(chance: Chance) -> str:
    """SQL over a person with draw `d_<name>`: does it befall them? Planted people have what their script says."""
    # Who drew more than the highest chance needs no weight: a CASE looks at the others only.
    return (
        f"CASE WHEN plant > 0 THEN {scripted(*chance.scripted)} "
        f"WHEN d_{chance.name} < {chance.most}e0 AND {chance.only} THEN d_{chance.name} < ({chance.weight}) * f_{chance.name}(g) "
        "ELSE false END"
    )


def _name_flags(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...], view: str = "people") -> None:
    bits = "".join(f", (flags & {1 << place}::UBIGINT) <> 0 AS {name}" for place, name in enumerate(names))
    connection.execute(f"CREATE VIEW {view} AS SELECT *{bits} FROM {view}_packed")


def _take_sample(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...], scale: Fraction) -> None:
    """`sample`: one in so many people, and who is planted. A table, because it is gone through twice."""
    connection.execute(
        f"CREATE TABLE sample_packed AS SELECT * FROM people_packed WHERE hi & {_one_in(scale) - 1} = 0 OR plant > 0"
    )
    _name_flags(connection, names, "sample")


def _find_factors(connection: duckdb.DuckDBPyConnection, stage: Stage, scale: Fraction) -> None:
    """Make the macros `f_<name>(g)` that turn weights into chances. Once for the sum of the weights, and once
    more to make up for what the highest chances cut off."""
    places = value_of(connection, "SELECT count(*) FROM places")
    factors = {chance.name: [1.0] * places for chance in stage.chances}
    for bounded in (False, True):
        for name, values in factors.items():
            put_lookup(connection, f"f_{name}", values)
        for g, *ratios in rows_of(connection, _ratios_sql(stage, scale, bounded)):
            for chance, ratio in zip(stage.chances, ratios, strict=True):
                factors[chance.name][g] *= ratio
    for name, values in factors.items():
        put_lookup(connection, f"f_{name}", values)


def _ratios_sql(stage: Stage, scale: Fraction, bounded: bool) -> str:
    """Per gemeente and chance: by how much the present chances must go up to make the target."""
    one_in = _one_in(scale)
    sums, ratios = [], []
    for chance in stage.chances:
        name = chance.name
        if chance.target is None:
            ratios.append("1e0")
            continue
        present = f"({chance.weight}) * f_{name}(g)"
        if bounded:
            present = f"least({chance.most}e0, {present})"
        divided = f"/ size * {_FIXED_POINT}" if chance.household else f"* {_FIXED_POINT}"
        who = f"plant = 0 AND {chance.only}"
        sums.append(f"sum(CASE WHEN {who} THEN ({present} {divided})::BIGINT ELSE 0 END) AS w_{name}")
        # A CASE, because a long list of scripts is searched for whoever it is asked of.
        planted = f"count(*) FILTER (CASE WHEN plant > 0 THEN {scripted(*chance.scripted)} ELSE false END)"
        if chance.beside_planting:
            planted = "0"
        sums.append(f"{planted} AS n_{name}")
        everywhere = "{}" if chance.share else "sum({}) OVER ()"
        expected, already = everywhere.format(f"w_{name}"), everywhere.format(f"n_{name}")
        target = f"{float(chance.target * scale):.17e} * {f'place_{chance.share}(g)' if chance.share else 1}"
        ratios.append(
            f"greatest({target} - {already}, 0)::DOUBLE * {_FIXED_POINT} / ({one_in} * greatest({expected}, 1)::DOUBLE)"
        )
    return f"""
        WITH sums AS (
            SELECT g, {", ".join(sums) or "0 AS nothing"}
            FROM sample GROUP BY g
        )
        SELECT g, {", ".join(ratios)} FROM sums
    """


def _one_in(scale: Fraction) -> int:
    """Sums are taken over one in so many people (a power of two): enough for them, and several times faster."""
    return 8 if scale > _WHOLE_SUMS else 1


def _next_sql(stage: Stage, packed: list[str], first_bit: int, year: int) -> str:
    draws = [*((f"d_{chance.name}", _drawn_where_needed(chance, year)) for chance in stage.chances), *stage.draws]
    items = [f"{befallen(chance)} AS {chance.name}" for chance in stage.chances]
    further = "".join(f", {expression} AS {name}" for name, expression in (*stage.columns, *stage.flags))
    bits = " | ".join(
        f"CASE WHEN {name} THEN {1 << first_bit + i}::UBIGINT ELSE 0::UBIGINT END"
        for i, name in enumerate(stage.flag_names)
    )
    kept = [name for name in packed if name not in ("flags", *stage.drop)]
    kept.extend(name for name, _ in stage.columns)
    return f"""
        SELECT {", ".join(kept)}, flags | {bits} AS flags
        FROM (
            SELECT *{further}
            FROM (
                SELECT p.*, {", ".join(items)}
                FROM (SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in draws)} FROM people) p
            )
        )
    """


def _drawn_where_needed(chance: Chance, year: int) -> str:
    """SQL of the draw of a year, 1 for who cannot have it: of most chances that is most people."""
    drawn = chance.drawn(year)
    return drawn if chance.only == "true" else f"CASE WHEN {chance.only} THEN {drawn} ELSE 1e0 END"
