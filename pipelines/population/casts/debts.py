"""Planted people whose debts are at the centre: homeless and addicted, young, self-employed.

What belongs here: the scripts of three personas. What does not: debts as a scheme (`debts.py` of the population).
"""

from pipelines.population.casts.names import (
    ADULT,
    DAKLOOS,
    DEBT_HELP,
    JONGERE,
    NO_DEBT_HELP,
    PENSIONERS,
    UNDER_27,
    ZELFSTANDIGE,
)
from pipelines.population.scripts import NOTHING, Group, each, has, members, near


def _dakloos() -> list[Group]:
    housed = has("bijstand", "startkwalificatie")
    base = housed | {"opvang"}
    addicted = (has("verslavingsmiddel"), has("ggz_verslaving"), has("verslavingsmiddel", "ggz_verslaving"))
    debts = (has("schuld"), has("schuld", "wanbetaler"), has("wanbetaler"))
    helped = (has("schuldregeling"), has("wsnp"), has("schuldregeling", "wmo_opvang"))
    # Being kept from new debts is no scheme for the old ones.
    no_scheme = (NOTHING, NOTHING, has("budgetbeheer"))
    return [
        members(DAKLOOS, "missing", each(base, addicted, debts, no_scheme), 4_000, ADULT, DEBT_HELP),
        members(DAKLOOS, "served", each(base | {"schuld"}, addicted, helped), 1_500, ADULT, DEBT_HELP),
        members(DAKLOOS, "unknown", each(base, addicted, debts), 800, ADULT, NO_DEBT_HELP),
        near(DAKLOOS, "population", each(base, addicted, debts), PENSIONERS, DEBT_HELP),
        near(DAKLOOS, "adres_opvang_of_briefadres", each(housed, addicted, debts), ADULT, DEBT_HELP),
        near(DAKLOOS, "verslaving", each(base, debts), ADULT, DEBT_HELP),
        near(DAKLOOS, "problematische_schulden", each(base, addicted), ADULT, DEBT_HELP),
        near(DAKLOOS, "need", each(base - {"bijstand"}, addicted, debts), ADULT, DEBT_HELP),
    ]


def _jongere() -> list[Group]:
    debts = (has("schuld"), has("wanbetaler"), has("schuld", "wanbetaler"))
    low = has("laag_opgeleid")
    incomes = (has("bijstand"), has("ingeschreven"))
    works = (has("baan"), has("zelfstandig"))
    return [
        members(JONGERE, "missing", each(low, debts), 6_000, UNDER_27),
        members(JONGERE, "served", each(low, debts, incomes), 2_500, UNDER_27),
        members(JONGERE, "unknown", debts, 1_500, UNDER_27),
        near(JONGERE, "population", each(low, debts), (("27-34", 1),)),
        near(JONGERE, "problematische_schulden", (low,), UNDER_27),
        near(JONGERE, "zonder_startkwalificatie", each(has("startkwalificatie"), debts), UNDER_27),
        near(JONGERE, "zonder_werk_drie_maanden", each(low, debts, works), UNDER_27),
        # A child at home has no debts of the household of its own, so only the premium can be behind.
        near(JONGERE, "need", (low | {"wanbetaler"},), (("18-26 thuis", 1),)),
    ]


def _zelfstandige() -> list[Group]:
    employed = has("ziekenhuiskosten", "schuld", "laag_inkomen")
    base = employed | {"zelfstandig"}
    beside = (NOTHING, has("wanbetaler"), has("psychofarmaca"))
    healthy, free_of_debt, well_paid = base - {"ziekenhuiskosten"}, base - {"schuld"}, base - {"laag_inkomen"}
    helped = (has("schuldregeling"), has("budgetbeheer"), has("wsnp"))
    benefits = (has("bijstand"), has("ww"), has("ao"))
    no_record = (healthy | {"zvw_onbekend"}, well_paid | {"inkomen_onbekend"})
    return [
        members(ZELFSTANDIGE, "missing", each(base, beside), 2_500, ADULT, DEBT_HELP),
        members(ZELFSTANDIGE, "served", each(base, helped), 900, ADULT, DEBT_HELP),
        # A statutory scheme shows without the gemeente.
        members(ZELFSTANDIGE, "served", (base | {"wsnp"},), 300, ADULT, NO_DEBT_HELP, fewest=4),
        members(ZELFSTANDIGE, "unknown", each(base, beside), 700, ADULT, NO_DEBT_HELP),
        members(ZELFSTANDIGE, "unknown", no_record, 300, ADULT, DEBT_HELP, fewest=4),
        near(ZELFSTANDIGE, "population", each(base, beside), PENSIONERS, DEBT_HELP),
        near(ZELFSTANDIGE, "population", (employed, employed | {"baan"}), ADULT, DEBT_HELP),
        near(ZELFSTANDIGE, "ziekenhuiskosten_hoog", each(healthy, beside), ADULT, DEBT_HELP),
        near(ZELFSTANDIGE, "schuld_smal", each(free_of_debt, beside), ADULT, DEBT_HELP),
        near(ZELFSTANDIGE, "laag_inkomen", each(well_paid, beside), ADULT, DEBT_HELP),
        near(ZELFSTANDIGE, "need", each(base, benefits), ADULT, DEBT_HELP),
    ]


DEBTS: tuple[Group, ...] = (*_dakloos(), *_jongere(), *_zelfstandige())
