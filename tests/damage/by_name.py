"""Damage to names, places and kinds of files."""

import os
import shutil

from tests.damage.kinds import Kind
from tests.damage.scene import CANARY, PERSON, Scene


def _rename(scene: Scene, name: str) -> None:
    scene.path().rename(scene.path().with_name(name))


def _pipe(scene: Scene) -> None:
    scene.path().unlink()
    os.mkfifo(scene.path())


def _link(scene: Scene) -> None:
    outside = scene.root.path / "elders.parquet"
    shutil.move(scene.path(), outside)
    scene.path().symlink_to(outside)


def _link_to_nothing(scene: Scene) -> None:
    scene.path().unlink()
    scene.path().symlink_to(scene.cbs / "nergens.parquet")


def _folder(scene: Scene) -> None:
    scene.path().unlink()
    scene.path().mkdir()


def _unopenable(scene: Scene) -> None:
    path, opened = scene.path(), type(scene.path()).open

    def refused(self: object, *args: object, **named: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", CANARY)
        return opened(self, *args, **named)  # type: ignore[arg-type]

    scene.patch.setattr(type(path), "open", refused)


def _two_months(scene: Scene) -> None:
    for month in ("01", "02"):
        shutil.copy(scene.path(), scene.path().with_name(f"GBAPERSOON2023{month}TABV2.parquet"))


def _month_and_day(scene: Scene) -> None:
    for part in ("01", "0131"):
        shutil.copy(scene.path(), scene.path().with_name(f"GBAPERSOON2023{part}TABV2.parquet"))


def _half_year(scene: Scene, begin: str, end: str) -> None:
    _two_months(scene)
    scene.declare(PERSON, period={"from": begin, "to": end})


NAMES = (
    Kind("a declared file is not there", lambda s: s.path().unlink(), "but there is no file for it", "add the file"),
    Kind(
        "a file of another year",
        lambda s: _rename(s, "GBAPERSOON2022TABV1.parquet"),
        "is declared. Add the file of",
        "add it",
    ),
    Kind(
        "an edition that ends too early",
        lambda s: _rename(s, "GBAPERSOONTABV2023061.parquet"),
        ", before the end of",
        "add it",
    ),
    Kind(
        "a format that is not read",
        lambda s: _rename(s, "GBAPERSOON2023TABV1.xlsx"),
        "is of a format that is not read",
        "convert it",
    ),
    Kind("a slip in the name", lambda s: _rename(s, "GBAPERSON2023TABV1.parquet"), "is almost a name of", "rename it"),
    Kind("a folder where a file should be", _folder, "is a folder with the name of a file", "put the file there"),
    Kind("a pipe where a file should be", _pipe, "is a pipe or a device", "put the file there"),
    Kind("a link to nothing", _link_to_nothing, "is a link that leads nowhere", "put the file there"),
    Kind("a link out of the delivery", _link, "is a link to a file outside the delivery", "copy the file itself"),
    Kind("a file that may not be opened", _unopenable, "cannot be opened (Permission", "give the right to read it"),
    Kind(
        "two files of one version",
        lambda s: shutil.copytree(s.path().parent, s.cbs / "dubbel"),
        "two files of the same version hold",
        "keep one",
    ),
    Kind("months that are missing", _two_months, "2023 is missing. Add the file", "add them, or give the period"),
    Kind("months and days mixed", _month_and_day, "are of different periods", "keep one kind"),
    Kind(
        "a month outside the period",
        lambda s: _half_year(s, "2023-01-01", "2023-01-31"),
        "outside the `period`",
        "correct it",
    ),
    Kind(
        "a period that is no date",
        lambda s: _half_year(s, "januari", "2023-02-28"),
        "allowed is a date such as 2023-12-31",
        "correct it",
    ),
    Kind(
        "a period that ends first",
        lambda s: _half_year(s, "2023-03-01", "2023-02-28"),
        "the period ends before it begins",
        "swap them",
    ),
)
