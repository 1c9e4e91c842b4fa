"""The state machine of a review, without a clock, a store or a page.

What belongs here: which event is allowed after which others, and what follows. What does not: who somebody is and may
do by role (`accounts.py`); the machine still refuses what would break the four eyes, whatever a caller says.

    concept -> ingediend -> een oordeel (blind) -> overleg | goedgekeurd -> embargo -> vrijgegeven -> openbaar
    side exits: teruggegeven (a new digest may be handed in), afgekeurd (final), ingetrokken; openbaar -> vervangen
"""

from dataclasses import replace
from typing import Literal, NoReturn

from pipelines.datacenter.review.events import (
    PARTIES,
    Commented,
    Event,
    Name,
    Party,
    Postponed,
    Published,
    Released,
    Review,
    Submitted,
    TakenBack,
    Voted,
    VoteWithdrawn,
    Withdrawn,
    World,
)
from pipelines.errors import UserError

State = Literal[
    "concept",
    "ingediend",
    "een_oordeel",
    "overleg",
    "afgekeurd",
    "goedgekeurd",
    "embargo",
    "vrijgegeven",
    "openbaar",
    "vervangen",
    "ingetrokken",
    "teruggegeven",
]


class Refused(UserError):
    """An event that is not allowed now. The message is Dutch: it is shown to who tried."""


def apply(world: World, name: Name, event: Event, at: str) -> World:
    """The world after an event at a time (ISO 8601, UTC, whole seconds). Raises Refused, changing nothing."""
    review = world.get(name, Review())
    if isinstance(event, Submitted):
        after = _submit(world, name, review, event, at)
    else:
        after = _later(world, name, review, event, at)
    return {**world, name: after}


def state_of(review: Review, now: str) -> State:
    """Where a review stands at a time; `vervangen` needs the others, see `replaced_by`."""
    if review.withdrawn:
        return "ingetrokken"
    if review.published_at:
        return "openbaar"
    if review.released:
        return "vrijgegeven"
    if review.taken_back:
        return "teruggegeven"
    if review.submission is None:
        return "concept"
    verdicts = [review.votes[party].verdict for party in PARTIES if party in review.votes]
    if len(verdicts) < len(PARTIES):
        return "overleg" if review.opened else "een_oordeel" if verdicts else "ingediend"
    if set(verdicts) == {"afkeuren"}:
        return "afgekeurd"
    if set(verdicts) != {"goedkeuren"}:
        return "overleg"
    return "goedgekeurd" if now >= review.public_from else "embargo"


def replaced_by(world: World, name: Name) -> Name | None:
    """The later published version of the same release, if there is one."""
    own = world[name].published_at
    later = [
        (order_of(other[1]), other)
        for other, review in world.items()
        if other[0] == name[0] and own and review.published_at and not review.withdrawn and other != name
    ]
    newest = max(later, default=None)
    return newest[1] if newest and newest[0] > order_of(name[1]) else None


def order_of(versie: str) -> tuple[int, ...]:
    """A version as numbers, for sorting: `1.10.0` comes after `1.9.0`."""
    return tuple(int(part) if part.isdigit() else 0 for part in versie.split("."))


def visible_votes(review: Review, viewer: str) -> dict[Party, Voted]:
    """The votes that somebody may see: all once both have been in, else only the own one."""
    return {party: vote for party, vote in review.votes.items() if review.opened or vote.by == viewer}


def makers_of(world: World, release_id: str) -> frozenset[str]:
    """Everybody who handed in a version of a release: they never judge any version of it."""
    return frozenset().union(*(review.makers for name, review in world.items() if name[0] == release_id))


def why_not_publishable(world: World, name: Name, digest: str, at: str) -> str:
    """Why a release may not become public at a time, in Dutch; empty when it may.

    Asks everything anew, not the state: this is the one door to openbaar.
    """
    review = world.get(name, Review())
    submission = review.submission
    if submission is None or review.taken_back or review.withdrawn:
        return "deze uitgave ligt niet ter beoordeling"
    if submission.proef:
        return "dit is een proef; een proef wordt nooit openbaar"
    if submission.digest != digest:
        return "de bestanden zijn niet meer die van de beoordeling (een ander controlegetal)"
    voters = set()
    for party in PARTIES:
        vote = review.votes.get(party)
        if vote is None or vote.verdict != "goedkeuren":
            return f"er is geen goedkeuring van {party}"
        if vote.digest != digest:
            return f"het oordeel van {party} gaat over andere bestanden"
        if vote.by in makers_of(world, name[0]):
            return f"het oordeel van {party} komt van een maker"
        voters.add(vote.by)
    if len(voters) < len(PARTIES):
        return "beide oordelen komen van dezelfde persoon"
    if at < review.public_from:
        return f"het embargo duurt tot {review.public_from}"
    return ""


def _submit(world: World, name: Name, review: Review, event: Submitted, at: str) -> Review:
    if event.proef:
        _refuse("Dit is een proef. Een proef wordt nooit openbaar en gaat niet naar de beoordelaars.")
    if review.released or state_of(review, at) == "afgekeurd":
        _refuse("Deze versie is al openbaar of definitief afgekeurd. Maak een nieuwe versie en dien die in.")
    if review.submission and not review.taken_back and review.submission.digest == event.digest:
        _refuse("Deze versie is al ingediend, met dezelfde bestanden.")
    voters = frozenset().union(*(other.voters for key, other in world.items() if key[0] == name[0]))
    if event.by in voters:
        _refuse("U heeft over deze uitgave geoordeeld. Laat een ander haar indienen.")
    _require(event.note, "Schrijf in één regel wat er nieuw is aan deze versie.")
    return Review(
        submission=event,
        submitted_at=at,
        public_from=event.public_from,
        makers=review.makers | {event.by},
        voters=review.voters,
    )


