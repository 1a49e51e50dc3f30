"""Payoffs that fit the votes of one member, or votes that contradict one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from coalitions.forecasts.audit_texts import OfferedText
from solvers.programmes.rational_lp import RationalSolution, solve_rational_lp
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["LinearPayoff", "MemberAudit", "judge", "offers_at_most", "programme"]


@dataclass(frozen=True)
class LinearPayoff:
    """A payoff Σ weight × feature; at the reservation point it votes for, a band below abstains.

    Parameters
    ----------
    weights : tuple of Fraction
        One for each feature.
    reservation, band : Fraction
        The two thresholds; the band is at least 0.
    """

    weights: tuple[Fraction, ...]
    reservation: Fraction
    band: Fraction

    def vote(self, features: Sequence[Fraction]) -> int:
        """Return the vote that follows for a text.

        Parameters
        ----------
        features : sequence of Fraction
            What it offers.

        Returns
        -------
        int
        """
        worth = sum((w * x for w, x in zip(self.weights, features, strict=True)), Fraction(0))
        if worth >= self.reservation:
            return YES
        return ABSTAIN if worth >= self.reservation - self.band else NO


@dataclass(frozen=True)
class MemberAudit:
    """What is consistent with the votes of one member.

    Parameters
    ----------
    state : str
        ISO code.
    texts : tuple of OfferedText
        Those it voted on, oldest first.
    same : tuple of (int, int)
        Pairs of texts that offer the same and on which it voted differently: no function of the
        features fits both.
    directions : tuple of int or None
        For each feature 1 or -1, so that a payoff that rises (falls) with it fits; None where no
        monotone payoff does.
    ill_ordered : tuple of (int, int)
        Where none does: for each choice of directions a pair that contradicts it.
    payoff : LinearPayoff or None
        A linear payoff that fits; None where none does.
    irreducible : tuple of int
        Where none does: texts on which its votes contradict one another, though the votes on any
        but one of them do not.
    """

    state: str
    texts: tuple[OfferedText, ...]
    same: tuple[tuple[int, int], ...]
    directions: tuple[int, ...] | None
    ill_ordered: tuple[tuple[int, int], ...]
    payoff: LinearPayoff | None
    irreducible: tuple[int, ...]
    multipliers: tuple[Fraction, ...] = ()
    without: tuple[LinearPayoff, ...] = ()

    @property
    def verdict(self) -> str:
        """The widest class of payoffs of which none fits, in words."""
        if self.same:
            return "no payoff in these features"
        if self.directions is None:
            return "no monotone payoff"
        return "no linear payoff" if self.payoff is None else "consistent"


def judge(state: str, texts: tuple[OfferedText, ...], n: int) -> MemberAudit:
    """Judge the votes of one member.

    Parameters
    ----------
    state : str
        The member.
    texts : tuple of OfferedText
        Those it voted on.
    n : int
        Number of features.

    Returns
    -------
    MemberAudit
    """
    votes = [t.votes[state] for t in texts]
    points = [t.features for t in texts]
    same = tuple(
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if points[i] == points[j] and votes[i] != votes[j]
    )
    directions, ill = _directions(points, votes, n)
    payoff, proof = _fit(points, votes, n)
    if payoff is not None:
        return MemberAudit(state, texts, same, directions, ill, payoff, ())
    kept = list(same[-1]) if same else _irreducible(points, votes, n, proof)
    _, last = _fit([points[i] for i in kept], [votes[i] for i in kept], n)
    without = []
    for i in kept:
        rest = [j for j in kept if j != i]
        fitting, _ = _fit([points[j] for j in rest], [votes[j] for j in rest], n)
        if fitting is not None:
            without.append(fitting)
    return MemberAudit(
        state, texts, same, directions, ill, None, tuple(kept), last.duals or (), tuple(without)
    )


def _directions(
    points: Sequence[tuple[Fraction, ...]], votes: Sequence[int], n: int
) -> tuple[tuple[int, ...] | None, tuple[tuple[int, int], ...]]:
    """Find directions in which a monotone payoff fits; else a pair against each choice of them."""
    against = []
    for signs in product((1, -1), repeat=n):
        pair = next(
            (
                (i, j)
                for i, j in product(range(len(points)), repeat=2)
                if votes[i] > votes[j] and offers_at_most(points[i], points[j], signs)
            ),
            None,
        )
        if pair is None:
            return signs, ()
        against.append(pair)
    return None, tuple(against)


def offers_at_most(x: Sequence[Fraction], y: Sequence[Fraction], signs: Sequence[int]) -> bool:
    """Say whether a text offers at most as much as another of every feature.

    Parameters
    ----------
    x, y : sequence of Fraction
        What the texts offer.
    signs : sequence of int
        -1 where less counts as more.

    Returns
    -------
    bool
    """
    return all(s * a <= s * b for s, a, b in zip(signs, x, y, strict=True))


def programme(
    points: Sequence[tuple[Fraction, ...]], votes: Sequence[int], n: int
) -> tuple[list[int], list[dict[int, Fraction]], list[str], list[int]]:
    """Write the votes of a member as rows of a linear programme.

    Parameters
    ----------
    points : sequence of tuple of Fraction
        What each text offers.
    votes : sequence of int
        How it voted on them.
    n : int
        Number of features.

    Returns
    -------
    costs, rows, senses, rhs
        As for :func:`solvers.programmes.rational_lp.solve_rational_lp`. Weights and reservation are
        differences of two variables each, the band is the last. The conditions are homogeneous,
        so that "below" may be read as "at least 1 below".
    """
    plus, minus, band = 2 * n, 2 * n + 1, 2 * n + 2
    rows, senses, rhs = [], [], []

    def add(x: tuple[Fraction, ...], with_band: bool, reached: bool) -> None:
        row = {2 * k: v for k, v in enumerate(x)} | {2 * k + 1: -v for k, v in enumerate(x)}
        row |= {plus: Fraction(-1), minus: Fraction(1), band: Fraction(with_band)}
        rows.append(row)
        senses.append(">=" if reached else "<=")
        rhs.append(0 if reached else -1)

    for x, vote in zip(points, votes, strict=True):
        add(x, vote == NO, vote == YES)  # the threshold that bounds it, from above unless it is for
        if vote == ABSTAIN:
            add(x, True, True)
    return [1] * (2 * n + 3), rows, senses, rhs


def _fit(
    points: Sequence[tuple[Fraction, ...]], votes: Sequence[int], n: int
) -> tuple[LinearPayoff | None, RationalSolution]:
    """Find the payoff of least sum of weights, thresholds included, or prove that there is none."""
    found = solve_rational_lp(*programme(points, votes, n))
    if found.x is None:
        return None, found
    x = found.x
    weights = tuple(x[2 * k] - x[2 * k + 1] for k in range(n))
    return LinearPayoff(weights, x[2 * n] - x[2 * n + 1], x[2 * n + 2]), found


def _irreducible(
    points: Sequence[tuple[Fraction, ...]],
    votes: Sequence[int],
    n: int,
    proof: RationalSolution,
) -> list[int]:
    """Leave out text by text what the contradiction does not need, from those the proof uses."""
    owner = [i for i, vote in enumerate(votes) for _ in range(1 + (vote == ABSTAIN))]
    duals = proof.duals or ()
    kept = sorted({i for i, y in zip(owner, duals, strict=True) if y})
    for i in list(kept):
        rest = [j for j in kept if j != i]
        if _fit([points[j] for j in rest], [votes[j] for j in rest], n)[0] is None:
            kept = rest
    return kept
