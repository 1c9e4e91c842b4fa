"""Pages about publishing itself: downloads, corrections and revisions, the calendar.

What belongs here: lists of published versions and of planned moments. What does not: publishing (`publishing/`).
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pipelines.datacenter import words
from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.shell import Site, SitePage, moment
from pipelines.datacenter.site.start import edition_row
from pipelines.errors import RoomError
from pipelines.release.content import WARNING, files_of

CALENDAR = "kalender.json"
"""Beside the published releases: planned moments, as the publishing job wrote them."""

_DEMONSTRATION = "Demonstratie: geen partij heeft dit echt beoordeeld."

STATES = {"gepland": "gepland", "uitgesteld": "uitgesteld"}
"""States of the calendar that lie ahead; what is public or withdrawn stands in its publication."""

KINDS = {"nieuw": "Nieuwe uitgave", "correctie": "Correctie", "revisie": "Revisie"}


def history_pages(site: Site) -> Iterator[SitePage]:
    """Downloads, corrections and the calendar; the last two also when nothing is published."""
    if site.editions.newest is not None:
        yield site.page("downloads.html", "site/downloads.html", warning=WARNING, sets=_downloads(site))
    yield site.page(
        "correcties.html",
        "site/correcties.html",
        rows=[_version(edition, site) for edition in _last_first(site)],
        both=site.remeasured,
    )
    published = [_version(edition, site) for edition in _last_first(site)]
    yield site.page("kalender.html", "site/kalender.html", planned=_planned(site.folder), published=published)


def _downloads(site: Site) -> list[dict[str, object]]:
    """Every shown peiljaar, newest first, with the files that its bundle has."""
    found = []
    for edition in reversed(site.editions.by_year.values()):
        told = files_of(edition.text)
        archives = {
            path.name: "Alles van deze uitgave in één bestand." for path in sorted(edition.folder.glob("*.zip"))
        }
        files = {name: text for name, text in {**archives, **told}.items() if (edition.folder / name).is_file()}
        found.append(edition_row(edition) | {"files": files})
    return found


def _last_first(site: Site) -> list[Edition]:
    return sorted(
        site.editions.all, key=lambda one: (one.publication.published_at, one.jaar, one.numbers), reverse=True
    )


def _version(edition: Edition, site: Site) -> dict[str, object]:
    """One published version, also when a later one took its place."""
    facts, publication = edition.release.facts, edition.publication
    shown = site.editions.by_year.get(edition.jaar)
    if publication.withdrawn_at:
        place = f"Ingetrokken op {moment(publication.withdrawn_at)}. {publication.withdrawn_why}".strip()
    else:
        place = "" if shown is edition or shown is None else f"Vervangen door {shown.id}, versie {shown.versie}."
    return {
        "jaar": edition.jaar,
        "id": edition.id,
        "versie": edition.versie,
        "path": edition.path,
        "status": words.STATUS.get(str(facts.get("status")), str(facts.get("status") or "")),
        "kind": KINDS.get(publication.kind, publication.kind),
        "note": f"{publication.note} {_DEMONSTRATION}".strip() if publication.demonstration else publication.note,
        "published": moment(publication.published_at),
        "place": place,
        "shown": shown is edition,
    }


def _planned(folder: Path) -> list[dict[str, str]]:
    """What is to come, in order of time; none without a calendar. Raises RoomError for one that cannot be read."""
    path = folder / CALENDAR
    if not path.is_file():
        return []
    try:
        rows = json.loads(path.read_bytes())["entries"]
        coming = [
            (str(row["public_from"]), f"{row['release_id']}, versie {row['versie']}", STATES[row["state"]])
            for row in rows
            if row["state"] in STATES
        ]
    except (ValueError, KeyError, TypeError):
        raise RoomError(
            f"{CALENDAR} beside the published releases cannot be read. Let `blindevlek publish` write it again."
        ) from None
    return [{"moment": moment(at), "uitgave": name, "state": state} for at, name, state in sorted(coming)]
