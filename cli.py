"""The front door of the command line: reads the environment, parses arguments, shows errors as their message.

What belongs here: assembling the commands that the rooms offer. What does not: work, and imports that take
time (`--help` answers at once).
"""

import argparse
import io
import os
import sys
import time
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_INTERNAL, KluisError, RoomError, UserError
from pipelines.withheld import quiet_libraries, told_of

if TYPE_CHECKING:
    from pipelines.context import Context
    from pipelines.datacenter.publishing.job import BuildSite
    from pipelines.line import Validation

_DISK = (
    "Make room or mend the permissions, and run again: what was finished is kept, and a release that was measured is "
    "not measured again."
)

_UNFORESEEN = (
    "Its text is withheld, because it may quote row values. Nothing half-done was kept; please report the line above "
    "as SECURITY.md says."
)

_EXIT_CODES = """exit codes:
  0 done   1 internal error   2 usage   3 something to mend   4 spec   5 delivery refused
  6 check failed   7 budget refused   8 room: key, lock, permissions   10 status: work is waiting
environment:
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _speak_any_code_page()
    args = make_parser().parse_args(arguments)
    try:
        from pipelines.surroundings import make_context

        with quiet_libraries():
            environment = os.environ | ({"BLINDEVLEK_UNENCRYPTED_ROOM": "1"} if args.unencrypted_room else {})
            context = make_context(environment, _silent if args.quiet else _Progress(), print)
            if context.root.unencrypted:
                context.progress("this room is NOT encrypted: `blindevlek status` says what that means")
            return int(args.run(args, context))
    except (UserError, KluisError) as error:
        print(f"blindevlek: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away; nothing is wrong.
        sys.stdout = None
        return 0
    except OSError as error:
        print(f"blindevlek: the disk refused: {_of_the_disk(error)}. {_DISK}", file=sys.stderr)
        return RoomError.exit_code
    except KeyboardInterrupt:
        print("blindevlek: stopped; what was not finished is done again by the next run.", file=sys.stderr)
        return EXIT_INTERNAL
    except SystemExit:
        raise
    except BaseException as error:
        # Also what is no Exception: a panic of a library in Rust. Its text may quote rows, and a traceback prints it.
        print(f"blindevlek: {told_of(error)}: an error that we did not foresee. {_UNFORESEEN}", file=sys.stderr)
        return EXIT_INTERNAL


def _of_the_disk(error: OSError) -> str:
    """The operating system's own words for the number, and the file when there is a place for it: libraries raise this
    error too, with texts of their own."""
    words = os.strerror(error.errno) if isinstance(error.errno, int) else "no reason given; is it full?"
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    return f"{words} ({name})" if os.path.isabs(name) and os.path.isdir(os.path.dirname(name)) else words  # noqa: PTH117, PTH112, PTH120


def make_parser() -> argparse.ArgumentParser:
    """The parser with the commands of all rooms."""
    from expectations import commands as expectation_commands
    from pipelines import audit_commands, line_commands
    from pipelines.datacenter import site_commands
    from pipelines.datacenter.publishing import commands as publishing_commands
    from pipelines.datacenter.review import commands as review_commands
    from pipelines.personas import commands as persona_commands
    from pipelines.personas import register_commands as about_registers
    from pipelines.population import commands as population_commands
    from pipelines.registers import commands as register_commands
    from pipelines.registers.municipal import commands as municipal_commands
    from pipelines.release import commands as release_commands
    from pipelines.release import ledger_commands, plan_commands
    from pipelines.surroundings import VARIABLES

    parser = argparse.ArgumentParser(
        prog="blindevlek",
        description="Estimates how many people miss a voorziening because problems combine, with differential privacy.",
        epilog=_EXIT_CODES + VARIABLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    parser.add_argument(
        "--unencrypted-room",
        action="store_true",
        help="only where DuckDB is too old to encrypt: the disk of the kluis is protected otherwise",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    line_commands.add_commands(commands, _validation)
    population_commands.add_commands(commands)
    register_commands.add_commands(commands)
    municipal_commands.add_commands(commands)
    expectation_commands.add_commands(commands)
    persona_commands.add_commands(commands)
    about_registers.add_commands(commands)
    release_commands.add_commands(
        commands,
        lambda args, context: line_commands.make_release(args, context, _validation()),
        lambda args, context: line_commands.make_evidence(args, context, _validation()),
    )
    plan_commands.add_commands(commands)
    ledger_commands.add_commands(commands)
    audit_commands.add_commands(commands)
    review_commands.add_commands(commands)
    publishing_commands.add_commands(commands, _site)
    site_commands.add_commands(commands)
    return parser


def _site(context: "Context") -> "BuildSite":
    from pipelines.datacenter import site_commands

    return site_commands.builder(context)


def _validation() -> "Validation":
    from expectations.validation import validation

    return validation()


class _Progress:
    """One line per step on stderr, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, message: str) -> None:
        seconds = time.monotonic() - self._started
        print(f"  {seconds:6.1f} s  {message}", file=sys.stderr, flush=True)


def _speak_any_code_page() -> None:
    """A terminal that lacks a character shows it as a question mark: on Windows that would else end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _silent(_message: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
