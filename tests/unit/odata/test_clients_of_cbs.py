"""`cbsodata` and `cbsodata4`, as they are on PyPI, read the service over loopback."""

from collections.abc import Iterator
from pathlib import Path

import cbsodata
import cbsodata4
import polars as pl
import pytest

from tests.unit.odata.serving import TABLE, Service

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")


@pytest.fixture
def old(served: Service) -> Iterator[str]:
    """The address as `cbsodata` wants it; plain http, and nothing of the proxies of this machine."""
    https, requests = cbsodata.options.use_https, cbsodata.options.requests
    cbsodata.options.use_https, cbsodata.options.requests = False, {}
    yield served.host
    cbsodata.options.use_https, cbsodata.options.requests = https, requests


@pytest.fixture
def new(served: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """How `cbsodata4` is pointed here; it writes Parquet into the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return {"catalog": "BlindeVlek", "base_url": f"http://{served.host}/odata/v1"}


def test_cbsodata_finds_the_table_in_the_catalogue_and_reads_its_information(old: str) -> None:
    found = {one["Identifier"]: one for one in cbsodata.get_table_list(catalog_url=old)}

    assert {TABLE, f"{TABLE}-1.1.0", f"{TABLE}-1.0.0"} == set(found)
    info = cbsodata.get_info(TABLE, catalog_url=old)
    assert info["Title"] == "Wie mist een voorziening? Peiljaar 2023, voorlopig"
    assert "Tel ruismarges niet op" in info["ShortDescription"]
    assert "synthetische gegevens" in info["ShortDescription"]


def test_cbsodata_chooses_from_the_catalogue(old: str) -> None:
    chosen = cbsodata.get_table_list(select=["Identifier"], filters="OutputStatus eq 'Vervangen'", catalog_url=old)

    assert chosen == [{"Identifier": f"{TABLE}-1.0.0"}]


def test_cbsodata_reads_the_whole_table_page_after_page_with_the_labels_in_place(
    old: str, figures: pl.DataFrame
) -> None:
    rows = cbsodata.get_data(TABLE, catalog_url=old)

    assert len(rows) == figures.height > 1000
    assert [row["ID"] for row in rows] == list(range(figures.height))
    assert {row["RegioS"] for row in rows} == set(figures["regio_naam"])
    assert {row["Perioden"] for row in rows} == {"2023*"}
    assert {row["Geslacht"] for row in rows} == {"Mannen", "Vrouwen", "Totaal mannen en vrouwen"}
    assert "Bedachte persona 2, naam (nummer 2)" in {row["Personas"] for row in rows}


def test_cbsodata_gets_the_very_numbers_of_the_published_file(old: str, figures: pl.DataFrame) -> None:
    rows = cbsodata.get_data(TABLE, catalog_url=old, select=["RegioS", "Schatting_1", "Weergave_6", "Bruikbaarheid_11"])

    for name, column in (
        ("Schatting_1", "schatting"),
        ("Weergave_6", "weergave"),
        ("Bruikbaarheid_11", "bruikbaarheid"),
    ):
        assert [row[name] for row in rows] == figures[column].to_list()
    assert {type(row["Schatting_1"]) for row in rows} == {float, type(None)}
    assert {type(row["Weergave_6"]) for row in rows} == {int, type(None)}


def test_cbsodata_filters_by_the_padded_code_of_a_gemeente_and_part_of_a_period(
    old: str, figures: pl.DataFrame
) -> None:
    asked = "RegioS eq 'GM0034    ' and substringof('2023',Perioden) and Leeftijd eq '10000'"

    rows = cbsodata.get_data(TABLE, catalog_url=old, filters=asked)

    meant = figures.filter(pl.col("regio") == "GM0034", pl.col("leeftijd") == "totaal")
    assert [row["Schatting_1"] for row in rows] == meant["schatting"].to_list()
    assert {row["RegioS"] for row in rows} == {"Almere"}


def test_cbsodata_reads_the_texts_of_the_untyped_set(old: str, figures: pl.DataFrame) -> None:
    rows = cbsodata.get_data(TABLE, catalog_url=old, typed=True, filters="RegioS eq 'GM0014' or RegioS eq 'GM0034'")

    meant = figures.filter(pl.col("regio").is_in(["GM0014", "GM0034"]))["schatting"]
    assert [row["Schatting_1"].strip() for row in rows] == meant.cast(pl.String).fill_null(".").to_list()
    assert {len(row["Schatting_1"]) for row in rows} == {8}
    assert "." in {row["Schatting_1"].strip() for row in rows}


def test_cbsodata_reads_the_properties_of_every_column(old: str) -> None:
    found = {one["Key"]: one for one in cbsodata.get_meta(TABLE, "DataProperties", catalog_url=old)}

    assert found["RegioS"]["odata.type"] == "Cbs.OData.GeoDimension"
    assert found["RegioS"]["MapYear"] == 2023
    assert found["Perioden"]["Type"] == "TimeDimension"
    assert (found["Schatting_1"]["Datatype"], found["Schatting_1"]["Unit"]) == ("Double", "aantal")
    assert found["Schatting_1"]["ParentID"] == found["OndergrensRuismarge_2"]["ParentID"] is not None


def test_cbsodata4_finds_the_data_sets(new: dict[str, str]) -> None:
    found = cbsodata4.get_datasets(**new)

    assert list(found["Identifier"]) == [TABLE, f"{TABLE}-1.1.0", f"{TABLE}-1.0.0"]
    assert str(found["Modified"].dtype).startswith("datetime64")


def test_cbsodata4_reads_all_observations(new: dict[str, str], figures: pl.DataFrame) -> None:
    # The client lays its pages under each other in the order of their file names.
    found = cbsodata4.get_observations(TABLE, **new).sort_values("Id")

    assert list(found["Id"]) == list(range(figures.height * 15))
    assert found["Value"].dtype == "float64"
    estimates = found[found["Measure"] == "M000001"]["Value"]
    assert [None if value != value else value for value in estimates] == figures["schatting"].to_list()
    classes = found[found["Measure"] == "M000012"]["StringValue"]
    assert list(classes) == figures["kwaliteit"].to_list()


def test_cbsodata4_filters_and_adds_labels_dates_and_units(new: dict[str, str]) -> None:
    found = cbsodata4.get_observations(
        TABLE, **new, RegioS=["GM0034", "NL01"], Measure="M000001", Leeftijd="10000", Geslacht="T001038"
    )

    labelled = cbsodata4.add_unit_column(cbsodata4.add_date_column(cbsodata4.add_label_columns(found)))
    assert set(labelled["RegioSLabel"]) == {"Almere", "Nederland"}
    assert set(labelled["MeasureLabel"]) == {"Schatting"}
    assert set(labelled["PeriodenLabel"]) == {"2023*"}
    assert set(labelled["Perioden_date"].dt.year) == {2023}
    assert set(labelled["Unit"]) == {"aantal"}


def test_cbsodata4_lays_bounds_beside_the_estimate(new: dict[str, str], figures: pl.DataFrame) -> None:
    wide = cbsodata4.get_wide_data(TABLE, **new, RegioS="GM0034", Leeftijd="10000", Geslacht="T001038")

    assert len(wide) == 2 * 3
    assert (wide["Bovengrens ruismarge (95 %)"] - wide["Ondergrens ruismarge (95 %)"] == 20).all()
    assert wide["Schatting"].notna().all()
