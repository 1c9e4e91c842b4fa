"""Attrition as files: a CSV for who counts on, a Dutch text for who reads.

What belongs here: layout and words. What does not: writing the files; both texts hold exact counts of people.
"""

import csv
import io
from dataclasses import dataclass

from pipelines.indicators.collection import Indicators
from pipelines.personas.attrition_tally import STATES, Row
from pipelines.personas.spec import Persona

COLUMNS = (
    "part", "state", "step", "indicator", "true", "false", "open",
    "missing", "served", "unknown", "added_missing", "added_served", "added_unknown",
)  # fmt: skip

_WITHIN = {"missing": "mist", "served": "bereikt is", "unknown": "onbekend blijft", "not_counted": "niet meetelt"}
_WIDTH = 11


@dataclass(frozen=True)
class Heading:
    """What was counted: the persona, its fingerprint, the peiljaar, when, over which deliveries, real or not."""

    persona: Persona
    fingerprint: str
    peiljaar: int
    made_at: str
    deliveries: tuple[str, ...]
    real: bool


def csv_text(rows: tuple[Row, ...], persona: Persona) -> str:
    """One line a row, columns as COLUMNS; `step` counts conditions from 1, 0 is everyone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        found, stated = row.tally, row.part in ("funnel", "without")
        states = (found.missing, found.served, found.unknown) if stated else ("", "", "")
        name = persona.indicators[row.place] if row.place >= 0 else "everyone"
        counts = (found.true, found.false, found.open, *states, *(row.added or ("", "", "")))
        writer.writerow((row.part, row.state, row.place + 1, name, *counts))
    return out.getvalue()


def readable_text(heading: Heading, rows: tuple[Row, ...], indicators: Indicators) -> str:
    """The same in Dutch, in four tables."""
    names = [indicators.by_id[name].title for name in heading.persona.indicators]
    lines = _heading_lines(heading)
    lines += _table(
        "1. De trechter: wie overblijft als er telkens een voorwaarde bij komt",
        ("voldoet", "valt af", "open", "mist", "bereikt", "onbekend"),
        [(_step(row, names), _tallied(row)) for row in rows if row.part == "funnel"],
    )
    lines += _table(
        "2. Elke voorwaarde apart, en de voorziening",
        ("waar", "niet waar", "open"),
        [(names[row.place], _tallied(row)[:3]) for row in rows if row.part == "alone"],
    )
    lines += _table(
        "3. Zonder één voorwaarde: wie er dan bij komt (onbekend kan ook dalen)",
        ("mist", "bereikt", "onbekend", "+ mist", "+ bereikt", "+ onbekend"),
        [(f"zonder: {names[row.place]}", (*_tallied(row)[3:], *(row.added or ()))) for row in rows if row.added],
    )
    for state in STATES:
        lines += _table(
            f"4. De voorwaarden bij wie {_WITHIN[state]}",
            ("waar", "niet waar", "open"),
            [(names[row.place], _tallied(row)[:3]) for row in rows if row.part == "within" and row.state == state],
        )
    return "\n".join(lines) + "\n"


def _heading_lines(heading: Heading) -> list[str]:
    persona = heading.persona
    kind = "echte levering; deze blik staat in attrition/log.jsonl" if heading.real else "synthetische levering"
    return [
        "ALLEEN VOOR BINNEN DE KLUIS: exacte aantallen. Niet kopiëren, niet overtypen, niet noemen.",
        "",
        f"Uitval per voorwaarde: {persona.name} ({persona.id}, versie {persona.version}, {persona.status})",
        f"Peiljaar {heading.peiljaar}, gemaakt op {heading.made_at}, {kind}",
        f"Kenmerk van de definitie: {heading.fingerprint}",
        f"Leveringen: {', '.join(heading.deliveries)}",
        "",
        "Geteld is iedereen in de BRP op de peildatum, ook wie geen leeftijd, geslacht of gemeente heeft, en voor elke",
        "persona apart: zonder de grens op het aantal persona's per persoon. Open: een gegeven ontbreekt en niets sluit uit.",
    ]


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, tuple[int, ...]]]) -> list[str]:
    head = "".join(column.rjust(_WIDTH) for column in columns)
    body = ["".join(f"{count:{_WIDTH}}" for count in counts) + f"  {name}" for name, counts in rows]
    return ["", title, head, *body]


def _step(row: Row, names: list[str]) -> str:
    return f"+ {names[row.place]}" if row.place >= 0 else "iedereen"


def _tallied(row: Row) -> tuple[int, ...]:
    found = row.tally
    return (found.true, found.false, found.open, found.missing, found.served, found.unknown)
