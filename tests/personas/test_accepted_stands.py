"""What was accepted stands as it was accepted: whatever has changed since is refused, with the part that changed."""

import pytest
import yaml

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.explain import explain
from pipelines.personas.lifecycle import change_status
from pipelines.personas.lifecycle_registry import (
    read_registry,
    registry_path,
    review_fingerprint,
    standing,
    what_changed,
)
from pipelines.personas.load import Personas
from pipelines.personas.retired import load_retired, ref_of, retired_refs
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from tests.conftest import CHECKOUT
from tests.personas.living import REF, Specs, stands


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("name: Vast tussen", "name: Klem tussen", "`name` of the spec"),
        ("name: een schuldregeling", "name: schuldhulp", "`missing_voorziening` of the spec"),
        ("smallest_geography: gemeente", "smallest_geography: provincie", "`smallest_geography` of the spec"),
    ],
)
def test_an_accepted_spec_that_changed_is_refused_with_what_changed(
    specs: Specs, old: str, new: str, part: str
) -> None:
    specs.accept()
    persona, indicators = specs.persona, specs.indicators
    specs.file.write_text(specs.file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    changed = persona.model_validate(yaml.safe_load(specs.file.read_text(encoding="utf-8")))
    assert changed != persona

    with pytest.raises(SpecError, match=f"has changed since: {part}.*persona retire") as refused:
        standing(specs.folder, read_registry(specs.folder), changed, indicators)

    assert "the indicator" not in str(refused.value)


def test_an_indicator_under_an_accepted_persona_that_changed_is_refused_by_name(specs: Specs) -> None:
    specs.accept()
    specs.rename_indicator("bijstand")

    with pytest.raises(SpecError, match=r"has changed since: the indicator bijstand\. An accepted definition never"):
        stands(specs)


def test_an_indicator_elsewhere_may_change(specs: Specs) -> None:
    specs.accept()
    specs.rename_indicator("woonurgentie")

    assert stands(specs).accepted


def test_the_status_is_no_part_of_what_is_approved(specs: Specs) -> None:
    specs.accept()
    printed = specs.fingerprint

    change_status(specs.folder, specs.persona, specs.indicators, "deprecated")

    assert stands(specs).fingerprint == printed
    assert not stands(specs).accepted


def test_a_key_that_the_vocabulary_gains_later_changes_no_fingerprint(specs: Specs) -> None:
    class Later(Persona):
        gained_later: str | None = None

    later = Later.model_validate(specs.persona.model_dump())

    assert review_fingerprint(later, specs.indicators) == specs.fingerprint
    assert review_fingerprint(later.model_copy(update={"gained_later": "x"}), specs.indicators) != specs.fingerprint


def test_a_registry_that_was_edited_refuses_the_persona(specs: Specs) -> None:
    specs.accept()
    specs.edit(registry_path(specs.folder), specs.fingerprint, "0" * 64)

    with pytest.raises(SpecError, match="the registry was edited"):
        stands(specs)


def test_accepted_written_by_hand_is_refused(specs: Specs) -> None:
    specs.set_status("accepted")

    with pytest.raises(SpecError, match=r"accepted\.yaml does not know .* Nobody accepts by writing a word"):
        stands(specs)


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_an_accepted_version_does_not_become_a_draft_again(specs: Specs, status: str) -> None:
    specs.accept()
    specs.set_status(status)

    with pytest.raises(SpecError, match="was accepted and stays so"):
        stands(specs)


def test_acceptance_ends_when_an_approval_is_taken_away(specs: Specs) -> None:
    specs.accept()
    next((specs.folder / "approvals" / "personas").glob("*vws.yaml")).unlink()

    with pytest.raises(SpecError, match="cannot count as accepted: the present text was approved by: CBS"):
        stands(specs)


@pytest.mark.parametrize("damage", ["[]", f"{REF}: {{}}", f"{REF}:\n  fingerprint: abc\n", "a: b: c"])
def test_a_damaged_registry_is_an_error_of_the_file(specs: Specs, damage: str) -> None:
    registry_path(specs.folder).write_text(damage, encoding="utf-8")

    with pytest.raises(SpecError, match=r"accepted\.yaml"):
        read_registry(specs.folder)


def test_every_accepted_persona_of_this_checkout_is_what_was_accepted(
    personas: Personas, indicators: Indicators
) -> None:
    folder = CHECKOUT / "persona_specs"
    registry = read_registry(folder)

    for persona in personas.by_id.values():
        standing(folder, registry, persona, indicators)
    living = {ref_of(persona) for persona in personas.by_id.values()}
    assert set(registry) <= living | set(retired_refs(folder / "retired"))


def test_every_retired_version_of_this_checkout_reads_as_it_was_accepted() -> None:
    folder = CHECKOUT / "persona_specs"
    registry = read_registry(folder)

    for ref in retired_refs(folder / "retired"):
        persona, used = load_retired(folder / "retired", ref)
        assert registry[ref].fingerprint == review_fingerprint(persona, used), what_changed(
            registry[ref], persona, used
        )
        assert explain(persona, used, load_catalogue())
