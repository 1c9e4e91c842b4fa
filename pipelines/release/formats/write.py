"""Writing every format of a release beside its tables, in the order in which they describe each other.

What belongs here: that order. What does not: a format.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipelines.release.content import ReleaseText
from pipelines.release.formats.csvw_metadata import write_csvw
from pipelines.release.formats.datapackage import write_datapackage
from pipelines.release.formats.dcat import write_dcat
from pipelines.release.formats.jsonstat import write_jsonstat
from pipelines.release.formats.quality import write_quality
from pipelines.release.formats.tables_of import CIJFERS, WIJKEN, data_files, facts_of
from pipelines.release.formats.words import sizes_of


def write_formats(release: ReleaseText, tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write JSON-stat, CSVW, the quality report, the datapackage and DCAT into a folder that has CSV and Parquet.

    `tables`: name of a table -> its rows, one for each table of the release.
    """
    facts = facts_of(release)
    for table in facts.found:
        write_jsonstat(tables[table.name], table, facts, folder)
    write_csvw(facts, folder)
    measured = [tables[table.name] for table in (CIJFERS, WIJKEN) if table.name in tables]
    write_quality(release, pl.concat(measured), folder)
    # These two state size and sha256 of the files above, so they come last.
    sizes = sizes_of(folder, data_files(facts))
    write_datapackage(facts, sizes, folder)
    write_dcat(facts, sizes, folder)
