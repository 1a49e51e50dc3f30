"""Which sets of amendments may be adopted: counted, listed, checked; each is a mask of bits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solvers.concessions.decomposition.separable import Separable

__all__ = ["Choices", "Total", "choices_of"]


@dataclass(frozen=True)
class Total:
    """What the adopted amendments must add up to: the effect of the text, what a third party bears.

    Parameters
    ----------
    parts : mapping of int to Fraction
        By bit.
    together : tuple of (int, Fraction)
        By mask of bits, where all of them are adopted.
    need : Fraction
        The sum must be at least this.
    """

    parts: Mapping[int, Fraction]
    together: tuple[tuple[int, Fraction], ...]
    need: Fraction

    def holds(self, mask: int) -> bool:
        """Say whether the sum reaches the need.

        Parameters
        ----------
        mask : int
            Adopted amendments.

        Returns
        -------
        bool
        """
        total = sum((x for k, x in self.parts.items() if mask >> k & 1), ZERO)
        return total + sum((x for m, x in self.together if mask & m == m), ZERO) >= self.need

    @property
    def highest(self) -> Fraction:
        """No set of amendments adds up to more."""
        total = sum((max(x, ZERO) for x in self.parts.values()), ZERO)
        return total + sum((max(x, ZERO) for _, x in self.together), ZERO)


@dataclass(frozen=True)
class Choices:
    """What may be adopted together, over k amendments.

    Parameters
    ----------
    content : tuple of int, length k
        Number of the amendment behind each bit.
    costs : tuple of Fraction, length k
        What each costs.
    barred, required : tuple of int, length k
        Masks of what must not, and must, be adopted with each.
    limits : tuple of (int, int)
        Of the bits of a mask at most so many.
    forbidden : tuple of int
        Masks that must not be adopted whole.
    together : tuple of (int, Fraction)
        What a mask costs besides, if adopted whole.
    totals : tuple of Total
        What must add up.
    """

    content: tuple[int, ...]
    costs: tuple[Fraction, ...]
    barred: tuple[int, ...]
    required: tuple[int, ...]
    limits: tuple[tuple[int, int], ...]
    forbidden: tuple[int, ...]
    together: tuple[tuple[int, Fraction], ...]
    totals: tuple[Total, ...]

    def adopted(self, mask: int) -> frozenset[int]:
        """Return the numbers of the amendments of a mask.

        Parameters
        ----------
        mask : int
            Bits.

        Returns
        -------
        frozenset of int
        """
        return frozenset(k for bit, k in enumerate(self.content) if mask >> bit & 1)

    def cost(self, mask: int) -> Fraction:
        """Return what a set costs.

        Parameters
        ----------
        mask : int
            Bits.

        Returns
        -------
        Fraction
        """
        total = sum((c for bit, c in enumerate(self.costs) if mask >> bit & 1), ZERO)
        return total + sum((c for m, c in self.together if mask & m == m), ZERO)

    @property
    def least(self) -> Fraction:
        """No set costs less."""
        return sum((min(c, ZERO) for _, c in self.together), ZERO)

    def complete(self, mask: int) -> bool:
        """Say whether a set has what it requires and adds up to what it must.

        Parameters
        ----------
        mask : int
            Bits.

        Returns
        -------
        bool
        """
        for bit, required in enumerate(self.required):
            if mask >> bit & 1 and required & ~mask:
                return False
        return all(total.holds(mask) for total in self.totals)

    def compatible(self, mask: int, bit: int) -> bool:
        """Say whether one more amendment is excluded by nothing in a set.

        Parameters
        ----------
        mask, bit : int
            The set, and the bit to be added.

        Returns
        -------
        bool
            What holds for a set holds for all parts of it.
        """
        if mask & self.barred[bit]:
            return False
        more = mask | 1 << bit
        if any(more & f == f for f in self.forbidden):
            return False
        return all((more & m).bit_count() <= most for m, most in self.limits if m >> bit & 1)

    def admissible(self, mask: int) -> bool:
        """Say whether a set may be adopted.

        Parameters
        ----------
        mask : int
            Bits.

        Returns
        -------
        bool
        """
        bits = [bit for bit in range(len(self.content)) if mask >> bit & 1]
        return all(self.compatible(mask & ~(1 << b), b) for b in bits) and self.complete(mask)

    def listed(self) -> Iterator[int]:
        """List the admissible sets, in plain Python.

        Yields
        ------
        int
            Masks; each set comes before those to which later amendments are added.
        """

        def extend(mask: int, bit: int) -> Iterator[int]:
            if self.complete(mask):
                yield mask
            for further in range(bit, len(self.content)):
                if self.compatible(mask, further):
                    yield from extend(mask | 1 << further, further + 1)

        yield from extend(0, 0)

    def masks(self, limit: int, dearest: float | None = None) -> NDArray[np.int64]:
        """List the admissible sets in an array.

        Parameters
        ----------
        limit : int
            At most so many are listed.
        dearest : float, optional
            Sets that cost more are left out.

        Returns
        -------
        ndarray of int64
            Rising.

        Raises
        ------
        LimitError
            If there are more; found out before memory is used for them.
        """
        import numpy as np

        falls = any(c < 0 for _, c in self.together)
        found: NDArray[np.int64] = np.zeros(1, np.int64)
        cost = np.zeros(1)
        for bit, price in enumerate(self.costs):
            keep = (found & self.barred[bit]) == 0
            for members, most in self.limits:
                if members >> bit & 1:
                    keep &= np.bitwise_count(found & members) < most
            if dearest is not None and not falls:
                keep &= cost + float(price) <= dearest
            size = found.size + int(keep.sum())
            if size > limit:
                raise LimitError(
                    f"more than {limit:,} sets of amendments may be adopted; a search that need "
                    f"not list them is branch and bound"
                )
            more = found[keep] | (1 << bit)
            more_cost = cost[keep] + float(price)
            for members in self.forbidden:
                if members.bit_length() == bit + 1:
                    kept = (more & members) != members
                    more, more_cost = more[kept], more_cost[kept]
            found = np.concatenate((found, more))
            cost = np.concatenate((cost, more_cost))
        keep = np.ones(found.size, bool)
        for bit, required in enumerate(self.required):
            if required:
                keep &= ((found >> bit & 1) == 0) | ((found & required) == required)
        found = found[keep]
        for total in self.totals:
            found = found[_add_up(total, found)]
        return found


def _add_up(total: Total, masks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sets reach a total; those within rounding of it are looked at exactly."""
    import numpy as np

    value, size = np.zeros(masks.size), 1.0
    for bit, part in total.parts.items():
        value += (masks >> bit & 1) * float(part)
        size += abs(float(part))
    for members, part in total.together:
        value += ((masks & members) == members) * float(part)
        size += abs(float(part))
    distance = value - float(total.need)
    enough: NDArray[np.bool_] = distance > 0
    for index in np.flatnonzero(abs(distance) <= 1e-9 * (size + abs(float(total.need)))):
        enough[index] = total.holds(int(masks[index]))
    return enough


