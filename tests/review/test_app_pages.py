"""The review app as people use it: pages in Dutch, without JavaScript, each role its own."""

import pytest

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.app import Settings
from pipelines.datacenter.review.demonstration import DEMONSTRATION
from pipelines.datacenter.review.events import Submitted, Voted
from tests.review.browsing import PLACE, Visitor, signed_in, words_of
from tests.review.scene import NAME, PERSONA, START, Scene
from tests.review.test_store_and_accounts import said

VOTE = {"oordeel": "goedkeuren", "reden": "alles klopt"}


@pytest.fixture
def crowd(scene: Scene) -> Scene:
    return scene.hire()


def test_who_is_not_signed_in_is_asked_to_and_comes_back_where_they_were(crowd: Scene) -> None:
    visitor = Visitor(crowd)

    asked = visitor.get(PLACE)
    back = visitor.sign_in("carla", onward=PLACE)

    assert asked.headers["location"] == f"/aanmelden?naar={PLACE}"
    assert back.headers["location"] == PLACE
    assert visitor.get(PLACE).status_code == 200


def test_two_reviewers_judge_without_seeing_each_other_and_then_talk(crowd: Scene) -> None:
    digest = crowd.submit()
    carla, victor, mila = (signed_in(crowd, name) for name in ("carla", "victor", "mila"))

    assert (
        carla.send(f"{PLACE}/oordeel", controlegetal=digest, oordeel="vraag", reden="geheime vraag van CBS").status_code
        == 303
    )
    blind = [visitor.get(PLACE).text + visitor.get("/").text for visitor in (victor, mila)]
    own = carla.get(PLACE).text
    assert victor.send(f"{PLACE}/oordeel", controlegetal=digest, **VOTE).status_code == 303
    opened = [visitor.get(PLACE).text for visitor in (carla, victor, mila)]
    assert mila.send(f"{PLACE}/overleg", tekst="zo zit het").status_code == 303
    assert carla.send(f"{PLACE}/oordeel", controlegetal=digest, **VOTE).status_code == 303

    assert all("geheime vraag" not in text and "oordeel gegeven" not in text for text in blind)
    assert "geheime vraag van CBS" in own
    assert all("geheime vraag van CBS" in text and "alles klopt" in text for text in opened)
    assert "goedgekeurd" in words_of(mila.get(PLACE).text)


def test_the_log_keeps_a_blind_vote_to_itself(crowd: Scene) -> None:
    digest = crowd.submit()
    carla, victor = (signed_in(crowd, name) for name in ("carla", "victor"))
    carla.send(f"{PLACE}/oordeel", controlegetal=digest, **VOTE)

    assert "oordeel gegeven" in carla.get("/logboek").text
    assert "oordeel gegeven" not in victor.get("/logboek").text
    assert "De keten sluit" in victor.get("/logboek").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"oordeel": "goedkeuren", "reden": ""}, "bij ieder oordeel een reden"),
        ({"oordeel": "misschien", "reden": "r"}, "Kies een oordeel"),
        ({"oordeel": "goedkeuren", "reden": "r", "controlegetal": "oud"}, "zijn veranderd"),
        ({"oordeel": "goedkeuren", "reden": "r" * 4001}, "te lang"),
    ],
)
def test_a_vote_that_cannot_be_is_told_and_not_kept(crowd: Scene, fields: dict[str, str], words: str) -> None:
    digest = crowd.submit()
    carla = signed_in(crowd, "carla")

    answer = carla.send(f"{PLACE}/oordeel", **({"controlegetal": digest} | fields))

    assert answer.status_code == 409
    assert words in words_of(answer.text)
    assert crowd.store.world()[NAME].votes == {}


def test_points_to_look_at_are_ticked_before_approving(crowd: Scene) -> None:
    digest = crowd.submit(looks={"CBS": (4, 6), "VWS": (6,)})
    carla = signed_in(crowd, "carla")

    missed = carla.send(f"{PLACE}/oordeel", controlegetal=digest, gezien=["4"], **VOTE)
    done = carla.send(f"{PLACE}/oordeel", controlegetal=digest, gezien=["4", "6"], **VOTE)

    assert "nog 6" in words_of(missed.text)
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("mila", f"{PLACE}/oordeel", 403),
        ("dina", f"{PLACE}/oordeel", 403),
        ("bo", f"{PLACE}/oordeel", 403),
        ("carla", f"{PLACE}/indienen", 403),
        ("victor", f"{PLACE}/terugnemen", 403),
        ("dina", "/nalezen", 403),
        ("mila", f"{PLACE}/duiding/nieuw", 403),
        ("bo", f"{PLACE}/overleg", 403),
    ],
)
def test_a_form_of_another_role_is_refused(crowd: Scene, name: str, path: str, status: int) -> None:
    crowd.submit()
    visitor = signed_in(crowd, name)
    before = crowd.store.world()

    answer = visitor.send(path, page="/", oordeel="goedkeuren", reden="r", tekst="t")

    assert answer.status_code == status
    assert crowd.store.world() == before


