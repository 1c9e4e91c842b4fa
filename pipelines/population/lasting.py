"""How long what befalls people lasts, in years: the persistence of the synthetic Netherlands.

What belongs here: one number per chance. What does not: how many people it befalls (the modules of the schemes). No
public source was used but the common knowledge that benefits last for years and crimes do not: our choice.
"""

DEFAULT = 6

YEARS: dict[str, int] = {
    # Once and over.
    "ao_beeindigd": 1, "geboortezorg": 1, "slachtoffer_geweld": 1, "vroegsignaal": 1, "urgentie": 1,
    # A while.
    "verdacht": 2, "thuiszitter": 2, "opvang": 3, "jeugdhulp": 3, "wsnp": 3, "ggz": 4, "schuldhulp": 4,
    "ingeschreven": 4, "wanbetaler": 5, "schuld_huishouden": 6, "wmo": 6, "bijstand": 8, "adhd_middel": 8,
    "antipsychotica": 8, "antidepressiva": 6, "verslavingsmiddel": 8,
    # Long, or for life.
    "baan": 10, "zelfstandig": 12, "wlz": 15, "aio": 20, "ao": 40, "insuline": 40, "coeliakie": 60, "gekorte_aow": 60,
}  # fmt: skip
"""Chance -> years for which a draw stands. Of those whom it befalls about one in so many is another next year; the rest
follows from what the chance depends on."""


def years_of(chance: str) -> int:
    """Years for which the draw of a chance stands."""
    return YEARS.get(chance, DEFAULT)
