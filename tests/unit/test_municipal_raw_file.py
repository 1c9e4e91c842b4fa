"""A raw file is taken whole or refused with columns and lines, and no number of it is in anything that is said."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import DeliveryError, KluisError, SpecError
from pipelines.registers.catalogue_model import Column, load_catalogue
from pipelines.registers.municipal.keys import MunicipalKey, make_municipal_key
from pipelines.registers.municipal.pseudonymise import Request, pseudonymise
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from pipelines.registers.municipal.raw_file import Rows, read_raw
from pipelines.registers.municipal.template import empty_file, explanation, layout_of, municipal_registers
from tests.municipal import HEADER, everything_in, raw, seal, some

BSNS = some(6)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> MunicipalKey:
    return make_municipal_key(tmp_path_factory.mktemp("keys") / "real.json", "real")


def read(content: bytes, key: MunicipalKey, register: str = "SCHULDHULP") -> Rows:
    layout = layout_of(load_catalogue(), register)
    return read_raw(io.BytesIO(content), layout, Pseudonymiser(key, register), key.purpose, 2023)


def text(*rows: str, header: str = HEADER) -> bytes:
    return "".join(f"{line}\r\n" for line in (header, *rows)).encode("cp1252")


def test_a_good_file_gives_pseudonyms_and_plain_values(key: MunicipalKey) -> None:
    rows = read(
        text(f"{BSNS[0]};31-12-2022;;S", f"{BSNS[1]};2023-01-05;88888888;B", f"{BSNS[2]};20230105;20230301;A"), key
    )

    assert rows.faults == ()
    assert rows.columns["begindatum"] == ["20221231", "20230105", "20230105"]
    assert rows.columns["einddatum"] == ["", "88888888", "20230301"]
    assert len(set(rows.columns["pseudonym"])) == 3
    assert all(len(pseudonym) == 64 for pseudonym in rows.columns["pseudonym"])


@pytest.mark.parametrize(
    "content",
    [
        raw(BSNS),
        raw(BSNS).replace(b";", b","),
        b"\xef\xbb\xbf" + raw(BSNS),
        raw(BSNS).replace(b"\r\n", b"\n"),
        raw(BSNS).replace(b"bsn;", b" BSN ;"),
    ],
    ids=["as Excel writes it", "commas", "with a mark", "line ends of Linux", "capitals and spaces"],
)
def test_the_usual_kinds_of_files_say_the_same(content: bytes, key: MunicipalKey) -> None:
    assert read(content, key) == read(raw(BSNS), key)


def test_a_zero_that_a_spreadsheet_took_away_makes_no_other_person(key: MunicipalKey) -> None:
    (number,) = some(1, 12_345_670)

    assert read(raw([number[1:]]), key) == read(raw([number]), key)


FAULTS: dict[str, tuple[bytes, int, str, str]] = {
    "a number with a wrong digit": (text(f"{BSNS[0]};20230101;;S", "999990018;20230101;;S"), 3, "bsn", "elfproef"),
    "too few digits": (text("1234567;20230101;;S"), 2, "bsn", "negen"),
    "a name for a number": (text("Jansen;20230101;;S"), 2, "bsn", "negen"),
    "an empty number": (text(";20230101;;S"), 2, "bsn", "negen"),
    "an invented number": (text(f"{some(1, 1)[0]};20230101;;S"), 2, "bsn", "verzonnen"),
    "a day that is none": (text(f"{BSNS[0]};31-02-2023;;S"), 2, "begindatum", "datum"),
    "a leap day in an ordinary year": (text(f"{BSNS[0]};20230229;;S"), 2, "begindatum", "datum"),
    "an empty begin": (text(f"{BSNS[0]};;;S"), 2, "begindatum", "leeg"),
    "a number in the place of a date": (text(f"{BSNS[0]};{BSNS[1]};;S"), 2, "begindatum", "datum"),
    "an end before the begin": (text(f"{BSNS[0]};20230301;20230201;S"), 2, "einddatum", "begindatum"),
    "a begin after the peiljaar": (text(f"{BSNS[0]};01-01-2029;;S"), 2, "begindatum", "ligt na 2023"),
    "a code outside its list": (text(f"{BSNS[0]};20230101;;{BSNS[1]}"), 2, "trajectsoort", "code"),
    "the same row twice": (text(f"{BSNS[0]};20230101;;S", f"{BSNS[0]};01-01-2023;;B"), 3, "", "eerdere regel"),
    "a column missing": (
        text(f"{BSNS[0]};20230101;S", header="bsn;begindatum;trajectsoort"),
        1,
        "einddatum",
        "ontbreekt",
    ),
    "no header": (raw(BSNS).split(b"\r\n", 1)[1], 0, "", "de kopregel ontbreekt"),
    "a column too many": (text(f"{BSNS[0]};20230101;;S;x", header=f"{HEADER};{BSNS[1]}"), 1, "", "sjabloon"),
    "a column twice": (text(f"{BSNS[0]};20230101;;S;S", header=f"{HEADER};trajectsoort"), 1, "", "twee keer"),
    "a row that is too long": (text(f"{BSNS[0]};20230101;;S;{BSNS[1]}"), 2, "", "aantal kolommen"),
    "an empty row": (text(f"{BSNS[0]};20230101;;S", ""), 3, "", "leeg"),
    "a last line that breaks off": (raw(BSNS)[:-4], 0, "", "midden in een regel"),
    "a quote that is never closed": (text(f'{BSNS[0]};"20230101;;S'), 0, "", "geen tekstbestand"),
    "no text at all": (bytes(range(128, 256)) * 40, 0, "", "geen tekstbestand"),
    "an Excel workbook": (b"PK\x03\x04" + bytes(range(256)), 0, "", "werkmap van Excel"),
    "nothing": (b"", 0, "", "geen inhoud"),
    "the line that Excel alone reads": (b"sep=;\r\n" + raw(BSNS), 0, "", "alleen voor Excel"),
    "line ends of an old Macintosh": (raw(BSNS).replace(b"\r\n", b"\r"), 0, "", "oude Macintosh"),
    "a web page": (f"\n<!-- {BSNS[0]} -->\n<html>{BSNS[1]}\n".encode(), 0, "", "lijkt een webpagina"),
    "an object of JSON": (f'[{{"bsn": "{BSNS[0]}"}}]\n'.encode(), 0, "", "lijkt JSON"),
    "text in UTF-16": (raw(BSNS).decode("cp1252").encode("utf-16"), 0, "", "UTF-16 (Excel"),
    "text in UTF-16 without its mark": (raw(BSNS).decode("cp1252").encode("utf-16-le"), 0, "", "NUL-bytes"),
    "tabs between the columns": (raw(BSNS).replace(b";", b"\t"), 0, "", "heeft tabs tussen de kolommen"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_faulty_file_is_refused_by_column_and_line_and_leaves_nothing(
    kind: str, key: MunicipalKey, tmp_path: Path
) -> None:
    content, line, column, words = FAULTS[kind]

    rows = read(content, key)
    with pytest.raises(DeliveryError, match="geweigerd") as caught:
        seal(content, key, tmp_path)

    assert rows.columns == {}
    assert any((found.line, found.column) == (line, column) and words in found.words for found in rows.faults)
    assert list(tmp_path.iterdir()) == []
    told = everything_in(caught.value)
    assert [number for number in (*BSNS, "999990018", "1234567", "Jansen", some(1, 1)[0]) if number in told] == []


def test_every_faulty_line_is_named_up_to_ten(key: MunicipalKey, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="regel 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 en verder: kolom bsn"):
        seal(raw(["123456789"] * 30), key, tmp_path)


@pytest.mark.parametrize("error", [MemoryError(), OSError("gone"), KeyboardInterrupt()])
def test_a_reader_that_is_stopped_half_way_tells_nothing(
    error: BaseException, key: MunicipalKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def stop(self: Pseudonymiser, digits: str) -> str:
        seen.append(digits)
        raise error

    monkeypatch.setattr(Pseudonymiser, "pseudonym", stop)
    layout, told = layout_of(load_catalogue(), "SCHULDHULP"), ""

    try:
        rows = read_raw(io.BytesIO(raw(BSNS)), layout, Pseudonymiser(key, "SCHULDHULP"), "real", 2023)
        told = repr(rows)
    except KeyboardInterrupt as caught:
        told = everything_in(caught)

    assert seen
    assert [number for number in BSNS if number in told] == []


def test_a_key_for_invented_people_takes_no_real_number(tmp_path: Path) -> None:
    synthetic = make_municipal_key(tmp_path / "keys" / "synthetic.json", "synthetic")

    with pytest.raises(DeliveryError, match="sleutel voor verzonnen"):
        seal(raw(BSNS), synthetic, tmp_path / "to")


def test_a_file_without_rows_needs_the_word_of_the_gemeente(key: MunicipalKey, tmp_path: Path) -> None:
    catalogue = load_catalogue()

    with pytest.raises(DeliveryError, match="geen enkele regel"):
        pseudonymise(io.BytesIO(raw([])), Request("SCHULDHULP", "GM0363", 2023), key, catalogue, tmp_path)
    with pytest.raises(DeliveryError, match="van niet"):
        pseudonymise(
            io.BytesIO(raw(BSNS)),
            Request("SCHULDHULP", "GM0363", 2023, nothing_to_report=True),
            key,
            catalogue,
            tmp_path,
        )

    assert seal(raw([]), key, tmp_path).is_dir()


def test_a_gemeente_that_does_not_exist_and_a_register_of_cbs_are_refused(key: MunicipalKey, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="GM9999 does not exist"):
        seal(raw(BSNS), key, tmp_path, gemeente="GM9999")
    with pytest.raises(SpecError, match="no register that gemeenten deliver"):
        seal(raw(BSNS), key, tmp_path, register="WMOBUS")


def test_a_version_is_sealed_once(key: MunicipalKey, tmp_path: Path) -> None:
    seal(raw(BSNS), key, tmp_path)

    with pytest.raises(DeliveryError, match="--version 2"):
        seal(raw(BSNS[:2]), key, tmp_path)
    assert seal(raw(BSNS[:2]), key, tmp_path, version=2).name == "SCHULDHULP-GM0363-2023-v2"


@pytest.mark.parametrize("register", municipal_registers(load_catalogue()))
def test_a_template_is_an_empty_file_that_is_accepted_and_explained(
    register: str, key: MunicipalKey, tmp_path: Path
) -> None:
    layout = layout_of(load_catalogue(), register)
    explained = explanation(layout)

    assert seal(empty_file(layout), key, tmp_path, register=register).is_dir()
    assert all(f"- {name}: " in explained for name in layout.header)
    assert all(code in explained for codes in layout.codes.values() for code in codes)
    assert "rinpersoon" not in explained


def test_the_four_registers_of_gemeenten_have_a_template() -> None:
    assert {"SCHULDHULP", "THUISZITTERS", "VROEGSIGNALERING", "URGENTIE"} <= set(municipal_registers(load_catalogue()))


@pytest.mark.parametrize(("value", "taken"), [("1234567", True), ("-3", True), (BSNS[1], False), (BSNS[1][1:], False)])
def test_no_number_of_a_person_passes_for_an_amount(value: str, taken: bool, key: MunicipalKey) -> None:
    amount = Column(name="bedrag", kind="integer", certainty="C")
    layout = layout_of(load_catalogue(), "SCHULDHULP")
    wider = replace(layout, columns=(*layout.columns, amount))
    content = text(f"{BSNS[0]};20230101;;S;{value}", header=f"{HEADER};bedrag")

    rows = read_raw(io.BytesIO(content), wider, Pseudonymiser(key, "SCHULDHULP"), key.purpose, 2023)

    assert (rows.faults == ()) == taken


def test_a_failure_while_sealing_shows_no_row(
    key: MunicipalKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.registers.municipal.sealed.parquet_options", lambda _name: "FORMAT nonsense")

    with pytest.raises(KluisError) as caught:
        seal(raw(BSNS), key, tmp_path)

    made = Pseudonymiser(key, "SCHULDHULP")
    told = everything_in(caught.value)
    assert [n for number in BSNS for n in (number, made.pseudonym(number)[:12], "20230101") if n in told] == []
    assert list(tmp_path.iterdir()) == []
