"""The addresses of the service, and how each is answered.

What belongs here: routes, service documents, pages with the address of the next one. What does not: which sets there are
(`feed.py`, `datasets.py`), what rows they give (`finding.py`). Read only: GET, HEAD and OPTIONS.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from pipelines.datacenter.odata import answers, datasets, feed
from pipelines.datacenter.odata.answers import Stamp
from pipelines.datacenter.odata.csdl import metadata
from pipelines.datacenter.odata.finding import RowSet
from pipelines.datacenter.odata.question import question
from pipelines.datacenter.odata.refusal import Refusal, unknown
from pipelines.datacenter.odata.shelf import Entry, Shelf
from pipelines.datacenter.odata.words import CATALOG

PAGE_ROWS = 10_000
"""Rows of one answer; CBS gives as many from its API, and the rest by the address of a next page."""
FRESH_S, PINNED_FRESH_S = 60, 3600
_TABLES_OPEN = 8
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]

Sets = Mapping[str, RowSet]
Make = Callable[["_Reading"], Response]


def routes(openbaar: Path, *, page_rows: int = PAGE_ROWS, address: str | None = None) -> list[BaseRoute]:
    """Routes that serve what lies published in `<openbaar>/uitgaven/<release>/<version>/`.

    Version 3 lies at `/ODataCatalog`, `/ODataFeed/odata/<table>` and `/ODataApi/odata/<table>`, version 4 at
    `/odata/v1`. `address` is how readers reach the server (`https://...`), for behind a reverse proxy; without it the
    Host of each request counts. Any website may read it (CORS): the figures are public and no answer depends on who asks.
    """
    service = _Service(Shelf(openbaar), page_rows, address)
    old: dict[str, dict[str, Make]] = {
        "ODataCatalog": {"": service.old_catalogue, "/": service.old_catalogue, "/{set}": service.old_tables},
        "ODataFeed": _of_table("/{spelled}/{table}", service.old_table, service.old_set, service.old_count),
        "ODataApi": _of_table("/{spelled}/{table}", service.old_table, service.old_set, service.old_count),
    }
    new: dict[str, Make] = {
        "": service.new_root,
        "/": service.new_root,
        "/{set}": service.new_list,
        **_of_table("/{catalog}/{table}", service.new_table, service.new_set, service.new_count),
    }
    listed = [(f"/{place}", makers, True) for place, makers in old.items()] + [("/odata/v1", new, False)]
    return [route for place, makers, kind in listed for route in _mounted(place, makers, kind, service)]


def _of_table(path: str, table: Make, one: Make, count: Make) -> dict[str, Make]:
    return {path: table, f"{path}/": table, f"{path}/{{set}}": one, f"{path}/{{set}}/$count": count}


def _mounted(place: str, makers: Mapping[str, Make], old: bool, service: "_Service") -> Iterator[BaseRoute]:
    """The addresses at and below one place; what is none of them gets a refusal in the words of the same version."""
    # Public figures, no cookies and nothing to write: a page of anybody may read them.
    anybody = [Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["*"])]
    made = {path: _endpoint(make, place, old, service) for path, make in makers.items()}
    nowhere = _endpoint(_nowhere, place, old, service)
    if "" in made:
        # Without a redirect to the same with a slash: a client of CBS follows none.
        yield Route(place, made.pop(""), middleware=anybody)
    yield Mount(
        place,
        routes=[
            *(Route(path, endpoint) for path, endpoint in made.items()),
            Route("/{rest:path}", nowhere, methods=_METHODS),
        ],
        middleware=anybody,
    )


def _endpoint(make: Make, place: str, old: bool, service: "_Service") -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            base = answers.address_of(request, place, service.address)
            return make(_Reading(request, old, base, place))
        except Refusal as refusal:
            return answers.refused(refusal, old=old)

    return endpoint


class _Reading:
    """One request: how it came in, and answering it."""

    def __init__(self, request: Request, old: bool, base: str, place: str) -> None:
        self.request, self.old, self.base, self.place = request, old, base, place

    def given(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def json(self, stamp: Stamp, body: Callable[[], bytes]) -> Response:
        return self._answer(stamp, body, answers.JSON[self.old])

    def xml(self, stamp: Stamp, body: Callable[[], bytes]) -> Response:
        return self._answer(stamp, body, answers.XML)

    def text(self, stamp: Stamp, body: Callable[[], bytes]) -> Response:
        return self._answer(stamp, body, answers.TEXT)

    def _answer(self, stamp: Stamp, body: Callable[[], bytes], media_type: str) -> Response:
        return answers.answered(self.request, stamp, body, media_type=media_type, old=self.old, base=self.base)

    def index(self, stamp: Stamp, root: str, entries: list[dict[str, Any]]) -> Response:
        """A service document: the sets that can be read here."""
        context = "odata.metadata" if self.old else "@odata.context"
        self._nothing_asked()
        return self.json(stamp, lambda: json.dumps({context: f"{root}/$metadata", "value": entries}).encode())

    def rows(self, stamp: Stamp, rows: RowSet, root: str, page: int) -> Response:
        """A page of a set."""
        asked = question(self.request.scope["query_string"], old=self.old)

        def body() -> bytes:
            found = rows.find(asked, page)
            mark = "odata." if self.old else "@odata."
            context = "metadata" if self.old else "context"
            head = {f"{mark}{context}": f"{root}/$metadata#{rows.name}"}
            if asked.count:
                head[f"{mark}count"] = str(found.total) if self.old else found.total  # type: ignore[assignment]
            tail = {}
            if found.more:
                tail[f"{mark}nextLink"] = f"{root}/{rows.name}?{asked.next_page(found.given)}"
            after = json.dumps(tail)[1:-1].encode()
            return b'%s,"value":%s%s}' % (json.dumps(head)[:-1].encode(), found.rows, b"," + after if after else b"")

        return self.json(stamp, body)

    def count(self, stamp: Stamp, rows: RowSet) -> Response:
        """How many rows a question asks for, as plain text."""
        asked = question(self.request.scope["query_string"], old=self.old)
        return self.text(stamp, lambda: str(rows.find(asked, 0).total).encode())

    def _nothing_asked(self) -> None:
        if set(question(self.request.scope["query_string"], old=self.old).options) - {"$format"}:
            raise Refusal(
                400, "Dit is een lijst van wat er te lezen is; filteren en kiezen kan in elk onderdeel daarvan."
            )


class _Service:
    """What is answered at each address."""

    def __init__(self, shelf: Shelf, page: int, address: str | None) -> None:
        self.address = address
        self._shelf, self._page = shelf, page
        self._old_sets = lru_cache(_TABLES_OPEN)(lambda entry: feed.sets(entry, shelf.table(entry)))
        self._new_sets = lru_cache(_TABLES_OPEN)(lambda entry: datasets.sets(entry, shelf.table(entry)))

    def old_catalogue(self, reading: _Reading) -> Response:
        root = f"{reading.base}/ODataCatalog"
        return reading.index(self._of_all(), root, [{"name": "Tables", "url": f"{root}/Tables"}])

    def old_tables(self, reading: _Reading) -> Response:
        found = feed.tables(self._shelf.entries().values())
        return self._one(reading, self._of_all(), {"Tables": found}, f"{reading.base}/ODataCatalog")

    def old_table(self, reading: _Reading) -> Response:
        entry, root = self._old(reading)
        named = [{"name": name, "url": f"{root}/{name}"} for name in self._old_sets(entry)]
        return reading.index(_of(entry), root, named)

    def old_set(self, reading: _Reading) -> Response:
        entry, root = self._old(reading)
        return self._one(reading, _of(entry), self._old_sets(entry), root)

    def old_count(self, reading: _Reading) -> Response:
        entry, _ = self._old(reading)
        return reading.count(_of(entry), _named(self._old_sets(entry), reading))

    def new_root(self, reading: _Reading) -> Response:
        named = [{"name": name, "kind": "EntitySet", "url": name} for name in ("Catalogs", "Datasets")]
        return reading.index(self._of_all(), f"{reading.base}/odata/v1", named)

    def new_list(self, reading: _Reading) -> Response:
        root = f"{reading.base}/odata/v1"
        if reading.given("set") == CATALOG:
            return reading.index(self._of_all(), root, [{"name": "Datasets", "kind": "EntitySet", "url": "Datasets"}])
        found = {"Catalogs": datasets.catalogs(), "Datasets": datasets.datasets(self._shelf.entries().values())}
        return self._one(reading, self._of_all(), found, root)

    def new_table(self, reading: _Reading) -> Response:
        if reading.given("catalog") == CATALOG and reading.given("table") == "Datasets":
            found = datasets.datasets(self._shelf.entries().values())
            return reading.rows(self._of_all(), found, f"{reading.base}/odata/v1", self._page)
        entry, root = self._new(reading)
        named = [
            {"name": name, "kind": "Singleton" if name == datasets.PROPERTIES else "EntitySet", "url": name}
            for name in self._new_sets(entry)
        ]
        return reading.index(_of(entry), root, named)

    def new_set(self, reading: _Reading) -> Response:
        entry, root = self._new(reading)
        found = self._new_sets(entry)
        if reading.given("set") == datasets.PROPERTIES:
            return _single(reading, _of(entry), found[datasets.PROPERTIES], root)
        return self._one(reading, _of(entry), found, root)

    def new_count(self, reading: _Reading) -> Response:
        entry, _ = self._new(reading)
        return reading.count(_of(entry), _named(self._new_sets(entry), reading))

    def _one(self, reading: _Reading, stamp: Stamp, found: Sets, root: str) -> Response:
        """One set, or what the sets look like."""
        if reading.given("set") == "$metadata":
            shapes = feed.shapes if reading.old else datasets.shapes
            return reading.xml(stamp, lambda: metadata(shapes(found.values()), old=reading.old))
        return reading.rows(stamp, _named(found, reading), root, self._page)

    def _old(self, reading: _Reading) -> tuple[Entry, str]:
        spelled = reading.given("spelled")
        if spelled.lower() != "odata":
            raise Refusal(404, unknown("Adres", spelled, ["odata"]).message)
        entry = self._shelf.entry(reading.given("table"))
        return entry, f"{reading.base}{reading.place}/{spelled}/{entry.identifier}"

    def _new(self, reading: _Reading) -> tuple[Entry, str]:
        if reading.given("catalog") != CATALOG:
            told = unknown("Catalogus", reading.given("catalog"), [CATALOG])
            raise Refusal(404, told.message)
        entry = self._shelf.entry(reading.given("table"))
        return entry, f"{reading.base}/odata/v1/{CATALOG}/{entry.identifier}"

    def _of_all(self) -> Stamp:
        entries = list(self._shelf.entries().values())
        latest = max((entry.edition.changed for entry in entries), default=_NEVER)
        return Stamp(tuple(told for entry in entries for told in _told_of(entry)), latest, FRESH_S)


def _told_of(entry: Entry) -> tuple[str, ...]:
    """All that can change in what is said of a table: figures, and whether it is the newest or withdrawn."""
    return entry.identifier, entry.edition.digest, str(entry.newest), entry.edition.withdrawn


def _of(entry: Entry) -> Stamp:
    return Stamp(_told_of(entry), entry.edition.changed, PINNED_FRESH_S if entry.pinned else FRESH_S)


def _named(found: Sets, reading: _Reading) -> RowSet:
    name = reading.given("set")
    if name not in found:
        raise Refusal(404, unknown("Onderdeel", name, found).message)
    return found[name]


def _single(reading: _Reading, stamp: Stamp, rows: RowSet, root: str) -> Response:
    """The one row of a singleton, without a list around it."""
    asked = question(reading.request.scope["query_string"], old=False)

    def body() -> bytes:
        row = json.loads(rows.find(asked, 1).rows)[0]
        return json.dumps({"@odata.context": f"{root}/$metadata#{rows.name}", **row}, ensure_ascii=False).encode()

    return reading.json(stamp, body)


def _nowhere(reading: _Reading) -> Response:
    if reading.request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": answers.ALLOWED})
    if reading.request.method not in ("GET", "HEAD"):
        raise Refusal(405, "Hier is alleen te lezen: gebruik GET.")
    raise Refusal(
        404, "Hier is niets. De tabellen staan in ODataCatalog/Tables (versie 3) en odata/v1/Datasets (versie 4)."
    )
