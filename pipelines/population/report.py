"""Target against result as a reader sees it: a table, JSON or CSV.

What belongs here: layout and words. What does not: counting and comparing (`calibration.py`).
"""

import csv
import io
import json
from itertools import groupby

from pipelines.population.calibration import Cells, Compared, Results, compare, compare_cells
from pipelines.population.stapeling import DOMAINS
from pipelines.population.targets import Target, excused, targets

_COLUMNS = ("measure", "subject", "unit", "label", "band", "target", "result", "ratio", "within", "source", "remark")
_OUTSIDE = {"2%": "<- outside 2 %", "orde": "<- of another order"}


class Report:
    """One population against the target table of its peiljaar. `wanted`: other targets (for tests)."""

    def __init__(self, results: Results, wanted: tuple[Target, ...] | None = None) -> None:
        self.results = results
        self.figures = compare(results, targets(results.peiljaar) if wanted is None else wanted)
        self.cells = compare_cells(results)

    @property
    def within(self) -> bool:
        """Is every figure, and the population of every gemeente, where it must be?"""
        return self.cells.within and all(figure.within for figure in self.figures)

    def as_text(self) -> str:
        """The table, sorted as the target table is."""
        outside = sum(not figure.within for figure in self.figures) + (not self.cells.within)
        lines = [
            f"{self.results.population}, peiljaar {self.results.peiljaar}, scale {self.results.scale}",
            "",
            _cells_line(self.cells),
            "",
            f"{'figure':<66} {'label':<9} {'target':>13} {'result':>13} {'ratio':>7}",
            *(_line(figure) for figure in self.figures),
            "",
            "Adults by the number of domains with a problem, and what it would be if the domains had nothing to do with",
            "one another, per 1,000 (the domains: " + ", ".join(DOMAINS) + "):",
            *_stapeling_lines(self.results),
            "",
            f"Public magnitudes that the files hold nothing of: {len(excused())}",
            *(f"  {subject} ({', '.join(periods)}): {remark}" for subject, periods, remark in _excused_rows()),
            "",
            "Every figure is where it must be." if self.within else f"Outside: {outside}.",
        ]
        return "\n".join(lines)

    def as_json(self) -> str:
        """Everything of the table, for machines."""
        return json.dumps(
            {
                "population": self.results.population,
                "peiljaar": self.results.peiljaar,
                "scale": str(self.results.scale),
                "within": self.within,
                "inhabitants": {
                    "cells": self.cells.cells,
                    "exact": self.cells.exact,
                    "largest_deviation": self.cells.largest,
                    "where": list(self.cells.where),
                    "within": self.cells.within,
                },
                "figures": [dict(zip(_COLUMNS, _row(figure), strict=True)) for figure in self.figures],
                "adults_by_domains": _adults_by_domains(self.results),
                "excused": [
                    {"subject": row.subject, "period": row.period, "value": row.value, "reason": row.remark}
                    for row in excused()
                ],
            },
            indent=2,
            ensure_ascii=False,
        )

    def as_csv(self) -> str:
        """The figures, one a line."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(figure) for figure in self.figures)
        return text.getvalue().rstrip("\n")


def by_chance(shares: list[float]) -> list[float]:
    """Chance of 0, 1, 2, ... of independent events with these chances."""
    found = [1.0]
    for share in shares:
        found = [
            (found[n] * (1 - share) if n < len(found) else 0.0) + (found[n - 1] * share if n else 0.0)
            for n in range(len(found) + 1)
        ]
    return found


def _row(figure: Compared) -> tuple[object, ...]:
    target = figure.target
    return (
        *(target.measure, target.subject, target.unit, figure.label, target.band),
        *(round(figure.aimed, 4), figure.result, round(figure.ratio, 4), figure.within, target.source, target.remark),
    )


def _line(figure: Compared) -> str:
    target = figure.target
    name = target.subject if target.counted else f"{target.subject} ({target.unit})"
    mark = "" if figure.within else f"  {_OUTSIDE[target.band]}"
    places = 0 if target.counted else 1
    return (
        f"{_cut(name, 66):<66} {figure.label:<9} {figure.aimed:>13,.{places}f} {figure.result:>13,.{places}f} "
        f"{figure.ratio:>7.4f}{mark}"
    )


def _cells_line(cells: Cells) -> str:
    code, age, sex = cells.where
    where = f", in {code}, {'men' if sex == 1 else 'women'} of {age} and over" if cells.largest else ""
    return (
        f"Population by gemeente, five-year age group and sex: {cells.exact:,} of {cells.cells:,} cells exact, "
        f"largest deviation {cells.largest} persons{where}{'' if cells.within else '  <- outside'}"
    )


def _stapeling_lines(results: Results) -> list[str]:
    several = _adults_by_domains(results)
    adults = max(1.0, sum(several))
    alone = by_chance([results.measures.get(f"leefgebied_{n}", 0.0) / adults for n in range(len(DOMAINS))])
    return [
        f"  {number}: {1000 * people / adults:>9.3f} {1000 * alone[number]:>9.3f}"
        for number, people in enumerate(several)
    ]


def _adults_by_domains(results: Results) -> list[float]:
    return [results.measures.get(f"leefgebieden_{n}", 0.0) for n in range(len(DOMAINS) + 1)]


def _excused_rows() -> list[tuple[str, list[str], str]]:
    return [
        (subject, [row.period for row in rows], remark)
        for (subject, remark), rows in groupby(excused(), key=lambda row: (row.subject, row.remark))
    ]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
