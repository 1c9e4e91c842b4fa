"""Planted people whose income is at the centre: a benefit stopped, a job lost, a pension cut.

What belongs here: the scripts of three personas. What does not: benefits as a scheme (`benefits.py`).
"""

from pipelines.population.casts.names import (
    ADULT,
    EU_BURGER,
    NO_SIGNALS,
    NO_WMO,
    OUDERE,
    PENSIONERS,
    SIGNALS,
    WIA,
    WMO,
)
from pipelines.population.scripts import NOTHING, Group, each, has, members, near


def _wia() -> list[Group]:
    qualified = has("startkwalificatie")
    ended = qualified | {"ao_beeindigd"}
    ill = (has("antipsychotica"), has("ggz_psychose"), has("ggz_persoonlijkheid"))
    signal, premium = (has("vroegsignaal"),), (has("wanbetaler"),)
    behind = signal + premium
    incomes = (has("bijstand"), has("ao_herleefd"))
    not_ended = (has("ao"), has("ao_lang_geleden"), has("ao_voortgezet"))
    works = (has("baan"), has("zelfstandig"))
    return [
        members(WIA, "missing", each(ended, ill, signal), 2_000, ADULT, SIGNALS),
        members(WIA, "missing", each(ended, ill, premium), 1_500, ADULT),
        members(WIA, "served", each(ended, ill, behind, incomes), 1_200, ADULT, SIGNALS),
        members(WIA, "unknown", each(ended, ill), 600, ADULT, NO_SIGNALS),
        near(WIA, "population", each(ended, ill, behind), PENSIONERS, SIGNALS),
        near(WIA, "ernstige_psychische_stoornis", each(ended, behind), ADULT, SIGNALS),
        near(WIA, "ao_beeindigd", each(qualified, ill, behind, not_ended), ADULT, SIGNALS, number=900),
        near(WIA, "betalingsachterstand", each(ended, ill), ADULT, SIGNALS),
        near(WIA, "need", each(ended, ill, behind, works), ADULT, SIGNALS),
    ]


def _eu_burger() -> list[Group]:
    base = has("buitenland", "baan_weg")
    roaming = (has("opvang"), has("verhuisd"), has("opvang_kort"), has("opvang", "verhuisd"))
    foreign = base - {"baan_weg"}
    # Benefits ran out: the job is lost, but unemployment benefit came at once.
    kept = (foreign, base | {"ww_afgelopen"})
    incomes = (has("nieuwe_baan"), has("zelfstandig"), has("bijstand"), has("ao"))
    return [
        members(EU_BURGER, "missing", each(base, roaming, (NOTHING, has("schuld"))), 3_000, ADULT, WMO),
        members(EU_BURGER, "served", each(base | {"wmo_opvang"}, roaming), 800, ADULT, WMO),
        members(EU_BURGER, "unknown", each(base, roaming), 600, ADULT, NO_WMO),
        near(EU_BURGER, "population", each(base - {"buitenland"}, roaming), ADULT, WMO),
        near(EU_BURGER, "population", each(base, roaming), PENSIONERS, WMO),
        near(EU_BURGER, "baan_weg", tuple(k | r for k in kept for r in roaming), ADULT, WMO),
        near(EU_BURGER, "zonder_stabiel_adres", (base,), ADULT, WMO),
        near(EU_BURGER, "need", each(base, roaming, incomes), ADULT, WMO),
    ]


def _oudere() -> list[Group]:
    base = has("gekorte_aow", "laag_inkomen")
    low = (has("laag_opgeleid"), has("praktijkonderwijs"))
    came = (has("buitenland"), NOTHING)
    full, well_paid = base - {"gekorte_aow"}, base - {"laag_inkomen"}
    no_record = (base | {"buitenland"}, well_paid | {"inkomen_onbekend", "laag_opgeleid"})
    return [
        members(OUDERE, "missing", each(base, low, came), 5_000, PENSIONERS),
        members(OUDERE, "served", each(base | {"aio"}, low, came), 2_500, PENSIONERS),
        members(OUDERE, "unknown", no_record, 1_500, PENSIONERS),
        near(OUDERE, "population", each(base, low, came), (("66", 1),)),
        near(OUDERE, "gekorte_aow", each(full, low, came), PENSIONERS),
        near(OUDERE, "zonder_startkwalificatie", each(base | {"startkwalificatie"}, came), PENSIONERS),
        near(OUDERE, "need", each(well_paid, low, came), PENSIONERS),
    ]


INCOME: tuple[Group, ...] = (*_wia(), *_eu_burger(), *_oudere())
