"""From written files to a draft that may be frozen: checks, certificate, zip.

What belongs here: that order, while a bundle is made. What does not: a check (`format_checks`), a format (`formats`), the
manifest, which comes after and covers the zip too.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.privacy.entry import Entry
from pipelines.release.content import ReleaseText
from pipelines.release.format_checks.run import check_files, check_made, packed_files, require_passed
from pipelines.release.formats.archive import add_to_archive
from pipelines.release.formats.certificate import write_certificate
from pipelines.release.formats.tables_of import facts_of


def certify(release: ReleaseText, entry: Entry, draft: Path) -> None:
    """Check the files of a draft, write certificate and zip, and check those. Raises CheckFailed: nothing is put in place."""
    tables = facts_of(release).tables
    *first, last = packed_files(tables)
    # Packing needs no lock of Python: it takes the second core while the libraries read.
    with ThreadPoolExecutor(1) as beside:
        packing = beside.submit(add_to_archive, first, release.release_id, release.versie, draft)
        verdicts = check_files(draft)
    require_passed(verdicts)
    packing.result()
    write_certificate(release, entry.hash, entry.measurement_sha256, verdicts, draft)
    add_to_archive([last], release.release_id, release.versie, draft)
    require_passed(check_made(draft, verdicts, unpack=False))
