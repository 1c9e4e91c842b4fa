"""Places in the household by age and sex: the national picture.

What belongs here: the shares and their fit to the published totals. What does not: gemeenten (see
`composition.py`). The shares by age are a drawing of the known life course, fitted to the totals by proportions.
"""

from functools import cache

from pipelines.facts.gemeenten import five_year_groups

ROLES = ("kind", "alleen", "paar", "gezin", "eenouder", "overig", "instelling")
SEXES = (1, 2)
AGES = tuple(range(0, 100, 5))

NATIONAL_PLACES: dict[str, int] = {
    "kind": 4_670_903,
    "alleen": 3_340_560,
    "paar": 4_677_716,
    "gezin": 4_059_756,
    "eenouder": 618_056,
    "overig": 286_775,
    "instelling": 289_176,
}
"""Persons by place in the household, 1 January 2024 (CBS 37620); partners married and unmarried together."""

_CHILDREN = ((98.5, 0, 0, 0, 0, 1.2, 0.0), (98.7, 0, 0, 0, 0, 1.1, 0.2), (98.6, 0, 0, 0, 0, 1.1, 0.3))
_MEN = (
    *_CHILDREN,
    (92.5, 4.5, 0.6, 0.1, 0.05, 1.6, 0.6),
    (56, 26, 11, 1, 0.1, 5, 0.9),
    (22, 31, 31, 10, 0.3, 4.7, 0.8),
    (8, 27, 25, 36, 0.6, 2.4, 0.8),
    (4.5, 22, 14, 55.5, 1.4, 1.6, 1),
    (3, 20, 11.5, 61, 2.2, 1.3, 1),
    (2.5, 20, 14, 58, 3.4, 1.3, 1),
    (2, 20, 23, 49, 3.8, 1.3, 1),
    (1.2, 20, 43, 30, 3.3, 1.3, 1),
    (0.6, 20.5, 62, 13, 1.8, 1.2, 1),
    (0.2, 21, 71, 5, 0.9, 1.2, 0.8),
    (0, 20.5, 74.5, 2.5, 0.5, 1.2, 0.8),
    (0, 21.5, 73.5, 1.4, 0.5, 1.3, 1.5),
    (0, 26, 66, 1, 0.5, 1.5, 5),
    (0, 33, 53, 0.6, 0.6, 1.8, 11),
    (0, 42, 35, 0.4, 0.7, 2, 20),
    (0, 47, 20, 0, 1, 2, 30),
)
_WOMEN = (
    *_CHILDREN,
    (91, 5, 1.4, 0.2, 0.3, 1.6, 0.5),
    (44, 28, 20, 3, 1.4, 3, 0.6),
    (13, 25, 38, 17, 3, 3.4, 0.5),
    (4, 18, 22, 47, 5.5, 1.6, 0.5),
    (2, 13, 11, 62.5, 9, 1.1, 0.6),
    (1.5, 12, 9.5, 63.5, 11.5, 1, 0.7),
    (1.3, 13.5, 15.5, 56, 11.8, 1, 0.7),
    (1, 16, 30, 41, 10, 1, 0.8),
    (0.6, 19, 52.5, 20, 6, 1, 0.8),
    (0.3, 23, 65.5, 6.5, 3, 1, 0.8),
    (0.1, 26, 68.5, 2.2, 1.6, 1, 0.8),
    (0, 30, 65, 1, 1.4, 1.2, 1),
    (0, 37.5, 57, 0.6, 1.6, 1.3, 2),
    (0, 47.5, 42, 0.4, 2, 1.5, 6.5),
    (0, 55.5, 23.5, 0.2, 2.5, 2, 16),
    (0, 55.5, 9.5, 0, 3, 2.5, 29.5),
    (0, 47, 2.5, 0, 3, 2.5, 45),
)
_FITTING_ROUNDS = 60

_SETTLED = {"alleen": 0.977, "paar": 1.0016, "gezin": 1.0166}
"""By which a role is fitted higher than its total, because partners who cannot be paired in a gemeente and families
without a child there are given another role afterwards (see `composition.py`)."""


@cache
def national_shares(peiljaar: int) -> dict[tuple[int, int], dict[str, float]]:
    """(sex, first age) -> role -> share of those people, fitted to the national totals (iterative proportions)."""
    people = dict.fromkeys(((sex, age) for sex in SEXES for age in AGES), 0)
    for _, age, men, women in five_year_groups(peiljaar):
        people[1, age] += men
        people[2, age] += women
    table = {
        (sex, age): dict(zip(ROLES, row, strict=True))
        for sex, rows in zip(SEXES, (_MEN, _WOMEN), strict=True)
        for age, row in zip(AGES, rows, strict=True)
    }
    for _ in range(_FITTING_ROUNDS):
        for row_key, row in table.items():
            _scale_row(row, people[row_key])
        for role, published in NATIONAL_PLACES.items():
            total = published * _SETTLED.get(role, 1.0)
            if role in ("paar", "gezin"):
                for sex in SEXES:
                    _scale_column(table, role, total / 2, [(sex, age) for age in AGES])
            else:
                _scale_column(table, role, total, list(table))
    for row in table.values():
        _scale_row(row, 1)
    return table


def _scale_row(row: dict[str, float], total: float) -> None:
    factor = total / sum(row.values())
    for role in row:
        row[role] *= factor


def _scale_column(
    table: dict[tuple[int, int], dict[str, float]], role: str, total: float, keys: list[tuple[int, int]]
) -> None:
    factor = total / sum(table[key][role] for key in keys)
    for key in keys:
        table[key][role] *= factor
