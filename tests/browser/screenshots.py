"""Screenshots of every kind of page, public and of the review, at three widths: `python -m tests.browser.screenshots DIR`.

What belongs here: making pictures for people to judge. What does not: judging them.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page

from pipelines.datacenter.boundaries import read_outlines
from tests.browser import small_review
from tests.browser.browser import ABSENT, CHROMIUM, chromium, serving
from tests.browser.small_site import ANSWERS, KINDS, make_openbaar

WIDTHS = (320, 768, 1280)
TALLEST = 4_000
"""Pixels of a page that a picture holds; a list of 342 gemeenten goes on."""
REVIEW = {f"review-{name}": kind for name, kind in small_review.KINDS.items()}


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
    asked = set(args.only) or {*KINDS, *ANSWERS, *REVIEW}
    if unknown := asked - {*KINDS, *ANSWERS, *REVIEW}:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}. Known: {', '.join([*KINDS, *ANSWERS, *REVIEW])}.")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        outlines = read_outlines(args.boundaries) if args.boundaries else None
        if public := {name: path for name, path in (KINDS | ANSWERS).items() if name in asked}:
            with serving(args.openbaar or make_openbaar(Path(folder) / "openbaar", outlines)) as address:
                for name, path in public.items():
                    _picture(browser, args, name, partial(_go, address + path))
        if inside := {name: kind for name, kind in REVIEW.items() if name in asked}:
            with small_review.serving_review(Path(folder) / "review") as review:
                for name, kind in inside.items():
                    _picture(browser, args, name, partial(review.open, kind=kind))
    sys.stdout.write(f"{len(asked) * len(args.widths)} pictures: {args.into}\n")
    return 0


def _go(address: str, page: Page) -> None:
    page.goto(address)


def _picture(browser: Browser, args: argparse.Namespace, name: str, go: Callable[[Page], None]) -> None:
    """One page at every width, each opened anew: a layout may depend on where it began."""
    for width in args.widths:
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            go(page)
            height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
            clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
            page.screenshot(path=args.into / f"{name}-{width}.png", full_page=True, clip=clip)


if __name__ == "__main__":
    sys.exit(main())
