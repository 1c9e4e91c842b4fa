"""Publishing what is due in a data root, and what is said of it: the same for the command line and for Dagster.

What belongs here: the job with the settings of a data root, and the words. What does not: the order of the work (`job.py`).
"""

from collections.abc import Callable

from pipelines.context import Context
from pipelines.datacenter.publishing.job import BuildSite, Busy, Outcome, Publisher
from pipelines.datacenter.review.database import purpose
from pipelines.datacenter.review.store import Store


def publish_due(
    context: Context, open_store: Callable[[Context], Store], build_site: Callable[[Context], BuildSite]
) -> Outcome:
    """Publish what both parties approved and is past its embargo. A run that fails, and a release that was due and could not
    be published, are told to whom the settings name, without why. Raises what `Publisher.run` raises, and what opening the
    database and the boundaries raise."""
    try:
        publisher = Publisher(
            context.root,
            open_store(context),
            build_site(context),
            context.notices,
            synthetic_root=purpose(context) == "synthetic",
            code_version=context.code_version,
        )
        outcome = publisher.run()
    except Busy:
        # The run that holds the lock does the work, and tells how that ended.
        raise
    except BaseException:
        context.notices.tell("publiceren_mislukt", "")
        raise
    for release_id, versie in outcome.refused:
        context.notices.tell("niet_openbaar", release_id, versie)
    return outcome


def lines_of(outcome: Outcome) -> tuple[str, ...]:
    """What a run did, a line each: what became public, what waits for its embargo, and whether there is another site. Ids,
    versions and moments only, as the public calendar has them."""
    lines = [f"Published: {release_id} {versie}" for release_id, versie in outcome.published]
    lines += [
        f"Approved, under embargo until {moment}: {release_id} {versie}"
        for (release_id, versie), moment in outcome.waiting.items()
    ]
    if not outcome.published and not outcome.refused:
        lines.append("Nothing was due.")
    lines.append("A new site is up." if outcome.new_site else "The site is as it was.")
    return tuple(lines)


def refusal_of(outcome: Outcome) -> str:
    """Why releases that were due are not public; empty when there is none."""
    told = "; ".join(f"{release_id} {versie}: {why}" for (release_id, versie), why in outcome.refused.items())
    return f"due, and not published: {told}" if told else ""
