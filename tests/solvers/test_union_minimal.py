"""Union forms of the public good index: worked examples, the definitions on every set, laws."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from strategies import rules

from solvers.errors import GameError, LimitError
from solvers.power import CountedGame, power_index
from solvers.power import union_minimal as module
from solvers.power.union_minimal import UNION_MINIMAL_INDICES
from solvers.power.unions import UNION_INDICES
from solvers.rules.rule import Quota, Rule

F = Fraction


def weighted(quota: int, *weights: int) -> Rule:
    zero = (0,) * len(weights)
    return Rule(len(weights), Quota(weights, zero, zero, quota))


def values(name: str, rule: Rule, unions: Sequence[Sequence[int]]) -> list[str]:
    return [str(v) for v in UNION_MINIMAL_INDICES[name](rule, unions).values]


# The example of Holler 1982: minimal are {1, 2}, {1, two of 3, 4, 5} and {2, 3, 4, 5}.
HOLLER = weighted(51, 35, 20, 15, 15, 15)


@pytest.mark.parametrize(
    ("name", "unions", "expected"),
    [
        ("solidarity_public_good", [[0, 1]], "1/2 1/2 0 0 0"),
        ("union_public_good", [[0, 1]], "1/2 1/2 0 0 0"),
        ("threat_public_good", [[0, 1]], "2/3 1/3 0 0 0"),  # 4 and 2 coalitions without unions
        ("owen_extended_public_good", [[0, 1]], "1/2 1/2 0 0 0"),
        ("coalitional_deegan_packel", [[0, 1]], "1/2 1/2 0 0 0"),
        ("owen_extended_public_good", [[0, 3, 4]], "1/3 0 0 1/3 1/3"),
    ],
)
def test_a_union_that_wins_alone(name: str, unions: list[list[int]], expected: str) -> None:
    assert values(name, HOLLER, unions) == expected.split()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # of the unions {1, 2}, {1, 45} and {2, 3, 45} are minimal
        ("solidarity_public_good", "2/7 2/7 1/7 1/7 1/7"),
        ("union_public_good", "2/9 2/9 1/9 2/9 2/9"),
        ("threat_public_good", "2/7 2/7 1/7 1/7 1/7"),
        # in {1, 45} the union needs both, in {2, 3, 45} as well: 20 + 15 + 15 = 50
        ("owen_extended_public_good", "2/7 2/7 1/7 1/7 1/7"),
        ("coalitional_deegan_packel", "1/3 5/18 1/9 5/36 5/36"),
    ],
)
def test_a_pair_among_five(name: str, expected: str) -> None:
    assert values(name, HOLLER, [[3, 4]]) == expected.split()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # [5; 3, 2, 1, 1], the last three in a union: only both unions win. With the 3 of the
        # first, {2} and {3, 4} are essential; without unions the coalitions are {1, 2} and
        # {1, 3, 4}, so that 2, 3 and 4 threaten alike.
        ("solidarity_public_good", "1/2 1/6 1/6 1/6"),
        ("union_public_good", "1/4 1/4 1/4 1/4"),
        ("threat_public_good", "1/2 1/6 1/6 1/6"),
        ("owen_extended_public_good", "1/2 1/6 1/6 1/6"),
        ("coalitional_deegan_packel", "1/2 1/4 1/8 1/8"),
    ],
)
def test_a_union_with_two_essential_sets(name: str, expected: str) -> None:
    assert values(name, weighted(5, 3, 2, 1, 1), [[1, 2, 3]]) == expected.split()


# The definitions, on every set.


def minimal(players: Sequence[int], wins: Callable[[frozenset[int]], bool]) -> list[frozenset[int]]:
    every = [
        frozenset(c) for k in range(len(players) + 1) for c in itertools.combinations(players, k)
    ]
    return [s for s in every if wins(s) and not any(wins(s - {i}) for i in s)]


def defined(
    n: int, wins: Callable[[frozenset[int]], bool], unions: list[list[int]]
) -> dict[str, list[F]]:
    def joined(ks: frozenset[int]) -> frozenset[int]:
        return frozenset(i for k in ks for i in unions[k])

    coalitions = [r for r in minimal(range(len(unions)), lambda r: wins(joined(r))) if r]
    own = {i: k for k, union in enumerate(unions) for i in union}
    count = [sum(k in r for r in coalitions) for k in range(len(unions))]
    alone = [sum(i in s for s in minimal(range(n), wins)) for i in range(n)]
    all_in = sum(count)
    found = {name: [F(0)] * n for name in UNION_MINIMAL_INDICES}
    for i in range(n):
        k = own[i]
        union, value = unions[k], F(count[k], all_in or 1)
        found["solidarity_public_good"][i] = value / len(union)
        heads = sum(count[own[j]] for j in range(n))
        found["union_public_good"][i] = F(count[k], heads or 1)
        threat = sum(alone[j] for j in union)
        found["threat_public_good"][i] = value * F(alone[i], threat or 1)
        for r in coalitions:
            if k not in r:
                continue
            rest = joined(r - {k})
            essential = minimal(union, lambda s, rest=rest: wins(s | rest))
            members = sum(map(len, essential))
            share = F(sum(i in s for s in essential), members)
            found["owen_extended_public_good"][i] += share / all_in
            equal = sum((F(1, len(s)) for s in essential if i in s), F(0)) / len(essential)
            found["coalitional_deegan_packel"][i] += equal / len(r) / len(coalitions)
    return found


simple_rules = st.one_of(rules(max_players=4), rules(5, 7), rules(5, 7, 5)).map(
    lambda rule: rule.project("against")
)
weighted_rules = st.lists(st.integers(0, 5), min_size=1, max_size=7).flatmap(
    lambda w: st.integers(1, sum(w) + 1).map(lambda q: weighted(q, *w))
)


@settings(deadline=None, max_examples=120)
@given(rule=st.one_of(simple_rules, weighted_rules), data=st.data())
def test_against_the_definitions(rule: Rule, data: st.DataObject) -> None:
    n, root = rule.n_players, rule.to_dict()["root"]

    def wins(s: frozenset[int]) -> bool:
        return decided(root, [YES if i in s else NO for i in range(n)])

    labels = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    unions = [[i for i in range(n) if labels[i] == k] for k in sorted(set(labels))]
    game = CountedGame(rule)
    expected = defined(n, wins, unions)
    for name, index in UNION_MINIMAL_INDICES.items():
        found = index(game, unions)
        assert list(found.values) == expected[name], name
        assert found.name == name
        assert sum(found.values) in (0, 1)


@settings(deadline=None, max_examples=60)
@given(rule=st.one_of(simple_rules, weighted_rules), data=st.data())
def test_indices_of_swings_by_counting_the_other_unions(rule: Rule, data: st.DataObject) -> None:
    """Where unions are of too many types, sets of other unions are counted by size."""
    labels = data.draw(
        st.lists(st.integers(0, 3), min_size=rule.n_players, max_size=rule.n_players)
    )
    groups = [[i for i, label in enumerate(labels) if label == k] for k in sorted(set(labels))]
    for index in UNION_INDICES.values():
        plain = index(rule, groups)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("solvers.power.unions.MAX_CELLS", 0)
            assert index(rule, groups) == plain


def test_a_union_of_too_many_types() -> None:
    rule = weighted(200, *range(1, 27))
    with pytest.raises(LimitError, match="8,192 combinations; the limit is 4,096"):
        UNION_INDICES["owen"](rule, [list(range(13))])


@settings(deadline=None, max_examples=40)
@given(rule=st.one_of(simple_rules, weighted_rules))
def test_without_unions_they_are_the_plain_indices(rule: Rule) -> None:
    good, equal = (
        power_index(rule, name).values for name in ("holler_public_good", "deegan_packel")
    )
    together = [list(range(rule.n_players))]
    for name, index in UNION_MINIMAL_INDICES.items():
        plain = equal if name == "coalitional_deegan_packel" else good
        assert index(rule, []).values == plain, name
        if name in ("owen_extended_public_good", "coalitional_deegan_packel"):
            assert index(rule, together).values == plain, name


def test_a_body_with_unions_of_many_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms that need the unions alone reach as far as the counting of coalitions."""
    rule = weighted(30, *range(1, 11))
    unions = [[0, 5], [8, 9]]
    solidarity, extended = (
        UNION_MINIMAL_INDICES[name]
        for name in ("solidarity_public_good", "owen_extended_public_good")
    )
    plain = solidarity(rule, unions)
    monkeypatch.setattr(module, "MAX_CELLS", 100)
    assert solidarity(rule, unions) == plain
    assert plain.values[0] == plain.values[5] != plain.values[9]
    with pytest.raises(LimitError, match=r"7 types of unions make 192 combinations; .* 100: take"):
        extended(rule, unions)


