"""Everybody who is planted on purpose: which people, how many, and everything they have.

What belongs here: the scripts, as data, one module per theme. What does not: choosing the people (see
`planting.py`). The numbers are our choice: no public source sizes a combination of three problems.
"""

from pipelines.population.casts.care import CARE
from pipelines.population.casts.debts import DEBTS
from pipelines.population.casts.housing import HOUSING
from pipelines.population.casts.income import INCOME
from pipelines.population.casts.several import SEVERAL
from pipelines.population.casts.young import YOUNG
from pipelines.population.scripts import Group

GROUPS: tuple[Group, ...] = (*DEBTS, *INCOME, *HOUSING, *CARE, *YOUNG, *SEVERAL)
