"""What is declared: lists of gemeenten that deliver, consent, periods, and rows that contradict a declaration."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.coverage import covered_gemeenten, speaks
from pipelines.registers.coverage_list import with_lists
from pipelines.registers.delivery import Delivery, Manifest, check_manifest
from pipelines.registers.ingest import ingest
from pipelines.registers.unusable import share
from pipelines.warehouse import open_warehouse
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, write_delivery

HEAD = "register,jaar,gemeente,levert,toestemming,niets_te_melden,van,tot,bron"
LINES = (
    "WMOBUS,2023,GM0363,ja,ja,,,,lijst van deelnemers",
    "WMOBUS,2023,GM0344,ja,nee,,,,lijst van deelnemers",
    "WMOBUS,2023,GM0014,nee,,,,,lijst van deelnemers",
    "WMOBUS,2023,GM0034,ja,ja,ja,2023-07-01,,lijst van deelnemers",
    "WMOBUS,2022,GM0037,ja,ja,,,,lijst van deelnemers",
)
PEOPLE = (
    Invented(200_000_001, has=frozenset({"wmo_maatwerk", "schuldregeling_minnelijk"})),
    Invented(200_000_002, has=frozenset({"bijstand", "vroegsignaal"})),
)


def listed(folder: Path, *lines: str, head: str = HEAD, **coverage: Any) -> Delivery:
    """A delivery of WMOBUS whose manifest names a list."""
    folder.mkdir(exist_ok=True)
    (folder / "deelnemers.csv").write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    manifest = {
        "delivery": "cbs", "supplier": "CBS", "kind": "real", "peiljaar": PEILJAAR, "version": 1,
        "status": "voorlopig", "completed": True,
        "files": [{"register": "WMOBUS", "coverage": {"kind": "gemeenten", "list": "deelnemers.csv", **coverage}}],
    }  # fmt: skip
    return Delivery(folder, Manifest.model_validate(manifest))


def test_a_list_says_who_delivers_consents_and_has_nothing_and_since_when(tmp_path: Path) -> None:
    (item,) = with_lists(listed(tmp_path, *LINES), load_catalogue()).manifest.files

    assert item.coverage.gemeenten == ("GM0363", "GM0034")
    assert item.coverage.without_consent == ("GM0344",), "delivering is not enough: a gemeente must consent as well"
    assert item.coverage.nothing_to_report == ("GM0034",)
    assert item.coverage.periods["GM0034"].start == date(2023, 7, 1)


def test_a_list_may_be_separated_by_semicolons(tmp_path: Path) -> None:
    lines = [line.replace(",", ";") for line in (HEAD, *LINES)]

    (item,) = with_lists(listed(tmp_path, *lines[1:], head=lines[0]), load_catalogue()).manifest.files

    assert item.coverage.gemeenten == ("GM0363", "GM0034")


@pytest.mark.parametrize(
    ("lines", "head", "words"),
    [
        ((*LINES, LINES[0]), HEAD, r"deelnemers.csv:7: WMOBUS and GM0363 stand in it twice"),
        ((LINES[4],), HEAD, r"no line is about WMOBUS in 2023"),
        (
            ("WMOBUS,2023,GM0363,misschien,ja,,,,x",),
            HEAD,
            r"deelnemers.csv:2: levert: holds something else; write ja or nee",
        ),
        (("WMOBUS,2023,GM0363,ja,,,,,x",), HEAD, r"toestemming: holds something else; write ja or nee"),
        (("WMOBUS,2023,GM0363,ja,ja,,juli,,x",), HEAD, r"van: holds no day; write one as 2023-07-01"),
        (("WMOBUS,2023,GM0363,ja,ja,,,,",), HEAD, r"bron is empty"),
        (LINES, HEAD.replace(",toestemming", ""), r"the column toestemming is missing"),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused(
    tmp_path: Path, lines: tuple[str, ...], head: str, words: str
) -> None:
    with pytest.raises(DeliveryError, match=words):
        with_lists(listed(tmp_path, *lines, head=head), load_catalogue())


@pytest.mark.parametrize(
    "line",
    [
        "WMOBUS,2023,GM0363,123456789 Jansen,ja,,,,x",
        "WMOBUS,2023,GM0363,ja,123456789 Jansen,,,,x",
        "WMOBUS,2023,GM0363,ja,ja,123456789 Jansen,,,x",
        "WMOBUS,2023,123456789 Jansen,ja,ja,,,,x",
        "WMOBUS,2023,GM0363,ja,ja,,123456789 Jansen,,x",
        "WMOBUS,2023,GM0363,ja,ja,,,123456789 Jansen,x",
        "WMOBUS,2023,GM0363,ja,ja,,2023-07-02,2023-07-01,123456789 Jansen",
        f"WMOBUS,2023,GM0363,ja,ja,,,,123456789 Jansen{'x' * 10_000}",
    ],
    ids=["levert", "toestemming", "niets_te_melden", "gemeente", "van", "tot", "days that are swapped", "no end"],
)
def test_a_list_is_refused_without_telling_what_stands_in_it(tmp_path: Path, line: str) -> None:
    """A remark or a number that somebody wrote in a wrong column would go on to the screen and into the store of Dagster."""
    with pytest.raises(DeliveryError) as refused:
        with_lists(listed(tmp_path, line), load_catalogue())

    assert "deelnemers.csv:" in str(refused.value)
    assert "Jansen" not in str(refused.value)
    assert "123456789" not in str(refused.value)
    assert refused.value.__context__ is None


def test_a_list_and_codes_beside_it_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="Give one of the two"):
        with_lists(listed(tmp_path, *LINES, gemeenten=["GM0363"]), load_catalogue())


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    delivery = listed(tmp_path, *LINES)
    (tmp_path / "deelnemers.csv").unlink()

    with pytest.raises(DeliveryError, match="not beside it"):
        with_lists(delivery, load_catalogue())


def test_a_gemeente_that_does_not_exist_is_refused_in_a_list_too(tmp_path: Path) -> None:
    delivery = with_lists(listed(tmp_path, LINES[0].replace("0363", "9999")), load_catalogue())

    with pytest.raises(DeliveryError, match=r"do not exist in this peiljaar: GM9999"):
        check_manifest(delivery, load_catalogue(), PEILJAAR)


@pytest.mark.parametrize(
    ("since", "first", "expected"),
    [
        (None, None, True),
        (None, date(2023, 1, 1), True),
        (date(2023, 1, 1), date(2023, 1, 1), True),
        (date(2023, 1, 2), date(2023, 1, 1), False),
        (date(1900, 1, 1), None, False),
    ],
)
def test_a_declaration_speaks_for_a_window_only_if_it_holds_all_of_it(
    since: date | None, first: date | None, expected: bool
) -> None:
    assert speaks(since, first) is expected


def test_coverage_tells_why_and_since_when(context: Context) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))
    declare(
        context,
        "WMOBUS",
        {"gemeenten": ["GM0363", "GM0034"], "nothing_to_report": ["GM0034"], "without_consent": ["GM0344"],
         "periods": {"GM0034": {"from": "2023-07-01"}}},
    )  # fmt: skip
    declare(context, "URGENTIE", {"gemeenten": ["GM0363"], "nothing_to_report": ["GM0363"]}, {"to": "2023-06-30"})

    take_in(context)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        rows = warehouse.rows(
            "SELECT register, gemeente, covered, since, reason FROM y2023.coverage "
            "WHERE (register = 'WMOBUS' AND gemeente IN (363, 34, 344, 14)) OR (register = 'URGENTIE' AND gemeente = 363) "
            "OR (register = 'WSNPPERSBUS' AND gemeente = 14) ORDER BY register, gemeente",
            step="look",
        )
        covered = covered_gemeenten(warehouse, "y2023")
        later = covered_gemeenten(warehouse, "y2023", {"WMOBUS": date(2023, 1, 1)})
    assert rows == [
        ("URGENTIE", 363, False, None, "the declared period does not reach the peildatum"),
        ("WMOBUS", 14, False, None, "gemeente does not deliver"),
        ("WMOBUS", 34, True, date(2023, 7, 1), "delivered, nothing to report"),
        ("WMOBUS", 344, False, None, "gemeente delivers and does not consent"),
        ("WMOBUS", 363, True, None, "delivered"),
        ("WSNPPERSBUS", 14, True, None, "national"),
    ]
    assert covered["WMOBUS"] == {363, 34}
    assert covered["URGENTIE"] == frozenset()
    assert later["WMOBUS"] == {363}, "a gemeente that began in July does not speak for the year"


def test_rows_of_a_gemeente_that_does_not_consent_refuse_the_delivery(context: Context) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))
    declare(
        context, "WMOBUS", {"gemeenten": ["GM0344"], "nothing_to_report": ["GM0344"], "without_consent": ["GM0363"]}
    )

    with pytest.raises(DeliveryError, match="rows of undeclared gemeenten"):
        take_in(context)


def test_a_gemeente_with_records_outside_the_brp_only_has_delivered(context: Context) -> None:
    tiny = deliver((*PEOPLE, Invented(200_000_003, "GM0344", frozenset({"schuldregeling_minnelijk"}), kind="S")))
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    declare(context, "SCHULDHULP", {"gemeenten": ["GM0363"], "nothing_to_report": []})

    with pytest.raises(DeliveryError, match="rows of undeclared gemeenten"):
        take_in(context)

    declare(context, "SCHULDHULP", {"gemeenten": ["GM0363", "GM0344"], "nothing_to_report": []})
    take_in(context)


def test_a_gemeente_with_unusable_numbers_only_has_delivered_and_their_share_stays_in_the_kluis(
    context: Context,
) -> None:
    tiny = deliver(PEOPLE)
    unusable(tiny, "GM0344")
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    declare(context, "SCHULDHULP", {"gemeenten": ["GM0363", "GM0344"], "nothing_to_report": []})

    take_in(context)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        rows = warehouse.rows("SELECT * FROM y2023.unusable_keys", step="look")
        found = share(warehouse, "y2023", load_catalogue().register("SCHULDHULP"))
        none = share(warehouse, "y2023", load_catalogue().register("WSNPPERSBUS"))
        kept = warehouse.rows(
            "SELECT (SELECT count(*) FROM y2023.schuldhulp), (SELECT count(*) FROM y2023.schuldhulp_unlinked)",
            step="look",
        )
    assert rows == [("SCHULDHULP", 344, 3)]
    assert kept == [(1, 0)], "nothing can bound them, so they are in no table that is counted"
    assert (found, none) == (0.75, 0.0)


def test_a_national_file_with_records_outside_the_brp_only_is_not_empty(context: Context) -> None:
    tiny = deliver((*PEOPLE, Invented(200_000_003, has=frozenset({"wsnp"}), kind="S")))
    write_delivery(tiny, context.root.deliveries(PEILJAAR))

    take_in(context)

    edit(context, "WSNPPERSBUS", lambda item: item["coverage"].update(empty=True))
    with pytest.raises(DeliveryError, match="has rows although the manifest declares it empty"):
        take_in(context)


def test_a_spell_that_begins_after_the_declared_period_refuses_the_delivery(context: Context) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))
    edit(context, "BIJSTANDPERSOONBUS", lambda item: item.update(period={"from": "2000-01-01", "to": "2001-12-31"}))

    with pytest.raises(DeliveryError, match="begin after the period that the manifest declares") as caught:
        take_in(context)

    report = context.root.reports / "coverage-bijstandpersoonbus.txt"
    assert "200000002" not in f"{caught.value}{report.read_text(encoding='utf-8')}"


def test_a_file_that_nobody_declared_refuses_the_delivery(context: Context) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR))
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = [item for item in manifest["files"] if item["register"] != "WWPERSOONBUS"]
    path.write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(
        DeliveryError, match=r"WWPERSOON2023BUSV1.parquet is a file of WWPERSOONBUS.*does not declare it"
    ):
        take_in(context)


def unusable(tiny: TinyDelivery, gemeente: str) -> None:
    """Three records of one gemeente under numbers that are none."""
    for number in ("000000000", "---------", "000000001"):
        row = {**tiny.rows["SCHULDHULP"][0], "rinpersoon": number, "gemeente": gemeente[2:]}
        tiny.rows["SCHULDHULP"].append(row)


def take_in(context: Context) -> None:
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)


def test_what_stood_in_december_speaks_for_everybody_also_for_a_rule_that_names_no_time(context: Context) -> None:
    """The AOW comes as the state of a month; who is not in the file of December has no cut pension."""
    write_delivery(
        deliver([*PEOPLE, Invented(200_000_003, has=frozenset({"gekorte_aow"}))]), context.root.deliveries(PEILJAAR)
    )
    declare(context, "AOWUITKERING1ATAB", {"kind": "national"}, {"from": "2023-12-01", "to": "2023-12-31"})

    take_in(context)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        covered = covered_gemeenten(warehouse, "y2023", {"AOWUITKERING1ATAB": date(2023, 1, 1)})
    assert 363 in covered["AOWUITKERING1ATAB"]


def declare(context: Context, register: str, coverage: dict[str, Any], period: dict[str, str] | None = None) -> None:
    edit(context, register, lambda item: item.update(coverage={"kind": "gemeenten", **coverage}, period=period))


def edit(context: Context, register: str, change: Any) -> None:
    """Change what the manifest that holds this register says of it."""
    for path in context.root.deliveries(PEILJAAR).glob("*/manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for item in manifest["files"]:
            if item["register"] == register:
                change(item)
        path.write_text(json.dumps(manifest), encoding="utf-8")
