"""Writing the pages that a bundle carries: one index, the promise, one page per persona.

What belongs here: which pages a bundle has. What does not: what a page holds (`persona_page`, `promise`), templates and
files (`rendering`), the public site over all releases (`site/`).
"""

from fractions import Fraction
from pathlib import Path
from re import fullmatch

import polars as pl

from pipelines.datacenter import sentences
from pipelines.datacenter.figures import persona_figures
from pipelines.datacenter.persona_page import persona_context
from pipelines.datacenter.promise import promise_context
from pipelines.datacenter.rendering import PROMISE, frame, release_facts, write
from pipelines.errors import UserError
from pipelines.release.content import WARNING, ReleaseText, files_of


def write_pages(figures: pl.DataFrame, release: ReleaseText, folder: Path) -> tuple[Path, ...]:
    """Write `index.html`, the promise and `persona/<id>.html` into an existing folder; same input, same bytes.

    `figures` has the columns of `pipelines.release.tables.COLUMNS`; those of gebieden may stand among them. The pages link
    to the release's files as lying in the same folder as the index. Raises UserError for a persona without national
    figures, or with an id that cannot be a file name.
    """
    found = {persona.id: persona_figures(figures, persona.id) for persona in release.personas}
    index = folder / "index.html"
    entries = [(persona, found[persona.id]) for persona in release.personas]
    about = {"entries": entries, "budget": budget(release), "privacy": sentences.privacy(release)}
    files = {"files": files_of(release), "warning": WARNING}
    write(index, "index.html", _shared(release, "") | about | files)
    promise = folder / PROMISE
    write(promise, "promise.html", _shared(release, "") | promise_context(release) | {"files_at": ""})
    (folder / "persona").mkdir(exist_ok=True)
    written = [index, promise]
    for persona, own in entries:
        path = folder / "persona" / f"{file_name(persona.id)}.html"
        write(path, "persona.html", _shared(release, "../") | persona_context(own, persona, release))
        written.append(path)
    return tuple(written)


def file_name(persona: str) -> str:
    """The id of a persona as part of a path. Raises UserError for one that could lead elsewhere."""
    if not fullmatch(r"[a-z0-9][a-z0-9-]*", persona):
        raise UserError(
            f"pages: persona id '{persona}' cannot be a file name. Allowed are small letters, digits "
            "and hyphens; rename the persona in its spec."
        )
    return persona


def budget(release: ReleaseText) -> dict[str, float]:
    """Shares of the cap, in percent: spent earlier, spent by this release, left."""
    cap, own, spent = (Fraction(text) for text in (release.cap, release.rho, release.spent_after))
    before = max(Fraction(0), spent - own)
    shares = {"before": before / cap, "own": own / cap, "left": max(Fraction(0), cap - spent) / cap}
    return {name: round(float(100 * share), 2) for name, share in shares.items()}


def _shared(release: ReleaseText, root: str) -> dict[str, object]:
    around = frame(root, layout="bundle.html", synthetic=release.synthetic, proef=release.proef)
    return around | release_facts(release) | {"downloads": f"{root}index.html#downloads"}
