"""Peiljaren as a person writes them on the command line: one, several, or a range.

What belongs here: reading that text. What does not: which years exist (`pipelines/facts` knows).
"""

import argparse

from pipelines.errors import UserError
from pipelines.facts.gemeenten import require_peiljaar

HELP = "one (2023), several (2021,2023) or a range (2019-2024), done in order of year; default: %(default)s"


def parse_peiljaren(text: str) -> tuple[int, ...]:
    """`2023`, `2021,2023` or `2019-2024` as years in order, each once.

    Raises argparse.ArgumentTypeError for other text and for a year without public tables.
    """
    years: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise argparse.ArgumentTypeError(f"'{text}' is no peiljaar: write 2023, 2021,2023 or 2019-2024.")
        begin, end = int(first), int(last or first)
        if begin > end:
            raise argparse.ArgumentTypeError(f"'{text}' runs backward: write the earlier year first.")
        years.update(range(begin, min(end, begin + 200) + 1))
    for year in sorted(years):
        try:
            require_peiljaar(year)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
    return tuple(sorted(years))
