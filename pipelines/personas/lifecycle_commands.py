"""Commands around the life of personas: `persona show`, `status`, `freeze`, `retire`, `list --retired`, `attrition`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK

if TYPE_CHECKING:
    from pipelines.context import Context
    from pipelines.indicators.collection import Indicators
    from pipelines.personas.spec import Persona


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions of `blindevlek persona` that belong here."""
    showing = actions.add_parser("show", help="one persona: status, fingerprint, approvals, and who is counted")
    showing.add_argument("persona", help="an id, or id@version for a retired one")
    showing.set_defaults(run=_show)
    _add_retired(actions.choices["list"])
    status = actions.add_parser("status", help="give a persona another status (acceptance goes through freeze)")
    status.add_argument("persona")
    status.add_argument("new", choices=("draft", "in_review", "accepted", "deprecated", "withdrawn"))
    status.set_defaults(run=_status)
    freezing = actions.add_parser("freeze", aliases=["accept"], help="accept the present text; needs approval files")
    freezing.add_argument("persona")
    freezing.set_defaults(run=_freeze)
    retiring = actions.add_parser("retire", help="keep an accepted version, and begin the next one as a draft")
    retiring.add_argument("persona")
    retiring.set_defaults(run=_retire)
    attrition = actions.add_parser("attrition", help="how many people each condition leaves: a file in the kluis only")
    attrition.add_argument("persona")
    attrition.add_argument("--peiljaar", type=int, default=2023)
    attrition.set_defaults(run=_attrition)


def _add_retired(listing: argparse.ArgumentParser) -> None:
    """`persona list --retired`: the versions that went before, instead of the present ones."""
    present = listing.get_default("run")
    listing.add_argument("--retired", action="store_true", help="the versions in retired/, instead of the present ones")
    listing.set_defaults(run=lambda args, context: (_retired if args.retired else present)(args, context))


def _show(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.explain import explain
    from pipelines.personas.lifecycle_registry import read_registry, review_fingerprint
    from pipelines.personas.retired import load_retired, ref_of

    living = {ref_of(found): found.id for found in context.personas().by_id.values()}
    name = living.get(args.persona, args.persona)
    if "@" in name:
        persona, indicators = load_retired(context.specs / "retired", name)
    else:
        persona, indicators = context.personas().get(name, "persona show"), context.indicators()
    context.say(f"{persona.name}\n{ref_of(persona)}, {persona.status}\n\n{persona.story}\n")
    for sentence in explain(persona, indicators, context.catalogue()):
        context.say(sentence)
    context.say(f"\nfingerprint (what an approval holds for): {review_fingerprint(persona, indicators)}")
    if entry := read_registry(context.specs).get(ref_of(persona)):
        context.say(f"accepted at {entry.accepted_at.isoformat()}{' (demonstration)' if entry.demonstration else ''}")
        if entry.after_attrition:
            context.say("first accepted after an exact look at real data")
    _say_approvals(context, persona, indicators)
    return EXIT_OK


def _say_approvals(context: "Context", persona: "Persona", indicators: "Indicators") -> None:
    from pipelines.personas.approvals import read_approvals
    from pipelines.personas.lifecycle_registry import review_fingerprint

    printed = review_fingerprint(persona, indicators)
    for approval in read_approvals(context.specs, persona):
        shown = " (demonstration)" if approval.demonstration else ""
        of_what = "" if approval.fingerprint == printed else ", of an earlier text"
        context.say(f"approved by {approval.organisation} as {approval.role} on {approval.date}{shown}{of_what}")


def _retired(_args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.retired import load_retired, retired_refs

    folder = context.specs / "retired"
    for ref in retired_refs(folder):
        persona, _ = load_retired(folder, ref)
        context.say(f"{ref:48} {persona.status:10} {persona.name}")
    return EXIT_OK


def _status(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.lifecycle import change_status

    persona = context.personas().get(args.persona, "persona status")
    after = change_status(context.specs, persona, context.indicators(), args.new)
    context.say(f"{after.id} version {after.version}: {persona.status} -> {after.status}")
    return EXIT_OK


def _freeze(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.attrition_log import looked_before
    from pipelines.personas.lifecycle import freeze
    from pipelines.personas.lifecycle_registry import read_registry
    from pipelines.personas.retired import ref_of

    persona = context.personas().get(args.persona, "persona freeze")
    looked = looked_before(context.root, persona.id)
    after = freeze(context.specs, persona, context.indicators(), context.now(), looked=looked)
    entry = read_registry(context.specs)[ref_of(after)]
    context.say(f"{ref_of(after)} is accepted and frozen: {entry.fingerprint}")
    if entry.demonstration:
        context.say("As a demonstration: figures stay a proef, and nothing is measured on a real delivery.")
    if entry.after_attrition:
        context.say("It was accepted after an exact look at real data; its releases will say so.")
    return EXIT_OK


def _retire(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.lifecycle import retire
    from pipelines.personas.retired import ref_of

    persona = context.personas().get(args.persona, "persona retire")
    kept, draft = retire(context.specs, persona, context.indicators())
    context.say(f"{ref_of(persona)} is kept in {kept.parent.name}/{kept.name}, with the indicators that it used.")
    context.say(f"personas/{draft.id}.yaml is now version {draft.version}, {draft.status}: change it there.")
    return EXIT_OK


def _attrition(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.attrition import write_attrition

    persona = context.personas().get(args.persona, "persona attrition")
    with context.root.writing():
        written = write_attrition(context, persona, args.peiljaar)
    context.say(f"written in the kluis, for its owner only:\n  {written.text}\n  {written.table}")
    if written.logged:
        context.say("This look at a real delivery was logged; a persona that is accepted after it will say so.")
    return EXIT_OK
