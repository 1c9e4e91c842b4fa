"""The indicator spec: one fact of a person, its source and its rule from a closed vocabulary.

What belongs here: the model. What does not: SQL (see `compiler.py`) and reading files (see `load.py`).
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Leefgebied = Literal[
    "algemeen",
    "wonen",
    "gezondheid",
    "schulden",
    "inkomen",
    "werk",
    "onderwijs",
    "gezin",
    "veiligheid",
    "netwerk",
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Codes = Annotated[tuple[str, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FromTo(_Frozen):
    """A range of whole numbers, both ends included; an end left out is open."""

    start: Annotated[int, Field(alias="from", ge=0)] = 0
    to: Annotated[int, Field(ge=0)] | None = None


class RecordExists(_Frozen):
    """True when the register has a record of the person (whose columns hold the given codes)."""

    where: dict[Name, Codes] = {}


class SpellOnPeildatum(_Frozen):
    """True when a spell covers the peildatum and began at least `min_months` months before it."""

    where: dict[Name, Codes] = {}
    min_months: Annotated[int, Field(ge=0)] = 0


class SpellInMonths(_Frozen):
    """True when a spell touches the last `months` months up to and including the peildatum."""

    where: dict[Name, Codes] = {}
    months: Annotated[int, Field(ge=1)]


class SpellInYear(_Frozen):
    """True when a spell touches the peiljaar."""

    where: dict[Name, Codes] = {}


class SpellEnded(_Frozen):
    """True when spells came to an end between `from` and `to` months before the peildatum.

    The end lies after the peildatum minus `to` months and not after the peildatum minus `from` months. A spell
    that another spell of the same register continues (it covers the day after) has not ended.
    """

    where: dict[Name, Codes] = {}
    months_before: FromTo


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
    person: PersonFact | None = None
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
    def on_register(
        self,
    ) -> RecordExists | SpellOnPeildatum | SpellInMonths | SpellInYear | SpellEnded | None:
        """The rule on a register, if it is one."""
        return (
            self.record_exists
            or self.spell_on_peildatum
            or self.spell_in_months
            or self.spell_in_year
            or self.spell_ended
        )


class Indicator(_Frozen):
    """One three-valued fact: TRUE, FALSE (no record, and the source covers the person's gemeente), or unknown."""

    id: Name
    title: str
    leefgebied: Leefgebied
    kind: Literal["probleem", "voorziening", "behoefte", "kenmerk"]
    observes: Literal["direct", "proxy"]
    source: str | None = None
    rule: Rule

    @model_validator(mode="after")
    def _source_fits_rule(self) -> "Indicator":
        if (self.rule.on_register is not None) != (self.source is not None):
            raise ValueError("a rule on a register needs `source`, and only such a rule has it")
        return self

    @property
    def is_base(self) -> bool:
        """Is it read from a register or a person's row, and not a combination of others?"""
        return not self.rule.combines

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical content."""
        return _sha256(self.model_dump())

    @property
    def counting_fingerprint(self) -> str:
        """SHA-256 of what decides the value of the indicator: its source and rule, not its texts."""
        return _sha256({"id": self.id, "source": self.source, "rule": self.rule.model_dump()})


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
