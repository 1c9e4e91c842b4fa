"""The thirteen personas over the facts of `naive_facts.py`, once more by hand.

What belongs here: conditions and voorzieningen. What does not: how a fact is found.
"""

ADULT = "leeftijd BETWEEN 18 AND 66"
UNSTABLE = "opvang OR vaak_verhuisd"

# Per persona: conditions in the order of its spec (population, problems, need), and its voorziening.
PERSONAS: dict[str, tuple[dict[str, str], str]] = {
    "dakloos-verslaafd-schulden": (
        {
            "population": ADULT,
            "adres_opvang_of_briefadres": "opvang",
            "verslaving": "verslaving",
            "problematische_schulden": "schuld OR wanbetaler",
            "need": "bijstand",
        },
        "minnelijk OR wsnp",
    ),
    "jongere-schuld-zonder-startkwalificatie": (
        {
            "population": "leeftijd BETWEEN 18 AND 26",
            "problematische_schulden": "schuld OR wanbetaler",
            "zonder_startkwalificatie": "laag",
            "zonder_werk_drie_maanden": "NOT (werk OR zelfstandig)",
            "need": "niet_thuis",
        },
        "bijstand OR ingeschreven",
    ),
    "wia-zelf-stopgezet": (
        {
            "population": ADULT,
            "ernstige_psychische_stoornis": "stoornis",
            "ao_beeindigd": "ao_beeindigd",
            "betalingsachterstand": "signaal OR wanbetaler",
            "need": "NOT (werk OR zelfstandig)",
        },
        "bijstand OR ao",
    ),
    "lvb-stel-zwanger-in-opvang": (
        {
            "population": "leeftijd BETWEEN 18 AND 45",
            "lvb": "wlz_lvb OR wajong OR praktijk",
            "opvang_drie_maanden": "opvang_lang",
            "geboortezorg": "geboortezorg",
            "need": "bijstand",
        },
        "wmo_wonen",
    ),
    "gevlucht-met-restschuld": (
        {
            "population": ADULT,
            "slachtoffer_geweld": "slachtoffer",
            "eigenwoningschuld": "hypotheek",
            "adres_opvang_of_briefadres": "opvang",
            "need": "opvang_lang",
        },
        "urgentie",
    ),
    "lvb-psychiatrie-gebruik": (
        {
            "population": ADULT,
            "lvb_vermoed": "wajong OR praktijk",
            "antipsychotica": "antipsychotica",
            "verslaving_medicatie": "verslavingsmiddel",
            "need": "verdacht",
        },
        "ggz_gezien OR wlz_gezien",
    ),
    "zelfstandige-ziek-met-schuld": (
        {
            "population": f"{ADULT} AND zelfstandig",
            "ziekenhuiskosten_hoog": "ziekenhuiskosten",
            "schuld_smal": "schuld",
            "laag_inkomen": "laag_inkomen",
            "need": "NOT (bijstand OR ww OR ao)",
        },
        "traject OR wsnp",
    ),
    "achttien-uit-de-jeugdzorg": (
        {
            "population": "leeftijd BETWEEN 18 AND 20",
            "psychofarmaca": "psychofarmaca",
            "zonder_stabiel_adres": UNSTABLE,
            "need": "verblijf_gestopt",
        },
        "wmo_enig OR jeugdzorg OR ggz_gezien",
    ),
    "zelfredzaam-verklaard-gezin": (
        {
            "population": ADULT,
            "zonder_stabiel_adres": UNSTABLE,
            "laag_inkomen": "laag_inkomen",
            "relatie_verbroken": "uit_elkaar",
            "need": "ouder",
        },
        "wmo_opvang",
    ),
    "meisje-diabetes-coeliakie-school": (
        {
            "population": "leeftijd BETWEEN 4 AND 12",
            "insuline": "insuline",
            "coeliakie": "coeliakie",
            "need": "basisonderwijs",
        },
        "wijkverpleging AND jeugdbegeleiding",
    ),
    "thuiszitter-tussen-onderwijs-en-zorg": (
        {
            "population": "leeftijd BETWEEN 5 AND 16",
            "psychofarmaca": "psychofarmaca",
            "thuiszitter": "thuis_in_jaar",
            "need": "thuis_lang",
        },
        "arrangement",
    ),
    "eu-burger-zonder-werk-en-bed": (
        {
            "population": f"{ADULT} AND buitenland",
            "baan_weg": "baan_weg",
            "zonder_stabiel_adres": UNSTABLE,
            "need": "NOT (werk OR zelfstandig OR bijstand OR ww OR ao)",
        },
        "wmo_opvang",
    ),
    "oudere-zonder-aio": (
        {
            "population": "leeftijd >= 67",
            "gekorte_aow": "gekorte_aow",
            "zonder_startkwalificatie": "laag",
            "need": "laag_inkomen",
        },
        "aio",
    ),
}

NEED_IMPLIES = {
    ("gevlucht-met-restschuld", "adres_opvang_of_briefadres"),
    ("thuiszitter-tussen-onderwijs-en-zorg", "thuiszitter"),
}
"""Problems that the need holds in a stronger form: nobody can lack them and have the need."""
