"""How every figure of the target table is counted in the finished population.

What belongs here: SQL per measure. What does not: the figures (`targets.csv`) and the comparison (`calibration.py`).
What a gemeente delivers, or does not, makes no difference: everything is counted as if all of them delivered, because
that is what a national figure is.
"""

from dataclasses import dataclass

from pipelines.population import benefits, health, youth
from pipelines.population.hidden import hidden_counts
from pipelines.population.income import HAS_RENT_ALLOWANCE
from pipelines.population.pensions import receives_aow
from pipelines.population.settings import PopulationSettings
from pipelines.population.stapeling import DOMAINS, domains_of_one, laws_of_one
from pipelines.population.uniforms import doubles


@dataclass(frozen=True)
class Source:
    """Measures that are counted in one pass: `sql` of the rows, and per measure an aggregate over them."""

    sql: str
    measures: dict[str, str]


_PARTS = 720_720
"""A household divided over its members in whole numbers: what threads add up is the same in any order."""

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
    "ggz": "ggz",
    "aow": "aow",
    "uitkering": "ao OR ww OR bijstand OR aow",
    "huurtoeslag": "huurtoeslag",
    "opvang": "opvang AND NOT planted",
    "bijstand_vrouw": "bijstand AND sex = 2",
    "bijstand_onder_27": "bijstand AND age < 27",
    "wanbetaler_met_bijstand": "wanbetaler AND bijstand",
    "wanbetaler_alleenstaand": "wanbetaler AND plhh = 2",
    "wanbetaler_eenouder": "wanbetaler AND plhh = 7",
}
_SHARES = {
    "huishoudens": f"sum(parts) FILTER (plhh <> 10) / {_PARTS}e0",
    "schuld_huishouden": f"sum(parts) FILTER (schuld_huishouden) / {_PARTS}e0",
    "schuld_in_hulp": "100e0 * sum(n) FILTER (schuld AND (schuldhulp OR wsnp)) / greatest(sum(n) FILTER (schuld), 1)",
}


def sources(settings: PopulationSettings) -> tuple[Source, ...]:
    """Everything that is counted, for the finished tables of this population."""
    return (_people(), _laws(), _wmo(settings), _youth_care(settings), _school(settings), *_few())


def _people() -> Source:
    """`leefgebied_0` and so on are adults with a problem on that domain, `leefgebieden_0` and so on those with problems
    on so many."""
    counts = {name: f"sum(n) FILTER ({condition})" for name, condition in _PERSONS.items()}
    adults = "coalesce(sum(n) FILTER (age >= 18 AND {}), 0)".format
    per_thousand = "1e3 * coalesce(sum(n) FILTER ({}), 0) / greatest(sum(n) FILTER ({}), 1)".format
    several = "bit_count(domains)"
    return Source(
        "tally",
        counts
        | _SHARES
        | {
            "meer_dan_een_wet": per_thousand("laws > 1", "true"),
            "drie_leefgebieden": per_thousand(f"age >= 18 AND {several} > 2", "age >= 18"),
            **{f"leefgebied_{n}": adults(f"domains & {1 << n} <> 0") for n in range(len(DOMAINS))},
            **{f"leefgebieden_{n}": adults(f"{several} = {n}") for n in range(len(DOMAINS) + 1)},
        },
    )


def tally_tables(flags: tuple[str, ...], peiljaar: int) -> tuple[str, ...]:
    """Statements that write `tally`: how many people are alike in everything that is counted. One pass over all of
    them instead of one per figure. `flags`: names of the bits of `flags` in `people_packed`. Ages are cut at 18, 27 and
    63; `parts`: see `_PARTS`; `laws` and `domains`: see `stapeling.py`."""
    bits = ", ".join(f"(flags & {1 << place}::UBIGINT) <> 0 AS {name}" for place, name in enumerate(flags))
    return (
        doubles(f"""
            CREATE TABLE alike AS
            SELECT flags, plhh, sex, CASE WHEN age < 18 THEN 0 WHEN age < 27 THEN 18 WHEN age < 63 THEN 27 ELSE 63 END AS age,
                plant > 0 AS planted, {HAS_RENT_ALLOWANCE} AS huurtoeslag,
                CASE WHEN age >= 66 THEN {receives_aow(peiljaar)} ELSE false END AS aow,
                count(*) AS n, sum({_PARTS} // size) AS parts
            FROM people GROUP BY ALL
        """),
        f"""
            CREATE TABLE tally AS
            SELECT *, {laws_of_one()} AS laws, {domains_of_one()} AS domains FROM (SELECT *, {bits} FROM alike)
        """,
    )


def _laws() -> Source:
    codes = {"wao": "1", "waz": "2", "wajong": "3", "iva": "4", "wga": "5"}
    return Source(
        f"({benefits.laws_sql()})", {name: f"count(*) FILTER (law = '{code}')" for name, code in codes.items()}
    )


def _wmo(settings: PopulationSettings) -> Source:
    """First and second arrangement are never of one type, and who has only a stay has no second."""
    kind, first = '"typearrangement"', "\"WMOTOEWIJZINGSNUMMER\" < '2'"
    rows = health.wmo_sql(settings, delivers="true")
    return Source(
        f"(SELECT * FROM ({rows}) WHERE \"RINPERSOONS\" = 'R')",
        {
            "wmo_zonder_verblijf": f"count(*) FILTER ({first} AND {kind} NOT IN ('3', '5'))",
            "wmo_ondersteuning": f"count(*) FILTER ({kind} = '1')",
            "wmo_huishouden": f"count(*) FILTER ({kind} = '2')",
            # Second provisions of the Wmo, and whoever has one of a second law.
            "meer_dan_een_voorziening": f"1e3 * (count(*) FILTER (NOT {first}) + (SELECT sum(n) FROM tally WHERE laws > 1))"
            " / (SELECT sum(n) FROM tally)",
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
