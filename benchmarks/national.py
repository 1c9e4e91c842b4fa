"""`make bench`: seconds, memory and ratios on a data root, against the targets of the project.

What belongs here: which steps, how often, which targets. What does not: a step (`steps.py`), child processes
(`timing.py`). Nothing is spent: ledger and rooms are scratch folders, and the real ledger is checked for change.
"""

import argparse
import os
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.ready import make_ready_apart
from benchmarks.results_file import Row, at_least, at_most, only, table, write_results
from benchmarks.scratch import quiet_context, require_synthetic, scratch_folder
from benchmarks.timing import CHECKOUT, Outcome, run_child

GIGABYTE = 1e9
LINE = ("persons", "indicators", "patterns", "measure", "bundle")
WORDS = {"measure": "count, noise and ledger", "bundle": "estimates, bundle and pages"}
RIVALS = {
    "rival_indicators": ("over the indicators, by counts_from_indicators.sql", "our_counts_from_indicators"),
    "rival_everyone": ("over the registers, by counts_of_everyone.sql", "our_counts"),
}
"""Hand-written query -> what it starts from, and our step that starts from the same tables."""


class Bench:
    """The children of one benchmark, over one data root."""

    def __init__(self, peiljaar: int, scratch: Path, repeat: int) -> None:
        self._peiljaar = peiljaar
        self._scratch = scratch
        self._repeat = repeat
        self._turns = 0
        self.rows: list[Row] = []
        self.raw: dict[str, object] = {}

    def line(self) -> None:
        """Every step of the line, and their sum against 20 s and 2 GB."""
        found: dict[str, list[Outcome]] = {step: [] for step in (*LINE, "estimates", "whole_line")}
        for _ in range(self._repeat):
            folder = self._fresh()
            for step, outcomes in found.items():
                outcomes.append(self._run(step, folder))
        seconds = {step: self._keep(step, outcomes) for step, outcomes in found.items()}
        for step in LINE:
            peak = max(outcome.peak_bytes for outcome in found[step]) / GIGABYTE
            self.rows.append(only(WORDS.get(step, step), f"{seconds[step]:.2f} s, {peak:.2f} GB"))
        told = [outcome.told for outcome in found["measure"]]
        self.rows += [
            only("  of which counting", f"{median(one['count'] for one in told):.2f} s"),
            only("  of which noise", f"{median(one['noise'] for one in told):.2f} s"),
            at_least("  noise", 90_000, told[0]["cells"] / median(one["noise"] for one in told), "cells/s"),
            at_most("  of which least squares and figures", 0.5, seconds["estimates"], "s"),
            # The budget names indicators to bundle; persons are in no line of it, so they are measured against it as well.
            at_most("indicators to bundle", 20, sum(seconds[step] for step in LINE if step != "persons"), "s"),
            at_most("the same with persons", 20, sum(seconds[step] for step in LINE), "s"),
            at_most("the same with persons in one process", 20, seconds["whole_line"], "s"),
            at_most("peak memory", 2, max(o.peak_bytes for step in found for o in found[step]) / GIGABYTE, "GB"),
        ]

    def ratio(self) -> None:
        """The exact counts, ours and hand-written, in turns, after a look whether they are equal."""
        equal = self._run("compare_counts", self._fresh()).told
        ways = ("our_counts", "our_counts_from_indicators", *RIVALS)
        found: dict[str, list[Outcome]] = {way: [] for way in ways}
        for _ in range(self._repeat):
            for way in ways:
                found[way].append(self._run(way, self._scratch))
        for way, outcomes in found.items():
            self._keep(way, outcomes)
        # The fastest of each: what else runs on the machine only ever adds, and not to both alike.
        seconds = {way: min(outcome.told["seconds"] for outcome in outcomes) for way, outcomes in found.items()}
        cpu = {way: min(outcome.cpu_seconds for outcome in outcomes) for way, outcomes in found.items()}
        for way, (words, ours) in RIVALS.items():
            same = equal[way]
            self.rows += [
                Row(f"{words}: equal counts", "equal", "equal" if same else "DIFFERENT", bool(same)),
                only("  ours, and it", f"{seconds[ours]:.2f} s, {seconds[way]:.2f} s"),
                _against(way, seconds[ours] / seconds[way]),
                only("  the same in processor seconds", f"{cpu[ours] / cpu[way]:.2f} times"),
            ]

    def one_pass(self) -> None:
        """Every persona of the plan against three of them: the pass is one, so more personas cost little more."""
        found: dict[str, list[Outcome]] = {"three_personas": [], "all_personas": []}
        for _ in range(self._repeat):
            for step, outcomes in found.items():
                outcomes.append(self._run(step, self._scratch))
        three, every = (self._keep(step, outcomes) for step, outcomes in found.items())
        personas = found["all_personas"][0].told["personas"]
        self.rows.append(only(f"patterns and counts: three personas, {personas}", f"{three:.2f} s, {every:.2f} s"))
        self.rows.append(at_most(f"  {personas} against three", 1.5, every / three, "times"))

    def long(self, step: str, words: str, target: float) -> None:
        """A step that takes a minute or more: once. One that fails is a target not met, and the rest is kept."""
        try:
            outcome = self._run(step, self._fresh())
        except RuntimeError as error:
            print(f"    {error}", flush=True)
            self.rows.append(Row(words, f"<= {target:g} s", "failed", is_met=False))
            return
        seconds = self._keep(step, [outcome])
        self.rows.append(at_most(words, target, seconds, "s"))
        self.rows.append(only(f"{words}: peak memory", f"{outcome.peak_bytes / GIGABYTE:.2f} GB"))
        for failed in outcome.told.get("failed", []):
            self.rows.append(Row(f"{words}: {failed}", "pass", "FAIL", is_met=False))

    def help_time(self) -> None:
        """How fast the command line answers."""
        found = [run_child("-m", "cli", "--help", tells=False).process_seconds for _ in range(2 * self._repeat + 1)]
        self.raw["help"] = found
        self.rows.append(at_most("blindevlek --help", 0.5, median(found), "s"))

    def _fresh(self) -> Path:
        self._turns += 1
        folder = self._scratch / str(self._turns)
        folder.mkdir()
        return folder

    def _run(self, step: str, folder: Path) -> Outcome:
        arguments = ("--scratch", str(folder), "--peiljaar", str(self._peiljaar))
        print(f"  {WORDS.get(step, step)}", flush=True)
        return run_child("-m", "benchmarks.steps", step, *arguments)

    def _keep(self, step: str, outcomes: list[Outcome]) -> float:
        """Remember all runs of a step; its median seconds."""
        self.raw[step] = [
            {
                "seconds": round(outcome.told["seconds"], 3),
                "process_seconds": round(outcome.process_seconds, 3),
                "cpu_seconds": round(outcome.cpu_seconds, 3),
                "peak_megabytes": round(outcome.peak_bytes / 1e6),
            }
            for outcome in outcomes
        ]
        return median(float(outcome.told["seconds"]) for outcome in outcomes)


