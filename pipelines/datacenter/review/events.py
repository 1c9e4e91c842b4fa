"""What can happen to a release under review, as frozen values, and what a review is after some of that.

What belongs here: events and the review they add up to. What does not: which event is allowed when (`state.py`), storing
them (`store.py`). Times are ISO 8601 in UTC; verdicts, kinds and reasons are Dutch, since partners read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Party = Literal["CBS", "VWS"]
PARTIES: tuple[Party, ...] = ("CBS", "VWS")
Verdict = Literal["goedkeuren", "vraag", "afkeuren"]
VERDICTS: tuple[Verdict, ...] = ("goedkeuren", "vraag", "afkeuren")
Kind = Literal["nieuw", "correctie", "revisie"]
KINDS: tuple[Kind, ...] = ("nieuw", "correctie", "revisie")
Name = tuple[str, str]
"""A release under review: its id and its version."""


@dataclass(frozen=True)
class Submitted:
    """A maker hands in a frozen bundle. `blocking` and `looks` are numbers of the checklist: points that failed, and
    points that a person has to look at, per party; both were fixed by the checks at this moment."""

    by: str
    digest: str
    public_from: str
    kind: Kind
    note: str
    proef: bool
    synthetic: bool
    blocking: tuple[int, ...] = ()
    looks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Voted:
    """A reviewer judges for a party, on one digest, having looked at these points of the checklist."""

    by: str
    party: Party
    digest: str
    verdict: Verdict
    reason: str
    seen: tuple[int, ...] = ()


@dataclass(frozen=True)
class VoteWithdrawn:
    """A reviewer takes the own vote back."""

    by: str
    party: Party
    reason: str


@dataclass(frozen=True)
class Commented:
    """A question or answer, once both votes are in."""

    by: str
    text: str


@dataclass(frozen=True)
class Postponed:
    """A maker moves the moment of publication; never to an earlier one once somebody voted."""

    by: str
    public_from: str
    reason: str


@dataclass(frozen=True)
class TakenBack:
    """A maker takes the release out of review; what was spent stays spent."""

    by: str
    reason: str


@dataclass(frozen=True)
class Released:
    """The publishing job begins: from here on no vote moves. Carries the digest of the files that it found."""

    by: str
    digest: str


@dataclass(frozen=True)
class Published:
    """The public site holds the release."""

    by: str
    digest: str


@dataclass(frozen=True)
class Withdrawn:
    """A reviewer withdraws a release that was published: its files stay, marked. One that was released and that no site
    showed yet goes away again."""

    by: str
    party: Party
    reason: str


Event = Submitted | Voted | VoteWithdrawn | Commented | Postponed | TakenBack | Released | Published | Withdrawn


@dataclass(frozen=True)
class Review:
    """What happened to one release so far. `opened`: both votes on this digest have been in at the same time, so what
    was blind is blind no longer. `makers`: everybody who ever handed it in."""

    submission: Submitted | None = None
    submitted_at: str = ""
    public_from: str = ""
    votes: Mapping[Party, Voted] = field(default_factory=dict)
    voted_at: Mapping[Party, str] = field(default_factory=dict)
    opened: bool = False
    comments: tuple[tuple[str, Commented], ...] = ()
    makers: frozenset[str] = frozenset()
    voters: frozenset[str] = frozenset()
    taken_back: TakenBack | None = None
    released: Released | None = None
    released_at: str = ""
    published_at: str = ""
    withdrawn: Withdrawn | None = None
    withdrawn_at: str = ""


World = Mapping[Name, Review]
"""All reviews. A release that nobody handed in is not in it."""
