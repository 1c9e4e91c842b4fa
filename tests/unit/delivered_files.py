"""The files of one synthetic delivery, as several tests read them.

What belongs here: finding a file, and what the catalogue says of it. What does not: tests.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.file_names import read_name
from tests.tiny import FILES

CATALOGUE = Path(__file__).resolve().parents[2] / "pipelines" / "registers" / "catalogue"
ENTRIES: list[dict[str, Any]] = [
    yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(CATALOGUE.glob("*.yaml"))
    if path.stem.upper() in FILES or path.stem.startswith("stapmon")
]
CODE_LISTS: dict[str, dict[str, str]] = yaml.safe_load((CATALOGUE / "code_lists.yaml").read_text(encoding="utf-8"))
NAMES = [entry["name"] for entry in ENTRIES]
UNUSABLE = ("---------", "000000000", "000000001")
SCALE = Fraction(1, 50)


def entry_of(name: str) -> dict[str, Any]:
    return next(entry for entry in ENTRIES if entry["name"] == name)


def file_of(delivered: Path, name: str) -> Path:
    register = load_catalogue().register(name)
    found = [path for path in delivered.rglob("*.*") if read_name(path.stem, register)]
    assert len(found) == 1, name
    return found[0]


def person_key(name: str) -> tuple[str, str]:
    kind, rin = entry_of(name).get("person_key", ("rinpersoons", "rinpersoon"))
    return kind, rin


def near(expected: float) -> Any:
    """Six standard deviations of a count (one false alarm in 5e8), and a twentieth for what rounding and limits take."""
    return pytest.approx(expected, abs=6 * expected**0.5 + 0.05 * expected)


def column_names(entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {c["name"].replace("{period}", "2023").replace("{peildatum}", "20231231"): c for c in entry["columns"]}


def people_of(delivered: Path) -> str:
    """SQL: everybody registered on the peildatum, with their household and age."""
    return f"""(
        SELECT h.*, 2023 - coalesce(try_cast(gbageboortejaar AS INTEGER), 1980) AS age
        FROM read_parquet('{file_of(delivered, "GBAHUISHOUDENSBUS")}') h
        JOIN read_parquet('{file_of(delivered, "GBAPERSOONTAB")}') USING (rinpersoons, rinpersoon)
        WHERE datumeindehh = '20231231'
    )"""
