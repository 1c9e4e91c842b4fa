"""Duiding: quick to add, read by a second person before anybody outside sees it, and never merged to one opinion."""

import csv
import io
import json

import pytest

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.review import duiding
from tests.review.browsing import PLACE, Visitor, signed_in, words_of
from tests.review.scene import NAME, PERSONA, Scene, build_small_site

FORM = {
    "persona": PERSONA, "regio": "GM0014", "herkenning": "herkenbaar", "soort": "verklaring", "knelpunt": "samenwerking",
    "leerorde": "2", "tekst": "Wijkteams zien dit vooral na een scheiding.", "bron": "wijkteam", "functie": "consulent",
}  # fmt: skip


@pytest.fixture
def crowd(scene: Scene) -> Scene:
    scene.hire().submit()
    return scene


def add(visitor: Visitor, **changes: str | list[str]) -> int:
    return visitor.send(f"{PLACE}/duiding/nieuw", page=f"{PLACE}/duiding", **(FORM | changes)).status_code


def clear(crowd: Scene, number: int) -> None:
    duiding.judge(crowd.store, "lars", number, ok=True, reason="")


def test_a_professional_adds_one_by_naming_the_gemeente_and_five_answers(crowd: Scene) -> None:
    dina = signed_in(crowd, "dina")

    page = dina.get(f"{PLACE}/duiding/nieuw?persona={PERSONA}&regio=groningen")
    code = add(dina)
    shown = words_of(dina.get(f"{PLACE}/duiding").text)

    assert "ongeveer 150 (120 tot 180)" in words_of(page.text)
    assert page.text.count("<fieldset") == 6
    assert code == 303
    assert "1 mens zegt 'herkenbaar'" in shown
    assert "Dina Verzonnen, consulent, Gemeente Voorbeeld" in shown
    assert "Wacht op een tweede lezer" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"herkenning": ""}, "Kies één van de mogelijkheden"),
        ({"herkenning": "misschien"}, "Kies één van de mogelijkheden"),
        ({"persona": "een-ander"}, "staat niet in de uitgave"),
        ({"regio": "GM0014' OR 1=1"}, "Kies een gemeente uit de lijst"),
        ({"mechanismen": ["zoektermijn", "verzonnen"]}, "Kies alleen mechanismen uit de lijst"),
        ({"tekst": "x" * 601}, "Hoogstens 600 tekens"),
        ({"tekst": "bel 06 1234 5678 voor meer"}, "telefoonnummer, burgerservicenummer of e-mailadres"),
        ({"tekst": "haar nummer is 123456782"}, "telefoonnummer, burgerservicenummer of e-mailadres"),
        ({"tekst": "mail jan@voorbeeld.nl"}, "telefoonnummer, burgerservicenummer of e-mailadres"),
        ({"soort": "tegenspraak", "tekst": " "}, "waarom u het oneens bent"),
        ({"functie": ""}, "Schrijf uw functie"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field_and_what_was_typed_stays(
    crowd: Scene, changes: dict[str, str | list[str]], words: str
) -> None:
    dina = signed_in(crowd, "dina")

    answer = dina.send(f"{PLACE}/duiding/nieuw", page=f"{PLACE}/duiding", **(FORM | changes))

    assert answer.status_code == 400
    assert words in words_of(answer.text)
    assert crowd.store.duidingen() == []


def test_others_see_a_text_only_after_a_second_reader_cleared_it(crowd: Scene) -> None:
    crowd.accounts.add("els", "Els Verzonnen", "Gemeente Elders", "duider", "vier woorden doen het goed", by="test")
    dina, els, lars = (signed_in(crowd, name) for name in ("dina", "els", "lars"))
    add(dina)

    before = words_of(els.get(f"{PLACE}/duiding").text)
    waiting = words_of(lars.get("/nalezen").text)
    lars.send("/nalezen", page="/nalezen", nummer="1", besluit="ja", reden="")
    after = words_of(els.get(f"{PLACE}/duiding").text)

    assert "Wijkteams" not in before
    assert "Wijkteams" in waiting
    assert "Wijkteams" in after


def test_a_text_that_is_sent_back_says_why_and_stays_inside(crowd: Scene) -> None:
    dina, lars = signed_in(crowd, "dina"), signed_in(crowd, "lars")
    add(dina)

    silent = lars.send("/nalezen", page="/nalezen", nummer="1", besluit="nee", reden="")
    lars.send("/nalezen", page="/nalezen", nummer="1", besluit="nee", reden="te herkennen geval")

    assert silent.status_code == 409
    assert "Teruggegeven: te herkennen geval" in words_of(dina.get(f"{PLACE}/duiding").text)
    assert not any(one.public for one in duiding.all_kept(crowd.store))


def test_who_differ_stand_side_by_side_with_how_many_recognise_it(crowd: Scene) -> None:
    dina, lars, carla = (signed_in(crowd, name) for name in ("dina", "lars", "carla"))
    add(dina)
    add(lars, herkenning="hoger", soort="tegenspraak", reactie_op="1")
    clear(crowd, 1)

    page = words_of(carla.get(f"{PLACE}/duiding").text)

    assert "1 mens zegt 'herkenbaar', 1 mens zegt 'hoger dan ik verwachtte'" in page
    assert "Reactie op duiding 1" in page
    assert "Bij 1 cijfer zijn professionals het oneens" in words_of(carla.get(PLACE).text)


def test_only_who_wrote_it_takes_it_back(crowd: Scene) -> None:
    dina, carla = signed_in(crowd, "dina"), signed_in(crowd, "carla")
    add(dina)

    other = carla.send(f"{PLACE}/duiding/intrekken", nummer="1")
    own = dina.send(f"{PLACE}/duiding/intrekken", page=f"{PLACE}/duiding", nummer="1")

    assert other.status_code == 409
    assert own.status_code == 303
    assert duiding.all_kept(crowd.store)[0].withdrawn


def test_cleared_duiding_is_published_beside_every_version_of_the_draw_and_the_rest_is_not(crowd: Scene) -> None:
    dina = signed_in(crowd, "dina")
    add(dina)
    add(dina, herkenning="lager", tekst="nog niet nagelezen")
    clear(crowd, 1)
    digest = crowd.store.world()[NAME].submission.digest  # type: ignore[union-attr]
    for name, party in (("carla", "CBS"), ("victor", "VWS")):
        from pipelines.datacenter.review.events import Voted

        crowd.record(Voted(name, party, digest, "goedkeuren", "r"))  # type: ignore[arg-type]
    Publisher(crowd.root, crowd.store, build_small_site, synthetic_root=True).run()

    file = crowd.root.uitgaven / NAME[0] / NAME[1] / "duiding.json"
    record = json.loads(file.read_text())
    duiding.withdraw(crowd.store, "dina", 1)
    outcome = Publisher(crowd.root, crowd.store, build_small_site, synthetic_root=True).run()

    assert [figure["herkenning"] for figure in record["figures"]] == [
        {"herkenbaar": 1, "lager": 0, "hoger": 0, "weet_niet": 0}
    ]
    assert "nagelezen" not in json.dumps(record)
    assert outcome.new_site
    assert json.loads(file.read_text())["figures"] == []


def test_the_export_holds_every_record_and_runs_in_no_spreadsheet(crowd: Scene) -> None:
    dina, carla = signed_in(crowd, "dina"), signed_in(crowd, "carla")
    formulas = ["=HYPERLINK(A1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1+1", "|cmd", "%0a"]
    for formula in formulas:
        add(dina, tekst=formula)

    answer = carla.get(f"{PLACE}/duiding.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    records = carla.get(f"{PLACE}/duiding.json").json()

    assert answer.headers["content-disposition"] == 'attachment; filename="duiding-2023-voorlopig-1.0.0.csv"'
    assert len(rows) == len(records) == len(formulas)
    assert all(row["tekst"].startswith("'") for row in rows)
    assert {row["stand"] for row in rows} == {"niet nagelezen"}
    assert signed_in(crowd, "dina").get(f"{PLACE}/duiding.csv").status_code == 403
