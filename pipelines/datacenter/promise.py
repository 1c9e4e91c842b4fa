"""What the page "Wat beloven wij?" holds: the promise in chances, from the amounts that the ledger entry of a release paid.

What belongs here: the numbers of that page and the sentences they fill. What does not: HTML and fixed texts (the template),
the formulas (`words`), which choices are named (`release/choices.py`).
"""

from dataclasses import dataclass
from fractions import Fraction

from pipelines.datacenter import sentences, words
from pipelines.release.content import ReleaseText, bound_in_words, unit_in_words

PRIORS = (1, 10, 50)
"""What somebody believed beforehand, in 100."""
MOSTLY = 0.05
"""The chance that the second column leaves out: 1 in 20."""
HOUSEHOLD = 4
NEIGHBOURS = 2
_WHOSE = (
    "u, met alles wat onder uw nummer in de registraties staat",
    "u en wie er met u in huis woont, met alles wat onder uw nummers in de registraties staat",
)
_NOBODY = ("één mens", "één huishouden")
"""For a person, and for a household."""


@dataclass(frozen=True)
class Belief:
    """One row: out of 100 before; at most so many after this release, but for 1 in 20 and but for delta; after all releases."""

    before: int
    mostly: str
    now: str
    ever: str


def promise_context(release: ReleaseText) -> dict[str, object]:
    """Everything that `promise.html` fills in, by name."""
    return {
        "unit_words": unit_in_words(release),
        "whose": _WHOSE[release.members is not None],
        "nobody": _NOBODY[release.members is not None],
        "bound": bound_in_words(release).removesuffix("."),
        "guess": sentences.guess(release),
        "beliefs": beliefs(release),
        "rare": words.one_in(release.delta),
        "in_short": sentences.in_short(release),
        "household": household(release),
    }


def beliefs(release: ReleaseText) -> tuple[Belief, ...]:
    """What somebody may come to believe of you, whatever they believed before. Formula and source: `words.believed`."""
    return tuple(
        Belief(
            before,
            sentences.out_of_100(words.believed(before, release.rho, MOSTLY)),
            sentences.out_of_100(words.believed(before, release.rho, release.delta)),
            sentences.out_of_100(words.believed(before, release.cap, release.delta)),
        )
        for before in PRIORS
    )


def household(release: ReleaseText) -> str:
    """What becomes of the promise for people together: for n of them rho is n squared times as large (Bun and Steinke 2016,
    proposition 1.9, group privacy of zCDP)."""
    if release.members is not None:
        right = words.guesses_right(str(Fraction(release.rho) * NEIGHBOURS**2))
        return (
            f"De belofte geldt voor {unit_in_words(release)}, en dus ook voor ieder lid apart. Voor huishoudens samen is zij "
            f"zwakker. Voor twee huishoudens wordt rho {NEIGHBOURS**2} keer zo groot: of zij er beide in zitten of geen van "
            f"beide, raadt iemand met deze uitgave erbij in hoogstens {right} van de 100 gevallen goed."
        )
    right = words.guesses_right(str(Fraction(release.rho) * HOUSEHOLD**2))
    return (
        f"De belofte geldt voor {unit_in_words(release)}. Voor mensen samen is zij zwakker. Voor vier mensen, "
        f"zoals een gezin, wordt rho {HOUSEHOLD**2} keer zo groot: of zij er alle vier in zitten of geen van vieren, raadt iemand "
        f"met deze uitgave erbij in hoogstens {right} van de 100 gevallen goed."
    )
