"""A file that is something else than its name says is told as what it looks like, without a word of what it holds."""

from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError, SpecError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.reading_csv import open_csv
from pipelines.registers.reasons import of_code, of_rin, of_rin_kind, remedies
from tests.unit.loading_one import load_one

CANARY = "KANARIE710999001"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"<!DOCTYPE html><html><title>{CANARY}</title>", "looks like a web page or XML"),
        (f"\n  <HTML>\n{CANARY}\n</HTML>\n", "looks like a web page or XML"),
        (f"\n\n<!-- {CANARY} -->\n<table>{CANARY}</table>\n", "looks like a web page or XML"),
        (f"<TITLE>{CANARY}</TITLE>\n", "looks like a web page or XML"),
        (f"\ufeff<?xml version='1.0'?>{CANARY}", "looks like a web page or XML"),
        (f'{{"value": ["{CANARY}"]}}\n', "looks like JSON"),
        (f"a;b\r{CANARY};2\r", "end with a carriage return alone"),
        (f"a;b\n{CANARY};2", "truncated"),
    ],
)
def test_what_a_text_looks_like_is_told_without_what_it_holds(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "GBAPERSOON2023TABV1.csv"
    path.write_bytes(content.encode())

    with pytest.raises(DeliveryError, match=words) as caught:
        open_csv(path)

    assert CANARY not in str(caught.value)


def test_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "GBAPERSOON2023TABV1.csv"
    path.write_bytes(b"a;b\r\n1;2\r\n")

    assert open_csv(path).header == ("a", "b")


def test_begin_and_end_that_changed_places_are_told_as_swapped(context: Context, tmp_path: Path) -> None:
    register = load_catalogue().register("BIJSTANDPERSOONBUS")
    columns = [column.name for column in register.columns]
    values = {
        column.name: {"rinpersoons": "R", "rinpersoon": "710999001", "bijstandsoort": "01"}.get(column.name, "1")
        for column in register.columns
    }
    values |= {register.spell.begin: "88888888", register.spell.end: "20230105"}
    path = tmp_path / "BIJSTANDPERSOON2023BUSV1.csv"
    path.write_text(";".join(columns) + "\n" + ";".join(values[name] for name in columns) + "\n", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"begin and end look swapped \(aanvbijstand and eindbijstand\)") as caught:
        load_one(context, register, path)

    assert "710999001" not in str(caught.value)


def test_an_unknown_register_is_told_with_the_way_to_all_names() -> None:
    with pytest.raises(SpecError, match="`blindevlek registers list` shows all names"):
        load_catalogue().register("NIETS")


def test_a_register_in_small_letters_is_told_with_its_name() -> None:
    with pytest.raises(SpecError, match="Did you mean 'SCHULDHULP'"):
        load_catalogue().register("schuldhulp")


def test_a_remedy_that_is_part_of_another_is_told_once() -> None:
    (no_digits,) = of_rin()[-1:]
    (no_kind,) = of_rin_kind()[-1:]
    code = of_code("soort", "'01'", "01")[-1]

    assert remedies([no_digits, no_kind]) == "Were columns swapped? Ask the supplier for a correction."
    assert remedies([code, no_digits]) == code.remedy
    assert remedies([no_digits, no_digits]) == no_digits.remedy
