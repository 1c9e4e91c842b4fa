"""A delivery whose people live in wijken, and the public list of them.

What belongs here: who lives where. What does not: tests, and what the line makes of it (`test_wijken.py`).
"""

from pipelines.facts.gemeenten import gemeenten
from pipelines.facts.wijken import COLUMNS
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, object_key
from tests.tiny_people import number_of

PERSONA = "jongere-schuld-zonder-startkwalificatie"
COARSE = "dakloos-verslaafd-schulden"
HAS = frozenset({"leeftijd_18_tot_27", "schuld_smal", "zonder_startkwalificatie"})
FIRST = 710_000_000
PLACE = "GM0363"
ELSEWHERE = "GM0344"
COUNTS = {"WK036300": 200, "WK036301": 100, "WK036302": 70, "WK0363--": 30}
SCHEMA = f"y{PEILJAAR}"


def wijk_of(slot: int) -> str:
    """The wijk of a dwelling in PLACE: three that the list has, one that is empty, one of another gemeente, one that it has not."""
    bounds = ((200, "036300"), (300, "036301"), (350, "036302"), (360, "------"), (370, "034400"), (380, "036377"))
    return next((code for end, code in bounds if slot < end), "036302")


def invented(leaving: int | None = None) -> TinyDelivery:
    """400 people who miss it in PLACE, one per dwelling, and 50 elsewhere."""
    people = [Invented(FIRST + n, PLACE, HAS) for n in range(400)]
    people += [Invented(FIRST + 1000 + n, ELSEWHERE, HAS) for n in range(50)]
    tiny = deliver(person for person in people if person.rin != leaving)
    before = {"gbadatumaanvangadreshouding": "20000101", "gbadatumeindeadreshouding": "20000601"}
    # Who once lived elsewhere lives in one wijk now.
    for row in [row for row in tiny.rows["GBAADRESOBJECTBUS"] if row["rinpersoon"] == str(FIRST)]:
        tiny.add("GBAADRESOBJECTBUS", **row | before | {"rinobjectnummer": object_key(number_of(ELSEWHERE), 0)})
    slot = 0
    for row in tiny.rows["VSLGWBTAB"]:
        code = row["gem2023"]
        row["wc2023"] = wijk_of(slot) if f"GM{code}" == PLACE else f"{code}00"
        slot += f"GM{code}" == PLACE
    return tiny


def list_of_wijken() -> str:
    lines = [",".join(COLUMNS)]
    for g in gemeenten(PEILJAAR):
        parts = 3 if g.code == PLACE else 1
        lines += [
            f'WK{g.code[2:]}{n:02},{g.code},"Wijk {n}",{g.inwoners // parts},{PEILJAAR},synthetisch'
            for n in range(parts)
        ]
    return "\n".join(lines) + "\n"
