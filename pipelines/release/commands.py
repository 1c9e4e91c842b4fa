"""Commands of a release: `release plan`, `make`, `show`, and `ledger`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK

if TYPE_CHECKING:
    from pipelines.privacy.entry import Entry
    from pipelines.release.measure import Prepared
    from pipelines.release.plan import ReleasePlan

Command = Callable[[argparse.Namespace, Context], int]


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", make: Command) -> None:
    """Add the commands of this room; `make` also writes pages, which lie beyond this room."""
    parser = subparsers.add_parser("release", help="plan, make and show releases")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    planning = actions.add_parser("plan", help="what a plan measures and costs, before anything is spent")
    planning.add_argument("plan", nargs="?", default="2023-voorlopig")
    planning.set_defaults(run=_plan)
    making = actions.add_parser("make", help="measure a plan (once) and write its bundle")
    making.add_argument("plan", nargs="?", default="2023-voorlopig")
    making.set_defaults(run=make)
    showing = actions.add_parser("show", help="the bundles in the wachtruimte, each checked against its manifest")
    showing.set_defaults(run=_show)
    ledger = subparsers.add_parser("ledger", help="what was spent, what is left; verifies the whole chain")
    ledger.set_defaults(run=_ledger)


def _plan(args: argparse.Namespace, context: Context) -> int:
    from pipelines.privacy.budget import exact_text
    from pipelines.release.expected import expected_tables
    from pipelines.release.ledger_reading import read_ledger
    from pipelines.release.measure import prepare, workload_of

    plan = context.plan(args.plan)
    prepared = prepare(context, plan)
    workload = workload_of(plan, prepared.key_set)
    entries = read_ledger(context.root)
    spent = sum((entry.rho for entry in entries), Fraction(0))
    context.say(f"plan {plan.id}: peiljaar {plan.peiljaar}, {plan.status}, {len(plan.personas)} personas")
    context.say(f"unit: one person, add or remove; a person counts for at most {plan.contributions} personas")
    context.say(
        f"cost: rho {exact_text(plan.rho)}, that is epsilon {workload.epsilon():.2f} at delta {workload.delta:g}"
    )
    _say_against_ledger(context, plan, prepared, entries)
    context.say(
        f"budget over all years: cap {exact_text(plan.cap)}, spent {_shown(spent)}, left {_shown(plan.cap - spent)}"
    )
    context.say(f"\n{'table':32}{'cells':>8}{'rho':>10}{'sigma':>9}{'sd':>9}{'usable from':>13}")
    for table in expected_tables(workload, prepared.key_set.blocks[-1]):
        context.say(
            f"{table.name:32}{table.cells:8}{float(table.rho):10.4f}{table.sigma:9.2f}{table.sd:9.2f}"
            f"{table.smallest_usable:13.0f}"
        )
    context.say("\nsigma: noise as drawn; sd: error of a figure after least squares; usable from: twice its ruismarge")
    return EXIT_OK


def _say_against_ledger(context: Context, plan: "ReleasePlan", prepared: "Prepared", entries: "list[Entry]") -> None:
    """What the ledger already knows about this plan, before anybody spends on it."""
    if entries and entries[-1].cap != plan.cap:
        context.say(
            f"warning: the ledger was started with cap {_shown(entries[-1].cap)}, and a cap does not change: this plan "
            f"({_shown(plan.cap)}) will be refused"
        )
    if any(entry.replay_key == prepared.replay_key for entry in entries):
        context.say("measured before: making it again returns the stored figures and spends nothing")
    elif any(entry.plan_id == plan.id for entry in entries):
        context.say(
            "warning: this plan was measured before in another form (personas, indicators or deliveries changed): making "
            "it draws new noise for all its personas and spends again"
        )


def _show(_args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.manifest import MANIFEST, manifest_digest, verify

    found = sorted(context.root.wachtruimte.glob(f"*/*/{MANIFEST}"))
    for path in found:
        facts = verify(path.parent).facts
        stamp = "proef, never publishable" if facts.get("proef") else str(facts.get("status"))
        context.say(f"{facts.get('release_id')} {facts.get('versie')}: {stamp}; {path.parent}")
        context.say(f"  manifest {manifest_digest(path.parent)}")
    if not found:
        context.say(f"No bundle in {context.root.wachtruimte} yet: run `make run` or `blindevlek release make`.")
    return EXIT_OK


def _ledger(_args: argparse.Namespace, context: Context) -> int:
    from pipelines.privacy.budget import exact_text
    from pipelines.release.ledger_reading import read_ledger

    entries = read_ledger(context.root)
    for entry in entries:
        context.say(
            f"{entry.seq:4}  {entry.created_at}  {entry.release_id:24} rho {exact_text(entry.rho):>8}  "
            f"{entry.noise}; {entry.hash[:16]}"
        )
    if not entries:
        context.say("The ledger is empty: nothing was ever measured in this data root.")
        return EXIT_OK
    spent = sum((entry.rho for entry in entries), Fraction(0))
    cap = entries[-1].cap
    context.say(f"spent {_shown(spent)} of {_shown(cap)}; left {_shown(cap - spent)}")
    context.say("The chain is whole.")
    return EXIT_OK


def _shown(amount: Fraction) -> str:
    from pipelines.privacy.budget import exact_text

    return exact_text(amount) if amount > 0 else "0"
