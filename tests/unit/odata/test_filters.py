"""What a filter means: the same rows as the published file gives to somebody who filters it by hand."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.unit.odata.serving import FEED, SET, Service

C = pl.col
OLD: dict[str, pl.Expr] = {
    "RegioS eq 'GM0034    '": C("regio") == "GM0034",
    "RegioS eq 'GM0034'": C("regio") == "GM0034",
    "'GM0034' eq RegioS": C("regio") == "GM0034",
    "RegioS ne 'GM0034'": C("regio") != "GM0034",
    "substringof('GM',RegioS)": C("regio").str.contains("GM"),
    "substringof('GM', RegioS) eq false": ~C("regio").str.contains("GM"),
    "not substringof('GM',RegioS)": ~C("regio").str.contains("GM"),
    "not(startswith(RegioS,'GM') or startswith(RegioS,'PV'))": C("regio") == "NL01",
    "substring(RegioS,2,4) eq '0034'": C("regio") == "GM0034",
    "endswith(Personas,'-2') and length(Geslacht) eq 7": C("persona") == "persona-2",
    "tolower(RegioS) eq 'nl01'": C("regio") == "NL01",
    "RegioS ge 'NL' and RegioS lt 'O'": C("regio") == "NL01",
    "Perioden eq '2023JJ00' and Leeftijd eq '53050'": C("leeftijd") == "15-24",
    "Geslacht eq '3000' or Geslacht eq '4000   '": C("geslacht") != "totaal",
    "Schatting_1 ge 100": C("schatting") >= 100,
    "100 le Schatting_1": C("schatting") >= 100,
    "100.5 lt Schatting_1 and 200 ge Schatting_1": (C("schatting") > 100.5) & (C("schatting") <= 200),
    "0 gt Schatting_1": C("schatting") < 0,
    "Schatting_1 gt -5.5 and Schatting_1 lt 10L": (C("schatting") > -5.5) & (C("schatting") < 10),
    "Schatting_1 eq null": C("schatting").is_null(),
    "Schatting_1 ne null and RegioS eq 'NL01'": C("regio") == "NL01",
    "not (Schatting_1 ge 100)": (C("schatting") < 100) | C("schatting").is_null(),
    "Schatting_1 ne 5.5": (C("schatting") != 5.5) | C("schatting").is_null(),
    "Bruikbaarheid_11 eq 'niet_gemeten'": C("bruikbaarheid") == "niet_gemeten",
    "ID lt 7 or RegioS eq 'NL01' and Toestand eq 'missing' and Schatting_1 gt 900": (
        (pl.int_range(pl.len()) < 7) | ((C("regio") == "NL01") & (C("toestand") == "missing") & (C("schatting") > 900))
    ),
    "RegioS eq 'nergens'": pl.lit(value=False),
    "RegioS eq 'it''s'": pl.lit(value=False),
    "substringof('%',RegioS)": pl.lit(value=False),
}
NEW: dict[str, pl.Expr] = {
    "contains(RegioS,'GM') and Measure eq 'M000001'": C("regio").str.contains("GM"),
    "RegioS in ('GM0034','GM0037') and Measure eq 'M000001'": C("regio").is_in(["GM0034", "GM0037"]),
    "Measure eq 'M000001' and Value ge 100": C("schatting") >= 100,
    "Measure eq 'M000001' and Value eq null": C("schatting").is_null(),
    "Measure eq 'M000012' and StringValue eq 'B'": C("kwaliteit") == "B",
    "StringValue eq 'niet_gemeten' and startswith(Measure,'M00001') and Measure lt 'M000012'": (
        C("bruikbaarheid") == "niet_gemeten"
    ),
    "not (Measure ne 'M000001') and ValueAttribute eq 'None' and Geslacht eq '3000'": C("geslacht") == "man",
}


@pytest.mark.parametrize("asked", OLD)
def test_a_filter_of_version_3_gives_the_rows_that_it_means(served: Service, figures: pl.DataFrame, asked: str) -> None:
    answer = served.ask(f"{FEED}/TypedDataSet", filter=asked, select="ID", inlinecount="allpages")

    meant = figures.with_row_index().filter(OLD[asked])["index"].to_list()
    assert int(answer.json["odata.count"]) == len(meant)
    assert [row["ID"] for row in answer.rows] == meant[: len(answer.rows)]


@pytest.mark.parametrize("asked", NEW)
def test_a_filter_of_version_4_gives_the_observations_that_it_means(
    served: Service, figures: pl.DataFrame, asked: str
) -> None:
    answer = served.ask(f"{SET}/Observations", filter=asked, select="Id", count="true")

    meant = figures.with_row_index().filter(NEW[asked])["index"].to_list()
    assert answer.json["@odata.count"] == len(meant)
    assert [row["Id"] // 15 for row in answer.rows] == meant[: len(answer.rows)]
    assert len({row["Id"] % 15 for row in answer.rows}) == 1


def test_the_names_behind_codes_are_filtered_as_well(served: Service) -> None:
    assert [row["Key"] for row in served.ask(f"{FEED}/RegioS", filter="Title eq 'Almere'").rows] == ["GM0034    "]
    assert len(served.ask(f"{SET}/MeasureCodes", filter="Decimals gt 1").rows) == 3
    assert len(served.ask(f"{FEED}/DataProperties", filter="ParentID ne null").rows) == 15
    assert len(served.ask(f"{SET}/Dimensions", filter="ReleasePolicy eq true").rows) == 1


REFUSED: dict[str, str] = {
    "Regio eq 'GM0034'": "Bedoelde u 'RegioS'?",
    "regios eq 'GM0034'": "Bedoelde u 'RegioS'?",
    "RegioS eq 34": "tussen aanhalingstekens",
    "Schatting_1 eq '5'": "zonder aanhalingstekens",
    "Schatting_1 add 1 gt 5": "alleen met een getal",
    "round(Schatting_1) gt 5": "alleen met een getal",
    "RegioS": "zonder vergelijking",
    "RegioS eq Toestand": "precies één kolom",
    "1 eq 1": "precies één kolom",
    "RegioS eq 'GM0034": "niet te lezen",
    "RegioS = 'GM0034'": "Voorbeeld: RegioS eq 'GM0363'",
    "RegioS/Key eq 'GM0034'": "wordt niet ondersteund",
    "raadeens(RegioS,'x')": "Functie 'raadeens' in $filter wordt niet ondersteund",
    "year(Perioden) eq 2023": "Functie 'year' in $filter krijgt niet wat erbij hoort",
    "RegioS in ('GM0034')": "lijst van twee of meer",
    f"Schatting_1 eq {'9' * 60}": "meer dan 40 tekens",
    " or ".join(["ID eq 1"] * 31): "meer dan 30 keer met een getal",
    " or ".join(["RegioS eq 'x'"] * 501): "500 vergelijkingen",
    "not (" * 30 + "ID eq 1" + ")" * 30: "dieper in elkaar dan 25",
    "tolower(" * 20 + "RegioS" + ")" * 20 + " eq 'x'": "dieper in elkaar dan 10",
    "RegioS eq 'x'" + " " * 10_000 + "or ID eq 1": "toegestaan zijn er 10000",
    "/".join("a" * 3000): "wordt niet ondersteund",
}


@pytest.mark.parametrize("asked", REFUSED, ids=lambda asked: asked[:40])
def test_a_filter_that_cannot_be_answered_is_refused_with_what_to_do(served: Service, asked: str) -> None:
    answer = served.ask(f"{FEED}/TypedDataSet", filter=asked)

    assert answer.status == 400
    assert REFUSED[asked] in answer.told
    assert len(answer.body) < 2000


OPTIONS: dict[str, tuple[dict[str, str], str]] = {
    "a column that is not there": ({"select": "RegioS,Regios"}, "Kolom in $select 'Regios' bestaat niet"),
    "a column twice": ({"select": "RegioS,RegioS"}, "twee keer"),
    "sorting by what is not there": ({"orderby": "Naam"}, "Kolom in $orderby 'Naam' bestaat niet"),
    "sorting in no direction": ({"orderby": "RegioS omhoog"}, "niet te lezen"),
    "less than nothing": ({"top": "-1"}, "geen heel getal"),
    "more than all": ({"skip": "9" * 12}, "geen heel getal"),
    "another format": ({"format": "atom"}, "Alleen $format=json"),
    "an option of version 4": ({"count": "true"}, "Optie '$count' bestaat niet"),
    "an option nobody has": ({"expand": "RegioS"}, "Optie '$expand' bestaat niet"),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_options_that_do_not_fit_are_refused_with_what_is_allowed(served: Service, kind: str) -> None:
    options, told = OPTIONS[kind]

    answer = served.ask(f"{FEED}/TypedDataSet", **options)

    assert (answer.status, told in answer.told) == (400, True)


def test_a_forgotten_dollar_is_no_silent_whole_table(served: Service) -> None:
    answer = served.ask(f"{SET}/Observations?filter=RegioS%20eq%20'GM0034'")

    assert answer.status == 400
    assert "Bedoelde u '$filter'?" in answer.told
    assert served.ask(f"{FEED}/TypedDataSet?$top=1&$top=2").status == 400


def test_numbers_are_not_filtered_among_texts(served: Service) -> None:
    answer = served.ask(f"{FEED}/UntypedDataSet", filter="Schatting_1 gt 5")

    assert (answer.status, "Filter Schatting_1 in TypedDataSet" in answer.told) == (400, True)


def test_sorting_everything_is_refused_above_its_limit(served: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    sort: Callable[[], int] = lambda: served.ask(f"{SET}/Observations", orderby="Value desc").status  # noqa: E731
    assert sort() == 200

    monkeypatch.setattr("pipelines.datacenter.odata.finding.MAX_SORTED_ROWS", 100)

    assert sort() == 400
