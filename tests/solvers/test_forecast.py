"""Forecast numerics: the logit, whole votes by enumeration, scores by their definitions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import EngineError, GameError, LimitError
from solvers.forecast import fit_correlation, fit_vote_logit, floored, joint_votes, log_likelihood
from solvers.forecast.scores import (
    auc,
    brier,
    calibration_error,
    group_draws,
    log_score,
    precision_at_top,
    ratio_interval,
    reliability,
)


def chances(n, seed):
    random = np.random.default_rng(seed)
    return random.dirichlet([0.7, 1.0, 3.0], size=n)


@st.composite
def bodies(draw, most=6):
    n = draw(st.integers(1, most))
    blockers = draw(st.sets(st.integers(0, n - 1)))
    return chances(n, draw(st.integers(0, 10**6))), sorted(blockers), draw(st.integers(0, n + 1))


# whole votes --------------------------------------------------------------------------------


def enumerated(chance, needed, blockers):
    """Number of yes, a blocker against, passage: over all 3^n votes."""
    n = len(chance)
    yes, blocked, passage = np.zeros(n + 1), 0.0, 0.0
    for vote in itertools.product(range(3), repeat=n):
        p = math.prod(chance[i][v] for i, v in enumerate(vote))
        stopped = any(vote[i] == 0 for i in blockers)
        yes[vote.count(2)] += p
        blocked += p * stopped
        passage += p * (vote.count(2) >= needed and not stopped)
    return yes, blocked, passage


def conditional(chance, correlation, factor):
    """Chances of one member where the factor is known, from the definition of a leaning."""
    from statistics import NormalDist

    normal = NormalDist()
    against, idle, _ = chance
    low = normal.inv_cdf(min(max(against, 1e-12), 1 - 1e-12))
    high = normal.inv_cdf(min(max(against + idle, 1e-12), 1 - 1e-12))
    a, b = (
        normal.cdf((t - math.sqrt(correlation) * factor) / math.sqrt(1 - correlation))
        for t in (low, high)
    )
    return a, b - a, 1 - b


def over_the_factor(chance, correlation, answer, steps=400):
    """Average an answer over a fine grid of the factor, by the midpoint rule."""
    edges = np.linspace(-7, 7, steps + 1)
    total, mass = 0, 0.0
    for factor in (edges[:-1] + edges[1:]) / 2:
        weight = math.exp(-factor * factor / 2)
        part = answer([conditional(c, correlation, factor) for c in chance])
        total, mass = total + weight * np.asarray(part), mass + weight
    return total / mass


@given(bodies())
def test_independent_votes_equal_the_enumeration(body):
    chance, blockers, needed = body
    found, (yes, blocked, passage) = (
        joint_votes(chance, needed, blockers),
        enumerated(*body_of(body)),
    )
    assert found.yes == pytest.approx(yes, abs=1e-12)
    assert found.blocked == pytest.approx(blocked, abs=1e-12)
    assert found.passage == pytest.approx(passage, abs=1e-12)


def body_of(body):
    chance, blockers, needed = body
    return chance, needed, blockers


def test_twelve_members_equal_the_enumeration():
    chance = chances(12, 3)
    votes = np.array(list(itertools.product(range(3), repeat=12)), dtype=np.int8)
    p = np.ones(len(votes))
    for i in range(12):
        p *= chance[i][votes[:, i]]
    yes, stopped = (votes == 2).sum(axis=1), (votes[:, [0, 5]] == 0).any(axis=1)
    found = joint_votes(chance, 7, [0, 5])
    assert found.yes == pytest.approx(np.bincount(yes, p, 13), abs=1e-12)
    assert found.passage == pytest.approx(p[(yes >= 7) & ~stopped].sum(), abs=1e-12)


@pytest.mark.parametrize("correlation", [0.3, 0.7, 0.95])
def test_votes_under_a_common_factor_equal_the_enumeration(correlation):
    chance, blockers, needed = chances(4, 11), [1, 2], 3

    def whole(given_factor):
        yes, blocked, passage = enumerated(given_factor, needed, blockers)
        return [*yes, blocked, passage]

    expected = over_the_factor(chance, correlation, whole)
    found = joint_votes(chance, needed, blockers, correlation)
    assert [*found.yes, found.blocked, found.passage] == pytest.approx(expected, abs=1e-6)


def test_twelve_members_of_two_votes_under_a_common_factor_equal_the_enumeration():
    random = np.random.default_rng(5)
    yes = random.uniform(0.2, 0.95, 12)
    chance = np.stack([1 - yes, 0 * yes, yes], axis=1)
    votes = np.array(list(itertools.product((0, 1), repeat=12)), dtype=bool)

    def count(given_factor):
        p = np.array([c[2] for c in given_factor])
        return np.bincount(votes.sum(axis=1), np.where(votes, p, 1 - p).prod(axis=1), 13)

    expected = over_the_factor(chance, 0.6, count, steps=200)
    assert joint_votes(chance, 9, (), 0.6).yes == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("n", "needed", "correlation"),
    [(15, 9, 0.95), (50, 34, 0.95), (193, 129, 0.7), (500, 334, 0.95)],
)
def test_steep_factors_and_many_players_against_adaptive_integration(n, needed, correlation):
    # Gauss and Kronrod in pieces about the place where the outcome turns
    from scipy.integrate import quad
    from scipy.stats import binom, norm

    edge, s, own = norm.ppf(0.4), math.sqrt(correlation), math.sqrt(1 - correlation)

    def passes(z):
        return norm.pdf(z) * binom.sf(needed - 1, n, norm.cdf((s * z - edge) / own))

    turns = (edge + own * norm.ppf(needed / n)) / s
    ends = [-9.0, *(turns + own * d for d in (-3, -1, -0.3, 0, 0.3, 1, 3)), 9.0]
    whole = sum(quad(passes, a, b, epsabs=1e-13)[0] for a, b in itertools.pairwise(ends))
    found = joint_votes(np.tile([0.4, 0.0, 0.6], (n, 1)), needed, (), correlation)
    assert found.passage == pytest.approx(whole, abs=1e-10)
    assert found.yes.sum() == pytest.approx(1, abs=1e-10)


@given(bodies(), st.floats(0, 0.9))
def test_a_factor_keeps_the_margins_and_probabilities_sum_to_one(body, correlation):
    chance, blockers, needed = body
    found = joint_votes(chance, needed, blockers, correlation)
    assert found.yes.sum() == pytest.approx(1, abs=1e-9)
    mean = found.yes @ np.arange(len(found.yes))
    assert mean == pytest.approx(chance[:, 2].sum(), abs=1e-5)
    assert -1e-12 <= found.passage <= 1 - found.blocked + 1e-9


def test_the_likelihood_of_a_vote_equals_the_integral():
    chance, levels = chances(5, 9), [2, 0, 1, 2, 2]

    def cast(given_factor):
        return math.prod(c[v] for c, v in zip(given_factor, levels, strict=True))

    expected = math.log(over_the_factor(chance, 0.5, cast, steps=1000))
    assert log_likelihood(chance, levels, 0.5) == pytest.approx(expected, abs=1e-5)
    alone = math.log(math.prod(chance[i][v] for i, v in enumerate(levels)))
    assert log_likelihood(chance, levels, 0.0) == pytest.approx(alone)


def test_the_correlation_of_simulated_votes_is_found():
    random = np.random.default_rng(7)
    events = []
    for _ in range(600):
        leaning = math.sqrt(0.6) * random.normal() + math.sqrt(0.4) * random.normal(size=10)
        # thresholds at the quantiles of .2 and .4
        events.append(([[0.2, 0.2, 0.6]] * 10, np.digitize(leaning, [-0.8416, -0.2533])))
    assert fit_correlation(events) == pytest.approx(0.6, abs=0.051)
    scores = {k: sum(log_likelihood(c, v, k / 20) for c, v in events[:60]) for k in range(0, 20)}
    assert fit_correlation(events[:60]) == max(scores, key=scores.get) / 20
    assert fit_correlation([]) == 0.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[0.5, 0.5]], 1), "must be"),
        (([[0.5, 0.4, 0.3]], 1), "sum to 1"),
        (([[-0.5, 0.5, 1.0]], 1), "at least 0"),
        (([[0.2, 0.2, 0.6]], 1, [3]), "none of the 1 players"),
        (([[0.2, 0.2, 0.6]], 1, [], 1.0), "below 1"),
    ],
)
def test_wrong_joint_input_is_one_sentence(arguments, words):
    with pytest.raises(GameError, match=words):
        joint_votes(*arguments)


def test_too_many_players_are_refused():
    with pytest.raises(LimitError, match="the limit"):
        joint_votes(np.tile([0.1, 0.1, 0.8], (501, 1)), 1)


# the logit ----------------------------------------------------------------------------------


def sample(n=200, p=2, seed=1):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, p)) * [1.0, 5.0][:p]
    odds = np.stack([rows[:, 0] - 1.5, 0.1 * rows[:, 1] - 1, np.zeros(n)], axis=1)
    p_ = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    return rows, np.array([random.choice(3, p=q) for q in p_])


def penalised(theta, rows, levels, penalty):
    """Loss by the definition, one vote at a time."""
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    total = (
        penalty / 2 * (theta[:, :-1] ** 2).sum() + penalty * 1e-6 / 2 * (theta[:, -1] ** 2).sum()
    )
    for x, v in zip(z, levels, strict=True):
        odds = [float(t[:-1] @ x + t[-1]) for t in theta] + [0.0]
        total += math.log(sum(math.exp(o) for o in odds)) - odds[v]
    return total


def test_the_fit_is_the_minimum_and_its_errors_the_inverse_curvature():
    rows, levels = sample(80)
    fit = fit_vote_logit(rows, levels, penalty=2.0)
    theta, step = fit.coefficients, 1e-3
    flat = theta.ravel()

    def loss(*moves):
        place = flat.copy()
        for k, by in moves:
            place[k] += by
        return penalised(place.reshape(theta.shape), rows, levels, 2.0)

    slope = [(loss((k, step)) - loss((k, -step))) / (2 * step) for k in range(6)]
    assert np.abs(slope).max() < 1e-3
    curve = np.array(
        [
            [
                (
                    loss((i, step), (j, step))
                    - loss((i, step), (j, -step))
                    - loss((i, -step), (j, step))
                    + loss((i, -step), (j, -step))
                )
                / (4 * step * step)
                for j in range(6)
            ]
            for i in range(6)
        ]
    )
    expected = np.sqrt(np.diag(np.linalg.inv(curve))).reshape(theta.shape)
    assert fit.standard_errors() == pytest.approx(expected, rel=1e-3)


def test_errors_of_chances_agree_with_draws_of_coefficients():
    rows, levels = sample(400)
    fit = fit_vote_logit(rows, levels, penalty=1.0)
    draws = np.random.default_rng(2).multivariate_normal(
        fit.coefficients.ravel(), fit.covariance, size=4000
    )
    x = np.append((rows[0] - rows.mean(axis=0)) / rows.std(axis=0), 1.0)
    odds = np.einsum("dkp,p->dk", draws.reshape(-1, *fit.coefficients.shape), x)
    yes = 1 / (1 + np.exp(odds).sum(axis=1))
    assert fit.error_of_yes(rows[:1])[0] == pytest.approx(yes.std(), rel=0.1)


def test_repeating_every_vote_leaves_grouped_errors_alone_and_shrinks_the_others():
    rows, levels = sample(150)
    groups = np.arange(150)
    once = fit_vote_logit(rows, levels, 1e-3, groups).standard_errors()
    many = (np.repeat(rows, 9, axis=0), np.repeat(levels, 9))
    again = fit_vote_logit(*many, 1e-3, np.repeat(groups, 9)).standard_errors()
    naive = fit_vote_logit(*many, 1e-3).standard_errors()
    assert again == pytest.approx(once, rel=1e-2)
    assert (naive < 0.5 * once).all()


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_order_and_scale_of_features_do_not_matter(seed):
    rows, levels = sample(60, seed=seed)
    if len(set(levels)) < 3:
        return
    plain = fit_vote_logit(rows, levels).probabilities(rows)
    other = rows[:, ::-1] * [1000.0, -0.01] + [5.0, 3.0]
    assert fit_vote_logit(other, levels).probabilities(other) == pytest.approx(plain, abs=1e-4)
    assert plain.sum(axis=1) == pytest.approx(np.ones(60))


@pytest.mark.parametrize(
    ("features", "levels", "penalty", "words"),
    [
        ([[1.0]], [2, 2], 1.0, "must be"),
        (np.zeros((0, 1)), [], 1.0, "at least 1"),
        ([[math.nan]], [2], 1.0, "no finite number"),
        ([[1.0]], [3], 1.0, "a level"),
        ([[1.0]], [2], 0.0, "positive"),
    ],
)
def test_wrong_fits_are_one_sentence(features, levels, penalty, words):
    with pytest.raises(GameError, match=words):
        fit_vote_logit(features, levels, penalty)


def test_a_fit_without_errors_says_so():
    rows, levels = sample(50)
    fit = fit_vote_logit(rows, levels, errors=False)
    with pytest.raises(GameError, match="errors=True"):
        fit.standard_errors()
    with pytest.raises(GameError, match="the fit has 2"):
        fit.probabilities([[1.0]])


@given(st.integers(0, 10**6), st.floats(0, 0.3))
def test_floors_are_kept_and_rows_still_sum_to_one(seed, floor):
    chance = chances(5, seed)
    found = floored(chance, floor)
    assert found.sum(axis=1) == pytest.approx(np.ones(5))
    assert (found >= floor - 1e-12).all()
    assert floored(found, floor) == pytest.approx(found)


# scores -------------------------------------------------------------------------------------


@st.composite
def forecasts(draw):
    n = draw(st.integers(2, 25))
    value = draw(st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.3, 0.8, 1.0]), min_size=n, max_size=n))
    return value, draw(st.lists(st.booleans(), min_size=n, max_size=n))


@given(forecasts())
def test_scores_equal_their_definitions(given_forecasts):
    value, hit = given_forecasts
    pairs = [(a, b) for a, h in zip(value, hit, strict=True) if h
             for b, g in zip(value, hit, strict=True) if not g]  # fmt: skip
    if pairs:
        wins = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)
        assert auc(value, hit) == pytest.approx(wins)
    else:
        assert math.isnan(auc(value, hit))
    bins = reliability(value, hit, 4)
    assert sum(b.size for b in bins) == len(value)
    assert sum(b.size * b.observed for b in bins) == pytest.approx(sum(hit))
    error = sum(b.size * abs(b.forecast - b.observed) for b in bins) / len(value)
    assert calibration_error(value, hit, 4) == pytest.approx(error)


@given(st.integers(0, 10**6))
def test_whole_weights_are_copies(seed):
    random = np.random.default_rng(seed)
    value, hit, weight = (
        random.random(12).round(1),
        random.random(12) < 0.5,
        random.integers(0, 4, 12),
    )
    many = auc(np.repeat(value, weight), np.repeat(hit, weight))
    assert auc(value, hit, weight) == pytest.approx(many, nan_ok=True)


def test_scores_by_hand():
    chance = [[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]]
    assert brier(chance, [2, 1]) == pytest.approx([0.01 + 0.04 + 0.09, 0.25 + 0.5625 + 0.0625])
    assert log_score(chance, [2, 1]) == pytest.approx([-math.log(0.7), -math.log(0.25)])
    assert precision_at_top([0.9, 0.8, 0.1], [True, False, True], 2 / 3) == 0.5
    assert precision_at_top([0.5] * 4, [True, False, False, False], 0.25) == 0.25


def test_draws_of_groups_are_repeatable_and_intervals_hold_the_mean():
    group = np.repeat(np.arange(30), 10)
    values = np.random.default_rng(3).normal(size=300) + group / 10
    draws = group_draws(group, 500, seed=4)
    assert (draws == group_draws(group, 500, seed=4)).all()
    assert (draws != group_draws(group, 500, seed=5)).any()
    low, high = ratio_interval(values, np.ones(300), group, draws)
    assert low < values.mean() < high
    # the error of a mean of 30 group means
    means = values.reshape(30, 10).mean(axis=1)
    assert high - low == pytest.approx(2 * 1.96 * means.std() / math.sqrt(30), rel=0.15)
    with pytest.raises(EngineError, match="in the draws"):
        ratio_interval(values[:20], np.ones(20), group[:20], draws)
    with pytest.raises(EngineError, match="at least one"):
        group_draws([], 5, seed=1)
