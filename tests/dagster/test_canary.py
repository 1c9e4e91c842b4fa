"""Nothing of the people in a delivery is found in what Dagster keeps or says, with the real suites running."""

import os
import re

import dagster as dg
import pytest

from pipelines.context import Context
from pipelines.release.ledger_reading import read_ledger
from tests.dagster.conftest import HELPED, run_job
from tests.dagster.stored import stored_and_said
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import MISSING

FIRST_RIN = 731_400_001
COUNT = next(prime for prime in (10_007, 10_009) if prime != os.getpid())
"""So many people miss the voorziening: a prime that nothing else counts to (a log names the process, so not that)."""


@pytest.fixture
def people(room: Context) -> list[Invented]:
    found = [Invented(rin=FIRST_RIN + number, has=MISSING) for number in range(COUNT)]
    found += [Invented(rin=FIRST_RIN + COUNT + number, gemeente="GM0344", has=HELPED) for number in range(3)]
    write_delivery(deliver(found), room.root.deliveries(PEILJAAR))
    return found


def test_what_dagster_keeps_and_says_holds_nobody(
    room: Context,
    instance: dg.DagsterInstance,
    people: list[Invented],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = run_job("line", instance)
    assert result.success
    assert len(read_ledger(room.root)) == 1
    instance.dispose()

    everything = stored_and_said(room.root.dagster_home, capfd, caplog)

    # The search finds what is there: names of steps are in the store and in what was said.
    assert any(b"indicators_hold" in content for name, content in everything if name.endswith(".db"))
    assert b"indicators_hold" in dict(everything)["stderr"]
    # No key of a person (nor household, contract or assignment made from it), and no exact count.
    keys = re.compile(rb"(?<![0-9])0*7314[0-9]{5}(?![0-9])")
    counts = re.compile(rf"(?<![0-9a-f.]){COUNT}(?![0-9a-f])".encode())
    assert [name for name, content in everything if keys.search(content)] == []
    assert [name for name, content in everything if counts.search(content)] == []
