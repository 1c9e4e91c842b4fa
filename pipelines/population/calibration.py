"""What came out: the finished population counted, kept beside the truth, and held against the target table.

What belongs here: counting, the file of results, target against result. What does not: the figures (`targets.csv`),
how each is counted (`measures.py`), words (`report.py`). It counts synthetic people only; the pipeline never reads it.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.errors import UserError
from pipelines.facts.gemeenten import five_year_groups
from pipelines.population.engine import rows_of
from pipelines.population.measures import counting_sql, sources, tally_tables
from pipelines.population.settings import PopulationSettings
from pipelines.population.stages import stages
from pipelines.population.targets import Label, Target

CALIBRATION = "calibration.json"

WITHIN = 0.02
"""How far a result may be from its target, as a share of it."""

_ORDER = 2.0
"""Of the same order: at most this many times as much, or as little."""

_DEVIATIONS = 6
"""Standard deviations of a count that chance may add below scale 1: one false alarm in 5e8 per figure. A count of
people who are drawn one by one has at most its own expectation as variance."""

Cell = tuple[str, int, int]
"""Gemeente (GM code), first age of the five-year group, sex (1, 2)."""


@dataclass(frozen=True)
class Results:
    """What one population came out at. `measures`: measure -> value (see `measures.py`); `inhabitants`: gemeente -> age
    group -> [men, women]."""

    population: str
    peiljaar: int
    scale: Fraction
    measures: dict[str, float]
    inhabitants: dict[str, dict[int, list[int]]]


@dataclass(frozen=True)
class Compared:
    """One figure: what was aimed at for this scale, what came out, and whether that is near enough."""

    target: Target
    label: Label
    aimed: float
    result: float
    within: bool

    @property
    def ratio(self) -> float:
        return self.result / self.aimed if self.aimed else 1.0


@dataclass(frozen=True)
class Cells:
    """The population by gemeente, age group and sex: how many cells, how many are exact, the largest deviation in
    people and where, and whether that is within what rounding to this scale takes."""

    cells: int
    exact: int
    largest: int
    where: Cell
    within: bool


def count_population(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> Results:
    """Count the finished tables of the generator."""
    measures: dict[str, float] = {}
    flags = tuple(name for stage in stages(settings) for name in stage.flag_names)
    for statement in tally_tables(flags, settings.peiljaar):
        connection.execute(statement)
    for source in sources(settings):
        (values,) = rows_of(connection, counting_sql(source))
        measures |= dict(zip(source.measures, (round(value, 4) for value in values), strict=True))
    inhabitants: dict[str, dict[int, list[int]]] = {}
    for code, age, men, women in rows_of(connection, _INHABITANTS):
        inhabitants.setdefault(f"GM{code}", {})[age] = [men, women]
    return Results(settings.population_id, settings.peiljaar, settings.scale, measures, inhabitants)


_INHABITANTS = """
    SELECT code, age, coalesce(sum(n) FILTER (sex = 1), 0)::INTEGER, coalesce(sum(n) FILTER (sex = 2), 0)::INTEGER
    FROM (SELECT g, least(95, age // 5 * 5)::INTEGER AS age, sex, count(*) AS n FROM people GROUP BY ALL)
    JOIN places USING (g) GROUP BY ALL ORDER BY ALL
"""


def write_results(results: Results, path: Path) -> None:
    """Write the file of results."""
    path.write_text(json.dumps(asdict(results) | {"scale": str(results.scale)}) + "\n", encoding="utf-8")


def read_results(path: Path) -> Results:
    """Read the file of results; raises UserError when it is not there or cannot be understood."""
    if not path.is_file():
        raise UserError(
            f"{path} is not there: no synthetic population stands in this data root for that peiljaar. "
            "Make one with `blindevlek population`."
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        inhabitants = {
            code: {int(age): list(both) for age, both in groups.items()}
            for code, groups in found["inhabitants"].items()
        }
        return Results(**found | {"scale": Fraction(found["scale"]), "inhabitants": inhabitants})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"{path} cannot be understood. It is written with the population: make that again in an empty data root."
        ) from None


def compare(results: Results, wanted: Iterable[Target]) -> tuple[Compared, ...]:
    """Every figure against its result. A measure that was not counted is 0, so it shows."""
    return tuple(_compared(target, results) for target in wanted)


def _compared(target: Target, results: Results) -> Compared:
    aimed = target.value * float(results.scale) if target.counted else target.value
    result = results.measures.get(target.measure, 0.0)
    if target.band == "orde":
        within = aimed / _ORDER <= result <= aimed * _ORDER
    else:
        noise = _DEVIATIONS * math.sqrt(aimed) if target.counted and results.scale < 1 else 0.0
        within = abs(result - aimed) <= WITHIN * aimed + noise
    return Compared(target, target.label_in(results.peiljaar), aimed, result, within)


def compare_cells(results: Results) -> Cells:
    """The population by gemeente, age group and sex against the public table. At scale 1 every cell must be exact; below
    it a cell may be one person off for its rounding, and six in a gemeente that is kept alive."""
    largest, where, cells, exact = 0, ("", 0, 0), 0, 0
    for code, age, *both in five_year_groups(results.peiljaar):
        found = results.inhabitants.get(code, {}).get(age, [0, 0])
        for sex, people in enumerate(both, start=1):
            off = abs(found[sex - 1] - people * float(results.scale))
            cells, exact = cells + 1, exact + (off < 1)
            if off > largest:
                largest, where = math.ceil(off), (code, age, sex)
    return Cells(cells, exact, largest, where, within=largest <= (0 if results.scale == 1 else _SMALL_CELL))


_SMALL_CELL = 6
