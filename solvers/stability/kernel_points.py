"""Points of the kernel and the prekernel, found in fractions and checked by the definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solvers.errors import LimitError
from solvers.games.solution import Allocation
from solvers.stability.kernel import (
    KernelMembership,
    Point,
    Table,
    excesses,
    in_kernel,
    in_prekernel,
    membership,
    pair_maxima,
    pairs,
    read_payoffs,
    surpluses,
)

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = ["kernel_point", "prekernel_point"]

ROUNDS: Final = 60  # of projections onto the coalitions that are claimed with at the moment
TRANSFERS: Final = 20_000
DIGITS: Final = 10**6


def prekernel_point(game: TUGame, start: Sequence[Any] | None = None) -> Allocation:
    """Find a point of the prekernel.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players; doubles are taken at face value.
    start : sequence of numbers, optional
        Where to begin; equal payoffs when left out. Other starts can lead to other points.

    Returns
    -------
    Allocation
        Exact, and checked by the definition: `verify` repeats it.

    Raises
    ------
    LimitError
        If there are too many players, or no exact point is found.

    Notes
    -----
    From a point, the coalitions with which each pair claims are found, and the sum of squared
    differences of these claims is minimised: a linear system. Repeated, this ends at a point
    where no difference is left. Where it does not, the transfers of [2]_ lead near a point, and
    where that is no help either, the prenucleolus is one.

    References
    ----------
    .. [1] H. I. Meinhardt, The Pre-Kernel as a Tractable Solution for Cooperative Games,
       Springer, 2014.
    .. [2] R. E. Stearns, "Convergent transfer schemes for n-person games", Transactions of the
       American Mathematical Society 134 (1968), pp. 449-459.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> [str(x) for x in prekernel_point(TUGame([0, 0, 0, 60, 0, 60, 60, 72])).exact]
    ['24', '24', '24']
    """
    n = game.n_players
    worth = game.worth((1 << n) - 1)
    x = read_payoffs(game, [worth / max(n, 1)] * n if start is None else start)
    if n:
        x = tuple(value + (worth - sum(x)) / n for value in x)
    found = _projected(game, x, set())
    if found is None:
        near = _transferred(game, x, [-np.inf] * n)
        found = _projected(game, _rounded(game, near, []), set())
    return _answer(game, found, "prekernel", in_prekernel)


def kernel_point(game: TUGame) -> Allocation:
    """Find a point of the kernel of the grand coalition.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players; doubles are taken at face value.

    Returns
    -------
    Allocation
        Exact, and checked by the definition; without a point where there is no imputation.

    Raises
    ------
    LimitError
        If there are too many players, or no exact point is found.

    Notes
    -----
    A point of the prekernel that is an imputation is in the kernel. Otherwise transfers that
    leave everybody what it is worth alone lead near a point, and the linear system of the claims
    that are balanced there, and of the players with no more than that, gives it.

    References
    ----------
    .. [1] M. Davis and M. Maschler, "The kernel of a cooperative game", Naval Research
       Logistics Quarterly 12 (1965), pp. 223-259.
    .. [2] R. E. Stearns, "Convergent transfer schemes for n-person games", Transactions of the
       American Mathematical Society 134 (1968), pp. 449-459.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> kernel_point(TUGame([0, 0, 0, 0, 0, 0, 100, 200])).exact
    (Fraction(50, 1), Fraction(75, 1), Fraction(75, 1))
    """
    n = game.n_players
    alone = [game.worth(1 << i) for i in range(n)]
    spare = game.worth((1 << n) - 1) - sum(alone, Fraction(0))
    if spare < 0:
        return Allocation("kernel", game.players, game=game, solver="definition")
    x = read_payoffs(game, [value + spare / max(n, 1) for value in alone])
    found = _projected(game, x, set())
    if found is None or not in_kernel(game, found):
        floor = [float(value) for value in alone]
        near = _transferred(game, x, floor)
        poor = {i for i in range(n) if near[i] <= floor[i] + 1e-7 * max(1.0, float(spare))}
        found = _projected(game, _rounded(game, near, sorted(poor)), poor)
    return _answer(game, found, "kernel", in_kernel)


Test = Callable[["TUGame", Sequence[Any]], KernelMembership]


def _answer(game: TUGame, found: Point | None, concept: str, test: Test) -> Allocation:
    solver = "projections in fractions"
    if found is None or not test(game, found):
        # The (pre)nucleolus is a point of the (pre)kernel, at the price of linear programmes.
        from solvers.stability.nucleolus import nucleolus, prenucleolus

        found = (nucleolus if concept == "kernel" else prenucleolus)(game).exact
        solver = "the nucleolus"
    if found is None or not test(game, found):
        raise LimitError(f"no point of the {concept} was found exactly: round the worths")
    point = found
    size = float(np.abs(game.values).max()) or 1.0

    def verify(answer: Allocation) -> bool:
        if answer.has_exact:
            exact = answer.exact
            return exact is not None and bool(test(game, exact))
        shares = answer.allocation
        return shares is not None and bool(membership(game, shares.tolist(), 1e-9 * size, concept))

    return Allocation(
        concept,
        game.players,
        exact=point,
        certificate=lambda: {
            "surpluses": [
                [None if s is None else str(s) for s in row] for row in surpluses(game, point)
            ]
        },
        verifier=verify,
        game=game,
        solver=solver,
    )


def _claims(game: TUGame, x: Point) -> tuple[Table, Table, int]:
    """Surpluses in integers, and for every pair a smallest coalition that has it."""
    table, denominator = excesses(game, x)
    found = pair_maxima(table)
    n = game.n_players
    masks = np.arange(table.size)
    sizes = sum((masks >> i & 1 for i in range(n)), np.zeros(table.size, np.int64))
    by_size = np.argsort(sizes, kind="stable")
    ordered, inside = table[by_size], [(masks >> i & 1).astype(bool)[by_size] for i in range(n)]
    chosen = np.zeros((n, n), np.int64)
    for i, j in pairs(n):
        fits = inside[i] & ~inside[j] & (ordered == found[i, j])
        chosen[i, j] = by_size[int(np.argmax(fits))]
    return found, chosen, denominator


def _projected(game: TUGame, x: Point, poor: set[int]) -> Point | None:
    """Minimise squared differences of claims, again and again; None when one is left.

    Players in `poor` keep their payoff, and claims against them may go unanswered.
    """
    n = game.n_players
    seen: set[Point] = set()
    for _ in range(ROUNDS):
        if x in seen:
            return None
        seen.add(x)
        found, chosen, denominator = _claims(game, x)
        claims = [
            (i, j)
            for i in range(n)
            for j in range(i)
            if not (found[i, j] > found[j, i] and j in poor)
            and not (found[j, i] > found[i, j] and i in poor)
        ]
        if all(found[i, j] == found[j, i] for i, j in claims):
            return x
        free = [k for k in range(n) if k not in poor]
        if len(free) < 2:
            return None
        rows, gaps = [], []
        for i, j in claims:
            ours, theirs = int(chosen[i, j]), int(chosen[j, i])
            one = [(ours >> k & 1) - (theirs >> k & 1) for k in free]
            # What the last free player does follows from the sum.
            rows.append([a - one[-1] for a in one[:-1]])
            gaps.append(Fraction(int(found[i, j] - found[j, i]), denominator))
        step = _least_squares(rows, gaps)
        change = dict(zip(free, [*step, -sum(step, Fraction(0))], strict=True))
        x = tuple(value + change.get(k, 0) for k, value in enumerate(x))
    return None


def _least_squares(rows: list[list[int]], right: list[Fraction]) -> list[Fraction]:
    """One of the points that minimise the sum of squares; what is free is 0."""
    width = len(rows[0]) if rows else 0
    system = [
        [
            *(Fraction(sum(row[a] * row[b] for row in rows)) for b in range(width)),
            sum((row[a] * r for row, r in zip(rows, right, strict=True)), Fraction(0)),
        ]
        for a in range(width)
    ]
    step = [Fraction(0)] * width
    places: list[tuple[int, int]] = []
    used = 0
    for column in range(width):
        k = next((k for k in range(used, width) if system[k][column]), None)
        if k is None:
            continue
        system[used], system[k] = system[k], system[used]
        pivot = system[used]
        for other in range(width):
            if other != used and system[other][column]:
                factor = system[other][column] / pivot[column]
                system[other] = [a - factor * b for a, b in zip(system[other], pivot, strict=True)]
        places.append((used, column))
        used += 1
    for k, column in places:
        step[column] = system[k][-1] / system[k][column]
    return step


def _transferred(game: TUGame, x: Point, floor: Sequence[float]) -> list[float]:
    """Move payoffs to who outweighs another, nobody below its floor, until little is left."""
    values = game.values
    n = game.n_players
    point = np.array([float(value) for value in x])
    least = np.array(floor)
    size = max(1.0, float(np.abs(values).max()))
    for _ in range(TRANSFERS):
        sums = np.zeros(1)
        for share in point:
            sums = np.concatenate([sums, sums + share])
        found = pair_maxima(values - sums)
        amount = np.minimum((found - found.T) / 2, point - least)
        i, j = divmod(int(np.argmax(amount)), n)
        if amount[i, j] <= 1e-13 * size:
            break
        point[i] += amount[i, j]
        point[j] -= amount[i, j]
    return [float(value) for value in point]


def _rounded(game: TUGame, near: Sequence[float], poor: Sequence[int]) -> Point:
    """Give simple fractions near a point, efficient, with what the poor are worth alone."""
    x = [Fraction(value).limit_denominator(DIGITS) for value in near]
    for i in poor:
        x[i] = game.worth(1 << i)
    free = [i for i in range(len(x)) if i not in poor] or list(range(len(x)))
    missing = game.worth((1 << game.n_players) - 1) - sum(x, Fraction(0))
    return tuple(value + missing / len(free) if i in free else value for i, value in enumerate(x))
