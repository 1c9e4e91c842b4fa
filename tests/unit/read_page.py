"""Reading a page as a test wants it: tags, tables, titles, text.

What belongs here: writing and parsing. What does not: tests, and anything that judges a page.
"""

from html.parser import HTMLParser
from pathlib import Path

import polars as pl

from pipelines.datacenter.pages import write_pages
from pipelines.release.content import ReleaseText


class Page(HTMLParser):
    """What a page holds: tags with attributes, headings, rows of tables by caption, titles of tiles, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.titles: list[str] = []
        self.text = ""
        self._caption = ""
        self._into = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self._open.append(tag)
        if tag == "caption":
            self._caption = ""
        elif tag == "tr":
            self.rows.setdefault(self._caption, []).append([])
        elif tag in ("th", "td"):
            self.rows[self._caption][-1].append("")
        elif tag == "title":
            self.titles.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if "caption" in self._open:
            self._caption += data.strip()
        elif "title" in self._open:
            self.titles[-1] += data
        elif self._open and ("th" in self._open or "td" in self._open):
            self.rows[self._caption][-1][-1] += data

    def table(self, caption: str) -> dict[str, list[str]]:
        """Rows of a table by the text of their first cell."""
        rows = next(rows for name, rows in self.rows.items() if name.startswith(caption))
        return {" ".join(row[0].split()): [" ".join(cell.split()) for cell in row[1:]] for row in rows}


def render(folder: Path, frame: pl.DataFrame, release: ReleaseText) -> dict[str, Page]:
    """Write all pages of a release and read them back, by path below the folder."""
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in write_pages(frame, release, folder)
    }
