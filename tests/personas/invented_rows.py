"""Invented registers, rules of every kind and people with rows on and around every bound, in a kluis in memory.

What belongs here: who is invented, and the same rows as dossiers and as tables. What does not: what any row means.
"""

import calendar
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.reference_rows import Cell, Dossier
from pipelines.registers.catalogue_model import Catalogue, Column, Register, Spell, load_catalogue
from tests.bare_indicator import indicator

MONTHS = (1, 2, 3, 10, 12)
"""Ten months before the peildatum is the end of February, also in a leap year."""

CODES = ("a", "b", "c")
GEMEENTEN = (363, 344, 14)
UNKNOWN_PLACE = 0
OBJECTS = {"woning": 1, "instelling": 2, "opvang_of_briefadres": 3}
"""Kind of address -> the number that its objects end in; objects ending in 0 are in no list."""


def _register(name: str, *, spells: bool, national: bool, silence_says_no: bool) -> Register:
    columns = [
        Column(name="rinpersoons", kind="rin_kind", certainty="C"),
        Column(name="rinpersoon", kind="rin", certainty="C"),
        Column(name="soort", kind="code", certainty="C", missing=("-",)),
        Column(name="vorm", kind="code", certainty="C"),
        Column(name="bedrag", kind="integer", certainty="C"),
        Column(name="uren", kind="number", certainty="C", missing=("-",)),
    ]
    if spells:
        columns += [Column(name=column, kind="date", certainty="C") for column in ("begin", "einde")]
        columns.append(Column(name="adres", kind="object", certainty="C"))
    return Register(
        name=name, title=name, theme="", unit="", structure="spell" if spells else "record",
        spell=Spell(begin="begin", end="einde") if spells else None, key=("rinpersoon",), supplier="cbs",
        supplier_permission=False, coverage="national" if national else "per_gemeente",
        absence="nee" if silence_says_no else "onbekend", sees="", does_not_see="", sources="", columns=tuple(columns),
    )  # fmt: skip


INVENTED = {
    found.name: found
    for found in (
        _register("SPELLEN", spells=True, national=True, silence_says_no=True),
        _register("SPELLENGEMEENTE", spells=True, national=False, silence_says_no=True),
        _register("SPELLENSTIL", spells=True, national=False, silence_says_no=False),
        _register("RECORDS", spells=False, national=False, silence_says_no=True),
        _register("RECORDSSTIL", spells=False, national=True, silence_says_no=False),
    )
}
CATALOGUE = Catalogue(
    registers={
        **INVENTED,
        **{name: load_catalogue().register(name) for name in ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")},
    },
    code_lists={},
)
WITH_SPELLS = tuple(name for name, found in INVENTED.items() if found.spell)
KNOWS_EVERYBODY = tuple(name for name in WITH_SPELLS if INVENTED[name].absence == "nee")

numbers = st.integers(-2, 5)
months = st.sampled_from(MONTHS)


@st.composite
def rows_of(draw: st.DrawFn) -> dict[str, Any]:
    """`where`, `where_any` and `between` over invented columns."""
    codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True)
    where = draw(st.dictionaries(st.sampled_from(("soort", "vorm")), codes, max_size=2))
    ends = st.sampled_from(((-1, 2), (0, None), (None, 1), (1, 1), (2, None), (None, -1)))
    between = {
        column: {key: end for key, end in zip(("from", "to"), draw(ends), strict=True) if end is not None}
        for column in draw(st.sets(st.sampled_from(("bedrag", "uren")), max_size=1))
    }
    where_any = draw(st.dictionaries(st.sampled_from(("soort", "vorm")), codes, max_size=2))
    every = {"where": where, "where_any": where_any, "between": between}
    kept = draw(st.sampled_from(((), ("where",), ("between",), ("where_any",), ("where", "between"), tuple(every))))
    return {key: every[key] for key in kept}


@st.composite
def window(draw: st.DrawFn) -> dict[str, int]:
    start, to = draw(st.sampled_from(((0, None), (0, 2), (1, 3), (3, 12), (2, None), (1, 2), (2, 10), (0, 12))))
    return {"from": start} if to is None else {"from": start, "to": to}


