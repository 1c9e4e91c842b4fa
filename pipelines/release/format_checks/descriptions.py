"""Every description that follows from the facts of a release, compared with what we make of those facts ourselves.

What belongs here: `datapackage.json`, the CSVW files and `dcat.ttl`, word for word, with sizes and sha256 of the files beside
them. What does not: the libraries that judge the same formats.

A description that names another address, drops a rule for a column or tells another status differs, and is refused.
"""

from collections.abc import Iterator
from pathlib import Path

from pipelines.release.format_checks.reading import WHOLE
from pipelines.release.formats import datapackage, dcat
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.csvw_metadata import ENDING, csvw_of
from pipelines.release.formats.tables_of import ReleaseFacts, data_files
from pipelines.release.formats.words import json_text, sizes_of


def check_descriptions(folder: Path, facts: ReleaseFacts) -> Iterator[Verdict]:
    """A verdict per description."""
    try:
        sizes = sizes_of(folder, data_files(facts))
    except FileNotFoundError:
        missing = "a file that it describes is missing"
        yield from (Verdict(f"beschrijving/{name}", WHOLE, missing) for name in (datapackage.NAME, dcat.NAME))
    else:
        yield _compared(folder / datapackage.NAME, json_text(datapackage.datapackage_of(facts, sizes)))
        yield _compared(folder / dcat.NAME, dcat.dcat_text(facts, sizes))
    for table in facts.found:
        yield _compared(folder / f"{table.name}{ENDING}", json_text(csvw_of(table, facts)))


def _compared(path: Path, made: str) -> Verdict:
    rule = f"beschrijving/{path.name}"
    if not path.is_file():
        return Verdict(rule, WHOLE, "is missing")
    same = path.read_bytes() == made.encode()
    return Verdict(rule, WHOLE, "" if same else "is not what the files and facts of this folder give")
