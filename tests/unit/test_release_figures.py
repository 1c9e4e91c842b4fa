"""Figures of states that are measured nowhere: they stand in the files without a number, and nothing stops."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl

from pipelines.facts.gemeenten import NEDERLAND, gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import STATES
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import make_key_set
from pipelines.release.figures import publish_figures
from pipelines.release.plan import TABLES

PEILJAAR = 2023
PERSONAS = ("lvb-stel-zwanger-in-opvang", "wia-zelf-stopgezet")
"""The first asks for Wmo-begeleiding, the second for nothing that only gemeenten deliver."""


def test_a_voorziening_that_nobody_delivers_is_not_measured_and_says_so(
    personas: Personas, indicators: Indicators
) -> None:
    everywhere = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR))
    coverage = {name: everywhere for name in load_catalogue().registers if name != "WMOBUS"}
    key_set = make_key_set([personas.by_id[name] for name in PERSONAS], indicators, coverage, PEILJAAR)
    tables = {name: np.full(key_set.table_size(name), 500) for name in TABLES}
    measured = cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=dict.fromkeys(TABLES, 7.0)))

    published = publish_figures(measured, key_set, "voorlopig", "1.0.0")

    total = (pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal")
    national = published.figures.filter((pl.col("regio") == NEDERLAND) & total)
    assert set(national.select("persona", "toestand").rows()) == {
        (name, state) for name in PERSONAS for state in STATES
    }
    unmeasured = national.filter(pl.col("bruikbaarheid") == "niet_gemeten")
    assert set(unmeasured.select("persona", "toestand").rows()) == {(PERSONAS[0], "missing"), (PERSONAS[0], "served")}
    assert unmeasured["schatting"].null_count() == 2
    assert published.reach.get(PERSONAS[0]) is None
    assert published.reach[PERSONAS[1]] is not None
