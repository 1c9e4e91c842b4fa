"""Version 3: the feed in the shape of opendata.cbs.nl, as `cbsodata` and `cbsodataR` read it.

What belongs here: which sets a table has in version 3 and their columns. What does not: answering over HTTP.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.datacenter.odata import words
from pipelines.datacenter.odata.csdl import Shape
from pipelines.datacenter.odata.finding import Edm, Listing, RowSet, SideBySide
from pipelines.datacenter.odata.labels import DIMENSIONS, GROUPS, Dimension
from pipelines.datacenter.odata.shelf import Entry
from pipelines.datacenter.odata.table import Code, Table

_TABLE: Mapping[str, Edm] = {
    "ID": "Int32",
    "Identifier": "String",
    "Title": "String",
    "ShortTitle": "String",
    "Summary": "String",
    "Modified": "String",
    "MetaDataModified": "String",
    "ReasonDelivery": "String",
    "ExplanatoryText": "String",
    "Language": "String",
    "Catalog": "String",
    "Frequency": "String",
    "Period": "String",
    "ShortDescription": "String",
    "Description": "String",
    "DefaultPresentation": "String",
    "DefaultSelection": "String",
    "GraphTypes": "String",
    "OutputStatus": "String",
    "Source": "String",
    "SearchPriority": "String",
}
_PROPERTY: Mapping[str, Edm] = {
    "ID": "Int32",
    "Position": "Int32",
    "ParentID": "Int32",
    "Type": "String",
    "Key": "String",
    "Title": "String",
    "Description": "String",
    "ReleasePolicy": "Boolean",
    "MapYear": "Int32",
    "Datatype": "String",
    "Unit": "String",
    "Decimals": "Int32",
    "Default": "String",
    "PresentationType": "String",
}
_GROUP: Mapping[str, Edm] = {
    "ID": "Int32",
    "DimensionKey": "String",
    "Title": "String",
    "Description": "String",
    "ParentID": "Int32",
}
_CODE: Mapping[str, Edm] = {"Key": "String", "Title": "String", "Description": "String", "CategoryGroupID": "Int32"}
_KINDS = tuple(f"Cbs.OData.{kind}" for kind in ("Dimension", "GeoDimension", "TimeDimension", "TopicGroup", "Topic"))


def tables(entries: Iterable[Entry]) -> Listing:
    """The catalogue: one row per table."""
    rows = [{"ID": number, **_about(entry)} for number, entry in enumerate(entries)]
    return Listing("Tables", "ID", _TABLE, rows)


def sets(entry: Entry, table: Table) -> dict[str, RowSet]:
    """Everything that can be read of a table, in the order in which the service names it."""
    found: list[RowSet] = [
        Listing("TableInfos", "ID", _TABLE, [{"ID": 0, **_about(entry)}]),
        SideBySide(table, typed=False),
        SideBySide(table, typed=True),
        Listing("DataProperties", "ID", _PROPERTY, _properties(entry, table)),
        Listing("CategoryGroups", "ID", _GROUP, _groups(table)),
    ]
    found += [_dimension(dimension, table) for dimension in DIMENSIONS]
    return {one.name: one for one in found}


def shapes(found: Iterable[RowSet]) -> list[Shape]:
    """The sets as `$metadata` tells them."""
    kinds = {"DataProperties": _KINDS}
    return [Shape(one.name, one.key, one.columns, kinds=kinds.get(one.name, ())) for one in found]


def _about(entry: Entry) -> dict[str, Any]:
    edition = entry.edition
    modified = words.local(edition.published).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "Identifier": entry.identifier,
        "Title": words.title(entry),
        "ShortTitle": words.title(entry),
        "Summary": words.summary(entry),
        "Modified": modified,
        "MetaDataModified": modified,
        "ReasonDelivery": words.reason(entry),
        "ExplanatoryText": "",
        "Language": words.LANGUAGE,
        "Catalog": words.CATALOG,
        "Frequency": "Perjaar",
        "Period": str(edition.peiljaar),
        "ShortDescription": words.explanation(entry),
        "Description": words.explanation(entry),
        "DefaultPresentation": "",
        "DefaultSelection": "",
        "GraphTypes": "Table,Bar",
        "OutputStatus": words.availability(entry),
        "Source": words.AUTHORITY,
        "SearchPriority": "2",
    }


def _properties(entry: Entry, table: Table) -> list[dict[str, Any]]:
    """Dimensions, and measures below their groups; the numbers run on."""
    rows: list[dict[str, Any]] = []
    for dimension in DIMENSIONS:
        row = _property(len(rows), dimension.kind, dimension.key, dimension.title, dimension.description)
        row |= {"ParentID": None, "ReleasePolicy": dimension.kind == "TimeDimension"}
        rows.append(row | ({"MapYear": entry.edition.peiljaar} if dimension.kind == "GeoDimension" else {}))
    for group, title in GROUPS.items():
        measures = [one for one in table.measures if one.group == group]
        parent = len(rows)
        rows.append(_property(parent, "TopicGroup", "", title, "") | {"ParentID": None})
        for measure in measures:
            row = _property(len(rows), "Topic", measure.topic, measure.title, measure.description)
            rows.append(
                row
                | {
                    "ParentID": parent,
                    "Datatype": measure.datatype,
                    "Unit": measure.unit,
                    "Decimals": measure.decimals,
                    "Default": "None",
                    "PresentationType": "Absolute",
                }
            )
    return rows


def _property(number: int, kind: str, key: str, title: str, description: str) -> dict[str, Any]:
    return {
        "odata.type": f"Cbs.OData.{kind}",
        "ID": number,
        "Position": number,
        "ParentID": None,
        "Type": kind,
        "Key": key,
        "Title": title,
        "Description": description,
    }


def _groups(table: Table) -> list[dict[str, Any]]:
    return [
        {"ID": number, "DimensionKey": key, "Title": title, "Description": "", "ParentID": None}
        for number, (key, title) in enumerate(_group_names(table))
    ]


def _group_names(table: Table) -> list[tuple[str, str]]:
    return list(dict.fromkeys((key, code.group) for key, codes in table.codes.items() for code in codes if code.group))


def _dimension(dimension: Dimension, table: Table) -> Listing:
    numbers = {name: number for number, name in enumerate(_group_names(table))}
    columns: dict[str, Edm] = {**_CODE, **({"Status": "String"} if dimension.kind == "TimeDimension" else {})}
    rows = [_code(dimension, code, numbers) for code in table.codes[dimension.key]]
    return Listing(dimension.key, "Key", columns, rows)


def _code(dimension: Dimension, code: Code, numbers: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "Key": code.code.ljust(dimension.width),
        "Title": code.title,
        "Description": "",
        "CategoryGroupID": numbers.get((dimension.key, code.group)),
    }
    return row if code.status is None else row | {"Status": code.status}
