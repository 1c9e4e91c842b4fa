"""Uniforms, permutations and dates in SQL: the same for the same seed, whatever the number of threads.

What belongs here: SQL that depends on nothing but whole numbers. What does not: what it decides. DuckDB's own
hash() is not promised to stay the same between versions and random() depends on the threads, so neither is used.
Numbers of people and households are permuted by a Feistel network over a range that is no power of two (Black and
Rogaway, 2002, "Ciphers with arbitrary finite domains").
"""

import zlib

_MASK = 4_294_967_295
_HALF = 31_622
_WIDE_HALF = 999_983


def salt(name: str) -> int:
    """A fixed 32-bit number per name, so that every decision has draws of its own."""
    return zlib.crc32(name.encode())


def uniform(hash_column: str, name: str) -> str:
    """SQL of a uniform in [0, 1) that belongs to a hash column and a decision."""
    return f"u({hash_column}, {salt(name)})"


def normal(hash_column: str, name: str) -> str:
    """SQL of a roughly standard normal number (the sum of three uniforms of ten bits)."""
    return f"bell(mix(xor({hash_column}::UBIGINT, {salt(name)}::UBIGINT)))"


def macros(seed: int, peiljaar: int) -> tuple[str, ...]:
    """Statements that create the macros of one population.

    `scramble` is the 32-bit finaliser "lowbias32" (found by Chris Wellons): a bijection, so different people have
    different hashes and different objects different keys. `mix` folds the upper half of a product over the lower,
    twice, as the wyhash family does; it names its input fewer times, which counts inside CASE, where DuckDB does
    not share common parts.
    """
    person, household = (salt(f"{peiljaar}-{seed}-{part}") for part in ("person", "household"))
    return (
        f"CREATE MACRO scramble_a(x) AS (xor(x, x >> 16) * 2146121005::UBIGINT) & {_MASK}::UBIGINT",
        f"CREATE MACRO scramble_b(x) AS (xor(x, x >> 15) * 2221713035::UBIGINT) & {_MASK}::UBIGINT",
        "CREATE MACRO scramble(x) AS xor(scramble_b(scramble_a(x)), scramble_b(scramble_a(x)) >> 16)",
        f"CREATE MACRO fold(y) AS xor(y >> 32, y & {_MASK}::UBIGINT)",
        "CREATE MACRO mix(x) AS fold(xor(fold(xor(x, 507148969::UBIGINT) * 2654435769::UBIGINT), "
        "2135578837::UBIGINT) * 2246822519::UBIGINT)",
        "CREATE MACRO u(h, s) AS mix(xor(h::UBIGINT, s::UBIGINT)) / 4294967296.0",
        "CREATE MACRO bell(h) AS (((h & 1023) + ((h >> 10) & 1023) + ((h >> 20) & 1023))::REAL - 1534.5) / 512.0",
        f"CREATE MACRO person_hash(i) AS scramble(xor(i::UBIGINT, {person}::UBIGINT))::UINTEGER",
        f"CREATE MACRO household_hash(i) AS scramble(xor(i::UBIGINT, {household}::UBIGINT))::UINTEGER",
        # 52 bits, of which 32 are a bijection of the hash; the second half only gives a key its length.
        "CREATE MACRO object_text(h) AS (1000000000000000 + scramble(h::UBIGINT) * 1048576 "
        f"+ (mix(h::UBIGINT) & 1048575))::VARCHAR || '{10**15 + household * 1_048_576}'",
        # Days 2 to 27 of a month, so that the day before and the day after exist without a calendar.
        "CREATE MACRO day_of(y, v) AS (y * 10000 + (1 + (v * 312)::INTEGER % 312 // 26) * 100 "
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


def rin_numbers(source: str, seed: int, peiljaar: int) -> str:
    """SQL of the rows of `source` (a relation with `idx`) with the digits of RINPERSOON as `number`."""
    # Ten up: 000000000 and 000000001 are known as rubbish in deliveries, so nobody gets them.
    chain = _permuted(source, "idx", _HALF, f"{peiljaar}-{seed}-rin")
    return f"SELECT * EXCLUDE (permuted), (permuted + 10)::INTEGER AS number FROM {chain}"


RIN_TEXT = "substr((1000000000 + number)::VARCHAR, 2)"
"""SQL of RINPERSOON over `number`: nine characters with leading zeros."""


def household_texts(source: str, seed: int, peiljaar: int) -> str:
    """SQL of the rows of `source` (a relation with `hh`) with the twelve digits of HUISHOUDNR as `household`."""
    text = f"substr(({10**12} + permuted)::VARCHAR, 2)"
    chain = _permuted(source, "hh", _WIDE_HALF, f"{peiljaar}-{seed}-household")
    return f"SELECT * EXCLUDE (permuted), {text} AS household FROM {chain}"


def _permuted(source: str, number: str, half: int, key: str) -> str:
    """Four Feistel rounds over 0 .. half * half - 1, each in a query of its own.

    As one expression it would be thousands of terms, since every round names its input several times.
    """
    sql = f"(SELECT *, {number}::BIGINT // {half} AS side0, {number}::BIGINT % {half} AS side1 FROM {source})"
    for turn in range(4):
        moved, by = f"side{turn % 2}", f"side{1 - turn % 2}"
        step = f"({moved} + mix(xor({by}::UBIGINT, {salt(f'{key}-{turn}')}::UBIGINT))::BIGINT) % {half}"
        sql = f"(SELECT * REPLACE ({step} AS {moved}) FROM {sql})"
    return f"(SELECT * EXCLUDE (side0, side1), side0 * {half} + side1 AS permuted FROM {sql})"
