"""What the page of one persona holds.

What belongs here: choosing figures, their order, and the numbers of the drawings. What does not: HTML, the
fixed texts (both in the templates).
"""

from unicodedata import normalize

from pipelines.datacenter import drawing, sentences, words
from pipelines.datacenter.figures import STATES, Figure, PersonaFigures
from pipelines.datacenter.tilemap import tile_map
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, provincies
from pipelines.release.content import PersonaText, ReleaseText


def persona_context(found: PersonaFigures, persona: PersonaText, release: ReleaseText) -> dict[str, object]:
    """Everything that `persona.html` fills in, by name."""
    national = found.land("missing")
    rows = found.regions("gemeente")
    digits = words.rate_digits(max(0.0, national.per_1000 or 0.0))
    return {
        "persona": persona,
        "found": found,
        "states": STATES,
        "digits": digits,
        "reach": sentences.reach(persona),
        "k_loss": sentences.k_loss(release, persona),
        "outside": sentences.outside(persona),
        "least_difference": sentences.least_difference(rows),
        "ages": [*AGE_BANDS, "totaal"],
        "sexes": [*SEXES.values(), "totaal"],
        "provincies": _table(found, sorted(found.regions("provincie"), key=_by_name), national),
        "gemeenten": _table(found, sorted(rows, key=_by_name), national),
        "map": _map(found, rows, national, release, digits) if rows else None,
        "spec_status": words.SPEC_STATUS.get(persona.status, persona.status),
        "below_zero": any(f.below_zero for f in (*found.totals.values(), *found.groups.values())),
    }


def _table(found: PersonaFigures, rows: list[Figure], national: Figure) -> dict[str, object]:
    """Rows of a regional table: the three figures, the bar, and a letter where the alphabet moves on."""
    top = drawing.bar_top(rows)
    listed = []
    letters: list[str] = []
    for row in rows:
        letter = _sort_name(row)[0].upper()
        starts = letter not in letters
        if starts:
            letters.append(letter)
        listed.append(
            {
                "missing": row,
                "served": found.totals.get(("served", row.regio)),
                "unknown": found.totals.get(("unknown", row.regio)),
                "bar": drawing.bar(row, top, national.per_1000 or 0.0) if row.measured else None,
                "letter": letter if starts else "",
            }
        )
    return {"rows": listed, "letters": letters, "top": top}


def _map(
    found: PersonaFigures, rows: list[Figure], national: Figure, release: ReleaseText, digits: int
) -> dict[str, object]:
    layout = tile_map(release.peiljaar)
    usable = [f.per_1000 for f in rows if f.bruikbaarheid == "bruikbaar" and f.per_1000 is not None]
    scale = drawing.rate_scale(usable, digits)
    size = drawing.TILE
    return {
        "tiles": drawing.map_tiles(layout, {f.regio: f for f in rows}, scale),
        "scale": scale,
        "size": size,
        "width": layout.columns * size,
        "height": layout.rows * size,
        "borders": drawing.border_path(layout),
        "labels": drawing.provincie_labels(layout, provincies(release.peiljaar)),
        "finding": sentences.map_finding(rows, found.regions("provincie"), national),
    }


def _by_name(figure: Figure) -> tuple[str, str]:
    return _sort_name(figure), figure.regio


def _sort_name(figure: Figure) -> str:
    """As in a Dutch register of places: 's-Gravenhage under S, accents ignored."""
    plain = normalize("NFKD", figure.regio_naam).encode("ascii", "ignore").decode().lower()
    return plain.lstrip("'\"( ") or figure.regio.lower()
