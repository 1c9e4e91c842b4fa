"""All release checks over a folder, in order.

What belongs here: which checks there are, how much of a table they read, and refusing a folder that fails one. What does
not: a check.
"""

from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import CheckFailed
from pipelines.release.content import files_with
from pipelines.release.format_checks.archives import check_archive
from pipelines.release.format_checks.by_csvw import check_by_csvw
from pipelines.release.format_checks.by_frictionless import check_by_frictionless
from pipelines.release.format_checks.by_shacl import check_by_shacl
from pipelines.release.format_checks.cubes import check_cubes
from pipelines.release.format_checks.descriptions import check_descriptions
from pipelines.release.format_checks.folder_facts import facts_in
from pipelines.release.format_checks.records import check_certificate, check_records
from pipelines.release.format_checks.whole_tables import check_tables
from pipelines.release.formats.certificate import NAME as CERTIFICATE
from pipelines.release.formats.certificate import Verdict
from pipelines.release.manifest import MANIFEST, verify

FIRST_ROWS = 100
"""Rows of each CSV that the libraries read while a bundle is made: they read row by row, a national table takes them a
minute. Rules of our own read every row every time."""


def check_files(folder: Path, rows: int | None = FIRST_ROWS) -> tuple[Verdict, ...]:
    """Every check of a file that can be made before certificate, zip and manifest exist. `rows`: how many rows of each CSV
    the libraries read (None: all). Raises CheckFailed when the folder does not even say what it is."""
    facts = facts_in(folder)
    missing = [name for name in packed_files(facts.tables, made=False) if not (folder / name).is_file()]
    if missing:
        return (Verdict("bestanden/aanwezig", "map", f"missing: {', '.join(missing)}"),)
    return (
        Verdict("bestanden/aanwezig", "map"),
        *check_tables(folder, facts),
        *check_by_frictionless(folder, facts, rows),
        *check_by_csvw(folder, facts, rows),
        *check_cubes(folder, facts, rows),
        *check_descriptions(folder, facts),
        *check_by_shacl(folder),
        *check_records(folder, facts),
    )


def check_made(folder: Path, before: Iterable[Verdict], *, unpack: bool = True) -> tuple[Verdict, ...]:
    """Checks of what is made after `check_files`, whose verdicts are `before`: certificate and zip, read whole or by its list."""
    facts = facts_in(folder)
    return (
        check_certificate(folder, facts, [verdict.rule for verdict in before]),
        check_archive(folder, facts, packed_files(facts.tables), unpack=unpack),
    )


def check_release(folder: Path, rows: int | None = None) -> tuple[Verdict, ...]:
    """Every check of a finished folder, the manifest first. Raises ManifestError when a file is not as it says."""
    manifest = verify(folder)
    found = check_files(folder, rows)
    facts = facts_in(folder)
    told = {
        name: manifest.facts.get(name) for name in ("release_id", "versie", "peiljaar", "status", "synthetic", "proef")
    }
    differs = sorted(name for name, fact in told.items() if fact != getattr(facts, name))
    own = Verdict(f"manifest/{MANIFEST}", "alle bestanden", f"tells otherwise: {', '.join(differs)}" if differs else "")
    return (own, *found, *check_made(folder, found))


def require_passed(verdicts: Iterable[Verdict]) -> None:
    """Raise CheckFailed that names every rule that failed and what was found."""
    failed = [verdict for verdict in verdicts if not verdict.passed]
    if failed:
        told = "\n".join(f"  {verdict.rule}: {verdict.fault}" for verdict in failed)
        raise CheckFailed(
            f"files of the release are not as they must be:\n{told}\nA release with such a file is not put in place and not "
            "approved. Take the folder from where it was built, or mend the step that writes the file; nothing is spent anew."
        )


def packed_files(tables: Iterable[str], *, made: bool = True) -> tuple[str, ...]:
    """The data files of a release with these tables as they go into the zip, the certificate last; without `made`, those
    that are there before it."""
    found = [name for name in files_with(tuple(tables)) if name not in (MANIFEST, CERTIFICATE)]
    return (*found, CERTIFICATE) if made else tuple(found)
