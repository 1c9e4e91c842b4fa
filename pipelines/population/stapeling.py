"""What stapeling is in the synthetic Netherlands: laws that provide, and domains of life with a problem.

What belongs here: SQL over the finished `people`, from the same flags that fill the files. What does not: what is
public about it (`targets.csv`), and what the pipeline counts (personas).
"""

from pipelines.population.income import HAS_RENT_ALLOWANCE

LAWS: dict[str, str] = {"Jeugdwet": "jeugdhulp", "Wmo": "wmo", "Participatiewet": "bijstand"}
"""The three laws of which the counts are public."""

DOMAINS: dict[str, str] = {
    "inkomen": f"bijstand OR aio OR gekorte_aow OR {HAS_RENT_ALLOWANCE}",
    "werk": "ao OR ao_beeindigd OR ww OR age BETWEEN 18 AND 62 AND NOT (baan OR zelfstandig OR ingeschreven)",
    "schulden": "schuld OR schuld_huishouden OR wanbetaler OR vroegsignaal OR schuldhulp OR wsnp",
    "gezondheid": "diagnose > 0 OR antipsychotica OR antidepressiva OR kalmeringsmiddel OR verslavingsmiddel OR adhd_middel"
    " OR wmo OR wlz OR insuline",
    "opleiding": "laag",
    "woning": "opvang OR urgentie",
    "veiligheid": "verdacht OR slachtoffer_geweld",
}
"""Seven domains, as many as the survey of the SCP asks about. Register traces: not what people say of themselves."""


def laws_of_one() -> str:
    """SQL: the number of laws that somebody has a provision of (0 to 3)."""
    return "(" + " + ".join(f"({sql})::UTINYINT" for sql in LAWS.values()) + ")"


def domains_of_one() -> str:
    """SQL: the domains on which somebody has a problem, a bit each, in their order."""
    return "(" + " | ".join(f"(({sql})::UTINYINT << {place})" for place, sql in enumerate(DOMAINS.values())) + ")"
