"""Planted people whose home is at the centre: a couple with a child to come, who fled, a family without a place.

What belongs here: the scripts of three personas. What does not: addresses (`addresses.py`).
"""

from pipelines.population.casts.names import (
    ADULT,
    GEVLUCHT,
    GEZIN,
    NO_PRIORITY,
    NO_WMO,
    PENSIONERS,
    PRIORITY,
    STEL,
    WMO,
)
from pipelines.population.scripts import NOTHING, Ages, Group, each, has, members, near

_MOTHERS: Ages = (("18-26 vrouw", 3), ("27-34 vrouw", 4), ("35-45 vrouw", 3))
_ALONE_OR_PARENT: Ages = (("18-26", 1), ("27-34", 2), ("35-66", 4), ("18-66 ouder", 3))
_PARENTS: Ages = (("18-66 ouder", 1),)


def _stel() -> list[Group]:
    base = has("bijstand", "opvang", "geboortezorg")
    lvb = (
        has("wlz_lvb", "laag_opgeleid"),
        has("jonggehandicapt", "laag_opgeleid"),
        has("praktijkonderwijs"),
        has("jonggehandicapt"),
        has("wlz_lvb", "praktijkonderwijs"),
    )
    other_help = (NOTHING, has("wmo"), has("wmo_opvang"))
    housed, childless = base - {"opvang"}, base - {"geboortezorg"}
    no_record = (*each(childless | {"zvw_onbekend"}, lvb), base)
    return [
        members(STEL, "missing", each(base, lvb, other_help), 1_000, _MOTHERS, WMO),
        members(STEL, "served", each(base | {"wmo_begeleid_wonen"}, lvb), 700, _MOTHERS, WMO),
        members(STEL, "unknown", each(base, lvb), 300, _MOTHERS, NO_WMO, fewest=4),
        members(STEL, "unknown", no_record, 300, _MOTHERS, WMO),
        near(STEL, "population", each(base, lvb), (("46-50 vrouw", 1),), WMO),
        near(STEL, "lvb", (base | {"startkwalificatie"},), _MOTHERS, WMO),
        near(STEL, "opvang_drie_maanden", each(housed, lvb, (NOTHING, has("opvang_kort"))), _MOTHERS, WMO),
        near(STEL, "geboortezorg", each(childless, lvb), _MOTHERS, WMO),
        near(STEL, "need", each(base - {"bijstand"}, lvb), _MOTHERS, WMO),
    ]


def _gevlucht() -> list[Group]:
    base = has("slachtoffer_geweld", "hypotheek", "opvang")
    beside = (NOTHING, has("verhuisd"), has("schuld"), has("wmo_opvang"))
    unharmed, debt_free, housed = base - {"slachtoffer_geweld"}, base - {"hypotheek"}, base - {"opvang"}
    return [
        members(GEVLUCHT, "missing", each(base, beside), 900, _ALONE_OR_PARENT, PRIORITY),
        members(GEVLUCHT, "served", each(base | {"urgentie"}, beside), 600, _ALONE_OR_PARENT, PRIORITY),
        members(GEVLUCHT, "unknown", each(base, beside), 500, _ALONE_OR_PARENT, NO_PRIORITY),
        members(GEVLUCHT, "unknown", (debt_free | {"vermogen_onbekend"},), 200, _ALONE_OR_PARENT, PRIORITY, fewest=4),
        near(GEVLUCHT, "population", each(base, beside), PENSIONERS, PRIORITY),
        near(GEVLUCHT, "slachtoffer_geweld", each(unharmed, beside), ADULT, PRIORITY),
        near(GEVLUCHT, "eigenwoningschuld", each(debt_free, beside), ADULT, PRIORITY),
        # Three months in a shelter is the need, so who is in none cannot have it.
        near(GEVLUCHT, "adres_opvang_of_briefadres", (housed, housed | {"verhuisd"}), ADULT, PRIORITY),
        near(GEVLUCHT, "need", (housed | {"opvang_kort"},), ADULT, PRIORITY),
    ]


def _gezin() -> list[Group]:
    base = has("laag_inkomen", "uit_elkaar")
    roaming = (has("verhuisd"), has("verhuisd", "wmo"), has("opvang"), has("opvang", "verhuisd"))
    moving = (has("verhuisd"),)
    well_paid, together = base - {"laag_inkomen"}, base - {"uit_elkaar"}
    return [
        members(GEZIN, "missing", each(base, roaming), 2_500, _PARENTS, WMO),
        members(GEZIN, "served", each(base | {"wmo_opvang"}, (moving[0], has("opvang"))), 900, _PARENTS, WMO),
        members(GEZIN, "unknown", each(base, roaming), 500, _PARENTS, NO_WMO),
        members(GEZIN, "unknown", each(well_paid | {"inkomen_onbekend"}, roaming), 300, _PARENTS, WMO, fewest=4),
        near(GEZIN, "population", each(base, moving), (("67+ ouder", 1),), WMO),
        near(GEZIN, "zonder_stabiel_adres", (base, base | {"wmo"}), _PARENTS, WMO),
        near(GEZIN, "laag_inkomen", each(well_paid, roaming), _PARENTS, WMO),
        near(GEZIN, "relatie_verbroken", each(together, roaming), _PARENTS, WMO),
        # Apart for a while and together again: the household of the peildatum has two parents.
        near(GEZIN, "relatie_verbroken", each(base, moving), (("18-66 ouderpaar", 1),), WMO),
        near(GEZIN, "need", each(base, roaming), ADULT, WMO),
    ]


HOUSING: tuple[Group, ...] = (*_stel(), *_gevlucht(), *_gezin())
