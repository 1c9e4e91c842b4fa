"""What the files of the synthetic Netherlands say of a person, asked as plainly as SQL can (peildatum 31-12-2023).

What belongs here: questions to the files. What does not: the generator or the compiler; this shares nothing with them.
"""

FILES = {
    "persoon": "GBAPERSOONTAB",
    "adres": "GBAADRESOBJECTBUS",
    "huishouden": "GBAHUISHOUDENSBUS",
    "woning": "VSLGWBTAB",
    "ander_object": "NIETVSLGWBTAB",
    "bijstand": "BIJSTANDPERSOONBUS",
    "ao": "AOTOTPERSOONBUS",
    "ww": "WWPERSOONBUS",
    "baan": "SPOLISBUS",
    "secm": "SECMBUS",
    "inkomen": "INPATAB",
    "vermogen": "VEHTAB",
    "aow": "AOWUITKERING1ATAB",
    "niveau": "HOOGSTEOPLTAB",
    "inschrijving": "ONDERWIJSINSCHRTAB",
    "basisschool": "INSCHRWPOTAB",
    "wanbetaler": "WANBZVWTAB",
    "wsnp": "WSNPPERSBUS",
    "ggz": "GGZZPMPRESTATIETAB",
    "medicijn": "MEDICIJNTAB",
    "ziekenhuis": "MSZPRESTATIESVEKTTAB",
    "zorgkosten": "ZVWZORGKOSTENTAB",
    "wlz": "INDICWLZTAB",
    "jeugdhulp": "JGDHULPBUS",
    "wmo": "WMOBUS",
    "slachtoffer": "SLOTAB",
    "verdachte": "VERDTAB",
    "schuld": "SCHULDENPROBLEMATIEK",
    "schuldhulp": "SCHULDHULP",
    "signaal": "VROEGSIGNALERING",
    "thuiszitters": "THUISZITTERS",
    "urgentie": "URGENTIE",
}
MUNICIPAL = ("wmo", "schuldhulp", "signaal", "thuiszitters", "urgentie")


def _exists(table: str, condition: str = "true") -> str:
    return f"EXISTS (SELECT 1 FROM {table} r WHERE r.rinpersoons = 'R' AND r.rinpersoon = p.rinpersoon AND {condition})"


def _running(begin: str, end: str) -> str:
    return f"r.{begin} <= '20231231' AND r.{end} >= '20231231'"


def _where_delivered(table: str, condition: str) -> str:
    """Unknown in a gemeente that does not deliver."""
    return f"CASE WHEN p.gemeente IN (SELECT code FROM {table}_gedekt) THEN {_exists(table, condition)} END"


def _on_record(table: str, condition: str, person: str = "rinpersoon") -> str:
    """Unknown without a record."""
    return f"(SELECT bool_or({condition}) FROM {table} r WHERE r.{person} = p.rinpersoon)"


_MUNICIPAL_SPELL = "r.begindatum <= '20231231' AND r.einddatum >= '20231231'"
_COUPLE = "plhh IN ('3', '4', '5', '6')"
_CARE_RUNS = _running("jgdhgeldigheidbegindatum", "jgdhgeldigheideinddatum")
_ARRANGED = _running("wmodatumaanvang", "wmodatumeinde")

