"""What the service looks like from outside: documents, codes, pages, types and labels, in both versions."""

from xml.etree import ElementTree as Xml

import polars as pl
import pytest

from pipelines.datacenter.odata import labels
from pipelines.facts.gemeenten import AGE_BANDS, SEXES
from pipelines.release.formats.columns import COLUMNS
from tests.unit.odata.serving import FEED, SET, TABLE, Service

V3 = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
V4 = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"


@pytest.mark.parametrize("place", ["ODataFeed/odata", "ODataApi/odata", "ODataFeed/OData"])
def test_a_feed_names_its_sets_with_whole_addresses_that_answer(served: Service, place: str) -> None:
    for slash in ("", "/"):
        answer = served.ask(f"/{place}/{TABLE}{slash}", format="json")
        assert (answer.status, answer.headers["content-type"]) == (200, V3)
        named = {row["name"]: row["url"] for row in answer.rows}

    assert [*named][:5] == ["TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups"]
    assert [*named][5:] == [one.key for one in labels.DIMENSIONS]
    for url in named.values():
        assert url.startswith(f"http://{served.host}/{place}/{TABLE}/")
        assert served.ask(url.removeprefix(f"http://{served.host}"), top="1").status == 200


def test_version_4_names_its_sets_and_every_one_answers(served: Service) -> None:
    answer = served.ask(SET)

    kinds = {row["name"]: row["kind"] for row in answer.rows}
    assert (answer.headers["content-type"], answer.headers["odata-version"]) == (V4, "4.0")
    assert kinds["Properties"] == "Singleton"
    assert {"MeasureCodes", "MeasureGroups", "Dimensions", "Observations", "RegioSGroups", "RegioSCodes"} < set(kinds)
    for name in kinds:
        assert served.ask(f"{SET}/{name}").status == 200
    assert served.ask(f"{SET}/Properties").json["ObservationCount"] == 1080 * 15


def test_region_codes_are_padded_in_version_3_and_bare_in_version_4(served: Service) -> None:
    old = [row["Key"] for row in served.ask(f"{FEED}/RegioS").rows]
    new = [row["Identifier"] for row in served.ask(f"{SET}/RegioSCodes").rows]

    assert old[0] == "NL01      "
    assert {len(code) for code in old} == {10}
    assert [code.strip() for code in old] == new
    assert {row["RegioS"] for row in served.ask(f"{FEED}/TypedDataSet", select="RegioS").rows} <= set(old)


def test_a_provisional_year_carries_the_star_and_the_status_of_cbs(served: Service) -> None:
    for path in (f"{FEED}/Perioden", f"{SET}/PeriodenCodes"):
        (period,) = served.ask(path).rows
        assert period["Title"] == "2023*"
        assert period["Status"] == "Voorlopig"
        assert period.get("Key", period.get("Identifier")) == "2023JJ00"


def test_regions_stand_in_groups_from_large_to_small(served: Service) -> None:
    groups = {row["ID"]: row["Title"] for row in served.ask(f"{FEED}/CategoryGroups").rows}
    regions = [(row["Title"], groups[row["CategoryGroupID"]]) for row in served.ask(f"{FEED}/RegioS").rows]

    assert regions[0] == ("Nederland", "Nederland")
    assert ("Almere", "Gemeenten") in regions
    assert [*dict.fromkeys(group for _, group in regions)] == ["Nederland", "Provincies", "Gemeenten"]


def test_every_age_sex_and_number_of_a_release_has_its_place(served: Service) -> None:
    assert set(labels.CODES["Leeftijd"]) == {"totaal", *AGE_BANDS}
    assert set(labels.CODES["Geslacht"]) == {"totaal", *SEXES.values()}
    told = {one.column for one in (*labels.DIMENSIONS, *labels.MEASURES)}
    assert told == set(COLUMNS) - {"niveau", "regio_naam", "status", "versie"}
    ages = {row["Key"]: row["Title"] for row in served.ask(f"{FEED}/Leeftijd").rows}
    assert ages["10680"] == "0 tot 15 jaar"
    assert ages["80200"] == "65 jaar of ouder"


def test_bounds_quality_and_status_stand_beside_the_estimate_as_published(
    served: Service, figures: pl.DataFrame
) -> None:
    rows = served.ask(f"{FEED}/TypedDataSet", filter="RegioS eq 'GM0037'").rows
    meant = figures.filter(pl.col("regio") == "GM0037")

    assert len(rows) == meant.height > 0
    for measure in labels.MEASURES:
        assert [row[measure.topic] for row in rows] == meant[measure.column].to_list()


def test_a_figure_that_is_not_measured_has_no_value_and_says_so(served: Service) -> None:
    asked = "Leeftijd eq '10000' and Geslacht eq 'T001038' and RegioS eq 'GM0014'"
    typed = served.ask(f"{FEED}/TypedDataSet", filter=asked).rows
    observed = served.ask(f"{SET}/Observations", filter=asked).rows

    assert {(row["Schatting_1"], row["Bruikbaarheid_11"]) for row in typed} == {(None, "niet_gemeten")}
    values = {(row["Measure"], row["Value"], row["StringValue"]) for row in observed}
    assert ("M000001", None, None) in values
    assert ("M000011", None, "niet_gemeten") in values


