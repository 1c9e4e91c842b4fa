"""The same settings give the same people: over threads, runs and file formats."""

from fractions import Fraction
from pathlib import Path

import duckdb
import polars as pl
import polars_readstat
import pytest

from pipelines.population.make import make_deliveries
from pipelines.population.settings import FileFormat, PopulationSettings
from pipelines.progress import silent

TINY = Fraction(1, 200)
# Enough people for several row groups: below that one thread does all the work.
PARALLEL = Fraction(1, 40)


def make(
    root: Path,
    scale: Fraction = TINY,
    seed: int = 1,
    form: FileFormat = "parquet",
    threads: int | None = None,
    peiljaar: int = 2023,
) -> Path:
    """A population; returns the folder it was made in."""
    settings = PopulationSettings(peiljaar, scale, seed, form)
    assert make_deliveries(settings, root / "deliveries", root / "truth", root / "temp", silent, threads=threads)
    return root


def files(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("peiljaar", [2021, 2023])
def test_the_same_seed_gives_the_same_rows_in_the_same_order_at_one_and_two_threads(
    tmp_path: Path, peiljaar: int
) -> None:
    one, two = (make(tmp_path / str(n), PARALLEL, threads=n, peiljaar=peiljaar) for n in (1, 2))
    assert files(one) == files(two)
    assert len(files(one)) == 32 + 2 + 3
    for path in files(one):
        # Where a row group ends depends on the threads; what is read from the file does not.
        if path.suffix == ".parquet":
            assert pl.read_parquet(one / path).equals(pl.read_parquet(two / path)), path.stem
        else:
            assert (one / path).read_bytes() == (two / path).read_bytes(), path.stem


def test_what_a_killed_run_left_unencrypted_is_gone_after_the_next_start(tiny: Path) -> None:
    left = [tiny / "temp" / name / "ground.db.wal" for name in ("synthetic-s1-seed9-g3", "synthetic-s1of200-seed1-g3")]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"left")

    made = make_deliveries(PopulationSettings(2023, TINY), tiny / "deliveries", tiny / "truth", tiny / "temp", silent)

    assert not made
    assert not any(path.parent.exists() for path in left)


def test_another_seed_gives_other_people(tiny: Path, tmp_path: Path) -> None:
    other = make(tmp_path, seed=2)
    same = [path.stem for path in files(tiny) if (tiny / path).read_bytes() == (other / path).read_bytes()]
    assert same == []


@pytest.mark.parametrize("form", ["sav", "csv"])
def test_spss_and_text_hold_the_same_rows_as_parquet(tiny: Path, tmp_path: Path, form: FileFormat) -> None:
    other = make(tmp_path, form=form)
    delivered = sorted((tiny / "deliveries").rglob("*.parquet"))
    assert len(delivered) == 32
    with duckdb.connect(":memory:") as connection:
        for path in delivered:
            copy = (other / path.relative_to(tiny)).with_suffix(f".{form}")
            if form == "csv":
                copy.read_bytes().decode("cp1252")
                relation = f"read_csv('{copy}', delim = ';', header = true, all_varchar = true)"
            else:
                connection.register("spss", polars_readstat.read_readstat(str(copy)).to_arrow())
                relation = "spss"
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
            found = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            assert [row[0] for row in found] == [row[0] for row in described]
            columns = ", ".join(
                f'trim("{column}")' if kind == "VARCHAR" else f'"{column}"::DOUBLE' for column, kind, *_ in described
            )
            wanted, given = f"SELECT {columns} FROM read_parquet('{path}')", f"SELECT {columns} FROM {relation}"
            difference = connection.execute(f"""
                SELECT count(*) FROM (
                    ({wanted} EXCEPT ALL {given}) UNION ALL ({given} EXCEPT ALL {wanted})
                )
            """)
            assert difference.fetchall() == [(0,)], path.stem
