"""Templates into files that need no script, no server and no other host.

What belongs here: the environment of the templates, the style sheet with its hash, what every page fills in. What does
not: what a page holds (the module of each page), the look (`style.css`).
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.datacenter import words
from pipelines.release.content import OWN_CHOICE, ReleaseText, date_in_words, facts_in_words

PROMISE = "wat-beloven-wij.html"
_HERE = "pipelines.datacenter"


def render(template: str, context: Mapping[str, object]) -> str:
    """One page. A name that the template wants and the context lacks raises jinja2's UndefinedError."""
    return _environment().get_template(template).render(context)


def write(path: Path, template: str, context: Mapping[str, object]) -> None:
    """Render to a file; the same context, the same bytes."""
    path.write_bytes(render(template, context).encode("utf-8"))


def frame(root: str, *, layout: str, synthetic: bool, proef: bool, demonstration: bool = False) -> dict[str, object]:
    """What every page fills in: `root` leads from the page to the folder of the index, `layout` is the template around
    it. `demonstration`: nobody really approved what it shows."""
    style = _style()
    return {
        "root": root,
        "layout": layout,
        "synthetic": synthetic,
        "proef": proef,
        "demonstration": demonstration,
        "promise_page": PROMISE,
        "style": style,
        # The hash lets the page use this one style sheet and no other, also when opened from a disk.
        "style_hash": _hash(style),
        "own_choice": OWN_CHOICE,
        "words": words,
        "linked": frozenset(),
    }


def release_facts(release: ReleaseText) -> dict[str, object]:
    """What every page about one release fills in beside its `frame`."""
    return {
        "release": release,
        "status": words.STATUS.get(release.status, release.status),
        "peildatum": date_in_words(release.peildatum),
        "created_on": date_in_words(release.created_at[:10]),
        "deliveries": [facts_in_words(delivery) for delivery in release.deliveries],
    }


def style_source() -> str:
    """The one source of style that a content policy may allow: `'sha256-...'`."""
    return f"'sha256-{_hash(_style())}'"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_HERE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    return (files(_HERE) / "style.css").read_text(encoding="utf-8")


@cache
def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()
