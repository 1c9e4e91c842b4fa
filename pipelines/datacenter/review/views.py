"""What the pages of the review show.

What belongs here: gathering what a page needs. What does not: changing anything (`actions.py`), HTML (the templates).
Whoever looks at figures before publication is noted: the list of early readers is read from the audit.
"""

from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import PurePosixPath

import polars as pl
from starlette.responses import Response

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.accounts import PARTY_OF, ROLES
from pipelines.datacenter.review.chain import Line
from pipelines.datacenter.review.checklist import GROUPS
from pipelines.datacenter.review.desk import Desk, Standing
from pipelines.datacenter.review.people import People
from pipelines.datacenter.review.rendering import Pages
from pipelines.datacenter.review.shown import (
    counts,
    disagreements,
    figure_words,
    next_step,
    place_name,
    region_of,
    regions,
)
from pipelines.datacenter.review.state import makers_of, visible_votes
from pipelines.datacenter.review.web import BUNDLE_CSP, Denied, Visit
from pipelines.errors import UserError
from pipelines.release.manifest import ManifestError, verify

EARLY = ("viewed", "fetched", "figure_viewed")
DONE = {
    "ingediend": "De uitgave is ingediend. De beoordelaars zien haar nu.",
    "oordeel": "Uw oordeel is vastgelegd.",
    "ingetrokken": "Uw oordeel is ingetrokken.",
    "overleg": "Uw bericht staat erbij.",
    "moment": "Het moment van publiceren is veranderd.",
    "teruggenomen": "De uitgave is teruggenomen.",
    "uitgave-ingetrokken": "De uitgave is ingetrokken. De site zegt dat na de volgende publicatieronde.",
    "duiding": "Dank u wel. Een tweede lezer leest uw duiding na; daarna kan zij openbaar worden.",
    "duiding-weg": "Uw duiding is ingetrokken.",
    "nagelezen": "De duiding is nagelezen.",
    "wachtwoord": "Uw wachtwoord is veranderd. Meld u opnieuw aan.",
}
_VOTES = ("Voted", "VoteWithdrawn")


@dataclass(frozen=True)
class Names:
    """What personas and mechanisms are called: id -> name."""

    personas: dict[str, str]
    mechanisms: dict[str, str]


