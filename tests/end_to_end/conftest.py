"""A data root through which the whole line went once, shared by the tests that only look at it."""

import shutil
from pathlib import Path

import pytest

from expectations.validation import validation
from pipelines import line
from pipelines.context import Context
from pipelines.rooms import DataRoot, make_key
from tests.conftest import CHECKOUT
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import MISSING, SERVED

PRIME = 1009
"""A recognisable count: this many people miss the schuldregeling in Utrecht. A large prime, found nowhere else."""

TEXT = "KANARIETEKST"
"""A recognisable text in a free-text column of the delivery."""


def people() -> list[Invented]:
    """A prime number who miss it, some served, some in a gemeente that does not deliver, and others."""
    missing = [Invented(710_000_000 + n, "GM0344", MISSING) for n in range(PRIME)]
    served = [Invented(720_000_000 + n, "GM0344", SERVED) for n in range(211)]
    uncovered = [Invented(730_000_000 + n, "GM0014", MISSING) for n in range(97)]
    others = [Invented(740_000_000 + n, "GM0363", frozenset({"volwassen"}), sex="2") for n in range(50)]
    return [*missing, *served, *uncovered, *others]


def context_in(folder: Path, log: list[str]) -> Context:
    root = DataRoot(folder / "data")
    root.prepare()
    key_file = folder / "keys" / "synthetic.json"
    if not key_file.exists():
        make_key(key_file, "synthetic")
    return Context(root, key_file, CHECKOUT / "persona_specs", "test", log.append, log.append, "1GB")


def without_release(context: Context) -> Context:
    """The same kluis, with no ledger and no bundle yet."""
    context.root.ledger.unlink(missing_ok=True)
    shutil.rmtree(context.root.wachtruimte, ignore_errors=True)
    context.root.prepare()
    return context


def deliver_people(context: Context, file_format: str = "parquet") -> None:
    tiny = deliver(people())
    for row in tiny.rows["MEDICIJNTAB"]:
        row.update(atc4=row["atc4"])
    for row in tiny.rows["SCHULDHULP"][:1]:
        row.update(begindatum="20230201")
    tiny.add(
        "SPOLISBUS",
        rinpersoons="R",
        rinpersoon="740000000",
        ikvid=TEXT,
        sdatumaanvangiko="20230101",
        sdatumeindeiko="20231231",
        sbasisloon="1009.00",
    )
    write_delivery(tiny, context.root.deliveries(PEILJAAR), file_format=file_format)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, line.Finished, list[str]]:
    """The line, run once: its context, what it made, everything it said."""
    log: list[str] = []
    context = context_in(tmp_path_factory.mktemp("line"), log)
    deliver_people(context)
    with context.root.writing():
        done = line.run_line(context, context.plan("2023-voorlopig"), validation(), None)
    return context, done, log
