"""The whole public site from invented releases: `python -m benchmarks.site`.

What belongs here: making the releases, building the site as publishing does, and the seconds. What does not: the other steps
(`national.py`). The target is 15 s for five peiljaren with all personas; on a busy machine the processor seconds say more than
the clock.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from pipelines.datacenter.site import build_site
from tests.invented_releases import publish

TARGET_SECONDS = 15.0
PEILJAREN = (2019, 2020, 2021, 2022, 2023)


def main(argv: list[str] | None = None) -> int:
    """Build the site several times and tell the fastest; 1 when it misses the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--years", type=int, default=len(PEILJAREN), help="how many peiljaren, the newest ones")
    parser.add_argument("--personas", nargs="*", default=(), help="ids; all when none are named")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        uitgaven = Path(folder) / "uitgaven"
        for peiljaar in PEILJAREN[-args.years :]:
            publish(uitgaven, peiljaar, chosen=args.personas)
        runs = [_build(uitgaven, Path(folder) / f"site{turn}") for turn in range(args.repeat)]
        pages = list((Path(folder) / "site0").rglob("*.html"))
        size = sum(path.stat().st_size for path in pages)
    best, processor = min(wall for wall, _ in runs), min(cpu for _, cpu in runs)
    told = {
        "peiljaren": args.years,
        "pages": len(pages),
        "megabytes": round(size / 1e6),
        "seconds": round(best, 2),
        "processor_seconds": round(processor, 2),
        "target_seconds": TARGET_SECONDS,
        "runs": [round(wall, 2) for wall, _ in runs],
    }
    print(json.dumps(told))
    return 0 if best <= TARGET_SECONDS else 1


def _build(uitgaven: Path, into: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    build_site(uitgaven, into)
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    raise SystemExit(main())
