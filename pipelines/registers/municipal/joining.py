"""The queries that join sealed deliveries to the linkage table, set-based, inside the encrypted warehouse.

What belongs here: SQL over temporary tables, and what is written of them. What does not: which deliveries and tables fit
(`link.py`).
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.private_files import make_private_folder
from pipelines.registers.catalogue_model import Register
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.sealed import GEMEENTE, Sealed
from pipelines.registers.municipal.template import Layout
from pipelines.warehouse import ALIAS, Warehouse, parquet_options, parquet_relation


def join_register(
    warehouse: Warehouse,
    layout: Layout,
    items: list[Sealed],
    making: Path,
    version: int,
    peiljaar: int,
    keys: Mapping[str, MunicipalKey],
) -> None:
    """One set-based query: rows of all gemeenten, joined to the linkage table of their key."""
    register = layout.register
    columns = ", ".join(f'"{name}"' for name in (*(column.name for column in layout.columns), GEMEENTE))
    sources = []
    for key_id, found in groupby(
        sorted(items, key=lambda item: item.manifest.key_id), lambda item: item.manifest.key_id
    ):
        paths = [item.rows for item in found]
        relation = parquet_relation(*paths, key_name=keys[key_id].file_key.name)
        sources.append(f"SELECT '{key_id}' AS key_id, pseudonym, {columns} FROM {relation}")
    warehouse.run(
        f"CREATE OR REPLACE TEMP TABLE joined_{register.table} AS "
        f"SELECT l.rinpersoons, l.rinpersoon, s.* FROM ({' UNION ALL '.join(sources)}) s "
        f"LEFT JOIN (SELECT * FROM linkage WHERE upper(register) = '{register.name}') l USING (key_id, pseudonym)",
        step=f"linking {register.name}",
    )
    _check_origin(warehouse, register, items)
    path = making / register.theme / f"{register.name}{peiljaar}V{version}.parquet"
    make_private_folder(path.parent)
    _copy(
        warehouse,
        f"SELECT rinpersoons, rinpersoon, {columns} FROM joined_{register.table} WHERE rinpersoon IS NOT NULL",
        path,
    )


def _check_origin(warehouse: Warehouse, register: Register, items: list[Sealed]) -> None:
    """Raise DeliveryError when rows name a gemeente that did not say it has any."""
    speaking = {item.manifest.gemeente for item in items if not item.manifest.nothing_to_report}
    query = f"SELECT DISTINCT {GEMEENTE} FROM joined_{register.table}"
    if {f"GM{number}" for (number,) in warehouse.rows(query, step=f"origin of {register.name}")} != speaking:
        raise DeliveryError(
            f"{register.name}: the rows and the manifests do not name the same gemeenten. Ask for the deliveries again. "
            "Nothing was changed."
        )


def _copy(warehouse: Warehouse, query: str, path: Path) -> None:
    place = str(path).replace("'", "''")
    warehouse.run(f"COPY ({query}) TO '{place}' ({parquet_options(ALIAS)})", step="writing what was linked")


def unlinkable_report(warehouse: Warehouse, names: Iterable[str]) -> str:
    """Per register and gemeente how many rows could not be linked: exact, for people inside the kluis."""
    lines = ["register;gemeente;rows;unlinkable"]
    for name in names:
        rows = warehouse.rows(
            f"SELECT {GEMEENTE}, count(*), count(*) FILTER (rinpersoon IS NULL) FROM joined_{name.lower()} "
            "GROUP BY ALL ORDER BY ALL",
            step=f"unlinkable rows of {name}",
        )
        lines += [f"{name};GM{gemeente};{total};{lost}" for gemeente, total, lost in rows]
    return "\n".join(lines) + "\n"


def refuse_strangers(warehouse: Warehouse, names: Iterable[str], report: Path) -> None:
    """Raise DeliveryError when no row of some gemeente links: its silence would read as "nobody here has this"."""
    strange = any(
        warehouse.rows(
            f"SELECT 1 FROM joined_{name.lower()} GROUP BY {GEMEENTE} HAVING count(rinpersoon) = 0 LIMIT 1",
            step=f"unlinkable rows of {name}",
        )
        for name in names
    )
    if strange:
        raise DeliveryError(
            "of some gemeente not one row could be linked, so the linkage table was made for other people or another year. "
            f"Which one is in the kluis: reports/{report.name}. Ask CBS, or move that delivery away. Nothing was changed."
        )


def keep_unlinkable(warehouse: Warehouse, names: Iterable[str], folder: Path) -> None:
    """Keep the rows without a RIN apart, encrypted: nobody can bound what they contribute, so they are never counted."""
    make_private_folder(folder)
    for name in names:
        query = f"SELECT * EXCLUDE (rinpersoons, rinpersoon) FROM joined_{name.lower()} WHERE rinpersoon IS NULL"
        _copy(warehouse, query, folder / f"{name}.parquet")
