"""Commands about a plan before anything is spent: `plan show`, `check`, `optimise`, `loss`.

What belongs here: arguments and words. What does not: the sums (`expected.py`, `expected_loss.py`).
"""

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK, BudgetError, UserError, nearest

if TYPE_CHECKING:
    from pipelines.privacy.entry import Entry
    from pipelines.release.measure import Prepared
    from pipelines.release.plan import ReleasePlan

DEFAULT_PLAN = "2023-voorlopig"


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `plan` and its actions."""
    parser = subparsers.add_parser("plan", help="what a release plan costs and gives, before anything is spent")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    showing = actions.add_parser("show", help="cost, errors, usable gemeenten, expected loss, what the cap leaves")
    showing.add_argument("plan", nargs="?", default=DEFAULT_PLAN)
    showing.set_defaults(run=show)
    checking = actions.add_parser("check", help="refuse a plan that cannot or should not be measured; spends nothing")
    checking.add_argument("plan", nargs="?", default=DEFAULT_PLAN)
    checking.set_defaults(run=_check)
    best = actions.add_parser("optimise", help="the shares of the budget that make the wanted errors smallest")
    best.add_argument("plan", nargs="?", default=DEFAULT_PLAN)
    best.add_argument("--objective", default="gemeente", choices=["gemeente", "equal", "custom"])
    best.add_argument(
        "--weight", action="append", default=[], metavar="TABLE=NUMBER", help="for --objective custom: once per table"
    )
    best.set_defaults(run=_optimise)
    losing = actions.add_parser(
        "loss", help="count on a synthetic population what the bound leaves out of each persona"
    )
    losing.add_argument("plan", nargs="?", default=DEFAULT_PLAN)
    losing.set_defaults(run=_loss)


def show(args: argparse.Namespace, context: Context) -> int:
    """`plan show`, and `release plan`, which is the same."""
    from pipelines.release.expected import expected_tables, finest_block, usable_gemeenten
    from pipelines.release.ledger_reading import read_ledger
    from pipelines.release.measure import prepare, workload_of
    from pipelines.release.plan_options import say_gate, say_wijken

    plan = context.plan(args.plan)
    prepared = prepare(context, plan)
    workload = workload_of(plan, prepared.key_set)
    entries = read_ledger(context.root)
    context.say(f"plan {plan.id}: peiljaar {plan.peiljaar}, {plan.status}, {len(plan.personas)} personas")
    context.say(f"unit: {workload.unit.words}; a person counts for at most {plan.contributions} personas")
    context.say(f"one unit moves a table by at most the root of {workload.l2_squared} (L2)")
    context.say(f"cost: rho {_text(plan.rho)}, that is epsilon {workload.epsilon():.2f} at delta {workload.delta:g}")
    if plan.detail_from is not None:
        first, second = (workload_of(plan, prepared.key_set, stage).rho for stage in (1, 2))
        context.say(
            f"two stages: totals first (rho {_text(first)}); then (rho {_text(second)}) age and sex on the levels where the "
            f"noised total is at least {plan.detail_from} persons a region, and elsewhere the totals once more"
        )
    _say_against_ledger(context, plan, prepared, entries)
    _say_budget(context, plan, entries)
    context.say(f"\n{'table':32}{'cells':>8}{'rho':>10}{'sigma':>9}{'sd':>9}{'error':>9}{'usable from':>13}")
    tables = expected_tables(workload, finest_block(prepared.key_set))
    for table in tables:
        context.say(
            f"{table.name:32}{table.cells:8}{float(table.rho):10.4f}{table.sigma:9.2f}{table.sd:9.2f}"
            f"{table.mean_error:9.2f}{table.smallest_usable:13.0f}"
        )
    context.say(
        "\nsigma: noise as drawn; sd, error: standard deviation and mean absolute error of a figure after least squares, "
        "in persons; usable from: twice its ruismarge"
    )
    for table in tables:
        if table.name == "gemeente":
            context.say("\ngemeenten whose total would be usable, by the share of inhabitants in a cell:")
            shares = usable_gemeenten(table.smallest_usable, plan.peiljaar)
            context.say("  " + "   ".join(f"{100 * each:g} %: {100 * share:.0f} %" for each, share in shares.items()))
    say_wijken(context, prepared, tables)
    say_gate(context, plan, prepared)
    _say_loss(context, plan, prepared)
    return EXIT_OK


def _check(args: argparse.Namespace, context: Context) -> int:
    from pipelines.privacy.mechanism import check_claim
    from pipelines.release.expected import expected_tables, finest_block
    from pipelines.release.expected_loss import refuse_large_loss
    from pipelines.release.ledger_reading import read_ledger
    from pipelines.release.measure import prepare, workload_of
    from pipelines.release.plan_options import say_gate, say_wijken
    from pipelines.release.stages import is_measured

    plan = context.plan(args.plan)
    prepared = prepare(context, plan)
    workload = workload_of(plan, prepared.key_set)
    for table in workload.tables:
        check_claim(workload.l2_squared, workload.sigma(table), table.rho, table.name)
    refuse_large_loss(plan, prepared.loss, synthetic=prepared.synthetic)
    entries = read_ledger(context.root)
    spent = sum((entry.rho for entry in entries), Fraction(0))
    paid = any(entry.replay_key == prepared.replay_key for entry in entries)
    # Of a release whose first stage is paid, the second is still to come.
    costs = workload_of(plan, prepared.key_set, 2).rho if paid else plan.rho
    new = not is_measured(plan, prepared.replay_key, entries)
    if new and spent + costs > plan.cap:
        raise BudgetError(
            f"release plan {plan.id} costs rho {_text(costs)}, and of the cap of {_text(plan.cap)} over all years "
            f"{_text(plan.cap - spent)} is left. Lower `rho`, or leave the year out."
        )
    context.say(
        f"plan {plan.id}: its noise pays for its claim, its loss to the bound is allowed, and the cap has room."
    )
    say_wijken(context, prepared, expected_tables(workload, finest_block(prepared.key_set)))
    if prepared.loss is None:
        context.say(f"not known: the expected loss to the bound; count it with `blindevlek plan loss {plan.id}`")
    say_gate(context, plan, prepared)
    _say_budget(context, plan, entries)
    return EXIT_OK


def _optimise(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.expected import OBJECTIVES, best_shares, expected_tables, finest_block
    from pipelines.release.measure import prepare, workload_of
    from pipelines.release.plan import OUTSIDE

    plan = context.plan(args.plan)
    weights = _weights(args.weight) if args.objective == "custom" else OBJECTIVES[args.objective]
    if args.weight and args.objective != "custom":
        raise UserError("--weight goes with --objective custom; the named objectives have weights of their own.")
    prepared = prepare(context, plan)
    block = finest_block(prepared.key_set)
    best = best_shares(block, weights)
    now = expected_tables(workload_of(plan, prepared.key_set), block)
    # What is outside the tree keeps its share; the rest is divided.
    kept = {name: share for name, share in plan.tables.items() if name == OUTSIDE}
    rest = 1 - sum(kept.values(), Fraction(0))
    shares = {name: share * rest for name, share in best.shares.items()} | kept
    better = plan.model_copy(update={"tables": {**plan.tables, **shares}})
    then = expected_tables(workload_of(better, prepared.key_set), block)
    context.say(
        f"objective {args.objective}: the best shares of {plan.id} (within {100 * best.gap:.2f} % of the optimum)"
    )
    context.say(f"\n{'table':32}{'weight':>8}{'share':>10}{'sd':>9}{'sd now':>9}")
    for old, new in zip(now, then, strict=True):
        share = shares[new.name]
        context.say(f"{new.name:32}{_weight(weights, new.name):>8}{_text(share):>10}{new.sd:9.2f}{old.sd:9.2f}")
    context.say(
        "\nTo use them, write these shares under `tables:` of the plan. Nothing was changed and nothing was spent."
    )
    return EXIT_OK


def _weight(weights: dict[str, float], table: str) -> str:
    """A weight in words; a table outside the tree has none, and keeps its share."""
    from pipelines.release.plan import OUTSIDE

    return "-" if table == OUTSIDE else f"{weights.get(table, 0):g}"


def _weights(given: list[str]) -> dict[str, float]:
    from pipelines.release.plan import ALL_TABLES as TABLES

    weights: dict[str, float] = {}
    for text in given:
        name, _, number = text.partition("=")
        if name not in TABLES:
            raise UserError(f"--weight {text}: no table '{name}'.{nearest(name, TABLES)} Tables: {', '.join(TABLES)}.")
        try:
            weights[name] = float(number)
        except ValueError:
            weights[name] = -1.0
        if not 0 <= weights[name] < float("inf"):
            raise UserError(f"--weight {text}: give a number of at least 0, such as {name}=1.")
    if not weights:
        raise UserError(f"--objective custom needs --weight TABLE=NUMBER at least once. Tables: {', '.join(TABLES)}.")
    return weights


def _loss(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.expected_loss import (
        LARGEST,
        count_expected_loss,
        is_whole,
        require_synthetic,
        write_expected_loss,
    )
    from pipelines.release.measure import prepare
    from pipelines.warehouse import open_warehouse

    plan = context.plan(args.plan)
    prepared = prepare(context, plan)
    require_synthetic(prepared.synthetic)
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        found = count_expected_loss(warehouse, plan, prepared.personas, context.indicators(), prepared.population_id)
    for name, loss in found.loss.items():
        context.say(f"  {name:44}{100 * loss:6.2f} %{'  more than allowed' if loss > LARGEST else ''}")
    if not is_whole(found.population):
        context.say(
            f"Nothing was written: {found.population} is no whole synthetic Netherlands, and in a part of one these shares "
            "hang on a few people. What stands beside a plan is counted with SCALE=1."
        )
        return EXIT_OK
    path = write_expected_loss(context.specs, found)
    context.say(f"Wrote {path.relative_to(context.specs.parent)}, counted on {found.population}.")
    return EXIT_OK


def _say_loss(context: Context, plan: "ReleasePlan", prepared: "Prepared") -> None:
    loss = prepared.loss
    if loss is None:
        context.say(f"\nexpected loss to the bound: not known; count it with `blindevlek plan loss {plan.id}`")
        return
    context.say(f"\nexpected loss to the bound of {plan.contributions} (counted on {loss.population}):")
    for name, share in loss.loss.items():
        context.say(f"  {name:44}{100 * share:6.2f} %")


def _say_budget(context: Context, plan: "ReleasePlan", entries: "list[Entry]") -> None:
    """What the cap leaves this year, and what that is a year until the plan's horizon."""
    spent = sum((entry.rho for entry in entries), Fraction(0))
    this_year = sum((entry.rho for entry in entries if entry.peiljaar == plan.peiljaar), Fraction(0))
    left = plan.cap - spent
    context.say(
        f"budget over all years: cap {_text(plan.cap)}, spent {_text(spent)} (of which {_text(this_year)} on peiljaar "
        f"{plan.peiljaar}), left {_text(left)}"
    )
    years = plan.last_year - plan.peiljaar + (0 if this_year else 1)
    if years > 0:
        whole = int(left / plan.rho)
        context.say(
            f"until {plan.last_year}: {years} more peiljaren, {float(left / years):.4f} a year; at this plan's rho the cap "
            f"lasts {whole} more"
        )


def _say_against_ledger(context: Context, plan: "ReleasePlan", prepared: "Prepared", entries: "list[Entry]") -> None:
    """What the ledger already knows about this plan, before anybody spends on it."""
    from pipelines.release.stages import is_measured

    if entries and entries[-1].cap != plan.cap:
        context.say(
            f"warning: the ledger was started with cap {_text(entries[-1].cap)}, and a cap does not change: this plan "
            f"({_text(plan.cap)}) will be refused"
        )
    if is_measured(plan, prepared.replay_key, entries):
        context.say("measured before: making it again returns the stored figures and spends nothing")
    elif any(entry.replay_key == prepared.replay_key for entry in entries):
        context.say("measured in its first stage only: making it again keeps that, and draws and pays the second")
    elif any(entry.plan_id == plan.id for entry in entries):
        context.say(
            "warning: this plan was measured before in another form (personas, indicators or deliveries changed): making "
            "it draws new noise for all its personas and spends again"
        )


def _text(amount: Fraction) -> str:
    from pipelines.privacy.budget import exact_text

    return exact_text(amount) if amount > 0 else "0"
