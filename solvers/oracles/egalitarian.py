"""The egalitarian solution of Dutta and Ray for convex games that are known through an oracle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solvers.games.solution import Allocation
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import members_of
from solvers.oracles.submodular import SubmodularOracle

__all__ = ["dutta_ray"]


def dutta_ray(oracle: SubmodularOracle) -> Allocation:
    """Give the coalition of largest average worth its average, then go on with the others.

    Parameters
    ----------
    oracle : SubmodularOracle
        A convex game.

    Returns
    -------
    Allocation
        Exact. The certificate lists the coalitions in order; each gets just its worth, together
        with those before it.

    Notes
    -----
    The largest average is found by Dinkelbach's method: the excess over the average so far
    becomes largest, until nothing exceeds it. What an answer must satisfy is checked directly:
    it lies in the core, and those who get at least a given share get no more than they are worth
    together; in a convex game only one vector does.

    References
    ----------
    .. [1] B. Dutta and D. Ray, "A concept of egalitarianism under participation constraints",
       Econometrica 57 (1989), pp. 615-635.
    .. [2] W. Dinkelbach, "On nonlinear fractional programming", Management Science 13 (1967),
       pp. 492-498.
    .. [3] S. Fujishige, "Lexicographically optimal base of a polymatroid with respect to a
       weight vector", Mathematics of Operations Research 5 (1980), pp. 186-196.

    Examples
    --------
    >>> from solvers.oracles.graph import SubgraphOracle
    >>> point = dutta_ray(SubgraphOracle(3, {(0, 1): 6, (1, 2): 2}))
    >>> point.exact, point.verify()
    ((Fraction(3, 1), Fraction(3, 1), Fraction(2, 1)), True)
    """
    n = oracle.n_players
    shares = [Fraction(0)] * n
    blocks: list[tuple[int, Fraction]] = []
    done = 0
    while done != oracle.everybody:
        base = oracle.worth(done)
        best = oracle.everybody
        average = (oracle.grand - base) / (best ^ done).bit_count()
        while True:
            x = tuple(shares[i] if done >> i & 1 else average for i in range(n))
            found = oracle.maximiser(x, done, 0)
            joined = (found ^ done).bit_count()
            if not joined or oracle.worth(found) - base <= average * joined:
                break
            best, average = found, (oracle.worth(found) - base) / joined
        for i in members_of(best ^ done):
            shares[i] = average
        blocks.append((best ^ done, average))
        done = best
    chain = _Chain(tuple(blocks))
    return Allocation(
        "egalitarian_dutta_ray",
        oracle.players,
        exact=tuple(shares),
        guarantee="exact" if oracle.proved else "optimal",
        certificate=lambda: chain.to_dict(oracle),
        verifier=lambda found: _holds(oracle, found),
        solver=f"largest averages by an oracle ({oracle.method})",
    )


@dataclass(frozen=True)
class _Chain:
    """Who is served together, and the share of each."""

    blocks: tuple[tuple[int, Fraction], ...]

    def to_dict(self, oracle: ExcessOracle) -> dict[str, Any]:
        return {
            "kind": "chain of coalitions of largest average",
            "blocks": [[oracle.players[i] for i in members_of(mask)] for mask, _ in self.blocks],
            "averages": [average for _, average in self.blocks],
        }


def _holds(oracle: SubmodularOracle, found: Allocation) -> bool:
    """Whether shares lie in the core and every upper level set gets just its worth."""
    x = found.exact
    if x is None or len(x) != oracle.n_players or sum(x, Fraction(0)) != oracle.grand:
        return False
    for level in set(x):
        upper = sum(1 << i for i, share in enumerate(x) if share >= level)
        if oracle.excess(upper, x) != 0:
            return False
    return oracle.excess(oracle.maximiser(x, 0, 0), x) <= 0
