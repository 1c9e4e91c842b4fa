"""Reading the indicator specs and checking that they fit the catalogue and each other.

What belongs here: loading. What does not: the model (`spec.py`), and what a rule needs (`rule_checks.py`).
"""

from pathlib import Path
from typing import Any

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.rule_checks import check_rule
from pipelines.indicators.spec import Indicator
from pipelines.registers.catalogue_model import Catalogue
from pipelines.yaml_files import read_yaml, validate_model


def load_indicators(folder: Path, catalogue: Catalogue) -> Indicators:
    """Read all `*.yaml` in a folder (a mapping of id to spec). Raises SpecError with file and line."""
    by_id: dict[str, Indicator] = {}
    places: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, data in _mapping(path).items():
            if name in by_id:
                raise SpecError(f"{path.name}: the indicator {name} also stands in {places[name].name}; keep one.")
            indicator = validate_model({"id": name, **_require_mapping(path, name, data)}, Indicator, path, name)
            check_rule(f"{path.name}: {indicator.id}", indicator, catalogue)
            by_id[name], places[name] = indicator, path
    if not by_id:
        raise SpecError(f"no indicator specs in {folder}: the folder must hold *.yaml files.")
    indicators = Indicators(by_id)
    for name, indicator in by_id.items():
        for part in indicator.rule.refers_to:
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


def _refuse_circle(file: str, name: str, indicators: Indicators) -> None:
    path: list[str] = []

    def visit(current: str) -> None:
        if current in path:
            raise SpecError(f"{file}: {name} refers to itself: {' -> '.join([*path, current])}.")
        path.append(current)
        for part in indicators.by_id[current].rule.refers_to:
            if part in indicators.by_id:
                visit(part)
        path.pop()

    visit(name)
