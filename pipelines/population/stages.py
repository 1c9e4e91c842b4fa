"""The order in which things befall people.

What belongs here: the order, in which later chances may depend on earlier ones. What does not: the chances.
"""

from pipelines.population.addresses import OPVANG
from pipelines.population.benefits import AO, AO_ENDED, BIJSTAND
from pipelines.population.chances import Stage
from pipelines.population.debts import DEBT_HELP, HOUSEHOLD_DEBT, PERSON_DEBT_COLUMN, PREMIUM, SIGNAL, WSNP
from pipelines.population.education import ENROLLED, LOW_COLUMN
from pipelines.population.health import (
    ADDICTION_MEDICINE,
    ANTIDEPRESSANTS,
    ANTIPSYCHOTICS,
    DIAGNOSIS_COLUMN,
    GGZ,
    WMO,
)
from pipelines.population.settings import PopulationSettings
from pipelines.population.work import JOB, JOB_ENDED_COLUMN, SELF_EMPLOYED


def stages(settings: PopulationSettings) -> tuple[Stage, ...]:
    """The stages of one population, each on top of the one before."""
    job_ended = (JOB_ENDED_COLUMN[0], JOB_ENDED_COLUMN[1].format(year=settings.peiljaar))
    return (
        Stage((OPVANG, AO, HOUSEHOLD_DEBT, ENROLLED, SELF_EMPLOYED), (PERSON_DEBT_COLUMN,)),
        Stage((AO_ENDED, BIJSTAND)),
        Stage((GGZ, PREMIUM), (DIAGNOSIS_COLUMN, LOW_COLUMN)),
        Stage(
            (JOB, ANTIPSYCHOTICS, ANTIDEPRESSANTS, ADDICTION_MEDICINE, WMO, SIGNAL, DEBT_HELP, WSNP),
            (job_ended,),
            drop=("zh", "ggz"),
        ),
    )
