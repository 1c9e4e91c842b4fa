"""What `plan show` and `plan check` say of the options of a plan: its gate and its wijken.

What belongs here: words. What does not: the sums (`gating.py`, `expected.py`), and commands (`plan_commands.py`).
"""

from pipelines.context import Context
from pipelines.privacy.budget import exact_text
from pipelines.release.expected import ExpectedTable, usable_wijken
from pipelines.release.gating import gated_per_persona
from pipelines.release.measure import Prepared
from pipelines.release.plan import WIJK, ReleasePlan


def say_gate(context: Context, plan: ReleasePlan, prepared: Prepared) -> None:
    """Per persona with a prior how much has no figure of its own; nothing without a gate."""
    if plan.gate is None:
        return
    context.say(
        "\ngate: measured, and published in sums only, where inhabitants x prior is less than "
        f"{exact_text(plan.gate.margins)} times the planned ruismarge:"
    )
    found = gated_per_persona(prepared.key_set, plan.gate)
    for name in plan.gate.priors:
        if name not in found:
            context.say(f"  {name:44} measured nowhere: no gemeente delivers its voorziening")
            continue
        one = found[name]
        context.say(
            f"  {name:44}{100 * one.share:6.0f} % of gemeenten ({one.gemeenten} of {one.of_gemeenten}), "
            f"{one.provincies} of {one.of_provincies} provincies"
        )
    if free := [name for name in plan.personas if name not in plan.gate.priors]:
        context.say(f"  without a prior, so with figures everywhere: {', '.join(free)}")


def say_wijken(context: Context, prepared: Prepared, tables: list[ExpectedTable]) -> None:
    """Of a plan that measures wijken: who has them, and how many would have a usable total."""
    wijken = prepared.key_set.wijken
    if wijken is None:
        return
    shown = [persona.id for persona in prepared.personas if persona.smallest_geography == WIJK]
    context.say(
        f"\nwijken: {len(wijken.inwoners)} of the list {wijken.name} ({wijken.bron}), and of each gemeente a leaf of who is in none "
        f"of them; measured for {', '.join(shown)}"
    )
    for table in tables:
        if table.name == WIJK:
            context.say("wijken whose total would be usable, by the share of inhabitants in a cell:")
            shares = usable_wijken(table.smallest_usable, wijken)
            context.say("  " + "   ".join(f"{100 * each:g} %: {100 * share:.0f} %" for each, share in shares.items()))
