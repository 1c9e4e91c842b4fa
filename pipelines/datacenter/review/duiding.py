"""Duiding: what professionals say of a figure, as structured records that keep disagreement visible.

What belongs here: the record, what it may hold, what counts as published, and the export. What does not: storing
(`store.py`), pages. Free text is not protected by noise: a second reader clears each record before anybody outside reads it.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from pipelines.datacenter import duiding_words
from pipelines.datacenter.review.chain import Line
from pipelines.datacenter.review.store import Store
from pipelines.errors import UserError

HERKENNING = {
    "herkenbaar": "herkenbaar",
    "lager": "lager dan ik verwachtte",
    "hoger": "hoger dan ik verwachtte",
    "weet_niet": "weet ik niet",
}
KNELPUNT = {"": "geen of weet ik niet", **duiding_words.KNELPUNT}
LEERORDE = {"": "weet ik niet", **duiding_words.LEERORDE}
CHOICES: dict[str, Mapping[str, str]] = {
    "herkenning": HERKENNING,
    "soort": duiding_words.SOORT,
    "knelpunt": KNELPUNT,
    "leerorde": LEERORDE,
    "bron": duiding_words.BRON,
}
LONGEST = 600

_REGION = re.compile(r"NL01|GM\d{4}")
_A_PERSON = re.compile(r"\d[\d .-]{7,}\d|[^\s@]+@[^\s@]+\.\w+")
_FORMULA = re.compile(r"^[\s]*[=+\-@|%\t\r\n]")
_ADDED, _READ, _WITHDRAWN = "duiding_added", "duiding_read", "duiding_withdrawn"


@dataclass(frozen=True)
class Duiding:
    """What somebody says of one figure: a persona in a region of a release (all versions of one draw share it)."""

    release_id: str
    trekking: int
    persona: str
    regio: str
    jaar: int
    herkenning: str
    soort: str
    knelpunt: str
    mechanismen: tuple[str, ...]
    leerorde: str
    tekst: str
    bron: str
    naam: str
    functie: str
    organisatie: str
    reactie_op: int | None = None


@dataclass(frozen=True)
class Kept:
    """A duiding as it is kept: its number, when and by which account, and how it stands. `ok`: None until a second reader
    looked."""

    id: int
    at: str
    account: str
    duiding: Duiding
    ok: bool | None
    reader: str
    reason: str
    withdrawn: bool

    @property
    def public(self) -> bool:
        return self.ok is True and not self.withdrawn

    @property
    def waits(self) -> bool:
        return self.ok is None and not self.withdrawn


def faults(
    form: Mapping[str, str], mechanismen: Iterable[str], known_personas: Iterable[str], known_mechanisms: Iterable[str]
) -> dict[str, str]:
    """Field -> what is wrong with it, in Dutch; empty when the form can be kept."""
    wrong = {
        name: "Kies één van de mogelijkheden." for name, allowed in CHOICES.items() if form.get(name, "") not in allowed
    }
    if form.get("persona", "") not in set(known_personas):
        wrong["persona"] = "Deze persona staat niet in de uitgave."
    if not _REGION.fullmatch(form.get("regio", "")):
        wrong["regio"] = "Kies een gemeente uit de lijst, of heel Nederland."
    if set(mechanismen) - set(known_mechanisms):
        wrong["mechanismen"] = "Kies alleen mechanismen uit de lijst."
    text = form.get("tekst", "")
    if len(text) > LONGEST:
        wrong["tekst"] = f"Hoogstens {LONGEST} tekens; het zijn er nu {len(text)}."
    elif _A_PERSON.search(text):
        wrong["tekst"] = (
            "In de tekst staat iets dat op een telefoonnummer, burgerservicenummer of e-mailadres lijkt. Schrijf over de "
            "situatie, niet over één mens."
        )
    elif form.get("soort") == "tegenspraak" and not text.strip():
        wrong["tekst"] = "Leg in een paar woorden uit waarom u het oneens bent."
    if not 2 <= len(form.get("functie", "").strip()) <= 80 or not form.get("functie", "").isprintable():
        wrong["functie"] = "Schrijf uw functie, bijvoorbeeld: consulent schuldhulp."
    return wrong


def add(store: Store, account: str, subject: str, duiding: Duiding) -> int:
    """Keep a duiding; returns its number. Raises UserError when it answers something that is not there."""
    if duiding.reactie_op is not None and duiding.reactie_op not in {kept.id for kept in all_kept(store)}:
        raise UserError("De duiding waarop u reageert, is er niet.")
    return store.add_duiding(account, subject, asdict(duiding))


def judge(store: Store, reader: str, number: int, *, ok: bool, reason: str) -> None:
    """A second reader clears a duiding or sends it back. Raises UserError for an own one, or without a reason."""
    kept = _waiting(store, number)
    if kept.account == reader:
        raise UserError("U schreef deze duiding zelf. Een ander leest haar na.")
    if not ok and not reason.strip():
        raise UserError("Schrijf waarom de duiding niet openbaar kan worden.")
    store.note(reader, _READ, _subject(kept), {"id": number, "ok": ok, "reason": reason})


def withdraw(store: Store, account: str, number: int) -> None:
    """Who wrote a duiding takes it back; the line in the audit stays. Raises UserError for somebody else's."""
    kept = {one.id: one for one in all_kept(store)}.get(number)
    if kept is None or kept.account != account or kept.withdrawn:
        raise UserError("U kunt alleen uw eigen duiding intrekken.")
    store.note(account, _WITHDRAWN, _subject(kept), {"id": number})


