"""What each theme of the Stapelingsmonitor says of a person, out of the rows of a component file.

What belongs here: columns, and which rows make them. What does not: who is in the monitor and how it is written
(`stapelingsmonitor.py`). A column that no component file of the synthetic Netherlands tells of is empty (NA), and so
unknown: nothing is made up for it.
"""

from dataclasses import dataclass

Columns = tuple["Column", ...]


@dataclass(frozen=True)
class Column:
    """One column. `of_rows`: SQL aggregate over a person's rows of `register`. `said`: SQL of the value, over the
    aggregate (by the name of the register) and the row `m` of the monitor; NULL where nothing is known, and empty for
    what only another column is made of."""

    name: str
    said: str
    register: str | None = None
    of_rows: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Theme:
    """One file: its name without year and version, and its columns."""

    stem: str
    columns: Columns

    @property
    def register(self) -> str:
        return self.stem.upper()


def themes(year: int) -> tuple[Theme, ...]:
    """The fifteen themes of a peiljaar, in the order in which CBS lists them."""
    return (
        Theme("STAPMON01Achtergrondkenmerken", _background(year)),
        Theme("STAPMON02Onderwijs", _education()),
        Theme("STAPMON03Inkomen", _income()),
        Theme("STAPMON04VermogenSchulden", _debts(year)),
        Theme("STAPMON05Toeslagen", _nothing("huurtoeslag", "zorgtoeslag", "kinderopvangtoeslag")),
        Theme("STAPMON06Werk", _work(year)),
        Theme("STAPMON07DoelgroepregisterWSW", _nothing("doelgroepregister", "wsw")),
        Theme("STAPMON08Uitkeringen", _benefits(year)),
        Theme("STAPMON09Wmo", _wmo(year)),
        Theme("STAPMON10Jeugd", _youth(year)),
        Theme("STAPMON11Wlz", _long_term_care()),
        Theme("STAPMON12GezondheidWelzijn", _health(year)),
        Theme("STAPMON13GezondheidMedicijngebruik", _medicines()),
        Theme("STAPMON14RechtsbeschermingVeiligheid", _justice()),
        Theme("STAPMON15Wonen", _nothing("woonsituatie")),
    )


def _nothing(*names: str) -> Columns:
    return tuple(Column(name, "NULL::VARCHAR") for name in names)


def _no_numbers(*names: str, kind: str = "INTEGER") -> Columns:
    return tuple(Column(name, f"NULL::{kind}", is_number=True) for name in names)


def _flag(name: str, register: str, rows: str = "true", *, words: bool = False, known: str = "m.member") -> Column:
    """Yes when the person has such a row, as 0 and 1 or in words: the themes came in both forms."""
    yes, no = ("'Ja'", "'Nee'") if words else ("'1'", "'0'")
    said = f"CASE WHEN NOT ({known}) THEN NULL WHEN coalesce({register}.{name}, false) THEN {yes} ELSE {no} END"
    return Column(name, said, register, f"bool_or({rows})")


def _runs(begin: str, end: str, year: int) -> str:
    """SQL: the spell covers the peildatum. Open ends (88888888) are later than any day."""
    return f"{begin} <= '{year}1231' AND {end} >= '{year}1231'"


_TYPES = (
    "Eenpersoonshuishouden",
    "Niet-gehuwd paar zonder kinderen",
    "Gehuwd paar zonder kinderen",
    "Niet-gehuwd paar met kinderen",
    "Gehuwd paar met kinderen",
    "Eenouderhuishouden",
    "Overig huishouden",
    "Institutioneel huishouden",
)


