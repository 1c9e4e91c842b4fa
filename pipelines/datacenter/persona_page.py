"""What the page of one persona holds.

What belongs here: choosing figures, their order, and the numbers of the drawings. What does not: HTML, the
fixed texts (both in the templates).
"""

from pipelines.datacenter import drawing, sentences, words
from pipelines.datacenter.boundaries import Outlines
from pipelines.datacenter.figures import STATES, Figure, PersonaFigures
from pipelines.datacenter.tilemap import tile_map
from pipelines.facts.areas import KINDS
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, provincies
from pipelines.release.content import PersonaText, ReleaseText

GEBIEDEN = dict(
    zip(KINDS, ("Veiligheidsregio", "Arbeidsmarktregio", "Regio van een centrumgemeente", "Grootteklasse"), strict=True)
)
"""Kind of gebied -> its name on a page."""


def persona_context(
    found: PersonaFigures, persona: PersonaText, release: ReleaseText, outlines: Outlines | None = None
) -> dict[str, object]:
    """Everything that `persona.html` fills in, by name. `outlines`: boundaries for the map, where there are any of this
    peiljaar."""
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
        "privacy": sentences.privacy(release),
        "provincies": regional_table(found, sorted(found.regions("provincie"), key=by_name), national),
        "gemeenten": regional_table(found, sorted(rows, key=by_name), national),
        "gebieden": [
            {"kind": kind, "title": title, "table": regional_table(found, of_kind, national)}
            for kind, title in GEBIEDEN.items()
            if (of_kind := found.regions(kind))
        ],
        "map": _map(found, rows, national, release, digits, outlines) if rows else None,
        "spec_status": words.SPEC_STATUS.get(persona.status, persona.status),
        "years": (),
        "versions": None,
        "duiding": None,
        "mechanism_page": "",
        "below_zero": any(f.below_zero for f in (*found.totals.values(), *found.groups.values())),
    }


def regional_table(found: PersonaFigures, rows: list[Figure], national: Figure) -> dict[str, object]:
    """Rows of a regional table: the three figures, the bar, and a letter where the alphabet moves on."""
    top = drawing.bar_top(rows)
    listed = []
    letters: list[str] = []
    for row in rows:
        letter = sort_name(row)[0].upper()
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
    found: PersonaFigures,
    rows: list[Figure],
    national: Figure,
    release: ReleaseText,
    digits: int,
    outlines: Outlines | None,
) -> dict[str, object]:
    usable = [f.per_1000 for f in rows if f.bruikbaarheid == "bruikbaar" and f.per_1000 is not None]
    scale = drawing.rate_scale(usable, digits)
    figures = {f.regio: f for f in rows}
    told: dict[str, object] = {
        "scale": scale,
        "finding": sentences.map_finding(rows, found.regions("provincie"), national),
        "held_back": any(f.held_back for f in rows),
    }
    if outlines is not None and figures.keys() <= outlines.paths.keys():
        shapes = drawing.map_shapes(outlines.paths, figures, scale)
        return told | {"shapes": shapes, "tiles": (), "borders": "", "width": outlines.width, "height": outlines.height}
    layout, size = tile_map(release.peiljaar), drawing.TILE
    return told | {
        "shapes": (),
        "tiles": drawing.map_tiles(layout, figures, scale),
        "size": size,
        "width": layout.columns * size,
        "height": layout.rows * size,
        "borders": drawing.border_path(layout),
        "labels": drawing.provincie_labels(layout, provincies(release.peiljaar)),
    }


def by_name(figure: Figure) -> tuple[str, str]:
    return sort_name(figure), figure.regio


def sort_name(figure: Figure) -> str:
    """A key for the order of an alphabet of places."""
    return words.alphabetical(figure.regio_naam) or figure.regio.lower()
