"""Raw municipal files of invented people, and a search for numbers that must be nowhere.

What belongs here: what several tests of municipal deliveries share. What does not: the tests.
"""

import io
import json
import traceback
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

import polars as pl

from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.municipal.bsn import passes_eleven_test
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.pseudonymise import Request, pseudonymise
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from tests.tiny import PEILJAAR

HEADER = "bsn;begindatum;einddatum;trajectsoort"


def numbers(start: int) -> Iterator[str]:
    """Numbers of nine digits that pass the eleven-test, from `start` on. From 999990000 they are numbers for tests;
    from 1 they are the synthetic ones."""
    return (text for text in (f"{number:09d}" for number in range(start, 10**9)) if passes_eleven_test(text))


def some(count: int, start: int = 999_990_000) -> list[str]:
    """The first numbers from `start` on."""
    return list(islice(numbers(start), count))


def raw(bsns: Iterable[str], *, begin: str = "20230101", kind: str = "S") -> bytes:
    """A raw SCHULDHULP file with one running traject a person."""
    return "".join(f"{line}\r\n" for line in (HEADER, *(f"{bsn};{begin};;{kind}" for bsn in bsns))).encode("cp1252")


def seal(
    content: bytes,
    key: MunicipalKey,
    to: Path,
    *,
    gemeente: str = "GM0363",
    register: str = "SCHULDHULP",
    version: int = 1,
) -> Path:
    """Make a sealed delivery of a raw file; one without rows says that there is nothing to report."""
    request = Request(
        register, gemeente, PEILJAAR, version, content.count(b"\n") == 1, "tiny" if key.purpose == "synthetic" else None
    )
    return pseudonymise(io.BytesIO(content), request, key, load_catalogue(), to)


def write_linkage(
    folder: Path, key: MunicipalKey, links: dict[str, int], *, register: str = "SCHULDHULP", twice: bool = False
) -> None:
    """The linkage table as CBS makes it, for these BSNs and RINs."""
    maker = Pseudonymiser(key, register)
    rows = [(register, maker.pseudonym(bsn), "R", f"{rin:09d}") for bsn, rin in links.items()]
    frame = pl.DataFrame(
        rows + rows[: int(twice)], schema=["register", "pseudonym", "rinpersoons", "rinpersoon"], orient="row"
    )
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_csv(folder / "KOPPELING.csv", separator=";")
    manifest = {
        "peiljaar": PEILJAAR,
        "kind": key.purpose,
        "population": "tiny" if key.purpose == "synthetic" else None,
        "key_id": key.key_id,
        "key_check": key.check,
        "file": "KOPPELING.csv",
        "completed": True,
    }
    (folder / "linkage.json").write_text(json.dumps(manifest), encoding="utf-8")


def forms(number: str) -> tuple[bytes, ...]:
    """How a number can stand in a file: as text, as wide text, as a 64-bit integer."""
    return (
        number.encode(),
        number.encode("utf-16-le"),
        number.encode("utf-16-be"),
        int(number).to_bytes(8, "little"),
    )


def files_with(folder: Path, needles: Iterable[bytes]) -> list[str]:
    """Names of the files below a folder that hold any of these bytes; every file, byte by byte."""
    wanted = list(needles)
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if any(needle in content for needle in wanted):
            found.append(path.relative_to(folder).as_posix())
    return found


def everything_in(error: BaseException) -> str:
    """All that an error carries: messages, the chain, and the locals of every frame below the test that caught it."""
    inner = error.__traceback__
    while inner is not None and "/tests/" in inner.tb_frame.f_code.co_filename:
        inner = inner.tb_next
    return "\n".join(_formatted(error, inner)) + repr(error) + repr(error.__context__) + repr(error.__cause__)


def _formatted(error: BaseException, inner: TracebackType | None) -> Iterator[str]:
    told = traceback.TracebackException(type(error), error.with_traceback(inner), inner, capture_locals=True)
    yield from told.format(chain=True)


def parts(secret: str) -> tuple[str, ...]:
    """Every run of twelve characters of a secret: showing a part is showing it."""
    return tuple(secret[place : place + 12] for place in range(len(secret) - 11))
