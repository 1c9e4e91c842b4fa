"""Linking deliveries of gemeenten: planted people, counts and texts on both sides, and none of them in what is said."""

import os
from itertools import islice
from pathlib import Path

import polars as pl
import pytest

from pipelines.registers.municipal.keys import MunicipalKey, make_municipal_key
from pipelines.registers.municipal.link import DELIVERY, received, report_of
from pipelines.rooms import make_key
from tests.leaks.conftest import Ears, Place
from tests.leaks.planted import CANARY, COUNTS, FIRST_RIN
from tests.leaks.provoked import ERRORS, raising
from tests.leaks.searching import EVERYTHING
from tests.municipal import numbers, raw, seal, write_linkage
from tests.tiny import PEILJAAR

LINKED = COUNTS["who use it in Utrecht"]
UNLINKABLE = COUNTS["of whom it is unknown in Groningen"]
HUNT = EVERYTHING.without(os.getpid())


class Gemeente(Place):
    """A data root for real deliveries, whose people have numbers from the planted range: a BSN is found as a RIN is."""

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "municipal.json"

    @property
    def linkage(self) -> Path:
        return self.root.deliveries(PEILJAAR) / "koppeling"

    @property
    def outside(self) -> list[str]:
        """What is found anywhere but in the linkage table and the report, which hold it by design."""
        mine = (self.linkage, self.root.reports)
        return HUNT.in_tree(self.root.path, lambda path: any(path.is_relative_to(place) for place in mine))


@pytest.fixture
def gemeente(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gemeente:
    place = Gemeente(tmp_path)
    place.root.prepare()
    make_key(place.folder / "keys" / "synthetic.json", "real")
    for name, value in place.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BLINDEVLEK_MUNICIPAL_KEY_FILES", str(place.key_file))
    return place


@pytest.fixture
def key(gemeente: Gemeente) -> MunicipalKey:
    return make_municipal_key(gemeente.key_file, "real")


def people(count: int) -> list[str]:
    return list(islice(numbers(FIRST_RIN), count))


def test_from_raw_file_to_linked_delivery_nobody_is_named_or_counted(
    gemeente: Gemeente, key: MunicipalKey, ears: Ears
) -> None:
    everyone = people(LINKED + UNLINKABLE)
    (gemeente.folder / "raw.csv").write_bytes(raw(everyone))
    links = dict(zip(everyone[:LINKED], range(FIRST_RIN + 500_000, FIRST_RIN + 500_000 + LINKED), strict=True))
    write_linkage(gemeente.linkage, key, links)
    asked = ("--register", "SCHULDHULP", "--gemeente", "GM0344", "--peiljaar", str(PEILJAAR))

    heard = [
        ears.hear("municipal", "pseudonymise", str(gemeente.folder / "raw.csv"), *asked),
        ears.hear("municipal", "link", "--peiljaar", str(PEILJAAR)),
        ears.hear("municipal", "link", "--peiljaar", str(PEILJAAR)),
    ]

    assert [code for code, _ in heard] == [0, 0, 0], heard
    assert "Linked (SCHULDHULP)" in heard[1][1]
    assert [HUNT.in_text(said) for _, said in heard] == [[], [], []]
    assert gemeente.outside == []
    assert HUNT.in_file(report_of(gemeente.root, PEILJAAR)) == ["the count of whom it is unknown in Groningen"]


def _damaged(gemeente: Gemeente, damage: str) -> None:
    path = gemeente.linkage / "KOPPELING.csv"
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    if damage == "a text for a RIN":
        frame = frame.with_columns(rinpersoon=pl.lit(CANARY))
    elif damage == "a text for a pseudonym":
        frame = frame.with_columns(pseudonym=pl.concat_str(pl.lit(CANARY), "rinpersoon"))
    elif damage == "a pseudonym twice":
        frame = pl.concat([frame, frame])
    elif damage == "another column":
        frame = frame.rename({"rinpersoon": f"{CANARY}{FIRST_RIN}"})
    elif damage == "people of another table":
        frame = frame.with_columns(pseudonym=pl.col("pseudonym").str.reverse())
    if damage == "no header":
        frame.write_csv(path, separator=";", include_header=False)
    elif damage == "a row too long":
        frame.with_columns(rinpersoon=pl.concat_str("rinpersoon", pl.lit(f";{CANARY}"))).write_csv(
            path, separator=";", quote_style="never"
        )
    else:
        frame.write_csv(path, separator=";")


@pytest.mark.parametrize(
    "damage",
    [
        "a text for a RIN",
        "a text for a pseudonym",
        "a pseudonym twice",
        "another column",
        "people of another table",
        "no header",
        "a row too long",
    ],
)
def test_a_linkage_table_that_is_refused_is_not_quoted(
    gemeente: Gemeente, key: MunicipalKey, ears: Ears, damage: str
) -> None:
    everyone = _sealed(gemeente, key)
    _damaged(gemeente, damage)

    code, said = ears.hear("municipal", "link", "--peiljaar", str(PEILJAAR))

    assert code == 5, said
    assert HUNT.in_text(said) == []
    assert gemeente.outside == []
    assert all(number not in said for number in everyone)


def _sealed(gemeente: Gemeente, key: MunicipalKey) -> list[str]:
    everyone = people(3)
    seal(raw(everyone), key, received(gemeente.root, PEILJAAR), gemeente="GM0344")
    write_linkage(gemeente.linkage, key, {bsn: FIRST_RIN + 500_000 + turn for turn, bsn in enumerate(everyone[:2])})
    return everyone


LINK = "pipelines.registers.municipal.link"
PARTS_OF_LINKING = (
    "sealed_deliveries", "linkage_tables", "load_linkage", "join_register", "unlinkable_report", "refuse_strangers",
    "keep_unlinkable", "_write_manifest",
)  # fmt: skip


@pytest.mark.parametrize("error", ["DuckDB", "a panic", "our own of the kluis"])
def test_whatever_part_of_linking_fails_it_quotes_nothing_and_leaves_no_half_of_it(
    gemeente: Gemeente, key: MunicipalKey, ears: Ears, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    _sealed(gemeente, key)

    for part in PARTS_OF_LINKING:
        with monkeypatch.context() as patch:
            patch.setattr(f"{LINK}.{part}", raising(ERRORS[error]))
            code, said = ears.hear("municipal", "link", "--peiljaar", str(PEILJAAR))
        assert (part, code, HUNT.in_text(said)) == (part, 1, [])
        assert (part, gemeente.outside) == (part, [])
        assert (part, (gemeente.root.deliveries(PEILJAAR) / DELIVERY).exists()) == (part, False)
