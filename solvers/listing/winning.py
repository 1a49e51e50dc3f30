"""The smallest and the cheapest winning coalition of a rule, best first or by a programme."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from solvers.errors import LimitError, RuleError, SolverError
from solvers.rules.fixed_votes import with_votes
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

if TYPE_CHECKING:
    from solvers.programmes.solving import Status

__all__ = ["MAX_BRANCHES", "SEARCH", "WinningCoalition", "cheapest_winning_coalition"]

MAX_BRANCHES = 10_000
"""Branches that the search follows before it leaves the question to a programme."""

SEARCH = "exact search"
"""What a coalition rests on that was found without a programme."""


@dataclass(frozen=True)
class WinningCoalition:
    """A coalition whose yes votes decide.

    Parameters
    ----------
    players : tuple of int or None
        Who votes for; None when no coalition within the conditions wins.
    cost : Fraction or None
        Sum of the members' costs, exact.
    status : {"optimal", "infeasible", "bounded", "stopped"}
        Whether it is proved the cheapest, or that there is none; otherwise how a solver ended.
    solver : str
        `SEARCH`, or the solver of the programme and its version.
    seconds : float
        Wall time.
    """

    players: tuple[int, ...] | None
    cost: Fraction | None
    status: Status
    solver: str
    seconds: float


def cheapest_winning_coalition(
    rule: Rule,
    costs: Sequence[Fraction | int] | None = None,
    others: str = "abstain",
    must_have: Iterable[int] = (),
    must_exclude: Iterable[int] = (),
    blocs: Iterable[Iterable[int]] = (),
    incompatible: Iterable[tuple[int, int]] = (),
    absent: Iterable[int] = (),
    solver: str = "highs",
    time_limit: float | None = None,
) -> WinningCoalition:
    """Find a winning coalition of least cost; without costs the smallest.

    Parameters
    ----------
    rule : Rule
        The rule.
    costs : sequence of Fraction or int, optional
        Cost of each player's yes, at least 0; one each when left out.
    others : {"abstain", "against"}
        What everybody else does.
    must_have, must_exclude : iterable of int
        Players that are in, or not in, the coalition.
    blocs : iterable of iterables of int
        Players that vote together.
    incompatible : iterable of (int, int)
        Pairs of players that never stand together.
    absent : iterable of int
        Players that do not vote at all.
    solver : str
        Back end, should a programme be needed; any but the default asks for the programme.
    time_limit : float, optional
        Seconds for the programme.

    Returns
    -------
    WinningCoalition
        Among equally cheap ones the one with fewest members, then the first in player order.

    Raises
    ------
    RuleError
        If a number is no player, or a cost is negative.
    SolverError
        If the solver's coalition does not win when it is evaluated exactly.

    Notes
    -----
    Best first in exact numbers, with the cost of covering what every requirement still lacks
    with divisible members as the bound: among members that count and cost the same it is met at
    once, and 193 of them take milliseconds. After `MAX_BRANCHES` branches, and where members
    never stand together, an integer programme; both give the same coalition.

    References
    ----------
    .. [1] W. H. Riker, The Theory of Political Coalitions, Yale University Press, 1962.
    .. [2] P. E. Hart, N. J. Nilsson and B. Raphael, "A formal basis for the heuristic
       determination of minimum cost paths", IEEE Transactions on Systems Science and
       Cybernetics 4 (1968), pp. 100-107.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> cheapest_winning_coalition(rule).players
    (0, 1)
    """
    n = rule.n_players
    price = [Fraction(c) for c in (costs if costs is not None else [1] * n)]
    if len(price) != n or min(price, default=Fraction(0)) < 0:
        raise RuleError(f"a rule of {n} members needs {n} costs of at least 0")
    if others not in ("abstain", "against"):
        raise RuleError(f"others is {others!r}; it must be 'abstain' or 'against'")
    away, inside, outside = set(absent), set(must_have), set(must_exclude)
    joined = [list(b) for b in blocs]
    apart = [(a, b) for a, b in incompatible]
    named = away | inside | outside | {i for group in (*joined, *apart) for i in group}
    if any(not 0 <= i < n for i in named):
        raise RuleError(f"players are numbered 0 to {n - 1}")
    if inside & (outside | away):
        raise RuleError("a player that must be in the coalition is excluded or absent")
    asked = _Question(rule, price, others, inside, outside, joined, apart, away)
    if solver == "highs" and not apart:
        try:
            return _by_search(asked)
        except LimitError:
            pass
    return _by_programme(asked, solver, time_limit)


@dataclass(frozen=True)
class _Question:
    """What is asked for, in numbers that have been checked."""

    rule: Rule
    price: list[Fraction]
    others: str
    inside: set[int]
    outside: set[int]
    blocs: list[list[int]]
    apart: list[tuple[int, int]]
    away: set[int]


def _by_search(asked: _Question) -> WinningCoalition:
    from solvers.listing import cheapest_winning_coalitions

    start = time.perf_counter()
    there = with_votes(asked.rule, dict.fromkeys(asked.away, ABSENT))
    found = cheapest_winning_coalitions(
        there.project(asked.others),
        asked.price,
        1,
        must_have=asked.inside,
        must_exclude=asked.outside | asked.away,
        blocs=[[i for i in bloc if i not in asked.away] for bloc in asked.blocs],
        most_in_vain=MAX_BRANCHES,
    )
    seconds = time.perf_counter() - start
    if not found:
        return WinningCoalition(None, None, "infeasible", SEARCH, seconds)
    cost, players = found[0]
    return WinningCoalition(players, cost, "optimal", SEARCH, seconds)


def _by_programme(asked: _Question, solver: str, time_limit: float | None) -> WinningCoalition:
    from solvers.programmes.programme import Programme, lexicographic
    from solvers.rules.rule_rows import vote_variables

    n, away = asked.rule.n_players, asked.away
    programme = Programme("winning coalition")
    y, no = vote_variables(programme, asked.rule, [ABSENT if i in away else NO for i in range(n)])
    for i in y:
        if asked.others == "against":
            programme.row(f"else{i:04d}", {y[i]: 1, no[i]: 1}, "==", 1)
        else:
            programme.row(f"else{i:04d}", {no[i]: 1}, "==", 0)
    for i in sorted((asked.inside | asked.outside) - away):
        programme.row(f"fixed{i:04d}", {y[i]: 1}, "==", int(i in asked.inside))
    for k, bloc in enumerate(asked.blocs):
        there = [i for i in bloc if i in y]
        for a, b in pairwise(there):
            programme.row(f"bloc{k:03d}-{b:04d}", {y[a]: 1, y[b]: -1}, "==", 0)
    for k, (a, b) in enumerate(asked.apart):
        if a in y and b in y:
            programme.row(f"apart{k:03d}", {y[a]: 1, y[b]: 1}, "<=", 1)
    solution = lexicographic(
        programme,
        [{y[i]: asked.price[i] for i in y}, {y[i]: 1 for i in y}],
        order=[y[i] for i in sorted(y)],
        solver=solver,
        time_limit=time_limit,
    )
    said = (solution.status, solution.solver, solution.seconds)
    if solution.values is None:
        return WinningCoalition(None, None, *said)
    players = tuple(i for i in sorted(y) if round(solution.values[y[i]]))
    rest = ABSTAIN if asked.others == "abstain" else NO
    profile = [ABSENT if i in away else YES if i in players else rest for i in range(n)]
    if not asked.rule.evaluate(profile):
        raise SolverError(f"{solution.solver} proposed a coalition that does not win; try another")
    return WinningCoalition(players, sum((asked.price[i] for i in players), Fraction(0)), *said)
