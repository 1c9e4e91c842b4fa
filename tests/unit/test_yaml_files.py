"""YAML that people write is read without its traps, and a fault is told with file, line and remedy."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from pipelines.errors import SpecError
from pipelines.yaml_files import build_model, parse_yaml, read_model, read_yaml
from pipelines.yaml_text import parse_document


class Spec(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    version: int


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "spec.yaml:3: the key `a` occurs twice; keep one."),
        ("code: 0363\n", "spec.yaml:1: code: `0363` looks like a code but is read as a number; put it in quotes."),
        ("x: 1\ntime: 12:30\n", "spec.yaml:2: time: `12:30` looks like a code"),
        ("answer: no\n", "spec.yaml:1: answer: `no` is read as true or false; write true, false, or put it in quotes."),
        ("true: 1\n", "the key `true` is read as true or false; put it in quotes"),
        ("a: [1, 2\n", "spec.yaml:2: expected ',' or ']', but got '<stream end>' (begun in line 1): the list"),
        ("a: !!python/object:os.system x\n", "spec.yaml:1: the tag tag:yaml.org,2002:python/object:os.system is"),
    ],
)
def test_a_trap_of_yaml_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_yaml(text, "spec.yaml")

    assert words in str(caught.value)


def test_quoted_codes_and_real_booleans_are_read_as_meant() -> None:
    assert parse_yaml("code: '0363'\nflag: true\nn: -12\n", "x") == {"code": "0363", "flag": True, "n": -12}


def test_an_unknown_key_names_the_nearest_known_one_and_its_line(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("name: x\nverzion: 1\nversion: 1\n", encoding="utf-8")

    with pytest.raises(SpecError, match=r"p\.yaml:2: verzion: unknown key\. Did you mean 'version'\?"):
        read_model(path, Spec)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("name: x\n", encoding="utf-8")

    with pytest.raises(SpecError, match="version: this key is required and missing"):
        read_model(path, Spec)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\xfe")

    with pytest.raises(SpecError, match="not UTF-8"):
        read_yaml(tmp_path / "b.yaml")


def test_dates_without_quotes_are_for_models_with_dates_only() -> None:
    class Dated(BaseModel):
        day: date
        name: str = ""

    assert build_model(parse_yaml("day: 2023-12-31\n", "x"), Dated, ())[0] == Dated(day=date(2023, 12, 31))
    assert build_model(parse_yaml("day: '2023-12-31'\n", "x"), Dated, ())[0] == Dated(day=date(2023, 12, 31))

    found, faults = build_model(parse_yaml("day: 2023-12-31\nname: 2023-12-31\n", "x"), Dated, ())

    assert found is None
    assert [(fault.place, fault.text) for fault in faults] == [
        (("name",), "`2023-12-31` is read as a date; put it in quotes")
    ]


def test_every_value_has_its_line_and_every_key_its_own() -> None:
    document = parse_document("a:\n  - b:\n      c\n  - [d,\n     e]\n", "spec.yaml")

    assert document.data == {"a": [{"b": "c"}, ["d", "e"]]}
    assert document.line(("a",)) == 1
    assert document.line(("a", 0, "b")) == 3
    assert document.line(("a", 0, "b"), on_key=True) == 2
    assert document.line(("a", 1, 1)) == 5
    assert document.line(("a", 1, 7, "x")) == 4
