"""`LEESMIJ.txt`: what a reader of the files must know, in plain Dutch.

What belongs here: the text that travels with the downloads. What does not: the web pages, parameters for
experts (`privacy.json`).
"""

from pathlib import Path
from textwrap import wrap

from pipelines.release.content import (
    OWN_CHOICE,
    WARNING,
    PersonaText,
    ReleaseText,
    bound_in_words,
    date_in_words,
    facts_in_words,
    files_of,
    unit_in_words,
)
from pipelines.release.formats.columns import MEASUREMENT_COLUMNS

_WIDTH = 88

_HOW = (
    "Elke regel in de bestanden is één cijfer: een persona, een toestand, een regio, een leeftijd en een geslacht.",
    "De toestand is 'missing' (mist de voorziening), 'served' (heeft de voorziening) of 'unknown' (uit de "
    "registraties niet te zeggen).",
    "'schatting' is het getal om mee te rekenen. 'onder95' en 'boven95' zijn de grenzen van de ruismarge: in "
    "ongeveer 95 van de 100 gevallen ligt de telling zonder ruis daartussen.",
    "De ruismarge gaat alleen over de privacyruis. Fouten in registraties, mensen die nergens ingeschreven "
    "zijn en behoeften die geen registratie ziet, zitten er niet in.",
    "Een schatting onder nul is geen fout maar het gevolg van ruis. Laat haar staan als u optelt.",
    "'weergave' is een heel getal om te tonen, nooit onder nul. Het telt op over regio's, leeftijden en geslachten. Dat "
    "kost zuiverheid: een cijfer waarvan het ware aantal nul is, staat gemiddeld hoogstens zo'n 0,4 keer zijn sd te hoog "
    "(bij een waar aantal van twee keer de sd nog 0,01 keer), en wat er zo bij komt gaat van de grotere cijfers in "
    "hetzelfde gebied af. Staat één groot cijfer tussen veel kleine, dan kan dat meer zijn dan zijn ruismarge. Het "
    "landelijke totaal heeft dit alleen als het zelf bij nul ligt. Reken met 'schatting', niet met 'weergave'; ook de "
    "pagina's tonen de afgeronde schatting.",
    "'kwaliteit' zegt hoe groot de ruis is tegenover het cijfer (sd gedeeld door schatting): A hoogstens 5 %, B hoogstens "
    "10 %, C meer maar bruikbaar, D te onzeker. De letter volgt alleen uit deze twee gepubliceerde getallen.",
    "'te_onzeker' wil zeggen: het getal is klein tegenover zijn ruismarge. Het wil niet zeggen dat er niemand is.",
    "'niet_gemeten' wil zeggen: voor deze gemeente is geen registratie van de voorziening geleverd. Dat is geen nul.",
    "Cijfers voor provincies en het land gaan over de gedekte gemeenten; de kolommen die met 'dekking' "
    "beginnen zeggen hoeveel dat er zijn.",
    "'gebieden.csv' heeft dezelfde kolommen voor gebieden die sommen van gemeenten zijn: veiligheidsregio's, "
    "arbeidsmarktregio's, centrumgemeenteregio's en grootteklassen van gemeenten. Hun ruismarge is precies berekend en "
    "kleiner dan die van losse gemeenten bij elkaar. Is één gemeente niet gemeten, dan is het gebied 'niet_gemeten'. Van "
    "arbeidsmarktregio's en centrumgemeenteregio's staan alleen die erin waarvan alle gemeenten bekend zijn.",
    "Gebruik de cijfers niet om gemeenten op volgorde te zetten of om iemand te vinden.",
)


_OUTSIDE = (
    "Sommige registraties kennen mensen die niet in de BRP staan, onder een nummer dat niemand aan een gemeente of een "
    "leeftijd koppelt. 'buiten-de-brp.csv' telt die nummers: per persona en toestand, alleen voor heel Nederland.",
    "Het zijn nummers en geen mensen: één mens kan meer van zulke nummers hebben, en ook in de BRP staan. Tel ze dus niet "
    "op bij de andere cijfers; daar zitten ze niet in.",
    "De kolommen zijn die van 'cijfers.csv' die hier iets zeggen: persona, toestand, jaar, schatting, sd, onder95, "
    "boven95, marge95, weergave, bruikbaarheid, kwaliteit, status en versie. In 'metingen.parquet' is het tabel 'buiten_brp', "
    "regio 'BUITEN'.",
    "Bijna altijd is de toestand 'unknown': leeftijd en woonplaats van zo'n nummer zijn niet bekend.",
)


