"""People in two, three and four personas at once, so that a bound on contributions is felt.

What belongs here: the scripts that count more than once. What does not: near-misses.
"""

from pipelines.population.casts.names import (
    ACHTTIEN,
    ADULT,
    DAKLOOS,
    DEBT_HELP,
    EU_BURGER,
    GEVLUCHT,
    GEZIN,
    JONGERE,
    MEISJE,
    PSYCHIATRIE,
    STEL,
    THUISZITTER,
    TRUANCY,
    UNDER_27,
    WIA,
    WMO,
    ZELFSTANDIGE,
)
from pipelines.population.scripts import Ages, Delivering, Group, State, Truth, has

_FEWEST = 3


def _in(states: dict[str, State], facts: frozenset[str], number: int, ages: Ages, delivering: Delivering) -> Group:
    truths = tuple(Truth(persona, state) for persona, state in states.items())
    return Group(truths, (facts,), number, _FEWEST, ages, delivering)


def _several() -> list[Group]:
    indebted = has("opvang", "bijstand", "verslavingsmiddel", "schuld", "laag_opgeleid")
    stopped = indebted | {"ao_beeindigd", "antipsychotica", "wanbetaler"}
    limited = has("praktijkonderwijs", "antipsychotica", "verslavingsmiddel", "verdacht_herhaald", "opvang")
    expecting = limited | {"bijstand", "schuld", "geboortezorg"}
    foreign = limited | {"buitenland", "baan_weg"}
    out_of_care = has("opvang", "jeugdhulp_verblijf_gestopt", "psychofarmaca", "schuld", "laag_opgeleid")
    fled = has("slachtoffer_geweld", "hypotheek", "opvang", "laag_inkomen")
    help_and_wmo = Delivering(must=("WMOBUS", "SCHULDHULP"))
    roof = Delivering(must=("WMOBUS", "URGENTIE"))
    return [
        _in({DAKLOOS: "missing", JONGERE: "served"}, indebted, 400, UNDER_27, DEBT_HELP),
        _in({DAKLOOS: "missing", JONGERE: "served", WIA: "served"}, stopped, 200, UNDER_27, DEBT_HELP),
        _in({DAKLOOS: "missing", PSYCHIATRIE: "missing"}, limited | {"bijstand", "schuld"}, 400, ADULT, DEBT_HELP),
        _in(
            {DAKLOOS: "missing", PSYCHIATRIE: "missing", STEL: "missing", JONGERE: "served"},
            expecting,
            100,
            (("18-26 vrouw", 1),),
            help_and_wmo,
        ),
        _in({PSYCHIATRIE: "missing", EU_BURGER: "missing"}, foreign, 400, ADULT, WMO),
        _in(
            {PSYCHIATRIE: "missing", EU_BURGER: "missing", JONGERE: "missing"},
            foreign | {"schuld"},
            200,
            UNDER_27,
            WMO,
        ),
        _in(
            {PSYCHIATRIE: "missing", EU_BURGER: "missing", JONGERE: "missing", ACHTTIEN: "missing"},
            foreign | {"schuld", "jeugdhulp_verblijf_gestopt"},
            100,
            (("18-20", 1),),
            WMO,
        ),
        _in({ACHTTIEN: "missing", JONGERE: "missing"}, out_of_care, 300, (("18-20", 1),), WMO),
        _in({GEVLUCHT: "missing", GEZIN: "missing"}, fled | {"uit_elkaar"}, 300, (("18-66 ouder", 1),), roof),
        _in(
            {GEVLUCHT: "missing", ZELFSTANDIGE: "missing"},
            fled | {"zelfstandig", "ziekenhuiskosten", "schuld"},
            200,
            ADULT,
            Delivering(must=("SCHULDHULP", "URGENTIE")),
        ),
        _in(
            {MEISJE: "missing", THUISZITTER: "missing"},
            has("insuline", "coeliakie", "basisonderwijs", "psychofarmaca", "thuiszitter"),
            10,
            (("5-12 thuis", 1),),
            TRUANCY,
        ),
    ]


SEVERAL: tuple[Group, ...] = tuple(_several())
