"""Whole bundles with invented measurements, as a release makes them, for the checklist.

What belongs here: making one from the pieces that write real ones. What does not: tests.
"""

import json
from dataclasses import replace
from pathlib import Path

from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.content import Fact
from pipelines.release.manifest import freeze
from pipelines.release.privacy_record import write_privacy_record
from tests.unit.invented_figures import persona_text, release_text
from tests.unit.published_bundles import NATIONAL, PERSONA, write_bundle

PLAN = {"rho": "1/20", "delta": "1e-6", "contributions": 3}
_PAGE = "<html lang='nl'>synthetisch<h3>Dit kan geen registratie weten</h3><ul><li>veel</li></ul></html>"


def write_whole_bundle(
    place: Path,
    personas: Personas,
    indicators: Indicators,
    peiljaar: int,
    *,
    seed: int,
    version: int = 1,
    higher: dict[str, int] | None = None,
    **facts: Fact,
) -> Path:
    """`<place>/<peiljaar>-voorlopig/1.0.0`, with everything that the checklist reads."""
    folder = write_bundle(place, personas, indicators, peiljaar, seed=seed, version=version, higher=higher)
    (folder / "manifest.json").unlink()
    texts = tuple(replace(persona_text(name), version=version) for name in (PERSONA, NATIONAL))
    write_privacy_record(replace(release_text(), personas=texts), folder)
    (folder / "uitgaveplan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    (folder / "LEESMIJ.txt").write_text("Synthetisch.", encoding="utf-8")
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    (folder / "persona").mkdir()
    for name in (PERSONA, NATIONAL):
        (folder / "persona" / f"{name}.html").write_text(_PAGE, encoding="utf-8")
    known: dict[str, Fact] = {
        "release_id": f"{peiljaar}-voorlopig", "versie": "1.0.0", "peiljaar": peiljaar, "status": "voorlopig",
        "synthetic": True, "proef": False, "measurement_sha256": f"{seed:064x}", "ledger_head": "cd" * 32,
        "made_with": "test", "content": "ef" * 32,
    }  # fmt: skip
    freeze(folder, known | facts)
    return folder
