"""The planted delivery: a recognisable text in every text column, numbers of people from one range, and counts that are
large primes.

What belongs here: who and what is planted. What does not: looking for it (`searching.py`).
"""

from pathlib import Path
from typing import Any

import polars as pl

from pipelines.registers.catalogue_model import Column, Register, load_catalogue
from tests.tiny import FILES, PEILJAAR, Invented, TinyDelivery, deliver, implied, specs, write_delivery
from tests.tiny_people import MISSING, SERVED

CANARY = "KANARIE"
"""Begins every planted text."""

FIRST_RIN, LAST_RIN = 771_000_000, 771_999_999
"""The numbers of all planted people, linked or not, lie between these."""

COUNTS = {
    "who miss it in Utrecht": 12_037,
    "who use it in Utrecht": 11_003,
    "of whom it is unknown in Groningen": 10_501,
    "numbers outside the BRP": 13_001,
    "unlinked rows of BIJSTANDPERSOONBUS": 15_013,
    "rows of MEDICIJNTAB": 47_387,
    "unusable keys in BIJSTANDPERSOONBUS": 14_011,
    "double rows of MEDICIJNTAB": 16_001,
    "sum of wages": 1_299_709,
    "one wage": 649_001,
}
"""What was planted -> how many: primes that nothing else counts to, each found by the searcher when it leaves."""

ESTIMATED = (
    "who miss it in Utrecht", "who use it in Utrecht", "of whom it is unknown in Groningen", "numbers outside the BRP",
)  # fmt: skip
"""The counts that a release measures: a noised figure may happen to hit them, so in a bundle they are looked for when
the noise is a known shift."""

OTHERS = 50
_NATIONAL = ("VSLGWBTAB", "NIETVSLGWBTAB")
_TEXTS = ("text", "household", "object")
_REAL_VALUES = ("atc4", "oplnr", "rinobjectnummer")
"""Texts that mean something to an indicator, or join two files: planted in other rows, or in the same way in both."""


def plant(deliveries: Path) -> None:
    """Write the planted deliveries below a folder for deliveries of the peiljaar."""
    write_delivery(planted_rows(), deliveries)


def planted_rows() -> TinyDelivery:
    """All rows: of the people in the BRP, of numbers outside it, of records without a usable number."""
    groups = (
        (Invented(FIRST_RIN, "GM0344", MISSING), COUNTS["who miss it in Utrecht"]),
        (Invented(FIRST_RIN + 100_000, "GM0344", SERVED), COUNTS["who use it in Utrecht"]),
        (Invented(FIRST_RIN + 200_000, "GM0014", MISSING), COUNTS["of whom it is unknown in Groningen"]),
        (Invented(FIRST_RIN + 300_000, "GM0363", frozenset({"volwassen"}), sex="2"), OTHERS),
    )
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in FILES}
    for person, count in groups:
        tiny = deliver([person])
        for name in FILES:
            if name in _NATIONAL:
                frames[name] = [tiny.frame(name)]
            else:
                frames[name].append(_repeated(tiny.frame(name), load_catalogue().register(name), count))
    everything = deliver(
        Invented(FIRST_RIN + 400_000 + turn, "GM0363", frozenset({indicator.id}) | implied([indicator.id]))
        for turn, indicator in enumerate(specs().base)
    )
    for name in FILES:
        if name not in _NATIONAL:
            frames[name].append(_repeated(everything.frame(name), load_catalogue().register(name), 1))
    for name, rows in _more_rows(frames["MEDICIJNTAB"]).items():
        frames[name].append(rows)
    return _Planted({name: _with_canaries(pl.concat(parts, how="diagonal"), name) for name, parts in frames.items()})


class _Planted(TinyDelivery):
    """A delivery whose frames stand ready; `rows` is what the manifest is made from."""

    def __init__(self, frames: dict[str, pl.DataFrame]) -> None:
        super().__init__({name: _coverage_rows(name, frame) for name, frame in frames.items()})
        self._frames = frames

    def frame(self, register: str) -> pl.DataFrame:
        return self._frames[register]


def _coverage_rows(name: str, frame: pl.DataFrame) -> list[dict[str, Any]]:
    supplier = load_catalogue().register(name).supplier_gemeente
    columns = [supplier] if supplier else [f"gem{PEILJAAR}"] if name == "VSLGWBTAB" else []
    return frame.select(columns).unique().to_dicts() if columns else [{}] * min(frame.height, 1)


