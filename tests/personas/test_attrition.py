"""Attrition: right to the person, inside the kluis and nowhere else, and never unnoticed on real data."""

import csv
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli
from pipelines import line
from pipelines.context import Context
from pipelines.errors import RoomError, UserError
from pipelines.personas import attrition
from pipelines.personas.attrition import Written, write_attrition
from pipelines.personas.attrition_log import log_path, looked_before, read_looks, require_inside
from pipelines.personas.attrition_report import COLUMNS
from pipelines.personas.attrition_tally import STATES, Pattern, Row, attrition_rows, state_of
from pipelines.rooms import DataRoot, make_key
from pipelines.warehouse import open_warehouse
from tests.personas.living import ID, Specs, living_specs
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, write_delivery

CONDITIONS = ("leeftijd_18_tot_aow", "adres_opvang_of_briefadres", "verslaving_medicatie", "schuld_smal", "bijstand")
MISSING = frozenset(CONDITIONS)
SERVED = MISSING | {"schuldregeling_minnelijk"}
PRIMES = {"missing": 1009, "served": 503, "unknown": 251}
"""Recognisable counts: nothing else comes to these numbers."""


def delivery() -> TinyDelivery:
    """Primes of people in each state, and every combination of conditions a few times, some with an unknown age."""
    people = [Invented(710_000_000 + n, "GM0344", MISSING) for n in range(PRIMES["missing"])]
    people += [Invented(720_000_000 + n, "GM0344", SERVED) for n in range(PRIMES["served"])]
    people += [Invented(730_000_000 + n, "GM0014", MISSING) for n in range(PRIMES["unknown"])]
    rin = 740_000_000
    for held in product((True, False), repeat=len(CONDITIONS)):
        has = frozenset(name for name, true in zip(CONDITIONS, held, strict=True) if true)
        if has != MISSING:
            people += [Invented(rin + n, ("GM0363", "GM0014")[n % 2], has, sex="2") for n in range(7)]
            rin += 10
    tiny = deliver(people)
    for row in tiny.rows["GBAPERSOONTAB"]:
        if row["gbageslacht"] == "2" and int(row["rinpersoon"]) % 3 == 0:
            row["gbageboortejaar"] = "----"
    return tiny


def built(folder: Path, kind: str = "synthetic") -> tuple[Context, Specs]:
    """A data root with the delivery taken in, and the indicators of everyone."""
    specs = living_specs(folder / "specs")
    root = DataRoot(folder / "data")
    root.prepare()
    make_key(folder / "keys" / "key.json", "real" if kind == "real" else "synthetic")
    context = Context(
        root, folder / "keys" / "key.json", specs.folder, "test", lambda _message: None, lambda _text: None, "1GB"
    )
    write_delivery(delivery(), root.deliveries(PEILJAAR), kind=kind)
    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)
    return context, specs


