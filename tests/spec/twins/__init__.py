"""Per check of the lint a bad twin with its findings, and a good twin that differs in that alone.

What belongs here: twins. What does not: the lint run over them (`test_lint.py`). To add one: edits of the files in
`good/` (file, text in it, text in its place; None as the text writes a whole file), the findings that the bad twin must
give, and the edits of the good twin.
"""

from tests.spec.twins.conditions import CONDITIONS
from tests.spec.twins.edits import Edit, Twins
from tests.spec.twins.references import REFERENCES
from tests.spec.twins.words import WORDS

TWINS: dict[str, Twins] = {**CONDITIONS, **REFERENCES, **WORDS}
assert len(TWINS) == len(CONDITIONS) + len(REFERENCES) + len(WORDS), "two twins have one name"

__all__ = ["TWINS", "Edit", "Twins"]
