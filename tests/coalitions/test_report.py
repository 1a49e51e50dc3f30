"""The report: whole in itself, safe, honest, readable on a phone; pictures of votes and margins."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import coalitions as co
from coalitions.cli import main
from coalitions.reports.report_page import escaped, prose
from solvers.errors import EngineError

CASES = ["libya-2011", "veskar-strait", "myanmar-2007-2022", "council-of-seven"]
VOID = {"meta", "br", "path", "rect", "circle"}
ELEMENTS = """
    html head title style body div header main footer section h1 h2 h3 p a span strong code table
    caption thead tbody tr th td dl dt dd ul li figure figcaption svg g text
"""
TAGS = VOID | set(ELEMENTS.split())
NAMES = """
    lang charset name content http-equiv class id aria-labelledby aria-label role scope href style
    viewbox transform x y width height rx d cx cy r text-anchor stroke-width data-label
"""
ATTRIBUTES = set(NAMES.split())
HARD = ["<script>document.title='owned'</script>", '=HYPERLINK("x")', "</svg><img src=x>", "a" * 90]


class Reader(HTMLParser):
    """Collects what a page is made of, and checks that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]


@cache
def page(name: str) -> str:
    return co.report(co.load(name)).html


def hard_case(tmp_path: Path) -> Path:
    """A council whose members, title, unit and sources are markup and formulas."""
    rule = {"in_favour": 3, "title": "<i>three</i>"}
    reading = {"title": "r", "rule": rule, "confidence": "A", "sources": ["x"]}
    decision = {"title": "d", "effect": "binding", "default": "r", "readings": {"r": reading}}
    body = {"title": '"><b>B', "roster": {"members": HARD}, "decisions": {"d": decision}}
    case = {
        "format": "coalitions/1", "title": HARD[0], "date": "2026-01-01", "fictional": True,
        "marking": "SECRET <b>", "summary": "<!-- ", "unit": "<euro>",
        "bodies": {"b": {"define": body}},
        "options": {"o": {"title": "'\"><svg onload=x>", "needs": "b", "legal_basis": "contested",
                          "effect": 3}},
        "floors": {"effect": 2}, "never": ["<u>"],
        "positions": {
            HARD[0]: {"is": "for", "origin": "stated", "source": "<a href=http://x.example>s</a>"},
            HARD[1]: {"is": "leans_for"},
        },
        "payoffs": {
            "criteria": {"c": "C"},
            "scores": {"o": {"c": {"default": {"value": -2, "low": -3, "high": 1}}}},
            "states": {name: {"weights": {"c": 1}, "band": 1} for name in HARD[2:]},
        },
        "amendments": {"a": {"title": "<b>a</b>", "cost": 1, "margins": {HARD[2]: 2}}},
    }  # fmt: skip
    path = tmp_path / "hard.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_page_asks_for_nothing_outside_itself(name: str) -> None:
    read = Reader(page(name))
    assert set(read.tags) <= TAGS
    assert {key for _, key, _ in read.attributes} <= ATTRIBUTES
    places = read.values("id")
    assert len(places) == len(set(places))
    assert all(link[0] == "#" and link[1:] in places for link in read.values("href"))
    style = re.search(r"<style>(.*?)</style>", page(name), re.S)
    assert style is not None
    assert not re.search(r"url\(|@import|expression|//", style[1])
    assert all("url" not in value for value in read.values("style"))
    assert "default-src 'none'" in page(name)


@pytest.mark.parametrize("name", CASES)
def test_a_page_can_be_heard(name: str) -> None:
    text = page(name)
    read = Reader(text)
    assert read.tags.count("h1") == 1
    assert read.values("lang") == ["en"]
    assert read.tags.count("svg") == len(read.values("aria-label"))
    assert all(value for value in read.values("aria-label"))
    headed = [(t, v) for t, k, v in read.attributes if k == "scope"]
    assert len(headed) == read.tags.count("th")
    assert {v for _, v in headed} <= {"row", "col"}
    assert set(read.values("aria-labelledby")) <= set(read.values("id"))


@pytest.mark.parametrize("name", CASES)
def test_the_marking_stands_on_page_and_sections(name: str) -> None:
    text = co.report(replace(co.load(name), marking="FOR & <eyes>")).html
    assert text.count('<div class="marking">FOR &amp; &lt;eyes&gt;</div>') == 2
    assert 'content:"FOR\\000020\\000026\\000020\\00003ceyes\\00003e"' in text  # on paper
    marks = text.count('<p class="mark">FOR &amp; &lt;eyes&gt;</p>')
    assert marks == text.count("<section") >= 3
    assert ("Fictional." in text) == co.load(name).fictional


