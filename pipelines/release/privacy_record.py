"""`privacy.json`: the record that a differentially private release owes the world.

What belongs here: the release's parameters in the shape of an OpenDP Deployments Registry entry, tier 3.
What does not: computing a parameter; everything stated here was decided or measured elsewhere. English,
because the registry is.
"""

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from pipelines.release.content import OWN_CHOICE, PersonaText, ReleaseText, TableFacts, tail_epsilon
from pipelines.release.registry_form import RECORD, require_tier_three

_CURATOR = "Blinde Vlek"
_SOURCES = (
    "Beside this record, in the same folder: the noisy measurements as drawn (metingen.parquet), the plan they were drawn by "
    "(uitgaveplan.json), programs that make every estimate again from those two, the promise in plain Dutch "
    "(wat-beloven-wij.html), and the sha256 of every file (manifest.json). With the source code: the proof of the "
    "sensitivity (docs/privacy) and the tests of it."
)


def write_privacy_record(release: ReleaseText, folder: Path) -> Path:
    """Write `privacy.json` into an existing folder; the same release gives the same bytes.

    Raises CheckFailed when the record does not say all that tier 3 asks for.
    """
    path = folder / RECORD
    record = privacy_record(release)
    require_tier_three(record)
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_bytes(f"{text}\n".encode())
    return path


def privacy_record(release: ReleaseText) -> dict[str, object]:
    """The record as nested dictionaries, with the keys of the registry's `deployments-schema.yaml`."""
    return {
        "url_slug": f"blinde-vlek-{release.release_id}".lower(),
        "status": "Draft",
        "tier": 3,
        "deployment": {
            "basic": _basic(release),
            "dp_variant": _variant(release),
            "privacy_loss": _loss(release),
            "deployment_model": _model(release),
            "accounting": _accounting(release),
            "implementation": _implementation(release),
            "administrative": {
                "registry_authors": [_CURATOR],
                "sources": _SOURCES,
                "notes": _notes(release),
            },
        },
    }


def _basic(release: ReleaseText) -> dict[str, object]:
    personas = "; ".join(map(_persona, release.personas))
    return {
        "name": f"{release.title} ({release.versie})",
        "data_curators": [_CURATOR],
        "description": (
            "Estimated numbers of people in a situation of several problems at once (a persona) who miss a "
            "voorziening, have it, or of whom registers cannot tell; for the Netherlands, provincies, "
            f"gemeenten{', wijken' if release.wijken else ''} and sums of gemeenten, by age and sex, on {release.peildatum}. Personas: {personas}."
        ),
        "intended_use": (
            "To show policy makers and professionals how large a blind spot is and where, always with its "
            "interval. Not for decisions about persons and not for ranking gemeenten."
        ),
        "data_product_type": "Summary statistics",
        "data_product_region": "The Netherlands",
        "data_product_sector": "Government",
        "publication_date": release.created_at[:10],
    }


def _variant(release: ReleaseText) -> dict[str, object]:
    return {
        "variant_name": "Zero-concentrated DP",
        "data_domain": (
            "All deliveries that can be made of registers on persons living in the Netherlands on the "
            f"peildatum. Sources used: {_joined_facts(release)}"
        ),
        "unprotected_quantities": _bullets(release.not_protected),
    }


def _loss(release: ReleaseText) -> dict[str, object]:
    return {
        "privacy_unit": release.unit,
        "privacy_unit_details": _unit(release),
        "privacy_parameters": {
            "rho": _amount(release.rho),
            "epsilon": release.epsilon,
            "delta": release.delta,
        },
        "privacy_parameters_details": (
            f"Exact rho of this release: {release.rho}. Epsilon is its conversion at this delta. The privacy "
            f"loss exceeds {tail_epsilon(release.rho, release.delta):.4f} with probability at most delta "
            "(Bun and Steinke 2016, proposition 1.3); the odds on the public page use that bound."
        ),
    }


def _unit(release: ReleaseText) -> str:
    if release.members is None:
        return (
            f"Neighbouring data differ by adding or removing one unit ({release.unit}) with all rows keyed "
            "by it; other rows, coverage and the public key set stay the same. A unit adds to at most "
            f"{release.contributions} counts of each table, enforced in the query that counts; distance "
            "between neighbours: one unit."
        )
    return (
        "A household is everyone under one household number on the peildatum; who is under none is a household of one. "
        "Neighbouring data differ in the rows of the members of one household, which may be any others: some or all "
        "removed, changed or added; other rows, coverage and the public key set stay the same. At most "
        f"{release.members} members count (m), each for at most {release.contributions} counts of each table (K), both "
        "enforced in the query that counts, so a household moves a table by at most m sqrt(2K) = "
        f"sqrt({2 * release.members**2 * release.contributions}) in L2; distance between neighbours: one household."
    )


def _model(release: ReleaseText) -> dict[str, object]:
    return {
        "model_name": "Central",
        "actors": (
            "- Curator: counts inside a secure room and adds the noise there.\n"
            "- Reviewers: see noised figures only, before publication.\n"
            "- Public: sees what was approved; assumed to know everything else about everyone."
        ),
        "release_type": "Many releases",
        "release_type_details": (
            f"All releases, over all years, share one cap: rho {release.cap}. Spent after this release: "
            f"{release.spent_after}; left: {release.left_after}. The cap never resets."
        ),
        "data_source_type": "Dynamic",
        "data_source_type_details": "A new delivery every year; corrections are new versions and new spends.",
        "access_type": "Non-interactive",
        "access_type_details": "Nobody queries the data: one fixed plan is measured, by the curator, once.",
    }


