"""Editors check specs against schemas that come from the models: what loads fits, and broken specs do not."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import cli
from pipelines.indicators.collection import Indicators
from pipelines.personas.mechanisms import read_mechanisms
from pipelines.personas.schema import indicators_schema, persona_schema
from pipelines.personas.schema_words import WORDS
from pipelines.registers.catalogue_model import load_catalogue
from tests.conftest import CHECKOUT
from tests.spec.broken import CASES, INDICATORS, PERSONA

SPECS = CHECKOUT / "persona_specs"
GOOD = Path(__file__).parent / "good"


@pytest.fixture(scope="module")
def of_personas(indicators: Indicators) -> Draft202012Validator:
    return Draft202012Validator(persona_schema(indicators, tuple(read_mechanisms(SPECS / "mechanisms.yaml"))))


@pytest.fixture(scope="module")
def of_indicators(indicators: Indicators) -> Draft202012Validator:
    return Draft202012Validator(indicators_schema(indicators, load_catalogue()))


def test_the_schemas_are_schemas(of_personas: Draft202012Validator, of_indicators: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(of_personas.schema)
    Draft202012Validator.check_schema(of_indicators.schema)


@pytest.mark.parametrize("path", sorted((SPECS / "personas").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_persona_fits_the_schema(of_personas: Draft202012Validator, path: Path) -> None:
    assert list(of_personas.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", sorted((SPECS / "indicators").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_indicator_fits_the_schema(of_indicators: Draft202012Validator, path: Path) -> None:
    assert list(of_indicators.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


BROKEN_SHAPES = (
    "a version in quotes", "a version that is true", "an unknown key", "an unknown key deep down", "a missing key",
    "a missing key deep down", "a word that is not on the list", "a text where a list is wanted", "nothing where a text is wanted",
    "a list where a text is wanted", "keys where a text is wanted", "one problem", "a list as a spec", "an unknown population",
    "an unknown problem", "an unknown need", "an unknown mechanism", "SQL as a population", "SQL as an id",
    "a voorziening that is a problem", "an example with a combination",
    "an indicator with an unknown key", "an indicator without a title", "an indicator that is a word", "indicators as a list",
    "an indicator with a capital", "an indicator that names itself", "two rules", "no rule", "an unknown rule", "an unknown register",
    "a register without persons", "a column that is no name", "nothing of an unknown register", "a combination of nothing",
)  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_SHAPES)
def test_a_broken_shape_does_not_fit_the_schema(name: str) -> None:
    file, old, new, _message = CASES[name]
    text = (GOOD / file).read_text(encoding="utf-8")
    bent = yaml.safe_load(new if old is None else text.replace(old, new, 1))

    assert _fits(file, yaml.safe_load(text))
    assert not _fits(file, bent)


def _fits(file: str, data: Any) -> bool:
    from pipelines.indicators.load import load_indicators

    known = load_indicators(GOOD / "indicators", load_catalogue())
    if file == INDICATORS:
        return Draft202012Validator(indicators_schema(known, load_catalogue())).is_valid(data)
    assert file == PERSONA
    return Draft202012Validator(persona_schema(known, tuple(read_mechanisms(GOOD / "mechanisms.yaml")))).is_valid(data)


def test_every_key_is_explained_in_dutch(
    of_personas: Draft202012Validator, of_indicators: Draft202012Validator
) -> None:
    titles = [title for schema in (of_personas.schema, of_indicators.schema) for title in _titles(schema)]

    assert len(titles) > 60
    assert set(titles) <= set(WORDS.values())


def _titles(schema: Any) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    own = [part.get("title") for part in schema.get("properties", {}).values()]
    return own + [title for part in schema.get("$defs", {}).values() for title in _titles(part)]


def test_the_schemas_are_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["persona", "schema"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert cli.main(["persona", "schema", "--indicators", "--out", str(tmp_path / "s.json")]) == 0
    written = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))

    assert shown["title"] == "Een persona"
    assert "SPOLISBUS" in written["$defs"]["Indicator"]["properties"]["source"]["enum"]


def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "README.md"
    other.write_text("lees mij", encoding="utf-8")

    assert cli.main(["persona", "schema", "--out", str(other)]) == 3

    assert other.read_text(encoding="utf-8") == "lees mij"
    assert "holds something else than a schema" in capsys.readouterr().err


def test_a_schema_that_stands_there_is_renewed(tmp_path: Path) -> None:
    place = tmp_path / "persona.json"

    assert cli.main(["persona", "schema", "--out", str(place)]) == 0
    assert cli.main(["persona", "schema", "--out", str(place)]) == 0
