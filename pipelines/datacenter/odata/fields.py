"""What a filter may speak about: the columns of an answer, as texts that are all known, or as numbers.

What belongs here: the two kinds of fields. What does not: what a filter says of them (`conditions.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

Value = str | bool | int | float | None


@dataclass(frozen=True, eq=False)
class Words:
    """A column of which every value is known beforehand: codes, titles, yes or no.

    `values` are what a reader sees, `stored` what stands in the frame for each; `column` None: every row has the one
    value there is. `padded`: spaces at the end say nothing, as in the codes of version 3.
    """

    column: str | None
    values: tuple[Value, ...]
    stored: pl.Series | None = None
    padded: bool = False

    def bare(self, value: Value) -> Value:
        """A value as it is compared."""
        return value.rstrip(" ") if self.padded and isinstance(value, str) else value

    @cached_property
    def places(self) -> Mapping[Value, int]:
        """Value, as it is compared -> its place in `values`."""
        return {self.bare(value): place for place, value in enumerate(self.values)}

    def certain(self, places: frozenset[int]) -> bool | None:
        """True or false when every row or none has a value in these places; None when the rows must be looked at."""
        if self.column is None or self.stored is None or len(places) in (0, len(self.values)):
            return bool(places)
        return None

    def chosen(self, places: frozenset[int]) -> "bool | pl.Expr":
        """The rows with one of the values in these places."""
        if self.column is None or self.stored is None or self.certain(places) is not None:
            return bool(places)
        wanted = self.stored.gather(sorted(places))
        if wanted.null_count():
            found = pl.col(self.column).is_in(wanted.drop_nulls().implode()).fill_null(False)
            return found | pl.col(self.column).is_null()
        return pl.col(self.column).is_in(wanted.implode()).fill_null(False)


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of numbers, as an expression over the frame."""

    number: pl.Expr = field(repr=False)


Field = Words | Numbers
Fields = Mapping[str, Field]


def words_in(frame: pl.DataFrame, column: str) -> Words:
    """The field of a column of texts or of yes and no, from the values that stand in a frame."""
    stored = frame[column].unique(maintain_order=True)
    return Words(column, tuple(stored.to_list()), stored)
