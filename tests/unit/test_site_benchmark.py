"""The benchmark of the public site works, and says what it took."""

import json

import pytest

from benchmarks.site import main


def test_a_small_site_is_built_and_its_seconds_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--years", "1", "--repeat", "1", "--personas", "oudere-zonder-aio"])

    told = json.loads(capsys.readouterr().out)
    assert told["pages"] > 342
    assert told["processor_seconds"] > 0
    assert code == (0 if told["seconds"] <= told["target_seconds"] else 1)
