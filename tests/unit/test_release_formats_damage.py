"""Every format has rules that see damage to it, whatever the damage, without repeating what stands in a cell."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.release.format_checks.run import check_release
from pipelines.release.manifest import ManifestError
from tests.unit.damaging import SECRET
from tests.unit.format_damage import CASES, FORMATS
from tests.unit.small_release import write_small_release


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_release(tmp_path_factory.mktemp("sound"))


def test_a_sound_release_passes_every_rule(sound: Path) -> None:
    verdicts = check_release(sound)

    assert [verdict for verdict in verdicts if not verdict.passed] == []
    rules = {verdict.rule for verdict in verdicts}
    assert {rule for one in FORMATS.values() for rule in one.rules} <= rules
    assert len(rules) == len(verdicts)


def test_every_format_is_damaged_in_at_least_seven_ways() -> None:
    assert all(len(one.damages) >= 7 for one in FORMATS.values())


@pytest.mark.parametrize(("name", "damage"), CASES, ids=[f"{name}: {damage}" for name, damage in CASES])
def test_damage_is_seen_by_the_rules_of_its_format(sound: Path, tmp_path: Path, name: str, damage: str) -> None:
    certificate = json.loads((sound / "certificate.json").read_text(encoding="utf-8"))
    rules = tuple(each["regel"] for each in certificate["controles"])
    folder = tmp_path / "damaged"
    shutil.copytree(sound, folder)
    own = FORMATS[name]
    own.damages[damage](folder)

    try:
        verdicts = own.check(folder, rules)
        # Rule by rule, so that what comes after it costs no time.
        fault = next((each.fault for each in verdicts if each.rule in own.rules and not each.passed), "")
    except ManifestError as refused:
        fault = str(refused)

    assert fault
    assert SECRET not in fault
