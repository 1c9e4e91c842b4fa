"""Rules about what came after what: a spell that ended, and an address that followed another.

What belongs here: SQL that looks at the few people concerned first, and then at their other spells. What does not:
rules on records by themselves (`scans.py`).
"""

from dataclasses import dataclass

from pipelines.indicators.compiler import Bit, Year, joined
from pipelines.indicators.rows import before, ended_between, matching, missing, open_columns, spell_of
from pipelines.indicators.spec import EndedAndNothingBegan, Moved, OnRegister, RowsOf, SpellEnded
from pipelines.registers.catalogue_model import Register


def is_sequence(rule: OnRegister) -> bool:
    """Does the rule look at other spells than the one that counts?"""
    return isinstance(rule, SpellEnded | EndedAndNothingBegan | Moved)


def ended_sql(register: Register, bit: Bit, year: Year) -> str:
    """SQL of rows (person, t0, s0, ...): a spell ended in the window and nothing followed it.

    A follower with a missing value leaves it open, as does a missing value of the ended spell. What an uncovered
    register of `nothing_of` leaves open is settled per gemeente (`coverage_words.py`).
    """
    rule = bit.indicator.rule.on_register
    if not isinstance(rule, SpellEnded | EndedAndNothingBegan):
        raise ValueError(f"{bit.indicator.id} is no rule about what ended")
    end = f"r.{spell_of(register).end}"
    says = " AND ".join(matching(rule)) or "true"
    followers = _followers(rule, register, year)
    unclear = ["e.says IS NULL"] if open_columns(rule) else []
    unclear += [f"EXISTS (SELECT 1 FROM ({f.perhaps}) f WHERE {_FOLLOWS})" for f in followers if f.perhaps]
    surely = "".join(f"\nANTI JOIN ({_of_theirs(f.surely)}) f ON {_FOLLOWS}" for f in followers)
    return (
        f"SELECT * FROM (\nWITH ended AS MATERIALIZED (\nSELECT r.person, {end} AS ended, "
        f"{_until(rule, end, year.peiljaar)} AS until, {says} AS says\nFROM {year.schema}.{register.table} r\n"
        f"WHERE {ended_between(rule.months_before, end, year.peiljaar)} AND ({says}) IS NOT FALSE\n)\n"
        f"SELECT person, {_bits(year, bit)}\nFROM (SELECT e.person, {' OR '.join(unclear) or 'false'} AS unclear "
        f"FROM ended e{surely})\n)"
    )


def _of_theirs(spells: str) -> str:
    """Spells of the people concerned only: few are left to be compared, however large the register is."""
    return f"SELECT s.* FROM ({spells}) s SEMI JOIN ended USING (person)"


_FOLLOWS = "f.person = e.person AND f.begun <= e.until AND f.reach > e.ended"
"""A follower covers the day after the end, or begins between the end and `until`."""


@dataclass(frozen=True)
class _Followers:
    """SQL of (person, begun, reach) for spells that follow if they come in time: surely, and perhaps because a
    value is missing (empty when none can be)."""

    surely: str
    perhaps: str = ""


def _followers(rule: SpellEnded | EndedAndNothingBegan, register: Register, year: Year) -> list[_Followers]:
    if isinstance(rule, SpellEnded):
        spell = spell_of(register)
        columns = f"r.person, r.{spell.begin} AS begun, r.{spell.end} AS reach"
        return [_Followers(f"SELECT {columns} FROM {year.schema}.{register.table} r")]
    return [_of_source(rows, year) for rows in rule.nothing_of if rows.source in year.delivered]


def _of_source(rows: RowsOf, year: Year) -> _Followers:
    register = year.catalogue.register(rows.source)
    spell = spell_of(register)
    # A spell that begins after the end follows, even when its own end was written before its begin.
    reach = f"greatest(r.{spell.begin}, r.{spell.end})"
    spells = f"SELECT r.person, r.{spell.begin} AS begun, {reach} AS reach FROM {year.schema}.{register.table} r"
    codes = " AND ".join(matching(rows))
    if not codes:
        return _Followers(spells)
    # Asked as IS TRUE, because a list of codes that the scan takes over is compared one by one, three times as slow.
    return _Followers(f"{spells} WHERE ({codes}) IS TRUE", f"{spells} WHERE {missing(rows)}")


def _until(rule: SpellEnded | EndedAndNothingBegan, end: str, peiljaar: int) -> str:
    """The last day on which a follower may begin."""
    if isinstance(rule, SpellEnded):
        return f"{end} + 1"
    return f"least(CAST({end} + INTERVAL {rule.within_months} MONTH AS DATE), {before(peiljaar, 0)})"


def moved_sql(register: Register, bits: list[Bit], year: Year) -> str:
    """SQL of rows (person, t0, s0, ...): who moved often enough. The spells of people with enough spells begun in
    the window are looked at again, because only an earlier spell tells a move from a first address."""
    begin = f"r.{spell_of(register).begin}"
    moves = [(bit, rule) for bit in bits if isinstance(rule := bit.indicator.rule.on_register, Moved)]
    until = before(year.peiljaar, 0)
    enough: list[str] = []
    true: dict[int, list[str]] = {word: [] for word in range(year.words)}
    for bit, rule in moves:
        since = before(year.peiljaar, rule.months)
        begun = f"count(*) FILTER (WHERE {begin} > {since} AND {begin} <= {until})"
        enough.append(f"{begun} >= {rule.at_least}")
        true[bit.word].append(bit.when(f"{begun} - (min({begin}) > {since})::INTEGER >= {rule.at_least}"))
    earliest = before(year.peiljaar, max(rule.months for _, rule in moves))
    table = f"{year.schema}.{register.table}"
    columns = ", ".join(f"{joined(true[word])} AS t{word}, 0::UBIGINT AS s{word}" for word in range(year.words))
    return (
        f"SELECT r.person, {columns}\nFROM {table} r SEMI JOIN (\n"
        f"SELECT r.person FROM {table} r WHERE {begin} > {earliest} AND {begin} <= {until}\n"
        f"GROUP BY r.person HAVING {' OR '.join(enough)}\n) c USING (person)\nGROUP BY r.person"
    )


def _bits(year: Year, bit: Bit) -> str:
    """The columns t0, s0, ... with one bit: true, or left open where the row is unclear."""
    columns: list[str] = []
    for word in range(year.words):
        true, said = "0::UBIGINT", "0::UBIGINT"
        if word == bit.word:
            true, said = bit.when("NOT unclear"), bit.when("unclear")
        columns.append(f"{true} AS t{word}, {said} AS s{word}")
    return ", ".join(columns)
