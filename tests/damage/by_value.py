"""Damage to columns and to values in them."""

import datetime
from collections.abc import Callable

import polars as pl

from tests.damage.kinds import Kind
from tests.damage.scene import CANARY, PERSON, Scene, write

HOUSES, ADDRESSES, HELP, OBJECTS = "GBAHUISHOUDENSBUS", "GBAADRESOBJECTBUS", "BIJSTANDPERSOONBUS", "VSLGWBTAB"
ASK = "ask for a correction"


def _put(wrong: str, register: str, column: str, value: str | None, says: str, do: str = ASK) -> Kind:
    return Kind(wrong, lambda scene: scene.put(register, column, value), says, do)


def _date(wrong: str, value: str | None, says: str, do: str = ASK) -> Kind:
    return _put(f"a date {wrong}", HELP, "eindbijstand", value, says, do)


def _rin(wrong: str, value: str | None, says: str, do: str = ASK) -> Kind:
    return _put(f"a number of a person {wrong}", PERSON, "rinpersoon", value, says, do)


def _stored(value: object, register: str = "INPATAB", column: str = "inpp100ppers") -> Callable[[Scene], None]:
    return lambda scene: scene.rewrite(register, pl.lit(value).alias(column))


def _written(register: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Scene], None]:
    return lambda scene: write(change(scene.frame(register)), scene.path(register))


def _swapped(one: str, other: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.rename({one: other, other: one})


def _of_2021(frame: pl.DataFrame) -> pl.DataFrame:
    """As many rows as no chance keeps out of a year, each a day of benefit in 2021."""
    days = [f"2021{month:02d}{day:02d}" for month in range(1, 5) for day in range(1, 29)]
    one = frame.head(1).drop("aanvbijstand", "eindbijstand")
    return one.join(pl.DataFrame({"aanvbijstand": days, "eindbijstand": days}), how="cross").select(frame.columns)


def _contradiction(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1).with_columns(pl.lit("02").alias("bijstandsoort"))])


VALUES = (
    Kind("a column is missing", _written(PERSON, lambda f: f.drop("gbageslacht")), "is missing. Found:", ASK),
    Kind(
        "a column nobody declared",
        _written(PERSON, lambda f: f.with_columns(pl.lit(CANARY).alias("geheim"))),
        "is not declared in the catalogue of",
        "declare it, or leave it out",
    ),
    Kind(
        "columns of another year",
        _written(OBJECTS, lambda f: f.rename({"gem2023": "gem2022"})),
        "the columns are those of another year",
        "ask for the file of the year",
    ),
    Kind("two rows of one key that contradict each other", _written(HELP, _contradiction), "is not unique", ASK),
    Kind(
        "a file without rows", _written("INPATAB", lambda f: f.head(0)), "has no row at all", "declare it empty, if so"
    ),
    Kind(
        "swapped columns",
        _written(PERSON, lambda f: f.with_columns(pl.col("gbageslacht").alias("rinpersoons"))),
        "a kind of number that does not exist",
        "swap them back",
    ),
    Kind(
        "kind and number of a person swapped",
        _written(PERSON, _swapped("rinpersoons", "rinpersoon")),
        "the columns of kind and number look swapped",
        "swap them back",
    ),
    Kind(
        "begin and end swapped",
        _written(HELP, _swapped("aanvbijstand", "eindbijstand")),
        "eindbijstand lies before aanvbijstand in more rows than after it",
        "swap them back",
    ),
    Kind(
        "rows of another year under a name of this one",
        _written(HELP, _of_2021),
        "hardly any row has its aanvbijstand or eindbijstand in 2023",
        "ask for the file of the year",
    ),
    _put("a code outside its list", PERSON, "gbageslacht", CANARY, "a code outside its list", "ask, or add the code"),
    _put("a code in lower case", ADDRESSES, "soortobjectnummer", "d", "a code in lower case"),
    _put("a code with blanks", PERSON, "gbageslacht", " 1 ", "a code with blanks around it"),
    _put(
        "a code that lost its zeros", HELP, "bijstandsoort", "1", "a code without its leading zeros", "store it as text"
    ),
    _date("of letters", CANARY, "a date that is not YYYYMMDD. Ask"),
    _date("that is not there", None, "an empty date", "have it filled in"),
    _date("that is no day of the calendar", "20230230", "eight digits that are no day"),
    _date("with the day first", "31122023", "a date with the day first"),
    _date("with dashes", "2023-12-31", "a date with dashes, dots or slashes"),
    _date("without its day", "202312", "a date of fewer than eight digits"),
    _date("of 1800", "18000101", "a date before 1880"),
    _date("of 2500", "25000101", "a date after 2100"),
    _date("of 9999 where that is no open end", "99991231", "'still running'", "name it as open end, if so"),
    Kind(
        "a date with a time of day",
        _stored(datetime.datetime(2023, 5, 1, 13, 30), HELP, "eindbijstand"),
        "it has a time of day",
        "store dates alone",
    ),
    _put("a year of letters", PERSON, "gbageboortejaar", "19X0", "a year that is not four digits"),
    _put("a year of two digits", PERSON, "gbageboortejaar", "67", "a year without its century"),
    _put("a year of birth of 1800", PERSON, "gbageboortejaar", "1800", "a year before 1880 or after 2100"),
    _put("month thirteen", PERSON, "gbageboortemaand", "13", "a number of a month that is not 01 to 12"),
    _put("a month in words", PERSON, "gbageboortemaand", "mei", "something else than a month"),
    _put("a word for a number", HOUSES, "aantalpershh", CANARY, "something that is not a whole number"),
    _put("a number with decimals", HOUSES, "aantalpershh", "2,5", "a number with decimals, where"),
    _put("points between thousands", HOUSES, "aantalpershh", "1.234", "with points or blanks between its thousands"),
    _put("infinity in words", HOUSES, "aantalpershh", "inf", "a text for infinity"),
    _put("fewer than nobody", HOUSES, "aantalpershh", "-4", "a negative whole number in a column that counts"),
    Kind("NaN among whole numbers", _stored(float("nan")), "NaN or infinity, so not", "leave it empty"),
    _put("a gemeente that does not exist", OBJECTS, "gem2023", "9999", "a gemeente code that does not exist in", ASK),
    _put("GM before a gemeente", OBJECTS, "gem2023", "GM0363", "a gemeente code with letters before it"),
    _put("a gemeente that lost its zero", OBJECTS, "gem2023", "363", "a gemeente code without its leading zeros"),
    _put("no gemeente as supplier", "WMOBUS", "wmogemeente", None, "an empty gemeente, so nobody knows"),
    _put("an address without its object", ADDRESSES, "rinobjectnummer", None, "an empty object key"),
    _put("an object without its kind", ADDRESSES, "soortobjectnummer", None, "an object key without its kind"),
    _put("a text of two thousand signs", "WMOBUS", "wmotoewijzingsnummer", CANARY * 250, "a text of over 1000"),
    _rin("that is not there", None, "an empty key: no number"),
    _rin("with letters", CANARY, "letters or signs in a number"),
    _rin("with a blank", "300 00001", "blanks in a number"),
    _rin("of eight digits", "30000001", "a number of fewer than nine digits"),
    _rin("of ten digits", "3000000011", "a number of more than nine digits"),
    _rin("in full-width digits", "３００００００９１", "digits of another script"),
    _put("no kind of number", PERSON, "rinpersoons", None, "an empty key: no kind of number"),
    _put("a kind of number in lower case", PERSON, "rinpersoons", "r", "a kind of number in lower case"),
)
