"""The last lines of a run: a short table of noised national figures, and where everything is.

What belongs here: words for the terminal. What does not: exact counts; every number here was noised.
"""

import polars as pl

from pipelines.personas.spec import STATES
from pipelines.privacy.budget import exact_text
from pipelines.release.bundle import Bundle
from pipelines.release.measure import Measured


def summary_lines(measured: Measured, bundle: Bundle) -> list[str]:
    """Lines for the end of a run."""
    figures = pl.read_parquet(bundle.folder / "cijfers.parquet")
    national = figures.filter(
        (pl.col("niveau") == "land") & (pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal")
    )
    lines = ["", f"{'persona (the Netherlands, noised)':42}{'missing':>26}{'served':>26}{'unknown':>26}"]
    for persona in national["persona"].unique(maintain_order=True):
        rows = {row["toestand"]: row for row in national.filter(pl.col("persona") == persona).to_dicts()}
        lines.append(f"{persona:42}" + "".join(f"{_cell(rows[state]):>26}" for state in STATES))
    entry = measured.stored.entry
    left = entry.cap - measured.spent_after
    lines += [
        "between brackets: the ruismarge (95 %), which covers the added noise only",
        "",
        f"budget   rho {exact_text(measured.stored.rho)} for this release; after it {exact_text(measured.spent_after)} of "
        f"{exact_text(entry.cap)} was spent, {exact_text(left) if left else 0} left (now: `blindevlek ledger`)",
        *_said_again(measured),
        f"bundle   {bundle.folder}",
        f"page     {bundle.folder / 'index.html'}",
        "dagster  `make dagster` opens the assets in a browser",
    ]
    return lines


def _said_again(measured: Measured) -> list[str]:
    """Nobody should find out from the budget alone that an edit was a release of its own."""
    if not measured.earlier:
        return []
    return [
        f"again    this is measurement {measured.versie_major} of the plan: its personas, coverage, tables or deliveries are not "
        "those of the one before, so it was paid anew. The earlier bundle stays where it is."
    ]


def _cell(row: dict[str, float]) -> str:
    if row["schatting"] is None:
        return "niet gemeten"
    estimate, low, high = (round(row[name]) for name in ("schatting", "onder95", "boven95"))
    return f"{estimate:,} ({low:,} to {high:,})"
