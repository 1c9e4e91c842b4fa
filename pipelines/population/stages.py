"""The order in which things befall people.

What belongs here: the order, in which later chances may depend on earlier ones. What does not: the chances.
"""

from dataclasses import replace

from pipelines.population.addresses import OPVANG, PRIORITY
from pipelines.population.benefits import AO, AO_ENDED, BIJSTAND, LAW
from pipelines.population.care import COELIAC_DISEASE, LONG_TERM_CARE, MATERNITY
from pipelines.population.chances import Stage
from pipelines.population.debts import DEBT_HELP, HOUSEHOLD_DEBT, PERSON_DEBT_FLAG, PREMIUM, SIGNAL, WSNP
from pipelines.population.education import ENROLLED, LOW_FLAG
from pipelines.population.health import (
    ADDICTION_MEDICINE,
    ADHD_MEDICINE,
    ANTIDEPRESSANTS,
    ANTIPSYCHOTICS,
    DIAGNOSIS_COLUMN,
    DIAGNOSIS_DRAW,
    GGZ,
    INSULIN,
    TRANQUILLISERS,
    WMO,
    WMO_TYPE,
)
from pipelines.population.income import RENT_ALLOWANCE
from pipelines.population.pensions import CUT_PENSION, TOP_UP
from pipelines.population.safety import SUSPECT, VICTIM_OF_VIOLENCE
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import Split
from pipelines.population.targets import aim_in
from pipelines.population.uniforms import RIN_TEXT
from pipelines.population.work import JOB, SELF_EMPLOYED, job_draws, job_ended_column, ww_flag
from pipelines.population.youth import ABSENCE, OUT_OF_SCHOOL, YOUTH_CARE

SPLITS: tuple[Split, ...] = (LAW, WMO_TYPE, ABSENCE, RENT_ALLOWANCE)
"""Divided when everything has befallen."""

COMMON = (JOB.name, SELF_EMPLOYED.name, ENROLLED.name, LOW_FLAG[0])
"""What befalls more people than all the rest together; the few others whom nothing else befalls are worth leaving out."""


def stages(settings: PopulationSettings) -> tuple[Stage, ...]:
    """The stages of one population, each on top of the one before, with the targets of its peiljaar."""
    return tuple(_of_year(stage, settings.peiljaar) for stage in _stages(settings))


def _of_year(stage: Stage, peiljaar: int) -> Stage:
    chances = (replace(chance, target=aim_in(chance.name, peiljaar, chance.target)) for chance in stage.chances)
    return replace(stage, chances=tuple(chances))


def _stages(settings: PopulationSettings) -> tuple[Stage, ...]:
    year = settings.peiljaar
    return (
        Stage(
            (OPVANG, AO, HOUSEHOLD_DEBT, ENROLLED, SELF_EMPLOYED, SUSPECT, MATERNITY),
            flags=(PERSON_DEBT_FLAG, AO.formerly(year)),
            drop=("hhh", "zh", "typhh", "babies"),
        ),
        Stage(
            (
                *(AO_ENDED, BIJSTAND, GGZ, PREMIUM, YOUTH_CARE, VICTIM_OF_VIOLENCE, LONG_TERM_CARE, CUT_PENSION),
                *(INSULIN, ADHD_MEDICINE),
            ),
            draws=(DIAGNOSIS_DRAW,),
            flags=(LOW_FLAG, BIJSTAND.formerly(year)),
            columns=(DIAGNOSIS_COLUMN,),
        ),
        Stage(
            (
                *(JOB, ANTIPSYCHOTICS, ANTIDEPRESSANTS, ADDICTION_MEDICINE, TRANQUILLISERS, WMO, SIGNAL, DEBT_HELP),
                *(WSNP, TOP_UP, OUT_OF_SCHOOL, COELIAC_DISEASE, PRIORITY),
            ),
            draws=job_draws(year),
            flags=(ww_flag(year), WSNP.formerly(year)),
            columns=(job_ended_column(settings), ("rin", RIN_TEXT)),
        ),
    )
