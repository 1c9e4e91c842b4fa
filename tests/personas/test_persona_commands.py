"""`blindevlek persona ...` from the outside: help at once, output, and one message with an exit code when it fails."""

import shutil
from pathlib import Path

import pytest

import cli
from pipelines.personas.load import load_personas
from pipelines.personas.retired import write_retired
from tests.conftest import CHECKOUT
from tests.personas.renew_explained import specs_only
from tests.unit.run_command import help_of

DAKLOOS = "dakloos-verslaafd-schulden"
NEW = ["persona", "new", "--id", "ouder-zonder-hulp", "--name", "Een naam", "--population", "leeftijd_18_tot_aow",
       "--problem", "laag_inkomen", "--problem", "psychofarmaca", "--need", "bijstand", "--voorziening", "wmo_maatwerk",
       "--mechanism", "eerst-wie-betaalt"]  # fmt: skip


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the specs, named by the environment, and an empty data root."""
    specs = tmp_path / "specs"
    shutil.copytree(CHECKOUT / "persona_specs", specs, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("BLINDEVLEK_SPECS", str(specs))
    monkeypatch.setenv("BLINDEVLEK_DATA", str(tmp_path / "data"))
    return specs


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and message."""
    try:
        code = cli.main(["--quiet", *arguments])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.err


@pytest.mark.parametrize("action", [[], ["list"], ["explain"], ["sql"], ["trace"], ["new"], ["diff"]])
def test_help_imports_nothing_that_takes_time(action: list[str]) -> None:
    said, loaded = help_of("persona", *action)

    assert loaded == []
    assert "usage: " in said