def _background(year: int) -> Columns:
    runs = _runs("DATUMAANVANGHH", "DATUMEINDEHH", year)

    def home(name: str, value: str, said: str | None = None, *, is_number: bool = False) -> Column:
        picked = f"max({value}) FILTER (WHERE {runs})"
        return Column(name, said or f"GBAHUISHOUDENSBUS.{name}", "GBAHUISHOUDENSBUS", picked, is_number)

    def person(name: str, value: str, *, is_number: bool = False) -> Column:
        return Column(name, f"GBAPERSOONTAB.{name}", "GBAPERSOONTAB", f"max({value})", is_number)

    types = ", ".join(f"'{label}'" for label in _TYPES)
    return (
        person("geslacht", "CASE GBAGESLACHT WHEN '1' THEN 'Man' WHEN '2' THEN 'Vrouw' END"),
        person("leeftijd", f"{year} - TRY_CAST(GBAGEBOORTEJAAR AS INTEGER)", is_number=True),
        *_nothing("herkomst", "herkomstland", "burgstaat"),
        home("typehh", f"[{types}][TYPHH::INTEGER]"),
        *_nothing("huishsamstsocec"),
        home("aantkindhh", "AANTALKINDHH", is_number=True),
        *_no_numbers("aantvolwhh", "aant65plushh"),
        home("aantpphh", "AANTALPERSHH", is_number=True),
        Column("gem", "m.gem"),
        *_nothing("wc", "bc", "provincie"),
        home("huishoudnr", "HUISHOUDNR"),
        home("datumaanvanghh", "DATUMAANVANGHH"),
        *_nothing("rinpersoonskern", "rinpersoonkern"),
    )


_LEVEL = "OPLNIVSOI2021AGG4HBmetNIRWO"


def _education() -> Columns:
    """A level of 2 and more is a startkwalificatie; who is in no file of levels is unknown, and so is an unknown level.
    Primary education has a file of its own; of the rest the first digit of the programme tells."""
    levels = "HOOGSTEOPLTAB"
    first = f"max(CASE WHEN {_LEVEL} NOT IN ('----', '9999') THEN left({_LEVEL}, 1) END)"
    kinds = "['Voortgezet onderwijs', 'Mbo', 'Hbo', 'Wo'][ONDERWIJSINSCHRTAB.study - 2]"
    return (
        Column("hbopl", f"['Lager', 'Middelbaar', 'Hoger'][{levels}.hbopl::INTEGER]", levels, first),
        *_nothing("hgopl"),
        Column("primary_school", "", "INSCHRWPOTAB", "true"),
        Column("study", "", "ONDERWIJSINSCHRTAB", "min(left(OPLNR, 1))::INTEGER"),
        Column(
            "typeonderwijs",
            f"CASE WHEN ONDERWIJSINSCHRTAB.study IS NOT NULL THEN {kinds} "
            "WHEN INSCHRWPOTAB.primary_school THEN 'Basisonderwijs' ELSE 'Volgt geen onderwijs' END",
        ),
        Column(
            "startkwalificatie",
            f"CASE {levels}.startkwalificatie WHEN '1' THEN 'Nee' WHEN '2' THEN 'Ja' WHEN '3' THEN 'Ja' END",
            levels,
            first,
        ),
        *_no_numbers("gewichtopl", kind="DOUBLE"),
    )


def _income() -> Columns:
    return (
        *_no_numbers("inkpers", "inkpersprim", "inkhhbest", "inkhhgest", kind="DOUBLE"),
        *_no_numbers("percsm"),
        *_nothing("belanginkbronpers", "belanginkbronhh", "armoede", "langarmoede", "laagink", "langlaagink"),
    )


def _debts(year: int) -> Columns:
    debts, narrow = "SCHULDENPROBLEMATIEK", "smalle_def_problematische_schulden"
    return (
        *_no_numbers("vermogenhhexcl", "waardeeigwonbox1", kind="DOUBLE"),
        _flag("smalle_schuld", debts, f"\"{narrow}_{year}1231\" = '1'", words=True),
        _flag("smalle_schuld_huishouden", debts, f"\"{narrow}_HH_{year}1231\" = '1'", words=True),
        _flag("wsnp", "WSNPPERSBUS", _runs("Wsnpdatumtoelaat", "Wsnpdatumbeein", year), words=True),
        _flag("wanbetaler_zorgverzekering", "WANBZVWTAB", words=True),
    )


def _work(year: int) -> Columns:
    return (
        _flag("werknemer", "SPOLISBUS", _runs("SDATUMAANVANGIKO", "SDATUMEINDEIKO", year)),
        *_nothing("zelfstandig_ondernemer_met_personeel", "zelfstandig_ondernemer_zonder_personeel"),
    )


