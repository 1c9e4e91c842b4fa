"""Points of the checklist that are read from what a bundle says of itself: its account, plan, texts and manifest.

What belongs here: privacy, definitions, files and provenance. What does not: figures (`checks_of_figures.py`).
"""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from pipelines.datacenter.moments import in_words
from pipelines.datacenter.review.bundles import Bundled
from pipelines.datacenter.review.checklist import FormatCheck, Point
from pipelines.datacenter.words import amount, decimal
from pipelines.errors import UserError
from pipelines.release.content import UNITS
from pipelines.release.formats.columns import COLUMNS
from pipelines.release.manifest import ManifestError, verify
from pipelines.release.published import PublishedRelease
from pipelines.release.registry_form import check_record

SpecWords = Callable[[str, str, str], tuple[str, ...]]
"""(persona, old version, new version) -> what is different, in Dutch lines; empty when the old one is not kept."""

_BUDGET = re.compile(r"one cap: rho ([\d./]+)\. Spent after this release: ([\d./]+); left: ([\d./]+)\. ")
_EXACT = re.compile(r"Exact rho of this release: ([\d./]+)\. ")
_PROVENANCE = ("made_with", "measurement_sha256", "ledger_head", "content")
_CANNOT_KNOW = "Dit kan geen registratie weten"


