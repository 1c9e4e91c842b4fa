"""The people of a synthetic delivery: addresses, households and keys that hold together."""

from pathlib import Path

import duckdb
import pytest

from tests.unit.delivered_files import (
    NAMES,
    SCALE,
    UNUSABLE,
    column_names,
    entry_of,
    file_of,
    people_of,
    person_key,
)


@pytest.mark.parametrize("name", ["GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS", "SECMBUS"])
def test_spells_of_one_person_do_not_overlap(delivered: Path, connection: duckdb.DuckDBPyConnection, name: str) -> None:
    begin, end = (entry_of(name)["spell"][part] for part in ("begin", "end"))
    overlapping = connection.execute(f"""
        SELECT count(*) FROM (
            SELECT "{end}" >= lead("{begin}") OVER (PARTITION BY rinpersoons, rinpersoon ORDER BY "{begin}") AS too_early
            FROM read_parquet('{file_of(delivered, name)}')
        ) WHERE too_early
    """)
    assert overlapping.fetchall() == [(0,)]


def test_everybody_registered_has_one_address_one_household_and_one_gemeente(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    files = {name: f"read_parquet('{file_of(delivered, name)}')" for name in NAMES}
    row = connection.execute(f"""
        WITH here AS (
            SELECT rinpersoon, soortobjectnummer, rinobjectnummer FROM {files["GBAADRESOBJECTBUS"]}
            WHERE gbadatumeindeadreshouding = '20231231'
        ), objects AS (
            SELECT soortobjectnummer, rinobjectnummer, gem2023 FROM {files["VSLGWBTAB"]}
            UNION ALL SELECT soortobjectnummer, rinobjectnummer, gem2023 FROM {files["NIETVSLGWBTAB"]}
        )
        SELECT count(*), count(DISTINCT h.rinpersoon), count(gem2023), count(p.rinpersoon), count(b.rinpersoon)
        FROM here h
        LEFT JOIN objects USING (soortobjectnummer, rinobjectnummer)
        LEFT JOIN {files["GBAPERSOONTAB"]} p ON p.rinpersoon = h.rinpersoon
        LEFT JOIN {files["GBAHUISHOUDENSBUS"]} b ON b.rinpersoon = h.rinpersoon AND b.datumeindehh = '20231231'
    """).fetchall()[0]
    assert len(set(row)) == 1
    everybody = connection.execute(f"SELECT count(*) FROM {files['GBAPERSOONTAB']}").fetchall()[0][0]
    # Who left in eight years before the first peiljaar, and since.
    assert 1.05 < everybody / row[0] < 1.15


def test_households_hold_together(delivered: Path, connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(f"""
        WITH now AS (
            SELECT h.*, 2023 - try_cast(gbageboortejaar AS INTEGER) AS age
            FROM read_parquet('{file_of(delivered, "GBAHUISHOUDENSBUS")}') h
            JOIN read_parquet('{file_of(delivered, "GBAPERSOONTAB")}') p USING (rinpersoon)
            WHERE datumeindehh = '20231231'
        )
        SELECT
            bool_and(members = said) AS sizes, bool_and(types = 1) AS one_type,
            bool_and(CASE typhh WHEN '1' THEN members = 1 WHEN '2' THEN members = 2 AND partners = 2
                WHEN '3' THEN members = 2 AND partners = 2 WHEN '4' THEN partners = 2 AND children > 0
                WHEN '5' THEN partners = 2 AND children > 0 WHEN '6' THEN parents = 1 AND children > 0
                ELSE partners + children + parents = 0 END) AS composed,
            avg((coalesce(oldest_child, 0) + 14 <= coalesce(youngest_parent, 99))::INTEGER) > 0.99 AS generations
        FROM (
            SELECT huishoudnr, datumaanvanghh, any_value(typhh) AS typhh, count(DISTINCT typhh) AS types,
                count(*) AS members, any_value(aantalpershh) AS said,
                count(*) FILTER (plhh IN ('3', '4', '5', '6')) AS partners, count(*) FILTER (plhh = '1') AS children,
                count(*) FILTER (plhh = '7') AS parents, max(age) FILTER (plhh = '1') AS oldest_child,
                min(age) FILTER (plhh IN ('5', '6', '7')) AS youngest_parent
            FROM now GROUP BY huishoudnr, datumaanvanghh
        )
    """).fetchall()
    assert wrong == [(True, True, True, True)]


def test_nobody_has_a_spell_of_address_or_household_before_birth(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    for name, begin in (
        ("GBAADRESOBJECTBUS", "gbadatumaanvangadreshouding"),
        ("GBAHUISHOUDENSBUS", "datumaanvanghh"),
    ):
        early = connection.execute(f"""
            SELECT count(*) FROM read_parquet('{file_of(delivered, name)}')
            JOIN read_parquet('{file_of(delivered, "GBAPERSOONTAB")}') USING (rinpersoon)
            WHERE "{begin}"[1:6] < gbageboortejaar || gbageboortemaand AND gbageboortejaar <> '----'
                AND gbageboortemaand <> '--'
        """)
        assert early.fetchall() == [(0,)], name


def test_people_outside_the_brp_are_in_registers_and_nowhere_else(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    frame = ("GBAPERSOONTAB", "GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")
    outside: set[str] = set()
    for name in NAMES:
        kind, rin = person_key(name)
        if kind not in column_names(entry_of(name)):
            continue
        found = connection.execute(
            f"SELECT DISTINCT {rin} FROM read_parquet('{file_of(delivered, name)}') WHERE {kind} <> 'R'"
        ).fetchall()
        numbers = {rin for (rin,) in found} - set(UNUSABLE)
        if name in frame:
            assert not numbers
        outside |= numbers
    registered = {
        rin
        for (rin,) in connection.execute(
            f"SELECT rinpersoon FROM read_parquet('{file_of(delivered, 'GBAPERSOONTAB')}')"
        ).fetchall()
    }
    assert len(outside) == 25_000 * SCALE
    assert not outside & registered


def test_numbers_of_persons_show_no_order(delivered: Path, connection: duckdb.DuckDBPyConnection) -> None:
    # Ranks of a random order correlate with the row by N(0, 1/n): 6 standard errors is one false alarm in 5e8.
    correlation, rows = connection.execute(f"""
        SELECT corr(rinpersoon::BIGINT, file_row_number), count(*)
        FROM read_parquet('{file_of(delivered, "GBAPERSOONTAB")}', file_row_number = true)
    """).fetchall()[0]
    assert abs(correlation) < 6 / rows**0.5


def test_some_people_move_twice_in_the_year(delivered: Path, connection: duckdb.DuckDBPyConnection) -> None:
    once, twice, more = connection.execute(f"""
        SELECT avg((moves >= 1)::INTEGER), avg((moves >= 2)::INTEGER), avg((moves >= 3)::INTEGER)
        FROM (
            SELECT count(*) FILTER (gbadatumaanvangadreshouding > '2023' AND age > 0) AS moves
            FROM {people_of(delivered)} JOIN read_parquet('{file_of(delivered, "GBAADRESOBJECTBUS")}') USING (rinpersoon)
            GROUP BY rinpersoon
        )
    """).fetchall()[0]

    assert 0.05 < once < 0.12
    assert 0.002 < twice < 0.010
    # Who came from another gemeente may move again within the year, as may their household.
    assert more < 0.001


def test_some_lone_parents_and_people_alone_lived_with_a_partner_within_two_years(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    alone, parents, others = connection.execute(f"""
        SELECT avg(parted::INTEGER) FILTER (plhh = '2'), avg(parted::INTEGER) FILTER (plhh = '7'),
            count(*) FILTER (parted AND plhh IN ('1', '8', '9', '10'))
        FROM (
            SELECT p.plhh, EXISTS (
                SELECT 1 FROM read_parquet('{file_of(delivered, "GBAHUISHOUDENSBUS")}') b
                WHERE b.rinpersoon = p.rinpersoon AND b.plhh IN ('3', '4', '5', '6') AND b.datumeindehh BETWEEN '20220101' AND '20231230'
            ) AS parted
            FROM {people_of(delivered)} p
        )
    """).fetchall()[0]

    assert 0.01 < alone < 0.03
    assert 0.03 < parents < 0.06
    assert others == 0
