"""The kluis: registers, persons, person_indicators and patterns. Microdata and exact counts stay inside it.

What belongs here: one asset per table that the line builds. What does not: building (`pipelines.line`), and
checks (`checks.py`).
"""

from collections.abc import Callable

import dagster as dg

from assets.partitions import PEILJAAR
from assets.population import KEY as DELIVERIES
from assets.resources import POOL, Rooms, from_environment, plan_of
from assets.safe_metadata import safe_metadata
from pipelines.context import Context
from pipelines.state import fingerprint
from pipelines.version import source_fingerprint

GROUP = "kluis"
REGISTERS = dg.AssetKey(["kluis", "registers"])
PERSONS = dg.AssetKey(["kluis", "persons"])
PERSON_INDICATORS = dg.AssetKey(["kluis", "person_indicators"])
PATTERNS = dg.AssetKey(["kluis", "patterns"])

_KINDS = {"duckdb"}
_TAGS = {"sensitivity": "microdata"}
_SPECS = from_environment()


def _version(*parts: str) -> str:
    return fingerprint(*parts)[:16]


_INDICATOR_VERSION = _version(
    source_fingerprint("pipelines.indicators"),
    *(indicator.fingerprint for indicator in _SPECS.indicators().by_id.values()),
    *(indicator.counting_fingerprint for indicator in _SPECS.indicators().by_id.values()),
)


@dg.asset(
    key=REGISTERS,
    deps=[DELIVERIES],
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=_version(source_fingerprint("pipelines.registers"), _SPECS.catalogue().fingerprint),
    description="Every complete delivery of the peiljaar, typed and checked against the catalogue, in the encrypted "
    "warehouse; and which gemeenten each source speaks for. All or nothing: a refused delivery changes nothing.",
)
def registers(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    from pipelines import line

    return _told(context, rooms, line.take_in)


@dg.asset(
    key=PERSONS,
    deps=[REGISTERS],
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=_version(source_fingerprint("pipelines.persons")),
    description="The counting population: everyone in the BRP on the peildatum (31 December), one row each, with "
    "gemeente, age band, sex and household; those seen in a register only stand apart.",
)
def persons(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    from pipelines import line

    return _told(context, rooms, line.count_population)


@dg.asset(
    key=PERSON_INDICATORS,
    deps=[REGISTERS, PERSONS],
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=_INDICATOR_VERSION,
    description="Per person every indicator of `persona_specs/indicators`: true, false or unknown. Unknown is what no "
    "source covers; absence in a register is never taken for absence in life.",
)
def person_indicators(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    from pipelines import line

    return _told(context, rooms, line.find_indicators)


@dg.asset(
    key=PATTERNS,
    deps=[PERSON_INDICATORS],
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=_INDICATOR_VERSION,
    description="How many people share everything that the release plan uses: one row per gemeente, age band, sex and "
    "combination of indicators. Every persona is counted from it, in one pass.",
)
def patterns(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    from pipelines import line

    return _told(context, rooms, lambda room, _peiljaar: line.group_patterns(room, plan_of(context, room)))


def _told(
    context: dg.AssetExecutionContext, rooms: Rooms, step: Callable[[Context, int], bool]
) -> dg.MaterializeResult[None]:
    done = rooms.do(context, step)
    return dg.MaterializeResult(metadata=safe_metadata(done="now" if done.value else "before", seconds=done.seconds))
