"""Approvals of personas: what counts as one, and whose."""

import pytest

from pipelines.errors import SpecError
from pipelines.personas.approvals import Consent, folder_of, read_approvals, require_approvals, slug
from pipelines.personas.spec import Persona
from pipelines.release.approvals import require_approval
from tests.conftest import CHECKOUT
from tests.personas.living import ID, NOW, Specs


def consent(specs: Specs) -> Consent:
    return require_approvals(specs.folder, specs.persona, specs.fingerprint, NOW[:10])


def test_cbs_and_vws_together_accept_for_real(specs: Specs) -> None:
    specs.partners_approve()

    assert consent(specs) == Consent(("cbs", "ministerie-van-vws"), demonstration=False)


def test_two_demonstrations_accept_as_a_demonstration(specs: Specs) -> None:
    specs.approve("Demonstratie CBS", "CBS")
    specs.approve("Demonstratie VWS", "VWS")

    assert consent(specs).demonstration


def test_a_real_and_a_demonstration_are_a_demonstration(specs: Specs) -> None:
    specs.approve("CBS", "CBS", demonstration=False)
    specs.approve("Demonstratie VWS", "VWS")

    assert consent(specs).demonstration


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("CBS", "CBS")],
        [("CBS", "CBS"), ("Gemeente Utrecht", "overig")],
        [("Gemeente Utrecht", "overig"), ("Gemeente Groningen", "overig")],
    ],
    ids=["nobody", "CBS alone", "CBS and a gemeente", "two gemeenten"],
)
def test_without_both_partners_nothing_is_accepted_for_real(specs: Specs, given: list[tuple[str, str]]) -> None:
    for organisation, role in given:
        specs.approve(organisation, role, demonstration=False)

    with pytest.raises(SpecError) as refused:
        consent(specs)

    assert specs.fingerprint in str(refused.value), "the message says what to write"
    assert f"persona_specs/approvals/personas/{ID}-v1-<organisation>.yaml" in str(refused.value)


def test_one_demonstration_shows_nothing(specs: Specs) -> None:
    specs.approve("Demonstratie CBS")

    with pytest.raises(SpecError, match="approved by: Demonstratie CBS"):
        consent(specs)


def test_an_approval_of_an_earlier_text_no_longer_counts(specs: Specs) -> None:
    specs.partners_approve()
    specs.edit(specs.file, "name: Vast", "name: Los")

    with pytest.raises(SpecError, match="approved by: nobody; CBS, Ministerie van VWS approved an earlier text"):
        consent(specs)


def test_an_approval_with_a_wrong_fingerprint_does_not_count(specs: Specs) -> None:
    specs.approve("CBS", "CBS", demonstration=False)
    specs.approve("VWS", "VWS", demonstration=False, fingerprint="'" + "0" * 64 + "'")

    with pytest.raises(SpecError, match="approved by: CBS; VWS approved an earlier text"):
        consent(specs)


def test_an_organisation_has_one_voice(specs: Specs) -> None:
    """The file is named after the organisation, so a second approval of it is the same file or a misnamed one."""
    specs.approve("Demonstratie CBS")
    specs.approve("demonstratie  cbs.", path=f"{ID}-v1-demonstratie-cbs-2.yaml")

    with pytest.raises(SpecError, match=f"belongs in {ID}-v1-demonstratie-cbs.yaml"):
        consent(specs)


def test_one_organisation_in_two_roles_is_still_one(specs: Specs) -> None:
    specs.approve("CBS", "CBS", demonstration=False)
    specs.approve("CBS", "VWS", demonstration=False, path=f"{ID}-v1-cbs.yaml")

    with pytest.raises(SpecError, match="the role VWS belongs to VWS itself"):
        consent(specs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"role": "VWS"}, "the role VWS belongs to VWS itself"),
        ({"role": "ministerie"}, "role"),
        ({"demonstration": "'false'"}, "demonstration"),
        ({"organisation": "\u0421BS"}, "organisation"),
        ({"fingerprint": "abc"}, "fingerprint"),
        ({"date": "gisteren"}, "date"),
        ({"date": "2031-01-01"}, "lies ahead"),
        ({"akkoord": "true"}, "akkoord"),
        ({"version": "2"}, f"belongs in {ID}-v2-gemeente-utrecht.yaml"),
        ({"persona": "een-ander"}, "belongs in een-ander-v1-gemeente-utrecht.yaml"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_forged_or_broken_approval_is_refused_by_name(specs: Specs, changes: dict[str, str], words: str) -> None:
    specs.partners_approve()
    path = specs.approve(
        "Gemeente Utrecht",
        **{"demonstration": False, "path": f"{ID}-v1-gemeente-utrecht.yaml"} | changes,  # type: ignore[arg-type]
    )

    with pytest.raises(SpecError, match=words) as refused:
        consent(specs)

    assert path.name in str(refused.value)


def test_an_approval_that_hides_whether_it_is_a_demonstration_is_refused(specs: Specs) -> None:
    path = specs.approve("CBS", "CBS", demonstration=False)
    specs.edit(path, "demonstration: false\n", "")

    with pytest.raises(SpecError, match="demonstration"):
        consent(specs)


def test_approvals_of_another_version_are_another_matter(specs: Specs) -> None:
    specs.partners_approve()
    specs.edit(specs.file, "version: 1", "version: 2")

    assert read_approvals(specs.folder, specs.persona) == []


def test_the_two_kinds_of_approvals_do_not_meet(specs: Specs) -> None:
    specs.partners_approve()
    correction = specs.folder / "approvals" / "proef-correctie.yaml"
    people = "[{name: A, organisation: CBS}, {name: B, organisation: VWS}]"
    correction.write_text(f"plan: proef\ndelivery_ids: [x]\nreason: fout\napproved_by: {people}\n", encoding="utf-8")

    assert require_approval(specs.folder / "approvals", "proef", ("x",)).plan == "proef"
    assert not consent(specs).demonstration


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [("Ministerie van VWS", "ministerie-van-vws"), ("Gemeente 's-Hertogenbosch", "gemeente-s-hertogenbosch")],
)
def test_an_organisation_names_its_file(organisation: str, expected: str) -> None:
    assert slug(organisation) == expected


def test_the_approvals_of_this_checkout_are_readable() -> None:
    specs = CHECKOUT / "persona_specs"

    for path in folder_of(specs).glob("*.yaml"):
        name = Persona.model_construct(id=path.stem.rsplit("-v", 1)[0], version=1)
        assert read_approvals(specs, name) is not None
