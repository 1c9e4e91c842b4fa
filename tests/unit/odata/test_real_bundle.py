"""A bundle as the code of releases writes it is a table: gebieden, names of personas, and the words around it."""

import json
from pathlib import Path

import pytest

from pipelines.datacenter.odata.labels import DIMENSIONS, MEASURES, REGION_GROUPS
from pipelines.datacenter.odata.shelf import Shelf
from pipelines.datacenter.odata.table import Table, persona_names
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.manifest import PUBLICATION, manifest_digest
from pipelines.release.privacy_record import write_privacy_record
from tests.unit.invented_figures import release_text, with_persona
from tests.unit.published_bundles import write_bundle


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, personas: Personas, indicators: Indicators) -> Table:
    openbaar = tmp_path_factory.mktemp("openbaar")
    folder = write_bundle(openbaar / "uitgaven", personas, indicators, 2023, seed=1)
    publication = {"manifest_digest": manifest_digest(folder)}
    (folder / PUBLICATION).write_text(json.dumps(publication), encoding="utf-8")
    looking = Shelf(openbaar)
    return looking.table(looking.entry("2023-voorlopig"))


def test_every_figure_of_the_bundle_is_a_row_with_the_gebieden_after_the_rest(table: Table) -> None:
    groups = [code.group for code in table.codes["RegioS"]]

    assert [*dict.fromkeys(groups)] == [group for level, group in REGION_GROUPS.items() if level != "wijk"]
    assert groups.count("Gemeenten") == len(gemeenten(2023))
    assert {code.code for code in table.codes["RegioS"]} >= {area.code for area in areas(2023)}
    assert table.frame.select(one.key for one in DIMENSIONS).is_unique().all()
    assert [measure.column for measure in table.measures] == [measure.column for measure in MEASURES]


def test_personas_carry_the_names_that_the_bundle_tells(tmp_path: Path) -> None:
    release = with_persona(release_text(), name="Zonder huis; met schuld (en ziek), Personas: allemaal")
    write_privacy_record(release, tmp_path)

    assert persona_names(tmp_path) == {one.id: one.name for one in release.personas}
