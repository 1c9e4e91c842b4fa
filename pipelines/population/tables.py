"""Which files there are: register, folder, file name, and the query that fills it.

What belongs here: names as CBS gives them. What does not: writing (`writing.py`).
"""

from dataclasses import dataclass
from typing import Literal

from pipelines.population import (
    addresses,
    benefits,
    care,
    debts,
    education,
    health,
    household_spells,
    income,
    pensions,
    people,
    safety,
    work,
    youth,
)
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import doubles

DeliveryName = Literal["cbs", "gemeenten", "stapelingsmonitor"]
COMPONENTS: tuple[DeliveryName, ...] = ("cbs", "gemeenten")


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "sql", doubles(self.sql))


def delivered_tables(settings: PopulationSettings) -> tuple[DeliveredTable, ...]:
    """All files of both deliveries, over the finished tables of the generator."""
    year = settings.peiljaar
    start, spells, december = year * 10_000 + 101, (year - 4) * 10_000 + 101, year * 10_000 + 1201

    def cbs(register: str, theme: str, stem: str, sql: str, since: int = start, folder: str = "") -> DeliveredTable:
        return DeliveredTable(register, "cbs", f"{theme}/{register}{folder}", stem, sql, since)

    def gemeenten(register: str, sql: str, since: int = start) -> DeliveredTable:
        return DeliveredTable(
            register, "gemeenten", f"Gemeenten/{register}", f"{register}{year}V1", sql, since, "GEMEENTE"
        )

    bevolking = (
        cbs("GBAPERSOONTAB", "Bevolking", f"GBAPERSOON{year}TABV1", people.persons_sql(settings), spells, f"/{year}"),
        cbs(
            "GBAHUISHOUDENSBUS",
            "Bevolking",
            f"GBAHUISHOUDENS{year}BUSV1",
            household_spells.households_sql(settings),
            spells,
        ),
        cbs("GBAADRESOBJECTBUS", "Bevolking", f"GBAADRESOBJECT{year}BUSV1", addresses.addresses_sql(settings), spells),
        cbs("VSLGWBTAB", "BouwenWonen", f"VSLGWB{year}TAB03V1", addresses.dwellings_sql(settings)),
        cbs("NIETVSLGWBTAB", "BouwenWonen", f"NIETVSLGWB{year}TABV1", addresses.other_objects_sql(settings)),
    )
    uitkering, werk = "Socialezekerheid", "InkomenBestedingen"
    inkomen = (
        cbs("BIJSTANDPERSOONBUS", uitkering, f"BIJSTANDPERSOON{year}BUSV1", benefits.bijstand_sql(settings), spells),
        cbs("AOTOTPERSOONBUS", uitkering, f"AOTOTPERSOON{year}BUSV1", benefits.ao_sql(settings), spells),
        cbs("WWPERSOONBUS", uitkering, f"WWPERSOON{year}BUSV1", work.unemployment_sql(settings), spells),
        cbs("AOWUITKERING1ATAB", uitkering, f"AOWUITKERING1A{year}12TABV1", pensions.pensions_sql(settings), december),
        cbs("SPOLISBUS", "Spolis", f"SPOLISBUS{year}V1", work.jobs_sql(settings), folder=f"/{year}"),
        cbs("SECMBUS", werk, f"SECMBUS{year}V1", work.income_sources_sql(settings), spells),
        cbs("INPATAB", werk, f"INPA{year}TABV1", income.incomes_sql(settings)),
        cbs("VEHTAB", werk, f"VEH{year}TABV1", income.wealth_sql(settings)),
    )
    onderwijs = (
        cbs("HOOGSTEOPLTAB", "Onderwijs", f"HOOGSTEOPL{year}TABV1", education.levels_sql(settings)),
        cbs("ONDERWIJSINSCHRTAB", "Onderwijs", f"ONDERWIJSINSCHR{year}TABV1", education.enrolments_sql(settings)),
        cbs("INSCHRWPOTAB", "Onderwijs", f"INSCHRWPO{year}TABV1", youth.primary_school_sql(settings)),
    )
    recht = (
        cbs("WSNPPERSBUS", "VeiligheidRecht", f"WSNPPERSBUS{year}V1", debts.wsnp_sql(settings), spells),
        cbs("SLOTAB", "VeiligheidRecht", f"SLO{year}TABV1", safety.victims_sql(settings)),
        cbs("VERDTAB", "VeiligheidRecht", f"VERD{year}TABV1", safety.suspects_sql(settings)),
        cbs("SCHULDENPROBLEMATIEK", "Maatwerk", f"SCHULDENPROBLEMATIEK{year}V1", debts.debts_sql(settings)),
    )
    zorg = "GezondheidWelzijn"
    gezondheid = (
        cbs("WANBZVWTAB", zorg, f"WANBZVW{year}TABV1", debts.premium_sql(settings)),
        cbs("GGZZPMPRESTATIETAB", zorg, f"GGZZPMPRESTATIE{year}TABV1", health.treatments_sql(settings)),
        cbs("MEDICIJNTAB", zorg, f"MEDICIJN{year}TABV1", health.medicines_sql(settings)),
        cbs("ZVWZORGKOSTENTAB", zorg, f"ZVWZORGKOSTEN{year}TABV1", care.costs_sql(settings)),
        cbs("MSZPRESTATIESVEKTTAB", zorg, f"MSZPRESTATIESVEKT{year}TABV1", care.hospital_groups_sql(settings)),
        cbs("INDICWLZTAB", zorg, f"INDICWLZ{year}TABV1", care.indications_sql(settings)),
        cbs("JGDHULPBUS", zorg, f"JGDHULP{year}BUSV1", youth.youth_care_sql(settings), spells),
        DeliveredTable(
            "WMOBUS", "cbs", f"{zorg}/WMOBUS", f"WMO{year}BUSV1", health.wmo_sql(settings), start, "WMOGEMEENTE"
        ),
    )
    gemeentelijk = (
        gemeenten("SCHULDHULP", debts.debt_help_sql(settings), spells),
        gemeenten("VROEGSIGNALERING", debts.signals_sql(settings)),
        gemeenten("THUISZITTERS", youth.out_of_school_sql(settings), spells),
        gemeenten("URGENTIE", addresses.priorities_sql(settings)),
    )
    return (*bevolking, *inkomen, *onderwijs, *recht, *gezondheid, *gemeentelijk)
