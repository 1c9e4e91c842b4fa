"""Whatever stands in a file, it loads or it is refused in a few lines: no traceback, no endless work, no SQL."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import SpecError
from pipelines.indicators.load import load_indicators
from pipelines.indicators.names import SQL_WORDS
from pipelines.indicators.spec import Indicator
from pipelines.personas.load import build_persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.yaml_document import MOST_FAULTS
from pipelines.yaml_files import build_model, read_document
from pipelines.yaml_text import MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse_document

GOOD = Path(__file__).parent / "good"
PERSONA = (GOOD / "personas" / "zonder-inkomen.yaml").read_text(encoding="utf-8")
INDICATORS = (GOOD / "indicators" / "alle.yaml").read_text(encoding="utf-8")
KNOWN = load_indicators(GOOD / "indicators", load_catalogue())
TOLD = re.compile(r"(spec\.yaml:[1-9][0-9]*: .+[.?]|\.\.\. and [0-9]+ more\. Mend these first\.)")

HOSTILE: dict[str, tuple[str, str]] = {
    "lists in lists": ("a: " + "[" * 50_000, f"spec.yaml:1: nested deeper than {MAX_DEPTH} levels"),
    "lists in lists, in blocks": ("- " * 20_000 + "a", f"spec.yaml:1: nested deeper than {MAX_DEPTH} levels"),
    "keys in keys": ("{a: " * 20_000, f"spec.yaml:1: nested deeper than {MAX_DEPTH} levels"),
    "questions in questions": ("? " * 20_000, "spec.yaml:1: a key must be a word"),
    "a billion laughs": (
        "a: &a [l, l, l, l]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "spec.yaml:1: the anchor &a is not allowed",
    ),
    "something that holds itself": ("a: &a [*a]\n", "spec.yaml:1: the anchor &a is not allowed"),
    "very many values": ("- a\n" * (MAX_VALUES + 1), f"spec.yaml:{MAX_VALUES}: the file holds more than {MAX_VALUES} values"),
    "a very long name": ("a" * 200_000 + ": b", "spec.yaml:1:"),
    "very many documents": ("a\n" + "---\n" * 60_000, "spec.yaml:2: a second document begins"),
    "very many keys twice": ("a: 1\n" * 5_000, "and 4994 more. Mend these first."),
    "a number without end": ("a: " + "9" * 100_000, "has more than 15 digits"),
    "a number in base sixty without end": ("a: " + "1:1" * 30_000, "spec.yaml:1"),
    "a version without end": ("%YAML 1." + "9" * 50_000 + "\n---\na: 1", "spec.yaml:1:"),
    "an escape beyond the last character": ('a: 1\nb: "\\U00110000"', "spec.yaml:2: an escape or a directive that cannot be"),
    "a percent sign in a tag": ("a: !<%ff> b", "spec.yaml:1:"),
    "a quote of two hundred thousand characters": ("a: '" + "x" * 200_000, "spec.yaml:1: found unexpected end of stream"),
    "code of Python": ("!!python/object/apply:os.system ['true']", "the tag tag:yaml.org,2002:python/object/apply:os.system is not allowed"),
    "a name of Python": ("a: !!python/name:os.system", "the tag tag:yaml.org,2002:python/name:os.system is not allowed"),
    "binary": ("a: !!binary aGFsbG8=", "the tag tag:yaml.org,2002:binary is not allowed"),
    "a set": ("a: !!set {b, c}", "the tag tag:yaml.org,2002:set is not allowed"),
    "a line end that editors do not show": ("a: 1\u2028b: 2", "spec.yaml:1: the invisible or unusable character U+2028"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attack_on_the_parser_is_refused_at_its_line(name: str) -> None:
    text, words = HOSTILE[name]

    with pytest.raises(SpecError) as caught:
        build_and_refuse(text)

    told = str(caught.value)
    assert words in told
    assert len(told) < 4_000


def build_and_refuse(text: str) -> None:
    """As a file of one indicator is read: parse, then fit the model."""
    document = parse_document(text, "spec.yaml")
    _, faults = build_model(document.data, Indicator, ())
    if faults:
        raise SpecError("\n".join(document.told(fault) for fault in faults[:MOST_FAULTS]))


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "too large": (lambda path: path.write_bytes(b"#" * (MAX_BYTES + 1)), "has more than 262144 bytes"),
    "UTF-16": (lambda path: path.write_text("a: 1", encoding="utf-16"), "spec.yaml:1: not UTF-8 text (byte 0xff)"),
    "Windows-1252": (lambda path: path.write_bytes("a: 1\nb: café".encode("cp1252")), "spec.yaml:2: not UTF-8 text (byte 0xe9)"),
    "a program": (lambda path: path.write_bytes(b"\x7fELF\x02\x01\x00"), "spec.yaml:1: the invisible or unusable character U+007F"),
    "NUL": (lambda path: path.write_bytes(b"a: 1\nb: \x00"), "spec.yaml:2: the invisible or unusable character U+0000"),
    "a folder": (lambda path: path.mkdir(), "no such file"),
    "a link to itself": (lambda path: path.symlink_to(path), "no such file"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    write, words = FILES[name]
    write(tmp_path / "spec.yaml")

    with pytest.raises(SpecError) as caught:
        read_document(tmp_path / "spec.yaml")

    assert words in str(caught.value)


def test_a_mark_that_some_editors_put_first_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")

    assert read_document(tmp_path / "spec.yaml").data == {"a": 1, "b": 2}


def combinations(names: list[str], rule: Callable[[int], str]) -> str:
    head = "  title: t\n  leefgebied: werk\n  kind: kenmerk\n  observes: proxy\n  rule:\n"
    return "".join(f"{name}:\n{head}    {rule(number)}\n" for number, name in enumerate(names))


CHAINS: dict[str, tuple[str, str]] = {
    "a chain of a thousand": (
        combinations([f"i{n}" for n in range(1000)], lambda n: f"any_of: [{f'i{n + 1}' if n < 999 else 'volwassen'}]"),
        "this combination has 9 layers of combinations, allowed are 8",
    ),
    "combinations that double": (
        combinations([f"i{n}" for n in range(60)], lambda n: f"all_of: [{f'i{n + 1}, i{n + 1}' if n < 59 else 'volwassen, volwassen'}]"),
        "allowed are",
    ),
    "a circle of a thousand": (
        combinations([f"i{n}" for n in range(1000)], lambda n: f"any_of: [i{(n + 1) % 1000}]"),
        "refers to itself: i0 -> i1 -> i2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_combinations_cannot_exhaust_the_machine(tmp_path: Path, name: str) -> None:
    text, words = CHAINS[name]
    (tmp_path / "a.yaml").write_text(INDICATORS, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecError) as caught:
        load_indicators(tmp_path, load_catalogue())

    assert words in str(caught.value)
    assert len(str(caught.value)) < 20_000


def test_no_indicator_can_be_called_as_a_word_of_the_database() -> None:
    words = duckdb.sql("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'").fetchall()

    assert {word for (word,) in words} <= SQL_WORDS


def loads_or_teaches(act: Callable[[], object]) -> None:
    try:
        act()
    except SpecError as error:
        lines = str(error).splitlines()
        assert 1 <= len(lines) <= MOST_FAULTS + 1
        assert all(TOLD.fullmatch(line) for line in lines), lines
        assert all(line.isprintable() for line in lines)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_loads_or_is_refused(text: str) -> None:
    loads_or_teaches(lambda: parse_document(text, "spec.yaml"))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-? [],{}&*!|>%@`#'\"\n\t\\~<=.0123", max_size=80))
def test_any_text_of_the_signs_of_yaml_loads_or_is_refused(text: str) -> None:
    loads_or_teaches(lambda: parse_document(text, "spec.yaml"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_load_or_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "spec.yaml").write_bytes(content)

    loads_or_teaches(lambda: read_document(tmp_path / "spec.yaml"))


SCRAPS = (
    "", "null", "no", "0363", "12:30", "1.5", "-1", "99999999", "[]", "{}", "[a, b]", "{a: b}", "'", '"', "*a", "&a b", "<<", "!!int 3",
    "2023-12-31", "true", "volwassen", "zonder_werk", "bijstand", "Volwassen", "s\u0441huld", "x'; DROP TABLE persons; --", "\t", "\u200b",
    ": ", "- ", "#", "inkomensvoorziening", "SPOLISBUS", "INPATAB", "\n", "  ",
)  # fmt: skip


@st.composite
def bent(draw: st.DrawFn, text: str) -> str:
    """The text with one to four small changes: a line gone, doubled, moved or indented, or a word replaced."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        how = draw(st.sampled_from(("gone", "doubled", "indented", "value", "word", "swapped")))
        if how == "gone" and len(lines) > 1:
            del lines[number]
        elif how == "doubled":
            lines.insert(number, line)
        elif how == "indented":
            lines[number] = " " * draw(st.integers(1, 3)) + line
        elif how == "value":
            lines[number] = line.partition(":")[0] + ": " + draw(st.sampled_from(SCRAPS))
        elif how == "word":
            words = re.split(r"(\w+)", line)
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(SCRAPS))
            lines[number] = "".join(words)
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], line
    return "\n".join(lines) + "\n"


@settings(max_examples=300, deadline=None)
@given(bent(PERSONA))
def test_a_bent_persona_loads_or_is_refused(text: str) -> None:
    def act() -> None:
        document = parse_document(text, "spec.yaml")
        persona, faults = build_persona(document, "zonder-inkomen", KNOWN)
        if faults:
            raise SpecError("\n".join(document.told(fault) for fault in faults[:MOST_FAULTS]))
        # What loads has names that are known: nothing else of a spec reaches SQL.
        assert persona is not None
        assert set(persona.indicators) <= set(KNOWN.by_id)

    loads_or_teaches(act)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bent(INDICATORS))
def test_a_bent_indicator_loads_or_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")

    def act() -> None:
        found = load_indicators(tmp_path, load_catalogue())
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name, re.ASCII) for name in found.by_id)

    loads_or_teaches(act)
