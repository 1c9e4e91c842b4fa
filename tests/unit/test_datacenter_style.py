"""Colours of the style sheet: contrast as WCAG 2.2 asks (AA)."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest

CSS = (files("pipelines.datacenter") / "style.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", CSS))

TEXT = [
    ("ink", "ground"),
    ("ink", "pale"),
    ("ink", "warn-ground"),
    ("soft", "ground"),
    ("soft", "pale"),
    ("accent", "ground"),
    ("accent", "pale"),
    ("accent-dark", "pale"),
    ("ground", "accent-dark"),
    ("ground", "k4"),
    ("ground", "k5"),
    ("sign", "k1"),
    ("sign", "k2"),
    ("sign", "k3"),
]
SHAPES = [
    ("edge", "ground"),
    ("k4", "ground"),
    ("k5", "ground"),
    ("focus", "ground"),
    ("focus", "pale"),
    ("focus-dark", "accent-dark"),
    ("absent", "ground"),
    ("hatch", "ground"),
]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("colour", "ground"), TEXT)
def test_text_stands_out(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize(("colour", "ground"), SHAPES)
def test_marks_and_outlines_stand_out(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


def test_map_classes_go_from_light_to_dark_in_clear_steps() -> None:
    steps = [luminance(COLOURS[f"k{n}"]) for n in range(1, 6)]

    ratios = [(lighter + 0.05) / (darker + 0.05) for lighter, darker in pairwise(steps)]
    assert min(ratios) >= 1.3


def test_there_is_a_print_style_and_a_visible_focus() -> None:
    assert "@media print" in CSS
    assert re.search(r":focus-visible \{ outline: 3px solid", CSS)
    assert "url(" not in CSS
