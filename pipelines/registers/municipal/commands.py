"""Commands of municipal deliveries: `municipal template | key | pseudonymise | link | synthetic`.

What belongs here: arguments and words. What does not: the work, which each function calls.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipelines.errors import EXIT_OK, UserError

if TYPE_CHECKING:
    from pipelines.context import Context

_KEY_HELP = "file with the key (default: BLINDEVLEK_MUNICIPAL_KEY_FILES); the key itself is never an argument"


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command of this room."""
    municipal = subparsers.add_parser("municipal", help="deliveries of gemeenten, keyed by BSN: template to linked")
    actions = municipal.add_subparsers(metavar="ACTION", required=True)

    template = actions.add_parser("template", help="an empty file for Excel, with an explanation in Dutch beside it")
    template.add_argument("register", help="such as SCHULDHULP")
    template.add_argument("--out", type=Path, required=True, help="the .csv to write; the .txt comes beside it")
    template.set_defaults(run=_template)

    making = actions.add_parser(
        "pseudonymise", help="a raw file in, a sealed delivery with pseudonyms out, all or nothing"
    )
    making.add_argument("file", help="the raw .csv, or - to read it from another program")
    making.add_argument("--register", required=True)
    making.add_argument("--gemeente", required=True, help="such as GM0363")
    making.add_argument("--peiljaar", type=int, required=True)
    making.add_argument("--version", type=_version, default=1, help="a correction is a higher version")
    making.add_argument("--nothing-to-report", action="store_true", help="the gemeente says that there is nobody")
    making.add_argument("--to", type=Path, help="write there (default: where the kluis waits for deliveries)")
    making.add_argument("--key-file", type=Path, action="append", help=_KEY_HELP)
    making.set_defaults(run=_pseudonymise)

    linking = actions.add_parser("link", help="link all sealed deliveries of a peiljaar to RINs, in the kluis")
    linking.add_argument("--peiljaar", type=int, default=2023)
    linking.add_argument("--version", type=_version, default=1, help="a correction is a higher version")
    linking.add_argument("--status", choices=["voorlopig", "nader_voorlopig", "definitief"], default="voorlopig")
    linking.add_argument("--key-file", type=Path, action="append", help=f"{_KEY_HELP}; several are accepted")
    linking.set_defaults(run=_link)

    synthetic = actions.add_parser("synthetic", help="raw files of the synthetic Netherlands, and a linkage table")
    synthetic.add_argument("--peiljaar", type=int, default=2023)
    synthetic.add_argument("--to", type=Path, required=True, help="a folder outside the data root")
    synthetic.add_argument("--key-file", type=Path, action="append", help=_KEY_HELP)
    synthetic.set_defaults(run=_synthetic)
    _add_key_commands(actions)


