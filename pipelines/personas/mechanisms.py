"""The catalogue of uitsluitingsmechanismen: hypotheses of why a voorziening is missing.

What belongs here: its model and reading it. What does not: any computation per person; a mechanism is never measured.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipelines.indicators.values import Leefgebied
from pipelines.personas.load import Personas
from pipelines.personas.spec import Slug, Text
from pipelines.yaml_document import Document, Fault, refuse, refuse_all
from pipelines.yaml_faults import unknown
from pipelines.yaml_files import read_entries

_PLACE = ("missing_voorziening", "uitsluitingsmechanismen")

MechanismType = Literal[
    "kring",
    "drempel",
    "knip",
    "betaler",
    "adres",
    "groep",
    "schuldvraag",
    "zelfredzaamheid",
    "aanvraag",
    "huishouden",
    "tijd",
    "aanbod",
    "kennis",
    "meten",
]
"""What kind of mechanism it is; our own typology.

kring: two conditions that wait for each other. drempel: a limit of age, income or score. knip: the case falls apart
over laws or grounds. betaler: who pays or decides is open. adres: registration, address or ties with a region. groep: a
whole category is left out. schuldvraag: what someone once did blocks what is needed now. zelfredzaamheid: people are
assumed to manage. aanvraag: one must ask, prove or agree. huishouden: a partner or housemate counts along. tijd: waiting,
terms and transitions. aanbod: a provider may not or will not. kennis: information, language, digital skills, view of
people. meten: statistics do not see it.
"""

MechanismOrigin = Literal["grondtekst", "bron", "inferentie"]
"""grondtekst: one of the two founding documents. bron: a public source. inferentie: our own reading, to be checked."""

MechanismStatus = Literal["in_force", "changed", "repealed", "to_verify"]
"""in_force: in the law or in use, as far as known. changed: altered after the source, `status_note` says how. repealed: no
longer so. to_verify: an old or undated source on practice, or partly our own reading; check before use."""


class Mechanism(BaseModel):
    """One mechanism: what repeats by itself, the law it rests on, and how much to trust the description.

    `peildatum` is the day, month or year that the newest source speaks of (`onbekend` where it has no date; for a row
    on our own reading alone, the year of the reading).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Slug
    title: Text
    mechanical: Text
    law: Text
    leefgebieden: Annotated[tuple[Leefgebied, ...], Field(min_length=1)]
    type: MechanismType
    origin: Annotated[tuple[MechanismOrigin, ...], Field(min_length=1)]
    sources: tuple[Text, ...] = ()
    peildatum: Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d{2}){0,2}|onbekend)$")]
    status: MechanismStatus
    status_note: Text | None = None

    @model_validator(mode="after")
    def _says_what_it_rests_on(self) -> "Mechanism":
        read_only = self.origin == ("inferentie",)
        if read_only == bool(self.sources):
            raise ValueError(
                "sources: name the source of what is grondtekst or bron, and none where origin is only inferentie"
            )
        if len(set(self.origin)) != len(self.origin) or len(set(self.leefgebieden)) != len(self.leefgebieden):
            raise ValueError("origin and leefgebieden: name each word once")
        return self

    @model_validator(mode="after")
    def _says_what_to_check(self) -> "Mechanism":
        if "inferentie" in self.origin and self.status == "in_force":
            raise ValueError("status: what is partly our own reading is to_verify until a source confirms it")
        if self.status != "in_force" and self.status_note is None:
            raise ValueError(f"status_note: say what is {self.status.replace('_', ' ')}")
        return self


def load_mechanisms(path: Path, personas: Personas) -> dict[str, Mechanism]:
    """Read the catalogue; raise SpecError, with file and line, when a persona names a mechanism that is not in it."""
    found = read_mechanisms(path)
    faults = [
        (_document(personas, persona.id), Fault((*_PLACE, number), unknown(slug, tuple(found), "mechanism")))
        for persona in personas.by_id.values()
        for number, slug in enumerate(persona.missing_voorziening.uitsluitingsmechanismen)
        if slug not in found
    ]
    refuse_all(faults)
    return found


def read_mechanisms(path: Path) -> dict[str, Mechanism]:
    """Every mechanism by slug, in the order of the file. Raises SpecError with file and line."""
    document, found, faults = read_entries(path, Mechanism, "slug")
    refuse(document, faults)
    return found


def _document(personas: Personas, persona_id: str) -> Document:
    return personas.documents.get(persona_id) or Document(f"{persona_id}.yaml", None, {})
