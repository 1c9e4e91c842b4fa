"""The faults of `make mutants` still fit the code: one that cannot be put in proves nothing."""

from collections import Counter

import pytest

from benchmarks.mutant_list import MUTANTS
from tests.conftest import CHECKOUT


@pytest.mark.parametrize("file", sorted({mutant.file for mutant in MUTANTS}))
def test_every_fault_has_exactly_one_place_in_the_code(file: str) -> None:
    code = (CHECKOUT / file).read_text(encoding="utf-8")

    homeless = [mutant.name for mutant in MUTANTS if mutant.file == file and code.count(mutant.old) != 1]

    assert not homeless, f"the code of {file} moved: move these faults of benchmarks/mutant_list.py along"


def test_every_fault_is_another_one() -> None:
    named = Counter((mutant.file, mutant.name) for mutant in MUTANTS)
    placed = Counter((mutant.file, mutant.old, mutant.new) for mutant in MUTANTS)

    assert set(named.values()) == set(placed.values()) == {1}
    assert all(mutant.old != mutant.new for mutant in MUTANTS)
