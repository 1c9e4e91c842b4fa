"""Running one command on a context of a test, through the parser that the command line has."""

import argparse
from collections.abc import Callable

from pipelines.context import Context

Adder = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]"], None]


def run_command(add_commands: Adder, context: Context, *arguments: str) -> int:
    """Parse and run; errors come out as they are raised."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(arguments)
    return int(args.run(args, context))
