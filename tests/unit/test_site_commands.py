"""`site build` and `serve`: they say what to do on a root with nothing published, and replace the site in one move."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.context import Context
from pipelines.datacenter.review.demonstration_room import room_of
from pipelines.datacenter.site_commands import add_commands
from pipelines.errors import RoomError, UserError
from tests.browser.small_site import OTHER
from tests.invented_releases import publish
from tests.unit.run_command import run_command


@pytest.fixture
def published(context: Context) -> Context:
    """A data root with one published release."""
    publish(context.root.uitgaven, 2023, chosen=[OTHER])
    return context


@pytest.mark.parametrize("command", [["serve"], ["site", "build"]])
def test_on_a_root_with_nothing_published_the_command_says_what_to_do(context: Context, command: list[str]) -> None:
    with pytest.raises(UserError, match="nothing is published") as told:
        run_command(add_commands, context, *command)

    assert "make run" in str(told.value)


def test_serving_before_there_are_pages_says_which_command_makes_them(published: Context) -> None:
    with pytest.raises(UserError, match="`blindevlek site build` makes them"):
        run_command(add_commands, published, "serve")


def test_where_only_the_demonstration_has_a_site_that_one_is_served_and_said(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, said = [], list[str]()
    monkeypatch.setattr("uvicorn.run", lambda app, **_options: served.append(app))
    context = replace(context, say=said.append)
    room = room_of(context.root)
    publish(room.uitgaven, 2023, chosen=[OTHER])
    (room.openbaar / "site").mkdir()
    (room.openbaar / "site" / "index.html").write_text("demonstratie", encoding="utf-8")

    run_command(add_commands, context, "serve")
    publish(context.root.uitgaven, 2023, chosen=[OTHER])
    with pytest.raises(UserError, match="`blindevlek site build` makes them"):
        run_command(add_commands, context, "serve")

    (app,) = served
    assert "demonstratie" in TestClient(app).get("/").text
    assert "this is the demonstration: synthetic figures" in said[0]


def test_behind_a_proxy_the_answers_of_odata_hold_the_address_that_readers_use(
    published: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_options: served.append(app))
    run_command(add_commands, published, "site", "build")

    run_command(add_commands, published, "serve", "--address", "https://cijfers.voorbeeld.nl/")
    run_command(add_commands, published, "serve")

    asked = {"Host": "van-iemand-anders.example"}
    proxied, plain = (TestClient(app).get("/odata/v1", headers=asked).json()["@odata.context"] for app in served)
    assert proxied == "https://cijfers.voorbeeld.nl/odata/v1/$metadata"
    # Without a given address the Host counts: fine on this machine, and why a proxy that caches needs the address.
    assert plain == "http://van-iemand-anders.example/odata/v1/$metadata"


@pytest.mark.parametrize("address", ["cijfers.voorbeeld.nl", "ftp://x.nl", "https://x.nl/pad", "https://x.nl?y=1"])
def test_an_address_that_is_none_is_refused(
    published: Context, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_command(add_commands, published, "serve", "--address", address)

    assert "Give scheme and name alone" in capsys.readouterr().err


def test_a_website_may_ask_the_service_whether_it_may_read_and_the_pages_answer_no_such_question(
    published: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_options: served.append(app))
    run_command(add_commands, published, "site", "build")
    run_command(add_commands, published, "serve")
    visitor = TestClient(served[0])
    asking = {
        "Origin": "https://elders.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "odata-maxversion",
    }

    answer = visitor.options("/odata/v1/Datasets", headers=asking)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "odata-maxversion" in answer.headers["access-control-allow-headers"].lower()
    for path in ("/", "/vergelijk", "/odata/v1x", "/uitgaven/2023-voorlopig/1.0.0/cijfers.csv"):
        assert visitor.options(path, headers=asking).status_code == 405
    assert visitor.post("/odata/v1/Datasets").status_code == 405


def test_building_again_moves_the_link_and_leaves_nothing_half_done(published: Context) -> None:
    link = published.root.openbaar / "site"

    targets = []
    for _ in range(2):
        run_command(add_commands, published, "site", "build")
        targets.append(os.readlink(link))  # noqa: PTH115
        assert (link / "index.html").is_file()

    assert targets[0] != targets[1]
    assert not list((published.root.openbaar / "sites").glob(".*"))


def test_a_build_that_is_refused_leaves_the_old_site(published: Context) -> None:
    run_command(add_commands, published, "site", "build")
    before = os.readlink(published.root.openbaar / "site")  # noqa: PTH115
    (published.root.uitgaven / "2023-voorlopig" / "1.0.0" / "publication.json").write_text("x", encoding="utf-8")

    with pytest.raises(RoomError):
        run_command(add_commands, published, "site", "build")

    assert os.readlink(published.root.openbaar / "site") == before  # noqa: PTH115
    assert not list((published.root.openbaar / "sites").glob(".*"))


def test_a_site_can_be_built_elsewhere_and_never_inside_the_data_root(
    published: Context, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elders") / "site"

    run_command(add_commands, published, "site", "build", "--into", str(elsewhere))

    assert (elsewhere / "index.html").is_file()
    assert not (published.root.openbaar / "site").exists()
    with pytest.raises(RoomError, match="inside the data root"):
        run_command(add_commands, published, "site", "build", "--into", str(published.root.kluis / "site"))
