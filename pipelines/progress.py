"""How long work tells what it is doing.

What belongs here: the type and the silent one. What does not: printing (the front doors do that). A message
names a step and public facts only, never a count of rows.
"""

from collections.abc import Callable

Progress = Callable[[str], None]


def silent(_message: str) -> None:
    """Say nothing."""
