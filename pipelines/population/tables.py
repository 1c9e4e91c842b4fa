"""Which files there are: register, folder, file name, and the query that fills it.

What belongs here: names as CBS gives them. What does not: writing (`writing.py`).
"""

from dataclasses import dataclass
from typing import Literal

from pipelines.population import addresses, benefits, debts, education, health, households, people, work
from pipelines.population.settings import PopulationSettings

DeliveryName = Literal["cbs", "gemeenten"]
DELIVERIES: tuple[DeliveryName, ...] = ("cbs", "gemeenten")


@dataclass(frozen=True)
class DeliveredTable:
    """One file of a delivery. `since`: first day of the period it speaks for; `gemeente_column`: who supplied a
    row, for registers that gemeenten deliver."""

    register: str
    delivery: DeliveryName
    folder: str
    stem: str
    sql: str
    since: int
    gemeente_column: str | None = None


def delivered_tables(settings: PopulationSettings) -> tuple[DeliveredTable, ...]:
    """All files of both deliveries, over the finished tables of the generator."""
    year = settings.peiljaar
    start, spells = year * 10_000 + 101, (year - 4) * 10_000 + 101

    def cbs(register: str, theme: str, stem: str, sql: str, since: int = start, folder: str = "") -> DeliveredTable:
        return DeliveredTable(register, "cbs", f"{theme}/{register}{folder}", stem, sql, since)

    return (
        cbs("GBAPERSOONTAB", "Bevolking", f"GBAPERSOON{year}TABV1", people.persons_sql(settings), spells, f"/{year}"),
        cbs(
            "GBAHUISHOUDENSBUS", "Bevolking", f"GBAHUISHOUDENS{year}BUSV1", households.households_sql(settings), spells
        ),
        cbs("GBAADRESOBJECTBUS", "Bevolking", f"GBAADRESOBJECT{year}BUSV1", addresses.addresses_sql(settings), spells),
        cbs("VSLGWBTAB", "BouwenWonen", f"VSLGWB{year}TAB03V1", addresses.dwellings_sql(settings)),
        cbs("NIETVSLGWBTAB", "BouwenWonen", f"NIETVSLGWB{year}TABV1", addresses.other_objects_sql(settings)),
        cbs(
            "BIJSTANDPERSOONBUS",
            "Socialezekerheid",
            f"BIJSTANDPERSOON{year}BUSV1",
            benefits.bijstand_sql(settings),
            spells,
        ),
        cbs("AOTOTPERSOONBUS", "Socialezekerheid", f"AOTOTPERSOON{year}BUSV1", benefits.ao_sql(settings), spells),
        cbs("SPOLISBUS", "Spolis", f"SPOLISBUS{year}V1", work.jobs_sql(settings), folder=f"/{year}"),
        cbs("SECMBUS", "InkomenBestedingen", f"SECMBUS{year}V1", work.income_sources_sql(settings), spells),
        cbs("HOOGSTEOPLTAB", "Onderwijs", f"HOOGSTEOPL{year}TABV1", education.levels_sql(settings)),
        cbs("ONDERWIJSINSCHRTAB", "Onderwijs", f"ONDERWIJSINSCHR{year}TABV1", education.enrolments_sql(settings)),
        cbs("WANBZVWTAB", "GezondheidWelzijn", f"WANBZVW{year}TABV1", debts.premium_sql(settings)),
        cbs("WSNPPERSBUS", "VeiligheidRecht", f"WSNPPERSBUS{year}V1", debts.wsnp_sql(settings), spells),
        cbs("GGZZPMPRESTATIETAB", "GezondheidWelzijn", f"GGZZPMPRESTATIE{year}TABV1", health.treatments_sql(settings)),
        cbs("MEDICIJNTAB", "GezondheidWelzijn", f"MEDICIJN{year}TABV1", health.medicines_sql(settings)),
        DeliveredTable(
            "WMOBUS",
            "cbs",
            "GezondheidWelzijn/WMOBUS",
            f"WMO{year}BUSV1",
            health.wmo_sql(settings),
            start,
            "WMOGEMEENTE",
        ),
        cbs("SCHULDENPROBLEMATIEK", "Maatwerk", f"SCHULDENPROBLEMATIEK{year}V1", debts.debts_sql(settings)),
        DeliveredTable(
            "SCHULDHULP",
            "gemeenten",
            "Gemeenten/SCHULDHULP",
            f"SCHULDHULP{year}V1",
            debts.debt_help_sql(settings),
            spells,
            "GEMEENTE",
        ),
        DeliveredTable(
            "VROEGSIGNALERING",
            "gemeenten",
            "Gemeenten/VROEGSIGNALERING",
            f"VROEGSIGNALERING{year}V1",
            debts.signals_sql(settings),
            start,
            "GEMEENTE",
        ),
    )
