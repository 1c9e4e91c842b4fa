"""What is known of registers beyond their columns: whom they can hold at all.

What belongs here: public facts of law and practice, each with its reason. What does not: checks.
"""

from dataclasses import dataclass
from math import ceil

from pipelines.indicators.spec import Indicator, Rows


@dataclass(frozen=True)
class Ages:
    """Ages on 31 December of people of whom a register can hold something of that year, both ends included."""

    youngest: int
    oldest: int | None
    why: str


_OLDEST = 130

_BY_REGISTER = {
    "INSCHRWPOTAB": Ages(3, 15, "it holds pupils of primary education"),
    "AOWUITKERING1ATAB": Ages(66, None, "the AOW begins at 66 or later"),
    "JGDHULPBUS": Ages(0, 23, "the Jeugdwet ends at 18, and at 23 where help is continued"),
    "THUISZITTERS": Ages(4, 18, "attendance officers watch over those who must go to school"),
    "WWPERSOONBUS": Ages(15, 67, "the WW ends where the AOW begins"),
    "AOTOTPERSOONBUS": Ages(18, 67, "benefits for incapacity run from 18 to where the AOW begins"),
    "SCHULDENPROBLEMATIEK": Ages(18, None, "a minor cannot be held to a debt"),
    "SCHULDHULP": Ages(18, None, "schuldhulpverlening is for adults"),
    "WSNPPERSBUS": Ages(18, None, "a minor is not admitted"),
    "WANBZVWTAB": Ages(18, None, "a minor pays no premium"),
    "GGZZPMPRESTATIETAB": Ages(18, None, "ggz of minors falls under the Jeugdwet"),
    "VERDTAB": Ages(12, None, "children below 12 are not prosecuted"),
    "ONDERWIJSINSCHRTAB": Ages(10, None, "it begins at secondary education"),
    "URGENTIE": Ages(18, None, "a minor rents no home"),
}

_BY_CODE = {
    ("BIJSTANDPERSOONBUS", "bijstandsoort", "13"): Ages(66, None, "the AIO adds to the AOW"),
    ("BIJSTANDPERSOONBUS", "bijstandsoort", "01"): Ages(18, 67, "algemene bijstand runs from 18 to where the AOW begins"),
    ("BIJSTANDPERSOONBUS", "bijstandsoort", "02"): Ages(50, 67, "the IOAW is for older unemployed people below the AOW"),
    ("BIJSTANDPERSOONBUS", "bijstandsoort", "03"): Ages(55, 67, "the IOAZ is for older self-employed people below the AOW"),
}  # fmt: skip


def ages_seen(indicator: Indicator) -> Ages | None:
    """Ages on the peildatum at which this base indicator can be true, as far as law and register say; None when
    nothing is known. What looks back sees people who have grown older since. A theme sees whom its component sees."""
    indicator = indicator.stated
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return None
    found = [_BY_REGISTER[indicator.source]] if indicator.source in _BY_REGISTER else []
    for column, codes in rule.where.items() if isinstance(rule, Rows) else ():
        known = [_BY_CODE[key] for code in codes if (key := (indicator.source, column, code)) in _BY_CODE]
        if len(known) == len(codes):
            found.append(_together(known))
    if not found:
        return None
    narrowest = min(found, key=lambda ages: (ages.oldest or _OLDEST) - ages.youngest)
    return _older(narrowest, rule)


def _together(parts: list[Ages]) -> Ages:
    oldest = None if any(part.oldest is None for part in parts) else max(part.oldest or 0 for part in parts)
    return Ages(min(part.youngest for part in parts), oldest, "; ".join(dict.fromkeys(part.why for part in parts)))


def _older(ages: Ages, rule: object) -> Ages:
    ended = getattr(rule, "months_before", None)
    months = getattr(rule, "months", None) if ended is None else ended.to
    if ages.oldest is None or (ended is None and months is None):
        return ages
    return Ages(ages.youngest, None if months is None else ages.oldest + ceil(months / 12), ages.why)
