"""After the whole line nothing in the kluis can be read without the key, nor by anybody but its owner."""

from pathlib import Path

from pipelines import line
from pipelines.context import Context
from pipelines.private_files import make_private_folder
from tests.end_to_end.conftest import PRIME, TEXT
from tests.municipal import files_with

Finished = tuple[Context, line.Finished, list[str]]


def written_by_steps(context: Context) -> list[Path]:
    """Everything in the kluis but the deliveries, which their suppliers wrote."""
    given = context.root.kluis / "deliveries"
    return [path for path in context.root.kluis.rglob("*") if not path.is_relative_to(given)]


def test_everything_the_steps_wrote_in_the_kluis_is_for_its_owner_only(finished: Finished) -> None:
    context, _, _ = finished
    paths = written_by_steps(context)

    assert {"warehouse.duckdb", "ledger.sqlite", "deliveries.sqlite"} <= {path.name for path in paths}
    assert [path.name for path in (context.root.kluis, *paths) if path.stat().st_mode & 0o077] == []


def test_a_bundle_can_be_read_by_whoever_may_enter_the_wachtruimte(finished: Finished) -> None:
    context, done, _ = finished
    mode = context.root.wachtruimte.stat().st_mode & 0o777

    for path in (done.bundle.folder, *done.bundle.folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (mode if path.is_dir() else mode & 0o666)


def test_no_row_of_a_delivery_is_readable_in_what_the_steps_wrote(finished: Finished, tmp_path: Path) -> None:
    context, _, _ = finished
    people = [str(710_000_000 + number) for number in range(0, PRIME, 50)]
    needles = [form for text in (TEXT, *people) for form in (text.encode(), text.encode("utf-16-le"))]
    needles += [(710_000_000 + number).to_bytes(8, "little") for number in range(0, PRIME, 50)]
    make_private_folder(tmp_path / "planted")
    (tmp_path / "planted" / "file").write_bytes(b"x" + needles[3] + b"y")

    found = files_with(context.root.kluis, needles)

    assert files_with(tmp_path / "planted", needles) == ["file"]
    assert [name for name in found if not name.startswith("deliveries/")] == []
    assert found
