"""Damage to SPSS files."""

from collections.abc import Callable

import polars as pl

from tests.damage.kinds import Kind
from tests.damage.scene import Scene


def _sav(wrong: str, damage: Callable[[Scene], object], says: str, do: str) -> Kind:
    return Kind(wrong, damage, says, do, file_format="sav")


def _promised(content: bytes) -> bytes:
    return content[:80] + (2_000_000_000).to_bytes(4, "little") + content[84:]


def _spoiled(content: bytes) -> bytes:
    return content[:180] + b"\xee" * 200 + content[380:]


SAV = (
    _sav(
        "another magic word",
        lambda s: s.bytes(lambda c: b"$XX9" + c[4:]),
        "does not begin as sav does",
        "mend its name",
    ),
    _sav(
        "Parquet under the name of SPSS",
        lambda s: s.bytes(lambda c: b"PAR1" + c),
        "is Parquet by its first bytes",
        "mend its name",
    ),
    _sav("a header that is spoiled", lambda s: s.bytes(_spoiled), "cannot be read as sav", "have it copied again"),
    _sav(
        "more rows promised than fit",
        lambda s: s.bytes(_promised),
        "its SPSS header promises more rows",
        "have it copied again",
    ),
    _sav(
        "codes stored as fractions",
        lambda s: s.rewrite("INPATAB", pl.lit(12.5).alias("inpp100ppers")),
        "a stored fraction, not a whole number",
        "have it rounded",
    ),
    _sav(
        "numbers without bounds",
        lambda s: s.rewrite("INPATAB", pl.lit(1e30).alias("inpp100ppers")),
        "a whole number too large to be kept",
        "ask what it means",
    ),
)
