"""A release in every format: the same numbers with their bounds and status, the same bytes, and nothing fetched."""

import json
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS

from pipelines.context import Context
from pipelines.errors import CheckFailed
from pipelines.release import certified
from pipelines.release.content import FILES, files_of, files_with
from pipelines.release.format_checks.run import check_files, check_release, require_passed
from pipelines.release.formats.columns import COLUMNS
from pipelines.release.formats.quality import CONCEPTS
from pipelines.release.formats.tables_of import BUITEN_DE_BRP
from pipelines.release.manifest import MANIFEST, ManifestError, building, freeze
from pipelines.release.readme import EXAMPLE_PYTHON, EXAMPLE_R
from tests.surroundings import CHECKOUT
from tests.unit.format_damage import FORMATS, ID
from tests.unit.published_bundles import release_commands
from tests.unit.run_command import run_command
from tests.unit.small_release import PERSONA, small_figures, small_text, write_small_draft, write_small_release


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_release(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "copy"))


def test_the_same_release_is_written_in_the_same_bytes_the_zip_too(sound: Path, copy: Path) -> None:
    shutil.rmtree(copy)
    copy.mkdir()

    write_small_release(copy)

    assert sorted(path.name for path in copy.iterdir()) == sorted(path.name for path in sound.iterdir())
    for path in sound.iterdir():
        assert path.read_bytes() == (copy / path.name).read_bytes(), path.name


def test_an_estimate_below_zero_has_its_bounds_and_status_in_every_format(sound: Path) -> None:
    where = {"persona": PERSONA, "toestand": "missing", "regio": "GM0014", "leeftijd": "totaal", "geslacht": "totaal"}
    (wanted,) = small_figures().filter(**where).to_dicts()
    named = ["schatting", "onder95", "boven95", "status", "bruikbaarheid"]
    assert wanted["schatting"] < 0

    frames = (
        pl.read_parquet(sound / "cijfers.parquet"),
        pl.read_csv(sound / "cijfers.csv", infer_schema_length=None),
        pl.read_csv(sound / "cijfers-excel.csv", separator=";", decimal_comma=True, infer_schema_length=None),
    )
    for frame in frames:
        assert frame.filter(**where).select(named).row(0) == tuple(wanted[name] for name in named)
    cube = json.loads((sound / "cijfers.jsonstat.json").read_text(encoding="utf-8"))
    place = 0
    for name, size in zip(cube["id"], cube["size"], strict=True):
        index = cube["dimension"][name]["category"]["index"]
        place = place * size + (index.index(where[name]) if name in where else 0)
    assert cube["value"][place : place + 3] == [wanted["schatting"], wanted["onder95"], wanted["boven95"]]
    assert cube["extension"]["status"]["label"][cube["status"][place]].startswith("te onzeker")
    assert "voorlopig" in cube["dimension"]["jaar"]["category"]["label"]["2023"]


def test_what_is_not_measured_has_no_number_in_the_cube_and_says_so(sound: Path) -> None:
    cube = json.loads((sound / "cijfers.jsonstat.json").read_text(encoding="utf-8"))
    label = cube["extension"]["status"]["label"]

    without = {label[letter] for number, letter in zip(cube["value"], cube["status"], strict=True) if number is None}

    assert without == {"niet gemeten: geen registratie geleverd", "niet gepubliceerd voor deze regio"}


def test_every_description_says_of_every_column_what_the_one_list_says(sound: Path) -> None:
    package = json.loads((sound / "datapackage.json").read_text(encoding="utf-8"))
    csvw = json.loads((sound / "cijfers.csv-metadata.json").read_text(encoding="utf-8"))
    listed = pl.read_csv(sound / "kolommen.csv")

    fields = package["resources"][0]["schema"]["fields"]
    columns = csvw["tableSchema"]["columns"]

    wanted = [(name, column.title, column.meaning) for name, column in COLUMNS.items()]
    assert [(field["name"], field["title"], field["description"]) for field in fields] == wanted
    assert [(column["name"], column["dc:title"], column["dc:description"]) for column in columns] == wanted
    assert listed.select("kolom", "titel", "betekenis").rows() == wanted
    assert all(column.title and column.meaning for column in COLUMNS.values())


def test_the_catalogue_entry_stays_right_wherever_the_folder_is_served(sound: Path) -> None:
    for address in ("https://een.invalid/uitgaven/a/1.0.0/", "https://twee.invalid/"):
        entry = Graph().parse(sound / "dcat.ttl", format="turtle", publicID=address)

        reached = {str(url) for url in entry.objects(None, DCAT.downloadURL)}

        assert {f"{address}cijfers.csv", f"{address}cijfers.parquet", f"{address}{ID}.zip"} <= reached
        assert len(list(entry.objects(None, DCTERMS.identifier))) == 1


def test_the_quality_report_fills_all_nineteen_concepts_in_dutch(sound: Path) -> None:
    report = json.loads((sound / "quality.json").read_text(encoding="utf-8"))

    assert [concept["code"] for concept in report["begrippen"]] == [f"S.{number}" for number in range(1, 20)]
    assert all(len(concept["tekst"].split()) >= 3 for concept in report["begrippen"])
    assert len(CONCEPTS) == 19
    assert report["bruikbaarheid_per_niveau"][0]["cijfers"] == 3 * 18


def test_the_certificate_names_every_rule_and_what_was_read_for_it(sound: Path) -> None:
    certificate = json.loads((sound / "certificate.json").read_text(encoding="utf-8"))

    rules = {check["regel"]: check["gelezen"] for check in certificate["controles"]}

    later = {"vorm/certificate.json", f"zip/{ID}.zip", "manifest/manifest.json"}
    assert {rule for one in FORMATS.values() for rule in one.rules} - set(rules) == later
    assert rules["csvw/cijfers.csv"] == "de eerste 100 van 216 regels"
    assert rules["gelijk/cijfers.csv"] == "alle 216 regels"
    assert {check["oordeel"] for check in certificate["controles"]} == {"in orde"}


