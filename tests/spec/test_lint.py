"""Every check of the lint finds its bad twin, with file, line and remedy, and leaves its good twin alone."""

import shutil
import time
from pathlib import Path

import pytest

import cli
from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.lint import lint
from pipelines.personas.lint_facts import ages_seen
from pipelines.personas.lint_model import CHECKS, ERROR, Finding, summary
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.rooms import DataRoot
from tests.conftest import CHECKOUT
from tests.spec.broken import PERSONA
from tests.spec.twins import TWINS, Edit

GOOD = Path(__file__).parent / "good"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A copy of the good specs, to be bent."""
    return Path(shutil.copytree(GOOD, tmp_path / "specs"))


def bend(specs: Path, edits: tuple[Edit, ...]) -> None:
    for file, old, new in edits:
        path = specs / file
        if old is None:
            path.write_text(new, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(specs: Path, code: str) -> tuple[str, ...]:
    return tuple(finding.told for finding in lint(specs, load_catalogue()) if finding.code == code)


@pytest.mark.parametrize("name", TWINS)
def test_the_bad_twin_is_found(specs: Path, name: str) -> None:
    bend(specs, TWINS[name].bad)

    assert found(specs, TWINS[name].code) == TWINS[name].told


@pytest.mark.parametrize("name", TWINS)
def test_the_good_twin_is_left_alone(specs: Path, name: str) -> None:
    bend(specs, TWINS[name].good)

    assert found(specs, TWINS[name].code) == ()


def test_every_check_has_its_twins() -> None:
    assert {twins.code for twins in TWINS.values()} == set(CHECKS)
    assert len(CHECKS) >= 12


def test_several_findings_of_a_persona_come_in_order_of_line(specs: Path) -> None:
    bend(specs, ((PERSONA, "  - banen en uitkeringen", "  - '-'"), (PERSONA, "name: Zonder inkomen", "name: todo")))

    lines = [int(finding.told.split(":")[1]) for finding in lint(specs, load_catalogue(), ("zonder-inkomen",))]

    assert len(lines) == 3
    assert lines == sorted(lines)


def test_the_personas_of_this_checkout_have_no_errors() -> None:
    errors = [item.told for item in lint(CHECKOUT / "persona_specs", load_catalogue()) if item.severity == ERROR]

    assert errors == []


def test_a_persona_takes_far_less_than_a_second() -> None:
    began = time.process_time()
    lint(CHECKOUT / "persona_specs", load_catalogue())

    taken = time.process_time() - began
    assert taken < 0.5 * len(list((CHECKOUT / "persona_specs" / "personas").glob("*.yaml")))


def test_hard_logic_does_not_take_for_ever(specs: Path) -> None:
    """Forty registers behind conditions that could only be sorted out by trying everything."""
    names = [f"i{number}" for number in range(40)]
    base = "  leefgebied: werk\n  kind: kenmerk\n  observes: proxy\n  title: t\n"
    text = "".join(
        f"{name}:\n{base}  source: MEDICIJNTAB\n  rule:\n    record_exists:\n      where: {{atc4: [A{number:02}A]}}\n"
        for number, name in enumerate(names)
    )
    for number in range(20):
        one, other = names[number], names[39 - number]
        text += f"p{number}:\n{base}  rule:\n    any_of: [{one}, {other}]\nq{number}:\n{base}  rule:\n    none_of: [{one}, {other}]\n"
    pairs = ", ".join(f"p{number}, q{number}" for number in range(20))
    text += f"moeilijk:\n{base}  rule:\n    any_of: [{pairs}]\n"
    (specs / "indicators" / "meer.yaml").write_text(text, encoding="utf-8")
    bend(specs, ((PERSONA, "need: zonder_werk", "need: moeilijk"),))
    began = time.process_time()

    lint(specs, load_catalogue())

    assert time.process_time() - began < 30


def test_what_looks_back_sees_people_who_grew_older(indicators: Indicators) -> None:
    running = ages_seen(indicators.by_id["jeugdhulp"])
    ended = ages_seen(indicators.by_id["jeugdhulp_verblijf_gestopt"])
    aio = ages_seen(indicators.by_id["aio"])

    assert running is not None
    assert ended is not None
    assert aio is not None
    assert (running.oldest, ended.oldest) == (23, 25)
    assert (aio.youngest, aio.oldest) == (66, None)


def test_the_summary_counts_each_severity() -> None:
    assert summary([Finding("BV001", "a"), Finding("BV005", "b"), Finding("BV006", "c")]) == (
        "1 error, 2 warnings, 0 notes."
    )


@pytest.mark.parametrize(
    ("edits", "arguments", "code"),
    [
        ((), [], 0),
        (((PERSONA, "note: Verzonnen voor de tests.", "note: Volgt"),), ["--strict"], SpecError.exit_code),
        (((PERSONA, "need: zonder_werk", "need: bijstand"),), [], SpecError.exit_code),
        (((PERSONA, "need: zonder_werk", "need: bijstand"),), ["zonder-inkomen"], SpecError.exit_code),
    ],
)
def test_errors_fail_and_warnings_fail_when_asked(
    specs: Path,
    edits: tuple[Edit, ...],
    arguments: list[str],
    code: int,
) -> None:
    bend(specs, edits)
    context = Context(DataRoot(specs / "data"), specs / "key", specs, "test", lambda _m: None, lambda _t: None)
    args = cli.make_parser().parse_args(["persona", "lint", *arguments])

    assert args.run(args, context) == code


def test_an_unknown_persona_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["persona", "lint", "oudere-zonder-aia"]) == SpecError.exit_code

    assert "Did you mean 'oudere-zonder-aio'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("personas/ander.yml", "ander.yml: error BV024: files that end in .yml are not read; rename it to ander.yaml"),
        ("accepted.yaml", "accepted.yaml:1: error BV024: "),
        ("retired/zonder-inkomen-v1.yaml", "zonder-inkomen-v1.yaml:1: error BV024: "),
        ("approvals/personas/iets.yaml", "iets.yaml:1: error BV024: "),
    ],
)
def test_a_file_around_the_specs_that_cannot_be_read_is_found(specs: Path, file: str, words: str) -> None:
    path = specs / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a: [", encoding="utf-8")

    told = [str(found.told) for found in lint(specs, load_catalogue())]

    assert any(line.startswith(words) for line in told), told
