"""The page on which figures are compared and added up: what can be said at once, and the forms.

What belongs here: what the page shows before anything is asked: how far figures must lie apart, which gemeenten changed. What
does not: answering the forms (`pipelines/datacenter/forms.py`).
"""

from pipelines.datacenter import sentences
from pipelines.datacenter.site.shell import Site, SitePage


def compare_page(site: Site, path: str = "vergelijken.html", **answer: object) -> SitePage:
    """The page with its forms; `answer` is what a form asked and found."""
    newest = site.newest
    apart = [
        (persona, least)
        for persona in newest.text.personas
        if (least := sentences.least_difference(newest.found[persona.id].regions("gemeente"))) is not None
    ]
    nothing: dict[str, object] = {"asked": {}, "found": None, "refused": ""}
    return site.page(
        path,
        "site/vergelijken.html",
        edition=newest,
        personas=newest.text.personas,
        jaren=list(reversed(site.editions.by_year)),
        apart=apart,
        **nothing | answer,
    )
