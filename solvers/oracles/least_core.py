"""Least core, core and cost of stability of a game that is known through an oracle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from solvers.errors import GameError
from solvers.games.solution import Allocation
from solvers.oracles.certificates import BalancedProof, check_cost_of_stability, check_least_core
from solvers.oracles.generation import Pool, by_player, generate, unit
from solvers.oracles.master import Master
from solvers.oracles.oracle import Excess, ExcessOracle, exact_shares

__all__ = ["CoreMembership", "core", "core_membership", "cost_of_stability", "least_core"]


def least_core(oracle: ExcessOracle) -> Allocation:
    """Find efficient shares that make the largest excess of a proper coalition least.

    Parameters
    ----------
    oracle : ExcessOracle
        The game, of two players at least.

    Returns
    -------
    Allocation
        Exact; interchangeable players get equal shares. ``epsilon`` is the largest excess, and
        the certificate a balanced collection of coalitions that proves that it is least.

    Raises
    ------
    GameError
        If there is only one player, so that no coalition is proper.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.
    .. [2] O. N. Bondareva, "Some applications of linear programming methods to the theory of
       cooperative games", Problemy Kibernetiki 10 (1963), pp. 119-139.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> point = least_core(DenseOracle([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> point.epsilon, point.exact, point.verify()
    (Fraction(1, 3), (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), True)
    """
    return _least_core(oracle, "least_core")


def core(oracle: ExcessOracle) -> Allocation:
    """Say whether the core is empty, and give a point of it where it is not.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.

    Returns
    -------
    Allocation
        Without shares where the core is empty; then the balanced collection of the certificate
        proves it. ``epsilon`` is that of the least core, in which the point lies; None for a
        single player.

    References
    ----------
    .. [1] D. B. Gillies, "Solutions to general non-zero-sum games", in Contributions to the
       Theory of Games IV, Princeton University Press, 1959, pp. 47-85.
    .. [2] L. S. Shapley, "On balanced sets and cores", Naval Research Logistics Quarterly 14
       (1967), pp. 453-460.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> empty = core(DenseOracle([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> empty.is_defined, empty.verify(), empty.certificate["coalitions"]
    (False, True, [['1', '2'], ['1', '3'], ['2', '3']])
    """
    if oracle.n_players == 1:
        return Allocation(
            "core",
            oracle.players,
            exact=(oracle.grand,),
            verifier=lambda found: found.exact == (oracle.grand,),
            solver="one player",
        )
    return _least_core(oracle, "core")


@dataclass(frozen=True)
class _Found:
    """A point of the least core with the multipliers that prove it."""

    x: tuple[Fraction, ...]
    epsilon: Fraction
    weights: tuple[tuple[int, Fraction], ...]


def _solved(oracle: ExcessOracle, pool: Pool) -> _Found:
    start: list[tuple[tuple[int, ...], Fraction, bool]] = [
        ((*map(len, oracle.types), 0), oracle.grand, True)
    ]
    for group in oracle.types:
        counts = pool.add(1 << group[0])
        start.append(((*counts, 1), pool.coalitions[counts][1], False))
    master = Master((*(0 for _ in oracle.types), 1), start)
    *shares, epsilon = generate(master, pool, None, slack=True)
    weights = sorted(
        (pool.coalitions[master.rows[k][:-1]][0], y)
        for k, y in master.multipliers().items()
        if not master.equal[k]
    )
    return _Found(by_player(shares, oracle.types), epsilon, tuple(weights))


def _least_core(oracle: ExcessOracle, concept: str) -> Allocation:
    if oracle.n_players == 1:
        raise GameError("a game of one player has no proper coalition, so no least core")
    found = _solved(oracle, Pool(oracle))
    x, epsilon = found.x, found.epsilon
    proof = BalancedProof(found.weights, x, epsilon)
    return Allocation(
        concept,
        oracle.players,
        exact=x if concept == "least_core" or epsilon <= 0 else None,
        guarantee="exact" if oracle.proved else "optimal",
        epsilon=epsilon,
        certificate=lambda: proof.to_dict(oracle.players, oracle.grand),
        verifier=lambda found: not check_least_core(oracle, found, proof),
        solver=f"dual simplex on rows of an oracle ({oracle.method})",
    )


@dataclass(frozen=True)
class CoreMembership:
    """Whether shares are in the core; true or false as a condition.

    Parameters
    ----------
    inside : bool
        The answer.
    surplus : Fraction
        What the shares sum to beyond the worth of the grand coalition; must be 0.
    worst : tuple of Excess
        The coalitions that object most, or come nearest to it.
    """

    inside: bool
    surplus: Fraction
    worst: tuple[Excess, ...]

    def __bool__(self) -> bool:
        return self.inside


def core_membership(oracle: ExcessOracle, x: Iterable[object], k: int = 1) -> CoreMembership:
    """Say whether shares are in the core, and which coalitions object most.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    x : iterable of int, Fraction or float
        Shares; a double counts as the number it holds.
    k : int
        How many coalitions to name; with 0 one is named only if it objects, which is quicker
        for convex games.

    Returns
    -------
    CoreMembership

    References
    ----------
    .. [1] D. B. Gillies, "Solutions to general non-zero-sum games", in Contributions to the
       Theory of Games IV, Princeton University Press, 1959, pp. 47-85.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> bool(core_membership(DenseOracle([0, 0, 0, 1, 0, 1, 0, 1]), [1, 0, 0]))
    True
    """
    shares = exact_shares(x, oracle.n_players)
    surplus = sum(shares, Fraction(0)) - oracle.grand
    if k > 0 or surplus:
        worst = oracle.most_excess(shares, k=max(k, 1))
    else:
        objection = oracle.objection(shares)
        worst = () if objection is None else (objection,)
    inside = surplus == 0 and all(excess <= 0 for _, excess in worst)
    return CoreMembership(inside, surplus, worst)


def cost_of_stability(oracle: ExcessOracle) -> Allocation:
    """Find the least subsidy to the grand coalition with which nobody can gain by leaving.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.

    Returns
    -------
    Allocation
        Payments of at least 0 that every coalition accepts, of least sum; ``epsilon`` is the
        subsidy. The weights of the certificate prove that less is not enough.

    References
    ----------
    .. [1] Y. Bachrach, E. Elkind, R. Meir, D. Pasechnik, M. Zuckerman, J. Rothe and J. S.
       Rosenschein, "The cost of stability in coalitional games", Proceedings of SAGT 2009,
       pp. 122-134.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> cost_of_stability(DenseOracle([0, 0, 0, 1, 0, 1, 1, 1])).epsilon
    Fraction(1, 2)
    """
    x, weights = _stable(oracle)
    subsidy = sum(x, Fraction(0)) - oracle.grand
    proof = BalancedProof(weights, x, subsidy)
    return Allocation(
        "cost_of_stability",
        oracle.players,
        exact=x,
        guarantee="exact" if oracle.proved else "optimal",
        epsilon=subsidy,
        certificate=lambda: proof.to_dict(oracle.players, oracle.grand),
        verifier=lambda found: not check_cost_of_stability(oracle, found, proof),
        solver=f"dual simplex on rows of an oracle ({oracle.method})",
    )


def _stable(
    oracle: ExcessOracle,
) -> tuple[tuple[Fraction, ...], tuple[tuple[int, Fraction], ...]]:
    """Find the payments of least sum and the weights that prove it.

    A point of the core costs nothing. Where there is none, the coalitions of the least core are
    those that are likely to matter.
    """
    n_types = len(oracle.types)
    pool = Pool(oracle)
    if oracle.n_players > 1:
        found = _solved(oracle, pool)
        if found.epsilon <= 0 and min(found.x) >= 0:
            return found.x, ((oracle.everybody, Fraction(1)),)
    floors = [(unit(t, n_types), 0, False) for t in range(n_types)]
    master = Master(tuple(map(len, oracle.types)), floors)
    pool.add(oracle.everybody)
    for counts, (_, worth) in pool.coalitions.items():
        master.add(counts, worth)
    shares = generate(master, pool, None, slack=False)
    weights = sorted(
        (pool.coalitions[master.rows[k]][0], y)
        for k, y in master.multipliers().items()
        if k >= n_types
    )
    return by_player(shares, oracle.types), tuple(weights)
