"""What follows from two rules on paper must hold in the rows of everybody, and what the texts rest on must be found."""

import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.indicators.collection import Indicators
from pipelines.personas.implied import excludes, implies
from pipelines.personas.reference_rows import fact
from pipelines.registers.catalogue_model import load_catalogue
from tests.bare_indicator import indicator
from tests.personas.invented_rows import CATALOGUE, KINDS, invent, invented_indicators
from tests.personas.renew_explained import specs_only
from tests.personas.test_persona_texts import IMPLIED

INDICATORS = specs_only().indicators()


@settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(indicators=invented_indicators(KINDS), seed=st.integers(0, 2**32))
def test_what_is_said_to_follow_does_for_everybody(indicators: Indicators, seed: int) -> None:
    country = invent(random.Random(seed), 60)  # noqa: S311 - invented people, no secret
    base = [indicator for indicator in indicators.base if indicator.rule.household_member is None]
    pairs = [(one, other) for one in base for other in base if one.id != other.id]
    following = [pair for pair in pairs if implies(*pair)]
    apart = [(one, other) for one, other in pairs if excludes(one, other, CATALOGUE)]

    for dossier in country.dossiers().values():
        has = {i.id: fact(i.id, dossier, indicators, CATALOGUE, country.peildatum) for i in base}
        for one, other in following:
            assert has[one.id] is not True or has[other.id] is True, (one.rule, other.rule)
        for one, other in apart:
            assert not (has[one.id] and has[other.id]), (one.rule, other.rule)


@pytest.mark.parametrize(("fact_name", "implied"), IMPLIED.items())
def test_what_cannot_be_true_without_the_other_is_found(fact_name: str, implied: str) -> None:
    assert implies(INDICATORS.by_id[fact_name], INDICATORS.by_id[implied])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("leeftijd_18_tot_21", "leeftijd_18_tot_27", True),
        ("leeftijd_18_tot_27", "leeftijd_18_tot_21", False),
        ("leeftijd_vanaf_aow", "volwassen", True),
        ("thuiszitter", "thuiszitter_drie_maanden", False),
        ("bijstand", "aio", False),
        ("insuline", "coeliakie", False),
        ("adres_opvang_of_briefadres", "opvang_drie_maanden", False),
    ],
)
def test_one_fact_says_another_or_not(one: str, other: str, expected: bool) -> None:
    assert implies(INDICATORS.by_id[one], INDICATORS.by_id[other]) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("leeftijd_4_tot_13", "leeftijd_18_tot_27", True),
        ("leeftijd_18_tot_21", "leeftijd_18_tot_27", False),
        ("thuiswonend_kind", "ouder_met_thuiswonend_kind", True),
        ("bijstand", "aio", False),
        ("verslaving_medicatie", "antipsychotica", False),
        ("wlz_lvb", "wlz_indicatie", False),
    ],
)
def test_two_facts_cannot_go_together_or_can(one: str, other: str, expected: bool) -> None:
    first, second = INDICATORS.by_id[one], INDICATORS.by_id[other]

    assert excludes(first, second, load_catalogue()) is expected
    assert excludes(second, first, load_catalogue()) is expected


@pytest.mark.parametrize(("months", "expected"), [(12, True), (13, False)])
def test_a_spell_of_the_last_months_is_one_of_the_year_up_to_twelve_months(months: int, expected: bool) -> None:
    lately = indicator("lately", {"spell_in_months": {"months": months}}, "BIJSTANDPERSOONBUS")
    this_year = indicator("this_year", {"spell_in_year": {}}, "BIJSTANDPERSOONBUS")

    assert implies(lately, this_year) is expected
