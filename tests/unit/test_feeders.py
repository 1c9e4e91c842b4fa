"""What feeds the indicators: chosen by configuration, decided for every indicator, and visible."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import cli
from pipelines.context import Context
from pipelines.errors import SpecError, UserError
from pipelines.indicators.feeders import FEEDERS, Feeder
from pipelines.indicators.load import load_indicators
from pipelines.personas.explain import explain
from pipelines.personas.lifecycle_registry import review_fingerprint
from pipelines.personas.lint import lint
from pipelines.personas.lint_model import ERROR, WARNING
from pipelines.personas.load import Personas, counting_fingerprint
from pipelines.personas.retired import load_retired, ref_of, write_retired
from pipelines.progress import silent
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.privacy_record import privacy_record
from pipelines.status import read_status
from pipelines.surroundings import make_context
from tests.conftest import CHECKOUT
from tests.unit.feeder_reference import PAGE, page
from tests.unit.invented_figures import release_text

SPECS = CHECKOUT / "persona_specs"
BY = {feeder: load_indicators(SPECS / "indicators", load_catalogue(), feeder) for feeder in FEEDERS}
STATED, FED = BY["components"], BY["stapelingsmonitor"]


def test_the_feeder_is_chosen_by_the_environment_and_is_the_component_files_without() -> None:
    assert make_context({}, silent, silent).feeder == "components"
    assert make_context({"BLINDEVLEK_FEEDER": "stapelingsmonitor"}, silent, silent).feeder == "stapelingsmonitor"


def test_another_feeder_is_refused_with_the_ones_that_are_allowed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BLINDEVLEK_FEEDER", "stapelmonitor")

    code = cli.main(["status"])

    assert code == UserError.exit_code
    assert "BLINDEVLEK_FEEDER is 'stapelmonitor', and must be one of: components, stapelingsmonitor" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("feeder", "words"),
    [
        ("components", "feeder: component files"),
        ("stapelingsmonitor", "feeder: themes of the Stapelingsmonitor for 18 "),
    ],
)
def test_the_status_says_what_feeds_the_indicators(context: Context, feeder: Feeder, words: str) -> None:
    lines = read_status(replace(context, feeder=feeder), (2023,)).lines

    assert [line for line in lines if line.startswith(words)]


def test_of_every_indicator_on_a_register_it_was_decided_whether_a_theme_means_the_same() -> None:
    assert [i.id for i in STATED.base if i.source is not None and i.stapelingsmonitor is None] == []


def test_the_table_of_feeders_is_written_from_the_specs() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.unit.feeder_reference`"


def test_a_rule_is_counted_otherwise_only_where_a_theme_feeds_it() -> None:
    differing = [n for n, i in FED.by_id.items() if i.counting_fingerprint != STATED.by_id[n].counting_fingerprint]

    assert differing == [i.id for i in FED.from_themes]
    assert len(differing) == 18


def test_what_partners_accept_is_the_same_whatever_feeds_it(personas: Personas, tmp_path: Path) -> None:
    assert {n: i.fingerprint for n, i in FED.by_id.items()} == {n: i.fingerprint for n, i in STATED.by_id.items()}
    for persona in personas.by_id.values():
        assert review_fingerprint(persona, FED) == review_fingerprint(persona, STATED)
    persona = personas.by_id["zelfstandige-ziek-met-schuld"]
    write_retired(tmp_path, SPECS / "personas" / f"{persona.id}.yaml", persona, FED)
    _, kept = load_retired(tmp_path, ref_of(persona))
    assert kept.by_id["bijstand"] == STATED.by_id["bijstand"]


def test_a_persona_that_rests_on_a_theme_is_another_measurement_and_others_are_not(personas: Personas) -> None:
    differing = {
        p.id for p in personas.by_id.values() if counting_fingerprint(p, FED) != counting_fingerprint(p, STATED)
    }
    resting = {
        p.id for p in personas.by_id.values() if {i.id for i in FED.from_themes} & set(FED.base_of(p.indicators))
    }

    assert differing == resting
    assert 0 < len(differing) < len(personas.by_id)


@pytest.mark.parametrize("feeder", FEEDERS)
def test_every_persona_is_explained_and_passes_the_lint_with_either_feeder(personas: Personas, feeder: Feeder) -> None:
    found = lint(SPECS, load_catalogue(), feeder=feeder)
    told = {p.id: " ".join(explain(p, BY[feeder], load_catalogue())) for p in personas.by_id.values()}

    assert [item.told for item in found if item.severity in (ERROR, WARNING)] == []
    assert ("STAPMON08UITKERINGEN" in told["dakloos-verslaafd-schulden"]) == (feeder == "stapelingsmonitor")
    assert ("BIJSTANDPERSOONBUS" in told["dakloos-verslaafd-schulden"]) == (feeder == "components")


def test_the_privacy_record_says_when_themes_feed_the_indicators() -> None:
    notes = [str(privacy_record(replace(release_text(), feeder=feeder))) for feeder in FEEDERS]

    assert ["themes of the Stapelingsmonitor" in text for text in notes] == [False, True]


RULE = {"record_exists": {"where": {"bijstand": ["1"]}}}


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ({"source": "STAPMON08UITKERINGEN"}, "give `source` and `rule`, or `differs`"),
        ({"source": "STAPMON08UITKERINGEN", "rule": RULE, "differs": "x"}, "give `source` and `rule`, or `differs`"),
        ({}, "give `source` and `rule`, or `differs`"),
        ({"differs": "geen datums", "assumes": "x"}, "`differs` stands alone"),
        ({"source": "STAPMON08UITKERINGEN", "rule": {"any_of": ["a"]}}, "a rule on its rows"),
        (
            {"source": "STAPMON08UITKERINGEN", "rule": {"record_exists": {"where": {"bijstant": ["1"]}}}},
            "alle.yaml:17: bijstand.stapelingsmonitor.rule.record_exists.where.bijstant: register STAPMON08UITKERINGEN has "
            "no column 'bijstant'",
        ),
        (
            {"source": "STAPMON08UITKERINGEN", "rule": {"spell_on_peildatum": {}}},
            "STAPMON08UITKERINGEN has records and no spells; use record_exists",
        ),
        ({"source": "STAPMON08", "rule": RULE}, "stapelingsmonitor.source: "),
    ],
)
def test_a_rule_on_a_theme_that_cannot_run_is_refused_with_either_feeder(
    tmp_path: Path, theme: dict[str, object], words: str
) -> None:
    stated = STATED.by_id["bijstand"].model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id"})
    (tmp_path / "alle.yaml").write_text(yaml.safe_dump({"bijstand": {**stated, "stapelingsmonitor": theme}}), "utf-8")

    for feeder in FEEDERS:
        with pytest.raises(SpecError) as caught:
            load_indicators(tmp_path, load_catalogue(), feeder)
        assert words in str(caught.value)


def test_only_an_indicator_on_a_register_can_come_from_a_theme(tmp_path: Path) -> None:
    stated = STATED.by_id["volwassen"].model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id"})
    content = {"volwassen": {**stated, "stapelingsmonitor": {"differs": "geen datums"}}}
    (tmp_path / "alle.yaml").write_text(yaml.safe_dump(content), "utf-8")

    with pytest.raises(SpecError, match="only an indicator on a register has `stapelingsmonitor`"):
        load_indicators(tmp_path, load_catalogue())
