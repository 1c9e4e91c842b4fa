"""The tables of a release, and what may stand in their columns for one release.

What belongs here: which table has which columns, which rows name it, and the closed lists that depend on the release
(personas, regions of the peiljaar, its year, status and version). What does not: what a column means (`columns.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.facts.areas import KINDS, areas
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, provincies
from pipelines.release.content import ReleaseText
from pipelines.release.formats.columns import COLUMNS, KEY, Column

LEVELS = ("land", "provincie", "gemeente")
WIJK = "wijk"


def levels_of(wijken: Mapping[str, str]) -> tuple[str, ...]:
    """The regional levels that a release measures; `wijken`: those it has."""
    return (*LEVELS, WIJK) if wijken else LEVELS


@dataclass(frozen=True)
class Table:
    """A table of figures: the name of its files, and in Dutch what it holds.

    `key` names a row. `levels`: the regional levels that it has; empty when it has no regions.
    """

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    levels: tuple[str, ...] = ()
    excel: bool = True


CIJFERS = Table(
    "cijfers",
    "Cijfers per land, provincie en gemeente",
    "Eén regel per persona, toestand, regio, leeftijd en geslacht, met schatting, ruismarge, bruikbaarheid en status.",
    tuple(COLUMNS),
    KEY,
    LEVELS,
)
GEBIEDEN = Table(
    "gebieden",
    "Cijfers van gebieden",
    "Sommen van gemeenten met hun precieze ruismarge: veiligheidsregio's, arbeidsmarktregio's, centrumgemeenteregio's en "
    "grootteklassen.",
    tuple(COLUMNS),
    KEY,
    KINDS,
)
WIJKEN = Table(
    "wijken",
    "Cijfers per wijk",
    "Eén regel per persona, toestand, wijk, leeftijd en geslacht, voor persona's die per wijk te zien zijn. De wijken van een "
    "gemeente tellen op tot de gemeente; van elke gemeente is er een regel voor wie in geen bekende wijk woont.",
    tuple(COLUMNS),
    KEY,
    (WIJK,),
)
BUITEN_DE_BRP = Table(
    "buiten-de-brp",
    "Nummers buiten de BRP",
    "Landelijke aantallen nummers (geen mensen) die in registraties staan en niet in de BRP. Tel ze niet op bij de andere "
    "cijfers.",
    (
        "persona", "toestand", "jaar", "schatting", "sd", "onder95", "boven95", "marge95", "weergave", "bruikbaarheid",
        "kwaliteit", "status", "versie",
    ),
    ("persona", "toestand"),
    excel=False,
)  # fmt: skip
TABLES = (CIJFERS, GEBIEDEN, WIJKEN, BUITEN_DE_BRP)


@dataclass(frozen=True)
class ReleaseFacts:
    """What every format says of its release; all of it is public.

    `personas`: id -> Dutch name. `created_at` as 2026-03-02T02:00:00Z. `tables`: the names of its tables. `wijken`: code ->
    name of the wijken that it measures, and `per_wijk` the personas that are shown by them.
    """

    release_id: str
    versie: str
    title: str
    peiljaar: int
    status: str
    synthetic: bool
    proef: bool
    created_at: str
    personas: Mapping[str, str]
    tables: tuple[str, ...]
    wijken: Mapping[str, str] = field(default_factory=dict)
    per_wijk: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[Table, ...]:
        """The tables that this release has."""
        return tuple(table for table in TABLES if table.name in self.tables)


def facts_of(release: ReleaseText) -> ReleaseFacts:
    """The public facts of a release, from its texts."""
    measured = any(persona.outside is not None for persona in release.personas)
    there = {BUITEN_DE_BRP.name: measured, WIJKEN.name: bool(release.wijken)}
    return ReleaseFacts(
        release_id=release.release_id,
        versie=release.versie,
        title=release.title,
        peiljaar=release.peiljaar,
        status=release.status,
        synthetic=release.synthetic,
        proef=release.proef,
        created_at=release.created_at,
        personas={persona.id: persona.name for persona in release.personas},
        tables=tuple(table.name for table in TABLES if there.get(table.name, True)),
        wijken=dict(release.wijken),
        per_wijk=tuple(p.id for p in release.personas if release.wijken and p.smallest_geography == WIJK),
    )


def data_files(facts: ReleaseFacts) -> tuple[str, ...]:
    """The files that hold figures or measurements, of which descriptions state size and sha256."""
    of_tables = [
        f"{table.name}{ending}"
        for table in facts.found
        for ending in (".csv", *(("-excel.csv",) if table.excel else ()), ".parquet", ".jsonstat.json")
    ]
    return (*of_tables, "metingen.parquet")


def columns_of(table: Table, facts: ReleaseFacts) -> dict[str, Column]:
    """The columns of a table in order, with the closed lists of this release filled in."""
    year = facts.peiljaar
    closed = {
        "persona": facts.personas,
        "niveau": {level: COLUMNS["niveau"].codes[level] for level in table.levels},
        "regio": regions(facts, table.levels),
        "status": {facts.status: COLUMNS["status"].codes[facts.status]},
        "versie": {facts.versie: f"versie {facts.versie}"},
    }
    if table is WIJKEN:
        closed["persona"] = {name: facts.personas[name] for name in facts.per_wijk}
    found = {name: replace(COLUMNS[name], codes=closed.get(name, COLUMNS[name].codes)) for name in table.columns}
    if table is WIJKEN:
        # How many people live in a wijk is public, and not of which age and sex they are.
        found["inwoners"] = replace(found["inwoners"], empty=True)
    return found | {"jaar": replace(found["jaar"], least=year, most=year)}


def regions(facts: ReleaseFacts, levels: tuple[str, ...]) -> dict[str, str]:
    """Code -> name of every region of these levels in a release, level by level."""
    known = _known(facts.peiljaar) | {WIJK: dict(facts.wijken)}
    return {code: name for level in levels for code, name in known[level].items()}


@cache
def _known(peiljaar: int) -> dict[str, dict[str, str]]:
    return {
        "land": {NEDERLAND: "Nederland"},
        "provincie": provincies(peiljaar),
        "gemeente": {g.code: g.naam for g in gemeenten(peiljaar)},
        **{kind: {area.code: area.naam for area in areas(peiljaar) if area.kind == kind} for kind in KINDS},
    }
