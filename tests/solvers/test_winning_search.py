"""The cheapest winning coalition by search and by programme, against trying every coalition."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import decided
from strategies import rules

from solvers.errors import LimitError, RuleError
from solvers.listing import winning
from solvers.listing.winning import SEARCH, cheapest_winning_coalition
from solvers.rules.rule import AllOf, Quota, Rule

NO, ABSTAIN, YES, ABSENT = range(4)


def tried(rule, costs, others, inside, outside, blocs, apart, away):
    """The first of the cheapest and then smallest, in player order."""
    n, root = rule.n_players, rule.to_dict()["root"]
    rest = ABSTAIN if others == "abstain" else NO
    best = None
    for size in range(n + 1):
        for coalition in combinations(range(n), size):
            chosen = set(coalition)
            there = [set(bloc) - away for bloc in blocs]
            if not (inside <= chosen and chosen.isdisjoint(outside | away)):
                continue
            if any(0 < len(chosen & bloc) < len(bloc) for bloc in there):
                continue
            if any(chosen.issuperset(pair) for pair in apart):
                continue
            votes = [ABSENT if i in away else YES if i in chosen else rest for i in range(n)]
            if not decided(root, votes):
                continue
            key = (sum(costs[i] for i in chosen), size, [i not in chosen for i in range(n)])
            if best is None or key < best[0]:
                best = key, coalition
    return (None, None) if best is None else (best[1], best[0][0])


@st.composite
def questions(draw):
    rule = draw(rules(min_players=3, max_players=6))
    n = rule.n_players
    player = st.integers(0, n - 1)
    costs = draw(st.lists(st.fractions(0, 4, max_denominator=3), min_size=n, max_size=n))
    inside, outside, away = (draw(st.sets(player, max_size=1)) for _ in range(3))
    blocs = draw(st.lists(st.lists(player, min_size=2, max_size=3, unique=True), max_size=2))
    pair = st.lists(player, min_size=2, max_size=2, unique=True).map(tuple)
    apart = draw(st.lists(pair, max_size=1)) if draw(st.booleans()) else []
    others = draw(st.sampled_from(["abstain", "against"]))
    return (
        rule,
        costs,
        others,
        inside - outside - away,
        outside,
        blocs,
        apart,
        away,
    )


@settings(max_examples=300)
@given(questions())
def test_the_search_against_every_coalition(case):
    found = cheapest_winning_coalition(*case)
    assert (found.players, found.cost) == tried(*case)
    assert found.status == ("infeasible" if found.players is None else "optimal")
    assert (found.solver == SEARCH) == (not case[6])


@settings(max_examples=40)
@given(questions())
def test_the_programme_finds_the_same(case):
    def give_up(question):
        raise LimitError("too many branches")

    found = cheapest_winning_coalition(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winning, "_by_search", give_up)
        again = cheapest_winning_coalition(*case)
    assert (again.players, again.cost, again.status) == (found.players, found.cost, found.status)
    assert again.solver != SEARCH


def test_after_so_many_branches_the_programme_is_asked(monkeypatch):
    rule = Rule(3, Quota((3, 2, 2), (0, 0, 0), (0, 0, 0), 4))
    monkeypatch.setattr(winning, "MAX_BRANCHES", 1)
    found = cheapest_winning_coalition(rule)
    assert found.players == (0, 1)
    assert found.solver != SEARCH


def test_another_back_end_asks_for_the_programme():
    rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    found = cheapest_winning_coalition(rule, solver="cbc")
    assert found.players == (0, 1)
    assert "CBC" in found.solver


@pytest.mark.parametrize(("others", "size"), [("abstain", 1), ("against", 129)])
def test_two_thirds_of_an_assembly(others, size):
    zero, one = (0,) * 193, (1,) * 193
    voting = Quota(one, zero, (-2,) * 193, 0)
    rule = Rule(193, AllOf((voting, Quota(one, zero, zero, 1))))
    found = cheapest_winning_coalition(rule, None, others)
    assert (found.players, found.cost, found.solver) == (tuple(range(size)), size, SEARCH)


def test_large_numbers_are_no_floats():
    """A programme in doubles cannot tell these costs apart."""
    costs = [Fraction(10**20 + k) for k in (2, 1, 0)]
    rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 1))
    found = cheapest_winning_coalition(rule, costs)
    assert (found.players, found.cost) == ((2,), 10**20)


def test_nobody_is_in_and_out_at_once():
    rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 1))
    for argument in ("must_exclude", "absent"):
        with pytest.raises(RuleError, match="must be in the coalition is excluded or absent"):
            cheapest_winning_coalition(rule, must_have=[0], **{argument: [0]})
