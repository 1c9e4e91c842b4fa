"""How answers travel: tags for caches, dates, HEAD, other websites, and no cookies."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.odata_release import write_release
from pipelines.datacenter.odata import routes
from tests.unit.odata.serving import FEED, SET, TABLE, Service, service

PATHS = (
    FEED,
    f"{FEED}/RegioS",
    f"{FEED}/TypedDataSet",
    f"{SET}/Observations",
    f"{SET}/$metadata",
    "/odata/v1/Datasets",
)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_a_reader_has_is_not_sent_again(served: Service, path: str) -> None:
    first = served.ask(path)

    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"other", {first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = served.ask(path, headers=headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    for headers in ({"If-None-Match": '"other"'}, {"If-Modified-Since": "Mon, 02 Jan 2006 10:00:00 GMT"}):
        assert served.ask(path, headers=headers).status == 200


def test_the_tag_wins_over_the_date_and_another_question_has_another_tag(served: Service) -> None:
    answer = served.ask(f"{FEED}/TypedDataSet", top="2")

    stale = {"If-None-Match": '"other"', "If-Modified-Since": answer.headers["last-modified"]}
    assert served.ask(f"{FEED}/TypedDataSet", top="2", headers=stale).status == 200
    assert served.ask(f"{FEED}/TypedDataSet", top="3").headers["etag"] != answer.headers["etag"]
    assert served.ask(f"{FEED}/TypedDataSet", top="2", headers={"If-Modified-Since": "onzin"}).status == 200


def test_a_version_that_never_changes_may_be_kept_longer_than_the_newest(served: Service) -> None:
    newest = served.ask(f"{FEED}/TypedDataSet", top="1").headers["cache-control"]
    pinned = served.ask(f"/ODataFeed/odata/{TABLE}-1.0.0/TypedDataSet", top="1").headers["cache-control"]

    assert (newest, pinned) == ("public, max-age=60", "public, max-age=3600")
    assert served.ask(f"{FEED}/Niets").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
def test_head_gives_the_headers_of_get_and_no_body(served: Service, path: str) -> None:
    given, head = served.ask(path), served.ask(path, method="HEAD")

    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "content-type", "content-length", "last-modified", "cache-control"):
        assert head.headers[name] == given.headers[name]


def test_any_website_may_read_and_none_is_given_credentials(served: Service) -> None:
    answer = served.ask(f"{FEED}/RegioS", headers={"Origin": "https://elders.example", "Cookie": "a=b"})
    asked = {"Origin": "https://elders.example", "Access-Control-Request-Method": "GET"}
    before = served.ask(f"{FEED}/RegioS", method="OPTIONS", headers=asked)
    write = served.ask(f"{FEED}/RegioS", method="OPTIONS", headers=asked | {"Access-Control-Request-Method": "DELETE"})

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (before.status, write.status) == (200, 400)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written(served: Service, method: str) -> None:
    for path in (f"{FEED}/TypedDataSet", f"{SET}/Observations", "/odata/v1/Datasets"):
        answer = served.ask(path, method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert "gebruik GET" in answer.told


def test_what_is_not_there_is_told_in_the_words_of_its_version(served: Service) -> None:
    for path in ("/ODataFeed/odata/2024", "/ODataFeed/x/2023", f"{FEED}/Regios", f"{FEED}/a/b/c"):
        answer = served.ask(path)
        assert (answer.status, answer.json["odata.error"]["message"]["lang"]) == (404, "nl-NL")
    for path in ("/odata/v1/x", "/odata/v1/CBS/2023-voorlopig", f"{SET}/Niets", f"{SET}/RegioSCodes/x/y"):
        answer = served.ask(path)
        assert (answer.status, answer.json["error"]["code"]) == (404, "404")
    assert "Bedoelde u 'RegioS'" in served.ask(f"{FEED}/Regios").told


def test_behind_a_proxy_the_addresses_are_those_that_readers_use(tmp_path: Path) -> None:
    write_release(tmp_path, personas=1, regions=1)
    app = Starlette(routes=routes(tmp_path, page_rows=10, address="https://cijfers.example/open/"))

    with service(app) as running:
        feed = running.ask(FEED).rows[0]["url"]
        following = running.ask(f"{SET}/Observations").json["@odata.nextLink"]

    assert feed == f"https://cijfers.example/open{FEED}/TableInfos"
    assert following == f"https://cijfers.example/open{SET}/Observations?$skip=10"


def test_addresses_follow_the_place_where_the_service_is_mounted(tmp_path: Path) -> None:
    write_release(tmp_path, personas=1, regions=1)
    app = Starlette(routes=[Mount("/open", routes=routes(tmp_path, page_rows=10))])

    with service(app) as running:
        feed = running.ask(f"/open{FEED}").rows[0]["url"]
        following = running.ask(f"/open{SET}/Observations").json["@odata.nextLink"]

    assert feed == f"http://{running.host}/open{FEED}/TableInfos"
    assert following == f"http://{running.host}/open{SET}/Observations?$skip=10"
