"""What a script for planted people is made of: facts, ages, gemeenten, groups.

What belongs here: the model. What does not: the scripts themselves (`casts`) and choosing the people
(`planting.py`).
"""

from dataclasses import dataclass
from itertools import chain, product
from typing import Literal

State = Literal["missing", "served", "unknown", "not_counted"]

FACTS = frozenset(
    {
        # living
        "opvang", "opvang_kort", "verhuisd", "buitenland", "uit_elkaar",
        # work and income
        "bijstand", "aio", "ao", "ao_beeindigd", "ao_herleefd", "ao_lang_geleden", "ao_voortgezet", "ww", "ww_afgelopen",
        "baan", "baan_weg", "nieuwe_baan", "zelfstandig", "laag_inkomen", "inkomen_onbekend", "gekorte_aow",
        # debts
        "schuld", "wanbetaler", "vroegsignaal", "schuldregeling", "budgetbeheer", "wsnp", "hypotheek", "vermogen_onbekend",
        # care
        "antipsychotica", "psychofarmaca", "verslavingsmiddel", "insuline", "coeliakie",
        "ggz_psychose", "ggz_verslaving", "ggz_persoonlijkheid", "ggz_overig",
        "geboortezorg", "ziekenhuiskosten", "wijkverpleging", "zvw_onbekend",
        "wmo", "wmo_opvang", "wmo_begeleid_wonen", "wlz", "wlz_lvb", "jonggehandicapt", "urgentie",
        "jeugdhulp_verblijf", "jeugdhulp_verblijf_gestopt", "jeugdhulp_begeleiding",
        # education
        "ingeschreven", "basisonderwijs", "laag_opgeleid", "praktijkonderwijs", "startkwalificatie",
        "thuiszitter", "thuiszitter_kort", "arrangement",
        # safety
        "slachtoffer_geweld", "verdacht_eens", "verdacht_herhaald",
    }
)  # fmt: skip
"""What a script can give somebody. Nothing else befalls them that an indicator reads. Records that say "no" are
there for whoever is not given the fact, except: no diploma is on record without `laag_opgeleid`,
`praktijkonderwijs` or `startkwalificatie`, and a fact that ends in `_onbekend` takes the record away."""

_ONE_OF: tuple[frozenset[str], ...] = tuple(
    frozenset(facts)
    for facts in (
        {"opvang", "opvang_kort"},
        {"bijstand", "aio"},
        {"ao", "ao_beeindigd", "ao_lang_geleden", "ao_voortgezet"},
        {"ww", "ww_afgelopen"},
        {"baan", "baan_weg"},
        {"laag_inkomen", "inkomen_onbekend"},
        {"hypotheek", "vermogen_onbekend"},
        {"laag_opgeleid", "praktijkonderwijs", "startkwalificatie"},
        {"schuldregeling", "budgetbeheer"},
        {"ggz_psychose", "ggz_verslaving", "ggz_persoonlijkheid", "ggz_overig"},
        {"wmo", "wmo_opvang", "wmo_begeleid_wonen"},
        {"jeugdhulp_verblijf", "jeugdhulp_verblijf_gestopt"},
        {"thuiszitter", "thuiszitter_kort"},
        {"verdacht_eens", "verdacht_herhaald"},
        {"zvw_onbekend", "geboortezorg"},
        {"zvw_onbekend", "ziekenhuiskosten"},
        {"zvw_onbekend", "wijkverpleging"},
    )
)
"""Facts that the files cannot show of one person at once."""


@dataclass(frozen=True)
class People:
    """Who can be planted: place in the household (PLHH), first and last age; women only."""

    places: tuple[int, ...]
    first_age: int
    last_age: int
    women: bool = False


