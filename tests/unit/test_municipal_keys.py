"""Keys of municipal deliveries: made once, read by their owner, never shown by anything."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import RoomError
from pipelines.registers.municipal.keys import (
    MunicipalKey,
    make_municipal_key,
    read_municipal_key,
    read_municipal_keys,
    rotate,
    share,
    the_pseudonym_key,
)
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from pipelines.rooms import make_key, read_key
from tests.municipal import everything_in, parts


@pytest.fixture
def full(tmp_path: Path) -> Path:
    make_municipal_key(tmp_path / "full.json", "synthetic")
    return tmp_path / "full.json"


def test_a_key_is_written_once_for_its_owner_and_read_back(full: Path) -> None:
    key = read_municipal_key(full)

    assert full.stat().st_mode & 0o777 == 0o600
    assert key.makes_pseudonyms
    with pytest.raises(RoomError, match="never overwritten"):
        make_municipal_key(full, "synthetic")


def test_what_is_shared_opens_and_makes_no_pseudonyms(full: Path, tmp_path: Path) -> None:
    key = read_municipal_key(full)

    share(full, tmp_path / "kluis.json")

    shared = read_municipal_key(tmp_path / "kluis.json")
    assert (shared.key_id, shared.check, shared.file_key) == (key.key_id, key.check, key.file_key)
    assert key.pseudonym not in (tmp_path / "kluis.json").read_text(encoding="utf-8")
    with pytest.raises(RoomError, match="only opens"):
        the_pseudonym_key([tmp_path / "kluis.json"])


def test_rotation_makes_a_new_key_beside_the_old_one(full: Path, tmp_path: Path) -> None:
    old = read_municipal_key(full)

    new = rotate(full, tmp_path / "next.json")

    assert new.key_id != old.key_id
    assert new.check != old.check
    assert (new.purpose, new.replaces) == (old.purpose, old.key_id)
    assert set(read_municipal_keys([full, tmp_path / "next.json"])) == {old.key_id, new.key_id}
    with pytest.raises(RoomError, match="several keys"):
        the_pseudonym_key([full, tmp_path / "next.json"])


def test_no_key_says_where_one_is_named() -> None:
    with pytest.raises(RoomError, match="BLINDEVLEK_MUNICIPAL_KEY_FILES"):
        read_municipal_keys([])


def test_two_keys_of_one_id_are_refused(full: Path, tmp_path: Path) -> None:
    other = json.loads(full.read_text(encoding="utf-8"))
    other.update(check="0" * 16)
    del other["pseudonym"]
    _write(tmp_path / "other.json", other)

    with pytest.raises(RoomError, match="bear the id"):
        read_municipal_keys([full, tmp_path / "other.json"])


def _write(path: Path, record: object) -> None:
    path.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
    path.chmod(0o600)


Damage = Callable[[dict[str, str]], object]
DAMAGE: dict[str, Damage] = {
    "half of it": lambda record: json.dumps(record)[:-30],
    "another check value": lambda record: {**record, "check": "0" * 16},
    "one character of the key": lambda record: {
        **record,
        "pseudonym": record["pseudonym"][:-1] + "0f"[record["pseudonym"][-1] == "0"],
    },
    "a short key": lambda record: {**record, "opening": record["opening"][:-2]},
    "a key in capitals": lambda record: {**record, "pseudonym": record["pseudonym"].upper() + "A"},
    "a number for a key": lambda record: {**record, "pseudonym": 12},
    "an id with a quote": lambda record: {**record, "key_id": "a'b"},
    "a purpose that is none": lambda record: {**record, "purpose": "fun"},
    "a list": lambda record: [record],
    "something else": lambda record: {**record, "what": "a letter"},
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_key_is_refused_and_nothing_shows_it(full: Path, tmp_path: Path, kind: str) -> None:
    record = json.loads(full.read_text(encoding="utf-8"))
    _write(tmp_path / "damaged.json", DAMAGE[kind](record))

    with pytest.raises(RoomError, match="not a key file of municipal deliveries") as caught:
        read_municipal_key(tmp_path / "damaged.json")

    told = everything_in(caught.value)
    assert [part for name in ("pseudonym", "opening") for part in parts(record[name]) if part in told] == []


def test_the_key_of_the_warehouse_is_no_key_of_deliveries_nor_the_other_way_round(full: Path, tmp_path: Path) -> None:
    warehouse = make_key(tmp_path / "warehouse.json", "synthetic")
    secret = json.loads(full.read_text(encoding="utf-8"))["pseudonym"]

    with pytest.raises(RoomError, match="not a key file of municipal") as first:
        read_municipal_key(tmp_path / "warehouse.json")
    with pytest.raises(RoomError, match="not a key file of blindevlek") as second:
        read_key(full)

    assert [part for part in parts(warehouse.secret) if part in everything_in(first.value)] == []
    assert [part for part in parts(secret) if part in everything_in(second.value)] == []


@pytest.mark.parametrize("read", [read_municipal_key, read_key])
def test_a_key_file_that_is_missing_a_folder_or_open_to_others_is_refused(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    _write(tmp_path / "open.json", {"purpose": "synthetic"})
    (tmp_path / "open.json").chmod(0o640)

    with pytest.raises(RoomError, match=r"no (key )?file"):
        read(tmp_path / "none.json")
    with pytest.raises(RoomError, match="a folder"):
        read(tmp_path)
    with pytest.raises(RoomError, match="chmod 600"):
        read(tmp_path / "open.json")


def test_nothing_that_a_key_says_of_itself_holds_a_secret(full: Path) -> None:
    key = read_municipal_key(full)

    told = f"{key!r} {key} {key.file_key!r} {Pseudonymiser(key, 'SCHULDHULP')!r}"

    assert [
        part for secret in (key.pseudonym, key.opening, key.file_key.secret) for part in parts(secret) if part in told
    ] == []


def test_a_pseudonym_belongs_to_one_register_and_one_key(full: Path, tmp_path: Path) -> None:
    old, new = read_municipal_key(full), rotate(full, tmp_path / "next.json")
    renamed = MunicipalKey("00000000", old.purpose, old.check, old.opening, old.pseudonym)

    made = {
        Pseudonymiser(key, register).pseudonym("999990019")
        for key in (old, new, renamed)
        for register in ("SCHULDHULP", "VROEGSIGNALERING")
    }

    assert len(made) == 6


def test_a_pseudonym_is_the_one_that_the_documents_show_to_cbs() -> None:
    """`docs/how-to/municipal-deliveries.md` has the same example, for who writes the other side."""
    key = MunicipalKey("0a1b2c3d", "synthetic", "", "00" * 32, "".join(f"{n:02x}" for n in range(32)))
    document = (Path(__file__).parents[2] / "docs/how-to/municipal-deliveries.md").read_text(encoding="utf-8")

    assert Pseudonymiser(key, "SCHULDHULP").pseudonym("001234560") in document
