"""What a file is by its beginning, whatever its name says: in English for who runs the line, in Dutch for who fills a file.

What belongs here: knowing other kinds of files, and the words for them, once for every reader of text. What does not:
refusing (`guards.py` does for files of a delivery, `municipal/raw_file.py` for raw files of a gemeente).
"""

import codecs
import re
from dataclasses import dataclass

UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(rb"<(?:[!?]|/?[a-z])", re.IGNORECASE)
_FOR_EXCEL = re.compile(rb'"?sep=', re.IGNORECASE)


@dataclass(frozen=True)
class Packed:
    """A kind of file that is known by its first bytes: its name in English and in Dutch."""

    first: bytes
    name: str
    naam: str


PACKED = (
    Packed(b"PAR1", "Parquet", "Parquet"),
    Packed(b"PARE", "encrypted Parquet", "versleutelde Parquet"),
    Packed(b"$FL2", "SPSS", "SPSS"),
    Packed(b"$FL3", "SPSS", "SPSS"),
    Packed(b"PK\x03\x04", "a zip archive or Excel", "een zip-archief of een werkmap van Excel"),
    Packed(b"\x1f\x8b", "gzip", "een ingepakt bestand (gzip)"),
    Packed(b"\xd0\xcf\x11\xe0", "old Excel", "een oude werkmap van Excel"),
    Packed(b"7z\xbc\xaf", "a 7z archive", "een ingepakt bestand (7z)"),
    Packed(b"%PDF", "PDF", "een PDF"),
)


@dataclass(frozen=True)
class OtherText:
    """A text that is no table: what it is and what to do, in English and in Dutch (`uitleg`)."""

    words: str
    uitleg: str


IN_UTF16 = OtherText(
    "is text in UTF-16 (Excel calls it Unicode). Save it again as UTF-8 or Windows-1252.",
    "is tekst in UTF-16 (Excel noemt dat Unicode). Bewaar het opnieuw als CSV UTF-8",
)
WITH_NUL = OtherText(
    "holds NUL bytes, as a text in UTF-16 or a half-copied file does. Save it again as UTF-8, or copy it again; until then it is "
    "in no encoding that can be read.",
    "bevat NUL-bytes, zoals tekst in UTF-16 of een half gekopieerd bestand. Bewaar het opnieuw als CSV UTF-8, of kopieer "
    "het opnieuw",
)
_PAGE = OtherText(
    "looks like a web page or XML, though its name ends in .csv: a download that asked for a password or told of a fault gives "
    "such a file. Fetch the file itself from the supplier.",
    "lijkt een webpagina of XML: dat krijgt u van een download die om een wachtwoord vroeg of een fout meldde. Haal het "
    "bestand zelf opnieuw op",
)
_JSON = OtherText(
    "looks like JSON, though its name ends in .csv. Ask the supplier for the table as CSV.",
    "lijkt JSON. Bewaar de tabel als CSV",
)
_MACINTOSH = OtherText(
    "its lines end with a carriage return alone, as on an old Macintosh. Save it with line ends of Windows or Linux.",
    "heeft regels die eindigen zoals op een oude Macintosh (CR). Bewaar het als CSV met regeleinden van Windows of Linux",
)
_SEPARATOR_LINE = OtherText(
    "begins with a line for Excel alone (`sep=`), so the names of its columns stand one line too low. Remove that first line.",
    "begint met een regel die alleen voor Excel is (`sep=`). Haal die eerste regel weg",
)
_DELIMITERS = {
    "\t": ("tabs", "tabs"),
    "|": ("upright strokes", "rechte strepen"),
    ":": ("colons", "dubbele punten"),
    "^": ("carets", "dakjes"),
}


def packed_kind(head: bytes) -> Packed | None:
    """The kind of file that begins with these bytes; None when it may be text."""
    return next((kind for kind in PACKED if head.startswith(kind.first)), None)


def other_text(start: bytes) -> OtherText | None:
    """What a text is, by its first bytes (some lines of it at least), when it is no table in lines; None when it may be."""
    if start.startswith(UTF16):
        return IN_UTF16
    opening = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if _MARKUP.match(opening):
        return _PAGE
    if opening.startswith((b"{", b"[")):
        return _JSON
    if _FOR_EXCEL.match(opening):
        return _SEPARATOR_LINE
    return _MACINTOSH if b"\r" in start and b"\n" not in start else None


def other_delimiter(header: str) -> OtherText | None:
    """What parts the columns of a first line in which no semicolon or comma does; None when nothing known does."""
    for sign, (name, naam) in _DELIMITERS.items():
        if sign in header:
            return OtherText(
                f"its columns are parted by {name}. Save it with semicolons or commas between them.",
                f"heeft {naam} tussen de kolommen. Bewaar het met puntkomma's ertussen",
            )
    return None
