"""A catalogue entry as the YAML text that people read and mend.

What belongs here: the form of the text. What does not: what an entry may hold (`catalogue_model.py`).
"""

from typing import Any

import yaml

_WIDTH = 110


class _Indented(yaml.SafeDumper):
    """Lists indented under their key, as in the entries that were written by hand."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def entry_text(entry: dict[str, Any]) -> str:
    """The YAML of an entry, keys in the order given; the strict reader reads back exactly this."""
    return yaml.dump(entry, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=_WIDTH)