def all_kept(store: Store, keep: Callable[[Duiding], bool] = lambda _duiding: True) -> list[Kept]:
    """Every duiding that is asked for, oldest first, with how it stands."""
    judged: dict[int, Line] = {}
    gone: set[int] = set()
    for line in store.lines(_READ, _WITHDRAWN):
        number = int(str(line.facts()["id"]))
        if line.kind == _READ:
            judged[number] = line
        else:
            gone.add(number)
    found = []
    for number, at, account, content in store.duidingen():
        record = json.loads(content)
        duiding = Duiding(**(record | {"mechanismen": tuple(record["mechanismen"])}))
        judgement = judged.get(number)
        facts = judgement.facts() if judgement else {}
        ok = bool(facts["ok"]) if facts else None
        reader, reason = (judgement.actor if judgement else ""), str(facts.get("reason", ""))
        if keep(duiding):
            found.append(Kept(number, at, account, duiding, ok, reader, reason, number in gone))
    return found


def of_release(store: Store, release_id: str, versie: str) -> list[Kept]:
    """The duiding of a release: that of every version of the same draw."""
    draw = int(versie.split(".")[0])
    return all_kept(store, lambda d: d.release_id == release_id and d.trekking == draw)


def by_figure(kept: Iterable[Kept]) -> dict[tuple[str, str], dict[str, list[Kept]]]:
    """(persona, region) -> recognition -> what was said, so that those who differ stand side by side."""
    found: dict[tuple[str, str], dict[str, list[Kept]]] = {}
    for one in kept:
        columns = found.setdefault((one.duiding.persona, one.duiding.regio), {name: [] for name in HERKENNING})
        columns[one.duiding.herkenning].append(one)
    return dict(sorted(found.items()))


def public_record(release_id: str, versie: str, kept: Iterable[Kept]) -> dict[str, object]:
    """What `duiding.json` holds: cleared records only, per figure, after how many recognise it."""
    shown = by_figure(one for one in kept if one.public)
    return {
        "format": 1,
        "release_id": release_id,
        "versie": versie,
        "figures": [
            {
                "persona": persona,
                "regio": regio,
                "herkenning": Counter({name: len(said) for name, said in columns.items()}),
                "duidingen": [_row(one) for said in columns.values() for one in said],
            }
            for (persona, regio), columns in shown.items()
        ],
    }


def as_json(kept: Iterable[Kept]) -> str:
    """Every record with how it stands, as JSON."""
    return json.dumps([_row(one) | _standing(one) for one in kept], ensure_ascii=False, indent=1) + "\n"


def as_csv(kept: Iterable[Kept]) -> str:
    """The same as CSV for a Dutch Excel; what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows = [_row(one) | _standing(one) for one in kept]
    names = ["id", *Duiding.__dataclass_fields__, "datum", "stand"]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_defused(row[name]) for name in names])
    return "\ufeff" + text.getvalue()


def _row(one: Kept) -> dict[str, object]:
    return {"id": one.id, **asdict(one.duiding), "datum": one.at[:10]}


def _standing(one: Kept) -> dict[str, object]:
    stand = (
        "ingetrokken" if one.withdrawn else {None: "niet nagelezen", True: "nagelezen", False: "teruggegeven"}[one.ok]
    )
    return {"stand": stand}


def _defused(value: object) -> str:
    text = " ".join(value) if isinstance(value, tuple | list) else "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _waiting(store: Store, number: int) -> Kept:
    found = {one.id: one for one in all_kept(store)}.get(number)
    if found is None or not found.waits:
        raise UserError("Deze duiding wacht niet op een tweede lezer.")
    return found


def _subject(kept: Kept) -> str:
    return f"{kept.duiding.release_id}/{kept.duiding.trekking}"
