"""`certificate.json`: what was measured, under which plan, and which checks the files passed.

What belongs here: that statement. What does not: carrying out a check (`pipelines/release/format_checks`), the votes of
partners, and anything exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipelines.release.content import PersonaText, ReleaseText, TableFacts
from pipelines.release.formats.words import json_text

NAME = "certificate.json"
PASSED = "in orde"
PLAN = "uitgaveplan.json"

_LATER = (
    "De zip en manifest.json worden na dit certificaat gemaakt. Hun controle staat er daarom niet in; "
    "`blindevlek release check MAP` doet die, en leest elke regel van elke tabel."
)


@dataclass(frozen=True)
class Verdict:
    """One rule over one file: what was read for it, and what was wrong (nothing: it passed). Holds no value of a row."""

    rule: str
    read: str
    fault: str = ""

    @property
    def passed(self) -> bool:
        return not self.fault


def write_certificate(
    release: ReleaseText, ledger_head: str, measurement: str, verdicts: Iterable[Verdict], folder: Path
) -> Path:
    """Write the certificate; the same release and verdicts give the same bytes.

    `ledger_head`: hash of the ledger entry that paid; `measurement`: sha256 of the noised measurement.
    """
    path = folder / NAME
    plan = sha256((folder / PLAN).read_bytes()).hexdigest()
    content = {
        "uitgave": release.release_id,
        "versie": release.versie,
        "peiljaar": release.peiljaar,
        "status": release.status,
        "synthetisch": release.synthetic,
        "proef": release.proef,
        "plan": {"bestand": PLAN, "sha256": plan},
        "meting": {
            "sha256": measurement,
            "grootboek": ledger_head,
            "rho": release.rho,
            "ruis": release.noise,
            "opendp": release.opendp_version,
            "code": release.code_version,
            "tabellen": [_table(table) for table in release.tables],
            "personas": [_persona(persona) for persona in release.personas],
        },
        "controles": [
            {"regel": verdict.rule, "oordeel": PASSED if verdict.passed else "niet in orde", "gelezen": verdict.read}
            for verdict in verdicts
        ],
        "later": _LATER,
    }
    path.write_bytes(json_text(content).encode())
    return path


def _table(table: TableFacts) -> dict[str, object]:
    return {"tabel": table.name, "metingen": table.cells, "rho": table.rho, "sigma": table.sigma}


def _persona(persona: PersonaText) -> dict[str, object]:
    return {
        "id": persona.id,
        "versie": persona.version,
        "definitie_sha256": persona.fingerprint,
        "status": persona.status,
    }
