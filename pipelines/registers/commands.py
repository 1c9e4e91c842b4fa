"""Commands of the registers: `ingest`, `purge`, `key`.

What belongs here: arguments and words. What does not: the work, which each function calls.
"""

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, UserError

if TYPE_CHECKING:
    from pipelines.context import Context


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this room."""
    taking = subparsers.add_parser("ingest", help="take the complete deliveries of a peiljaar into the kluis")
    taking.add_argument("--peiljaar", type=int, default=2023)
    taking.add_argument("--files", action="store_true", help="say of every register which file was read")
    taking.set_defaults(run=_ingest)

    purging = subparsers.add_parser(
        "purge",
        help="remove deliveries and tables of old peiljaren from the kluis (ledger and releases stay)",
    )
    purging.add_argument("--before", type=int, required=True, help="the first peiljaar that stays")
    purging.add_argument("--yes", action="store_true", help="do it; without this only say what would go")
    purging.set_defaults(run=_purge)

    keys = subparsers.add_parser("key", help="the key of the encrypted warehouse")
    actions = keys.add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser("new", help="write a new random key, readable by you only")
    new.add_argument("--purpose", choices=["synthetic", "real"], required=True)
    new.add_argument("--file", type=Path, required=True)
    new.set_defaults(run=_new_key)


def _ingest(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.delivered_files import delivered_files, file_lines
    from pipelines.registers.ingest import ingest, taken_in
    from pipelines.warehouse import open_warehouse

    context.root.prepare()
    with context.root.writing():
        worked = ingest(context.root, context.key(), context.catalogue(), args.peiljaar, context.progress)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        taken = taken_in(warehouse, args.peiljaar)
        files = delivered_files(warehouse, args.peiljaar)
    context.say("Taken in:" if worked else "Nothing new; the warehouse holds exactly these deliveries:")
    for item in taken:
        context.say(f"  {item.delivery}: {item.supplier}, version {item.version}, {item.status}")
    passed_over = {file.register for file in files if not file.used}
    for line in file_lines([file for file in files if args.files or file.register in passed_over]):
        context.say(f"  {line}")
    return EXIT_OK


def _purge(args: argparse.Namespace, context: "Context") -> int:
    from pipelines import state
    from pipelines.registers.municipal.link import places as municipal_places
    from pipelines.warehouse import open_warehouse, year_schema

    folder = context.root.kluis / "deliveries"
    years = sorted(int(path.name) for path in folder.glob("*") if path.name.isdigit()) if folder.is_dir() else []
    old = [year for year in years if year < args.before]
    if not old:
        context.say(f"Nothing to purge: no deliveries of peiljaren before {args.before}.")
        return EXIT_OK
    shown = ", ".join(map(str, old))
    if not args.yes:
        context.say(f"Would remove the deliveries and tables of {shown}. Add --yes to do it.")
        return EXIT_OK
    with context.root.writing():
        with open_warehouse(context.root, context.key()) as warehouse:
            state.prepare_state(warehouse)
            for year in old:
                warehouse.run(f"DROP SCHEMA IF EXISTS {year_schema(year)} CASCADE", step="purge")
                state.forget_year(warehouse, year)
        for year in old:
            for place in (folder / str(year), context.root.truth(year), *municipal_places(context.root, year)):
                _remove(place)
    context.say(f"Removed the deliveries and tables of {shown}. The ledger and the releases stay.")
    return EXIT_OK


def _remove(place: Path) -> None:
    try:
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"cannot remove {place}: {error.strerror}. Check its permissions and purge again.") from None


def _new_key(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.rooms import KEY_BESIDE_LOCK, make_key

    context.root.refuse_inside(args.file, KEY_BESIDE_LOCK)
    make_key(args.file, args.purpose)
    context.say(
        f"Wrote a key for {args.purpose} data to {args.file}. Keep a copy apart: without it the warehouse is lost."
    )
    return EXIT_OK
