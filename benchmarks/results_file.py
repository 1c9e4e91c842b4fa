"""The table of a benchmark on the screen, and its file in `benchmarks/results/`.

What belongs here: rows of target and result. What does not: measuring. A file holds seconds, bytes and ratios,
versions and the date that was handed in: no names of machines, no paths, no counts.
"""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from pipelines.version import code_version

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Row:
    """One line: what, the target and the result as text, and whether it is met (None: no target)."""

    what: str
    target: str
    result: str
    is_met: bool | None


def at_most(what: str, target: float, found: float, unit: str) -> Row:
    """A result with an upper target; `unit` such as 's' or 'GB'."""
    return Row(what, f"<= {target:g} {unit}".strip(), f"{found:.2f} {unit}".strip(), found <= target)


def at_least(what: str, target: float, found: float, unit: str) -> Row:
    """A result with a lower target."""
    return Row(what, f">= {target:,.0f} {unit}", f"{found:,.0f} {unit}", found >= target)


def only(what: str, found: str) -> Row:
    """A result without a target."""
    return Row(what, "", found, None)


def table(rows: Iterable[Row]) -> str:
    """The rows in columns."""
    words = {True: "ok", False: "NOT MET", None: ""}
    lines = [("what", "target", "measured", "ok?"), *((r.what, r.target, r.result, words[r.is_met]) for r in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def write_results(
    name: str, date: str, population: str, rows: list[Row], raw: dict[str, object], folder: Path | None = None
) -> Path:
    """Write `<name>-<date>.json`, or the next free number when that stands there; earlier files are kept."""
    folder = folder or RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "date": date,
        "population": population,
        "code": code_version(),
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("duckdb", "numpy", "opendp", "polars")},
        },
        "processors": os.cpu_count(),
        "rows": [asdict(row) for row in rows],
        "raw": raw,
    }
    number = 1
    while (path := folder / f"{name}-{date}{'' if number == 1 else f'-{number}'}.json").exists():
        number += 1
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path
