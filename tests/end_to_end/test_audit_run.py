"""The audit through the real steps: deliveries that differ by one person, and faults planted in the real code."""

import random
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines.audit_run import audit_plan
from pipelines.context import Context
from pipelines.errors import UserError
from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import counts_sql
from pipelines.personas.spec import Persona
from pipelines.privacy.audit import AuditReport
from pipelines.registers.ingest import ingest
from tests.end_to_end.conftest import context_in
from tests.oracle.deliveries import random_delivery
from tests.tiny import PEILJAAR, write_delivery

PEOPLE = 120


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators) -> Context:
    """A kluis that took in random people, some of whom are in more personas than the bound allows."""
    context = context_in(tmp_path_factory.mktemp("audit"), [])
    dice = random.Random(5)  # noqa: S311 - invented people, no secret
    write_delivery(random_delivery(dice, PEOPLE, indicators), context.root.deliveries(PEILJAAR))
    ingest(context.root, context.key(), context.catalogue(), PEILJAAR)
    return context


def audited(context: Context, draws: int = 1000) -> AuditReport:
    return audit_plan(context, context.plan("2023-voorlopig"), context.root.kluis / "audit", draws)


def test_the_real_line_passes_spends_nothing_and_leaves_nothing_behind(taken: Context) -> None:
    report = audited(taken, draws=10_000)

    assert report.passed, report.failed
    assert report.bounds[1].mu > 2, "the person of the audit is in as many personas as the bound allows"
    assert not taken.root.ledger.exists()
    assert not (taken.root.kluis / "audit").exists()


def no_truncation(personas: tuple[Persona, ...], contributions: int, *of: str) -> str:
    return counts_sql(personas, len(personas), *of)


def double_count(personas: tuple[Persona, ...], contributions: int, *of: str) -> str:
    return counts_sql(personas, contributions, *of).replace("sum(n)", "sum(2 * n)")


def order_follows_the_data() -> Callable[..., str]:
    """The order of the personas turns over between the two worlds."""
    turns = iter((1, -1))

    def turned(personas: tuple[Persona, ...], contributions: int, *of: str) -> str:
        return counts_sql(personas[:: next(turns)], contributions, *of)

    return turned


@pytest.mark.parametrize(
    "fault", [no_truncation, double_count, order_follows_the_data()], ids=["no truncation", "double count", "order"]
)
def test_a_fault_in_the_counting_query_is_caught(taken: Context, fault: Callable[..., str]) -> None:
    with patch("pipelines.release.cells.counts_sql", fault):
        report = audited(taken)

    assert "bounded contribution" in report.failed


def test_a_real_delivery_is_never_copied(taken: Context, tmp_path: Path) -> None:
    with (
        patch("pipelines.release.measure.Prepared.synthetic", False),
        patch("pipelines.release.measure._refuse_unaccepted_on_real_data", lambda _prepared: None),
        pytest.raises(UserError, match="never copied"),
    ):
        audited(taken)
