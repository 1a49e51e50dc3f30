"""Totals decide exactly when every way to give the votes to the members agrees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import outcomes_of_totals
from strategies import rules

from solvers.errors import LimitError, RuleError
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import All, InFavour, NobodyAgainst, Share, bind
from solvers.rules.totals import decide_from_totals


@settings(max_examples=200)
@given(rules(max_players=5), st.data())
def test_against_every_way_to_give_the_votes(rule, data):
    n = rule.n_players
    yes = data.draw(st.integers(0, n))
    no = data.draw(st.integers(0, n - yes))
    abstain = data.draw(st.integers(0, n - yes - no))
    outcomes = outcomes_of_totals(rule.to_dict()["root"], n, yes, no, abstain)
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert decide_from_totals(rule, yes, no, abstain) is expected


def council():
    permanent = ("CHN", "FRA", "GBR", "RUS", "USA")
    roster = Roster.of([*permanent, *"abcdefghij"], {"permanent": permanent})
    return bind(All((InFavour(9), NobodyAgainst("permanent"))), roster)


@pytest.mark.parametrize(
    ("totals", "outcome"),
    [
        ((15, 0, 0), True),
        ((9, 0, 6), True),
        ((8, 0, 7), False),
        ((13, 2, 0), None),  # vetoed, or two elected members against
        ((4, 9, 2), False),
        ((9, 6, 0), None),
        ((8, 7, 0), False),
        ((10, 5, 0), None),
    ],
)
def test_the_security_council_by_totals(totals, outcome):
    assert decide_from_totals(council(), *totals) is outcome


def test_overlapping_bodies_of_193_are_decided_at_once():
    names = [f"{i:03d}" for i in range(193)]
    roster = Roster.of(names, {"council": names[100:115]})
    law = All((InFavour(9, among="council"), InFavour(Share(2, 3), "voting")))
    rule = bind(law, roster)
    assert decide_from_totals(rule, 141, 5, 35) is None
    assert decide_from_totals(rule, 190, 1, 1) is True
    assert decide_from_totals(rule, 60, 40, 90) is False


@pytest.mark.parametrize("totals", [(3, 1, 0), (-1, 1, 1), (2, 2, -1)])
def test_totals_that_do_not_fit(totals):
    rule = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2))
    with pytest.raises(RuleError) as error:
        decide_from_totals(rule, *totals)
    assert str(error.value) == (
        f"totals {totals[0]}-{totals[1]}-{totals[2]} do not fit a body of 3 members"
    )


def test_too_many_types_are_refused_with_the_way_out():
    weights = tuple(range(1, 28))
    rule = Rule(27, Quota(weights, (0,) * 27, (0,) * 27, 200))
    with pytest.raises(LimitError, match=r"27 types of members .* the limit is 200,000: give the"):
        decide_from_totals(rule, 14, 10, 3)