def test_the_zip_unpacks_into_a_folder_of_its_own_with_the_reading_guide_first(sound: Path) -> None:
    with zipfile.ZipFile(sound / f"{ID}.zip") as packed:
        names = packed.namelist()

    assert names[0] == f"{ID}-1.0.0/LEESMIJ.txt"
    assert {name.partition("/")[2] for name in names} == set(files_with(["buiten-de-brp"])) - {"manifest.json"}


def test_rows_that_the_libraries_did_not_read_are_read_by_the_rules_that_take_all_at_once(copy: Path) -> None:
    path = copy / "cijfers.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[150] = lines[150].replace("2023", "tweeduizend", 1)
    path.write_text("".join(lines), encoding="utf-8")

    verdicts = {verdict.rule: verdict for verdict in check_files(copy, 50)}

    assert verdicts["frictionless/cijfers.csv"].passed
    assert verdicts["frictionless/cijfers.csv"].read == "de eerste 50 van 216 regels"
    assert not verdicts["gelijk/cijfers.csv"].passed
    assert not {verdict.rule: verdict for verdict in check_files(copy, None)}["frictionless/cijfers.csv"].passed


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: None,
        FORMATS["datapackage"].damages["a file elsewhere"],
        FORMATS["datapackage"].damages["a schema elsewhere"],
        FORMATS["CSVW description"].damages["a table elsewhere"],
        FORMATS["CSVW description"].damages["a context elsewhere"],
        lambda folder: (folder / "dcat.ttl").write_text(
            "<> <http://www.w3.org/2002/07/owl#imports> <https://uitgave.invalid/lijst.ttl> .", encoding="utf-8"
        ),
    ],
    ids=["a sound release", "a far file", "a far schema", "a far table", "a far context", "a far list"],
)
def test_no_check_reaches_for_a_network(
    copy: Path, damage: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []

    def refused(*_: object, **__: object) -> None:
        reached.append("network")
        raise OSError("no network in this test")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refused)
    damage(copy)

    check_files(copy, None)

    assert reached == []


def test_facts_of_a_folder_never_become_a_path(copy: Path) -> None:
    path = copy / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{ID}"', '"../../elders"'), encoding="utf-8")

    with pytest.raises(CheckFailed, match=r"datapackage\.json is missing, or its part 'blindevlek'"):
        check_files(copy)


def test_a_bundle_with_a_broken_file_is_never_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    final = tmp_path / "1.0.0"

    def build() -> None:
        with building(final) as draft:
            text = write_small_draft(draft)
            (draft / "cijfers.jsonstat.json").write_text("{}", encoding="utf-8")
            certified.certify(text, None, draft)  # type: ignore[arg-type]

    with pytest.raises(CheckFailed, match="jsonstat/cijfers"):
        build()

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_missing_is_named(copy: Path) -> None:
    (copy / "gebieden.parquet").unlink()

    with pytest.raises(CheckFailed, match=r"bestanden/aanwezig: missing: gebieden\.parquet"):
        require_passed(check_files(copy))


def test_the_command_passes_a_sound_folder_and_names_the_rule_that_another_breaks(
    context: Context, sound: Path, copy: Path
) -> None:
    said: list[str] = []
    context = replace(context, say=said.append)

    assert run_command(release_commands, context, "release", "check", str(sound), "--quick") == 0
    (copy / "cijfers.csv").write_bytes((copy / "cijfers.csv").read_bytes() + b"\n")
    with pytest.raises(ManifestError, match=r"changed: cijfers\.csv"):
        run_command(release_commands, context, "release", "check", str(copy))
    refreeze(copy)
    with pytest.raises(CheckFailed, match=r"beschrijving/datapackage\.json"):
        run_command(release_commands, context, "release", "check", str(copy))

    assert "passed frictionless/cijfers.csv  (de eerste 100 van 216 regels)" in said
    assert "FAILED beschrijving/datapackage.json  (hele bestand)" in said


def refreeze(folder: Path) -> None:
    """A manifest that fits the damaged files, as somebody who knows the project could make."""
    facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["facts"]
    (folder / MANIFEST).unlink()
    freeze(folder, facts)


def test_the_three_lines_in_python_of_the_reading_guide_print_figures(sound: Path) -> None:
    code = "\n".join(EXAMPLE_PYTHON)
    guide = (sound / "LEESMIJ.txt").read_text(encoding="utf-8-sig")

    ran = subprocess.run([sys.executable, "-I", "-c", code], cwd=sound, capture_output=True, text=True, check=True)

    assert all(line in guide for line in (*EXAMPLE_PYTHON, *EXAMPLE_R))
    assert PERSONA[:8] in ran.stdout
    assert "schatting" in ran.stdout


def test_the_reference_page_names_every_file_and_every_rule(sound: Path) -> None:
    page = (CHECKOUT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")

    assert {name for name in FILES if f"`{name}`" not in page} == set()
    kinds = {verdict.rule.partition("/")[0] for verdict in check_release(sound, 5)}
    assert {kind for kind in kinds if not re.search(rf"`{kind}/", page)} == set()


def test_a_release_without_numbers_outside_the_brp_has_no_file_of_them() -> None:
    with_them = files_of(small_text())

    assert BUITEN_DE_BRP.name + ".csv" in with_them
    assert f"{ID}.zip" in with_them
