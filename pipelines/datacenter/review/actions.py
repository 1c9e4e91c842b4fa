"""What the forms of the review do: each reads its fields, asks the desk or the store, and goes on to a page.

What belongs here: fields. What does not: what is allowed (`state.py`, `duiding.py`, `accounts.py`), pages (`views.py`).
"""

from starlette.responses import RedirectResponse, Response

from pipelines.datacenter.moments import moment
from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.accounts import PARTY_OF, Accounts
from pipelines.datacenter.review.desk import Desk
from pipelines.datacenter.review.events import (
    VERDICTS,
    Commented,
    Party,
    Postponed,
    TakenBack,
    Voted,
    VoteWithdrawn,
    Withdrawn,
)
from pipelines.datacenter.review.views import Views
from pipelines.datacenter.review.web import Denied, Visit
from pipelines.errors import UserError

_LONGEST = 4_000


class Actions:
    """The forms. A refusal is shown on the page that the form was on, with what was typed where that can be."""

    def __init__(self, desk: Desk, views: Views, accounts: Accounts) -> None:
        self.desk, self.views, self.accounts = desk, views, accounts

    def submit(self, visit: Visit) -> Response:
        """A maker hands a release in."""
        standing = self.views.standing(visit)
        try:
            public_from = moment(visit.text("dag"), visit.text("uur"))
            self.desk.submit(
                visit.account.name, *standing.name, visit.text("soort"), _long(visit, "toelichting"), public_from
            )
        except UserError as error:
            return self._again(visit, error)
        return self._release(visit, "ingediend")

    def vote(self, visit: Visit) -> Response:
        """A reviewer judges, on the digest that the page showed."""
        verdict = next((one for one in VERDICTS if one == visit.text("oordeel")), None)
        try:
            if verdict is None:
                raise UserError("Kies een oordeel: goedkeuren, een vraag of afkeuren.")
            seen = tuple(sorted({int(number) for number in visit.texts("gezien") if number.isdecimal()}))
            event = Voted(
                visit.account.name, _party(visit), visit.text("controlegetal"), verdict, _long(visit, "reden"), seen
            )
            self.desk.store.record(self.views.standing(visit).name, event)
        except UserError as error:
            return self._again(visit, error)
        return self._release(visit, "oordeel")

    def withdraw_vote(self, visit: Visit) -> Response:
        """A reviewer takes the own vote back."""
        event = VoteWithdrawn(visit.account.name, _party(visit), _long(visit, "reden"))
        return self._recorded(visit, event, "ingetrokken")

    def comment(self, visit: Visit) -> Response:
        """A maker or reviewer says something to the others."""
        return self._recorded(visit, Commented(visit.account.name, _long(visit, "tekst")), "overleg")

    def postpone(self, visit: Visit) -> Response:
        """A maker moves the moment of publication."""
        try:
            public_from = moment(visit.text("dag"), visit.text("uur"))
        except UserError as error:
            return self._again(visit, error)
        return self._recorded(visit, Postponed(visit.account.name, public_from, _long(visit, "reden")), "moment")

    def take_back(self, visit: Visit) -> Response:
        """A maker takes a release out of review."""
        return self._recorded(visit, TakenBack(visit.account.name, _long(visit, "reden")), "teruggenomen")

    def withdraw(self, visit: Visit) -> Response:
        """A reviewer withdraws a release that is public."""
        event = Withdrawn(visit.account.name, _party(visit), _long(visit, "reden"))
        return self._recorded(visit, event, "uitgave-ingetrokken")

    def add_duiding(self, visit: Visit) -> Response:
        """A professional says what a figure means to them."""
        standing = self.views.standing(visit)
        fields = (*duiding.CHOICES, "persona", "regio", "tekst", "functie", "reactie_op")
        form = {name: visit.text(name) for name in fields}
        chosen = visit.texts("mechanismen")
        personas = self.views.personas_of(standing)
        wrong = duiding.faults(form, chosen, personas, self.views.names.mechanisms)
        if wrong:
            return self.views.add_duiding(visit, form, chosen, wrong)
        answered = form.pop("reactie_op")
        kept = duiding.Duiding(
            release_id=standing.bundle.release_id,
            trekking=int(standing.bundle.versie.split(".")[0]),
            jaar=int(str(standing.bundle.facts["peiljaar"])),
            mechanismen=chosen,
            naam=visit.account.person,
            organisatie=visit.account.organisation,
            reactie_op=int(answered) if answered.isdecimal() else None,
            **form,
        )
        duiding.add(self.desk.store, visit.account.name, "/".join(standing.name), kept)
        return self._go(f"/uitgaven/{standing.bundle.release_id}/{standing.bundle.versie}/duiding", "duiding")

    def withdraw_duiding(self, visit: Visit) -> Response:
        """Who wrote it takes it back."""
        standing = self.views.standing(visit)
        duiding.withdraw(self.desk.store, visit.account.name, _number(visit))
        return self._go(f"/uitgaven/{standing.bundle.release_id}/{standing.bundle.versie}/duiding", "duiding-weg")

    def read_duiding(self, visit: Visit) -> Response:
        """A second reader clears a duiding, or sends it back."""
        answer = visit.text("besluit")
        if answer not in ("ja", "nee"):
            raise UserError("Kies of deze duiding openbaar kan worden.")
        duiding.judge(
            self.desk.store, visit.account.name, _number(visit), ok=answer == "ja", reason=_long(visit, "reden")
        )
        return self._go("/nalezen", "nagelezen")

    def _recorded(
        self, visit: Visit, event: VoteWithdrawn | Commented | Postponed | TakenBack | Withdrawn, done: str
    ) -> Response:
        try:
            self.desk.store.record(self.views.standing(visit).name, event)
        except UserError as error:
            return self._again(visit, error)
        return self._release(visit, done)

    def _again(self, visit: Visit, error: UserError) -> Response:
        """The page of the release with what is wrong above it."""
        if isinstance(error, Denied):
            raise error
        return self.views.release(visit, 409, str(error))

    def _release(self, visit: Visit, done: str) -> Response:
        return self._go(f"/uitgaven/{visit.path['release_id']}/{visit.path['versie']}", done)

    @staticmethod
    def _go(path: str, done: str) -> Response:
        return RedirectResponse(f"{path}?gedaan={done}", 303)


def _party(visit: Visit) -> Party:
    party = PARTY_OF.get(visit.account.role)
    if party is None:
        raise Denied(403, "Alleen beoordelaars van CBS en VWS oordelen.")
    return party


def _number(visit: Visit) -> int:
    text = visit.text("nummer")
    if not text.isdecimal() or len(text) > 9:
        raise UserError("Deze duiding is er niet.")
    return int(text)


def _long(visit: Visit, name: str) -> str:
    text = visit.text(name)
    if len(text) > _LONGEST:
        raise UserError(f"Deze tekst is te lang: hoogstens {_LONGEST} tekens.")
    return text
