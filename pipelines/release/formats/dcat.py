"""`dcat.ttl`: the release as a catalogue entry in DCAT-AP-NL 3.0, for data.overheid.nl and other catalogues.

What belongs here: that description. What does not: the rules it is held to (`format_checks/shapes.ttl`).

Addresses are relative, so that they are right wherever the folder is served, and the file never changes by being
published. For the same reason it has no date of issue: that is known only then.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pipelines.release.content import FILES, WARNING
from pipelines.release.formats.tables_of import ReleaseFacts, data_files
from pipelines.release.formats.words import LICENCE, PUBLISHER, STATUS, Size

NAME = "dcat.ttl"

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
_PREFIXES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_FORMATS = {
    ".csv": ("CSV", "text/csv"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    ".jsonstat.json": ("JSON", "application/json"),
    ".zip": ("ZIP", "application/zip"),
}
_KEYWORDS = ("stapeling van problemen", "voorzieningen", "gemeenten", "differentiële privacy", "niet-gebruik")


def write_dcat(facts: ReleaseFacts, sizes: Mapping[str, Size], folder: Path) -> Path:
    """Write the catalogue entry over the data files of these sizes into the folder."""
    path = folder / NAME
    path.write_bytes(dcat_text(facts, sizes).encode())
    return path


def dcat_text(facts: ReleaseFacts, sizes: Mapping[str, Size]) -> str:
    """The entry as Turtle. The zip has no size or sha256 here, since it holds this very file."""
    files = data_files(facts)
    archive = f"{facts.release_id}.zip"
    parts = [_PREFIXES, _catalogue(), _dataset(facts, (*files, archive))]
    parts += [_distribution(name, FILES[name], facts, _checksum(sizes[name])) for name in files]
    parts.append(_distribution(archive, "Alles van deze uitgave in één bestand.", facts, ""))
    return "\n".join(parts)


def _catalogue() -> str:
    return f"""\
<#catalogus> a dcat:Catalog ;
  dct:title "Datacenter Blinde Vlek"@nl ;
  dct:description "Schattingen van groepen mensen die een voorziening missen, met ruismarge."@nl ;
  dct:publisher <#uitgever> ;
  dcat:contactPoint <#contact> ;
  dct:language <{_EU}/language/NLD> ;
  dct:license <{LICENCE}> ;
  dcat:dataset <#uitgave> .

<#uitgever> a foaf:Agent ;
  foaf:name {_text(PUBLISHER)} .

<#contact> a vcard:Kind ;
  vcard:fn {_text(PUBLISHER)} ;
  vcard:hasURL <index.html> .
"""


def _dataset(facts: ReleaseFacts, files: tuple[str, ...]) -> str:
    access = "NON_PUBLIC" if facts.proef else "PUBLIC"
    kind = " Synthetische gegevens: deze cijfers gaan over niemand." if facts.synthetic else ""
    about = f"Geschatte aantallen inwoners per persona, regio, leeftijd en geslacht. Status: {STATUS[facts.status]}. {WARNING}{kind}"
    return f"""\
<#uitgave> a dcat:Dataset ;
  dct:identifier {_plain(f"{facts.release_id}/{facts.versie}")} ;
  dct:title {_text(facts.title)} ;
  dct:description {_text(about)} ;
  dct:publisher <#uitgever> ;
  dct:creator <#uitgever> ;
  dcat:contactPoint <#contact> ;
  dcat:theme <{_EU}/data-theme/SOCI> ;
  dct:accessRights <{_EU}/access-right/{access}> ;
  dct:language <{_EU}/language/NLD> ;
  dct:accrualPeriodicity <{_EU}/frequency/ANNUAL> ;
  dct:spatial <{_EU}/country/NLD> ;
  dct:temporal [ a dct:PeriodOfTime ;
    dcat:startDate "{facts.peiljaar}-12-31"^^xsd:date ; dcat:endDate "{facts.peiljaar}-12-31"^^xsd:date ] ;
  dct:modified "{facts.created_at}"^^xsd:dateTime ;
  dcat:version {_plain(facts.versie)} ;
  adms:versionNotes {_text(f"Status van de cijfers: {STATUS[facts.status]}.")} ;
  adms:status <{_EU}/dataset-status/{"DEVELOP" if facts.proef else "COMPLETED"}> ;
  dcat:landingPage <index.html> ;
  dcat:keyword {", ".join(_text(word) for word in _KEYWORDS)} ;
  dcat:distribution {", ".join(f"<#{name}>" for name in files)} .
"""


def _distribution(name: str, description: str, facts: ReleaseFacts, checksum: str) -> str:
    ending = next(ending for ending in _FORMATS if name.endswith(ending))
    file_type, media = _FORMATS[ending]
    return f"""\
<#{name}> a dcat:Distribution ;
  dct:title {_text(name)} ;
  dct:description {_text(f"{description} Status: {STATUS[facts.status]}.")} ;
  dcat:accessURL <index.html> ;
  dcat:downloadURL <{name}> ;
  dct:license <{LICENCE}> ;
  dct:language <{_EU}/language/NLD> ;
  dct:format <{_EU}/file-type/{file_type}> ;
  dcat:mediaType <{_IANA}/{media}>{checksum} .
"""


def _checksum(size: Size) -> str:
    return f""" ;
  dcat:byteSize "{size.size}"^^xsd:nonNegativeInteger ;
  spdx:checksum [ a spdx:Checksum ;
    spdx:algorithm spdx:checksumAlgorithm_sha256 ;
    spdx:checksumValue "{size.sha256}"^^xsd:hexBinary ]"""


def _text(words: str) -> str:
    return f"{_plain(words)}@nl"


def _plain(words: str) -> str:
    """A Turtle string; its escapes are those of JSON."""
    return json.dumps(words, ensure_ascii=False)