_OPENING = (
    "Excel: dubbelklik op cijfers-excel.csv (puntkomma, decimale komma). Grote tabel: zet eerst een filter op persona, regio en "
    "leeftijd.",
    "R en Python: neem cijfers.csv of cijfers.parquet. Lees elke waarde als in kolommen.csv: een lege cel is 'niet gemeten' en "
    "geen nul.",
)

EXAMPLE_R = (
    'cijfers <- read.csv("cijfers.csv", fileEncoding = "UTF-8")',
    'land <- subset(cijfers, regio == "NL01" & leeftijd == "totaal" & geslacht == "totaal")',
    'land[c("persona", "toestand", "schatting", "onder95", "boven95")]',
)
EXAMPLE_PYTHON = (
    'import polars as pl; cijfers = pl.read_csv("cijfers.csv", infer_schema_length=None)',
    'land = cijfers.filter(regio="NL01", leeftijd="totaal", geslacht="totaal")',
    'print(land.select("persona", "toestand", "schatting", "onder95", "boven95"))',
)
"""Three lines that read the figures, whole: a test runs those in Python."""

_MEASUREMENTS = (
    "'metingen.parquet' bevat elk aantal zoals het met ruis is getrokken, vóór het schatten. Wie dat bestand en "
    "'uitgaveplan.json' heeft, kan alle schattingen en hun sd opnieuw maken: 'opnieuw-schatten.py' en 'opnieuw-schatten.R' "
    "doen dat, zonder iets anders te gebruiken.",
    "De metingen zelf tellen niet op en hebben een grotere marge dan de schattingen. Gebruik ze om na te rekenen of om een "
    "eigen schatting te maken, niet om een cijfer over te nemen.",
    "De voorbeelden worden bij het testen van de code uitgevoerd en met de cijfers vergeleken; dat in R (zonder pakketten, uit "
    "'metingen.csv.gz') alleen waar R is geïnstalleerd.",
    "De kolommen van 'metingen.parquet':",
    *(f"{name}: {column.meaning}." for name, column in MEASUREMENT_COLUMNS.items()),
)


def write_readme(release: ReleaseText, folder: Path) -> Path:
    """Write `LEESMIJ.txt`: UTF-8 with byte order mark, so that old editors show accents."""
    path = folder / "LEESMIJ.txt"
    path.write_bytes(readme(release).replace("\n", "\r\n").encode("utf-8-sig"))
    return path


