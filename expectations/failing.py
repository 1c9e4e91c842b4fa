"""Writing the keys of failing rows, for an analyst inside the kluis who mends the data.

What belongs here: the one file with row keys that checks make. What does not: showing anything of it.
"""

from collections.abc import Sequence
from pathlib import Path

from expectations.ground import everything, look
from expectations.rules import Rule
from expectations.runner import all_rules
from pipelines.errors import UserError, nearest
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import Catalogue
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import open_warehouse

MOST_KEYS = 100_000
"""Keys written per rule: enough to see what is wrong, and no second copy of a register."""


def failing_rows(
    root: DataRoot,
    key: WarehouseKey,
    catalogue: Catalogue,
    indicators: Indicators,
    rule_ids: Sequence[str],
    peiljaar: int,
) -> Path:
    """Write the keys of the rows that fail some rules to `kluis/reports/check-<peiljaar>.csv` (`rule;key`).

    Keys are RINs and other key columns: the file never leaves the kluis. It replaces the one before. Raises
    UserError for a rule that does not exist or has no rows to show, KluisError when a table is not there.
    """
    root.reports.mkdir(parents=True, exist_ok=True)
    path = root.reports / f"check-{peiljaar}.csv"
    quoted = str(path).replace("'", "''")
    with open_warehouse(root, key, read_only=True) as warehouse:
        ground = look(warehouse, catalogue, indicators, peiljaar)
        known = {rule.id: rule for rule in all_rules(ground)}
        named = {rule.id: rule for rule in all_rules(everything(catalogue, indicators, peiljaar))} | known
        queries = [_query(_find(rule_id, named)) for rule_id in rule_ids]
        warehouse.run(
            f"COPY ({' UNION ALL '.join(queries)}) TO '{quoted}' (FORMAT csv, HEADER, DELIMITER ';')",
            step=f"writing the failing keys of {', '.join(rule_ids)}",
        )
    path.chmod(0o600)
    return path


def _find(rule_id: str, known: dict[str, Rule]) -> Rule:
    if rule_id not in known:
        raise UserError(f"no rule '{rule_id}'.{nearest(rule_id, known)} `blindevlek check` names the rules that fail.")
    return known[rule_id]


def _query(rule: Rule) -> str:
    if rule.failing is None:
        raise UserError(f"{rule.id} speaks of the table as a whole ({rule.title}), so it has no rows to show.")
    return f"(SELECT '{rule.id}' AS rule, key FROM ({rule.failing}) ORDER BY key LIMIT {MOST_KEYS})"
