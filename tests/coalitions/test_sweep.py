"""Sweeps: what is varied, what is drawn, the same answers as one by one, wrong input."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import signal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import coalitions as co
from coalitions.cli import main
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.files.yaml12 import load as load_text
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_cases import STEPS, cases_of
from coalitions.sweeps.sweep_document import figures_with_interval, find_place, plain, replaced
from coalitions.sweeps.sweep_questions import FACTS
from solvers.errors import EngineError, LimitError

SEVEN = "council-of-seven"
WORTH = "payoffs.scores.mandate.worth"


def written(name: str, folder: Path, change) -> co.Scenario:
    """Load a shipped scenario after a change of its file, made without the code under test."""
    data = yaml.load(datasets.path_of("scenarios", name).read_text(), yaml.BaseLoader)
    change(data)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(_typed(data)), encoding="utf-8")
    return co.load(path)


def _typed(here):
    if isinstance(here, dict):
        return {k: _typed(v) for k, v in here.items()}
    if isinstance(here, list):
        return [_typed(v) for v in here]
    words = {"true": True, "false": False}
    return words.get(here, int(here) if here.lstrip("-").isdigit() else here)


def passes(votes: dict[str, str]) -> bool:
    """The rule of the council of seven, by hand."""
    return list(votes.values()).count("for") >= 4 and "against" not in (votes["A"], votes["B"])


def test_a_grid_goes_through_the_product_in_the_order_of_its_keys():
    cases = co.grid(SEVEN, {"what_if.B": ["for", "abstain"], f"{WORTH}.d": [1, -2, "1/3"]})
    seen = [tuple(cases.scenario(k)[0].values()) for k in range(len(cases))]
    assert seen == list(itertools.product(["for", "abstain"], [1, -2, "1/3"]))
    assert cases.varied == ("what_if.B", f"{WORTH}.d")


def test_each_scenario_is_answered_as_if_it_stood_in_a_file_of_its_own(tmp_path):
    values = {"B": [-9, -4, 0], "e": [-3, 2]}
    cases = co.grid(
        SEVEN,
        {f"{WORTH}.B": values["B"], f"{WORTH}.e": values["e"], "what_if.d": ["unchanged", "for"]},
    )
    rows = run_sweep(cases, "solve").rows()
    assert len(rows) == 12
    for row, (b, e, d) in zip(
        rows, itertools.product(values["B"], values["e"], ["unchanged", "for"]), strict=True
    ):

        def change(data, b=b, e=e):
            data["payoffs"]["scores"]["mandate"]["worth"] |= {"B": str(b), "e": str(e)}

        alone = written(SEVEN, tmp_path, change)
        if d != "unchanged":
            alone = alone.what_if(d=d)
        (told,) = co.solve(alone).answer()["options"]
        votes = {s["state"]: s["vote"] for s in co.assess(alone).rows()}
        assert (row[f"{WORTH}.B"], row[f"{WORTH}.e"], row["what_if.d"]) == (b, e, d)
        assert (row["passed"], row["verdict"]) == (told["passed"], told["verdict"])
        assert row["passed"] is passes(votes)
        assert [row[f"n_{k}"] for k in told["totals"]] == list(told["totals"].values())
        assert (row["price"], row["price_status"]) == (told["price"], told["price_status"])
        assert row["smallest_coalition"] == told["smallest_coalition"]
        assert Fraction(row["price"]) == Fraction(row["price_approx"])


def test_questions_agree_where_they_answer_the_same():
    cases = co.grid(SEVEN, {f"{WORTH}.B": [-9, -1, 1]})
    asked = {q: run_sweep(cases, q).rows() for q in ("assess", "packages", "solve")}
    shared = ["scenario", "verdict", "passed", "n_for", "digest"]
    for question, rows in asked.items():
        assert [[r[k] for k in shared] for r in rows] == [
            [r[k] for k in shared] for r in asked["assess"]
        ]
        assert (rows[0]["price"] is None) == (question == "assess")
    assert [r["price"] for r in asked["packages"]] == [r["price"] for r in asked["solve"]]


def test_columns_are_those_that_are_documented():
    frame = co.sweep(co.grid(SEVEN, {"what_if.B": ["for"]}), "assess")
    assert list(frame.columns) == ["scenario", "what_if.B", *FACTS]
    said = (co.sweep.__doc__ or "").partition("Returns")[2]
    assert {c for c in FACTS if f"``{c}``" not in said} <= {"n_against", "n_abstain", "n_absent"}
    assert frame.attrs["marking"] == "unclassified"
    assert "invented" in frame.attrs["notices"]["fictional"]


def test_the_digest_is_that_of_the_scenario(tmp_path):
    cases = co.grid(SEVEN, {"title": ["one", "two"]})
    one, two = run_sweep(cases, "assess").rows()
    assert one["digest"] != two["digest"]
    data = load_text("x", datasets.path_of("scenarios", SEVEN).read_text()).data | {"title": "two"}
    path = tmp_path / "two.json"
    path.write_text(json.dumps(data))
    assert co.load(path).digest == two["digest"]


def test_keys_of_every_sort(tmp_path):
    cases = co.grid(
        "libya-2011",
        {
            "bodies.council.reading": ["practised", "literal"],
            "what_if.China": ["unchanged", "for"],
        },
    )
    rows = run_sweep(cases, "assess").rows()
    assert [r["passed"] for r in rows] == [True, True, False, False]
    assert [r["n_for"] for r in rows] == [10, 11, 10, 11]
    new = co.grid(SEVEN, {"floors.worth": [1, {"value": 2, "low": 1, "high": 3}]})
    assert new.scenario(1)[1].worth.high == 3
    assert json.loads(new.scenario(1)[0]["floors.worth"]) == {"value": 2, "low": 1, "high": 3}


def test_a_state_without_a_position_may_get_one(tmp_path):
    import datetime

    from coalitions.scenarios.starter import starter_text

    path = tmp_path / "aid.yaml"
    day = datetime.date(2020, 7, 7)
    bound = co.bind_decision(co.load_body("un-security-council"), day=day)
    path.write_text(starter_text(bound, day))
    data = load_text("x", path.read_text()).data
    data["positions"] = {"default": {"is": "for"}}
    path = tmp_path / "aid.json"
    path.write_text(json.dumps(data))
    rows = run_sweep(co.grid(path, {"positions.RUS.is": ["for", "against"]}), "assess").rows()
    assert [r["passed"] for r in rows] == [True, False]


def test_scenarios_one_after_another():
    names = ["libya-2011", "syria-2012", co.load("libya-2011").what_if(CHN="against")]
    found = run_sweep(names, "assess")
    assert [r["case"] for r in found.rows()[:1]] == ["libya-2011"]
    assert found.rows()[0]["passed"] is True
    assert found.rows()[-1]["passed"] is False
    assert found.screen().title.endswith("cases")
    assert "CHN=against" in found.notices()["what if"]
    assert len(cases_of("libya-2011")) == 1


def test_a_screen_says_the_price_of_every_value():
    # With one unit of cash for each and the text as it stands, B (who needs four) stays against.
    keys = {"concessions.cash.cap": [1, 100], "floors.effect": [6, 10]}
    told = " ".join(str(run_sweep(co.grid(SEVEN, keys), "packages")).split())
    assert "price 4 to 9 cash units, median 4, of 3 priced, no package in 1" in told
    assert (
        "1: passes in 0 of 2, price 4, no package in 1; 100: passes in 0 of 2, price 4 to" in told
    )
    assert "10: passes in 0 of 2, price 9, no package in 1" in told
    same = run_sweep(co.grid(SEVEN, {"context.note": ["a", "b"]}), "packages")
    assert "price 4 cash units, of 2 priced" in " ".join(str(same).split())
    asked = run_sweep(co.grid(SEVEN, keys), "assess")
    assert "price" not in str(asked)


def test_every_marking_stands_on_the_answer(tmp_path):
    secret = written(SEVEN, tmp_path, lambda data: data.update(marking="RESTRICTED"))
    found = run_sweep([co.load("libya-2011"), secret], "assess")
    assert found.marking == "unclassified | RESTRICTED"
    assert found.to_dict()["marking"] == found.marking


def test_what_was_changed_before_stays_changed():
    base = co.load(SEVEN).what_if(B="for")
    rows = run_sweep(co.grid(base, {"what_if.d": ["unchanged", "for"]}), "assess").rows()
    assert [r["n_for"] for r in rows] == [3, 4]


# Draws


def test_a_draw_depends_on_its_number_and_seed_alone():
    few, many = co.draws("veskar-strait", 3, seed=5), co.draws("veskar-strait", 9, seed=5)
    assert [few.scenario(k)[0] for k in range(3)] == [many.scenario(k)[0] for k in range(3)]
    other = co.draws("veskar-strait", 3, seed=6)
    assert few.scenario(0)[0] != other.scenario(0)[0]


def test_draws_are_those_of_the_children_of_the_seed():
    cases = co.draws("veskar-strait", 4, seed=11)
    ends = [(i.low, i.high) for i in cases.intervals]
    for k, child in enumerate(np.random.SeedSequence(11).spawn(4)):
        steps = np.random.default_rng(child).integers(0, STEPS, len(ends), endpoint=True)
        wanted = [
            low + (high - low) * int(s) / STEPS for (low, high), s in zip(ends, steps, strict=True)
        ]
        labels = list(cases.scenario(k)[0].items())
        assert labels[0] == ("draw", k)
        assert [Fraction(text) for _, text in labels[1:]] == wanted


def test_a_drawn_figure_has_no_interval_left_and_lies_within_the_old_one():
    cases = co.draws("veskar-strait", 5, seed=1)
    for k in range(5):
        effect = cases.scenario(k)[1].options[0].effect
        assert effect.low == effect.value == effect.high
        assert 20 <= effect.value <= 26


def test_draws_at_the_points_of_a_grid_are_the_same_draws():
    cases = co.draws(co.grid("veskar-strait", {"what_if.Brenia": ["for", "against"]}), 3, seed=2)
    labels = [cases.scenario(k)[0] for k in range(6)]
    drawn = [{k: v for k, v in x.items() if k != "what_if.Brenia"} for x in labels]
    assert drawn[:3] == drawn[3:]


def test_a_figure_that_is_varied_is_not_drawn():
    key = "payoffs.states.Corvane.band"
    free = co.draws("veskar-strait", 2, seed=3)
    bound = co.draws(co.grid("veskar-strait", {key: [1]}), 2, seed=3)
    assert key in free.varied
    assert bound.varied.count(key) == 1
    one, two = free.scenario(1)[0], bound.scenario(1)[0]
    assert {k: v for k, v in one.items() if k != key} == {k: v for k, v in two.items() if k != key}


def test_an_alias_is_one_figure():
    text = "a: &x {value: 2, low: 1, high: 3}\nb: *x\nc: {value: 2, low: 1, high: 3}\n"
    first, second = figures_with_interval(load_text("x", text))
    assert first.places == (("a",), ("b",))
    assert second.places == (("c",),)


def test_shares_of_draws_are_called_estimates():
    found = run_sweep(co.draws("veskar-strait", 20, seed=1), "assess")
    assert found.guarantee == "estimated"
    assert "95 % interval" in str(found)
    assert found.provenance.seed == 1


# Documents

LEAVES = st.integers(-5, 5) | st.sampled_from(["x", "y"])
NAMES = st.sampled_from(["a", "b", "a.b", "c"])
TREES = st.recursive(
    LEAVES,
    lambda below: (
        st.dictionaries(NAMES, below, min_size=1, max_size=3)
        | st.lists(below, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def places(here, above=()):
    """List every place in a tree."""
    parts = here.items() if isinstance(here, dict) else enumerate(here)
    for key, below in parts:
        yield (*above, key)
        if isinstance(below, dict | list):
            yield from places(below, (*above, key))


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=3), TREES, st.data())
def test_replacing_changes_one_place_and_nothing_else(tree, value, data):
    document = load_text("x", json.dumps(tree))
    place = data.draw(st.sampled_from(list(places(tree))))
    found = replaced(document, {place: value})
    wanted = json.loads(json.dumps(tree))
    here = wanted
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = value
    assert found.data == wanted
    assert document.data == tree
    for path in places(wanted):
        assert found.holds(path)
    assert found.position(place) == document.position(place)


@given(st.dictionaries(st.sampled_from("abc"), TREES, min_size=1, max_size=3), st.data())
def test_a_dotted_key_finds_its_place(tree, data):
    plain_tree = json.loads(json.dumps(tree).replace("a.b", "d"))  # no dots within names
    document = load_text("x", json.dumps(plain_tree))
    place = data.draw(st.sampled_from(list(places(plain_tree))))
    assert find_place(document, ".".join(map(str, place))) == place


def test_a_name_with_a_dot_is_found():
    document = load_text("x", "s: {St. Lucia: {is: for}}")
    assert find_place(document, "s.St. Lucia.is") == ("s", "St. Lucia", "is")


def test_numbers_of_numpy_are_plain():
    assert [plain(v, "k") for v in np.arange(2)] == [0, 1]
    assert type(plain(np.float64(0.5), "k")) is float


# Wrong input


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"payofs.scores": [1]}, r"the scenario has no 'payofs' \(did you mean 'payoffs'\?\)"),
        ({"amendments.sunst.cost": [1]}, r"has no 'sunst' \(did you mean 'sunset'\?\)"),
        ({f"{WORTH}.B.low": [1]}, "is -9, and nothing stands below it"),
        ({"never.4": [1]}, "list of 1"),
        ({"what_if": ["for"]}, "needs a state"),
        ({"whatif.B": ["for"]}, "did you mean 'what_if'"),
        ({"what_if.Z": ["for"]}, "takes part in no vote"),
        ({"what_if.B": ["fro"]}, "a vote is for, abstain, against, absent"),
        ({f"{WORTH}.B": []}, "has no values"),
        ({f"{WORTH}.B": [1, 1]}, "stands twice"),
        ({f"{WORTH}.B": "for"}, "must be a list"),
        ({f"{WORTH}.B": [object()]}, "cannot stand in a scenario file"),
        ({f"{WORTH}.B": [1, "much"]}, "'much' must be a number"),
        ({f"{WORTH}.B": [float("nan")]}, "must be a number"),
        ({f"{WORTH}.B": [1], "payoffs.scores": [{}]}, "varied twice, or within another key"),
        ({"positions..is": [1]}, "is no key"),
        ({f"{WORTH}.{s}": range(40) for s in "ABcd"}, "at most 1,000,000"),
    ],
)
def test_a_wrong_grid_is_refused_in_one_sentence(vary, message):
    with pytest.raises(EngineError, match=message) as caught:
        co.grid(SEVEN, vary)
    if not isinstance(caught.value, InputError):  # of a file all problems are told, a line each
        assert "\n" not in str(caught.value)


def test_too_many_scenarios_are_refused_before_they_are_made():
    with pytest.raises(LimitError, match="at most 1,000,000"):
        co.draws("veskar-strait", 2_000_000)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: co.draws(SEVEN, 3), "no figure has an interval"),
        (lambda: co.draws("veskar-strait", 0), "at least 1"),
        (lambda: co.draws("veskar-strait", 1, seed=-1), "at least 0"),
        (lambda: co.draws("veskar-strait", True), "at least 1"),
        (lambda: co.sweep(SEVEN, "asess"), r"did you mean 'assess'"),
        (lambda: co.sweep(SEVEN, workers=0), "at least 1"),
        (lambda: co.sweep(SEVEN, workers=1.5), "whole number"),
        (lambda: co.sweep(SEVEN, workers=1000), "at most 61"),
        (lambda: co.sweep(SEVEN, chunk=0), "at least 1"),
        (lambda: co.sweep(SEVEN, workers=2, scheduler="tcp://x:1"), "not both"),
        (lambda: co.sweep([]), "no scenario to go through"),
        (lambda: co.sweep([7]), "is no scenario"),
        (lambda: co.sweep("no-such-case"), "no-such-case"),
        (lambda: co.grid(co.load(SEVEN).read_as("literal"), {}), "vary bodies.NAME.reading"),
    ],
)
def test_wrong_questions_are_refused_in_one_sentence(call, message):
    with pytest.raises(EngineError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_scenario_that_cannot_be_answered_is_named():
    cases = co.grid(SEVEN, {f"{WORTH}.B": [1, 2]})
    with pytest.raises(EngineError, match="no solver named 'no-such-solver'"):
        run_sweep(cases, "packages", solver="no-such-solver")


def test_a_file_that_changed_meanwhile_is_noticed(tmp_path):
    scenario = written(SEVEN, tmp_path, lambda data: None)
    written(SEVEN, tmp_path, lambda data: data.update(title="another"))
    with pytest.raises(EngineError, match="has changed since it was loaded"):
        co.grid(scenario, {"unit": ["EUR"]})


def test_cases_travel_to_workers():
    cases = co.draws("veskar-strait", 2, seed=1)
    again = pickle.loads(pickle.dumps(cases))
    assert again.scenario(1) == cases.scenario(1)
    assert again.fingerprint == cases.fingerprint


# The command


def run(*arguments: str):
    return CliRunner().invoke(main, ["sweep", *arguments])


def test_the_command_gives_the_rows():
    said = run(SEVEN, "--vary", f"{WORTH}.B=-9, 0", "--question", "assess", "--format", "json")
    assert said.exit_code == 0, said.output
    answer = json.loads(said.stdout)["answer"]
    wanted = run_sweep(co.grid(SEVEN, {f"{WORTH}.B": [-9, 0]}), "assess").rows()
    assert answer["rows"] == wanted
    csv = run(SEVEN, "--vary", f"{WORTH}.B=-9,0", "--question", "assess", "--format", "csv").stdout
    assert csv.count("unclassified") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "what_if.B"], "write KEY=VALUE"),
        (["--vary", "unit=a", "--vary", "unit=b"], "a key stands twice"),
        (["--vary", "unit=[a"], "--vary unit"),
        (["--reading", "literal"], "--vary bodies.NAME.reading=literal"),
        (["--plot", "x.png", "--vary", "unit=a"], "over two keys"),
        (["--plot", "x.gif", "--vary", "unit=a"], "must end in .svg or .png"),
        (["--workers", "2", "--scheduler", "tcp://x:1"], "not both"),
    ],
)
def test_the_command_refuses_in_one_line(arguments, message):
    said = run(SEVEN, *arguments)
    assert said.exit_code == 2
    assert message in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


@pytest.mark.skipif("COALITIONS_LONG" not in os.environ, reason="2,000 scenarios on every engine")
def test_two_thousand_scenarios_on_one_process_two_and_a_cluster(tmp_path):
    from distributed import LocalCluster

    cases = co.draws(co.grid("veskar-strait", {"what_if.Brenia": ["for", "against"]}), 1000, 4)
    one = run_sweep(cases, "assess").rows()
    assert run_sweep(cases, "assess", workers=2).rows() == one
    killed: list[int] = []
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as cluster:

        def kill_a_worker(done: int, total: int) -> None:
            if done and not killed:
                killed.append(cluster.workers[0].process.process.pid)
                os.kill(killed[0], signal.SIGKILL)

        address = cluster.scheduler_address
        found = run_sweep(cases, "assess", scheduler=address, progress=kill_a_worker)
    assert killed
    assert found.rows() == one
