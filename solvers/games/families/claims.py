"""Bankruptcy games and the rules that divide an estate among claims larger than it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any, Final

from solvers.errors import GameError, LimitError
from solvers.games.families.family import Family, Shares, members, names, number, numbers
from solvers.games.solution import Allocation

__all__ = ["RULES", "BankruptcyGame"]

MAX_SUMS: Final = 200_000
"""Most sums of claims below the estate that random arrival keeps at once."""


class BankruptcyGame(Family):
    """A coalition is worth what is left of the estate when all others have got their claims.

    Parameters
    ----------
    estate : number
        What there is to divide: from 0 to the sum of the claims.
    claims : sequence of numbers, length n
        At least 0.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] B. O'Neill, "A problem of rights arbitration from the Talmud", Mathematical Social
       Sciences 2 (1982), pp. 345-371.
    .. [2] R. J. Aumann and M. Maschler, "Game theoretic analysis of a bankruptcy problem from the
       Talmud", Journal of Economic Theory 36 (1985), pp. 195-213.
    .. [3] I. J. Curiel, M. Maschler and S. H. Tijs, "Bankruptcy games", Zeitschrift für
       Operations Research 31 (1987), pp. A143-A159.
    .. [4] W. Thomson, How to Divide When There Isn't Enough, Cambridge University Press, 2019.

    Examples
    --------
    >>> widows = BankruptcyGame(200, [100, 200, 300])
    >>> [str(x) for x in widows.rule("talmud")]
    ['50', '75', '75']
    >>> widows.worth([1, 2])
    Fraction(100, 1)
    """

    def __init__(
        self, estate: Any, claims: Sequence[Any], players: Sequence[str] | None = None
    ) -> None:
        self.claims = numbers(claims, "claim", 0)
        self.estate = number(estate, "the estate", 0)
        if self.estate > sum(self.claims):
            raise GameError(
                f"the estate is {self.estate}, more than all claims, {sum(self.claims)}: everybody "
                f"can be paid"
            )
        self.players = names(players, len(self.claims))

    def _worth(self, mask: int) -> Fraction:
        others = sum(self.claims, Fraction(0)) - sum(self.claims[i] for i in members(mask))
        return max(Fraction(0), self.estate - others)

    def _worths(self) -> list[Fraction]:
        left = [self.estate - sum(self.claims, Fraction(0))]
        for claim in self.claims:
            left += [rest + claim for rest in left]
        return [max(Fraction(0), rest) for rest in left]

    def rule(self, name: str) -> Shares:
        """Divide the estate by a rule.

        Parameters
        ----------
        name : str
            A key of `RULES`: ``"proportional"``, ``"constrained_equal_awards"``,
            ``"constrained_equal_losses"``, ``"talmud"``, ``"random_arrival"``,
            ``"adjusted_proportional"``.

        Returns
        -------
        tuple of Fraction
            What each claimant gets.

        Raises
        ------
        GameError
            If there is no such rule.
        LimitError
            If random arrival has too many sums of claims to keep.
        """
        if name not in RULES:
            raise GameError(f"there is no claims rule {name!r}; there are {', '.join(RULES)}")
        return RULES[name](self.estate, self.claims)

    def nucleolus(self) -> Allocation:
        """Nucleolus: the division of the Talmud.

        Returns
        -------
        Allocation
        """
        return self._known("nucleolus", self.rule("talmud"), "the Talmud rule")

    def shapley(self) -> Allocation:
        """Shapley value: random arrival.

        Returns
        -------
        Allocation

        Raises
        ------
        LimitError
            If there are too many sums of claims to keep.
        """
        return self._known("shapley", self.rule("random_arrival"), "random arrival")


def proportional(estate: Fraction, claims: Shares) -> Shares:
    """Divide in proportion to the claims."""
    total = sum(claims, Fraction(0))
    return tuple(estate * claim / total if total else Fraction(0) for claim in claims)


def constrained_equal_awards(estate: Fraction, claims: Shares) -> Shares:
    """Give everybody the same, but nobody more than its claim."""
    left, level = estate, Fraction(0)
    for k, claim in enumerate(sorted(claims)):
        level = left / (len(claims) - k)
        if claim >= level:
            break
        left -= claim
    return tuple(min(claim, level) for claim in claims)


def constrained_equal_losses(estate: Fraction, claims: Shares) -> Shares:
    """Let everybody lose the same, but nobody more than its claim."""
    losses = constrained_equal_awards(sum(claims, Fraction(0)) - estate, claims)
    return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))


def talmud(estate: Fraction, claims: Shares) -> Shares:
    """Equal awards up to half of each claim, then equal losses down to half."""
    halves = tuple(claim / 2 for claim in claims)
    total = sum(claims, Fraction(0))
    if 2 * estate <= total:
        return constrained_equal_awards(estate, halves)
    losses = constrained_equal_awards(total - estate, halves)
    return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))


def random_arrival(estate: Fraction, claims: Shares) -> Shares:
    """Pay claims in full as they arrive while the estate lasts, averaged over all orders."""
    n = len(claims)
    found: dict[Fraction, Fraction] = {}
    for i, claim in enumerate(claims):
        if claim in found:
            continue
        # Coalitions of the others by their claims, as long as something is left: number by size.
        sums: dict[Fraction, list[int]] = {Fraction(0): [1]}
        for other in (*claims[:i], *claims[i + 1 :]):
            grown = {total: [*counts, 0] for total, counts in sums.items()}
            for total, counts in sums.items():
                if total + other < estate:
                    into = grown.setdefault(total + other, [0] * (len(counts) + 1))
                    for size, count in enumerate(counts):
                        into[size + 1] += count
            sums = grown
            if len(sums) > MAX_SUMS:
                raise LimitError(
                    f"the claims have more than {MAX_SUMS:,} sums below the estate: round them"
                )
        share = Fraction(0)
        for total, counts in sums.items():
            orders = sum(
                count * factorial(size) * factorial(n - 1 - size)
                for size, count in enumerate(counts)
            )
            share += orders * max(Fraction(0), min(claim, estate - total))
        found[claim] = share / factorial(n)
    return tuple(found[claim] for claim in claims)


def adjusted_proportional(estate: Fraction, claims: Shares) -> Shares:
    """Give everybody what the others concede, then the rest in proportion to what can be had."""
    total = sum(claims, Fraction(0))
    least = [max(Fraction(0), estate - (total - claim)) for claim in claims]
    rest = estate - sum(least)
    open_claims = tuple(min(c - m, rest) for c, m in zip(claims, least, strict=True))
    more = proportional(rest, open_claims)
    return tuple(m + x for m, x in zip(least, more, strict=True))


RULES: dict[str, Callable[[Fraction, Shares], Shares]] = {
    "proportional": proportional,
    "constrained_equal_awards": constrained_equal_awards,
    "constrained_equal_losses": constrained_equal_losses,
    "talmud": talmud,
    "random_arrival": random_arrival,
    "adjusted_proportional": adjusted_proportional,
}
"""Claims rules by name; each takes an estate and claims, and gives what each claimant gets."""
