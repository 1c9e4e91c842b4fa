"""Screenshots of every kind of page at three widths: `python -m tests.browser.screenshots DIR`.

What belongs here: making pictures for people to judge. What does not: judging them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from pipelines.datacenter.boundaries import read_outlines
from tests.browser.browser import ABSENT, CHROMIUM, chromium, serving
from tests.browser.small_site import ANSWERS, KINDS, make_openbaar

WIDTHS = (320, 768, 1280)
TALLEST = 4_000
"""Pixels of a page that a picture holds; a list of 342 gemeenten goes on."""


def main(argv: list[str] | None = None) -> int:
    """Write `<kind>-<width>.png` into a folder and say where; 1 without a browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("into", type=Path)
    parser.add_argument("--only", nargs="*", default=[], metavar="KIND")
    parser.add_argument("--openbaar", type=Path, help="a folder with a site, in place of an invented one")
    parser.add_argument("--boundaries", type=Path)
    parser.add_argument("--widths", nargs="*", type=int, default=WIDTHS)
    args = parser.parse_args(argv)
    if not CHROMIUM.exists():
        sys.stderr.write(f"{ABSENT}\n")
        return 1
    args.into.mkdir(parents=True, exist_ok=True)
    pages = {name: path for name, path in (KINDS | ANSWERS).items() if not args.only or name in args.only}
    with tempfile.TemporaryDirectory() as folder:
        outlines = read_outlines(args.boundaries) if args.boundaries else None
        openbaar = args.openbaar or make_openbaar(Path(folder), outlines)
        with serving(openbaar) as address, chromium() as browser:
            for name, path in pages.items():
                for width in args.widths:
                    page = browser.new_page(viewport={"width": width, "height": 900})
                    page.goto(address + path)
                    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                    clip = {"x": 0, "y": 0, "width": width, "height": height}
                    page.screenshot(path=args.into / f"{name}-{width}.png", full_page=True, clip=clip)
                    page.close()
    sys.stdout.write(f"{len(pages) * len(args.widths)} pictures: {args.into}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
