"""What every format says in the same words: who publishes, under which licence, and how JSON is written.

What belongs here: those constants and one function. What does not: columns, and texts of one format.
"""

import json
from collections.abc import Mapping

PUBLISHER = "Blinde Vlek"
LICENCE_NAME = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Naamsvermelding 4.0"
LICENCE = "http://creativecommons.org/licenses/by/4.0/deed.nl"
"""As the list of licences of DCAT-AP-NL writes it; nobody fetches it."""

STATUS = {"voorlopig": "voorlopig", "nader_voorlopig": "nader voorlopig", "definitief": "definitief"}
"""Status of the figures as files name it -> in Dutch."""


def json_text(content: Mapping[str, object]) -> str:
    """The text of a JSON file, in the order given; the same content gives the same text."""
    return f"{json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)}\n"
