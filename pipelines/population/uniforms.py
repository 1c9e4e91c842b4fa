"""Uniforms, permutations and dates in SQL: the same for the same seed in every peiljaar, whatever the number of threads.

What belongs here: SQL that depends on nothing but whole numbers. What does not: what it decides. DuckDB's own
hash() is not promised to stay the same between versions and random() depends on the threads, so neither is used.
"""

import re
import zlib

MOST_PEOPLE = 2**25
"""Numbers of people (`rin_number`) are a permutation of fewer than this."""

_MASK = 4_294_967_295
_PRIME = 999_999_937
"""The largest prime with nine digits."""


def salt(name: str) -> int:
    """A fixed 32-bit number per name, so that every decision has draws of its own."""
    return zlib.crc32(name.encode())


def uniform(hash_column: str, name: str, kind: str | None = None) -> str:
    """SQL of a uniform in [0, 1) that belongs to a hash column and a decision (of a `kind`, when it has many)."""
    return f"u({hash_column}, {salt(name)}, {_multiplier(kind or name)})"


def lasting_uniform(hash_column: str, name: str, lasts: int, year: int, back: int = 0) -> str:
    """SQL of a uniform that stands for `lasts` years, and then gives way to a fresh one; each hash renews it in years of
    its own. `back`: how many draws earlier."""
    if lasts == 1:
        return uniform(hash_column, f"{name} {year - back}", name)
    block, late = year // lasts - back, _renewed(hash_column, name, lasts, year)
    return (
        f"u({hash_column}, CASE WHEN {late} THEN {salt(f'{name} {lasts} {block + 1}')} "
        f"ELSE {salt(f'{name} {lasts} {block}')} END, {_multiplier(name)})"
    )


def lasting_since(hash_column: str, name: str, lasts: int, year: int) -> str:
    """SQL of the year since which the uniform of a year stands."""
    if lasts == 1:
        return str(year)
    phase = f"({_phase(hash_column, name)} * {lasts} // 1024)::INTEGER"
    late = _renewed(hash_column, name, lasts, year)
    return f"({year // lasts * lasts} + CASE WHEN {late} THEN {lasts} ELSE 0 END - {phase})"


def _phase(hash_column: str, name: str) -> str:
    return f"(({hash_column} >> {salt(name) % 21}) & 1023)::INTEGER"