class Views:
    """The pages that only show."""

    def __init__(self, desk: Desk, pages: Pages, names: Names) -> None:
        self.desk, self.pages, self.names = desk, pages, names
        self._people = People(desk.store)

    def overview(self, visit: Visit) -> Response:
        """`/`: what waits for this account, and all releases."""
        standings = self.desk.standings()
        waiting = [one for one in standings if self._waits_for(visit, one)]
        to_read = sum(one.waits for one in duiding.all_kept(self.desk.store)) if _is(visit, "tweede_lezer") else 0
        return self._show(visit, "overview.html", standings=standings, waiting=waiting, to_read=to_read)

    def release(self, visit: Visit, status: int = 200, problem: str = "") -> Response:
        """`/uitgaven/{id}/{versie}`: everything that a reviewer needs to judge."""
        standing = self.standing(visit)
        subject = "/".join(standing.name)
        self._note(visit, "viewed", subject, {"digest": standing.bundle.digest})
        points = {point.number: point for point in self.desk.checklist(standing)}
        grouped = {group: [points[number] for number in numbers] for group, numbers in GROUPS.items()} if points else {}
        kept = duiding.of_release(self.desk.store, *standing.name)
        party = PARTY_OF.get(visit.account.role)
        cast = standing.review.votes.get(party) if party else None
        own = cast if cast and cast.by == visit.account.name else None
        maker = visit.account.name in makers_of(self.desk.store.world(), standing.bundle.release_id)
        return self._show(
            visit,
            "release.html",
            status=status,
            problem=problem,
            standing=standing,
            review=standing.review,
            grouped=grouped,
            counts=counts(points.values()),
            looks=self._looks(standing, party),
            party=party,
            own=own,
            maker=maker,
            next_step="" if party and maker else next_step(standing, visit.account.role, party, own),
            votes=visible_votes(standing.review, visit.account.name),
            files=self._files(visit, standing),
            people=self._persons(),
            early=self._early(subject),
            lines=self._lines(visit, subject, standing),
            kept=kept,
            disagree=disagreements(kept),
        )

    def file(self, visit: Visit) -> Response:
        """One file of a bundle, as the manifest lists it; the pages of a bundle open, the others are for keeping."""
        standing = self.standing(visit)
        listed = {entry.path: entry for entry in verify(standing.bundle.folder, standing.bundle.digest).files}
        wanted = visit.path["file"]
        if wanted not in listed:
            raise Denied(404, "Dit bestand hoort niet bij de uitgave.")
        content = (standing.bundle.folder / PurePosixPath(wanted)).read_bytes()
        if sha256(content).hexdigest() != listed[wanted].sha256:
            raise Denied(409, "Dit bestand is niet meer wat het manifest noemt.")
        self._note(visit, "fetched", "/".join(standing.name), {"file": wanted})
        if wanted.endswith(".html"):
            return Response(
                content, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": BUNDLE_CSP}
            )
        name = "".join(c for c in PurePosixPath(wanted).name if c.isascii() and (c.isalnum() or c in "._-"))
        kind = guess_type(wanted)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def duiding(self, visit: Visit) -> Response:
        """`/uitgaven/{id}/{versie}/duiding`: what was said, those who differ side by side."""
        standing = self.standing(visit)
        kept = [
            one
            for one in duiding.of_release(self.desk.store, *standing.name)
            if not one.withdrawn and (one.public or one.account == visit.account.name or not _is(visit, "duider"))
        ]
        return self._show(
            visit,
            "duiding.html",
            standing=standing,
            figures=duiding.by_figure(kept),
            choices=duiding.CHOICES,
            names=self.names,
            regions=regions(standing),
            total=len(kept),
        )

    def add_duiding(
        self,
        visit: Visit,
        form: dict[str, str] | None = None,
        chosen: tuple[str, ...] = (),
        wrong: dict[str, str] | None = None,
    ) -> Response:
        """The form for one figure: first which figure, then the figure itself with the questions."""
        standing = self.standing(visit)
        values = form or visit.query
        figures = pl.read_parquet(standing.bundle.folder / "cijfers.parquet").filter(
            pl.col("niveau").is_in(["land", "gemeente"]), leeftijd="totaal", geslacht="totaal", toestand="missing"
        )
        personas = sorted(set(figures["persona"]))
        persona, regio = values.get("persona", ""), region_of(values.get("regio", ""), standing)
        found = figures.filter(persona=persona, regio=regio).to_dicts()
        if found:
            self._note(visit, "figure_viewed", "/".join(standing.name), {"persona": persona, "regio": regio})
        answered = values.get("reactie_op", "")
        reaction = next(
            (one for one in duiding.of_release(self.desk.store, *standing.name) if str(one.id) == answered), None
        )
        return self._show(
            visit,
            "add_duiding.html",
            status=400 if wrong else 200,
            standing=standing,
            personas={persona: self.names.personas.get(persona, persona) for persona in personas},
            regions=regions(standing),
            figure=figure_words(found[0]) if found else None,
            asked=bool(persona or regio),
            persona=persona,
            regio=regio,
            values={"functie": self._function_before(visit), **values},
            chosen=chosen,
            wrong=wrong or {},
            choices=duiding.CHOICES,
            names=self.names,
            longest=duiding.LONGEST,
            reaction=reaction if reaction and (reaction.public or reaction.account == visit.account.name) else None,
        )

    def _function_before(self, visit: Visit) -> str:
        """What this account called its function when it last gave duiding, so that nobody types it again and again."""
        own = [one.duiding.functie for one in duiding.all_kept(self.desk.store) if one.account == visit.account.name]
        return own[-1] if own else ""

    def to_read(self, visit: Visit) -> Response:
        """`/nalezen`: what waits for a second reader."""
        waiting = [one for one in duiding.all_kept(self.desk.store) if one.waits and one.account != visit.account.name]
        return self._show(
            visit,
            "read_duiding.html",
            waiting=waiting,
            choices=duiding.CHOICES,
            names=self.names,
            place_name=place_name,
        )

    def export(self, visit: Visit) -> Response:
        """`/uitgaven/{id}/{versie}/duiding.csv` and `.json`: every record, with how it stands."""
        standing = self.standing(visit)
        kept = duiding.of_release(self.desk.store, *standing.name)
        self._note(visit, "exported", "/".join(standing.name), {})
        name = f"duiding-{standing.bundle.release_id}-{standing.bundle.versie}"
        if visit.local.endswith(".csv"):
            headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
            return Response(duiding.as_csv(kept), media_type="text/csv; charset=utf-8", headers=headers)
        headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
        return Response(duiding.as_json(kept), media_type="application/json", headers=headers)

    def log(self, visit: Visit) -> Response:
        """`/logboek`: the last lines of the audit, without what is still blind; and whether the chain closes."""
        head = self.desk.store.verify()
        blind = {"/".join(one.name) for one in self.desk.standings() if not one.review.opened}
        lines = [
            line
            for line in self.desk.store.lines()
            if not (line.kind in _VOTES and line.subject in blind and line.actor != visit.account.name)
        ]
        return self._show(visit, "log.html", lines=lines[:-301:-1], total=len(lines), head=head, people=self._persons())

    def standing(self, visit: Visit) -> Standing:
        """The release of the path; a duider reads it only once it was handed in."""
        try:
            standing = self.desk.standing(visit.path["release_id"], visit.path["versie"])
        except UserError as error:
            raise Denied(404, str(error)) from None
        if standing.state == "concept" and not _is(visit, "maker", "beoordelaar_cbs", "beoordelaar_vws"):
            raise Denied(404, "Deze uitgave is nog niet ingediend.")
        return standing

    @staticmethod
    def personas_of(standing: Standing) -> list[str]:
        """The ids of the personas of a release."""
        column = pl.read_parquet(standing.bundle.folder / "cijfers.parquet", columns=["persona"])
        return sorted(set(column["persona"]))

    def _show(self, visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        done = DONE.get(visit.query.get("gedaan", ""), "")
        return self.pages.show(template, visit.account, visit.session.csrf, status, done=done, **values)

    def _waits_for(self, visit: Visit, one: Standing) -> bool:
        if _is(visit, "maker"):
            return one.state in ("concept", "overleg") and one.bundle.facts.get("proef") is False
        party = PARTY_OF.get(visit.account.role)
        if one.state not in ("ingediend", "een_oordeel", "overleg") or party is None:
            return False
        own = one.review.votes.get(party)
        return own is None or own.verdict != "goedkeuren"

    def _looks(self, standing: Standing, party: str | None) -> tuple[int, ...]:
        submission = standing.review.submission
        return tuple(submission.looks.get(party or "", ())) if submission else ()

    def _files(self, visit: Visit, standing: Standing) -> list[str]:
        if not _is(visit, "maker", "beoordelaar_cbs", "beoordelaar_vws"):
            return []
        try:
            return [entry.path for entry in verify(standing.bundle.folder).files if "/" not in entry.path]
        except ManifestError:
            return []

    def _early(self, subject: str) -> list[tuple[str, str, str]]:
        """(account, first time, what) of everybody who saw it."""
        found: dict[tuple[str, str], str] = {}
        for line in self.desk.store.lines(*EARLY, subject=subject):
            found.setdefault((line.actor, line.kind), line.at)
        return [(actor, at, kind) for (actor, kind), at in found.items()]

    def _lines(self, visit: Visit, subject: str, standing: Standing) -> list[Line]:
        return [
            line
            for line in self.desk.store.lines(subject=subject)
            if line.kind not in EARLY
            and (standing.review.opened or line.kind not in _VOTES or line.actor == visit.account.name)
        ]

    def _persons(self) -> dict[str, str]:
        return {
            account.name: f"{account.person}, {account.organisation} ({ROLES.get(account.role, '')})"
            for account in self._people.all()
        }

    def _note(self, visit: Visit, kind: str, subject: str, content: dict[str, object]) -> None:
        self.desk.store.note_once_a_day(visit.account.name, kind, subject, content)


def _is(visit: Visit, *roles: str) -> bool:
    return visit.account.role in roles
