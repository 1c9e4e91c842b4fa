"""How every figure of the target table is counted in the finished population.

What belongs here: SQL per measure. What does not: the figures (`targets.csv`) and the comparison (`calibration.py`).
What a gemeente delivers, or does not, makes no difference: everything is counted as if all of them delivered, because
that is what a national figure is.
"""

from dataclasses import dataclass

from pipelines.population import benefits, health, youth
from pipelines.population.hidden import hidden_counts
from pipelines.population.income import HAS_RENT_ALLOWANCE
from pipelines.population.pensions import RECEIVES_AOW
from pipelines.population.settings import PopulationSettings
from pipelines.population.stapeling import DOMAINS, domains_of_one, laws_of_one
from pipelines.population.uniforms import doubles


@dataclass(frozen=True)
class Source:
    """Measures that are counted in one pass: `sql` of the rows, and per measure an aggregate over them."""

    sql: str
    measures: dict[str, str]


_PLACES = {
    "in_particulier_huishouden": "plhh <> 10",
    "thuiswonend_kind": "plhh = 1",
    "alleenstaand": "plhh = 2",
    "partner_ongehuwd_zonder_kinderen": "plhh = 3",
    "partner_gehuwd_zonder_kinderen": "plhh = 4",
    "partner_ongehuwd_met_kinderen": "plhh = 5",
    "partner_gehuwd_met_kinderen": "plhh = 6",
    "ouder_in_eenouderhuishouden": "plhh = 7",
    "overig_lid": "plhh IN (8, 9)",
    "in_instelling": "plhh = 10",
}
_FLAGS = (
    *("bijstand", "ao", "ao_beeindigd", "ww", "aio", "gekorte_aow", "baan", "zelfstandig"),
    *("antipsychotica", "antidepressiva", "kalmeringsmiddel", "verslavingsmiddel", "adhd_middel", "insuline"),
    *("wmo", "wlz", "geboortezorg", "coeliakie", "jeugdhulp", "verdacht", "slachtoffer_geweld", "urgentie"),
    *("wanbetaler", "vroegsignaal", "schuldhulp", "wsnp"),
)
"""Columns of `people` that are true of whom the measure counts."""

_PERSONS = {
    **_PLACES,
    **{flag: flag for flag in _FLAGS},
    "inwoners": "true",
    "mannen": "sex = 1",
    "vrouwen": "sex = 2",
    "ggz": "diagnose > 0",
    "aow": RECEIVES_AOW,
    "uitkering": f"ao OR ww OR bijstand OR {RECEIVES_AOW}",
    "huurtoeslag": HAS_RENT_ALLOWANCE,
    "opvang": "opvang AND plant = 0",
    "bijstand_vrouw": "bijstand AND sex = 2",
    "bijstand_onder_27": "bijstand AND age < 27",
    "wanbetaler_met_bijstand": "wanbetaler AND bijstand",
    "wanbetaler_alleenstaand": "wanbetaler AND plhh = 2",
    "wanbetaler_eenouder": "wanbetaler AND plhh = 7",
}
_SHARES = {
    "huishoudens": "sum(1e0 / size) FILTER (plhh <> 10)",
    "schuld_huishouden": "sum(1e0 / size) FILTER (schuld_huishouden)",
    "schuld_in_hulp": "100e0 * count(*) FILTER (schuld AND (schuldhulp OR wsnp)) / greatest(count(*) FILTER (schuld), 1)",
}


def sources(settings: PopulationSettings) -> tuple[Source, ...]:
    """Everything that is counted, for the finished tables of this population."""
    return (_people(), _stapeling(), _laws(settings), _wmo(settings), _youth_care(settings), _school(settings), *_few())


def _people() -> Source:
    counts = {name: f"count(*) FILTER ({condition})" for name, condition in _PERSONS.items()}
    return Source("people", counts | _SHARES)