def _against(way: str, ratio: float) -> Row:
    """The target holds from the registers on; over indicators that stand there already, the costly part is not compared."""
    if way == "rival_indicators":
        return only("  ours against it", f"{ratio:.2f} times")
    return at_most("  ours against it", 1.25, ratio, "times")


def main() -> int:
    """Measure, print the table, write the file; exit code 1 when a target is not met."""
    args = _arguments()
    if args.data:
        os.environ["BLINDEVLEK_DATA"] = str(args.data.resolve())
    context = quiet_context()
    make_ready_apart(args.peiljaar)
    population = require_synthetic(context, args.peiljaar)
    with scratch_folder(context, "benchmark") as scratch:
        bench = Bench(args.peiljaar, scratch, args.repeat)
        bench.help_time()
        bench.line()
        bench.one_pass()
        bench.ratio()
        if args.ingest:
            bench.long("ingest", "ingest", 60)
        if args.validation:
            bench.long("validation", "all validation suites", 60)
        if args.population:
            bench.long("population", "synthetic Netherlands, whole", 90)
    print(f"\n{population}, median of {args.repeat}; load before: {args.load:.1f}\n{table(bench.rows)}")
    raw = bench.raw | {"load_before": args.load, "repeat": args.repeat}
    path = write_results("national", args.date, population, bench.rows, raw)
    print(f"\nwritten: {path.relative_to(CHECKOUT)}")
    return 0 if all(row.is_met is not False for row in bench.rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.national", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="data root (default: that of the command line)")
    parser.add_argument("--peiljaar", type=int, default=2023)
    parser.add_argument("--date", default=date.today().isoformat(), help="date in the result file (default: today)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each step; the median counts")
    for name in ("ingest", "validation", "population"):
        parser.add_argument(f"--{name}", action="store_true", help=f"also time {name}, into a scratch folder")
    args = parser.parse_args()
    # A benchmark on a busy machine says little: the file keeps how busy it was.
    args.load = os.getloadavg()[0]
    return args


if __name__ == "__main__":
    raise SystemExit(main())
