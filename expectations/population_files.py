"""Rules that only the files of the population have: households and the objects in which people live.

What belongs here: what CBS says of these files and the catalogue cannot say. What does not: rules that every register
has (`registers.py`, `relations.py`).
"""

from expectations.ground import Ground
from expectations.rules import Rule, Subject

MOST_ODD = 0.01
"""Share of households or objects that may be odd: CBS imputes a part of the households."""

ALONE, INSTITUTION = "1", "8"
PLACES = {"1": ("2",), "2": ("3", "9"), "3": ("4", "9"), "8": ("10",)}
"""Type of household -> places that occur in it, where the type leaves no others."""


def household_rows(subject: Subject, peiljaar: int) -> list[Rule]:
    """Rules on GBAHUISHOUDENSBUS alone: type and place agree, and a household has as many members as it says."""
    covers = f"DATE '{peiljaar}-12-31' BETWEEN datumaanvanghh AND datumeindehh"
    household = "huishoudnr, datumaanvanghh"
    members = (
        f"SELECT {household}, count(*) AS members, min(aantalpershh) AS least, max(aantalpershh) AS most "
        f"FROM {subject.relation} WHERE {covers} GROUP BY {household}"
    )
    odd = "(least <> most OR members <> most)"
    wrong = " OR ".join(
        f"(r.typhh = '{kind}' AND r.plhh NOT IN ({', '.join(repr(place) for place in places)}))"
        for kind, places in PLACES.items()
    )
    return [
        subject.no_row(
            "place_fits_type",
            "COC",
            f"the place in the household fits its type in at least {1 - MOST_ODD:.0%} of the rows",
            f"({wrong} OR (r.plhh = '10' AND r.typhh <> '{INSTITUTION}'))",
            kind="row",
            severity="warning",
            most_share=MOST_ODD,
        ),
        subject.no_row(
            "children_fit_size",
            "VCO",
            f"a household has more members than children in at least {1 - MOST_ODD:.0%} of the rows",
            "r.aantalkindhh >= r.aantalpershh",
            kind="row",
            severity="warning",
            most_share=MOST_ODD,
        ),
        subject.asked(
            "size_fits_members",
            "VAD",
            f"at least {1 - MOST_ODD:.0%} of the households of the peildatum have as many members as they say",
            source=f"({members})",
            holds=f"count(*) FILTER (WHERE {odd}) <= {MOST_ODD!r} * count(*)",
            kind="table",
            severity="warning",
            failing=f"SELECT {subject.key_text()} AS key FROM {subject.relation} r "
            f"SEMI JOIN (FROM ({members}) WHERE {odd}) m USING (huishoudnr, datumaanvanghh)",
        ),
    ]


def object_rules(ground: Ground, suite: str) -> list[Rule]:
    """Rules between addresses and the two lists of objects."""
    schema, addresses = ground.schema, ground.relation("gbaadresobjectbus")
    listed, other = ground.relation("vslgwbtab"), ground.relation("nietvslgwbtab")
    subject = Subject(schema, "gbaadresobjectbus", ("person", "gbadatumaanvangadreshouding"), suite)
    objects = Subject(schema, "nietvslgwbtab", ("object_id",), suite)
    covers = f"DATE '{ground.peiljaar}-12-31' BETWEEN r.gbadatumaanvangadreshouding AND r.gbadatumeindeadreshouding"
    lost = (
        f"SELECT r.* FROM {addresses} r ANTI JOIN {listed} v USING (object_id) ANTI JOIN {other} n USING (object_id) "
        f"WHERE {covers}"
    )
    both = f"{other} r SEMI JOIN {listed} v USING (object_id)"
    return [
        subject.asked(
            "objects_exist",
            "COC",
            f"at least {1 - MOST_ODD:.0%} of the addresses of the peildatum stand in VSLGWBTAB or NIETVSLGWBTAB",
            source=f"({lost})",
            holds=f"count(*) <= {MOST_ODD!r} * (SELECT count(*) FROM {addresses})",
            kind="cross-table",
            level=4,
            failing=f"SELECT {subject.key_text()} AS key FROM ({lost}) r",
        ),
        objects.asked(
            "objects_apart",
            "RWD",
            "no object stands in both VSLGWBTAB and NIETVSLGWBTAB",
            source=both,
            holds="count(*) = 0",
            kind="cross-table",
            level=2,
            failing=f"SELECT {objects.key_text()} AS key FROM {both}",
        ),
    ]
