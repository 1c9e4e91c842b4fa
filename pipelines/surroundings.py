"""From environment variables to a context; the front doors hand the environment in.

What belongs here: the names and defaults of the variables. What does not: reading `os.environ`.
"""

import os
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from pipelines.context import Context
from pipelines.duckdb_settings import why_not_so
from pipelines.errors import RoomError, UserError
from pipelines.indicators.feeders import feeder_of
from pipelines.notices import notices_of
from pipelines.population.settings import population_id
from pipelines.progress import Progress
from pipelines.rooms import DataRoot
from pipelines.version import code_version
from pipelines.warehouse import DEFAULT_MEMORY

CHECKOUT = Path(__file__).resolve().parents[1]

VARIABLES = """  BLINDEVLEK_DATA      data root (default: data/<population> in the checkout)
  BLINDEVLEK_FEEDER    what feeds the indicators: components or stapelingsmonitor (default: components)
  BLINDEVLEK_KEY_FILE  key of the warehouse (default: .keys/synthetic.json in the checkout)
  BLINDEVLEK_KEY_IN_DATA_ROOT  1: that key may lie in the data root, for want of another place
  BLINDEVLEK_MUNICIPAL_KEY_FILES  keys of municipal deliveries (`blindevlek municipal key`), one or more paths
  BLINDEVLEK_SPECS     the specs (default: persona_specs in the checkout)
  BLINDEVLEK_CATALOGUE a folder with entries of registers of your own, beside those of the project (default: none)
  BLINDEVLEK_MEMORY    memory for the database (default: 1200MB)
  BLINDEVLEK_UNENCRYPTED_ROOM  1: the disk of the kluis is protected otherwise, and DuckDB cannot encrypt here
  BLINDEVLEK_SYNTHETIC 1: Dagster makes synthetic deliveries in the data root that BLINDEVLEK_DATA names
  BLINDEVLEK_REVIEW_DB URL of a PostgreSQL database for the review (default: a SQLite file in the data root)
  BLINDEVLEK_NOTIFY_MAIL, BLINDEVLEK_SENDMAIL, BLINDEVLEK_NOTIFY_WEBHOOK  whom to tell, and how (default: nobody)
  BLINDEVLEK_BOUNDARIES  GeoJSON or TopoJSON with boundaries of gemeenten for the maps of the public site (default: tiles)
  BLINDEVLEK_CONTACT   how to reach who offers the public site, shown on it
  SCALE, SEED          the synthetic population of the default data root (default: 1 and 1)
"""


def make_context(environment: Mapping[str, str], progress: Progress, say: Callable[[str], None]) -> Context:
    """The context of a command or an asset."""
    return Context(
        root=DataRoot(data_root(environment), unencrypted=unencrypted_room(environment)),
        key_file=Path(environment.get("BLINDEVLEK_KEY_FILE") or CHECKOUT / ".keys" / "synthetic.json").resolve(),
        specs=Path(environment.get("BLINDEVLEK_SPECS") or CHECKOUT / "persona_specs").resolve(),
        code_version=code_version(),
        progress=progress,
        say=say,
        municipal_key_files=municipal_key_files(environment),
        memory=memory_of(environment),
        feeder=feeder_of(environment.get("BLINDEVLEK_FEEDER") or ""),
        scale=scale_of(environment),
        seed=seed_of(environment),
        key_in_root=_switched_on(environment, "BLINDEVLEK_KEY_IN_DATA_ROOT"),
        own_entries=Path(own).resolve() if (own := environment.get("BLINDEVLEK_CATALOGUE")) else None,
        review_db=environment.get("BLINDEVLEK_REVIEW_DB") or "",
        notices=notices_of(environment, progress),
        boundaries=Path(drawn).resolve() if (drawn := environment.get("BLINDEVLEK_BOUNDARIES")) else None,
        contact=environment.get("BLINDEVLEK_CONTACT") or "",
    )


def data_root(environment: Mapping[str, str]) -> Path:
    """BLINDEVLEK_DATA, or the folder of the synthetic population that SCALE and SEED name."""
    if given := environment.get("BLINDEVLEK_DATA"):
        return Path(given).resolve()
    return CHECKOUT / "data" / population_id(scale_of(environment), seed_of(environment))


def unencrypted_room(environment: Mapping[str, str]) -> bool:
    """BLINDEVLEK_UNENCRYPTED_ROOM: 1 when the kluis may lie unencrypted; raises RoomError where DuckDB can encrypt."""
    given = _switched_on(environment, "BLINDEVLEK_UNENCRYPTED_ROOM")
    if given and (why := why_not_so(unencrypted=True)):
        raise RoomError(why)
    return given


def _switched_on(environment: Mapping[str, str], name: str) -> bool:
    given = environment.get(name) or "0"
    if given not in ("0", "1"):
        raise UserError(f"{name} must be 1, or be left out.")
    return given == "1"


_MEMORY = re.compile(r"[1-9]\d*(\.\d+)?\s*(MB|GB|MiB|GiB)", re.IGNORECASE)


def municipal_key_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """BLINDEVLEK_MUNICIPAL_KEY_FILES: paths, separated as in PATH (`:`, on Windows `;`). Never the keys themselves."""
    given = environment.get("BLINDEVLEK_MUNICIPAL_KEY_FILES") or ""
    return tuple(Path(path).resolve() for path in given.split(os.pathsep) if path)


def memory_of(environment: Mapping[str, str]) -> str:
    """BLINDEVLEK_MEMORY: memory for the database, a number with its unit."""
    text = (environment.get("BLINDEVLEK_MEMORY") or DEFAULT_MEMORY).strip()
    if not _MEMORY.fullmatch(text):
        raise UserError("BLINDEVLEK_MEMORY must be a number with a unit, such as 1200MB or 4GB.")
    return text


def scale_of(environment: Mapping[str, str]) -> Fraction:
    """SCALE: the size of the synthetic population as a share of the Netherlands."""
    try:
        scale = Fraction(environment.get("SCALE") or "1")
    except (ValueError, ZeroDivisionError):
        scale = Fraction(0)
    if not 0 < scale <= 1:
        raise UserError("SCALE must be a number above 0 and at most 1, such as 0.05.")
    return scale


def seed_of(environment: Mapping[str, str]) -> int:
    """SEED: which synthetic population."""
    text = environment.get("SEED") or "1"
    if not text.isdigit():
        raise UserError("SEED must be a whole number, such as 1.")
    return int(text)
