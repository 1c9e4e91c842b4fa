"""Damage to the manifest."""

from typing import Any

from tests.damage.kinds import Kind
from tests.damage.scene import Scene, small_catalogue

MEND = "correct the manifest"


def _text(scene: Scene, content: bytes) -> None:
    (scene.cbs / "manifest.json").write_bytes(content)


def _set(**values: Any) -> Any:
    return lambda scene: scene.manifest(lambda told: told.update(values))


def _folder(scene: Scene) -> None:
    (scene.cbs / "manifest.json").unlink()
    (scene.cbs / "manifest.json").mkdir()


def _first(scene: Scene, **values: Any) -> None:
    scene.manifest(lambda told: told["files"][0].update(values))


def _not_loadable(scene: Scene) -> None:
    name = next(name for name, register in small_catalogue().registers.items() if not register.loadable)
    scene.manifest(lambda told: told["files"].append({"register": name, "coverage": {"kind": "national"}}))


def _wmo(**coverage: Any) -> Any:
    return lambda scene: scene.declare("WMOBUS", coverage={"kind": "gemeenten", **coverage})


MANIFESTS = (
    Kind("the manifest is no JSON", lambda s: _text(s, b"{nee"), "not readable as JSON", "have it sent again"),
    Kind("the manifest is empty", lambda s: _text(s, b""), "is empty, or larger than", "write it again"),
    Kind(
        "the manifest is UTF-16", lambda s: _text(s, "{}".encode("utf-16")), "is not text in UTF-8", "save it as UTF-8"
    ),
    Kind("the manifest is a folder", _folder, "cannot be opened as a file", "put a file in its place"),
    Kind(
        "the manifest is nested without end", lambda s: _text(s, b"[" * 200_000), "nested too deeply", "write it again"
    ),
    Kind(
        "a name stands twice in the manifest",
        lambda s: _text(
            s, (s.cbs / "manifest.json").read_bytes().replace(b'"version": 1', b'"version": 1, "version": 2')
        ),
        "twice, and only one can be meant",
        "keep one",
    ),
    Kind("the manifest is a list", lambda s: _text(s, b"[]"), "found a list, allowed is a JSON object", MEND),
    Kind(
        "the manifest lacks a field",
        lambda s: s.manifest(lambda m: m.pop("status")),
        "status: is missing. Add it",
        MEND,
    ),
    Kind("the manifest has a field too many", _set(kleur="rood"), "kleur (line 1): is no field of a manifest", MEND),
    Kind(
        "a name in the manifest is misspelt",
        lambda s: s.manifest(lambda m: m.update(suplier=m.pop("supplier"))),
        "suplier (line 1): is no field of a manifest. Did you mean 'supplier'?",
        MEND,
    ),
    Kind("the version is nothing", _set(version=0), "found 0, allowed is 1 or more", MEND),
    Kind("the version is beyond reason", _set(version=10**30), "allowed is 9999 or less", MEND),
    Kind("the version is a word", _set(version="een"), "allowed is a whole number", MEND),
    Kind("the status does not exist", _set(status="af"), "'voorlopig', 'nader_voorlopig'", MEND),
    Kind(
        "the name of the delivery holds signs of a screen", _set(delivery="\x1b[2J"), "allowed is 1 to 80 letters", MEND
    ),
    Kind("no file is declared", _set(files=[]), "allowed is a list of at least 1", MEND),
    Kind("another peiljaar", _set(peiljaar=2022), "stands in the folder of 2023", "move it to its own folder"),
    Kind(
        "an unknown register", lambda s: _first(s, register="GBAPERSONTAB"), "is not in the catalogue", "mend the name"
    ),
    Kind("a register that cannot be taken in", _not_loadable, "is declared, and cannot be taken in", "leave it out"),
    Kind(
        "a register is declared twice",
        lambda s: s.manifest(lambda told: told["files"].append(told["files"][0])),
        "is declared twice",
        "keep one",
    ),
    Kind(
        "a file that nobody declared",
        lambda s: s.manifest(lambda told: told["files"].pop(0)),
        "does not declare it, so nobody said for whom",
        "declare it, or move it away",
    ),
    Kind(
        "the frame lacks a register",
        lambda s: (s.manifest(lambda told: told["files"].pop(0)), s.path().unlink()),
        "the counting population needs",
        "declare it",
    ),
    Kind(
        "national where gemeenten deliver",
        lambda s: s.declare("WMOBUS", coverage={"kind": "national"}),
        "but it is known to be",
        "declare gemeenten",
    ),
    Kind(
        "a declared gemeente that does not exist",
        _wmo(gemeenten=["GM9999"]),
        "gemeenten that do not exist in this",
        MEND,
    ),
    Kind("a gemeente listed twice", _wmo(gemeenten=["GM0344", "GM0344"]), "lists a gemeente twice", "keep one"),
    Kind(
        "nothing to report, of who is not covered",
        _wmo(gemeenten=["GM0344"], nothing_to_report=["GM0363"]),
        "that it does not declare as covered",
        MEND,
    ),
    Kind(
        "a national file with a list of gemeenten",
        lambda s: s.declare("INPATAB", coverage={"kind": "national", "gemeenten": ["GM0344"]}),
        "and lists gemeenten beside it",
        MEND,
    ),
    Kind(
        "covered but empty",
        _wmo(gemeenten=["GM0344", "GM0363"]),
        "(declared gemeenten without rows)",
        "`nothing_to_report`",
    ),
    Kind("filled but undeclared", _wmo(gemeenten=["GM0363"]), "(rows of undeclared gemeenten)", "declare them, or ask"),
    Kind(
        "rows in a file that is declared empty",
        lambda s: s.declare("INPATAB", coverage={"kind": "national", "empty": True}),
        "has rows although",
        MEND,
    ),
    Kind(
        "a real delivery, a key for synthetic data",
        _set(kind="real", population=None),
        "this is a real delivery",
        "make a key",
    ),
)
