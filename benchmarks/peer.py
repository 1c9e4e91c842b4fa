"""`make bench-opendp`: the whole measurement by us and by OpenDP's Polars Context, over the same rows, in the same run.

What belongs here: starting both sides in fresh processes, the targets and the verdict. What does not: the rows
(`peer_rows.py`), a side (`peer_ours.py`, `peer_opendp.py`). Needs no data root: the rows are invented.
"""

import argparse
import math
import os
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.peer_ours import peer_plan
from benchmarks.peer_rows import write_rows
from benchmarks.results_file import Row, at_least, at_most, only, table, write_results
from benchmarks.timing import CHECKOUT, Outcome, run_child
from pipelines.rooms import DataRoot

THEIRS = CHECKOUT / ".venv-opendp" / "bin" / "python"
ROWS = 18_000_000
WAYS = {"rows": "the Context over the rows", "records": "the Context over memberships, bounded by hand before"}


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table, write the file; exit code 1 when a target is not met."""
    args = _arguments(argv)
    load = os.getloadavg()[0]
    plan = peer_plan()
    ours: list[Outcome] = []
    theirs: dict[str, list[Outcome]] = {way: [] for way in args.way}
    with tempfile.TemporaryDirectory(dir=args.scratch) as folder:
        print(f"  {args.rows:,} invented rows", flush=True)
        for turn in range(args.repeat):
            root = DataRoot(Path(folder) / str(turn))
            root.prepare()
            write_rows(root.kluis, plan, args.rows)
            print("  ours", flush=True)
            ours.append(run_child("-m", "benchmarks.peer_ours", str(root.path)))
            for way, outcomes in theirs.items():
                print(f"  {WAYS[way]}", flush=True)
                script = ("-I", str(CHECKOUT / "benchmarks" / "peer_opendp.py"), str(root.kluis), way)
                outcomes.append(run_child(*script, python=THEIRS))
    rows = verdict(ours, theirs)
    print(f"\n{args.rows:,} rows, median of {args.repeat}; load before: {load:.1f}\n{table(rows)}")
    raw = {"ours": raw_of(ours), **{way: raw_of(found) for way, found in theirs.items()}}
    path = write_results(
        "opendp", args.date, f"{args.rows} invented rows", rows, {**raw, "load_before": load}, folder=args.results
    )
    print(f"\nwritten: {path}")
    return 0 if all(row.is_met is not False for row in rows) else 1


def verdict(ours: list[Outcome], theirs: dict[str, list[Outcome]]) -> list[Row]:
    """Seconds and memory of whole processes, and the sd of a gemeente's total at equal rho, against each way of asking.

    All three targets hold against the Context that takes the rows as they are. Against memberships that were bounded by
    hand the memory has none: the database did that part, on both sides.
    """
    seconds, memory = median(o.process_seconds for o in ours), max(o.peak_bytes for o in ours)
    sd = float(ours[0].told["sd_gemeente"])
    rows = [only("ours", f"{seconds:.1f} s, {memory / 1e6:,.0f} MB, sd {sd:.2f}, {ours[0].told['cells']:,} cells")]
    for way, found in theirs.items():
        told, peak = found[0].told, max(o.peak_bytes for o in found)
        took = median(o.process_seconds for o in found)
        theirs_sd = float(told["sd_gemeente"])
        rows += [
            only(WAYS[way], f"{took:.1f} s, {peak / 1e6:,.0f} MB, sd {theirs_sd:.2f}, {told['cells']:,} cells"),
            Row("  same national totals, but for the noise", "equal", *agreement(ours[0].told, told)),
            at_least("  times as fast", 5, took / seconds, "times"),
            at_most("  sd of a gemeente's total, ours against it", 0.6, sd / theirs_sd, "times"),
        ]
        ratio = memory / peak
        rows.append(
            at_most("  memory, ours against it", 0.1, ratio, "times")
            if way == "rows"
            else only("  memory, ours against it", f"{ratio:.2f} times")
        )
    return rows


def agreement(ours: dict[str, object], theirs: dict[str, object]) -> tuple[str, bool]:
    """Whether all noised national totals are those of the same rows: within 7 sd of both noises, and 2 % for the bound on
    personas, which the Context does not apply to rows. Noise alone goes beyond 7 sd once in 4e11."""
    mine, other = ours["land"], theirs["land"]
    if not isinstance(mine, dict) or not isinstance(other, dict) or set(mine) != set(other):
        return "OTHER TABLES", False
    sd = math.hypot(*(float(str(told["sd_land"])) for told in (ours, theirs)))
    same = all(abs(mine[name] - other[name]) <= 7 * sd + 0.02 * max(mine[name], 0) for name in mine)
    return ("equal", True) if same else ("DIFFERENT", False)


def raw_of(outcomes: list[Outcome]) -> list[dict[str, float]]:
    """What every run took: the figures themselves are not kept."""
    return [
        {
            "seconds": round(outcome.process_seconds, 2),
            "cpu_seconds": round(outcome.cpu_seconds, 2),
            "peak_megabytes": round(outcome.peak_bytes / 1e6),
            "sd_gemeente": outcome.told["sd_gemeente"],
        }
        for outcome in outcomes
    ]


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.peer", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=1, help="runs of each side; the median of the seconds counts")
    parser.add_argument("--way", nargs="+", choices=WAYS, default=list(WAYS), help="how OpenDP is asked")
    parser.add_argument("--scratch", type=Path, help="folder for the rows, which are removed afterwards")
    parser.add_argument("--results", type=Path, help="folder for the result file (default: benchmarks/results)")
    parser.add_argument("--date", default=date.today().isoformat(), help="date in the result file (default: today)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