def _accounting(release: ReleaseText) -> dict[str, object]:
    return {
        "post_processing": (
            "Weighted least squares over the nested regions; intervals (95 %) with the exact variance of "
            "that step, which cover the added noise and nothing else (not errors of registers, linkage, need that no register "
            "sees, or what the bound on contributions leaves out); rates over public population figures; a display integer that is never below zero, "
            f"beside the unbiased estimate, which may be; a quality flag by a fixed rule on noised values.{_gate(release)}"
        ),
        "composition": (
            "Sequential in rho, exact fractions: the tables below add up to this release; releases add up to "
            f"the cap. Replaying a release returns the stored draw.{_stages(release)}\n"
            + _bullets(map(_table, release.tables))
        ),
    }


def _gate(release: ReleaseText) -> str:
    if not release.gate:
        return ""
    return (
        " Some regions have no estimate of their own: those where inhabitants times a public prior is small against the planned "
        "noise, fixed before the draw and without any count. Their noised measurements are published and in every sum; this "
        "saves no budget and protects nobody."
    )


def _stages(release: ReleaseText) -> str:
    if release.detail_from is None:
        return ""
    return (
        " Two stages, each drawn and paid as one: first the totals, then the tables by age and sex. The second depends on the "
        "noised totals of the first alone: a persona and state is measured by age and sex on the levels where its estimated "
        f"total is at least {release.detail_from} persons a region, and elsewhere its total is measured again. Adaptive "
        "composition of zCDP adds up, so rho below is the worst case and what is always spent."
    )


def _implementation(release: ReleaseText) -> dict[str, object]:
    return {
        "preprocessing_and_hyperparameter_tuning": (
            f"Persona definitions and budget shares are fixed before the draw{_looks(release)}. A public key set is "
            f"joined before noise, so empty cells are noised too.{_choices(release)}"
        ),
        "mechanisms": (
            f"{release.noise}, drawn by OpenDP {release.opendp_version} on an integer vector; its privacy "
            f"map is checked against the plan at run time. No seeds. Code version {release.code_version}. "
            "The spend and the noised values are written to the ledger in one transaction. Counts and noise are integers from an "
            "exact sampler, so no floating-point error is in them; nobody waits for an answer, so there is none to time. Microdata "
            "and exact counts stay in the secure room; nothing that leaves it is, or is chained over, a plain hash of them."
        ),
        "justification": (
            "zCDP because many tables and years compose tightly; Gaussian noise because the interval of a "
            "sum follows exactly; one draw, never repeated because a figure looks odd."
        ),
    }


def _notes(release: ReleaseText) -> str:
    notes = [f"Status of the figures: {release.status}."]
    if release.feeder == "stapelingsmonitor":
        notes.append("Facts are read from themes of the Stapelingsmonitor where those are taken to mean the same.")
    if release.synthetic:
        notes.append("Made from synthetic data: it protects nobody and describes nobody.")
        notes.append(f"In Dutch on every page: {OWN_CHOICE}")
    if release.proef:
        notes.append("A trial (proef) with personas that were not accepted; not for publication.")
    if shown := [persona.id for persona in release.personas if persona.demonstration]:
        notes.append(f"Accepted with demonstration approvals only, which no partner gave: {', '.join(shown)}.")
    return " ".join(notes)


def _persona(persona: PersonaText) -> str:
    shown = ", as a demonstration" if persona.demonstration else ""
    return (
        f"{persona.name} ({persona.id}, version {persona.version}, {persona.status}{shown}, definition sha256 "
        f"{persona.fingerprint})"
    )


def _looks(release: ReleaseText) -> str:
    """Whether the definitions were chosen without exact counts: a choice made after a look is not protected."""
    after = [f"{persona.id} version {persona.version}" for persona in release.personas if persona.after_attrition]
    if not after:
        return ", without looking at exact counts of a real delivery"
    return (
        f". First accepted after an analyst inside the secure room had seen exact counts of it on real data, so that the "
        f"choice of the definition lies outside the guarantee: {', '.join(after)}. The others without such a look"
    )


def _choices(release: ReleaseText) -> str:
    """What else was, or may have been, chosen after looking at data; none of it is accounted for."""
    if not release.data_dependent:
        return ""
    return f" Choices that may depend on data, outside the guarantee (as on the public page):\n{_bullets(release.data_dependent)}"


def _joined_facts(release: ReleaseText) -> str:
    facts = [", ".join(f"{key} {value}" for key, value in delivery.items()) for delivery in release.deliveries]
    return f"{'; '.join(facts) or 'none'}."


def _table(table: TableFacts) -> str:
    return (
        f"{table.name}: {table.cells} cells, rho {table.rho}, sigma {table.sigma:g} per cell, "
        f"standard deviation of a typical figure {table.sd:g}"
    )


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _amount(rho: str) -> float:
    return float(Fraction(rho))
