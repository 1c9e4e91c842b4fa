"""Rows of the registers that make the base indicators of one invented person true, each and only those.

What belongs here: which rows say an indicator. What does not: where somebody lives, and writing files (`tiny.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LAST = "20231231"
STILL = "88888888"
Values = Mapping[str, str | None]
Rows = Iterator[tuple[str, Values]]


@dataclass(frozen=True)
class Facts:
    """What the rows must say: base indicators, the number that makes keys unique, and the gemeente that delivers."""

    has: frozenset[str]
    rin: int
    gemeente: str

    def __contains__(self, name: str) -> bool:
        return name in self.has


def register_rows(facts: Facts) -> Rows:
    """Register and values, without the person's key. Rows that everybody has say no where nothing is true."""
    for part in (_health, _care_costs, _wmo, _young, _debts, _benefits, _work, _money, _education, _safety):
        yield from part(facts)


def household_rows(facts: Facts, household: str) -> Rows:
    """The household now, and the couple that ended before it."""
    parted = "relatie_verbroken" in facts
    place = "1" if "thuiswonend_kind" in facts else "7" if "ouder_met_thuiswonend_kind" in facts else "2"
    if parted:
        yield "GBAHUISHOUDENSBUS", _household(f"X{household}", "20100101", "20230331", "6", "5")
    since = "20230401" if parted else "20150101"
    kind = {"1": "5", "7": "6"}.get(place, "1")
    yield "GBAHUISHOUDENSBUS", _household(household, since, LAST, place, kind)


def address_spells(facts: Facts) -> list[tuple[str, str]]:
    """Begin and end of the address spells, the present one last: moves in the year, and how long on this address."""
    shelter = "adres_opvang_of_briefadres" in facts or "opvang_drie_maanden" in facts
    begins = ["20150101"]
    if "meermaals_verhuisd" in facts:
        begins += ["20230201", "20230801"]
    elif shelter:
        begins += ["20220601"]
    if shelter and "opvang_drie_maanden" not in facts:
        begins[-1] = "20231115"
    ends = [f"{datetime.strptime(begin, '%Y%m%d') - timedelta(days=1):%Y%m%d}" for begin in begins[1:]]
    return list(zip(begins, [*ends, LAST], strict=True))


def _household(number: str, begin: str, end: str, place: str, kind: str) -> Values:
    return {
        "huishoudnr": number,
        "datumaanvanghh": begin,
        "datumeindehh": end,
        "typhh": kind,
        "plhh": place,
        "aantalpershh": "1",
    }


def _health(facts: Facts) -> Rows:
    medicines = {"verslaving_medicatie": "N07B", "antipsychotica": "N05A", "insuline": "A10A"}
    codes = [code for name, code in medicines.items() if name in facts]
    if "psychofarmaca" in facts and "antipsychotica" not in facts:
        codes.append("N06A")
    yield from (("MEDICIJNTAB", {"atc4": code}) for code in codes)
    diagnoses = {"verslaving_ggz": "SG03", "ggz_ernstig": "SG01"}
    treated = [code for name, code in diagnoses.items() if name in facts]
    if "ggz_behandeling" in facts and not treated:
        treated.append("BG01")
    yield from (("GGZZPMPRESTATIETAB", {"zpmdiagnose": code}) for code in treated)
    if "coeliakie" in facts:
        yield "MSZPRESTATIESVEKTTAB", {"mszdiagnosegroep": "COE"}
    if "wlz_lvb" in facts or "wlz_indicatie" in facts:
        yield "INDICWLZTAB", {"wlzgrondslag": "VG" if "wlz_lvb" in facts else "GGZ"}


def _care_costs(facts: Facts) -> Rows:
    amounts = {
        "zvwkziekenhuis": ("ziekenhuiskosten_hoog", "12000", "300"),
        "zvwkgeboortezorg": ("geboortezorg", "2400", "0"),
        "zvwkwykverpleging": ("wijkverpleging", "900", "0"),
    }
    yield "ZVWZORGKOSTENTAB", {column: yes if name in facts else no for column, (name, yes, no) in amounts.items()}


def _wmo(facts: Facts) -> Rows:
    kinds = [kind for name, kind in (("wmo_opvang", "3"), ("wmo_begeleid_wonen", "5")) if name in facts]
    if "wmo_maatwerk" in facts and not kinds:
        kinds.append("1")
    for kind in kinds:
        yield (
            "WMOBUS",
            {
                "typearrangement": kind,
                "wmodatumaanvang": "20220101",
                "wmodatumeinde": STILL,
                "wmotoewijzingsnummer": f"T{facts.rin}{kind}",
                "wmogemeente": facts.gemeente,
            },
        )
    if "woonurgentie" in facts:
        yield "URGENTIE", _municipal(facts, "20230501", urgentiegrond="U")