AgeClass = Literal[
    "18-20", "18-26", "21-22", "27-34", "35-66", "66", "67+",
    "18-26 vrouw", "27-34 vrouw", "35-45 vrouw", "46-50 vrouw",
    "4 thuis", "4-12 thuis", "5-12 thuis", "5-16 thuis", "13 thuis", "18-26 thuis",
    "18-66 ouder", "67+ ouder", "18-66 ouderpaar",
]  # fmt: skip
AGE_CLASSES: dict[AgeClass, People] = {
    "18-20": People((2,), 18, 20),
    "18-26": People((2,), 18, 26),
    "21-22": People((2,), 21, 22),
    "27-34": People((2,), 27, 34),
    "35-66": People((2,), 35, 66),
    "66": People((2,), 66, 66),
    "67+": People((2,), 67, 130),
    "18-26 vrouw": People((2,), 18, 26, women=True),
    "27-34 vrouw": People((2,), 27, 34, women=True),
    "35-45 vrouw": People((2,), 35, 45, women=True),
    "46-50 vrouw": People((2,), 46, 50, women=True),
    "4 thuis": People((1,), 4, 4),
    "4-12 thuis": People((1,), 4, 12),
    "5-12 thuis": People((1,), 5, 12),
    "5-16 thuis": People((1,), 5, 16),
    "13 thuis": People((1,), 13, 13),
    "18-26 thuis": People((1,), 18, 26),
    "18-66 ouder": People((7,), 18, 66),
    "67+ ouder": People((7,), 67, 130),
    "18-66 ouderpaar": People((5, 6), 18, 66),
}
"""They live alone, as a child at home (`thuis`), or as a parent without (`ouder`) or with (`ouderpaar`) a partner.
Classes may overlap."""

Ages = tuple[tuple[AgeClass, int], ...]
"""Classes of age, each with its weight."""

Municipal = Literal["WMOBUS", "SCHULDHULP", "VROEGSIGNALERING", "THUISZITTERS", "URGENTIE"]
MUNICIPAL: tuple[Municipal, ...] = ("WMOBUS", "SCHULDHULP", "VROEGSIGNALERING", "THUISZITTERS", "URGENTIE")
"""Registers that gemeenten deliver, or do not."""


@dataclass(frozen=True)
class Delivering:
    """Which gemeenten will do: those that deliver all of `must` and none of `must_not`."""

    must: tuple[Municipal, ...] = ()
    must_not: tuple[Municipal, ...] = ()


ANYWHERE = Delivering()


@dataclass(frozen=True)
class Truth:
    """What a planted person is for one persona. `near_miss_of`: the one condition that fails: `population`, the
    indicator of a problem, or `need`. (Where the need is a stronger form of a problem, who lacks that problem
    lacks the need with it.)"""

    persona: str
    state: State
    near_miss_of: str | None = None


Variants = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Group:
    """People who are planted alike. `number` at scale 1, `fewest` at any scale; `variants`: what they have, in
    turns; `delivering`: what their gemeente must deliver for the truth to hold."""

    truths: tuple[Truth, ...]
    variants: Variants
    number: int
    fewest: int
    ages: Ages
    delivering: Delivering = ANYWHERE

    def __post_init__(self) -> None:
        unknown = frozenset(chain(*self.variants)) - FACTS
        if unknown:
            raise ValueError(f"a script gives what no register shows: {', '.join(sorted(unknown))}")
        for both in (variant & one_of for variant in self.variants for one_of in _ONE_OF):
            if len(both) > 1:
                raise ValueError(f"a script gives what excludes each other: {', '.join(sorted(both))}")


def has(*facts: str) -> frozenset[str]:
    """One way to have something."""
    return frozenset(facts)


NOTHING = has()


def each(base: frozenset[str], *ways: Variants) -> Variants:
    """Variants: the base with every combination of one way of each."""
    return tuple(base.union(*chosen) for chosen in product(*ways))


_FEWEST: dict[State, int] = {"missing": 12, "served": 8, "unknown": 6, "not_counted": 4}
_NEAR = 400


def members(
    persona: str,
    state: State,
    variants: Variants,
    number: int,
    ages: Ages,
    delivering: Delivering = ANYWHERE,
    fewest: int | None = None,
) -> Group:
    """People who are in one state of one persona."""
    return Group((Truth(persona, state),), variants, number, fewest or _FEWEST[state], ages, delivering)


def near(
    persona: str,
    condition: str,
    variants: Variants,
    ages: Ages,
    delivering: Delivering = ANYWHERE,
    number: int = _NEAR,
) -> Group:
    """People who fail one condition of a persona and meet all others."""
    truths = (Truth(persona, "not_counted", condition),)
    return Group(truths, variants, number, _FEWEST["not_counted"], ages, delivering)
