"""A folder of specs with one persona, to live through its life: approvals, freezing, changing, retiring.

What belongs here: making that folder, and approval files in it. What does not: assertions.
"""

import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.personas.approvals import file_name, folder_of
from pipelines.personas.lifecycle import freeze
from pipelines.personas.lifecycle_registry import Standing, read_registry, review_fingerprint, standing
from pipelines.personas.load import load_personas
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from tests.conftest import CHECKOUT

ID = "dakloos-verslaafd-schulden"
REF = f"{ID}@1"
"""Its first version."""

NOW = "2024-05-02T10:00:00+00:00"
DAY = "2024-05-01"
PLAN = """\
id: proef
peiljaar: 2023
status: voorlopig
personas: [dakloos-verslaafd-schulden]
unit: person
contributions: 1
delta: 1e-9
rho: 1/20
cap: 1/2
tables:
  land: 1/10
  land_leeftijd_geslacht: 1/10
  provincie: 1/10
  provincie_leeftijd_geslacht: 2/10
  gemeente: 3/10
  gemeente_leeftijd_geslacht: 2/10
"""


_OTHERS = """
huisgenoot_met_schuld:
  title: een huisgenoot met geregistreerde problematische schulden
  leefgebied: schulden
  kind: probleem
  observes: proxy
  rule:
    household_member:
      has: schuld_smal

schuld_in_huis:
  title: schulden bij de persoon of een huisgenoot
  leefgebied: schulden
  kind: probleem
  observes: proxy
  rule:
    any_of: [problematische_schulden, huisgenoot_met_schuld]
"""


Content = tuple[tuple[Path, bytes], ...]


def _content(folder: Path) -> Content:
    return tuple((path, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


@cache
def _indicators(files: Content) -> Indicators:
    return load_indicators(files[0][0].parent, load_catalogue())


@cache
def _persona(files: Content, indicators: Content) -> Persona:
    return load_personas(files[0][0].parent, _indicators(indicators)).by_id[ID]


@dataclass(frozen=True)
class Specs:
    """A folder of specs with one persona; what is read is read anew when a file changed."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "personas" / f"{ID}.yaml"

    @property
    def indicators(self) -> Indicators:
        return _indicators(_content(self.folder / "indicators"))

    @property
    def persona(self) -> Persona:
        return _persona(_content(self.folder / "personas"), _content(self.folder / "indicators"))

    @property
    def fingerprint(self) -> str:
        return review_fingerprint(self.persona, self.indicators)

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def set_status(self, status: str) -> None:
        """As an editor would, past every rule."""
        self.edit(self.file, f"status: {self.persona.status}", f"status: {status}")

    def rename_indicator(self, name: str) -> None:
        """Give an indicator another title."""
        line = re.compile(rf"(?m)^({name}:\n  title: ).*$")
        (path,) = [p for p in (self.folder / "indicators").glob("*.yaml") if line.search(p.read_text(encoding="utf-8"))]
        path.write_text(line.sub(r"\1iets heel anders", path.read_text(encoding="utf-8")), encoding="utf-8")

    def edit_rule(self, name: str, old: str, new: str) -> None:
        """Replace the first `old` after the name of an indicator."""
        head = f"\n{name}:"
        (path,) = [p for p in (self.folder / "indicators").glob("*.yaml") if head in p.read_text(encoding="utf-8")]
        before, after = path.read_text(encoding="utf-8").split(head, 1)
        assert old in after
        path.write_text(f"{before}{head}{after.replace(old, new, 1)}", encoding="utf-8")

    def approve(
        self, organisation: str, role: str = "overig", /, *, demonstration: bool = True, **changes: str
    ) -> Path:
        """Write an approval of the present text; `changes` bend single keys, `path` the name of the file."""
        path = folder_of(self.folder) / changes.pop("path", file_name(ID, self.persona.version, organisation))
        content = {
            "persona": ID,
            "version": str(self.persona.version),
            "fingerprint": f"'{self.fingerprint}'",
            "role": role,
            "organisation": organisation,
            "date": DAY,
            "demonstration": str(demonstration).lower(),
        } | changes
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{key}: {value}\n" for key, value in content.items()), encoding="utf-8")
        return path

    def partners_approve(self) -> None:
        self.approve("CBS", "CBS", demonstration=False)
        self.approve("Ministerie van VWS", "VWS", demonstration=False)

    def accept(self, *, demonstration: bool = False, looked: bool = False, now: str = NOW) -> None:
        """From a draft to frozen."""
        self.set_status("in_review")
        if demonstration:
            self.approve("Demonstratie CBS")
            self.approve("Demonstratie VWS")
        else:
            self.partners_approve()
        freeze(self.folder, self.persona, self.indicators, now, looked=looked)


def living_specs(folder: Path) -> Specs:
    """One persona of this checkout as a draft of version 1, its indicators, the mechanisms and a plan."""
    shipped = CHECKOUT / "persona_specs"
    shutil.copytree(shipped / "indicators", folder / "indicators")
    shutil.copy(shipped / "mechanisms.yaml", folder / "mechanisms.yaml")
    for name in ("personas", "release_plans"):
        (folder / name).mkdir()
    (folder / "release_plans" / "proef.yaml").write_text(PLAN, encoding="utf-8")
    shutil.copy(shipped / "personas" / f"{ID}.yaml", folder / "personas" / f"{ID}.yaml")
    specs = Specs(folder)
    specs.edit(specs.file, f"version: {specs.persona.version}", "version: 1")
    specs.edit(specs.file, f"status: {specs.persona.status}", "status: draft  # nog niet besproken")
    return specs


def look_at_others(specs: Specs) -> None:
    """Let the persona ask, through a combination, whether another member of the household has debts."""
    debts = specs.folder / "indicators" / "schulden.yaml"
    debts.write_text(debts.read_text(encoding="utf-8") + _OTHERS, encoding="utf-8")
    specs.edit(specs.file, "indicator: problematische_schulden", "indicator: schuld_in_huis")


def stands(specs: Specs) -> Standing:
    """Where the persona of these specs stands."""
    return standing(specs.folder, read_registry(specs.folder), specs.persona, specs.indicators)
