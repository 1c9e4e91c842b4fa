"""Every rule on persons and indicators holds on built tables, and fails in its bad twin."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from expectations.ground import everything
from expectations.indicators import indicator_rules
from expectations.persons import person_rules
from expectations.rules import Rule
from expectations.totals import inhabitant_rules
from pipelines.indicators.compiler import Bit, assign_bits
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.warehouse import open_warehouse
from tests.expectations.conftest import FIRST_RIN, OUTSIDE_RIN, Kluis
from tests.expectations.small_world import SmallWorld
from tests.tiny import PEILJAAR, specs

_T = f"kluis.y{PEILJAAR}"
GROUND = everything(load_catalogue(), specs(), PEILJAAR)
PERSON_RULES = {rule.id.split(".")[1]: rule for rule in person_rules(GROUND)}
INDICATOR_RULES = {rule.id.split(".")[1]: rule for rule in indicator_rules(GROUND)}
BITS = assign_bits(specs())
AGES = {i.id for i in specs().base if i.rule.person and i.rule.person.age}
ENDINGS = ("_true_is_known", "_sometimes_true", "_sometimes_false", "_only_where_covered", "_known_where_covered")


@pytest.fixture(scope="module")
def world(good: Kluis) -> Iterator[SmallWorld]:
    """The good tables, open for damage that is rolled back. Its rules know of no public total."""
    ground = good.ground
    with open_warehouse(good.root, good.key) as warehouse:
        yield SmallWorld(warehouse.connection, ground)


BAD_PERSONS = {
    "key_once": f"INSERT INTO {{t}} SELECT * FROM {{t}} WHERE person = {FIRST_RIN}",
    "person_filled": f"UPDATE {{t}} SET person = NULL WHERE person = {FIRST_RIN}",
    "gemeente_known": f"UPDATE {{t}} SET gemeente = 9999 WHERE person = {FIRST_RIN}",
    "gemeente_filled": f"UPDATE {{t}} SET gemeente = NULL WHERE person = {FIRST_RIN}",
    "gemeente_mostly_found": "UPDATE {t} SET gemeente = 0 WHERE rowid < 3",
    "leeftijd_in_range": f"UPDATE {{t}} SET leeftijd = 131, leeftijdsgroep = 4 WHERE person = {FIRST_RIN}",
    "leeftijd_mostly_filled": "UPDATE {t} SET leeftijd = NULL, leeftijdsgroep = NULL WHERE rowid < 3",
    "leeftijdsgroep_known": f"UPDATE {{t}} SET leeftijdsgroep = 9 WHERE person = {FIRST_RIN}",
    "leeftijdsgroep_fits": f"UPDATE {{t}} SET leeftijdsgroep = 0 WHERE person = {FIRST_RIN}",
    "geslacht_known": f"UPDATE {{t}} SET geslacht = 7 WHERE person = {FIRST_RIN}",
    "geslacht_filled": f"UPDATE {{t}} SET geslacht = NULL WHERE person = {FIRST_RIN}",
    "address_kind_known": f"UPDATE {{t}} SET address_kind = 9 WHERE person = {FIRST_RIN}",
    "address_kind_fits": f"UPDATE {{t}} SET address_kind = NULL WHERE person = {FIRST_RIN}",
    "not_empty": "DELETE FROM {t}",
    "everybody": f"UPDATE {{t}} SET person = 999 WHERE person = {FIRST_RIN}",
}
ALSO = {
    "key_once": {"everybody"},
    "person_filled": {"everybody"},
    "leeftijd_in_range": {"leeftijdsgroep_fits"},
    "leeftijdsgroep_known": {"leeftijdsgroep_fits"},
    "not_empty": {"everybody"},
}


def test_every_rule_on_people_holds_on_good_tables(world: SmallWorld) -> None:
    assert world.failed([*person_rules(world.ground), *indicator_rules(world.ground)]) == set()


def test_every_rule_on_persons_has_a_bad_twin() -> None:
    assert BAD_PERSONS.keys() == PERSON_RULES.keys()


@pytest.mark.parametrize("name", BAD_PERSONS)
def test_the_bad_twin_of_a_rule_on_persons_breaks_it_and_nothing_else(world: SmallWorld, name: str) -> None:
    with world.damaged(BAD_PERSONS[name].format(t=f"{_T}.persons")):
        found = world.failed(person_rules(world.ground))

    assert found == {f"persons.{rule}" for rule in {name} | ALSO.get(name, set())}


def bad_indicator(name: str) -> list[str]:
    """Statements that break a rule on the indicators; raises KeyError for a rule that has none."""
    if name == "every_person":
        return [f"UPDATE {_T}.person_words SET person = 999 WHERE person = {FIRST_RIN}"]
    if name == "ages_agree":
        return [f"UPDATE {_T}.persons SET leeftijd = 12 WHERE person = {FIRST_RIN}"]
    ending = next(found for found in ENDINGS if name.endswith(found))
    subject = name.removesuffix(ending)
    if ending in ENDINGS[3:]:
        return _spoil_coverage(subject, ending)
    parts = [BITS[part] for part in _base_of(subject)]
    if ending == "_true_is_known":
        (bit,) = parts
        changed = f"t{bit.word} = t{bit.word} | {bit.mask}, k{bit.word} = k{bit.word} & ~{bit.mask}::UBIGINT"
        return [f"UPDATE {_T}.person_words SET {changed} WHERE person = {OUTSIDE_RIN + 1}"]
    # For a combination all its parts at once, each to what it takes. `none_of` turns them round.
    wanted = ending == "_sometimes_false"
    if not specs().by_id[subject].is_base and specs().by_id[subject].rule.none_of:
        wanted = not wanted
    return [f"UPDATE {_T}.person_words SET t{bit.word} = {_everywhere(bit, wanted)}" for bit in parts]


def _everywhere(bit: Bit, true: bool) -> str:
    return f"t{bit.word} | (k{bit.word} & {bit.mask})" if true else f"t{bit.word} & ~{bit.mask}::UBIGINT"


def _base_of(name: str) -> list[str]:
    indicator = specs().by_id[name]
    if indicator.is_base:
        return [name]
    return list(dict.fromkeys(base for part in indicator.rule.combines for base in _base_of(part)))


def _spoil_coverage(table: str, ending: str) -> list[str]:
    register = next(r for r in load_catalogue().registers.values() if r.table == table)
    if ending == "_only_where_covered":
        return [f"UPDATE {_T}.coverage SET covered = false WHERE register = '{register.name}'"]
    bit = next(bit for bit in BITS.values() if bit.indicator.source == register.name)
    mask = f"{bit.mask}::UBIGINT"
    return [f"UPDATE {_T}.person_words SET t{bit.word} = t{bit.word} & ~{mask}, k{bit.word} = k{bit.word} & ~{mask}"]


def _follows(name: str) -> set[str]:
    """Rules that may fail with it: whether indicators with a part in common tell people apart, and ages."""
    ending = next((found for found in ENDINGS if name.endswith(found)), "")
    subject = name.removesuffix(ending)
    if ending in ("", "_true_is_known", "_only_where_covered"):
        return {"ages_agree"} if name == "every_person" or (subject in AGES and ending == "_true_is_known") else set()
    touched = (
        {i.id for i in specs().base if i.source and i.source.lower() == subject}
        if ending == "_known_where_covered"
        else set(_base_of(subject))
    )
    related = {other for other in specs().by_id if touched & set(_base_of(other))}
    return {f"{other}_sometimes_{answer}" for other in related for answer in ("true", "false")} | {"ages_agree"}


@pytest.mark.parametrize("name", INDICATOR_RULES)
def test_the_bad_twin_of_a_rule_on_indicators_breaks_it_and_what_follows(world: SmallWorld, name: str) -> None:
    follows = {name} | _follows(name)
    asked = [rule for rule in INDICATOR_RULES.values() if _near(rule, name) or rule.id.split(".")[1] in follows]

    with world.damaged(*bad_indicator(name)):
        found = world.failed(asked)

    assert f"person_indicators.{name}" in found
    assert found <= {f"person_indicators.{other}" for other in follows}


def _near(rule: Rule, name: str) -> bool:
    """Rules on the same indicator or the same register. What is further away reads other bits; asking all of it for
    each of hundreds of twins takes a minute, so `test_nothing_further_away_breaks` does that for one of each kind."""
    other = rule.id.split(".")[1]
    return other.split("_")[0] == name.split("_")[0] or other == "every_person"


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_further_away_breaks(world: SmallWorld, ending: str) -> None:
    name = next(found for found in INDICATOR_RULES if found.endswith(ending))

    with world.damaged(*bad_indicator(name)):
        found = world.failed(list(INDICATOR_RULES.values()))

    assert found <= {f"person_indicators.{other}" for other in {name} | _follows(name)}


def test_of_a_register_that_was_not_delivered_nothing_may_be_known(world: SmallWorld) -> None:
    ground = replace(world.ground, tables=world.ground.tables - {"vroegsignalering"})
    rules = [rule for rule in indicator_rules(ground) if rule.id.endswith("vroegsignalering_only_where_covered")]
    bit = BITS["vroegsignaal"]
    nothing = f"UPDATE {_T}.coverage SET covered = false WHERE register = 'VROEGSIGNALERING'"
    unknown = f"UPDATE {_T}.person_words SET k{bit.word} = k{bit.word} & ~{bit.mask}::UBIGINT"
    one = f"k{bit.word} = k{bit.word} | {bit.mask}, t{bit.word} = t{bit.word} | {bit.mask}"

    with world.damaged(nothing, unknown):
        assert world.failed(rules) == set()
    with world.damaged(nothing, unknown, f"UPDATE {_T}.person_words SET {one} WHERE person = {FIRST_RIN}"):
        assert world.failed(rules) == {rules[0].id}


def test_without_a_public_scale_nobody_is_compared_with_public_totals(world: SmallWorld) -> None:
    assert world.ground.scale is None
    assert inhabitant_rules(world.ground) == ()
