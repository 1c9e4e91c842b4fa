"""The page of validation rules is the one that the suites make."""

from expectations.rule_list import PAGE, page
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR
from pipelines.registers.catalogue_model import load_catalogue
from tests.tiny import specs


def test_the_page_of_rules_is_current() -> None:
    made = page(load_catalogue(), specs(), DEFAULT_PEILJAAR)

    assert PAGE.read_text(encoding="utf-8") == made, "run `python -m expectations.rule_list`"
