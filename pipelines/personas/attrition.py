"""Attrition: how many people each condition of a persona leaves, for analysts inside the kluis only.

What belongs here: counting over the patterns of one persona, and where the answer is written. What does not: showing
it anywhere else. Exact counts go from here into a file of the kluis and nowhere else: no caller gets them back.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import state
from pipelines.errors import UserError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, named_booleans, words_needed
from pipelines.personas.attrition_log import Look, folder_of, log_look, require_inside, write_inside
from pipelines.personas.attrition_report import Heading, csv_text, readable_text
from pipelines.personas.attrition_tally import Pattern, attrition_rows
from pipelines.personas.lifecycle_registry import review_fingerprint
from pipelines.personas.spec import Persona
from pipelines.registers.ingest import taken_in
from pipelines.version import source_fingerprint
from pipelines.warehouse import Warehouse, open_warehouse, year_schema

if TYPE_CHECKING:
    from pipelines.context import Context


@dataclass(frozen=True)
class Written:
    """Where the files stand (CSV, and the same as text), and whether the look was logged."""

    table: Path
    text: Path
    logged: bool


def write_attrition(context: "Context", persona: Persona, peiljaar: int) -> Written:
    """Count the attrition of a persona and write it to `kluis/attrition/<peiljaar>/`, for its owner only.

    A look at a real delivery is logged first. Raises RoomError when a file would lie outside the kluis, UserError
    when the indicators do not stand there as the specs now say, DeliveryError when nothing was taken in.
    """
    root, indicators = context.root, context.indicators()
    place = folder_of(root) / str(peiljaar) / f"{persona.id}-v{persona.version}"
    written = Written(place.with_name(f"{place.name}.csv"), place.with_name(f"{place.name}.txt"), logged=False)
    for path in (written.table, written.text):
        require_inside(root, path)
    printed, now = review_fingerprint(persona, indicators), context.now()
    with open_warehouse(root, context.key(), read_only=True, memory=context.memory) as warehouse:
        deliveries = taken_in(warehouse, peiljaar)
        require_indicators(warehouse, indicators, peiljaar)
        ids = tuple(delivery.delivery_id for delivery in deliveries)
        real = any(delivery.kind != "synthetic" for delivery in deliveries)
        if real:
            log_look(root, Look(now, persona.id, persona.version, printed, peiljaar, ids))
        patterns = persona_patterns(warehouse, persona, indicators, peiljaar)
    heading = Heading(persona, printed, peiljaar, now, ids, real)
    rows = attrition_rows(patterns, len(persona.conditions))
    write_inside(root, written.table, csv_text(rows, persona).encode())
    write_inside(root, written.text, readable_text(heading, rows, indicators).encode())
    return Written(written.table, written.text, logged=real)


def persona_patterns(
    warehouse: Warehouse, persona: Persona, indicators: Indicators, peiljaar: int
) -> tuple[Pattern, ...]:
    """Everyone on the peildatum by what is true and what is known of the persona's conditions (bits 0, 1, ... in the
    order of `Persona.conditions`) and voorziening (the bit after them). At most 3 to the power of that many patterns.

    One scan of `person_words`; unlike the pattern table of a plan it leaves nobody out.
    """
    bits = assign_bits(indicators)
    base = set(indicators.base_of(persona.indicators))
    words: list[str] = []
    for word in range(words_needed(bits)):
        mask = sum(bit.mask for name, bit in bits.items() if name in base and bit.word == word)
        words += [f"t{word} & {mask}::UBIGINT AS t{word}", f"k{word} & {mask}::UBIGINT AS k{word}"]
    booleans = ", ".join(named_booleans(indicators, bits, tuple(dict.fromkeys(persona.indicators))))
    true = " | ".join(f"CASE WHEN {name} THEN {1 << bit} ELSE 0 END" for bit, name in enumerate(persona.indicators))
    known = " | ".join(
        f"CASE WHEN {name} IS NULL THEN 0 ELSE {1 << bit} END" for bit, name in enumerate(persona.indicators)
    )
    rows = warehouse.rows(
        f"WITH words AS (SELECT {', '.join(words)}, count(*) AS n FROM {year_schema(peiljaar)}.person_words GROUP BY ALL), "
        f"named AS (SELECT {booleans}, n FROM words) "
        f"SELECT {true} AS t, {known} AS k, sum(n)::BIGINT FROM named GROUP BY 1, 2 ORDER BY 1, 2",
        step="count the attrition",
    )
    return tuple(Pattern(*row) for row in rows)


def require_indicators(warehouse: Warehouse, indicators: Indicators, peiljaar: int) -> None:
    """Raise UserError when the indicators of everyone were not built, or from other specs than these.

    The same question as the step `indicators` of the line asks, which lies beyond this room.
    """
    prints = [indicator.counting_fingerprint for indicator in indicators.by_id.values()]
    upstream = state.done_on(warehouse, "persons", peiljaar)
    wanted = state.fingerprint(upstream, source_fingerprint("pipelines.indicators"), *prints)
    if not state.is_done(warehouse, "indicators", peiljaar, wanted):
        raise UserError(
            f"the indicators of peiljaar {peiljaar} were built from other specs than the present ones, or not yet. "
            "`blindevlek run` builds them; it spends only on a plan that may be measured and was not measured yet."
        )
