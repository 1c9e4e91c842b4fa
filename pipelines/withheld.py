"""Keeping the words of libraries inside: an error that carries no other along, what is told of one that nobody foresaw,
and silence around the work.

What belongs here: what both front doors, and the wrappers around libraries, need for that. What does not: the errors of
our own (`errors.py`). A text of a library may quote a row: a failing cast prints the string, a duplicate key its value.
"""

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

_CHECKOUT = Path(__file__).resolve().parents[1]
_OURS = ("pipelines", "expectations", "assets")
_MOST_PLACES = 3


def raise_alone(error: BaseException) -> NoReturn:
    """Raise an error that carries no other along, wherever this is called.

    Python hangs the error that is being handled on the new one as `__context__`, also after `from None` (which only keeps
    it from being printed), and inside a context manager even after the handler; logs and stores of others walk that chain.
    """
    try:
        raise error
    finally:
        error.__cause__ = error.__context__ = None


def told_of(error: BaseException) -> str:
    """The kind of an error and the places in our code that it went through (innermost first); nothing of its text."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{name}:{number}" for frame, number in frames if (name := _ours(frame.f_code.co_filename))]
    where = f" at {' < '.join(places[: -_MOST_PLACES - 1 : -1])}" if places else ""
    return f"{type(error).__name__}{where}"


def _ours(file: str) -> str:
    """The path of a file of ours, as it stands in the checkout; empty for files of libraries."""
    path = Path(file)
    if not path.is_relative_to(_CHECKOUT):
        return ""
    name = path.relative_to(_CHECKOUT).as_posix()
    return name if name.split("/")[0] in _OURS else ""


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Nothing that a library warns, logs or drops (in a thread, in a finaliser) is printed meanwhile. Warnings are shown
    when Python was asked for them (`-W`); a handler of logs that somebody set keeps working."""
    root, silent = logging.getLogger(), logging.NullHandler()
    root.addHandler(silent)
    dropped, in_thread = sys.unraisablehook, threading.excepthook
    if dropped is sys.__unraisablehook__:
        sys.unraisablehook = lambda _found: None
    if in_thread is threading.__excepthook__:
        threading.excepthook = lambda _found: None
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            yield
    finally:
        sys.unraisablehook, threading.excepthook = dropped, in_thread
        root.removeHandler(silent)