def _later(world: World, name: Name, review: Review, event: Event, at: str) -> Review:
    if review.submission is None:
        _refuse("Deze uitgave is niet ingediend.")
    if isinstance(event, Published):
        return _publish(review, event, at)
    if isinstance(event, Withdrawn):
        return _withdraw(review, event, at)
    if isinstance(event, Commented):
        return _comment(review, event, at)
    if review.released or review.taken_back or state_of(review, at) == "afgekeurd":
        _refuse("Aan deze uitgave verandert niets meer: zij is openbaar, teruggegeven of definitief afgekeurd.")
    match event:
        case Voted():
            return _vote(world, name, review, event, at)
        case VoteWithdrawn():
            return _unvote(review, event)
        case Postponed():
            return _postpone(review, event)
        case TakenBack():
            _require(event.reason, "Schrijf waarom u de uitgave terugneemt.")
            return replace(review, taken_back=event)
        case Released():
            return _release(world, name, review, event, at)
    raise AssertionError(type(event).__name__)


def _vote(world: World, name: Name, review: Review, event: Voted, at: str) -> Review:
    submission = review.submission
    if submission is None or event.digest != submission.digest:
        _refuse("De bestanden van deze uitgave zijn veranderd sinds u de pagina opende. Bekijk haar opnieuw.")
    if event.by in makers_of(world, name[0]):
        _refuse("Wie een versie van deze uitgave heeft ingediend, oordeelt er niet over.")
    if any(vote.by == event.by for party, vote in review.votes.items() if party != event.party):
        _refuse("U heeft al voor een andere partij geoordeeld.")
    own = review.votes.get(event.party)
    if own is not None and own.by != event.by:
        _refuse(f"{event.party} heeft al een oordeel gegeven. Wie dat gaf, kan het intrekken.")
    if own is not None and state_of(review, at) in ("goedgekeurd", "embargo"):
        _refuse("Beide partijen keurden goed. Trek eerst uw oordeel in, met een reden.")
    _require(event.reason, "Schrijf bij ieder oordeel een reden, ook als u goedkeurt.")
    if event.verdict == "goedkeuren":
        if submission.blocking:
            _refuse(f"Goedkeuren kan niet: punt {_listed(submission.blocking)} van de controlelijst blokkeert.")
        if unseen := sorted(set(submission.looks.get(event.party, ())) - set(event.seen)):
            _refuse(f"Zet eerst een vinkje bij elk punt dat u moet bekijken: nog {_listed(unseen)}.")
    votes = {**review.votes, event.party: event}
    return replace(
        review,
        votes=votes,
        voted_at={**review.voted_at, event.party: at},
        opened=review.opened or len(votes) == len(PARTIES),
        voters=review.voters | {event.by},
    )


def _unvote(review: Review, event: VoteWithdrawn) -> Review:
    own = review.votes.get(event.party)
    if own is None or own.by != event.by:
        _refuse("U kunt alleen uw eigen oordeel intrekken.")
    _require(event.reason, "Schrijf waarom u uw oordeel intrekt.")
    return replace(review, votes={party: vote for party, vote in review.votes.items() if party != event.party})


def _comment(review: Review, event: Commented, at: str) -> Review:
    if not review.opened:
        _refuse("Zolang niet beide oordelen binnen zijn, leest niemand mee. Daarna kunt u hier overleggen.")
    _require(event.text, "Schrijf eerst een tekst.")
    return replace(review, comments=(*review.comments, (at, event)))


def _postpone(review: Review, event: Postponed) -> Review:
    _require(event.reason, "Schrijf waarom het moment verandert.")
    if review.votes and event.public_from < review.public_from:
        _refuse("Er is al geoordeeld. Het moment van publiceren kan dan alleen later worden, niet eerder.")
    return replace(review, public_from=event.public_from)


def _release(world: World, name: Name, review: Review, event: Released, at: str) -> Review:
    if why := why_not_publishable(world, name, event.digest, at):
        _refuse(f"Publiceren kan niet: {why}.")
    return replace(review, released=event, released_at=at)


def _publish(review: Review, event: Published, at: str) -> Review:
    if review.released is None or review.released.digest != event.digest or review.published_at:
        _refuse("Publiceren kan niet: deze uitgave is niet vrijgegeven, of staat er al.")
    return replace(review, published_at=at)


def _withdraw(review: Review, event: Withdrawn, at: str) -> Review:
    if not review.released or review.withdrawn:
        _refuse("Alleen een uitgave die openbaar is of wordt, kan worden ingetrokken.")
    _require(event.reason, "Schrijf waarom de uitgave wordt ingetrokken. Deze tekst komt op de site.")
    return replace(review, withdrawn=event, withdrawn_at=at)


def _require(text: str, why: str) -> None:
    if not text.strip():
        _refuse(why)


def _refuse(why: str) -> NoReturn:
    raise Refused(why)


def _listed(points: "tuple[int, ...] | list[int]") -> str:
    return ", ".join(map(str, points))