def _young(facts: Facts) -> Rows:
    running = "24" if "jeugdhulp_begeleiding" in facts else "23"
    if "jeugdhulp_verblijf_gestopt" in facts:
        yield "JGDHULPBUS", _youth("11", "20210101", "20230430")
    if "jeugdhulp_begeleiding" in facts or "jeugdhulp" in facts:
        # After a gap: a spell that is continued, by whatever help, has not ended.
        yield "JGDHULPBUS", _youth(running, "20230901", STILL)
    if facts.has & {"thuiszitter", "thuiszitter_drie_maanden", "onderwijszorgarrangement"}:
        begin = "20230801" if "thuiszitter_drie_maanden" in facts else "20231115"
        arrangement = "1" if "onderwijszorgarrangement" in facts else "0"
        yield "THUISZITTERS", _municipal(facts, begin, verzuimsoort="R", arrangement=arrangement)


def _youth(kind: str, begin: str, end: str) -> Values:
    return {"jgdhhulpvorm": kind, "jgdhgeldigheidbegindatum": begin, "jgdhgeldigheideinddatum": end}


def _municipal(facts: Facts, begin: str, **values: str) -> Values:
    return {"begindatum": begin, "einddatum": STILL, "gemeente": facts.gemeente, **values}


def _debts(facts: Facts) -> Rows:
    if "schuld_smal" in facts:
        flags = ("smalle_def_problematische_schulden_20231231", "smalle_def_problematische_schulden_hh_20231231")
        yield "SCHULDENPROBLEMATIEK", dict.fromkeys(flags, "1")
    if "wanbetaler_zorgpremie" in facts:
        yield "WANBZVWTAB", {}
    if "vroegsignaal" in facts:
        yield "VROEGSIGNALERING", {"signaaldatum": "20230615", "signaalsoort": "H", "gemeente": facts.gemeente}
    if "wsnp" in facts:
        yield "WSNPPERSBUS", {"wsnpdatumtoelaat": "20230301", "wsnpdatumbeein": STILL}
    if "schuldregeling_minnelijk" in facts or "schuldhulp_traject" in facts:
        kind = "S" if "schuldregeling_minnelijk" in facts else "B"
        yield "SCHULDHULP", _municipal(facts, "20230201", trajectsoort=kind)


def _benefits(facts: Facts) -> Rows:
    for name, kind, begin in (("bijstand", "01", "20200101"), ("aio", "13", "20200102")):
        if name in facts:
            yield "BIJSTANDPERSOONBUS", {"aanvbijstand": begin, "eindbijstand": LAST, "bijstandsoort": kind}
    if "ao_beeindigd" in facts:
        yield "AOTOTPERSOONBUS", {"aanvaotot": "20180101", "eindaotot": "20230430", "aototwet": "5"}
    if "jonggehandicapt" in facts or "ao_uitkering" in facts:
        begin = "20231101" if "ao_beeindigd" in facts else "20180101"
        law = "3" if "jonggehandicapt" in facts else "5"
        yield "AOTOTPERSOONBUS", {"aanvaotot": begin, "eindaotot": LAST, "aototwet": law}
    if "ww_uitkering" in facts:
        yield "WWPERSOONBUS", {"aanvww": "20230901", "eindww": LAST}
    if "gekorte_aow" in facts:
        yield "AOWUITKERING1ATAB", {"aowkortingspercentage": "40"}


def _work(facts: Facts) -> Rows:
    # The lost job is followed by nothing for three months; the present one still runs, so that it has not ended.
    jobs = (("baan_weg", "A", "20230101", "20230131"), ("baan_laatste_drie_maanden", "B", "20230601", LAST))
    for name, letter, begin, end in jobs:
        if name in facts:
            spell = {"sdatumaanvangiko": begin, "sdatumeindeiko": end}
            yield "SPOLISBUS", {"ikvid": f"K{facts.rin}{letter}", **spell, "sbasisloon": "1500.50"}
    if "zelfstandige" in facts:
        yield "SECMBUS", {"aanvsecm": "20210101", "eindsecm": LAST, "secm": "13"}


def _money(facts: Facts) -> Rows:
    yield "INPATAB", {"inpp100ppers": "4" if "laag_inkomen" in facts else "60"}
    yield "VEHTAB", {"vehw1210shyh": "180000" if "eigenwoningschuld" in facts else "0"}


def _education(facts: Facts) -> Rows:
    level = "1211" if "praktijkonderwijs" in facts else "1212" if "zonder_startkwalificatie" in facts else "2121"
    yield "HOOGSTEOPLTAB", {"oplnivsoi2021agg4hbmetnirwo": level}
    if "onderwijs_ingeschreven" in facts:
        yield "ONDERWIJSINSCHRTAB", {"oplnr": "012345"}
    if "basisonderwijs" in facts:
        yield "INSCHRWPOTAB", {"wpogroep": "4"}


def _safety(facts: Facts) -> Rows:
    if "slachtoffer_geweld" in facts:
        yield "SLOTAB", {"slodelict": "G"}
    if "herhaald_verdacht" in facts:
        yield from (("VERDTAB", {"verdvolgnummer": str(number)}) for number in (1, 2))
