"""Correlated votes: worked examples, every profile of every case, exact differences, laws."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import ABSTAIN, NO, YES, decided
from strategies import rules

from solvers.errors import GameError, LimitError
from solvers.power.correlated import Bloc, Mixture, World, correlated_passage
from solvers.power.passage import passage
from solvers.rules.rule import Quota, Rule

F = Fraction
MAJORITY = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2), ("A", "B", "C"))
EVEN = Mixture.independent(["1/2"] * 3)


def test_a_bloc_of_two_among_three_decides() -> None:
    found = correlated_passage(MAJORITY, EVEN, [Bloc((0, 1))])
    assert found.probability == F(1, 2)
    assert found.gradient == (F(1, 2), F(1, 2), 0)  # together 1: the bloc decides alone
    assert found.success == (1, 1, F(1, 2))
    uneven = Mixture.independent(["0.9", "0.5", "0"])
    assert correlated_passage(MAJORITY, uneven, [Bloc((0, 1))]).probability == F(7, 10)
    half = correlated_passage(MAJORITY, uneven, [Bloc((0, 1), "1/2")])
    assert half.probability == (F(7, 10) + F(9, 20)) / 2
    assert half.yes == (F(8, 10), F(6, 10), 0)


def test_two_states_of_the_world() -> None:
    """All for in one, all against in the other: passage is the weather, and always unanimous."""
    mixture = Mixture((World("1/3", [1, 1, 1]), World("2/3", [0, 0, 0])))
    found = correlated_passage(MAJORITY, mixture)
    assert found.probability == F(1, 3)
    assert found.yes == (F(1, 3),) * 3
    assert found.success == (1, 1, 1)
    assert found.gradient == (0, 0, 0)
    assert passage(MAJORITY, found.yes).probability == F(7, 27)


# Every profile of every case.

chances = st.fractions(0, 1, max_denominator=5)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, Mixture, list[Bloc]]:
    rule = draw(rules(max_players=4))
    n = rule.n_players
    parts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    worlds = []
    for part in parts:
        yes = [draw(chances) for _ in range(n)]
        abstain = [draw(chances) * (1 - y) for y in yes]
        worlds.append(World(F(part, sum(parts)), yes, abstain))
    labels = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    groups = [[i for i in range(n) if labels[i] == k] for k in (1, 2)]
    blocs = [Bloc(tuple(g), draw(chances)) for g in groups if len(g) > 1]
    return rule, Mixture(tuple(worlds)), blocs


def tried(
    rule: Rule, mixture: Mixture, blocs: Sequence[Bloc]
) -> tuple[F, list[F], list[F], list[F]]:
    """Probability of passage; of each vote for, each abstention, each success."""
    n, root = rule.n_players, rule.to_dict()["root"]
    total, yes, idle, success = F(0), [F(0)] * n, [F(0)] * n, [F(0)] * n
    for world in mixture.worlds:
        chance = {
            YES: list(world.yes),
            ABSTAIN: list(world.abstain),
            NO: [1 - y - a for y, a in zip(world.yes, world.abstain, strict=True)],
        }
        for as_one in itertools.product([False, True], repeat=len(blocs)):
            weight, units = F(world.weight), []
            for bloc, one in zip(blocs, as_one, strict=True):
                weight *= bloc.together if one else 1 - bloc.together
                units += [list(bloc.players)] if one else [[i] for i in bloc.players]
            units += [[i] for i in range(n) if not any(i in b.players for b in blocs)]
            for levels in itertools.product([NO, ABSTAIN, YES], repeat=len(units)):
                votes, odds = [NO] * n, weight
                for unit, level in zip(units, levels, strict=True):
                    odds *= sum(chance[level][i] for i in unit) / F(len(unit))
                    for i in unit:
                        votes[i] = level
                passes = decided(root, votes)
                total += odds * passes
                for i, vote in enumerate(votes):
                    yes[i] += odds * (vote == YES)
                    idle[i] += odds * (vote == ABSTAIN)
                    success[i] += odds * (vote == (YES if passes else NO))
    return total, yes, idle, success


@settings(deadline=None, max_examples=80)
@given(case=cases())
def test_against_every_profile(case: tuple[Rule, Mixture, list[Bloc]]) -> None:
    found = correlated_passage(*case)
    probability, yes, idle, success = tried(*case)
    assert found.probability == probability
    assert list(found.yes) == yes
    assert list(found.abstain) == idle
    assert list(found.success) == success


@settings(deadline=None, max_examples=60)
@given(case=cases(), data=st.data())
def test_the_gradient_is_an_exact_difference(
    case: tuple[Rule, Mixture, list[Bloc]], data: st.DataObject
) -> None:
    """Raise one probability in every world, by no more than each of them allows."""
    rule, mixture, blocs = case
    i = data.draw(st.integers(0, rule.n_players - 1))
    found = correlated_passage(rule, mixture, blocs)
    step = min(1 - w.yes[i] - w.abstain[i] for w in mixture.worlds)
    moved = [
        replace(w, yes=[y + step * (j == i) for j, y in enumerate(w.yes)]) for w in mixture.worlds
    ]
    after = correlated_passage(rule, Mixture(tuple(moved)), blocs)
    assert after.probability - found.probability == step * found.gradient[i]


# Laws.


@settings(deadline=None, max_examples=40)
@given(case=cases())
def test_without_correlation_it_is_the_plain_passage(
    case: tuple[Rule, Mixture, list[Bloc]],
) -> None:
    rule, mixture, blocs = case
    world = mixture.worlds[0]
    plain = passage(rule, world.yes, world.abstain)
    single = Mixture.independent(world.yes, world.abstain)
    never = [replace(bloc, together=0) for bloc in blocs]
    for found in (
        correlated_passage(rule, single),
        correlated_passage(rule, single, never),
    ):
        assert found.probability == plain.probability
        assert found.gradient == plain.gradient
        assert found.success == plain.success


@settings(deadline=None, max_examples=40)
@given(case=cases())
def test_it_is_affine_in_the_chance_that_a_bloc_votes_as_one(
    case: tuple[Rule, Mixture, list[Bloc]],
) -> None:
    rule, mixture, blocs = case
    if not blocs:
        return
    first, *rest = blocs
    none, whole = (
        correlated_passage(rule, mixture, [replace(first, together=t), *rest]).probability
        for t in (0, 1)
    )
    t = F(first.together)
    assert correlated_passage(rule, mixture, blocs).probability == t * whole + (1 - t) * none


def test_members_of_equal_probability_keep_it_in_a_bloc() -> None:
    found = correlated_passage(MAJORITY, Mixture.independent(["2/5"] * 3), [Bloc((0, 2), "1/3")])
    assert found.yes == (F(2, 5),) * 3
    assert found.cases == 2


# Bad input.


@pytest.mark.parametrize(
    ("mixture", "blocs", "message"),
    [
        (EVEN, [Bloc((0, 3))], "player 3 of a bloc is none of the 3 players"),
        (EVEN, [Bloc((0, 1)), Bloc((1, 2))], "B is in two blocs"),
        (EVEN, [Bloc((1, 1))], "B is in two blocs, or twice in one"),
        (EVEN, [Bloc((0,))], "a bloc of A: it takes at least two players"),
        (EVEN, [Bloc((0, 1), "3/2")], "A, B vote as one with probability 3/2; it is from 0 to 1"),
        (EVEN, [Bloc((0, 1), "nan")], "that A, B vote as one is 'nan', which is no number"),
        (EVEN, [Bloc((0, 1), 0.5)], r"is the float 0\.5; write a fraction"),
        (EVEN, [Bloc((0, 1), "1e-99999999999")], "an exponent has two digits at most"),
        (Mixture((World("1/2", [1, 1, 1]),)), [], "and they sum to 1, not 1/2"),
        (Mixture(()), [], "and they sum to 1, not 0"),
        (Mixture((World(2, [1] * 3), World(-1, [1] * 3))), [], "each is at least 0"),
        (Mixture((World(1, [1, 1, 2]),)), [], "C votes for with probability 2"),
        (Mixture((World(1, [1, 1]),)), [], "2 probabilities to vote for for 3 players"),
        (Mixture((World(1, ["nan", 1, 1]),)), [], "'nan' is not a probability"),
        (Mixture((World(1, ["inf", 1, 1]),)), [], "'inf' is not a probability"),
    ],
)
def test_bad_input(mixture: Mixture, blocs: list[Bloc], message: str) -> None:
    with pytest.raises(GameError, match=message):
        correlated_passage(MAJORITY, mixture, blocs)


def test_too_many_blocs_are_refused() -> None:
    rule = Rule(18, Quota((1,) * 18, (0,) * 18, (0,) * 18, 9))
    even = Mixture.independent(["1/2"] * 18)
    pairs = [Bloc((2 * k, 2 * k + 1), "1/2") for k in range(9)]
    with pytest.raises(LimitError, match=r"make 2\^9 cases; the limit is 8"):
        correlated_passage(rule, even, pairs)
    found = correlated_passage(rule, even, [replace(b, together=1) for b in pairs])
    assert found.cases == 1
