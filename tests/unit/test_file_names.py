"""A file name says register, period and version; a name is never read as another register.

The real names were seen as paths in public code that runs inside Remote Access, and in the public list of the
microdata catalogue of CBS (kansenkaart_preprocessing, DIAPER, SMAP and netCBS among them).
"""

import pytest

from pipelines.registers.catalogue_model import Register, load_catalogue
from pipelines.registers.file_names import FileName, examples, read_name

ENTRIES = load_catalogue().registers
_ANY = next(iter(ENTRIES.values()))


def register(name: str, *names: str) -> Register:
    """The catalogue's entry, or one with a name only (a file that was added without the notation of its name)."""
    if name in ENTRIES and not names:
        return ENTRIES[name]
    return _ANY.model_copy(update={"name": name, "names": names, "file_patterns": ()})


REAL: list[tuple[str, str, int | None, str | None, str]] = [
    # stem, register, year, part of the year, version
    ("GBAADRESOBJECT2020BUSV1", "GBAADRESOBJECTBUS", 2020, None, "V1"),
    ("GBAADRESOBJECT2022BUSV1", "GBAADRESOBJECTBUS", 2022, None, "V1"),
    ("GBABURGERLIJKESTAAT2023BUSV1", "GBABURGERLIJKESTAATBUS", 2023, None, "V1"),
    ("GBAHUISHOUDENS2020BUSV1", "GBAHUISHOUDENSBUS", 2020, None, "V1"),
    ("GBAHUISHOUDENSBUS2007", "GBAHUISHOUDENSBUS", 2007, None, "V1"),
    ("GBAOVERLIJDEN2022TABV1", "GBAOVERLIJDENTAB", 2022, None, "V1"),
    ("GBAPERSOONKTAB2020V1", "GBAPERSOONKTAB", 2020, None, "V1"),
    ("GBAPERSOON2010TABV1", "GBAPERSOONTAB", 2010, None, "V1"),
    ("GBAPERSOONTAB2016V1", "GBAPERSOONTAB", 2016, None, "V1"),
    ("GBAPERSOON2018TABV2", "GBAPERSOONTAB", 2018, None, "V2"),
    ("GBAPERSOON2020TABV3", "GBAPERSOONTAB", 2020, None, "V3"),
    ("KINDOUDER2023TABV1", "KINDOUDERTAB", 2023, None, "V1"),
    ("VRLGBAGEBOORTEGEMEENTE2022TABV1", "VRLGBAGEBOORTEGEMEENTETAB", 2022, None, "V1"),
    ("VRLGBAOVERLIJDENTABV2023061", "VRLGBAOVERLIJDENTAB", None, None, "V2023061"),
    ("VRLGBAPERSOONKTABV2022121", "VRLGBAPERSOONKTAB", None, None, "V2022121"),
    ("141201 NABIJHEIDZORGTAB 2012V1", "NABIJHEIDZORGTAB", 2012, None, "V1"),
    ("NABIJHEIDZORG2013TABV2", "NABIJHEIDZORGTAB", 2013, None, "V2"),
    ("VBOWONINGTYPE2020TABV2", "VBOWONINGTYPETAB", 2020, None, "V2"),
    ("VSLG2023TAB03V1", "VSLGTAB", 2023, None, "03V1"),
    ("VSLGWB2023TAB03V1", "VSLGWBTAB", 2023, None, "03V1"),
    ("VSLGWB2022TAB03V2", "VSLGWBTAB", 2022, None, "03V2"),
    ("VSLPOSTCODEBUSV2024031", "VSLPOSTCODEBUS", None, None, "V2024031"),
    ("LEVCYCLWOONNIETWOONBUSV2024122", "LEVCYCLWOONNIETWOONBUS", None, None, "V2024122"),
    ("EIGENDOM2018TABV3", "EIGENDOMTAB", 2018, None, "V3"),
    ("DOODOORZ2021TABV6", "DOODOORZTAB", 2021, None, "V6"),
    ("GEMON2012V5", "GEMON", 2012, None, "V5"),
    ("GGZDBCdiagnoseHOOFDDIAG2015TABV1", "GGZDBCDIAGNOSEHOOFDDIAGTAB", 2015, None, "V1"),
    ("GGZDBCdiagnoseHOOFDDIAG2019TABV3", "GGZDBCDIAGNOSEHOOFDDIAGTAB", 2019, None, "V3"),
    ("130614 MEDICIJNTAB 2010V1", "MEDICIJNTAB", 2010, None, "V1"),
    ("140224 MEDICIJNTAB 2012V1", "MEDICIJNTAB", 2012, None, "V1"),
    ("MEDICIJNTAB 2013V1", "MEDICIJNTAB", 2013, None, "V1"),
    ("MEDICIJN2020TABV2", "MEDICIJNTAB", 2020, None, "V2"),
    ("ZVWZORGKOSTEN2018TABV3", "ZVWZORGKOSTENTAB", 2018, None, "V3"),
    ("ZVWZORGKOSTEN2021TABV1", "ZVWZORGKOSTENTAB", 2021, None, "V1"),
    ("WLZZIN2020TABV1", "WLZZINTAB", 2020, None, "V1"),
    ("PGBWLZWMOJW2020TABV3", "PGBWLZWMOJWTAB", 2020, None, "V3"),
    ("INPA2019TABV2", "INPATAB", 2019, None, "V2"),
    ("INHA2020TABV2", "INHATAB", 2020, None, "V2"),
    ("KOPPELPERSOONHUISHOUDEN2011", "KOPPELPERSOONHUISHOUDEN", 2011, None, "V1"),
    ("KOPPELPERSOONHUISHOUDEN2020V2", "KOPPELPERSOONHUISHOUDEN", 2020, None, "V2"),
    ("SECMBUS2022V1", "SECMBUS", 2022, None, "V1"),
    ("SECMBUS2021V1", "SECMBUS", 2021, None, "V1"),
    ("VEH2010TABV3", "VEHTAB", 2010, None, "V3"),
    ("VEH2019TABV4", "VEHTAB", 2019, None, "V4"),
    ("SPOLISBUS2020V1", "SPOLISBUS", 2020, None, "V1"),
    ("SPOLIS2020BUSV1", "SPOLISBUS", 2020, None, "V1"),
    ("JGDBESCHERM2020BUSV1", "JGDBESCHERMBUS", 2020, None, "V1"),
    ("BIJSTANDUITKERINGTAB2019V1", "BIJSTANDUITKERINGTAB", 2019, None, "V1"),
    ("BIJSTANDUITKERING201903TABV1", "BIJSTANDUITKERINGTAB", 2019, "03", "V1"),
    ("WUSUITKERING1A201912TABV1", "WUSUITKERING1ATAB", 2019, "12", "V1"),
    ("AOTOTUITKERINGA201912TABV1", "AOTOTUITKERINGATAB", 2019, "12", "V1"),
    ("ZWPERSOONMNDBEDRAG2019BUSV1", "ZWPERSOONMNDBEDRAGBUS", 2019, None, "V1"),
    ("CWI20191231TABV1", "CWITAB", 2019, "1231", "V1"),
    ("211130 Stapelingsmonitor SZW 2019 V3", "STAPELINGSMONITOR", 2019, None, "V3"),
    ("STAPMON02Onderwijs2021V1", "STAPMON02ONDERWIJS", 2021, None, "V1"),
    ("STAPMON08Uitkeringen2021V1", "STAPMON08UITKERINGEN", 2021, None, "V1"),
    ("HOOGSTEOPL2023TABV1", "HOOGSTEOPLTAB", 2023, None, "V1"),
]
NAMES = sorted({name for _, name, *_ in REAL} | set(ENTRIES))


