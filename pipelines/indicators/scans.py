"""One scan of a register: rows of bits per person, for all indicators that are read from it.

What belongs here: SQL of the scan. What does not: what a single record says (`rows.py`), rules about what came
after what (`sequences.py`), and running (`table.py`).

Per word of 63 indicators a row has `t`, the indicators that are true by it, and `s`, what it says of being known.
Where a register's silence means "no", `s` marks what a missing value leaves open; where its silence says nothing,
`s` marks what is known.
"""

from pipelines.indicators.compiler import Bit, Year, joined
from pipelines.indicators.rows import condition, number, open_columns, times, unclear
from pipelines.indicators.sequences import ended_sql, is_sequence, moved_sql
from pipelines.indicators.spec import Count, Moved, OnRegister, Sum
from pipelines.registers.catalogue_model import Register


def register_sql(register: Register, bits: list[Bit], year: Year) -> str:
    """SQL of rows (person, t0, s0, ...) for everybody of whom the register says anything."""
    moved = [bit for bit in bits if isinstance(_rule(bit), Moved)]
    ended = [bit for bit in bits if is_sequence(_rule(bit)) and bit not in moved]
    own = [bit for bit in bits if bit not in moved and bit not in ended]
    silence_is_no = register.absence == "nee"
    one_row_each = set(register.key) == set(register.person_key)
    if not silence_is_no and one_row_each and own == bits and not any(_is_grouped(bit) for bit in bits):
        return _records_sql(register, own, year, known_of=bits)
    parts = [_records_sql(register, own, year)] if own or not silence_is_no else []
    parts += [ended_sql(register, bit, year) for bit in ended]
    parts += [moved_sql(register, moved, year)] if moved else []
    said = "\nUNION ALL\n".join(parts)
    return said if silence_is_no else _known_unless_open(said, bits, year)


def _records_sql(register: Register, bits: list[Bit], year: Year, known_of: list[Bit] | None = None) -> str:
    """The records in one scan, by person when a rule looks at several of them. With `known_of` the answer is whole
    in each row, and `s` marks what is known of these bits."""
    grouped = any(_is_grouped(bit) for bit in bits)
    every_row = register.absence == "onbekend"
    holds = () if every_row else _same_times(bits, register, year)
    columns: list[str] = []
    for word in range(year.words):
        here = [bit for bit in bits if bit.word == word]
        true, left_open = _of_rows(here, register, year, grouped, holds)
        if grouped:
            true_together, open_together = _of_groups(here, register, year, holds)
            true, left_open = [*true, *true_together], [*left_open, *open_together]
        says = joined(left_open) if known_of is None else _known(joined(left_open), known_of, word)
        columns.append(f"{joined(true)} AS t{word}, {says} AS s{word}")
    where = "" if every_row else _relevant(bits, register, year, holds)
    group = "\nGROUP BY r.person" if grouped else ""
    return f"SELECT r.person, {', '.join(columns)}\nFROM {year.schema}.{register.table} r{where}{group}"


def _of_rows(
    bits: list[Bit], register: Register, year: Year, grouped: bool, holds: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """Bits that one record makes true, and those that it leaves open."""
    rows = [bit for bit in bits if not _is_grouped(bit)]
    true = [bit.when(condition(_rule(bit), register, year.peiljaar, holds)) for bit in rows]
    masks: dict[str, int] = {}
    for bit in rows:
        if question := unclear(_rule(bit), register, year.peiljaar, holds):
            masks[question] = masks.get(question, 0) | bit.mask
    open_ones = [f"CASE WHEN {question} THEN {mask}::UBIGINT ELSE 0 END" for question, mask in masks.items()]
    if not grouped:
        return true, open_ones
    return [f"bit_or({joined(true)})"] if true else [], [f"bit_or({joined(open_ones)})"] if open_ones else []


def _of_groups(bits: list[Bit], register: Register, year: Year, holds: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Bits that the records of a person make true together, and those that they leave open."""
    true: list[str] = []
    left_open: list[str] = []
    for bit in bits:
        rule = _rule(bit)
        counts = condition(rule, register, year.peiljaar, holds)
        if isinstance(rule, Count):
            several = "count(*)" if rule.distinct is None else f"count(DISTINCT r.{rule.distinct})"
            true.append(bit.when(f"{several} FILTER (WHERE {counts}) >= {rule.at_least}"))
            if open_columns(rule):
                left_open.append(bit.when(f"{several} FILTER (WHERE ({counts}) IS NOT FALSE) >= {rule.at_least}"))
        elif isinstance(rule, Sum):
            total = f"sum({_amount(rule, register)}) FILTER (WHERE {counts})"
            true.append(bit.when(f"{total} >= {number(rule.at_least)}"))
            left_open.append(bit.when(f"bool_or(({counts}) IS NULL OR (({counts}) AND r.{rule.column} IS NULL))"))
    return true, left_open


def _amount(rule: Sum, register: Register) -> str:
    """The amount of a record; as a decimal, because a sum of binary fractions hangs on the order of the rows."""
    column = f"r.{rule.column}"
    return f"CAST({column} AS DECIMAL(18, 4))" if register.column(rule.column).kind == "number" else column


def _same_times(bits: list[Bit], register: Register, year: Year) -> tuple[str, ...]:
    """What every one of these rules asks of the dates of a record: asked once, of the records that are read."""
    asked = [times(_rule(bit), register, year.peiljaar) for bit in bits]
    return tuple(part for part in asked[0] if all(part in other for other in asked)) if asked else ()


def _relevant(bits: list[Bit], register: Register, year: Year, holds: tuple[str, ...]) -> str:
    """WHERE: only records that can make something true or leave it open; nothing when every record can."""
    parts: list[str] = []
    for bit in bits:
        rule = _rule(bit)
        parts.append(f"({condition(rule, register, year.peiljaar, holds)})")
        parts += [f"r.{column} IS NULL" for column in open_columns(rule)]
    either = [] if "(true)" in parts else [f"({' OR '.join(dict.fromkeys(parts))})"]
    asked = [*holds, *either]
    return f"\nWHERE {' AND '.join(asked)}" if asked else ""


def _known_unless_open(said: str, bits: list[Bit], year: Year) -> str:
    """Where silence says nothing: who has a record is known in everything that no record leaves open."""
    columns = ", ".join(
        f"bit_or(t{word}) AS t{word}, {_known(f'bit_or(s{word})', bits, word)} AS s{word}" for word in range(year.words)
    )
    return f"SELECT person, {columns} FROM (\n{said}\n) GROUP BY person"


def _known(left_open: str, bits: list[Bit], word: int) -> str:
    mask = sum(bit.mask for bit in bits if bit.word == word)
    return f"({mask}::UBIGINT & ~({left_open}))"


def _is_grouped(bit: Bit) -> bool:
    return isinstance(_rule(bit), Count | Sum)


def _rule(bit: Bit) -> OnRegister:
    rule = bit.indicator.rule.on_register
    if rule is None:
        raise ValueError(f"{bit.indicator.id} has no rule on a register")
    return rule
