"""Reading the indicator specs and checking that they fit the catalogue and each other.

What belongs here: loading. What does not: the model (`spec.py`), and what a rule needs (`rule_checks.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.feeders import COMPONENTS, Feeder
from pipelines.indicators.names import name_fault
from pipelines.indicators.rule_checks import rule_faults
from pipelines.indicators.spec import Indicator
from pipelines.registers.catalogue_model import Catalogue
from pipelines.yaml_document import Document, Fault, Place, refuse_all
from pipelines.yaml_faults import unknown
from pipelines.yaml_files import read_entries

MOST_LAYERS = 8
"""Combinations of combinations: three layers are the most so far, and nobody reads eight."""
MOST_PARTS = 200
"""Base indicators that one combination may come down to, counted as often as it names them: bounds its SQL."""
_MOST_STEPS = 8

Found = list[tuple[Document, Fault]]


@dataclass(frozen=True)
class IndicatorFiles:
    """All indicators, and the file in which each stands."""

    indicators: Indicators
    documents: dict[str, Document]

    def told(self, name: str, fault: Fault) -> str:
        """A fault of an indicator, with its file and line; the place counts from the indicator."""
        return self.documents[name].told(replace(fault, place=(name, *fault.place)))


def load_indicators(folder: Path, catalogue: Catalogue, feeder: Feeder = COMPONENTS) -> Indicators:
    """Read all `*.yaml` in a folder (a mapping of id to spec), with the rules of one feeder; those of the other are
    checked along. Raises SpecError with file and line."""
    return load_indicator_files(folder, catalogue, feeder).indicators


def load_indicator_files(folder: Path, catalogue: Catalogue, feeder: Feeder = COMPONENTS) -> IndicatorFiles:
    """As `load_indicators`, and keep where each indicator stands."""
    by_id: dict[str, Indicator] = {}
    documents: dict[str, Document] = {}
    found: Found = []
    for path in sorted(folder.glob("*.yaml")):
        document, entries, faults = read_entries(path, Indicator, "id")
        found.extend((document, fault) for fault in faults)
        for name, indicator in entries.items():
            found.extend((document, fault) for fault in _own_faults(name, indicator, documents, catalogue))
            by_id[name], documents[name] = indicator, document
    # Names that do not load are unknown to those that name them: told only when all files were read well.
    refuse_all(found)
    if not by_id:
        raise SpecError(f"no indicator specs in {folder}: the folder must hold *.yaml files.")
    found = [(documents[name], fault) for name in by_id for fault in _reference_faults(name, by_id)]
    refuse_all(found)
    refuse_all([(documents[fault.place[0]], fault) for fault in _layer_faults(by_id)])  # type: ignore[index]
    fed = {name: indicator.fed_by(feeder) for name, indicator in by_id.items()}
    return IndicatorFiles(Indicators(fed), documents)


def _own_faults(
    name: str, indicator: Indicator, documents: dict[str, Document], catalogue: Catalogue
) -> Iterator[Fault]:
    if name in documents:
        yield Fault((name,), f"this indicator also stands in {documents[name].name}; keep one", on_key=True)
    wrong = name_fault(name)
    if wrong is not None:
        yield Fault((name,), wrong, on_key=True)
    for fault in rule_faults(indicator, catalogue):
        yield replace(fault, place=(name, *fault.place))
    fed = indicator.fed_by("stapelingsmonitor")
    for fault in rule_faults(fed, catalogue) if fed is not indicator else ():
        yield replace(fault, place=(name, "stapelingsmonitor", *fault.place))


def _reference_faults(name: str, by_id: dict[str, Indicator]) -> Iterator[Fault]:
    """Names that no indicator has, combinations of nothing, and members of whom a combination is asked."""
    rule = by_id[name].rule
    for key in ("all_of", "any_of", "none_of"):
        parts = getattr(rule, key)
        if parts is None:
            continue
        if not parts:
            yield Fault((name, "rule", key), "names no indicator; name at least one")
        for number, part in enumerate(parts):
            if part not in by_id:
                yield Fault((name, "rule", key, number), unknown(part, tuple(by_id), "indicator"))
    member = rule.household_member
    if member is not None:
        place: Place = (name, "rule", "household_member", "has")
        if member.has not in by_id:
            yield Fault(place, unknown(member.has, tuple(by_id), "indicator"))
        elif not by_id[member.has].is_base or by_id[member.has].rule.household_member:
            yield Fault(
                place, f"'{member.has}' does not rest on a register or a person's own row; choose one that does"
            )


def _layer_faults(by_id: dict[str, Indicator]) -> Iterator[Fault]:
    """Circles, and combinations so deep or wide that they could not be read or compiled. Works from the base upwards,
    a layer at a time and without recursion; what is then not reached is too deep, or refers to itself."""
    size = {name: 1 for name, indicator in by_id.items() if not indicator.rule.refers_to}
    waiting = [name for name in by_id if name not in size]
    for layer in range(1, MOST_LAYERS + 2):
        ready = [name for name in waiting if all(part in size for part in by_id[name].rule.refers_to)]
        for name in ready:
            parts = [size[part] for part in by_id[name].rule.refers_to]
            if layer > MOST_LAYERS:
                yield _too_large(name, f"{layer} layers of combinations, allowed are {MOST_LAYERS}")
            elif sum(parts) > MOST_PARTS >= max(parts):
                yield _too_large(name, f"{sum(parts)} base indicators in the end, allowed are {MOST_PARTS}")
        size |= {name: sum(size[part] for part in by_id[name].rule.refers_to) for name in ready}
        waiting = [name for name in waiting if name not in size]
    yield from _circles(waiting, by_id)


def _too_large(name: str, words: str) -> Fault:
    return Fault((name, "rule"), f"this combination has {words}; make it simpler")


def _circles(waiting: list[str], by_id: dict[str, Indicator]) -> Iterator[Fault]:
    """Each circle once: walk from part to part among those that wait, until a walk comes back on itself."""
    unreached = dict.fromkeys(waiting)
    walked: set[str] = set()
    for start in waiting:
        way: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in walked and name not in way:
            way[name] = None
            name = next((part for part in by_id[name].rule.refers_to if part in unreached), None)
        walked |= set(way)
        if name is not None and name in way:
            steps = list(way)[list(way).index(name) :]
            told = [*steps[:_MOST_STEPS], *(["..."] if len(steps) > _MOST_STEPS else []), name]
            yield Fault((name, "rule"), f"refers to itself: {' -> '.join(told)}; take one of them out")
