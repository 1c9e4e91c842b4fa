"""Commands about published releases: `release compare` and `release sum`. They read bundles only, never the kluis.

What belongs here: arguments and words. What does not: the sums (`compare.py`, `sums.py`).
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK

if TYPE_CHECKING:
    import polars as pl

    from pipelines.release.published import PublishedRelease

_STATES = ("missing", "served", "unknown")
MARGIN_COLUMN = "ruismarge_dekt"
"""The column of a written file that says, in each row, what its interval covers and what it does not."""

SUM_COVERS = (
    "dekt alleen de toegevoegde ruis, niet fouten of gaten in registraties, koppelingen of de grens op persona's"
)
CHANGE_COVERS = (
    "dekt alleen de toegevoegde ruis van beide uitgaven, niet fouten of gaten in registraties, koppelingen of de grens op "
    "persona's, en niet wat er tussen beide aan registraties veranderde"
)
_NOT_COVERED = "not errors or gaps in registers, linkage, or the bound on personas per person"

_RELEASE = "a release of this data root (ID or ID/VERSION), or the folder of a bundle"


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions to those of `release`."""
    comparing = actions.add_parser("compare", help="the change per gemeente between two published releases")
    comparing.add_argument("old", metavar="OLD", help=_RELEASE)
    comparing.add_argument("new", metavar="NEW", help="the later one")
    _add_choice(comparing)
    comparing.set_defaults(run=_compare)
    summing = actions.add_parser("sum", help="the sum of a set of gemeenten of a published release, with its margin")
    summing.add_argument("release", nargs="?", default="2023-voorlopig", help=_RELEASE)
    summing.add_argument("--gemeenten", nargs="+", required=True, metavar="GM....")
    _add_choice(summing)
    summing.set_defaults(run=_sum)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--persona", action="append", default=[], metavar="ID", help="once per persona; default: all")
    parser.add_argument("--toestand", action="append", choices=_STATES, help="once per state; default: missing")
    parser.add_argument("--leeftijd", default="totaal", help="an age band, such as 25-44")
    parser.add_argument("--geslacht", default="totaal", help="man or vrouw")
    parser.add_argument("--file", type=Path, help="write every row as CSV to this file")


def _open(context: Context, text: str) -> "PublishedRelease":
    from pipelines.release.published import open_published

    return open_published((context.root.uitgaven, context.root.wachtruimte), text)


def _write(context: Context, rows: "pl.DataFrame", covers: str, file: Path | None) -> None:
    """Every row with a margin says what that covers: a row is copied into other sheets without its neighbours."""
    import polars as pl

    if file is not None:
        told = pl.when(pl.col("marge95").is_not_null()).then(pl.lit(covers)).otherwise(pl.lit(""))
        rows.with_columns(told.alias(MARGIN_COLUMN)).write_csv(file, line_terminator="\n")
        context.say(f"{rows.height} rows: {file}")


def _compare(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.compare import ALPHA, compare

    old, new = _open(context, args.old), _open(context, args.new)
    found = compare(old, new, args.persona, args.toestand or ["missing"], args.leeftijd, args.geslacht)
    context.say(f"{old.name} to {new.name}, age {args.leeftijd}, sex {args.geslacht}")
    for (persona, state), rows in found.changes.group_by("persona", "toestand", maintain_order=True):
        more = rows.filter(verschilt="ja").sort("verschil", descending=True)
        without = rows.filter(verschilt="niet_te_vergelijken").height
        context.say(
            f"\n{persona} ({state}): {more.height} of {rows.height - without} gemeenten changed by more than the noise"
            + (f"; {without} cannot be compared" if without else "")
        )
        for row in more.to_dicts():
            context.say(
                f"  {row['regio']} {row['regio_naam']:28}{round(row['schatting_oud']):9,} to {round(row['schatting_nieuw']):7,}: "
                f"{round(row['verschil']):+8,} ({round(row['onder95']):+,} to {round(row['boven95']):+,})"
            )
    for persona, why in found.left_out.items():
        context.say(f"\n{persona}: left out, {why}")
    context.say(
        f"\nJudged together: {found.family} changes. The chance that any of those named is noise alone is at most "
        f"{ALPHA:.0%} (Holm). Between brackets the ruismarge (95 %) of each by itself; it covers the noise of both releases "
        f"only, {_NOT_COVERED}. What changed in registers stands in LEESMIJ.txt of both."
    )
    _write(context, found.changes, CHANGE_COVERS, args.file)
    return EXIT_OK


def _sum(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.sums import sum_of_gemeenten

    release = _open(context, args.release)
    rows = sum_of_gemeenten(
        release, args.gemeenten, args.persona, args.toestand or ["missing"], args.leeftijd, args.geslacht
    )
    context.say(f"{release.name}: sum of {len(args.gemeenten)} gemeenten, age {args.leeftijd}, sex {args.geslacht}")
    for row in rows.to_dicts():
        told = f"{row['persona']:42}{row['toestand']:9}"
        if row["schatting"] is None:
            context.say(f"{told}{row['reden']}")
        else:
            context.say(
                f"{told}{round(row['schatting']):9,} ({round(row['onder95']):,} to {round(row['boven95']):,})  class {row['kwaliteit']}"
            )
    context.say(
        f"Between brackets the ruismarge (95 %): exact for this sum, and covering the added noise only, {_NOT_COVERED}."
    )
    _write(context, rows, SUM_COVERS, args.file)
    return EXIT_OK
