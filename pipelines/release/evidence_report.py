"""What the output checker reads first: the evidence in a page of Dutch, and the columns of the table behind it.

What belongs here: words and sums over the table. What does not: writing it, and any place outside the kluis: all numbers here are
exact.
"""

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from pipelines.privacy.budget import exact_text
from pipelines.privacy.entry import Entry
from pipelines.release.plan import ReleasePlan

COLUMNS = (
    "tabel", "persona", "toestand", "regio", "leeftijd", "geslacht", "n", "meting", "sigma",
    "schatting", "onder95", "boven95", "bruikbaarheid",
)  # fmt: skip

FEW = 10
"""Below this many people CBS looks twice at a cell of an output without noise."""


@dataclass(frozen=True)
class Heading:
    """What was counted: the plan, the entry that paid (the last one) and the whole cost, when this was made, whether the delivery is real."""

    plan: ReleasePlan
    entry: Entry
    rho: Fraction
    made_at: str
    real: bool


def report(heading: Heading, table: pl.DataFrame) -> str:
    """The evidence in Dutch; holds exact counts."""
    plan, entry = heading.plan, heading.entry
    kind = "echte levering; deze blik staat in attrition/log.jsonl" if heading.real else "synthetische levering"
    lines = [
        "ALLEEN VOOR BINNEN DE KLUIS: exacte aantallen. Niet kopiëren, niet overtypen, niet noemen.",
        "",
        f"Bewijs voor de uitvoercontrole van {plan.id}, peiljaar {plan.peiljaar}, gemaakt op {heading.made_at}, {kind}",
        f"Betaald met rho {exact_text(heading.rho)}, regel {entry.seq} van het grootboek ({entry.hash[:16]}); "
        f"ruis: {entry.noise}",
        "",
        f"n is het aantal dat met ruis is gemeten: iemand telt bij hoogstens {entry.contributions} persona's mee"
        + (f", en van een huishouden tellen hoogstens {plan.members} leden mee." if plan.members else "."),
        "Alle cellen staan in het CSV-bestand ernaast, met meting, schatting en ruismarge.",
        "",
        "Uw oordeel geldt de hele uitgave. Buiten de kluis heet het alleen 'vrijgegeven' of 'uitgesteld': geen aantal, geen cel,",
        "geen reden die uit deze aantallen volgt. Een cel weglaten of opnieuw trekken kan niet.",
        "",
        f"{'tabel':32}{'cellen':>9}{'n = 0':>9}{f'n 1-{FEW - 1}':>9}{f'n >= {FEW}':>9}{'bruikbaar':>11}"
        f"{f'waarvan n < {FEW}':>16}{'n in marge':>12}{'verste':>8}",
    ]
    lines += [_line(name, table.filter(pl.col("tabel") == name)) for name in table["tabel"].unique(maintain_order=True)]
    return "\n".join(
        [
            *lines,
            "",
            "bruikbaar: het cijfer wordt als bruikbaar getoond. n in marge: deel van de cijfers waarvan de ruismarge n bevat; hoort",
            "rond 95 % te liggen. verste: grootste afstand tussen meting en n, in sigma.",
            "",
        ]
    )


def _line(name: str, rows: pl.DataFrame) -> str:
    n, shown = pl.col("n"), pl.col("bruikbaarheid") == "bruikbaar"
    cells, none, few, usable, usable_few, within, far = rows.select(
        pl.len().alias("cells"),
        (n == 0).sum().alias("none"),
        ((n > 0) & (n < FEW)).sum().alias("few"),
        shown.sum().alias("usable"),
        (shown & (n < FEW)).sum().alias("usable_few"),
        n.is_between("onder95", "boven95").mean().alias("within"),
        ((pl.col("meting") - n) / pl.col("sigma")).abs().max().alias("far"),
    ).row(0)
    return (
        f"{name:32}{cells:9}{none:9}{few:9}{cells - none - few:9}{usable:11}{usable_few:16}"
        f"{100 * within:10.1f} %{far:8.1f}"
    )
