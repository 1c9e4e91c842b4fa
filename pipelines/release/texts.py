"""The texts and public facts of a release, gathered from plan, specs, ledger entry and coverage.

What belongs here: filling `content.ReleaseText`. What does not: rendering it, and figures.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.trend_breaks import break_sentences
from pipelines.personas.explain import explain
from pipelines.personas.mechanisms import Mechanism
from pipelines.personas.spec import Persona
from pipelines.privacy.budget import exact_text
from pipelines.registers.catalogue_model import Catalogue
from pipelines.release.choices import data_dependent_choices, earlier_measurements
from pipelines.release.content import MechanismText, PersonaText, ReleaseText, TableFacts
from pipelines.release.figures import Published
from pipelines.release.gating import gate_sentences
from pipelines.release.measure import Measured, Prepared, workload_of

ORIGINS = {
    "found": "gevonden in onderzoek",
    "reconstruction": "reconstructie uit openbare casuïstiek",
    "founding_document": "verhaal uit een grondtekst",
}

NOT_PROTECTED = (
    "de definities van de persona's, de lijst van gemeenten, de inwonertallen en het privacybudget (openbaar)",
    "welke gemeenten welke bestanden leverden (openbaar, uit de opgave van de leverancier)",
    "dat een uitgave werd uitgesteld of een levering geweigerd",
    "wat een analist binnen de kluis zag; een definitie die na zo'n blik is vastgesteld, zegt dat erbij",
)
"""What lies outside the guarantee whatever the unit (the privacy page lists the same)."""

SEVERAL_NUMBERS = (
    "dat één mens onder meer dan één nummer kan voorkomen, ook buiten de BRP; elk nummer wordt apart beschermd"
)
"""This too, and last."""

NOT_PROTECTED_OF = {
    "person": (
        "gegevens over een heel huishouden: de eenheid van bescherming is één persoon",
        "schulden en bezit van een huishouden, die in het bestand op naam van de hoofdkostwinner staan",
    ),
    "household": (
        "schulden en bezit van een huishouden voor wie er op de peildatum niet meer woonde: dat bestand staat op naam van de "
        "hoofdkostwinner en gaat over 1 januari",
    ),
}
"""Unit -> what else lies outside the guarantee with it."""


def release_text(
    context: Context,
    prepared: Prepared,
    measured: Measured,
    published: Published,
    versie: str,
    outside: pl.DataFrame | None = None,
) -> ReleaseText:
    """Everything that a release says about itself, beside its figures."""
    plan, entry = prepared.plan, measured.stored.entry
    workload = workload_of(plan, prepared.key_set)
    indicators, mechanisms = context.indicators(), context.mechanisms()
    return ReleaseText(
        release_id=plan.id,
        versie=versie,
        title=f"Wie mist een voorziening? Peiljaar {plan.peiljaar}{_scale_note(prepared)}",
        peiljaar=plan.peiljaar,
        peildatum=f"{plan.peiljaar}-12-31",
        status=plan.status,
        synthetic=prepared.synthetic,
        proef=prepared.proef or not entry.valid_for_publication,
        created_at=entry.created_at,
        personas=tuple(
            replace(
                persona_text(persona, prepared, published, indicators, mechanisms, context.catalogue()),
                outside=_outside(outside, persona),
            )
            for persona in prepared.personas
        ),
        unit=plan.unit,
        members=plan.members,
        detail_from=plan.detail_from,
        gate=gate_sentences(prepared.key_set, plan.gate) if plan.gate else (),
        wijken={} if prepared.key_set.wijken is None else prepared.key_set.wijken.names,
        wijken_from="" if prepared.key_set.wijken is None else prepared.key_set.wijken.bron,
        contributions=entry.contributions,
        delta=workload.delta,
        rho=exact_text(measured.stored.rho),
        epsilon=workload.epsilon(),
        cap=exact_text(entry.cap),
        spent_after=exact_text(measured.spent_after),
        left_after=exact_text(entry.cap - measured.spent_after) if entry.cap > measured.spent_after else "0",
        tables=tuple(
            TableFacts(
                table.name,
                table.size,
                exact_text(table.rho),
                measured.stored.sigma[table.name],
                published.table_sd[table.name],
            )
            for table in workload.tables
        ),
        noise=entry.noise,
        opendp_version=entry.opendp_version,
        code_version=entry.code_version,
        deliveries=tuple(
            {
                "supplier": delivery.supplier,
                "delivery": delivery.delivery,
                "peiljaar": delivery.peiljaar,
                "version": delivery.version,
                "status": delivery.status,
            }
            for delivery in prepared.deliveries
        ),
        coverage=_coverage(prepared, indicators),
        not_protected=(*NOT_PROTECTED, *NOT_PROTECTED_OF[plan.unit], SEVERAL_NUMBERS),
        feeder=context.feeder,
        data_dependent=data_dependent_choices(
            [persona.name for persona in prepared.personas if prepared.standings[persona.id].after_attrition],
            measured.versie_major,
        ),
        earlier=earlier_measurements(measured.earlier),
        mechanisms=tuple(MechanismText(**mechanism.model_dump()) for mechanism in mechanisms.values()),
    )


def persona_text(
    persona: Persona,
    prepared: Prepared,
    published: Published,
    indicators: Indicators,
    mechanisms: Mapping[str, Mechanism],
    catalogue: Catalogue,
) -> PersonaText:
    """The texts of one persona, in Dutch."""
    missing = persona.missing_voorziening
    return PersonaText(
        id=persona.id,
        name=persona.name,
        story=persona.story,
        origin=f"{ORIGINS[persona.origin.kind]}. {persona.origin.note}",
        explain=explain(persona, indicators, catalogue),
        problems=tuple(indicators.by_id[problem.indicator].title for problem in persona.problems),
        missing_voorziening=missing.name,
        need=missing.need_reason,
        know=persona.registers_know,
        approximate=persona.registers_approximate,
        cannot_know=persona.registers_cannot_know,
        mechanisms=tuple((slug, mechanisms[slug].title) for slug in missing.uitsluitingsmechanismen),
        smallest_geography=persona.smallest_geography,
        version=persona.version,
        fingerprint=prepared.fingerprints[persona.id],
        status=persona.status,
        demonstration=prepared.standings[persona.id].demonstration,
        after_attrition=prepared.standings[persona.id].after_attrition,
        expected_k_loss=prepared.loss.loss.get(persona.id) if prepared.loss else None,
        reach=published.reach.get(persona.id),
        trend_breaks=break_sentences(persona.indicators, indicators, catalogue),
    )


def _outside(figures: pl.DataFrame | None, persona: Persona) -> dict[str, tuple[int, int, int]] | None:
    """State -> estimate and bounds of the numbers outside the BRP, as whole numbers to be shown."""
    if figures is None:
        return None
    return {
        row["toestand"]: (row["weergave"], round(row["onder95"]), round(row["boven95"]))
        for row in figures.filter(pl.col("persona") == persona.id).to_dicts()
    }


def _scale_note(prepared: Prepared) -> str:
    """For a synthetic population smaller than the Netherlands: its counts are a share, the inhabitants are not."""
    found = re.match(r"synthetic-s(\d+)of(\d+)-", prepared.population_id)
    if not found:
        return ""
    return f" (proefbevolking: {found[1]} op de {found[2]} inwoners, dus aantallen en cijfers per 1.000 zijn zo veel kleiner)"


def _coverage(prepared: Prepared, indicators: Indicators) -> tuple[dict[str, str | int], ...]:
    used = {
        source for persona in prepared.personas for name in persona.indicators for source in indicators.sources_of(name)
    }
    total = max(len(found) for found in prepared.coverage.values())
    return tuple(
        {"source": source, "gemeenten": len(prepared.coverage.get(source, ())), "total": total}
        for source in sorted(used)
    )