@st.composite
def rule_on_register(draw: st.DrawFn, kind: str) -> tuple[str, dict[str, Any]]:
    """Register and rule of one kind."""
    rule: dict[str, Any] = draw(rows_of())
    source = draw(st.sampled_from(WITH_SPELLS))
    if kind == "record_exists":
        source = draw(st.sampled_from(tuple(INVENTED)))
    if kind == "spell_on_peildatum":
        rule |= draw(st.sampled_from(({}, {"min_months": 1}, {"max_months": 3}, {"min_months": 2, "max_months": 10})))
    if kind == "spell_in_months":
        rule |= {"months": draw(months)}
    if kind in ("spell_ended", "ended_and_nothing_began"):
        rule |= {"months_before": draw(window())}
    if kind == "ended_and_nothing_began":
        others = draw(st.lists(st.tuples(st.sampled_from(KNOWS_EVERYBODY), rows_of()), min_size=1, max_size=2))
        rule |= {"nothing_of": [{"source": name, **rows} for name, rows in others], "within_months": draw(months)}
    if kind in ("count", "sum"):
        if draw(st.booleans()):
            rule |= {"months": draw(months)}
        else:
            source = draw(st.sampled_from(tuple(INVENTED)))
    if kind == "count":
        rule |= {"at_least": draw(st.integers(2, 3))}
        enough = len(rule.get("where", {}).get("vorm", CODES)) >= rule["at_least"]
        rule |= draw(st.sampled_from(({}, {"distinct": "bedrag"}, {"distinct": "vorm"} if enough else {})))
    if kind == "sum":
        rule |= {"column": draw(st.sampled_from(("bedrag", "uren"))), "at_least": draw(st.sampled_from((1, 3, 4.5, 6)))}
    if kind == "moved":
        rule = {"months": draw(months), "at_least": draw(st.integers(1, 3))}
        source = draw(st.sampled_from(("GBAADRESOBJECTBUS", *WITH_SPELLS)))
    return source, {kind: rule}


KINDS = (
    "record_exists", "spell_on_peildatum", "spell_in_months", "spell_in_year", "spell_ended",
    "ended_and_nothing_began", "count", "sum", "moved", "person", "household_member",
)  # fmt: skip


