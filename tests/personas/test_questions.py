"""On a terminal `persona new` asks until every answer can be used, and writes nothing when the answers end."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import UserError
from pipelines.personas.load import load_personas
from pipelines.personas.questions import Questions
from pipelines.personas.scaffold import Choices, write_new
from pipelines.registers.catalogue_model import load_catalogue
from tests.personas.renew_explained import specs_only

CONTEXT = specs_only()
INDICATORS = CONTEXT.indicators()
MECHANISMS = CONTEXT.mechanisms()


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    (tmp_path / "personas").mkdir()
    return tmp_path


def asked(specs: Path, answers: list[str], said: list[str], **given: Any) -> dict[str, Any]:
    """The answers to questions, typed one by one."""
    typed = iter(answers)

    def ask(question: str) -> str:
        said.append(question)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    return Questions(ask, said.append, specs, INDICATORS, MECHANISMS, given).answers()


ANSWERS = ["ouder-zonder-hulp", "Een naam", "leeftijd_18_tot_aow", "laag_inkomen", "psychofarmaca", "", "wmo_maatwerk",
           "bijstand", "eerst-wie-betaalt", "gemeente"]  # fmt: skip


def test_the_answers_on_a_terminal_make_a_persona(specs: Path) -> None:
    choices = Choices(**asked(specs, ANSWERS, []))

    path = write_new(specs, choices, INDICATORS, MECHANISMS, load_catalogue())

    assert load_personas(path.parent, INDICATORS).by_id[path.stem].missing_voorziening.need == "bijstand"


def test_an_answer_that_cannot_be_used_is_asked_again_with_the_reason(specs: Path) -> None:
    said: list[str] = []

    found = asked(specs, ["Ouder!", *ANSWERS[:6], "bijstnd", *ANSWERS[6:9], "stad", "land"], said)

    assert found["id"] == "ouder-zonder-hulp"
    assert found["geography"] == "land"
    assert any("Such as: ouder." in line for line in said)
    assert any("Did you mean 'bijstand'?" in line for line in said)


def test_a_question_mark_shows_what_can_be_chosen(specs: Path) -> None:
    said: list[str] = []

    asked(specs, [*ANSWERS[:3], "?schuld", *ANSWERS[3:8], "?", *ANSWERS[8:]], said)

    assert any(line.startswith("  schuld_smal: ") for line in said)
    assert any(line.startswith("  zoektermijn-vier-weken: ") for line in said)
    assert not any(line.startswith("  insuline: ") for line in said)


def test_what_was_given_is_not_asked(specs: Path) -> None:
    said: list[str] = []

    found = asked(specs, ANSWERS[2:], said, id="ouder-zonder-hulp", name="Een naam")

    assert found["name"] == "Een naam"
    assert not any(line.startswith(("Id", "Naam")) for line in said)


def test_answers_that_end_too_early_write_nothing(specs: Path) -> None:
    with pytest.raises(UserError, match="nothing was written"):
        asked(specs, ANSWERS[:4], [])
