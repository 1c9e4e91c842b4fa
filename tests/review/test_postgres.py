"""The same store on a real PostgreSQL: append-only, one writer at a time, the whole path from hand-in to openbaar.

Runs where TEST_POSTGRES_URL names a server that may be filled and emptied (`.ci/postgres start DIR` prints one).
"""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.review.tables import open_engine
from pipelines.errors import RoomError
from tests.review.browsing import PLACE, signed_in
from tests.review.scene import NAME, Scene, build_small_site, make_scene, write_small_bundle

URL = os.environ.get("TEST_POSTGRES_URL", "")

pytestmark = pytest.mark.skipif(
    not URL, reason="no TEST_POSTGRES_URL: `.ci/postgres start DIR` starts a throwaway server and prints it"
)


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Scene]:
    # A schema of its own, since tests run beside each other.
    schema = f"test_{secrets.token_hex(6)}"
    server = open_engine(URL)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    scene = make_scene(tmp_path, f"{URL}?options=-csearch_path%3D{schema}")
    write_small_bundle(scene.root)
    yield scene
    scene.store.engine.dispose()
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET at = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DELETE FROM duiding"]
)
def test_a_line_is_never_changed_or_removed(on_postgres: Scene, statement: str) -> None:
    on_postgres.store.add_duiding("dina", "2023-voorlopig/1.0.0", {"tekst": "t"})
    before = on_postgres.store.verify()

    with pytest.raises(RoomError, match="refused"), on_postgres.store.writing() as connection:
        connection.execute(text(statement))

    assert on_postgres.store.verify() == before


def test_many_writers_make_one_chain(on_postgres: Scene) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: on_postgres.store.note("iemand", "viewed", "", {"n": n}), range(40)))

    on_postgres.store.verify()
    assert len(on_postgres.store.lines("viewed")) == 40


def test_the_whole_path_by_the_app_and_the_publishing_job(on_postgres: Scene) -> None:
    digest = on_postgres.hire().submit()
    for name in ("carla", "victor"):
        visitor = signed_in(on_postgres, name)
        answer = visitor.send(f"{PLACE}/oordeel", controlegetal=digest, oordeel="goedkeuren", reden="in orde")
        assert answer.status_code == 303

    outcome = Publisher(on_postgres.root, on_postgres.store, build_small_site, synthetic_root=True).run()

    assert outcome.published == (NAME,)
    assert on_postgres.store.world()[NAME].published_at
