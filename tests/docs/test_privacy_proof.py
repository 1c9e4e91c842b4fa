"""The written proof speaks of code and tests that exist."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROOF = (CHECKOUT / "docs" / "privacy" / "sensitivity.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:pipelines|tests)/[\w/.]+?\.py)(?:::(\w+))?`", PROOF)))


def test_every_step_names_its_code_and_its_test() -> None:
    steps = re.split(r"^\*\*\d\. ", PROOF.partition("## The steps")[2].partition("## What the steps")[0], flags=re.M)[
        1:
    ]

    assert len(steps) == 9
    for step in steps:
        assert re.search(r"> code `pipelines/", step), step[:30]
        assert re.search(r"tests? `tests/", step), step[:30]


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value)
def test_what_the_proof_names_is_there(path: str, name: str) -> None:
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))

    assert not name or name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
