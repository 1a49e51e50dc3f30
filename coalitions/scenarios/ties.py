"""What ties the instruments of a scenario together, each number with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coalitions.scenarios.parts import Figure

__all__ = [
    "CombinationCase",
    "ContributionCase",
    "EndorsementCase",
    "LimitCase",
    "NeedCase",
    "ProviderCase",
    "ThirdPartyCase",
    "Ties",
]


@dataclass(frozen=True)
class CombinationCase:
    """What several amendments do only together."""

    of: frozenset[str]
    cost: Figure
    effect: Figure
    margins: Mapping[str, Figure]
    crosses: tuple[str, ...]
    unlawful: bool


@dataclass(frozen=True)
class LimitCase:
    """At most so many of some amendments."""

    of: frozenset[str]
    at_most: int


@dataclass(frozen=True)
class EndorsementCase:
    """Something others have said or done; at a cost, where it can be had."""

    key: str
    title: str
    given: bool
    legitimacy: Figure
    obtained_at: Figure | None


@dataclass(frozen=True)
class ProviderCase:
    """Who pays: the cost of opening a channel to a state, and to whom it may give."""

    name: str
    channel: Figure
    to: frozenset[str] | None


@dataclass(frozen=True)
class NeedCase:
    """What the operation needs of one capability."""

    key: str
    title: str
    amount: Figure
    amendments: Mapping[str, Figure]


@dataclass(frozen=True)
class ContributionCase:
    """What one state can give towards a need."""

    state: str
    need: str
    most: Figure
    cost: Figure
    burden: Figure
    supporters_only: bool


@dataclass(frozen=True)
class ThirdPartyCase:
    """People or a state without a vote whom the package must not harm beyond a floor."""

    key: str
    title: str
    margin: Figure
    floor: Figure


@dataclass(frozen=True)
class Ties:
    """All of them.

    Parameters
    ----------
    combinations, limits, providers, endorsements : tuples
        Of what is conceded.
    needs, contributions : tuples
        Of the operation.
    third_parties : tuple of ThirdPartyCase
        Whom nothing may harm.
    bandwagon : mapping of (str, str) to Figure
        What a yes of the second state adds to the margin of the first.
    pessimistic : bool
        Whether votes that hold one another up count only where they arise by themselves.
    """

    combinations: tuple[CombinationCase, ...] = ()
    limits: tuple[LimitCase, ...] = ()
    providers: tuple[ProviderCase, ...] = ()
    endorsements: tuple[EndorsementCase, ...] = ()
    needs: tuple[NeedCase, ...] = ()
    contributions: tuple[ContributionCase, ...] = ()
    third_parties: tuple[ThirdPartyCase, ...] = ()
    bandwagon: Mapping[tuple[str, str], Figure] = field(default_factory=dict)
    pessimistic: bool = False
