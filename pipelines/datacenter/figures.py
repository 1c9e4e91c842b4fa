"""The figures of one persona, looked up by what they are about.

What belongs here: reading rows of the release's figures, and how one figure is shown in words. What does not:
drawing, page texts.
"""

from dataclasses import dataclass, fields

import polars as pl

from pipelines.datacenter import words
from pipelines.errors import UserError
from pipelines.estimates.quality import NOT_MEASURED, NOT_PUBLISHED, WITHOUT_NUMBER
from pipelines.facts.gemeenten import NEDERLAND

STATES = ("missing", "served", "unknown")


@dataclass(frozen=True)
class Figure:
    """One figure as published; counts in persons, rates per 1,000 inhabitants, None where not measured."""

    toestand: str
    niveau: str
    regio: str
    regio_naam: str
    leeftijd: str
    geslacht: str
    schatting: float | None
    onder95: float | None
    boven95: float | None
    marge95: float | None
    per_1000: float | None
    per_1000_onder95: float | None
    per_1000_boven95: float | None
    bruikbaarheid: str
    kwaliteit: str
    dekking_gemeenten: int
    dekking_gemeenten_totaal: int
    dekking_inwoners_pct: float

    @property
    def measured(self) -> bool:
        """Whether there is a number at all."""
        return self.bruikbaarheid not in WITHOUT_NUMBER and self.schatting is not None

    @property
    def held_back(self) -> bool:
        """Whether it was measured, and is published in sums only by the gate of the plan."""
        return self.bruikbaarheid == NOT_PUBLISHED

    @property
    def below_zero(self) -> bool:
        """Whether the file holds a negative estimate, shown as 0 on screen."""
        return self.schatting is not None and self.schatting < 0

    @property
    def usability(self) -> str:
        """The quality class in words; a figure without a number says why."""
        return words.USABILITY[self.bruikbaarheid if self.measured or self.held_back else NOT_MEASURED]

    @property
    def quality(self) -> str:
        """The quality class for the screen: `bruikbaar (B)`; a figure without a number has no class."""
        return f"{self.usability} ({self.kwaliteit})" if self.measured else self.usability

    @property
    def number(self) -> str:
        """The estimate for the screen: a whole number, never below nought.

        Not `weergave`, which gives way so that columns add up: beside its ruismarge a number must lie within it.
        """
        if self.schatting is None or not self.measured:
            return self.usability
        return words.whole(max(0, round(self.schatting)))

    @property
    def margin(self) -> str:
        """The ruismarge for the screen: `118 tot 178`; empty when not measured."""
        if self.onder95 is None or self.boven95 is None or not self.measured:
            return ""
        return words.from_to(self.onder95, self.boven95)

    @property
    def headline(self) -> tuple[str, str]:
        """`("ongeveer 150", "(120 tot 180)")`, or `("niet gemeten", "")`."""
        if self.schatting is None or self.onder95 is None or self.boven95 is None or not self.measured:
            return self.usability, ""
        return words.about(self.schatting, self.onder95, self.boven95)

    @property
    def coverage(self) -> str:
        """Over which gemeenten the figure goes, as a clause."""
        if self.dekking_gemeenten == self.dekking_gemeenten_totaal:
            return f"over alle {words.whole(self.dekking_gemeenten_totaal)} gemeenten"
        return (
            f"over de gedekte gemeenten ({words.whole(self.dekking_gemeenten)} van "
            f"{words.whole(self.dekking_gemeenten_totaal)}, {words.percent(self.dekking_inwoners_pct)} "
            "van de inwoners)"
        )

    def rate(self, digits: int) -> str:
        """The rate per 1,000 inhabitants for the screen; empty when not measured."""
        if self.per_1000 is None or not self.measured:
            return ""
        return words.decimal(max(0.0, self.per_1000), digits)


@dataclass(frozen=True)
class PersonaFigures:
    """All figures that the page of one persona shows, by state and region, and by age and sex."""

    totals: dict[tuple[str, str], Figure]
    """(state, region) -> all ages and both sexes."""
    groups: dict[tuple[str, str, str], Figure]
    """(state, age, sex) -> the Netherlands."""

    def land(self, state: str) -> Figure:
        """The national figure of a state."""
        return self.totals[state, NEDERLAND]

    def regions(self, niveau: str, state: str = "missing") -> list[Figure]:
        """The totals of one regional level, as they come (by code)."""
        return [f for (s, _), f in self.totals.items() if s == state and f.niveau == niveau]


def persona_figures(figures: pl.DataFrame, persona: str) -> PersonaFigures:
    """Look up the figures of one persona. Raises UserError when a national figure is absent."""
    mine = figures.filter(pl.col("persona") == persona)
    whole_group = (pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal")
    totals = {(f.toestand, f.regio): f for f in _read(mine.filter(whole_group).sort("regio"))}
    land = _read(mine.filter(pl.col("regio") == NEDERLAND))
    lacking = [state for state in STATES if (state, NEDERLAND) not in totals]
    if lacking:
        raise UserError(
            f"pages: persona '{persona}' has no national figure for {', '.join(lacking)}. Allowed is a row "
            f"for {NEDERLAND} in each of {', '.join(STATES)}; mend the step that makes the figures."
        )
    return PersonaFigures(totals, {(f.toestand, f.leeftijd, f.geslacht): f for f in land})


def _read(rows: pl.DataFrame) -> list[Figure]:
    names = [field.name for field in fields(Figure)]
    return [Figure(*row) for row in rows.select(names).iter_rows()]
