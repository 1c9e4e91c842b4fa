"""The bad twin of every rule: the least that breaks it in the small world, and what then breaks with it.

What belongs here: damage by kind of rule, so that a rule of a new register has its twin at once. What does not: rules
on persons and indicators (`test_twins_of_people.py`), and public totals (`test_twins_of_totals.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from expectations.ground import Ground
from expectations.registers import key_of
from expectations.rules import Rule
from pipelines.registers.catalogue_model import Register
from tests.expectations.small_world import BEFORE, NOW, PEOPLE


@dataclass(frozen=True)
class Damage:
    """Statements, and names of rules of the same table that cannot hold then either."""

    statements: tuple[str, ...]
    also: tuple[str, ...] = ()


def damage(rule: Rule, ground: Ground) -> Damage:
    """The bad twin of a rule; raises KeyError for a rule that has none."""
    name = rule.id.split(".")[1]
    if rule.table == "coverage":
        return Damage((_COVERAGE[name],))
    unlinked = rule.table.endswith("_unlinked")
    register = next(r for r in ground.registers if r.table == rule.table.removesuffix("_unlinked"))
    if unlinked:
        return _unlinked(rule, name)
    if name in _BY_NAME:
        return _BY_NAME[name](register)
    for ending, make in (("_filled", _emptied), ("_known", _unknown), ("_in_range", _out_of_range)):
        if name.endswith(ending):
            return make(register, name.removesuffix(ending))
    raise KeyError(rule.id)


def _one(register: Register, change: str) -> str:
    return f"UPDATE {NOW}.{register.table} SET {change} WHERE rowid = 0"


def _few(register: Register, change: str) -> str:
    """A change of three people on the peildatum, which is more than one in a hundred rows."""
    last = f"SELECT max(rowid) FROM {NOW}.{register.table} GROUP BY person ORDER BY person LIMIT 3"
    return f"UPDATE {NOW}.{register.table} SET {change} WHERE rowid IN ({last})"


def _begin(register: Register) -> str:
    assert register.spell is not None
    return register.spell.begin


def _end(register: Register) -> str:
    assert register.spell is not None
    return register.spell.end


def _typed(register: Register) -> Damage:
    column, kind = ("person", "BIGINT") if register.has_persons else (key_of(register)[0], "HUGEINT")
    if column == "object_id" or register.has_persons:
        return Damage((f"ALTER TABLE {NOW}.{register.table} ALTER {column} TYPE {kind}",))
    return Damage((f"ALTER TABLE {NOW}.{register.table} ALTER {column} TYPE VARCHAR[] USING [{column}]",))


def _empty(register: Register) -> Damage:
    return Damage((f"DELETE FROM {NOW}.{register.table}",), ("rows_stable",))


def _emptied(register: Register, column: str) -> Damage:
    also = ("persons_exist",) if column == "person" and register.name != "GBAPERSOONTAB" else ()
    return Damage((_one(register, f"{column} = NULL"),), also)


def _unknown(register: Register, column: str) -> Damage:
    kinds = {c.canonical: c.kind for c in register.kept}
    return Damage((_one(register, f"{column} = {'9999' if kinds[column] == 'gemeente' else repr('~~')}"),))


def _out_of_range(register: Register, column: str) -> Damage:
    if column == "person":
        return Damage((_one(register, "person = 1"),), ("persons_exist",))
    kind = next(c.kind for c in register.kept if c.canonical == column)
    ends = register.spell is not None and column == register.spell.end
    value = {"year": "1500", "month": "13", "date": "DATE '20000-01-01'" if ends else "DATE '1500-01-01'"}
    # The last row of a person, so that what ends late is followed by nothing.
    where = f"rowid = (SELECT max(rowid) FROM {NOW}.{register.table})" if ends else "rowid = 0"
    changed = f"{column} = {value.get(kind, '2000000000')}"
    return Damage((f"UPDATE {NOW}.{register.table} SET {changed} WHERE {where}",))


def _twice(register: Register) -> Damage:
    table = f"{NOW}.{register.table}"
    if _in_one_place(register):
        return Damage((f"INSERT INTO {table} SELECT * FROM {table} WHERE rowid = 0",), ("no_overlap",))
    # The last row once more, so that the table is in order of person as before.
    return Damage((f"INSERT INTO {table} SELECT * FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})",))


def _in_one_place(register: Register) -> bool:
    return register.name in ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")


def _backwards(register: Register) -> Damage:
    return Damage((_one(register, f"{_end(register)} = {_begin(register)} - 1"),))


def _two_at_once(register: Register) -> Damage:
    table, begin = f"{NOW}.{register.table}", _begin(register)
    last = f"SELECT * REPLACE ({begin} + 1 AS {begin}) FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})"
    return Damage((f"INSERT INTO {table} {last}",), ("no_overlap",))


def _overlapping(register: Register) -> Damage:
    table, begin = f"{NOW}.{register.table}", _begin(register)
    if _in_one_place(register):
        return Damage((_one(register, f"{_end(register)} = DATE '2015-01-01'"),))
    return Damage((f"INSERT INTO {table} SELECT * REPLACE ({begin} + 1 AS {begin}) FROM {table} WHERE rowid < 3",))


def _nobody(register: Register) -> Damage:
    return Damage((_one(register, "person = 999"),))


def _many_nobodies(register: Register) -> Damage:
    # With the first people moved to the end of the numbers, the table is no longer in order of person.
    return Damage((_few(register, "person = person + 9000"),), ("persons_exist",))


def _no_household(_register: Register) -> Damage:
    return Damage((f"DELETE FROM {NOW}.gbahuishoudensbus WHERE rowid % 2 = 1 AND rowid < 6",))


def _both_lists(_register: Register) -> Damage:
    one = f"(SELECT object_id FROM {NOW}.vslgwbtab WHERE rowid = 0)"
    return Damage((f"UPDATE {NOW}.nietvslgwbtab SET object_id = {one} WHERE rowid = 0",))


def _shrunk(register: Register) -> Damage:
    return Damage((f"DELETE FROM {BEFORE}.{register.table} WHERE rowid >= {PEOPLE // 3}",))


def _unlinked(rule: Rule, name: str) -> Damage:
    values = {"unlinked_person_filled": "('S', NULL)", "rinpersoons_known": "('R', 5)"}[name]
    return Damage((f"INSERT INTO {NOW}.{rule.table} (rinpersoons, unlinked_person) VALUES {values}",))


_BY_NAME: dict[str, Callable[[Register], Damage]] = {
    "columns_typed": _typed,
    "not_empty": _empty,
    "key_once": _twice,
    "begin_before_end": _backwards,
    "one_spell_on_peildatum": _two_at_once,
    "no_overlap": _overlapping,
    "persons_exist": _nobody,
    "persons_mostly_exist": _many_nobodies,
    "households_exist": _no_household,
    "objects_apart": _both_lists,
    "rows_stable": _shrunk,
    "objects_exist": lambda r: Damage((_few(r, "object_id = hash(-1)"),)),
    "place_fits_type": lambda r: Damage((_few(r, "plhh = '10'"),)),
    "children_fit_size": lambda r: Damage((_few(r, "aantalkindhh = 5"),)),
    "size_fits_members": lambda r: Damage((_few(r, "aantalpershh = 3"),)),
}

_UNCOVERED = f"WHERE rowid = (SELECT min(rowid) FROM {NOW}.coverage WHERE NOT covered)"
_COVERED = f"WHERE rowid = (SELECT min(rowid) FROM {NOW}.coverage WHERE covered)"
_COVERAGE = {
    "register_filled": f"UPDATE {NOW}.coverage SET register = NULL {_UNCOVERED}",
    "gemeente_filled": f"UPDATE {NOW}.coverage SET gemeente = NULL {_UNCOVERED}",
    "covered_filled": f"UPDATE {NOW}.coverage SET covered = NULL {_UNCOVERED}",
    "reason_filled": f"UPDATE {NOW}.coverage SET reason = NULL {_UNCOVERED}",
    "register_known": f"UPDATE {NOW}.coverage SET register = 'GEEN' {_UNCOVERED}",
    "gemeente_known": f"UPDATE {NOW}.coverage SET gemeente = 9999 {_UNCOVERED}",
    "key_once": f"INSERT INTO {NOW}.coverage SELECT * FROM {NOW}.coverage {_COVERED}",
    "every_gemeente": f"DELETE FROM {NOW}.coverage {_UNCOVERED}",
    "reason_fits": f"UPDATE {NOW}.coverage SET reason = 'not delivered' {_COVERED}",
    "national_is_whole": f"UPDATE {NOW}.coverage SET covered = false {_COVERED}",
}
