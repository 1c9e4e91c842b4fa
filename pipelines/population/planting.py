"""Choosing the planted people, and the truth about them.

What belongs here: who plays which script. What does not: the scripts (`scripts.py`) and their effect (every
module of a scheme asks `scripted`). The truth is for tests and benchmarks only; the pipeline never reads it.
"""

from fractions import Fraction
from functools import cache

import duckdb

from pipelines.errors import UserError
from pipelines.population.engine import put_table, rows_of
from pipelines.population.scripts import AGE_CLASSES, GROUPS, Delivering, Group
from pipelines.population.uniforms import uniform

_DELIVERY_CLASSES: tuple[Delivering, ...] = ("all", "no schuldhulp", "no vroegsignalering")
_DELIVERY_SQL = "CASE WHEN NOT place_schuldhulp(g) THEN 1 WHEN NOT place_vroegsignalering(g) THEN 2 ELSE 0 END"


@cache
def script_facts() -> tuple[frozenset[str], ...]:
    """What each script gives; a script's number is its place here plus one (0 is nobody's)."""
    return tuple(variant for group in GROUPS for variant in group.variants)


def scripted(*facts: str) -> str:
    """SQL over `plant`: does the script give at least one of these facts? Cheap only after `plant > 0`.

    Not as IN: a long list becomes a join, and a join loses the order of rows.
    """
    wanted = frozenset(facts)
    found = [str(number) for number, given in enumerate(script_facts(), start=1) if given & wanted]
    return f"list_contains([{', '.join(found)}], plant)" if found else "false"


def plant(connection: duckdb.DuckDBPyConnection, scale: Fraction) -> None:
    """Write `picks` (idx, plant) from `drafts` and `planted_truth` (plant, persona, state, near_miss_of).

    Raises UserError when the population is too small to hold them.
    """
    connection.execute(_candidates_sql())
    sizes = {
        (age_class, delivery): people
        for age_class, delivery, people in rows_of(
            connection, "SELECT age_class, delivery, count(*) FROM candidates GROUP BY ALL ORDER BY ALL"
        )
    }
    put_table(
        connection,
        "casting",
        ("pool_age", "pool_delivery", "first", "last", "script", "variants"),
        _casting(sizes, scale),
    )
    connection.execute("""
        CREATE TABLE picks AS
        SELECT idx, (script + (turn - first) % variants)::USMALLINT AS plant
        FROM candidates
        JOIN casting ON pool_age = age_class AND pool_delivery = delivery AND turn BETWEEN first AND last
        ORDER BY idx
    """)
    truths = [
        (number, truth.persona, truth.state, truth.near_miss_of)
        for number, group in _numbered()
        for truth in group.truths
    ]
    put_table(connection, "planted_truth", ("plant", "persona", "state", "near_miss_of"), truths)
    connection.execute("DROP TABLE candidates")


def truth_sql() -> str:
    """The truth file: persona, rinpersoon, state, near_miss_of; in order of person and persona."""
    return """
        SELECT t.persona, p.rin AS rinpersoon, t.state, t.near_miss_of
        FROM people p JOIN planted_truth t USING (plant)
        WHERE p.plant > 0 ORDER BY rinpersoon, t.persona
    """


def _numbered() -> list[tuple[int, Group]]:
    groups = [group for group in GROUPS for _ in group.variants]
    return list(enumerate(groups, start=1))


def _candidates_sql() -> str:
    """People who could be planted, in a random but fixed turn within their class of age and gemeente."""
    classes = " ".join(
        f"WHEN d.plhh = {place} AND d.age BETWEEN {low} AND {high} THEN {number}"
        for number, (place, low, high) in enumerate(AGE_CLASSES.values())
    )
    return f"""
        CREATE TABLE candidates AS
        SELECT idx, age_class, delivery,
            row_number() OVER (PARTITION BY age_class, delivery ORDER BY draw, idx) AS turn
        FROM (
            SELECT idx, CASE {classes} END AS age_class, {_DELIVERY_SQL} AS delivery,
                {uniform("person_hash(idx)", "planting")} AS draw
            FROM drafts d WHERE d.plhh IN (1, 2) AND d.age >= 18
        )
        WHERE age_class IS NOT NULL
    """


def _casting(sizes: dict[tuple[int, int], int], scale: Fraction) -> list[tuple[int, int, int, int, int, int]]:
    """Stretches of turns per pool: (age class, delivery class, first, last, first script, variants)."""
    given: dict[tuple[int, int], int] = {}
    stretches = []
    script = 1
    for group in GROUPS:
        for pool, people in _quota(group, sizes, scale):
            first = given.get(pool, 0) + 1
            given[pool] = first + people - 1
            if people:
                stretches.append((*pool, first, given[pool], script, len(group.variants)))
        script += len(group.variants)
    short = [pool for pool, people in given.items() if people > sizes.get(pool, 0) // 2]
    if short:
        raise UserError(
            f"scale {scale} is too small to hold the people who are planted on purpose: choose a larger scale "
            "(1/500 fits for every peiljaar that is known)."
        )
    return stretches


def _quota(group: Group, sizes: dict[tuple[int, int], int], scale: Fraction) -> list[tuple[tuple[int, int], int]]:
    """How many of a group come from which pool: over ages by their weight, over gemeenten by their people."""
    ages = list(AGE_CLASSES)
    wanted = max(group.fewest, round(group.number * scale))
    by_age = _divide(wanted, [weight for _, weight in group.ages])
    quota: list[tuple[tuple[int, int], int]] = []
    for (age_class, _), people in zip(group.ages, by_age, strict=True):
        number = ages.index(age_class)
        if group.delivering == "anywhere":
            places = [sizes.get((number, d), 0) for d in range(len(_DELIVERY_CLASSES))]
            quota.extend(((number, d), part) for d, part in enumerate(_divide(people, places)))
        else:
            quota.append(((number, _DELIVERY_CLASSES.index(group.delivering)), people))
    return quota


def _divide(total: int, weights: list[int]) -> list[int]:
    whole = max(sum(weights), 1)
    ends = [total * sum(weights[: i + 1]) // whole for i in range(len(weights))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
