"""The files of a synthetic delivery: as the catalogue describes them."""

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.facts.gemeenten import gemeenten
from pipelines.population.coverage import DELIVERING_SHARE, delivering
from pipelines.population.wijken import WITHOUT_WIJK, synthetic_wijken
from tests.unit.delivered_files import (
    CODE_LISTS,
    NAMES,
    UNUSABLE,
    column_names,
    entry_of,
    file_of,
    near,
    person_key,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_columns_of_the_catalogue(
    delivered: Path, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    entry = entry_of(name)
    path = file_of(delivered, name)
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
    found = {row[0].lower(): row[1] for row in described}
    declared = column_names(entry)
    assert set(found) <= set(declared)
    assert {n for n, c in declared.items() if c.get("required", True)} <= set(found)
    assert entry["theme"] in path.parent.as_posix()
    for column, kind in found.items():
        wanted = {"integer": "INTEGER", "number": "DOUBLE"}.get(declared[column]["kind"], "VARCHAR")
        assert kind == wanted, column


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_only_values_that_the_catalogue_allows(
    delivered: Path, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    entry = entry_of(name)
    relation = f"read_parquet('{file_of(delivered, name)}')"
    present = {row[0].lower(): row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
    codes = {g.code[2:] for g in gemeenten(2023)}
    forms = {
        "rin": f"regexp_full_match(v, '[0-9]{{9}}') OR v IN {UNUSABLE}",
        "object": "length(v) = 32",
        "household": "length(v) = 12",
        "month": "regexp_full_match(v, '0[1-9]|1[0-2]')",
        "year": "regexp_full_match(v, '(19|20)[0-9]{2}')",
        "date": "regexp_full_match(v, '[0-9]{8}') AND try_strptime(v, '%Y%m%d') IS NOT NULL",
        "gemeente": f"v IN {tuple(sorted(codes))}",
        "text": "v IS NOT NULL",
        "code": "v IS NOT NULL",
    }
    open_end = tuple(entry.get("spell", {}).get("open_end", ()))
    for column, declared in column_names(entry).items():
        if column not in present:
            continue
        listed = declared["kind"] in ("code", "rin_kind")
        allowed = list(CODE_LISTS.get(declared.get("code_list") or "", {})) if listed else []
        # No income at all is -1; every other number counts something.
        number = "v BETWEEN -1 AND 100" if column == "inpp100ppers" else "v >= 0"
        rule = f"v IN ({', '.join(repr(c) for c in allowed)})" if allowed else forms.get(declared["kind"], number)
        if missing := declared.get("missing"):
            rule = f"({rule}) OR v IN ({', '.join(repr(m) for m in missing)})"
        if declared["kind"] in ("integer", "number") and not declared.get("required", True):
            rule = f"({rule}) OR v IS NULL"
        if declared["kind"] == "date" and open_end and column == entry["spell"]["end"]:
            rule = f"({rule}) OR v IN {open_end}"
        query = (
            f'SELECT count(*) FROM (SELECT "{present[column]}" AS v FROM {relation}) WHERE NOT coalesce({rule}, false)'
        )
        assert connection.execute(query).fetchall() == [(0,)], column


@pytest.mark.parametrize("name", NAMES)
def test_the_key_of_a_file_is_unique_and_its_spells_run_forward(
    delivered: Path, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    entry = entry_of(name)
    relation = f"read_parquet('{file_of(delivered, name)}')"
    key = ", ".join(f'"{column}"' for column in entry["key"])
    doubled = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {relation} GROUP BY {key} HAVING count(*) > 1)")
    assert doubled.fetchall() == [(0,)]
    if spell := entry.get("spell"):
        backward = connection.execute(f'SELECT count(*) FROM {relation} WHERE "{spell["end"]}" < "{spell["begin"]}"')
        assert backward.fetchall() == [(0,)]


@pytest.mark.parametrize("name", list(DELIVERING_SHARE))
def test_gemeenten_that_do_not_deliver_have_no_rows_and_the_others_are_declared(
    delivered: Path, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    entry = entry_of(name)
    present = {
        f"GM{code}"
        for (code,) in connection.execute(
            f"SELECT DISTINCT {entry['supplier_gemeente']} FROM read_parquet('{file_of(delivered, name)}')"
        ).fetchall()
    }
    manifest = json.loads(next(p for p in delivered.glob("*/manifest.json") if name in p.read_text()).read_text())
    coverage = next(f["coverage"] for f in manifest["files"] if f["register"] == name)
    declared, silent_ones = set(coverage["gemeenten"]), set(coverage.get("nothing_to_report", ()))
    assert declared == set(delivering(name, 2023))
    assert len(declared) == round(DELIVERING_SHARE[name] * 342)
    assert present == declared - silent_ones
    assert len(present) > 100


def test_the_manifests_declare_every_register_once(delivered: Path) -> None:
    manifests = [json.loads(path.read_text()) for path in sorted(delivered.glob("*/manifest.json"))]
    registers = [f["register"] for manifest in manifests for f in manifest["files"]]
    assert sorted(registers) == sorted(NAMES)
    for manifest in manifests:
        assert manifest["completed"] is True
        assert manifest["kind"] == "synthetic"
        assert manifest["population"] == "synthetic-s1of50-seed1-g3"
        for declared in manifest["files"]:
            entry = entry_of(declared["register"])
            assert (declared["coverage"]["kind"] == "national") == (entry["coverage"] == "national")
            assert entry["supplier"] == manifest["supplier"]


def test_some_files_hold_keys_that_are_rubbish_and_keys_that_cannot_be_linked(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    new = ["WWPERSOONBUS", "AOWUITKERING1ATAB", "INPATAB", "VEHTAB", "ZVWZORGKOSTENTAB", "MSZPRESTATIESVEKTTAB",
           "SLOTAB", "VERDTAB", "JGDHULPBUS", "INSCHRWPOTAB", "INDICWLZTAB", "THUISZITTERS", "URGENTIE"]  # fmt: skip
    rubbish, unlinked = set(), set()
    for name in new:
        kind, rin = person_key(name)
        found = connection.execute(f"""
            SELECT count(*) FILTER ({rin} IN {UNUSABLE}), count(*) FILTER ({kind} <> 'R' AND {rin} NOT IN {UNUSABLE})
            FROM read_parquet('{file_of(delivered, name)}')
        """).fetchall()[0]
        rubbish |= {name} if found[0] else set()
        unlinked |= {name} if found[1] else set()

    assert {"AOWUITKERING1ATAB", "ZVWZORGKOSTENTAB", "VEHTAB"} <= rubbish < set(new)
    assert {"JGDHULPBUS", "SLOTAB", "THUISZITTERS"} <= unlinked < set(new)


def test_dwellings_lie_in_wijken_of_the_shipped_list_as_large_as_it_says(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    path = file_of(delivered, "VSLGWBTAB")
    found = dict(connection.execute(f"SELECT wc2023, count(*) FROM read_parquet('{path}') GROUP BY ALL").fetchall())
    every = sum(found.values())
    without = found.pop("------")
    wijken = {wijk.code[2:]: wijk for own in synthetic_wijken(2023).values() for wijk in own}
    per_gemeente: dict[str, int] = {}
    for code, n in found.items():
        per_gemeente[code[:4]] = per_gemeente.get(code[:4], 0) + n

    assert set(found) <= set(wijken)
    assert without == near(WITHOUT_WIJK * every)
    for code in (code for code in found if code.startswith("0363")):
        share = (wijken[code].inwoners or 0) / sum(w.inwoners or 0 for w in synthetic_wijken(2023)["GM0363"])
        assert found[code] == near(share * per_gemeente["0363"]), "Amsterdam is large enough to tell"
    elsewhere = f"SELECT 1 FROM read_parquet('{path}') WHERE wc2023 <> '------' AND left(wc2023, 4) <> gem2023 LIMIT 1"
    assert connection.execute(elsewhere).fetchall() == []
