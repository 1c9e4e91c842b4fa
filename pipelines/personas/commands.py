"""Commands of the personas: `persona list`, `explain`, `sql`, `trace`, `new`, `diff`, and those of lint and lifecycle.

What belongs here: arguments and words. What does not: the work, and imports that take time (`--help` answers at once).
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import EXIT_OK
from pipelines.personas import lifecycle_commands, lint_commands

if TYPE_CHECKING:
    from pipelines.context import Context
    from pipelines.personas.invented import InventedPerson
    from pipelines.personas.spec import Persona


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this room."""
    parser = subparsers.add_parser("persona", help="read, try and write persona specs")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all personas: status, version, name, number of problems")
    listing.set_defaults(run=_list)
    explaining = actions.add_parser("explain", help="who is counted, in Dutch sentences")
    explaining.add_argument("persona", help="the id of a persona")
    explaining.set_defaults(run=_explain)
    compiling = actions.add_parser("sql", help="the query that counts a persona, one condition a line")
    compiling.add_argument("persona", help="the id of a persona")
    compiling.set_defaults(run=_sql)
    _add_trace(actions)
    _add_new(actions)
    _add_diff(actions)
    lint_commands.add_actions(actions)
    lifecycle_commands.add_actions(actions)


def _add_trace(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tracing = actions.add_parser(
        "trace",
        help="why an invented person is, or is not, counted",
        description="Walks an invented person through a persona, condition by condition. Reads names of indicators "
        "only, never a register: what is not named is known to be false.",
    )
    tracing.add_argument("persona", help="the id of a persona")
    who = tracing.add_mutually_exclusive_group()
    who.add_argument("--example", type=int, metavar="N", help="the Nth example of the spec")
    who.add_argument("--person", type=Path, metavar="FILE", help="a YAML file with `who`, `has` and `unknown`")
    who.add_argument("--has", type=_names, metavar="A,B", help="indicators that are true of this person")
    tracing.add_argument("--unknown", type=_names, metavar="C", help="indicators that are unknown (beside --has)")
    tracing.set_defaults(run=_trace, refuse=tracing.error)


def _add_new(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    creating = actions.add_parser(
        "new",
        help="begin a persona: asks on a terminal, or takes everything as flags",
        description="Writes persona_specs/personas/<id>.yaml with examples worked out from the definition. Texts that "
        "only you can write begin with 'Invullen:'. Never overwrites a file.",
    )
    creating.add_argument("id", nargs="?", help="small letters, digits and hyphens; the file gets this name")
    creating.add_argument("--id", dest="id_flag", metavar="ID", help="the same, as a flag")
    creating.add_argument("--name", help="the name that readers see")
    creating.add_argument("--population", metavar="INDICATOR", help="who it is about")
    creating.add_argument("--problem", action="append", dest="problems", metavar="INDICATOR", help="give two or three")
    creating.add_argument("--need", metavar="INDICATOR", help="the sign that the voorziening is needed")
    creating.add_argument("--voorziening", metavar="INDICATOR", help="what is missing")
    creating.add_argument("--mechanism", action="append", dest="mechanisms", metavar="SLUG", help="why, supposedly")
    creating.add_argument("--geography", choices=("land", "provincie", "gemeente", "wijk"), help="the smallest area")
    creating.add_argument("--voorziening-name", help="the voorziening in words (default: the title of the indicator)")
    creating.add_argument("--story", help="what happened, in a few sentences")
    creating.add_argument("--need-reason", help="why the sign of need is one")
    creating.add_argument("--same-leefgebied-reason", help="why problems of one leefgebied stack")
    creating.add_argument(
        "--origin", choices=("found", "reconstruction", "founding_document"), help="default: reconstruction"
    )
    creating.set_defaults(run=_new, refuse=creating.error)


def _add_diff(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    comparing = actions.add_parser("diff", help="what is different between two versions, in Dutch words")
    for name, help_text in (("old", "an id, an id@version or a YAML file"), ("new", "the same; compared with the old")):
        comparing.add_argument(name, help=help_text)
    comparing.set_defaults(run=_diff)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _list(_args: argparse.Namespace, context: "Context") -> int:
    for persona in context.personas().by_id.values():
        problems = f"{len(persona.problems)} problems"
        context.say(f"{persona.id:40} {persona.status:10} v{persona.version:<3} {problems:11} {persona.name}")
    return EXIT_OK


def _explain(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.explain import explain

    persona = context.personas().get(args.persona, "persona explain")
    context.say(persona.name)
    for paragraph in explain(persona, context.indicators(), context.catalogue()):
        context.say(f"\n{paragraph}")
    return EXIT_OK


def _sql(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.readable_sql import readable_sql

    persona = context.personas().get(args.persona, "persona sql")
    context.say(readable_sql(persona, context.indicators()))
    return EXIT_OK


def _trace(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.trace import tell, trace

    persona = context.personas().get(args.persona, "persona trace")
    for line in tell(trace(persona, _person(args, context, persona), context.indicators())):
        context.say(line)
    return EXIT_OK


def _person(args: argparse.Namespace, context: "Context", persona: "Persona") -> "InventedPerson":
    from pipelines.personas.invented import person_of_example, person_of_names, read_person

    if args.unknown and (args.person or args.example is not None):
        args.refuse("--unknown goes with --has; a file and an example say themselves what is unknown")
    if args.person:
        return read_person(args.person, context.root.path)
    if args.example is not None:
        return person_of_example(persona, args.example)
    if not args.has and not args.unknown:
        args.refuse(f"say who: --has, --person, or --example 1 to {len(persona.examples)}")
    return person_of_names(args.has or (), args.unknown or ())


def _new(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.scaffold import Choices, write_new
    from pipelines.personas.spec import TO_FILL_IN

    if args.id and args.id_flag and args.id != args.id_flag:
        args.refuse("two different ids were given; give one")
    wanted = _given(args)
    if missing := [key for key in _ASKED if not wanted.get(key)]:
        if not sys.stdin.isatty():
            args.refuse(f"give {', '.join(_ASKED[key] for key in missing)}, or run it on a terminal: there it asks")
        wanted |= _ask(context, wanted)
    path = write_new(context.specs, Choices(**wanted), context.indicators(), context.mechanisms(), context.catalogue())
    name = wanted["id"]
    context.say(f"written: {path}")
    context.say(f"Replace every sentence that begins with '{TO_FILL_IN}', and read it back:")
    for action in (f"lint {name}", f"explain {name}", f"trace {name} --example 1"):
        context.say(f"  blindevlek persona {action}")
    return EXIT_OK


_ASKED = {
    "id": "an id",
    "name": "--name",
    "population": "--population",
    "problems": "--problem (two or three times)",
    "voorziening": "--voorziening",
    "need": "--need",
    "mechanisms": "--mechanism",
}
"""What cannot be left out, and its flag."""


def _given(args: argparse.Namespace) -> dict[str, Any]:
    texts = ("geography", "voorziening_name", "story", "need_reason", "same_leefgebied_reason", "origin")
    found = {key: getattr(args, key) for key in (*_ASKED, *texts)} | {"id": args.id or args.id_flag}
    found |= {key: tuple(found[key] or ()) for key in ("problems", "mechanisms")}
    return {key: value for key, value in found.items() if value}


def _ask(context: "Context", given: dict[str, Any]) -> dict[str, Any]:
    from pipelines.personas.questions import Questions

    return Questions(input, context.say, context.specs, context.indicators(), context.mechanisms(), given).answers()


def _diff(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.difference import difference
    from pipelines.personas.versions import find_version

    old, new = find_version(context, args.old), find_version(context, args.new)
    for line in difference(old, new, context.catalogue()):
        context.say(line)
    return EXIT_OK
