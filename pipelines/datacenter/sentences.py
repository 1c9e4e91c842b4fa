"""Sentences that a release's own numbers fill in.

What belongs here: findings in words, the reach, how far figures must differ, privacy in odds. What does not:
fixed texts (the templates) and notation (`words`).
"""

from collections.abc import Sequence
from math import sqrt
from statistics import median

from pipelines.datacenter import words
from pipelines.datacenter.figures import Figure
from pipelines.release.content import PersonaText, ReleaseText, bound_in_words, unit_in_words


def map_finding(gemeenten: Sequence[Figure], provincies: Sequence[Figure], national: Figure) -> list[str]:
    """What the map shows, for whoever does not see it: how many figures are usable, where rates differ."""
    usable = [f.per_1000 for f in gemeenten if f.bruikbaarheid == "bruikbaar" and f.per_1000 is not None]
    counts = {kind: sum(f.usability == word for f in gemeenten) for kind, word in words.USABILITY.items()}
    told = [
        f"Van de {len(gemeenten)} gemeenten hebben er {counts['bruikbaar']} een bruikbaar cijfer, "
        f"zijn er {counts['te_onzeker']} te onzeker en zijn er {counts['niet_gemeten']} niet gemeten."
    ]
    if held_back := counts["niet_gepubliceerd"]:
        of = f"{held_back} gemeente{'' if held_back == 1 else 'n'}"
        told.append(f"Van {of} is het cijfer niet gepubliceerd: te klein om iets over te zeggen.")
    if len(usable) > 1:
        digits = words.rate_digits(median(usable))
        low, middle, high = (words.decimal(max(0.0, x), digits) for x in (min(usable), median(usable), max(usable)))
        told.append(
            f"Bij de bruikbare gemeenten loopt de schatting van {low} tot {high} per 1.000 inwoners; "
            f"de helft zit boven {middle}."
        )
    return [*told, *_apart(provincies, national)]


def _apart(provincies: Sequence[Figure], national: Figure) -> list[str]:
    """Provincies whose whole ruismarge lies above, or below, the national rate."""
    rate = national.per_1000
    bounded = [
        (f.regio_naam, f.per_1000_onder95, f.per_1000_boven95)
        for f in provincies
        if f.measured and f.per_1000_onder95 is not None and f.per_1000_boven95 is not None
    ]
    if rate is None or not bounded:
        return []
    above = [name for name, low, _ in bounded if low > rate]
    below = [name for name, _, high in bounded if high < rate]
    if not above and not below:
        return ["Geen provincie wijkt meer van het landelijke cijfer af dan de ruismarge."]
    told = []
    if above:
        told.append(f"Met hun hele ruismarge boven het landelijke cijfer: {words.listed(above)}.")
    if below:
        told.append(f"Met hun hele ruismarge eronder: {words.listed(below)}.")
    return told


def least_difference(gemeenten: Sequence[Figure]) -> str | None:
    """How far two gemeenten must differ before it can be more than noise: sqrt(2) times a typical margin."""
    margins = [f.marge95 for f in gemeenten if f.measured and f.marge95 is not None]
    return words.whole(sqrt(2) * median(margins)) if margins else None


def reach(persona: PersonaText) -> str:
    """The reach in people out of 100, with its interval, or why there is none."""
    if persona.reach is None:
        return "Het bereik is met deze ruis niet te bepalen."
    value, low, high = (words.whole(100 * min(1.0, max(0.0, share))) for share in persona.reach)
    return (
        f"Van elke 100 mensen bij wie de behoefte zichtbaar is, hebben er ongeveer {value} de voorziening "
        f"(ruismarge {low} tot {high})."
    )


def k_loss(release: ReleaseText, persona: PersonaText) -> str | None:
    """What the bound on contributions leaves out, from the synthetic population."""
    if persona.expected_k_loss is None:
        return None
    share = words.decimal(100 * persona.expected_k_loss, 1)
    return (
        f"{bound_in_words(release)} Daardoor valt naar verwachting "
        f"{share} % van deze groep buiten de telling (bepaald op een synthetische bevolking)."
    )


def outside(persona: PersonaText) -> str | None:
    """How many numbers outside the BRP the persona has in each state; they stand in no other figure."""
    if persona.outside is None:
        return None
    shown = {state: _about(*persona.outside[state]) for state in ("missing", "served", "unknown")}
    return (
        f"Buiten de BRP: ongeveer {shown['missing']} nummers missen de voorziening, {shown['served']} hebben haar, en van "
        f"{shown['unknown']} is het niet te zeggen (tussen haakjes de ruismarge). Deze nummers staan in geen van de andere "
        "cijfers; één mens kan meer van zulke nummers hebben, en ook in de BRP staan."
    )


def _about(figure: int, low: int, high: int) -> str:
    return f"{words.whole(figure)} ({words.whole(low)} tot {words.whole(high)})"


def privacy(release: ReleaseText) -> list[str]:
    """What the noise protects, in odds, from the release's own rho and delta."""
    once, at_worst = (words.certainty(rho, release.delta) for rho in (release.rho, release.cap))
    rare = words.one_in(release.delta)
    return [
        "Een precies aantal kan bij een kleine groep verraden wie erin zit. Daarom is bij elk aantal een "
        "willekeurig getal opgeteld of afgetrokken, nog in de beveiligde omgeving. Dat getal heet ruis.",
        guess(release),
        "Het kan ongunstig vallen. De zekerheid over u stijgt dan van 50 op 100 tot hoogstens "
        f"{out_of_100(once)} door deze uitgave, en tot {out_of_100(at_worst)} door alle toegestane "
        f"uitgaven samen. De kans dat het erger uitvalt, is telkens hoogstens {rare}.",
        in_short(release),
    ]


def guess(release: ReleaseText) -> str:
    """The promise as a game of guessing, for this release and for the whole cap. Formula and source: `words.guesses_right`."""
    now, ever = (words.guesses_right(rho) for rho in (release.rho, release.cap))
    known = (
        "alles over u weet, behalve of u in deze cijfers meetelt"
        if release.members is None
        else "alles over uw huishouden weet, behalve of het in deze cijfers meetelt en hoe"
    )
    return (
        f"Stel dat iemand {known}. Wie dan kop of munt gooit, "
        f"raadt in 50 van de 100 gevallen goed. Met deze uitgave erbij lukt dat in hoogstens {now} van de "
        f"100 gevallen; met alle uitgaven die ooit zijn toegestaan samen in hoogstens {ever} van de 100."
    )


def in_short(release: ReleaseText) -> str:
    """The promise in the words of the trade, and what is left of the budget."""
    return (
        f"In vaktaal: rho {words.amount(release.rho)}, dat is epsilon {words.decimal(release.epsilon, 2)} "
        f"bij delta {words.one_in(release.delta)}; de beschermde eenheid is {unit_in_words(release)}. Van de grens "
        f"van rho {words.amount(release.cap)} voor alle jaren samen is {words.amount(release.spent_after)} gebruikt "
        f"en {words.amount(release.left_after)} over."
    )


def out_of_100(chance: int) -> str:
    """A chance rounded up; 100 stands for nearly 100."""
    return "bijna 100 op 100" if chance >= 100 else f"{chance} op 100"
