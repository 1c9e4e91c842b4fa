"""What happens to the files and the disk while a delivery is read."""

import os

from tests.damage.kinds import Kind
from tests.damage.scene import PERSON, Scene


def _grows(scene: Scene) -> None:
    scene.after_load(PERSON, lambda: scene.bytes(lambda content: content + b" "))


def replaced(scene: Scene) -> None:
    """Another file of the same size and time takes its place: another way to the first message."""

    def happens() -> None:
        path, new = scene.path(), scene.path().with_suffix(".nieuw")
        was = path.stat()
        new.write_bytes(path.read_bytes())
        os.utime(new, ns=(was.st_atime_ns, was.st_mtime_ns))
        new.replace(path)

    scene.after_load(PERSON, happens)


def _vanishes(scene: Scene) -> None:
    scene.after_load(PERSON, lambda: scene.path().unlink())


def _added(scene: Scene) -> None:
    scene.after_load("WMOBUS", lambda: scene.bytes(lambda content: content + b" "))


DISK = (
    Kind("a file grows while it is read", _grows, "was written to while it was read", "wait, and run again"),
    Kind("a file goes away while it is read", _vanishes, "went away while the delivery was read", "put it back"),
    Kind("another file changes meanwhile", _added, "files were added, changed or taken away", "wait, and run again"),
)
