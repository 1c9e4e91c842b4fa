"""Documents name only what exists."""

import re
from pathlib import Path

import pytest

from cli import make_parser
from pipelines.facts.gemeenten import PEILJAREN, gemeenten, inwoners

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path for path in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*/README.md")]
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_links_inside_the_repository_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_command_that_a_document_names_exists() -> None:
    known = _commands()

    for path in DOCUMENTS:
        for command in re.findall(r"`blindevlek ([a-z]+)", path.read_text(encoding="utf-8")):
            assert command in known, f"{path.name}: blindevlek {command}"


def test_the_readme_names_every_command() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    assert {
        command for command in _commands() if f"`{command}" not in text and f"blindevlek {command}" not in text
    } == set()


def test_the_readme_names_the_two_commands_and_the_exit_codes() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    assert "make run" in text
    assert "make test" in text
    assert "exit code" in text.lower()


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_public_facts_hold_together(peiljaar: int) -> None:
    rows = gemeenten(peiljaar)
    table = inwoners(peiljaar)

    assert len(rows) == len({row.code for row in rows})
    assert len({row.provincie for row in rows}) == 12
    for row in rows:
        assert sum(count for (code, _, _), count in table.items() if code == row.code) == row.inwoners


def _commands() -> set[str]:
    parser = make_parser()
    actions = [action for action in parser._actions if hasattr(action, "choices") and action.choices]
    return {name for action in actions for name in (action.choices or {})}
