"""Ten national years, ingest to counts: at most 10.5 times one, and memory flat.

What belongs here: that one proof, each year in a process of its own, and its report. What does not: the other proofs
(`proofs.py`). Six peiljaren have public tables; the other four years are those of a second population, in a data
root of its own. Deliveries are removed when they were taken in, the warehouses when all is measured.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scratch import quiet_context
from benchmarks.timing import run_child
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR, PEILJAREN

MOST_TIMES, MOST_MEMORY = 10.5, 1.1
TEN: tuple[tuple[int, int], ...] = (*((1, year) for year in PEILJAREN), *((2, year) for year in PEILJAREN[:4]))
"""(seed, peiljaar) of the ten years, in the order in which they are taken in."""

GIB = 2**30


@dataclass(frozen=True)
class Year:
    """What one year took: seconds from ingest to counts, processor seconds of all threads, and peak memory (bytes) of
    the process; and what making it took."""

    seed: int
    peiljaar: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    made_seconds: float
    made_peak_bytes: int


@dataclass(frozen=True)
class TenYears:
    """One year in an empty data root, and ten years."""

    scale: str
    one: Year
    years: tuple[Year, ...]

    @property
    def times(self) -> float:
        """How many times one year ten years take."""
        return sum(year.seconds for year in self.years) / self.one.seconds

    @property
    def cpu_times(self) -> float:
        """The same in processor seconds, which depend less on what else the machine does."""
        return sum(year.cpu_seconds for year in self.years) / self.one.cpu_seconds

    @property
    def memory(self) -> float:
        """Peak memory of the last year against the first."""
        return self.years[-1].peak_bytes / self.years[0].peak_bytes

    def differences(self) -> tuple[str, ...]:
        """What does not hold, in words."""
        wrong = []
        if self.times > MOST_TIMES:
            wrong.append(f"ten years take {self.times:.2f} times one, and at most {MOST_TIMES} is promised")
        if self.memory > MOST_MEMORY:
            wrong.append(f"year ten peaks at {self.memory:.2f} times year one, and at most {MOST_MEMORY} is promised")
        return tuple(wrong)


def measure_ten_years(folder: Path) -> TenYears:
    """Make, take in and count one year and then ten, below an empty folder, which is left empty."""
    one = _measure(folder / "one", 1, DEFAULT_PEILJAAR)
    shutil.rmtree(folder / "one")
    years = tuple(_measure(folder / f"ten-{seed}", seed, peiljaar) for seed, peiljaar in TEN)
    for seed in {seed for seed, _ in TEN}:
        shutil.rmtree(folder / f"ten-{seed}")
    return TenYears(os.environ.get("SCALE", "1"), one, years)


def report(found: TenYears, day: str, code: str) -> str:
    """The report in Markdown."""
    wrong = found.differences()
    rows = [
        f"| {name} | {year.peiljaar} | {year.seed} | {year.seconds:.1f} | {year.cpu_seconds:.1f} | {year.peak_bytes / GIB:.2f} "
        f"| {year.made_seconds:.1f} | {year.made_peak_bytes / GIB:.2f} |"
        for name, year in [("one", found.one), *((str(n), year) for n, year in enumerate(found.years, start=1))]
    ]
    verdict = "**It holds.**" if not wrong else "**It does not hold:** " + "; ".join(wrong) + "."
    return "\n".join(
        (
            "# Ten years against one\n",
            f"{day}, scale {found.scale}, code `{code}`. Written by `python -m benchmarks.verify --only ten-years`.\n",
            f"Ten years take {found.times:.2f} times one (at most {MOST_TIMES}), {found.cpu_times:.2f} times in processor seconds; year ten peaks at {found.memory:.2f} times "
            f"the memory of year one (at most {MOST_MEMORY}). {verdict}\n",
            "Seconds and peak memory are of one process per year that takes in the deliveries, builds persons, indicators",
            'and patterns, and counts every persona. "One" is a year in an empty data root. Making the synthetic',
            "deliveries is a process of its own, and not part of the comparison.\n",
            "| year | peiljaar | population | seconds | processor seconds | GiB | making: seconds | GiB |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        )
    )


def _measure(root: Path, seed: int, peiljaar: int) -> Year:
    with _environment(root, seed):
        made = run_child("-m", "benchmarks.ten_years", "make", str(peiljaar))
        counted = run_child("-m", "benchmarks.ten_years", "count", str(peiljaar))
        # The warehouse has what was taken in; ten deliveries beside it would take the disk of eleven.
        shutil.rmtree(root / "kluis" / "deliveries" / str(peiljaar))
    print(f"         {peiljaar} (population {seed}): {counted.told['seconds']:.1f} s", flush=True)
    return Year(
        seed,
        peiljaar,
        counted.told["seconds"],
        counted.cpu_seconds,
        counted.peak_bytes,
        made.told["seconds"],
        made.peak_bytes,
    )


@contextmanager
def _environment(root: Path, seed: int) -> Iterator[None]:
    """The variables of the command line for a data root of one population."""
    wanted = {
        "BLINDEVLEK_DATA": str(root),
        "BLINDEVLEK_KEY_FILE": str(root.with_name(f"{root.name}-key.json")),
        "SEED": str(seed),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _make(peiljaar: int) -> None:
    from pipelines import line
    from pipelines.population.settings import PopulationSettings
    from pipelines.rooms import make_key

    context = quiet_context()
    if not context.key_file.exists():
        make_key(context.key_file, "synthetic")
    line.make_population(context, PopulationSettings(peiljaar, context.scale, context.seed))


def _count(peiljaar: int) -> None:
    from benchmarks.exact_counts import our_exact_counts
    from pipelines import line

    context = quiet_context()
    plan = context.plan_of(peiljaar)
    line.take_in(context, peiljaar)
    line.count_population(context, peiljaar)
    line.find_indicators(context, peiljaar)
    line.group_patterns(context, plan)
    our_exact_counts(context, plan)


def main() -> int:
    """The work of one child: `make` or `count` one peiljaar in the data root that the environment names."""
    parser = argparse.ArgumentParser(prog="benchmarks.ten_years", description=__doc__)
    parser.add_argument("work", choices=["make", "count"])
    parser.add_argument("peiljaar", type=int)
    args = parser.parse_args()
    started = time.perf_counter()
    (_make if args.work == "make" else _count)(args.peiljaar)
    print(json.dumps({"seconds": time.perf_counter() - started}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