def test_the_list_shows_status_version_name_and_number_of_problems(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["persona", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    for persona, line in zip(specs_only().personas().by_id.values(), lines, strict=True):
        words = [persona.id, persona.status, f"v{persona.version}", f"{len(persona.problems)} problems", persona.name]
        assert " ".join(line.split()) == " ".join(words)


def test_explain_sql_and_trace_speak(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["persona", "explain", DAKLOOS]) == 0
    assert cli.main(["persona", "sql", DAKLOOS]) == 0
    assert cli.main(["persona", "trace", DAKLOOS, "--example", "1"]) == 0
    assert cli.main(["persona", "trace", DAKLOOS, "--has", "bijstand, wsnp", "--unknown", "schuld_smal"]) == 0

    said = capsys.readouterr().out
    assert "Niet geteld wordt wie" in said
    assert "AND verslaving " in said
    assert "Uitkomst: mist de voorziening" in said
    assert "telt niet mee, want" in said


def test_a_person_in_a_file_is_walked_through(specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "noor.yaml"
    path.write_text("who: Noor\nhas: [bijstand]\n", encoding="utf-8")

    assert cli.main(["persona", "trace", DAKLOOS, "--person", str(path)]) == 0

    assert "Verzonnen mens: Noor" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["persona"], 2, "ACTION"),
        (["persona", "explain"], 2, "the following arguments are required: persona"),
        (["persona", "explain", "dakloos"], 4, "persona explain: no persona 'dakloos'"),
        (["persona", "sql", "dakloos-verslaafd-schuld"], 4, f"Did you mean '{DAKLOOS}'?"),
        (["persona", "trace", "dakloos-verslaafd-schuld", "--example", "1"], 4, f"Did you mean '{DAKLOOS}'?"),
        (["persona", "trace", DAKLOOS], 2, "say who: --has, --person, or --example 1 to"),
        (["persona", "trace", DAKLOOS, "--example", "99"], 4, "choose 1 to"),
        (["persona", "trace", DAKLOOS, "--example", "een"], 2, "invalid int value"),
        (["persona", "trace", DAKLOOS, "--example", "1", "--has", "bijstand"], 2, "not allowed with argument"),
        (["persona", "trace", DAKLOOS, "--example", "1", "--unknown", "wsnp"], 2, "--unknown goes with --has"),
        (["persona", "trace", DAKLOOS, "--has", "bijstnd"], 4, "Did you mean 'bijstand'?"),
        (["persona", "trace", DAKLOOS, "--has", "Bij Stand"], 4, "names of indicators have small letters"),
        (["persona", "trace", DAKLOOS, "--has", "bijstand", "--unknown", "bijstand"], 4, "choose one"),
        (["persona", "trace", DAKLOOS, "--person", "nergens.yaml"], 4, "nergens.yaml: no such file"),
        (["persona", "new"], 2, "give an id, --name,"),
        ([*NEW, "iets-anders"], 2, "two different ids"),
        (["persona", "new", "--id", "x"], 2, "give --name, --population, --problem (two or three times)"),
        ([*NEW, "--need", "bijstnd"], 4, "Did you mean 'bijstand'?"),
        ([*NEW, "--id", DAKLOOS], 4, "never overwritten"),
        ([*NEW, "--geography", "stad"], 2, "invalid choice: 'stad'"),
        (["persona", "diff", DAKLOOS], 2, "the following arguments are required: new"),
        (["persona", "diff", DAKLOOS, "dakloos-verslaafd-schuld"], 4, f"Did you mean '{DAKLOOS}'?"),
        (["persona", "diff", DAKLOOS, f"{DAKLOOS}@9"], 4, f"no retired persona '{DAKLOOS}@9'"),
        (["persona", "diff", DAKLOOS, "nergens.yaml"], 4, "nergens.yaml: no such file"),
    ],
)
def test_an_error_is_one_message_with_its_exit_code(
    specs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    found, said = refused(arguments, capsys)

    assert found == code
    assert words in said


def test_a_new_persona_is_written_listed_and_compared(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(NEW) == 0
    assert cli.main(["persona", "explain", "ouder-zonder-hulp"]) == 0
    assert cli.main(["persona", "trace", "ouder-zonder-hulp", "--example", "1"]) == 0
    assert cli.main(["persona", "diff", DAKLOOS, "ouder-zonder-hulp"]) == 0

    said = capsys.readouterr().out
    assert "Replace every sentence that begins with 'Invullen:'" in said
    assert "telt anders" in said
    assert (specs / "personas" / "ouder-zonder-hulp.yaml").exists()


def test_on_a_terminal_new_asks_for_what_was_not_given(
    specs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["Een naam", "land"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))

    assert cli.main([argument for argument in NEW if argument not in ("--name", "Een naam")]) == 0

    text = (specs / "personas" / "ouder-zonder-hulp.yaml").read_text(encoding="utf-8")
    assert "name: Een naam" in text
    assert "smallest_geography: land" in text


def test_a_retired_version_is_compared_with_the_indicators_of_its_time(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = specs_only()
    source = specs / "personas" / f"{DAKLOOS}.yaml"
    kept = write_retired(specs / "retired", source, context.personas().by_id[DAKLOOS], context.indicators())
    indicators = specs / "indicators" / "inkomen.yaml"
    text = indicators.read_text(encoding="utf-8")
    indicators.write_text(text.replace("['01', '02', '03']", "['01', '02']"), encoding="utf-8")
    source.write_text(source.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8")

    for old in (f"{DAKLOOS}@1", str(kept)):
        assert cli.main(["persona", "diff", old, f"{DAKLOOS}@2"]) == 0
        said = capsys.readouterr().out
        assert "versie 2 (draft): telt anders." in said
        assert "was: {spell_on_peildatum: {where: {bijstandsoort: [01, 02, 03]}}}" in said


def test_a_draft_in_a_file_is_compared_whatever_the_file_is_called(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "voorstel.yaml"
    text = (specs / "personas" / f"{DAKLOOS}.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("name: een schuldregeling", "name: een regeling"), encoding="utf-8")

    assert cli.main(["persona", "diff", DAKLOOS, str(draft)]) == 0

    said = capsys.readouterr().out
    assert "alleen tekst" in said
    assert "naam van de voorziening: was 'een schuldregeling', is nu 'een regeling'" in said


def test_a_retired_file_under_another_name_is_refused(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = specs_only()
    persona = context.personas().by_id[DAKLOOS]
    kept = write_retired(specs / "retired", specs / "personas" / f"{DAKLOOS}.yaml", persona, context.indicators())
    other = shutil.copy(kept, tmp_path / "anders.yaml")

    assert refused(["persona", "diff", DAKLOOS, str(other)], capsys)[0] == 4


@pytest.mark.parametrize(
    "changes",
    [
        [],
        ["--geography", "land", "--story", "Kort."],
        ["--problem", "zonder_stabiel_adres"],
        ["--voorziening", "begeleiding_na_18", "--population", "leeftijd_18_tot_21"],
        ["--voorziening", "zorg_en_begeleiding_op_school", "--population", "leeftijd_18_tot_21"],
    ],
)
def test_a_new_persona_lints_without_errors_and_with_what_is_still_to_be_written(
    specs: Path, capsys: pytest.CaptureFixture[str], changes: list[str]
) -> None:
    assert cli.main([*NEW, *changes]) == 0
    capsys.readouterr()

    code = cli.main(["persona", "lint", "ouder-zonder-hulp"])

    said = capsys.readouterr().out
    assert code == 0, said
    assert "found 'Invullen: waar komt dit verhaal vandaan?', which only keeps a place" in said


def test_the_id_may_stand_without_its_flag(specs: Path) -> None:
    arguments = [argument for argument in NEW if argument != "--id"]

    assert cli.main(arguments) == 0

    assert (specs / "personas" / "ouder-zonder-hulp.yaml").exists()


def test_the_new_persona_is_read_with_all_the_others(specs: Path) -> None:
    assert cli.main(NEW) == 0

    personas = load_personas(specs / "personas", specs_only().indicators()).by_id

    assert len(personas) == len(specs_only().personas().by_id) + 1
