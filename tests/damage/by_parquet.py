"""Damage to Parquet: its ends, what it declares of itself, and what columns are stored as."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.damage.kinds import Kind
from tests.damage.scene import PERSON, Scene

AGAIN = "have it copied again"
CONVERT = "have it converted again"


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Scene], None]:
    return lambda scene: scene.bytes(change)


def _huge_description(content: bytes) -> bytes:
    return content[:-8] + (0x7FFFFFFF).to_bytes(4, "little") + content[-4:]


def _spoiled_description(content: bytes) -> bytes:
    length = int.from_bytes(content[-8:-4], "little")
    return content[: -8 - length] + b"\xff" * length + content[-8:]


def _rows(scene: Scene, of_file: int, of_part: int) -> None:
    """The numbers of rows in the description, in place of those of 12345 rows of one value."""
    real = 12_345
    pq.write_table(pa.table({"rinpersoons": pa.array(["R"] * real)}), scene.path(), compression="zstd")
    content = scene.path().read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    description, old = content[start:-8], _varint(real)
    first = description.index(old)
    last = description.rindex(old)
    description = description[:last] + _varint(of_part) + description[last + len(old) :]
    description = description[:first] + _varint(of_file) + description[first + len(old) :]
    length = len(description).to_bytes(4, "little")
    scene.path().write_bytes(content[:start] + description + length + b"PAR1")


def _varint(number: int) -> bytes:
    """A whole number as Thrift's compact protocol writes it (zigzag, seven bits a byte)."""
    left, written = number << 1, b""
    while left > 0x7F:
        written += bytes([left & 0x7F | 0x80])
        left >>= 7
    return written + bytes([left])


def _unpacks(scene: Scene) -> None:
    """A hundred columns, each of which unpacks to twelve megabytes of one sign."""
    blob = pa.array(["a" * 12_000_000])
    table = pa.table({f"k{number}": blob for number in range(100)})
    pq.write_table(
        table, scene.path(), compression="zstd", compression_level=19, use_dictionary=False, write_statistics=False
    )


def _wide(scene: Scene) -> None:
    pq.write_table(pa.table({f"k{number}": pa.array(["1"]) for number in range(6_000)}), scene.path())


def _as(kind: Any) -> Callable[[Scene], None]:
    return lambda scene: scene.rewrite(PERSON, pl.lit(None, dtype=pl.String).cast(kind).alias("gbageslacht"))


def _middle(content: bytes) -> bytes:
    return content[:4] + b"\xff" * 400 + content[404:]


PARQUET = (
    Kind("cut off", _bytes(lambda c: c[: len(c) // 2]), "it begins as Parquet and does not end as", AGAIN),
    Kind("rows that were overwritten", _bytes(_middle), "cannot be read to its end", AGAIN),
    Kind(
        "text under the name of Parquet",
        _bytes(lambda _: b"a;b\r\n1;2\r\n"),
        "does not begin as parquet does",
        "mend its name",
    ),
    Kind(
        "SPSS under the name of Parquet",
        _bytes(lambda _: b"$FL2@(#) SPSS"),
        "is SPSS by its first bytes",
        "mend its name",
    ),
    Kind(
        "a description larger than the file",
        _bytes(_huge_description),
        "a description of itself that is larger",
        "have it made again",
    ),
    Kind(
        "a description that is spoiled",
        _bytes(_spoiled_description),
        "the description at its end cannot be read",
        AGAIN,
    ),
    Kind(
        "more rows than bytes could hold",
        lambda s: _rows(s, 10**12, 10**12),
        "more rows than a file of its size can hold. It is",
        "have it made again",
    ),
    Kind(
        "rows that do not add up",
        lambda s: _rows(s, 777, 12_345),
        "another number of rows than its parts",
        "have it made again",
    ),
    Kind("content that unpacks without end", _unpacks, "would unpack to over", "have it made again"),
    Kind("a list in each row", _as(pl.List(pl.String)), "a list or a record in each row", "write it out as columns"),
    Kind("decimals of a fixed number", _as(pl.Decimal(10, 2)), "decimals of a fixed number", CONVERT),
    Kind("binary content", _as(pl.Binary), "is stored as binary content", CONVERT),
    Kind("yes and no", _as(pl.Boolean), "is stored as yes or no", CONVERT),
    Kind(
        "a time of day",
        lambda s: s.rewrite(PERSON, pl.time(1, 2, 3).alias("gbageslacht")),
        "a time of day or a length",
        CONVERT,
    ),
    Kind(
        "a key stored as numbers",
        lambda s: s.rewrite(PERSON, pl.col("rinpersoon").cast(pl.Int64)),
        "as a number it lost its",
        CONVERT,
    ),
)
