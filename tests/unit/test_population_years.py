"""One synthetic population over several peiljaren: the same people, whose lives go on."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.facts.crosswalk import crosswalk
from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.progress import silent
from tests.once import made_once

YEARS = (2020, 2021, 2022)
"""With a reclassification in each step: Eemsdelta and Haaren in 2021, seven more gemeenten less in 2022."""
SCALE = Fraction(1, 100)
STEPS = list(pairwise(YEARS))

Rows = list[tuple[Any, ...]]


class Deliveries:
    """Deliveries of three peiljaren, each made without the others, and SQL over them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.connection = duckdb.connect(":memory:")

    def file(self, year: int, register: str) -> str:
        """SQL of a file."""
        (path,) = (self.root / str(year) / "deliveries").glob(f"*/*/{register}/**/*.parquet")
        return f"read_parquet('{path}')"

    def planted(self, *years: int) -> str:
        """SQL of the people whose script says what befalls them in one of the years, and who live with them."""
        parts = [
            f"""SELECT p.rinpersoon FROM {self.file(year, "GBAHUISHOUDENSBUS")} p WHERE (huishoudnr) IN (
                SELECT huishoudnr FROM {self.file(year, "GBAHUISHOUDENSBUS")} JOIN
                read_parquet('{self.root / str(year) / "truth" / "planted.parquet"}') USING (rinpersoon))"""
            for year in years
        ]
        return f"({' UNION '.join(parts)})"

    def rows(self, sql: str) -> Rows:
        """All rows of a query."""
        return self.connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Deliveries]:
    def make(root: Path) -> None:
        # The last one first: no delivery may need another.
        for year in reversed(YEARS):
            folder = root / str(year)
            settings = PopulationSettings(year, SCALE)
            make_deliveries(settings, folder / "deliveries", folder / "truth", root / "temp", silent)

    deliveries = Deliveries(made_once(tmp_path_factory, worker_id, "years", make))
    yield deliveries
    deliveries.connection.close()


def here(made: Deliveries, year: int) -> str:
    """SQL of everybody in the BRP on a peildatum, with their gemeente."""
    return f"""(
        SELECT rinpersoon, gem{year} AS gemeente FROM {made.file(year, "GBAADRESOBJECTBUS")}
        JOIN (SELECT rinobjectnummer, gem{year} FROM {made.file(year, "VSLGWBTAB")}
            UNION ALL SELECT rinobjectnummer, gem{year} FROM {made.file(year, "NIETVSLGWBTAB")}) USING (rinobjectnummer)
        WHERE gbadatumeindeadreshouding = '{year}1231'
    )"""


@pytest.mark.parametrize(("year", "after"), STEPS)
def test_the_same_number_is_the_same_person(made: Deliveries, year: int, after: int) -> None:
    both, others, lost = made.rows(f"""
        SELECT count(b.rinpersoon), count(*) FILTER (a.gbageslacht <> b.gbageslacht OR a.gbageboortejaar <> b.gbageboortejaar
            OR a.gbageboortemaand <> b.gbageboortemaand), count(*) FILTER (b.rinpersoon IS NULL)
        FROM {made.file(year, "GBAPERSOONTAB")} a LEFT JOIN {made.file(after, "GBAPERSOONTAB")} b USING (rinpersoon)
    """)[0]

    assert both > 0
    assert others == 0
    assert lost == 0


def test_somebody_is_in_the_brp_from_one_day_to_another(made: Deliveries) -> None:
    first, middle, last = (here(made, year) for year in YEARS)

    again = made.rows(f"""
        SELECT count(*) FROM {first} a JOIN {last} c USING (rinpersoon)
        WHERE rinpersoon NOT IN (SELECT rinpersoon FROM {middle})
    """)

    assert again == [(0,)]


@pytest.mark.parametrize(("year", "after"), STEPS)
def test_people_are_born_come_leave_and_stay_on_record(made: Deliveries, year: int, after: int) -> None:
    people, gone, born, came, older = made.rows(f"""
        WITH a AS {here(made, year)}, b AS {here(made, after)}, p AS (SELECT * FROM {made.file(after, "GBAPERSOONTAB")})
        SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM a WHERE rinpersoon NOT IN (SELECT rinpersoon FROM b)),
            count(*) FILTER (gbageboortejaar = '{after}'), count(*) FILTER (gbageboortejaar < '{after}'),
            (SELECT count(*) FROM b JOIN p USING (rinpersoon) WHERE gbageboortejaar > '{after}')
        FROM b JOIN p USING (rinpersoon) WHERE rinpersoon NOT IN (SELECT rinpersoon FROM a)
    """)[0]

    assert 0.01 < gone / people < 0.035
    assert 0.007 < born / people < 0.013
    assert 0.005 < came / people < 0.03
    assert older == 0


@pytest.mark.parametrize(("year", "after"), STEPS)
def test_who_left_has_no_address_any_more(made: Deliveries, year: int, after: int) -> None:
    late = made.rows(f"""
        SELECT max(gbadatumeindeadreshouding) < '{after}1231', bool_or(gbadatumeindeadreshouding >= '{after}0101')
        FROM {made.file(after, "GBAADRESOBJECTBUS")}
        WHERE rinpersoon IN (SELECT rinpersoon FROM {here(made, year)})
            AND rinpersoon NOT IN (SELECT rinpersoon FROM {here(made, after)})
    """)

    assert late == [(True, True)]


