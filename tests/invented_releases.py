"""Published releases with invented numbers, whole enough for the public site: for its tests, benchmark and screenshots.

What belongs here: writing `<release id>/<version>/` with the code that writes real ones, from the project's own personas. What
does not: noise of the real mechanism, tests.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl

from pipelines.datacenter.pages import write_pages
from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten, inwoners
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.personas.load import Personas, load_personas
from pipelines.personas.mechanisms import read_mechanisms
from pipelines.personas.spec import Persona
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import KeySet, make_key_set
from pipelines.release.content import Fact, MechanismText, ReleaseText
from pipelines.release.figures import Published, publish_figures
from pipelines.release.manifest import freeze
from pipelines.release.measure import Prepared
from pipelines.release.measurement_files import write_measurements
from pipelines.release.plan import TABLES, load_plan
from pipelines.release.privacy_record import write_privacy_record
from pipelines.release.readme import write_readme
from pipelines.release.tables import write_areas, write_tables
from pipelines.release.text_file import write_text
from pipelines.release.texts import persona_text
from tests.surroundings import CHECKOUT
from tests.unit.invented_figures import release_text
from tests.unit.published_bundles import with_closed

SIGMA = dict(zip(TABLES, (20.0, 16.0, 14.0, 12.0, 7.0, 9.0), strict=True))
SPECS = CHECKOUT / "persona_specs"
_RATES = {"missing": 1.0, "served": 1.6, "unknown": 0.5}


def publish(
    uitgaven: Path,
    peiljaar: int,
    *,
    chosen: Sequence[str] = (),
    uncovered: frozenset[str] = frozenset(),
    higher: Mapping[str, int] | None = None,
    versie: str = "1.0.0",
    facts: Mapping[str, Any] | None = None,
    publication: Mapping[str, object] | None = None,
    duiding: Sequence[Mapping[str, object]] | None = None,
    pages: bool = False,
    closed: frozenset[str] = frozenset(),
    gate: tuple[str, ...] = (),
    definition: str = "5f0c1f7a2b",
) -> Path:
    """Write one published version and return its folder.

    `chosen`: ids of personas, all when empty. `uncovered`: gemeenten without SCHULDHULP. `higher`: gemeente -> people more in
    the first cell of every block. `facts` and `publication` replace what the two files say; `pages`: those of the bundle too. `closed`: regions
    that a gate holds back, and `gate` what the texts say of it. `definition`: the fingerprint of every persona.
    """
    indicators = _indicators()
    known = _personas().by_id
    mine = tuple(known[name] for name in chosen or known)
    key_set = with_closed(_key_set(mine, indicators, peiljaar, uncovered), closed)
    stored = _measured(key_set, peiljaar, higher or {}, versie)
    published = publish_figures(stored, key_set, "voorlopig", versie)
    text = replace(_text(mine, indicators, published, peiljaar, versie, definition), gate=gate)
    folder = uitgaven / text.release_id / versie
    folder.mkdir(parents=True)
    write_tables(published.figures, folder)
    write_areas(published.areas, folder)
    write_measurements(stored, key_set, mine, load_plan(SPECS / "release_plans", f"{peiljaar}-voorlopig"), folder)
    write_privacy_record(text, folder)
    write_readme(text, folder)
    write_text(text, folder)
    if pages:
        write_pages(pl.concat([published.figures, published.areas]), text, folder)
    said: dict[str, Fact] = {
        "release_id": text.release_id,
        "versie": versie,
        "peiljaar": peiljaar,
        "synthetic": True,
        "status": "voorlopig",
    }
    freeze(folder, said | {"measurement_sha256": f"{peiljaar}-{versie.split('.')[0]}"} | dict(facts or {}))
    told: dict[str, object] = {
        "released_at": f"{peiljaar + 2}-03-02T01:00:00+00:00",
        "kind": "nieuw",
        "note": "Eerste uitgave.",
        "demonstration": True,
    }
    (folder / "publication.json").write_text(json.dumps(told | dict(publication or {})), encoding="utf-8")
    if duiding is not None:
        (folder / "duiding.json").write_text(json.dumps({"figures": list(duiding)}), encoding="utf-8")
    return folder


@cache
def _indicators() -> Indicators:
    return load_indicators(SPECS / "indicators", load_catalogue())


@cache
def _personas() -> Personas:
    return load_personas(SPECS / "personas", _indicators())


def _key_set(mine: tuple[Persona, ...], indicators: Indicators, peiljaar: int, uncovered: frozenset[str]) -> KeySet:
    codes = {int(g.code[2:]) for g in gemeenten(peiljaar)}
    coverage = dict.fromkeys(load_catalogue().registers, frozenset(codes))
    coverage["SCHULDHULP"] = frozenset(codes - {int(code[2:]) for code in uncovered})
    return make_key_set(mine, indicators, coverage, peiljaar)


def _measured(key_set: KeySet, peiljaar: int, higher: Mapping[str, int], versie: str) -> StoredMeasurement:
    """People in proportion to inhabitants, at a rate that differs per persona and gemeente, with normal noise."""
    dice = np.random.default_rng([peiljaar, int(versie.split(".")[0])])
    table = inwoners(peiljaar)
    people = {
        g.code: np.array([table[g.code, b, s] for b in AGE_BANDS for s in SEXES.values()]) for g in gemeenten(peiljaar)
    }
    provincie = {g.code: g.provincie for g in gemeenten(peiljaar)}
    parts: dict[str, list[Any]] = {name: [] for name in TABLES}
    for number, block in enumerate(key_set.blocks):
        rate = _RATES[block.state] * (0.15 + 0.25 * (number // 3 % 7)) / 1000
        tilt = np.random.default_rng(number // 3)
        cells = {code: np.rint(people[code] * rate * (0.4 + 1.2 * tilt.random())) for code in block.gemeenten}
        for code in cells.keys() & higher.keys():
            cells[code][0] += higher[code]
        for region in block.regions:
            inside = [code for code in cells if region.code in (NEDERLAND, provincie[code], code)]
            counts = sum((cells[code] for code in inside), np.zeros(len(AGE_BANDS) * len(SEXES)))
            parts[f"{region.level}_leeftijd_geslacht"].append(counts)
            parts[region.level].append(counts.sum(keepdims=True))
    truth = {name: np.concatenate(found) if found else np.zeros(0) for name, found in parts.items()}
    drawn = {n: np.rint(v + dice.normal(0, SIGMA[n], len(v))).astype(np.int64) for n, v in truth.items()}
    return cast(StoredMeasurement, SimpleNamespace(tables=drawn, sigma=SIGMA))


def _text(
    mine: tuple[Persona, ...], indicators: Indicators, published: Published, peiljaar: int, versie: str, definition: str
) -> ReleaseText:
    catalogue = load_catalogue()
    mechanisms = read_mechanisms(SPECS / "mechanisms.yaml")
    prepared = SimpleNamespace(
        fingerprints=defaultdict(lambda: definition),
        standings=defaultdict(lambda: SimpleNamespace(demonstration=False, after_attrition=False)),
        loss=None,
    )
    return replace(
        release_text(),
        release_id=f"{peiljaar}-voorlopig",
        versie=versie,
        title=f"Wie mist een voorziening? Peiljaar {peiljaar}",
        peiljaar=peiljaar,
        peildatum=f"{peiljaar}-12-31",
        status="voorlopig",
        created_at=f"{peiljaar + 2}-02-01T00:00:00+00:00",
        personas=tuple(
            persona_text(p, cast(Prepared, prepared), published, indicators, mechanisms, catalogue) for p in mine
        ),
        mechanisms=tuple(MechanismText(**mechanism.model_dump()) for mechanism in mechanisms.values()),
    )
