"""The demonstration: accounts that everybody may use, on synthetic data, in a database of its own.

What belongs here: those accounts, and refusing them anywhere else. What does not: approvals of a demonstration; people
give those, by clicking, and they count for nothing real.
"""

from dataclasses import dataclass

from argon2 import PasswordHasher

from pipelines.datacenter.review.accounts import Accounts
from pipelines.errors import RoomError
from pipelines.rooms import DataRoot, Purpose

PASSWORD = "synthetisch-oefenen"  # noqa: S105
"""Of every account of the demonstration; shown on the page where one signs in."""

ACCOUNTS: tuple[tuple[str, str, str, str], ...] = (
    ("maker", "Mila Maker (verzonnen)", "Blinde Vlek", "maker"),
    ("cbs", "Carla Beoordelaar (verzonnen)", "CBS", "beoordelaar_cbs"),
    ("vws", "Victor Beoordelaar (verzonnen)", "VWS", "beoordelaar_vws"),
    ("duider", "Dina Duider (verzonnen)", "Gemeente Voorbeeld", "duider"),
    ("lezer", "Lars Lezer (verzonnen)", "SCP", "tweede_lezer"),
    ("beheerder", "Bo Beheerder (verzonnen)", "Blinde Vlek", "beheerder"),
)
"""Name, person, organisation, role."""


@dataclass(frozen=True)
class Demonstration:
    """What the page where one signs in shows."""

    password: str
    accounts: tuple[tuple[str, str, str, str], ...]


DEMONSTRATION = Demonstration(PASSWORD, ACCOUNTS)


def require_synthetic(root: DataRoot, purpose: Purpose | None, synthetic: bool) -> None:
    """Raise RoomError unless the data root is a synthetic one: its key was made for synthetic data (a real delivery
    refuses such a key), and every bundle in it is synthetic."""
    if purpose != "synthetic" or not synthetic:
        raise RoomError(
            f"{root.path} is not a synthetic data root: its key was not made for synthetic data, or a release in it is not "
            "synthetic. A demonstration has accounts that everybody knows, so it is for synthetic data only."
        )


def add_accounts(accounts: Accounts) -> None:
    """Make the accounts of the demonstration that are not there yet."""
    known = {account.name for account in accounts.people.all()}
    for name, person, organisation, role in ACCOUNTS:
        if name not in known:
            accounts.add(name, person, organisation, role, PASSWORD, by="demonstration")


def cheap_hasher() -> PasswordHasher:
    """For passwords that everybody knows, a hash need not be slow."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
