"""The effect of coverage on every indicator, person by person against the naive oracle: covered, uncovered, moved in,
moved out, moved within, a declaration that begins too late, and a register that nobody delivered."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pipelines import line
from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.warehouse import open_warehouse
from tests.conftest import CHECKOUT
from tests.oracle.deliveries import oracle_connection
from tests.oracle.states import oracle_facts_sql
from tests.surroundings import empty_surroundings
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, object_key, specs, write_delivery
from tests.tiny_people import municipal_registers, number_of

COVERED, ALSO_COVERED, UNCOVERED = "GM0363", "GM0344", "GM0014"
SITUATIONS = {
    "stayed, covered": (COVERED, COVERED),
    "stayed, uncovered": (UNCOVERED, UNCOVERED),
    "moved in": (UNCOVERED, COVERED),
    "moved out": (COVERED, UNCOVERED),
    "moved within": (COVERED, ALSO_COVERED),
}
"""Where somebody lived until June 2023, and after it."""

RINS = {name: 200_000_000 + place for place, name in enumerate(SITUATIONS)}
NAMES = tuple(indicator.id for indicator in specs().base)
Answers = dict[str, dict[str, bool | None]]
"""Situation -> indicator -> what is said of somebody without a record (with one, of the situation `with a record`)."""


@dataclass(frozen=True)
class Said:
    """What the pipeline and the oracle say, of nobody's records in a normal delivery, a late one and an empty one."""

    compiled: dict[str, Answers]
    naive: dict[str, Answers]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    indicators = load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())
    compiled: dict[str, Answers] = {}
    naive: dict[str, Answers] = {}
    for kind in ("normal", "late", "not delivered"):
        context = empty_surroundings(tmp_path_factory.mktemp(kind.replace(" ", "-")))
        _deliver(context, kind)
        line.take_in(context, PEILJAAR)
        line.count_population(context, PEILJAAR)
        line.find_indicators(context, PEILJAAR)
        compiled[kind] = _compiled(context)
        naive[kind] = _naive(context, indicators, _missing(kind))
    return Said(compiled, naive)


def _people() -> Iterator[Invented]:
    for name, (_, now) in SITUATIONS.items():
        yield Invented(RINS[name], now, age=30)
    # Somebody with everything, so that every register has a row; and somebody with everything who moved away.
    everything = frozenset(NAMES)
    yield Invented(300_000_001, COVERED, everything, age=30)
    yield Invented(300_000_002, ALSO_COVERED, everything, age=30)


def _tiny() -> TinyDelivery:
    tiny = deliver(list(_people()))
    rows = tiny.rows["GBAADRESOBJECTBUS"]
    for name, (before, now) in SITUATIONS.items():
        rin = f"{RINS[name]:09d}"
        mine = [row for row in rows if row["rinpersoon"] == rin]
        rows[:] = [row for row in rows if row not in mine]
        last = mine[-1]
        for gemeente, begin, end in ((before, "20150101", "20230630"), (now, "20230701", "20231231")):
            number = object_key(number_of(gemeente), 7)
            spell = {"gbadatumaanvangadreshouding": begin, "gbadatumeindeadreshouding": end}
            rows.append({**last, **spell, "soortobjectnummer": "D", "rinobjectnummer": number})
    return tiny


def _missing(kind: str) -> frozenset[str]:
    frame = {"GBAPERSOONTAB", "GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS", "VSLGWBTAB", "NIETVSLGWBTAB"}
    return frozenset(load_catalogue().registers) - frame if kind == "not delivered" else frozenset()


def _deliver(context: Context, kind: str) -> None:
    write_delivery(_tiny(), context.root.deliveries(PEILJAAR))
    for path in context.root.deliveries(PEILJAAR).glob("*/manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if kind == "late":
            for item in manifest["files"]:
                item["period"] = {"from": f"{PEILJAAR}-12-01", "to": f"{PEILJAAR}-12-31"}
        if kind == "not delivered":
            manifest["files"] = [item for item in manifest["files"] if item["register"] not in _missing(kind)]
            for file in list(path.parent.rglob("*.parquet")):
                if "GBA" not in file.name and "VSLGWB" not in file.name:
                    file.unlink()
        if manifest["files"]:
            path.write_text(json.dumps(manifest), encoding="utf-8")
        else:
            shutil.rmtree(path.parent)


def _compiled(context: Context) -> Answers:
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        rows = warehouse.rows(
            f"SELECT person, {', '.join(NAMES)} FROM y{PEILJAAR}.person_indicators",
            step="what is said of invented people",
        )
    return _by_situation(rows)


def _naive(context: Context, indicators: Indicators, missing: frozenset[str]) -> Answers:
    delivered = frozenset(load_catalogue().registers) - missing if missing else None
    connection = oracle_connection(context)
    try:
        sql = oracle_facts_sql(NAMES, indicators, load_catalogue(), PEILJAAR, delivered=delivered)
        return _by_situation(connection.execute(sql).fetchall())
    finally:
        connection.close()


def _by_situation(rows: list[tuple[object, ...]]) -> Answers:
    names = {rin: name for name, rin in RINS.items()} | {300_000_001: "with a record"}
    return {
        names[int(str(person))]: dict(zip(NAMES, values, strict=True))  # type: ignore[arg-type]
        for person, *values in rows
        if int(str(person)) in names
    }


@pytest.mark.parametrize("name", NAMES)
def test_coverage_decides_between_no_and_unknown_as_the_oracle_says(said: Said, name: str) -> None:
    for kind, situations in said.compiled.items():
        for situation, answers in situations.items():
            assert answers[name] is said.naive[kind][situation][name], f"{kind}, {situation}"


@pytest.mark.parametrize("name", [name for name in NAMES if specs().by_id[name].source in municipal_registers()])
def test_a_municipal_indicator_is_unknown_where_a_gemeente_that_matters_did_not_deliver(said: Said, name: str) -> None:
    normal, rule = said.compiled["normal"], specs().by_id[name].rule
    looks_back = rule.spell_on_peildatum is None

    assert normal["with a record"][name] is True
    assert normal["stayed, covered"][name] is False
    assert normal["moved within"][name] is False
    assert normal["stayed, uncovered"][name] is None
    assert normal["moved out"][name] is None
    assert normal["moved in"][name] is (None if looks_back else False)
    assert said.compiled["late"]["stayed, covered"][name] is (None if looks_back else False)
    assert said.compiled["late"]["with a record"][name] is True, "a record stands, whatever the period"
    assert said.compiled["not delivered"]["stayed, covered"][name] is None


@pytest.mark.parametrize(
    "name", [name for name in NAMES if specs().by_id[name].source not in (None, *municipal_registers())]
)
def test_a_national_indicator_does_not_ask_where_somebody_lived(said: Said, name: str) -> None:
    normal = said.compiled["normal"]
    source = specs().by_id[name].source or ""
    told = {normal[situation][name] for situation in SITUATIONS}

    # Addresses themselves differ, and a register that does not know everybody says nothing without a row.
    assert len(told) == 1 or source == "GBAADRESOBJECTBUS"
    if not source.startswith("GBA"):
        assert said.compiled["not delivered"]["stayed, covered"][name] is None
