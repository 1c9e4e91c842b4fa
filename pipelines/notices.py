"""Telling people that something waits, became public or failed: by mail of this machine, or to an address on the intranet.

What belongs here: what is told, and by which way. What does not: deciding when. Nothing is told unless a way was set, and
no figure, reason, path or name of a person is ever in it. A notice that cannot be delivered stops nothing.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from pipelines.errors import UserError
from pipelines.progress import Progress

What = Literal["wacht", "openbaar", "mislukt", "niet_openbaar", "publiceren_mislukt"]

_SUBJECT: Mapping[What, str] = {
    "wacht": "Blinde Vlek: een uitgave wacht op beoordeling",
    "openbaar": "Blinde Vlek: een uitgave is openbaar",
    "mislukt": "Blinde Vlek: een verversing is mislukt",
    "niet_openbaar": "Blinde Vlek: een uitgave kon niet openbaar worden",
    "publiceren_mislukt": "Blinde Vlek: publiceren is mislukt",
}
_WORDS: Mapping[What, str] = {
    "wacht": "Uitgave {name} versie {versie} is ingediend. Bekijk haar in de beoordelingsomgeving.",
    "openbaar": "Uitgave {name} versie {versie} is openbaar.",
    "mislukt": "De run van {name} is niet afgemaakt. `blindevlek status` in de kluis zegt meer.",
    "niet_openbaar": "Uitgave {name} versie {versie} was aan de beurt en is niet openbaar geworden. `blindevlek publish` zegt waarom.",
    "publiceren_mislukt": "De publicatieronde is niet afgemaakt. De volgende ronde neemt haar over; `blindevlek publish` zegt waarom.",
}
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")
_NAME = re.compile(r"[A-Za-z0-9 ().-]{0,80}")
_SECONDS = 10


@dataclass(frozen=True)
class Notices:
    """The ways that were set: addresses and the program that takes a mail, and a web address. Without any: silence."""

    mail_to: tuple[str, ...] = ()
    sendmail: Path = Path("/usr/sbin/sendmail")
    webhook: str = field(default="", repr=False)
    progress: Progress = field(default=lambda _message: None, repr=False)

    def tell(self, what: What, name: str, versie: str = "") -> None:
        """Tell it along every way. What fails is a line of progress that names the way, and nothing more."""
        if not _NAME.fullmatch(name) or not _NAME.fullmatch(versie):
            name = versie = ""
        text = _WORDS[what].format(name=name, versie=versie)
        for way, send in (("mail", self._mail), ("webhook", self._post)):
            try:
                send(what, name, versie, text)
            except (OSError, ValueError, subprocess.SubprocessError):
                self.progress(f"the notice by {way} could not be delivered; look at its settings")

    def _mail(self, what: What, _name: str, _versie: str, text: str) -> None:
        if not self.mail_to:
            return
        message = EmailMessage()
        message["Subject"], message["To"] = _SUBJECT[what], ", ".join(self.mail_to)
        message.set_content(text)
        subprocess.run(
            [str(self.sendmail), "-t", "-i"], input=bytes(message), check=True, capture_output=True, timeout=_SECONDS
        )

    def _post(self, what: What, name: str, versie: str, text: str) -> None:
        if not self.webhook:
            return
        body = json.dumps({"wat": what, "uitgave": name, "versie": versie, "tekst": text}).encode()
        request = Request(self.webhook, body, {"Content-Type": "application/json"})  # noqa: S310
        # No proxy of the surroundings, and no redirect: it goes where it was set to, or nowhere.
        with build_opener(ProxyHandler({}), _NoRedirect()).open(request, timeout=_SECONDS):
            pass


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


def notices_of(environment: Mapping[str, str], progress: Progress) -> Notices:
    """BLINDEVLEK_NOTIFY_MAIL, BLINDEVLEK_SENDMAIL and BLINDEVLEK_NOTIFY_WEBHOOK. Raises UserError for what cannot be."""
    addresses = tuple(filter(None, re.split(r"[,\s]+", environment.get("BLINDEVLEK_NOTIFY_MAIL") or "")))
    if not all(_ADDRESS.fullmatch(address) for address in addresses):
        raise UserError("BLINDEVLEK_NOTIFY_MAIL must be mail addresses, separated by commas.")
    webhook = environment.get("BLINDEVLEK_NOTIFY_WEBHOOK") or ""
    parts = urlsplit(webhook)
    if webhook and (parts.scheme not in ("http", "https") or not parts.hostname or not webhook.isprintable()):
        raise UserError("BLINDEVLEK_NOTIFY_WEBHOOK must be an http or https address on the intranet.")
    sendmail = Path(environment.get("BLINDEVLEK_SENDMAIL") or "/usr/sbin/sendmail")
    return Notices(addresses, sendmail, webhook, progress)
