"""The exact counts of a plan in one form, ours and those of the hand-written rivals, to compare and to time.

What belongs here: running both and laying them out alike. What does not: writing any count down.
"""

from pathlib import Path

from pipelines.context import Context
from pipelines.personas.compiler import STATE_CODES, cell_column, counts_sql
from pipelines.release.plan import ReleasePlan, personas_of
from pipelines.warehouse import open_warehouse, year_schema

Cells = dict[tuple[int, int | None, int, int, int], int]
"""(gemeente, leeftijdsgroep, geslacht, place of the persona in the plan, code of the state) -> people, above zero."""

FOLDER = Path(__file__).resolve().parent / "hand_written"


def our_exact_counts(context: Context, plan: ReleasePlan, contributions: int | None = None) -> Cells:
    """The counts of the compiled query over the patterns; `contributions` in place of the plan's when given."""
    personas = personas_of(plan, context.personas())
    bound = plan.contributions if contributions is None else contributions
    query = counts_sql(personas, bound, f"{year_schema(plan.peiljaar)}.pattern_indicators")
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        frame = warehouse.frame(query, step="count personas")
    found: Cells = {}
    for row in frame.iter_rows(named=True):
        for place, persona in enumerate(personas):
            for state, code in STATE_CODES.items():
                if people := row[cell_column(persona, state)]:
                    found[row["gemeente"], row["leeftijdsgroep"], row["geslacht"], place, code] = people
    return found


def rival_exact_counts(context: Context, file: str) -> Cells:
    """The counts of a hand-written query over the same tables of the same warehouse."""
    query = (FOLDER / file).read_text(encoding="utf-8")
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        rows = warehouse.rows(query, step=f"hand-written {file}")
    return {(gemeente, band, sex, place, code): people for gemeente, band, sex, place, code, people in rows}
