"""The store of the review: append-only, chained, told in words when it is damaged; and who may get an account."""

from pathlib import Path

import pytest
from sqlalchemy import text

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.chain import next_line, verify
from pipelines.datacenter.review.events import Voted
from pipelines.datacenter.review.tables import open_engine
from pipelines.errors import RoomError, UserError
from tests.review.scene import NAME, PASSWORD, Scene, make_scene


@pytest.mark.parametrize("table", ["audit", "duiding"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET at = 'x'", "DELETE FROM {table}"])
def test_a_line_is_never_changed_or_removed(scene: Scene, table: str, statement: str) -> None:
    scene.store.add_duiding("dina", "2023-voorlopig/1.0.0", {"tekst": "t"})
    before = scene.store.verify()

    with pytest.raises(RoomError, match="the review database refused"), scene.store.writing() as connection:
        connection.execute(text(statement.format(table=table)))

    assert scene.store.verify() == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit SET content = '{}' WHERE seq = 2",
        "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET subject = 'x' WHERE seq = 3",
    ],
)
def test_a_change_behind_the_triggers_is_found_when_it_is_opened(scene: Scene, damage: str) -> None:
    scene.approve()
    with scene.store.writing() as connection:
        for trigger in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_no_{trigger}"))
        connection.execute(text(damage))

    with pytest.raises(RoomError, match=r"was changed: line [23] does not follow"):
        scene.store.verify()


def test_a_changed_duiding_is_found(scene: Scene) -> None:
    scene.store.add_duiding("dina", "2023-voorlopig/1.0.0", {"tekst": "zoals het was"})
    with scene.store.writing() as connection:
        connection.execute(text("DROP TRIGGER duiding_no_update"))
        connection.execute(text("UPDATE duiding SET content = '{}'"))

    with pytest.raises(RoomError, match="duiding 1 is not as it was added"):
        scene.store.verify()


def test_a_cut_off_audit_shows_against_the_head_of_a_publication(scene: Scene) -> None:
    scene.approve()
    head = scene.store.verify()
    with scene.store.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"))

    scene.store.verify()
    with pytest.raises(RoomError, match="not the one that 2023-voorlopig"):
        scene.store.verify({"2023-voorlopig 1.0.0": head})


def test_the_hash_covers_every_field() -> None:
    first = next_line(None, "t", "a", "k", "s", {"x": 1})
    others = [
        next_line(None, "u", "a", "k", "s", {"x": 1}),
        next_line(None, "t", "b", "k", "s", {"x": 1}),
        next_line(None, "t", "a", "l", "s", {"x": 1}),
        next_line(None, "t", "a", "k", "z", {"x": 1}),
        next_line(None, "t", "a", "k", "s", {"x": 2}),
        next_line(None, "t", "ak", "", "s", {"x": 1}),
    ]

    assert verify([first]) == first.hash
    assert len({line.hash for line in (first, *others)}) == 7


def test_a_refused_event_leaves_nothing_behind(scene: Scene) -> None:
    scene.submit()
    before = scene.store.verify()

    with pytest.raises(UserError):
        scene.record(Voted("mila", "CBS", "x", "goedkeuren", "r"))

    assert scene.store.verify() == before


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path, scene: Scene) -> None:
    scene.approve()
    world = scene.store.world()

    again = make_scene(tmp_path)

    assert again.store.world() == world


def test_a_real_database_is_no_demonstration_and_the_other_way_round(scene: Scene) -> None:
    with pytest.raises(RoomError, match="Votes of a demonstration never count"):
        scene.store.prepare(demonstration=True)


@pytest.mark.parametrize("url", ["mysql://user:geheim@host/db", "oracle://user:geheim@host/db"])
def test_another_kind_of_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UserError, match=r"postgresql\+psycopg") as refused:
        open_engine(url)

    assert "geheim" not in str(refused.value)


def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(RoomError, match="OperationalError") as refused:
        make_scene(tmp_path, "postgresql+psycopg://somebody:geheim@127.0.0.1:1/nothing?connect_timeout=2")

    assert "geheim" not in str(refused.value)
    assert refused.value.__context__ is None


def test_the_database_file_is_for_its_owner_only(scene: Scene) -> None:
    assert scene.root.beoordeling.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Carla"}, "small letters"),
        ({"name": "c"}, "small letters"),
        ({"name": "x\nset-cookie"}, "small letters"),
        ({"role": "koning"}, "no role 'koning'"),
        ({"person": "regel\neinde"}, "readable characters"),
        ({"person": "Iemand  VERZONNEN"}, "has an account already"),
        ({"name": "iemand"}, "exists"),
        ({"password": "kort"}, "12 to 200"),
        ({"password": "aaaaaaaaaaaaaaa"}, "repeats itself"),
    ],
)
def test_an_account_that_cannot_be_is_refused(scene: Scene, changes: dict[str, str], words: str) -> None:
    given = {"name": "nieuw", "person": "Nieuw Mens", "organisation": "CBS", "role": "maker", "password": PASSWORD}
    scene.accounts.add("iemand", "Iemand Verzonnen", "VWS", "maker", PASSWORD, by="test")

    with pytest.raises(UserError, match=words):
        scene.accounts.add(**(given | changes), by="test")

    assert [account.name for account in scene.accounts.people.all()] == ["iemand"]


def test_passwords_are_kept_as_argon2id_and_in_no_line(scene: Scene) -> None:
    scene.hire()

    account = scene.accounts.people.find("carla")
    lines = "".join(f"{line}" for line in scene.store.lines())

    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in lines
    assert "argon2" not in lines
    assert "argon2" not in repr(account)


def said(**changes: object) -> duiding.Duiding:
    given: dict[str, object] = {
        "release_id": NAME[0], "trekking": 1, "persona": "p", "regio": "GM0014", "jaar": 2023, "herkenning": "herkenbaar",
        "soort": "let_op", "knelpunt": "", "mechanismen": (), "leerorde": "", "tekst": "t", "bron": "loket", "naam": "n",
        "functie": "f", "organisatie": "o",
    }  # fmt: skip
    return duiding.Duiding(**(given | changes))  # type: ignore[arg-type]


def test_one_who_wrote_a_duiding_does_not_clear_it(scene: Scene) -> None:
    number = duiding.add(scene.store, "lars", "2023-voorlopig/1.0.0", said())

    with pytest.raises(UserError, match="Een ander leest haar na"):
        duiding.judge(scene.store, "lars", number, ok=True, reason="")
    assert duiding.all_kept(scene.store)[0].waits
