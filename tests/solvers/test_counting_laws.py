"""Laws that tie the counts of one game to those of another: blocs, sums, null players, duals."""

from __future__ import annotations

from itertools import product
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rules as ternary_rules

from solvers.counting import METHODS, count, count_minimal
from solvers.counting.simple_games import simple_game
from solvers.counting.ternary_counting import count_profiles
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule


def binary_rules(max_players=5):
    return ternary_rules(max_players=max_players).map(lambda rule: rule.project("against"))


def widened(node: Node, before: int, after: int) -> Node:
    """The same tree for more players, who add nothing."""
    if isinstance(node, Quota):
        rows = ((0,) * before + row + (0,) * after for row in (node.yes, node.abstain, node.no))
        return Quota(*rows, node.threshold)
    return type(node)(tuple(widened(part, before, after) for part in node.parts))


def joined(make, left: Rule, right: Rule) -> Rule:
    """The sum of two games without a common player: both must hold, or one of them."""
    n, m = left.n_players, right.n_players
    return Rule(n + m, make((widened(left.root, 0, m), widened(right.root, n, 0))))


def merged(node: Node, bloc: set[int]) -> Node:
    """The same tree when the players of a bloc are one player, who comes last."""
    if isinstance(node, Quota):
        rows = (
            (*(w for i, w in enumerate(row) if i not in bloc), sum(row[i] for i in bloc))
            for row in (node.yes, node.abstain, node.no)
        )
        return Quota(*rows, node.threshold)
    return type(node)(tuple(merged(part, bloc) for part in node.parts))


def times(a, b):
    """Multiply two generating functions."""
    found = [0] * (len(a) + len(b) - 1)
    for (i, x), (j, y) in product(enumerate(a), enumerate(b)):
        found[i + j] += x * y
    return found


@settings(max_examples=60)
@given(binary_rules(), binary_rules(max_players=4))
def test_both_of_two_games_without_a_common_player(left, right):
    whole = count(joined(AllOf, left, right))
    first, second = count(left), count(right)
    assert list(whole.winning) == times(first.winning, second.winning)
    for i, row in enumerate(first.swings):
        assert list(whole.swings[i]) == times(row, second.winning)
    for j, row in enumerate(second.swings, start=left.n_players):
        assert list(whole.swings[j]) == times(first.winning, row)


@settings(max_examples=60)
@given(binary_rules(), binary_rules(max_players=4))
def test_minimal_coalitions_of_both_are_unions_of_minimal_ones(left, right):
    found = count_minimal(joined(AllOf, left, right)).minimal
    assert list(found) == times(count_minimal(left).minimal, count_minimal(right).minimal)


@settings(max_examples=60)
@given(binary_rules(), binary_rules(max_players=4))
def test_one_of_two_games_without_a_common_player(left, right):
    n, m = left.n_players, right.n_players
    whole = count(joined(AnyOf, left, right))
    losing = [
        [comb(size, s) - won for s, won in enumerate(count(rule).winning)]
        for size, rule in ((n, left), (m, right))
    ]
    lost = times(*losing)
    assert list(whole.winning) == [comb(n + m, s) - x for s, x in enumerate(lost)]
    for i, row in enumerate(count(left).swings):
        assert list(whole.swings[i]) == times(row, losing[1])


@settings(max_examples=80)
@given(binary_rules(max_players=7), st.data())
def test_a_bloc_wins_as_its_members_do_together(rule, data):
    n = rule.n_players
    bloc = data.draw(st.sets(st.integers(0, n - 1), min_size=1))
    others = [i for i in range(n) if i not in bloc]
    small = Rule(len(others) + 1, merged(rule.root, bloc))
    game = simple_game(small)
    together = {
        chosen
        for chosen in product((0, 2), repeat=n)
        if len({chosen[i] for i in bloc}) == 1 and rule.evaluate(chosen)
    }
    sizes = [0] * (len(others) + 2)
    for chosen in together:
        sizes[sum(chosen[i] == 2 for i in others) + any(chosen[i] == 2 for i in bloc)] += 1
    for name in (m.name for m in METHODS if m.refusal(game) is None):
        assert list(count(small, name).winning) == sizes, name


@settings(max_examples=60)
@given(binary_rules())
def test_a_player_who_adds_nothing_adds_nothing(rule):
    wide = count(Rule(rule.n_players + 1, widened(rule.root, 1, 0)))
    narrow = count(rule)
    assert list(wide.winning) == times(narrow.winning, (1, 1))
    assert not any(wide.swings[0])
    assert [list(row) for row in wide.swings[1:]] == [times(row, (1, 1)) for row in narrow.swings]


@settings(max_examples=60)
@given(ternary_rules(max_players=4), ternary_rules(max_players=3), st.sampled_from([AllOf, AnyOf]))
def test_profiles_of_two_rules_without_a_common_player(left, right, make):
    n, m = left.n_players, right.n_players
    won, first, second = (
        count_profiles(rule).winning for rule in (joined(make, left, right), left, right)
    )
    if make is AllOf:
        assert won == first * second
    else:
        assert 3 ** (n + m) - won == (3**n - first) * (3**m - second)


@settings(max_examples=60)
@given(ternary_rules(max_players=5))
def test_a_voter_who_adds_nothing_triples_the_profiles(rule):
    wide = Rule(rule.n_players + 1, widened(rule.root, 1, 0))
    assert count_profiles(wide).winning == 3 * count_profiles(rule).winning


@settings(max_examples=60)
@given(ternary_rules(max_players=6), st.data())
def test_profiles_of_a_bloc_that_votes_as_one(rule, data):
    n = rule.n_players
    bloc = data.draw(st.sets(st.integers(0, n - 1), min_size=1))
    small = Rule(n - len(bloc) + 1, merged(rule.root, bloc))
    together = sum(
        rule.evaluate(votes)
        for votes in product(range(3), repeat=n)
        if len({votes[i] for i in bloc}) == 1
    )
    assert count_profiles(small).winning == together
