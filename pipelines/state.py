"""What has been done: one row per step and peiljaar, with the fingerprint of its input.

What belongs here: remembering and asking. What does not: deciding what a fingerprint covers (each step does).
"""

import hashlib

from pipelines.errors import UserError
from pipelines.warehouse import Warehouse, text_literal

_TABLE = "kluis.main.steps"


def fingerprint(*parts: str) -> str:
    """SHA-256 over texts, in order."""
    seen = hashlib.sha256()
    for part in parts:
        seen.update(len(part).to_bytes(8, "big") + part.encode())
    return seen.hexdigest()


def prepare_state(warehouse: Warehouse) -> None:
    """Make the table of steps when it is not there."""
    warehouse.run(
        f"CREATE TABLE IF NOT EXISTS {_TABLE} (step VARCHAR, peiljaar INTEGER, fingerprint VARCHAR, "
        "PRIMARY KEY (step, peiljaar))",
        step="prepare the state",
    )


def is_done(warehouse: Warehouse, step: str, peiljaar: int, wanted: str) -> bool:
    """Was this step done on exactly this input?"""
    found = warehouse.rows(
        f"SELECT fingerprint FROM {_TABLE} WHERE step = {text_literal(step)} AND peiljaar = {peiljaar:d}",
        step="read the state",
    )
    return found == [(wanted,)]


def done_on(warehouse: Warehouse, step: str, peiljaar: int) -> str:
    """The fingerprint a step was done on; raise UserError when it was not done yet."""
    found = warehouse.rows(
        f"SELECT fingerprint FROM {_TABLE} WHERE step = {text_literal(step)} AND peiljaar = {peiljaar:d}",
        step="read the state",
    )
    if not found:
        raise UserError(
            f"the step '{step}' of peiljaar {peiljaar} was not done yet, and this one rests on it. "
            "`blindevlek run` does all steps in order."
        )
    return str(found[0][0])


def mark_done(warehouse: Warehouse, step: str, peiljaar: int, done: str) -> None:
    """Remember that a step was done; call it inside the transaction of the step."""
    warehouse.run(
        f"INSERT OR REPLACE INTO {_TABLE} VALUES ({text_literal(step)}, {peiljaar:d}, {text_literal(done)})",
        step="write the state",
    )


def forget_year(warehouse: Warehouse, peiljaar: int) -> None:
    """Forget every step of a peiljaar: what was built on other deliveries is gone."""
    warehouse.run(
        f"DELETE FROM {_TABLE} WHERE peiljaar = {peiljaar:d}",
        step="forget the steps",
    )


def forget(warehouse: Warehouse, step: str, peiljaar: int) -> None:
    """Forget a step, so that it runs again."""
    warehouse.run(
        f"DELETE FROM {_TABLE} WHERE step = {text_literal(step)} AND peiljaar = {peiljaar:d}",
        step="forget a step",
    )
