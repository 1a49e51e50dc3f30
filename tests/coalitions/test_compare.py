"""Two answers compared: every difference and nothing else, in words and as rows."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import coalitions as co
from coalitions.answers.compare import compare
from coalitions.cli import main
from solvers.errors import EngineError

SEVEN = "council-of-seven"


@pytest.fixture(scope="module")
def seven():
    scenario = co.load(SEVEN)
    return {
        "assess": co.assess(scenario),
        "solve": co.solve(scenario),
        "packages": co.packages(scenario),
    }


def of(found, what: str) -> dict[str, tuple[str | None, str | None]]:
    return {d.name: (d.first, d.second) for d in found.differences if d.what == what}


@pytest.mark.parametrize("kind", ["assess", "solve", "packages"])
def test_an_answer_does_not_differ_from_itself(seven, kind):
    found = compare(seven[kind], seven[kind].to_dict())
    assert found.differences == ()
    assert "NO DIFFERENCE" in str(found)


def test_verdict_totals_and_votes(seven):
    other = co.assess(co.load("libya-2011").what_if(CHN="against", DEU="for"))
    found = compare(co.assess(co.load("libya-2011")), other)
    assert of(found, "vote") == {"CHN": ("abstain", "against"), "DEU": ("abstain", "for")}
    assert of(found, "verdict") == {
        "verdict": ("passes", "fails"),
        "for": ("10", "11"),
        "against": ("0", "1"),
        "abstain": ("5", "3"),
    }
    (told,) = of(found, "assumption").values()
    assert told == (None, "CHN votes against (assumed); DEU votes for (assumed)")


def test_packages_what_was_added_and_dropped_and_at_what_difference(seven):
    dear = co.packages(co.load(SEVEN), without_amendments=True)
    found = compare(seven["packages"], dear)
    (price,) = [d for d in found.differences if d.what == "price"]
    assert (price.first, price.second, price.change) == ("4", "9", Fraction(5))
    parts = {k: v for k, v in of(found, "package").items() if not k.startswith("vote of")}
    assert parts == {
        "amendment sunset": ("yes", None),
        "amendment lead": ("yes", None),
        "transfer cash to f": ("1", None),
        "transfer cash to B": (None, "4"),
        "transfer cash to d": (None, "2"),
        "transfer cash to e": (None, "3"),
    }
    words = " ".join(str(found).split())
    assert "price 4 -> 9 (+5)" in words
    assert "amendment sunset dropped" in words
    assert "transfer cash to B added: 4" in words


def test_no_package_at_all(seven):
    strait = co.load("veskar-strait")
    found = compare(co.packages(strait), co.packages(strait, without_amendments=True))
    assert of(found, "price") == {"status": ("found", "none"), "price": ("32/5", None)}
    assert not any(name.startswith("vote of") for name in of(found, "package"))


def test_solutions_differ_in_price_and_package(seven):
    found = compare(seven["solve"], co.solve(co.load(SEVEN).what_if(B="abstain")))
    assert of(found, "price") == {"price": ("4", "2")}
    assert of(found, "package")["amendment sunset"] == ("yes", None)
    assert of(found, "vote") == {"B": ("against", "abstain")}
    assert "payoffs.scores.mandate.worth.B" in of(found, "assumption")


def test_the_other_way_round_is_the_mirror(seven):
    other = co.solve(co.load(SEVEN).what_if(B="abstain"))
    there, back = compare(seven["solve"], other), compare(other, seven["solve"])
    one = {(d.what, d.where, d.name, d.first, d.second, d.change) for d in there.differences}
    two = {
        (d.what, d.where, d.name, d.second, d.first, None if d.change is None else -d.change)
        for d in back.differences
    }
    assert one == two


def test_margins_differ_where_votes_do_not():
    cases = co.grid(SEVEN, {"payoffs.scores.mandate.worth.B": [-9, "-25/3"]})
    one, two = (co.assess(cases.scenario(k)[1]) for k in range(2))
    (d,) = [d for d in compare(one, two).differences if d.what == "vote"]
    assert (d.name, d.first, d.second, d.change) == ("B, margin", "-9", "-25/3", Fraction(2, 3))


def test_answers_of_other_kinds_differ_in_figures():
    one, two = (
        co.power(co.bind_decision(co.load_body(game)), ["banzhaf_normalized"])
        for game in ("[51; 50, 49, 1]", "[51; 49, 49, 2]")
    )
    found = compare(one, two)
    assert of(found, "figure")["indices.banzhaf_normalized.values.1"] == ("3/5", "1/3")
    (d,) = [d for d in found.differences if d.name.endswith("normalized.values.1")]
    assert d.change == Fraction(-4, 15)


@given(st.data())
def test_every_vote_that_is_changed_in_a_saved_answer_is_found(data):
    saved = co.assess(co.load("libya-2011")).to_dict()
    votes = saved["answer"]["verdicts"][0]["votes"]
    levels = ("for", "abstain", "against", "absent")
    new = {
        state: data.draw(st.sampled_from(levels))
        for state in data.draw(st.lists(st.sampled_from(sorted(votes)), unique=True))
    }
    other = copy.deepcopy(saved)
    for state, word in new.items():
        entry = other["answer"]["verdicts"][0]["votes"][state]
        entry |= {"vote": word, "low": word, "high": word}
    wanted = {s: (votes[s]["vote"], w) for s, w in new.items() if votes[s]["vote"] != w}
    assert of(compare(saved, other), "vote") == wanted


def test_markings_and_notices_of_both(seven):
    other = seven["assess"].to_dict() | {"marking": "RESTRICTED"}
    found = compare(co.assess(co.load(SEVEN)), other)
    assert found.marking == "unclassified | RESTRICTED"
    assert "invented" in found.notices()["fictional"]
    assert found.to_dict()["marking"] == found.marking


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("assess", "solve", "two kinds of answer: the first is 'assess', the second 'solve'"),
        ("assess", {"format": "x"}, "the second answer is no saved answer"),
        ("assess", {"format": "coalitions-result/1", "kind": "assess"}, "'answer' is missing"),
        ("assess", "no-such-file.json", "there is no such file"),
        ("assess", 7, "no saved answer"),
    ],
)
def test_what_cannot_be_compared(seven, first, second, message):
    with pytest.raises(EngineError, match=message) as caught:
        compare(seven[first], seven.get(second, second) if isinstance(second, str) else second)
    assert "\n" not in str(caught.value)


def test_a_damaged_answer_is_one_sentence(seven):
    for damage in ({"verdicts": 3}, {"verdicts": [{}]}, {"verdicts": [[]]}, []):
        with pytest.raises(EngineError, match="damaged"):
            compare(seven["assess"], seven["assess"].to_dict() | {"answer": damage})


def test_the_command_compares_files(tmp_path, seven):
    one, two = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(seven["solve"].to_json())
    two.write_text(co.solve(co.load(SEVEN).what_if(B="abstain")).to_json())
    said = CliRunner().invoke(main, ["compare", str(one), str(two)])
    assert said.exit_code == 0, said.output
    assert "price  4 -> 2 (-2)" in said.stdout
    rows = json.loads(
        CliRunner().invoke(main, ["compare", str(one), str(two), "--format", "json"]).stdout
    )["answer"]["differences"]
    assert {"what": "price", "where": "mandate in council", "name": "price", "first": "4",
            "second": "2", "change": "-2"} in rows  # fmt: skip
    piped = CliRunner().invoke(main, ["compare", str(one), "-"], input=two.read_text())
    assert piped.stdout == said.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "bad.json:1:2: not JSON"), ("[]", "no saved answer"), ("[" * 9999, "nested too deeply")],
)
def test_the_command_refuses_in_one_line(tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text(text)
    said = CliRunner().invoke(main, ["compare", "bad.json", "bad.json"])
    assert said.exit_code == 2
    assert message in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert CliRunner().invoke(main, ["compare", "-", "-"]).exit_code == 2
