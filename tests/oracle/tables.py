"""From the oracle's people to the measured tables of a key set, cell by cell in plain Python.

What belongs here: which person falls in which public cell. What does not: which cells there are (the key set).
"""

from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten
from pipelines.personas.spec import STATES
from pipelines.release.cells import KeySet
from tests.oracle.truncation import Cell


def oracle_tables(cells: dict[Cell, int], key_set: KeySet, personas: tuple[str, ...]) -> dict[str, list[int]]:
    """Measured table -> its vector: per block of the key set and region of that level, one total or ten cells.

    A person without age band or sex has no cell, and one outside the gemeenten of a block is not in that block.
    """
    provincie = {gemeente.code: gemeente.provincie for gemeente in gemeenten(key_set.peiljaar)}
    people: dict[tuple[str, str, str, int, int], int] = {}
    for (number, band, sex, persona, state), found in cells.items():
        people[f"GM{number:04d}", personas[persona], STATES[state], band, sex] = found
    tables: dict[str, list[int]] = {}
    for level in ("land", "provincie", "gemeente"):
        totals: list[int] = []
        details: list[int] = []
        for block in key_set.blocks:
            for region in block.at(level):
                inside = [g for g in block.gemeenten if region.code in (NEDERLAND, provincie[g], g)]
                ten = [
                    sum(people.get((g, block.persona.id, block.state, band, int(sex)), 0) for g in inside)
                    for band in range(len(AGE_BANDS))
                    for sex in SEXES
                ]
                details += ten
                totals.append(sum(ten))
        tables[level], tables[f"{level}_leeftijd_geslacht"] = totals, details
    return tables
