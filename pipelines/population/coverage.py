"""Which gemeenten deliver which register in the synthetic Netherlands.

What belongs here: the stated shares and who is in them. What does not: reading coverage (see
`pipelines/registers/coverage.py`). The same gemeenten deliver whatever the scale or seed.
"""

from fractions import Fraction
from functools import cache

from pipelines.facts.gemeenten import gemeenten
from pipelines.population.uniforms import salt

DELIVERING_SHARE: dict[str, Fraction] = {
    "WMOBUS": Fraction(92, 100),
    "SCHULDHULP": Fraction(70, 100),
    "VROEGSIGNALERING": Fraction(80, 100),
    "THUISZITTERS": Fraction(75, 100),
    "URGENTIE": Fraction(50, 100),
}
"""Share of the gemeenten that deliver. About 92 percent for Wmo is life (320 of 355 in 2019); the rest is chosen."""

_LARGE = 100_000
_LARGE_AHEAD = 0.45
"""Large gemeenten come first more often: most of them deliver."""


@cache
def delivering(register: str, peiljaar: int) -> tuple[str, ...]:
    """Codes of the gemeenten that deliver a register, in order of code."""
    places = gemeenten(peiljaar)
    wanted = round(DELIVERING_SHARE[register] * len(places))

    def place_in_line(code: str, inwoners: int) -> float:
        ahead = _LARGE_AHEAD if inwoners >= _LARGE else 0.0
        return salt(f"{register}-{code}") / 2**32 - ahead

    line = sorted(places, key=lambda g: (place_in_line(g.code, g.inwoners), g.code))
    return tuple(sorted(g.code for g in line[:wanted]))
