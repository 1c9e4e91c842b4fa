"""What stapeling is in the synthetic Netherlands: laws that provide, and domains of life with a problem.

What belongs here: SQL over `tally` (see `measures.py`), from the same flags that fill the files. What does not: what is
public about it (`targets.csv`), and what the pipeline counts (personas).
"""

from typing import NamedTuple


class Domain(NamedTuple):
    """A domain of life: `problem` is SQL over `tally`, `traces` the same in words."""

    problem: str
    traces: str


LAWS: dict[str, str] = {"Jeugdwet": "jeugdhulp", "Wmo": "wmo", "Participatiewet": "bijstand"}
"""The three laws of which the counts are public."""

DOMAINS: dict[str, Domain] = {
    "inkomen": Domain("bijstand OR aio OR gekorte_aow OR huurtoeslag", "bijstand, AIO, a cut pension, rent allowance"),
    "werk": Domain(
        "ao OR ao_beeindigd OR ww OR age BETWEEN 18 AND 62 AND NOT (baan OR zelfstandig OR ingeschreven)",
        "AO or its end, WW, neither work nor study between 18 and 62",
    ),
    "schulden": Domain(
        "schuld OR schuld_huishouden OR wanbetaler OR vroegsignaal OR schuldhulp OR wsnp",
        "problem debts of the household, premium arrears, a signal of arrears, debt help, WSNP",
    ),
    "gezondheid": Domain(
        "ggz OR antipsychotica OR antidepressiva OR kalmeringsmiddel OR verslavingsmiddel OR adhd_middel"
        " OR wmo OR wlz OR insuline",
        "ggz, medicines for the mind or addiction, insulin, Wmo, Wlz",
    ),
    "opleiding": Domain("laag", "no diploma of mbo 2, havo or higher"),
    "wonen": Domain("opvang OR urgentie", "shelter or briefadres, a declaration of urgency"),
    "veiligheid": Domain("verdacht OR slachtoffer_geweld", "suspect of a crime, victim of violence"),
}
"""Seven domains, as many as the survey of the SCP asks about. Register traces: not what people say of themselves."""


def laws_of_one() -> str:
    """SQL: the number of laws that somebody has a provision of (0 to 3)."""
    return "(" + " + ".join(f"({sql})::UTINYINT" for sql in LAWS.values()) + ")"


def domains_of_one() -> str:
    """SQL: the domains on which somebody has a problem, a bit each, in their order."""
    bits = (f"(({domain.problem})::UTINYINT << {place})" for place, domain in enumerate(DOMAINS.values()))
    return f"({' | '.join(bits)})"
