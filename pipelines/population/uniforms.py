"""Uniforms, permutations and dates in SQL: the same for the same seed, whatever the number of threads.

What belongs here: macros that depend on nothing but whole numbers. What does not: what they decide. DuckDB's own
hash() is not promised to stay the same between versions and random() depends on the threads, so neither is used.
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

    `mix` is the 32-bit finaliser "lowbias32" (two multiplications and three shifts, found by Chris Wellons); it is
    a bijection, so different people have different hashes. `rin_text` and `household_text` are four rounds of an
    unbalanced Feistel network (Black and Rogaway, 2002, "Ciphers with arbitrary finite domains").
    """
    person, household, rin = (salt(f"{peiljaar}-{seed}-{part}") for part in ("person", "household", "rin"))
    return (
        f"CREATE MACRO mix_a(x) AS (xor(x, x >> 16) * 2146121005::UBIGINT) & {_MASK}::UBIGINT",
        f"CREATE MACRO mix_b(x) AS (xor(x, x >> 15) * 2221713035::UBIGINT) & {_MASK}::UBIGINT",
        "CREATE MACRO mix(x) AS xor(mix_b(mix_a(x)), mix_b(mix_a(x)) >> 16)",
        "CREATE MACRO u(h, s) AS mix(xor(h::UBIGINT, s::UBIGINT)) / 4294967296.0",
        "CREATE MACRO bell(h) AS (((h & 1023) + ((h >> 10) & 1023) + ((h >> 20) & 1023))::REAL - 1534.5) / 512.0",
        f"CREATE MACRO person_hash(i) AS mix(xor(i::UBIGINT, {person}::UBIGINT))::UINTEGER",
        f"CREATE MACRO household_hash(i) AS mix(xor(i::UBIGINT, {household}::UBIGINT))::UINTEGER",
        *_feistel("rin", _HALF, rin),
        *_feistel("household", _WIDE_HALF, household),
        # Ten below: 000000000 and 000000001 are known as rubbish in deliveries, so nobody gets them.
        "CREATE MACRO rin_text(i) AS substr((1000000010 + rin_permuted(i))::VARCHAR, 2)",
        "CREATE MACRO household_text(i) AS substr((1000000000000 + household_permuted(i))::VARCHAR, 2)",
        "CREATE MACRO object_half(h, s) AS (1000000000000000 + mix(xor(h, s::UBIGINT)) * 1048576 "
        "+ (mix(xor(h, s::UBIGINT) + 1) & 1048575))::VARCHAR",
        f"CREATE MACRO object_text(i) AS object_half(household_hash(i)::UBIGINT, {salt('object-1')}) "
        f"|| object_half(household_hash(i)::UBIGINT, {salt('object-2')})",
        # Days 2 to 28 of a month, so that the day before exists without a calendar.
        "CREATE MACRO day_of(y, v) AS (y * 10000 + (1 + (v * 324)::INTEGER % 324 // 27) * 100 "
        "+ 2 + (v * 324)::INTEGER % 27)::INTEGER",
        # Share n over t places as evenly as whole numbers allow (Bresenham): is place r taken, and the how manieth.
        "CREATE MACRO taken(r, n, t) AS ((r + 1) * n) // greatest(t, 1) > (r * n) // greatest(t, 1)",
        "CREATE MACRO taken_before(r, n, t) AS (r * n) // greatest(t, 1)",
        "CREATE MACRO rounded_up(a, b) AS (a + b - 1) // greatest(b, 1)",
        "CREATE MACRO landed_on(f, n, t) AS rounded_up((f + 1) * n, t) - rounded_up(f * n, t)",
        "CREATE MACRO swapped(f, total, bits, key) AS CASE WHEN ((f >> bits) + 1) << bits <= total "
        "THEN xor(f, (mix(xor((f >> bits)::UBIGINT, key::UBIGINT)) & ((1::UBIGINT << bits::UBIGINT) - 1))::BIGINT) "
        "ELSE f END",
    )


def _feistel(name: str, half: int, key: int) -> tuple[str, ...]:
    """A permutation of 0 .. half * half - 1 as macro `<name>_permuted`."""
    keys = [salt(f"{key}-{name}-{turn}") for turn in range(4)]

    def turn(moved: str, by: str, key: int) -> str:
        return f"({moved} + mix(xor(({by})::UBIGINT, {key}::UBIGINT))::BIGINT) % {half}"

    return (
        f"CREATE MACRO {name}_turn1(i) AS {turn(f'(i::BIGINT // {half})', f'i::BIGINT % {half}', keys[0])}",
        f"CREATE MACRO {name}_turn2(l, r) AS {turn('r', 'l', keys[1])}",
        f"CREATE MACRO {name}_turn3(l, r) AS {turn('l', 'r', keys[2])}",
        f"CREATE MACRO {name}_turn4(l, r) AS {turn('r', 'l', keys[3])}",
        f"CREATE MACRO {name}_last(l, r) AS l * {half} + {name}_turn4(l, r)",
        f"CREATE MACRO {name}_middle(l, r) AS {name}_last({name}_turn3(l, r), r)",
        f"CREATE MACRO {name}_permuted(i) AS {name}_middle({name}_turn1(i), "
        f"{name}_turn2({name}_turn1(i), i::BIGINT % {half}))",
    )