@pytest.mark.parametrize("rows", [f"{FEED}/TypedDataSet", f"{SET}/Observations"])
def test_pages_follow_each_other_until_all_rows_are_there(served: Service, rows: str) -> None:
    mark, key = ("odata", "ID") if "Feed" in rows else ("@odata", "Id")
    count = {"inlinecount": "allpages"} if mark == "odata" else {"count": "true"}
    answer = served.ask(rows, filter="Geslacht eq 'T001038' and RegioS ne 'NL01'", top="1500", skip="3", **count)
    found = list(answer.rows)

    while following := answer.json.get(f"{mark}.nextLink"):
        answer = served.ask(following.removeprefix(f"http://{served.host}"))
        found += answer.rows

    total = int(answer.json[f"{mark}.count"])
    every = served.ask(f"{rows}/$count", filter="Geslacht eq 'T001038' and RegioS ne 'NL01'")
    assert (every.body, every.headers["content-type"]) == (str(total).encode(), "text/plain;charset=utf-8")
    assert len(found) == min(1500, total - 3)
    numbers = [row[key] for row in found]
    assert numbers == sorted(set(numbers))


def test_rows_are_sorted_with_nothing_below_every_number(served: Service) -> None:
    one = "Leeftijd eq '10000' and Geslacht eq 'T001038'"
    for rows, column, extra in (
        ("TypedDataSet", "Schatting_1", ""),
        ("Observations", "Value", " and Measure eq 'M000001'"),
    ):
        place = FEED if rows == "TypedDataSet" else SET
        up, down = (
            [row[column] for row in served.ask(f"{place}/{rows}", filter=one + extra, orderby=f"{column}{way}").rows]
            for way in ("", " desc")
        )
        assert None in up
        assert up == sorted(up, key=lambda value: (value is not None, value or 0))
        assert down == up[::-1] or sorted(map(str, down)) == sorted(map(str, up))
        assert down[0] == max(value for value in up if value is not None)
        assert down[-1] is None


@pytest.mark.parametrize(("place", "old"), [(FEED, True), (SET, False)])
def test_metadata_tells_the_type_of_every_column_that_an_answer_has(served: Service, place: str, old: bool) -> None:
    answer = served.ask(f"{place}/$metadata")
    document = Xml.fromstring(answer.body)  # noqa: S314 - our own
    edm = "{http://schemas.microsoft.com/ado/2009/11/edm}" if old else "{http://docs.oasis-open.org/odata/ns/edm}"
    types = {
        entity.get("Name"): {one.get("Name"): str(one.get("Type")) for one in entity.iter(f"{edm}Property")}
        for entity in document.iter(f"{edm}EntityType")
    }
    python = {"Edm.String": str, "Edm.Double": float, "Edm.Boolean": bool, "Edm.DateTimeOffset": str}

    assert answer.headers["content-type"] == "application/xml;charset=utf-8"
    for named in served.ask(place).rows:
        told = served.ask(f"{place}/{named['name']}", **({} if named["name"] == "Properties" else {"top": "20"})).json
        for row in told.get("value", [told]):
            for column, value in row.items():
                if "odata." in column:
                    continue
                wanted = python.get(types[f"{named['name']}Row"][column], int)
                assert value is None or isinstance(value, wanted)


def test_the_catalogue_of_both_versions_names_the_same_tables(served: Service) -> None:
    old = [row["Identifier"] for row in served.ask("/ODataCatalog/Tables").rows]
    new = [row["Identifier"] for row in served.ask("/odata/v1/Datasets").rows]

    assert old == new == [row["Identifier"] for row in served.ask("/odata/v1/BlindeVlek/Datasets").rows]
    assert served.ask("/ODataCatalog").rows[0]["name"] == "Tables"
    assert [row["Identifier"] for row in served.ask("/odata/v1/Catalogs").rows] == ["BlindeVlek"]
    assert {row["name"] for row in served.ask("/odata/v1").rows} == {"Catalogs", "Datasets"}
    assert [row["name"] for row in served.ask("/odata/v1/BlindeVlek").rows] == ["Datasets"]
    for place in ("/ODataCatalog", "/odata/v1"):
        Xml.fromstring(served.ask(f"{place}/$metadata").body)  # noqa: S314 - our own


def test_the_newest_version_and_an_older_one_are_told_apart(served: Service) -> None:
    newest, same, older = (
        served.ask(f"/ODataFeed/odata/{name}/TypedDataSet/$count").body
        for name in (TABLE, f"{TABLE}-1.1.0", f"{TABLE}-1.0.0")
    )

    assert newest == same == b"1080"
    assert older == b"864"
