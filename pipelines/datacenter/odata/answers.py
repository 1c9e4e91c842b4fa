"""Answers over HTTP: headers, tags for caches, refusals; the same for version 3 and version 4.

What belongs here: what every answer has in common. What does not: what stands in it. No cookie is ever set or read.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipelines.datacenter.odata.refusal import Refusal
from pipelines.version import code_version

JSON = {
    True: "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
    False: "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8",
}
XML = "application/xml;charset=utf-8"
TEXT = "text/plain;charset=utf-8"
_VERSION_HEADER = {True: {"DataServiceVersion": "3.0"}, False: {"OData-Version": "4.0"}}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
ALLOWED = "GET, HEAD, OPTIONS"
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


@dataclass(frozen=True)
class Stamp:
    """What an answer was made from: digests of the releases in it, when the last of them was published or withdrawn,
    and for how long a cache may keep it unasked (seconds)."""

    digests: tuple[str, ...]
    changed: datetime
    fresh_s: int


def address_of(request: Request, mounted: str, address: str | None) -> str:
    """The address of this service as its reader reaches it, without a slash at the end.

    Addresses stand in the answers, so the Host header is taken only when it is one; `address` overrules it, for behind a
    reverse proxy.
    """
    if address is not None:
        return address.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise Refusal(400, "De Host van deze vraag is geen naam of adres van een server.")
    path = str(request.scope.get("root_path", ""))
    return f"{request.url.scheme}://{host}{path.removesuffix(mounted)}"


def answered(
    request: Request, stamp: Stamp, body: Callable[[], bytes], *, media_type: str, old: bool, base: str
) -> Response:
    """The answer, or 304 when the reader has it already."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    made_from = "\n".join((code_version(), base, request.url.path, query, media_type, *stamp.digests))
    tag = f'W/"{sha256(made_from.encode()).hexdigest()[:32]}"'
    changed = stamp.changed.astimezone(UTC)
    headers = (
        _ALWAYS
        | _VERSION_HEADER[old]
        | {
            "ETag": tag,
            "Last-Modified": format_datetime(changed, usegmt=True),
            "Cache-Control": f"public, max-age={stamp.fresh_s}",
        }
    )
    if _has_it(request, tag, changed):
        return Response(status_code=304, headers=headers)
    return Response(body(), media_type=None, headers=headers | {"Content-Type": media_type})


def refused(refusal: Refusal, *, old: bool) -> Response:
    """The refusal in the words of its version."""
    body: Mapping[str, Any] = {"error": {"code": str(refusal.status), "message": refusal.message}}
    if old:
        body = {"odata.error": {"code": "", "message": {"lang": "nl-NL", "value": refusal.message}}}
    headers = _ALWAYS | _VERSION_HEADER[old] | {"Content-Type": JSON[old], "Cache-Control": "no-store"}
    if refusal.status == 405:
        headers["Allow"] = ALLOWED
    return Response(json.dumps(body, ensure_ascii=False).encode(), refusal.status, headers)


def _has_it(request: Request, tag: str, changed: datetime) -> bool:
    """Does the reader hold this very answer? The tag counts before the date, as HTTP says. A date counts only when it is
    the very same: after a withdrawal an older version is the newest again."""
    given = request.headers.get("if-none-match")
    if given is not None:
        return given.strip() == "*" or tag in (one.strip() for one in given.split(","))
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        asked = parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):
        return False
    return changed == (asked if asked.tzinfo else asked.replace(tzinfo=UTC))
