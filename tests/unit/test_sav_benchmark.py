"""The benchmark of SPSS files works, and says what it took."""

import json

import pytest

from benchmarks.sav import main


def test_a_small_file_is_loaded_and_its_seconds_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--rows", "1000", "--repeat", "1"])
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 1000
    assert told["seconds"] > 0
    assert code == (0 if told["seconds"] <= told["target_seconds"] else 1)
