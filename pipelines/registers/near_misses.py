"""Why no file of a register was found though something like it stands there.

What belongs here: names of another year, another format, or with a slip of the pen. What does not: choosing a file
(`finding.py`).
"""

from difflib import get_close_matches
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Register
from pipelines.registers.delivery import FORMATS
from pipelines.registers.file_names import examples, read_name
from pipelines.registers.guards import REFUSED

_ALIKE = 0.85


def refuse_near_miss(folder: Path, register: Register, peiljaar: int) -> None:
    """Raise DeliveryError when the file of a register seems to stand there, in another way than is read."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in paths:
        name = read_name(path.stem.split(".")[0], register)
        readable = path.suffix.lower().lstrip(".") in FORMATS
        if name and not readable and name.year in (None, peiljaar):
            raise DeliveryError(
                f"{path.name}: belongs to {register.name}, and is of a format that is not read. Unpack or convert it to .parquet, "
                f".sav or .csv. {REFUSED}"
            )
        if name and readable and name.year is not None and name.year != peiljaar:
            raise DeliveryError(
                f"{path.name}: is of {name.year}, and {register.name} of {peiljaar} is declared. Add the file of {peiljaar}; a "
                f"file that only has a wrong name comes back from the supplier with the right one. {REFUSED}"
            )
        if name and readable and name.edition is not None:
            raise DeliveryError(
                f"{path.name}: goes up to {name.edition[0]}-{name.edition[1]:02d}, before the end of {peiljaar}. Add a later edition "
                f"of {register.name}. {REFUSED}"
            )
    wanted = [name.upper() for name in examples(register, peiljaar)]
    for path in paths:
        if path.suffix.lower().lstrip(".") in FORMATS and get_close_matches(path.stem.upper(), wanted, 1, _ALIKE):
            raise DeliveryError(
                f"{path.name}: is almost a name of {register.name}, which would be {wanted[0]}. If it is meant, ask the supplier "
                f"for the file under its own name. {REFUSED}"
            )
