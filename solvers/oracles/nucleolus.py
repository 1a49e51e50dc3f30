"""Nucleolus and prenucleolus of a game that is known through an oracle, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from solvers.errors import SolverError
from solvers.games.solution import Allocation
from solvers.oracles.certificates import Level, NucleolusProof, check_nucleolus
from solvers.oracles.generation import Pool, by_player, generate, unit
from solvers.oracles.master import Master
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Counts, Span

__all__ = ["nucleolus", "prenucleolus"]


def nucleolus(oracle: ExcessOracle) -> Allocation:
    """Find the imputation whose sorted excesses are lexicographically least.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.

    Returns
    -------
    Allocation
        Exact; without shares where there is no imputation. The certificate lists, level by
        level, coalitions of equal excess with the weights that make them balanced.

    Notes
    -----
    One programme for each level: the largest excess of the coalitions whose payoff is not
    settled yet becomes least; those with a positive multiplier keep their excess in every
    optimum and are settled, and with them all in their span. No more levels than types of
    players are needed.

    References
    ----------
    .. [1] D. Schmeidler, "The nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 17 (1969), pp. 1163-1170.
    .. [2] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.
    .. [3] E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 20 (1971), pp. 62-66.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> point = nucleolus(DenseOracle([0, 0, 0, 4, 0, 3, 2, 6]))
    >>> point.exact, point.verify()
    ((Fraction(3, 1), Fraction(2, 1), Fraction(1, 1)), True)
    """
    return least_excesses(oracle, "nucleolus", imputations=True)


def prenucleolus(oracle: ExcessOracle) -> Allocation:
    """Find the efficient vector whose sorted excesses are lexicographically least.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.

    Returns
    -------
    Allocation
        As of :func:`nucleolus`.

    References
    ----------
    .. [1] A. I. Sobolev, "The characterization of optimality principles in cooperative games by
       functional equations", Mathematical Methods in the Social Sciences 6 (1975), pp. 94-151.

    Examples
    --------
    >>> from solvers.oracles.dense import DenseOracle
    >>> prenucleolus(DenseOracle([0, 0, 0, 0, 0, 2, 0, 1])).exact
    (Fraction(3, 4), Fraction(-1, 2), Fraction(3, 4))
    """
    return least_excesses(oracle, "prenucleolus", imputations=False)


def least_excesses(oracle: ExcessOracle, concept: str, imputations: bool) -> Allocation:
    """Make the sorted excesses lexicographically least.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    concept : str
        Name of the answer.
    imputations : bool
        Whether nobody gets less than it is worth alone.

    Returns
    -------
    Allocation
    """
    floors = tuple(oracle.worth(1 << group[0]) for group in oracle.types)
    guarantee = "exact" if oracle.proved else "optimal"
    solver = f"dual simplex on rows of an oracle ({oracle.method})"
    if imputations:
        least = sum((len(g) * v for g, v in zip(oracle.types, floors, strict=True)), Fraction(0))
        if least > oracle.grand:
            return Allocation(
                concept,
                oracle.players,
                guarantee=guarantee,
                certificate={"alone": least, "together": oracle.grand},
                verifier=lambda found: not found.is_defined and least > oracle.grand,
                solver=solver,
            )
    x, proof = _Stages(oracle, floors if imputations else None).solve()
    return Allocation(
        concept,
        oracle.players,
        exact=x,
        guarantee=guarantee,
        certificate=lambda: proof.to_dict(oracle.players),
        verifier=lambda found: not check_nucleolus(oracle, found, proof),
        solver=solver,
    )


@dataclass
class _Stages:
    """What is settled so far, and the rows that settle it."""

    oracle: ExcessOracle
    floors: tuple[Fraction, ...] | None
    levels: list[Level] = field(default_factory=list)

    def solve(self) -> tuple[tuple[Fraction, ...], NucleolusProof]:
        oracle = self.oracle
        types = oracle.types
        self.n_types = len(types)
        self.pool = Pool(oracle)
        self.span = Span(types)
        sizes = tuple(map(len, types))
        self.fixed: list[tuple[Counts, Fraction]] = [(sizes, oracle.grand)]
        shares = (oracle.grand / oracle.n_players,) * self.n_types  # of a single type
        while self.span.rank < self.n_types:
            shares = self._stage()
        proof = NucleolusProof(tuple(self.levels), self.floors is not None)
        return by_player(shares, types), proof

    def _stage(self) -> tuple[Fraction, ...]:
        """Make the largest excess of what is not settled least; settle what is now tight."""
        master = self._start()
        floor_rows: dict[int, int] = {}
        for counts, (_, worth) in self.pool.coalitions.items():
            if not self.span.contains(counts):
                master.add((*counts, 1), worth)
        for t, floor in enumerate(self.floors or ()):
            row = unit(t, self.n_types)
            if not self.span.contains(row):
                floor_rows[len(master.rows)] = t
                master.add((*row, 0), floor)
        *shares, epsilon = generate(master, self.pool, self.span, slack=True)
        coalitions, alone = [], []
        rank = self.span.rank
        for k, y in master.multipliers().items():
            if master.equal[k]:
                continue
            counts = master.rows[k][:-1]
            if k in floor_rows:
                alone.append((self.oracle.types[floor_rows[k]][0], y))
            else:
                coalitions.append((self.pool.coalitions[counts][0], y))
            if not self.span.contains(counts):
                self.span = self.span.adding([counts])
                self.fixed.append((counts, _dot(counts, shares)))
        if self.span.rank == rank:
            raise SolverError("a stage of the nucleolus settled nothing")
        self.levels.append(Level(epsilon, tuple(sorted(coalitions)), tuple(sorted(alone))))
        return tuple(shares)

    def _start(self) -> Master:
        """Start from a player that is not settled and all others, half of each.

        The two are complements, so that the settled rows make up for their sum; further players
        complete the basis with multipliers of 0.
        """
        oracle, pool, n_types = self.oracle, self.pool, self.n_types
        rows = [((*counts, 0), right, True) for counts, right in self.fixed]
        span = self.span
        for t, group in enumerate(oracle.types):
            if span.contains(unit(t, n_types)):
                continue
            alone = 1 << group[0]
            new = [alone, oracle.everybody ^ alone] if span is self.span else [alone]
            for mask in new:
                counts = pool.add(mask)
                rows.append(((*counts, 1), pool.coalitions[counts][1], False))
            span = span.adding([unit(t, n_types)])
        return Master((*(0 for _ in oracle.types), 1), rows)


def _dot(counts: Counts, shares: list[Fraction]) -> Fraction:
    return sum((c * s for c, s in zip(counts, shares, strict=True)), Fraction(0))