class RecordChecks:
    """The checks on one bundle, each a Point. `siblings`: other bundles of the same release; `note` and `public_from` are
    of the submission."""

    def __init__(
        self,
        bundle: Bundled,
        release: PublishedRelease,
        previous: PublishedRelease | None,
        siblings: tuple[Bundled, ...],
        note: str,
        public_from: str,
    ) -> None:
        self.bundle, self.release, self.previous = bundle, release, previous
        self.siblings, self.note, self.public_from = siblings, note, public_from
        self._record = _json(bundle.folder / "privacy.json")
        self._plan = _json(bundle.folder / "uitgaveplan.json")

    def account(self) -> Point:
        """1: a whole entry of tier 3, with the rho, delta and bound of the plan."""
        try:
            check_record(self.bundle.folder)
        except UserError:
            return Point(1, "fout", "privacy.json is geen volledige verantwoording (OpenDP-register, trap 3).")
        if not self._plan:
            return Point(1, "bekijk", "uitgaveplan.json ontbreekt; vergelijk privacy.json zelf met het plan.")
        loss = self._record["deployment"]["privacy_loss"]
        parameters = loss["privacy_parameters"]
        wrong = [name for name in ("rho", "delta") if float(Fraction(self._plan[name])) != parameters[name]]
        if f"at most {self._plan['contributions']} counts" not in loss["privacy_unit_details"]:
            wrong.append("de grens per persoon")
        if wrong:
            return Point(1, "fout", f"privacy.json en het plan noemen iets anders: {', '.join(wrong)}.")
        told = (
            f"Eenheid: {UNITS.get(loss['privacy_unit'], loss['privacy_unit'])}, hoogstens {self._plan['contributions']} persona's; rho "
            f"{amount(str(self._plan['rho']))}, epsilon {decimal(parameters['epsilon'], 2)} bij delta {parameters['delta']:g}."
        )
        return Point(1, "goed", told)

    def budget(self) -> Point:
        """2: spent + left = cap, and this release fits in what is spent."""
        deployment = self._record.get("deployment", {})
        ledger = _BUDGET.search(deployment.get("deployment_model", {}).get("release_type_details", ""))
        own = _EXACT.search(deployment.get("privacy_loss", {}).get("privacy_parameters_details", ""))
        if not ledger or not own:
            return Point(2, "bekijk", "privacy.json zegt het budget niet in de bekende vorm; lees het na.")
        cap, spent, left = (Fraction(text) for text in ledger.groups())
        rho = Fraction(own[1])
        told = (
            f"Deze uitgave kost rho {amount(own[1])}; samen besteed {amount(ledger[2])} van {amount(ledger[1])}, "
            f"over {amount(ledger[3])}."
        )
        return Point(2, "goed" if spent + left == cap and rho <= spent <= cap else "fout", told)

    def one_draw(self) -> Point:
        """3: every version of this draw rests on the same measurement, and a ledger entry is named."""
        facts = self.bundle.facts
        if not facts.get("ledger_head") or not facts.get("measurement_sha256"):
            return Point(3, "fout", "Het manifest noemt geen regel van het grootboek of geen meting.")
        major = self.bundle.versie.split(".")[0]
        others = {
            sibling.facts.get("measurement_sha256")
            for sibling in self.siblings
            if sibling.versie.split(".")[0] == major
        }
        if others - {facts["measurement_sha256"]}:
            return Point(3, "fout", "Een andere versie met hetzelfde hoofdnummer rust op een andere trekking.")
        return Point(3, "goed", f"Regel van het grootboek {str(facts['ledger_head'])[:12]}…, trekking {major}.")

    def unprotected(self) -> Point:
        """5: what lies outside the guarantee is listed."""
        listed = str(self._record.get("deployment", {}).get("dp_variant", {}).get("unprotected_quantities", ""))
        lines = tuple(line.removeprefix("- ") for line in listed.splitlines() if line.strip())
        if not lines:
            return Point(5, "fout", "privacy.json noemt niet wat buiten de bescherming valt.")
        return Point(5, "bekijk", f"{len(lines)} dingen vallen buiten de bescherming. Mist u er een?", lines)

    def consequence(self) -> Point:
        """6: what a verdict does to the budget, for a person to know."""
        return Point(
            6,
            "bekijk",
            "Het budget is al besteed toen de ruis werd getrokken. Afkeuren geeft niets terug; opnieuw trekken kost opnieuw. "
            "Keur niet af omdat een getal er vreemd uitziet: dat kan ruis zijn.",
        )

    def definitions(self, words: SpecWords) -> Point:
        """17: which personas are new, changed or gone since the previous release, with the difference in words."""
        now = self.release.definitions
        if not now:
            return Point(17, "fout", "privacy.json noemt de definities van de persona's niet.")
        if self.previous is None:
            return Point(17, "bekijk", f"Eerste uitgave: {len(now)} persona's.", tuple(sorted(now)))
        before = self.previous.definitions
        details: list[str] = []
        for persona in sorted(now.keys() | before.keys()):
            if persona not in before:
                details.append(f"{persona}: nieuw")
            elif persona not in now:
                details.append(f"{persona}: niet meer in deze uitgave")
            elif now[persona] != before[persona]:
                old, new = before[persona][0], now[persona][0]
                details.append(f"{persona}: versie {old} werd versie {new}")
                details.extend(words(persona, old, new))
        if not details:
            return Point(17, "goed", f"Geen enkele definitie veranderde sinds {self.previous.name}.")
        return Point(17, "bekijk", f"Sinds {self.previous.name} veranderde er iets aan de definities.", tuple(details))

    def unknowable(self) -> Point:
        """18: every page of a persona says what no register can know."""
        lacking = []
        for persona in self.release.personas:
            page = self.bundle.folder / "persona" / f"{persona}.html"
            text = page.read_text(encoding="utf-8") if page.is_file() else ""
            after = text.partition(_CANNOT_KNOW)[2].partition("</ul>")[0]
            if "<li>" not in after or "Niets vermeld." in after:
                lacking.append(persona)
        if lacking:
            return Point(18, "fout", f"Bij {len(lacking)} persona's ontbreekt het: {', '.join(lacking)}.")
        return Point(18, "goed", f"Alle {len(self.release.personas)} pagina's zeggen het.")

    def formats(self, validate: FormatCheck | None) -> Point:
        """20: CSV and Parquet hold the same values; and what the validators of the formats say, where they are given."""
        folder = self.bundle.folder
        faults = [
            name
            for name in ("cijfers", "gebieden", "wijken")
            if (folder / f"{name}.csv").exists() and not _same(folder, name)
        ]
        found = dict(validate(folder)) if validate else {}
        faults += [name for name, valid in found.items() if not valid]
        if faults:
            return Point(20, "fout", f"Niet geldig, of CSV en Parquet verschillen: {', '.join(faults)}.")
        if not found:
            return Point(20, "bekijk", "CSV en Parquet zijn gelijk. De andere bestanden zijn niet nagekeken.")
        return Point(20, "goed", f"CSV en Parquet zijn gelijk, en {len(found)} regels zijn gehaald.", tuple(found))

    def one_digest(self) -> Point:
        """21: every file is the one that the manifest lists."""
        try:
            found = verify(self.bundle.folder, self.bundle.digest)
        except ManifestError:
            return Point(21, "fout", "De bestanden zijn niet die van het manifest.")
        return Point(21, "goed", f"{len(found.files)} bestanden, controlegetal {self.bundle.digest[:12]}….")

    def provenance(self) -> Point:
        """22: code, measurement, ledger and content are named in the manifest."""
        lacking = [name for name in _PROVENANCE if not self.bundle.facts.get(name)]
        if lacking:
            return Point(22, "fout", f"Het manifest noemt niet: {', '.join(lacking)}.")
        return Point(22, "goed", f"Gemaakt met code {self.bundle.facts['made_with']}.")

    def announced(self) -> Point:
        """23: status, version, note and moment of publication."""
        facts = self.bundle.facts
        told = f"{facts.get('status')}, versie {self.bundle.versie}, openbaar vanaf {in_words(self.public_from)}: {self.note}"
        return Point(23, "goed" if facts.get("status") and self.note.strip() else "fout", told)


def _same(folder: Path, name: str) -> bool:
    schema = {column: kind.dtype for column, kind in COLUMNS.items()}
    try:
        written = pl.read_csv(folder / f"{name}.csv", schema=schema)
        assert_frame_equal(written, pl.read_parquet(folder / f"{name}.parquet"), check_exact=False, rel_tol=1e-12)
    except (AssertionError, OSError, pl.exceptions.PolarsError):
        return False
    return True


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def no_words(_persona: str, _old: str, _new: str) -> tuple[str, ...]:
    """For who has no specs at hand: the difference is not told in words."""
    return ()
