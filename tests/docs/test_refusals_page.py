"""The page of refusals is the one that the table of damage makes."""

from tests.damage.page import PAGE, page


def test_the_page_of_refusals_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.damage.page`"
