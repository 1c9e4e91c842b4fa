"""`make mutants`: faults put into the compilers one at a time, and the test that notices each.

What belongs here: applying a fault to a copy of the checkout, running the tests there, and the report. What does not:
the faults (`mutant_list.py`). The report holds no time of day and no commit, so that it changes when a result does.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue

from benchmarks.mutant_list import MUTANTS, Mutant

CHECKOUT = Path(__file__).resolve().parents[1]
COPIED = ("pipelines", "expectations", "persona_specs", "tests", "docs", "cli.py", "pyproject.toml")
TIMEOUT = 600


@dataclass(frozen=True)
class Result:
    """What happened to a mutant: the test that failed (empty when all passed)."""

    mutant: Mutant
    killed_by: str


def main() -> int:
    """Run the mutants; exit code 1 when one survives or no longer fits the code."""
    args = _arguments()
    chosen = [mutant for mutant in MUTANTS if args.only in f"{mutant.file}: {mutant.name}"]
    if stale := [mutant for mutant in chosen if not _fits(mutant)]:
        for mutant in stale:
            print(f"does not fit  {mutant.file}: {mutant.name}: its text must stand there exactly once")
        return 1
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(args.jobs):
            copies.put(_copy(Path(scratch) / str(number)))
        everything = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        if broken := _first_failure(Path(scratch) / "0", everything):
            print(f"without any fault a test fails already: {broken}")
            return 1
        with ThreadPoolExecutor(args.jobs) as pool:
            results = list(pool.map(lambda mutant: _try(mutant, copies), chosen))
    survived = [result for result in results if not result.killed_by]
    print(f"{len(results) - len(survived)} of {len(results)} killed")
    if args.report:
        args.report.write_text(report(args.date, results), encoding="utf-8")
    return 1 if survived else 0


def report(day: str, results: list[Result]) -> str:
    """The report in Markdown."""
    survived = [result for result in results if not result.killed_by]
    verdict = "all were noticed" if not survived else f"**{len(survived)} were not noticed**"
    lines = [
        f"| {result.mutant.name} | `{result.mutant.file.removeprefix('pipelines/')}` | {_shown(result.killed_by)} |"
        for result in results
    ]
    return (
        "# Faults put into the compilers on purpose\n\n"
        f"{day}. Written by `make mutants`: each fault was put into a copy of the code by itself, and the tests of "
        f"meaning were run there. Of {len(results)} faults {verdict}. Beside each stands the first test that failed.\n\n"
        "| fault | in | noticed by |\n|---|---|---|\n" + "\n".join(lines) + "\n"
    )


def _shown(test: str) -> str:
    return test.partition("::")[2].replace("_", " ").removeprefix("test ") or "**nobody**"


def _fits(mutant: Mutant) -> bool:
    return (CHECKOUT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1


def _copy(folder: Path) -> Path:
    """A copy of what the tests need; caches stay behind, because a mutant must be compiled afresh."""
    folder.mkdir()
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _try(mutant: Mutant, copies: "SimpleQueue[Path]") -> Result:
    folder = copies.get()
    file = folder / mutant.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        failed = _first_failure(folder, mutant.tests)
    finally:
        file.write_text(whole, encoding="utf-8")
        copies.put(folder)
    print(f"{'killed' if failed else 'SURVIVED':8}  {mutant.file}: {mutant.name}  {failed}", flush=True)
    return Result(mutant, failed)


def _first_failure(folder: Path, tests: tuple[str, ...]) -> str:
    """The id of the first test that fails in this copy; empty when all pass."""
    run = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *tests],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if run.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, flags=re.MULTILINE)
    return found.group(1) if found else f"pytest ended with exit code {run.returncode}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="only mutants whose file or name holds this text")
    parser.add_argument("--jobs", type=int, default=1, help="copies that are tested side by side")
    parser.add_argument("--date", default=date.today().isoformat(), help="date in the report (default: today)")
    parser.add_argument("--report", type=Path, help="file for the report, such as docs/verify/mutants.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
