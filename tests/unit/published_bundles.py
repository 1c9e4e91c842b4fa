"""Bundles with invented measurements, written by the code that writes real ones, for tests of what reads them.

What belongs here: making such a bundle. What does not: tests, and noise of the real mechanism.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np

from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import KeySet, make_key_set
from pipelines.release.commands import add_commands
from pipelines.release.figures import publish_figures
from pipelines.release.manifest import freeze
from pipelines.release.measurement_files import MEASUREMENTS, measurements
from pipelines.release.plan import TABLES
from pipelines.release.privacy_record import write_privacy_record
from pipelines.release.tables import write_areas, write_tables
from tests.unit.invented_figures import persona_text, release_text

PERSONA, NATIONAL = "dakloos-verslaafd-schulden", "meisje-diabetes-coeliakie-school"
SIGMA = dict(zip(TABLES, (20.0, 16.0, 14.0, 12.0, 7.0, 9.0), strict=True))


def release_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands of `release`, without those that do the steps before it."""
    add_commands(subparsers, lambda _args, _context: 1, lambda _args, _context: 1)


def write_bundle(
    place: Path,
    personas: Personas,
    indicators: Indicators,
    peiljaar: int,
    *,
    seed: int,
    uncovered: frozenset[str] = frozenset(),
    higher: Mapping[str, int] | None = None,
    version: int = 1,
    synthetic: bool = True,
    closed: frozenset[str] = frozenset(),
) -> Path:
    """Write `<place>/<peiljaar>-voorlopig/1.0.0`: 600 people in every gemeente, `higher` gemeenten with more in their
    first cell, SCHULDHULP not delivered by `uncovered`; `version` of the definitions; `closed` regions are held back by a gate."""
    codes = {int(g.code[2:]) for g in gemeenten(peiljaar)}
    coverage = dict.fromkeys(load_catalogue().registers, frozenset(codes))
    coverage["SCHULDHULP"] = frozenset(codes - {int(code[2:]) for code in uncovered})
    chosen = tuple(personas.by_id[name] for name in (PERSONA, NATIONAL))
    key_set = with_closed(make_key_set(chosen, indicators, coverage, peiljaar), closed)
    dice = np.random.default_rng(seed)
    provincie = {g.code: g.provincie for g in gemeenten(peiljaar)}
    tables = {}
    for name in TABLES:
        level = name.removesuffix("_leeftijd_geslacht")
        width = 1 if name == level else 10
        truth = []
        for block in key_set.blocks:
            for region in block.at(level):
                inside = [code for code in block.gemeenten if region.code in ("NL01", provincie[code], code)]
                cells = np.full(width, len(inside) * 600 // width)
                cells[0] += sum((higher or {}).get(code, 0) for code in inside)
                truth.append(cells)
        vector = np.concatenate(truth)
        tables[name] = np.rint(vector + dice.normal(0, SIGMA[name], len(vector))).astype(np.int64)
    stored = cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=SIGMA))
    published = publish_figures(stored, key_set, "voorlopig", "1.0.0")
    folder = place / f"{peiljaar}-voorlopig" / "1.0.0"
    folder.mkdir(parents=True)
    write_tables(published.figures, folder)
    write_areas(published.areas, folder)
    measurements(stored, key_set, chosen).write_parquet(folder / MEASUREMENTS)
    texts = tuple(replace(persona_text(name), version=version) for name in (PERSONA, NATIONAL))
    write_privacy_record(replace(release_text(), personas=texts), folder)
    facts: dict[str, str | int | float | bool | None] = {
        "release_id": f"{peiljaar}-voorlopig",
        "versie": "1.0.0",
        "peiljaar": peiljaar,
        "synthetic": synthetic,
        "measurement_sha256": f"{peiljaar}-{seed}",
    }
    freeze(folder, facts)
    return folder


def with_closed(key_set: KeySet, closed: frozenset[str]) -> KeySet:
    """The key set as a gate would leave it that holds these regions back, for every persona."""
    return replace(
        key_set,
        blocks=tuple(block if block.state == "unknown" else replace(block, closed=closed) for block in key_set.blocks),
    )
