"""The other side: OpenDP's Polars Context over the same rows. `python -I benchmarks/peer_opendp.py FOLDER WAY`.

What belongs here: the twelve tables of a release, each asked of the Context, as its documentation shows. What does not:
anything of this project: it runs in an environment of its own (`requirements/opendp-polars.txt`), with another polars.

WAY is `rows`: the Context takes the rows of people as they are, and adds up a column for every persona and state. Or
`records`: a table of memberships, of each person at most the first K, is made by hand beforehand (DuckDB), and the
Context counts its rows and trusts that bound. That is the sharpest way of asking that we know of.
"""

import json
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import opendp.prelude as dp
import polars as pl

Question = dict[str, Any]

TOLD: tuple[list[str], ...] = ([], ["gemeente"])
"""The tables of which the scale of the noise is asked: that takes as long as releasing one."""

MOST = 20_000_000
"""People in the country at most: public."""


def main() -> int:
    """Ask every table, and tell the noised national totals and the scale of the noise of a gemeente's total."""
    started = time.perf_counter()
    folder, way = Path(sys.argv[1]), sys.argv[2]
    dp.enable_features("contrib")
    question = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    found, scales = WAYS[way](folder / "rows.parquet", question)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cells": sum(frame.height * (1 if way == "records" else frame.width) for frame in found.values()),
                "sd_gemeente": scales["gemeente"],
                "sd_land": scales[""],
                "land": _national(found[""], question),
            }
        )
    )
    return 0


def ask_rows(path: Path, question: Question) -> tuple[dict[str, pl.DataFrame], dict[str, float]]:
    """One row per person: a bounded sum for every persona and state, each of which the Context charges apart."""
    sums = [_sum(persona, state) for persona, state in product(question["personas"], question["states"])]
    context = dp.Context.compositor(
        data=pl.scan_parquet(path),
        privacy_unit=dp.unit_of(contributions=1),
        privacy_loss=dp.loss_of(rho=_rho(question)),
        split_evenly_over=len(question["groups"]),
        margins=[dp.polars.Margin(by=by, max_length=MOST) for by in question["groups"]],
    )
    found, scales = {}, {}
    for by in question["groups"]:
        query = (
            context.query().group_by(by).agg(*sums).with_keys(_keys(by, question))
            if by
            else context.query().select(*sums)
        )
        found[_name(by)], scales[_name(by)] = _released(query, by in TOLD)
    return found, scales


def ask_records(path: Path, question: Question) -> tuple[dict[str, pl.DataFrame], dict[str, float]]:
    """A row per person and persona: the Context counts rows, and one person has at most K of them in a table."""
    frame = _records(path, question)
    bounds = [
        dp.polars.Bound(by=[*by, "cell"], per_group=1, num_groups=question["contributions"])
        for by in question["groups"]
    ]
    context = dp.Context.compositor(
        data=frame.lazy(),
        privacy_unit=dp.unit_of(contributions=bounds),
        privacy_loss=dp.loss_of(rho=_rho(question)),
        split_evenly_over=len(question["groups"]),
    )
    found, scales = {}, {}
    for by in question["groups"]:
        grouped = context.query().group_by([*by, "cell"]).agg(dp.len(signed=True).alias("n"))
        query = grouped.with_keys(_keys([*by, "cell"], question))
        found[_name(by)], scales[_name(by)] = _released(query, by in TOLD)
    return found, scales


WAYS = {"rows": ask_rows, "records": ask_records}


def _records(path: Path, question: Question) -> pl.DataFrame:
    """Of each person the first K memberships, in the order of the personas; cell = 4 x persona + state."""
    cells = ", ".join(f"{4 * number} + {name}" for number, name in enumerate(question["personas"]))
    kept = f"list_filter([{cells}], lambda x: x % 4 > 0)[1:{question['contributions']}]"
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT gemeente, provincie, leeftijdsgroep, geslacht, unnest(kept)::INTEGER AS cell FROM "
            f"(SELECT gemeente, provincie, leeftijdsgroep, geslacht, {kept} AS kept FROM read_parquet('{path}') "
            f"WHERE {' + '.join(question['personas'])} > 0)"
        ).pl()


def _sum(persona: str, state: int) -> Any:
    column: Any = pl.col(persona)
    return (column == state).cast(pl.Int32).fill_null(0).dp.sum((0, 1)).alias(f"{persona}.{state}")


def _released(query: Any, needed: bool) -> tuple[pl.DataFrame, float]:
    """The noised table, and the scale of its noise (0 where it is not asked)."""
    scale = float(query.summarize()["scale"][0]) if needed else 0.0
    return query.release().collect(), scale


def _keys(by: list[str], question: Question) -> pl.DataFrame:
    values = {
        "gemeente": [int(code) for code in question["keys"]],
        "provincie": sorted(set(question["keys"].values())),
        "leeftijdsgroep": list(range(question["bands"])),
        "geslacht": list(range(1, question["sexes"] + 1)),
        "cell": [4 * number + state for number, _ in enumerate(question["personas"]) for state in question["states"]],
    }
    return pl.DataFrame(list(product(*(values[name] for name in by))), schema=dict.fromkeys(by, pl.Int32), orient="row")


def _national(frame: pl.DataFrame, question: Question) -> dict[str, int]:
    if "cell" not in frame.columns:
        return {name: int(frame[name][0]) for name in frame.columns}
    names = {
        4 * number + state: f"{persona}.{state}"
        for number, persona in enumerate(question["personas"])
        for state in question["states"]
    }
    return {names[row["cell"]]: int(row["n"]) for row in frame.to_dicts()}


def _name(by: list[str]) -> str:
    return ",".join(by)


def _rho(question: Question) -> float:
    above, _, below = question["rho"].partition("/")
    return float(above) / float(below or 1)


if __name__ == "__main__":
    raise SystemExit(main())
