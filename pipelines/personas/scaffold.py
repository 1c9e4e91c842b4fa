"""A new persona spec from a few choices: complete, with examples worked out from its own definition.

What belongs here: checking the choices, and writing the file. What does not: asking for them (`questions.py`), and
texts that only a human can write: those are put in as sentences that begin with `Invullen:`, which lint reports.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from unicodedata import normalize

import yaml
from pydantic import ValidationError

from pipelines.errors import SpecError, nearest
from pipelines.indicators.collection import Indicators
from pipelines.personas.example_people import example_people
from pipelines.personas.lifecycle_files import write_whole
from pipelines.personas.load import load_personas
from pipelines.personas.mechanisms import Mechanism
from pipelines.personas.phrases import approximates, noun, title
from pipelines.personas.spec import TO_FILL_IN, Example, MissingVoorziening, Origin, Persona, Problem
from pipelines.registers.catalogue_model import Catalogue

Geography = Literal["land", "provincie", "gemeente", "wijk"]
OriginKind = Literal["found", "reconstruction", "founding_document"]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 60


@dataclass(frozen=True)
class Choices:
    """What someone chooses for a new persona. Texts that are None become sentences to fill in."""

    id: str
    name: str
    population: str
    problems: tuple[str, ...]
    need: str
    voorziening: str
    mechanisms: tuple[str, ...]
    geography: Geography = "gemeente"
    origin: OriginKind = "reconstruction"
    voorziening_name: str | None = None
    story: str | None = None
    need_reason: str | None = None
    same_leefgebied_reason: str | None = None


def write_new(
    specs: Path,
    choices: Choices,
    indicators: Indicators,
    mechanisms: Mapping[str, Mechanism],
    catalogue: Catalogue,
) -> Path:
    """Write `personas/<id>.yaml` and return where. Raises SpecError, with nothing written, when a choice cannot be
    used, when the file (or an earlier version of this persona) exists, or when the persona would not load.
    """
    check_id(specs, choices.id)
    check_choices(choices, indicators, mechanisms)
    text = spec_text(draft(choices, indicators, catalogue))
    _require_loads(choices.id, text, indicators)
    path = _path(specs, choices.id)
    write_whole(path, text, replace=False)
    return path


def check_id(specs: Path, name: str) -> None:
    """Raise SpecError when this cannot be the id of a new persona."""
    if not _SLUG.fullmatch(name) or len(name) > _LONGEST_ID:
        plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        fitting = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
        hint = f" Such as: {fitting}." if fitting and fitting != name else ""
        raise SpecError(
            "persona new: the id becomes a file name. Allowed are small letters a to z, digits and single hyphens "
            f"between them, at most {_LONGEST_ID} characters.{hint}"
        )
    if _path(specs, name).exists():
        raise SpecError(
            f"persona new: personas/{name}.yaml is there already, and is never overwritten. Choose another id."
        )
    if any((specs / "retired").glob(f"{name}-v*.yaml")):
        raise SpecError(f"persona new: '{name}' was the id of a persona that is kept in retired/. Choose another id.")


def check_choices(choices: Choices, indicators: Indicators, mechanisms: Mapping[str, Mechanism]) -> None:
    """Raise SpecError with the nearest known name when an indicator or mechanism is not there, or is the wrong kind."""
    for name in (choices.population, *choices.problems, choices.need):
        indicators.get(name, "persona new")
    check_voorziening(choices.voorziening, indicators)
    for slug in choices.mechanisms:
        check_mechanism(slug, mechanisms)
    if not choices.mechanisms:
        raise SpecError("persona new: give at least one mechanism, a supposed reason why the voorziening is missing.")
    if len(choices.problems) not in (2, 3) or len(set(choices.problems)) != len(choices.problems):
        raise SpecError(f"persona new: a stapeling has two or three different problems, found {len(choices.problems)}.")


def check_voorziening(name: str, indicators: Indicators) -> None:
    """Raise SpecError when there is no such indicator, or when it is no voorziening."""
    kind = indicators.get(name, "persona new").kind
    if kind != "voorziening":
        known = [other.id for other in indicators.by_id.values() if other.kind == "voorziening"]
        raise SpecError(f"persona new: '{name}' is a {kind} and no voorziening. Choose one of: {', '.join(known)}.")


def check_mechanism(slug: str, mechanisms: Mapping[str, Mechanism]) -> None:
    """Raise SpecError with the nearest slug when there is no such mechanism."""
    if slug not in mechanisms:
        raise SpecError(
            f"persona new: no mechanism '{slug}'.{nearest(slug, mechanisms)} All are in persona_specs/mechanisms.yaml."
        )


def draft(choices: Choices, indicators: Indicators, catalogue: Catalogue) -> Persona:
    """The persona of these choices, with its examples. Raises SpecError when a text cannot be used or when conditions
    contradict each other."""
    try:
        persona = _without_examples(choices, indicators)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise SpecError(
            f"persona new: {place or 'the persona'}: {str(fault['msg']).removeprefix('Value error, ')}."
        ) from None
    return persona.model_copy(update={"examples": example_people(persona, indicators, catalogue)})


def _without_examples(choices: Choices, indicators: Indicators) -> Persona:
    voorziening = indicators.by_id[choices.voorziening]
    name = choices.voorziening_name or title(voorziening)
    fields = {problem: indicators.by_id[problem].leefgebied for problem in choices.problems}
    reason = choices.same_leefgebied_reason
    if reason is None and len(set(fields.values())) < 2:
        reason = f"{TO_FILL_IN} waarom stapelen deze problemen, hoewel zij in één leefgebied liggen?"
    # Examples are worked out from the definition, so the definition must be there first.
    lands: tuple[Literal["missing", "unknown", "not_counted"], ...] = ("missing", "unknown", "not_counted")
    return Persona(
        id=choices.id,
        version=1,
        status="draft",
        name=choices.name,
        story=choices.story or f"{TO_FILL_IN} wie is dit, wat is er gebeurd, en waar loopt het vast?",
        origin=Origin(kind=choices.origin, note=f"{TO_FILL_IN} waar komt dit verhaal vandaan?"),
        population=choices.population,
        problems=tuple(Problem(leefgebied=own, indicator=problem) for problem, own in fields.items()),
        same_leefgebied_reason=reason,
        missing_voorziening=MissingVoorziening(
            voorziening=choices.voorziening,
            name=name,
            need=choices.need,
            need_reason=choices.need_reason
            or f"{TO_FILL_IN} waarom is {noun(indicators.by_id[choices.need])} een teken dat iemand {name} nodig heeft?",
            uitsluitingsmechanismen=choices.mechanisms,
        ),
        registers_know=_known(choices, indicators, proxy=False),
        registers_approximate=_known(choices, indicators, proxy=True),
        registers_cannot_know=(f"{TO_FILL_IN} wat kan geen enkel register weten, zoals een weigering aan het loket?",),
        smallest_geography=choices.geography,
        examples=tuple(Example(who="niemand", lands_in=landed) for landed in lands * 2),
    )


def spec_text(persona: Persona) -> str:
    """The spec as a person would lay it out: blocks with blank lines between them."""
    content = persona.model_dump(mode="json", exclude_defaults=True)
    content["examples"] = [{key: value for key, value in example.items() if value} for example in content["examples"]]
    head = ("id", "version", "status", "name", "story", "origin")
    blocks = [{key: content.pop(key) for key in head}]
    reason = {key: content.pop(key) for key in ("same_leefgebied_reason",) if key in content}
    blocks += [{key: value} | (reason if key == "problems" else {}) for key, value in content.items()]
    opening = (
        f"# Begun with `blindevlek persona new`. Sentences that begin with `{TO_FILL_IN}` are still to be written.\n"
    )
    return opening + "\n".join(_dumped(block) for block in blocks)


def _known(choices: Choices, indicators: Indicators, *, proxy: bool) -> tuple[str, ...]:
    """What registers know, or only approximate, of the problems, the need and the voorziening."""
    names = dict.fromkeys((*choices.problems, choices.need, choices.voorziening))
    found = [noun(indicators.by_id[name]) for name in names if approximates(name, indicators) == proxy]
    if proxy:
        return tuple(f"{TO_FILL_IN} waarom is {words} alleen een benadering?" for words in found) or (
            f"{TO_FILL_IN} wat zien de registers alleen bij benadering?",
        )
    return tuple(found) or (f"{TO_FILL_IN} wat zien de registers rechtstreeks?",)


class _Dumper(yaml.SafeDumper):
    """Lists of names on one line; lists of mappings and of sentences a line each."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, False)


def _represent_list(dumper: _Dumper, items: list[object]) -> yaml.Node:
    names = all(isinstance(item, str) and re.fullmatch(r"[a-z][a-z0-9_-]*", item) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=names)


_Dumper.add_representer(list, _represent_list)


def _dumped(block: Mapping[str, object]) -> str:
    return str(yaml.dump(block, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def _require_loads(name: str, text: str, indicators: Indicators) -> None:
    """Read the text as any other spec before it is put among them."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.yaml").write_text(text, encoding="utf-8")
        load_personas(Path(folder), indicators)


def _path(specs: Path, name: str) -> Path:
    return specs / "personas" / f"{name}.yaml"
