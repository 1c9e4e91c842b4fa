"""Of all files that stand in a delivery those of the register, the year and the highest version are read."""

import json
from pathlib import Path

import pytest

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Register, load_catalogue
from pipelines.registers.delivery import DeclaredCoverage, DeclaredFile, Delivery, Manifest, read_manifest
from pipelines.registers.finding import find_files

ENTRIES = load_catalogue().registers
MONTHLY = ENTRIES["BIJSTANDPERSOONBUS"].model_copy(
    update={"name": "WUSUITKERING1ATAB", "names": (), "file_patterns": ()}
)
QUARTERLY = MONTHLY.model_copy(
    update={"name": "SRGPERSOONBUS", "names": ("SRGPERSOONJJJJKKBUSVV",)},
)
EDITIONS = MONTHLY.model_copy(update={"name": "VSLPOSTCODEBUS"})
YEAR = [f"WUSUITKERING1A2023{month:02d}TABV1.sav" for month in range(1, 13)]


def found(folder: Path, register: Register, names: list[str], **period: str) -> list[str]:
    """The files that are read, as paths below the delivery."""
    for name in names:
        path = folder / "cbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    declared = DeclaredFile(register=register.name, coverage=DeclaredCoverage(kind="national"), period=period or None)
    manifest = Manifest(
        delivery="cbs", supplier="cbs", kind="synthetic", peiljaar=2023, version=1, status="voorlopig",
        completed=True, files=(declared,),
    )  # fmt: skip
    delivery = Delivery(folder / "cbs", manifest)
    return [file.path.relative_to(delivery.folder).as_posix() for file in find_files(delivery, register, declared).read]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["GBAPERSOON2023TABV1.sav", "GBAPERSOON2023TABV2.sav"], "GBAPERSOON2023TABV2.sav"),
        (["GBAPERSOON2023TABV9.sav", "GBAPERSOON2023TABV10.sav"], "GBAPERSOON2023TABV10.sav"),
        (["GBAPERSOON2023TABV1.parquet", "GBAPERSOON2023TABV2.csv"], "GBAPERSOON2023TABV2.csv"),
        (["GBAPERSOON2023TABV1.csv", "GBAPERSOON2023TABV1.SAV"], "GBAPERSOON2023TABV1.SAV"),
        (
            ["2023/GBAPERSOON2023TABV1.sav", "2023/geconverteerde data/GBAPERSOON2023TABV1.parquet"],
            "2023/geconverteerde data/GBAPERSOON2023TABV1.parquet",
        ),
        (
            ["2023/GBAPERSOON2023TABV2.sav", "2023/geconverteerde data/GBAPERSOON2023TABV1.parquet"],
            "2023/GBAPERSOON2023TABV2.sav",
        ),
        (
            ["geconverteerde bestanden/GBAPERSOON2023TABV1.csv", "GBAPERSOON2023TABV1.csv"],
            "GBAPERSOON2023TABV1.csv",
        ),
        (["GBAPERSOON2022TABV3.sav", "2023/GBAPERSOONTAB2023V1.sav"], "2023/GBAPERSOONTAB2023V1.sav"),
        (["GBAPERSOONKTAB2023V4.sav", "GBAPERSOON2023TABV1.sav"], "GBAPERSOON2023TABV1.sav"),
        (["GBAPERSOON2023TABV2.dta", "GBAPERSOON2023TABV1.sav"], "GBAPERSOON2023TABV1.sav"),
    ],
)
def test_the_highest_version_comes_first_then_the_quickest_format(
    tmp_path: Path, names: list[str], chosen: str
) -> None:
    assert found(tmp_path, ENTRIES["GBAPERSOONTAB"], names) == [chosen]


def test_two_files_that_differ_only_in_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"a/GBAPERSOON2023TABV1.sav and b/GBAPERSOON2023TABV1.sav. Keep one"):
        found(tmp_path, ENTRIES["GBAPERSOONTAB"], ["a/GBAPERSOON2023TABV1.sav", "b/GBAPERSOON2023TABV1.sav"])


def test_a_file_of_all_years_must_reach_the_peildatum(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="before the end of 2023"):
        found(tmp_path, EDITIONS, ["VSLPOSTCODEBUSV2023061.sav"])

    assert found(tmp_path, EDITIONS, ["VSLPOSTCODEBUSV2024031.sav", "VSLPOSTCODEBUSV2023122.sav"]) == [
        "VSLPOSTCODEBUSV2024031.sav"
    ]


def test_all_months_of_the_year_are_read_each_in_its_highest_version(tmp_path: Path) -> None:
    names = found(tmp_path, MONTHLY, [*YEAR, "WUSUITKERING1A202305TABV2.sav", "WUSUITKERING1A202212TABV1.sav"])

    assert len(names) == 12
    assert names[3:6] == [YEAR[3], "WUSUITKERING1A202305TABV2.sav", YEAR[5]]


def test_a_missing_month_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"WUSUITKERING1ATAB the month 03, 11 of 2023 is missing.*period"):
        found(tmp_path, MONTHLY, [name for name in YEAR if name not in (YEAR[2], YEAR[10])])


def test_the_manifest_may_say_which_part_of_the_year_is_delivered(tmp_path: Path) -> None:
    names = found(tmp_path, MONTHLY, YEAR[:6], **{"from": "2019-01-01", "to": "2023-06-30"})

    assert names == YEAR[:6]


def test_a_month_outside_the_declared_period_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"a file of month 07 of 2023, outside the `period`"):
        found(tmp_path, MONTHLY, YEAR[:7], **{"from": "2023-01-01", "to": "2023-06-30"})


def test_a_period_that_holds_no_dates_is_refused_when_the_manifest_is_read(tmp_path: Path) -> None:
    manifest = {
        "delivery": "cbs", "supplier": "CBS", "kind": "real", "peiljaar": 2023, "version": 1, "status": "voorlopig",
        "completed": True,
        "files": [{"register": "SPOLISBUS", "coverage": {"kind": "national"}, "period": {"from": "januari"}}],
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(
        DeliveryError, match=r"files\.0\.period\.from \(line 1\): found .*, allowed is a date such as 2023-12-31"
    ):
        read_manifest(tmp_path / "manifest.json")


def test_a_merged_year_is_taken_before_its_months_unless_these_are_newer(tmp_path: Path) -> None:
    merged = "WUSUITKERING1ATAB2023V1.sav"

    assert found(tmp_path, MONTHLY, [*YEAR, merged]) == [merged]
    assert len(found(tmp_path, MONTHLY, ["WUSUITKERING1A202301TABV2.sav"])) == 12


def test_quarters_are_read_together_and_a_missing_one_is_named(tmp_path: Path) -> None:
    quarters = [f"SRGPERSOON20230{number}BUSV1.sav" for number in range(1, 5)]

    with pytest.raises(DeliveryError, match="the quarter K4 of 2023 is missing"):
        found(tmp_path, QUARTERLY, quarters[:3])

    assert found(tmp_path, QUARTERLY, quarters) == quarters


def test_months_and_days_of_one_year_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="of different periods"):
        found(tmp_path, MONTHLY, [*YEAR, "WUSUITKERING1A20231231TABV1.sav"])
