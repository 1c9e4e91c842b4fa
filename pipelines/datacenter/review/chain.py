"""The audit chain: each line carries the hash of the one before, so that a change anywhere shows.

What belongs here: what is hashed, and checking a whole chain. What does not: storing lines. The chain shows a change by
somebody who cannot rewrite all of it; who can is caught by the heads that `publication.json` of each release carries.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from pipelines.errors import RoomError

BEGIN = "0" * 64
"""What stands before the first line."""

_REMEDY = (
    "Stop the review app, put the last backup of the review database back, and tell both parties: what was decided since "
    "that backup is to be decided again. Nothing is published from a damaged audit."
)


@dataclass(frozen=True)
class Line:
    """One line of the audit. `content` is JSON text; `subject` is `<release id>/<version>` or empty."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    content: str
    previous: str
    hash: str

    def facts(self) -> dict[str, object]:
        """The content as a value."""
        found: dict[str, object] = json.loads(self.content)
        return found


def canonical(content: Mapping[str, object]) -> str:
    """A content as JSON text; the same content gives the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)


def next_line(last: Line | None, at: str, actor: str, kind: str, subject: str, content: Mapping[str, object]) -> Line:
    """The line after the last one (None: the first of all)."""
    seq, previous = (last.seq + 1, last.hash) if last else (1, BEGIN)
    text = canonical(content)
    return Line(seq, at, actor, kind, subject, text, previous, _hash(seq, at, actor, kind, subject, text, previous))


def verify(lines: Iterable[Line]) -> str:
    """The head (hash of the last line) of a sound chain. Raises RoomError that names the first line that is not."""
    head = BEGIN
    for seq, line in enumerate(lines, start=1):
        made = _hash(seq, line.at, line.actor, line.kind, line.subject, line.content, head)
        if line.seq != seq or line.previous != head or line.hash != made:
            raise RoomError(
                f"the audit of the review was changed: line {seq} does not follow from the one before. {_REMEDY}"
            )
        head = line.hash
    return head


def require_heads(lines: Iterable[Line], published: Mapping[str, str]) -> None:
    """Every head that a publication carries (name of the release -> head) is in the chain, else RoomError: the chain is
    sound in itself, and still not the one that those releases were decided by."""
    known = {line.hash for line in lines}
    lost = sorted(name for name, head in published.items() if head not in known)
    if lost:
        raise RoomError(
            f"the audit of the review is not the one that {', '.join(lost)} was published by: the head that its "
            f"publication.json carries is not in it. {_REMEDY}"
        )


def _hash(*parts: int | str) -> str:
    seen = sha256()
    for part in parts:
        text = str(part).encode()
        seen.update(len(text).to_bytes(8, "big") + text)
    return seen.hexdigest()
