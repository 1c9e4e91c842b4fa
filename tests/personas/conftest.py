"""What the tests of a persona's life share: specs to live it through, new for each test.

What belongs here: fixtures. What does not: helpers (`living.py`); modules that bend other files have `specs` of their own.
"""

from pathlib import Path

import pytest

from tests.personas.living import Specs, living_specs


@pytest.fixture
def specs(tmp_path: Path) -> Specs:
    """A draft that may be changed, approved and frozen."""
    return living_specs(tmp_path / "specs")
