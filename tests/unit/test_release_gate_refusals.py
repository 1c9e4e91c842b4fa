"""A gate of a plan that says nothing sensible is refused, with the file and the line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import SpecError
from pipelines.release.plan import load_plan
from tests.surroundings import CHECKOUT

PERSONA, SOURCE = "dakloos-verslaafd-schulden", "een openbaar rapport, bladzijde 12"
PLANS = CHECKOUT / "persona_specs" / "release_plans"
NONSENSE: dict[str, tuple[Callable[[str], str], str, str]] = {
    "no source": (lambda text: re.sub(r"      source: .*\n", "", text), "    dakloos", "source: this key is required"),
    "an empty source": (lambda text: re.sub(r"source: .*", "source: ' '", text), "source:", "write a text"),
    "nobody": (lambda text: text.replace("1/1000", "0"), "share:", "no number above 0"),
    "fewer than nobody": (lambda text: text.replace("1/1000", "-0.1"), "share:", "no number above 0"),
    "more than everybody": (lambda text: text.replace("1/1000", "1.01"), "share:", "more than 1"),
    "no number": (lambda text: text.replace("1/1000", "veel"), "share:", "no number above 0"),
    "infinitely many": (lambda text: text.replace("1/1000", ".inf"), "share:", "read as a number"),
    "a persona that is not there": (
        lambda text: text.replace(f"    {PERSONA}:\n", "    dakloos-verslaafd-schuld:\n"),
        "    dakloos-verslaafd-schuld:",
        f"Did you mean '{PERSONA}'",
    ),
    "no margin": (lambda text: text.replace("margins: 1\n", "margins: 0\n"), "margins:", "no number above 0"),
    "a margin that nobody reaches": (lambda text: text.replace("margins: 1\n", "margins: 1000\n"), "margins:", "usual"),
    "no prior": (lambda text: text[: text.index("  priors:")] + "  priors: {}\n", "priors:", "at least 1"),
    "an unknown key": (lambda text: text.replace("margins: 1\n", "margin: 1\n"), "margin:", "Did you mean 'margins'"),
}


@pytest.mark.parametrize(("damage", "at", "words"), NONSENSE.values(), ids=NONSENSE)
def test_a_gate_that_says_nothing_sensible_is_refused_with_file_and_line(
    tmp_path: Path, damage: Callable[[str], str], at: str, words: str
) -> None:
    text = with_gate((PLANS / "2023-voorlopig.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "2023-voorlopig.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_plan(tmp_path, "2023-voorlopig").gate is not None
    broken = damage(text)
    path.write_text(broken, encoding="utf-8")
    gate_at = broken.index("gate:\n")
    line = broken[: broken.index(at, gate_at)].count("\n") + 1

    with pytest.raises(SpecError) as refused:
        load_plan(tmp_path, "2023-voorlopig")

    assert f"2023-voorlopig.yaml:{line}: gate." in str(refused.value)
    assert words in str(refused.value)


def with_gate(text: str) -> str:
    prior = f"    {PERSONA}:\n      share: 1/1000\n      source: {SOURCE}\n"
    return f"{text}gate:\n  margins: 1\n  priors:\n{prior}"
