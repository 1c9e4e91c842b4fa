"""What is different between two versions of a persona, in Dutch words: who counts, and which texts.

What belongs here: comparing two specs, each with its own indicators. What does not: finding them (`versions.py`), and
exact counts: what a change does in numbers is for the kluis (`attrition.py`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.example_people import example_people
from pipelines.personas.implied import implies
from pipelines.personas.load import counting_fingerprint
from pipelines.personas.phrases import GEOGRAPHY, lacks, noun, title
from pipelines.personas.reference import holds, lands_in
from pipelines.personas.spec import Example, Persona
from pipelines.personas.trace import OUTCOMES
from pipelines.registers.catalogue_model import Catalogue

COUNTS_OTHERWISE = "telt anders"
ONLY_TEXT = "alleen tekst"
NO_DIFFERENCE = "geen verschil"

_SHORT = 160
"""Characters of a text that is shown as it was and as it is; of a longer one only that it changed."""


@dataclass(frozen=True)
class Version:
    """A persona with the indicators that it rests on, as they were at that time."""

    persona: Persona
    indicators: Indicators

    @property
    def label(self) -> str:
        return f"{self.persona.id} versie {self.persona.version}"


_Condition = tuple[Version, str]
"""A condition by the name of its indicator, in the version that it belongs to."""

_MOST_FACTS = 12
"""Two conditions on more base indicators than this are not compared: every combination is looked at."""


def difference(old: Version, new: Version, catalogue: Catalogue) -> tuple[str, ...]:
    """Lines of Dutch: the verdict, the conditions, the rules of indicators, who lands elsewhere, the texts."""
    found = verdict(old, new)
    lines = [f"Van {old.label} ({old.persona.status}) naar {new.label} ({new.persona.status}): {found}."]
    if found == COUNTS_OTHERWISE:
        lines += _section("Voorwaarden", [*_conditions(old, new), *_geography(old, new)])
        lines += _section("Regels van indicatoren", _rules(old, new))
        lines += _section("Wie nu ergens anders landt (verzonnen mensen)", _people(old, new, catalogue))
    return (*lines, *_section("Teksten", _texts(old, new)))


def verdict(old: Version, new: Version) -> str:
    """`telt anders`, `alleen tekst` or `geen verschil`. The id and the number of the version are no difference."""
    if _counting(old) != _counting(new):
        return COUNTS_OTHERWISE
    same = _plain(old) == _plain(new) and not any(True for _ in _titles(old, new))
    return NO_DIFFERENCE if same else ONLY_TEXT


def _counting(version: Version) -> str:
    alike = version.persona.model_copy(update={"id": "een-persona", "version": 1})
    return counting_fingerprint(alike, version.indicators)


def _plain(version: Version) -> str:
    return version.persona.model_copy(update={"id": "een-persona", "version": 1}).canonical()


def _section(head: str, lines: list[str]) -> list[str]:
    return ["", f"{head}:", *(f"  {line}" for line in lines)] if lines else []


def _conditions(old: Version, new: Version) -> list[str]:
    was, now = old.persona, new.persona
    lines = _replaced(
        "Groep", _group(old, was.population), _group(new, now.population), (old, was.population), (new, now.population)
    )
    lines += _problems(old, new)
    need, new_need = was.missing_voorziening.need, now.missing_voorziening.need
    lines += _replaced("Teken van de behoefte", _noun(old, need), _noun(new, new_need), (old, need), (new, new_need))
    if was.missing_voorziening.voorziening != now.missing_voorziening.voorziening:
        lines.append(
            f"Voorziening: miste eerst wie {lacks(old.indicators.by_id[was.missing_voorziening.voorziening])}; mist nu "
            f"wie {lacks(new.indicators.by_id[now.missing_voorziening.voorziening])}."
        )
    return lines


def _problems(old: Version, new: Version) -> list[str]:
    before, after = ([problem.indicator for problem in version.persona.problems] for version in (old, new))
    gone = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    lines: list[str] = []
    for name in list(gone):
        wider = next((other for other in added if _compared((old, name), (new, other))), None)
        if wider is not None:
            lines += _replaced("Probleem", _noun(old, name), _noun(new, wider), (old, name), (new, wider))
            gone.remove(name)
            added.remove(wider)
    lines += [f"Probleem vervallen: {_noun(old, name)}. Wie dat niet heeft, kan nu ook meetellen." for name in gone]
    lines += [f"Probleem erbij: {_noun(new, name)}. Wie dat niet heeft, telt niet meer mee." for name in added]
    if before != after and sorted(before) == sorted(after):
        lines.append("De problemen staan in een andere volgorde. Dat verandert niet wie meetelt.")
    return lines


def _replaced(role: str, was: str, now: str, before: _Condition, after: _Condition) -> list[str]:
    if before[1] == after[1]:
        return []
    found = _compared(before, after)
    return [f"{role}: was {was}, is nu {now}.{f' Dat is {found}.' if found else ''}"]


def _compared(before: _Condition, after: _Condition) -> str:
    """`ruimer: ...` or `enger: ...` when that follows from the two definitions; empty when it does not."""
    (old, was), (new, now) = before, after
    base = dict.fromkeys((*old.indicators.base_of((was,)), *new.indicators.base_of((now,))))
    known = {name: new.indicators.by_id.get(name) or old.indicators.by_id[name] for name in base}
    changed = any(
        name in old.indicators.by_id
        and old.indicators.by_id[name].counting_fingerprint != indicator.counting_fingerprint
        for name, indicator in known.items()
    )
    if changed or len(base) > _MOST_FACTS:
        return ""
    pairs = [
        (holds(was, facts.get, old.indicators), holds(now, facts.get, new.indicators)) for facts in _possible(known)
    ]
    if all(later for earlier, later in pairs if earlier):
        return "ruimer: niemand valt erdoor af"
    if all(earlier for earlier, later in pairs if later):
        return "enger: niemand komt erdoor bij"
    return ""


def _possible(known: dict[str, Indicator]) -> Iterator[dict[str, bool]]:
    """Every way in which the facts can be true together, as far as their rules say."""
    follows = [(one, other) for one in known for other in known if one != other and implies(known[one], known[other])]
    for values in product((True, False), repeat=len(known)):
        facts = dict(zip(known, values, strict=True))
        if not any(facts[one] and not facts[other] for one, other in follows):
            yield facts


def _group(version: Version, name: str) -> str:
    """`wie 18 tot en met 66 jaar is`, or `wie te maken heeft met een bijstandsuitkering`."""
    indicator = version.indicators.by_id[name]
    if indicator.kind == "kenmerk":
        return f"wie {title(indicator)} is"
    return f"wie te maken heeft met {title(indicator)}"


def _geography(old: Version, new: Version) -> list[str]:
    was, now = old.persona.smallest_geography, new.persona.smallest_geography
    return [] if was == now else [f"Kleinste gebied: was {GEOGRAPHY[was]}, is nu {GEOGRAPHY[now]}."]


def _rules(old: Version, new: Version) -> list[str]:
    """Indicators on both sides whose rule or register is another one."""
    lines: list[str] = []
    for name in _shared(old, new):
        before, after = old.indicators.by_id[name], new.indicators.by_id[name]
        if before.counting_fingerprint != after.counting_fingerprint:
            lines += [f"{title(after)} ({name})", f"  was: {_rule(before)}", f"  nu:  {_rule(after)}"]
    return lines


def _rule(indicator: Indicator) -> str:
    found = indicator.rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    place = f" op {indicator.source}" if indicator.source else ""
    return json.dumps(found, ensure_ascii=False).replace('"', "") + place


def _people(old: Version, new: Version, catalogue: Catalogue) -> list[str]:
    """Invented people of both versions who land in another state: what a version does not name is false there."""
    told: dict[str, list[str]] = {"Nieuw geteld": [], "Niet meer geteld": [], "Anders geteld": []}
    seen: list[tuple[frozenset[str], frozenset[str]]] = []
    for whose, written in _examples(old, new, catalogue):
        example = _completed(written, old, new)
        facts = (frozenset(example.has), frozenset(example.unknown))
        was, now = _lands(old, example), _lands(new, example)
        if was == now or facts in seen:
            continue
        seen.append(facts)
        kind = (
            "Nieuw geteld" if was == "not_counted" else "Niet meer geteld" if now == "not_counted" else "Anders geteld"
        )
        unknown = f"; onbekend: {', '.join(example.unknown)}" if example.unknown else ""
        told[kind] += [
            f"{example.who} ({whose}): was {OUTCOMES[was]}, nu {OUTCOMES[now]}",
            f"  heeft: {', '.join(example.has) or 'niets'}{unknown}",
        ]
    if not seen:
        return ["Niemand van hen. Wie door een veranderde regel anders telt, blijkt pas uit de registers."]
    return [line for kind, lines in told.items() if lines for line in (f"{kind}:", *(f"  {line}" for line in lines))]


def _examples(old: Version, new: Version, catalogue: Catalogue) -> Iterator[tuple[str, Example]]:
    """The examples that people wrote, and those that follow from the definitions."""
    for words, version in (("de oude versie", old), ("de nieuwe versie", new)):
        for example in version.persona.examples:
            yield f"voorbeeld van {words}", example
    for words, version in (("de oude versie", old), ("de nieuwe versie", new)):
        try:
            found = example_people(version.persona, version.indicators, catalogue)
        except SpecError:
            # A version of long ago may rest on a register that is no longer in the catalogue.
            continue
        for example in found:
            yield f"uit {words}", example


def _completed(example: Example, old: Version, new: Version) -> Example:
    """The same person with what follows from their facts: who is 18 to 66 is an adult, also where only the other version
    asks for it."""
    base = {
        name: version.indicators.by_id[name]
        for version in (old, new)
        for name in version.indicators.base_of(version.persona.indicators)
    }
    own = [base[name] for name in example.has if name in base]
    has = tuple(name for name, one in base.items() if any(implies(fact, one) for fact in own))
    return example.model_copy(update={"has": has, "unknown": tuple(n for n in example.unknown if n not in has)})


def _lands(version: Version, example: Example) -> str:
    return lands_in(version.persona, example, version.indicators)


def _texts(old: Version, new: Version) -> list[str]:
    was, now = old.persona, new.persona
    before, after = was.missing_voorziening, now.missing_voorziening
    lines = [
        *_text("naam", was.name, now.name),
        *_text("verhaal", was.story, now.story),
        *_text("herkomst", was.origin.kind, now.origin.kind),
        *_text("toelichting bij de herkomst", was.origin.note, now.origin.note),
        *_text("reden bij één leefgebied", was.same_leefgebied_reason or "", now.same_leefgebied_reason or ""),
        *_text("verwachte omvang", str(was.expected_size or ""), str(now.expected_size or "")),
        *_text("naam van de voorziening", before.name, after.name),
        *_text("reden van de behoefte", before.need_reason, after.need_reason),
        *_list("mechanismen", before.uitsluitingsmechanismen, after.uitsluitingsmechanismen),
        *_list("kenmerkende voorzieningen", was.characteristic_voorzieningen, now.characteristic_voorzieningen),
        *_list("dit weten registers", was.registers_know, now.registers_know),
        *_list("dit benaderen registers", was.registers_approximate, now.registers_approximate),
        *_list("dit kunnen registers niet weten", was.registers_cannot_know, now.registers_cannot_know),
        *_list("voorbeelden", tuple(e.who for e in was.examples), tuple(e.who for e in now.examples)),
    ]
    if was.examples != now.examples and [e.who for e in was.examples] == [e.who for e in now.examples]:
        lines.append("voorbeelden: dezelfde mensen, met andere gegevens")
    return [*lines, *_titles(old, new)]


def _titles(old: Version, new: Version) -> Iterator[str]:
    """Indicators that keep their rule and get another text."""
    for name in _shared(old, new):
        before, after = old.indicators.by_id[name], new.indicators.by_id[name]
        if before.fingerprint != after.fingerprint and before.counting_fingerprint == after.counting_fingerprint:
            lines = _text(f"indicator {name}", title(before), title(after))
            yield from lines or [f"indicator {name}: veranderd"]


def _text(what: str, was: str, now: str) -> list[str]:
    if was == now:
        return []
    if max(len(was), len(now)) > _SHORT:
        return [f"{what}: veranderd"]
    return [
        f"{what}: was '{was}', is nu '{now}'" if was and now else f"{what}: {'erbij' if now else 'weg'} '{was or now}'"
    ]


def _list(what: str, was: tuple[str, ...], now: tuple[str, ...]) -> list[str]:
    gone = [f"{what}: weg '{item}'" for item in was if item not in now]
    added = [f"{what}: erbij '{item}'" for item in now if item not in was]
    moved = [f"{what}: in een andere volgorde"] if was != now and not gone and not added else []
    return [*gone, *added, *moved]


def _shared(old: Version, new: Version) -> list[str]:
    """Indicators under both personas, in order of id."""
    sides = [
        {under for name in version.persona.indicators for under in version.indicators.all_under(name)}
        for version in (old, new)
    ]
    return sorted(sides[0] & sides[1])


def _noun(version: Version, name: str) -> str:
    return noun(version.indicators.by_id[name])
