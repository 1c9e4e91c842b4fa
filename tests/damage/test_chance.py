"""Files cut off, or with bytes turned over, at places drawn from fixed seeds: refused, or read as what they were.

No false alarm is possible: the kluis knows the digest of the good content, so whatever else is read is refused.
"""

import random
from contextlib import suppress

import pytest

from pipelines.errors import DeliveryError
from tests.damage.conftest import Make
from tests.damage.test_refusals import refused

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("file_format", ["parquet", "csv", "sav"])
def test_a_file_cut_off_anywhere_is_refused(scene_in: Make, file_format: str, before: dict[str, object]) -> None:
    scene = scene_in(file_format)
    for seed in SEEDS:
        scene.bytes(lambda content, seed=seed: content[: random.Random(seed).randrange(1, len(content))])  # noqa: S311

        assert "changed" in refused(scene)
        scene.mend()
    assert scene.state() == before


@pytest.mark.parametrize("file_format", ["parquet", "csv", "sav"])
def test_turned_bytes_never_change_what_the_kluis_holds(
    scene_in: Make, file_format: str, before: dict[str, object]
) -> None:
    scene = scene_in(file_format)
    for seed in SEEDS:

        def turned(content: bytes, seed: int = seed) -> bytes:
            spoiled = bytearray(content)
            for place in random.Random(seed).sample(range(len(content)), 3):  # noqa: S311
                spoiled[place] ^= 0xFF
            return bytes(spoiled)

        scene.bytes(turned)
        with suppress(DeliveryError):
            scene.take_in()
        scene.mend()
    after = scene.state()
    for state in (after, before := dict(before)):
        state.pop("y2023.delivered_files")
    assert after == before
