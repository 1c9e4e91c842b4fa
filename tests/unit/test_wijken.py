"""Lists of wijken: what is taken, what is refused with its line, and plans that ask for them without right."""

from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError

from pipelines.errors import SpecError
from pipelines.facts.gemeenten import gemeenten
from pipelines.facts.wijken import COLUMNS, load_wijken
from pipelines.personas.load import Personas
from pipelines.population.wijken import list_text
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.digest import table_digest
from pipelines.release.plan import ALL_TABLES, TABLES, WIJKEN_FOLDER, ReleasePlan, load_plan, wijken_of
from pipelines.warehouse import Warehouse
from tests.surroundings import CHECKOUT

PEILJAAR = 2023
SPECS = CHECKOUT / "persona_specs"
PLANS = SPECS / "release_plans"
SHIPPED = "synthetisch-2023"


@pytest.fixture(scope="module")
def rows() -> list[str]:
    return list_text(PEILJAAR).splitlines()


def load(folder: Path, rows: list[str]) -> None:
    (folder / "lijst.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    load_wijken(folder, "lijst", PEILJAAR)


def test_every_gemeente_has_its_wijken_and_one_leaf_for_who_is_in_none_of_them() -> None:
    found = load_wijken(SPECS / WIJKEN_FOLDER, SHIPPED, PEILJAAR)

    assert set(found.by_gemeente) == {g.code for g in gemeenten(PEILJAAR)}
    for code, leaves in found.by_gemeente.items():
        *known, unknown = leaves
        assert known
        assert unknown.code == f"WK{code[2:]}--"
        assert unknown.inwoners is None
        assert all(wijk.code[2:6] == code[2:] and wijk.inwoners is not None for wijk in known)
    assert found.synthetic


def test_the_shipped_list_is_that_of_the_synthetic_population() -> None:
    path = SPECS / WIJKEN_FOLDER / f"{SHIPPED}.csv"

    assert path.read_text(encoding="utf-8") == list_text(PEILJAAR)


def test_a_list_as_an_editor_on_windows_saves_it_is_taken(rows: list[str], tmp_path: Path) -> None:
    (tmp_path / "lijst.csv").write_bytes(("﻿" + "\r\n".join(rows) + "\r\n").encode())

    assert (
        load_wijken(tmp_path, "lijst", PEILJAAR).wijken == load_wijken(SPECS / WIJKEN_FOLDER, SHIPPED, PEILJAAR).wijken
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",2023,", ",2022,", r"lijst.csv:2: wijken of peiljaar '2022'"),
        ("WK001400,", "WK14,", r"lijst.csv:2: 'WK14' is no code"),
        ("GM0014,", "GM0001,", r"lijst.csv:2: WK001400 lies in 'GM0001', which is no gemeente of peiljaar 2023"),
        ("GM0014,", "GM0363,", r"lijst.csv:2: WK001400 is a code of GM0014"),
        ("WK001400,GM0014,Wijk 00 Groningen (synthetisch)", "WK001400,GM0014,", r"has no name"),
        (",9978,", ",veel,", r"inwoners of WK001400 must be a whole number"),
        (",9978,", ",99780,", r"the wijken of GM0014 have \d+ inhabitants together"),
        (",synthetisch", ",CBS", r"`bron` must say the same in every row"),
        (",9978", ",9978,1", r"lijst.csv:2: found 7 values"),
    ],
)
def test_a_row_that_cannot_be_is_refused(rows: list[str], tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in rows[1]

    with pytest.raises(SpecError, match=told):
        load(tmp_path, [rows[0], rows[1].replace(old, new), *rows[2:]])


def test_a_wijk_that_stands_there_twice_is_refused(rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"lijst.csv:3: WK001400 stands in the list twice"):
        load(tmp_path, [*rows[:2], rows[1], *rows[2:]])


def test_a_list_that_leaves_out_a_gemeente_is_refused(rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="GM0014 has no wijk in the list"):
        load(tmp_path, [row for row in rows if ",GM0014," not in row])


def test_another_first_line_or_no_text_is_refused(rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=f"the first line must be exactly {','.join(COLUMNS)}"):
        load(tmp_path, rows[1:])
    (tmp_path / "lijst.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="CSV in UTF-8"):
        load_wijken(tmp_path, "lijst", PEILJAAR)


def test_a_list_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"no list of wijken 'cbs-2023' .* Known lists: none"):
        load_wijken(tmp_path, "cbs-2023", PEILJAAR)


def bent(**changes: object) -> ReleasePlan:
    plan = load_plan(PLANS, "2023-per-wijk")
    return ReleasePlan.model_validate(plan.model_dump() | changes)


def test_a_plan_says_its_wijken_and_their_tables_both_or_neither() -> None:
    share = Fraction(1, len(ALL_TABLES))

    with pytest.raises(ValidationError, match="say which wijken these are"):
        bent(wijken=None)
    with pytest.raises(ValidationError, match=r"give a share for each of .* wijk, wijk_leeftijd_geslacht"):
        bent(tables=dict.fromkeys(TABLES, Fraction(1, len(TABLES))))
    assert bent(tables=dict.fromkeys(ALL_TABLES, share)).measured == ALL_TABLES
    assert bent(wijken=None, tables=dict.fromkeys(TABLES, Fraction(1, len(TABLES)))).measured == TABLES


def test_a_plan_without_wijken_is_the_same_plan_as_before_there_were_any() -> None:
    assert "wijken" not in load_plan(PLANS, "2023-voorlopig").canonical()
    assert "wijken" in load_plan(PLANS, "2023-per-wijk").canonical()


def test_wijken_of_personas_that_stop_at_the_gemeente_are_refused(personas: Personas) -> None:
    plan = bent(personas=["dakloos-verslaafd-schulden"])
    coarse = personas.by_id["dakloos-verslaafd-schulden"]
    fine = coarse.model_copy(update={"smallest_geography": "wijk"})

    with pytest.raises(SpecError, match="none of its personas has `smallest_geography: wijk`"):
        wijken_of(plan, (coarse,), SPECS)
    assert wijken_of(plan, (coarse, fine), SPECS) is not None
    assert wijken_of(load_plan(PLANS, "2023-voorlopig"), (fine,), SPECS) is None


def test_a_delivery_without_wijken_keeps_the_digest_that_it_had_before_the_catalogue_knew_them() -> None:
    register = load_catalogue().register("VSLGWBTAB")

    def digest(wc: str) -> str:
        with duckdb.connect(":memory:") as connection:
            connection.execute("CREATE SCHEMA y2023")
            columns = f"'D' AS soortobjectnummer, i AS object_id, 363::USMALLINT AS gem{wc}"
            connection.execute(f"CREATE TABLE y2023.vslgwbtab AS SELECT {columns} FROM range(9) t(i)")
            if not wc:
                register_before = register.model_copy(
                    update={"columns": tuple(column for column in register.columns if column.only_for is None)}
                )
                return table_digest(Warehouse(connection), "y2023", register_before).value
            return table_digest(Warehouse(connection), "y2023", register).value

    assert digest(", NULL::VARCHAR AS wc") == digest("")
    assert digest(", CASE WHEN i = 3 THEN '036300' END AS wc") != digest("")
