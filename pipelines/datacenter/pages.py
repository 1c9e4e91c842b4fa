"""Writing the pages of a release: one index, the promise, one page per persona.

What belongs here: rendering the templates into files that need no script, no server and no other host. What
does not: what a persona page holds (`persona_page`, `promise`), the look (`style.css`), publishing.
"""

from base64 import b64encode
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from re import fullmatch

import polars as pl
from jinja2 import DictLoader, Environment, StrictUndefined

from pipelines.datacenter import sentences, words
from pipelines.datacenter.figures import persona_figures
from pipelines.datacenter.persona_page import persona_context
from pipelines.datacenter.promise import promise_context
from pipelines.errors import UserError
from pipelines.release.content import (
    OWN_CHOICE,
    WARNING,
    ReleaseText,
    date_in_words,
    facts_in_words,
    files_of,
)

_HERE = "pipelines.datacenter"
_TEMPLATES = ("base.html", "index.html", "persona.html", "promise.html", "drawings.html")
PROMISE = "wat-beloven-wij.html"


def write_pages(figures: pl.DataFrame, release: ReleaseText, folder: Path) -> tuple[Path, ...]:
    """Write `index.html`, the promise and `persona/<id>.html` into an existing folder; same input, same bytes.

    `figures` has the columns of `pipelines.release.tables.COLUMNS`. The pages link to the release's files as
    lying in the same folder as the index. Raises UserError for a persona without national figures, or with
    an id that cannot be a file name.
    """
    environment = _environment()
    found = {persona.id: persona_figures(figures, persona.id) for persona in release.personas}
    index = folder / "index.html"
    entries = [(persona, found[persona.id]) for persona in release.personas]
    _write(
        index,
        environment,
        "index.html",
        _shared(release, "") | {"entries": entries, "budget": _budget(release)},
    )
    promise = folder / PROMISE
    _write(promise, environment, "promise.html", _shared(release, "") | promise_context(release))
    (folder / "persona").mkdir(exist_ok=True)
    written = [index, promise]
    for persona, own in entries:
        if not fullmatch(r"[a-z0-9][a-z0-9-]*", persona.id):
            raise UserError(
                f"pages: persona id '{persona.id}' cannot be a file name. Allowed are small letters, digits "
                "and hyphens; rename the persona in its spec."
            )
        path = folder / "persona" / f"{persona.id}.html"
        context = persona_context(own, persona, release)
        _write(path, environment, "persona.html", _shared(release, "../") | context)
        written.append(path)
    return tuple(written)


def _shared(release: ReleaseText, root: str) -> dict[str, object]:
    style = _resource("style.css")
    return {
        "release": release,
        "root": root,
        "promise_page": PROMISE,
        "style": style,
        # The hash lets the page use this one style sheet and no other, also when opened from a disk.
        "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
        "files": files_of(release),
        "warning": WARNING,
        "own_choice": OWN_CHOICE,
        "privacy": sentences.privacy(release),
        "status": words.STATUS.get(release.status, release.status),
        "peildatum": date_in_words(release.peildatum),
        "created_on": date_in_words(release.created_at[:10]),
        "deliveries": [facts_in_words(delivery) for delivery in release.deliveries],
        "words": words,
    }


def _budget(release: ReleaseText) -> dict[str, float]:
    """Shares of the cap, in percent: spent earlier, spent by this release, left."""
    cap, own, spent = (Fraction(text) for text in (release.cap, release.rho, release.spent_after))
    before = max(Fraction(0), spent - own)
    shares = {"before": before / cap, "own": own / cap, "left": max(Fraction(0), cap - spent) / cap}
    return {name: round(float(100 * share), 2) for name, share in shares.items()}


def _write(path: Path, environment: Environment, template: str, context: dict[str, object]) -> None:
    path.write_bytes(environment.get_template(template).render(context).encode("utf-8"))


@cache
def _environment() -> Environment:
    sources = {name: _resource(f"templates/{name}") for name in _TEMPLATES}
    return Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _resource(name: str) -> str:
    return (files(_HERE) / name).read_text(encoding="utf-8")
