"""The benchmark runs, tells what it measured, and fails when its target is missed."""

import json

import pytest

from benchmarks.odata import main

SMALL = ["--requests", "8", "--clients", "2", "--personas", "1", "--gemeenten", "3"]


def test_the_benchmark_asks_both_versions_and_tells_speed_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([*SMALL, "--target", "0.001"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["peak_memory_mb"] is None or told["peak_memory_mb"] > 10
    for version in ("v3", "v4"):
        assert told[version]["requests"] == 8
        assert 0 < told[version]["p50_ms"] <= told[version]["p99_ms"]


def test_a_missed_target_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--target", "1e9"]) == 1