@pytest.mark.parametrize(("year", "after"), STEPS)
@pytest.mark.parametrize(
    ("register", "begin", "end", "key", "least"),
    [
        ("GBAADRESOBJECTBUS", "gbadatumaanvangadreshouding", "gbadatumeindeadreshouding", "rinobjectnummer", 0.995),
        ("GBAHUISHOUDENSBUS", "datumaanvanghh", "datumeindehh", "''", 0.98),
        ("BIJSTANDPERSOONBUS", "aanvbijstand", "eindbijstand", "bijstandsoort", 0.8),
        ("AOTOTPERSOONBUS", "aanvaotot", "eindaotot", "''", 0.9),
    ],
)
def test_what_two_deliveries_saw_they_say_alike(
    made: Deliveries, year: int, after: int, register: str, begin: str, end: str, key: str, least: float
) -> None:
    """Spells that ran on a peildatum are in the next delivery with the same first day, running or ended. The others
    were corrected afterwards (see docs/how-to/years.md)."""
    outside = "AND s.plhh <> '10'" if register == "GBAHUISHOUDENSBUS" else "AND s.soortobjectnummer <> 'B'"
    outside = outside if register.startswith("GBA") else ""

    alike = made.rows(f"""
        SELECT avg((t.rinpersoon IS NOT NULL)::INTEGER)
        FROM (SELECT *, {key} AS kept FROM {made.file(year, register)}) s
        LEFT JOIN (SELECT DISTINCT rinpersoon, {begin}, {key} AS kept FROM {made.file(after, register)}) t
            USING (rinpersoon, {begin}, kept)
        WHERE s.{end} = '{year}1231' AND s.rinpersoons = 'R' AND s.rinpersoon <> '000000001'
            AND s.rinpersoon NOT IN {made.planted(year, after)} {outside}
    """)[0][0]

    assert alike > least


@pytest.mark.parametrize(("year", "after"), STEPS)
def test_moves_end_one_address_and_begin_another_also_between_gemeenten(
    made: Deliveries, year: int, after: int
) -> None:
    ended, within, between = made.rows(f"""
        WITH moved AS (
            SELECT rinpersoon, bool_or(gbadatumeindeadreshouding BETWEEN '{after}0101' AND '{after}1230') AS ended
            FROM {made.file(after, "GBAADRESOBJECTBUS")} GROUP BY rinpersoon
            HAVING bool_or(gbadatumaanvangadreshouding >= '{after}0101' AND gbadatumeindeadreshouding = '{after}1231')
        ), walked AS ({" UNION ALL ".join(f"SELECT '{old[2:]}' AS old, '{new[2:]}' AS new" for old, shares in crosswalk(year, after).items() for new in shares)})
        SELECT avg(ended::INTEGER), count(*) FILTER (w.old IS NOT NULL), count(*) FILTER (w.old IS NULL)
        FROM moved JOIN {here(made, year)} a USING (rinpersoon) JOIN {here(made, after)} b USING (rinpersoon)
        LEFT JOIN walked w ON w.old = a.gemeente AND w.new = b.gemeente
        WHERE a.gemeente <> '----' AND b.gemeente <> '----'
            AND rinpersoon NOT IN {made.planted(after)}
    """)[0]

    assert ended > 0.999
    assert within > between > 1_000


def test_an_object_keeps_its_place_when_the_gemeente_around_it_gets_another_name(made: Deliveries) -> None:
    named = made.rows(f"""
        SELECT DISTINCT a.gem2020, b.gem2021 FROM {made.file(2020, "VSLGWBTAB")} a
        JOIN {made.file(2021, "VSLGWBTAB")} b USING (rinobjectnummer) WHERE a.gem2020 <> '----'
    """)

    table = crosswalk(2020, 2021)
    assert set(named) == {(old[2:], new[2:]) for old, shares in table.items() for new in shares}


@pytest.mark.parametrize(
    ("register", "condition", "least"),
    [
        ("BIJSTANDPERSOONBUS", "eindbijstand = '{year}1231'", 0.7),
        ("AOTOTPERSOONBUS", "eindaotot = '{year}1231'", 0.85),
        ("SCHULDENPROBLEMATIEK", "true", 0.7),
        ("GGZZPMPRESTATIETAB", "true", 0.65),
        ("MEDICIJNTAB", "atc4 = 'N05A'", 0.7),
        ("WMOBUS", "true", 0.7),
        ("INDICWLZTAB", "true", 0.8),
        ("SPOLISBUS", "true", 0.85),
    ],
)
@pytest.mark.parametrize(("year", "after"), STEPS)
def test_what_befalls_people_mostly_befalls_them_next_year(
    made: Deliveries, year: int, after: int, register: str, condition: str, least: float
) -> None:
    found, again = (
        f"(SELECT DISTINCT rinpersoon FROM {made.file(y, register)} WHERE {condition.format(year=y)})"
        for y in (year, after)
    )

    kept = made.rows(f"""
        SELECT avg((rinpersoon IN {again})::INTEGER) FROM {found}
        WHERE rinpersoon IN (SELECT rinpersoon FROM {here(made, after)}) AND rinpersoon NOT IN {made.planted(year, after)}
    """)[0][0]

    assert least < kept < 0.99
