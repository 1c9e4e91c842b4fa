"""A data root with a small frozen bundle, a clock that tests move, and people who act.

What belongs here: making such a scene. What does not: tests. Bundles here hold what the review app reads, and no more; the
checklist is tested on a whole one (`test_checklist.py`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.publishing.links import target_of
from pipelines.datacenter.review.accounts import Accounts
from pipelines.datacenter.review.demonstration import cheap_hasher
from pipelines.datacenter.review.desk import Desk
from pipelines.datacenter.review.events import Event, Name, Submitted, Voted
from pipelines.datacenter.review.store import Store
from pipelines.datacenter.review.tables import open_engine
from pipelines.release.content import Fact
from pipelines.release.manifest import freeze, manifest_digest
from pipelines.rooms import DataRoot

NAME: Name = ("2023-voorlopig", "1.0.0")
NEXT: Name = ("2023-voorlopig", "1.1.0")
START = "2026-03-01T10:00:00+00:00"
PERSONA = "dakloos-verslaafd-schulden"
PASSWORD = "vier woorden doen het goed"
ROLES = {
    "mila": "maker",
    "carla": "beoordelaar_cbs",
    "victor": "beoordelaar_vws",
    "dina": "duider",
    "lars": "tweede_lezer",
    "bo": "beheerder",
}
ORGANISATIONS = {"carla": "CBS", "victor": "VWS"}


@dataclass
class Clock:
    """The time, as a test sets it."""

    at: str = START

    def __call__(self) -> str:
        return self.at

    def later(self, **span: int) -> None:
        self.at = (datetime.fromisoformat(self.at) + timedelta(**span)).isoformat(timespec="seconds")


@dataclass
class Scene:
    """A data root with a review database and everybody who acts in it."""

    root: DataRoot
    store: Store
    clock: Clock
    accounts: Accounts = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.store, cheap_hasher())
        self.desk = Desk(self.root, self.store)

    def hire(self) -> "Scene":
        """One account in each role."""
        for name, role in ROLES.items():
            organisation = ORGANISATIONS.get(name, "Gemeente Voorbeeld")
            self.accounts.add(name, f"{name.title()} Verzonnen", organisation, role, PASSWORD, by="test")
        return self

    def record(self, event: Event, name: Name = NAME) -> str:
        return self.store.record(name, event)

    def submit(self, name: Name = NAME, public_from: str = START, **changes: object) -> str:
        """Hand a bundle in, without the checklist; returns its digest."""
        digest = manifest_digest(self.root.wachtruimte / name[0] / name[1])
        event = {"by": "mila", "digest": digest, "public_from": public_from, "kind": "nieuw", "note": "eerste"}
        self.record(Submitted(**(event | {"proef": False, "synthetic": True} | changes)), name)  # type: ignore[arg-type]
        return digest

    def approve(self, name: Name = NAME, public_from: str = START) -> str:
        """Hand in and approve by both; returns the digest."""
        digest = self.submit(name, public_from)
        for by, party in (("carla", "CBS"), ("victor", "VWS")):
            self.record(Voted(by, party, digest, "goedkeuren", "in orde"), name)  # type: ignore[arg-type]
        return digest


def make_scene(folder: Path, database: str = "") -> Scene:
    """A scene in a folder: an empty data root, and the tables of a review that is not a demonstration."""
    root = DataRoot(folder / "data")
    root.prepare()
    clock = Clock()
    store = Store(open_engine(database or str(root.beoordeling / "review.sqlite")), clock)
    store.prepare(demonstration=False)
    return Scene(root, store, clock)


def write_small_bundle(root: DataRoot, name: Name = NAME, **facts: Fact) -> Path:
    """A frozen bundle with one persona in three gemeenten and the Netherlands."""
    folder = root.wachtruimte / name[0] / name[1]
    (folder / "persona").mkdir(parents=True)
    rows = [
        ("land", "NL01", "Nederland", 1500.0),
        ("gemeente", "GM0014", "Groningen", 150.0),
        ("gemeente", "GM0034", "Almere", 8.0),
        ("gemeente", "GM0037", "Stadskanaal", -3.0),
    ]
    pl.DataFrame(
        {
            "persona": PERSONA,
            "toestand": "missing",
            "niveau": [row[0] for row in rows],
            "regio": [row[1] for row in rows],
            "regio_naam": [row[2] for row in rows],
            "leeftijd": "totaal",
            "geslacht": "totaal",
            "schatting": [row[3] for row in rows],
            "onder95": [row[3] - 30.0 for row in rows],
            "boven95": [row[3] + 30.0 for row in rows],
            "bruikbaarheid": ["bruikbaar" if row[3] > 60 else "te_onzeker" for row in rows],
        }
    ).write_parquet(folder / "cijfers.parquet")
    page = "<!doctype html><html lang='nl'><title>synthetisch</title><p>synthetisch</p></html>"
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / "persona" / f"{PERSONA}.html").write_text(page, encoding="utf-8")
    (folder / "LEESMIJ.txt").write_text(f"Synthetisch. {name}", encoding="utf-8")
    known: dict[str, Fact] = {"release_id": name[0], "versie": name[1], "peiljaar": 2023, "status": "voorlopig"}
    known |= {"synthetic": True, "proef": False, "measurement_sha256": "ab" * 32}
    freeze(folder, known | facts)
    return folder


def build_small_site(uitgaven: Path, into: Path) -> None:
    """A site that lists what is published: enough to see whether it is whole, and of which releases."""
    listed = sorted(
        f"{p.parent.parent.name}/{p.parent.name}"
        for p in uitgaven.glob("*/*/publication.json")
        if not p.parent.is_symlink()
    )
    (into / "index.html").write_text(f"<html lang='nl'>synthetisch {json.dumps(listed)}</html>", encoding="utf-8")
    (into / "einde.html").write_text("<html lang='nl'>synthetisch</html>", encoding="utf-8")


def listed_on(site: Path) -> list[str]:
    """The releases that a small site lists; fails when it is not whole."""
    assert (site / "einde.html").is_file()
    text = (site / "index.html").read_text(encoding="utf-8")
    found: list[str] = json.loads(text[text.index("[") : text.index("]") + 1])
    return found


def publisher(
    scene: Scene, build: Callable[[Path, Path], None] = build_small_site, *, synthetic: bool = True
) -> Publisher:
    return Publisher(scene.root, scene.store, build, synthetic_root=synthetic)


def shown(scene: Scene) -> list[str]:
    """What the public site lists now."""
    site = target_of(scene.root.openbaar / "site")
    return listed_on(site) if site else []
