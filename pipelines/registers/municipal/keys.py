"""Keys of municipal deliveries: making, reading, replacing and sharing them.

What belongs here: key files, 0600, outside the data root. What does not: what is computed with a key (`pseudonyms.py`).

One key file holds two secrets. With the first, pseudonyms are made; only who makes them has it: the gemeenten that
deliver together, and CBS for its linkage table. The second opens what was sealed; the kluis gets a file with that one
only, so nobody in the kluis can turn a BSN into a pseudonym.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import RoomError
from pipelines.private_files import is_secret, secret_record, why_no_secret, write_secret
from pipelines.rooms import PURPOSES, Purpose
from pipelines.warehouse import FileKey, file_key

_WHAT = "key of municipal deliveries"
_VARIABLE = "BLINDEVLEK_MUNICIPAL_KEY_FILES"
KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class MunicipalKey:
    """A key: its public id and check value, what it may be used for, and its secrets (never shown).

    `pseudonym` is empty in a file that only opens. `replaces`: the id of the key before it.
    """

    key_id: str
    purpose: Purpose
    check: str
    opening: str = field(repr=False)
    pseudonym: str = field(repr=False, default="")
    replaces: str = ""

    @property
    def makes_pseudonyms(self) -> bool:
        return bool(self.pseudonym)

    @property
    def file_key(self) -> FileKey:
        """The key of the encrypted Parquet in a sealed delivery."""
        return file_key(f"municipal_{self.key_id}", self.opening, "parquet of a municipal delivery")


def check_value(secret: str, key_id: str) -> str:
    """The check value of a key: it tells two keys apart and nothing about either (HMAC-SHA-256, first 64 bits)."""
    return hmac.digest(bytes.fromhex(secret), f"blindevlek/check value/1/{key_id}".encode(), "sha256").hex()[:16]


def make_municipal_key(path: Path, purpose: Purpose, replaces: str = "") -> MunicipalKey:
    """Write a new random key with an id of its own; raise RoomError when a file is there already."""
    key_id, pseudonym = secrets.token_hex(4), secrets.token_hex(32)
    key = MunicipalKey(key_id, purpose, "", secrets.token_hex(32), pseudonym, replaces)
    del pseudonym
    return _written(path, _with_check(key))


def rotate(old: Path, new: Path) -> MunicipalKey:
    """Make the key that comes after another, of the same purpose; the old file stays as it is."""
    before = read_municipal_key(old)
    return make_municipal_key(new, before.purpose, before.key_id)


def share(full: Path, opening_only: Path) -> MunicipalKey:
    """Write a file for the kluis: it opens and recognises what was made with this key, and makes no pseudonyms."""
    key = read_municipal_key(full)
    return _written(opening_only, MunicipalKey(key.key_id, key.purpose, key.check, key.opening, "", key.replaces))


def read_municipal_key(path: Path) -> MunicipalKey:
    """Read a key file; raise RoomError, which holds nothing of it, when it cannot be used."""
    if why := why_no_secret(path):
        raise RoomError(f"{why} `blindevlek municipal key new` makes one; {_VARIABLE} or --key-file names its place.")
    key = _key_in(path)
    if key is None:
        raise RoomError(
            f"{path} is not a key file of municipal deliveries, or it is damaged: its check value does not fit its key. "
            "Take it again from whoever made it (`blindevlek municipal key share`), or from its copy."
        )
    return key


def read_municipal_keys(paths: Sequence[Path]) -> dict[str, MunicipalKey]:
    """All given keys by id. Raises RoomError when there is none, or two different ones bear the same id."""
    if not paths:
        raise RoomError(
            f"no key of municipal deliveries was given. Name its file with --key-file, or in {_VARIABLE}; the key itself "
            "is never typed. `blindevlek municipal key new --purpose real --file FILE` makes one."
        )
    found: dict[str, MunicipalKey] = {}
    for path in paths:
        key = read_municipal_key(path)
        if key.key_id in found and found[key.key_id].check != key.check:
            raise RoomError(
                f"two different keys bear the id {key.key_id}: give the one that the deliveries were made with."
            )
        found[key.key_id] = key
    return found


def the_pseudonym_key(paths: Sequence[Path]) -> MunicipalKey:
    """The one key to make pseudonyms with; raise RoomError when there are several, or it only opens."""
    keys = read_municipal_keys(paths)
    if len(keys) > 1:
        raise RoomError(
            f"several keys were given ({', '.join(sorted(keys))}), and a delivery is made with one. Name it with "
            "--key-file: the newest, unless CBS still links with the one before."
        )
    (key,) = keys.values()
    if not key.makes_pseudonyms:
        raise RoomError(
            f"key {key.key_id} only opens deliveries. Pseudonyms are made with the full key file, which stays with the "
            "gemeenten and CBS."
        )
    return key


def _with_check(key: MunicipalKey) -> MunicipalKey:
    check = check_value(key.pseudonym, key.key_id)
    return MunicipalKey(key.key_id, key.purpose, check, key.opening, key.pseudonym, key.replaces)


def _written(path: Path, key: MunicipalKey) -> MunicipalKey:
    record = {"what": _WHAT, **{name: value for name, value in vars(key).items() if value}}
    why = write_secret(path, record)
    del record
    if why:
        raise RoomError(why)
    return key


def _key_in(path: Path) -> MunicipalKey | None:
    """The key in a file, or None: what raises does not hold the secrets."""
    record = secret_record(path) or {}
    key_id, purpose, check = (record.get(name) for name in ("key_id", "purpose", "check"))
    opening, pseudonym = record.get("opening"), record.get("pseudonym", "")
    sound = (
        record.get("what") == _WHAT
        and isinstance(key_id, str)
        and KEY_ID.fullmatch(key_id) is not None
        and purpose in PURPOSES
        and isinstance(check, str)
        and is_secret(opening)
        and (pseudonym == "" or (is_secret(pseudonym) and check_value(pseudonym, key_id) == check))
    )
    if not sound:
        return None
    named: Purpose = "real" if purpose == "real" else "synthetic"
    return MunicipalKey(str(key_id), named, str(check), str(opening), str(pseudonym), str(record.get("replaces", "")))
