"""Who can still be counted: a quick look at the words of a person, before anything is named.

What belongs here: a test on bits that never leaves out somebody for whom all indicators of a combination are true or
unknown. What does not: the exact answer (the named booleans give it).
"""

from collections import defaultdict

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import Bit
from pipelines.registers.catalogue_model import Catalogue


def possible_sql(indicators: Indicators, bits: dict[str, Bit], names: tuple[str, ...]) -> str:
    """SQL over columns t0, f0, ... (bits that are true, bits that are false): is no indicator of `names` false?

    Exact for base indicators, and for `all_of`, `any_of` and `none_of` over them; a deeper `any_of` is not looked
    into, so the answer may be yes too often and never no too often.
    """
    not_false: dict[int, int] = defaultdict(int)
    not_true: dict[int, int] = defaultdict(int)
    either: list[str] = []
    for name in names:
        _collect(indicators, bits, name, not_false, not_true, either)
    parts = [f"(f{word} & {mask}::UBIGINT) = 0" for word, mask in sorted(not_false.items())]
    parts += [f"(t{word} & {mask}::UBIGINT) = 0" for word, mask in sorted(not_true.items())]
    return " AND ".join([*parts, *either]) or "true"


def quick_look_sql(
    indicators: Indicators, bits: dict[str, Bit], combinations: tuple[tuple[str, ...], ...], catalogue: Catalogue
) -> str:
    """SQL over f0, ...: is one telling bit of some combination not false? One operation for all combinations, which
    leaves most people out before `possible_sql` looks at each; "true" when a combination has no such bit."""
    telling: dict[int, int] = defaultdict(int)
    for names in combinations:
        not_false: dict[int, int] = defaultdict(int)
        for name in names:
            _collect(indicators, bits, name, not_false, defaultdict(int), [])
        own = [bit for bit in bits.values() if not_false[bit.word] & bit.mask]
        if not own:
            return "true"
        best = min(own, key=lambda bit: _how_common(bit, catalogue))
        telling[best.word] |= best.mask
    return " OR ".join(f"(f{word} & {mask}::UBIGINT) <> {mask}::UBIGINT" for word, mask in sorted(telling.items()))


def _how_common(bit: Bit, catalogue: Catalogue) -> int:
    """A guess of how many people are not known to lack it. Only speed hangs on it."""
    indicator = bit.indicator
    register = None if indicator.source is None else catalogue.register(indicator.source)
    often_unknown = register is not None and (register.absence == "onbekend" or register.coverage == "per_gemeente")
    return 2 * often_unknown + (indicator.kind != "probleem")


def _collect(
    indicators: Indicators,
    bits: dict[str, Bit],
    name: str,
    not_false: dict[int, int],
    not_true: dict[int, int],
    either: list[str],
) -> None:
    rule = indicators.by_id[name].rule
    if name in bits:
        not_false[bits[name].word] |= bits[name].mask
    elif rule.all_of:
        for part in rule.all_of:
            _collect(indicators, bits, part, not_false, not_true, either)
    elif rule.none_of:
        for part in _flat_any(indicators, rule.none_of):
            if part in bits:
                not_true[bits[part].word] |= bits[part].mask
    elif rule.any_of:
        parts = _flat_any(indicators, rule.any_of)
        if all(part in bits for part in parts):
            either.append(_one_not_false([bits[part] for part in parts]))


def _flat_any(indicators: Indicators, names: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of an `any_of`, with those of an `any_of` among them in its place."""
    found: list[str] = []
    for name in names:
        inner = indicators.by_id[name].rule.any_of
        found.extend(_flat_any(indicators, inner) if inner else (name,))
    return tuple(found)


def _one_not_false(parts: list[Bit]) -> str:
    masks: dict[int, int] = defaultdict(int)
    for part in parts:
        masks[part.word] |= part.mask
    return "(" + " OR ".join(f"(f{word} & {m}::UBIGINT) <> {m}::UBIGINT" for word, m in sorted(masks.items())) + ")"
