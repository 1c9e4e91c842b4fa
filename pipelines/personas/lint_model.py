"""What the lint of personas finds: codes, severities, and how a finding is told.

What belongs here: the list of checks. What does not: the checks (`lint_logic.py`, `lint_texts.py`, `lint_use.py`).
"""

from dataclasses import dataclass

from pipelines.indicators.collection import Indicators
from pipelines.personas.checks import NEED_APART, ONE_LEEFGEBIED, POSITIVE_UNIVERSE
from pipelines.personas.mechanisms import Mechanism
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue
from pipelines.yaml_document import Document, Fault

ERROR, WARNING, INFO = "error", "warning", "info"
REFUSED = "BV000"

CHECKS: dict[str, tuple[str, str]] = {
    REFUSED: (ERROR, "the loader refuses the spec"),
    NEED_APART: (ERROR, "the need refers to the voorziening"),
    ONE_LEEFGEBIED: (ERROR, "all problems come from one leefgebied, without a reason"),
    POSITIVE_UNIVERSE: (ERROR, "the population is true for somebody without any record"),
    "BV004": (ERROR, "the conditions can never all be true"),
    "BV005": (WARNING, "nobody can be missing"),
    "BV006": (WARNING, "nobody can be served"),
    "BV007": (INFO, "nobody can be unknown"),
    "BV008": (WARNING, "a register never sees people of this population"),
    "BV009": (WARNING, "a text is missing, a placeholder, or too short"),
    "BV010": (WARNING, "the geography is finer than the expected size allows"),
    "BV011": (WARNING, "a deprecated indicator is used"),
    "BV012": (INFO, "no persona uses this indicator"),
    "BV013": (WARNING, "the rows of other people are read"),
    "BV014": (WARNING, "a mechanism is repealed"),
    "BV015": (INFO, "no persona uses this mechanism"),
    "BV016": (WARNING, "the examples do not show all sides"),
    "BV017": (WARNING, "a problem shares an indicator with the voorziening"),
    "BV018": (INFO, "every problem is seen through a proxy only"),
    "BV019": (WARNING, "another persona has the same conditions"),
    "BV020": (INFO, "a condition rests on assumed columns"),
    "BV021": (INFO, "a condition adds nothing to the others"),
    "BV024": (ERROR, "what was accepted has changed, or a file that keeps it cannot be read"),
    "BV023": (INFO, "a text of a draft is still to be written"),
    "BV022": (INFO, "a mechanism is still to be verified"),
}
"""Code -> severity and what it is about. A code never changes its meaning."""


@dataclass(frozen=True)
class Subject:
    """A persona that loads (or nearly), with all that a check may look at."""

    persona: Persona
    document: Document
    indicators: Indicators
    catalogue: Catalogue
    mechanisms: dict[str, Mechanism]
    others: tuple[Persona, ...]
    """All other personas that load."""


@dataclass(frozen=True)
class Finding:
    """One line of the lint: `file:line: severity code: place: what is wrong, and what to do`."""

    code: str
    told: str

    @property
    def severity(self) -> str:
        return CHECKS[self.code][0]


def finding(document: Document, fault: Fault) -> Finding:
    """A fault in a file as a finding; a fault without a code is one that the loader refuses."""
    code = fault.code or REFUSED
    return Finding(code, document.told(fault, f"{CHECKS[code][0]} {code}: "))


def summary(found: list[Finding]) -> str:
    """How many of each severity, in one line."""
    counts = [sum(item.severity == severity for item in found) for severity in (ERROR, WARNING, INFO)]
    words = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in zip(counts, ("error", "warning", "note"), strict=True)]
    return ", ".join(words) + "."