@pytest.fixture(scope="module")
def kluis(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return built(tmp_path_factory.mktemp("attrition"))[0]


@pytest.fixture(scope="module")
def written(kluis: Context) -> Written:
    return write_attrition(kluis, kluis.personas().by_id[ID], PEILJAAR)


def table(written: Written) -> list[dict[str, str]]:
    with written.table.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def everybody(context: Context) -> Iterator[tuple[bool | None, ...]]:
    """Conditions and voorziening of everyone, person by person."""
    names = ", ".join(context.personas().by_id[ID].indicators)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        yield from warehouse.rows(f"SELECT {names} FROM y{PEILJAAR}.person_indicators", step="look at everyone")


def naive_and(values: tuple[bool | None, ...]) -> bool | None:
    return False if False in values else None if None in values else True


def naive_state(values: tuple[bool | None, ...], left_out: int | None = None) -> str:
    *conditions, voorziening = values
    held = naive_and(tuple(value for place, value in enumerate(conditions) if place != left_out))
    if held is False:
        return "not_counted"
    return "unknown" if held is None or voorziening is None else "served" if voorziening else "missing"


def test_the_planted_people_are_found_to_the_person(written: Written) -> None:
    last = [row for row in table(written) if row["part"] == "funnel"][-1]

    assert {state: int(last[state]) for state in ("missing", "served")} == {
        state: PRIMES[state] for state in ("missing", "served")
    }
    assert int(last["unknown"]) > PRIMES["unknown"], "an unknown age leaves others open too"


def test_the_funnel_is_what_counting_one_by_one_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    rows = [row for row in table(written) if row["part"] == "funnel"]

    assert [row["indicator"] for row in rows] == ["everyone", *kluis.personas().by_id[ID].conditions]
    for step, row in enumerate(rows):
        held = Counter(naive_and(values[:step]) for values in people)
        assert [int(row[name]) for name in ("true", "false", "open")] == [held[True], held[False], held[None]]
        states = Counter(naive_state((*values[:step], values[-1])) for values in people)
        assert [int(row[state]) for state in STATES[:3]] == [states[state] for state in STATES[:3]]
    assert any(int(row["open"]) for row in rows), "otherwise unknown was not tested"


def test_each_condition_alone_and_within_each_state_is_what_counting_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    indicators = kluis.personas().by_id[ID].indicators

    for row in table(written):
        if row["part"] not in ("alone", "within"):
            continue
        group = [v for v in people if row["part"] == "alone" or naive_state(v) == row["state"]]
        found = Counter(values[indicators.index(row["indicator"])] for values in group)
        assert [int(row[name]) for name in ("true", "false", "open")] == [found[True], found[False], found[None]]


def test_dropping_a_condition_adds_what_counting_without_it_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    whole = Counter(naive_state(values) for values in people)
    rows = [row for row in table(written) if row["part"] == "without"]

    assert len(rows) == len(kluis.personas().by_id[ID].conditions)
    for place, row in enumerate(rows):
        without = Counter(naive_state(values, left_out=place) for values in people)
        assert [int(row[state]) for state in STATES[:3]] == [without[state] for state in STATES[:3]]
        added = [without[state] - whole[state] for state in STATES[:3]]
        assert [int(row[f"added_{state}"]) for state in STATES[:3]] == added
        assert added[0] > 0


def test_both_files_are_for_their_owner_only_and_say_the_same(kluis: Context, written: Written) -> None:
    text = written.text.read_text(encoding="utf-8")

    for path in (written.table, written.text):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.parent == kluis.root.kluis / "attrition"
    assert (kluis.root.kluis / "attrition").stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in written.table.parent.iterdir()) == [f"{ID}-v1.csv", f"{ID}-v1.txt"]
    assert tuple(table(written)[0]) == COLUMNS
    shown = [row if row["part"] != "without" else dict(list(row.items())[7:]) for row in table(written)]
    numbers = {value for row in shown for value in row.values() if re.fullmatch(r"\d{3,}", value)}
    assert numbers <= set(re.findall(r"\d+", text))
    assert "exacte aantallen" in text


PATTERNS = st.integers(min_value=1, max_value=6).flatmap(
    lambda conditions: st.tuples(
        st.just(conditions),
        st.lists(
            st.builds(
                lambda true, known, people: Pattern(true & known, known, people),
                st.integers(0, (2 << conditions) - 1),
                st.integers(0, (2 << conditions) - 1),
                st.integers(1, 10**9),
            ),
            max_size=30,
        ),
    )
)


@given(PATTERNS)
def test_the_numbers_of_attrition_add_up(drawn: tuple[int, list[Pattern]]) -> None:
    conditions, patterns = drawn
    rows = attrition_rows(patterns, conditions)
    everyone = sum(pattern.people for pattern in patterns)
    states = Counter[str]()
    for pattern in patterns:
        states[state_of(pattern, conditions)] += pattern.people

    def part(name: str, state: str = "") -> list[Row]:
        return [row for row in rows if row.part == name and row.state == state]

    funnel, last = part("funnel"), part("funnel")[-1].tally
    assert sum(states.values()) == everyone
    assert (last.missing, last.served, last.unknown) == (states["missing"], states["served"], states["unknown"])
    assert last.false == states["not_counted"]
    for row in (*funnel, *part("alone"), *part("without")):
        assert row.tally.true + row.tally.false + row.tally.open == everyone
        assert row.tally.missing + row.tally.served + row.tally.unknown == row.tally.true + row.tally.open
    for before, after in pairwise(funnel):
        assert before.tally.true >= after.tally.true
        assert before.tally.false <= after.tally.false
    for row in part("without"):
        assert row.added is not None
        assert min(row.added[0], row.added[1], sum(row.added)) >= 0
    for state in STATES:
        for row in part("within", state):
            assert row.tally.true + row.tally.false + row.tally.open == states[state]
            if row.place < conditions and state in ("missing", "served"):
                assert row.tally.true == states[state]
            if row.place < conditions and state == "unknown":
                assert row.tally.false == 0


