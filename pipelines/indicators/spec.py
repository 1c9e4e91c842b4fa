"""The indicator spec: one fact of a person, its source and its rule from a closed vocabulary.

What belongs here: the model. What does not: SQL (see `compiler.py`) and reading files (see `load.py`).
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from pipelines.indicators.feeders import COMPONENTS, Feeder
from pipelines.indicators.values import Codes, FromTo, Leefgebied, Name, Range


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Rows(_Frozen):
    """Which records of the register count: all of them, or those whose columns hold the given codes (`where`; with
    `where_any` at least one column does) and numbers (`between`). A record with a missing value in such a column
    leaves the answer open, unless another value of it (or its dates) says otherwise, or other records decide."""

    where: dict[Name, Codes] = {}
    where_any: dict[Name, Codes] = {}
    between: dict[Name, Range] = {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The columns that decide whether a record counts, each once."""
        return tuple(dict.fromkeys((*self.where, *self.where_any, *self.between)))


class RecordExists(Rows):
    """True when the register has such a record of the person."""


class SpellOnPeildatum(Rows):
    """True when a spell covers the peildatum, and began at least `min_months` and at most `max_months` before it."""

    min_months: Annotated[int, Field(ge=0)] = 0
    max_months: Annotated[int, Field(ge=1)] | None = None


class SpellInMonths(Rows):
    """True when a spell touches the last `months` months up to and including the peildatum."""

    months: Annotated[int, Field(ge=1)]


class SpellInYear(Rows):
    """True when a spell touches the peiljaar."""


class SpellEnded(Rows):
    """True when spells came to an end between `from` and `to` months before the peildatum.

    The end lies after the peildatum minus `to` months and not after the peildatum minus `from` months. A spell that
    covers the peildatum has not ended: in many registers its last day only says that it still runs. Nor has a spell
    that another spell of the same register, whatever its codes, continues (it covers the day after).
    """

    months_before: FromTo


class RowsOf(Rows):
    """Records of a register that is named."""

    source: str


class EndedAndNothingBegan(Rows):
    """True when a spell ended between `from` and `to` months before the peildatum (see `SpellEnded` for the bounds)
    and no spell of `nothing_of` covers the day after, or begins after the end and at most `within_months` months
    after it. Only what began up to and including the peildatum counts.

    Unknown, besides a missing value: a spell ended, nothing was seen, and a register of `nothing_of` does not cover
    every gemeente where the person lived in those months. A spell that it does hold follows all the same.
    """

    months_before: FromTo
    nothing_of: Annotated[tuple[RowsOf, ...], Field(min_length=1)]
    within_months: Annotated[int, Field(ge=1)]


class Count(Rows):
    """True when at least `at_least` records count; with `months` only spells that touch the last months. With
    `distinct` different values of a column are counted instead (a missing value is no value). Unknown when it would
    be true if the records with a missing value counted too."""

    at_least: Annotated[int, Field(ge=2)]
    months: Annotated[int, Field(ge=1)] | None = None
    distinct: Name | None = None


class Sum(Rows):
    """True when a column adds up to `at_least` or more over the records that count (with `months`: over spells
    that touch the last months). A missing amount leaves the answer open unless the others suffice."""

    column: Name
    at_least: Annotated[float, Field(gt=0)]
    months: Annotated[int, Field(ge=1)] | None = None


class Moved(_Frozen):
    """True when at least `at_least` spells of an address register began in the last `months` months. The first
    address ever (birth, immigration) is no move."""

    months: Annotated[int, Field(ge=1)]
    at_least: Annotated[int, Field(ge=1)] = 1


class HouseholdMember(_Frozen):
    """True when another member of the household on the peildatum has the indicator `has` (one on a register or a
    person). False for who lives alone; unknown when nobody has it and one is unknown, or the household is.

    A household is everyone of the counting population with the same household number and first day of the household
    in a GBAHUISHOUDENSBUS spell that covers the peildatum; it is unknown for who has no such spell or number.

    Reads the rows of others: see `Indicators.reads_others`.
    """

    has: Name


OnRegister = (
    RecordExists
    | SpellOnPeildatum
    | SpellInMonths
    | SpellInYear
    | SpellEnded
    | EndedAndNothingBegan
    | Count
    | Sum
    | Moved
)


class PersonFact(_Frozen):
    """A fact of the person's own row in `persons`: exactly one of the two."""

    age: FromTo | None = None
    address_kind: Codes | None = None

    @model_validator(mode="after")
    def _one_fact(self) -> "PersonFact":
        if sum(fact is not None for fact in (self.age, self.address_kind)) != 1:
            raise ValueError("give exactly one of age, address_kind")
        return self


