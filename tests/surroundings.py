"""Where a test runs: an empty data root with its key, and the specs of this checkout unless others are given.

What belongs here: making surroundings in which nothing is said. What does not: fixtures (`conftest.py`) and deliveries.
"""

from pathlib import Path

from pipelines.context import Context
from pipelines.rooms import DataRoot, Purpose, make_key

CHECKOUT = Path(__file__).resolve().parents[1]


def empty_surroundings(
    folder: Path, *, specs: Path = CHECKOUT / "persona_specs", kind: Purpose = "synthetic"
) -> Context:
    """A data root and a key of this kind below a folder."""
    root = DataRoot(folder / "data")
    root.prepare()
    key_file = folder / "keys" / f"{kind}.json"
    make_key(key_file, kind)
    return Context(root, key_file, specs, "test", lambda _message: None, lambda _text: None, "1GB")


def over_another_root(context: Context, place: Path) -> Context:
    """The same surroundings over another, empty data root."""
    root = DataRoot(place)
    root.prepare()
    return Context(root, context.key_file, context.specs, "test", context.progress, context.say, context.memory)
