"""A coalition that wins under one rule and loses under another, or a proof that there is none.

Whether a game is proper, who is a null player, who is more desirable than whom: all of these ask
for such a coalition.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.errors import LimitError, SolverError
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.rules.votes import NO, YES

__all__ = ["Separation", "dual_game", "separate", "wins"]

MAX_CELLS = 200_000  # count vectors of types, tried one after another
MAX_STEPS = 5_000  # of the search for an example
MAX_SUM_BITS = 2**32  # of all sums of the first players, by number of players
MAX_SECONDS = 5.0  # estimated, of a count


@dataclass(frozen=True)
class Separation:
    """What a search for a coalition found.

    Parameters
    ----------
    coalition : tuple of int or None
        It wins under the first rule and loses under the second; None where there is none.
    method : str
        How: ``dominance``, ``types``, ``sums``, ``search`` and ``counting`` are exact; with
        ``programme`` that there is none rests on the solver that is named with it.
    """

    coalition: tuple[int, ...] | None
    method: str


def wins(rule: Rule, coalition: tuple[int, ...]) -> bool:
    """Say whether a coalition wins, everybody else voting against.

    Parameters
    ----------
    rule : Rule
        The rule.
    coalition : tuple of int
        Players.

    Returns
    -------
    bool
    """
    inside = set(coalition)
    return rule.evaluate([YES if i in inside else NO for i in range(rule.n_players)])


def dual_game(rule: Rule) -> Rule:
    """Return the game in which a coalition wins when its complement loses here.

    Parameters
    ----------
    rule : Rule
        A simple game.

    Returns
    -------
    Rule

    Examples
    --------
    >>> unanimity = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 3))
    >>> dual_game(unanimity).root.threshold
    1
    """
    return rule.dual().project("against")


def separate(first: Rule, second: Rule) -> Separation:
    """Find a coalition that wins under one rule and loses under another.

    Parameters
    ----------
    first, second : Rule
        Rules for the same players, none of whose leaves tells an abstention from a vote against.

    Returns
    -------
    Separation

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.

    Notes
    -----
    In this order: constants; all numbers of each type, up to `MAX_CELLS`; a search of `MAX_STEPS`
    steps; the sums that can be had, for one leaf of the same weights on both sides; whether
    as many coalitions win under the first as under both, where that can be counted within
    seconds; an integer programme. Every coalition that is found is judged again exactly.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999.

    Examples
    --------
    >>> two, all_ = (Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, k)) for k in (2, 3))
    >>> separate(two, all_).coalition, separate(all_, two).coalition
    ((0, 1), None)
    """
    found = _separate(first.project("against"), second.project("against"), first, second)
    coalition = found.coalition
    if coalition is not None and (wins(second, coalition) or not wins(first, coalition)):
        raise SolverError(f"{found.method} proposed a coalition that does not separate")
    return found


def _separate(a: Rule, b: Rule, first: Rule, second: Rule) -> Separation:
    one, two = simple_game(first), simple_game(second)
    everybody = tuple(range(a.n_players))
    if not wins(a, everybody) or wins(b, ()):
        return Separation(None, "dominance")
    for example in ((), everybody):
        if wins(a, example) and not wins(b, example):
            return Separation(example, "dominance")
    kinds = _kinds(one, two)
    if prod(len(k) + 1 for k in kinds) <= MAX_CELLS:
        return Separation(_by_types(one, two, kinds), "types")
    ends = _window(a, b)
    if ends is not None and ends[1] >= ends[2]:
        return Separation(None, "dominance")
    done, coalition = _by_search(one, two)
    if done:
        return Separation(coalition, "search")
    if ends is not None and a.n_players * ends[2] <= MAX_SUM_BITS:
        return Separation(_by_sums(*ends), "sums")
    if _as_many(a, b):
        return Separation(None, "counting")
    return _by_programme(a, b)


def _kinds(one: SimpleGame, two: SimpleGame) -> list[list[int]]:
    """Gather the players whom both rules treat alike."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    for i in range(one.n_players):
        kinds.setdefault(tuple(w[i] for w in (*one.weights, *two.weights)), []).append(i)
    return list(kinds.values())


def _by_types(one: SimpleGame, two: SimpleGame, kinds: list[list[int]]) -> tuple[int, ...] | None:
    heads = [k[0] for k in kinds]
    first = [[w[i] for i in heads] for w in one.weights]
    second = [[w[i] for i in heads] for w in two.weights]
    for vector in product(*(range(len(k) + 1) for k in kinds)):
        if one.wins([_dot(vector, w) for w in first]) and not two.wins(
            [_dot(vector, w) for w in second]
        ):
            return tuple(sorted(i for k, n in zip(kinds, vector, strict=True) for i in k[:n]))
    return None


