"""Names of columns in messages: told when they can be names, and never when a row may have become part of the header."""

import pytest

from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.headers import shown


@pytest.mark.parametrize(
    "value", ["788326227", "20230111", "Jansen de Vries", "4", "1979-03-04", "jan@gemeente", "rin788326227", ""]
)
def test_a_name_that_looks_like_a_value_is_not_told_nor_are_its_neighbours(value: str) -> None:
    told = shown(["wmogemeente", value])

    assert told == "(not told: of 2 names some look like values, so a row may stand in the header)"


def test_names_are_told_in_their_order() -> None:
    assert shown(["rinpersoon", "gem2023", "nieuwe_kolom"]) == "rinpersoon, gem2023, nieuwe_kolom"


def test_every_column_of_the_catalogue_is_a_name() -> None:
    for register in load_catalogue().registers.values():
        names = [column.delivered(2023) for column in register.columns]
        assert shown(names[:20]) == ", ".join(name[:40] for name in names[:20])
