"""Votes under one common factor: closed forms, every profile, other integrals, proven bounds."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import ABSTAIN, NO, YES, decided
from scipy.integrate import quad
from scipy.special import ndtr, ndtri
from scipy.stats import binom, multivariate_normal, norm
from strategies import rules

from solvers.errors import GameError, LimitError
from solvers.power import factor_nodes as nodes_module
from solvers.power import passage_floats
from solvers.power.common_factor import FactorVotes, factor_passage, monotone_bounds
from solvers.power.correlated import Bloc, Mixture, World, correlated_passage
from solvers.power.factor_nodes import factor_nodes
from solvers.power.passage import passage
from solvers.power.passage_floats import PassageTable
from solvers.rules.rule import AllOf, Quota, Rule

F = Fraction


def quota(n: int, needed: int) -> Rule:
    return Rule(n, Quota((1,) * n, (0,) * n, (0,) * n, needed))


# Closed forms.


@pytest.mark.parametrize("n", [1, 2, 9, 60, 193])
def test_at_one_half_every_number_of_votes_is_equally_likely(n: int) -> None:
    for needed in {1, n // 2 + 1, -(-2 * n // 3), n}:
        found = factor_passage(quota(n, needed), ["1/2"] * n, "1/2")
        exact = (n + 1 - needed) / (n + 1)
        assert abs(found.probability - exact) <= found.error < 1.1e-10
        assert found.low <= exact <= found.high


@pytest.mark.parametrize("correlation", ["0.1", "0.5", "0.8", "0.95", "0.99"])
def test_a_majority_at_even_odds_passes_as_often_as_not(correlation: str) -> None:
    found = factor_passage(quota(193, 97), ["1/2"] * 193, correlation)
    assert abs(found.probability - 0.5) <= found.error
    assert found.low < 0.5 < found.high
    assert max(found.gradient) - min(found.gradient) <= 2 * found.error


@pytest.mark.parametrize("correlation", [0.2, 0.5, 0.9, 0.999])
def test_two_members_both_for(correlation: float) -> None:
    """The chance that two normal variables both lie below a bound."""
    found = factor_passage(quota(2, 2), ["1/2"] * 2, str(correlation))
    exact = 1 / 4 + math.asin(correlation) / (2 * math.pi)
    assert abs(found.probability - exact) <= found.error
    law = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    uneven = factor_passage(quota(2, 2), ["0.3", "0.8"], str(correlation))
    assert uneven.probability == pytest.approx(law.cdf(norm.ppf([0.3, 0.8])), abs=1e-6)


def test_what_all_agree_on_is_certain() -> None:
    found = factor_passage(quota(3, 2), [1, 1, "1/2"], "0.7")
    assert found.probability == pytest.approx(1, abs=found.error)
    assert found.gradient[2] == pytest.approx(0, abs=found.error)
    assert factor_passage(quota(3, 3), [1, 1, "1/5"], "0.7").probability == pytest.approx(
        0.2, abs=found.error
    )
    assert factor_passage(Rule(0, AllOf(())), [], "0.5").probability == pytest.approx(1)


# Every profile, and panels of Gauss and Legendre over the factor.


@cache
def panels() -> tuple[np.ndarray, np.ndarray]:
    """Places and weights on -9 to 9, for a standard normal factor."""
    x, w = np.polynomial.legendre.leggauss(12)
    starts = np.linspace(-9, 9, 73)[:-1]
    places = (starts[:, None] + (x + 1) / 8).ravel()
    weights = np.tile(w / 8, len(starts))
    return places, weights * norm.pdf(places)


def levels_given(yes, abstain, correlation, z):
    """Chances of against, abstain and for of one player where the factor is z."""

    def below(p):
        p = float(p)
        if p in (0, 1):
            return np.full(np.shape(z), p)
        return norm.cdf((norm.ppf(p) - correlation**0.5 * z) / (1 - correlation) ** 0.5)

    against, not_yes = below(1 - yes - abstain), below(1 - yes)
    return [against, not_yes - against, 1 - not_yes]


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> tuple[Rule, list[F], list[F], F]:
    rule = draw(rules(max_players=most))
    yes = [draw(st.fractions(0, 1, max_denominator=6)) for _ in range(rule.n_players)]
    abstain = [draw(st.fractions(0, 1, max_denominator=4)) * (1 - y) for y in yes]
    return rule, yes, abstain, F(draw(st.integers(0, 19)), 20)


def tried(rule: Rule, yes: list[F], abstain: list[F], correlation: F):
    """Passage, success of each and its gradient, over all profiles and the panels."""
    places, weights = panels()
    n, root = rule.n_players, rule.to_dict()["root"]
    each = [
        levels_given(y, a, float(correlation), places) for y, a in zip(yes, abstain, strict=True)
    ]
    total, success, gradient = 0.0, [0.0] * n, [0.0] * n
    for profile in itertools.product([NO, ABSTAIN, YES], repeat=n):
        passes = decided(root, profile)
        for i in range(n):
            others = np.ones_like(places)
            for j in range(n):
                others = others * (each[j][profile[j]] if j != i else 1)
            own = float(weights @ (others * each[i][profile[i]]))
            success[i] += own * (profile[i] == (YES if passes else NO))
            if profile[i] != ABSTAIN:
                gradient[i] += float(weights @ others) * passes * (profile[i] - 1)
        total += own * passes
    return total, success, gradient


@settings(max_examples=40)
@given(case=cases())
def test_against_every_profile(case) -> None:
    rule, yes, abstain, correlation = case
    found = factor_passage(rule, yes, correlation, abstain)
    total, success, gradient = tried(rule, yes, abstain, correlation)
    near = 1e-9
    assert found.probability == pytest.approx(total, abs=near)
    assert found.success == pytest.approx(success, abs=near)
    assert found.gradient == pytest.approx(gradient, abs=near)
    assert (found.yes, found.abstain) == (tuple(yes), tuple(abstain))
    assert found.low - near <= total <= found.high + near


@pytest.mark.parametrize("votes", [2, 3])
def test_twelve_members_against_every_profile(votes: int) -> None:
    """Seven in favour, two of twelve with a veto; 2^12 and 3^12 profiles at each place."""
    random = np.random.default_rng(4)
    yes = [F(int(k), 100) for k in random.integers(20, 95, 12)]
    abstain = [(1 - y) / 3 if votes == 3 else F(0) for y in yes]
    weight = [int(i in (2, 7)) for i in range(12)]
    rule = Rule(12, AllOf((quota(12, 7).root,
                           Quota((0,) * 12, (0,) * 12, tuple(-w for w in weight), 0))))  # fmt: skip
    steps = [NO, ABSTAIN, YES] if votes == 3 else [NO, YES]
    number, stopped = np.zeros(1, np.int8), np.zeros(1, bool)
    for w in weight:
        number = (number[:, None] + np.array([s == YES for s in steps], np.int8)).ravel()
        stopped = (stopped[:, None] | np.array([bool(w) and s == NO for s in steps])).ravel()
    passes = (number >= 7) & ~stopped

    def at(z: float) -> float:
        law = np.ones(1)
        for y, a in zip(yes, abstain, strict=True):
            chances = levels_given(y, a, 0.7, z)
            law = np.outer(law, [chances[s] for s in steps]).ravel()
        return float(law[passes].sum() * norm.pdf(z))

    exact = quad(at, -8, 8, epsabs=1e-9, limit=60)[0]
    found = factor_passage(rule, yes, "0.7", abstain)
    assert found.probability == pytest.approx(exact, abs=2e-8)


# Large bodies, where passage is all but a step in the factor.


@pytest.mark.parametrize("correlation", [0.3, 0.7, 0.95])
def test_alike_members_against_a_binomial_tail(correlation: float) -> None:
    n, needed = 60, 31

    def at(z: float) -> float:
        chance = levels_given(F(3, 5), F(0), correlation, z)[2]
        return float(norm.pdf(z) * binom.sf(needed - 1, n, chance))

    exact = quad(at, -9, 9, epsabs=1e-11, limit=500, points=[-1, 0, 1])[0]
    found = factor_passage(quota(n, needed), ["3/5"] * n, str(correlation))
    assert found.probability == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("correlation", [0.5, 0.95])
def test_two_thirds_of_those_voting_among_193(correlation: float) -> None:
    """Against sums of yes - 2 no, one member after another, and an adaptive integral."""
    random = np.random.default_rng(7)
    yes = [F(int(k), 100) for k in random.integers(30, 90, 193)]
    shares = random.integers(0, 10, 193)
    abstain = [(1 - y) * F(int(k), 10) for y, k in zip(yes, shares, strict=True)]
    n = len(yes)
    rule = Rule(n, AllOf((Quota((1,) * n, (0,) * n, (-2,) * n, 0), quota(n, 1).root)))
    at_yes = np.array([float(ndtri(float(1 - y))) for y in yes])
    at_no = np.array([float(ndtri(float(1 - y - a))) for y, a in zip(yes, abstain, strict=True)])

    def at(z: float) -> float:
        shift, spread = correlation**0.5 * z, (1 - correlation) ** 0.5
        against, for_ = ndtr((at_no - shift) / spread), ndtr((shift - at_yes) / spread)
        law, none = np.array([1.0]), 1.0
        for no, one in zip(against, for_, strict=True):
            law = np.convolve(law, [no, 0.0, 1 - no - one, one])
            none *= 1 - no - one
        return float(norm.pdf(z) * (law[2 * n :].sum() - none))  # all abstain: none in favour

    exact = quad(at, -9, 9, epsabs=1e-10, limit=300, points=[-1, -0.5, 0, 0.5, 1])[0]
    found = factor_passage(rule, yes, str(correlation), abstain)
    assert found.probability == pytest.approx(exact, abs=2e-9)
    assert found.high - found.low < 0.03


# What is proved of the error.


@pytest.mark.parametrize("accuracy", [0.3, 1e-2, 1e-5])
def test_the_bound_holds_where_values_are_few(
    monkeypatch: pytest.MonkeyPatch, accuracy: float
) -> None:
    monkeypatch.setattr(nodes_module, "ACCURACY", accuracy)
    worst = 0.0
    for n in (1, 4, 15, 100):
        for needed in range(1, n + 1, max(n // 7, 1)):
            for shifted in (False, True):
                found = factor_passage(quota(n, needed), ["1/2"] * n, "1/2", shifted=shifted)
                off = abs(found.probability - (n + 1 - needed) / (n + 1))
                assert off <= found.error <= 1.5 * accuracy + 1e-10
                worst = max(worst, off)
    assert worst > accuracy / 10**5  # the sums are coarse indeed


@pytest.mark.parametrize("players", [0, 1, 15, 193, 1000])
@pytest.mark.parametrize("correlation", [F(0), F(1, 2), F(97, 100)])
def test_values_of_the_factor(players: int, correlation: F) -> None:
    plain, aside = (factor_nodes(players, correlation, s) for s in (False, True))
    for found in (plain, aside):
        assert found.masses.sum() == pytest.approx(1, abs=1e-12)
        assert found.masses @ found.places == pytest.approx(0, abs=1e-9)
        assert found.masses @ found.places**2 == pytest.approx(1, abs=1e-8)
        assert found.error < 1.3e-10
    step = plain.places[1] - plain.places[0]
    assert aside.places[0] - plain.places[0] == pytest.approx(step / 2)


@settings(max_examples=30)
@given(case=cases(most=6))
def test_passage_grows_with_the_factor_and_bounds_itself(case) -> None:
    rule, yes, abstain, correlation = case
    votes = FactorVotes.of(tuple(yes), tuple(abstain), correlation)
    values = PassageTable(rule).passage(votes.yes, votes.abstain)
    assert (np.diff(values) >= -1e-12).all()
    found = factor_passage(rule, yes, correlation, abstain)
    again = factor_passage(rule, yes, correlation, abstain, shifted=True)
    assert abs(found.probability - again.probability) <= found.error + again.error
    assert found.low - found.error <= found.probability <= found.high + found.error
    assert (found.low, found.high) == monotone_bounds(values, votes.nodes)


# Laws.


@settings(max_examples=30)
@given(case=cases(most=5))
def test_without_correlation_it_is_the_plain_passage(case) -> None:
    rule, yes, abstain, _ = case
    found, plain = factor_passage(rule, yes, 0, abstain), passage(rule, yes, abstain)
    near = found.error
    assert found.probability == pytest.approx(float(plain.probability), abs=near)
    assert found.gradient == pytest.approx([float(g) for g in plain.gradient], abs=2 * near)
    assert found.success == pytest.approx([float(s) for s in plain.success], abs=near)


@settings(max_examples=15)
@given(case=cases(most=4), together=st.fractions(0, 1, max_denominator=3))
def test_blocs_as_in_a_mixture_of_the_same_values(case, together) -> None:
    """Against exact sums over states of the world with the same chances, rounded to fractions."""
    rule, yes, abstain, correlation = case
    if rule.n_players < 2:
        return
    blocs = [Bloc((0, rule.n_players - 1), together)]
    found = factor_passage(rule, yes, correlation, abstain, blocs)
    votes = FactorVotes.of(tuple(yes), tuple(abstain), correlation)
    unit = 10**12
    weights = [F(round(m * unit), unit) for m in votes.nodes.masses]
    weights[len(weights) // 2] += 1 - sum(weights)
    worlds = []
    for k, weight in enumerate(weights):
        for_, both = ([F(math.floor(v * unit), unit) for v in row] for row in (
            votes.yes[:, k], votes.yes[:, k] + votes.abstain[:, k],
        ))  # fmt: skip
        worlds.append(World(weight, for_, [b - y for b, y in zip(both, for_, strict=True)]))
    exact = correlated_passage(rule, Mixture(tuple(worlds)), blocs)
    assert found.probability == pytest.approx(float(exact.probability), abs=1e-10)
    assert found.gradient == pytest.approx([float(g) for g in exact.gradient], abs=1e-10)
    assert found.success == pytest.approx([float(s) for s in exact.success], abs=1e-10)
    near = [float(v) for v in exact.yes + exact.abstain]
    assert [float(v) for v in found.yes + found.abstain] == pytest.approx(near, abs=1e-9)


def test_one_bloc_of_all_passes_with_the_mean_of_their_chances() -> None:
    found = factor_passage(quota(3, 2), ["0.2", "0.5", "0.8"], "0.6", None, [Bloc((0, 1, 2))])
    assert found.probability == pytest.approx(0.5, abs=found.error)
    assert found.success == pytest.approx([1, 1, 1], abs=found.error)
    assert sum(found.gradient) == pytest.approx(1, abs=2 * found.error)


# Refusals.


@pytest.mark.parametrize(
    ("correlation", "message"),
    [
        (1, "the correlation is 1; it is at least 0 and below 1"),
        ("-1/2", "the correlation is -1/2"),
        ("much", "the correlation is 'much', which is no number"),
        (0.5, r"the correlation is the float 0\.5"),
    ],
)
def test_bad_factor(correlation: str | int | float, message: str) -> None:
    with pytest.raises(GameError, match=message):
        factor_passage(quota(1, 1), ["1/2"], correlation)


def test_bad_chances() -> None:
    with pytest.raises(GameError, match="2 probabilities to vote for for 3 players"):
        factor_passage(quota(3, 2), ["1/2"] * 2, "1/2")
    with pytest.raises(GameError, match="their sum at most 1"):
        factor_passage(quota(1, 1), ["1/2"], "1/2", ["3/4"])


def test_too_much_is_refused_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    for near in ("0.99999", "0." + "9" * 40, 1 - F(1, 10**400)):
        with pytest.raises(LimitError, match="the limit is 20,000: take a smaller correlation"):
            factor_passage(quota(193, 97), ["1/2"] * 193, near)
    monkeypatch.setattr(passage_floats, "MAX_STEPS", 100)
    with pytest.raises(LimitError, match="the limit is 100 steps"):
        factor_passage(quota(9, 5), ["1/2"] * 9, "1/2")
