"""The checks that stand before counting: a failing rule stops everything after it.

What belongs here: running a suite as a blocking check, and telling which rules failed. What does not: the rules
(`expectations/`). No row, count or message of a library is passed on.
"""

from typing import TYPE_CHECKING

import dagster as dg

from assets.kluis import PERSON_INDICATORS, REGISTERS
from assets.resources import POOL, Refused, Rooms, validation
from assets.safe_metadata import safe_metadata

if TYPE_CHECKING:
    from pipelines.line import Which


def _suite(asset: dg.AssetKey, which: "Which", description: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name=f"{which}_hold",
        description=description,
        blocking=True,
        pool=POOL,
    )
    def check(context: dg.AssetCheckExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.AssetCheckResult:
        from pipelines import line

        suites = validation()
        outcome = rooms.attempt(context, lambda room, peiljaar: line.validate(room, peiljaar, which, suites))
        if isinstance(outcome, Refused) and not outcome.by_rules:
            raise dg.Failure(outcome.message, allow_retries=False)
        if isinstance(outcome, Refused):
            return dg.AssetCheckResult(
                passed=False, description=outcome.message, metadata=safe_metadata(rules=suites.fingerprint)
            )
        return dg.AssetCheckResult(
            passed=True,
            metadata=safe_metadata(
                done="now" if outcome.value else "before", rules=suites.fingerprint, seconds=outcome.seconds
            ),
        )

    return check


registers_hold = _suite(
    REGISTERS,
    "registers",
    "What was taken in satisfies its rules: keys, codes, dates and relations between registers. Only the ids of "
    "failing rules are told; `blindevlek check --rows` writes the rows, inside the kluis.",
)

indicators_hold = _suite(
    PERSON_INDICATORS,
    "indicators",
    "Persons and indicators satisfy their rules: one row per person, every gemeente known, unknown exactly where "
    "nothing is covered.",
)
