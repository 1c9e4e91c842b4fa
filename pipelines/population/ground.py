"""The small tables that people are made from: areas, stays of people, stretches of dwellings.

What belongs here: numbering households and objects, and handing over the stays of a peiljaar. What does not: people
themselves (`households.py`), and who comes and goes (`lifelines.py`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from pipelines.population.composition import Place, compose
from pipelines.population.coverage import DELIVERING_SHARE, delivering
from pipelines.population.engine import put_frame, put_lookup, put_table
from pipelines.population.household_roles import ROLES
from pipelines.population.lifelines import BASE, STAYS, count_of_strangers
from pipelines.population.settings import PopulationSettings
from pipelines.population.stays import ALONE, TOGETHER, BaseStays, base_stays, extra_stays
from pipelines.population.wijken import MOST_WIJKEN, synthetic_wijken

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
    "other_households", "institutions", "shelters", "dwellings", "vacant", "base", "wijken",
)  # fmt: skip
_FIRST_NUMBER = PLACE_COLUMNS.index("singles")
TABLES_OF_STAYS = ("here", "away", "lodging", "lodged")


@dataclass(frozen=True)
class Ground:
    """Totals of the small tables: `people` registered on the peildatum, `numbers` of people ever given out,
    `objects` (numbers given out), and `places`, the number of areas."""

    people: int
    numbers: int
    objects: int
    places: int


def lay_ground(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> Ground:
    """Write the stays of the peiljaar and `ground.dwellings` (stretches of dwellings), a macro `place_<column>(g)` per
    number of an area, and `places_total()`.

    `ground.here`: people at their place in the households of the base year; `ground.away`: those who are not there on
    this peildatum; `ground.lodging`: people beside these households; `ground.lodged`: those who were, and left.
    Columns of all: role or `lives`, sex, age, n, first, rank0, `entered` (peiljaar they came, 0: always), `departed`
    (peiljaar they left, 0: not), `moved`, `couple`, and the numbers of the area.
    """
    places = _places(list(compose(settings.scale)), settings)
    put_table(connection, "places", PLACE_COLUMNS, places)
    for number, name in enumerate(PLACE_COLUMNS):
        put_lookup(connection, f"place_{name}", [row[number] for row in places])
    put_lookup(connection, "wijk_number", [f"{number:02}" for number in range(MOST_WIJKEN)])
    connection.execute(f"CREATE MACRO places_total() AS {len(places)}")
    people = _write_stays(connection, settings)
    connection.execute(f"""
        CREATE TABLE ground.dwellings AS
        SELECT code, wijken, base + first AS first, least({_STRETCH}, dwellings + vacant - first) AS n,
            base + singles AS couples_from, base + singles + couples AS couples_to
        FROM (SELECT *, unnest(range(0, dwellings + vacant, {_STRETCH})) AS first FROM places) ORDER BY g, first
    """)
    last = dict(zip(PLACE_COLUMNS, places[-1], strict=True))
    objects = sum(int(last[name]) for name in ("base", "dwellings", "vacant", "institutions", "shelters"))
    numbers = int(base_stays(settings.scale).n.sum()) + count_of_strangers(settings.scale)
    return Ground(people, numbers, objects, len(places))


def _write_stays(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> int:
    """Hand over the stays; returns the people who are here."""
    year = settings.peiljaar
    base, extra = base_stays(settings.scale), extra_stays(settings.scale)
    here = (base.since <= year) & (year < base.until) & (base.born <= year)
    lodging = (extra.since <= year) & (year < extra.until) & (extra.born <= year)
    lodged = extra.until <= year
    lives = np.where((extra.lives == TOGETHER) & (year >= BASE), ALONE, extra.lives)
    frames = (
        _frame_of_base(base, here, year),
        _frame_of_base(base, ~here, year),
        *(
            pl.DataFrame(
                {
                    "lives": lives[rows].astype(np.int8),
                    "couple": extra.couple[rows],
                    "g": extra.g[rows],
                    "sex": extra.sex[rows],
                    "born": extra.born[rows],
                    "age": year - extra.born[rows],
                    "age_then": extra.age[rows],
                    "n": extra.n[rows],
                    "first": extra.first[rows],
                    "entered": extra.since[rows],
                    "departed": np.where(extra.until[rows] <= year, extra.until[rows], 0),
                    "moved": extra.moved[rows] == 1,
                }
            )
            for rows in (lodging, lodged)
        ),
    )
    numbers = ", ".join(
        f"{name}::INTEGER AS {name}" for name in PLACE_COLUMNS[_FIRST_NUMBER:] if name not in ("shelters", "wijken")
    )
    for name, frame in zip(TABLES_OF_STAYS, frames, strict=True):
        put_frame(connection, "given", frame.cast({pl.Int64: pl.Int32}).with_row_index("cell"))
        connection.execute(
            f"CREATE TABLE ground.{name} AS SELECT given.*, {numbers} FROM given JOIN places USING (g) ORDER BY cell"
        )
        connection.execute("DROP TABLE given")
    return int(base.n[here].sum() + extra.n[lodging].sum())


def _frame_of_base(base: BaseStays, rows: np.ndarray, year: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "role": base.role[rows].astype(np.int8),
            "g": base.g[rows],
            "sex": base.sex[rows],
            "born": base.born[rows],
            "age": year - base.born[rows],
            "n": base.n[rows],
            "first": base.first[rows],
            "rank0": base.rank[rows],
            "entered": np.where(base.since[rows] <= year, base.since[rows], 0),
            "departed": np.where((base.until[rows] <= year) & (base.until[rows] < STAYS), base.until[rows], 0),
        }
    )


def of_role(table: str, role: str) -> str:
    """SQL of the people of one role in `ground.here` or `ground.away`: one row each, with `idx` and rank `r`."""
    return (
        "(SELECT *, first + k AS idx, rank0 + k AS r "
        f"FROM (SELECT *, unnest(range(n)) AS k FROM ground.{table} WHERE role = {ROLES.index(role)}))"
    )


def _places(composed: list[Place], settings: PopulationSettings) -> list[PlaceRow]:
    """One row per area, in the order of PLACE_COLUMNS."""
    bijstand = sum(p.area.of_2020("bijstand_2020") for p in composed)
    ao = sum(p.area.of_2020("ao_2020") for p in composed)
    inhabitants = sum(p.area.of_2020("inwoners") for p in composed)
    rows: list[PlaceRow] = []
    base = 1
    wijken = synthetic_wijken(settings.peiljaar)
    covered = {name: set(delivering(name, settings.peiljaar)) for name in DELIVERING_SHARE}
    for g, place in enumerate(composed):
        area, code = place.area, place.area.codes[settings.peiljaar]
        here = max(area.of_2020("inwoners"), 1)
        intensity = (area.of_2020("bijstand_2020") / here) / (bijstand / inhabitants)
        numbers = _household_numbers(place)
        shelters = 1 + place_total(place) // _PEOPLE_PER_SHELTER
        rows.append(
            (
                g,
                code[2:],
                place_total(place),
                area.of_2020("bijstand_2020") / bijstand,
                area.of_2020("ao_2020") / ao,
                max(0.2, intensity) ** 0.5,
                min(4.0, (area.origin.inwoners / 40_000) ** 0.6),
                *(code in covered[name] for name in covered),
                *numbers[:-3],
                *numbers[-3:-1],
                shelters,
                *_dwellings(numbers),
                base,
                len(wijken[code]),
            )
        )
        dwellings, vacant = _dwellings(numbers)
        base += dwellings + vacant + numbers[-2] + shelters
    return rows


def place_total(place: Place) -> int:
    """People in an area in the base year."""
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
