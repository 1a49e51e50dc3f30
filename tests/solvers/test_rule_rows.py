"""A rule as rows: some choice of the branches meets every row exactly when the rule holds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import all_profiles, decided
from strategies import levels, rules

from solvers.programmes.programme import Programme, solve
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.rules.rule_rows import rule_rows, vote_variables


def met(rows, profile):
    """Whether some choice of the branch binaries satisfies every row."""
    if not rows.rows:
        return True
    branches = np.array(list(itertools.product((0, 1), repeat=rows.n_branches)), dtype=np.int64)
    branches = branches.reshape(2**rows.n_branches, rows.n_branches)
    holds = np.ones(len(branches), dtype=bool)
    for row in rows.rows:
        fixed = sum(c for i, c in row.y.items() if profile[i] == 2)
        fixed += sum(c for i, c in row.n.items() if profile[i] == 0)
        total = np.full(len(branches), fixed)
        for b, c in row.branch.items():
            total += c * branches[:, b]
        holds &= total >= row.rhs
    return bool(holds.any())


@settings(max_examples=200)
@given(rules(max_players=5).filter(lambda r: rule_rows(r).n_branches <= 9))
def test_rows_hold_exactly_when_the_rule_does(rule):
    rows = rule_rows(rule)
    for p in all_profiles(rule.n_players):
        assert met(rows, p) == decided(rule.to_dict()["root"], p)


@settings(max_examples=60)
@given(rules(max_players=5), st.data())
def test_a_programme_with_the_votes_fixed_is_feasible_exactly_when_the_rule_holds(rule, data):
    profile = data.draw(st.lists(levels, min_size=rule.n_players, max_size=rule.n_players))
    programme = Programme("fixed votes")
    y, n = vote_variables(programme, rule, profile)
    assert sorted(y) == sorted(n) == [i for i, v in enumerate(profile) if v != 3]
    for i in y:
        programme.fix(y[i], int(profile[i] == 2))
        programme.fix(n[i], int(profile[i] == 0))
    programme.minimise({})
    found = solve(programme, solver="highs").status
    assert found == ("optimal" if decided(rule.to_dict()["root"], profile) else "infeasible")


@settings(max_examples=60)
@given(rules(max_players=6))
def test_fewest_votes_in_favour(rule):
    programme = Programme("fewest yes")
    y, n = vote_variables(programme, rule)
    programme.minimise(dict.fromkeys(y.values(), 1))
    answer = solve(programme, solver="highs")
    winning = [p for p in all_profiles(rule.n_players) if decided(rule.to_dict()["root"], p)]
    if winning:
        assert answer.objective == min(p.count(2) for p in winning)
        values = [round(answer.values[y[i]]) - round(answer.values[n[i]]) for i in y]
        assert rule.evaluate([1 + v for v in values])
    else:
        assert answer.status == "infeasible"


def test_no_constant_is_larger_than_the_rule_makes_it():
    leaf = Quota((4, 3, 2), (0, 0, 0), (-1, -1, -1), 5)
    rows = rule_rows(Rule(3, AnyOf((leaf, AllOf((leaf, leaf))))))
    shortfall = 5 - (-3)
    for row in rows.rows[1:]:
        assert list(row.branch.values()) == [-shortfall]
        assert row.rhs == 5 - shortfall


@pytest.mark.parametrize(("root", "status"), [(AllOf(()), "optimal"), (AnyOf(()), "infeasible")])
def test_constants(root, status):
    programme = Programme("constant")
    vote_variables(programme, Rule(2, root))
    programme.minimise({})
    assert solve(programme, solver="highs").status == status
