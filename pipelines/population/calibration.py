"""Target against result: how near the synthetic population is to the public figures.

What belongs here: the report. What does not: the targets themselves, which stand beside the chances. It counts
synthetic people only, and goes to the folder of the truth, which the pipeline never reads.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.facts.gemeenten import gemeenten
from pipelines.population import addresses, benefits, care, debts, health, pensions, safety, work, youth
from pipelines.population.chances import Chance
from pipelines.population.engine import value_of
from pipelines.population.household_roles import NATIONAL_PLACES
from pipelines.population.people import OUTSIDE_BRP
from pipelines.population.settings import PopulationSettings

_PLACES = {
    "kind": "plhh = 1",
    "alleen": "plhh = 2",
    "paar": "plhh IN (3, 4)",
    "gezin": "plhh IN (5, 6)",
    "eenouder": "plhh = 7",
    "overig": "plhh IN (8, 9)",
    "instelling": "plhh = 10",
}
_CHANCES: tuple[Chance, ...] = (
    benefits.BIJSTAND,
    benefits.AO,
    benefits.AO_ENDED,
    work.JOB,
    work.SELF_EMPLOYED,
    health.GGZ,
    health.ANTIPSYCHOTICS,
    health.ANTIDEPRESSANTS,
    health.ADDICTION_MEDICINE,
    health.TRANQUILLISERS,
    health.ADHD_MEDICINE,
    health.INSULIN,
    health.WMO,
    care.LONG_TERM_CARE,
    care.MATERNITY,
    care.COELIAC_DISEASE,
    youth.YOUTH_CARE,
    youth.OUT_OF_SCHOOL,
    pensions.CUT_PENSION,
    pensions.TOP_UP,
    safety.SUSPECT,
    safety.VICTIM_OF_VIOLENCE,
    addresses.PRIORITY,
    debts.PREMIUM,
    debts.SIGNAL,
    debts.DEBT_HELP,
    debts.WSNP,
)
_COLUMNS = {"ggz": "diagnose > 0"}
"""Where a chance is counted by another column than its own."""

PRIVATE_HOUSEHOLDS = 8_400_000
"""1 January 2024, between the 8.27 million of 2023 (CBS 85496NED) and what its yearly growth adds, rounded."""


@dataclass(frozen=True)
class Calibrated:
    """One subject: what was aimed at for this scale, and what came out, in `unit`."""

    subject: str
    unit: str
    target: int
    result: int

    @property
    def ratio(self) -> float:
        return self.result / self.target if self.target else 1.0


def calibrate(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> tuple[Calibrated, ...]:
    """Compare every target with the finished `people`."""
    wanted: list[tuple[str, str, int, str]] = [
        ("inwoners", "personen", sum(g.inwoners for g in gemeenten(settings.peiljaar)), "count(*)"),
        ("particuliere huishoudens", "huishoudens", PRIVATE_HOUSEHOLDS, "sum(1.0 / size) FILTER (plhh <> 10)"),
    ]
    for role, total in NATIONAL_PLACES.items():
        wanted.append((f"plaats in het huishouden: {role}", "personen", total, f"count(*) FILTER ({_PLACES[role]})"))
    for chance in _CHANCES:
        column = _COLUMNS.get(chance.name, chance.name)
        wanted.append((chance.name, "personen", chance.target or 0, f"count(*) FILTER ({column})"))
    wanted.append(("ww", "personen", work.WW_TARGET, "count(*) FILTER (ww)"))
    wanted.append(
        (
            debts.HOUSEHOLD_DEBT.name,
            "huishoudens",
            debts.HOUSEHOLD_DEBT.target or 0,
            "sum(1.0 / size) FILTER (schuld_huishouden)",
        )
    )
    wanted.append(
        (
            "opvang of briefadres, buiten de geplante personen",
            "personen",
            addresses.OPVANG.target or 0,
            "count(*) FILTER (opvang AND plant = 0)",
        )
    )
    counts = ", ".join(f"round({sql})::BIGINT" for *_, sql in wanted)
    results = connection.execute(f"SELECT {counts} FROM people").fetchall()[0]
    rows = [
        Calibrated(subject, unit, round(target * settings.scale), int(result or 0))
        for (subject, unit, target, _), result in zip(wanted, results, strict=True)
    ]
    outside = value_of(connection, "SELECT count(*) FROM outsiders")
    rows.append(Calibrated("buiten de BRP", "personen", round(OUTSIDE_BRP * settings.scale), outside))
    return tuple(rows)


def write_calibration(rows: tuple[Calibrated, ...], path: Path) -> None:
    """Write the report as text: subject, unit, target, result, ratio."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["subject", "unit", "target", "result", "ratio"])
        writer.writerows([row.subject, row.unit, row.target, row.result, f"{row.ratio:.4f}"] for row in rows)
