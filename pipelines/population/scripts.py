"""The people who are planted on purpose: which, how many, and everything they have.

What belongs here: the scripts, as data. What does not: choosing the people (see `planting.py`). The numbers are
our choice: no public source sizes a combination of three problems.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

State = Literal["missing", "served", "unknown", "not_counted"]

DAKLOOS = "dakloos-verslaafd-schulden"
JONGERE = "jongere-schuld-zonder-startkwalificatie"
WIA = "wia-zelf-stopgezet"

FACTS = frozenset(
    {
        "opvang", "bijstand", "ao", "ao_beeindigd", "ao_herleefd", "schuld", "wanbetaler", "vroegsignaal",
        "antipsychotica", "verslavingsmiddel", "ggz_psychose", "ggz_verslaving", "ggz_persoonlijkheid",
        "baan", "zelfstandig", "ingeschreven", "laag_opgeleid", "startkwalificatie", "schuldregeling", "wsnp",
    }
)  # fmt: skip
"""What a script can give somebody. Nothing else befalls them that an indicator reads, and no diploma is on record
without `laag_opgeleid` or `startkwalificatie`."""

AgeClass = Literal["18-26", "27-34", "35-66", "67+", "18-26 thuis"]
AGE_CLASSES: dict[AgeClass, tuple[int, int, int]] = {
    "18-26": (2, 18, 26),
    "27-34": (2, 27, 34),
    "35-66": (2, 35, 66),
    "67+": (2, 67, 130),
    "18-26 thuis": (1, 18, 26),
}
"""Class -> place in the household (PLHH), first and last age. Planted people live alone, or as a child at home."""

Delivering = Literal["all", "no schuldhulp", "no vroegsignalering", "anywhere"]


@dataclass(frozen=True)
class Truth:
    """What a planted person is for one persona. `near_miss_of`: the one condition that fails: `population`, the
    indicator of a problem, or `need`."""

    persona: str
    state: State
    near_miss_of: str | None = None


@dataclass(frozen=True)
class Group:
    """People who are planted alike. `number` at scale 1, `fewest` at any scale; `variants`: what they have, in
    turns; `delivering`: what their gemeente must deliver for the truth to hold."""

    truths: tuple[Truth, ...]
    variants: tuple[frozenset[str], ...]
    number: int
    fewest: int
    ages: tuple[tuple[AgeClass, int], ...]
    delivering: Delivering

    def __post_init__(self) -> None:
        unknown = frozenset(chain(*self.variants)) - FACTS
        if unknown:
            raise ValueError(f"a script gives what no register shows: {', '.join(sorted(unknown))}")


_ADULT: tuple[tuple[AgeClass, int], ...] = (("18-26", 1), ("27-34", 2), ("35-66", 7))
_NEAR, _NEAR_FEWEST = 400, 4


def _has(*facts: str) -> frozenset[str]:
    return frozenset(facts)


def _all_with(base: frozenset[str], *variants: frozenset[str]) -> tuple[frozenset[str], ...]:
    return tuple(base | variant for variant in variants)


def _members(
    persona: str,
    state: State,
    variants: tuple[frozenset[str], ...],
    number: int,
    ages: tuple[tuple[AgeClass, int], ...],
    delivering: Delivering,
) -> Group:
    fewest = {"missing": 12, "served": 8, "unknown": 6, "not_counted": 0}[state]
    return Group((Truth(persona, state),), variants, number, fewest, ages, delivering)


def _near(
    persona: str,
    condition: str,
    variants: tuple[frozenset[str], ...],
    ages: tuple[tuple[AgeClass, int], ...],
    delivering: Delivering,
) -> Group:
    truths = (Truth(persona, "not_counted", condition),)
    return Group(truths, variants, _NEAR, _NEAR_FEWEST, ages, delivering)


def _dakloos() -> list[Group]:
    housed = _has("bijstand", "startkwalificatie")
    base = housed | {"opvang"}
    addicted = (_has("verslavingsmiddel"), _has("ggz_verslaving"), _has("verslavingsmiddel", "ggz_verslaving"))
    debts = (_has("schuld"), _has("schuld", "wanbetaler"), _has("wanbetaler"))
    both = tuple(a | d for a in addicted for d in debts)
    served = (_has("schuldregeling"), _has("wsnp"), _has("schuldregeling"))
    return [
        _members(DAKLOOS, "missing", _all_with(base, *both), 4_000, _ADULT, "all"),
        _members(
            DAKLOOS,
            "served",
            tuple(base | a | _has("schuld") | s for a in addicted for s in served),
            1_500,
            _ADULT,
            "all",
        ),
        _members(DAKLOOS, "unknown", _all_with(base, *both), 800, _ADULT, "no schuldhulp"),
        _near(DAKLOOS, "population", _all_with(base, *both), (("67+", 1),), "all"),
        _near(DAKLOOS, "adres_opvang_of_briefadres", _all_with(housed, *both), _ADULT, "all"),
        _near(DAKLOOS, "verslaving", _all_with(base, *debts), _ADULT, "all"),
        _near(DAKLOOS, "problematische_schulden", _all_with(base, *addicted), _ADULT, "all"),
        _near(DAKLOOS, "need", _all_with(base - {"bijstand"}, *both), _ADULT, "all"),
    ]


def _jongere() -> list[Group]:
    young: tuple[tuple[AgeClass, int], ...] = (("18-26", 1),)
    debts = (_has("schuld"), _has("wanbetaler"), _has("schuld", "wanbetaler"))
    low = _has("laag_opgeleid")
    incomes = (_has("bijstand"), _has("ingeschreven"))
    works = (_has("baan"), _has("zelfstandig"))
    return [
        _members(JONGERE, "missing", _all_with(low, *debts), 6_000, young, "anywhere"),
        _members(JONGERE, "served", tuple(low | d | i for d in debts for i in incomes), 2_500, young, "anywhere"),
        _members(JONGERE, "unknown", debts, 1_500, young, "anywhere"),
        _near(JONGERE, "population", _all_with(low, *debts), (("27-34", 1),), "anywhere"),
        _near(JONGERE, "problematische_schulden", (low,), young, "anywhere"),
        _near(JONGERE, "zonder_startkwalificatie", _all_with(_has("startkwalificatie"), *debts), young, "anywhere"),
        _near(JONGERE, "zonder_werk_drie_maanden", tuple(low | d | w for d in debts for w in works), young, "anywhere"),
        # A child at home has no debts of the household of its own, so only the premium can be behind.
        _near(JONGERE, "need", (low | {"wanbetaler"},), (("18-26 thuis", 1),), "anywhere"),
    ]


def _wia() -> list[Group]:
    ended = _has("ao_beeindigd", "startkwalificatie")
    ill = (_has("antipsychotica"), _has("ggz_psychose"), _has("ggz_persoonlijkheid"))
    signal, premium = _has("vroegsignaal"), _has("wanbetaler")
    seen = tuple(i | a for i in ill for a in (signal, premium))
    incomes = (_has("bijstand"), _has("ao_herleefd"))
    return [
        _members(WIA, "missing", tuple(ended | i | signal for i in ill), 2_000, _ADULT, "all"),
        _members(WIA, "missing", tuple(ended | i | premium for i in ill), 1_500, _ADULT, "anywhere"),
        _members(WIA, "served", tuple(ended | s | i for s in seen for i in incomes), 1_200, _ADULT, "all"),
        _members(WIA, "unknown", _all_with(ended, *ill), 600, _ADULT, "no vroegsignalering"),
        _near(WIA, "population", _all_with(ended, *seen), (("67+", 1),), "all"),
        _near(WIA, "ernstige_psychische_stoornis", _all_with(ended, signal, premium), _ADULT, "all"),
        _near(WIA, "ao_beeindigd", _all_with(_has("ao", "startkwalificatie"), *seen), _ADULT, "all"),
        _near(WIA, "betalingsachterstand", _all_with(ended, *ill), _ADULT, "all"),
        _near(WIA, "need", tuple(ended | s | _has(w) for s in seen for w in ("baan", "zelfstandig")), _ADULT, "all"),
    ]


def _several() -> list[Group]:
    """People in two and in three personas at once, so that a bound on contributions is felt."""
    two = _has("opvang", "bijstand", "verslavingsmiddel", "schuld", "laag_opgeleid")
    three = two | _has("ao_beeindigd", "antipsychotica", "wanbetaler")
    truths = (Truth(DAKLOOS, "missing"), Truth(JONGERE, "served"))
    young: tuple[tuple[AgeClass, int], ...] = (("18-26", 1),)
    return [
        Group(truths, (two,), 400, 4, young, "all"),
        Group((*truths, Truth(WIA, "served")), (three,), 200, 4, young, "all"),
    ]


GROUPS: tuple[Group, ...] = (*_dakloos(), *_jongere(), *_wia(), *_several())
