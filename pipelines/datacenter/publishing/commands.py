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
    parser.set_defaults(run=lambda _args, context: _publish(context, build_site))
    actions = parser.add_subparsers(metavar="ACTION")
    showing = actions.add_parser(
        "demo", help="synthetic data only: submit, review with demonstration accounts, and publish the newest bundle"
    )
    showing.set_defaults(run=lambda _args, context: _demo(context, build_site))


def _publish(context: Context, build_site: "Callable[[Context], BuildSite]") -> int:
    from pipelines.datacenter.publishing.due import publish_due
    from pipelines.datacenter.review.database import open_store

    return _told(context, publish_due(context, open_store, build_site))


def _demo(context: Context, build_site: "Callable[[Context], BuildSite]") -> int:
    from pipelines.datacenter.publishing.due import publish_due
    from pipelines.datacenter.publishing.rehearsal import rehearse
    from pipelines.datacenter.review.database import open_store
    from pipelines.datacenter.review.opening import demonstration_of, open_accounts, open_desk

    demo = demonstration_of(context)
    store = open_store(demo, demo=True)
    open_accounts(store)
    for line in rehearse(open_desk(demo, store)):
        context.say(line)
    code = _told(demo, publish_due(demo, lambda _demo: store, build_site))
    context.say(
        f"The site of the demonstration: {demo.root.openbaar / 'site'}. Nothing came into {context.root.openbaar}."
    )
    return code


def _told(context: Context, outcome: "Outcome") -> int:
    from pipelines.datacenter.publishing.due import lines_of, refusal_of

    for line in lines_of(outcome):
        context.say(line)
    if outcome.refused:
        raise UserError(refusal_of(outcome))
    return EXIT_OK
