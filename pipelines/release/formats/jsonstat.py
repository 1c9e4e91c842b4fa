"""`<tabel>.jsonstat.json`: a table as a cube in JSON-stat 2.0, with both bounds and a status for every number.

What belongs here: laying rows out as a cube. What does not: figures, and the other columns; a cube holds the estimate and
its bounds, everything else is in CSV and Parquet.

The status of a number is one letter, explained under `extension.status.label`; where a cube has a place that the table has
no row for (a persona that is published for the country alone), the number is null and the status `p`.
"""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.release.content import WARNING
from pipelines.release.formats.columns import COLUMNS, USABILITY
from pipelines.release.formats.tables_of import ReleaseFacts, Table, columns_of
from pipelines.release.formats.words import PUBLISHER, STATUS

ENDING = ".jsonstat.json"
MEASURES = ("schatting", "onder95", "boven95")
NO_ROW = "p"
STATUS_LETTERS = {"bruikbaar": "b", "te_onzeker": "o", "niet_gemeten": "n", "niet_gepubliceerd": "k"}
"""What `bruikbaarheid` says -> the letter in the cube."""

_MEASURE = "maat"
_YEAR = "jaar"
_NOT_A_DIMENSION = "niveau"


def write_jsonstat(rows: pl.DataFrame, table: Table, facts: ReleaseFacts, folder: Path) -> Path:
    """Write the cube of the rows of a table; the same rows in any order give the same bytes."""
    path = folder / f"{table.name}{ENDING}"
    path.write_bytes(jsonstat_text(rows, table, facts).encode())
    return path


def jsonstat_text(rows: pl.DataFrame, table: Table, facts: ReleaseFacts) -> str:
    """The cube as text. Numbers are written by polars: shortest decimals that read back equal."""
    dimensions = _dimensions(table, facts)
    sizes = [len(codes) for codes in dimensions.values()]
    place = _places(rows, dimensions)
    numbers = np.full((int(np.prod(sizes)), len(MEASURES)), np.nan)
    numbers[place] = rows.select(MEASURES).to_numpy()
    status = np.full(len(numbers), _quoted(NO_ROW))
    known = np.array([_quoted(letter) for letter in STATUS_LETTERS.values()])
    number = {word: position for position, word in enumerate(STATUS_LETTERS)}
    status[place] = known[rows["bruikbaarheid"].replace_strict(number, return_dtype=pl.Int64).to_numpy()]
    head = json.dumps(head_of(table, facts), ensure_ascii=False, indent=1).removesuffix("\n}")
    letters = np.repeat(status, len(MEASURES)).tobytes().decode().removesuffix(",")
    return f'{head},\n "value": [{_joined(numbers)}],\n "status": [{letters}]\n}}\n'


def _quoted(letter: str) -> bytes:
    """A letter as an item of a list: all of one length, so that an array of them is the text of the list."""
    return f'"{letter}",'.encode()


def _joined(numbers: npt.NDArray[np.float64]) -> str:
    texts = pl.Series(numbers.ravel()).fill_nan(None).cast(pl.String).fill_null("null")
    return str(texts.str.join(",").item())


def _places(rows: pl.DataFrame, dimensions: dict[str, dict[str, str]]) -> npt.NDArray[np.int64]:
    """The place of each row in the cube, the last dimension running fastest."""
    place = pl.lit(0, dtype=pl.Int64)
    for name, codes in dimensions.items():
        number = {code: position for position, code in enumerate(codes)}
        place = place * len(codes) + pl.col(name).cast(pl.String).replace_strict(number, return_dtype=pl.Int64)
    found: npt.NDArray[np.int64] = rows.select(place.alias("place"))["place"].to_numpy()
    return found


def _dimensions(table: Table, facts: ReleaseFacts) -> dict[str, dict[str, str]]:
    """Every dimension but that of the measures: code -> Dutch label, in order."""
    columns = columns_of(table, facts)
    names = [name for name in table.key if name != _NOT_A_DIMENSION]
    year = str(facts.peiljaar)
    return {name: dict(columns[name].codes) for name in names} | {
        _YEAR: {year: f"{year}{'' if facts.status == 'definitief' else '*'} ({STATUS[facts.status]})"}
    }


def head_of(table: Table, facts: ReleaseFacts) -> dict[str, object]:
    """Everything of a cube but its numbers and their status."""
    dimensions = _dimensions(table, facts)
    measures = {name: COLUMNS[name].title for name in MEASURES}
    every = {**dimensions, _MEASURE: measures}
    described: dict[str, object] = {
        name: {
            "label": "Maat" if name == _MEASURE else COLUMNS[name].title,
            "category": {"index": list(codes), "label": codes}
            | ({"unit": {code: {"label": "personen", "decimals": 1} for code in codes}} if name == _MEASURE else {}),
        }
        for name, codes in every.items()
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{table.title} ({facts.title})",
        "source": PUBLISHER,
        "updated": facts.created_at,
        "note": [table.description, WARNING, f"Status van de cijfers: {STATUS[facts.status]}."],
        "role": {"time": [_YEAR], "metric": [_MEASURE]} | ({"geo": ["regio"]} if table.levels else {}),
        "extension": {
            "uitgave": facts.release_id,
            "versie": facts.versie,
            "status_cijfers": facts.status,
            "status": {
                "label": {letter: USABILITY[word] for word, letter in STATUS_LETTERS.items()}
                | {NO_ROW: "niet gepubliceerd voor deze regio"}
            },
        },
        "id": list(every),
        "size": [len(codes) for codes in every.values()],
        "dimension": described,
    }
