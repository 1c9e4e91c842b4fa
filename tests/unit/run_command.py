"""Running one command on a context of a test through the parser of the command line, and asking it for help."""

import argparse
import subprocess
import sys
from collections.abc import Callable

from pipelines.context import Context
from tests.surroundings import CHECKOUT

Adder = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]"], None]


def run_command(add_commands: Adder, context: Context, *arguments: str) -> int:
    """Parse and run; errors come out as they are raised."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(arguments)
    return int(args.run(args, context))


TAKE_TIME = (
    "dagster", "duckdb", "great_expectations", "jinja2", "numpy", "opendp", "polars", "pyarrow", "pydantic", "pyreadstat",
    "scipy", "yaml",
)  # fmt: skip
"""Libraries whose import is felt."""


def help_of(*command: str) -> tuple[str, list[str]]:
    """What `--help` of a command says, and the libraries that take time and were imported for it."""
    script = (
        "import sys, cli\n"
        f"try: cli.main([*{command!r}, '--help'])\n"
        "except SystemExit: pass\n"
        f"print(*sorted({{*{TAKE_TIME!r}}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    said, _, loaded = done.stdout.removesuffix("\n").rpartition("\n")
    return said, loaded.split()
