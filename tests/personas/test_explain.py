"""The sentences that reviewers and readers see follow from the spec; a change in them is a change to look at."""

from pipelines.indicators.collection import Indicators
from pipelines.personas.explain import explain
from pipelines.personas.load import Personas


def test_a_persona_is_explained_in_dutch(personas: Personas, indicators: Indicators) -> None:
    assert explain(personas.by_id["dakloos-verslaafd-schulden"], indicators) == (
        "Geteld wordt wie op 31 december 18 tot en met 66 jaar is en bij wie drie dingen samenkomen: ingeschreven op "
        "een opvangadres of briefadres; verslaving in behandeling of met medicatie; en problematische schulden of "
        "langdurige premieachterstand.",
        "Uit de registers moet ook blijken dat de voorziening nodig is: bijstandsuitkering. Wie van bijstand leeft, "
        "kan een problematische schuld niet uit eigen inkomen aflossen.",
        "Wie dan geen minnelijke of wettelijke schuldregeling heeft, telt als iemand die een schuldregeling mist.",
        "Wie die wel heeft, telt als bereikt.",
        "Niet geteld wordt wie aantoonbaar niet aan één van deze voorwaarden voldoet.",
        "Onbekend blijft wie nergens aantoonbaar buiten valt, maar van wie een gegeven ontbreekt: de gemeente levert "
        "het niet, of het register kent de persoon niet.",
    )


def test_every_persona_names_all_its_conditions(personas: Personas, indicators: Indicators) -> None:
    for persona in personas.by_id.values():
        text = " ".join(explain(persona, indicators))

        for name in persona.indicators:
            assert indicators.by_id[name].title in text