@given(PATTERNS, st.randoms())
def test_the_order_of_patterns_and_how_they_are_split_makes_no_difference(
    drawn: tuple[int, list[Pattern]],
    dice: random.Random,
) -> None:
    conditions, patterns = drawn
    split = [
        half
        for pattern in patterns
        for half in (replace(pattern, people=1), replace(pattern, people=pattern.people - 1))
    ]
    dice.shuffle(split)

    assert attrition_rows(split, conditions) == attrition_rows(patterns, conditions)


def command(context: Context, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line on a data root."""
    monkeypatch.setenv("BLINDEVLEK_DATA", str(context.root.path))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(context.key_file))
    monkeypatch.setenv("BLINDEVLEK_SPECS", str(context.specs))
    return cli.main(["persona", *arguments])


def exact_numbers(written: Written) -> re.Pattern[bytes]:
    """Every count of three digits or more in the table, as a number by itself; not the number of this process."""
    found = {value for row in table(written) for value in row.values() if re.fullmatch(r"\d{3,}", value)}
    found -= {str(os.getpid())}
    assert {str(PRIMES["missing"]), str(PRIMES["served"])} <= found
    return re.compile(rf"(?<![0-9a-f.+:-])({'|'.join(sorted(found))})(?![0-9a-f])".encode())


def test_no_count_is_said_or_lies_anywhere_but_in_the_two_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    context, _ = built(tmp_path, kind="real")
    capfd.readouterr()

    assert command(context, monkeypatch, "attrition", ID) == 0

    said = capfd.readouterr()
    found = Written(
        *(context.root.kluis / "attrition" / str(PEILJAAR) / f"{ID}-v1{end}" for end in (".csv", ".txt")), True
    )
    numbers = exact_numbers(found)
    assert numbers.search(found.table.read_bytes()), "the search finds what is there"
    assert numbers.search(found.text.read_bytes())
    assert str(found.table) in said.out
    microdata = context.root.kluis / "deliveries"
    elsewhere = {
        path: path.read_bytes()
        for path in tmp_path.rglob("*")
        # The warehouse is encrypted: any short number is found in it by chance.
        if path.is_file()
        and path not in (found.table, found.text)
        and not path.is_relative_to(microdata)
        and path != context.root.warehouse
    }
    assert log_path(context.root) in elsewhere
    assert [path.name for path, content in elsewhere.items() if numbers.search(content)] == []
    assert not numbers.search((said.out + said.err + caplog.text).encode())


@pytest.mark.parametrize("step", ["write_inside", "csv_text", "persona_patterns"])
def test_a_failure_on_the_way_says_no_count_either(
    kluis: Context, written: Written, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], step: str
) -> None:
    numbers = exact_numbers(written)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attrition, step, full)
    capfd.readouterr()

    assert command(kluis, monkeypatch, "attrition", ID) == RoomError.exit_code

    said = capfd.readouterr()
    assert not numbers.search((said.out + said.err).encode())
    assert "No space left" in said.err


@pytest.mark.parametrize("place", ["attrition", f"attrition/{PEILJAAR}", f"attrition/{PEILJAAR}/{ID}-v1.csv"])
@pytest.mark.parametrize("room", ["openbaar", "elsewhere", "kluis/temp"])
def test_a_link_out_of_the_kluis_is_refused_before_anything_is_counted(
    kluis: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, room: str
) -> None:
    root = DataRoot(tmp_path / "data")
    root.prepare()
    target = tmp_path / "elsewhere" if room == "elsewhere" else root.path / room
    target.mkdir(exist_ok=True)
    link = root.kluis / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target / "out.csv" if place.endswith("csv") else target)
    monkeypatch.setattr(attrition, "open_warehouse", lambda *_arguments, **_settings: pytest.fail("it was opened"))

    with pytest.raises(RoomError, match="does not lie in the kluis"):
        write_attrition(replace(kluis, root=root), kluis.personas().by_id[ID], PEILJAAR)

    assert [path for path in target.rglob("*") if path.is_file()] == []


def test_a_kluis_that_is_a_link_into_another_room_is_no_kluis(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    root.openbaar.mkdir(parents=True)
    root.kluis.symlink_to(root.openbaar)

    with pytest.raises(RoomError, match="does not lie in the kluis"):
        require_inside(root, root.kluis / "attrition" / "a.csv")


@pytest.mark.parametrize("place", ["../openbaar/a.csv", "attrition/../../a.csv", "/a.csv"])
def test_a_path_that_leaves_the_kluis_is_refused(context: Context, place: str) -> None:
    with pytest.raises(RoomError, match="does not lie in the kluis"):
        require_inside(context.root, context.root.kluis / place)


def test_a_look_at_synthetic_data_is_not_logged(kluis: Context, written: Written) -> None:
    assert not written.logged
    assert not log_path(kluis.root).exists()
    assert not looked_before(kluis.root, ID)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, Specs]:
    """A real delivery that was looked at twice."""
    context, specs = built(tmp_path_factory.mktemp("real"), kind="real")
    for _ in range(2):
        assert write_attrition(context, context.personas().by_id[ID], PEILJAAR).logged
    return context, specs


def test_a_look_at_real_data_is_logged_without_any_count(real: tuple[Context, Specs]) -> None:
    context, specs = real

    looks = read_looks(context.root)

    assert [(look.persona, look.version, look.fingerprint) for look in looks] == [(ID, 1, specs.fingerprint)] * 2
    assert all(len(look.deliveries) == 2 for look in looks)
    lines = [json.loads(text) for text in log_path(context.root).read_text(encoding="utf-8").splitlines()]
    assert {key for text in lines for key in text} == {
        "time", "persona", "version", "fingerprint", "peiljaar", "deliveries", "previous",
    }  # fmt: skip
    assert log_path(context.root).stat().st_mode & 0o777 == 0o600


def test_the_look_is_logged_even_when_the_counting_fails(
    real: tuple[Context, Specs], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, _ = real
    before = len(read_looks(context.root))
    monkeypatch.setattr(attrition, "persona_patterns", lambda *_arguments: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write_attrition(context, context.personas().by_id[ID], PEILJAAR)

    assert len(read_looks(context.root)) == before + 1


@pytest.mark.parametrize("damage", ["first", "changed", "text"])
def test_a_log_that_was_edited_stops_everything(real: tuple[Context, Specs], damage: str) -> None:
    context, _ = real
    path = log_path(context.root)
    good = path.read_text(encoding="utf-8")
    lines = good.splitlines()
    bent = {
        "first": lines[1:],
        "changed": [lines[0].replace(ID, "een-ander"), *lines[1:]],
        "text": [*lines, "geen json"],
    }[damage]
    path.write_text("\n".join(bent) + "\n", encoding="utf-8")
    try:
        with pytest.raises(RoomError, match="was edited"):
            looked_before(context.root, ID)
        with pytest.raises(RoomError, match="was edited"):
            write_attrition(context, context.personas().by_id[ID], PEILJAAR)
    finally:
        path.write_text(good, encoding="utf-8")


def test_only_looks_before_a_moment_and_at_this_persona_count(real: tuple[Context, Specs]) -> None:
    context, _ = real

    assert looked_before(context.root, ID)
    assert not looked_before(context.root, "een-ander")
    assert not looked_before(context.root, ID, datetime(2020, 1, 1, tzinfo=UTC))


def test_a_persona_that_is_frozen_after_a_look_says_so_for_ever(
    real: tuple[Context, Specs], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    context, _ = real
    specs = living_specs(tmp_path / "specs")
    specs.set_status("in_review")
    specs.partners_approve()

    assert command(replace(context, specs=specs.folder), monkeypatch, "freeze", ID) == 0
    assert command(replace(context, specs=specs.folder), monkeypatch, "show", ID) == 0

    said = capfd.readouterr().out
    assert "accepted after an exact look at real data; its releases will say so" in said
    assert "first accepted after an exact look at real data" in said
    assert "after_attrition: true" in (specs.folder / "accepted.yaml").read_text(encoding="utf-8")


def test_indicators_of_other_specs_are_not_counted(kluis: Context, tmp_path: Path) -> None:
    specs = living_specs(tmp_path / "specs")
    specs.edit_rule("bijstand", ", '03']", "]")
    other = replace(kluis, specs=specs.folder)

    with pytest.raises(UserError, match="were built from other specs"):
        write_attrition(other, other.personas().by_id[ID], PEILJAAR)
