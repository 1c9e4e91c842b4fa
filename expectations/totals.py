"""The suites `public totals` and `inhabitants`: do the tables have the size of what is published?

What belongs here: which published figure is compared with what, and the bands. What does not: the figures
themselves (`pipelines/facts`), and calibration of the synthetic Netherlands.

A band is a share of the published figure, because it is of another date or another definition. A small synthetic
population states its scale, which is taken; then chance has its say too, and six times the square root of the
expected number is added. Invented people without a scale are compared with nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from expectations.ground import PERSONS, Ground
from expectations.rules import Level, Rule, Severity, Subject
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, gemeenten, inwoners, kerncijfers

SUITE = "public totals"
INHABITANTS = "inhabitants"
CHANCE = 6
"""Standard deviations (of a count) that chance may take: beyond it comes one in five hundred million."""

NEAR = range(2022, 2025)
"""Peiljaren for which the national magnitudes, of the end of 2022 to the end of 2024, are near enough."""

NATIONAL_BAND, GEMEENTE_BAND, AGE_BAND = 0.02, 0.15, 0.05
"""The table per gemeente is scaled from 2021, so gemeenten and ages that grew otherwise lie off by that."""

MOST_CHANGE = 0.1
FEW_GEMEENTEN = 0.05


@dataclass(frozen=True)
class Magnitude:
    """A published national figure (`onderwerp` of `kerncijfers.csv`) and what of a register it is compared with."""

    onderwerp: str
    table: str
    what: str
    counted: str
    where: str
    band: float
    level: Level = 4
    covered: str | None = None
    """The register whose covered gemeenten the figure is taken for; None for all."""
    whole: bool = False
    """Is it of the same people as published? Then far below it a part of the file is missing."""


LEAST = 0.7
"""Share of a published figure below which a file of the same people is not whole."""
MAGNITUDES = (
    Magnitude(
        "bijstand",
        "bijstandpersoonbus",
        "people with general bijstand on the peildatum",
        "count(DISTINCT person)",
        "{peildatum} BETWEEN aanvbijstand AND eindbijstand AND bijstandsoort = '01'",
        0.15,
        whole=True,
    ),
    Magnitude(
        "arbeidsongeschiktheid",
        "aototpersoonbus",
        "people with a disability benefit on the peildatum",
        "count(DISTINCT person)",
        "{peildatum} BETWEEN aanvaotot AND eindaotot",
        0.15,
        whole=True,
    ),
    Magnitude(
        "wia_wga",
        "aototpersoonbus",
        "people with WGA on the peildatum",
        "count(DISTINCT person)",
        "{peildatum} BETWEEN aanvaotot AND eindaotot AND aototwet = '5'",
        0.25,
    ),
    Magnitude(
        "wmo",
        "wmobus",
        "people with Wmo-maatwerk in the year, for the gemeenten that deliver",
        "count(DISTINCT person)",
        "wmodatumaanvang <= {peildatum} AND wmodatumeinde >= {first_day}",
        0.25,
        covered="WMOBUS",
    ),
    Magnitude(
        "ggz",
        "ggzzpmprestatietab",
        "people treated in the ggz in the year",
        "count(DISTINCT person)",
        "true",
        0.25,
        5,
    ),
    Magnitude(
        "wanbetalers_zorgpremie",
        "wanbzvwtab",
        "people who do not pay their health insurance",
        "count(DISTINCT person)",
        "true",
        0.25,
    ),
    Magnitude(
        "institutioneel",
        "gbahuishoudensbus",
        "members of institutional households on the peildatum",
        "count(*)",
        "{peildatum} BETWEEN datumaanvanghh AND datumeindehh AND plhh = '10'",
        0.15,
        2,
    ),
    Magnitude(
        "huishoudens",
        "gbahuishoudensbus",
        "private households on the peildatum",
        "coalesce(sum(1.0 / nullif(aantalpershh, 0)), 0)",
        "{peildatum} BETWEEN datumaanvanghh AND datumeindehh AND typhh <> '8'",
        0.06,
        2,
        whole=True,
    ),
)
"""Not compared: problem debts (published per household, delivered per person) and homeless people (an estimate, most
of whom stand in no register)."""


def total_rules(ground: Ground) -> tuple[Rule, ...]:
    """The registers against national magnitudes, as far as both are there and of about the same year."""
    public = kerncijfers()
    if ground.scale is None or ground.peiljaar not in NEAR:
        return ()
    return tuple(
        rule
        for one in MAGNITUDES
        if one.onderwerp in public and ground.has(one.table)
        for rule in _magnitude(one, public[one.onderwerp], ground, ground.scale)
    )


def inhabitant_rules(ground: Ground) -> tuple[Rule, ...]:
    """`persons` against the public population table, and against the year before."""
    subject = Subject(ground.schema, PERSONS, ("person",), INHABITANTS)
    rules = _against_public(subject, ground, ground.scale) if ground.scale is not None else []
    if PERSONS in ground.before:
        rules.append(_against_year_before(subject, ground))
    return tuple(rules)


def outside(found: str, expected: str, band: float, scale: Fraction) -> str:
    """SQL: a number lies outside the band around what is expected."""
    chance = f" + {CHANCE} * sqrt({expected})" if scale < 1 else ""
    return f"abs({found} - {expected}) > {band!r} * {expected}{chance}"


def too_few(found: str, expected: str, scale: Fraction) -> str:
    """SQL: a number is so far below what is expected that a part of the file must be missing."""
    return f"{found} < {LEAST!r} * {expected}" + (f" - {CHANCE} * sqrt({expected})" if scale < 1 else "")


def _magnitude(one: Magnitude, published: int, ground: Ground, scale: Fraction) -> Iterable[Rule]:
    subject = Subject(ground.schema, one.table, (), SUITE)
    days = {"peildatum": f"DATE '{ground.peiljaar}-12-31'", "first_day": f"DATE '{ground.peiljaar}-01-01'"}
    expected = f"{float(published * scale)!r}"
    if one.covered:
        expected = f"({expected} * ({_covered_share(one.covered, ground)}))"
    found = f"(SELECT {one.counted} FROM {subject.relation} WHERE {one.where.format(**days)})"
    source = f"(SELECT {found} AS found, {expected} AS expected)"
    yield subject.asked(
        f"{one.onderwerp}_as_published",
        "VCO",
        f"{one.what} lie within {one.band:.0%} of the published {published:,}",
        source=source,
        holds=f"NOT bool_or({outside('found', 'expected', one.band, scale)})",
        kind="cross-table",
        level=one.level,
        severity="warning",
    )
    if one.whole:
        yield subject.asked(
            f"{one.onderwerp}_whole",
            "VCO",
            f"{one.what} are at least {LEAST:.0%} of the published {published:,}: with fewer a part of the file is missing",
            source=source,
            holds=f"NOT bool_or({too_few('found', 'expected', scale)})",
            kind="cross-table",
            level=one.level,
        )


def _covered_share(register: str, ground: Ground) -> str:
    """SQL: the share of the inhabitants of the country who live where a register covers."""
    places = _values((int(g.code[2:]), g.inwoners) for g in gemeenten(ground.peiljaar))
    where = f"c.gemeente = g.gemeente AND c.covered AND c.register = '{register}'"
    return (
        f"SELECT coalesce(sum(n) FILTER (WHERE EXISTS (SELECT 1 FROM {ground.relation('coverage')} c WHERE {where})), 0)"
        f" / sum(n) FROM (VALUES {places}) g(gemeente, n)"
    )


def _against_public(subject: Subject, ground: Ground, scale: Fraction) -> list[Rule]:
    by_gemeente = [(int(g.code[2:]), float(g.inwoners * scale)) for g in gemeenten(ground.peiljaar)]
    everybody = repr(sum(expected for _, expected in by_gemeente))
    per_gemeente = _found_beside(subject, ("gemeente",), by_gemeente)
    return [
        _compared(
            subject,
            "inhabitants_as_published",
            f"the number of persons lies within {NATIONAL_BAND:.0%} of the published population",
            f"(SELECT count(*) AS found, {everybody} AS expected FROM {subject.relation})",
            NATIONAL_BAND,
            scale,
            "blocking",
        ),
        _compared(
            subject,
            "gemeenten_as_published",
            f"the number of persons of every gemeente lies within {GEMEENTE_BAND:.0%} of the public table",
            per_gemeente,
            GEMEENTE_BAND,
            scale,
            "warning",
        ),
        _compared(
            subject,
            "ages_as_published",
            f"the number of persons of every age band and sex lies within {AGE_BAND:.0%} of the public table",
            _found_beside(subject, ("leeftijdsgroep", "geslacht"), _ages(ground, scale)),
            AGE_BAND,
            scale,
            "warning",
        ),
        subject.asked(
            "every_gemeente_inhabited",
            "REP",
            "every gemeente of the peiljaar has persons",
            source=per_gemeente,
            holds="count(*) FILTER (WHERE found = 0) = 0",
            kind="cross-table",
            level=4,
            severity="warning",
        ),
    ]


def _compared(
    subject: Subject, name: str, title: str, source: str, band: float, scale: Fraction, severity: Severity
) -> Rule:
    return subject.asked(
        name,
        "VCO",
        title,
        source=source,
        holds=f"count(*) FILTER (WHERE {outside('found', 'expected', band, scale)}) = 0",
        kind="cross-table",
        level=4,
        severity=severity,
    )


def _found_beside(subject: Subject, columns: tuple[str, ...], expected: Iterable[tuple[float, ...]]) -> str:
    """What is found and what is expected, for every public cell."""
    names = ", ".join(columns)
    counted = f"SELECT {names}, count(*) AS n FROM {subject.relation} GROUP BY {names}"
    return (
        f"(SELECT coalesce(n, 0) AS found, expected FROM (VALUES {_values(expected)}) e({names}, expected) "
        f"LEFT JOIN ({counted}) USING ({names}))"
    )


def _ages(ground: Ground, scale: Fraction) -> list[tuple[float, ...]]:
    table = inwoners(ground.peiljaar)
    return [
        (number, int(code), float(sum(n for (_, b, s), n in table.items() if b == band and s == sex) * scale))
        for number, band in enumerate(AGE_BANDS)
        for code, sex in SEXES.items()
    ]


def _against_year_before(subject: Subject, ground: Ground) -> Rule:
    now = f"SELECT gemeente, count(*) AS found FROM {subject.relation} GROUP BY gemeente"
    before = f"SELECT gemeente, count(*) AS expected FROM {ground.earlier(PERSONS)} GROUP BY gemeente"
    moved = outside("found", "expected", MOST_CHANGE, ground.scale or Fraction(0))
    return subject.asked(
        "gemeenten_stable",
        "VNO",
        f"in at least {1 - FEW_GEMEENTEN:.0%} of the gemeenten of both years the number of persons changes by at most "
        f"{MOST_CHANGE:.0%}",
        source=f"(FROM ({now}) JOIN ({before}) USING (gemeente))",
        holds=f"count(*) FILTER (WHERE {moved}) <= {FEW_GEMEENTEN!r} * count(*)",
        kind="cross-table",
        level=2,
        severity="warning",
    )


def _values(rows: Iterable[tuple[float, ...]]) -> str:
    return ", ".join(f"({', '.join(repr(value) for value in row)})" for row in rows)