class Rule(_Frozen):
    """Exactly one rule of the vocabulary."""

    record_exists: RecordExists | None = None
    spell_on_peildatum: SpellOnPeildatum | None = None
    spell_in_months: SpellInMonths | None = None
    spell_in_year: SpellInYear | None = None
    spell_ended: SpellEnded | None = None
    ended_and_nothing_began: EndedAndNothingBegan | None = None
    count: Count | None = None
    sum: Sum | None = None
    moved: Moved | None = None
    person: PersonFact | None = None
    household_member: HouseholdMember | None = None
    all_of: tuple[Name, ...] | None = None
    any_of: tuple[Name, ...] | None = None
    none_of: tuple[Name, ...] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> "Rule":
        given = [name for name in Rule.model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one rule of: {', '.join(Rule.model_fields)}; found {len(given)}")
        return self

    @property
    def combines(self) -> tuple[str, ...]:
        """The indicators that a combination is made of; empty for a rule on a register or a person."""
        return self.all_of or self.any_of or self.none_of or ()

    @property
    def refers_to(self) -> tuple[str, ...]:
        """Every indicator that the rule names: of a combination, or of another member of the household."""
        return (self.household_member.has,) if self.household_member else self.combines

    @property
    def on_register(self) -> OnRegister | None:
        """The rule on a register, if it is one."""
        return (
            self.record_exists
            or self.spell_on_peildatum
            or self.spell_in_months
            or self.spell_in_year
            or self.spell_ended
            or self.ended_and_nothing_began
            or self.count
            or self.sum
            or self.moved
        )


class Stapelingsmonitor(_Frozen):
    """What the other feeder says of the same fact: either a `source` (a theme of the Stapelingsmonitor) with its `rule`,
    or why none means the same (`differs`).

    `assumes`: what must be so for the two to mean the same, where no document that we could read says it. `unknown`:
    who is unknown in the theme and not in the component, or the other way round.
    """

    source: str | None = None
    rule: Rule | None = None
    assumes: str | None = None
    unknown: str | None = None
    differs: str | None = None

    @model_validator(mode="after")
    def _decided(self) -> "Stapelingsmonitor":
        if (self.source is None) != (self.rule is None) or (self.source is None) == (self.differs is None):
            raise ValueError("give `source` and `rule`, or `differs`: why no theme means the same")
        if self.rule is not None and self.rule.on_register is None:
            raise ValueError("the rule of a theme is a rule on its rows, such as record_exists")
        if self.differs is not None and (self.assumes or self.unknown):
            raise ValueError("`assumes` and `unknown` say something of a rule; `differs` stands alone")
        return self


class Evidence(_Frozen):
    """How well the indicator shows the thing meant, where a public source says so: shares between 0 and 1."""

    sensitivity: Annotated[float, Field(gt=0, le=1)] | None = None
    specificity: Annotated[float, Field(gt=0, le=1)] | None = None
    source: str


class Indicator(_Frozen):
    """One three-valued fact: TRUE (a record says so), FALSE (no record, and the source covers every gemeente where the
    person lived in the days that the rule looks at), or unknown."""

    id: Name
    title: str
    leefgebied: Leefgebied
    kind: Literal["probleem", "voorziening", "behoefte", "kenmerk"]
    observes: Literal["direct", "proxy"]
    source: str | None = None
    rule: Rule
    stapelingsmonitor: Stapelingsmonitor | None = None
    evidence: Evidence | None = None
    status: Literal["in_use", "deprecated"] = "in_use"
    _stated: "Indicator | None" = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _source_fits_rule(self) -> "Indicator":
        if (self.rule.on_register is not None) != (self.source is not None):
            raise ValueError("a rule on a register needs `source`, and only such a rule has it")
        if self.stapelingsmonitor is not None and self.source is None:
            raise ValueError("only an indicator on a register has `stapelingsmonitor`; the others follow from it")
        return self

    def fed_by(self, feeder: Feeder) -> "Indicator":
        """The indicator as this feeder shows it: with the rule on a theme where one means the same, and otherwise as it
        is stated (from the component files)."""
        stated = self.stated
        theme = stated.stapelingsmonitor
        if feeder == COMPONENTS or theme is None or theme.rule is None:
            return stated
        fed = stated.model_copy(update={"source": theme.source, "rule": theme.rule})
        fed._stated = stated
        return fed

    @property
    def stated(self) -> "Indicator":
        """The indicator as its file states it, whatever feeds it: what partners accept."""
        return self._stated or self

    @property
    def is_base(self) -> bool:
        """Is it read from a register or a person's row, and not a combination of others?"""
        return not self.rule.combines

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the spec states, whatever feeds it: a key that the vocabulary gains later leaves it as it is."""
        return _sha256(self.stated.model_dump(exclude_defaults=True))

    @property
    def counting_fingerprint(self) -> str:
        """SHA-256 of what decides the value of the indicator: its source and rule as it is fed, not its texts."""
        return _sha256({"id": self.id, "source": self.source, "rule": self.rule.model_dump(exclude_defaults=True)})


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
