"""Invented people: a name for who they are, and which indicators are true or unknown of them.

What belongs here: making one from names, from a file or from an example. What does not: real people. There is no way
in for a record of a register: names of indicators are all that is read.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.values import Name
from pipelines.personas.spec import Example, Persona, Text
from pipelines.yaml_files import read_model


class InventedPerson(BaseModel):
    """Who this is, the base indicators that are true, and those that are unknown; the others are known to be false."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: Text = "een verzonnen mens"
    has: tuple[Name, ...] = ()
    unknown: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "InventedPerson":
        both = sorted(set(self.has) & set(self.unknown))
        if both:
            raise ValueError(f"unknown: '{both[0]}' stands in `has` too; it is true or unknown, choose one")
        return self


def read_person(path: Path, data_root: Path) -> InventedPerson:
    """An invented person from a YAML file. Raises SpecError for a file of another shape, or in the data root."""
    if path.resolve().is_relative_to(data_root.resolve()):
        raise SpecError(
            f"{path.name}: lies in the data root, where real people are. A trace reads invented people only: name "
            "indicators with --has and --unknown, or write a file of your own with `who`, `has` and `unknown`."
        )
    return read_model(path, InventedPerson)


def person_of_example(persona: Persona, number: int) -> InventedPerson:
    """The example with this number (the first is 1); raise SpecError when there is none."""
    if not 1 <= number <= len(persona.examples):
        raise SpecError(f"{persona.id} has {len(persona.examples)} examples; choose 1 to {len(persona.examples)}.")
    example = persona.examples[number - 1]
    return InventedPerson(who=example.who, has=example.has, unknown=example.unknown)


def person_of_names(has: tuple[str, ...], unknown: tuple[str, ...]) -> InventedPerson:
    """Someone of whom these names are true or unknown; raise SpecError when a name is no name, or both."""
    try:
        return InventedPerson(has=has, unknown=unknown)
    except ValidationError as error:
        fault = error.errors()[0]
        message = str(fault["msg"]).removeprefix("Value error, ")
        if fault["type"] == "string_pattern_mismatch":
            message = "names of indicators have small letters, digits and underscores; put commas between them"
        raise SpecError(f"persona trace: {message}.") from None


def check_names(person: InventedPerson, indicators: Indicators, asked_by: str) -> None:
    """Raise SpecError with the nearest name for an unknown indicator, and for a combination of others."""
    for name in (*person.has, *person.unknown):
        if not indicators.get(name, asked_by).is_base:
            parts = ", ".join(indicators.base_of((name,)))
            raise SpecError(f"{asked_by}: '{name}' is a combination; name what it is made of: {parts}.")


def as_example(person: InventedPerson) -> Example:
    """The same person as an example, for the reference evaluator (where they land is not asserted)."""
    return Example(who=person.who, has=person.has, unknown=person.unknown, lands_in="not_counted")
