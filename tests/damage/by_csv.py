"""Damage to delimited text."""

from collections.abc import Callable

from tests.damage.kinds import Kind
from tests.damage.scene import CANARY


def _csv(wrong: str, change: Callable[[bytes], bytes], says: str, do: str) -> Kind:
    return Kind(wrong, lambda scene: scene.bytes(change), says, do, file_format="csv")


def _no_header(content: bytes) -> bytes:
    return content.split(b"\r\n", 1)[1].replace(b";1;", f";{CANARY};".encode(), 1)


def _last(row: str) -> Callable[[bytes], bytes]:
    return lambda content: content + row.encode() + b"\r\n"


def _first_line(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        head, rest = content.split(b"\r\n", 1)
        return change(head) + b"\r\n" + rest

    return changed


def _many_columns(head: bytes) -> bytes:
    return head + b"".join(b";k%d" % number for number in range(6_000))


def _a_million_columns(head: bytes) -> bytes:
    return head + b";k" * 1_000_000


AGAIN = "have it copied again"
CSV = (
    _csv("no byte in the file", lambda _: b"", "has no content at all", AGAIN),
    _csv("cut off inside a line", lambda c: c[:-7], "since its last line does not end", AGAIN),
    _csv("text in UTF-16", lambda c: c.decode().encode("utf-16"), "is text in UTF-16", "save it as UTF-8"),
    _csv(
        "NUL bytes", lambda c: c.replace(b"1967", b"19\x0067"), "holds NUL bytes", "save it as UTF-8, or copy it again"
    ),
    _csv(
        "bytes of no encoding",
        lambda c: c.replace(b"1967", b"19\x81\x8d"),
        "no encoding that can be read (UTF-8",
        AGAIN,
    ),
    _csv(
        "tabs between the columns", lambda c: c.replace(b";", b"\t"), "its columns are parted by tabs", "use semicolons"
    ),
    _csv(
        "strokes between the columns",
        lambda c: c.replace(b";", b"|"),
        "are parted by upright strokes",
        "use semicolons",
    ),
    _csv("no header", _no_header, "holds no column of the register", "add the header"),
    _csv(
        "a column without a name", _first_line(lambda h: h + b";"), "a column has no name", "name it, or leave it out"
    ),
    _csv(
        "a name of a column twice",
        _first_line(lambda h: h.replace(b"maand", b"jaar")),
        "stands in it twice",
        "keep one",
    ),
    _csv(
        "six thousand columns",
        _first_line(_many_columns),
        "are read. Ask the supplier for the columns",
        "leave them out",
    ),
    _csv("a million columns", _first_line(_a_million_columns), "its first line is over", "have line ends written"),
    _csv("a row with a field too few", _last(f"R;{CANARY}"), "has too few fields", "quote what holds a delimiter"),
    _csv("a row with a field too many", _last(f"R;300000009;1;1967;05;1;{CANARY}"), "has more fields than", "quote it"),
    _csv(
        "a quote that is not closed", _last(f'R;300000009;1;1967;"{CANARY};1'), "a quote that is not closed", "close it"
    ),
    _csv("a field without end", _last(f"{CANARY * 20_000};1"), "that never seems to end", "have it quoted well"),
    _csv(
        "a web page that begins with a comment",
        lambda _: f"\r\n\r\n<!-- {CANARY} -->\r\n<table><tr><td>{CANARY}\r\n".encode(),
        "looks like a web page or XML",
        "fetch the file itself",
    ),
    _csv("an object of JSON", lambda _: f'{{"value": ["{CANARY}"]}}\n'.encode(), "looks like JSON", "ask for CSV"),
    _csv(
        "line ends of an old Macintosh",
        lambda c: c.replace(b"\r\n", b"\r"),
        "end with a carriage return alone",
        "save it with line ends of Windows",
    ),
    _csv("a zip under the name of text", lambda c: b"PK\x03\x04" + c, "is a zip archive or Excel", "unpack it"),
    _csv("gzip under the name of text", lambda c: b"\x1f\x8b\x08" + c, "is gzip by its first bytes", "unpack it"),
)
