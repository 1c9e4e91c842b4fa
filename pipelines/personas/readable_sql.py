"""The query of one persona for people to read: what the pipeline runs, with the indicators named in comments.

What belongs here: comments. What does not: SQL of its own (`compiler.py` writes every line of it).
"""

import re

from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import STATE_CODES, counts_sql
from pipelines.personas.phrases import title
from pipelines.personas.spec import Persona

PATTERNS = "pattern_indicators"
"""The view with every indicator as a named three-valued boolean, one row a pattern, with its count `n`."""


def readable_sql(persona: Persona, indicators: Indicators, patterns: str = PATTERNS) -> str:
    """The query that counts this persona by itself over the named view, a condition a line. Without its comments it
    is what `counts_sql` gives for a plan of this one persona."""
    states = ", ".join(f"{code} {state}" for state, code in STATE_CODES.items())
    header = [
        f"-- {persona.id} version {persona.version}; states: {states}, NULL is not counted",
        "-- Every indicator is true, false or NULL (unknown). n is the number of people who share a row of the view.",
    ]
    lines = counts_sql((persona,), 1, patterns).splitlines()
    return "\n".join([*header, *(_with_comment(line, persona, indicators) for line in lines)])


def _with_comment(line: str, persona: Persona, indicators: Indicators) -> str:
    named = [name for name in dict.fromkeys(persona.indicators) if re.search(rf"\b{name}\b", line)]
    if not named:
        return line
    # The title is a text that people write: on one line it cannot end the comment.
    return f"{line:60}  -- " + "; ".join(f"{name}: {title(indicators.by_id[name])}" for name in named)