def _benefits(year: int) -> Columns:
    runs = _runs("AANVBIJSTAND", "EINDBIJSTAND", year)
    return (
        _flag("ww", "WWPERSOONBUS", _runs("AANVWW", "EINDWW", year)),
        _flag("ao", "AOTOTPERSOONBUS", _runs("AANVAOTOT", "EINDAOTOT", year)),
        _flag("bijstand", "BIJSTANDPERSOONBUS", f"{runs} AND BIJSTANDSOORT IN ('01', '02', '03')"),
        _flag("bijstand_pwet", "BIJSTANDPERSOONBUS", f"{runs} AND BIJSTANDSOORT = '01'"),
        *_nothing("bijzondere_bijstand", "ziektewet", "hopper"),
        *_no_numbers("bijstandsduur"),
    )


def _wmo(year: int) -> Columns:
    """Empty where the gemeente did not deliver: a whole gemeente is missing then, and nobody of it says no."""
    runs = _runs("WMODATUMAANVANG", "WMODATUMEINDE", year)

    def kind(name: str, code: str) -> Column:
        return _flag(name, "WMOBUS", f"{runs} AND typearrangement = '{code}'", known="m.wmo")

    return (
        _flag("wmo_gebruik", "WMOBUS", runs, known="m.wmo"),
        kind("wmo_vb", "3"),
        kind("wmo_on", "1"),
        kind("wmo_hm", "4"),
        kind("wmo_hh", "2"),
        *_nothing("wmo_pgb"),
    )


_YOUTH = (
    ("JHmgesloten", "13"),
    ("JHmgezin", "12"),
    ("JHmov", "14"),
    ("JHmpleeg", "11"),
    ("JHzambulant", "22"),
    ("JHzdag", "23"),
    ("JHznetwerk", "24"),
    ("JHzwijk", "21"),
)
"""Column and form of help: with a stay (JHm) and without (JHz)."""


def _youth(year: int) -> Columns:
    runs = _runs("JGDHGELDIGHEIDBEGINDATUM", "JGDHGELDIGHEIDEINDDATUM", year)
    return (
        *_nothing("JBots", "JBvoogdij"),
        *(_flag(name, "JGDHULPBUS", f"{runs} AND JGDHHULPVORM = '{code}'") for name, code in _YOUTH),
        *_nothing("JR", "JeugdPGB", "juridische_ouder_kind_jeugdzorg"),
    )


def _long_term_care() -> Columns:
    return (_flag("wlz_indicatie", "INDICWLZTAB"), *_nothing("wlz_verblijf", "wlz_vpt", "wlz_mpt", "wlz_pgb"))


FIRST_YEAR_OF_ONE_GGZ = 2022
"""From this peiljaar one column for all ggz (zorgprestatiemodel); before it two, for basic and specialist care."""


def _health(year: int) -> Columns:
    """The sign of a mild intellectual disability is put together from benefits and indications, as CBS does it; sheltered
    work is no file of the synthetic Netherlands."""
    one = year >= FIRST_YEAR_OF_ONE_GGZ
    young = f"{_runs('AANVAOTOT', 'EINDAOTOT', year)} AND AOTOTWET = '3'"
    return (
        *((_flag("ggz", "GGZZPMPRESTATIETAB"),) if one else _nothing("basis_ggz", "special_ggz")),
        Column("disabled_young", "", "AOTOTPERSOONBUS", f"bool_or({young})"),
        Column("indicated", "", "INDICWLZTAB", "bool_or(WLZGRONDSLAG = 'VG')"),
        Column(
            "LVB",
            "CASE WHEN coalesce(AOTOTPERSOONBUS.disabled_young, false) OR coalesce(INDICWLZTAB.indicated, false) "
            "THEN '1' ELSE '0' END",
        ),
        *_no_numbers("somzorgkosten_inclGGZ", "somzorgkosten_exclGGZ", kind="DOUBLE"),
    )


def _medicines() -> Columns:
    return (
        _flag("medicijn_psychofarmaca", "MEDICIJNTAB", "ATC4 IN ('N05A', 'N05B', 'N06A', 'N06B')"),
        _flag("medicijn_antidepressiva", "MEDICIJNTAB", "ATC4 = 'N06A'"),
        _flag("medicijn_antipsychotica", "MEDICIJNTAB", "ATC4 = 'N05A'"),
        _flag("medicijn_verslaving", "MEDICIJNTAB", "ATC4 = 'N07B'"),
    )


def _justice() -> Columns:
    return (
        _flag("verdachte_misdrijf", "VERDTAB"),
        *_nothing("gedetineerd", "afdoening_om", "afdoening_rechter"),
    )
