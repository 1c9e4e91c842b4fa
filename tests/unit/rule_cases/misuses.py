"""Rules that cannot run, or that would be true of nobody or everybody, and what their author is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Misuse:
    """A rule on a source (none for a person), and the words of the refusal."""

    what: str
    source: str | None
    yaml: str
    told: str


MISUSES = (
    Misuse(
        "moves in a register without addresses",
        "SPOLISBUS",
        "moved: {months: 12}",
        "rule.moved: SPOLISBUS is no register of addresses, so nobody moves in it; choose GBAADRESOBJECTBUS",
    ),
    Misuse(
        "a spell in a register of records",
        "VERDTAB",
        "spell_on_peildatum: {}",
        "rule.spell_on_peildatum: VERDTAB has records and no spells; use record_exists",
    ),
    Misuse(
        "months of records without a begin and an end",
        "VERDTAB",
        "count: {at_least: 2, months: 12}",
        "rule.count.months: VERDTAB has records and no spells, so no months can be chosen; leave `months` out, and all "
        "records of the year count",
    ),
    Misuse(
        "different values of an unknown column",
        "GGZZPMPRESTATIETAB",
        "count: {at_least: 2, distinct: zpmdiagnos}",
        "rule.count.distinct: register GGZZPMPRESTATIETAB has no column 'zpmdiagnos'. It has: zpmdiagnose. Did you mean "
        "'zpmdiagnose'?",
    ),
    Misuse(
        "more different values than are asked for",
        "GGZZPMPRESTATIETAB",
        "count: {at_least: 2, distinct: zpmdiagnose, where: {zpmdiagnose: [SG01]}}",
        "rule.count.distinct: asks for 2 different values of zpmdiagnose, and `where` allows 1; name more codes, or "
        "lower at_least",
    ),
    Misuse(
        "a sum of codes",
        "MEDICIJNTAB",
        "sum: {column: atc4, at_least: 2}",
        "rule.sum.column: MEDICIJNTAB.atc4 is of kind text, and must be an amount",
    ),
    Misuse(
        "a sum of years",
        "GBAPERSOONTAB",
        "sum: {column: gbageboortejaar, at_least: 2}",
        "rule.sum.column: GBAPERSOONTAB.gbageboortejaar is of kind year, and must be an amount",
    ),
    Misuse(
        "a range of codes",
        "SECMBUS",
        "record_exists: {between: {secm: {from: 11}}}",
        "rule.record_exists.between.secm: SECMBUS.secm is of kind code, and must be a number",
    ),
    Misuse(
        "codes of a number",
        "INPATAB",
        "record_exists: {where: {inpp100ppers: ['1']}}",
        "rule.record_exists.where.inpp100ppers: INPATAB.inpp100ppers is of kind integer and holds no codes; use between, "
        "or a rule on spells",
    ),
    Misuse(
        "a code that is not on the list",
        "BIJSTANDPERSOONBUS",
        "record_exists: {where: {bijstandsoort: ['1']}}",
        "rule.record_exists.where.bijstandsoort[0]: BIJSTANDPERSOONBUS.bijstandsoort has no code '1'. Allowed: 01, 02, "
        "03, 13, 14, 18, 19, 20",
    ),
    Misuse(
        "the code of a missing value",
        "HOOGSTEOPLTAB",
        "record_exists: {where: {oplnivsoi2021agg4hbmetnirwo: ['9999']}}",
        "rule.record_exists.where.oplnivsoi2021agg4hbmetnirwo[0]: '9999' says that the value is missing, and by itself "
        "makes the indicator unknown; name codes that say something",
    ),
    Misuse(
        "a range that crosses",
        "INPATAB",
        "record_exists: {between: {inpp100ppers: {from: 10, to: 1}}}",
        "rule.record_exists.between.inpp100ppers: runs from 10 to 1, so it is never true; exchange the two",
    ),
    Misuse(
        "ages that cross",
        None,
        "person: {age: {from: 66, to: 18}}",
        "rule.person.age: runs from 66 to 18, so it is never true; exchange the two",
    ),
    Misuse(
        "an age without bounds",
        None,
        "person: {age: {}}",
        "rule.person.age: has no bound, so it is true of everybody; give `from`, `to` or both",
    ),
    Misuse(
        "longer than it may have lasted",
        "BIJSTANDPERSOONBUS",
        "spell_on_peildatum: {min_months: 6, max_months: 6}",
        "rule.spell_on_peildatum.max_months: found 6 beside min_months 6, and no spell began both so long and so short "
        "ago; min_months must be the smaller one",
    ),
    Misuse(
        "a window that holds no day",
        "BIJSTANDPERSOONBUS",
        "spell_ended: {months_before: {from: 12, to: 12}}",
        "rule.spell_ended.months_before: runs from 12 to 12 and holds no day; both count back from the peildatum, and "
        "`from` must be smaller than `to`",
    ),
    Misuse(
        "nothing of a register of records",
        "SPOLISBUS",
        "ended_and_nothing_began: {months_before: {to: 12}, within_months: 3, nothing_of: [{source: VERDTAB}]}",
        "rule.ended_and_nothing_began.nothing_of[0].source: VERDTAB has no spells, so nothing can begin in it",
    ),
    Misuse(
        "a column that what followed does not have",
        "SPOLISBUS",
        "ended_and_nothing_began: {months_before: {to: 12}, within_months: 3, nothing_of: "
        "[{source: WWPERSOONBUS, where: {soort: ['1']}}]}",
        "rule.ended_and_nothing_began.nothing_of[0].where.soort: register WWPERSOONBUS has no column 'soort'. It has: "
        "aanvww, eindww.",
    ),
    Misuse(
        "a register without persons",
        "VSLGWBTAB",
        "record_exists: {}",
        "source: VSLGWBTAB has no persons, so it says nothing of a person; choose another",
    ),
    Misuse(
        "months that no calendar has",
        "BIJSTANDPERSOONBUS",
        "spell_in_months: {months: 1201}",
        "rule.spell_in_months.months: found 1201, allowed is at most 1200 months (a hundred years)",
    ),
)
