"""The page of each gemeente of the newest peiljaar, and the list of all of them.

What belongs here: the figures of all personas, beside similar gemeenten and the rest of the provincie, the sentence for the
council, what to do about figures that are too uncertain. What does not: how a difference is judged (`release/contrasts.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.datacenter import words
from pipelines.datacenter.figures import Figure
from pipelines.datacenter.persona_page import GEBIEDEN
from pipelines.datacenter.site.place_rows import PersonaRow, instead, persona_rows, years
from pipelines.datacenter.site.shell import Site, SitePage
from pipelines.errors import UserError
from pipelines.facts.areas import areas
from pipelines.facts.crosswalk import crosswalk
from pipelines.facts.gemeenten import Gemeente, gemeenten
from pipelines.release.compare import compare
from pipelines.release.contrasts import PeerContrast, against_peers

Peers = Mapping[str, Mapping[str, PeerContrast]]
"""Persona -> gemeente -> the gemeente beside its peers."""
Changes = Mapping[tuple[str, str], str]
"""(persona, gemeente) -> how the figure changed since the peiljaar before, in words."""


@dataclass(frozen=True)
class Beside:
    """A gemeente beside others, per 1,000 inhabitants, in words."""

    rate: str
    margin: str
    verdict: str


@dataclass(frozen=True)
class Entry:
    """A line of the alphabetical list: a gemeente with its page, or one that is no more and what it went into."""

    name: str
    code: str
    provincie: str
    into: tuple[tuple[str, str], ...] = ()


def gemeente_pages(site: Site) -> Iterator[SitePage]:
    """The list, and a page per gemeente."""
    yield list_page(site, "gemeenten.html", None)
    similar = _peers(site, [area.gemeenten for area in areas(site.newest.jaar) if area.kind == "grootteklasse"])
    regional = _peers(site, _by_provincie(site.gemeenten))
    changes = _changes(site)
    for gemeente in site.gemeenten:
        rows = persona_rows(site.newest, gemeente.code)
        wijken = _wijken(site, gemeente, rows)
        shown = [f for row in rows for f in (row.missing, row.served, row.unknown)] + [
            f for _, own in wijken for f in own
        ]
        around = site.around[gemeente.code]
        yield site.page(
            f"gemeente/{gemeente.code}.html",
            "site/gemeente.html",
            gemeente=gemeente,
            edition=site.newest,
            inwoners=words.whole(gemeente.inwoners),
            around=around,
            kinds=GEBIEDEN,
            size=next(area for area in around if area.kind == "grootteklasse"),
            rows=rows,
            wijken=wijken,
            council=[council_sentence(gemeente, row, changes, site) for row in rows if row.usable],
            beside=[
                (row, _beside(row, similar, gemeente), _beside(row, regional, gemeente))
                for row in rows
                if _measured(row)
            ],
            instead=instead(
                site.newest,
                rows,
                [area.code for area in around if area.kind == "veiligheidsregio"] + [gemeente.provincie],
            ),
            jaren=list(site.editions.by_year),
            years=years(site, gemeente.code, rows),
            below_zero=any(f is not None and f.below_zero for f in shown),
        )


def council_sentence(gemeente: Gemeente, row: PersonaRow, changes: Changes, site: Site) -> str:
    """What a council member can say of a usable figure: how many, between which bounds, and against the year before."""
    told, margin = row.missing.headline if row.missing else ("", "")
    sentence = (
        f"In {gemeente.naam} gaat het om {told} inwoners {margin} in de situatie “{row.persona.name}”; zij missen "
        f"{row.persona.missing_voorziening}."
    )
    if site.editions.before is None:
        return sentence
    change = changes.get((row.persona.id, gemeente.code))
    if change is None:
        return f"{sentence} Met {site.editions.before.jaar} is dit niet te vergelijken."
    return f"{sentence} Dat is {change} in {site.editions.before.jaar}."


def list_page(site: Site, path: str, asked: str | None) -> SitePage:
    """All gemeenten by letter; with `asked`, those that a search finds, and all of them below."""
    entries = _entries(site)
    letters: dict[str, list[Entry]] = {}
    for entry in entries:
        letters.setdefault(words.alphabetical(entry.name)[0].upper(), []).append(entry)
    found = None if asked is None else search(entries, asked)
    return site.page(path, "site/gemeenten.html", letters=letters, asked=asked, found=found, edition=site.newest)


def search(entries: list[Entry], asked: str) -> list[Entry]:
    """Gemeenten whose name or code holds what was asked, those that begin with it first."""
    wanted = words.alphabetical(asked.strip())
    if not wanted:
        return []
    hits = [e for e in entries if wanted in words.alphabetical(e.name) or wanted == e.code.lower()]
    return sorted(hits, key=lambda e: (not words.alphabetical(e.name).startswith(wanted), words.alphabetical(e.name)))


def _entries(site: Site) -> list[Entry]:
    listed = [Entry(g.naam, g.code, g.provincie_naam) for g in site.gemeenten]
    here = {g.code for g in site.gemeenten}
    for jaar in site.editions.by_year:
        into = crosswalk(jaar, site.newest.jaar)
        for old in gemeenten(jaar):
            if old.code not in here:
                here.add(old.code)
                goals = tuple((code, site.names[code]) for code in into[old.code])
                listed.append(Entry(old.naam, old.code, old.provincie_naam, goals))
    return sorted(listed, key=lambda entry: words.alphabetical(entry.name))


def _peers(site: Site, groups: list[tuple[str, ...]]) -> Peers:
    return {persona.id: against_peers(site.newest.release, persona.id, groups) for persona in site.newest.text.personas}


def _by_provincie(rows: tuple[Gemeente, ...]) -> list[tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for gemeente in rows:
        found.setdefault(gemeente.provincie, []).append(gemeente.code)
    return [tuple(codes) for codes in found.values()]


def _changes(site: Site) -> Changes:
    """Empty when there is no year before, or when nothing of it can be compared."""
    if site.editions.before is None:
        return {}
    try:
        found = compare(site.editions.before.release, site.newest.release, (), ("missing",)).changes
    except UserError:
        return {}
    told = {
        "ja": {True: "duidelijk meer dan", False: "duidelijk minder dan"},
        "nee": dict.fromkeys((True, False), "niet duidelijk meer of minder dan"),
    }
    return {
        (persona, regio): told[judged][change > 0]
        for persona, regio, judged, change in found.select("persona", "regio", "verschilt", "verschil").iter_rows()
        if judged in told
    }


def _wijken(site: Site, gemeente: Gemeente, rows: list[PersonaRow]) -> list[tuple[PersonaRow, list[Figure]]]:
    """The personas that the release shows by wijk, each with the measured figures of the wijken of a gemeente."""
    found = []
    for row in rows:
        figures = (
            site.newest.figure(row.persona.id, "missing", code) for code in site.newest.wijken.get(gemeente.code, ())
        )
        measured = [figure for figure in figures if figure is not None and figure.measured]
        if measured:
            found.append((row, measured))
    return found


def _measured(row: PersonaRow) -> bool:
    return row.missing is not None and row.missing.measured


def _beside(row: PersonaRow, peers: Peers, gemeente: Gemeente) -> Beside | None:
    found = peers[row.persona.id].get(gemeente.code)
    if found is None:
        return None
    if not found.more_than_noise:
        verdict = "geen duidelijk verschil"
    else:
        verdict = f"{gemeente.naam} ligt {'hoger' if found.difference > 0 else 'lager'}"
    rate = words.decimal(max(0.0, found.rate), row.digits)
    return Beside(rate, words.from_to(found.rate - found.margin, found.rate + found.margin, row.digits), verdict)
