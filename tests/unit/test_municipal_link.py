"""From raw files to registers: what arrives is what the same people delivered by RIN would be, or nothing arrives."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError, UserError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.delivery_register import Arrived, Digest, register_deliveries
from pipelines.registers.ingest import ingest
from pipelines.registers.look import look_at
from pipelines.registers.municipal.keys import MunicipalKey, make_municipal_key, rotate, share
from pipelines.registers.municipal.link import Linked, link, received
from pipelines.registers.municipal.pseudonymise import Request, pseudonymise
from pipelines.registers.municipal.synthetic import make_raw_files
from pipelines.rooms import make_key
from pipelines.warehouse import open_warehouse, parquet_relation
from tests.damage.scene import write
from tests.municipal import files_with, numbers, raw, seal, some, write_linkage
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

MUNICIPAL = ("schuldhulp", "vroegsignalering", "thuiszitters", "urgentie")
HAS = frozenset({"leeftijd_18_tot_aow", "schuldregeling_minnelijk", "vroegsignaal"})
PEOPLE = [
    *(Invented(300_000_001 + n, has=HAS) for n in range(4)),
    *(Invented(300_000_101 + n, gemeente="GM0344", has=HAS) for n in range(3)),
    Invented(300_000_201, kind="S", has=HAS),
]
RINS = dict(zip(some(6), range(300_000_001, 300_000_007), strict=True))


@pytest.fixture
def key(tmp_path: Path) -> MunicipalKey:
    return make_municipal_key(tmp_path / "keys" / "municipal.json", "synthetic")


@pytest.fixture
def invented() -> dict[str, int]:
    """BSNs that are given to nobody, with the RINs that CBS knows them by."""
    return dict(zip(some(6, 1), range(300_000_001, 300_000_007), strict=True))


def linked(context: Context, *keys: MunicipalKey, version: int = 1) -> Linked:
    given = {key.key_id: key for key in keys}
    return link(context.root, context.key(), given, load_catalogue(), PEILJAAR, version=version)


def tables(context: Context) -> dict[str, object]:
    """The municipal tables of the year, their coverage, and the id of the delivery."""
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        names = [f"{name}{tail}" for name in MUNICIPAL for tail in ("", "_unlinked")]
        found: dict[str, object] = {
            name: warehouse.rows(f"SELECT * FROM y{PEILJAAR}.{name} ORDER BY ALL", step="rows") for name in names
        }
        query = f"SELECT * FROM y{PEILJAAR}.coverage WHERE lower(register) IN {MUNICIPAL} ORDER BY ALL"
        found["coverage"] = warehouse.rows(query, step="coverage")
        query = f"SELECT delivery_id, kind, version FROM y{PEILJAAR}.deliveries WHERE delivery = 'gemeenten'"
        found["delivery"] = warehouse.rows(query, step="delivery")
    return found


def test_the_raw_route_gives_the_registers_that_files_keyed_by_rin_give(
    context: Context, key: MunicipalKey, tmp_path: Path
) -> None:
    deliveries = context.root.deliveries(PEILJAAR)
    write_delivery(deliver(PEOPLE), deliveries)
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)
    direct = tables(context)

    for file in make_raw_files(context.root, PEILJAAR, key, load_catalogue(), tmp_path / "raw"):
        silent = file.path.read_bytes().count(b"\n") == 1
        request = Request(file.register, file.gemeente, PEILJAAR, 1, silent, "tiny")
        with file.path.open("rb") as stream:
            pseudonymise(stream, request, key, load_catalogue(), received(context.root, PEILJAAR))
    made = linked(context, key)
    taken = ingest(context.root, context.key(), load_catalogue(), PEILJAAR)

    assert made.is_new
    assert taken
    assert any(direct[name] for name in MUNICIPAL)
    # The same content has the same id too: the kluis compares digests of the typed rows.
    assert tables(context) == direct


def test_linking_the_same_again_does_nothing(context: Context, key: MunicipalKey, invented: dict[str, int]) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    assert linked(context, key).is_new
    assert not linked(context, key).is_new
    assert linked(context, key, version=2).is_new


def test_a_delivery_that_was_taken_in_is_not_linked_anew_under_its_own_version(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)
    folder = linked(context, key).folder
    taken = Arrived("gemeenten", PEILJAAR, 1, Digest("a", "of a test"))
    register_deliveries(context.root.delivery_register, [taken])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    seal(raw(list(invented)[:3]), key, received(context.root, PEILJAAR), version=2)

    with pytest.raises(DeliveryError, match=r"taken in as version 1.*`--version 2`"):
        linked(context, key)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert linked(context, key, version=2).is_new


def test_a_linked_delivery_is_no_damage_to_who_looks_at_the_folder(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    found = look_at(linked(context, key).folder, load_catalogue(), PEILJAAR).found

    assert found
    assert all(seen.sealed and not seen.refused for seen in found.values())


def test_everything_that_linking_writes_is_for_its_owner_only(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    made = linked(context, key)

    paths = [made.folder, made.report, *made.folder.rglob("*"), *(context.root.kluis / "municipal").rglob("*")]
    assert [path.name for path in paths if path.stat().st_mode & 0o077] == []


def test_the_kluis_needs_the_opening_part_of_a_key_only(
    context: Context, key: MunicipalKey, invented: dict[str, int], tmp_path: Path
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    shared = share(tmp_path / "keys" / "municipal.json", tmp_path / "keys" / "shared.json")

    assert linked(context, shared).is_new


def test_who_cannot_be_linked_is_kept_apart_and_counted_in_the_kluis_only(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    strangers = some(9, 1)[6:]
    seal(raw([*invented, *strangers]), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    made = linked(context, key)

    assert "SCHULDHULP;GM0363;9;3" in made.report.read_text(encoding="utf-8")
    kept = received(context.root, PEILJAAR) / "unlinkable" / "SCHULDHULP.parquet"
    (register,) = made.folder.rglob("SCHULDHULP*.parquet")
    with open_warehouse(context.root, context.key()) as warehouse:
        count = f"SELECT count(DISTINCT pseudonym) FROM {parquet_relation(kept)}"
        assert warehouse.value(count, step="count") == 3
        rows = warehouse.rows(f"SELECT rinpersoon FROM {parquet_relation(register)} ORDER BY 1", step="rows")
    assert [int(rin) for (rin,) in rows] == sorted(invented.values())


def test_what_lies_between_the_steps_can_be_read_by_nobody_without_a_key(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)
    linkage = (context.root.deliveries(PEILJAAR) / "koppeling" / "KOPPELING.csv").read_text(encoding="utf-8")
    pseudonyms = [line.split(";")[1].encode() for line in linkage.splitlines()[1:]]

    linked(context, key)

    canaries = [*pseudonyms, *(str(rin).encode() for rin in invented.values()), b"20230101"]
    # The search finds what is there: CBS's own table lies in the kluis as CBS made it.
    assert files_with(context.root.path, canaries) == [f"kluis/deliveries/{PEILJAAR}/koppeling/KOPPELING.csv"]


def test_both_keys_are_accepted_while_both_are_given(
    context: Context, key: MunicipalKey, invented: dict[str, int], tmp_path: Path
) -> None:
    new = rotate(tmp_path / "keys" / "municipal.json", tmp_path / "keys" / "new.json")
    seal(raw(list(invented)[:3]), key, received(context.root, PEILJAAR))
    seal(raw(list(invented)[3:]), new, received(context.root, PEILJAAR), gemeente="GM0344")
    for each in (key, new):
        write_linkage(context.root.deliveries(PEILJAAR) / f"koppeling-{each.key_id}", each, invented)

    made = linked(context, key, new)
    with pytest.raises(DeliveryError, match=f"was made with key {key.key_id}, and given are {new.key_id}"):
        linked(context, new)

    coverage = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))["files"][0]["coverage"]
    assert coverage["gemeenten"] == ["GM0344", "GM0363"]
    assert "SCHULDHULP;GM0363;3;0" in made.report.read_text(encoding="utf-8")


def test_of_several_versions_the_highest_is_linked(
    context: Context, key: MunicipalKey, invented: dict[str, int]
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    seal(raw(list(invented)[:2]), key, received(context.root, PEILJAAR), version=2)
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)

    assert "SCHULDHULP;GM0363;2;0" in linked(context, key).report.read_text(encoding="utf-8")


def test_real_deliveries_refuse_keys_that_were_made_for_invented_people(context: Context, tmp_path: Path) -> None:
    real = make_municipal_key(tmp_path / "keys" / "real.json", "real")
    seal(raw(RINS), real, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", real, RINS)

    with pytest.raises(DeliveryError, match="key of the warehouse was made for synthetic"):
        linked(context, real)
    with pytest.raises(DeliveryError, match=r"is real, and key .* was made for synthetic"):
        linked(context, replace(real, purpose="synthetic"))

    make_key(tmp_path / "keys" / "warehouse-real.json", "real")
    assert linked(replace(context, key_file=tmp_path / "keys" / "warehouse-real.json"), real).is_new


def test_invented_and_real_people_never_stand_together(
    context: Context, key: MunicipalKey, invented: dict[str, int], tmp_path: Path
) -> None:
    real = make_municipal_key(tmp_path / "keys" / "real.json", "real")
    seal(raw(invented), key, received(context.root, PEILJAAR))
    seal(raw(RINS), real, received(context.root, PEILJAAR), gemeente="GM0344")

    with pytest.raises(DeliveryError, match="stand together"):
        linked(context, key, real)


def test_invented_numbers_pass_the_test_and_belong_to_nobody(
    context: Context, key: MunicipalKey, tmp_path: Path
) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))

    files = make_raw_files(context.root, PEILJAAR, key, load_catalogue(), tmp_path / "raw")

    rows = [line for file in files for line in file.path.read_text(encoding="utf-8").splitlines()[1:]]
    written = {row.split(";")[0] for row in rows}
    assert written
    assert all(number.startswith("00") and next(numbers(int(number))) == number for number in written)
    assert all("VERZONNEN" in file.path.name for file in files)
    assert files_with(context.root.path, (number.encode() for number in written)) == []


def test_raw_files_are_the_same_whatever_the_format_of_the_population(
    context: Context, key: MunicipalKey, tmp_path: Path
) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))
    written: dict[str, dict[str, bytes]] = {}
    made = {
        path: pl.read_parquet(path) for path in (context.root.deliveries(PEILJAAR) / "gemeenten").rglob("*.parquet")
    }
    for file_format in ("parquet", "csv", "sav"):
        for path, rows in made.items():
            path.unlink(missing_ok=True)
            write(rows, path.with_suffix(f".{file_format}"))
        files = make_raw_files(context.root, PEILJAAR, key, load_catalogue(), tmp_path / file_format)
        written[file_format] = {file.path.name: file.path.read_bytes() for file in files}
        for path in made:
            path.with_suffix(f".{file_format}").unlink()

    assert any(content.count(b"\n") > 1 for content in written["parquet"].values())
    assert written["csv"] == written["sav"] == written["parquet"]


def test_raw_files_are_not_made_of_a_delivery_that_was_linked(
    context: Context, key: MunicipalKey, invented: dict[str, int], tmp_path: Path
) -> None:
    seal(raw(invented), key, received(context.root, PEILJAAR))
    write_linkage(context.root.deliveries(PEILJAAR) / "koppeling", key, invented)
    linked(context, key)

    with pytest.raises(UserError, match="is a linked one"):
        make_raw_files(context.root, PEILJAAR, key, load_catalogue(), tmp_path / "raw")