def readme(release: ReleaseText) -> str:
    """The text of `LEESMIJ.txt`, with plain line feeds."""
    blocks = [
        f"{release.title}\n{'=' * len(release.title)}",
        _lines(*_status(release)),
        _section("Bestanden", [f"{name}: {text}" for name, text in files_of(release).items() if name != "LEESMIJ.txt"]),
        _section("Bestanden openen", list(_OPENING)),
        _example("In R", EXAMPLE_R),
        _example("In Python (met polars)", EXAMPLE_PYTHON),
        _section("Hoe leest u de cijfers", [WARNING, *_HOW]),
        _section("In twee stappen gemeten", _two_stages(release)),
        _section("Niet gepubliceerd, wel gemeten", list(release.gate)),
        _section("Wijken", _wijken(release)),
        _section("Buiten de BRP", _outside(release)),
        _section("Zelf narekenen", list(_MEASUREMENTS)),
        _section("Persona's", [_persona(p) for p in release.personas]),
        _section("Vergelijken met andere jaren", _trend_breaks(release)),
        _section("Privacy", _privacy(release)),
        _section("Niet door de ruis beschermd", list(release.not_protected)),
        _section("Keuzes die van de gegevens kunnen afhangen", list(release.data_dependent)),
        _section("Gebruikte leveringen", [facts_in_words(d) for d in release.deliveries]),
        _section("Dekking", [facts_in_words(c) for c in release.coverage]),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _two_stages(release: ReleaseText) -> list[str]:
    if release.detail_from is None:
        return []
    return [
        "Eerst zijn alleen totalen gemeten. Leeftijd en geslacht zijn daarna alleen gemeten waar een persona in een toestand, "
        f"volgens die totalen met ruis, gemiddeld minstens {release.detail_from} mensen per regio heeft: apart bekeken voor het "
        f"land, de provincies{', de gemeenten en de wijken' if release.wijken else ' en de gemeenten'}. Waar dat niet zo is, is het totaal nog een keer gemeten en is het dus "
        "nauwkeuriger; de cijfers naar leeftijd en geslacht zijn daar 'niet_gemeten'.",
        "Die keuze rust alleen op cijfers met ruis en kost geen privacybudget. Bij een groep die net om die grens ligt, zijn "
        "schatting en ruismarge daardoor iets minder zuiver dan elders.",
    ]


def _wijken(release: ReleaseText) -> list[str]:
    if not release.wijken:
        return []
    shown = [persona.name for persona in release.personas if persona.smallest_geography == "wijk"]
    return [
        "'wijken.csv' heeft dezelfde kolommen voor de wijken van elke gemeente. De wijken van een gemeente tellen op tot de gemeente. "
        f"Alleen voor: {'; '.join(shown)}. Een wijk is klein tegenover de ruis: de meeste cijfers zijn 'te_onzeker'.",
        "Wie staat ingeschreven op een adres zonder bekende wijk (een instelling, een opvang, een briefadres, een adres buiten de "
        "lijst), telt in de gemeente mee en staat bij de wijken op de regel 'Wijk onbekend', code WK, vier cijfers en '--'. Zo "
        "blijft alles optellen. Die regel is geen plek op de kaart.",
        "Van een wijk is alleen het totale aantal inwoners openbaar: cijfers per 1.000 naar leeftijd of geslacht zijn er daarom leeg. "
        f"De lijst van wijken: {release.wijken_from}.",
    ]


def _outside(release: ReleaseText) -> list[str]:
    if "buiten-de-brp.csv" not in files_of(release):
        return []
    return list(_OUTSIDE)


def _status(release: ReleaseText) -> list[str]:
    lines = [
        f"Uitgave {release.release_id}, versie {release.versie}, gemaakt op {date_in_words(release.created_at[:10])}.",
        f"Peildatum {date_in_words(release.peildatum)}. Status van de cijfers: {release.status.replace('_', ' ')}.",
    ]
    lines += release.earlier
    if release.synthetic:
        lines.insert(0, "LET OP: deze cijfers komen uit synthetische gegevens. Ze gaan over niemand.")
        lines.append(OWN_CHOICE)
    if release.proef:
        lines.insert(0, "PROEF: gemaakt met persona's die nog niet zijn vastgesteld. Niet om te publiceren.")
    return lines


def _persona(persona: PersonaText) -> str:
    return f"{persona.id}: {persona.name}. Voorziening die ontbreekt: {persona.missing_voorziening}."


def _trend_breaks(release: ReleaseText) -> list[str]:
    """Every break once, with the personas that it concerns."""
    found: dict[str, list[str]] = {}
    for persona in release.personas:
        for sentence in persona.trend_breaks:
            found.setdefault(sentence, []).append(persona.id)
    return [f"{sentence} Dit geldt voor: {', '.join(personas)}." for sentence, personas in found.items()]


def _privacy(release: ReleaseText) -> list[str]:
    return [
        f"Beschermde eenheid: {unit_in_words(release)}. {bound_in_words(release)}",
        f"Deze uitgave gebruikt rho {release.rho}, dat is epsilon {_dutch(release.epsilon)} bij delta "
        f"{release.delta:g}, van de grens van {release.cap} voor alle jaren samen. Daarvan is nu "
        f"{release.spent_after} gebruikt en {release.left_after} over.",
        "De ruis is één keer getrokken. Er is niet opnieuw getrokken omdat een getal niet beviel.",
        "Wat dat voor iemand betekent, in kansen, en wat wij niet beloven, staat op 'wat-beloven-wij.html'.",
    ]


def _dutch(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _section(title: str, items: list[str]) -> str:
    if not items:
        return ""
    lines = [line for item in items for line in wrap(item, _WIDTH, initial_indent="- ", subsequent_indent="  ")]
    return "\n".join([title, "-" * len(title), *lines])


def _example(title: str, code: tuple[str, ...]) -> str:
    """Lines of a program, never broken off."""
    return "\n".join([f"{title}:", *(f"  {line}" for line in code)])


def _lines(*sentences: str) -> str:
    return "\n".join(line for sentence in sentences for line in wrap(sentence, _WIDTH))
