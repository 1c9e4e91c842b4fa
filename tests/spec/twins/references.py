"""Twins of the checks on what a persona refers to: indicators, mechanisms and the columns under them.

What belongs here: what is unknown, unused, deprecated, unsure or of others. What does not: whether the conditions fit
together (`conditions.py`).
"""

from tests.spec.broken import INDICATORS, MECHANISMS, PERSONA
from tests.spec.twins.edits import Twins, problem, second

REFERENCES: dict[str, Twins] = {
    "an unknown indicator": Twins(
        "BV000",
        (problem("schud"),),
        ("zonder-inkomen.yaml:18: error BV000: problems[1].indicator: no indicator 'schud'. Did you mean 'schuld'?",),
    ),
    "an unknown mechanism": Twins(
        "BV000",
        ((PERSONA, "- zelf-gestopt", "- zelf-gestopd"),),
        ("zonder-inkomen.yaml:28: error BV000: missing_voorziening.uitsluitingsmechanismen[0]: no mechanism 'zelf-gestopd'. Did you mean 'zelf-gestopt'?",),
    ),
    "a deprecated indicator": Twins(
        "BV011",
        ((INDICATORS, "  source: MEDICIJNTAB\n", "  source: MEDICIJNTAB\n  status: deprecated\n"),),
        ("zonder-inkomen.yaml:16: warning BV011: problems[0].indicator: 'psychose' is deprecated; choose what came in its place.",),
        ((INDICATORS, "  source: MEDICIJNTAB\n", "  source: MEDICIJNTAB\n  status: in_use\n"),),
    ),
    "a deprecated part": Twins(
        "BV011",
        ((INDICATORS, "  source: AOTOTPERSOONBUS\n", "  source: AOTOTPERSOONBUS\n  status: deprecated\n"),),
        (
            "zonder-inkomen.yaml:23: warning BV011: missing_voorziening.voorziening: 'ao_uitkering', which 'inkomensvoorziening' is made of, is "
            "deprecated; choose what came in its place.",
        ),
    ),
    "an unused indicator": Twins(
        "BV012",
        (second(), (PERSONA, "characteristic_voorzieningen: []", "characteristic_voorzieningen: [baan_weg, ziekenhuis, huisgenoot_schuld, verdacht, verhuisd]")),
        ("alle.yaml:140: info BV012: opvang: no persona uses this indicator; take it out, or deprecate it (`status: deprecated`).",),
        (
            (PERSONA, "characteristic_voorzieningen: []", "characteristic_voorzieningen: [baan_weg, ziekenhuis, huisgenoot_schuld, verdacht, verhuisd, opvang]"),
        ),
    ),
    "the rows of others": Twins(
        "BV013",
        (problem("huisgenoot_schuld"),),
        (
            "zonder-inkomen.yaml:18: warning BV013: problems[1].indicator: 'huisgenoot_schuld' reads the rows of others in the household: plans that "
            "protect one person refuse this persona. Choose a fact of the person's own row.",
        ),
    ),
    "a mechanism to verify": Twins(
        "BV022",
        ((MECHANISMS, "  status: in_force\n", "  status: to_verify\n  status_note: eigen lezing\n"),),
        (
            "zonder-inkomen.yaml:28: info BV022: missing_voorziening.uitsluitingsmechanismen[0]: 'zelf-gestopt' is still to be verified; find a "
            "source and mend mechanisms.yaml, or take it out.",
        ),
        ((MECHANISMS, "  status: in_force\n", "  status: changed\n  status_note: anders sinds 2024\n"),),
    ),
    "a mechanism that was repealed": Twins(
        "BV014",
        ((MECHANISMS, "  status: in_force\n", "  status: repealed\n  status_note: vervallen in 2024\n"),),
        (
            "zonder-inkomen.yaml:28: warning BV014: missing_voorziening.uitsluitingsmechanismen[0]: 'zelf-gestopt' no longer holds; take it out, or "
            "name what came in its place.",
        ),
    ),
    "an unused mechanism": Twins(
        "BV015",
        (),
        ("mechanisms.yaml:11: info BV015: eerst-wie-betaalt: no persona names this mechanism yet.",),
        ((PERSONA, "    - zelf-gestopt", "    - zelf-gestopt\n    - eerst-wie-betaalt"),),
    ),
    "proxies only": Twins(
        "BV018",
        ((INDICATORS, "  observes: direct\n  source: SCHULDENPROBLEMATIEK", "  observes: proxy\n  source: SCHULDENPROBLEMATIEK"),),
        (
            "zonder-inkomen.yaml:14: info BV018: problems: every problem is seen through a proxy: say so in registers_approximate, or find one that is "
            "seen directly.",
        ),
    ),
    "assumed columns": Twins(
        "BV020",
        ((INDICATORS, "  source: MEDICIJNTAB\n  rule:\n    record_exists:\n      where: {atc4: [N05A]}", "  source: GGZZPMPRESTATIETAB\n  rule:\n    record_exists:\n      where: {zpmdiagnose: [SG01]}"),),
        (
            "zonder-inkomen.yaml:16: info BV020: problems[0].indicator: 'psychose' rests on columns whose names or codes are assumed: "
            "GGZZPMPRESTATIETAB.zpmdiagnose; ask the supplier.",
        ),
    ),
}  # fmt: skip
