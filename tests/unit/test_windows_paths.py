"""Remote Access is Windows: paths, file names and code pages of it are respected everywhere."""

import ast
import io
import subprocess
import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from pipelines.duckdb_settings import settings_of_a_room, sql_path
from pipelines.warehouse import parquet_relation
from tests.conftest import CHECKOUT
from tests.remote_access.windows import on_windows

POSIX_ONLY = {
    ("os", name)
    for name in (
        "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getppid", "setsid", "killpg", "chown", "lchown", "mkfifo",
        "mknod", "nice", "umask", "uname", "getloadavg", "sync", "statvfs", "wait", "fchmod", "O_NOFOLLOW", "sysconf", "sep",
    )
} | {("signal", name) for name in ("SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "alarm", "pause", "setitimer")}  # fmt: skip
"""Not on Windows, or not the same there."""

POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "syslog", "posix", "crypt"}
GUARDED = {"pipelines/private_files.py"}
"""May call them, behind `os.name == "posix"`; `test_modes_are_left_alone_on_windows` runs it as Windows would."""

CARRIED_IN = [
    CHECKOUT / "cli.py",
    *(p for name in ("pipelines", "expectations") for p in (CHECKOUT / name).rglob("*.py")),
]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (PureWindowsPath(r"M:\9469\kluis\warehouse.duckdb"), "M:/9469/kluis/warehouse.duckdb"),
        (PureWindowsPath(r"C:\Users\D'Hondt\kluis"), "C:/Users/D''Hondt/kluis"),
        (PureWindowsPath(r"\\server\share\9469\kluis"), "//server/share/9469/kluis"),
        (PurePosixPath("/data/it's here/kluis"), "/data/it''s here/kluis"),
    ],
)
def test_a_path_is_written_in_sql_as_duckdb_reads_it_on_either_system(path: PurePath, written: str) -> None:
    assert sql_path(path) == written


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_room_on_a_drive_is_confined_to_its_own_folder(encrypted: bool) -> None:
    kluis = PureWindowsPath(r"M:\9469\kluis")

    settings = settings_of_a_room(kluis, kluis / "temp", "1GB", known={"allowed_directories"}, encrypted=encrypted)

    assert "SET allowed_directories = ['M:/9469/kluis/']" in settings
    assert "SET temp_directory = 'M:/9469/kluis/temp'" in settings
    assert settings[-1] == "SET lock_configuration = true"
    assert not any("\\" in setting for setting in settings)


def test_a_relation_of_parquet_files_names_them_with_forward_slashes() -> None:
    assert parquet_relation(Path("a/b.parquet"), key_name="kluis").startswith("read_parquet(['a/b.parquet']")


def posix_only(source: str) -> list[str]:
    """What a module uses that Windows does not have, or that depends on the separator of a path."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found += [f"{node.value.id}.{node.attr}"] if (node.value.id, node.attr) in POSIX_ONLY else []
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in POSIX_MODULES]
        if isinstance(node, ast.ImportFrom):
            found += [str(node.module)] if node.module in POSIX_MODULES else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts_of_paths = node.func.attr in ("split", "rsplit", "startswith", "endswith") and node.args
            path = ast.unparse(node.func.value)
            if parts_of_paths and ast.unparse(node.args[0]) == "'/'" and ("path" in path or "folder" in path):
                found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", CARRIED_IN, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_what_is_carried_in_uses_nothing_that_only_posix_has(path: Path) -> None:
    if path.relative_to(CHECKOUT).as_posix() not in GUARDED:
        assert posix_only(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source", ["import os\nos.fork()", "import fcntl", "from resource import getrusage", "str(path).split('/')"]
)
def test_the_scan_sees_what_only_posix_has(source: str) -> None:
    assert posix_only(source) != []


_AS_WINDOWS = """
import os, sys
from pathlib import Path
import pathlib
import pipelines.private_files as files
folder = Path(sys.argv[1])
os.name = "nt"
for name in ("umask",):
    delattr(os, name)
Path.chmod = None
sys.modules["resource"] = None
with files.private_files(), files.files_like(folder):
    pass
files.make_private_folder(folder)
assert files.write_secret(folder / "key.json", {"key": "x"}) == ""
assert files.why_no_secret(folder / "key.json") == ""
files.no_core_dumps()
"""


def test_modes_are_left_alone_on_windows(tmp_path: Path) -> None:
    """The place that may call posix gets by without it."""
    done = subprocess.run(
        [sys.executable, "-c", _AS_WINDOWS, str(tmp_path)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_name_in_the_repository_can_stand_on_a_windows_disk() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]

    assert [name for name in names if set(name) & set('<>:"\\|?*') or len(name) > 150] == []
    assert [name for name in names if PureWindowsPath(name).is_reserved()] == []
    assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["registers", "list"], ["persona", "show", "dakloos-verslaafd-schulden"]]
)
def test_a_terminal_with_the_old_code_page_of_windows_shows_everything(arguments: list[str], tmp_path: Path) -> None:
    variables = {
        "PYTHONIOENCODING": "cp850",
        "PYTHONPATH": str(CHECKOUT),
        "BLINDEVLEK_DATA": str(tmp_path),
        "PYTHONUTF8": "0",
    }

    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=CHECKOUT, env=variables, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode("cp850")


def test_the_front_door_replaces_what_a_terminal_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    from cli import _speak_any_code_page

    terminal = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr("sys.stdout", terminal)

    _speak_any_code_page()
    terminal.write("\u2265 10")
    terminal.flush()

    assert terminal.buffer.getvalue() == b"? 10"  # type: ignore[attr-defined]


def test_requirements_are_judged_as_windows_would() -> None:
    text = (
        "a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n"
        "b==2 ; sys_platform != 'win32' \\\n    --hash=sha256:33\nc==3 \\\n    --hash=sha256:44\n"
    )

    assert on_windows(text) == ["a==1 --hash=sha256:11 --hash=sha256:22", "c==3 --hash=sha256:44"]
