"""What the service says about a table in words: title, explanation, status, in Dutch.

What belongs here: sentences from the public facts of a release. What does not: labels of codes (`labels.py`).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.datacenter.odata.shelf import Edition, Entry
from pipelines.release.content import OWN_CHOICE, WARNING
from pipelines.release.formats.words import PUBLISHER

CATALOG = "BlindeVlek"
LANGUAGE = "nl"
AUTHORITY = PUBLISHER
_HERE = ZoneInfo("Europe/Amsterdam")
_SYNTHETIC = "LET OP: deze cijfers komen uit synthetische gegevens. Ze gaan over niemand."
_HOW = (
    "Elke regel is één cijfer: een persona, een toestand, een leeftijd, een geslacht, een regio en een jaar. De ruismarge "
    "gaat alleen over de privacyruis. Een schatting onder nul is geen fout: laat haar staan als u optelt. Is een cijfer "
    "niet gemeten, dan is er geen waarde en staat bij Bruikbaarheid 'niet_gemeten'; dat is geen nul. 'niet_gepubliceerd' is wel "
    "gemeten, maar te klein om iets over te zeggen; ook dat is geen nul."
)
_SIGNS = "* voorlopig cijfer; ** nader voorlopig cijfer; . onbekend of niet gemeten."


def title(entry: Entry) -> str:
    edition = entry.edition
    version = f" (versie {edition.versie})" if entry.pinned else ""
    gone = "INGETROKKEN: " if edition.withdrawn else ""
    return f"{gone}Wie mist een voorziening? Peiljaar {edition.peiljaar}, {status(edition)}{version}"


def status(edition: Edition) -> str:
    return edition.status.replace("_", " ")


def summary(entry: Entry) -> str:
    kept = "Deze versie verandert niet meer." if entry.pinned else "Altijd de nieuwste versie van deze uitgave."
    return f"Geschat aantal mensen dat een voorziening mist door een stapeling van problemen, per gemeente. {kept}"


def explanation(entry: Entry) -> str:
    """All that a reader must know, the warning first."""
    edition = entry.edition
    synthetic = [_SYNTHETIC, OWN_CHOICE] if edition.synthetic else []
    gone = [f"LET OP: deze versie is ingetrokken. Reden: {edition.withdrawn}"] if edition.withdrawn else []
    about = f"Uitgave {edition.release}, versie {edition.versie}; status {status(edition)}."
    return "\n\n".join([*gone, *synthetic, WARNING, _HOW, _SIGNS, about])


def reason(entry: Entry) -> str:
    """Why this version is there: the first one, a new one, or one that was replaced."""
    if entry.edition.withdrawn or not entry.newest:
        return availability(entry)
    return (
        "Nieuw" if entry.edition.versie.endswith(".0.0") and entry.edition.versie.startswith("1.") else "Actualisering"
    )


def availability(entry: Entry) -> str:
    """What a catalogue says of the table: kept up, replaced by a newer version, or withdrawn."""
    if entry.edition.withdrawn:
        return "Ingetrokken"
    return "Regulier" if entry.newest else "Vervangen"


def local(moment: datetime) -> datetime:
    """The moment on Dutch clocks."""
    return moment.astimezone(_HERE)
