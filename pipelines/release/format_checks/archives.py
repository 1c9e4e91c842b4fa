"""The zip of a release: exactly the files beside it, under paths that stay in one folder.

What belongs here: that comparison. What does not: packing (`formats/archive.py`).
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

from pipelines.release.format_checks.reading import WHOLE, cause
from pipelines.release.formats.archive import archive_name, inside
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.tables_of import ReleaseFacts


def check_archive(folder: Path, facts: ReleaseFacts, names: Iterable[str], *, unpack: bool = True) -> Verdict:
    """Whether the zip holds these files of the folder, in this order and nothing else, each with the same bytes. Without
    `unpack` its list of sizes and CRC-32 is compared, which is enough for a zip packed from these very files just now."""
    name = archive_name(facts.release_id)
    wanted = {inside(facts.release_id, facts.versie, each): folder / each for each in names}
    return Verdict(f"zip/{name}", WHOLE if unpack else "inhoudsopgave", _fault(folder / name, wanted, unpack=unpack))


def _fault(path: Path, wanted: dict[str, Path], *, unpack: bool) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            found = packed.infolist()
            if [about.filename for about in found] != list(wanted):
                return "files missing, unknown or in another order"
            # Sizes first: a zip can be made that unpacks into more than any disk holds.
            other = [
                about.filename
                for about in found
                if about.file_size != wanted[about.filename].stat().st_size
                or crc32(content := wanted[about.filename].read_bytes()) != about.CRC
                or (unpack and packed.read(about) != content)
            ]
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        return f"cannot be read as a zip ({cause(error)})"
    return f"differs from the folder: {', '.join(name.partition('/')[2] for name in other)}" if other else ""