def test_a_page_tells_what_the_answer_says() -> None:
    for name in CASES:
        scenario, words = co.load(name), " ".join(Reader(page(name)).words)
        solution = co.solve(scenario)
        for a in solution.answers:
            assert a.verdict.headline in words
            for s in a.verdict.votes:
                from coalitions.bodies.states import state_name

                assert state_name(s.state) in words
        assert scenario.digest in words
        assert all(line in words for line in scenario.attribution)
        for assumption in solution.assumptions:
            assert assumption.what in words
            assert assumption.place in words


def test_what_it_rests_on_has_its_source() -> None:
    text = page("veskar-strait")
    row = next(line for line in text.splitlines() if "positions.Aldmark<" in line)
    assert "stated" in row
    assert "co-sponsor of the draft (invented)" in row


def test_squares_are_the_votes_on_record() -> None:
    svg = re.search(r"<svg.*?</svg>", page("libya-2011"), re.S)
    assert svg is not None
    counted = Counter(re.findall(r'<rect class="(\w+)"', svg[0]))
    assert counted == {"for": 10, "abstain": 5}
    assert "Votes: 10 for, 5 abstaining, 9 needed" in svg[0]


def test_a_package_a_list_and_reasons() -> None:
    words = " ".join(Reader(page("veskar-strait")).words)
    assert "6.4 million crowns (proved optimal)" in words
    for said in ("hold-out", "deletion test", "Packages in order of cost", "6.6 million crowns"):
        assert said in words
    poor = co.load("council-of-seven")
    none = co.report(replace(poor, concessions=(), amendments=poor.amendments[:1])).html
    assert "none within the instruments entered" in none.lower()
    assert "Why nothing works" in none


def test_what_if_and_limits_are_told() -> None:
    text = co.report(co.load("libya-2011").what_if(CHN="against")).html
    assert "CHN=against" in text
    assert "WOULD HAVE FAILED" in text
    stopped = co.report(co.load("libya-2011"))
    bounded = replace(stopped, solution=replace(stopped.solution, guarantee="bounded"))
    assert "Stopped early." in bounded.html
    assert "Stopped early." not in stopped.html


def test_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    code = "import coalitions as co; co.report(co.load('veskar-strait')).save({!r})"
    for seed in ("1", "2"):
        path = str(tmp_path / seed)
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"}
        subprocess.run([sys.executable, "-c", code.format(path)], check=True, env=environment)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert (tmp_path / "1").read_text(encoding="utf-8") == page("veskar-strait")


def test_names_that_are_markup(tmp_path: Path) -> None:
    text = co.report(co.load(hard_case(tmp_path))).html
    read = Reader(text)
    assert set(read.tags) <= TAGS
    assert {key for _, key, _ in read.attributes} <= ATTRIBUTES
    assert all(link.startswith("#") for link in read.values("href"))
    words = " ".join(read.words)
    for name in HARD:
        assert name in words
    assert "<script" not in text


@settings(max_examples=30)
@given(st.text(max_size=60), st.text(max_size=60).filter(lambda text: text.count("`") < 2))
def test_no_text_changes_what_a_page_is_made_of(title: str, summary: str) -> None:
    report = co.report(co.load("libya-2011"), k=1)
    scenario = report.solution.scenario
    assert scenario is not None
    changed = replace(scenario, title=title, marking=title, summary=f"x{summary}")
    text = replace(report, solution=replace(report.solution, scenario=changed)).html
    plain = Reader(report.html)
    read = Reader(text)
    assert read.tags == plain.tags
    assert [a[:2] for a in read.attributes] == [a[:2] for a in plain.attributes]
    assert " ".join(f"x{escaped_back(summary)}".split()) in " ".join(" ".join(read.words).split())


