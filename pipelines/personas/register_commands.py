"""Commands about registers: `registers list`, `show`, `check`, `add`.

What belongs here: arguments and words. They stand in this room because they name indicators and personas, which the
room of the registers may not know. What does not: the work.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, CheckFailed, DeliveryError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.context import Context
    from pipelines.personas.register_use import Use

_CHECK = """Looks at a drive, a folder or a delivery, with a manifest or without: names of files and the names of their
columns, never a row. Nothing is written.

exit codes: 0 can be taken in, nothing missing   5 ingest would refuse it   6 can be taken in, registers are missing"""
_ADD = """Reads the description of a CBS file as the ODISSEI portal exports it (Dataverse JSON), and writes an entry of the
catalogue into a folder of yours (BLINDEVLEK_CATALOGUE). Of a register that is known, columns are confirmed or added."""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands about registers."""
    parser = subparsers.add_parser("registers", help="what is known of registers; what stands in a folder")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all registers: period, permission, loadable, how many indicators")
    listing.set_defaults(run=_list)
    showing = actions.add_parser("show", help="everything of one register, and what is only supposed")
    showing.add_argument("register", help="the name of a register, such as WMOBUS")
    showing.set_defaults(run=_show)
    form = argparse.RawDescriptionHelpFormatter
    checking = actions.add_parser(
        "check", help="what a folder holds, and what that disables", description=_CHECK, formatter_class=form
    )
    checking.add_argument("folder", type=Path, help="a drive, a folder of microdata, or a delivery")
    checking.add_argument("--peiljaar", type=int, help="default: that of the manifest")
    checking.set_defaults(run=_check)
    for action in (listing, showing, checking):
        action.add_argument("--json", action="store_true", help="as JSON")
    adding = actions.add_parser(
        "add", help="an entry from an ODISSEI description", description=_ADD, formatter_class=form
    )
    adding.add_argument("file", type=Path, help="the JSON of one file")
    adding.add_argument("--into", type=Path, metavar="FOLDER", help="default: BLINDEVLEK_CATALOGUE")
    adding.add_argument("--name", help="the short name, or which of several descriptions")
    adding.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="a column that indicators read")
    adding.add_argument("--replace", action="store_true", help="write over an entry that is there")
    adding.set_defaults(run=_add)


def _use(context: "Context") -> "Use":
    from pipelines.personas.register_use import Use

    return Use(context.catalogue(), context.indicators(), context.personas())


def _say(args: argparse.Namespace, context: "Context", data: object, lines: "Iterable[str]") -> None:
    if args.json:
        context.say(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in lines:
        context.say(line)


def _list(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.register_report import list_data, list_lines

    use = _use(context)
    _say(args, context, list_data(use), list_lines(use))
    return EXIT_OK


def _show(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.register_report import show_data, show_lines

    use = _use(context)
    register = use.catalogue.register(args.register.upper())
    _say(args, context, show_data(register, use), show_lines(register, use))
    return EXIT_OK


def _check(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.personas.register_report import check_data, check_lines
    from pipelines.registers.look import look_at

    use = _use(context)
    look = look_at(args.folder, use.catalogue, args.peiljaar)
    data = check_data(look, use)
    _say(args, context, data, check_lines(look, use))
    if look.refused:
        return DeliveryError.exit_code
    return CheckFailed.exit_code if data["missing"] else EXIT_OK


def _add(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.catalogue_add import make_entry, write_entry
    from pipelines.registers.catalogue_model import load_catalogue
    from pipelines.registers.odissei import read_odissei

    folder: Path | None = args.into or context.own_entries
    if folder is None:
        raise UserError("where to? Give --into FOLDER, or set BLINDEVLEK_CATALOGUE to a folder for your own entries.")
    described = read_odissei(args.file, args.name)
    catalogue = load_catalogue(folder if folder.is_dir() else None)
    added = make_entry(described, args.name, tuple(args.keep), catalogue)
    path = write_entry(added, folder, args.replace)
    context.say(f"written: {path} ({'a new register' if added.is_new else 'known already; yours takes its place'})")
    for what, names in (
        ("names confirmed", added.confirmed),
        ("columns added, left out of the warehouse unless --keep names them", added.new_columns),
        ("still supposed, and not in this description", added.not_described),
    ):
        if names:
            context.say(f"{what}: {', '.join(names)}")
    if added.is_new:
        context.say(
            "Look at `key`, `absence`, `coverage`, `sees` and `does_not_see`: a description does not say these."
        )
    context.say(f"Used when BLINDEVLEK_CATALOGUE names {folder}. Look: blindevlek registers show {added.name}")
    return EXIT_OK
