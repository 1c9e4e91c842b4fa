"""Examples for a persona that has none yet: members, near-misses and unknowns, worked out from its definition.

What belongs here: finding who they are. What does not: where they land (`reference.py` says so), and texts that only
a human can write.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.implied import excludes, implies
from pipelines.personas.phrases import absent, listed, noun, present, register
from pipelines.personas.reference import known_of, lands_in, state
from pipelines.personas.spec import Example, Persona
from pipelines.registers.catalogue_model import Catalogue

_MOST_WAYS = 2_000
"""A combination of many parts can be true in very many ways; the first ones are as good as the others."""

Way = Mapping[str, bool]
"""Base indicators that must be true, or false."""


def example_people(persona: Persona, indicators: Indicators, catalogue: Catalogue) -> tuple[Example, ...]:
    """Examples in this order: who misses the voorziening (in two ways where there are), who has it, who stays unknown,
    and a near-miss per condition. Raises SpecError when nobody can be in a state, because conditions contradict.
    """
    found = _People(persona, indicators, catalogue)
    members = found.of({name: True for name in persona.conditions}, voorziening=False)
    served = found.of({name: True for name in persona.conditions}, voorziening=True)
    if not members or not served:
        what = "miss the voorziening" if not members else "have the voorziening"
        raise SpecError(
            f"{persona.id}: nobody can meet all conditions and {what}: population, problems, need and voorziening "
            "contradict each other. Choose another one of them."
        )
    member = members[0]
    other_way = next((way for way in reversed(members) if way != member), None)
    served_one = min(served, key=lambda has: len(has ^ member))
    return (
        found.example("voldoet aan alle voorwaarden en heeft de voorziening niet", member),
        *(
            [found.example(f"hetzelfde, langs een andere weg: {found.words(other_way - member)}", other_way)]
            if other_way
            else []
        ),
        found.example(f"hetzelfde, maar {found.difference(member, served_one)}", served_one),
        *found.unknowns(member),
        *found.near_misses(member),
    )


class _People:
    """Everybody that can be told apart in one persona: the set of base indicators that are true of them."""

    def __init__(self, persona: Persona, indicators: Indicators, catalogue: Catalogue) -> None:
        self.persona, self.indicators, self.catalogue = persona, indicators, catalogue
        self.base = indicators.base_of(persona.indicators)

    def of(self, wanted: dict[str, bool], voorziening: bool) -> list[frozenset[str]]:
        """People in whom the indicators are as wanted, fewest facts first."""
        wanted = {**wanted, self.persona.missing_voorziening.voorziening: voorziening}
        options = [list(islice(self._ways(name, value), _MOST_WAYS)) for name, value in wanted.items()]
        people: list[frozenset[str]] = []
        for parts in islice(product(*options), _MOST_WAYS):
            way = _together(parts)
            has = None if way is None else self._whole(way, frozenset())
            if has is not None and has not in people and self._lands(has) == ("served" if voorziening else "missing"):
                people.append(has)
        return sorted(people, key=len)

    def near_misses(self, member: frozenset[str]) -> list[Example]:
        """For every condition someone in whom it fails, as near to the member as can be."""
        seen = {member}
        examples: list[Example] = []
        for condition in self.persona.conditions:
            near = [self._whole(way, member) for way in islice(self._ways(condition, False), _MOST_WAYS)]
            people = [has for has in near if has is not None and has not in seen and self._lands(has) == "not_counted"]
            if people:
                has = min(people, key=lambda found: len(found ^ member))
                seen.add(has)
                examples.append(self.example(f"hetzelfde, maar {self.difference(member, has)}", has))
        return examples

    def unknowns(self, member: frozenset[str]) -> list[Example]:
        """For every register that can be silent, the member without it; the first register of all when none can."""
        sources: dict[str, list[str]] = {}
        for name in reversed(self.base):
            source = self.indicators.by_id[name].source
            if source is not None:
                sources.setdefault(source, []).append(name)
        silent = {name: self._silence(name) for name in sources}
        examples = [self._without(sources[name], words, member) for name, words in silent.items() if words]
        landed = [example for example in examples if example.lands_in == "unknown"]
        if landed:
            return landed
        every = (
            self._without(names, f"het register {register(name, self.catalogue)} is niet geleverd", member)
            for name, names in sources.items()
        )
        return [example for example in every if example.lands_in == "unknown"][:1]

    def example(self, who: str, has: frozenset[str], unknown: tuple[str, ...] = ()) -> Example:
        """An example that says where the definition puts this person."""
        ordered = tuple(name for name in self.base if name in has and name not in unknown)
        example = Example(who=who, has=ordered, unknown=unknown, lands_in="not_counted")
        return example.model_copy(update={"lands_in": lands_in(self.persona, example, self.indicators)})

    def words(self, names: frozenset[str]) -> str:
        return listed([noun(self.indicators.by_id[name]) for name in self.base if name in names])

    def difference(self, before: frozenset[str], after: frozenset[str]) -> str:
        """`met een bijstandsuitkering, en zonder ...`."""
        by_id = self.indicators.by_id
        parts = [present(by_id[name]) for name in self.base if name in after - before]
        return listed([*parts, *(absent(by_id[name]) for name in self.base if name in before - after)])

    def _lands(self, has: frozenset[str]) -> str:
        example = Example(who="iemand", has=tuple(has), lands_in="not_counted")
        return state(self.persona, known_of(example), self.indicators)

    def _silence(self, name: str) -> str:
        found = self.catalogue.register(name)
        if found.coverage == "per_gemeente":
            return f"de gemeente levert het register {register(name, self.catalogue)} niet"
        return f"staat niet in het register {register(name, self.catalogue)}" if found.absence == "onbekend" else ""

    def _without(self, names: list[str], words: str, member: frozenset[str]) -> Example:
        """All that one register says of the member is gone at once."""
        return self.example(f"hetzelfde, maar {words}", member, tuple(name for name in self.base if name in names))

    def _ways(self, name: str, value: bool) -> Iterator[Way]:
        """Every way in which an indicator is true (or false)."""
        rule = self.indicators.by_id[name].rule
        if not rule.combines:
            yield {name: value}
            return
        # All parts must be as asked for where AND is true, and where OR and "none of" are decided by every part.
        every = value if rule.all_of or rule.none_of else not value
        asked = value != bool(rule.none_of)
        if every:
            options = [list(islice(self._ways(part, asked), _MOST_WAYS)) for part in rule.combines]
            for parts in islice(product(*options), _MOST_WAYS):
                way = _together(parts)
                if way is not None:
                    yield way
        else:
            for part in rule.combines:
                yield from self._ways(part, asked)

    def _whole(self, way: Way, start: frozenset[str]) -> frozenset[str] | None:
        """The facts of someone like `start` in whom the way holds, with all that follows; None when that cannot be."""
        by_id = self.indicators.by_id
        never = {name for name, value in way.items() if not value}
        sure = {name for name, value in way.items() if value}
        kept = {name for name in start if not any(implies(by_id[name], by_id[gone]) for gone in never)}
        kept = {n for n in kept if not any(excludes(by_id[n], by_id[other], self.catalogue) for other in sure)}
        has = {name for name in self.base if any(implies(by_id[given], by_id[name]) for given in kept | sure)}
        if any(excludes(by_id[one], by_id[other], self.catalogue) for one in has for other in has if one < other):
            return None
        return frozenset(has)


def _together(parts: tuple[Way, ...]) -> Way | None:
    """All at once, or None when one says yes and another no."""
    whole: dict[str, bool] = {}
    for part in parts:
        for name, value in part.items():
            if whole.setdefault(name, value) != value:
                return None
    return whole