def escaped_back(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


@given(st.text(alphabet=st.one_of(st.sampled_from("`<&> "), st.characters())))
def test_between_backticks_stands_code_and_nothing_else(text: str) -> None:
    read = Reader(f"<p>{prose(text)}</p>")
    assert set(read.tags) <= {"p", "code"}
    assert read.attributes == Reader("<p></p>").attributes
    if "code" in read.tags:
        assert text.count("`") > 1
    shown = " ".join(escaped_back(text).split())
    assert "".join(read.words).replace("`", "") == shown.replace("`", "")


@given(st.text())
def test_an_escaped_text_is_one_text(text: str) -> None:
    read = Reader(f'<p class="{escaped(text)}">{escaped(text)}</p>')
    assert read.tags == ["p"]
    shown = " ".join(escaped_back(text).split())
    assert "".join(read.words) == shown
    assert read.values("class") == [shown]


def test_the_command(tmp_path: Path) -> None:
    run, path = CliRunner().invoke, tmp_path / "a.html"
    done = run(main, ["report", "libya-2011", "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert path.read_text(encoding="utf-8") == page("libya-2011")
    assert run(main, ["report", "libya-2011", "-q"]).stdout.strip() == page("libya-2011").strip()
    lost = run(main, ["report", "libya-2011", "-o", str(tmp_path / "no" / "a.html")])
    assert (lost.exit_code, "does not exist" in lost.output) == (2, True)
    wrong = run(main, ["report", "libya-2011", "--option", "resolution"])
    assert (wrong.exit_code, "did you mean" in wrong.output) == (2, True)
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def chromium(path: Path, *options: str) -> str:
    """Open a page with no network, and return what Chromium prints."""
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={path.parent / 'p'}"]
    done = subprocess.run(
        [*command, *options, path.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def fits(path: Path, width: int) -> bool:
    """Say whether nothing reaches the last three columns of pixels of a screenshot."""
    from matplotlib.image import imread

    shot = path.with_suffix(".png")
    chromium(path, f"--screenshot={shot}", f"--window-size={width},2600")
    pixels = imread(str(shot))
    assert pixels.shape[1] == width
    bars = pixels[60:2540, -3:, :3].reshape(-1, 3)  # below the marking, above its other end
    return len({tuple(p) for p in bars.round(2).tolist()}) <= 2


@needs_chromium
@pytest.mark.parametrize("name", [*CASES[:3], "hard"])
def test_a_page_fits_a_phone_and_a_screen(tmp_path: Path, name: str) -> None:
    pytest.importorskip("matplotlib")
    text = co.report(co.load(hard_case(tmp_path))).html if name == "hard" else page(name)
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    assert fits(path, 390)
    assert fits(path, 1280)
    bar = '<svg style="width:3000px" viewBox="0 0 9 9"><rect width="9" height="1"/></svg>'
    wide = text.replace("<main>", f"<main>{bar}")
    path.write_text(wide, encoding="utf-8")
    assert not fits(path, 390)  # the look at the margin does find what is too wide


@needs_chromium
def test_chromium_reads_the_page_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(co.report(co.load(hard_case(tmp_path))).html, encoding="utf-8")
    read, seen = Reader(path.read_text(encoding="utf-8")), chromium(path, "--dump-dom")
    assert "<script" not in seen
    assert "<title>owned" not in seen
    assert Counter(re.findall(r"<(\w+)[ >]", seen)) == Counter(read.tags)


def test_pictures_of_votes() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.colors import to_hex

    solution = co.solve(co.load("myanmar-2007-2022"))
    figure = co.plot(solution)
    for axes, a in zip(figure.axes, solution.answers, strict=True):
        colours = Counter(to_hex(p.get_facecolor()) for p in axes.patches)
        yes, no, abstain, _, _ = a.verdict.totals
        expected = {"#009e73": yes, "#d55e00": no, "#8c8c8c": abstain}
        assert colours == {k: n for k, n in expected.items() if n}
        assert any(line.get_xdata()[0] == 9 for line in axes.lines)
    told = figure.get_label()
    assert "9 for, 3 against, 3 abstain" in told
    assert "12 for, 0 against, 3 abstain" in told


def test_pictures_of_margins() -> None:
    pytest.importorskip("matplotlib")
    scenario = co.load("veskar-strait")
    option = scenario.options[0]
    legitimacy = option.venues[0].legitimacy
    figure = co.plot(co.assess(scenario), "margins")
    (axes,) = figure.axes
    drawn = sorted(tuple(map(float, line.get_xdata())) for line in axes.lines)
    margins = [tuple(map(float, p.margin(legitimacy))) for p in option.payoffs.values()]
    expected = sorted([(a, c) for a, _, c in margins] + [(b,) for _, b, _ in margins] + [(0, 0)])
    assert drawn == expected
    assert len(axes.patches) == len(margins)
    assert "Corvane -9 (-9.8 to -8.2), against" in figure.get_label()


@pytest.mark.parametrize(
    ("name", "what", "message"),
    [
        ("libya-2011", "margins", "no payoffs are entered"),
        ("libya-2011", "heat", "no picture 'heat' of votes; there are 'bars' and 'margins'"),
    ],
)
def test_pictures_that_cannot_be_drawn(name: str, what: str, message: str) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(EngineError, match=message):
        co.plot(co.assess(co.load(name)), what)


def test_the_marking_stands_on_pictures() -> None:
    pytest.importorskip("matplotlib")
    marked = replace(co.load("libya-2011"), marking="SECRET")
    assert co.plot(co.solve(marked)).get_label().startswith("SECRET · Libya")