def test_a_duider_sees_no_release_and_no_file_only_the_figure_asked_for(crowd: Scene) -> None:
    crowd.submit()
    dina = signed_in(crowd, "dina")

    assert dina.get(PLACE).status_code == 403
    assert dina.get(f"{PLACE}/bestand/cijfers.parquet").status_code == 403
    assert "ongeveer 150" in words_of(dina.get(f"{PLACE}/duiding/nieuw?persona={PERSONA}&regio=Groningen").text)


def test_files_of_the_bundle_are_read_and_the_reader_is_noted(crowd: Scene) -> None:
    crowd.submit()
    carla = signed_in(crowd, "carla")

    page, data = (carla.get(f"{PLACE}/bestand/{name}") for name in ("index.html", "cijfers.parquet"))

    assert page.headers["content-type"].startswith("text/html")
    assert data.headers["content-disposition"] == 'attachment; filename="cijfers.parquet"'
    assert "bestand opgehaald" in words_of(carla.get(PLACE).text)


def test_a_file_that_changed_after_freezing_is_not_shown(crowd: Scene) -> None:
    crowd.submit()
    (crowd.root.wachtruimte / NAME[0] / NAME[1] / "LEESMIJ.txt").write_text("anders", encoding="utf-8")

    answer = signed_in(crowd, "carla").get(f"{PLACE}/bestand/LEESMIJ.txt")

    assert answer.status_code == 404
    assert "anders" not in answer.text


def test_a_maker_moves_the_moment_and_takes_a_release_back(crowd: Scene) -> None:
    crowd.submit()
    mila = signed_in(crowd, "mila")

    moved = mila.send(f"{PLACE}/uitstellen", dag="2026-04-01", uur="02:00", reden="wacht op de minister")
    odd = mila.send(f"{PLACE}/uitstellen", dag="morgen", uur="02:00", reden="r")
    back = mila.send(f"{PLACE}/terugnemen", reden="fout in de tekst")

    assert moved.status_code == back.status_code == 303
    assert "Geef een dag als" in odd.text
    assert crowd.store.world()[NAME].public_from == "2026-04-01T00:00:00+00:00"
    assert "teruggenomen door de maker" in words_of(mila.get("/").text)


def test_a_proef_never_reaches_the_reviewers(scene: Scene) -> None:
    from tests.review.scene import write_small_bundle

    name = ("2022-proef", "1.0.0")
    write_small_bundle(scene.root, name, proef=True)
    mila = signed_in(scene.hire(), "mila")
    place = "/".join(("/uitgaven", *name))

    answer = mila.send(f"{place}/indienen", page=place, soort="nieuw", toelichting="t", dag="2026-04-01", uur="02:00")

    assert answer.status_code == 409
    assert "Een proef wordt nooit openbaar" in words_of(answer.text)
    assert "wordt nooit openbaar" in words_of(mila.get("/").text)
    assert name not in scene.store.world()


def test_every_page_says_that_the_figures_are_synthetic_and_of_a_demonstration(crowd: Scene) -> None:
    crowd.submit()
    visitor = Visitor(crowd, Settings(synthetic=True, demonstration=DEMONSTRATION))
    pages = [visitor.get("/aanmelden").text]
    visitor.sign_in("carla")
    pages += [visitor.get(path).text for path in ("/", PLACE, f"{PLACE}/duiding", "/logboek", "/weg")]

    assert all("demonstratie met synthetische gegevens" in text for text in pages)
    assert all('<html lang="nl">' in text and "<script" not in text for text in pages)
    assert all(name in pages[0] for name, *_ in DEMONSTRATION.accounts)