def told(found: FileName | None) -> tuple[int | None, str | None, str] | None:
    return found and (found.year, found.part, found.version_text)


@pytest.mark.parametrize(("stem", "name", "year", "part", "version"), REAL, ids=lambda value: str(value))
def test_a_real_name_says_register_period_and_version(
    stem: str, name: str, year: int | None, part: str | None, version: str
) -> None:
    for written in (stem, stem.lower(), stem.upper()):
        assert told(read_name(written, register(name))) == (year, part, version)


@pytest.mark.parametrize("stem", [stem for stem, *_ in REAL])
def test_a_real_name_is_read_as_one_register_only(stem: str) -> None:
    assert len([name for name in NAMES if read_name(stem, register(name))]) == 1


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("GBAPERSOONKTAB2020V1", "GBAPERSOONTAB"),
        ("VRLGBAPERSOONKTABV2022121", "GBAPERSOONKTAB"),
        ("GBAPERSOON2020TABV3 kopie", "GBAPERSOONTAB"),
        ("xGBAPERSOON2020TABV3", "GBAPERSOONTAB"),
        ("GBAPERSOON20TABV3", "GBAPERSOONTAB"),
        ("GBAPERSOON2020TABVV", "GBAPERSOONTAB"),
        ("GBAPERSOON2020BUSV1", "GBAPERSOONTAB"),
        ("GBAPERSOON202013TABV1", "GBAPERSOONTAB"),
        ("VSLG2023TAB03V1", "VSLGWBTAB"),
        ("VSLGWB2023TAB03V1", "VSLGTAB"),
        ("NIETVSLGWB2023TABV1", "VSLGWBTAB"),
        ("GEBWMO2019TABV1", "WMOBUS"),
        ("EBWMOZTH2019TABV1", "WMOBUS"),
        ("AOTOTUITKERINGA201912TABV1", "AOTOTUITKERINGTAB"),
        ("AOTOTUITKERING201212TABV1", "AOTOTUITKERINGATAB"),
        ("BIJSTANDPERSOONMNDBEDRAG2019BUSV1", "BIJSTANDPERSOONBUS"),
        ("EIGENDOMWOZ2018TABV3", "EIGENDOMTAB"),
        ("INHA2020TABV2", "INPATAB"),
        ("ZVWWVP2021TABV1", "ZVWZORGKOSTENTAB"),
        ("OVERVIEW2023TABV1", "VEHTAB"),
        ("Koppeltabel_IPI_IHI_IVB2010", "KOPPELPERSOONHUISHOUDEN"),
        ("STAPMON08Uitkeringen2021V1", "STAPMON02ONDERWIJS"),
        ("LANDAKTUEELREFV13", "LANDTAB"),
        ("Perined2000_2021CBKV1", "PERINED"),
    ],
)
def test_a_name_that_comes_near_is_not_taken(stem: str, name: str) -> None:
    assert read_name(stem, register(name)) is None


