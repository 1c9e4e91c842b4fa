"""Commands of the personas: `persona list`, `explain`, `sql`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK
from pipelines.personas import lifecycle_commands, lint_commands

if TYPE_CHECKING:
    from pipelines.context import Context


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this room."""
    parser = subparsers.add_parser("persona", help="read the persona specs")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all personas: version, status, name")
    listing.set_defaults(run=_list)
    explaining = actions.add_parser("explain", help="who is counted, in Dutch sentences")
    explaining.add_argument("persona")
    explaining.set_defaults(run=_explain)
    compiling = actions.add_parser("sql", help="the query that decides the state of a row, one condition a line")
    compiling.add_argument("persona")
    compiling.set_defaults(run=_sql)
    lint_commands.add_actions(actions)
    lifecycle_commands.add_actions(actions)


def _list(_args: argparse.Namespace, context: "Context") -> int:
    for persona in context.personas().by_id.values():
        context.say(f"{persona.id:45} v{persona.version} {persona.status:10} {persona.name}")
    return EXIT_OK


def _explain(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.explain import explain

    persona = context.personas().get(args.persona, "persona explain")
    context.say(f"{persona.name}\n")
    for sentence in explain(persona, context.indicators()):
        context.say(sentence)
    return EXIT_OK


def _sql(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.compiler import STATE_CODES, state_sql

    persona = context.personas().get(args.persona, "persona sql")
    words = ", ".join(f"{code} {state}" for state, code in STATE_CODES.items())
    context.say(f"-- {persona.id} version {persona.version}: {words}, NULL not counted")
    for name in dict.fromkeys(persona.indicators):
        context.say(f"-- {name}: {context.indicators().by_id[name].title}")
    context.say(f"SELECT\n{state_sql(persona)} AS state,\nsum(n) AS n\nFROM pattern_indicators\nGROUP BY state")
    return EXIT_OK
