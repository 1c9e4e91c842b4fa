"""Invented people whose exact counts can be recognised, and a kluis that holds them.

What belongs here: making them, running the command, and reading its table back. What does not: assertions on a figure.
"""

import csv
from itertools import product
from pathlib import Path

import pytest

import cli
from pipelines import line
from pipelines.context import Context
from pipelines.personas.attrition import Written
from pipelines.rooms import Purpose
from tests.personas.living import Specs, living_specs
from tests.surroundings import empty_surroundings
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, write_delivery
from tests.tiny_people import MISSING, SERVED

PRIMES = {"missing": 1009, "served": 503, "unknown": 251}
"""Recognisable counts: nothing else comes to these numbers."""


def delivery() -> TinyDelivery:
    """Primes of people in each state, and every combination of conditions a few times, some with an unknown age."""
    people = [Invented(710_000_000 + n, "GM0344", MISSING) for n in range(PRIMES["missing"])]
    people += [Invented(720_000_000 + n, "GM0344", SERVED) for n in range(PRIMES["served"])]
    people += [Invented(730_000_000 + n, "GM0014", MISSING) for n in range(PRIMES["unknown"])]
    rin = 740_000_000
    for held in product((True, False), repeat=len(MISSING)):
        has = frozenset(name for name, true in zip(sorted(MISSING), held, strict=True) if true)
        if has != MISSING:
            people += [Invented(rin + n, ("GM0363", "GM0014")[n % 2], has, sex="2") for n in range(7)]
            rin += 10
    tiny = deliver(people)
    for row in tiny.rows["GBAPERSOONTAB"]:
        if row["gbageslacht"] == "2" and int(row["rinpersoon"]) % 3 == 0:
            row["gbageboortejaar"] = "----"
    return tiny


def built(folder: Path, kind: Purpose = "synthetic") -> tuple[Context, Specs]:
    """A data root with the delivery taken in, and the indicators of everyone."""
    specs = living_specs(folder / "specs")
    context = empty_surroundings(folder, specs=specs.folder, kind=kind)
    write_delivery(delivery(), context.root.deliveries(PEILJAAR), kind=kind)
    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)
    return context, specs


def table(written: Written) -> list[dict[str, str]]:
    with written.table.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def command(context: Context, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line on a data root."""
    monkeypatch.setenv("BLINDEVLEK_DATA", str(context.root.path))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(context.key_file))
    monkeypatch.setenv("BLINDEVLEK_SPECS", str(context.specs))
    return cli.main(["persona", *arguments])
