"""What another member of the household has: the one kind of indicator that reads the rows of others.

What belongs here: SQL over the words of everybody, once they are known. What does not: who is a member of what for
any other purpose (`members.py`). Nothing of this runs unless an indicator asks for it (`Indicators.reads_others`).
"""

from pipelines.errors import SpecError
from pipelines.indicators.compiler import Bit, joined
from pipelines.indicators.rows import before

HOUSEHOLDS = "GBAHUISHOUDENSBUS"


def household_bits(bits: dict[str, Bit]) -> list[Bit]:
    """The bits that ask after another member of the household."""
    return [bit for bit in bits.values() if bit.indicator.rule.household_member is not None]


def add_household_sql(schema: str, bits: dict[str, Bit], words: int, peiljaar: int) -> str:
    """SQL of `person_words` with the bits of other members added: the household has one more with the fact than the
    person is, or nobody and no other who is unknown. Who has no household number joins nobody, and stays unknown."""
    asked = [(bit, _has(bit, bits)) for bit in household_bits(bits)]
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_true(has)}) AS true{n}, count(*) FILTER (WHERE {_unknown(has)}) AS unknown{n}"
        for n, (_, has) in enumerate(asked)
    )
    columns: list[str] = []
    for word in range(words):
        true: list[str] = []
        known: list[str] = []
        for n, (bit, has) in enumerate(asked):
            if bit.word == word:
                yes = f"bool_or(h.true{n} > ({_true(has)})::INTEGER)"
                true.append(bit.when(yes))
                known.append(bit.when(f"{yes} OR bool_and(h.unknown{n} = ({_unknown(has)})::INTEGER)"))
        columns.append(f"{joined(true)} AS t{word}, {joined(known)} AS k{word}")
    kept = ", ".join(
        f"w.t{word} | coalesce(o.t{word}, 0) AS t{word}, w.k{word} | coalesce(o.k{word}, 0) AS k{word}"
        for word in range(words)
    )
    return f"""
        WITH homes AS ({homes_sql(schema, peiljaar)}),
        households AS (
            SELECT huishoudnr, datumaanvanghh, {counts}
            FROM homes JOIN {schema}.person_words w USING (person) GROUP BY ALL
        ),
        others AS (
            SELECT w.person, {", ".join(columns)}
            FROM {schema}.person_words w JOIN homes USING (person) JOIN households h USING (huishoudnr, datumaanvanghh)
            GROUP BY w.person
        )
        SELECT w.person, w.gemeente, w.leeftijdsgroep, w.geslacht, {kept}
        FROM {schema}.person_words w LEFT JOIN others o USING (person)
    """


def homes_sql(schema: str, peiljaar: int) -> str:
    """SQL of who is in which household on the peildatum: person, huishoudnr, datumaanvanghh (together the household)."""
    peildatum = before(peiljaar, 0)
    return (
        f"SELECT person, huishoudnr, datumaanvanghh FROM {schema}.{HOUSEHOLDS.lower()} "
        f"WHERE datumaanvanghh <= {peildatum} AND datumeindehh >= {peildatum}"
    )


def _has(bit: Bit, bits: dict[str, Bit]) -> Bit:
    member = bit.indicator.rule.household_member
    found = bits.get(member.has) if member is not None else None
    if found is None or found.indicator.rule.household_member is not None:
        raise SpecError(
            f"{bit.indicator.id}: household_member asks for an indicator on a register or a person. Name one of "
            "those that the combination is made of, and combine afterwards."
        )
    return found


def _true(bit: Bit) -> str:
    return f"w.t{bit.word} & {bit.mask} <> 0"


def _unknown(bit: Bit) -> str:
    return f"w.k{bit.word} & {bit.mask} = 0"
