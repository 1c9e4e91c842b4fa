"""Planted children and young people: eighteen and out of care, at home instead of at school.

What belongs here: the scripts of two personas. What does not: enrolments (`education.py`).
"""

from pipelines.population.casts.names import ACHTTIEN, NO_TRUANCY, NO_WMO, THUISZITTER, TRUANCY, WMO
from pipelines.population.scripts import NOTHING, Ages, Group, each, has, members, near

_EIGHTEEN: Ages = (("18-20", 1),)
_OF_SCHOOL_AGE: Ages = (("5-16 thuis", 1),)


def _achttien() -> list[Group]:
    gone = has("jeugdhulp_verblijf_gestopt")
    ill = (has("psychofarmaca"), has("antipsychotica"))
    roaming = (has("opvang"), has("verhuisd"), has("opvang_kort"), has("opvang", "verhuisd"))
    guided = (has("wmo"), has("wmo_opvang"), has("wmo_begeleid_wonen"))
    treated = (has("jeugdhulp_begeleiding"), has("ggz_overig"))
    return [
        members(ACHTTIEN, "missing", each(gone, ill, roaming), 1_500, _EIGHTEEN, WMO),
        members(ACHTTIEN, "served", each(gone, ill, roaming, guided), 800, _EIGHTEEN, WMO, fewest=6),
        members(ACHTTIEN, "served", each(gone, ill, roaming, treated), 500, _EIGHTEEN, fewest=4),
        members(ACHTTIEN, "unknown", each(gone, ill, roaming), 400, _EIGHTEEN, NO_WMO, fewest=4),
        near(ACHTTIEN, "population", each(gone, ill, roaming), (("21-22", 1),), WMO),
        near(ACHTTIEN, "psychofarmaca", each(gone, roaming), _EIGHTEEN, WMO),
        near(ACHTTIEN, "zonder_stabiel_adres", each(gone, ill), _EIGHTEEN, WMO),
        near(ACHTTIEN, "need", each(NOTHING, ill, roaming, (NOTHING, has("jeugdhulp_verblijf"))), _EIGHTEEN, WMO),
    ]


def _thuiszitter() -> list[Group]:
    base = has("psychofarmaca", "thuiszitter")
    beside = (NOTHING, has("jeugdhulp_begeleiding"), has("ingeschreven"))
    # Where the gemeente does not deliver, nobody knows whether this child is at home.
    return [
        members(THUISZITTER, "missing", each(base, beside), 3_000, _OF_SCHOOL_AGE, TRUANCY),
        members(THUISZITTER, "served", each(base | {"arrangement"}, beside), 1_000, _OF_SCHOOL_AGE, TRUANCY),
        members(THUISZITTER, "unknown", each(base, beside), 900, _OF_SCHOOL_AGE, NO_TRUANCY),
        near(THUISZITTER, "population", (base,), (("4 thuis", 1),), TRUANCY),
        near(THUISZITTER, "psychofarmaca", (has("thuiszitter"),), _OF_SCHOOL_AGE, TRUANCY),
        # Three months at home is the need, so who is not at home cannot have it.
        near(THUISZITTER, "thuiszitter", each(has("psychofarmaca"), beside), _OF_SCHOOL_AGE, TRUANCY),
        near(
            THUISZITTER,
            "need",
            each(has("psychofarmaca", "thuiszitter_kort"), (NOTHING, has("arrangement"))),
            _OF_SCHOOL_AGE,
            TRUANCY,
        ),
    ]


YOUNG: tuple[Group, ...] = (*_achttien(), *_thuiszitter())
