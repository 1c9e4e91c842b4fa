"""The checks that stand before counting: a failing rule stops everything after it.

What belongs here: running the suites as blocking checks, and telling which rules failed. What does not: the rules
(`expectations/`). No row, count or message of a library is passed on.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from assets.kluis import PERSON_INDICATORS, REGISTERS
from assets.resources import POOL, Refused, Rooms, validation
from assets.safe_metadata import safe_metadata

if TYPE_CHECKING:
    from pipelines.line import Which


def _validation(asset: dg.AssetKey, which: "Which", parts: Mapping[str, str]) -> dg.AssetChecksDefinition:
    """One run of the suites, shown as a check for each part of it. `parts`: part of the validation -> description."""
    names = {part: f"{part.replace(' ', '_')}_hold" for part in parts}

    @dg.multi_asset_check(
        name=f"{'__'.join(asset.path)}_{which}_hold",
        specs=[
            dg.AssetCheckSpec(names[part], asset=asset, description=description, blocking=True)
            for part, description in parts.items()
        ],
        pool=POOL,
    )
    def check(context: dg.AssetCheckExecutionContext, rooms: dg.ResourceParam[Rooms]) -> Iterator[dg.AssetCheckResult]:
        from pipelines import line

        suites = validation()
        outcome = rooms.attempt(context, lambda room, peiljaar: line.validate(room, peiljaar, which, suites))
        if isinstance(outcome, Refused) and not outcome.by_rules:
            raise dg.Failure(outcome.message, allow_retries=False)
        for part, name in names.items():
            if isinstance(outcome, Refused):
                failed = part in outcome.parts or not outcome.parts & parts.keys()
                yield dg.AssetCheckResult(
                    asset_key=asset,
                    check_name=name,
                    passed=not failed,
                    description=outcome.message if failed else None,
                    metadata=safe_metadata(rules=suites.fingerprint),
                )
            else:
                yield dg.AssetCheckResult(
                    asset_key=asset,
                    check_name=name,
                    passed=True,
                    metadata=safe_metadata(
                        done="now" if outcome.value else "before", rules=suites.fingerprint, seconds=outcome.seconds
                    ),
                )

    return check


registers_hold = _validation(
    REGISTERS,
    "registers",
    {
        "registers": "Every register on its own: types, keys, codes, dates, spells. Only the ids of failing rules are "
        "told; `blindevlek check --rows` writes the rows, inside the kluis.",
        "relations": "Registers with each other: persons, objects and households are known where they must be, and no "
        "register changes beyond belief from one year to the next.",
        "coverage": "Every register says of every gemeente whether it speaks for it, and that agrees with the tables.",
        "public totals": "Registers have the size of what is published, within the band that each rule states.",
    },
)

indicators_hold = _validation(
    PERSON_INDICATORS,
    "indicators",
    {
        "persons": "The counting population: one row per person, with a gemeente, an age band and a sex.",
        "inhabitants": "As many persons as the public population table has, by gemeente, age and sex.",
        "person_indicators": "Persons and indicators agree, what is true is known, and nobody is told no where nothing "
        "is covered.",
    },
)
