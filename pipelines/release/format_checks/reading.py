"""What verdicts say of what was read, and of what a library raised, without a value of a row.

What belongs here: those words. What does not: reading.
"""

WHOLE = "hele bestand"
"""Said of a file that was read as a whole."""


def rows_read(found: int, most: int | None = None) -> str:
    """How many rows were read, in Dutch: all of them, or the first `most`."""
    if most is None or found <= most:
        return f"alle {_dutch(found)} regels"
    return f"de eerste {_dutch(most)} van {_dutch(found)} regels"


def cause(error: BaseException) -> str:
    """The kind of an error: texts of libraries quote what they read."""
    return type(error).__name__


def _dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")
