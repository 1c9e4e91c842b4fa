"""From templates to pages, with what every page of the review shows.

What belongs here: the environment of the templates, the words of states and kinds, the style sheet. What does not: what a
single page is about (`views.py`).
"""

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from starlette.responses import HTMLResponse, Response

from pipelines.datacenter.moments import in_words
from pipelines.datacenter.review.accounts import ROLES
from pipelines.datacenter.review.checklist import OUTCOMES
from pipelines.datacenter.review.demonstration import Demonstration
from pipelines.datacenter.review.events import Verdict
from pipelines.datacenter.review.people import Account
from pipelines.datacenter.review.state import State

_HERE = "pipelines.datacenter.review"
_TEMPLATES = (
    "base.html",
    "sign_in.html",
    "overview.html",
    "release.html",
    "judging.html",
    "making.html",
    "duiding.html",
    "add_duiding.html",
    "read_duiding.html",
    "log.html",
    "message.html",
    "signed_in.html",
)

STATES: dict[State, str] = {
    "concept": "nog niet ingediend",
    "ingediend": "wacht op twee oordelen",
    "een_oordeel": "één oordeel ontvangen",
    "overleg": "in overleg",
    "afgekeurd": "afgekeurd",
    "goedgekeurd": "goedgekeurd",
    "embargo": "goedgekeurd, onder embargo",
    "vrijgegeven": "wordt gepubliceerd",
    "openbaar": "openbaar",
    "vervangen": "openbaar, vervangen door een latere versie",
    "ingetrokken": "ingetrokken",
    "teruggegeven": "teruggenomen door de maker",
}
VERDICTS: dict[Verdict, str] = {
    "goedkeuren": "Ja, goedkeuren",
    "vraag": "Eerst een vraag aan de maker",
    "afkeuren": "Nee, afkeuren",
}
KINDS = {
    "nieuw": "nieuwe cijfers",
    "correctie": "correctie: er stond een fout in",
    "revisie": "revisie: de methode is verbeterd",
}
LINES = {
    "begun": "logboek begonnen",
    "Submitted": "ingediend",
    "checklist": "controlelijst gevuld",
    "Voted": "oordeel gegeven",
    "VoteWithdrawn": "oordeel ingetrokken",
    "Commented": "overlegd",
    "Postponed": "moment van publiceren veranderd",
    "TakenBack": "teruggenomen",
    "Released": "vrijgegeven voor publicatie",
    "Published": "gepubliceerd",
    "Withdrawn": "ingetrokken na publicatie",
    "viewed": "bekeken",
    "fetched": "bestand opgehaald",
    "figure_viewed": "cijfer bekeken voor duiding",
    "duiding_added": "duiding toegevoegd",
    "duiding_read": "duiding nagelezen",
    "duiding_withdrawn": "duiding ingetrokken",
    "exported": "duiding opgehaald",
    "account_added": "account gemaakt",
    "account_password": "wachtwoord veranderd",
    "account_closed": "account gesloten",
    "signed_in": "aangemeld",
    "sign_in_failed": "aanmelden mislukt",
}
"""Kind of a line of the audit -> what pages call it."""

OURSELVES = {
    "system": "deze omgeving",
    "publishing": "de publicatietaak",
    "command line": "de beheerder, op de opdrachtregel",
    "demonstration": "de demonstratie",
}
"""Who did what nobody did while signed in -> what pages call it."""


class Pages:
    """Renders pages; `demonstration` is shown on every one of them, `single_sign_on` (an address) where one signs in."""

    def __init__(self, demonstration: Demonstration | None, *, synthetic: bool, single_sign_on: str = "") -> None:
        self._demonstration, self._synthetic, self._single_sign_on = demonstration, synthetic, single_sign_on

    @property
    def is_demonstration(self) -> bool:
        return self._demonstration is not None

    def show(
        self, template: str, account: Account | None = None, csrf: str = "", status: int = 200, **values: object
    ) -> Response:
        """A page of a template, for who is signed in (or nobody)."""
        shared: dict[str, object] = {
            "account": account,
            "csrf": csrf,
            "role": ROLES.get(account.role, "") if account else "",
            "demonstration": self._demonstration,
            "synthetic": self._synthetic,
            "done": "",
            "single_sign_on": self._single_sign_on,
        }
        return HTMLResponse(_environment().get_template(template).render(shared | values), status)

    def denied(self, status: int, message: str, account: Account | None = None, csrf: str = "") -> Response:
        """A page that says what is wrong and how to go on."""
        return self.show("message.html", account, csrf, status, message=message)


@cache
def style() -> str:
    """The one style sheet."""
    return _resource("review.css")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({name: _resource(f"templates/{name}") for name in _TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = in_words
    environment.globals |= {
        "STATES": STATES,
        "VERDICTS": VERDICTS,
        "KINDS": KINDS,
        "OUTCOMES": OUTCOMES,
        "LINES": LINES,
        "OURSELVES": OURSELVES,
        "ROLES": ROLES,
    }
    return environment


def _resource(name: str) -> str:
    return (files(_HERE) / name).read_text(encoding="utf-8")
