"""Why a value is at fault, said as closely as can be without saying the value.

What belongs here: per kind of column conditions in SQL, each with its words and its remedy; the first that holds is told.
They are asked only once a load has failed, so they cost a good delivery nothing. What does not: whether a value is at fault
(`typing_rules.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

ASK = "Ask the supplier for a correction."
ADD_CODE = "Ask the supplier for a correction, or add the code to the catalogue if CBS introduced it."
PUT_RIGHT = "Have their names put right by the supplier."
AS_TEXT = "Convert the file again with this column as text."
FIRST_DAY, LAST_DAY = "DATE '1880-01-01'", "DATE '2100-12-31'"
RIN_KINDS = ("R", "S", "F", "N")
_KINDS_LISTED = ", ".join(f"'{kind}'" for kind in RIN_KINDS)


def remedies(reasons: Iterable["Reason"]) -> str:
    """What to do about several reasons, each thing once: also when one remedy says what is part of another."""
    different = list(dict.fromkeys(reason.remedy for reason in reasons))
    return " ".join(one for one in different if not any(one != other and one[:-1] in other for other in different))


@dataclass(frozen=True)
class Reason:
    """A condition (SQL over the cleaned and the typed row), what then is wrong, and what to do."""

    holds: str
    words: str
    remedy: str = ASK


def of_date(name: str) -> tuple[Reason, ...]:
    """Of a date in text."""
    text, value = f"c_{name}", f"v_{name}"
    digits = f"regexp_full_match({text}, '[0-9]{{8}}')"
    return (
        Reason(f"{text} IS NULL", "an empty date", "Have the date filled in."),
        Reason(
            f"regexp_full_match({text}, '9999[0-9]{{4}}|8{{8}}')",
            "a date that stands for 'still running' (as 99991231 does), which the entry does not name",
            "If CBS says so, name it under `open_end` in an entry of your own (docs/how-to/registers.md).",
        ),
        *of_stored_date(name)[1:3],
        Reason(
            f"{digits} AND {value} IS NULL AND try_strptime({text}, '%d%m%Y') IS NOT NULL",
            "a date with the day first, not YYYYMMDD",
            "Have the dates written with the year first.",
        ),
        Reason(f"{digits}", "eight digits that are no day of the calendar, so no YYYYMMDD"),
        Reason(
            f"regexp_matches({text}, '[0-9][-/.][0-9]')",
            "a date with dashes, dots or slashes, not YYYYMMDD",
            "Have the dates written as eight digits.",
        ),
        Reason(
            f"regexp_full_match({text}, '[0-9]{{4,7}}')",
            "a date of fewer than eight digits, not YYYYMMDD",
            "Have the whole date written, day included.",
        ),
        Reason("true", "a date that is not YYYYMMDD"),
    )


def of_begin(name: str, end: str) -> tuple[Reason, ...]:
    """Of the first day of a spell: what says that a spell still runs belongs in the column of its last day."""
    still_running = "8{8}|9{8}|9999[0-9]{4}"
    return (
        Reason(
            f"regexp_full_match(c_{name}, '{still_running}')",
            f"a date that stands for 'still running', which only a last day can be: begin and end look swapped ({name} and {end})",
            PUT_RIGHT,
        ),
        *of_date(name),
    )


def of_stored_date(name: str) -> tuple[Reason, ...]:
    """Of a column that the file stores as dates."""
    value = f"v_{name}"
    return (
        Reason(f"c_{name} IS NULL", "an empty date", "Have the date filled in."),
        Reason(f"{value} < {FIRST_DAY}", "a date before 1880, when nobody of today was born"),
        Reason(f"{value} > {LAST_DAY}", "a date after 2100, which cannot be known yet"),
        Reason("true", "a date that is not YYYYMMDD: it has a time of day", "Have the column stored as dates alone."),
    )


def of_code(name: str, listed: str, shown: str) -> tuple[Reason, ...]:
    """Of a code; `listed`: the codes as SQL texts, `shown`: as words."""
    text = f"c_{name}"
    return (
        Reason(
            f"upper({text}) IN ({listed})", "a code in lower case", "Have the codes written in capitals, as listed."
        ),
        Reason(f"trim({text}) IN ({listed})", "a code with blanks around it", "Have the blanks taken away."),
        Reason(
            f"('0' || {text} IN ({listed}) OR '00' || {text} IN ({listed}))",
            "a code without its leading zeros",
            AS_TEXT,
        ),
        Reason("true", f"a code outside its list ({shown})", ADD_CODE),
    )


def of_gemeente(name: str, peiljaar: int) -> tuple[Reason, ...]:
    """Of the code of a gemeente."""
    text = f"c_{name}"
    return (
        Reason(f"{text} IS NULL", "an empty gemeente, so nobody knows who supplied the row"),
        Reason(
            f"upper({text}) LIKE 'GM%'", "a gemeente code with letters before it", "Have four digits written alone."
        ),
        Reason(f"regexp_full_match({text}, '[0-9]{{1,3}}')", "a gemeente code without its leading zeros", AS_TEXT),
        Reason(
            "true",
            f"a gemeente code that does not exist in {peiljaar} (four digits, such as 0363)",
            "Ask the supplier for the classification of the year.",
        ),
    )


def of_number(name: str, kind: str) -> tuple[Reason, ...]:
    """Of a year, month, whole number or number in text."""
    text = f"c_{name}"
    if kind == "year":
        return (
            Reason(
                f"regexp_full_match({text}, '[0-9]{{4}}')", "a year before 1880 or after 2100, though of four digits"
            ),
            Reason(f"regexp_full_match({text}, '[0-9]{{1,2}}')", "a year without its century, not four digits"),
            Reason("true", "a year that is not four digits"),
        )
    if kind == "month":
        return (
            Reason(f"regexp_full_match({text}, '[0-9]+')", "a number of a month that is not 01 to 12"),
            Reason("true", "something else than a month of 01 to 12", "Have months written as numbers."),
        )
    return _of_integer(text) if kind == "integer" else _of_real(text)


def _of_real(text: str) -> tuple[Reason, ...]:
    return (
        Reason(f"lower({text}) IN ({_NOT_FINITE})", "a text for infinity, or for no number", "Have it left empty."),
        Reason(
            f"regexp_full_match({text}, '-?[0-9]{{1,3}}([. ][0-9]{{3}})+(,[0-9]*)?')",
            "a number with points or blanks between its thousands",
            "Have the separators taken away.",
        ),
        Reason("true", "something that is not a number"),
    )


def _of_integer(text: str) -> tuple[Reason, ...]:
    return (
        Reason(
            f"lower({text}) IN ({_NOT_FINITE})", "a text for infinity, or for no whole number", "Have it left empty."
        ),
        Reason(
            f"regexp_full_match({text}, '-?[0-9]+[.,][0-9]{{1,2}}')",
            "a number with decimals, where a whole number is meant",
            "Have it rounded by the supplier.",
        ),
        Reason(
            f"regexp_full_match({text}, '-?[0-9]{{1,3}}([. ][0-9]{{3}})+')",
            "a number with points or blanks between its thousands, where a whole number is meant",
            "Have the separators taken away.",
        ),
        Reason(f"regexp_full_match({text}, '-?[0-9]{{10,}}')", *TOO_LARGE),
        Reason(f"regexp_full_match({text}, '-[0-9]+')", *NEGATIVE),
        Reason("true", "something that is not a whole number"),
    )


_NOT_FINITE = "'nan', 'inf', '-inf', 'infinity', '-infinity', '+inf'"
NEGATIVE = (
    "a negative whole number in a column that counts",
    "Ask the supplier what it means; declare it as missing, if so.",
)
TOO_LARGE = ("a whole number too large to be kept (beyond 2147483647)", "Ask the supplier if it is a code for missing.")


def of_stored_number(name: str, is_real: bool) -> tuple[Reason, ...]:
    """Of a column that the file stores as numbers."""
    stored = f"c_{name}"
    unbound = (Reason(f"NOT isfinite({stored})", "NaN or infinity, so not a whole number", "Have it left empty."),)
    broken = (
        Reason(
            f"{stored} <> trunc({stored})", "a stored fraction, not a whole number", "Have it rounded by the supplier."
        ),
    )
    return (
        *(unbound if is_real else ()),
        *(broken if is_real else ()),
        Reason(f"abs({stored}) > 2147483647", *TOO_LARGE),
        Reason("true", *NEGATIVE),
    )


def of_rin(text: str = "c_rinpersoon") -> tuple[Reason, ...]:
    """Of the number of a person."""
    return (
        Reason(f"{text} IS NULL", "an empty key: no number", "Have the number filled in, or the row left out."),
        Reason(
            f"regexp_matches({text}, '[０-９]')",
            "digits of another script, where nine digits of 0 to 9 are meant",
            AS_TEXT,
        ),
        Reason(f"regexp_full_match({text}, '[0-9 ]+') AND contains({text}, ' ')", "blanks in a number of nine digits"),
        Reason(
            f"regexp_full_match({text}, '[0-9]{{1,8}}')",
            "a number of fewer than nine digits: leading zeros were lost",
            AS_TEXT,
        ),
        Reason(
            f"regexp_full_match({text}, '[0-9]{{10,}}')",
            "a number of more than nine digits",
            "Ask the supplier if it is a RIN.",
        ),
        Reason(f"{text} IN ({_KINDS_LISTED})", "a kind of number, where nine digits are meant", PUT_RIGHT),
        Reason("true", "letters or signs in a number, where nine digits are meant"),
    )


def of_rin_kind(text: str = "c_rinpersoons") -> tuple[Reason, ...]:
    """Of the kind of number of a person."""
    return (
        Reason(f"{text} IS NULL", "an empty key: no kind of number", "Have the kind filled in (R, S or F)."),
        Reason(
            f"upper({text}) IN ({_KINDS_LISTED})", "a kind of number in lower case", "Have it written as a capital."
        ),
        Reason(
            f"regexp_full_match({text}, '[0-9]{{9}}')",
            "nine digits where a kind of number is meant: the columns of kind and number look swapped",
            PUT_RIGHT,
        ),
        Reason(
            "true",
            f"a kind of number that does not exist (known: {', '.join(RIN_KINDS)})",
            f"Were columns swapped? {ASK}",
        ),
    )
