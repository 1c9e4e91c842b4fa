"""`LEESMIJ.txt`: the warnings travel with the files."""

from dataclasses import replace
from pathlib import Path

from pipelines.release.content import OWN_CHOICE, WARNING, files_of
from pipelines.release.readme import readme, write_readme
from tests.unit.invented_figures import release_text


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_readme_warns_that_figures_are_synthetic_before_anything_else_is_explained() -> None:
    text = flat(readme(release_text()))

    assert text.index("synthetische gegevens") < text.index("Bestanden")
    assert OWN_CHOICE in text


def test_real_figures_are_not_called_synthetic() -> None:
    assert "synthetische gegevens" not in readme(replace(release_text(), synthetic=False))


def test_a_trial_is_called_a_trial() -> None:
    assert "PROEF" in readme(replace(release_text(), proef=True))
    assert "PROEF" not in readme(release_text())


def test_the_readme_names_every_other_file_and_how_to_read_a_figure() -> None:
    text = flat(readme(release_text()))

    assert all(name in text for name in files_of(release_text()) if name != "LEESMIJ.txt")
    assert "wijken.csv" not in text
    assert WARNING in text
    assert "ruismarge" in text
    assert "foutmarge" not in text


def test_the_readme_tells_what_was_spent_and_what_the_noise_does_not_protect() -> None:
    release = release_text()
    text = flat(readme(release))

    assert all(amount in text for amount in (release.rho, release.cap, release.spent_after, release.left_after))
    assert all(item in text for item in release.not_protected)


def test_lines_are_short_and_end_as_windows_expects(tmp_path: Path) -> None:
    raw = write_readme(release_text(), tmp_path).read_bytes()

    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.decode("utf-8-sig").splitlines()) <= 90