def _padding(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((f"vulling_{place}", {"person": {"age": {"from": 18}}}) for place in range(number))


@st.composite
def invented_indicators(draw: st.DrawFn, kinds: Sequence[str]) -> Indicators:
    """A few indicators of every kind, under names that say the kind; sometimes so far apart that they need two words."""
    found: dict[str, Indicator] = {}
    padding = draw(st.sampled_from((0, 0, 55)))
    for place, kind in enumerate(kinds):
        if place == len(kinds) // 2:
            found |= {name: indicator(name, rule) for name, rule in _padding(padding)}
        asked = [other for other in found if not other.startswith(("household_member", "vulling"))]
        for number in range(draw(st.integers(1, 3))):
            name = f"{kind}_{number}"
            source: str | None = None
            if kind == "person":
                facts = ({"age": {"from": 18}}, {"age": {"from": 5, "to": 66}}, {"address_kind": ["instelling"]},
                         {"address_kind": ["woning", "opvang_of_briefadres"]}, {"age": {"to": 17}})  # fmt: skip
                rule: dict[str, Any] = {"person": draw(st.sampled_from(facts))}
            elif kind == "household_member":
                rule = {"household_member": {"has": draw(st.sampled_from(asked))}}
            else:
                source, rule = draw(rule_on_register(kind))
            found[name] = indicator(name, rule, source)
    found["samen"] = indicator("samen", {"any_of": [f"{kinds[0]}_0", f"{kinds[-1]}_0"]})
    return Indicators(found)


@dataclass
class Country:
    """Invented people: their rows per register, and where they live."""

    peildatum: date
    covered: dict[str, frozenset[int]]
    rows: dict[str, dict[int, list[dict[str, Cell]]]]
    gemeente: dict[int, int]
    born: dict[int, int | None]
    address: dict[int, str | None]
    household: dict[int, tuple[int, date] | None]
    elsewhere: frozenset[int]
    """Who is in the registers, and not in the BRP on the peildatum."""

    def all_rows(self) -> Iterator[dict[str, Cell]]:
        """Every row of every register, to be bent by a test."""
        return (row for people in self.rows.values() for rows in people.values() for row in rows)

    def dossiers(self) -> dict[int, Dossier]:
        """Everybody as the reference knows them."""
        here = {person: home for person, home in self.household.items() if person not in self.elsewhere}
        alone = {person: self._dossier(person, ()) for person in here}
        found: dict[int, Dossier] = {}
        for person, household in here.items():
            others = None
            if household is not None and self.covered["GBAHUISHOUDENSBUS"]:
                mates = (other for other, theirs in here.items() if theirs == household and other != person)
                others = tuple(alone[other] for other in mates)
            found[person] = self._dossier(person, others)
        return found

    def _dossier(self, person: int, others: tuple[Dossier, ...] | None) -> Dossier:
        place, born = self.gemeente[person], self.born[person]
        return Dossier(
            # A register that nobody delivers has no rows to read.
            rows={name: people.get(person, []) if self.covered[name] else [] for name, people in self.rows.items()},
            covered=frozenset(
                name
                for name, gemeenten in self.covered.items()
                if place in gemeenten or (gemeenten and CATALOGUE.register(name).coverage == "national")
            ),
            age=None if born is None else self.peildatum.year - born,
            address_kind=self.address[person],
            others=others,
        )


def invent(dice: random.Random, people: int) -> Country:
    """People in households of one to four; a register may hold rows of people whose gemeente it does not cover."""
    peildatum = date(dice.choice((2023, 2024)), 12, 31)
    elsewhere = frozenset(dice.sample(range(1, people + 1), people // 12))
    country = Country(peildatum, _coverage(dice), {name: {} for name in CATALOGUE.registers}, {}, {}, {}, {}, elsewhere)
    days = edges(peildatum)
    size, household = 0, 0
    for person in range(1, people + 1):
        if size == 0:
            size, household = dice.choice((1, 1, 2, 2, 3, 4)), household + 1
            place = dice.choice((*GEMEENTEN, UNKNOWN_PLACE))
            begun = dice.choice([day for day in days if day <= peildatum])
        size -= 1
        country.gemeente[person] = place if dice.random() < 0.9 else dice.choice(GEMEENTEN)
        country.born[person] = dice.choice((None, *(peildatum.year - age for age in (0, 4, 5, 17, 18, 66, 67, 99))))
        country.address[person] = dice.choice(tuple(OBJECTS)) if country.gemeente[person] else None
        # The number of a household is unique only together with its first day.
        country.household[person] = (household // 2, begun) if dice.random() < 0.9 else None
        for name, register in INVENTED.items():
            country.rows[name][person] = _some_rows(dice, register, days)
        country.rows["GBAADRESOBJECTBUS"][person] = _addresses(dice, days, peildatum)
        if person in elsewhere:
            country.rows["GBAADRESOBJECTBUS"][person].pop()
    return country


def _coverage(dice: random.Random) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name, register in CATALOGUE.registers.items():
        everywhere = frozenset(GEMEENTEN)
        if name == "GBAADRESOBJECTBUS":
            found[name] = everywhere
        elif register.coverage == "national":
            found[name] = everywhere if dice.random() < 0.85 else frozenset()
        else:
            found[name] = frozenset(dice.sample(GEMEENTEN, dice.choice((0, 1, 2, 3))))
    return found


def edges(peildatum: date) -> list[date]:
    """Days on and beside every bound that a rule can have."""
    bounds = [peildatum, date(peildatum.year, 1, 1), date(peildatum.year - 4, 5, 17)]
    bounds += [shifted(peildatum, -number) for number in MONTHS]
    return sorted({bound + timedelta(days=step) for bound in bounds for step in (-1, 0, 1)})


def shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _some_rows(dice: random.Random, register: Register, days: Sequence[date]) -> list[dict[str, Cell]]:
    found: list[dict[str, Cell]] = []
    share = dice.choice((0.0, 0.1, 0.4))
    for _ in range(dice.choice((0, 1, 1, 2, 3, 4))):
        row: dict[str, Cell] = {
            "soort": dice.choice(CODES),
            "vorm": dice.choice(CODES),
            "bedrag": dice.randint(-2, 4),
            "uren": dice.choice((-1.0, 0.0, 1.0, 1.5, 2.0, 3.5)),
        }
        row = {name: None if dice.random() < share else value for name, value in row.items()}
        if register.spell:
            first, last = sorted(dice.choices(days, k=2))
            if found and dice.random() < 0.5:
                first = _after(dice, found[-1]["einde"])
                last = max(first, last)
            # Now and then a supplier writes the end before the begin.
            row |= {"begin": first, "einde": last} if dice.random() < 0.95 else {"begin": last, "einde": first}
        found.append(row)
    return found


def _after(dice: random.Random, end: Cell) -> date:
    """A day on or beside those on which something follows an end."""
    assert isinstance(end, date)
    return shifted(end, dice.choice((0, 0, *MONTHS))) + timedelta(days=dice.choice((-1, 0, 1, 2)))


def _addresses(dice: random.Random, days: Sequence[date], peildatum: date) -> list[dict[str, Cell]]:
    """Addresses that follow each other, the last one still held on the peildatum."""
    begins = sorted(set(dice.choices([day for day in days if day <= peildatum], k=dice.choice((1, 2, 3, 4)))))
    ends = [*(begin - timedelta(days=1) for begin in begins[1:]), peildatum]
    return [
        {"gbadatumaanvangadreshouding": begin, "gbadatumeindeadreshouding": end}
        for begin, end in zip(begins, ends, strict=True)
    ]
