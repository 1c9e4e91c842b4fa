"""The order in which things befall people.

What belongs here: the order, in which later chances may depend on earlier ones. What does not: the chances.
"""

from pipelines.population.addresses import OPVANG
from pipelines.population.benefits import AO, AO_ENDED, BIJSTAND
from pipelines.population.chances import Stage
from pipelines.population.debts import DEBT_HELP, HOUSEHOLD_DEBT, PERSON_DEBT_FLAG, PREMIUM, SIGNAL, WSNP
from pipelines.population.education import ENROLLED, LOW_FLAG
from pipelines.population.health import (
    ADDICTION_MEDICINE,
    ANTIDEPRESSANTS,
    ANTIPSYCHOTICS,
    DIAGNOSIS_COLUMN,
    DIAGNOSIS_DRAW,
    GGZ,
    WMO,
)
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT
from pipelines.population.work import JOB, JOB_DRAWS, SELF_EMPLOYED, job_ended_column


def stages(settings: PopulationSettings) -> tuple[Stage, ...]:
    """The stages of one population, each on top of the one before."""
    return (
        Stage(
            (OPVANG, AO, HOUSEHOLD_DEBT, ENROLLED, SELF_EMPLOYED),
            flags=(PERSON_DEBT_FLAG,),
            drop=("hhh", "zh", "sex", "typhh"),
        ),
        Stage(
            (AO_ENDED, BIJSTAND, GGZ, PREMIUM),
            draws=(DIAGNOSIS_DRAW,),
            flags=(LOW_FLAG,),
            columns=(DIAGNOSIS_COLUMN,),
        ),
        Stage(
            (JOB, ANTIPSYCHOTICS, ANTIDEPRESSANTS, ADDICTION_MEDICINE, WMO, SIGNAL, DEBT_HELP, WSNP),
            draws=JOB_DRAWS,
            columns=(job_ended_column(settings), ("rin", RIN_TEXT)),
        ),
    )
