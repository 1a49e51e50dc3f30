"""What can be offered to the voters of one decision: transfers, items, their channels, budgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from coalitions.scenarios.scenario import ConcessionCase, Figure, Scenario
from solvers.concessions.problem import Budget, Channel, Item, Transfer

__all__ = ["Offers", "offers_of"]

ONE = Figure(Fraction(1), Fraction(1), Fraction(1), "recorded")  # what is deposited is believed


@dataclass(frozen=True)
class Offers:
    """Instruments by number.

    Parameters
    ----------
    transfers, items : tuple of ConcessionCase
        Meaning of their numbers; what is put in escrow stands beside what is promised.
    channels : tuple of Channel
        Costs that fall due once.
    budgets : tuple of Budget
        Limits, caps that a promise and its escrow share included.
    figures : tuple of Figure
        Numbers of channels and budgets.
    """

    transfers: tuple[ConcessionCase, ...]
    items: tuple[ConcessionCase, ...]
    channels: tuple[Channel, ...]
    budgets: tuple[Budget, ...]
    figures: tuple[Figure, ...]

    def as_transfers(
        self,
        players: Mapping[str, int],
        harm: Callable[[Mapping[str, Figure]], dict[int, Fraction]],
    ) -> tuple[Transfer, ...]:
        """Return the transfers in numbers.

        Parameters
        ----------
        players : mapping of str to int
            Numbers of the states.
        harm : callable
            Numbers third parties.

        Returns
        -------
        tuple of Transfer
        """
        return tuple(
            Transfer(
                players[c.recipient],
                c.value.value * c.trust.value,
                c.cost.value,
                None if c.cap is None else c.cap.value,
                harm(c.harm),
            )
            for c in self.transfers
        )

    def as_items(
        self,
        players: Mapping[str, int],
        harm: Callable[[Mapping[str, Figure]], dict[int, Fraction]],
    ) -> tuple[Item, ...]:
        """Return the items in numbers.

        Parameters
        ----------
        players : mapping of str to int
            Numbers of the states.
        harm : callable
            Numbers third parties.

        Returns
        -------
        tuple of Item
        """
        return tuple(
            Item(players[c.recipient], c.value.value * c.trust.value, c.cost.value, harm(c.harm))
            for c in self.items
        )


def offers_of(scenario: Scenario, players: Mapping[str, int], movable: Sequence[bool]) -> Offers:
    """Collect what can be offered.

    Parameters
    ----------
    scenario : Scenario
        The case.
    players : mapping of str to int
        Numbers of the states.
    movable : sequence of bool
        Whether a player has a margin, which alone can be moved.

    Returns
    -------
    Offers
    """
    to = {p.name: p.to for p in scenario.ties.providers}
    offered = [
        c
        for c in scenario.concessions
        if c.recipient in players
        and movable[players[c.recipient]]
        and (to.get(c.provider) is None or c.recipient in (to[c.provider] or ()))
    ]
    promised = {kind: [c for c in offered if c.kind == kind] for kind in ("transfer", "item")}
    deposited = {
        kind: [_deposited(c) for c in cases if c.escrow is not None]
        for kind, cases in promised.items()
    }
    transfers = (*promised["transfer"], *deposited["transfer"])
    items = (*promised["item"], *deposited["item"])
    channels, figures = _provider_channels(scenario, promised)
    budgets = [
        Budget(
            b.limit.value,
            frozenset(m for m, c in enumerate(transfers) if c.key.removesuffix(DEPOSIT) in b.of),
            frozenset(k for k, c in enumerate(items) if c.key.removesuffix(DEPOSIT) in b.of),
            b.counts == "units",
        )
        for b in scenario.budgets
    ]
    figures += [b.limit for b in scenario.budgets]
    for kind, cases in deposited.items():
        first = len(promised[kind])
        for number, case in enumerate(cases, first):
            twin = next(
                i
                for i, c in enumerate(promised[kind])
                if (c.key + DEPOSIT, c.recipient) == (case.key, case.recipient)
            )
            both, cost = frozenset({twin, number}), Fraction(0)
            if case.escrow is not None:
                cost = case.escrow.value
                figures.append(case.escrow)
            if kind == "transfer":
                channels.append(Channel(cost, frozenset({number})))
                if case.cap is not None:
                    budgets.append(Budget(case.cap.value, both, frozenset(), units=True))
            else:
                channels.append(Channel(cost, frozenset(), frozenset({number})))
                budgets.append(Budget(Fraction(1), frozenset(), both, units=True))
    return Offers(transfers, items, tuple(channels), tuple(budgets), tuple(figures))


DEPOSIT = " in escrow"


def _deposited(case: ConcessionCase) -> ConcessionCase:
    return replace(case, key=case.key + DEPOSIT, title=case.title + DEPOSIT, trust=ONE)


def _provider_channels(
    scenario: Scenario, promised: Mapping[str, Sequence[ConcessionCase]]
) -> tuple[list[Channel], list[Figure]]:
    """One channel for each provider and recipient, where opening it costs something."""
    channels, figures = [], []
    for provider in scenario.ties.providers:
        if not provider.channel.value:
            continue
        figures.append(provider.channel)
        recipients = {
            c.recipient for cases in promised.values() for c in cases if c.provider == provider.name
        }
        for recipient in sorted(recipients):
            through = [
                frozenset(
                    number
                    for number, c in enumerate(promised[kind])
                    if (c.provider, c.recipient) == (provider.name, recipient)
                )
                for kind in ("transfer", "item")
            ]
            channels.append(Channel(provider.channel.value, *through))
    return channels, figures
