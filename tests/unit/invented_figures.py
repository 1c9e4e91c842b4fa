"""Invented figures and texts of a release, for the tests of files and pages.

What belongs here: builders of small and full-size frames, all numbers made up. What does not: tests.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten, inwoners, provincies
from pipelines.release.choices import data_dependent_choices
from pipelines.release.content import PersonaText, ReleaseText, TableFacts
from pipelines.release.formats.columns import COLUMNS

PEILJAAR = 2023
PERSONAS = ("schuld-zonder-startkwalificatie", "zelfstandige-ziek-met-schuld", "weg-uit-huis")
AGES = ("totaal", *AGE_BANDS)
GENDERS = ("totaal", *SEXES.values())
COVERED_EACH = 3
"""Every third gemeente has no delivery of the voorziening."""

_RATES = {"missing": 1.4, "served": 2.1, "unknown": 0.8}
_SD = {"land": 60.0, "provincie": 34.0, "gemeente": 9.0}


def uncovered() -> set[str]:
    """Codes of the gemeenten for which the voorziening is not measured."""
    return {g.code for i, g in enumerate(gemeenten(PEILJAAR)) if i % COVERED_EACH == 1}


def figures(seed: int = 1, personas: tuple[str, ...] = PERSONAS) -> pl.DataFrame:
    """A full-size frame: all gemeenten, provincies and the Netherlands, by age and sex, for each persona."""
    draw = np.random.default_rng(seed)
    regions = _regions()
    blocks = [
        _block(draw, regions, persona, state, factor)
        for factor, persona in enumerate(personas, start=1)
        for state in _RATES
    ]
    return pl.concat(blocks).select([pl.col(name).cast(c.dtype) for name, c in COLUMNS.items()])


def small_figures() -> pl.DataFrame:
    """One persona, total age and sex only, for three gemeenten and the Netherlands."""
    kept = ["NL01", "PV20", "GM0014", "GM0034", "GM0037"]
    whole = (pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal")
    return figures(personas=PERSONAS[:1]).filter(whole & pl.col("regio").is_in(kept))


def with_value(frame: pl.DataFrame, regio: str, state: str, **values: object) -> pl.DataFrame:
    """The frame with other values in the total rows of one region and state."""
    hit = (
        (pl.col("regio") == regio)
        & (pl.col("toestand") == state)
        & (pl.col("leeftijd") == "totaal")
        & (pl.col("geslacht") == "totaal")
    )
    return frame.with_columns(
        pl.when(hit).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def _regions() -> pl.DataFrame:
    table = inwoners(PEILJAAR)
    bare = uncovered()
    rows = []
    for g in gemeenten(PEILJAAR):
        for (code, age, sex), people in _with_totals(table, g.code).items():
            for niveau, regio, naam in (
                ("gemeente", code, g.naam),
                ("provincie", g.provincie, provincies(PEILJAAR)[g.provincie]),
                ("land", NEDERLAND, "Nederland"),
            ):
                rows.append((niveau, regio, naam, age, sex, people, people * (code not in bare), code not in bare))
    names = ["niveau", "regio", "regio_naam", "leeftijd", "geslacht", "people", "covered_people", "covered"]
    return (
        pl.DataFrame(rows, schema=names, orient="row")
        .group_by("niveau", "regio", "regio_naam", "leeftijd", "geslacht", maintain_order=True)
        .agg(
            pl.col("people").sum(),
            pl.col("covered_people").sum(),
            pl.col("covered").sum().alias("dekking_gemeenten"),
            pl.len().alias("dekking_gemeenten_totaal"),
        )
    )


def _with_totals(table: dict[tuple[str, str, str], int], code: str) -> dict[tuple[str, str, str], int]:
    return {
        (code, age, sex): sum(
            table[code, a, s]
            for a in (AGE_BANDS if age == "totaal" else (age,))
            for s in (SEXES.values() if sex == "totaal" else (sex,))
        )
        for age in AGES
        for sex in GENDERS
    }


def _block(draw: np.random.Generator, regions: pl.DataFrame, persona: str, state: str, factor: int) -> pl.DataFrame:
    n = regions.height
    base = np.where(state == "unknown", regions["people"], regions["covered_people"])
    tilt = {r: 0.4 + 1.2 * draw.random() for r in regions["regio"].unique(maintain_order=True)}
    spread = np.array([1.0 if r == NEDERLAND else tilt[r] for r in regions["regio"]])
    sd = np.array([_SD[niveau] for niveau in regions["niveau"]]) * np.where(regions["leeftijd"] == "totaal", 1, 0.6)
    estimate = base * spread * _RATES[state] / factor / 1000 + sd * draw.standard_normal(n)
    margin = 1.959963984540054 * sd
    frame = regions.with_columns(
        pl.Series("schatting", estimate),
        pl.Series("sd", sd),
        pl.Series("marge95", margin),
        pl.Series("onder95", estimate - margin),
        pl.Series("boven95", estimate + margin),
        pl.Series("inwoners", np.asarray(base)),
    )
    if state == "unknown":
        frame = frame.with_columns(pl.col("dekking_gemeenten_totaal").alias("dekking_gemeenten"))
    bare = pl.col("dekking_gemeenten") == 0
    per_1000 = {"schatting": "per_1000", "onder95": "per_1000_onder95", "boven95": "per_1000_boven95"}
    numbers = ["schatting", "sd", "marge95", "onder95", "boven95"]
    return (
        frame.with_columns(pl.when(bare).then(None).otherwise(pl.col(c)).alias(c) for c in numbers)
        .with_columns((pl.col(c) / pl.col("inwoners") * 1000).alias(name) for c, name in per_1000.items())
        .with_columns(
            pl.lit(persona).alias("persona"),
            pl.lit(state).alias("toestand"),
            pl.lit(PEILJAAR).alias("jaar"),
            pl.col("schatting").round().clip(lower_bound=0).cast(pl.Int64).alias("weergave"),
            pl.when(bare)
            .then(pl.lit("niet_gemeten"))
            .when(pl.col("schatting") < 2 * pl.col("marge95"))
            .then(pl.lit("te_onzeker"))
            .otherwise(pl.lit("bruikbaar"))
            .alias("bruikbaarheid"),
            pl.when(bare)
            .then(pl.lit("niet_gemeten"))
            .when(pl.col("schatting") < 2 * pl.col("marge95"))
            .then(pl.lit("D"))
            .when(pl.col("sd") <= 0.05 * pl.col("schatting"))
            .then(pl.lit("A"))
            .when(pl.col("sd") <= 0.10 * pl.col("schatting"))
            .then(pl.lit("B"))
            .otherwise(pl.lit("C"))
            .alias("kwaliteit"),
            (100 * pl.col("inwoners") / pl.col("people")).alias("dekking_inwoners_pct"),
            pl.lit("definitief").alias("status"),
            pl.lit("1.0.0").alias("versie"),
        )
        .with_columns(pl.col(list(per_1000.values())).fill_nan(None))
    )


def persona_text(persona: str = PERSONAS[0]) -> PersonaText:
    """Texts of an invented persona."""
    return PersonaText(
        id=persona,
        name={
            PERSONAS[0]: "Te jong voor hulp, te arm voor school",
            PERSONAS[1]: "Ondernemer zonder vangnet",
            PERSONAS[2]: "Weg uit huis, vast aan het huis",
        }.get(persona, persona),
        story=(
            "Noor is negentien. Ze stopte met school toen thuis de rekeningen bleven liggen, en woont nu bij "
            "steeds een ander. De schuldhulp vraagt om een vast inkomen, en werk vraagt om een diploma."
        ),
        origin="reconstructie uit openbare casuïstiek. Eigen uitwerking.",
        explain=(
            "We tellen inwoners van 18 tot en met 26 jaar die op de peildatum stonden ingeschreven.",
            "Zij hebben geen startkwalificatie, een achterstand bij de zorgverzekering en twee adressen.",
        ),
        problems=(
            "Achterstand bij de zorgverzekering (financiën)",
            "Geen startkwalificatie (onderwijs)",
            "Twee of meer adressen in twaalf maanden (wonen)",
        ),
        missing_voorziening="minnelijke schuldhulp door de gemeente",
        need="Wie zes maanden achterloopt, komt er zonder regeling zelden uit.",
        know=("Wie een achterstand bij de zorgverzekering heeft.", "Wie een diploma haalde."),
        approximate=("Onrustig wonen, aan het aantal adressen.",),
        cannot_know=("Wie om hulp vroeg en werd weggestuurd.", "Schulden bij vrienden en familie."),
        mechanisms=(
            ("stabiliteit-als-eis", "Hulp vraagt eerst een stabiel leven"),
            ("loket-verwijst-door", "Elk loket verwijst naar het andere"),
        ),
        smallest_geography="gemeente",
        version=1,
        outside={"missing": (0, -61, 43), "served": (12, -40, 64), "unknown": (1204, 1152, 1256)},
        fingerprint="5f0c1f7a2b",
        status="accepted",
        expected_k_loss=0.004,
        reach=(0.61, 0.58, 0.64),
    )


def release_text(personas: tuple[str, ...] = PERSONAS) -> ReleaseText:
    """Texts and parameters of an invented release."""
    return ReleaseText(
        release_id="2023-proefuitgave",
        versie="1.0.0",
        title="Blinde Vlek 2023: wie mist een voorziening?",
        peiljaar=PEILJAAR,
        peildatum="2023-12-31",
        status="definitief",
        synthetic=True,
        proef=False,
        created_at="2026-03-02T02:00:00Z",
        personas=tuple(persona_text(p) for p in personas),
        unit="person",
        contributions=3,
        delta=1e-6,
        rho="1/20",
        epsilon=1.55,
        cap="1/2",
        spent_after="3/20",
        left_after="7/20",
        tables=(
            TableFacts("gemeente, totaal", 342 * 9, "1/40", 7.75, 7.1),
            TableFacts("gemeente, leeftijd en geslacht", 342 * 90, "1/40", 7.75, 7.4),
        ),
        noise="Discrete Gaussian",
        opendp_version="0.16.0",
        code_version="0.1.0",
        deliveries=({"supplier": "synthetisch CBS", "peiljaar": 2023, "version": 1, "status": "definitief"},),
        coverage=(
            {"source": "SCHULDHULP", "gemeenten": 228, "total": 342},
            {"source": "WANBZVWTAB", "gemeenten": 342, "total": 342},
        ),
        not_protected=(
            "Welke gemeenten leverden.",
            "Het aantal inwoners per gemeente, leeftijd en geslacht (openbaar bij het CBS).",
            "Dat een uitgave is uitgesteld.",
        ),
        data_dependent=data_dependent_choices(("Weg uit huis, vast aan het huis",), 2),
    )


def with_persona(release: ReleaseText, **changes: object) -> ReleaseText:
    """The release with other texts in its first persona."""
    first, *rest = release.personas
    return replace(release, personas=(replace(first, **changes), *rest))  # type: ignore[arg-type]
