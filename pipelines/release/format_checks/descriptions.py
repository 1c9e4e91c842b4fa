"""Every description that follows from the facts of a release, compared with what we make of those facts ourselves.

What belongs here: `datapackage.json`, the CSVW files and `dcat.ttl`, word for word, with sizes and sha256 of the files beside
them. What does not: the libraries that judge the same formats.

A description that names another address, drops a rule for a column or tells another status differs, and is refused.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.release.formats import datapackage, dcat
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.csvw_metadata import ENDING, csvw_of
from pipelines.release.formats.tables_of import ReleaseFacts
from pipelines.release.formats.words import json_text

_WHOLE = "hele bestand"


def check_descriptions(folder: Path, facts: ReleaseFacts) -> Iterator[Verdict]:
    """A verdict per description."""
    yield _compared(folder / datapackage.NAME, lambda: json_text(datapackage.datapackage_of(facts, folder)))
    for table in facts.found:
        path = folder / f"{table.name}{ENDING}"
        yield _compared(path, lambda table=table: json_text(csvw_of(table, facts)))  # type: ignore[misc]
    yield _compared(folder / dcat.NAME, lambda: dcat.dcat_text(facts, folder))


def _compared(path: Path, made: Callable[[], str]) -> Verdict:
    rule = f"beschrijving/{path.name}"
    try:
        same = path.read_bytes() == made().encode()
    except FileNotFoundError:
        return Verdict(rule, _WHOLE, "a file that it describes, or the description itself, is missing")
    return Verdict(rule, _WHOLE, "" if same else "is not what the files and facts of this folder give")
