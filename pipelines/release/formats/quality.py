"""`quality.json`: what a statistician asks of a release, by the nineteen concepts of SIMS 2.0 (ESS), in plain Dutch.

What belongs here: the report, with a short box on top, filled from public facts and from published figures. What does not:
the privacy account for experts (`privacy.json`), and anything worked out from exact counts.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.estimates.intervals import Z95
from pipelines.release.content import (
    OWN_CHOICE,
    WARNING,
    ReleaseText,
    TableFacts,
    bound_in_words,
    date_in_words,
    facts_in_words,
    unit_in_words,
)
from pipelines.release.formats.columns import USABILITY
from pipelines.release.formats.tables_of import levels_of
from pipelines.release.formats.words import LICENCE_TITLE, PUBLISHER, STATUS, json_text

NAME = "quality.json"
STANDARD = "SIMS 2.0 (ESS)"

CONCEPTS = {
    "S.1": "Contact",
    "S.2": "Bijwerking van deze beschrijving",
    "S.3": "Wat de cijfers tonen",
    "S.4": "Eenheid",
    "S.5": "Verslagperiode",
    "S.6": "Wettelijke grondslag en taakverdeling",
    "S.7": "Vertrouwelijkheid",
    "S.8": "Publicatiebeleid",
    "S.9": "Hoe vaak de cijfers verschijnen",
    "S.10": "Toegankelijkheid en duidelijkheid",
    "S.11": "Kwaliteitszorg",
    "S.12": "Relevantie",
    "S.13": "Nauwkeurigheid en betrouwbaarheid",
    "S.14": "Actualiteit en punctualiteit",
    "S.15": "Samenhang en vergelijkbaarheid",
    "S.16": "Kosten en lasten",
    "S.17": "Herziening",
    "S.18": "Verwerking",
    "S.19": "Opmerkingen",
}
"""Concept -> its name in Dutch, all nineteen in order."""


def write_quality(release: ReleaseText, figures: pl.DataFrame, folder: Path) -> Path:
    """Write the report; the same release and figures give the same bytes."""
    path = folder / NAME
    path.write_bytes(json_text(quality_of(release, figures)).encode())
    return path


def quality_of(release: ReleaseText, figures: pl.DataFrame) -> dict[str, object]:
    """The report as nested dictionaries. `figures`: the published figures of land, provincies and gemeenten, and of wijken where
    these are measured."""
    texts = _texts(release)
    usable = _usable(figures, levels_of(release.wijken))
    return {
        "standaard": STANDARD,
        "uitgave": release.release_id,
        "versie": release.versie,
        "status": release.status,
        "in_het_kort": _in_short(release, usable),
        "begrippen": [{"code": code, "naam": name, "tekst": texts[code]} for code, name in CONCEPTS.items()],
        "ruis_per_tabel": [_noise(table) for table in release.tables],
        "bruikbaarheid_per_niveau": usable,
    }


def _in_short(release: ReleaseText, usable: list[dict[str, object]]) -> list[str]:
    shares = "; ".join(
        f"{row['niveau']}: {row['bruikbaar']} van de {row['cijfers']} cijfers bruikbaar" for row in usable
    )
    return [
        f"Wat: {release.title} (stand op {date_in_words(release.peildatum)}, {STATUS[release.status]}).",
        *([f"Synthetische gegevens: deze cijfers gaan over niemand. {OWN_CHOICE}"] if release.synthetic else []),
        f"Hoe nauwkeurig: {shares}. De ruismarge staat bij elk cijfer.",
        "Wat u niet ziet: fouten in registraties, mensen die nergens staan, en behoeften die geen registratie kent.",
    ]


def _noise(table: TableFacts) -> dict[str, object]:
    return {
        "tabel": table.name,
        "metingen": table.cells,
        "sigma_per_meting": table.sigma,
        "sd_van_een_gewoon_cijfer": table.sd,
        "marge95_van_een_gewoon_cijfer": Z95 * table.sd,
    }


def _usable(figures: pl.DataFrame, levels: tuple[str, ...]) -> list[dict[str, object]]:
    """Per regional level how many figures are of which usability; counts of published rows, not of people."""
    found = {(level, word): number for level, word, number in figures.group_by("niveau", "bruikbaarheid").len().rows()}
    return [
        {
            "niveau": level,
            "cijfers": sum(found.get((level, word), 0) for word in USABILITY),
            **{word: found.get((level, word), 0) for word in USABILITY},
        }
        for level in levels
    ]


def _texts(release: ReleaseText) -> dict[str, str]:
    """Concept -> what this release has to say of it."""
    created = date_in_words(release.created_at[:10])
    unit = unit_in_words(release)
    return {
        "S.1": f"{PUBLISHER}. Vragen, fouten en duiding: bij de organisatie die u deze uitgave gaf.",
        "S.2": f"Gemaakt op {created}, bij versie {release.versie} van de uitgave.",
        "S.3": "Geschatte aantallen inwoners die bij een persona horen: een stapeling van problemen met een voorziening "
        f"die zij missen, die zij hebben, of waarvan registraties het niet zeggen. Voor Nederland, provincies, gemeenten{_and_wijken(release)} "
        f"en sommen van gemeenten, naar leeftijd en geslacht. Persona's: {_list(p.name for p in release.personas)}.",
        "S.4": "Personen, en personen per 1.000 inwoners. Nummers buiten de BRP zijn nummers en geen personen.",
        "S.5": f"De stand op {date_in_words(release.peildatum)} (peiljaar {release.peiljaar}).",
        "S.6": "Het CBS levert en bewaakt de registraties en rekent in de eigen beveiligde omgeving. CBS en VWS beoordelen "
        "een uitgave voordat zij openbaar wordt.",
        "S.7": f"Differentiële privacy (zCDP), ruis: {release.noise}. Beschermde eenheid: {unit}. "
        f"{bound_in_words(release)} Deze uitgave gebruikt rho {release.rho} van de grens van "
        f"{release.cap} voor alle jaren samen. Exacte aantallen verlaten de beveiligde omgeving niet. Alles staat in "
        "privacy.json.",
        "S.8": "Niets wordt openbaar voordat CBS en VWS dezelfde bestanden hebben goedgekeurd. Oude versies blijven staan. "
        f"Gebruik is vrij met bronvermelding ({LICENCE_TITLE}).",
        "S.9": "Eén keer per peiljaar, en opnieuw als een levering wordt vervangen door een definitieve.",
        "S.10": "CSV (ook voor Excel), Parquet en JSON-stat, elk met ruismarge en status; beschrijvingen in CSVW, Frictionless en "
        "DCAT-AP-NL; webpagina's die zonder script werken; uitleg in LEESMIJ.txt.",
        "S.11": "Elke levering wordt gecontroleerd voordat er geteld wordt. Elk bestand van de uitgave wordt gecontroleerd voordat "
        "zij bestaat; welke regels dat waren en wat zij vonden, staat in certificate.json. De metingen met ruis zijn "
        "openbaar, zodat iedereen de schattingen kan narekenen.",
        "S.12": "Voor beleid en uitvoering van gemeenten, VNG en VWS: waar mist een groep een voorziening, en hoe groot is die "
        "groep ongeveer. Niet bedoeld om gemeenten op volgorde te zetten of om iemand te vinden.",
        "S.13": _accuracy(release),
        "S.14": f"De stand is van {date_in_words(release.peildatum)}; de uitgave is gemaakt op {created}. Registraties van CBS "
        "komen maanden tot ruim een jaar na het peiljaar.",
        "S.15": _coherence(release),
        "S.16": "Geen enquête: er wordt niemand iets gevraagd. Alles komt uit registraties die er al zijn.",
        "S.17": f"Status: {STATUS[release.status]}. Een definitieve levering geeft een nieuwe uitgave met nieuwe ruis, die uit "
        "het privacybudget wordt betaald. Er wordt nooit opnieuw getrokken omdat een getal niet bevalt. Een correctie "
        "krijgt een nieuw versienummer en een reden.",
        "S.18": "Registraties worden gekoppeld op een pseudoniem nummer. Per persoon volgt voor elk kenmerk ja, nee of onbekend; "
        "geen registratie is alleen nee waar zij overal geleverd is. Daarna wordt geteld, komt er ruis bij, en maakt de "
        "kleinste-kwadratenmethode alle regio's, leeftijden en geslachten kloppend met elkaar. Leveringen: "
        f"{_list(facts_in_words(delivery) for delivery in release.deliveries)}.",
        "S.19": f"{WARNING} Een schatting onder nul is geen fout; laat haar staan als u optelt.",
    }


def _accuracy(release: ReleaseText) -> str:
    covered = _list(f"{fact['source']} {fact['gemeenten']} van {fact['total']} gemeenten" for fact in release.coverage)
    return (
        "De ruismarge (95 %) van elk cijfer is precies bekend en staat erbij; per tabel staat hieronder hoe groot de ruis is. Zij "
        "gaat alleen over de ruis. Daarnaast zijn er fouten in registraties en in de koppeling, en behoeften die geen "
        "registratie ziet: het echte aantal kan dus ook buiten de marge liggen. Per persona zegt de pagina wat wij weten, "
        f"benaderen en niet kunnen weten. Dekking: {covered}."
    )


def _and_wijken(release: ReleaseText) -> str:
    return ", wijken" if release.wijken else ""


def _coherence(release: ReleaseText) -> str:
    breaks = sorted({sentence for persona in release.personas for sentence in persona.trend_breaks})
    told = f" Let op bij andere jaren: {' '.join(breaks)}" if breaks else ""
    return (
        "Schattingen tellen op over regio's, leeftijden en geslachten. Cijfers voor provincies en het land gaan over de gedekte "
        f"gemeenten. Marges tellen niet op; voor gebieden staat de juiste marge in gebieden.csv.{told}"
    )


def _list(items: Iterable[str]) -> str:
    return "; ".join(items) or "geen"
