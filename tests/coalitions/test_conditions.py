"""Conditions of positions: what is read, what is refused, and what comes true when."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalitions.decisions.assess import assess
from coalitions.decisions.modelling import model_of
from coalitions.files.yaml12 import load
from coalitions.scenarios.build import build
from coalitions.scenarios.conditions import (
    NamedCondition,
    compile_condition,
    parse_condition,
    states_in,
)
from solvers.concessions.problem import Package
from solvers.rules.vote_conditions import truth
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

AMENDMENTS = ("sunset", "lead")
ENDORSED = {"union": True, "host": False}
VOTERS = ("CHN", "DEU", "RUS")
LEVELS = {"for": {YES}, "not_against": {ABSTAIN, YES}, "against": {NO}, "abstains": {ABSTAIN}}


def parsed(data):
    wrong = []
    found = parse_condition(
        data, ("if",), lambda path, said: wrong.append((path, said)), AMENDMENTS, ENDORSED, VOTERS
    )
    return found, wrong


def holds(data, adopted, votes):
    """Evaluate a condition as it is written."""
    if isinstance(data, str):
        return data in adopted
    ((key, value),) = data.items()
    if key in ("all", "any"):
        return (all if key == "all" else any)(holds(part, adopted, votes) for part in value)
    if key == "not":
        return not holds(value, adopted, votes)
    if key == "adopted":
        return value in adopted
    if key == "endorsed":
        return ENDORSED[value]
    return votes.get(value) in LEVELS[key]


atoms = st.one_of(
    st.sampled_from(AMENDMENTS),
    st.builds(lambda word: {"adopted": word}, st.sampled_from(AMENDMENTS)),
    st.builds(lambda word: {"endorsed": word}, st.sampled_from(sorted(ENDORSED))),
    st.builds(lambda key, state: {key: state}, st.sampled_from(sorted(LEVELS)),
              st.sampled_from(VOTERS)),
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]),
                  st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)  # fmt: skip


@given(conditions)
def test_a_condition_means_what_it_says(data):
    condition, wrong = parsed(data)
    assert not wrong
    numbers = {"sunset": 0, "lead": 1}
    players = {"CHN": 0, "DEU": 1}  # RUS does not vote in this body: it makes no vote there
    compiled = compile_condition(condition, numbers, ENDORSED, players)
    for china, germany in product((NO, ABSTAIN, YES, ABSENT), repeat=2):
        intervals = {0: (china, china), 1: (germany, germany)}
        for adopted in ((), ("sunset",), ("lead",), AMENDMENTS):
            wanted = holds(data, adopted, {"CHN": china, "DEU": germany})
            assert truth(compiled, frozenset(map(numbers.get, adopted)), intervals) is wanted


@given(conditions)
def test_the_states_a_condition_speaks_of(data):
    condition, _ = parsed(data)
    assert states_in(condition) == {s for s in VOTERS if f'"{s}"' in json.dumps(data)}


def test_names_of_states_are_understood():
    assert parsed({"for": "China"}) == (NamedCondition("for", "CHN"), [])
    assert parsed({"not": {"against": "de"}})[0].parts == (NamedCondition("against", "DEU"),)


def test_an_amendment_of_another_option_is_not_adopted():
    compiled = compile_condition(parsed("sunset")[0], {}, ENDORSED, {})
    assert truth(compiled, frozenset(), {}) is False


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        ("sunst", ("if",), "no amendment 'sunst' (did you mean 'sunset'?)"),
        ({"endorsed": "onion"}, ("if", "endorsed"),
         "no endorsement 'onion' (did you mean 'union'?)"),
        ({"for": "Norway"}, ("if", "for"), "'Norway' votes in no body here"),
        ({"for": "RSU"}, ("if", "for"), "'RSU' votes in no body here (did you mean 'RUS'?)"),
        ({"for": ["RUS"]}, ("if", "for"), "names one thing, not ['RUS']"),
        ({"nto": "sunset"}, ("if", "nto"), "unknown condition 'nto' (did you mean 'not'?)"),
        ({"all": "sunset"}, ("if", "all"), "must be a list of conditions"),
        ({"any": []}, ("if", "any"), "must be a list of conditions"),
        ({"all": ["lead", {"not": 3}]}, ("if", "all", 1, "not"), "a condition is an amendment or "
         "one of all, any, not, adopted, endorsed, for, not_against, against, abstains, not 3"),
        ({}, ("if",), "a condition is an amendment or one of all, any, not, adopted, endorsed, "
         "for, not_against, against, abstains, not {}"),
    ],
)  # fmt: skip
def test_what_is_no_condition(data, path, said):
    found, wrong = parsed(data)
    assert wrong == [(path, said)]
    assert found is None or found.kind == "all"


def test_every_mistake_of_a_condition_is_found():
    _, wrong = parsed({"any": ["sunst", {"for": "Norway"}, {"not": {"adopted": "laed"}}]})
    assert [path for path, _ in wrong] == [
        ("if", "any", 0),
        ("if", "any", 1, "for"),
        ("if", "any", 2, "not", "adopted"),
    ]


def test_a_state_may_vote_where_the_members_are_not_known():
    wrong = []
    found = parse_condition(
        {"for": "CHN"}, (), lambda *said: wrong.append(said), (), (), (), lambda word: word
    )
    assert (found, wrong) == (NamedCondition("for", "CHN"), [])


# Positions with conditions, in a scenario.


def scenario(positions, **extra):
    data = {
        "format": "coalitions/1",
        "title": "Three",
        "date": "2026-01-01",
        "bodies": {
            "trio": {
                "define": {
                    "title": "Trio",
                    "roster": {"members": list(VOTERS)},
                    "decisions": {
                        "vote": {
                            "title": "Vote",
                            "effect": "internal",
                            "readings": {"plain": {"title": "two", "rule": {"in_favour": 2}}},
                        }
                    },
                }
            }
        },
        "options": {
            "text": {"title": "T", "needs": "trio", "legal_basis": "host_consent", "effect": 1}
        },
        "floors": {"effect": 0},
        "never": ["amnesty"],
        "amendments": {k: {"title": k} for k in AMENDMENTS},
        "endorsements": {k: {"title": k, "given": v} for k, v in ENDORSED.items()},
        "positions": positions,
        **extra,
    }
    return build(load("three.yaml", json.dumps(data)), "three", Path())


def votes_of(case, *adopted):
    (option,) = case.options
    problem = model_of(case, option, option.venues[0]).problem
    keys = [a.key for a in case.amendments]
    package = Package(frozenset(keys.index(a) for a in adopted))
    return dict(zip(VOTERS, problem.votes(package), strict=True))


def test_opposition_comes_before_support_and_support_before_abstention():
    position = {
        "is": "for",
        "abstains_if": {"any": ["sunset", "lead"]},
        "opposes_if": {"all": ["sunset", "lead"]},
    }
    case = scenario({"CHN": position})
    assert [votes_of(case, *a)["CHN"] for a in ((), ("lead",), AMENDMENTS)] == [YES, ABSTAIN, NO]
    both = {"is": "against", "supports_if": "lead", "abstains_if": "lead"}
    assert votes_of(scenario({"CHN": both}), "lead")["CHN"] == YES


def test_a_chain_of_followers():
    case = scenario(
        {
            "RUS": {"is": "against", "abstains_if": {"not_against": "CHN"}},
            "CHN": {"is": "abstain", "supports_if": {"all": [{"for": "DEU"}, "lead"]}},
            "DEU": {"is": "abstain", "supports_if": {"endorsed": "union"}},
        }
    )
    assert votes_of(case) == {"DEU": YES, "CHN": ABSTAIN, "RUS": ABSTAIN}
    assert votes_of(case, "lead") == {"DEU": YES, "CHN": YES, "RUS": ABSTAIN}
    assert votes_of(case.what_if(CHN="against")) == {"DEU": YES, "CHN": NO, "RUS": NO}
    assert votes_of(case.what_if(CHN="absent")) == {"DEU": YES, "CHN": ABSENT, "RUS": NO}


@given(conditions, conditions, st.sampled_from(["for", "leans_for", "unknown", "against"]))
def test_intervals_hold_whatever_comes_true(first, second, word):
    # What CHN does turns on RUS and DEU, so neither may wait for CHN.
    def without(data, *gone):
        text = json.dumps(data)
        return json.loads(text.replace("CHN", gone[0]).replace("DEU", gone[-1]))

    chinese = without(first, "RUS", "DEU")
    german = without(second, "RUS", "RUS")
    case = scenario(
        {
            "CHN": {"is": "against", "supports_if": chinese},
            "DEU": {"is": word, "opposes_if": german},
            "RUS": {"is": "unknown"},
        }
    )
    (verdict,) = assess(case).verdicts
    spans = {s.state: range(s.low, s.high + 1) for s in verdict.votes}
    words = {"for": (YES,), "leans_for": (ABSTAIN, YES), "unknown": (NO, ABSTAIN, YES)}
    outcomes = set()
    for russia in (NO, ABSTAIN, YES):
        for base in words.get(word, (NO,)):
            germany = NO if holds(german, (), {"RUS": russia}) else base
            votes = {"RUS": russia, "DEU": germany}
            china = YES if holds(chinese, (), votes) else NO
            votes["CHN"] = china
            assert all(votes[state] in spans[state] for state in VOTERS)
            outcomes.add(list(votes.values()).count(YES) >= 2)
    if verdict.verdict != "turns on":  # never surer than the completions allow
        assert outcomes == {verdict.verdict == "passes"}
    else:
        assert set(verdict.turns_on) <= {s.state for s in verdict.votes if s.low != s.high}
