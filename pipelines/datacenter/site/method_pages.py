"""Pages that explain: how we count, the promise, the mechanisms, the quality of the figures, accessibility.

What belongs here: what those pages take from the releases. What does not: their fixed texts (the templates).
"""

from collections import Counter
from collections.abc import Iterator

from pipelines.datacenter import words
from pipelines.datacenter.figures import Figure
from pipelines.datacenter.promise import promise_context
from pipelines.datacenter.rendering import PROMISE, release_facts
from pipelines.datacenter.site.shell import RELEASES, Site, SitePage
from pipelines.estimates.quality import NOT_MEASURED, NOT_PUBLISHED
from pipelines.facts.areas import areas
from pipelines.release.content import MechanismText

KINDS = {
    "kring": "Twee voorwaarden wachten op elkaar",
    "drempel": "Een grens van leeftijd, inkomen of score",
    "knip": "De zaak valt uiteen over wetten of loketten",
    "betaler": "Onduidelijk wie betaalt of beslist",
    "adres": "Inschrijving, adres of binding met een regio",
    "groep": "Een hele groep valt erbuiten",
    "schuldvraag": "Wat iemand eerder deed, telt nu mee",
    "zelfredzaamheid": "Er wordt gerekend op eigen kracht",
    "aanvraag": "Zelf vragen, bewijzen of instemmen",
    "huishouden": "Een partner of huisgenoot telt mee",
    "tijd": "Wachten, termijnen en overgangen",
    "aanbod": "Een aanbieder mag of wil niet",
    "kennis": "Informatie, taal en digitale vaardigheid",
    "meten": "De cijfers zien het niet",
}
ORIGINS = {"grondtekst": "grondtekst", "bron": "openbare bron", "inferentie": "eigen lezing, nog na te gaan"}
STATUSES = {
    "in_force": "geldt, voor zover bekend",
    "changed": "is sinds de bron veranderd",
    "repealed": "geldt niet meer",
    "to_verify": "nog na te gaan",
}
CLASSES = ("A", "B", "C", "D", NOT_MEASURED)


def method_pages(site: Site) -> Iterator[SitePage]:
    """The pages that explain the newest peiljaar; accessibility also when nothing is published."""
    yield site.page("toegankelijkheid.html", "site/toegankelijkheid.html", contact=site.contact)
    if site.editions.newest is None:
        return
    text = site.newest.text
    facts = release_facts(text) | {"edition": site.newest}
    yield site.page("methode.html", "site/methode.html", **facts)
    yield site.page(PROMISE, "promise.html", **facts | promise_context(text), files_at=f"{RELEASES}{site.newest.path}/")
    yield site.page(
        "mechanismen.html",
        "site/mechanismen.html",
        **facts,
        groups=_mechanisms(site),
        kinds=KINDS,
        origins=ORIGINS,
        statuses=STATUSES,
    )
    yield site.page("kwaliteit.html", "site/kwaliteit.html", **facts, **_quality(site))


def _mechanisms(site: Site) -> dict[str, list[tuple[MechanismText, list[tuple[str, str]]]]]:
    """By type, each with the personas (id, name) that name it."""
    named: dict[str, list[tuple[str, str]]] = {}
    for persona in site.newest.text.personas:
        for slug, _ in persona.mechanisms:
            named.setdefault(slug, []).append((persona.id, persona.name))
    found: dict[str, list[tuple[MechanismText, list[tuple[str, str]]]]] = {}
    for mechanism in site.newest.text.mechanisms:
        found.setdefault(mechanism.type, []).append((mechanism, named.get(mechanism.slug, [])))
    return found


def _quality(site: Site) -> dict[str, object]:
    """How many figures of gemeenten fall in each class, per persona and per size class, and the breaks in time."""
    edition = site.newest
    per_persona = [
        (
            persona.name,
            Counter(_class(f) for f in edition.found[persona.id].regions("gemeente")),
        )
        for persona in edition.text.personas
    ]
    sizes = []
    for area in areas(edition.jaar):
        if area.kind == "grootteklasse":
            figures = [
                edition.figure(persona, "missing", code) for persona in edition.personas for code in area.gemeenten
            ]
            sizes.append((area.naam, Counter(_class(f) for f in figures if f is not None)))
    breaks: dict[str, list[str]] = {}
    for persona in edition.text.personas:
        for sentence in persona.trend_breaks:
            breaks.setdefault(sentence, []).append(persona.name)
    # A column of its own only where a plan with a gate has filled it.
    classes = (*CLASSES, NOT_PUBLISHED) if any(counts[NOT_PUBLISHED] for _, counts in per_persona) else CLASSES
    return {
        "classes": classes,
        "class_names": {name: words.USABILITY.get(name, name) for name in classes},
        "persona_rows": per_persona,
        "size_rows": sizes,
        "breaks": breaks,
        "report": f"{RELEASES}{edition.path}/quality.json" if (edition.folder / "quality.json").is_file() else "",
    }


def _class(figure: Figure) -> str:
    return figure.kwaliteit if figure.measured or figure.held_back else NOT_MEASURED
