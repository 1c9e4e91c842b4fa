"""Opening the review of a data root: its desk, its accounts, and the demonstration beside it.

What belongs here: what the app and the commands need first. What does not: arguments and words, the database (`database.py`).
"""

from dataclasses import replace
from pathlib import Path

from argon2 import PasswordHasher

from pipelines.context import Context
from pipelines.datacenter.review import demonstration
from pipelines.datacenter.review.accounts import Accounts
from pipelines.datacenter.review.bundles import bundles
from pipelines.datacenter.review.database import purpose
from pipelines.datacenter.review.demonstration_room import fill, original_of
from pipelines.datacenter.review.desk import Desk
from pipelines.datacenter.review.store import Store
from pipelines.datacenter.review.views import Names
from pipelines.errors import UserError
from pipelines.notices import Notices
from pipelines.rooms import DataRoot


def demonstration_of(context: Context) -> Context:
    """The same surroundings over the demonstration of this data root, which gets a copy of every bundle that waits. Raises
    RoomError unless the data root is synthetic."""
    demonstration.require_synthetic(context.root, purpose(context), all_synthetic(context.root))
    return replace(context, root=fill(context.root), review_db="", notices=Notices())


def open_accounts(store: Store) -> Accounts:
    """The accounts of a store; those of the demonstration are made here."""
    if not store.demonstration:
        return Accounts(store, PasswordHasher())
    accounts = Accounts(store, demonstration.cheap_hasher())
    demonstration.add_accounts(accounts)
    return accounts


def open_desk(context: Context, store: Store) -> Desk:
    """The desk, with the validators of the formats and the words of what changed in a definition."""
    return Desk(context.root, store, context.notices, formats_of, lambda *version: spec_words(context, *version))


def formats_of(folder: Path) -> dict[str, bool]:
    """What every rule for the files of a bundle says, as `release check --quick` reads them. For a copy of the demonstration
    that is its original: some files tell of the manifest, which the copy has another one of."""
    from pipelines.release.format_checks.run import FIRST_ROWS, check_release

    return {verdict.rule: verdict.passed for verdict in check_release(original_of(folder), FIRST_ROWS)}


def spec_words(context: Context, persona: str, old: str, new: str) -> tuple[str, ...]:
    """What is different between two versions of a persona; empty when the specs here do not hold both."""
    from pipelines.personas.difference import difference
    from pipelines.personas.versions import find_version

    try:
        before, after = (find_version(context, f"{persona}@{version}") for version in (old, new))
        return difference(before, after, context.catalogue())
    except UserError:
        return ()


def names_of(context: Context) -> Names:
    """What personas and mechanisms are called."""
    personas = {persona.id: persona.name for persona in context.personas().by_id.values()}
    return Names(personas, {slug: mechanism.title for slug, mechanism in context.mechanisms().items()})


def all_synthetic(root: DataRoot) -> bool:
    """Is there no bundle in this data root that is not synthetic?"""
    return all(bundle.facts.get("synthetic") is True for bundle in bundles(root))
