"""The envelope of every answer: JSON, frame, HTML, text."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

import coalitions as co
from coalitions.answers.results import (
    FORMAT,
    GUARANTEES,
    Block,
    Result,
    Screen,
    exact_text,
    number_text,
    screen_text,
)
from coalitions.files import datasets
from coalitions.forecasts.backtest import backtest_rules

ENVELOPE = [
    "format", "kind", "scenario", "title", "marking", "fictional", "what_if", "what_if_changed",
    "notices", "answer", "guarantee", "certificate", "assumptions", "attribution", "provenance",
]  # fmt: skip
PROVENANCE = ["version", "input_digest", "solver", "seed", "tolerance", "seconds"]


def answers() -> list[Result]:
    libya, seven = co.load("libya-2011"), co.load("council-of-seven")
    return [
        co.assess(libya),
        co.solve(libya.what_if(CHN="against")),
        co.packages(seven),
        co.winning(co.bind_decision(co.load_body("nato-council"))),
        backtest_rules(),
    ]


@pytest.mark.parametrize("result", answers(), ids=lambda result: result.kind)
def test_envelope(result: Result) -> None:
    data = result.to_dict()
    assert list(data) == ENVELOPE
    assert list(data["provenance"]) == PROVENANCE
    assert data["format"] == FORMAT == "coalitions-result/1"
    assert data["provenance"]["version"] == co.__version__
    assert data["guarantee"] in GUARANTEES
    assert json.loads(result.to_json()) == data
    assert len(result.to_frame()) == len(result.rows())


def test_digest_is_that_of_the_input_and_what_if_is_named() -> None:
    case = co.load("libya-2011")
    data = co.solve(case.what_if(CHN="against")).to_dict()
    assert data["provenance"]["input_digest"] == case.digest
    assert data["what_if"] == {"CHN": "against"}
    assert len(case.digest) == 64


def hostile(tmp_path: Path) -> co.Scenario:
    text = datasets.path_of("scenarios", "council-of-seven").read_text(encoding="utf-8")
    text = text.replace(
        "title: A council of seven, small enough to check by hand",
        "title: <script>alert(1)</script> & co\nmarking: <b>secret</b>",
    )
    text = text.replace("title: A mandate\n", "title: '=HYPERLINK(\"http://x\") <img src=x>'\n")
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return co.load(path)


class Tags(HTMLParser):
    """Collects the tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)


def test_html_is_escaped(tmp_path: Path) -> None:
    case = hostile(tmp_path)
    for result in (co.solve(case), co.assess(case), co.packages(case)):
        parser = Tags()
        parser.feed(result._repr_html_())
        assert parser.found <= {"p", "strong", "em", "b", "table", "tr", "td"}
        assert "&lt;script&gt;" in result._repr_html_()
        assert "&lt;b&gt;secret&lt;/b&gt;" in result._repr_html_()


def test_at_the_prompt_stands_the_screen() -> None:
    class Printer:
        told = ""

        def text(self, words: str) -> None:
            self.told += words

    for result in answers():
        printer = Printer()
        result._repr_pretty_(printer, False)
        assert printer.told == str(result)


def test_marking_stands_on_every_form(tmp_path: Path) -> None:
    for result in (co.solve(hostile(tmp_path)), co.packages(hostile(tmp_path))):
        assert "<b>secret</b>" in str(result)
        assert result.to_dict()["marking"] == "<b>secret</b>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-4), "-4"),
        (Fraction(5, 2), "2.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10**9 + 1, 3), "~3.33333e+08"),
        (Fraction(1, 2**40), "~9.09495e-13"),
    ],
)
def test_numbers_for_people(value: Fraction, text: str) -> None:
    assert number_text(value) == text


def test_exact_numbers_as_text() -> None:
    assert exact_text(None) is None
    assert Fraction(exact_text(Fraction(-7, 3)) or "") == Fraction(-7, 3)


def test_screen_wraps_under_its_label() -> None:
    block = Block("HEAD", "aside " * 30, (("label", "word " * 40), ("x" * 50, "text")))
    lines = screen_text(Screen("Title", "marked", (block,)), 60).splitlines()
    assert lines[0].startswith("Title")
    assert lines[0].endswith("marked")
    assert all(len(line) <= 60 for line in lines if "x" * 50 not in line)
    assert screen_text(Screen("Title", "", ())) == "Title"


def test_names_that_have_spaces_are_kept_apart(tmp_path: Path) -> None:
    text = (datasets.data_root() / "scenarios" / "council-of-seven.yaml").read_text("utf-8")
    file = tmp_path / "cities.yaml"
    file.write_text(re.sub(r"(?<![\w\"'.-])c(?=[:,\]])", "Free City", text), encoding="utf-8")
    told = " ".join(str(co.solve(co.load(file))).split())
    assert "for A*; Free City (* permanent member)" in told
    assert "against B* f g" in told  # codes stay as they are
