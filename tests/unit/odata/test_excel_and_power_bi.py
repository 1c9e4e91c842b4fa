"""What Excel and Power BI ask of a feed, in their order and with their headers: by the protocol, without the programs.

Neither program runs here. The headers are those that others logged from Power Query (`Microsoft.Data.Mashup`), which both use; the
order is the service document, `$metadata`, a preview of 1,000 rows, and then what a query folds into `$select`, `$filter`, `$top`,
`$skip` and `$count`.
"""

import re
from datetime import datetime
from urllib.parse import urljoin
from xml.etree import ElementTree as Xml

import pytest

from tests.unit.odata.serving import SET, Answer, Service

JSON_ACCEPT = (
    "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,"
    "application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7"
)
HEADERS = {"Accept": JSON_ACCEPT, "OData-MaxVersion": "4.0", "MaxDataServiceVersion": "3.0"}
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"
MINIMAL = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"


def ask(served: Service, path: str, accept: str = JSON_ACCEPT, **options: str) -> Answer:
    """A request as Power Query sends it, answered in version 4."""
    answer = served.ask(path, headers=HEADERS | {"Accept": accept}, **options)
    assert answer.headers["odata-version"] == "4.0"
    return answer


def columns_of(served: Service) -> dict[str, dict[str, str]]:
    """Set -> column -> type, as `$metadata` tells them."""
    answer = ask(served, f"{SET}/$metadata", "application/xml")
    document = Xml.fromstring(answer.body)  # noqa: S314 - our own
    types = {
        entity.get("Name"): {str(one.get("Name")): str(one.get("Type")) for one in entity.iter(f"{EDM}Property")}
        for entity in document.iter(f"{EDM}EntityType")
    }
    sets = (*document.iter(f"{EDM}EntitySet"), *document.iter(f"{EDM}Singleton"))
    return {
        str(one.get("Name")): types[str(one.get("EntityType") or one.get("Type")).rpartition(".")[2]] for one in sets
    }


@pytest.mark.parametrize("slash", ["", "/"])
def test_first_the_service_document_names_sets_whose_addresses_follow_from_its_context(
    served: Service, slash: str
) -> None:
    answer = ask(served, f"{SET}{slash}")

    context = answer.json["@odata.context"]
    assert (answer.status, answer.headers["content-type"]) == (200, MINIMAL)
    assert context == f"http://{served.host}{SET}/$metadata"
    for one in answer.rows:
        assert one["kind"] in ("EntitySet", "Singleton")
        reached = urljoin(context, one["url"]).removeprefix(f"http://{served.host}")
        assert ask(served, reached).status == 200


@pytest.mark.parametrize("accept", ["application/xml", JSON_ACCEPT, "*/*"])
def test_then_the_metadata_is_xml_and_describes_every_set_of_that_document(served: Service, accept: str) -> None:
    answer = ask(served, f"{SET}/$metadata", accept)

    document = Xml.fromstring(answer.body)  # noqa: S314 - our own
    named = {one["name"] for one in ask(served, SET).rows}
    assert (answer.status, answer.headers["content-type"]) == (200, "application/xml;charset=utf-8")
    assert (document.tag, document.get("Version")) == (f"{EDMX}Edmx", "4.0")
    assert set(columns_of(served)) == named
    for entity in document.iter(f"{EDM}EntityType"):
        keys = [one.get("Name") for one in entity.iter(f"{EDM}PropertyRef")]
        required = [one.get("Name") for one in entity.iter(f"{EDM}Property") if one.get("Nullable") == "false"]
        assert keys == required


def test_the_version_stands_once_in_an_answer_and_is_no_later_one_than_asked_for(served: Service) -> None:
    """Power Query reads two headers as one version that does not exist, and refuses 4.01."""
    request = f"GET {SET} HTTP/1.1\r\nHost: {served.host}\r\nOData-MaxVersion: 4.0\r\nConnection: close\r\n\r\n"

    head = served.raw(request.encode()).partition(b"\r\n\r\n")[0].lower()

    assert re.findall(rb"\nodata-version: *([^\r\n]*)", head) == [b"4.0"]


def test_a_preview_of_a_thousand_rows_holds_the_columns_of_the_metadata(served: Service) -> None:
    columns = columns_of(served)["Observations"]

    pages = [ask(served, f"{SET}/Observations", top="1000")]
    while following := pages[-1].json.get("@odata.nextLink"):
        pages.append(ask(served, following.removeprefix(f"http://{served.host}")))

    rows = [row for page in pages for row in page.rows]
    assert len(rows) == 1000
    assert all(set(row) == set(columns) for row in rows)
    assert {page.json["@odata.context"] for page in pages} == {f"http://{served.host}{SET}/$metadata#Observations"}


def test_a_whole_number_and_a_moment_read_as_the_type_that_the_metadata_gives(served: Service) -> None:
    """A strict reader stops at `12.0` for an integer and at a moment without a zone."""
    for name, columns in columns_of(served).items():
        body = ask(served, f"{SET}/{name}").body.decode()
        for column, edm in columns.items():
            given = re.findall(rf'"{column}":\s*(null|"(?:[^"\\]|\\.)*"|[^,}}]+)', body)
            if edm in ("Edm.Int32", "Edm.Int64", "Edm.Int16"):
                assert all(re.fullmatch(r"-?\d+|null", text) for text in given), (name, column)
            if edm == "Edm.DateTimeOffset":
                moments = [datetime.fromisoformat(text.strip('"')) for text in given if text != "null"]
                assert all(moment.tzinfo for moment in moments), (name, column)


def test_what_a_query_folds_into_the_address_is_answered(served: Service) -> None:
    one = "Measure eq 'M000001' and Geslacht eq 'T001038'"
    chosen = ask(served, f"{SET}/Observations", filter=one, select="RegioS,Value", top="5", skip="2", orderby="Id")
    whole = ask(served, f"{SET}/Observations", filter=one, orderby="Id").rows
    counted = ask(served, f"{SET}/Observations", filter=one, count="true", top="0")
    bare = ask(served, f"{SET}/Observations/$count", "text/plain", filter=one)

    assert chosen.rows == [{name: row[name] for name in ("RegioS", "Value")} for row in whole[2:7]]
    assert (counted.json["@odata.count"], counted.rows) == (int(bare.body), [])
    assert bare.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("asked", ["json", "application/json", "application/json;odata.metadata=minimal"])
def test_a_format_that_asks_for_json_with_little_metadata_gets_it(served: Service, asked: str) -> None:
    answer = ask(served, f"{SET}/RegioSCodes", format=asked)

    assert (answer.status, answer.headers["content-type"]) == (200, MINIMAL)


def test_a_column_that_is_not_there_is_refused_in_a_form_that_a_client_reads(served: Service) -> None:
    answer = ask(served, f"{SET}/Observations", select="Waarde", top="1")

    assert answer.status == 400
    assert answer.json["error"]["code"] == "400"
    assert "Waarde" in answer.json["error"]["message"]


def test_the_older_feed_of_version_3_speaks_its_own_version(served: Service) -> None:
    answer = served.ask("/ODataFeed/odata/2023-voorlopig/TypedDataSet", headers=HEADERS, top="1", format="json")

    assert (answer.status, answer.headers["dataserviceversion"]) == (200, "3.0")
