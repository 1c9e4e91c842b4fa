"""Notices: along the ways that were set and no other, with nothing in them that is not public."""

import argparse
import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines import run_record
from pipelines.context import Context
from pipelines.datacenter.publishing import commands as publishing
from pipelines.datacenter.review.database import open_store
from pipelines.errors import RoomError, UserError
from pipelines.notices import Notices, notices_of
from tests.review.scene import NAME, Clock, Scene, build_small_site, write_small_bundle
from tests.unit.run_command import run_command

LONG_AGO = "2000-01-01T00:00:00+00:00"


def silent(_message: str) -> None:
    pass


@pytest.fixture
def sendmail(tmp_path: Path) -> Path:
    """A program that keeps the mail it is given."""
    program = tmp_path / "sendmail"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/mail\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def intranet() -> Iterator[tuple[str, list[bytes]]]:
    """A web address on this machine, and what was posted to it; `/weg` leads elsewhere."""
    posted: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(302 if self.path == "/weg" else 204)
            self.send_header("Location", "http://127.0.0.1:1/elders")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", posted
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_settings_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr("subprocess.run", never)
    monkeypatch.setattr("pipelines.notices.build_opener", never)

    notices_of({}, silent).tell("wacht", "2023-voorlopig", "1.0.0")


def test_a_mail_names_the_release_and_nothing_else(sendmail: Path) -> None:
    settings = {"BLINDEVLEK_NOTIFY_MAIL": "een@partner.nl, twee@partner.nl", "BLINDEVLEK_SENDMAIL": str(sendmail)}

    notices_of(settings, silent).tell("openbaar", "2023-voorlopig", "1.0.0")

    mail = (sendmail.parent / "mail").read_text(encoding="utf-8")
    assert (sendmail.parent / "arguments").read_text().split() == ["-t", "-i"]
    assert "To: een@partner.nl, twee@partner.nl" in mail
    assert "Uitgave 2023-voorlopig versie 1.0.0 is openbaar." in mail


def test_a_web_address_gets_a_small_record(intranet: tuple[str, list[bytes]]) -> None:
    address, posted = intranet

    notices_of({"BLINDEVLEK_NOTIFY_WEBHOOK": address}, silent).tell("wacht", "2023-voorlopig", "1.0.0")

    assert {key: value for key, value in json.loads(posted[0]).items() if key != "tekst"} == {
        "wat": "wacht",
        "uitgave": "2023-voorlopig",
        "versie": "1.0.0",
    }


@pytest.mark.parametrize("place", ["/weg", "refused"])
def test_what_cannot_be_delivered_stops_nothing_and_follows_nobody(
    intranet: tuple[str, list[bytes]], place: str
) -> None:
    told: list[str] = []
    address = "http://127.0.0.1:1/" if place == "refused" else intranet[0] + place

    Notices(("een@partner.nl",), Path("/nowhere/sendmail"), address, told.append).tell("wacht", "x", "1.0.0")

    assert [line.split(" could")[0] for line in told] == ["the notice by mail", "the notice by webhook"]


def test_a_name_with_a_line_end_is_left_out_of_headers_and_texts(sendmail: Path) -> None:
    Notices(("een@partner.nl",), sendmail).tell("wacht", "x\nBcc: iemand@elders.nl", "1.0.0")

    assert "Bcc" not in (sendmail.parent / "mail").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        {"BLINDEVLEK_NOTIFY_MAIL": "geen adres"},
        {"BLINDEVLEK_NOTIFY_MAIL": "a@b.nl\nBcc: c@d.nl"},
        {"BLINDEVLEK_NOTIFY_WEBHOOK": "file:///etc/passwd"},
        {"BLINDEVLEK_NOTIFY_WEBHOOK": "https://"},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(UserError, match="BLINDEVLEK_NOTIFY"):
        notices_of(settings, silent)


def test_a_refresh_that_fails_is_told_without_why(context: Context, sendmail: Path) -> None:
    told = replace(context, notices=Notices(("een@partner.nl",), sendmail))

    with pytest.raises(ValueError, match="GEHEIM"), run_record.recording(told, "2023-voorlopig"):
        raise ValueError("GEHEIM 123456782")

    mail = (sendmail.parent / "mail").read_text(encoding="utf-8")
    assert "De run van 2023-voorlopig is niet afgemaakt" in mail
    assert "GEHEIM" not in mail


def publish(context: Context, sendmail: Path, build: Callable[[Path, Path], None] = build_small_site) -> int:
    """`blindevlek publish`, with somebody to tell."""

    def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        publishing.add_commands(subparsers, lambda _context: build)

    return run_command(add, replace(context, notices=Notices(("een@partner.nl",), sendmail)), "publish")


def mail_of(sendmail: Path) -> str:
    """Subject and text of the last mail that was sent; empty when there is none."""
    kept = sendmail.parent / "mail"
    if not kept.exists():
        return ""
    mail = message_from_bytes(kept.read_bytes(), policy=default)
    return f"Subject: {mail['Subject']}\n{mail.get_content()}"


def test_publishing_that_breaks_off_is_told_without_why(context: Context, sendmail: Path) -> None:
    def breaks(_uitgaven: Path, _into: Path) -> None:
        raise ValueError("GEHEIM 123456782")

    with pytest.raises(ValueError, match="GEHEIM"):
        publish(context, sendmail, breaks)

    mail = mail_of(sendmail)
    assert "Subject: Blinde Vlek: publiceren is mislukt" in mail
    assert "De publicatieronde is niet afgemaakt." in mail
    assert "GEHEIM" not in mail
    assert str(context.root.path) not in mail


def test_a_review_that_cannot_be_opened_is_a_failed_publication_too(context: Context, sendmail: Path) -> None:
    context.root.beoordeling.mkdir(parents=True, exist_ok=True)
    (context.root.beoordeling / "review.sqlite").write_bytes(b"geen database" * 100)

    with pytest.raises(RoomError):
        publish(context, sendmail)

    assert "publiceren is mislukt" in mail_of(sendmail)


def test_a_release_that_was_due_and_cannot_become_public_is_named_and_its_reason_is_not(
    context: Context, sendmail: Path
) -> None:
    folder = write_small_bundle(context.root)
    Scene(context.root, open_store(context), Clock()).approve(public_from=LONG_AGO)
    (folder / "LEESMIJ.txt").write_text("anders", encoding="utf-8")

    with pytest.raises(UserError, match=r"LEESMIJ\.txt"):
        publish(context, sendmail)

    mail = mail_of(sendmail)
    assert "Uitgave 2023-voorlopig versie 1.0.0 was aan de beurt en is niet openbaar geworden." in mail
    assert "LEESMIJ" not in mail


def test_a_run_that_finds_another_one_publishing_tells_nobody(context: Context, sendmail: Path) -> None:
    context.root.openbaar.mkdir(parents=True, exist_ok=True)

    with FileLock(context.root.openbaar / ".publiceren.lock"), pytest.raises(RoomError, match="another run"):
        publish(context, sendmail)

    assert mail_of(sendmail) == ""


def test_publishing_that_succeeds_tells_of_the_release_only(context: Context, sendmail: Path) -> None:
    write_small_bundle(context.root)
    Scene(context.root, open_store(context), Clock()).approve(public_from=LONG_AGO)

    publish(context, sendmail)

    assert f"Uitgave {NAME[0]} versie {NAME[1]} is openbaar." in mail_of(sendmail)
    assert "mislukt" not in mail_of(sendmail)