def test_somebody_changes_the_own_password_and_every_session_ends(crowd: Scene) -> None:
    first, second = signed_in(crowd, "carla"), signed_in(crowd, "carla")

    weak = first.send("/wachtwoord", page="/", wachtwoord="vier woorden doen het goed", nieuw="kort")
    wrong = first.send("/wachtwoord", page="/", wachtwoord="iets anders dan het", nieuw="een nieuw lang wachtwoord")
    done = first.send(
        "/wachtwoord", page="/", wachtwoord="vier woorden doen het goed", nieuw="een nieuw lang wachtwoord"
    )

    assert "12 tot 200 tekens" in weak.text
    assert "klopt niet" in wrong.text
    assert done.status_code == 303
    assert second.get("/").status_code == 303
    assert Visitor(crowd).sign_in("carla").status_code == 401
    assert Visitor(crowd).sign_in("carla", "een nieuw lang wachtwoord").status_code == 303


def test_a_release_that_is_public_is_withdrawn_with_a_reason(crowd: Scene) -> None:
    from pipelines.datacenter.review.events import Published, Released

    digest = crowd.approve()
    crowd.record(Released("publishing", digest))
    crowd.record(Published("publishing", digest))
    victor = signed_in(crowd, "victor")

    silent = victor.send(f"{PLACE}/intrekken", reden=" ")
    done = victor.send(f"{PLACE}/intrekken", reden="bron bleek onjuist")

    assert silent.status_code == 409
    assert done.status_code == 303
    assert "Ingetrokken door VWS: bron bleek onjuist" in words_of(victor.get(PLACE).text)


def test_other_files_under_the_same_name_are_told_to_the_reviewer(crowd: Scene) -> None:
    event = Submitted("mila", "cd" * 32, START, "nieuw", "eerste", proef=False, synthetic=True)
    crowd.record(event)

    assert "niet meer die van de beoordeling" in words_of(signed_in(crowd, "carla").get(PLACE).text)


def test_a_duider_goes_to_the_form_at_once_and_types_the_function_once(scene: Scene) -> None:
    scene.hire().submit()
    dina = signed_in(scene, "dina")
    form = f"{PLACE}/duiding/nieuw"
    said = {"herkenning": "herkenbaar", "soort": "let_op", "knelpunt": "", "leerorde": "", "bron": "loket", "tekst": ""}

    offered = dina.get("/").text
    before = dina.get(f"{form}?persona={PERSONA}&regio=GM0014").text
    dina.send(form, page=f"{PLACE}/duiding", persona=PERSONA, regio="GM0014", functie="klantmanager", **said)
    after = dina.get(f"{form}?persona={PERSONA}&regio=GM0014").text

    assert f'href="{form}"' in offered
    assert 'value="klantmanager"' not in before
    assert 'value="klantmanager"' in after


def test_the_page_of_a_release_says_who_does_what_next(crowd: Scene) -> None:
    def told() -> list[str]:
        pages = [words_of(signed_in(crowd, name).get(PLACE).text) for name in ("carla", "victor", "mila")]
        return [page.partition("Wat nu? ")[2] for page in pages]

    before = told()
    digest = crowd.submit()
    handed_in = told()
    crowd.record(Voted("carla", "CBS", digest, "vraag", "Waarom?"))
    one_vote = told()
    crowd.record(Voted("victor", "VWS", digest, "goedkeuren", "in orde"))
    both = told()

    assert before[0].startswith("De maker moet deze uitgave nog indienen")
    assert [text.split(".")[0] for text in handed_in[:2]] == ["Loop de controlelijst na en geef daarna uw oordeel"] * 2
    assert handed_in[2].startswith("CBS en VWS oordelen.")
    assert one_vote[0].startswith("Uw oordeel is vastgelegd. VWS heeft nog niet geoordeeld")
    # Who has not judged yet reads the same as before: the vote of the other is still blind.
    assert one_vote[1].startswith("Loop de controlelijst na")
    assert one_vote[2].startswith("CBS en VWS oordelen.")
    assert both[0].startswith("CBS en VWS zijn het nog niet eens.")
    assert both[2].startswith("Een beoordelaar heeft een vraag of een bezwaar.")


def test_the_second_reader_sees_a_place_by_its_name(crowd: Scene) -> None:
    crowd.submit()
    duiding.add(crowd.store, "dina", "/".join(NAME), said(persona=PERSONA, regio="GM0014"))

    told = words_of(signed_in(crowd, "lars").get("/nalezen").text)

    assert "Nummer 1: Dakloos, verslaafd en schulden, Groningen, peiljaar 2023" in told


def test_after_two_approvals_the_page_says_who_publishes(scene: Scene) -> None:
    scene.hire().approve()

    told = words_of(signed_in(scene, "carla").get(PLACE).text)

    assert "De publicatietaak zet haar op de openbare site." in told
    assert "publish demo" not in told
