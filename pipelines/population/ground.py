"""The small tables that people are made from: gemeenten, cells of people, stretches of dwellings.

What belongs here: numbering households, objects and people. What does not: people themselves (`households.py`).
"""

from dataclasses import dataclass
from itertools import accumulate

import duckdb

from pipelines.population.composition import Place, compose
from pipelines.population.coverage import DELIVERING_SHARE, delivering
from pipelines.population.engine import put_lookup, put_table
from pipelines.population.household_roles import AGES, ROLES, SEXES
from pipelines.population.settings import PopulationSettings

LAST_AGE_GROUP_YEARS = 8
_INSTITUTION_SIZE = 55
_PEOPLE_PER_SHELTER = 30_000
_VACANT_PERCENT = 3
_STRETCH = 512

PlaceRow = tuple[bool | int | float | str, ...]

PLACE_COLUMNS = (
    "g", "code", "inwoners", "share_bijstand", "share_ao", "debt_level", "homeless_level",
    "wmo", "schuldhulp", "vroegsignalering", "thuiszitters", "urgentie",
    "singles", "couples", "families", "lone", "children", "others", "inmates",
    "family_children", "family_second", "lone_second", "family_bits", "lone_bits",
    "other_households", "institutions", "shelters", "dwellings", "vacant", "base",
)  # fmt: skip
CELL_COLUMNS = ("cell", "role", "g", "sex", "low", "width", "n", "first", "rank0")


@dataclass(frozen=True)
class Ground:
    """Totals of the small tables: `people` alive and registered, `objects` (numbers given out), and per role
    the first and last cell."""

    people: int
    objects: int
    places: int
    cells: dict[str, tuple[int, int]]