@pytest.mark.parametrize(
    ("notation", "stem", "expected"),
    [
        ("AKWUITKERING1AJJJJKKTABVV", "AKWUITKERING1A202303TABV2", (2023, "K3", "V2")),
        ("WUSUITKERING1AJJJJMMTABVV", "WUSUITKERING1A202312TABV1", (2023, "12", "V1")),
        ("CWIJJJJMMDDTABVV", "CWI20231231TABV1", (2023, "1231", "V1")),
        ("gbahuishoudensjjjjbusvv", "GBAHUISHOUDENS2023BUSV1", (2023, None, "V1")),
        ("DRT_BEID_JJJJKK_extractieID", "DRT_BEID_202304_extractieID", (2023, "K4", "V1")),
        ("WSNPPERSBUSVV", "WSNPPERSBUSV4", (None, None, "V4")),
    ],
)
def test_the_notation_of_the_catalogue_is_understood(
    notation: str, stem: str, expected: tuple[int | None, str | None, str]
) -> None:
    assert told(read_name(stem, register("ANYTAB", notation))) == expected


def test_a_higher_release_or_edition_is_newer_whatever_its_number() -> None:
    objects, codes = register("VSLGWBTAB"), register("VSLPOSTCODEBUS")

    def version(stem: str, entry: Register) -> tuple[int, int]:
        found = read_name(stem, entry)
        assert found
        return found.version

    assert version("VSLGWB2023TAB03V1", objects) > version("VSLGWB2023TABV2", objects)
    assert version("VSLPOSTCODEBUSV2024031", codes) > version("VSLPOSTCODEBUSV2023122", codes)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_register_has_names_to_suggest_that_it_would_read(name: str) -> None:
    suggested = examples(ENTRIES[name], 2023)

    assert suggested
    for stem in suggested:
        found = read_name(stem, ENTRIES[name])
        assert found
        assert found.year in (2023, None)
