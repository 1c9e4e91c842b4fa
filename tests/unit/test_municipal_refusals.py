"""What does not fit together is refused before anything is linked, and nothing that was there is lost."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.municipal.keys import MunicipalKey, make_municipal_key
from pipelines.registers.municipal.link import Linked, link, received
from tests.municipal import raw, seal, some, write_linkage
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

PEOPLE = [Invented(300_000_001, has=frozenset({"leeftijd_18_tot_aow", "schuldregeling_minnelijk"}))]


@pytest.fixture
def key(tmp_path: Path) -> MunicipalKey:
    return make_municipal_key(tmp_path / "keys" / "municipal.json", "synthetic")


@pytest.fixture
def invented() -> dict[str, int]:
    """BSNs that are given to nobody, with the RINs that CBS knows them by."""
    return dict(zip(some(6, 1), range(300_000_001, 300_000_007), strict=True))


def linked(context: Context, key: MunicipalKey) -> Linked:
    return link(context.root, context.key(), {key.key_id: key}, load_catalogue(), PEILJAAR)


Bend = Callable[[Context, MunicipalKey, dict[str, int]], None]


def _folder(context: Context) -> Path:
    (found,) = received(context.root, PEILJAAR).iterdir()
    return found


def _koppeling(context: Context) -> Path:
    return context.root.deliveries(PEILJAAR) / "koppeling"


def _manifest(**values: object) -> Bend:
    def bend(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
        path = _folder(context) / "delivery.json"
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")

    return bend


def _linkage(**values: object) -> Bend:
    def bend(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
        path = _koppeling(context) / "linkage.json"
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")

    return bend


def _table(old: str, new: str) -> Bend:
    def bend(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
        path = _koppeling(context) / "KOPPELING.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    return bend


def _truncate(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    rows = _folder(context) / "rows.parquet"
    rows.write_bytes(rows.read_bytes()[:-50])


def _other_key_same_id(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    shutil.rmtree(_folder(context))
    other = replace(key, check="f" * 16, opening="ab" * 32)
    seal(raw(links), other, received(context.root, PEILJAAR))


def _no_table(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    shutil.rmtree(_koppeling(context))


def _twice(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    write_linkage(_koppeling(context), key, links, twice=True)


def _strangers(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    write_linkage(_koppeling(context), key, dict.fromkeys(some(3, 5000), 300_000_001))


def _other_register(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    path = _koppeling(context) / "KOPPELING.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("SCHULDHULP;", "URGENTIE;"), encoding="utf-8")


def _own_delivery_there(context: Context, key: MunicipalKey, links: dict[str, int]) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR), kind="real")


REFUSED: dict[str, tuple[Bend, str]] = {
    "another gemeente in the manifest": (_manifest(gemeente="GM0344"), "its seal does not fit"),
    "nothing to report after all": (_manifest(nothing_to_report=True), "its seal does not fit"),
    "a seal of nobody": (_manifest(seal="0" * 64), "its seal does not fit"),
    "a manifest that says more": (_manifest(extra=1), "cannot be understood"),
    "a key that was not given": (_manifest(key_id="00000000"), "made with key 00000000"),
    "another key with the same id": (_other_key_same_id, "the check values differ"),
    "a truncated file": (_truncate, "missing, truncated"),
    "no linkage table": (_no_table, "no linkage table for key"),
    "a linkage table under way": (_linkage(completed=False), "no linkage table for key"),
    "a linkage table of another key": (_linkage(key_check="0" * 16), "the check values differ"),
    "a linkage table of another year": (_linkage(peiljaar=2022), "is of peiljaar 2022"),
    "a linkage table of other people": (_linkage(population="others"), "another population"),
    "a linkage table outside its folder": (_linkage(file="../koppeling/KOPPELING.csv"), "beside it"),
    "a pseudonym twice": (_twice, "a pseudonym twice"),
    "a number that is no RIN": (_table("300000001", "30000001"), "not nine digits"),
    "an empty RIN": (_table("300000001", ""), "an empty value"),
    "a pseudonym that is none": (_table("SCHULDHULP;", "SCHULDHULP;x"), "not 64 hexadecimal"),
    "other columns": (_table("rinpersoons", "kind"), "cannot be read with the columns"),
    "a linkage table of other numbers": (_strangers, "not one row could be linked"),
    "the linkage of another register": (_other_register, "not one row could be linked"),
    "a delivery by RIN in its place": (_own_delivery_there, "was not made by linking"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_fit_is_refused_before_anything_is_linked(
    kind: str, context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(_koppeling(context), key, invented)
    bend, words = REFUSED[kind]
    bend(context, key, invented)
    before = sorted(context.root.deliveries(PEILJAAR).rglob("*"))

    with pytest.raises(DeliveryError, match=words) as caught:
        linked(context, key)

    assert sorted(context.root.deliveries(PEILJAAR).rglob("*")) == before
    assert caught.value.__context__ is None
    assert [n for n in (*invented, *map(str, invented.values())) if n in str(caught.value)] == []


def test_a_refused_link_leaves_the_delivery_that_was_there(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(_koppeling(context), key, invented)
    made = linked(context, key)
    before = {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
    write_linkage(_koppeling(context), key, invented, twice=True)

    with pytest.raises(DeliveryError, match="twice"):
        linked(context, key)

    assert {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()} == before
