"""Prekernel of a game that is known through an oracle: surpluses of pairs, a point, a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from solvers.games.solution import Allocation
from solvers.oracles.nucleolus import least_excesses
from solvers.oracles.oracle import ExcessOracle, exact_shares

__all__ = ["PrekernelMembership", "in_prekernel", "prekernel_point", "surplus"]


@dataclass(frozen=True)
class PrekernelMembership:
    """Whether shares are in the prekernel; true or false itself.

    Parameters
    ----------
    holds : bool
        Whether they are.
    missing : Fraction
        What the shares leave undivided; negative where they give more than there is.
    pair : (int, int) or None
        Two players of whom the first can claim more from the second than that from it.
    claims : (Fraction, Fraction) or None
        What each can claim from the other.
    coalitions : (int, int) or None
        Coalitions with which they claim it.
    """

    holds: bool
    missing: Fraction
    pair: tuple[int, int] | None = None
    claims: tuple[Fraction, Fraction] | None = None
    coalitions: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        """Whether the shares are in the prekernel."""
        return self.holds


def surplus(
    oracle: ExcessOracle, x: Iterable[object], player: int, other: int
) -> tuple[Fraction, int]:
    """Return what a player can claim from another, and with whom.

    Parameters
    ----------
    oracle : ExcessOracle
        The game, of two players at least.
    x : iterable of int, Fraction or float
        Shares.
    player, other : int
        Two different players.

    Returns
    -------
    Fraction
        The largest excess of a coalition with the first and without the second.
    int
        Such a coalition, as a mask.

    References
    ----------
    .. [1] M. Davis and M. Maschler, "The kernel of a cooperative game", Naval Research
       Logistics Quarterly 12 (1965), pp. 223-259.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> half = Fraction(1, 2)
    >>> surplus(DenseOracle([0, 0, 0, 1, 0, 1, 1, 1]), [half, half, 0], 0, 1)
    (Fraction(1, 2), 5)
    """
    ((coalition, excess),) = oracle.most_excess(x, include=(player,), exclude=(other,))
    return excess, coalition


def in_prekernel(oracle: ExcessOracle, x: Iterable[object]) -> PrekernelMembership:
    """Say whether shares are in the prekernel: of no two players one can claim more.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    x : iterable of int, Fraction or float
        Shares; a double counts as the number it holds.

    Returns
    -------
    PrekernelMembership
        Of players who are interchangeable and get the same, one stands for all, so that the
        number of questions to the oracle is that of pairs of types.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "The kernel and bargaining set for convex
       games", International Journal of Game Theory 1 (1971), pp. 73-93.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> majority = DenseOracle([0, 0, 0, 1, 0, 1, 1, 1])
    >>> bool(in_prekernel(majority, [Fraction(1, 3)] * 3))
    True
    >>> in_prekernel(majority, [Fraction(1, 2), Fraction(1, 2), 0]).pair
    (2, 0)
    """
    shares = exact_shares(x, oracle.n_players)
    missing = oracle.grand - sum(shares, Fraction(0))
    if missing:
        return PrekernelMembership(False, missing)
    classes: dict[tuple[int, Fraction], list[int]] = {}
    for number, group in enumerate(oracle.types):
        for player in group:
            classes.setdefault((number, shares[player]), []).append(player)
    speakers = sorted(group[0] for group in classes.values())
    found: dict[tuple[int, int], tuple[Fraction, int]] = {}
    # Two who are interchangeable and get the same claim the same from one another.
    for i, j in permutations(speakers, 2):
        found[i, j] = surplus(oracle, shares, i, j)
    for i, j in sorted(found):
        if found[i, j][0] > found[j, i][0]:
            (most, first), (least, second) = found[i, j], found[j, i]
            return PrekernelMembership(False, missing, (i, j), (most, least), (first, second))
    return PrekernelMembership(True, missing)


def prekernel_point(oracle: ExcessOracle) -> Allocation:
    """Find a point of the prekernel: the prenucleolus, which is always in it.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.

    Returns
    -------
    Allocation
        Exact, with the certificate of the prenucleolus, which ``verify`` checks;
        :func:`in_prekernel` compares the claims of every pair instead.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> point = prekernel_point(DenseOracle([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> point.exact, point.verify()
    ((Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), True)
    """
    return least_excesses(oracle, "prekernel_point", imputations=False)
