"""The noised measurements of one release, as bytes that are the same wherever they are written.

What belongs here: the file format (this is the noisy measurement file that a release carries). What does
not belong: exact counts, and anything secret of the ledger.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType

import numpy as np

from pipelines.errors import RoomError
from pipelines.privacy.budget import exact_text, parse_amount
from pipelines.privacy.mechanism import Counts
from pipelines.privacy.unit import unit_of
from pipelines.privacy.workload import Table, Workload

_MAGIC = b"BLINDEVLEK-M1\n"
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Measurement:
    """Noised tables with the public facts of their noise.

    `tables`: name -> int64 vector in the public order of its cells (negative values are right: nothing was
    clipped). `sigma`: name -> scale of the discrete Gaussian. `blob`: the same as bytes.
    """

    blob: bytes
    workload: Workload
    noise: str
    valid_for_publication: bool
    tables: Mapping[str, Counts]
    sigma: Mapping[str, float]

    @property
    def sha256(self) -> str:
        return sha256(self.blob).hexdigest()


def canonical_json(facts: Mapping[str, object]) -> bytes:
    """One text per meaning: sorted keys, no spaces, ASCII."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def encode(
    workload: Workload, noised: Mapping[str, Counts], sigma: Mapping[str, float], noise: str, *, valid: bool
) -> bytes:
    """The measurement file: magic, length of the header, canonical JSON header, little-endian int64 cells."""
    header = canonical_json(
        {
            "unit": workload.unit.words,
            "contributions": workload.contributions,
            "delta": repr(workload.delta),
            "noise": noise,
            "valid_for_publication": valid,
            "tables": [
                {"name": t.name, "size": t.size, "rho": exact_text(t.rho), "sigma": repr(sigma[t.name])}
                for t in workload.tables
            ],
        }
    )
    vectors = [noised[table.name].astype("<i8").tobytes() for table in workload.tables]
    return b"".join([_MAGIC, _LENGTH.pack(len(header)), header, *vectors])


def decode(blob: bytes) -> Measurement:
    """Read a measurement file. Raises RoomError when it is not one or is damaged."""
    try:
        return _decode(blob)
    except (ValueError, KeyError, TypeError, struct.error):
        raise RoomError(
            "A measurement file cannot be read: it is damaged, or not a measurement file of this version. "
            "Restore the room from its backup; do not measure again, that would spend budget twice."
        ) from None


def _decode(blob: bytes) -> Measurement:
    if not blob.startswith(_MAGIC):
        raise ValueError("no measurement file")
    start = len(_MAGIC) + _LENGTH.size
    (length,) = _LENGTH.unpack(blob[len(_MAGIC) : start])
    header = json.loads(blob[start : start + length])
    workload = Workload(
        tuple(Table(t["name"], t["size"], _rho(t["rho"])) for t in header["tables"]),
        header["contributions"],
        float(header["delta"]),
        unit_of(header["unit"]),
    )
    cells = np.frombuffer(blob, dtype="<i8", offset=start + length)
    if len(cells) != workload.size:
        raise ValueError("cells missing")
    ends = np.cumsum([table.size for table in workload.tables])[:-1]
    vectors = np.split(cells.astype(np.int64, copy=False), ends)
    return Measurement(
        blob=blob,
        workload=workload,
        noise=header["noise"],
        valid_for_publication=header["valid_for_publication"] is True,
        tables=MappingProxyType({t.name: v for t, v in zip(workload.tables, vectors, strict=True)}),
        sigma=MappingProxyType({t["name"]: float(t["sigma"]) for t in header["tables"]}),
    )


def _rho(text: str) -> Fraction:
    return parse_amount(text)
