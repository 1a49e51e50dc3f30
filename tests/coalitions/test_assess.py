"""Verdicts under uncertainty against every completion, and the gate before any vote."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.concessions.packages import packages
from coalitions.decisions.assess import assess
from coalitions.decisions.modelling import eligibility
from coalitions.decisions.verdicts import StateVote, count_votes
from coalitions.files.yaml12 import load
from coalitions.scenarios.build import build
from coalitions.scenarios.scenario import LEVEL_WORDS
from coalitions.solving.solve import solve
from solvers.rules.totals import totals_after
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

MEMBERS = ("P", "Q", "r", "s", "t")
RULES = {
    "two thirds of those voting": {"in_favour": "2/3", "of": "voting"},
    "two thirds of those present": {"in_favour": "2/3", "of": "present"},
    "three, and no veto": {"all": [{"in_favour": 3}, {"nobody_against": "permanent"}]},
    "three, permanent members among them": {
        "all": [{"in_favour": 3}, {"everybody_for": "permanent"}]
    },
    "weighted": {"in_favour": 7, "weight": "votes"},
    "consensus": {"nobody_against": "members"},
    "few withhold, or three for": {"any": [{"withholding_below": 2}, {"in_favour": 3}]},
}


def scenario(rule=None, option=None, legitimacy=0, **extra):
    """Five members, two of them permanent; what is left out is filled in."""
    readings = {"plain": {"title": "as it is", "rule": rule or {"in_favour": 3}}}
    data = {
        "format": "coalitions/1",
        "title": "Five",
        "date": "2026-01-01",
        "bodies": {
            "five": {
                "legitimacy": legitimacy,
                "define": {
                    "title": "Five",
                    "roster": {
                        "members": list(MEMBERS),
                        "groups": {"permanent": ["P", "Q"]},
                        "weights": {"votes": {"P": 4, "Q": 3, "r": 2, "s": 2, "t": 1}},
                    },
                    "decisions": {
                        "vote": {"title": "Vote", "effect": "internal", "readings": readings}
                    },
                },
            }
        },
        "options": {
            "text": {
                "title": "T",
                "needs": "five",
                "legal_basis": "host_consent",
                "effect": 1,
                **(option or {}),
            }
        },
        "floors": {"effect": 0},
        "never": ["amnesty"],
        **extra,
    }
    return build(load("five.yaml", json.dumps(data)), "five", Path())


def only(case):
    (verdict,) = assess(case).verdicts
    return verdict


def by_brute_force(rule, spans):
    """Judge every completion; name who can turn the outcome alone under some of them."""
    outcomes, decisive = set(), set()
    for votes in product(*spans):
        outcomes.add(rule.evaluate(votes))
        for i, span in enumerate(spans):
            others = {rule.evaluate([*votes[:i], level, *votes[i + 1 :]]) for level in span}
            if len(others) == 2:
                decisive.add(rule.names[i])
    if len(outcomes) == 2:
        return "turns on", decisive
    return ("passes" if True in outcomes else "fails"), set()


positions = st.lists(st.sampled_from(sorted(LEVEL_WORDS)), min_size=5, max_size=5)


@given(st.sampled_from(sorted(RULES)), positions)
def test_verdicts_on_positions(rule, words):
    stated = {m: {"is": w} for m, w in zip(MEMBERS, words, strict=True)}
    verdict = only(scenario(RULES[rule], positions=stated))
    spans = [range(LEVEL_WORDS[w][0], LEVEL_WORDS[w][2] + 1) for w in words]
    expected, decisive = by_brute_force(verdict.venue.bound.rule, spans)
    assert (verdict.verdict, set(verdict.turns_on)) == (expected, decisive)
    assert verdict.passed is {"passes": True, "fails": False}.get(expected)
    assert ("TURNS ON" in verdict.headline) == (expected == "turns on")
    assert "PASSED" not in verdict.headline  # that word is for what happened
    assert assess(scenario(RULES[rule], positions=stated)).verify()


halves = st.integers(-8, 8).map(lambda n: Fraction(n, 2))


@st.composite
def margins(draw):
    low, value, high = sorted(draw(st.lists(halves, min_size=3, max_size=3)))
    return low, value, high, abs(draw(halves))


@given(st.sampled_from(sorted(RULES)), st.lists(margins(), min_size=5, max_size=5))
def test_verdicts_on_payoffs_with_intervals(rule, numbers):
    worth, states, spans = {}, {}, []

    def level(margin, band):
        return YES if margin >= 0 else ABSTAIN if margin >= -band else NO

    for member, (low, value, high, band) in zip(MEMBERS, numbers, strict=True):
        worth[member] = {k: str(n) for k, n in (("low", low), ("value", value), ("high", high))}
        states[member] = {"weights": {"worth": 1}, "band": str(band)}
        spans.append(range(level(low, band), level(high, band) + 1))
    payoffs = {"criteria": {"worth": "w"}, "scores": {"text": {"worth": worth}}, "states": states}
    verdict = only(scenario(RULES[rule], payoffs=payoffs))
    assert [v.margin for v in verdict.votes] == [value for _, value, _, _ in numbers]
    expected, decisive = by_brute_force(verdict.venue.bound.rule, spans)
    assert (verdict.verdict, set(verdict.turns_on)) == (expected, decisive)


def test_a_margin_is_weighted_scores_over_the_reservation_point():
    payoffs = {
        "criteria": {"relief": "r", "order": "o"},
        "scores": {
            "text": {
                "relief": {"default": 10, "Q": {"value": 4, "low": 2, "high": 6}},
                "order": {"default": -5},
            }
        },
        "states": {
            "P": {"weights": {"relief": 0.6, "order": 0.4}, "reservation": 1, "band": 2},
            "Q": {
                "weights": {"relief": 0.5, "order": "1/2"},
                "band": 2,
                "legitimacy": 0.5,
                "burden": {"text": {"value": 1, "low": 0.5, "high": 3}},
            },
        },
    }
    case = scenario(payoffs=payoffs)
    votes = {v.state: v for v in only(case).votes}
    assert votes["P"].margin == Fraction(3)
    assert (votes["P"].low, votes["P"].vote, votes["P"].high) == (YES, YES, YES)
    # Q: half of 2, 4, 6 and of -5, less a burden of 3, 1, 0.5: from -4.5 over -1.5 to 0.
    assert votes["Q"].margin == Fraction(-3, 2)
    assert (votes["Q"].low, votes["Q"].vote, votes["Q"].high) == (NO, ABSTAIN, YES)
    assert votes["r"].margin is None


def test_the_legitimacy_of_a_route_counts():
    payoffs = {
        "criteria": {"worth": "w"},
        "scores": {"text": {"worth": {"default": -2}}},
        "states": {"P": {"weights": {"worth": 1}, "band": 0, "legitimacy": 0.5}},
    }
    assert only(scenario(payoffs=payoffs)).votes[0].margin == -2
    trusted = only(scenario(payoffs=payoffs, legitimacy=3))
    assert (trusted.votes[0].margin, trusted.votes[0].vote) == (Fraction(-1, 2), NO)
    assert only(scenario(payoffs=payoffs, legitimacy=4)).votes[0].vote == YES


def test_a_record_is_judged_as_recorded_and_set_beside_the_model():
    record = {"votes": {"for": ["P", "r", "s"], "against": ["Q"], "absent": ["t"]}}
    stated = {
        "P": {"is": "against"},
        "Q": {"is": "leans_against"},
        "r": {"is": "leans_for"},
        "s": {"is": "abstain"},
        "t": {"is": "for"},
    }
    case = scenario(positions=stated, recorded={**record, "source": "minutes"})
    verdict = only(case)
    assert verdict.headline == "PASSED (recorded)"
    assert verdict.totals == (3, 1, 0, 1, 0)
    assert verdict.differences == (
        "P: recorded for, modelled against",
        "s: recorded for, modelled abstain",
        "t: recorded absent, modelled for",
    )
    assert assess(case).assumptions == ()  # the positions decide nothing here
    changed = only(case.what_if(r="against"))
    assert changed.headline == "WOULD HAVE FAILED"
    assert [(v.state, v.origin) for v in changed.votes if v.origin != "recorded"] == [
        ("r", "what-if")
    ]
    same = scenario(recorded=record)
    assert only(same).differences == ()


def test_without_a_vote():
    verdict = only(scenario(recorded={"votes": {}, "without_vote": True, "source": "minutes"}))
    assert verdict.headline == "ADOPTED WITHOUT A VOTE (recorded)"
    assert verdict.totals == (0, 0, 0, 0, 0)
    assert verdict.diagnosis is None
    assert verdict.other_readings == ()


def test_totals_that_do_not_decide():
    veto = RULES["three, and no veto"]
    case = scenario(veto, recorded={"totals": {"for": 4, "against": 1}, "source": "press"})
    assert only(case).verdict == "undetermined"  # it turns on who was against
    assert only(case).passed is None
    assert only(case).headline.startswith("UNDETERMINED")
    clear = scenario(veto, recorded={"totals": {"for": 4, "abstain": 1}, "source": "press"})
    assert only(clear).headline == "PASSED (recorded)"
    assert only(clear.what_if(P="for")).headline == "WOULD HAVE PASSED"
    against = only(clear.what_if(P="against"))  # the others' votes are not known, and need not be
    assert against.headline == "FAILS THROUGHOUT under these inputs"
    close = scenario(recorded={"totals": {"for": 3, "against": 2}, "source": "press"})
    # Whether Q was one of the three is not known, so an abstention of Q leaves it open.
    assert only(close.what_if(Q="abstain")).verdict == "turns on"
    assert only(close.what_if(Q="for")).passed is True


@given(
    st.lists(st.sampled_from([NO, ABSTAIN, YES, ABSENT]), min_size=1, max_size=5),
    st.lists(st.sampled_from([NO, ABSTAIN, YES, ABSENT]), max_size=3),
)
def test_totals_after_a_change(votes, changed):
    changed = changed[: len(votes)]

    def count(profile):
        return profile.count(YES), profile.count(NO), profile.count(ABSTAIN)

    possible = set()
    for who in product(range(len(votes)), repeat=len(changed)):
        if len(set(who)) == len(who):
            profile = list(votes)
            for player, vote in zip(who, changed, strict=True):
                profile[player] = vote
            possible.add(count(profile))
    found = totals_after(count(votes), len(votes), changed)
    assert set(found) == possible
    assert len(found) == len(possible)


def test_a_roster_of_ones_own_is_reported():
    case = scenario()
    assert not only(case).venue.bound.roster.own
    own = {"members": ["P", "Q", "r"], "groups": {"permanent": ["P"]}, "note": "a guess"}
    data = {"five": {"use": "un-security-council", "decision": "procedural", "roster": own}}
    with pytest.raises(ValueError, match="nobody can meet 'nine in favour'"):
        scenario(bodies=data)
    own["members"] += list("stuvwxyz")
    found = assess(scenario(bodies=data))
    assert found.verdicts[0].venue.bound.roster.own
    assert ("bodies.five.roster", "assumed", "own roster: a guess") in {
        (a.place, a.origin, a.what) for a in found.assumptions
    }
    roster = found.to_dict()["answer"]["verdicts"][0]["roster"]
    assert (roster["own"], roster["notes"]) == (True, ["a guess"])


def test_votes_are_counted_apart_from_what_is_unknown():
    spans = [(NO, NO, YES), (NO, NO, ABSTAIN), (ABSTAIN, YES, YES), (ABSENT,) * 3]
    votes = [StateVote(str(i), *span, "assumed") for i, span in enumerate(spans)]
    assert count_votes(votes) == (1, 1, 0, 1, 1)


def test_where_it_fails_even_at_best_the_best_case_is_explained():
    stated = {"P": {"is": "against"}, "default": {"is": "unknown"}}
    verdict = only(scenario(RULES["three, and no veto"], positions=stated))
    assert verdict.verdict == "fails"
    assert verdict.diagnosis is not None
    assert [f.through for f in verdict.diagnosis.failed] == [(0,)]  # nobody else is blamed
    assert assess(scenario(RULES["three, and no veto"], positions=stated)).verify()


# The gate before any vote. Nothing that speaks for an option opens it.

EVERYBODY = {"default": {"is": "for", "origin": "stated"}}
AMENDMENTS = {
    "none": {},
    "lifting": {"lift": {"title": "l", "effect": 5}},
    "lifting over a red line": {"lift": {"title": "l", "effect": 5, "crosses": ["amnesty"]}},
    "lifting another option": {"lift": {"title": "l", "effect": 5, "options": ["other"]}},
    "too weak": {"lift": {"title": "l", "effect": 1}, "worse": {"title": "w", "effect": -9}},
}
OTHER = {"title": "O", "needs": "five", "legal_basis": "host_consent", "effect": 9}


@pytest.mark.parametrize("amendments", AMENDMENTS)
@pytest.mark.parametrize("effect", [3, 5, 1000])
@pytest.mark.parametrize("crosses", [[], ["amnesty"]])
@pytest.mark.parametrize("basis", ["chapter_vii", "non_enforcement", "contested", "none"])
def test_the_gate(basis, crosses, effect, amendments):
    text = {"title": "T", "needs": "five", "legal_basis": basis, "effect": effect,
            "crosses": crosses}  # fmt: skip
    case = scenario(
        options={"text": text, "other": OTHER},
        floors={"effect": 5},
        amendments=AMENDMENTS[amendments],
        positions=EVERYBODY,
    )
    status, why = eligibility(case, case.option("text"))
    reachable = effect >= 5 or amendments == "lifting"
    if crosses or basis == "none" or not reachable:
        assert status == "not eligible"
    elif basis == "contested":
        assert status == "contested"
    else:
        assert status == ("eligible" if effect >= 5 else "needs amendments")
    assert bool(why) == (status != "eligible")
    assert ("crosses a red line: amnesty" in why) == bool(crosses)
    if not crosses and basis != "none":
        assert ("effect 3 is below the floor of 5" in why) == (effect < 5)
    verdict = assess(case, "text").verdicts[0]
    assert verdict.verdict == "passes"  # everybody is for it
    assert (verdict.status, verdict.why) == (status, why)
    found = packages(case, "text")
    assert (found.status == "not eligible") == (status == "not eligible")
    assert (found.reason == why) == (status == "not eligible" or not why)
    assert eligibility(case, case.option("other")) == ("eligible", "")


def test_the_gate_is_on_the_screen():
    case = scenario(option={"legal_basis": "none"}, positions=EVERYBODY)
    shown = str(solve(case))
    assert "NOT ELIGIBLE  no legal basis" in shown
    below = scenario(floors={"effect": 5}, positions=EVERYBODY, amendments=AMENDMENTS["lifting"])
    assert "NEEDS AMENDMENTS  effect 1 is below the floor of 5" in str(solve(below))
    assert [p["name"] for p in packages(below).rows()] == ["lift"]


@settings(max_examples=30)
@given(positions)
def test_the_answer_is_tidy(words):
    case = scenario(positions={m: {"is": w} for m, w in zip(MEMBERS, words, strict=True)})
    found = assess(case)
    rows = found.rows()
    assert [r["state"] for r in rows] == list(MEMBERS)
    assert {r["option"] for r in rows} == {"text"}
    assert json.loads(found.to_json()) == found.to_dict()
    assert sum(found.verdicts[0].totals) == len(MEMBERS)
