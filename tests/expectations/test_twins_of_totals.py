"""Every rule on public totals holds for a population of the right size, and fails when one part of it is off."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest

from expectations.ground import everything, scale_of
from expectations.rules import Rule
from expectations.totals import MAGNITUDES, inhabitant_rules, too_few, total_rules
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, gemeenten, inwoners, kerncijfers
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.rooms import DataRoot, make_key
from pipelines.warehouse import open_warehouse
from tests.expectations.small_world import BEFORE, NOW, SmallWorld, make, scaled
from tests.tiny import PEILJAAR, specs

SCALE = Fraction(1, 1000)
GROUND = everything(load_catalogue(), specs(), PEILJAAR)
RULES = [rule.id for rule in (*total_rules(GROUND), *inhabitant_rules(GROUND))]


def of(onderwerp: str) -> int:
    return round(kerncijfers()[onderwerp] * SCALE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators) -> Iterator[SmallWorld]:
    folder = tmp_path_factory.mktemp("sized")
    root = DataRoot(folder / "data")
    root.prepare()
    with open_warehouse(root, make_key(folder / "key.json", "synthetic")) as warehouse:
        small = scaled(make(warehouse.connection, load_catalogue(), indicators), SCALE)
        for statement in _sized():
            warehouse.connection.execute(statement)
        yield small


def _sized() -> Iterator[str]:
    """The tables that are compared, with as many rows as the public figures have thousands."""
    yield f"UPDATE {NOW}.coverage SET covered = true WHERE register = 'WMOBUS'"
    disability = of("arbeidsongeschiktheid")
    households = of("huishoudens")
    rows = {
        "bijstandpersoonbus": (of("bijstand"), "'01' AS bijstandsoort"),
        "aototpersoonbus": (disability, f"CASE WHEN i < {of('wia_wga')} THEN '5' ELSE '1' END AS aototwet"),
        "wmobus": (of("wmo"), "'a' AS wmotoewijzingsnummer"),
        "ggzzpmprestatietab": (of("ggz"), ""),
        "wanbzvwtab": (of("wanbetalers_zorgpremie"), ""),
        "gbahuishoudensbus": (
            households + of("institutioneel"),
            f"CASE WHEN i < {households} THEN '1' ELSE '8' END AS typhh, "
            f"CASE WHEN i < {households} THEN '2' ELSE '10' END AS plhh",
        ),
    }
    for table, (count, special) in rows.items():
        replaced = f"REPLACE (1000 + i AS person{', ' + special if special else ''})"
        last = f"(SELECT * FROM {NOW}.{table} ORDER BY rowid DESC LIMIT 1)"
        yield f"CREATE TEMP TABLE sized AS SELECT t.* {replaced} FROM {last} t, range({count}) r(i)"
        yield f"DELETE FROM {NOW}.{table}"
        yield f"INSERT INTO {NOW}.{table} FROM sized"
        yield "DROP TABLE sized"
    cells = ", ".join(
        f"({int(gemeente[2:])}, {list(AGE_BANDS).index(band)}, {code}, {_people(n, band, sex)})"
        for (gemeente, band, sex), n in inwoners(PEILJAAR).items()
        for code, name in SEXES.items()
        if name == sex
    )
    yield (
        f"CREATE TABLE {NOW}.persons AS SELECT (row_number() OVER ())::INTEGER AS person, gemeente::USMALLINT AS gemeente, "
        "leeftijdsgroep::UTINYINT AS leeftijdsgroep, geslacht::UTINYINT AS geslacht "
        f"FROM (VALUES {cells}) c(gemeente, leeftijdsgroep, geslacht, n), LATERAL range(n)"
    )
    yield f"CREATE TABLE {BEFORE}.persons AS FROM {NOW}.persons"


def _people(published: int, band: str, sex: str) -> int:
    """Thousands, and at least one person in every gemeente."""
    return max(1 if (band, sex) == ("25-44", "man") else 0, round(published * SCALE))


def _fourth(table: str) -> str:
    return f"DELETE FROM {NOW}.{table} WHERE rowid % 4 <> 0"


def _half(table: str, where: str = "true") -> str:
    return f"DELETE FROM {NOW}.{table} WHERE {where} AND rowid % 2 = 0"


SMALLEST = min(gemeenten(PEILJAAR), key=lambda g: g.inwoners)
BAD: dict[str, str] = {
    "bijstandpersoonbus.bijstand_as_published": _half("bijstandpersoonbus"),
    "bijstandpersoonbus.bijstand_whole": _fourth("bijstandpersoonbus"),
    "aototpersoonbus.arbeidsongeschiktheid_whole": f"DELETE FROM {NOW}.aototpersoonbus WHERE aototwet = '1' OR rowid % 2 = 0",
    "gbahuishoudensbus.huishoudens_whole": f"UPDATE {NOW}.gbahuishoudensbus SET aantalpershh = 4 WHERE typhh <> '8'",
    "aototpersoonbus.arbeidsongeschiktheid_as_published": f"DELETE FROM {NOW}.aototpersoonbus WHERE aototwet = '1' AND rowid % 3 > 0",
    "aototpersoonbus.wia_wga_as_published": f"UPDATE {NOW}.aototpersoonbus SET aototwet = '1'",
    "wmobus.wmo_as_published": _half("wmobus"),
    "ggzzpmprestatietab.ggz_as_published": _half("ggzzpmprestatietab"),
    "wanbzvwtab.wanbetalers_zorgpremie_as_published": f"DELETE FROM {NOW}.wanbzvwtab",
    "gbahuishoudensbus.institutioneel_as_published": f"DELETE FROM {NOW}.gbahuishoudensbus WHERE plhh = '10'",
    "gbahuishoudensbus.huishoudens_as_published": f"UPDATE {NOW}.gbahuishoudensbus SET aantalpershh = 2 WHERE rowid % 2 = 0",
    "persons.inhabitants_as_published": f"INSERT INTO {NOW}.persons SELECT * REPLACE (person + 100000 AS person) "
    f"FROM {NOW}.persons WHERE rowid % 10 = 0",
    "persons.gemeenten_as_published": f"UPDATE {NOW}.persons SET gemeente = 599 WHERE gemeente = 363 AND rowid % 2 = 0",
    "persons.ages_as_published": f"UPDATE {NOW}.persons SET geslacht = 1 WHERE leeftijdsgroep = 2 AND rowid % 3 = 0",
    "persons.every_gemeente_inhabited": f"DELETE FROM {NOW}.persons WHERE gemeente = {int(SMALLEST.code[2:])}",
    "persons.gemeenten_stable": f"DELETE FROM {BEFORE}.persons WHERE rowid % 2 = 0 AND gemeente IN "
    f"(SELECT gemeente FROM {NOW}.persons GROUP BY gemeente HAVING count(*) > 100)",
}


def _rules(world: SmallWorld) -> list[Rule]:
    return [*total_rules(world.ground), *inhabitant_rules(world.ground)]


def test_every_total_has_a_bad_twin() -> None:
    assert BAD.keys() == set(RULES)


def test_a_population_of_the_right_size_passes(world: SmallWorld) -> None:
    assert world.failed(_rules(world)) == set()


@pytest.mark.parametrize("rule_id", RULES)
def test_the_bad_twin_of_a_total_breaks_it_and_nothing_else(world: SmallWorld, rule_id: str) -> None:
    """What is missing in a large part is outside its band as well, and with it what it is a part of."""
    beside = {rule.id for rule in _rules(world) if rule.severity == "warning" and rule.table == rule_id.split(".")[0]}

    with world.damaged(BAD[rule_id]):
        failed = world.failed(_rules(world))

    assert rule_id in failed
    assert failed - {rule_id} <= (beside if rule_id.endswith("_whole") else set())


@pytest.mark.parametrize(("found", "fits"), [(500, False), (699, False), (700, True), (1_500, True)])
def test_a_national_file_with_less_than_seven_tenths_of_the_published_figure_is_not_whole(
    found: int, fits: bool
) -> None:
    answer = duckdb.sql(f"SELECT NOT ({too_few(str(found), '1000', Fraction(1))})").fetchall()

    assert answer == [(fits,)]


def test_what_is_not_whole_blocks_and_what_lies_outside_its_band_warns() -> None:
    severities = {rule.id.rsplit("_", 1)[1]: rule.severity for rule in total_rules(GROUND)}

    assert severities == {"published": "warning", "whole": "blocking"}


def test_wmo_is_compared_with_the_gemeenten_that_deliver(world: SmallWorld) -> None:
    half = f"UPDATE {NOW}.coverage SET covered = false WHERE register = 'WMOBUS' AND gemeente % 2 = 0"

    with world.damaged(half):
        assert world.failed(_rules(world)) == {"wmobus.wmo_as_published"}
    with world.damaged(half, _half("wmobus")):
        assert world.failed(_rules(world)) == set()


def test_a_national_population_has_no_room_for_chance(world: SmallWorld) -> None:
    at_scale, national = (
        {r.id: f"{r.source} {r.holds}" for r in total_rules(scaled(world, scale).ground)}
        for scale in (SCALE, Fraction(1))
    )

    assert all("sqrt" in text for text in at_scale.values())
    assert not any("sqrt" in text for text in national.values())


@pytest.mark.parametrize(
    ("kind", "population", "scale"),
    [
        ("real", None, Fraction(1)),
        ("synthetic", "synthetic-s1-seed1-g3", Fraction(1)),
        ("synthetic", "synthetic-s1of50-seed7-g3", Fraction(1, 50)),
        ("synthetic", "tiny", None),
        ("synthetic", None, None),
    ],
)
def test_the_scale_comes_from_what_the_population_says_of_itself(
    kind: str, population: str | None, scale: Fraction | None
) -> None:
    assert scale_of(kind, population) == scale


def test_magnitudes_of_another_time_are_not_compared(world: SmallWorld) -> None:
    assert total_rules(replace(world.ground, peiljaar=PEILJAAR - 4)) == ()


def test_every_magnitude_names_a_published_figure() -> None:
    assert {one.onderwerp for one in MAGNITUDES} <= kerncijfers().keys()
