"""Coalitions of largest excess: every method against the definition, over all coalitions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from strategies import rules

from solvers.errors import GameError, LimitError, RuleError
from solvers.oracles import DenseOracle, RuleOracle, Span
from solvers.oracles.rule import METHODS
from solvers.oracles.winning_search import Search, cheapest_at_all
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

numbers = st.fractions(min_value=-3, max_value=4, max_denominator=6)


def quota(weights, threshold):
    zeros = (0,) * len(weights)
    return Quota(tuple(weights), zeros, zeros, threshold)


def members(n, mask):
    return {i for i in range(n) if mask >> i & 1}


def wins(rule, inside):
    votes = [YES if i in inside else NO for i in range(rule.n_players)]
    return decided(rule.to_dict()["root"], votes)


def rank(rows):
    """Rank by plain elimination in fractions."""
    rows, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in rows[found:] if r[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows = [
            [a - row[column] / pivot[column] * b for a, b in zip(row, pivot, strict=True)]
            if k >= found
            else row
            for k, row in enumerate(rows)
        ]
        rows.insert(found, pivot)
        found += 1
    return found


def excesses(n, worth, x, include=(), exclude=(), rows=None):
    """Excess of every allowed proper coalition, largest first; rows: what is settled."""
    found = []
    for mask in range(1, 2**n - 1):
        group = members(n, mask)
        if not set(include) <= group or set(exclude) & group:
            continue
        if rows is not None:
            settled = [[1] * n, *rows]
            if rank([*settled, [int(i in group) for i in range(n)]]) == rank(settled):
                continue
        found.append(worth(group) - sum((x[i] for i in group), Fraction(0)))
    return sorted(found, reverse=True)


@st.composite
def questions(draw, n):
    x = draw(st.lists(numbers, min_size=n, max_size=n))
    if draw(st.booleans()):  # many ties
        x = [x[i % 2] for i in range(n)]
    places = st.sets(st.integers(0, n - 1), max_size=2)
    row = st.lists(st.integers(0, 1), min_size=n, max_size=n)
    rows = draw(st.none() | st.lists(row, max_size=3))
    return x, draw(places), draw(places), rows, draw(st.sampled_from([1, 1, 3, 100]))


@st.composite
def simple_rules(draw):
    rule = draw(rules(max_players=5)).project("against")
    empty = wins(rule, set())
    return draw(simple_rules()) if empty else rule


@pytest.mark.parametrize("method", METHODS[:3])
@settings(max_examples=25)
@given(data=st.data())
def test_a_rule_answers_as_the_definition_does(method, data):
    rule = data.draw(simple_rules())
    n = rule.n_players
    x, include, exclude, rows, k = data.draw(questions(n))
    oracle = RuleOracle(rule, method)
    span = None if rows is None else Span([(i,) for i in range(n)], rows)
    found = oracle.most_excess(x, include, exclude, span, k)
    expected = excesses(n, lambda group: int(wins(rule, group)), x, include, exclude, rows)
    assert [e for _, e in found] == expected[:k]
    assert len({mask for mask, _ in found}) == len(found)
    for mask, excess in found:
        group = members(n, mask)
        assert wins(rule, group) - sum(x[i] for i in group) == excess


@settings(max_examples=8)
@given(data=st.data())
def test_the_programme_answers_as_the_definition_does(data):
    rule = data.draw(simple_rules())
    n = rule.n_players
    x, include, exclude, rows, _ = data.draw(questions(n))
    oracle = RuleOracle(rule, "programme")
    span = None if rows is None else Span([(i,) for i in range(n)], rows)
    found = oracle.most_excess(x, include, exclude, span)
    expected = excesses(n, lambda group: int(wins(rule, group)), x, include, exclude, rows)
    assert [e for _, e in found] == expected[:1]
    assert not oracle.proved


@settings(max_examples=25)
@given(data=st.data())
def test_a_table_answers_as_the_definition_does(data):
    n = data.draw(st.integers(1, 4))
    table = [0, *data.draw(st.lists(numbers, min_size=2**n - 1, max_size=2**n - 1))]
    x, include, exclude, rows, k = data.draw(questions(n))
    span = None if rows is None else Span([(i,) for i in range(n)], rows)
    found = DenseOracle(table).most_excess(x, include, exclude, span, k)

    def worth(group):
        return table[sum(1 << i for i in group)]

    assert [e for _, e in found] == excesses(n, worth, x, include, exclude, rows)[:k]


@pytest.mark.parametrize("method", METHODS[:3])
def test_shares_too_long_for_machine_integers(method):
    rule = Rule(6, AllOf((quota((4, 3, 2, 2, 1, 1), 7), quota((1,) * 6, 3))))
    x = [Fraction(1, 10**24 + 7 + i) + Fraction(i + 1, 21) for i in range(6)]
    (found,) = RuleOracle(rule, method).most_excess(x)
    assert found.excess == excesses(6, lambda group: int(wins(rule, group)), x)[0]


def test_interchangeable_players_are_one_type():
    oracle = RuleOracle(Rule(193, quota((1,) * 193, 129)))
    assert (oracle.types, oracle.method) == ((tuple(range(193)),), "types")
    (found,) = oracle.most_excess([Fraction(1, 193)] * 193)
    assert found.coalition.bit_count() == 129
    assert found.excess == Fraction(64, 193)


def test_the_method_suits_the_game():
    small = list(range(1, 41))
    assert RuleOracle(Rule(40, quota(small, sum(small) // 2))).method == "sums"
    large = [10**9 + i * i for i in range(20)]
    assert RuleOracle(Rule(20, quota(large, sum(large) // 2))).method == "halves"
    many = [10**9 + i * i for i in range(80)]
    assert RuleOracle(Rule(80, quota(many, sum(many) // 2))).method == "programme"


def test_shares_that_differ_within_a_type():
    oracle = RuleOracle(Rule(40, quota((1,) * 40, 21)))
    x = [Fraction(i) for i in range(40)]
    (found,) = oracle.most_excess(x)
    assert found.excess == 0  # the first player alone, who loses and gets nothing
    (found,) = oracle.most_excess(x, include=[39])
    assert found.excess == max(1 - 39 - sum(range(20)), -39)


@given(data=st.data())
def test_the_cheapest_coalition_off_a_hyperplane(data):
    n = data.draw(st.integers(1, 5))
    whole = st.integers(-3, 3)
    prices, values = (tuple(data.draw(st.lists(whole, min_size=n, max_size=n))) for _ in range(2))
    inside = data.draw(st.integers(0, 2**n - 1))
    outside = data.draw(st.integers(0, 2**n - 1)) & ~inside
    search = Search(prices, values, data.draw(whole), inside, outside)
    found = cheapest_at_all(search)
    allowed = [
        sum(prices[i] for i in members(n, m))
        for m in range(2**n)
        if m & inside == inside
        and not m & outside
        and sum(values[i] for i in members(n, m)) != search.target
    ]
    if found is None:
        assert not allowed
    else:
        assert sum(prices[i] for i in members(n, found)) == min(allowed)


@settings(max_examples=25)
@given(st.data())
def test_a_span_settles_what_its_rows_determine(data):
    n = data.draw(st.integers(1, 5))
    row = st.lists(st.integers(0, 1), min_size=n, max_size=n)
    rows = data.draw(st.lists(row, max_size=4))
    span = Span([(i,) for i in range(n)]).adding(rows)
    assert span.rank == rank([[1] * n, *rows])
    plane = span.hyperplane(3)
    for mask in range(2**n):
        new = [mask >> i & 1 for i in range(n)]
        settled = rank([[1] * n, *rows, new]) == span.rank
        values = [sum(h[i] for i in members(n, mask)) for h in span.functionals]
        assert span.settles(mask) == settled == (not any(values))
        assert not (settled and sum(plane[i] for i in members(n, mask)))


def test_coalitions_come_in_falling_order():
    worths = [len(members(4, m)) ** 2 for m in range(16)]
    found = DenseOracle(worths).most_excess([1, 2, 3, 4], k=99)
    assert len(found) == 14
    assert [e for _, e in found] == sorted((e for _, e in found), reverse=True)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: DenseOracle([0, 1, 2]), GameError, "2\\*\\*n"),
        (lambda: DenseOracle([1, 1]), GameError, "must be 0"),
        (lambda: DenseOracle([0, float("nan")]), GameError, "no finite number"),
        (lambda: DenseOracle([0, 1], ["a", "b"]), GameError, "2 names for 1"),
        (lambda: DenseOracle([0]), GameError, "no players"),
        (lambda: DenseOracle([0] * 2**15), LimitError, "14 at most"),
        (lambda: RuleOracle(Rule(2, AllOf(()))), GameError, "nobody wins"),
        (lambda: RuleOracle(Rule(2, quota((1, 1), 1)), "guess"), GameError, "types, sums"),
        (lambda: RuleOracle(Rule(99, quota(range(99), 9)), "types"), GameError, "too large"),
        (lambda: RuleOracle(Rule(1, Quota((2,), (1,), (0,), 1))), RuleError, "abstention"),
    ],
)
def test_what_is_no_game_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        ([1], {}, "1 shares for 2"),
        ([1, "a"], {}, "'a'"),
        ([1, float("inf")], {}, "inf"),
        ([1, 1], {"include": [2]}, "no player 2"),
        ([1, 1], {"exclude": [True]}, "no player True"),
    ],
)
def test_what_is_no_question_is_refused(x, options, words):
    with pytest.raises(GameError, match=words):
        DenseOracle([0, 0, 0, 1]).most_excess(x, **options)


def test_nobody_ever_wins():
    oracle = RuleOracle(Rule(3, AnyOf(())))
    assert oracle.most_excess([1, 2, 3])[0] == (1, -1)
    assert oracle.grand == 0


def test_no_proper_coalition():
    assert RuleOracle(Rule(1, quota((1,), 1))).most_excess([1]) == ()
    every = Span([(0,), (1,)], [(1, 0)])
    assert DenseOracle([0, 0, 0, 1]).most_excess([0, 1], settled=every) == ()
    assert DenseOracle([0, 0, 0, 1]).most_excess([0, 1], include=[0], exclude=[0]) == ()


@pytest.mark.parametrize("method", METHODS)
def test_all_methods_agree_on_two_branches(method):
    weights = (9, 7, 6, 5, 4, 3, 2, 2)
    rule = Rule(8, AnyOf((AllOf((quota(weights, 22), quota((1,) * 8, 4))), quota((1,) * 8, 6))))
    x = [Fraction(w, 38) for w in weights]
    (found,) = RuleOracle(rule, method).most_excess(x)
    cheapest = min(
        sum((x[i] for i in c), Fraction(0))
        for size in range(1, 8)
        for c in combinations(range(8), size)
        if wins(rule, set(c))
    )
    assert found.excess == 1 - cheapest
