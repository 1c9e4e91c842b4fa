"""Commands around writing personas: `persona schema` for editors and `persona lint` for advice.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, SpecError, UserError

if TYPE_CHECKING:
    from pipelines.context import Context


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions of `blindevlek persona` that belong here."""
    linting = actions.add_parser("lint", help="what is wrong or unwise in persona specs, and what to do")
    linting.add_argument("personas", nargs="*", metavar="PERSONA", help="without: all, and what no persona uses")
    linting.add_argument("--strict", action="store_true", help="fail on warnings too")
    linting.set_defaults(run=_lint)
    schema = actions.add_parser("schema", help="the JSON Schema of persona files, for editors")
    schema.add_argument("--indicators", action="store_true", help="of files of indicators instead")
    schema.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of showing it")
    schema.set_defaults(run=_schema)


def _lint(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.lint import lint
    from pipelines.personas.lint_model import ERROR, WARNING, summary

    found = lint(context.specs, context.catalogue(), tuple(args.personas), context.feeder)
    for finding in found:
        context.say(finding.told)
    context.say(summary(found))
    failing = (ERROR, WARNING) if args.strict else (ERROR,)
    return SpecError.exit_code if any(finding.severity in failing for finding in found) else EXIT_OK


def _schema(args: argparse.Namespace, context: "Context") -> int:
    import json

    from pipelines.personas.mechanisms import read_mechanisms
    from pipelines.personas.schema import indicators_schema, persona_schema

    if args.indicators:
        schema = indicators_schema(context.indicators(), context.catalogue())
    else:
        mechanisms = read_mechanisms(context.specs / "mechanisms.yaml")
        schema = persona_schema(context.indicators(), tuple(mechanisms))
    text = json.dumps(schema, ensure_ascii=False, indent=2)
    if args.out is None:
        context.say(text)
    else:
        if args.out.exists() and '"$schema"' not in args.out.read_text(encoding="utf-8", errors="replace"):
            raise UserError(
                f"{args.out} holds something else than a schema, so it was left alone. Choose another file."
            )
        args.out.write_text(text + "\n", encoding="utf-8")
        context.say(f"Written to {args.out}.")
    return EXIT_OK
