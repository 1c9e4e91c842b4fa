"""What people do with a release under review, from the bundle on the disk to the line in the audit.

What belongs here: handing in (with the checklist), judging, postponing, withdrawing, telling who waits. What does not:
what is allowed (`state.py`), pages (`app.py`), publishing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.datacenter.review.bundles import Bundled, bundles, find_bundle
from pipelines.datacenter.review.checklist import FormatCheck, Point, as_record, blocking, filled, from_record, looks
from pipelines.datacenter.review.checks_of_figures import FigureChecks
from pipelines.datacenter.review.checks_of_record import RecordChecks, SpecWords, no_words
from pipelines.datacenter.review.demonstration_room import DEMONSTRATION
from pipelines.datacenter.review.events import KINDS, Kind, Name, Review, Submitted
from pipelines.datacenter.review.state import State, order_of, replaced_by, state_of
from pipelines.datacenter.review.store import Store
from pipelines.errors import UserError
from pipelines.notices import Notices
from pipelines.release.manifest import PUBLICATION, WITHDRAWAL
from pipelines.release.published import open_published
from pipelines.rooms import DataRoot

_CHECKLIST = "checklist"


@dataclass(frozen=True)
class Standing:
    """One release on the desk: its bundle, what happened to it, and where it stands now."""

    bundle: Bundled
    review: Review
    state: State

    @property
    def name(self) -> Name:
        return self.bundle.name


class Desk:
    """The desk of a data root. `validate` checks formats, `words` tells what changed in a definition; both may be left
    out, and the checklist then says so."""

    def __init__(
        self,
        root: DataRoot,
        store: Store,
        notices: Notices | None = None,
        validate: FormatCheck | None = None,
        words: SpecWords = no_words,
    ) -> None:
        self.root, self.store = root, store
        self._notices = notices or Notices()
        self._validate, self._words = validate, words

    def standings(self) -> list[Standing]:
        """Every release of both rooms, the newest first."""
        return [self._standing(bundle) for bundle in bundles(self.root)]

    def standing(self, release_id: str, versie: str) -> Standing:
        """One release. Raises UserError when there is none of this name."""
        return self._standing(find_bundle(self.root, release_id, versie))

    def submit(
        self, by: str, release_id: str, versie: str, kind: str, note: str, public_from: str
    ) -> tuple[Point, ...]:
        """Hand a frozen bundle in: the checklist is filled and kept, the reviewers are told. Raises Refused or UserError;
        nothing is kept then."""
        bundle = find_bundle(self.root, release_id, versie)
        if kind not in KINDS:
            raise UserError("Kies of dit een nieuwe uitgave, een correctie of een revisie is.")
        if bundle.facts.get("synthetic") is not True and bundle.facts.get("synthetic") is not False:
            raise UserError(
                "Het manifest zegt niet of de cijfers synthetisch zijn; zo'n uitgave gaat niet naar buiten."
            )
        if bool(bundle.facts.get(DEMONSTRATION)) is not self.store.demonstration:
            raise UserError("Een uitgave van de demonstratie en een echte uitgave horen elk op hun eigen plek.")
        if bundle.facts.get("proef") is not False:
            raise UserError("Dit is een proef. Een proef wordt nooit openbaar en gaat niet naar de beoordelaars.")
        points = self.checked(bundle, note, public_from)
        event = Submitted(
            by=by,
            digest=bundle.digest,
            public_from=public_from,
            kind=_kind(kind),
            note=note.strip(),
            proef=False,
            synthetic=bool(bundle.facts["synthetic"]),
            blocking=blocking(points),
            looks=looks(points),
        )
        self.store.record(bundle.name, event)
        content = {"digest": bundle.digest, "points": as_record(points)}
        self.store.note("system", _CHECKLIST, f"{release_id}/{versie}", content)
        self._notices.tell("wacht", release_id, versie)
        return points

    def checked(self, bundle: Bundled, note: str, public_from: str) -> tuple[Point, ...]:
        """The checklist of a bundle, filled from its public files and those of the release before it."""
        release = open_published((), str(bundle.folder))
        before = self._previous(bundle)
        previous = open_published((), str(before)) if before else None
        siblings = tuple(other for other in bundles(self.root) if other.release_id == bundle.release_id)
        figures = FigureChecks(release, previous)
        record = RecordChecks(bundle, release, previous, siblings, note, public_from)
        checks: list[Callable[[], Point]] = [
            record.account,
            record.budget,
            record.one_draw,
            record.unprotected,
            record.consequence,
            figures.margins,
            figures.noise,
            figures.usable,
            figures.national,
            figures.keys,
            figures.plausible,
            figures.change,
            figures.boundaries,
            figures.coverage,
            lambda: record.definitions(self._words),
            record.unknowable,
            lambda: record.formats(self._validate),
            record.one_digest,
            record.provenance,
            record.announced,
        ]
        return filled(checks)

    def checklist(self, standing: Standing) -> tuple[Point, ...]:
        """The checklist as it was when this digest was handed in; empty before that."""
        release_id, versie = standing.name
        for line in reversed(self.store.lines(_CHECKLIST, subject=f"{release_id}/{versie}")):
            facts = line.facts()
            if facts["digest"] == standing.bundle.digest:
                return from_record(facts["points"])  # type: ignore[arg-type]
        return ()

    def _standing(self, bundle: Bundled) -> Standing:
        world = self.store.world()
        review = world.get(bundle.name, Review())
        state = state_of(review, self.store.now())
        if state == "openbaar" and replaced_by(world, bundle.name):
            state = "vervangen"
        return Standing(bundle, review, state)

    def _previous(self, bundle: Bundled) -> Path | None:
        """The folder of the last published release of another draw and not a later peiljaar; withdrawn ones do not count."""
        peiljaar = int(str(bundle.facts.get("peiljaar", 0)))
        found = [
            other
            for other in bundles(self.root)
            if (other.folder / PUBLICATION).is_file()
            and not (other.folder / WITHDRAWAL).exists()
            and other.facts.get("measurement_sha256") != bundle.facts.get("measurement_sha256")
            and int(str(other.facts.get("peiljaar", 0))) <= peiljaar
            and other.facts.get("synthetic") == bundle.facts.get("synthetic")
        ]
        newest = max(found, key=lambda b: (int(str(b.facts["peiljaar"])), order_of(b.versie)), default=None)
        return newest.folder if newest else None


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)
