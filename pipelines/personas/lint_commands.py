"""Commands around the lint of personas.

What belongs here: arguments and words. What does not: the work.
"""

import argparse


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions of `blindevlek persona` that belong here."""
