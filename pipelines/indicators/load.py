"""Reading the indicator specs and checking that they fit the catalogue and each other.

What belongs here: loading. What does not: the model (`spec.py`).
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.errors import SpecError, nearest
from pipelines.indicators.spec import Indicator
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.yaml_files import read_yaml, validate_model


@dataclass(frozen=True)
class Indicators:
    """All indicators by id, in order of file and place."""

    by_id: dict[str, Indicator]

    def get(self, name: str, asked_by: str) -> Indicator:
        """The indicator of this name; raise SpecError with the nearest known name otherwise."""
        if name not in self.by_id:
            raise SpecError(f"{asked_by}: no indicator '{name}'.{nearest(name, self.by_id)}")
        return self.by_id[name]

    @cached_property
    def base(self) -> tuple[Indicator, ...]:
        """Indicators that have a bit of their own, in bit order."""
        return tuple(indicator for indicator in self.by_id.values() if indicator.is_base)

    def base_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the base indicators that these indicators rest on, in bit order."""
        wanted: set[str] = set()
        stack = list(names)
        while stack:
            indicator = self.by_id[stack.pop()]
            if indicator.is_base:
                wanted.add(indicator.id)
            stack.extend(indicator.rule.combines)
        return tuple(indicator.id for indicator in self.base if indicator.id in wanted)

    def sources_of(self, name: str) -> tuple[str, ...]:
        """Registers that an indicator rests on, in order of name."""
        sources = {self.by_id[base].source for base in self.base_of((name,))}
        return tuple(sorted(source for source in sources if source is not None))

    def all_under(self, name: str) -> tuple[str, ...]:
        """The indicator itself and every indicator that it refers to, directly or not."""
        found: list[str] = []
        stack = [name]
        while stack:
            current = stack.pop()
            if current not in found:
                found.append(current)
                stack.extend(self.by_id[current].rule.combines)
        return tuple(found)


def load_indicators(folder: Path, catalogue: Catalogue) -> Indicators:
    """Read all `*.yaml` in a folder (a mapping of id to spec). Raises SpecError with file and line."""
    by_id: dict[str, Indicator] = {}
    places: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, data in _mapping(path).items():
            if name in by_id:
                raise SpecError(f"{path.name}: the indicator {name} also stands in {places[name].name}; keep one.")
            indicator = validate_model({"id": name, **_require_mapping(path, name, data)}, Indicator, path, name)
            _check_source(path, indicator, catalogue)
            by_id[name], places[name] = indicator, path
    if not by_id:
        raise SpecError(f"no indicator specs in {folder}: the folder must hold *.yaml files.")
    indicators = Indicators(by_id)
    for name, indicator in by_id.items():
        for part in indicator.rule.combines:
            indicators.get(part, f"{places[name].name}: {name}")
        _refuse_circle(places[name].name, name, indicators)
    return indicators


def _mapping(path: Path) -> dict[str, Any]:
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise SpecError(f"{path.name}:1: a file of indicators maps each id to its spec.")
    return data


def _require_mapping(path: Path, name: str, data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise SpecError(f"{path.name}: {name}: an indicator has keys such as title, leefgebied and rule.")
    return data


def _check_source(path: Path, indicator: Indicator, catalogue: Catalogue) -> None:
    where = f"{path.name}: {indicator.id}"
    if indicator.rule.person is not None and indicator.rule.person.address_kind is not None:
        unknown = set(indicator.rule.person.address_kind) - set(ADDRESS_KINDS)
        if unknown:
            raise SpecError(f"{where}: no address_kind '{sorted(unknown)[0]}'. Allowed: {', '.join(ADDRESS_KINDS)}.")
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return
    if indicator.source not in catalogue.registers:
        raise SpecError(f"{where}: no register '{indicator.source}'.{nearest(indicator.source, catalogue.registers)}")
    register = catalogue.register(indicator.source)
    if not register.has_persons:
        raise SpecError(f"{where}: {register.name} has no persons, so it says nothing of a person.")
    if indicator.rule.record_exists is None and register.spell is None:
        raise SpecError(f"{where}: {register.name} has records and no spells; use record_exists.")
    for column, codes in rule.where.items():
        _check_codes(where, register, column, codes, catalogue)


def _check_codes(where: str, register: Register, column: str, codes: tuple[str, ...], catalogue: Catalogue) -> None:
    try:
        found = register.column(column)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None
    allowed = catalogue.codes(found)
    for code in codes:
        if allowed and code not in allowed:
            raise SpecError(f"{where}: {register.name}.{column} has no code '{code}'. Allowed: {', '.join(allowed)}.")


def _refuse_circle(file: str, name: str, indicators: Indicators) -> None:
    path: list[str] = []

    def visit(current: str) -> None:
        if current in path:
            raise SpecError(f"{file}: {name} refers to itself: {' -> '.join([*path, current])}.")
        path.append(current)
        for part in indicators.by_id[current].rule.combines:
            if part in indicators.by_id:
                visit(part)
        path.pop()

    visit(name)