def lay_ground(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> Ground:
    """Write `ground.cells` (people of one gemeente, role, sex and age, with the numbers of their gemeente) and
    `ground.dwellings` (stretches of dwellings), a macro `place_<column>(g)` per number of a gemeente, and
    `places_total()`."""
    composed = compose(settings)
    places = _places(composed, settings)
    put_table(connection, "places", PLACE_COLUMNS, places)
    for number, name in enumerate(PLACE_COLUMNS):
        put_lookup(connection, f"place_{name}", [row[number] for row in places])
    connection.execute(f"CREATE MACRO places_total() AS {len(places)}")
    people, cells = _write_cells(connection, composed)
    connection.execute("""
        CREATE TABLE ground.cells AS SELECT * FROM cells_given JOIN places USING (g) ORDER BY cell
    """)
    connection.execute(f"""
        CREATE TABLE ground.dwellings AS
        SELECT code, base + first AS first, least({_STRETCH}, dwellings + vacant - first) AS n,
            base + singles AS couples_from, base + singles + couples AS couples_to
        FROM (SELECT *, unnest(range(0, dwellings + vacant, {_STRETCH})) AS first FROM places) ORDER BY g, first
    """)
    last = dict(zip(PLACE_COLUMNS, places[-1], strict=True))
    objects = sum(int(last[name]) for name in ("base", "dwellings", "vacant", "institutions", "shelters"))
    return Ground(people, objects, len(places), cells)


def _places(composed: list[Place], settings: PopulationSettings) -> list[PlaceRow]:
    """One row per gemeente, in the order of PLACE_COLUMNS."""
    bijstand = sum(p.gemeente.bijstand_2020 for p in composed)
    ao = sum(p.gemeente.ao_2020 for p in composed)
    inhabitants = sum(p.gemeente.inwoners for p in composed)
    rows: list[PlaceRow] = []
    base = 1
    covered = {name: set(delivering(name, settings.peiljaar)) for name in DELIVERING_SHARE}
    for g, place in enumerate(composed):
        gemeente = place.gemeente
        intensity = (gemeente.bijstand_2020 / gemeente.inwoners) / (bijstand / inhabitants)
        numbers = _household_numbers(place)
        shelters = 1 + place_total(place) // _PEOPLE_PER_SHELTER
        rows.append(
            (
                g,
                gemeente.code[2:],
                place_total(place),
                gemeente.bijstand_2020 / bijstand,
                gemeente.ao_2020 / ao,
                max(0.2, intensity) ** 0.5,
                min(4.0, (gemeente.inwoners / 40_000) ** 0.6),
                *(gemeente.code in covered[name] for name in covered),
                *numbers[:-3],
                *numbers[-3:-1],
                shelters,
                *_dwellings(numbers),
                base,
            )
        )
        dwellings, vacant = _dwellings(numbers)
        base += dwellings + vacant + numbers[-2] + shelters
    return rows


def place_total(place: Place) -> int:
    """People in a gemeente."""
    return sum(place.counts.values())


def _dwellings(numbers: tuple[int, ...]) -> tuple[int, int]:
    occupied = numbers[-1]
    return occupied, max(1, occupied * _VACANT_PERCENT // 100)


def _household_numbers(place: Place) -> tuple[int, ...]:
    """Columns `singles` to `institutions` of a place, and then the dwellings that are lived in."""
    singles, couples = place.total("alleen"), place.total("paar", 1)
    families, lone, children = place.total("gezin", 1), place.total("eenouder"), place.total("kind")
    others, inmates = place.total("overig"), place.total("instelling")
    family_children = _children_of_couples(families, lone, children)
    grown_up = sum(n for (role, _, age), n in place.counts.items() if role == "overig" and age >= 20)
    other_households = min(others // 2, grown_up)
    return (
        singles,
        couples,
        families,
        lone,
        children,
        others,
        inmates,
        family_children,
        _second_children(families, family_children),
        _second_children(lone, children - family_children),
        _block_bits(families),
        _block_bits(lone),
        other_households,
        -(-inmates // _INSTITUTION_SIZE),
        singles + couples + families + lone + other_households,
    )


def _children_of_couples(families: int, lone: int, children: int) -> int:
    """Children that live with two parents; a lone parent has somewhat fewer children than a couple."""
    if not families:
        return 0
    of_lone = children * lone * 85 // (lone * 85 + families * 100)
    return children - min(max(of_lone, lone), children - families)


def _second_children(families: int, children: int) -> int:
    return min(families, (children - families) * 18 // 25) if families else 0


def _block_bits(families: int) -> int:
    """Size (as a power of two) of the stretch of families in which younger children trade places."""
    return max(0, families.bit_length() - 4)


def _write_cells(
    connection: duckdb.DuckDBPyConnection, composed: list[Place]
) -> tuple[int, dict[str, tuple[int, int]]]:
    """Write `cells_given`; returns the people in all cells, and per role the first and last cell."""
    rows: list[tuple[int, ...]] = []
    bounds: dict[str, tuple[int, int]] = {}
    first = 0
    for number, role in enumerate(ROLES):
        start = len(rows)
        for g, place in enumerate(composed):
            keys = _cell_order(role)
            counts = [place.counts.get((role, sex, age), 0) for sex, age in keys]
            ranks = list(accumulate(counts, initial=0))
            women = sum(counts[: len(AGES)])
            for (sex, age), count, rank in zip(keys, counts, ranks, strict=False):
                if not count:
                    continue
                in_pairs = role in ("paar", "gezin") and sex == 2
                width = LAST_AGE_GROUP_YEARS if age == AGES[-1] else 5
                rows.append((len(rows), number, g, sex, age, width, count, first, rank - women if in_pairs else rank))
                first += count
        bounds[role] = (start, len(rows) - 1)
    put_table(connection, "cells_given", CELL_COLUMNS, rows)
    return first, bounds


def _cell_order(role: str) -> list[tuple[int, int]]:
    """Order of (sex, age) in which people of a role are ranked within their gemeente.

    Partners are ranked per sex, so that equal ranks make a couple; members of other households from old to
    young, so that the first ones are the reference persons; all others by age.
    """
    if role in ("paar", "gezin"):
        return [(sex, age) for sex in SEXES for age in AGES]
    ages = reversed(AGES) if role == "overig" else AGES
    return [(sex, age) for age in ages for sex in SEXES]
