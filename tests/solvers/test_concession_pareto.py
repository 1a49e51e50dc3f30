"""The front of cost, legitimacy and durability: worked grid, every vote tried, laws, refusals."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
import robust_cases as cases

from solvers.concessions import cheapest_package
from solvers.concessions.robust.buffer import veto_players, with_buffer
from solvers.concessions.robust.pareto import Legitimacy, pareto_front
from solvers.concessions.robust.survival import survives
from solvers.errors import GameError
from solvers.rules.rule import Rule

F = Fraction


def figures(front):
    return [(p.durability, p.legitimacy, p.cost) for p in front.points]


def undominated(points):
    """Triples (durability, legitimacy, cost) that no other one beats."""
    points = set(points)

    def beats(a, b):
        return a != b and a[0] >= b[0] and a[1] >= b[1] and a[2] <= b[2]

    return sorted(b for b in points if not any(beats(a, b) for a in points))


def all_points(problem, legitimacy, levels, durability):
    """Every (durability, legitimacy, cost) of every text and profile."""
    vetoes = veto_players(problem.rule)
    for level in levels:
        buffer = level if durability == "buffer" else 0
        for cost, votes, text in cases.priced_votes(problem, buffer, vetoes):
            if durability == "buffer":
                works = cases.passes(problem, votes)
            else:
                works = cases.stands(problem, votes, int(level))
            if works:
                value = legitimacy.base + sum(
                    (w for w, v in zip(legitimacy.votes, votes, strict=True) if v == 2), F(0)
                )
                value += sum((legitimacy.amendments.get(k, F(0)) for k in text), F(0))
                yield F(level), value, cost


GRID = [[4, 6, 9, 13], [6, 9, 13, 18], [9, 13, 18, 24], [13, 18, 23, 30]]


@pytest.mark.parametrize("floors", [None, (4, 5, 6, 7)])
def test_all_sixteen_points(floors):
    both = cases.seven((cases.SUNSET, cases.LEAD))
    front = pareto_front(both, Legitimacy((F(1),) * 7), grid=range(4), floors=floors)
    expected = [
        (delta, 4 + k, cost) for delta, row in enumerate(GRID) for k, cost in enumerate(row)
    ]
    assert figures(front) == expected
    assert front.complete
    assert all(p.proved and p.package.amendments == {0, 1} for p in front.points)


@pytest.mark.parametrize("durability", ["buffer", "survival"])
@pytest.mark.parametrize("seed", range(8))
def test_front_is_that_of_all_votes(seed, durability):
    draw = random.Random(seed)
    n = draw.randint(3, 4)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    problem = cases.random_problem(draw, made[(seed + 1) % len(made)], amendments=1)
    weights = tuple(F(draw.randint(0, 3), 2) for _ in range(n))
    endorsed = {0: F(draw.randint(-2, 3), 2)} if seed % 2 else {}
    legitimacy = Legitimacy(weights, endorsed, F(draw.randint(-1, 2)))
    levels = (0, F(1, 2), 2) if durability == "buffer" else (0, 1)
    expected = undominated(all_points(problem, legitimacy, levels, durability))
    plain = pareto_front(problem, legitimacy, durability, levels, augmented=False)
    front = pareto_front(problem, legitimacy, durability, levels)
    assert figures(front) == figures(plain) == expected
    assert front.complete
    assert front.runs >= len(front.points)
    for point in front.points:
        worn = problem
        if durability == "buffer":
            worn = with_buffer(problem, point.durability)
        else:
            assert survives(problem, point.package, int(point.durability))[0]
        assert worn.violations(point.package) == ()
        assert problem.cost(point.package) == point.cost
        votes = worn.votes(point.package)
        assert legitimacy.value(votes, point.package.amendments) == point.legitimacy
        assert point.package.contributions == {}


def test_front_holds_the_optimum_and_no_point_twice():
    for seed in range(6):
        draw = random.Random(seed)
        problem = cases.random_problem(draw, cases.two_thirds(4), amendments=1)
        points = pareto_front(problem, Legitimacy((F(1),) * 4), grid=(0, 1)).points
        assert min(p.cost for p in points) == cheapest_package(problem).cost
        triples = [(p.durability, p.legitimacy, p.cost) for p in points]
        assert triples == undominated(triples)


def test_a_point_that_no_weighted_sum_finds():
    """Costs 0, 2, 3 at 1, 2, 3 votes: the middle lies above the line between the others."""
    problem = cases.problem(Rule(3, cases.count(3, 1)), (1, -2, -9), (0, 0, 0))
    gift = replace(cases.LEAD, cost=F(3), margins={1: F(2), 2: F(9)})
    front = pareto_front(replace(problem, amendments=(gift,)), Legitimacy((F(1),) * 3))
    assert figures(front) == [(0, 1, 0), (0, 2, 2), (0, 3, 3)]


def test_an_endorsement_counts_without_votes():
    endorsement = replace(cases.LEAD, cost=F(2), margins={})
    problem = cases.problem(Rule(2, cases.count(2, 1)), (1, -5), amendments=(endorsement,))
    front = pareto_front(problem, Legitimacy((F(1), F(1)), {0: F(3, 2)}))
    assert figures(front) == [(0, 1, 0), (0, F(5, 2), 2), (0, F(7, 2), 7)]


def test_a_run_that_is_cut_off_marks_the_front():
    both = cases.seven((cases.SUNSET, cases.LEAD))
    runs = []

    def engine(problem, *, time_limit=None):
        runs.append(problem)
        answer = cheapest_package(problem)
        if len(runs) < 3:
            return answer
        cut = replace(answer.solution, status="bounded", interrupted=True)
        return replace(answer, solution=cut)

    told = []
    front = pareto_front(
        both,
        Legitimacy((F(1),) * 7),
        grid=range(4),
        engine=engine,
        augmented=False,
        progress=told.append,
    )
    assert not front.complete
    assert figures(front) == [(0, 4, 4), (0, 5, 6), (0, 6, 9)]
    assert [p.proved for p in front.points] == [True, True, False]
    assert told == list(front.points)


def test_time_that_is_up_ends_the_search():
    both = cases.seven((cases.SUNSET, cases.LEAD))
    front = pareto_front(both, Legitimacy((F(1),) * 7), grid=range(4), time_limit=1e-9)
    assert not front.complete
    assert len(front.points) <= 1


def test_refusals():
    two = cases.problem(Rule(2, cases.count(2, 1)), (1, -5))
    both = Legitimacy((F(1), F(1)))
    with pytest.raises(GameError, match="give one each"):
        pareto_front(two, Legitimacy((F(1),)))
    with pytest.raises(GameError, match="amendment 0, counted from 0"):
        pareto_front(two, Legitimacy((F(1), F(1)), {0: F(1)}))
    with pytest.raises(GameError, match="'buffer' or 'survival'"):
        pareto_front(two, both, "luck")
    with pytest.raises(GameError, match="1/2 votes fall"):
        pareto_front(two, both, "survival", (F(1, 2),))
    with pytest.raises(GameError, match="a level of durability is -1"):
        pareto_front(two, both, grid=(-1,))
    with pytest.raises(GameError, match="a vote for adds to legitimacy is -1"):
        Legitimacy((F(-1),))
    with pytest.raises(GameError, match="which are exact"):
        pareto_front(two, both, floors=(0.5,))
