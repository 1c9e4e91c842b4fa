"""A key is in nothing that Dagster stores or says, also when it does not fit."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.context import Context
from pipelines.rooms import make_key, read_key
from pipelines.warehouse import open_warehouse
from tests.dagster.conftest import run_job
from tests.dagster.stored import stored_and_said
from tests.municipal import parts


def test_a_run_with_the_wrong_key_fails_and_stores_no_part_of_either(
    delivered: Context,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    right = delivered.key()
    with open_warehouse(delivered.root, right):
        pass
    wrong = make_key(tmp_path / "keys" / "wrong.json", "synthetic")
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(tmp_path / "keys" / "wrong.json"))

    result = run_job("line", instance)
    instance.dispose()

    everything = stored_and_said(delivered.root.dagster_home, capfd, caplog)
    assert not result.success
    assert any(b"the key does not fit" in content for _, content in everything)
    wanted = [part.encode() for key in (right, wrong) for part in parts(key.secret)]
    assert [name for name, content in everything if any(part in content for part in wanted)] == []
    # The search finds what is there.
    assert any(part in (tmp_path / "keys" / "wrong.json").read_bytes() for part in wanted)
    assert read_key(tmp_path / "keys" / "wrong.json") == wrong