FACTS = {
    "opvang": "p.soort = 'B'",
    # Three months before 31 December is 30 September.
    "opvang_lang": _exists(
        "adres",
        "r.soortobjectnummer = 'B' AND r.gbadatumaanvangadreshouding <= '20230930' "
        "AND r.gbadatumeindeadreshouding = '20231231'",
    ),
    "vaak_verhuisd": "coalesce((SELECT v.keren >= 2 FROM verhuizing v WHERE v.rinpersoon = p.rinpersoon), false)",
    "buitenland": "CASE p.geboren WHEN '0' THEN true WHEN '1' THEN false END",
    "ouder": "p.plhh IN ('5', '6', '7')",
    "niet_thuis": "p.plhh <> '1'",
    "uit_elkaar": _exists(
        "huishouden",
        f"""r.{_COUPLE} AND r.datumeindehh > '20211231' AND r.datumeindehh < '20231231' AND NOT EXISTS (
            SELECT 1 FROM huishouden n WHERE n.rinpersoon = r.rinpersoon AND n.{_COUPLE}
                AND n.datumeindehh > r.datumeindehh AND n.datumaanvanghh <= '20231231'
                AND strptime(n.datumaanvanghh, '%Y%m%d') <= strptime(r.datumeindehh, '%Y%m%d') + INTERVAL 24 MONTH)""",
    ),
    "bijstand": _exists(
        "bijstand", f"r.bijstandsoort IN ('01', '02', '03') AND {_running('aanvbijstand', 'eindbijstand')}"
    ),
    "aio": _exists("bijstand", f"r.bijstandsoort = '13' AND {_running('aanvbijstand', 'eindbijstand')}"),
    "ao": _exists("ao", _running("aanvaotot", "eindaotot")),
    "wajong": _exists("ao", f"r.aototwet = '3' AND {_running('aanvaotot', 'eindaotot')}"),
    # Three to fifteen months before 31 December, and no spell that carries straight on.
    "ao_beeindigd": _exists(
        "ao",
        """r.eindaotot > '20220930' AND r.eindaotot <= '20230930' AND NOT EXISTS (
            SELECT 1 FROM ao n WHERE n.rinpersoon = p.rinpersoon AND n.eindaotot > r.eindaotot
                AND strptime(n.aanvaotot, '%Y%m%d') <= strptime(r.eindaotot, '%Y%m%d') + INTERVAL 1 DAY)""",
    ),
    "ww": _exists("ww", _running("aanvww", "eindww")),
    "werk": _exists("baan", "r.sdatumaanvangiko <= '20231231' AND r.sdatumeindeiko > '20230930'"),
    # One to twelve months before 31 December; no job or ww that runs on or begins within three months.
    "baan_weg": _exists(
        "baan",
        """r.sdatumeindeiko > '20221231' AND r.sdatumeindeiko <= '20231130' AND NOT EXISTS (
            SELECT 1 FROM werk_of_ww n WHERE n.rinpersoon = r.rinpersoon AND n.begin <= '20231231'
                AND n.einde > r.sdatumeindeiko
                AND strptime(n.begin, '%Y%m%d') <= strptime(r.sdatumeindeiko, '%Y%m%d') + INTERVAL 3 MONTH)""",
    ),
    "zelfstandig": _exists("secm", f"r.secm IN ('12', '13', '14', '15') AND {_running('aanvsecm', 'eindsecm')}"),
    "laag_inkomen": _on_record(
        "inkomen",
        "CASE WHEN r.inpp100ppers::INTEGER NOT IN (-2, -3) THEN r.inpp100ppers::INTEGER BETWEEN -1 AND 10 END",
    ),
    "hypotheek": _on_record(
        "vermogen",
        "CASE WHEN r.vehw1210shyh::BIGINT <> 99999999999 THEN r.vehw1210shyh::BIGINT >= 1 END",
        person="rinpersoonhkw",
    ),
    "gekorte_aow": _exists("aow", "r.aowkortingspercentage::INTEGER >= 2"),
    "verslavingsmiddel": _exists("medicijn", "r.atc4 = 'N07B'"),
    "verslaving": _exists("medicijn", "r.atc4 = 'N07B'") + " OR " + _exists("ggz", "r.zpmdiagnose = 'SG03'"),
    "antipsychotica": _exists("medicijn", "r.atc4 = 'N05A'"),
    "psychofarmaca": _exists("medicijn", "r.atc4 IN ('N05A', 'N05B', 'N06A', 'N06B')"),
    "insuline": _exists("medicijn", "r.atc4 = 'A10A'"),
    "coeliakie": _exists("ziekenhuis", "r.mszdiagnosegroep = 'COE'"),
    "stoornis": _exists("medicijn", "r.atc4 = 'N05A'") + " OR " + _exists("ggz", "r.zpmdiagnose IN ('SG01', 'SG04')"),
    "ggz_gezien": _exists("ggz"),
    "wlz_gezien": _exists("wlz"),
    "wlz_lvb": _exists("wlz", "r.wlzgrondslag = 'VG'"),
    "ziekenhuiskosten": _on_record("zorgkosten", "r.zvwkziekenhuis::INTEGER >= 5000"),
    "geboortezorg": _on_record("zorgkosten", "r.zvwkgeboortezorg::INTEGER >= 1"),
    "wijkverpleging": _on_record("zorgkosten", "r.zvwkwykverpleging::INTEGER >= 1"),
    "jeugdzorg": _exists("jeugdhulp", _CARE_RUNS),
    "jeugdbegeleiding": _exists("jeugdhulp", f"r.jgdhhulpvorm IN ('21', '22', '24') AND {_CARE_RUNS}"),
    "verblijf_gestopt": _exists(
        "jeugdhulp",
        """r.jgdhhulpvorm IN ('11', '12', '13', '14') AND r.jgdhgeldigheideinddatum > '20211231'
            AND r.jgdhgeldigheideinddatum < '20231231' AND NOT EXISTS (
                SELECT 1 FROM jeugdhulp n WHERE n.rinpersoon = r.rinpersoon
                    AND n.jgdhgeldigheideinddatum > r.jgdhgeldigheideinddatum
                    AND strptime(n.jgdhgeldigheidbegindatum, '%Y%m%d')
                        <= try_strptime(r.jgdhgeldigheideinddatum, '%Y%m%d') + INTERVAL 1 DAY)""",
    ),
    "wmo_enig": _where_delivered("wmo", _ARRANGED),
    "wmo_opvang": _where_delivered("wmo", f"r.typearrangement = '3' AND {_ARRANGED}"),
    "wmo_wonen": _where_delivered("wmo", f"r.typearrangement = '5' AND {_ARRANGED}"),
    "schuld": _exists("schuld", "r.smalle_def_problematische_schulden_20231231 = '1'"),
    "wanbetaler": _exists("wanbetaler"),
    "signaal": _where_delivered("signaal", "true"),
    "minnelijk": _where_delivered("schuldhulp", f"r.trajectsoort = 'S' AND {_MUNICIPAL_SPELL}"),
    "traject": _where_delivered("schuldhulp", f"r.trajectsoort IN ('S', 'B') AND {_MUNICIPAL_SPELL}"),
    "wsnp": _exists("wsnp", _running("wsnpdatumtoelaat", "wsnpdatumbeein")),
    "laag": _on_record(
        "niveau",
        "CASE WHEN r.oplnivsoi2021agg4hbmetnirwo NOT IN ('----', '9999') "
        "THEN r.oplnivsoi2021agg4hbmetnirwo < '2000' END",
    ),
    "praktijk": _on_record(
        "niveau",
        "CASE WHEN r.oplnivsoi2021agg4hbmetnirwo NOT IN ('----', '9999') "
        "THEN r.oplnivsoi2021agg4hbmetnirwo = '1211' END",
    ),
    "ingeschreven": _exists("inschrijving"),
    "basisonderwijs": _exists("basisschool"),
    "thuis_in_jaar": _where_delivered("thuiszitters", "r.begindatum <= '20231231' AND r.einddatum >= '20230101'"),
    "thuis_lang": _where_delivered("thuiszitters", f"{_MUNICIPAL_SPELL} AND r.begindatum <= '20230930'"),
    "arrangement": _where_delivered("thuiszitters", f"{_MUNICIPAL_SPELL} AND r.arrangement = '1'"),
    "urgentie": _where_delivered("urgentie", _MUNICIPAL_SPELL),
    "slachtoffer": _exists("slachtoffer", "r.slodelict = 'G'"),
    "verdacht": "(SELECT count(*) >= 2 FROM verdachte r WHERE r.rinpersoons = 'R' AND r.rinpersoon = p.rinpersoon)",
}
