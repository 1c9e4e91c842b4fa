"""From an indicator to the trend breaks of the registers that it rests on, through combinations too.

What belongs here: which years cannot be compared, and the sentence that says so in Dutch. What does not: the breaks
themselves (`trend_breaks` of a register in the catalogue). A break belongs to a register, so it is told of every
indicator on it, also where only a column that the indicator does not read was changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import Catalogue


@dataclass(frozen=True)
class IndicatorBreak:
    """From `year` on, what `register` says is not comparable with the years before, because of `what` (Dutch)."""

    register: str
    year: int
    what: str


def breaks_of(names: Iterable[str], indicators: Indicators, catalogue: Catalogue) -> tuple[IndicatorBreak, ...]:
    """The breaks under these indicators, each once, the latest first."""
    registers = dict.fromkeys(source for name in names for source in indicators.sources_of(name))
    found = [
        IndicatorBreak(register, one.year, " ".join(one.what.split()))
        for register in registers
        for one in catalogue.register(register).trend_breaks
    ]
    return tuple(sorted(found, key=lambda one: (-one.year, one.register)))


def break_sentences(names: Iterable[str], indicators: Indicators, catalogue: Catalogue) -> tuple[str, ...]:
    """A Dutch sentence for each break, for readers of figures that rest on these indicators."""
    return tuple(
        f"Niet te vergelijken met jaren vóór {one.year}: {one.what.rstrip('.')} (register {one.register})."
        for one in breaks_of(names, indicators, catalogue)
    )
