"""Commands of publishing: `publish`, for a scheduler, and `publish demo`, the whole path on synthetic data.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK, UserError

if TYPE_CHECKING:
    from pipelines.datacenter.publishing.job import BuildSite, Outcome
    from pipelines.datacenter.review.store import Store


def add_commands(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", build_site: "Callable[[Context], BuildSite]"
) -> None:
    """Add the commands of this room; `build_site` gives what builds the public site of a
    data root."""
    parser = subparsers.add_parser(
        "publish",
        help="make public what both parties approved and is past its embargo (for a scheduler)",
        description="Makes public what both parties approved and is past its embargo. Does nothing a second time.",
        epilog="exit codes: 0 everything that was due is public; 3 a release was due and could not be published; 6 the new "
        "site is not fit to be seen; 8 the audit is damaged, or another run is publishing. Then openbaar shows what it did.",
    )
    parser.set_defaults(run=lambda _args, context: _publish(context, build_site(context)))
    actions = parser.add_subparsers(metavar="ACTION")
    showing = actions.add_parser(
        "demo", help="synthetic data only: submit, review with demonstration accounts, and publish the newest bundle"
    )
    showing.set_defaults(run=lambda _args, context: _demo(context, build_site))


def _publish(context: Context, build_site: "BuildSite") -> int:
    from pipelines.datacenter.review.opening import open_store

    return _told(context, _run(context, open_store(context), build_site))


def _demo(context: Context, build_site: "Callable[[Context], BuildSite]") -> int:
    from pipelines.datacenter.publishing.rehearsal import rehearse
    from pipelines.datacenter.review.opening import demonstration_of, open_accounts, open_desk, open_store

    demo = demonstration_of(context)
    store = open_store(demo, demo=True)
    open_accounts(store)
    for line in rehearse(open_desk(demo, store)):
        context.say(line)
    code = _told(demo, _run(demo, store, build_site(demo)))
    context.say(
        f"The site of the demonstration: {demo.root.openbaar / 'site'}. Nothing came into {context.root.openbaar}."
    )
    return code


def _run(context: Context, store: "Store", build_site: "BuildSite") -> "Outcome":
    from pipelines.datacenter.publishing.job import Publisher
    from pipelines.datacenter.review.opening import purpose

    publisher = Publisher(
        context.root,
        store,
        build_site,
        context.notices,
        synthetic_root=purpose(context) == "synthetic",
        code_version=context.code_version,
    )
    return publisher.run()


def _told(context: Context, outcome: "Outcome") -> int:
    for release_id, versie in outcome.published:
        context.say(f"Published: {release_id} {versie}")
    for (release_id, versie), moment in outcome.waiting.items():
        context.say(f"Approved, under embargo until {moment}: {release_id} {versie}")
    context.say("A new site is up." if outcome.new_site else "The site is as it was.")
    if outcome.refused:
        told = "; ".join(f"{release_id} {versie}: {why}" for (release_id, versie), why in outcome.refused.items())
        raise UserError(f"due, and not published: {told}")
    return EXIT_OK