def test_a_large_body_of_few_types() -> None:
    """193 equal members, 129 to decide, unions of 60 and of 30: both, or one, with the others."""
    found = UNION_MINIMAL_INDICES["owen_extended_public_good"](
        weighted(129, *[1] * 193), [list(range(60)), list(range(60, 90))]
    ).values
    first, second, both = comb(103, 69), comb(103, 99), comb(103, 39)
    total = 70 * first + 100 * second + 41 * both
    assert found[0] == F(first + both, 60 * total)
    assert found[60] == F(second + both, 30 * total)
    assert found[90] == F(69 * first + 99 * second + 39 * both, 103 * total)
    assert sum(found) == 1


def test_steps_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_STEPS", 3)
    with pytest.raises(LimitError, match="solidarity or union form"):
        UNION_MINIMAL_INDICES["owen_extended_public_good"](HOLLER, [[0, 1], [2, 3]])


@pytest.mark.parametrize("index", UNION_MINIMAL_INDICES.values())
@pytest.mark.parametrize(
    ("unions", "message"),
    [([[0, 9]], "player 9 of a union is none of the 5 players"), ([[0], [0, 1]], "in two unions")],
)
def test_bad_unions(index: Callable[..., object], unions: list[list[int]], message: str) -> None:
    with pytest.raises(GameError, match=message):
        index(HOLLER, unions)
