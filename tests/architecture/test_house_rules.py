"""Rules of the house that import-linter and ruff cannot see."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("pipelines", "assets", "expectations", "persona_specs", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py"))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    return [CHECKOUT / name for name in listed.stdout.decode().split("\0") if name and (CHECKOUT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_every_module_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330


def test_every_package_on_disk_is_packaged() -> None:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = set(settings["tool"]["setuptools"]["packages"])
    on_disk = {
        path.parent.relative_to(CHECKOUT).as_posix().replace("/", ".")
        for package in ("pipelines", "assets", "expectations", "persona_specs")
        for path in (CHECKOUT / package).rglob("__init__.py")
    }

    assert packaged == on_disk


def test_pipelines_read_no_environment_and_print_nothing() -> None:
    offenders = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno}"
        for path in (CHECKOUT / "pipelines").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
    ]

    assert offenders == []


def test_the_database_is_reached_through_its_wrapper_only() -> None:
    """`connection.execute` on microdata would carry library text; the generator works on invented people."""
    allowed = {
        "pipelines/warehouse.py",
        "pipelines/duckdb_settings.py",
        "pipelines/registers/delivery_register.py",
        "pipelines/release/ledger_reading.py",
        # The review keeps votes, accounts and duiding; microdata is not in it.
        "pipelines/datacenter/review/store.py",
        "pipelines/datacenter/review/people.py",
        "pipelines/datacenter/review/tables.py",
    }
    offenders = []
    for path in (CHECKOUT / "pipelines").rglob("*.py"):
        name = path.relative_to(CHECKOUT).as_posix()
        if name in allowed or name.startswith(("pipelines/population/", "pipelines/privacy/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("execute", "sql", "executemany"):
                offenders.append(f"{name}:{node.lineno}")

    assert offenders == []


def test_no_data_key_or_large_file_is_in_the_repository() -> None:
    forbidden = {".parquet", ".duckdb", ".sav", ".sqlite", ".db"}
    offenders = [
        path.relative_to(CHECKOUT).as_posix()
        for path in tracked()
        if path.suffix in forbidden or path.stat().st_size > 1_000_000 or ".keys" in path.parts
    ]

    assert offenders == []


def test_no_path_of_a_machine_and_no_registry_address_is_in_the_repository() -> None:
    pattern = re.compile("|".join(("/" + "work/", "/" + "farm/", "py" + r"pi\.org", "python" + "hosted", "npm" + "js")))
    offenders = []
    for path in tracked():
        if path.suffix in (".txt", ".png") and "requirements" not in path.parts:
            continue
        if path.name == "test_house_rules.py" or path.suffix == ".png":
            continue
        if pattern.search(path.read_text(encoding="utf-8", errors="ignore")):
            offenders.append(path.relative_to(CHECKOUT).as_posix())

    assert offenders == []


def test_asset_modules_do_not_postpone_annotations() -> None:
    """Dagster reads annotations of its functions; postponed ones are only text (dagster issue 26837)."""
    offenders = [
        path.name
        for path in [*(CHECKOUT / "assets").glob("*.py"), CHECKOUT / "definitions.py"]
        if path.exists() and "from __future__ import annotations" in path.read_text(encoding="utf-8")
    ]

    assert offenders == []


def test_the_top_level_holds_the_agreed_house() -> None:
    wanted = {
        "pipelines", "assets", "expectations", "persona_specs", "tests", "docs", "benchmarks",
        "definitions.py", "cli.py", "pyproject.toml", "README.md", "Makefile", "CHANGELOG.md",
        "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md", "LICENSE",
    }  # fmt: skip
    present = {path.relative_to(CHECKOUT).parts[0] for path in tracked()}

    assert wanted <= present
    assert not present & {"src", "dagster", "duckdb", "polars", "opendp"}
