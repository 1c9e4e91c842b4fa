"""Version 4: the data sets in the shape of datasets.cbs.nl, as `cbsodata4`, Excel and Power BI read them.

What belongs here: which sets a table has in version 4 and their columns. What does not: answering over HTTP.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.datacenter.odata import words
from pipelines.datacenter.odata.csdl import Shape
from pipelines.datacenter.odata.finding import Edm, Listing, OneByOne, RowSet
from pipelines.datacenter.odata.labels import DIMENSIONS, GROUPS, Dimension
from pipelines.datacenter.odata.shelf import Entry
from pipelines.datacenter.odata.table import Table
from pipelines.release.formats.words import LICENCE

PROPERTIES = "Properties"
_CATALOG: Mapping[str, Edm] = dict.fromkeys(
    ("Identifier", "Title", "Description", "Publisher", "Language", "License", "Homepage", "Authority", "ContactPoint"),
    "String",
)
_DATASET: Mapping[str, Edm] = {
    "Identifier": "String",
    "Title": "String",
    "Description": "String",
    "Language": "String",
    "Authority": "String",
    "Modified": "DateTimeOffset",
    "TemporalCoverage": "String",
    "Catalog": "String",
    "Publisher": "String",
    "ContactPoint": "String",
    "Version": "String",
    "VersionNotes": "String",
    "VersionReason": "String",
    "Frequency": "String",
    "Status": "String",
    "ObservationCount": "Int64",
    "ObservationsModified": "DateTimeOffset",
    "DatasetType": "String",
    "DefaultPresentation": "String",
    "GraphTypes": "String",
    "SearchPriority": "String",
    "License": "String",
    "Source": "String",
    "Summary": "String",
    "LongDescription": "String",
}
_DIMENSION: Mapping[str, Edm] = {
    "Identifier": "String",
    "Title": "String",
    "Description": "String",
    "Kind": "String",
    "MapYear": "Int32",
    "ReleasePolicy": "Boolean",
    "ContainsGroups": "Boolean",
    "ContainsCodes": "Boolean",
}
_GROUP: Mapping[str, Edm] = {
    "Id": "String",
    "Index": "Int32",
    "Title": "String",
    "Description": "String",
    "ParentId": "String",
}
_CODE: Mapping[str, Edm] = {
    "Identifier": "String",
    "Index": "Int32",
    "Title": "String",
    "Description": "String",
    "DimensionGroupId": "String",
}
_MEASURE: Mapping[str, Edm] = {
    "Identifier": "String",
    "Index": "Int32",
    "Title": "String",
    "Description": "String",
    "MeasureGroupId": "String",
    "DataType": "String",
    "Unit": "String",
    "Format": "String",
    "Decimals": "Int32",
    "PresentationType": "String",
}


def catalogs() -> Listing:
    """The one catalogue there is."""
    row = dict.fromkeys(_CATALOG, "") | {
        "Identifier": words.CATALOG,
        "Title": "Blinde Vlek: wie mist een voorziening?",
        "Publisher": words.AUTHORITY,
        "Language": words.LANGUAGE,
        "License": LICENCE,
        "Authority": words.AUTHORITY,
    }
    return Listing("Catalogs", "Identifier", _CATALOG, [row])


def datasets(entries: Iterable[Entry]) -> Listing:
    """The catalogue: one row per table."""
    return Listing("Datasets", "Identifier", _DATASET, [_about(entry) for entry in entries])


def sets(entry: Entry, table: Table) -> dict[str, RowSet]:
    """Everything that can be read of a table, in the order in which the service names it."""
    found: list[RowSet] = [
        Listing("MeasureGroups", "Id", _GROUP, _group_rows(list(GROUPS.items()))),
        Listing("MeasureCodes", "Identifier", _MEASURE, _measures(table)),
        Listing("Dimensions", "Identifier", _DIMENSION, _dimensions(entry, table)),
    ]
    for dimension in DIMENSIONS:
        found += _codes(dimension, table)
    found += [OneByOne(table), Listing(PROPERTIES, "Identifier", _DATASET, [_about(entry)])]
    return {one.name: one for one in found}


def shapes(found: Iterable[RowSet]) -> list[Shape]:
    """The sets as `$metadata` tells them."""
    return [Shape(one.name, one.key, one.columns, single=one.name == PROPERTIES) for one in found]


def _about(entry: Entry) -> dict[str, Any]:
    """What is said of a table, in the catalogue and as its properties."""
    edition = entry.edition
    published = words.local(edition.published)
    return {
        "Identifier": entry.identifier,
        "Title": words.title(entry),
        "Description": words.explanation(entry),
        "Language": words.LANGUAGE,
        "Authority": words.AUTHORITY,
        "Modified": published.isoformat(),
        "TemporalCoverage": str(edition.peiljaar),
        "Catalog": words.CATALOG,
        "Publisher": words.AUTHORITY,
        "ContactPoint": "",
        "Version": published.strftime("%Y%m%d%H%M"),
        "VersionNotes": f"Versie {edition.versie}",
        "VersionReason": words.reason(entry),
        "Frequency": "Perjaar",
        "Status": words.availability(entry),
        "ObservationCount": edition.observations,
        "ObservationsModified": published.isoformat(),
        "DatasetType": "Mixed",
        "DefaultPresentation": "",
        "GraphTypes": "Table,Bar",
        "SearchPriority": "2",
        "License": LICENCE,
        "Source": words.AUTHORITY,
        "Summary": words.summary(entry),
        "LongDescription": words.explanation(entry),
    }


def _measures(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "Identifier": measure.identifier,
            "Index": number,
            "Title": measure.title,
            "Description": measure.description,
            "MeasureGroupId": measure.group,
            "DataType": measure.datatype,
            "Unit": measure.unit,
            "Format": "",
            "Decimals": measure.decimals,
            "PresentationType": "Absolute",
        }
        for number, measure in enumerate(table.measures, start=1)
    ]


def _dimensions(entry: Entry, table: Table) -> list[dict[str, Any]]:
    return [
        {
            "Identifier": dimension.key,
            "Title": dimension.title,
            "Description": dimension.description,
            "Kind": dimension.kind,
            "MapYear": entry.edition.peiljaar if dimension.kind == "GeoDimension" else None,
            "ReleasePolicy": dimension.kind == "TimeDimension",
            "ContainsGroups": any(code.group for code in table.codes[dimension.key]),
            "ContainsCodes": True,
        }
        for dimension in DIMENSIONS
    ]


def _codes(dimension: Dimension, table: Table) -> list[Listing]:
    """The groups and the codes of a dimension."""
    codes = table.codes[dimension.key]
    numbers = {title: str(number) for number, title in enumerate(dict.fromkeys(c.group for c in codes if c.group))}
    timed = dimension.kind == "TimeDimension"
    rows = [
        {
            "Identifier": code.code,
            "Index": number,
            "Title": code.title,
            "Description": "",
            "DimensionGroupId": numbers.get(code.group),
            **({"Status": code.status} if timed else {}),
        }
        for number, code in enumerate(codes, start=1)
    ]
    columns: dict[str, Edm] = {**_CODE, **({"Status": "String"} if timed else {})}
    return [
        Listing(f"{dimension.key}Groups", "Id", _GROUP, _group_rows([(n, title) for title, n in numbers.items()])),
        Listing(f"{dimension.key}Codes", "Identifier", columns, rows),
    ]


def _group_rows(groups: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"Id": number, "Index": place, "Title": title, "Description": "", "ParentId": None}
        for place, (number, title) in enumerate(groups, start=1)
    ]
