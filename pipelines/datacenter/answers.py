"""What the forms of the public site answer: a difference, a sum, two years, as tables in Dutch.

What belongs here: reading which gemeenten, personas and years are meant, and wording what was reckoned. What does not:
reckoning (`pipelines/release`), the fields and pages (`forms.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from re import split
from typing import Any

from pipelines.datacenter import words
from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.shell import Site
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten
from pipelines.release.compare import ALPHA, Compared, compare
from pipelines.release.contrasts import difference_of_sets
from pipelines.release.sums import sum_of_gemeenten

_NOISE_ONLY = "De ruismarge gaat alleen over de ruis, niet over fouten in registraties."
_NO = "niet uit te rekenen"


class Refused(Exception):
    """A question that cannot be answered; the message is Dutch, for the visitor."""


@dataclass(frozen=True)
class Found:
    """An answer as a table; every cell is text."""

    title: str
    lead: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def answer(site: Site, asked: Mapping[str, str]) -> Found:
    """What was asked as a table. Raises Refused with why it cannot be said."""
    answers = {"verschil": _difference, "som": _sum, "jaren": _years}
    if asked.get("wat", "") not in answers:
        raise Refused("Kies een van de formulieren hieronder.")
    try:
        return answers[asked["wat"]](site, asked)
    except UserError:
        # Its text is for who works with the files, in English; what can go wrong with names was said before this.
        raise Refused(
            "Met deze keuze is er niets uit te rekenen: geen van de situaties is in al deze gemeenten gemeten, of de jaren zijn "
            "niet te vergelijken. Kies andere gemeenten, een andere situatie of een ander jaar."
        ) from None


def _difference(site: Site, asked: Mapping[str, str]) -> Found:
    edition, chosen = _edition(site, asked.get("jaar", "")), _persona(site, asked)
    first, second = (_gemeenten(edition, asked.get(name, "")) for name in ("eerste", "tweede"))
    if set(first) == set(second):
        raise Refused("U noemde twee keer dezelfde gemeenten. Noem bij Eerste en Tweede iets anders.")
    table = difference_of_sets(edition.release, list(first), list(second), chosen)
    return Found(
        f"{_called([*first.values()])} naast {_called([*second.values()])}",
        "Mist de voorziening, per 1.000 inwoners. “Verschil” is de eerste min de tweede.",
        f"Verschil per 1.000 inwoners, peiljaar {edition.jaar}",
        ("Situatie", "Eerste", "Tweede", "Verschil", "Ruismarge van het verschil", "Meer dan ruis?"),
        tuple(_difference_row(edition, row) for row in table.to_dicts()),
        (
            "De marge telt mee dat cijfers van één uitgave een deel van hun ruis delen. “Ja” staat er alleen als het verschil meer "
            f"dan ruis is, ook als u naar alle regels tegelijk kijkt: de kans dat één “ja” toeval is, is hoogstens {words.percent(100 * ALPHA)}.",
            _NOISE_ONLY,
        ),
    )


def _difference_row(edition: Edition, row: Mapping[str, Any]) -> tuple[str, ...]:
    name = edition.personas[row["persona"]].name
    if row["verschil"] is None:
        return name, _NO, _NO, "", "", _why(edition, row)
    digits = words.rate_digits(max(abs(row["eerste_per_1000"]), abs(row["tweede_per_1000"]), 0.0))
    change, margin = row["verschil_per_1000"], row["marge95_per_1000"]
    return (
        name,
        words.decimal(max(0.0, row["eerste_per_1000"]), digits),
        words.decimal(max(0.0, row["tweede_per_1000"]), digits),
        _signed(change, digits),
        f"{_signed(change - margin, digits)} tot {_signed(change + margin, digits)}",
        {"ja": "ja", "nee": "nee, kan ruis zijn"}[row["verschilt"]],
    )


def _sum(site: Site, asked: Mapping[str, str]) -> Found:
    edition, chosen = _edition(site, asked.get("jaar", "")), _persona(site, asked)
    codes = _gemeenten(edition, asked.get("gemeenten", ""))
    table = sum_of_gemeenten(edition.release, list(codes), chosen, ["missing"])
    return Found(
        f"Samen: {_called([*codes.values()])}",
        f"Mist de voorziening, {len(codes)} gemeenten bij elkaar.",
        f"Som van gemeenten, peiljaar {edition.jaar}",
        ("Situatie", "Schatting", "Ruismarge", "Kwaliteit"),
        tuple(_sum_row(edition, row) for row in table.to_dicts()),
        (
            "De ruismarge van deze som is precies uitgerekend. Zij is kleiner dan de marges bij elkaar opgeteld.",
            _NOISE_ONLY,
        ),
    )


def _sum_row(edition: Edition, row: Mapping[str, Any]) -> tuple[str, ...]:
    name = edition.personas[row["persona"]].name
    if row["schatting"] is None:
        return name, _NO, "", _why(edition, row)
    letter = str(row["kwaliteit"])
    told, margin = words.about(row["schatting"], row["onder95"], row["boven95"])
    return name, told, margin, f"{'te onzeker' if letter == 'D' else 'bruikbaar'} ({letter})"


def _years(site: Site, asked: Mapping[str, str]) -> Found:
    old, new = (_edition(site, asked.get(name, "")) for name in ("van", "tot"))
    if old.jaar >= new.jaar:
        raise Refused("Kies bij Van een jaar dat vóór het jaar bij Tot ligt.")
    compared = _compared(old, new)
    table = compared.changes
    chosen = _persona(site, asked)
    if chosen:
        table = table.filter(table["persona"].is_in(chosen))
    place = asked.get("gemeente", "")
    if place:
        codes = _gemeenten(new, place)
        table = table.filter(table["regio"].is_in(list(codes)))
    else:
        table = table.filter(table["verschilt"] == "ja")
    left_out = [new.personas[persona].name for persona in compared.left_out if persona in new.personas]
    gone = f"Niet vergeleken, omdat de definitie veranderde: {words.listed(left_out)}." if left_out else ""
    return Found(
        f"Van {old.jaar} naar {new.jaar}" + (f": {_called([*codes.values()])}" if place else ""),
        "Mist de voorziening."
        if place
        else f"Mist de voorziening. {words.whole(table.height)} cijfers van gemeenten veranderden meer dan ruis.",
        f"Verandering van {old.jaar} naar {new.jaar}",
        (
            "Gemeente",
            "Situatie",
            str(old.jaar),
            str(new.jaar),
            "Verschil",
            "Ruismarge van het verschil",
            "Meer dan ruis?",
        ),
        tuple(_year_row(new, row) for row in table.to_dicts()),
        tuple(
            filter(
                None,
                (
                    f"Beoordeeld over alle {words.whole(compared.family)} veranderingen samen: de kans dat één “ja” toeval is, is "
                    f"hoogstens {words.percent(100 * ALPHA)}. “Nee” betekent niet dat er niets veranderde.",
                    _NOISE_ONLY,
                    gone,
                ),
            )
        ),
    )


def _year_row(new: Edition, row: Mapping[str, Any]) -> tuple[str, ...]:
    name = new.personas[row["persona"]].name
    if row["verschil"] is None:
        return row["regio_naam"], name, "", "", _NO, "", row["reden"]
    return (
        row["regio_naam"],
        name,
        words.whole(max(0.0, row["schatting_oud"])),
        words.whole(max(0.0, row["schatting_nieuw"])),
        _signed(row["verschil"], 0),
        f"{_signed(row['onder95'], 0)} tot {_signed(row['boven95'], 0)}",
        {"ja": "ja", "nee": "nee, kan ruis zijn"}[row["verschilt"]],
    )


@lru_cache(maxsize=16)
def _compared(old: Edition, new: Edition) -> Compared:
    """All personas together, whatever was asked for: who asks for one gets the same verdict as who asks for all."""
    return compare(old.release, new.release, (), ("missing",))


def _edition(site: Site, jaar: str) -> Edition:
    if not jaar:
        return site.newest
    found = site.editions.by_year.get(int(jaar)) if jaar.isascii() and jaar.isdigit() else None
    if found is None:
        raise Refused(
            f"Van dit jaar is niets gepubliceerd. Kies uit: {words.listed([str(j) for j in site.editions.by_year])}."
        )
    return found


def _persona(site: Site, asked: Mapping[str, str]) -> list[str]:
    persona = asked.get("persona", "")
    if persona and persona not in _edition(site, asked.get("jaar", "") or asked.get("tot", "")).personas:
        raise Refused("Deze situatie staat niet in de cijfers van dat jaar. Kies er een uit de lijst.")
    return [persona] if persona else []


def _gemeenten(edition: Edition, text: str) -> dict[str, str]:
    """Code -> name of the gemeenten that a text names. Raises Refused, with the nearest name, for one that is not there."""
    here = gemeenten(edition.jaar)
    by_name = {words.alphabetical(g.naam): g for g in here} | {g.code.lower(): g for g in here}
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in split(r"[,;\n]", text))):
        gemeente = by_name.get(words.alphabetical(part))
        if gemeente is None:
            near = get_close_matches(words.alphabetical(part)[:60], [words.alphabetical(g.naam) for g in here], n=1)
            hint = f" Bedoelt u {by_name[near[0]].naam}?" if near else ""
            raise Refused(f"In {edition.jaar} is er geen gemeente “{part[:60]}”.{hint} Zet komma's tussen meer namen.")
        found[gemeente.code] = gemeente.naam
    if not found:
        raise Refused("Noem in elk veld minstens één gemeente.")
    return found


def _called(names: Sequence[str]) -> str:
    return (
        words.listed(names)
        if len(names) <= 4
        else f"{words.listed(names[:3]).replace(' en ', ', ')} en {len(names) - 3} andere"
    )


def _why(edition: Edition, row: Mapping[str, Any]) -> str:
    """Why there is no answer for a persona, with names in place of the codes of gemeenten."""
    smallest = edition.personas[row["persona"]].smallest_geography
    if smallest not in ("gemeente", "wijk"):
        return f"heeft geen cijfers per gemeente; het kleinste niveau is {smallest}"
    names = {g.code: g.naam for g in gemeenten(edition.jaar)}
    missing = [names[code] for code in split(r"[ ,]+", str(row["reden"])) if code in names]
    return f"niet gemeten in {_called(missing)}"


def _signed(value: float, digits: int) -> str:
    """A difference with its sign; one that rounds to nought has none."""
    text = words.decimal(abs(value), digits)
    return text if float(f"{value:.{digits}f}") == 0 else f"{'+' if value > 0 else '−'}{text}"
