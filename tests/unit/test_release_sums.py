"""The sum of any set of gemeenten: from a bundle's own files, with the margin that the release itself would give."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.context import Context
from pipelines.errors import RoomError, UserError
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.manifest import freeze
from pipelines.release.published import PublishedRelease, open_published
from pipelines.release.sums import sum_of_gemeenten
from tests.unit.published_bundles import NATIONAL, PERSONA, release_commands, write_bundle
from tests.unit.run_command import run_command

PEILJAAR = 2023
BARE = "GM0014"


@pytest.fixture(scope="module")
def wachtruimte(tmp_path_factory: pytest.TempPathFactory, personas: Personas, indicators: Indicators) -> Path:
    place = tmp_path_factory.mktemp("wachtruimte")
    write_bundle(place, personas, indicators, PEILJAAR, seed=1, uncovered=frozenset({BARE}))
    return place


@pytest.fixture(scope="module")
def release(wachtruimte: Path) -> PublishedRelease:
    return open_published([wachtruimte], f"{PEILJAAR}-voorlopig")


@pytest.mark.parametrize("group", [("totaal", "totaal"), ("25-44", "vrouw"), ("totaal", "man")])
@pytest.mark.parametrize("state", ["missing", "unknown"])
def test_a_sum_equals_the_published_gebied_with_the_same_gemeenten(
    release: PublishedRelease, group: tuple[str, str], state: str
) -> None:
    published = pl.read_parquet(release.folder / "gebieden.parquet")

    for area in areas(PEILJAAR):
        row = published.filter(persona=PERSONA, toestand=state, regio=area.code, leeftijd=group[0], geslacht=group[1])
        if row["schatting"].item() is None:
            continue
        (found,) = sum_of_gemeenten(release, area.gemeenten, [PERSONA], [state], *group).to_dicts()
        for column in ("schatting", "sd", "onder95", "boven95"):
            assert found[column] == pytest.approx(row[column].item(), rel=1e-9), area.naam
        assert found["kwaliteit"] == row["kwaliteit"].item()


def test_a_single_gemeente_has_its_published_margin(release: PublishedRelease) -> None:
    (found,) = sum_of_gemeenten(release, ["GM0363"], [PERSONA], ["missing"]).to_dicts()

    row = release.figures.filter(
        persona=PERSONA, toestand="missing", regio="GM0363", leeftijd="totaal", geslacht="totaal"
    ).row(0, named=True)
    assert found["sd"] == pytest.approx(row["sd"], rel=1e-9)
    assert found["schatting"] == pytest.approx(row["schatting"], rel=1e-12)


def test_all_gemeenten_together_have_the_margin_of_the_country(release: PublishedRelease) -> None:
    (found,) = sum_of_gemeenten(release, [g.code for g in gemeenten(PEILJAAR)], [PERSONA], ["unknown"]).to_dicts()

    whole = pl.read_parquet(release.folder / "cijfers.parquet").filter(
        persona=PERSONA, toestand="unknown", niveau="land", leeftijd="totaal", geslacht="totaal"
    )
    assert found["sd"] == pytest.approx(whole["sd"].item(), rel=1e-9)


def test_a_set_with_a_gemeente_that_was_not_measured_gets_no_number_but_a_reason(release: PublishedRelease) -> None:
    rows = sum_of_gemeenten(release, [BARE, "GM0363"], [PERSONA], ["missing", "unknown"]).to_dicts()

    assert [(row["schatting"] is None, row["kwaliteit"] == "niet_gemeten") for row in rows] == [
        (True, True),
        (False, False),
    ]
    assert BARE in rows[0]["reden"]
    assert "GM0363" not in rows[0]["reden"]


@pytest.mark.parametrize(
    ("codes", "chosen", "group", "words"),
    [
        ([], [PERSONA], ("totaal", "totaal"), "no gemeenten were named"),
        (["GM0363", "GM0363"], [PERSONA], ("totaal", "totaal"), "named twice: GM0363"),
        (["GM0457"], [PERSONA], ("totaal", "totaal"), "no gemeenten of peiljaar 2023: GM0457"),
        (["Amsterdam"], [PERSONA], ("totaal", "totaal"), "'Amsterdam' is GM0363"),
        (["GM0363"], ["dakloos"], ("totaal", "totaal"), "persona 'dakloos' is not in the release"),
        (["GM0363"], [PERSONA], ("18-25", "totaal"), "no figures for age '18-25'.*25-44"),
        (["GM0363"], [NATIONAL], ("totaal", "totaal"), "nothing to sum: niet gemeten in GM0363"),
    ],
)
def test_what_cannot_be_summed_is_refused_in_words(
    release: PublishedRelease, codes: list[str], chosen: list[str], group: tuple[str, str], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        sum_of_gemeenten(release, codes, chosen, ["missing"], *group)


def test_a_bundle_that_was_changed_is_not_read(
    tmp_path: Path, personas: Personas, indicators: Indicators, wachtruimte: Path
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in (wachtruimte / f"{PEILJAAR}-voorlopig" / "1.0.0").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "metingen.parquet").write_bytes(b"other")

    with pytest.raises(RoomError, match=r"metingen\.parquet"):
        open_published([], str(folder))


def test_a_folder_that_is_not_a_whole_bundle_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "cijfers.parquet").write_bytes(b"1")
    freeze(tmp_path, {"release_id": "x", "versie": "1.0.0", "peiljaar": PEILJAAR})

    with pytest.raises(RoomError, match=r"lacks measurement_sha256, metingen\.parquet, privacy\.json"):
        open_published([], str(tmp_path))


def test_a_release_that_is_not_there_is_refused_with_those_that_are(wachtruimte: Path) -> None:
    with pytest.raises(UserError, match=r"no published release '2022'.*2023-voorlopig/1\.0\.0"):
        open_published([wachtruimte], "2022")


def test_the_newest_version_is_taken_by_number(wachtruimte: Path, tmp_path: Path) -> None:
    source = wachtruimte / f"{PEILJAAR}-voorlopig" / "1.0.0"
    for version in ("1.2.0", "1.10.0"):
        folder = tmp_path / f"{PEILJAAR}-voorlopig" / version
        folder.mkdir(parents=True)
        for path in source.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())

    assert open_published([tmp_path], f"{PEILJAAR}-voorlopig").folder.name == "1.10.0"
    assert open_published([tmp_path], f"{PEILJAAR}-voorlopig/1.2.0").folder.name == "1.2.0"


def test_the_command_says_the_sum_and_writes_it(context: Context, wachtruimte: Path, tmp_path: Path) -> None:
    """The data root has no key, no kluis and no ledger: nothing of them is asked for."""
    folder, file = wachtruimte / f"{PEILJAAR}-voorlopig" / "1.0.0", tmp_path / "som.csv"

    code = run_command(
        release_commands, context, "release", "sum", str(folder), "--gemeenten", "GM0363", "GM0344", "--persona", PERSONA,
        "--file", str(file),
    )  # fmt: skip

    assert code == 0
    (row,) = pl.read_csv(file).to_dicts()
    assert row["schatting"] == pytest.approx(1200, abs=7 * row["sd"])
    assert "niet fouten of gaten in registraties, koppelingen of de grens op persona's" in row["ruismarge_dekt"]
    assert not context.root.ledger.exists()