def _stapeling() -> Source:
    """Of everybody in the three laws, of adults in the seven domains: `leefgebied_0` and so on are those with a problem
    on that domain, `leefgebieden_0` and so on those with problems on so many."""
    per_thousand = "1e3 * coalesce(sum(n) FILTER ({}), 0) / greatest(sum(n) FILTER ({}), 1)".format
    of_adults = "coalesce(sum(n) FILTER (adult AND {}), 0)".format
    several = "bit_count(domains)"
    return Source(
        "stapeling",
        {
            "meer_dan_een_wet": per_thousand("laws > 1", "true"),
            "drie_leefgebieden": per_thousand(f"adult AND {several} > 2", "adult"),
            **{f"leefgebied_{n}": of_adults(f"domains & {1 << n} <> 0") for n in range(len(DOMAINS))},
            **{f"leefgebieden_{n}": of_adults(f"{several} = {n}") for n in range(len(DOMAINS) + 1)},
        },
    )


def stapeling_table() -> str:
    """Statement that writes `stapeling` (laws, domains as bits, adult, n) in one pass over `people`."""
    return doubles(f"""
        CREATE TABLE stapeling AS
        SELECT {laws_of_one()} AS laws, {domains_of_one()} AS domains, age >= 18 AS adult, count(*) AS n
        FROM people GROUP BY ALL
    """)


def _laws(settings: PopulationSettings) -> Source:
    running = f"\"EINDAOTOT\" = '{settings.last_day}' AND \"RINPersoonS\" = 'R'"
    codes = {"wao": "1", "waz": "2", "wajong": "3", "iva": "4", "wga": "5"}
    return Source(
        f"({benefits.ao_sql(settings)})",
        {
            name: f'count(DISTINCT "RINPersoon") FILTER ({running} AND "AOTOTWET" = \'{code}\')'
            for name, code in codes.items()
        },
    )


def _wmo(settings: PopulationSettings) -> Source:
    person, kind = 'DISTINCT "RINPERSOON"', '"typearrangement"'
    rows = health.wmo_sql(settings, delivers="true")
    return Source(
        f"(SELECT * FROM ({rows}) WHERE \"RINPERSOONS\" = 'R')",
        {
            "wmo_zonder_verblijf": f"count({person}) FILTER ({kind} NOT IN ('3', '5'))",
            "wmo_ondersteuning": f"count({person}) FILTER ({kind} = '1')",
            "wmo_huishouden": f"count({person}) FILTER ({kind} = '2')",
            # Second provisions of the Wmo, and whoever has one of a second law.
            "meer_dan_een_voorziening": f"1e3 * (count(*) - count({person}) + "
            "(SELECT sum(n) FROM stapeling WHERE laws > 1)) / (SELECT sum(n) FROM stapeling)",
        },
    )


def _youth_care(settings: PopulationSettings) -> Source:
    stays = f"""\"JGDHHULPVORM\" BETWEEN '11' AND '14' AND \"JGDHGELDIGHEIDEINDDATUM\" >= '{settings.peiljaar}0101'"""
    return Source(
        f"({youth.youth_care_sql(settings)})",
        {"jeugdhulp_verblijf": f'count(DISTINCT "RINPERSOON") FILTER ({stays})'},
    )


def _school(settings: PopulationSettings) -> Source:
    kinds = {"thuiszitter_absoluut": "A", "thuiszitter_vrijgesteld": "V", "thuiszitter_relatief": "R"}
    rows = youth.out_of_school_sql(settings, delivers="true")
    return Source(
        f"(SELECT * FROM ({rows}) WHERE \"RINPERSOONS\" = 'R')",
        {name: f"count(*) FILTER (\"VERZUIMSOORT\" = '{code}')" for name, code in kinds.items()},
    )


def _few() -> tuple[Source, ...]:
    return (
        Source("hidden", hidden_counts()),
        Source("outsiders", {"buiten_brp": "count(*)"}),
    )


def counting_sql(source: Source) -> str:
    """SQL of one row: the measures of a source, in their order, as doubles."""
    asked = ", ".join(f"coalesce({sql}, 0)::DOUBLE" for sql in source.measures.values())
    return doubles(f"SELECT {asked} FROM {source.sql}")
