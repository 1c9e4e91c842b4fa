"""Every case of the reference of rules, through the real compiler; and the page is what these cases say."""

import pytest
import yaml

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.rule_checks import check_rule
from pipelines.indicators.spec import Indicator, Rule
from pipelines.registers.catalogue_model import load_catalogue
from tests.unit.rule_cases import CASES, SECTIONS
from tests.unit.rule_cases.misuses import MISUSES, Misuse
from tests.unit.rule_cases.model import Case
from tests.unit.rule_kluis import Row, answers
from tests.unit.rule_reference import PAGE, page

TEXTS = {"leefgebied": "algemeen", "kind": "kenmerk", "observes": "direct"}


def indicators_of(text: str) -> Indicators:
    """Indicators as an author writes them, without their texts."""
    found = {
        name: Indicator.model_validate({"id": name, "title": name, **TEXTS, **content})
        for name, content in yaml.safe_load(text).items()
    }
    for indicator in found.values():
        check_rule(indicator.id, indicator, load_catalogue())
    return Indicators(found)


def people_of(case: Case) -> list[Row]:
    """Everybody who is asked after, with what is said of some."""
    said = {str(row["person"]): row for row in case.people}
    named = (
        {str(row["person"]) for rows in case.rows.values() for row in rows if "person" in row}
        | set(case.outcomes)
        | set(said)
    )
    return [said.get(person, {"person": person}) for person in sorted(named)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.asked}: {case.title}")
def test_the_rows_of_a_case_make_everybody_what_it_says(case: Case) -> None:
    found = answers(indicators_of(case.yaml), people_of(case), case.rows)

    said = {person: found[person][case.asked] for person in case.outcomes}
    assert said == {person: outcome for person, (outcome, _why) in case.outcomes.items()}


def test_every_rule_of_the_vocabulary_has_a_case_of_each_outcome_that_it_can_have() -> None:
    shown = {name.strip() for section in SECTIONS for name in section.rule.split(",")}

    assert shown - {"where and between"} == set(Rule.model_fields)
    for section in SECTIONS:
        outcomes = {outcome for case in section.cases for outcome, _why in case.outcomes.values()}
        assert {True, False} <= outcomes, section.rule


def test_the_reference_is_written_from_these_cases() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.unit.rule_reference`"


@pytest.mark.parametrize("misuse", MISUSES, ids=lambda misuse: misuse.what)
def test_a_rule_that_cannot_mean_anything_is_refused_and_its_author_is_taught(misuse: Misuse) -> None:
    content = {"id": "x", "title": "x", **TEXTS, "source": misuse.source, "rule": yaml.safe_load(misuse.yaml)}
    indicator = Indicator.model_validate(content)

    with pytest.raises(SpecError) as caught:
        check_rule("alle.yaml", indicator, load_catalogue())

    assert str(caught.value) == f"alle.yaml: {misuse.told}"
