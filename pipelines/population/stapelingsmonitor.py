"""The themes of the Stapelingsmonitor, one row per person in the BRP on the peildatum, made when they are asked for.

What belongs here: who is in the monitor, and writing its delivery. What does not: what each theme says
(`stapelingsmonitor_themes.py`). Everything is read from the component files of the same delivery: the monitor is a
second form of the same files, and never a second invention.
"""

from pathlib import Path

import duckdb

from pipelines.population.coverage import delivering
from pipelines.population.settings import PopulationSettings
from pipelines.population.stapelingsmonitor_themes import Columns, themes
from pipelines.population.tables import DeliveredTable
from pipelines.population.uniforms import doubles
from pipelines.population.writing import quoted, write_manifest, write_table
from pipelines.progress import Progress

NOT_IN_MONITOR = "Niet in populatie stapelingsmonitor"
"""What stands in every text of who is in the BRP without a known gemeente."""

Files = dict[str, str]
"""Register -> SQL of its delivered rows."""


def write_monitor(
    connection: duckdb.DuckDBPyConnection,
    components: tuple[DeliveredTable, ...],
    settings: PopulationSettings,
    making: Path,
    progress: Progress,
) -> None:
    """Write the fifteen themes and their manifest below `making/stapelingsmonitor`, from the component files that stand
    written below `making`."""
    files = {table.register: _rows(table, settings, making) for table in components}
    connection.execute(f"CREATE OR REPLACE TABLE monitor AS {_monitor_sql(files, settings)}")
    written: list[DeliveredTable] = []
    for theme in themes(settings.peiljaar):
        progress(f"population: write {theme.register}")
        folder = f"Maatwerk/STAPELINGSMONITOR_THEMA/{theme.stem}"
        table = DeliveredTable(
            theme.register,
            "stapelingsmonitor",
            folder,
            f"{theme.stem}{settings.peiljaar}V1",
            _theme_sql(theme.columns, files, settings.peiljaar),
            settings.peiljaar * 10_000 + 101,
        )
        write_table(connection, table, making / "stapelingsmonitor", settings.file_format)
        written.append(table)
    connection.execute("DROP TABLE monitor")
    write_manifest(connection, "stapelingsmonitor", tuple(written), settings, making / "stapelingsmonitor")


def _rows(table: DeliveredTable, settings: PopulationSettings, making: Path) -> str:
    if settings.file_format != "parquet":
        return f"({table.sql})"
    # What was written is read back faster than it is made again.
    return f"read_parquet('{quoted(making / table.delivery / table.folder / f'{table.stem}.parquet')}')"


def _monitor_sql(files: Files, settings: PopulationSettings) -> str:
    """`monitor`: rin, gem (code of four digits, NULL when it is not known), wmo (did the gemeente deliver?), and whether
    the person is in the population (`member`). Everybody with an address on the peildatum who stands in the persons."""
    delivered = ", ".join(f"'{code[2:]}'" for code in delivering("WMOBUS", settings.peiljaar))
    gem = f'"gem{settings.peiljaar}"'
    return doubles(f"""
        SELECT rin, gem, gem IS NOT NULL AS member, coalesce(gem IN ({delivered}), false) AS wmo
        FROM (
            SELECT a.RINPERSOON AS rin, nullif(o.gem, '----') AS gem
            FROM {files["GBAADRESOBJECTBUS"]} a
            SEMI JOIN (SELECT RINPERSOON FROM {files["GBAPERSOONTAB"]} WHERE RINPERSOONS = 'R') p USING (RINPERSOON)
            LEFT JOIN (
                SELECT SOORTOBJECTNUMMER, RINOBJECTNUMMER, {gem} AS gem FROM {files["VSLGWBTAB"]}
                UNION ALL
                SELECT SOORTOBJECTNUMMER, RINOBJECTNUMMER, {gem} FROM {files["NIETVSLGWBTAB"]}
            ) o USING (SOORTOBJECTNUMMER, RINOBJECTNUMMER)
            WHERE a.RINPERSOONS = 'R' AND a.GBADATUMAANVANGADRESHOUDING <= '{settings.last_day}'
                AND a.GBADATUMEINDEADRESHOUDING >= '{settings.last_day}'
        )
    """)


def _theme_sql(columns: Columns, files: Files, year: int) -> str:
    """The rows of a theme: the monitor, and beside it what each component file says of a person, in one row."""
    joins: list[str] = []
    for register in sorted({column.register for column in columns if column.register}):
        asked = ", ".join(f"{column.of_rows} AS {column.name}" for column in columns if column.register == register)
        joins.append(
            f"LEFT JOIN (SELECT RINPERSOON AS rin, {asked} FROM {files[register]} WHERE RINPERSOONS = 'R' "
            f"GROUP BY RINPERSOON) {register} USING (rin)"
        )
    values = ", ".join(
        f'{_value(column.said, column.is_number)} AS "{column.name}_{year}"' for column in columns if column.said
    )
    return doubles(
        f'SELECT \'R\' AS "RINPERSOONS", m.rin AS "RINPERSOON", {values} FROM monitor m {" ".join(joins)} ORDER BY m.rin'
    )


def _value(said: str, is_number: bool) -> str:
    """Numbers are empty where nothing is known, texts say so."""
    if is_number:
        return f"CASE WHEN m.member THEN {said} END"
    return f"CASE WHEN m.member THEN coalesce({said}, 'NA') ELSE '{NOT_IN_MONITOR}' END"