def _dot(vector: tuple[int, ...], weights: list[int]) -> int:
    return sum(n * w for n, w in zip(vector, weights, strict=True))


def _window(a: Rule, b: Rule) -> tuple[tuple[int, ...], int, int] | None:
    """Return weights, a sum that wins under a and one that wins under b, where that is all."""
    one, two = a.root, b.root
    if isinstance(one, Quota) and isinstance(two, Quota) and one.yes == two.yes:
        return one.yes, one.threshold, two.threshold
    return None


def _by_sums(weights: tuple[int, ...], least: int, below: int) -> tuple[int, ...] | None:
    """Find players whose weights sum to `least` or more, but to less than `below`."""
    limit = (1 << below) - 1
    players = [i for i, w in enumerate(weights) if w]
    reached = [1]  # bit s is set when some of the first players sum to s
    for i in players:
        reached.append((reached[-1] | reached[-1] << weights[i]) & limit)
    window = reached[-1] >> least
    if not window:
        return None
    sum_ = least + (window & -window).bit_length() - 1
    chosen = []
    for k in reversed(range(len(players))):
        if not reached[k] >> sum_ & 1:
            chosen.append(players[k])
            sum_ -= weights[players[k]]
    return tuple(sorted(chosen))


def _by_search(one: SimpleGame, two: SimpleGame) -> tuple[bool, tuple[int, ...] | None]:
    """Decide the members one by one, the heaviest first; False when the steps are used up."""
    n = one.n_players
    columns = list(zip(*one.weights, *two.weights, strict=True))
    order = sorted(range(n), key=lambda i: columns[i], reverse=True)
    cut = len(one.weights)
    rest = [[0] * len(columns[0]) for _ in range(n + 1)]
    for pos in reversed(range(n)):
        rest[pos] = [r + c for r, c in zip(rest[pos + 1], columns[order[pos]], strict=True)]
    stack: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [(0, (0,) * len(columns[0]), ())]
    for _ in range(MAX_STEPS):
        if not stack:
            return True, None
        pos, sums, chosen = stack.pop()
        if two.wins(sums[cut:]):
            continue
        if one.wins(sums[:cut]):
            return True, tuple(sorted(chosen))
        if pos == n or not one.wins([s + r for s, r in zip(sums, rest[pos], strict=True)][:cut]):
            continue
        stack.append((pos + 1, sums, chosen))
        more = tuple(s + c for s, c in zip(sums, columns[order[pos]], strict=True))
        stack.append((pos + 1, more, (*chosen, order[pos])))
    return not stack, None


def _as_many(a: Rule, b: Rule) -> bool:
    """Whether as many coalitions win under both rules as under the first; False if unknown."""
    from solvers.counting import METHODS, count
    from solvers.counting.counts import choose

    both = Rule(a.n_players, AllOf((a.root, b.root)))
    try:
        seconds = [choose(METHODS, g).seconds(g) for g in map(simple_game, (a, both))]
    except LimitError:
        return False
    if sum(seconds) > MAX_SECONDS:
        return False
    return sum(count(a).winning) == sum(count(both).winning)


def _by_programme(a: Rule, b: Rule) -> Separation:
    from solvers.programmes.programme import Programme, solve
    from solvers.rules.rule_rows import rule_rows

    programme = Programme("a coalition that tells two rules apart")
    x = [programme.variable(f"x{i:04d}", 0, 1, integer=True) for i in range(a.n_players)]
    for name, rule, sign in (("win", a, 1), ("lose", dual_game(b), -1)):
        rows = rule_rows(rule)
        branch = [
            programme.variable(f"{name}-branch{k:03d}", 0, 1, integer=True)
            for k in range(rows.n_branches)
        ]
        for k, row in enumerate(rows.rows):
            # What loses here is what wins in the dual as a complement: 1 - x in place of x.
            terms = {x[i]: sign * c for i, c in row.y.items()}
            terms |= {branch[j]: c for j, c in row.branch.items()}
            least = row.rhs - (sum(row.y.values()) if sign < 0 else 0)
            programme.row(f"{name}{k:03d}", terms, ">=", least)
    solution = solve(programme)
    if solution.status == "infeasible":
        return Separation(None, f"programme ({solution.solver})")
    if solution.values is None:
        raise SolverError(f"{solution.solver} ended without an answer: {solution.status}")
    chosen = tuple(i for i, k in enumerate(x) if round(solution.values[k]))
    return Separation(chosen, f"programme ({solution.solver})")
