"""Who is befallen by what: chances that add up to public totals.

What belongs here: turning a weight per person into a chance, so that the expected number is the target. What does
not: the weights (the modules of the schemes). Sums are taken over whole numbers, so that the order in which
threads add them up cannot change the result.
"""

from dataclasses import dataclass
from fractions import Fraction

import duckdb

from pipelines.population.planting import scripted
from pipelines.population.uniforms import uniform

_FIXED_POINT = 65_536
_LEVELS = "(SELECT g, debt_level, homeless_level FROM places)"


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
    most: float = 0.9

    @property
    def draw(self) -> str:
        """SQL of the uniform that decides."""
        return uniform("hhh" if self.household else "hi", self.name)


@dataclass(frozen=True)
class Stage:
    """Chances that depend on earlier stages only, and columns computed from them."""

    chances: tuple[Chance, ...]
    columns: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()


def run_stage(connection: duckdb.DuckDBPyConnection, stage: Stage, scale: Fraction) -> None:
    """Replace `people` by itself with a boolean column per chance, and the further columns."""
    connection.execute(f"CREATE TABLE factors AS {_factors_sql(stage, scale)}")
    connection.execute(f"CREATE TABLE people_next AS {_next_sql(stage)}")
    for statement in (
        "DROP TABLE people",
        "DROP TABLE factors",
        "ALTER TABLE people_next RENAME TO people",
    ):
        connection.execute(statement)


def _factors_sql(stage: Stage, scale: Fraction) -> str:
    """One row per gemeente: its levels, and per chance the factor `f_<name>` that makes a weight a probability."""
    sums, columns = [], []
    for chance in stage.chances:
        name = chance.name
        if chance.target is None:
            columns.append(f"1.0 AS f_{name}")
            continue
        divided = "/ size" if chance.household else ""
        sums.append(
            f"sum(CASE WHEN plant = 0 THEN (({chance.weight}) * {_FIXED_POINT} {divided})::BIGINT ELSE 0 END) AS w_{name}, "
            f"count(*) FILTER (plant IN ({scripted(*chance.scripted)})) AS n_{name}"
        )
        total = float(chance.target * scale)
        if chance.share:
            target, weight, planted = f"{total} * {chance.share}", f"w_{name}", f"n_{name}"
        else:
            target, weight, planted = f"{total}", f"sum(w_{name}) OVER ()", f"sum(n_{name}) OVER ()"
        columns.append(
            f"greatest({target} - {planted}, 0)::DOUBLE * {_FIXED_POINT} / greatest({weight}, 1)::DOUBLE AS f_{name}"
        )
    return f"""
        WITH sums AS (SELECT g, {", ".join(sums) or "0 AS nothing"} FROM people JOIN {_LEVELS} USING (g) GROUP BY g)
        SELECT g, debt_level, homeless_level, {", ".join(columns)} FROM sums JOIN places USING (g)
    """  # noqa: S608 - names and expressions of ours


def _next_sql(stage: Stage) -> str:
    items = []
    for chance in stage.chances:
        otherwise = f" OR {chance.draw} < {chance.scripted_else}" if chance.scripted_else else ""
        items.append(
            f"CASE WHEN plant > 0 THEN plant IN ({scripted(*chance.scripted)}){otherwise} "
            f"ELSE {chance.draw} < least({chance.most}, ({chance.weight}) * f_{chance.name}) END AS {chance.name}"
        )
    items.extend(f"{expression} AS {name}" for name, expression in stage.columns)
    dropped = f"EXCLUDE ({', '.join(stage.drop)})" if stage.drop else ""
    return f"SELECT people.* {dropped}, {', '.join(items)} FROM people JOIN factors USING (g)"  # noqa: S608 - names and expressions of ours
