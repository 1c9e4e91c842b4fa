"""Questions that nobody means well: none of them is answered with a fault of the server, and none learns anything."""

import time
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.odata.serving import FEED, SET, TABLE, Service

SQL = (
    "'; DROP TABLE cijfers; --",
    "1=1; SELECT * FROM read_parquet('/etc/passwd')",
    "RegioS eq 'x' UNION SELECT * FROM duckdb_settings()",
    "RegioS eq '' or ''='",
    "RegioS eq 'x'') or (1 eq 1",
    "read_csv('/etc/passwd') eq 'x'",
    "RegioS eq 'x'/**/or/**/1 eq 1",
    "contains(RegioS,'%') or contains(RegioS,'_')",
)
LIBRARIES = ("odata_query", "polars", "starlette", "Traceback", "sly", "site-packages", ".py", "openbaar", "parquet")


@pytest.mark.parametrize("asked", SQL)
def test_sql_in_a_filter_selects_nothing(served: Service, asked: str) -> None:
    for path in (f"{FEED}/TypedDataSet", f"{SET}/Observations", "/ODataCatalog/Tables"):
        answer = served.ask(path, filter=asked)
        assert answer.status == 400 or answer.rows == []
        assert not any(word in answer.body.decode() for word in LIBRARIES if word not in asked)


PATHS = (
    "/ODataFeed/odata/../../../etc/passwd",
    "/ODataFeed/odata/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    f"/ODataFeed/odata/{TABLE}%00/TypedDataSet",
    "/ODataFeed/odata/..%5c..%5cwindows/TypedDataSet",
    f"/odata/v1/BlindeVlek/{TABLE}/../../../kluis/warehouse.duckdb",
    "/odata/v1/BlindeVlek/uitgaven%2F2023-voorlopig%2F1.0.0%2Fcijfers.parquet",
    f"/ODataFeed/odata/{TABLE}/1.0.0/manifest.json",
    f"/ODataFeed/odata/{'a' * 5000}",
    "/odata/v1/%F0%9F%98%80/%FF%FE",
)


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_no_path_leads_to_a_file(served: Service, path: str) -> None:
    answer = served.ask(path)

    assert answer.status == 404
    assert not any(word in answer.body.decode() for word in LIBRARIES if word not in path)


def test_a_question_can_add_no_header(served: Service) -> None:
    for path in (f"{FEED}%0d%0aSet-Cookie:%20a=b", f"{FEED}/RegioS?$filter=Key%20eq%20'%0d%0aSet-Cookie:%20a=b'"):
        answer = served.ask(path)
        assert "set-cookie" not in answer.headers
        assert answer.status in (200, 404)


def test_a_host_that_is_no_name_is_not_written_into_the_answer(served: Service) -> None:
    for host in (b"elders.example/x?", b"a b", b'x"><script>', b""):
        request = b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (FEED.encode(), host)
        assert served.raw(request).startswith(b"HTTP/1.1 400")


def test_bytes_that_are_no_text_and_questions_without_end_are_refused(served: Service) -> None:
    assert served.ask(f"{FEED}/TypedDataSet?$filter=%ff%fe").status == 400
    assert served.ask(f"{FEED}/TypedDataSet?{'&'.join(f'$top={n}' for n in range(50))}").status == 400
    for length, status in ((59_000, 400), (61_000, 414)):
        assert served.ask(f"{FEED}/TypedDataSet?$filter={'a' * length}").status == status
    assert served.raw(b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 4")


COSTLY = (
    " or ".join(f"contains(RegioS,'{number}')" for number in range(300)),
    " and ".join("(" * 20 + "Value gt 1" + ")" * 20 for _ in range(30)),
    "(" * 4_900 + "Id eq 1" + ")" * 4_900,
    "not " * 2_400 + "Id eq 1",
    "concat(" * 1_000 + "RegioS" + ",'aaaa')" * 1_000 + " eq 'x'",
    "a/" * 4_900 + "b eq 1",
    "RegioS in (" + ",".join("'GM0034'" for _ in range(900)) + ")",
    "(" * 3_000,
    "'" * 9_999,
    "1" * 9_999 + " eq Id",
    "Id eq 1e999999999",
)


@pytest.mark.parametrize("asked", COSTLY, ids=range(len(COSTLY)))
def test_a_costly_filter_is_answered_or_refused_and_never_hangs(served: Service, asked: str) -> None:
    start = time.process_time()
    answer = served.ask(f"{SET}/Observations", filter=asked, top="5")

    assert answer.status in (200, 400)
    # The server is a thread of this process. The dearest takes a tenth of a second; a second is already far off.
    assert time.process_time() - start < 5


_SMALL = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_NAMES = st.sampled_from(
    ["RegioS", "Value", "Schatting_1", "Measure", "ID", "Id", "Title", "Key", "Perioden", "nergens"]
)
_LITERALS = st.one_of(
    st.text(max_size=8).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(
        ["null", "true", "false", "2023-01-01", "duration'P1D'", "5L", "datetime'2023-01-01'", "('a','b')"]
    ),
)
_LEAVES = st.one_of(
    st.tuples(_NAMES, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "in", "add"]), _LITERALS).map(" ".join),
    st.tuples(
        st.sampled_from(
            ["contains", "substringof", "startswith", "length", "substring", "concat", "now", "geo.length", "x"]
        ),
        st.lists(st.one_of(_NAMES, _LITERALS), max_size=3),
    ).map(lambda call: f"{call[0]}({','.join(call[1])})"),
    _NAMES,
)
_FILTERS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or ", " eq "]), inner).map("".join),
        inner.map(lambda one: f"not ({one})"),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=6,
)
_SETS = st.sampled_from(
    [
        f"{FEED}/TypedDataSet",
        f"{FEED}/UntypedDataSet",
        f"{FEED}/DataProperties",
        f"{SET}/Observations",
        f"{SET}/Dimensions",
    ]
)


@_SMALL
@given(path=_SETS, asked=_FILTERS, select=st.text(max_size=12), order=st.text(max_size=12))
@example(path=f"{SET}/Observations", asked="not Value", select="", order="Value desc,Id")
def test_no_filter_makes_the_server_fail(served: Service, path: str, asked: str, select: str, order: str) -> None:
    for options in ({"filter": asked, "top": "3"}, {"filter": asked, "orderby": order, "select": select, "top": "3"}):
        answer = served.ask(path, **options)
        assert answer.status in (200, 400)
        assert answer.json


@_SMALL
@given(parts=st.lists(st.text(min_size=1, max_size=10), max_size=5), query=st.binary(max_size=60))
def test_no_address_makes_the_server_fail(served: Service, parts: list[str], query: bytes) -> None:
    behind = "/".join(quote(part, safe="") for part in parts)
    for place in ("/ODataFeed/odata", "/ODataCatalog", "/odata/v1", SET, f"{FEED}/TypedDataSet"):
        answer = served.ask(f"{place}/{behind}?{quote(query, safe='$&=')}")
        assert answer.status in (200, 400, 404)
