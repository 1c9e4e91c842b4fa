"""Debian's Chromium, and an app on a port of this machine. No browser is ever downloaded.

What belongs here: starting and stopping both. What does not: tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp

from pipelines.datacenter.public_app import make_app

CHROMIUM = Path("/usr/bin/chromium")
ABSENT = f"no Chromium at {CHROMIUM}: install it with 'apt-get install chromium' to look at the pages in a browser"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser for all pages."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def serving(openbaar: Path) -> Iterator[str]:
    """The public app over a folder; gives its address, which ends with a slash."""
    with running(make_app(openbaar)) as address:
        yield f"{address}/"


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Any app; gives its address, without a slash at the end."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
