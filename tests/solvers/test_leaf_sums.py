"""Sums of leaves against the votes counted anew, and bounds against trying every choice."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import decided
from strategies import levels, rules_and_profiles

from solvers.rules.cost_bound import Covers, combined_bound
from solvers.rules.leaf_sums import compiled_tree, leaf_sums
from solvers.rules.rule import AllOf, Quota, Rule


@given(rules_and_profiles(max_players=6), st.data())
def test_changes_of_vote_add_up(case, data):
    rule, profile = case
    read = leaf_sums(rule)
    needs = read.needs(profile)
    after = list(profile)
    for i in range(rule.n_players):
        after[i] = data.draw(levels)
        gain = read.gain(i, profile[i], after[i])
        needs = tuple(need - g for need, g in zip(needs, gain, strict=True))
    assert needs == read.needs(after)
    assert read.decides([need <= 0 for need in needs]) == decided(rule.to_dict()["root"], after)


def test_equal_leaves_are_one():
    two, three = (Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), k, str(k)) for k in (2, 3))
    again = Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2, "the same in other words")
    read = leaf_sums(Rule(3, AllOf((two, AllOf((three, again))))))
    assert read.leaves == (two, three)
    assert read.root == ("all", (0, ("all", (1, 0))))


units = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=1, max_size=6)


@given(units, st.data())
def test_a_cover_costs_no_more_than_any_choice(pieces, data):
    first = data.draw(st.integers(0, len(pieces)))
    need = data.draw(st.integers(-1, 20))
    wanted = None
    for chosen in product((0, 1), repeat=len(pieces) - first):
        own = [p for p, taken in zip(pieces[first:], chosen, strict=True) if taken]
        if sum(gain for gain, _ in own) >= need:
            cost = sum(price for _, price in own)
            wanted = cost if wanted is None else min(wanted, cost)
    least = Covers([[piece] for piece in pieces]).least(first, need)
    assert (least is None) == (wanted is None)
    assert least is None or least <= wanted
    if len(set(pieces)) == 1:  # equal units are not worth dividing
        gain, price = pieces[0]
        exact = -(-max(need, 0) // gain) * price if gain else 0
        assert wanted is None or exact == wanted


trees = st.recursive(
    st.integers(0, 2),
    lambda inner: st.tuples(
        st.sampled_from(["all", "any"]), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(trees, st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=5), st.data())
def test_no_choice_costs_less_than_the_bound_of_a_tree(root, gains, data):
    prices = data.draw(st.lists(st.integers(0, 4), min_size=len(gains), max_size=len(gains)))
    needs = data.draw(st.tuples(*[st.integers(0, 6)] * 3))
    wins = compiled_tree(root)
    costs = [
        sum(p for p, taken in zip(prices, chosen, strict=True) if taken)
        for chosen in product((0, 1), repeat=len(gains))
        if wins(
            [
                sum(g[leaf] for g, taken in zip(gains, chosen, strict=True) if taken) >= needs[leaf]
                for leaf in range(3)
            ]
        )
    ]
    support = [sum(1 << u for u, g in enumerate(gains) if g[leaf]) for leaf in range(3)]
    covers = [
        Covers([[(g[leaf], price)] for g, price in zip(gains, prices, strict=True)])
        for leaf in range(3)
    ]
    bound = combined_bound(root, support)(
        [cover.least(0, need) for cover, need in zip(covers, needs, strict=True)]
    )
    assert (bound is None) == (not costs)
    assert bound is None or bound <= min(costs)
