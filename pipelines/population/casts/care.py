"""Planted people whose care is at the centre: too much for every clinic, and a girl at school.

What belongs here: the scripts of two personas. What does not: care as a scheme (`health.py`).
"""

from pipelines.population.casts.names import ADULT, MEISJE, PENSIONERS, PSYCHIATRIE
from pipelines.population.scripts import NOTHING, Ages, Group, each, has, members, near

_PUPILS: Ages = (("4-12 thuis", 1),)


def _psychiatrie() -> list[Group]:
    unlimited = has("antipsychotica", "verslavingsmiddel", "verdacht_herhaald")
    lvb = (has("jonggehandicapt", "laag_opgeleid"), has("praktijkonderwijs"), has("jonggehandicapt"))
    beside = (NOTHING, has("opvang"), has("bijstand"))
    cared = (has("ggz_overig"), has("ggz_psychose"), has("ggz_verslaving"), has("wlz"), has("wlz_lvb"))
    calm, clean = unlimited - {"antipsychotica"}, unlimited - {"verslavingsmiddel"}
    quiet = unlimited - {"verdacht_herhaald"}
    return [
        members(PSYCHIATRIE, "missing", each(unlimited, lvb, beside), 2_000, ADULT),
        members(PSYCHIATRIE, "served", each(unlimited, lvb, cared), 1_200, ADULT),
        # No diploma on record and no Wajong: practical education cannot be ruled out.
        members(PSYCHIATRIE, "unknown", each(unlimited, beside), 600, ADULT),
        near(PSYCHIATRIE, "population", each(unlimited | {"praktijkonderwijs"}, beside), PENSIONERS),
        near(PSYCHIATRIE, "lvb_vermoed", each(unlimited | {"startkwalificatie"}, (NOTHING, has("wlz_lvb"))), ADULT),
        near(PSYCHIATRIE, "antipsychotica", each(calm, lvb, (NOTHING, has("psychofarmaca"))), ADULT),
        near(PSYCHIATRIE, "verslaving_medicatie", each(clean, lvb, (NOTHING, has("ggz_verslaving"))), ADULT),
        near(PSYCHIATRIE, "need", each(quiet, lvb, (NOTHING, has("verdacht_eens"))), ADULT),
    ]


def _meisje() -> list[Group]:
    base = has("insuline", "coeliakie", "basisonderwijs")
    # Both halves must be there; an unknown half leaves the answer open only where the other is there.
    halves = (NOTHING, has("wijkverpleging"), has("jeugdhulp_begeleiding"), has("zvw_onbekend"))
    open_half = base | {"jeugdhulp_begeleiding", "zvw_onbekend"}
    whole = base | {"wijkverpleging", "jeugdhulp_begeleiding"}
    return [
        members(MEISJE, "missing", each(base, halves), 60, _PUPILS, fewest=8),
        members(MEISJE, "served", (whole,), 40, _PUPILS, fewest=4),
        members(MEISJE, "unknown", (open_half,), 20, _PUPILS, fewest=4),
        near(MEISJE, "population", each(base, halves), (("13 thuis", 1),), number=40),
        near(MEISJE, "insuline", each(base - {"insuline"}, halves), _PUPILS, number=40),
        near(MEISJE, "coeliakie", each(base - {"coeliakie"}, halves), _PUPILS, number=40),
        near(MEISJE, "need", each(base - {"basisonderwijs"}, halves), _PUPILS, number=40),
    ]


CARE: tuple[Group, ...] = (*_psychiatrie(), *_meisje())
