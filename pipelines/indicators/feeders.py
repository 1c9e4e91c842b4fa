"""Which files feed the indicators: the component files of each scheme, or the themes of the Stapelingsmonitor.

What belongs here: the names of the feeders. What does not: what each means for an indicator (`spec.py`).
"""

from typing import Literal

from pipelines.errors import UserError

Feeder = Literal["components", "stapelingsmonitor"]
FEEDERS: tuple[Feeder, ...] = ("components", "stapelingsmonitor")
COMPONENTS: Feeder = "components"


def feeder_of(text: str) -> Feeder:
    """The feeder of this name, the component files when it is empty; raises UserError with the names that do."""
    if not text:
        return COMPONENTS
    for feeder in FEEDERS:
        if text == feeder:
            return feeder
    raise UserError(
        f"BLINDEVLEK_FEEDER is '{text}', and must be one of: {', '.join(FEEDERS)}. Leave it out to read the component files."
    )
