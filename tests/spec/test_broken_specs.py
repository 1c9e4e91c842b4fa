"""Every broken spec is refused with one message that its author can act on: file, line, found, allowed, what to do."""

import shutil
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.rooms import DataRoot
from tests.spec.broken import CASES

GOOD = Path(__file__).parent / "good"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A copy of the good specs, to be bent."""
    return Path(shutil.copytree(GOOD, tmp_path / "specs"))


def load_everything(specs: Path) -> None:
    context = Context(DataRoot(specs / "data"), specs / "key", specs, "test", lambda _m: None, lambda _t: None)
    context.mechanisms()
    context.plan("2023-proef")


def bend(specs: Path, name: str) -> None:
    """Make one case of the table in these specs; an old text of None replaces the whole file."""
    file, old, new, _message = CASES[name]
    path = specs / file
    text = path.read_text(encoding="utf-8")
    if old is None:
        text = old = text or " "
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_good_specs_load(specs: Path) -> None:
    load_everything(specs)


@pytest.mark.parametrize("name", CASES)
def test_a_broken_spec_is_refused_and_its_author_is_taught(specs: Path, name: str) -> None:
    bend(specs, name)

    with pytest.raises(SpecError) as caught:
        load_everything(specs)

    assert str(caught.value) == CASES[name][3]
