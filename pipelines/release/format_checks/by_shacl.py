"""`dcat.ttl` held to what DCAT-AP-NL 3.0 requires, by pyshacl and shapes of our own.

What belongs here: that library. What does not: the shapes (`shapes.ttl`), and whether sizes and sha256 are right
(`descriptions.py`). Nothing is imported or fetched: one file against one file.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from pipelines.release.format_checks.reading import WHOLE, cause
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.dcat import NAME

_BASE = "https://uitgave.invalid/"
"""Stands in for the address of the folder; a name that never resolves."""


def check_by_shacl(folder: Path) -> Iterator[Verdict]:
    """One verdict, that names the properties at fault."""
    yield Verdict(f"shacl/{NAME}", WHOLE, _fault(folder / NAME))


def _fault(path: Path) -> str:
    from pyshacl import validate
    from rdflib import Graph, URIRef
    from rdflib.namespace import DCAT, RDF, SH

    try:
        data = Graph().parse(data=path.read_text(encoding="utf-8"), format="turtle", publicID=_BASE)
        shapes = (files("pipelines.release.format_checks") / "shapes.ttl").read_text(encoding="utf-8")
    # A parser of Turtle raises errors of many kinds, some of them plain Exception.
    except Exception as error:
        return f"cannot be read as Turtle ({cause(error)})"
    missing = [kind for kind in (DCAT.Catalog, DCAT.Dataset) if (None, RDF.type, kind) not in data]
    if missing:
        return f"has no {' and no '.join(str(kind).rpartition('#')[2] for kind in missing)}"
    conforms, report, _ = validate(data, shacl_graph=Graph().parse(data=shapes, format="turtle"), do_owl_imports=False)
    if conforms:
        return ""
    if not isinstance(report, Graph):
        return "cannot be judged"
    paths = {str(path) for path in report.objects(None, SH.resultPath) if isinstance(path, URIRef)}
    named = sorted(path.replace("#", "/").rpartition("/")[2] for path in paths)
    return f"DCAT-AP-NL 3.0 asks for another value, or another number of them, of: {', '.join(named) or 'a class'}"