def _renewed(hash_column: str, name: str, lasts: int, year: int) -> str:
    """SQL: has the hash its new draw of this turn of years already?"""
    first = -(-(lasts - year % lasts) * 1024 // lasts)
    return f"{_phase(hash_column, name)} >= {first}"


def _multiplier(name: str) -> int:
    """A large odd number of 32 bits per name, without which draws from one hash would hang together."""
    return salt(f"times {name}") | 0x8000_0001


def doubles(sql: str) -> str:
    """SQL with its decimal numbers as doubles: as decimals (how SQL reads 0.9) they are converted again for every row."""
    return re.sub(r"(?<![\w.])(\d+\.\d+)(?![\w.])", r"\1e0", sql)


def bits(hash_column: str, name: str) -> str:
    """SQL of 32 random bits that belong to a hash column and a decision."""
    return f"mix(xor({hash_column}::UBIGINT, {salt(name)}::UBIGINT))"


def bits_of_year(hash_column: str, name: str, year: int) -> str:
    """SQL of 32 random bits that belong to a hash column, a decision and a year."""
    return f"mix(xor({hash_column}::UBIGINT, {salt(f'{name} {year}')}::UBIGINT))"


def normal(hash_column: str, name: str) -> str:
    """SQL of a roughly standard normal number (the sum of three uniforms of ten bits)."""
    return f"bell({bits(hash_column, name)})"


def macros(seed: int) -> tuple[str, ...]:
    """Statements that create the macros of one population.

    `scramble` is the 32-bit finaliser "lowbias32" (found by Chris Wellons): a bijection, so different people have
    different hashes and different objects and households different keys. `mix` folds the upper half of a product over the lower,
    twice, as the wyhash family does; it names its input fewer times, which counts inside CASE, where DuckDB does
    not share common parts.
    """
    person, household = (salt(f"{seed}-{part}") for part in ("person", "household"))
    return (
        f"CREATE MACRO scramble_a(x) AS (xor(x, x >> 16) * 2146121005::UBIGINT) & {_MASK}::UBIGINT",
        f"CREATE MACRO scramble_b(x) AS (xor(x, x >> 15) * 2221713035::UBIGINT) & {_MASK}::UBIGINT",
        "CREATE MACRO scramble(x) AS xor(scramble_b(scramble_a(x)), scramble_b(scramble_a(x)) >> 16)",
        f"CREATE MACRO fold(y) AS xor(y >> 32, y & {_MASK}::UBIGINT)",
        "CREATE MACRO mix(x) AS fold(xor(fold(xor(x, 507148969::UBIGINT) * 2654435769::UBIGINT), "
        "2135578837::UBIGINT) * 2246822519::UBIGINT)",
        # The hash is scrambled already, so one multiplication by a number of its own will do.
        "CREATE MACRO u(h, s, m) AS fold(xor(h::UBIGINT, s::UBIGINT) * m::UBIGINT) * 2.3283064365386963e-10",
        "CREATE MACRO bell(h) AS (((h & 1023) + ((h >> 10) & 1023) + ((h >> 20) & 1023))::REAL - 1534.5) / 512.0",
        f"CREATE MACRO person_hash(i) AS scramble(xor(i::UBIGINT, {person}::UBIGINT))::UINTEGER",
        f"CREATE MACRO household_hash(i) AS scramble(xor(i::UBIGINT, {household}::UBIGINT))::UINTEGER",
        # The second half only gives a key its length.
        "CREATE MACRO object_text(h) AS (1000000000000000 + h::UBIGINT * 2000003)::VARCHAR "
        f"|| '{10**15 + household * 1_048_576}'",
        f"CREATE MACRO household_text(i) AS (100000000000 + household_hash(i + {household % 9973})::UBIGINT * 201)::VARCHAR",
        # A bijection of 25 bits and a product modulo a prime. Ten up: 000000000 and 000000001 are rubbish in life.
        f"CREATE MACRO stir_a(x) AS (xor(x, x >> 13) * 19088743::UBIGINT) & {MOST_PEOPLE - 1}::UBIGINT",
        f"CREATE MACRO stir_b(x) AS (xor(x, x >> 12) * 23456789::UBIGINT) & {MOST_PEOPLE - 1}::UBIGINT",
        f"CREATE MACRO rin_number(i) AS (10 + stir_b(stir_a(xor(i::UBIGINT, {person % MOST_PEOPLE}::UBIGINT))) "
        f"* {10**8 + person % (_PRIME - 10**8)}::UBIGINT % {_PRIME})::INTEGER",
        # Two coarse uniforms from one draw, for what needs no more than sixteen bits.
        "CREATE MACRO upper_half(m) AS (m >> 16) / 65536.0",
        "CREATE MACRO lower_half(m) AS (m & 65535) / 65536.0",
        # Days 2 to 27 of a month, so that the day before and the day after exist without a calendar.
        "CREATE MACRO day_of(y, v) AS ((y)::INTEGER * 10000 + (1 + (v * 312)::INTEGER % 312 // 26) * 100 "
        "+ 2 + (v * 312)::INTEGER % 26)::INTEGER",
        # Share n over t places as evenly as whole numbers allow (Bresenham): is place r taken, and how many before.
        "CREATE MACRO taken(r, n, t) AS ((r + 1) * n) // greatest(t, 1) > (r * n) // greatest(t, 1)",
        "CREATE MACRO taken_before(r, n, t) AS (r * n) // greatest(t, 1)",
        "CREATE MACRO rounded_up(a, b) AS (a + b - 1) // greatest(b, 1)",
        "CREATE MACRO landed_on(f, n, t) AS rounded_up((f + 1) * n, t) - rounded_up(f * n, t)",
        "CREATE MACRO swapped(f, total, bits, key) AS CASE WHEN ((f >> bits) + 1) << bits <= total "
        "THEN xor(f, (mix(xor((f >> bits)::UBIGINT, key::UBIGINT)) & ((1::UBIGINT << bits::UBIGINT) - 1))::BIGINT) "
        "ELSE f END",
    )


RIN_TEXT = "substr((1000000000 + number)::VARCHAR, 2)"
"""SQL of RINPERSOON over `number`: nine characters with leading zeros."""
