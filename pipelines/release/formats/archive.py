"""`<id>.zip`: everything of a release in one file, to carry elsewhere.

What belongs here: packing, with the same bytes for the same files. What does not: the pages, and the manifest (it lists the
zip itself). It unpacks into a folder of its own, named after release and version.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The same for every file: a zip that knew the clock would differ every time."""

_PACKED_ALREADY = ".parquet"
_QUICK = 1
"""Level of compression; 6 makes the large tables a tenth smaller and takes four times as long."""


def archive_name(release_id: str) -> str:
    """Name of the zip in a bundle."""
    return f"{release_id}.zip"


def inside(release_id: str, versie: str, name: str) -> str:
    """The path of a file inside the zip."""
    return f"{release_id}-{versie}/{name}"


def add_to_archive(names: Iterable[str], release_id: str, versie: str, folder: Path) -> Path:
    """Pack these files of the folder, in this order, behind what the zip holds already. Raises FileNotFoundError when one
    is missing."""
    path = folder / archive_name(release_id)
    with zipfile.ZipFile(path, "a") as packed:
        for name in names:
            about = zipfile.ZipInfo(inside(release_id, versie, name), _MOMENT)
            about.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
            about.create_system = 3
            about.external_attr = 0o644 << 16
            packed.writestr(about, (folder / name).read_bytes(), compresslevel=_QUICK)
    return path
