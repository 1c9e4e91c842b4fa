"""Who is befallen by what: chances that add up to public totals.

What belongs here: turning a weight per person into a chance, so that the expected number is the target. What does
not: the weights (the modules of the schemes). Sums are taken over whole numbers, so that the order in which
threads add them up cannot change the result.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from pipelines.population.engine import rows_of
from pipelines.population.planting import scripted
from pipelines.population.uniforms import uniform
from pipelines.progress import Progress

_FIXED_POINT = 65_536
_WHOLE_SUMS = Fraction(1, 5)


@dataclass(frozen=True)
class Chance:
    """Something that befalls people.

    `weight`: SQL over the row of a person, 0 for who cannot have it. `target`: persons (or households) at scale 1
    whom the weights are made to add up to; None when the weight is the chance itself. `share`: column of `places`
    that divides the target over gemeenten. `household`: falls on whole households, so the weight may only use
    what its members share. `scripted`: what a planted person has; `scripted_else`: the chance of other planted
    people, above 0 only where no persona reads it.
    """

    name: str
    weight: str
    target: int | None = None
    share: str | None = None
    household: bool = False
    scripted: tuple[str, ...] = ()
    scripted_else: float = 0.0
    beside_planting: bool = False
    most: float = 0.9

    def __post_init__(self) -> None:
        # As decimals (how SQL reads 0.9) these numbers would be converted again for every row.
        object.__setattr__(self, "weight", re.sub(r"(?<![\w.])(\d+\.\d+)(?![\w.])", r"\1e0", self.weight))

    @property
    def draw(self) -> str:
        """SQL of the uniform that decides."""
        return uniform("hhh" if self.household else "hi", self.name)


@dataclass(frozen=True)
class Stage:
    """Chances that depend on earlier stages only, and what is computed from them: further `flags` (boolean) and
    `columns`. `draws`: uniforms that these use more than once; `drop`: columns that nothing later reads."""

    chances: tuple[Chance, ...]
    draws: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def flag_names(self) -> tuple[str, ...]:
        return (*(chance.name for chance in self.chances), *(name for name, _ in self.flags))


def run_stages(
    connection: duckdb.DuckDBPyConnection, stages: tuple[Stage, ...], scale: Fraction, progress: Progress
) -> None:
    """Give everybody in `people` what befalls them: a boolean column per chance and flag, and further columns.

    The booleans are bits of one number in the table `people_packed`, and `people` becomes a view that names them:
    as columns of their own they would take several times the memory.
    """
    connection.execute("ALTER TABLE people RENAME TO people_packed")
    connection.execute("ALTER TABLE people_packed ADD COLUMN flags UINTEGER DEFAULT 0")
    known: tuple[str, ...] = ()
    for stage in stages:
        progress(f"population: {', '.join(stage.flag_names)}")
        _name_flags(connection, known)
        connection.execute(f"CREATE TABLE factors AS {_no_factors_sql(stage)}")
        # The second time makes up for what the highest chances cut off.
        for bounded in (False, True):
            connection.execute(f"CREATE TABLE factors_next AS {_factors_sql(stage, scale, bounded)}")
            connection.execute("DROP TABLE factors")
            connection.execute("ALTER TABLE factors_next RENAME TO factors")
        packed = [name for name, *_ in rows_of(connection, "DESCRIBE people_packed")]
        connection.execute(f"CREATE TABLE people_next AS {_next_sql(stage, packed, len(known))}")
        for statement in (
            "DROP VIEW people",
            "DROP TABLE people_packed",
            "DROP TABLE factors",
            "ALTER TABLE people_next RENAME TO people_packed",
        ):
            connection.execute(statement)
        known += stage.flag_names
    _name_flags(connection, known)


def _name_flags(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    bits = "".join(f", (flags & {1 << place}) <> 0 AS {name}" for place, name in enumerate(names))
    connection.execute(f"CREATE VIEW people AS SELECT *{bits} FROM people_packed")


def _no_factors_sql(stage: Stage) -> str:
    ones = ", ".join(f"1.0::DOUBLE AS f_{chance.name}" for chance in stage.chances)
    return f"SELECT g, debt_level, homeless_level, {ones} FROM places"


def _factors_sql(stage: Stage, scale: Fraction, bounded: bool) -> str:
    """Better factors from the present ones: per chance what makes a weight a probability, one row per gemeente."""
    one_in = _one_in(scale)
    sums, columns = [], []
    for chance in stage.chances:
        name = chance.name
        if chance.target is None:
            columns.append(f"f_{name}")
            continue
        chances = f"({chance.weight}) * f_{name}"
        if bounded:
            chances = f"least({chance.most}, {chances})"
        divided = f"/ size * {_FIXED_POINT}" if chance.household else f"* {_FIXED_POINT}"
        planted = "0" if chance.beside_planting else f"count(*) FILTER (plant IN ({scripted(*chance.scripted)}))"
        sums.append(
            f"sum(CASE WHEN plant = 0 THEN ({chances} {divided})::BIGINT ELSE 0 END) AS w_{name}, {planted} AS n_{name}"
        )
        over = "" if chance.share else "OVER ()"
        expected = f"sum(w_{name}) OVER ()" if over else f"w_{name}"
        already = f"sum(n_{name}) OVER ()" if over else f"n_{name}"
        target = f"{float(chance.target * scale)} * {chance.share or 1}"
        columns.append(
            f"f_{name} * greatest({target} - {already}, 0)::DOUBLE * {_FIXED_POINT} "
            f"/ ({one_in} * greatest({expected}, 1)::DOUBLE) AS f_{name}"
        )
    return f"""
        WITH sums AS (
            SELECT g, {", ".join(sums) or "0 AS nothing"}
            FROM people JOIN factors USING (g) WHERE hi % {one_in} = 0 OR plant > 0 GROUP BY g
        )
        SELECT g, f.debt_level, f.homeless_level, {", ".join(columns)}
        FROM factors f JOIN sums USING (g) JOIN places USING (g)
    """


def _one_in(scale: Fraction) -> int:
    """Sums are taken over one in so many people: enough for the sums, and several times faster."""
    return 8 if scale > _WHOLE_SUMS else 1


def _next_sql(stage: Stage, packed: list[str], first_bit: int) -> str:
    draws = [*((f"d_{chance.name}", chance.draw) for chance in stage.chances), *stage.draws]
    items = [f"{_befallen(chance)} AS {chance.name}" for chance in stage.chances]
    items.extend(f"{expression} AS {name}" for name, expression in (*stage.flags, *stage.columns))
    bits = " | ".join(f"({name}::UINTEGER * {1 << first_bit + i})" for i, name in enumerate(stage.flag_names))
    kept = [name for name in packed if name not in ("flags", *stage.drop)]
    kept.extend(name for name, _ in stage.columns)
    return f"""
        SELECT {", ".join(kept)}, flags | {bits} AS flags
        FROM (
            SELECT p.*, {", ".join(items)}
            FROM (SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in draws)} FROM people) p JOIN factors USING (g)
        )
    """


def _befallen(chance: Chance) -> str:
    """SQL: does it befall this person? Planted people have what their script says."""
    otherwise = f" OR d_{chance.name} < {chance.scripted_else}" if chance.scripted_else else ""
    return (
        f"CASE WHEN plant > 0 THEN plant IN ({scripted(*chance.scripted)}){otherwise} "
        f"ELSE d_{chance.name} < least({chance.most}, ({chance.weight}) * f_{chance.name}) END"
    )