def choices_of(separable: Separable) -> Choices:
    """Collect what the sets of amendments of a problem must keep to.

    Parameters
    ----------
    separable : Separable
        The problem.

    Returns
    -------
    Choices

    References
    ----------
    .. [1] D. S. Johnson, M. Yannakakis and C. H. Papadimitriou, "On generating all maximal
       independent sets", Information Processing Letters 27 (1988), pp. 119-123.
    """
    problem = separable.problem
    content = separable.content
    bits = {k: bit for bit, k in enumerate(content)}

    def mask(numbers: frozenset[int]) -> int:
        return sum(1 << bits[k] for k in numbers if k in bits)

    barred = [mask(problem.amendments[k].excludes) for k in content]
    for bit, others in enumerate(list(barred)):
        for other in range(len(content)):
            if others >> other & 1:
                barred[other] |= 1 << bit
    possible = [c for c in problem.combinations if all(k in bits for k in c.amendments)]
    limits = [(mask(limit.amendments), limit.most) for limit in problem.limits]
    return Choices(
        content,
        tuple(problem.amendments[k].cost for k in content),
        tuple(barred),
        tuple(mask(problem.amendments[k].requires) for k in content),
        tuple((members, most) for members, most in limits if members.bit_count() > most),
        tuple(mask(c.amendments) for c in possible if c.forbidden),
        tuple((mask(c.amendments), c.cost) for c in possible if c.cost and not c.forbidden),
        tuple(_totals(problem, bits)),
    )


def _totals(problem: ConcessionProblem, bits: Mapping[int, int]) -> Iterator[Total]:
    """List the effect of the text, what third parties bear, needs that nobody can cover."""
    effects = {bits[k]: a.effect for k, a in enumerate(problem.amendments) if k in bits}
    together = tuple(
        (sum(1 << bits[k] for k in c.amendments), c.effect)
        for c in problem.combinations
        if c.effect and all(k in bits for k in c.amendments)
    )
    sums = [Total(effects, together, problem.floor - problem.effect)]
    for h, party in enumerate(problem.third_parties):
        harm = {bits[k]: a.harm.get(h, ZERO) for k, a in enumerate(problem.amendments) if k in bits}
        sums.append(Total(harm, (), party.floor - party.margin))
    for need in problem.needs:
        saved = {bits[k]: -more for k, more in need.amendments.items() if k in bits}
        sums.append(Total(saved, (), need.amount))
    for total in sums:
        lowest = sum((min(x, ZERO) for x in total.parts.values()), ZERO)
        if lowest + sum((min(x, ZERO) for _, x in total.together), ZERO) < total.need:
            yield total
