"""`$metadata`: the columns and types of a service as CSDL, which Excel and Power BI read first.

What belongs here: writing the XML of version 3 and version 4. What does not: which sets a service has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from pipelines.datacenter.odata.finding import Edm

NAMESPACE = "BlindeVlek"
_EDMX = {False: "http://docs.oasis-open.org/odata/ns/edmx", True: "http://schemas.microsoft.com/ado/2007/06/edmx"}
_EDM = {False: "http://docs.oasis-open.org/odata/ns/edm", True: "http://schemas.microsoft.com/ado/2009/11/edm"}
_SERVICES = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"


@dataclass(frozen=True)
class Shape:
    """A set as metadata tells it: name, key and columns; `single`: one row that is read as it is (version 4); `kinds`:
    the kinds of rows, with their full names, that a reader of version 3 meets as `odata.type`."""

    name: str
    key: str
    columns: Mapping[str, Edm]
    single: bool = False
    kinds: Sequence[str] = ()


def metadata(shapes: Iterable[Shape], *, old: bool) -> bytes:
    """The CSDL document of these sets, as UTF-8."""
    listed = list(shapes)
    root = Xml.Element("edmx:Edmx", {"xmlns:edmx": _EDMX[old], "Version": "1.0" if old else "4.0"})
    services = Xml.SubElement(root, "edmx:DataServices")
    if old:
        services.attrib |= {"xmlns:m": _SERVICES, "m:DataServiceVersion": "3.0", "m:MaxDataServiceVersion": "3.0"}
    schema = Xml.SubElement(services, "Schema", {"xmlns": _EDM[old], "Namespace": NAMESPACE})
    for shape in listed:
        _entity_type(schema, shape)
    for kind in {kind: None for shape in listed for kind in shape.kinds}:
        _kind(services, kind, old, next(shape for shape in listed if kind in shape.kinds))
    container = Xml.SubElement(schema, "EntityContainer", {"Name": "Container"})
    if old:
        container.set("m:IsDefaultEntityContainer", "true")
    for shape in listed:
        kind = "Singleton" if shape.single and not old else "EntitySet"
        Xml.SubElement(
            container, kind, {"Name": shape.name, ("Type" if kind == "Singleton" else "EntityType"): _full(shape)}
        )
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _full(shape: Shape) -> str:
    return f"{NAMESPACE}.{shape.name}Row"


def _entity_type(schema: Xml.Element, shape: Shape) -> None:
    entity = Xml.SubElement(schema, "EntityType", {"Name": f"{shape.name}Row"})
    key = Xml.SubElement(entity, "Key")
    Xml.SubElement(key, "PropertyRef", {"Name": shape.key})
    for name, edm in shape.columns.items():
        nullable = "false" if name == shape.key else "true"
        Xml.SubElement(entity, "Property", {"Name": name, "Type": f"Edm.{edm}", "Nullable": nullable})


def _kind(services: Xml.Element, kind: str, old: bool, shape: Shape) -> None:
    """A kind of rows in the namespace of its own name, built on the rows of its set."""
    namespace, _, name = kind.rpartition(".")
    found = next((one for one in services if one.get("Namespace") == namespace), None)
    schema = (
        Xml.SubElement(services, "Schema", {"xmlns": _EDM[old], "Namespace": namespace}) if found is None else found
    )
    Xml.SubElement(schema, "EntityType", {"Name": name, "BaseType": _full(shape)})
