"""Who is befallen by what: chances that add up to public totals.

What belongs here: turning a weight per person into a chance, so that the expected number is the target. What does
not: the weights (the modules of the schemes). Sums are taken over whole numbers, so that the order in which
threads add them up cannot change the result.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from pipelines.population.engine import put_lookup, rows_of, value_of
from pipelines.population.planting import scripted
from pipelines.population.uniforms import uniform
from pipelines.progress import Progress

_FIXED_POINT = 65_536
_WHOLE_SUMS = Fraction(1, 5)


@dataclass(frozen=True)
class Chance:
    """Something that befalls people.

    `weight`: SQL over the row of a person (columns and `place_...(g)`), 0 for who cannot have it. `target`: persons (or households) at scale 1
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
        _find_factors(connection, stage, scale)
        packed = [name for name, *_ in rows_of(connection, "DESCRIBE people_packed")]
        connection.execute(f"CREATE TABLE people_next AS {_next_sql(stage, packed, len(known))}")
        connection.execute("DROP VIEW people")
        connection.execute("DROP TABLE people_packed")
        connection.execute("ALTER TABLE people_next RENAME TO people_packed")
        known += stage.flag_names
    _name_flags(connection, known)


def befallen(chance: Chance) -> str:
    """SQL over a person with draw `d_<name>`: does it befall them? Planted people have what their script says."""
    otherwise = f" OR d_{chance.name} < {chance.scripted_else}" if chance.scripted_else else ""
    return (
        f"CASE WHEN plant > 0 THEN {scripted(*chance.scripted)}{otherwise} "
        f"ELSE d_{chance.name} < least({chance.most}e0, ({chance.weight}) * f_{chance.name}(g)) END"
    )


def _name_flags(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    bits = "".join(f", (flags & {1 << place}) <> 0 AS {name}" for place, name in enumerate(names))
    connection.execute(f"CREATE VIEW people AS SELECT *{bits} FROM people_packed")


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
        sums.append(f"sum(CASE WHEN plant = 0 THEN ({present} {divided})::BIGINT ELSE 0 END) AS w_{name}")
        planted = "0" if chance.beside_planting else f"count(*) FILTER (plant > 0 AND {scripted(*chance.scripted)})"
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
            FROM people WHERE hi % {one_in} = 0 OR plant > 0 GROUP BY g
        )
        SELECT g, {", ".join(ratios)} FROM sums
    """


def _one_in(scale: Fraction) -> int:
    """Sums are taken over one in so many people: enough for the sums, and several times faster."""
    return 8 if scale > _WHOLE_SUMS else 1


def _next_sql(stage: Stage, packed: list[str], first_bit: int) -> str:
    draws = [*((f"d_{chance.name}", chance.draw) for chance in stage.chances), *stage.draws]
    items = [f"{befallen(chance)} AS {chance.name}" for chance in stage.chances]
    items.extend(f"{expression} AS {name}" for name, expression in (*stage.flags, *stage.columns))
    bits = " | ".join(f"({name}::UINTEGER * {1 << first_bit + i})" for i, name in enumerate(stage.flag_names))
    kept = [name for name in packed if name not in ("flags", *stage.drop)]
    kept.extend(name for name, _ in stage.columns)
    return f"""
        SELECT {", ".join(kept)}, flags | {bits} AS flags
        FROM (
            SELECT p.*, {", ".join(items)}
            FROM (SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in draws)} FROM people) p
        )
    """
