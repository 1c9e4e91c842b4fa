"""A built warehouse of invented people, once good, and copies of it to be spoiled."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.evaluate import evaluate
from expectations.ground import Ground, look
from expectations.rules import Rule
from expectations.runner import all_rules, reader
from pipelines.indicators.collection import Indicators
from pipelines.indicators.table import build_person_words
from pipelines.persons.build import build_persons
from pipelines.progress import silent
from pipelines.registers.catalogue_model import Catalogue, load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.rooms import DataRoot, WarehouseKey, make_key
from pipelines.warehouse import open_warehouse
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

ALONE = (
    "verslaving_medicatie",
    "antipsychotica",
    "verslaving_ggz",
    "ggz_ernstig",
    "wmo_maatwerk",
    "schuld_smal",
    "wanbetaler_zorgpremie",
    "vroegsignaal",
    "wsnp",
    "schuldregeling_minnelijk",
    "bijstand",
    "ao_uitkering",
    "ao_beeindigd",
    "baan_laatste_drie_maanden",
    "zelfstandige",
    "onderwijs_ingeschreven",
    "zonder_startkwalificatie",
    "leeftijd_18_tot_27",
    "leeftijd_18_tot_aow",
    "volwassen",
    "thuiswonend_kind",
    "adres_opvang_of_briefadres",
)
"""In this order from FIRST_RIN on: tests name some of these people."""

FIRST_RIN = 101
OUTSIDE_RIN = 900
"""Lives in Groningen, which delivers no municipal files."""


@dataclass(frozen=True)
class Kluis:
    """A data root with its key and what is needed to check it."""

    root: DataRoot
    key: WarehouseKey
    catalogue: Catalogue
    indicators: Indicators

    def spoil(self, *statements: str) -> None:
        with open_warehouse(self.root, self.key) as warehouse:
            for statement in statements:
                warehouse.run(statement, step="spoil the tables for a test")

    @property
    def ground(self) -> Ground:
        with open_warehouse(self.root, self.key, read_only=True) as warehouse:
            return look(warehouse, self.catalogue, self.indicators, PEILJAAR)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return all_rules(self.ground)

    def failed(self, *suites: str) -> set[str]:
        """Ids of the rules of some suites that fail, run by Great Expectations."""
        rules = [rule for rule in self.rules if rule.suite in suites]
        with open_warehouse(self.root, self.key, read_only=True) as warehouse:
            outcome = evaluate(rules, lambda: reader(warehouse, f"y{PEILJAAR}"), silent)
        return {rule_id for rule_id, holds in outcome.holds.items() if not holds}


def true_somewhere(indicators: Indicators) -> list[frozenset[str]]:
    """For each indicator what somebody must have for it to be true: every base indicator alone, and what is true of
    everybody in a combination together."""
    adults = [frozenset({name, "volwassen"} - ({"volwassen"} if "kind" in name else set())) for name in ALONE]
    alone = [frozenset({indicator.id}) for indicator in indicators.base if indicator.id not in ALONE]
    return [*adults, *alone, *(frozenset(i.rule.all_of) for i in indicators.by_id.values() if i.rule.all_of)]


def build(folder: Path, indicators: Indicators) -> Kluis:
    """Invented people, through a delivery, to person_indicators."""
    people = [Invented(FIRST_RIN + number, has=has) for number, has in enumerate(true_somewhere(indicators))]
    people += [Invented(OUTSIDE_RIN, "GM0014"), Invented(OUTSIDE_RIN + 1, sex="2"), Invented(700, kind="S")]
    root = DataRoot(folder / "data")
    root.prepare()
    key = make_key(folder / "key.json", "synthetic")
    catalogue = load_catalogue()
    write_delivery(deliver(people), root.deliveries(PEILJAAR))
    ingest(root, key, catalogue, PEILJAAR)
    with open_warehouse(root, key) as warehouse:
        build_persons(warehouse, PEILJAAR)
        build_person_words(warehouse, indicators, catalogue, PEILJAAR)
    return Kluis(root, key, catalogue, indicators)


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators) -> Kluis:
    return build(tmp_path_factory.mktemp("good"), indicators)


@pytest.fixture
def twin(good: Kluis, tmp_path: Path) -> Kluis:
    """A copy that a test may spoil."""
    root = DataRoot(tmp_path / "twin")
    shutil.copytree(good.root.path, root.path)
    return Kluis(root, good.key, good.catalogue, good.indicators)
