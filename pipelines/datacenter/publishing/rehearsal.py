"""The rehearsal: the newest bundle through the whole path, with the accounts of the demonstration.

What belongs here: what those invented people do. What does not: real reviews; this refuses any other database.
"""

from collections.abc import Iterator

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.checklist import blocking
from pipelines.datacenter.review.demonstration import ACCOUNTS
from pipelines.datacenter.review.desk import Desk, Standing
from pipelines.datacenter.review.events import PARTIES, Voted
from pipelines.errors import CheckFailed, RoomError, UserError
from pipelines.facts.gemeenten import NEDERLAND

_REASON = "Demonstratie met synthetische gegevens: niemand heeft dit echt beoordeeld."
_REVIEWER = {"CBS": "cbs", "VWS": "vws"}


def rehearse(desk: Desk) -> Iterator[str]:
    """Hand in, judge twice, add and read one duiding; says each step. Stops at a checklist that blocks (CheckFailed)."""
    if not desk.store.demonstration:
        raise RoomError("the rehearsal runs in the database of the demonstration only.")
    fit = [one for one in desk.standings() if one.bundle.facts.get("proef") is False]
    if not fit:
        raise UserError("there is no bundle to rehearse with: `make run` (or `blindevlek run --synthetic`) makes one.")
    one = fit[0]
    named = f"{one.bundle.release_id} {one.bundle.versie}"
    if one.state == "concept":
        points = desk.submit("maker", *one.name, "nieuw", _REASON, desk.store.now())
        yield f"{named}: handed in by the maker; the checklist has {len(points)} points"
        if stops := blocking(points):
            raise CheckFailed(
                f"{named}: points {', '.join(map(str, stops))} of the checklist block. `review serve` shows why."
            )
        _say_something(desk, one)
        yield f"{named}: one duiding, cleared by the second reader"
    one = desk.standing(*one.name)
    submission = one.review.submission
    for party in PARTIES:
        if submission and one.state in ("ingediend", "een_oordeel", "overleg") and party not in one.review.votes:
            seen = tuple(submission.looks.get(party, ()))
            event = Voted(_REVIEWER[party], party, one.bundle.digest, "goedkeuren", _REASON, seen)
            desk.store.record(one.name, event)
            yield f"{named}: approved by the demonstration account of {party}"


def _say_something(desk: Desk, one: Standing) -> None:
    from pipelines.datacenter.review.views import Views

    _, person, organisation, _ = next(account for account in ACCOUNTS if account[0] == "duider")
    said = duiding.Duiding(
        release_id=one.bundle.release_id,
        trekking=int(one.bundle.versie.split(".")[0]),
        persona=Views.personas_of(one)[0],
        regio=NEDERLAND,
        jaar=int(str(one.bundle.facts["peiljaar"])),
        herkenning="herkenbaar",
        soort="let_op",
        knelpunt="samenwerking",
        mechanismen=(),
        leerorde="2",
        tekst="Voorbeeldtekst bij synthetische cijfers: zo ziet duiding van een professional eruit.",
        bron="ervaring",
        naam=person,
        functie="voorbeeldfunctie",
        organisatie=organisation,
    )
    number = duiding.add(desk.store, "duider", "/".join(one.name), said)
    duiding.judge(desk.store, "lezer", number, ok=True, reason="")
