"""From persona specs to SQL over named three-valued booleans.

What belongs here: the states of a persona and the bound on how many personas a person counts for. What does
not: running the query (see `counts.py`). The text shown to reviewers is the text that runs.
"""

from pipelines.personas.spec import STATES, Persona

STATE_CODES = {state: number for number, state in enumerate(STATES, start=1)}
"""missing 1, served 2, unknown 3; NULL is not counted."""


def column(persona: Persona) -> str:
    """The column that holds the state of a persona."""
    return "state_" + persona.id.replace("-", "_")


def state_sql(persona: Persona) -> str:
    """SQL CASE: the state of one row of booleans, one condition a line.

    missing: all conditions TRUE and the voorziening FALSE. served: all TRUE and the voorziening TRUE. unknown: no
    condition FALSE and at least one of conditions and voorziening unknown. Everyone else is not counted (NULL).
    """
    conditions = "\n     AND ".join(persona.conditions)
    voorziening = persona.missing_voorziening.voorziening
    return (
        "CASE\n"
        f"  WHEN ({conditions}) IS FALSE\n"
        "    THEN NULL\n"
        f"  WHEN ({conditions}) IS NULL\n"
        f"    OR {voorziening} IS NULL\n"
        f"    THEN {STATE_CODES['unknown']}\n"
        f"  WHEN {voorziening}\n"
        f"    THEN {STATE_CODES['served']}\n"
        f"  ELSE {STATE_CODES['missing']}\n"
        "END"
    )


def counts_sql(
    personas: tuple[Persona, ...], contributions: int, patterns: str, by: str = "gemeente, leeftijdsgroep, geslacht"
) -> str:
    """SQL of the exact counts per gemeente, age band and sex (or what else `by` names): one column per persona and state.

    A person counts for the first `contributions` personas of the list in which the person has a state; this is
    the contribution bound, and it is enforced here. One pass over the pattern table.
    """
    states = ",\n".join(f"{state_sql(persona)} AS {column(persona)}" for persona in personas)
    kept = ",\n  ".join(_kept_sql(personas, number, contributions) for number in range(len(personas)))
    sums = ",\n  ".join(
        f"coalesce(sum(n) FILTER ({column(persona)} = {STATE_CODES[state]}), 0)::BIGINT AS {cell_column(persona, state)}"
        for persona in personas
        for state in STATES
    )
    return (
        f"WITH states AS (\nSELECT {by}, n,\n{states}\nFROM {patterns}\n),\n"
        f"bounded AS (\nSELECT {by}, n,\n  {kept}\nFROM states\n)\n"
        f"SELECT {by},\n  {sums}\nFROM bounded\nGROUP BY {by}"
    )


def cell_column(persona: Persona, state: str) -> str:
    """Column of the counts of one persona in one state."""
    return f"{column(persona)[len('state_') :]}__{state}"


def _kept_sql(personas: tuple[Persona, ...], number: int, contributions: int) -> str:
    name = column(personas[number])
    earlier = [f"({column(persona)} IS NOT NULL)::INTEGER" for persona in personas[:number]]
    if len(earlier) < contributions:
        return name
    return f"CASE WHEN {' + '.join(earlier)} < {contributions} THEN {name} END AS {name}"
