"""`make verify`: the long proofs on a synthetic data root, and their report.

What belongs here: running the proofs and writing what they said. What does not: a proof (`proofs.py`). The report
holds pass or fail, seconds and what proofs said in words, never a count of people.
"""

import argparse
import os
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.privacy_proofs import PRIVACY_PROOFS
from benchmarks.proofs import PROOFS, Evidence
from benchmarks.ready import make_ready_apart
from benchmarks.scratch import quiet_context, require_synthetic, scratch_folder
from benchmarks.ten_years import measure_ten_years
from benchmarks.ten_years import report as ten_years_report
from pipelines.version import code_version

MEMORY = "6GB"
"""For the naive queries, which hold more at once than the line does."""


@dataclass(frozen=True)
class Result:
    """What a proof says, whether it holds, how long it took, and what differed."""

    claim: str
    holds: bool
    seconds: float
    differences: tuple[str, ...]


def main() -> int:
    """Run all proofs; exit code 1 when one fails."""
    args = _arguments()
    if args.data:
        os.environ["BLINDEVLEK_DATA"] = str(args.data.resolve())
    ten_years = args.only == "proofs" or ten_years_hold(args.date, args.report)
    if args.only == "ten-years":
        return 0 if ten_years else 1
    context = replace(quiet_context(), memory=MEMORY)
    started = time.perf_counter()
    make_ready_apart(args.peiljaar)
    population = require_synthetic(context, args.peiljaar)
    results: list[Result] = []
    with scratch_folder(context, "verify") as scratch:
        evidence = Evidence(context, context.plan_of(args.peiljaar), scratch)
        for proof in (*PROOFS, *PRIVACY_PROOFS):
            begun = time.perf_counter()
            differences = tuple(proof(evidence))
            claim = " ".join((proof.__doc__ or proof.__name__).split())
            results.append(Result(claim, not differences, time.perf_counter() - begun, differences))
            print(f"{'holds' if not differences else 'FAILS':5}  {results[-1].seconds:7.1f} s  {claim}", flush=True)
            for words in differences:
                print(f"         {words}", flush=True)
    text = report(args.peiljaar, args.date, population, results, time.perf_counter() - started, evidence.told)
    if args.report:
        args.report.parent.mkdir(parents=True, exist_ok=True)
        args.report.write_text(text, encoding="utf-8")
    return 0 if ten_years and all(result.holds for result in results) else 1


def ten_years_hold(day: str, proofs_report: Path | None) -> bool:
    """Measure ten years against one in empty data roots; the report stands beside that of the proofs."""
    with TemporaryDirectory(dir=scratch_parent(), prefix="ten-years-") as folder:
        found = measure_ten_years(Path(folder))
    for words in found.differences():
        print(f"         {words}", flush=True)
    holds = not found.differences()
    print(f"{'holds' if holds else 'FAILS':5}  ten years take {found.times:.2f} times one", flush=True)
    if proofs_report:
        proofs_report.parent.mkdir(parents=True, exist_ok=True)
        path = proofs_report.parent / "ten-years.md"
        path.write_text(ten_years_report(found, day, code_version()), encoding="utf-8")
    return holds


def scratch_parent() -> Path:
    """Where the data roots of the ten years stand for a while: beside the data root."""
    parent = quiet_context().root.path.parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def report(
    peiljaar: int, day: str, population: str, results: list[Result], seconds: float, told: dict[str, list[str]]
) -> str:
    """The report in Markdown; `told`: what proofs said beside pass or fail."""
    failed = [result for result in results if not result.holds]
    head = (
        f"# Proofs on the synthetic Netherlands, peiljaar {peiljaar}\n\n"
        f"{day}, population `{population}`, code `{code_version()}`. Written by `make verify`; "
        f"{'every proof holds' if not failed else f'{len(failed)} of {len(results)} proofs FAIL'}. "
        f"It took {seconds / 60:.0f} minutes, with what had to be made first.\n\n"
        "| proof | holds | seconds |\n|---|---|---|\n"
    )
    lines = [f"| {r.claim} | {'yes' if r.holds else '**no**'} | {r.seconds:.1f} |" for r in results]
    what = [f"- {r.claim} {words}" for r in failed for words in r.differences]
    parts = [head + "\n".join(lines), *(["## What differed\n\n" + "\n".join(what)] if what else [])]
    parts += [f"## {heading}\n\n" + "\n".join(f"- {words}" for words in found) for heading, found in told.items()]
    return "\n\n".join(parts) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.verify", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="data root (default: that of the command line)")
    parser.add_argument("--peiljaar", type=int, default=2023)
    parser.add_argument("--only", choices=["proofs", "ten-years"], help="one half of the work (default: both)")
    parser.add_argument("--date", default=date.today().isoformat(), help="date in the report (default: today)")
    parser.add_argument("--report", type=Path, help="file for the report, such as docs/verify/2023.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
