"""A plan with another bound or unit, from deliveries to the page: everything speaks of the unit that the noise is for."""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from pipelines import line
from pipelines.audit_run import audit_plan
from pipelines.context import Context
from pipelines.privacy.ledger import open_ledger
from pipelines.release.plan import ReleasePlan
from pipelines.release.plan_commands import show
from tests.end_to_end.conftest import context_in
from tests.personas.living import PLAN, Specs, living_specs, look_at_others
from tests.tiny import GEMEENTEN, PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import MISSING

OPTIONS = {
    "person": "unit: person\ncontributions: 2",
    "household": "unit: household\nmembers: 2\ncontributions: 2",
}
SQUARED = {"person": 2, "household": 16}
"""L2 squared: K = 2, and 2 m^2 K with m = 2."""


@dataclass(frozen=True)
class Released:
    """A plan, the bundle of its first release, and the surroundings in which it was made."""

    context: Context
    plan: ReleasePlan
    said: list[str]
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def kluis(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, list[str]]:
    """Three people in one household, of whom a persona reads each other's rows, one alone; and a plan for each unit."""
    place = tmp_path_factory.mktemp("units")
    said: list[str] = []
    made = context_in(place, said)
    specs = living_specs(place / "specs")
    for name, options in OPTIONS.items():
        text = PLAN.replace("id: proef", f"id: {name}").replace("unit: person\ncontributions: 1", options)
        (specs.folder / "release_plans" / f"{name}.yaml").write_text(text, encoding="utf-8")
    context = Context(made.root, made.key_file, specs.folder, "test", said.append, said.append, "1GB")
    tiny = deliver([Invented(710_000_000 + n, GEMEENTEN[0], MISSING) for n in range(4)])
    for row in tiny.rows["GBAHUISHOUDENSBUS"][:3]:
        row["huishoudnr"] = "SAMEN"
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    return context, said


@pytest.fixture(scope="module", params=["person", "household"])
def released(request: pytest.FixtureRequest, kluis: tuple[Context, list[str]]) -> Iterator[Released]:
    context, said = kluis
    if request.param == "household":
        context = Context(context.root, context.key_file, context.specs, "test", said.append, said.append, "1GB")
        look_at_others(Specs(context.specs))
    plan = context.plan(request.param)
    line.find_indicators(context, PEILJAAR)
    line.group_patterns(context, plan)
    made = line.bundle(context, plan)
    yield Released(context, plan, said, made.folder)
    # Another unit needs a ledger of its own.
    context.root.ledger.unlink()
    shutil.rmtree(made.folder.parents[1])


def test_ledger_measurements_and_noise_are_of_the_unit(released: Released) -> None:
    measured = pl.read_parquet(released.folder / "metingen.parquet")
    squared = SQUARED[released.plan.unit]

    with open_ledger(released.context.root.ledger, cap=released.plan.cap, create=False) as ledger:
        (entry,) = ledger.entries()

    assert entry.unit == released.plan.privacy_unit.words
    assert entry.contributions == 2
    for table, sigma in measured.select("tabel", "sigma").unique().iter_rows():
        rho = released.plan.rho * released.plan.tables[table]
        assert sigma**2 == pytest.approx(float(Fraction(squared) / (2 * rho)), rel=1e-6)


def test_the_account_the_page_and_the_readme_name_the_unit(released: Released) -> None:
    record = json.loads(released.text("privacy.json"))["deployment"]
    page, readme = released.text("wat-beloven-wij.html"), " ".join(released.text("LEESMIJ.txt").split())

    assert record["privacy_loss"]["privacy_unit"] == released.plan.unit
    if released.plan.unit == "household":
        assert "sqrt(16)" in record["privacy_loss"]["privacy_unit_details"]
        assert "alles over uw huishouden weet" in page
        for text in (page, readme):
            assert "één huishouden, van wie hoogstens 2 leden meetellen" in text
            assert "de eenheid van bescherming is één persoon" not in text
    else:
        assert "at most 2 counts" in record["privacy_loss"]["privacy_unit_details"]
        assert "alles over u weet" in page
        for text in (page, readme):
            assert "hoogstens 2 persona" in text
            assert "de eenheid van bescherming is één persoon" in text


def test_plan_show_says_what_one_unit_moves(released: Released) -> None:
    released.said.clear()

    show(argparse.Namespace(plan=released.plan.id), released.context)

    assert f"unit: {released.plan.privacy_unit.words}; a person counts for at most 2 personas" in released.said
    assert f"one unit moves a table by at most the root of {SQUARED[released.plan.unit]} (L2)" in released.said


def test_the_example_of_the_bundle_finds_the_noise_of_the_plan(released: Released) -> None:
    example = released.folder / "opnieuw-schatten.py"

    subprocess.run([sys.executable, "-I", example, released.folder], check=True, capture_output=True)


def test_the_audit_takes_out_one_unit_and_passes(released: Released) -> None:
    report = audit_plan(released.context, released.plan, released.context.root.kluis / "audit", 1000)

    assert report.passed, report.failed
    (bounded,) = (finding for finding in report.findings if finding.rule == "bounded contribution")
    assert bounded.words.startswith(f"one {released.plan.unit}")
    # Of the person one count leaves every table; of the household as many as members count.
    assert report.bounds[1].mu > 0.5
