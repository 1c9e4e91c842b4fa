"""Names that the casts share: personas, ages that go together, and gemeenten that deliver or do not.

What belongs here: names. What does not: scripts.
"""

from pipelines.population.scripts import Ages, Delivering

DAKLOOS = "dakloos-verslaafd-schulden"
JONGERE = "jongere-schuld-zonder-startkwalificatie"
WIA = "wia-zelf-stopgezet"
STEL = "lvb-stel-zwanger-in-opvang"
GEVLUCHT = "gevlucht-met-restschuld"
PSYCHIATRIE = "lvb-psychiatrie-gebruik"
ZELFSTANDIGE = "zelfstandige-ziek-met-schuld"
ACHTTIEN = "achttien-uit-de-jeugdzorg"
GEZIN = "zelfredzaam-verklaard-gezin"
MEISJE = "meisje-diabetes-coeliakie-school"
THUISZITTER = "thuiszitter-tussen-onderwijs-en-zorg"
EU_BURGER = "eu-burger-zonder-werk-en-bed"
OUDERE = "oudere-zonder-aio"

ADULT: Ages = (("18-26", 1), ("27-34", 2), ("35-66", 7))
UNDER_27: Ages = (("18-26", 1),)
PENSIONERS: Ages = (("67+", 1),)

WMO = Delivering(must=("WMOBUS",))
NO_WMO = Delivering(must_not=("WMOBUS",))
DEBT_HELP = Delivering(must=("SCHULDHULP",))
NO_DEBT_HELP = Delivering(must_not=("SCHULDHULP",))
SIGNALS = Delivering(must=("VROEGSIGNALERING",))
NO_SIGNALS = Delivering(must_not=("VROEGSIGNALERING",))
TRUANCY = Delivering(must=("THUISZITTERS",))
NO_TRUANCY = Delivering(must_not=("THUISZITTERS",))
PRIORITY = Delivering(must=("URGENTIE",))
NO_PRIORITY = Delivering(must_not=("URGENTIE",))
