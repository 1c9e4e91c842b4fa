"""The long proofs of the promise say what differs, and the report holds what they said."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from benchmarks import privacy_proofs
from benchmarks.privacy_proofs import the_audit_catches_every_planted_fault, the_audit_passes_the_real_line
from benchmarks.proofs import Evidence
from benchmarks.verify import Result, report
from pipelines.audit_run import Neighbours
from tests.privacy.planted_faults import FAULTS, Fault
from tests.privacy.test_audit import WORKLOAD, worlds


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    """Small invented worlds in the place of those of the country, and few draws."""
    monkeypatch.setattr(privacy_proofs, "LONG", 1000)
    monkeypatch.setattr(privacy_proofs, "SHORT", 1000)
    found = Neighbours(*worlds(), WORKLOAD)
    return cast(Evidence, SimpleNamespace(neighbours=found, scratch=tmp_path, told={}))


def test_the_honest_code_passes_and_every_rule_stands_in_the_report(evidence: Evidence) -> None:
    assert the_audit_passes_the_real_line(evidence) == []

    text = report(2023, "2026-01-01", "p", [Result("a claim", True, 1.0, ())], 60.0, evidence.told)
    assert "## The audit\n\n- holds: same key set: " in text
    assert "measured mu is at least" in text


def test_a_fault_that_is_not_caught_fails_the_proof(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Fault("a change that changes nothing", "replay")
    monkeypatch.setattr(privacy_proofs, "FAULTS", (FAULTS[0], harmless))

    differences = the_audit_catches_every_planted_fault(evidence)

    assert differences == ["a change that changes nothing is not caught by the rule 'replay'"]
    assert evidence.told["Faults that were planted"][1] == "a change that changes nothing: caught by **nothing**"


def test_a_ledger_that_breaks_under_a_kill_fails_the_proof(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise AssertionError("a release was paid for twice")

    monkeypatch.setattr(privacy_proofs, "kill_at_random", broken)

    assert privacy_proofs.kills_leave_a_paid_release_or_nothing(evidence) == ["not true: a release was paid for twice"]
