"""What it costs to bring one player to a vote, exactly.

A player that lacks something is paid in one of a few *modes*: a set of items given and of
channels opened. Within a mode the transfers are used in the order of cost per worth, each up to
its cap, as in the continuous knapsack problem.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from solvers.concessions.parts import ZERO, Package
from solvers.errors import LimitError
from solvers.rules.votes import ABSTAIN, NO, YES

if TYPE_CHECKING:
    from solvers.concessions.problem import ConcessionProblem

__all__ = [
    "Filling",
    "LevelPrices",
    "Mode",
    "Payment",
    "cheapest_payment",
    "exact_level_cost",
    "instruments_of",
    "level_prices",
    "modes_of",
]

MOST_CHOICES: Final = 12  # items and channels of one player: 2**12 modes at the most


@dataclass(frozen=True)
class Filling:
    """A transfer within a mode.

    Parameters
    ----------
    transfer : int
        Its number.
    value, cost : Fraction
        What a unit adds to the margin, and costs.
    cap : Fraction or None
        Most units.
    """

    transfer: int
    value: Fraction
    cost: Fraction
    cap: Fraction | None


@dataclass(frozen=True)
class Mode:
    """Items given and channels opened, and the transfers that may be used besides.

    Parameters
    ----------
    fixed, value : Fraction
        What the items and channels cost, and what the items add to the margin.
    items : tuple of int
        The items.
    fillings : tuple of Filling
        Transfers, the cheapest per worth first.
    """

    fixed: Fraction
    value: Fraction
    items: tuple[int, ...]
    fillings: tuple[Filling, ...]


@dataclass(frozen=True)
class Payment:
    """What one player is given.

    Parameters
    ----------
    cost, overpaid : Fraction
        What it costs, and how far the margin ends above the bar of the vote it gives.
    transfers : tuple of (int, Fraction)
        Amounts by number of transfer.
    items : tuple of int
        Items.
    level : int
        The vote that it gives.
    """

    cost: Fraction
    overpaid: Fraction
    transfers: tuple[tuple[int, Fraction], ...] = ()
    items: tuple[int, ...] = ()
    level: int = YES

    @property
    def rank(self) -> tuple[Fraction, Fraction, int, tuple[int, ...], tuple[int, ...]]:
        """Order of payments: cost, overpayment, number of instruments, order of data."""
        used = tuple(sorted(m for m, _ in self.transfers))
        return self.cost, self.overpaid, len(used) + len(self.items), self.items, used


@dataclass(frozen=True)
class LevelPrices:
    """The vote of one player without payment, and the cheapest payments to higher ones.

    Parameters
    ----------
    unpaid : int
        Vote level without payment.
    abstain, yes : Payment or None
        Cheapest payment that brings the player at least so far; None where none does, or
        where none is needed.
    """

    unpaid: int
    abstain: Payment | None = None
    yes: Payment | None = None

    def reach(self, level: int) -> Payment | None:
        """Return the cheapest payment to at least a level; None if none is needed or none does.

        Parameters
        ----------
        level : int
            Vote level.

        Returns
        -------
        Payment or None
        """
        return (None, self.abstain, self.yes)[level]

    def cost(self, level: int) -> Fraction | None:
        """Return what it costs to have at least a level; None where it cannot be had.

        Parameters
        ----------
        level : int
            Vote level.

        Returns
        -------
        Fraction or None
        """
        if level <= self.unpaid:
            return ZERO
        payment = self.reach(level)
        return None if payment is None else payment.cost


def instruments_of(problem: ConcessionProblem) -> dict[int, tuple[list[int], list[int], list[int]]]:
    """Sort transfers, items and channels by the player they lead to.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    dict of int to (list of int, list of int, list of int)
        Of every player that can be given something. Channels over nothing are left out.
    """
    found: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for m, transfer in enumerate(problem.transfers):
        found.setdefault(transfer.recipient, ([], [], []))[0].append(m)
    for k, item in enumerate(problem.items):
        found.setdefault(item.recipient, ([], [], []))[1].append(k)
    for c, channel in enumerate(problem.channels):
        recipients = [problem.transfers[m].recipient for m in channel.transfers]
        recipients += [problem.items[k].recipient for k in channel.items]
        for recipient in recipients[:1]:
            found[recipient][2].append(c)
    return found


def modes_of(
    problem: ConcessionProblem,
    instruments: tuple[Sequence[int], Sequence[int], Sequence[int]],
    caps: Mapping[int, Fraction] | None = None,
    barred: Iterable[int] = (),
) -> tuple[Mode, ...]:
    """List the ways to pay one player.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    instruments : (sequence of int, sequence of int, sequence of int)
        Transfers, items and channels that lead to the player.
    caps : mapping of int to Fraction, optional
        Lower caps of transfers than those of the data.
    barred : iterable of int
        Items that cannot be given.

    Returns
    -------
    tuple of Mode
        Every set of its items with every set of its channels that lets them through.

    Raises
    ------
    LimitError
        If the player has more than 12 items and channels.

    References
    ----------
    .. [1] G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957),
       pp. 266-277.
    """
    transfers, given, channels = instruments
    items = [k for k in given if k not in frozenset(barred)]
    if len(items) + len(channels) > MOST_CHOICES:
        raise LimitError(
            f"one player has {len(items)} items and {len(channels)} channels, at most "
            f"{MOST_CHOICES} together are taken one by one; use the integer programme"
        )
    found = []
    for opened in _subsets(channels):
        shut = [problem.channels[c] for c in channels if c not in opened]
        fee = sum((problem.channels[c].cost for c in opened), ZERO)
        usable = [m for m in transfers if not any(m in c.transfers for c in shut)]
        fillings = _ordered(problem, usable, caps or {})
        through = [k for k in items if not any(k in c.items for c in shut)]
        for chosen in _subsets(through):
            if chosen or fillings:
                cost = sum((problem.items[k].cost for k in chosen), fee)
                value = sum((problem.items[k].value for k in chosen), ZERO)
                found.append(Mode(cost, value, chosen, fillings))
    return tuple(found)


def _subsets(members: Sequence[int]) -> Iterable[tuple[int, ...]]:
    sizes = range(len(members) + 1)
    return itertools.chain.from_iterable(itertools.combinations(members, s) for s in sizes)


def _ordered(
    problem: ConcessionProblem, usable: Iterable[int], caps: Mapping[int, Fraction]
) -> tuple[Filling, ...]:
    """Cheapest per worth first; among equals the one that reaches furthest alone."""
    fillings = []
    for m in usable:
        transfer = problem.transfers[m]
        cap = caps.get(m, transfer.cap)
        if cap != 0:
            fillings.append(Filling(m, transfer.value, transfer.cost, cap))
    return tuple(
        sorted(
            fillings,
            key=lambda f: (
                Fraction(f.cost) / f.value,
                f.cap is not None,
                ZERO if f.cap is None else -f.cap * f.value,
                f.transfer,
            ),
        )
    )


def cheapest_payment(
    modes: Iterable[Mode], shortfall: Fraction, room: Fraction | None = None
) -> Payment | None:
    """Find the cheapest payment that adds at least a shortfall to a margin.

    Parameters
    ----------
    modes : iterable of Mode
        Ways to pay.
    shortfall : Fraction
        What is missing; above 0.
    room : Fraction or None
        What lies between the bar aimed at and the bar of a vote for; None when that is the bar.

    Returns
    -------
    Payment or None
        The first in the order of :attr:`Payment.rank`; None when no payment suffices.

    Examples
    --------
    >>> cash = Filling(0, Fraction(2), Fraction(1), Fraction(1))
    >>> modes = [Mode(Fraction(0), Fraction(0), (), (cash,)),
    ...          Mode(Fraction(3), Fraction(4), (0,), (cash,))]
    >>> cheapest_payment(modes, Fraction(5)).cost
    Fraction(7, 2)
    """
    best: Payment | None = None
    for mode in modes:
        if best is not None and mode.fixed > best.cost:
            continue
        left, cost, used = shortfall - mode.value, mode.fixed, []
        for filling in mode.fillings:
            if left <= 0:
                break
            amount = left / filling.value
            if filling.cap is not None and amount > filling.cap:
                amount = filling.cap
            left -= amount * filling.value
            cost += amount * filling.cost
            used.append((filling.transfer, amount))
        if left > 0 or (best is not None and cost > best.cost):
            continue
        further = room is not None and -left >= room
        over = -left - room if room is not None and further else -left
        level = YES if room is None or further else ABSTAIN
        payment = Payment(cost, over, tuple(used), mode.items, level)
        if best is None or payment.rank < best.rank:
            best = payment
    return best


def level_prices(modes: Iterable[Mode], margin: Fraction, band: Fraction) -> LevelPrices:
    """Price the votes of a player at a margin.

    Parameters
    ----------
    modes : iterable of Mode
        Ways to pay it.
    margin, band : Fraction
        Its margin without payment and its acquiescence band.

    Returns
    -------
    LevelPrices
    """
    if margin >= 0:
        return LevelPrices(YES)
    ways = tuple(modes)
    yes = cheapest_payment(ways, -margin)
    if margin >= -band:
        return LevelPrices(ABSTAIN, None, yes)
    return LevelPrices(NO, cheapest_payment(ways, -margin - band, band), yes)


def exact_level_cost(
    problem: ConcessionProblem, player: int, adopted: frozenset[int], level: int
) -> Payment | None:
    """Find the cheapest way to bring one player to a vote under given amendments.

    Parameters
    ----------
    problem : ConcessionProblem
        The data; budgets, needs, third parties and the votes of others are left aside.
    player : int
        The player, with a margin.
    adopted : frozenset of int
        Amendments.
    level : int
        Vote level.

    Returns
    -------
    Payment or None
        None when it cannot be brought so far.
    """
    margin = problem.margin(player, Package(amendments=adopted))
    voter = problem.voters[player]
    if margin is None:
        return None
    modes = modes_of(problem, instruments_of(problem).get(player, ((), (), ())))
    prices = level_prices(modes, margin, voter.band)
    if level <= prices.unpaid:
        return Payment(ZERO, ZERO, level=prices.unpaid)
    return prices.reach(level)
