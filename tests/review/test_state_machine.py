"""The state machine of a review: whatever is tried in whatever order, nothing becomes public without four eyes."""

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.datacenter.review.events import (
    PARTIES,
    Commented,
    Event,
    Name,
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
from pipelines.datacenter.review.state import (
    Refused,
    apply,
    makers_of,
    order_of,
    replaced_by,
    state_of,
    visible_votes,
    why_not_publishable,
)

NAME: Name = ("2023-voorlopig", "1.0.0")
NEXT: Name = ("2023-voorlopig", "1.1.0")
DIGESTS, PEOPLE = ("aa", "bb"), ("ada", "bas", "cor", "dot")
TIMES = tuple(f"2026-03-0{day}T00:00:00+00:00" for day in range(1, 6))


def submitted(by: str = "ada", digest: str = "aa", **changes: object) -> Submitted:
    given: dict[str, object] = {"by": by, "digest": digest, "public_from": TIMES[1], "kind": "nieuw", "note": "nieuw"}
    return Submitted(**(given | {"proef": False, "synthetic": True} | changes))  # type: ignore[arg-type]


def voted(by: str, party: Literal["CBS", "VWS"], verdict: str = "goedkeuren", digest: str = "aa") -> Voted:
    return Voted(by, party, digest, verdict, "reden")  # type: ignore[arg-type]


def after(*happened: Event, at: str = TIMES[0], name: Name = NAME, world: World | None = None) -> World:
    found: World = dict(world or {})
    for event in happened:
        found = apply(found, name, event, at)
    return found


APPROVED = (submitted(), voted("bas", "CBS"), voted("cor", "VWS"))
RELEASED, PUBLIC = Released("publishing", "aa"), Published("publishing", "aa")
POOL: tuple[Event, ...] = (
    *APPROVED,
    RELEASED,
    PUBLIC,
    *(submitted(by, digest) for by in PEOPLE for digest in DIGESTS),
    submitted(proef=True),
    submitted(blocking=(7,)),
    submitted(looks={"CBS": (4, 6), "VWS": (6,)}),
    *(voted(by, party, digest=digest) for by in PEOPLE for party in PARTIES for digest in DIGESTS),
    *(voted(by, party, verdict) for by in PEOPLE for party in PARTIES for verdict in ("vraag", "afkeuren")),
    Voted("bas", "CBS", "aa", "goedkeuren", "reden", (4, 6)),
    Voted("cor", "VWS", "aa", "goedkeuren", "", (6,)),
    *(VoteWithdrawn(by, party, "reden") for by in ("bas", "cor") for party in PARTIES),
    Commented("ada", "tekst"),
    *(Postponed(by, time, "reden") for by in ("ada", "dot") for time in TIMES[::2]),
    TakenBack("ada", "reden"),
    Released("publishing", "bb"),
    Published("publishing", "bb"),
    Withdrawn("bas", "CBS", "reden"),
)
steps = st.tuples(st.sampled_from((NAME, NAME, NEXT)), st.sampled_from(POOL), st.sampled_from(TIMES))
begun = st.integers(0, len(APPROVED)).map(lambda n: [(NAME, event, TIMES[0]) for event in APPROVED[:n]])
tried = st.tuples(begun, st.lists(steps, max_size=12)).map(lambda both: both[0] + both[1])


@settings(max_examples=300, deadline=None)
@given(tried)
def test_nothing_is_released_without_two_parties_on_the_same_files(attempts: list[tuple[Name, Event, str]]) -> None:
    """The property is stated over what was accepted, in words of its own, not over the state of the machine."""
    world: World = {}
    votes: dict[tuple[Name, str], Voted] = {}
    makers: set[str] = set()
    current: dict[Name, Submitted] = {}
    released: dict[Name, str] = {}
    for name, event, at in attempts:
        try:
            world = apply(world, name, event, at)
        except Refused:
            continue
        if isinstance(event, Submitted):
            makers.add(event.by)
            current[name] = event
            votes = {key: vote for key, vote in votes.items() if key[0] != name}
        elif isinstance(event, Voted):
            votes[name, event.party] = event
        elif isinstance(event, VoteWithdrawn):
            del votes[name, event.party]
        elif isinstance(event, Postponed):
            current[name] = submitted(
                event.by, current[name].digest, public_from=event.public_from, proef=current[name].proef
            )
        elif isinstance(event, Released):
            cbs, vws = votes[name, "CBS"], votes[name, "VWS"]
            assert cbs.verdict == vws.verdict == "goedkeuren"
            assert cbs.digest == vws.digest == event.digest == current[name].digest
            assert cbs.by != vws.by
            assert not {cbs.by, vws.by} & makers
            assert not current[name].proef
            assert at >= current[name].public_from
            released[name] = event.digest
        elif isinstance(event, Published):
            assert released[name] == event.digest
        elif isinstance(event, Withdrawn):
            assert released[name]


@settings(max_examples=100, deadline=None)
@given(tried)
def test_what_was_released_never_changes_its_votes(attempts: list[tuple[Name, Event, str]]) -> None:
    world: World = {}
    for name, event, at in attempts:
        before = world.get(name, Review())
        try:
            world = apply(world, name, event, at)
        except Refused:
            continue
        if before.released:
            assert world[name].votes == before.votes
            assert world[name].submission == before.submission


@settings(max_examples=100, deadline=None)
@given(tried, st.sampled_from(PEOPLE))
def test_nobody_sees_the_vote_of_another_before_both_are_in(
    attempts: list[tuple[Name, Event, str]], viewer: str
) -> None:
    world: World = {}
    for name, event, at in attempts:
        try:
            world = apply(world, name, event, at)
        except Refused:
            continue
        review = world[name]
        if not review.opened:
            assert len(review.votes) < 2
            assert all(vote.by == viewer for vote in visible_votes(review, viewer).values())


def test_the_properties_also_meet_releases() -> None:
    """The steps that lead to openbaar are among those that are tried."""
    world = after(*APPROVED, world={})
    world = after(RELEASED, PUBLIC, at=TIMES[1], world=world)

    assert world[NAME].published_at
    assert all(event in POOL for event in (*APPROVED, RELEASED, PUBLIC))


def test_the_whole_path() -> None:
    words = []
    world: World = {}
    for event, at in (
        (submitted(), TIMES[0]),
        (voted("bas", "CBS"), TIMES[0]),
        (voted("cor", "VWS"), TIMES[0]),
        (Released("publishing", "aa"), TIMES[1]),
        (Published("publishing", "aa"), TIMES[1]),
        (Withdrawn("bas", "CBS", "fout in de bron"), TIMES[2]),
    ):
        world = apply(world, NAME, event, at)
        words.append(state_of(world[NAME], at))

    assert words == ["ingediend", "een_oordeel", "embargo", "vrijgegeven", "openbaar", "ingetrokken"]
    assert state_of(after(*APPROVED)[NAME], TIMES[1]) == "goedgekeurd"


@pytest.mark.parametrize(
    ("happened", "event", "words"),
    [
        ((), voted("bas", "CBS"), "niet ingediend"),
        ((), submitted(proef=True), "Een proef wordt nooit openbaar"),
        ((), submitted(note="  "), "wat er nieuw is"),
        ((submitted(),), submitted("dot"), "al ingediend"),
        ((submitted(),), voted("ada", "CBS"), "oordeelt er niet over"),
        ((submitted(),), voted("bas", "CBS", digest="bb"), "zijn veranderd"),
        ((submitted(), voted("bas", "CBS")), voted("bas", "VWS"), "voor een andere partij"),
        ((submitted(), voted("bas", "CBS")), voted("dot", "CBS"), "heeft al een oordeel gegeven"),
        ((submitted(), voted("bas", "CBS")), submitted("bas", "bb"), "U heeft over deze uitgave geoordeeld"),
        ((submitted(),), Voted("bas", "CBS", "aa", "goedkeuren", " "), "bij ieder oordeel een reden"),
        ((submitted(blocking=(7,)),), voted("bas", "CBS"), "punt 7 van de controlelijst blokkeert"),
        ((submitted(looks={"CBS": (4, 6)}),), voted("bas", "CBS"), "nog 4, 6"),
        ((submitted(),), Commented("ada", "hoe zit het?"), "Zolang niet beide oordelen binnen zijn"),
        ((submitted(), voted("bas", "CBS")), Postponed("ada", TIMES[0], "eerder"), "alleen later"),
        (APPROVED, voted("bas", "CBS", "afkeuren"), "Trek eerst uw oordeel in"),
        (APPROVED, VoteWithdrawn("cor", "CBS", "toch niet"), "alleen uw eigen oordeel"),
        (APPROVED, Released("publishing", "aa"), "embargo duurt tot"),
        (APPROVED, Published("publishing", "aa"), "niet vrijgegeven"),
        ((*APPROVED, TakenBack("ada", "fout")), Released("publishing", "aa"), "verandert niets meer"),
        (APPROVED, Withdrawn("bas", "CBS", "fout"), "die openbaar is of wordt"),
    ],
)
def test_what_may_not_be_is_refused_in_dutch_words(happened: tuple[Event, ...], event: Event, words: str) -> None:
    world = after(*happened)

    with pytest.raises(Refused, match=words):
        apply(world, NAME, event, TIMES[0])


def test_other_files_make_every_vote_void() -> None:
    world = after(*APPROVED, submitted("dot", "bb"))

    assert world[NAME].votes == {}
    assert not world[NAME].opened
    assert "geen goedkeuring van CBS" in why_not_publishable(world, NAME, "bb", TIMES[4])


def test_who_made_one_version_judges_no_version() -> None:
    world = after(submitted("ada"), world=after(submitted("dot"), name=NEXT))

    assert makers_of(world, NAME[0]) == {"ada", "dot"}
    with pytest.raises(Refused, match="oordeelt er niet over"):
        apply(world, NAME, voted("dot", "VWS"), TIMES[0])


def test_after_both_votes_people_talk_and_may_change_their_mind() -> None:
    world = after(submitted(), voted("bas", "CBS", "vraag"), voted("cor", "VWS"))
    assert state_of(world[NAME], TIMES[0]) == "overleg"

    world = after(Commented("ada", "uitgelegd"), voted("bas", "CBS"), world=world)

    assert state_of(world[NAME], TIMES[1]) == "goedgekeurd"


def test_two_who_reject_end_it() -> None:
    world = after(submitted(), voted("bas", "CBS", "afkeuren"), voted("cor", "VWS", "afkeuren"))

    assert state_of(world[NAME], TIMES[4]) == "afgekeurd"
    with pytest.raises(Refused, match="Maak een nieuwe versie"):
        apply(world, NAME, submitted("dot", "bb"), TIMES[4])


def test_a_later_version_replaces_an_earlier_one() -> None:
    world = after(*APPROVED, name=NAME)
    world = after(Released("publishing", "aa"), Published("publishing", "aa"), at=TIMES[1], world=world)
    newer = after(*APPROVED, name=NEXT, world=world)
    newer = after(Released("publishing", "aa"), Published("publishing", "aa"), at=TIMES[1], name=NEXT, world=newer)

    assert replaced_by(world, NAME) is None
    assert replaced_by(newer, NAME) == NEXT
    assert replaced_by(newer, NEXT) is None
    assert order_of("1.10.0") > order_of("1.9.0")
