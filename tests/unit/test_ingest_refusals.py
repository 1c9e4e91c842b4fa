"""Broken input is refused with file, column and remedy, and leaves everything as it was."""

from collections.abc import Callable

import polars as pl
import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from tests.tiny import FILES, PEILJAAR, TinyDelivery, deliver, write_delivery
from tests.unit.taking_in import CANARY, PEOPLE, a_good_delivery, contents, replace_files, take_in

Bend = Callable[[TinyDelivery], None]


def _set(register: str, **values: object) -> Bend:
    def bend(tiny: TinyDelivery) -> None:
        tiny.rows[register][0].update(values)

    return bend


def _drop(register: str, column: str) -> Bend:
    def bend(tiny: TinyDelivery) -> None:
        for row in tiny.rows[register]:
            row.pop(column)

    return bend


def _twice(register: str, **values: object) -> Bend:
    """The same key again, with something else beside it."""

    def bend(tiny: TinyDelivery) -> None:
        tiny.rows[register].append(tiny.rows[register][0] | values)

    return bend


BROKEN: dict[str, tuple[Bend, tuple[str, ...]]] = {
    "a code outside its list": (
        _set("BIJSTANDPERSOONBUS", bijstandsoort=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "bijstandsoort", "a code outside its list (01, 02"),
    ),
    "a date that is no date": (
        _set("BIJSTANDPERSOONBUS", aanvbijstand=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "aanvbijstand", "YYYYMMDD"),
    ),
    "an end that is no date": (
        _set("SCHULDHULP", einddatum="20231332"),
        ("SCHULDHULP2023V1", "einddatum", "YYYYMMDD"),
    ),
    "a number that is no number": (
        _set("GBAHUISHOUDENSBUS", aantalpershh=CANARY),
        ("GBAHUISHOUDENS2023BUSV1", "aantalpershh", "whole number"),
    ),
    "a year that is no year": (
        _set("GBAPERSOONTAB", gbageboortejaar="19X0"),
        ("GBAPERSOON2023TABV1", "gbageboortejaar", "four digits"),
    ),
    "a month that is no month": (
        _set("GBAPERSOONTAB", gbageboortemaand="13"),
        ("GBAPERSOON2023TABV1", "gbageboortemaand", "01 to 12"),
    ),
    "a gemeente that does not exist": (
        _set("VSLGWBTAB", gem2023="9999"),
        ("VSLGWB2023TAB03V1", "gem", "does not exist in 2023"),
    ),
    "a key that is not nine digits": (
        _set("BIJSTANDPERSOONBUS", rinpersoon=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "rinpersoon", "nine digits"),
    ),
    "a kind of key that is missing": (
        _set("BIJSTANDPERSOONBUS", rinpersoons=None),
        ("BIJSTANDPERSOON2023BUSV1", "rinpersoon", "empty key"),
    ),
    "an undeclared column": (
        _set("BIJSTANDPERSOONBUS", **{"inkomen_geheim": "1"}),
        ("BIJSTANDPERSOON2023BUSV1", "inkomen_geheim", "not declared"),
    ),
    "two rows of one key that contradict each other": (
        _twice("WMOBUS", wmodatumeinde="20231130"),
        ("WMO2023BUSV1", "is not unique", "contradict"),
    ),
    "an object in two gemeenten": (
        _twice("VSLGWBTAB", gem2023="0344"),
        ("VSLGWB2023TAB03V1", "is not unique"),
    ),
}


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_refused_and_changes_nothing(context: Context, name: str, file_format: str) -> None:
    a_good_delivery(context)
    take_in(context)
    before = contents(context)
    bend, words = BROKEN[name]
    tiny = deliver(PEOPLE)
    bend(tiny)
    replace_files(context, tiny, file_format)

    with pytest.raises(DeliveryError) as caught:
        take_in(context)

    message = str(caught.value)
    for word in words:
        assert word in message
    assert "nothing was changed" in message.lower() or "not declared" in message
    assert CANARY not in message
    assert caught.value.__context__ is None or CANARY not in repr(caught.value.__context__)
    assert contents(context) == before


def test_a_missing_column_is_named(context: Context) -> None:
    tiny = a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WSNPPERSBUS']}.parquet"
    tiny.frame("WSNPPERSBUS").drop("wsnpdatumbeein").write_parquet(path)

    with pytest.raises(DeliveryError, match=r"WSNPPERSBUS2023V1.*wsnpdatumbeein.*missing"):
        take_in(context)


def test_a_text_column_stored_as_a_number_is_refused(context: Context) -> None:
    tiny = a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['BIJSTANDPERSOONBUS']}.parquet"
    tiny.frame("BIJSTANDPERSOONBUS").with_columns(pl.col("rinpersoon").cast(pl.Int64)).write_parquet(path)

    with pytest.raises(DeliveryError, match=r"rinpersoon is stored as BIGINT, and must be text.*leading zeros"):
        take_in(context)


@pytest.mark.parametrize("file_format", ["parquet", "csv", "sav"])
def test_a_truncated_file_is_refused(context: Context, file_format: str) -> None:
    tiny = deliver(PEOPLE)
    write_delivery(tiny, context.root.deliveries(PEILJAAR), file_format=file_format)
    path = next(context.root.deliveries(PEILJAAR).rglob(f"GBAPERSOON2023*.{file_format}"))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 7])

    with pytest.raises(DeliveryError, match=r"GBAPERSOON2023TABV1.*truncated"):
        take_in(context)


def test_a_missing_file_is_named_with_what_would_match(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['MEDICIJNTAB']}.parquet").unlink()

    with pytest.raises(
        DeliveryError,
        match=r"declares MEDICIJNTAB for 2023, but there is no file for it. Names that would do: MEDICIJN",
    ):
        take_in(context)
