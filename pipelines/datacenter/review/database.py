"""The review database of a data root, opened and found sound, and whether that root is synthetic.

What belongs here: what the app, the commands and the publishing job all need first. What does not: accounts and pages; a host
that only publishes, or runs Dagster, has no library to sign people in or to serve.
"""

from pipelines.context import Context
from pipelines.datacenter.review.public_room import published_heads
from pipelines.datacenter.review.store import Store
from pipelines.datacenter.review.tables import open_engine
from pipelines.rooms import Purpose, purpose_of_key


def open_store(context: Context, *, demo: bool = False) -> Store:
    """The review database, verified against itself and against what was published. `demo`: the context is that of
    `demonstration_of`. Raises RoomError when it is damaged or of the other kind."""
    store = Store(open_engine(context.review_db or str(context.root.beoordeling / "review.sqlite")), context.now)
    store.prepare(demonstration=demo)
    store.verify(published_heads(context.root, demonstration=demo))
    return store


def purpose(context: Context) -> Purpose | None:
    """What the key beside this data root was made for; None where there is no key, as on a host that only publishes."""
    return purpose_of_key(context.key_file)
