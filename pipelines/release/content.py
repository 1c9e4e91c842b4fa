"""What a release says about itself: texts, parameters and public facts, beside the figures.

What belongs here: frozen values, filled by whoever packs a release, the names of its files, and the words
that files and pages share. What does not: figures (a data frame), rendering, anything from inside the kluis.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import log, sqrt
from re import fullmatch

from pipelines.indicators.feeders import COMPONENTS, Feeder

Fact = str | int | float | bool | None
"""A public fact as it may stand in JSON."""

FILES: dict[str, str] = {
    "LEESMIJ.txt": "Uitleg in gewone taal: lees dit eerst.",
    "cijfers.csv": "Alle cijfers, met komma als scheiding en punt als decimaalteken (UTF-8).",
    "cijfers-excel.csv": "Dezelfde cijfers voor een Nederlandse Excel: puntkomma en decimale komma.",
    "cijfers.parquet": "Dezelfde cijfers als Parquet, voor R, Python en DuckDB.",
    "cijfers.jsonstat.json": "Schatting en ruismarge als kubus in JSON-stat 2.0, met een status per getal.",
    "cijfers.csv-metadata.json": "Beschrijving van cijfers.csv voor programma's (CSV on the Web).",
    "gebieden.csv": "Cijfers van gebieden die sommen van gemeenten zijn: veiligheidsregio's en andere, grootteklassen.",
    "gebieden-excel.csv": "Dezelfde cijfers van gebieden voor een Nederlandse Excel.",
    "gebieden.parquet": "Dezelfde cijfers van gebieden als Parquet.",
    "gebieden.jsonstat.json": "Dezelfde cijfers van gebieden als kubus in JSON-stat 2.0.",
    "gebieden.csv-metadata.json": "Beschrijving van gebieden.csv voor programma's (CSV on the Web).",
    "wijken.csv": "Cijfers van wijken, voor de persona's die per wijk te zien zijn.",
    "wijken-excel.csv": "Dezelfde cijfers van wijken voor een Nederlandse Excel.",
    "wijken.parquet": "Dezelfde cijfers van wijken als Parquet.",
    "wijken.jsonstat.json": "Dezelfde cijfers van wijken als kubus in JSON-stat 2.0.",
    "wijken.csv-metadata.json": "Beschrijving van wijken.csv voor programma's (CSV on the Web).",
    "buiten-de-brp.csv": "Nummers buiten de BRP, alleen landelijk; staan in geen van de andere cijfers.",
    "buiten-de-brp.parquet": "Dezelfde cijfers over nummers buiten de BRP als Parquet.",
    "buiten-de-brp.jsonstat.json": "Dezelfde cijfers over nummers buiten de BRP als kubus in JSON-stat 2.0.",
    "buiten-de-brp.csv-metadata.json": "Beschrijving van buiten-de-brp.csv voor programma's (CSV on the Web).",
    "metingen.parquet": "De metingen met ruis zelf, vóór het schatten (voor wie zelf wil rekenen).",
    "metingen.csv.gz": "Dezelfde metingen als ingepakte CSV, voor R zonder pakketten.",
    "uitgaveplan.json": "Het openbare plan: wat er is gemeten en met hoeveel ruis.",
    "opnieuw-schatten.py": "Voorbeeld in Python dat alle schattingen opnieuw maakt uit metingen en plan.",
    "opnieuw-schatten.R": "Hetzelfde voorbeeld in R.",
    "kolommen.csv": "Wat elke kolom betekent, met eenheid en mogelijke waarden.",
    "teksten.json": "De teksten en openbare feiten waar de pagina's van gemaakt zijn.",
    "quality.json": "Het kwaliteitsrapport, volgens de begrippen van SIMS (Europese statistiek).",
    "privacy.json": "De privacyverantwoording, in de vorm van het OpenDP Deployments Registry (Engels).",
    "certificate.json": "Wat er is gemeten, volgens welk plan, en welke controles de bestanden doorstonden.",
    "datapackage.json": "Beschrijving van alle databestanden met hun kolommen (Frictionless Data Package).",
    "dcat.ttl": "Beschrijving van de uitgave voor datacatalogi (DCAT-AP-NL 3.0).",
    "manifest.json": "Lijst van alle bestanden met hun controlegetal (sha256).",
}
"""Files for downloading, in the order in which a reader meets them, each with its Dutch description."""

NOT_ALWAYS = ("wijken", "buiten-de-brp")
"""Tables that a release has only when its plan measures them."""

WARNING = (
    "Aan elk aantal is privacyruis toegevoegd. Gebruik schatting, onder95 en boven95 samen. Tel ruismarges niet op."
)

OWN_CHOICE = (
    "Hoeveel mensen in deze synthetische wereld bij een persona horen, hebben wij zelf gekozen: "
    "geen openbare bron geeft de omvang van deze stapeling."
)
"""Shown with every figure from synthetic data (nobody publishes the size of a triple combination)."""


UNITS = {"person": "één persoon", "household": "één huishouden"}
"""Unit of privacy as plans name it -> in Dutch."""


def unit_in_words(release: "ReleaseText") -> str:
    """Whom the promise is for, in Dutch."""
    words = UNITS.get(release.unit, release.unit)
    return words if release.members is None else f"{words}, van wie hoogstens {release.members} leden meetellen"


def bound_in_words(release: "ReleaseText") -> str:
    """How often somebody counts at most, as a Dutch sentence."""
    persons = f"Iemand telt bij hoogstens {release.contributions} persona's mee"
    if release.members is None:
        return f"{persons}."
    return f"{persons}, en van een huishouden tellen hoogstens {release.members} leden mee."


_FACT_NAMES = {
    "supplier": "leverancier",
    "delivery": "levering",
    "version": "versie",
    "source": "bron",
    "total": "van",
}
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


@dataclass(frozen=True)
class PersonaText:
    """The texts of one persona, in Dutch, and what identifies its spec.

    `explain` are whole sentences. `trend_breaks`: sentences on years that cannot be compared. `mechanisms` are (slug, title) of supposed uitsluitingsmechanismen.
    `reach` is served / (served + missing) for the covered gemeenten as (estimate, lower, upper), each a share
    between 0 and 1; the interval is Fieller's. `expected_k_loss` is the expected share (0 to 1) of members
    that the bound on contributions leaves out. `fingerprint` is what approvals hold for. `demonstration`: accepted
    with demonstration approvals only. `after_attrition`: first accepted after an analyst saw exact counts of it on
    real data.
    """

    id: str
    name: str
    story: str
    origin: str
    explain: tuple[str, ...]
    problems: tuple[str, ...]
    missing_voorziening: str
    need: str
    know: tuple[str, ...]
    approximate: tuple[str, ...]
    cannot_know: tuple[str, ...]
    mechanisms: tuple[tuple[str, str], ...]
    smallest_geography: str
    version: int
    fingerprint: str
    status: str
    expected_k_loss: float | None
    reach: tuple[float, float, float] | None
    demonstration: bool = False
    after_attrition: bool = False
    outside: Mapping[str, tuple[int, int, int]] | None = None
    """State -> (figure to show, lower, upper) of the numbers outside the BRP; None when they are not measured."""
    trend_breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class MechanismText:
    """One uitsluitingsmechanisme of the catalogue, in Dutch; the words of `type`, `origin` and `status` are those of
    `pipelines/personas/mechanisms.py`. A hypothesis, never measured."""

    slug: str
    title: str
    mechanical: str
    law: str
    leefgebieden: tuple[str, ...]
    type: str
    origin: tuple[str, ...]
    sources: tuple[str, ...]
    peildatum: str
    status: str
    status_note: str | None


@dataclass(frozen=True)
class TableFacts:
    """One measured table: number of cells, exact rho, sigma of the drawn noise per cell (persons).

    `sd` is the standard deviation of a typical figure of this table after least squares over the tree.
    """

    name: str
    cells: int
    rho: str
    sigma: float
    sd: float


@dataclass(frozen=True)
class ReleaseText:
    """Everything about a release except its figures.

    `peildatum` is a date as "2023-12-31"; `unit` is a key of UNITS or a Dutch text. Budgets (`rho`, `cap`,
    `spent_after`, `left_after`) are exact, as decimal or fraction ("1/8"); `cap` holds for all releases and
    years together. `deliveries` and `coverage` carry public facts only: supplier,
    peiljaar, version, status; and source, gemeenten (covered), total.
    """

    release_id: str
    versie: str
    title: str
    peiljaar: int
    peildatum: str
    status: str
    synthetic: bool
    proef: bool
    created_at: str
    personas: tuple[PersonaText, ...]
    unit: str
    contributions: int
    delta: float
    rho: str
    epsilon: float
    cap: str
    spent_after: str
    left_after: str
    tables: tuple[TableFacts, ...]
    noise: str
    opendp_version: str
    code_version: str
    deliveries: tuple[Mapping[str, Fact], ...]
    coverage: tuple[Mapping[str, Fact], ...]
    not_protected: tuple[str, ...]
    feeder: Feeder = COMPONENTS
    data_dependent: tuple[str, ...] = ()
    """Choices that depend, or may depend, on the data without being paid for: sentences in Dutch."""
    earlier: tuple[str, ...] = ()
    """Earlier measurements of the same plan, which stand beside this one: sentences in Dutch."""
    members: int | None = None
    """Members of a household that are counted at most, where the household is the unit."""
    detail_from: int | None = None
    """Persons a region from which there are figures by age and sex, in a release of two stages."""
    gate: tuple[str, ...] = ()
    """What is published in sums only, and by which public quantities: sentences in Dutch; none without a gate."""
    wijken: Mapping[str, str] = field(default_factory=dict)
    """Code -> name of every wijk, in a release that measures them; of each gemeente one is of who is in no known wijk."""
    wijken_from: str = ""
    """Where that list comes from."""
    mechanisms: tuple[MechanismText, ...] = ()
    """The whole catalogue, in its own order, also those that no persona of this release names."""


def files_of(release: ReleaseText) -> dict[str, str]:
    """The files that this release has, each with its description: those outside the BRP and of wijken only if they are measured,
    and the zip that holds the others."""
    found = {name: FILES[name] for name in files_with(_tables_not_always(release))}
    return found | {f"{release.release_id}.zip": "Al deze bestanden in één zip, behalve manifest.json."}


def files_with(tables: Iterable[str]) -> tuple[str, ...]:
    """The names of FILES, without those of tables that are neither always there nor among these."""
    absent = tuple(name for name in NOT_ALWAYS if name not in tables)
    return tuple(name for name in FILES if not name.startswith(absent))


def _tables_not_always(release: "ReleaseText") -> tuple[str, ...]:
    there = {"wijken": bool(release.wijken), "buiten-de-brp": any(p.outside is not None for p in release.personas)}
    return tuple(name for name in NOT_ALWAYS if there[name])


def date_in_words(date: str) -> str:
    """`2023-12-31` as `31 december 2023`; any other text as it is."""
    found = fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
    if not found or not 1 <= int(found[2]) <= len(_MONTHS):
        return date
    return f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}"


def facts_in_words(facts: Mapping[str, Fact]) -> str:
    """Public facts as one Dutch line: `leverancier CBS, versie 1`."""
    return ", ".join(f"{_FACT_NAMES.get(name, name)} {value}" for name, value in facts.items())


def tail_epsilon(rho: str, delta: float) -> float:
    """The privacy loss that is exceeded with probability at most delta: rho + 2 sqrt(rho ln(1/delta)).

    Bun and Steinke 2016, proposition 1.3. Slightly above the epsilon of a tighter conversion at the same
    delta, whose delta is not the chance that the loss is larger; so this is the one to put into words.
    """
    amount = float(Fraction(rho))
    return amount + 2 * sqrt(amount * log(1 / delta))
