"""Rows of a programme made when they are broken: the loop that all solutions share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solvers.errors import GameError
from solvers.oracles.master import Master
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Counts, Span, counts_of

__all__ = ["Pool", "by_player", "generate", "unit"]


class Pool:
    """The coalitions met so far, one for each vector of numbers of each type.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    """

    def __init__(self, oracle: ExcessOracle) -> None:
        self.oracle = oracle
        self.coalitions: dict[Counts, tuple[int, Fraction]] = {}

    def add(self, mask: int) -> Counts:
        """Enter a coalition.

        Parameters
        ----------
        mask : int
            The coalition.

        Returns
        -------
        tuple of int
            Its members by type.
        """
        counts = counts_of(mask, self.oracle.types)
        if counts not in self.coalitions:
            self.coalitions[counts] = mask, self.oracle.worth(mask)
        return counts


def by_player(shares: Sequence[Fraction], types: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """Give every player the share of its type.

    Parameters
    ----------
    shares : sequence of Fraction
        One for each type.
    types : sequence of sequence of int
        Players by type.

    Returns
    -------
    tuple of Fraction, length n
    """
    found = {i: share for share, group in zip(shares, types, strict=True) for i in group}
    return tuple(found[i] for i in range(len(found)))


def unit(t: int, n_types: int) -> Counts:
    """Write one player of a type as a vector of numbers.

    Parameters
    ----------
    t : int
        Number of the type.
    n_types : int
        How many types there are.

    Returns
    -------
    tuple of int
    """
    return tuple(int(t == j) for j in range(n_types))


def generate(master: Master, pool: Pool, settled: Span | None, slack: bool) -> tuple[Fraction, ...]:
    """Add broken rows until no coalition has more excess than the programme allows.

    Parameters
    ----------
    master : Master
        Over a share for each type and, with `slack`, the largest excess as the last variable.
    pool : Pool
        Gets the coalitions whose rows are added.
    settled : Span or None
        Coalitions that need no row.
    slack : bool
        Whether there is an excess to allow, else none may be positive.

    Returns
    -------
    tuple of Fraction
        A best point: a share for each type and, with `slack`, the largest excess. Where the
        oracle's guess is as good as the programme's point, it is the guess.

    Raises
    ------
    GameError
        If no point meets the conditions.

    Notes
    -----
    Coalitions are asked for at a point that follows that of the programme slowly,
    and at the latter only if the former gives no row that is broken there: otherwise the points
    run about in a face of equal value for hundreds of rounds. Where a row comes from does not
    matter for what it proves.

    References
    ----------
    .. [1] J. E. Kelley, "The cutting-plane method for solving convex programs", Journal of the
       Society for Industrial and Applied Mathematics 8 (1960), pp. 703-712.
    .. [2] W. Ben-Ameur and J. Neto, "Acceleration of cutting-plane and column generation
       algorithms: applications to network design", Networks 49 (2007), pp. 3-17.
    """
    oracle = pool.oracle
    n_types = len(oracle.types)
    tail = (1,) if slack else ()
    centre = oracle.centre()
    known = None if centre is None or not slack else _known(master, pool, settled, centre)
    while True:
        if not master.solve():
            raise GameError("no shares meet all conditions at once")
        if known is not None and master.value >= known[-1]:
            return known
        point = master.point
        x = by_player(point[:n_types], oracle.types)
        allowed = point[n_types] if slack else Fraction(0)
        centre = x if centre is None else _between(centre, x)
        for asked in (centre, x):
            found = oracle.proposals(asked, settled)
            broken = [m for m in found if oracle.excess(m, x) > allowed]
            if broken:
                break
        else:
            leading = oracle.leading(x, settled)
            broken = [m for m in leading if oracle.excess(m, x) > allowed]
            if not broken:
                return point
        for mask in broken:
            counts = pool.add(mask)
            master.add((*counts, *tail), pool.coalitions[counts][1])


def _known(
    master: Master, pool: Pool, settled: Span | None, x: tuple[Fraction, ...]
) -> tuple[Fraction, ...] | None:
    """Add the rows that matter at a guess; give it with its largest excess if it is feasible.

    It is optimal once the programme reaches that excess.
    """
    oracle = pool.oracle
    leading = oracle.leading(x, settled)
    if not leading:
        return None
    for mask in leading:
        counts = pool.add(mask)
        master.add((*counts, 1), pool.coalitions[counts][1])
    epsilon = max(oracle.excess(mask, x) for mask in leading)
    point = (*(x[group[0]] for group in oracle.types), epsilon)
    equal = by_player(point[:-1], oracle.types) == x
    return point if equal and master.meets(point) else None


def _between(centre: Sequence[Fraction], x: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Go a fifth of the way from one point to another, in binary fractions of 24 digits."""
    largest = max(map(abs, x))
    digits = max(0, 24 - (largest.numerator // largest.denominator).bit_length())
    return tuple(
        Fraction(round((4 * a + b) * 2**digits / 5), 2**digits)
        for a, b in zip(centre, x, strict=True)
    )
