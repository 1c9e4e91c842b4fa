"""Every published version of a peiljaar on the page of one persona: the national figure of each beside the others.

What belongs here: which versions, and what their difference is worth. What does not: reckoning that difference
(`both_versions.py`), the reasons of all changes together (the page of corrections).
"""

from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.shell import Site, moment
from pipelines.release.compare import why_not_the_same

_SAME_NOISE = (
    "Alle versies gebruiken dezelfde meting en dezelfde ruis. Verschilt er een getal, dan komt dat door de bewerking."
)
_OTHER_DEFINITION = "De definitie van deze persona was toen anders: niet te vergelijken."


def versions_of(site: Site, persona: str, shown: Edition) -> dict[str, object] | None:
    """What the page tells of the versions of its peiljaar that have this persona, oldest first; None when there is only one."""
    found = [one for one in site.editions.all if _alike(one, shown) and persona in one.personas]
    if len(found) < 2:
        return None
    pair = next((pair for pair in site.remeasured if pair.new is shown and persona in pair.rows), None)
    return {
        "rows": [_row(one, persona, shown) for one in found],
        "coverage": len({one.found[persona].land("missing").coverage for one in found}) > 1,
        "shown": f"{shown.id} {shown.versie}",
        "pair": pair,
        "change": pair.rows[persona] if pair else None,
        "same_noise": _SAME_NOISE if len({_measurement(one) for one in found}) == 1 else "",
    }


def _alike(one: Edition, shown: Edition) -> bool:
    """Of one peiljaar; and synthetic figures are no version of real ones."""
    return one.jaar == shown.jaar and one.release.facts.get("synthetic") == shown.release.facts.get("synthetic")


def _row(one: Edition, persona: str, shown: Edition) -> dict[str, object]:
    gone = one.publication.withdrawn_at
    note = (one.publication.withdrawn_why if gone else one.publication.note) or "geen reden vermeld"
    changed = why_not_the_same(one.release, shown.release, persona)
    return {
        "name": f"{one.id} {one.versie}",
        "path": one.path,
        "published": moment(one.publication.published_at) or "onbekend",
        "figure": one.found[persona].land("missing"),
        "place": f"ingetrokken op {moment(gone)}" if gone else "deze pagina" if one is shown else "vervangen",
        "note": f"{note} {_OTHER_DEFINITION}" if changed else note,
    }


def _measurement(one: Edition) -> str:
    return str(one.release.facts.get("measurement_sha256"))