def _repeated(frame: pl.DataFrame, register: Register, count: int) -> pl.DataFrame:
    """The rows of one person for `count` people with numbers of their own, and texts that are each one's own."""
    number = register.person_key[1]
    own = (pl.col(number).cast(pl.Int64) + pl.col("turn")).cast(pl.String).str.zfill(9)
    texts = {
        name: pl.concat_str(pl.lit(CANARY), pl.col(name), pl.lit("P"), pl.col("turn").cast(pl.String))
        for name in text_columns(register)
        if name in frame.columns and name not in _REAL_VALUES
    }
    people = pl.DataFrame({"turn": range(count)})
    return frame.join(people, how="cross").with_columns(**texts, **{number: own}).drop("turn")


def _more_rows(medicine_rows: list[pl.DataFrame]) -> dict[str, pl.DataFrame]:
    outside, unlinked = COUNTS["numbers outside the BRP"], COUNTS["unlinked rows of BIJSTANDPERSOONBUS"]
    spell = {"eindbijstand": "20231231", "bijstandsoort": "01"}
    benefits = [
        _spells("S", range(outside), "20200101", spell),
        _spells("S", range(unlinked - outside), "20210101", {**spell, "eindbijstand": "20210601"}),
        _spells("R", [None] * COUNTS["unusable keys in BIJSTANDPERSOONBUS"], "20200101", spell),
    ]
    wages = (COUNTS["one wage"], COUNTS["sum of wages"] - COUNTS["one wage"])
    jobs = [_job(turn, f"{wage}.00") for turn, wage in enumerate(wages)]
    doubles, there = COUNTS["double rows of MEDICIJNTAB"], sum(frame.height for frame in medicine_rows)
    more = COUNTS["rows of MEDICIJNTAB"] - there
    medicine = [{**_key(300_000), "atc4": f"{CANARY}{turn}"} for turn in range(more)]
    twice = medicine[-1:] * doubles
    return {
        "BIJSTANDPERSOONBUS": pl.concat(benefits),
        "SPOLISBUS": pl.DataFrame(jobs),
        "ONDERWIJSINSCHRTAB": pl.DataFrame([{**_key(300_000), "oplnr": f"{CANARY}1"}]),
        "MEDICIJNTAB": pl.DataFrame([*medicine, *twice]),
    }


def _spells(kind: str, turns: Any, begin: str, values: dict[str, str]) -> pl.DataFrame:
    numbers = ["000000000" if turn is None else f"{FIRST_RIN + 500_000 + turn:09d}" for turn in turns]
    fixed = {"rinpersoons": kind, "aanvbijstand": begin, **values}
    return pl.DataFrame({"rinpersoon": numbers}).with_columns(**{name: pl.lit(text) for name, text in fixed.items()})


def _job(turn: int, wage: str) -> dict[str, str]:
    dates = {"sdatumaanvangiko": "20230101", "sdatumeindeiko": "20231231"}
    return {**_key(300_000 + turn), "ikvid": f"{CANARY}IKV{turn}", **dates, "sbasisloon": wage}


def _key(turn: int) -> dict[str, str]:
    return {"rinpersoons": "R", "rinpersoon": f"{FIRST_RIN + turn:09d}"}


def _with_canaries(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """A canary in every text column that holds none yet: what the kluis keeps, and what it must leave out."""
    register = load_catalogue().register(name)
    texts = {column: pl.lit(f"{CANARY}{place}") for place, column in enumerate(text_columns(register))}
    added = {column: text for column, text in texts.items() if column not in frame.columns}
    frame = frame.with_columns(**added)
    if "rinobjectnummer" in frame.columns:
        # The key of an object keeps its 32 characters, and two files keep naming the same one.
        frame = frame.with_columns(
            rinobjectnummer=pl.concat_str(pl.lit(CANARY), pl.col("rinobjectnummer").str.tail(25))
        )
    return frame


def text_columns(register: Register) -> list[str]:
    return [_delivered(column) for column in register.columns if column.kind in _TEXTS]


def _delivered(column: Column) -> str:
    return column.delivered(PEILJAAR)


def columns_with_a_canary(deliveries: Path) -> dict[str, set[str]]:
    """Register -> the text columns in whose file a canary really stands."""
    found: dict[str, set[str]] = {}
    for name in FILES:
        (path,) = deliveries.rglob(f"{FILES[name].rsplit('/', 1)[1]}.parquet")
        frame = pl.read_parquet(path)
        texts = [column for column in frame.columns if frame[column].dtype == pl.String]
        found[name] = {column for column in texts if frame[column].str.contains(CANARY).any()}
    return found