def _version(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no version: 1 is the first, a correction is a higher one")
    return int(text)


def _add_key_commands(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = actions.add_parser("key", help="the keys that pseudonyms are made with")
    kinds = keys.add_subparsers(metavar="ACTION", required=True)
    new = kinds.add_parser("new", help="write a new random key, readable by you only")
    new.add_argument("--purpose", choices=["synthetic", "real"], required=True)
    new.add_argument("--file", type=Path, required=True)
    new.set_defaults(run=_new_key)
    check = kinds.add_parser("check", help="say what key files are, without showing a key")
    check.add_argument("files", type=Path, nargs="*")
    check.set_defaults(run=_check_keys)
    rotate = kinds.add_parser("rotate", help="make the key that comes after another; the old one stays")
    rotate.add_argument("--file", type=Path, required=True, help="the key until now")
    rotate.add_argument("--to", type=Path, required=True, help="the new key file")
    rotate.set_defaults(run=_rotate_key)
    share = kinds.add_parser("share", help="write the part for the kluis: it opens deliveries and makes no pseudonyms")
    share.add_argument("--file", type=Path, required=True)
    share.add_argument("--to", type=Path, required=True)
    share.set_defaults(run=_share_key)


def _template(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.template import empty_file, explanation, layout_of

    layout = layout_of(context.catalogue(), args.register)
    text = args.out.with_suffix(".txt")
    if text == args.out:
        raise UserError(f"{args.out}: give the name of the .csv; the explanation comes beside it as .txt.")
    for path in (args.out, text):
        if path.exists():
            raise UserError(f"{path} exists and is left alone: it may be filled in. Choose another name.")
    args.out.write_bytes(empty_file(layout))
    text.write_bytes(explanation(layout).encode("utf-8-sig"))
    context.say(f"Wrote {args.out} and {text}.")
    return EXIT_OK


def _pseudonymise(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.population.settings import population_id
    from pipelines.private_files import no_core_dumps
    from pipelines.registers.municipal.keys import the_pseudonym_key
    from pipelines.registers.municipal.link import received
    from pipelines.registers.municipal.pseudonymise import Request, pseudonymise

    key = the_pseudonym_key(_key_files(args, context))
    invented = population_id(context.scale, context.seed) if key.purpose == "synthetic" else None
    request = Request(args.register, args.gemeente, args.peiljaar, args.version, args.nothing_to_report, invented)
    to = args.to
    if to is None:
        context.root.prepare()
        to = received(context.root, args.peiljaar)
    no_core_dumps()
    with _opened(args.file, context) as stream:
        folder = pseudonymise(stream, request, key, context.catalogue(), to)
    context.say(f"Sealed with key {key.key_id} ({key.purpose}): {folder}")
    return EXIT_OK


def _opened(file: str, context: "Context") -> BinaryIO:
    from pipelines.registers.municipal.synthetic import NO_BSN

    if file == "-":
        return sys.stdin.buffer
    path = Path(file)
    context.root.refuse_inside(path, NO_BSN)
    if not path.is_file():
        raise UserError(f"there is no file {path}.")
    return path.open("rb")


def _link(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import read_municipal_keys
    from pipelines.registers.municipal.link import link

    keys = read_municipal_keys(_key_files(args, context))
    with context.root.writing():
        linked = link(
            context.root,
            context.key(),
            keys,
            context.catalogue(),
            args.peiljaar,
            version=args.version,
            status=args.status,
            memory=context.memory,
            progress=context.progress,
        )
    context.say(f"{'Linked' if linked.is_new else 'Linked before'} ({', '.join(linked.registers)}): {linked.folder}")
    context.say(f"Who could not be linked stands in the kluis: {linked.report}")
    return EXIT_OK


def _synthetic(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import the_pseudonym_key
    from pipelines.registers.municipal.synthetic import make_raw_files

    key = the_pseudonym_key(_key_files(args, context))
    with context.root.writing():
        made = make_raw_files(context.root, args.peiljaar, key, context.catalogue(), args.to)
    gemeenten = len({file.gemeente for file in made})
    context.say(
        f"Wrote raw files of invented people for {gemeenten} gemeenten in {args.to}, the linkage table in the kluis."
    )
    return EXIT_OK


def _new_key(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import make_municipal_key

    _refuse_beside_lock(context, args.file)
    key = make_municipal_key(args.file, args.purpose)
    context.say(f"Wrote key {key.key_id} for {args.purpose} data to {args.file}. Keep a copy apart.")
    context.say(
        "Whoever has it can turn a BSN into a pseudonym: give the kluis the other part (`municipal key share`)."
    )
    return EXIT_OK


def _check_keys(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import read_municipal_keys

    for key in read_municipal_keys(args.files or context.municipal_key_files).values():
        does = "makes pseudonyms and opens deliveries" if key.makes_pseudonyms else "opens deliveries only"
        after = f", after {key.replaces}" if key.replaces else ""
        context.say(f"key {key.key_id} ({key.purpose}{after}): {does}; check value {key.check}")
    return EXIT_OK


def _rotate_key(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import rotate

    _refuse_beside_lock(context, args.to)
    key = rotate(args.file, args.to)
    context.say(f"Wrote key {key.key_id}, which comes after {key.replaces}, to {args.to}.")
    context.say(
        "Both are accepted while both are given; docs/how-to/municipal-deliveries.md has the order of the steps."
    )
    return EXIT_OK


def _share_key(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.registers.municipal.keys import share

    _refuse_beside_lock(context, args.to)
    key = share(args.file, args.to)
    context.say(f"Wrote the opening part of key {key.key_id} to {args.to}.")
    return EXIT_OK


def _key_files(args: argparse.Namespace, context: "Context") -> tuple[Path, ...]:
    return tuple(args.key_file) if args.key_file else context.municipal_key_files


def _refuse_beside_lock(context: "Context", place: Path) -> None:
    from pipelines.rooms import KEY_BESIDE_LOCK

    context.root.refuse_inside(place, KEY_BESIDE_LOCK)
