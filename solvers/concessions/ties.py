"""What ties the parts of a concession problem together: sets, channels, needs, third parties.

Each is checked when it is made; that they fit the other parts,
:mod:`solvers.concessions.problem` checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from solvers.concessions.parts import ZERO, check_number
from solvers.errors import GameError

__all__ = ["AtMost", "Channel", "Combination", "Contribution", "Need", "ThirdParty"]


@dataclass(frozen=True)
class Combination:
    """What several amendments do only together, beyond what each does alone.

    Parameters
    ----------
    amendments : frozenset of int
        At least two.
    cost, effect : Fraction
        What it adds to the cost of the package and to the effect of the text; both may be
        negative, but a package never costs less than nothing.
    margins : mapping of int to Fraction
        What it adds to the margins of players.
    forbidden : bool
        Whether together they cross a red line, or leave the text without a legal basis.

    Raises
    ------
    GameError
        If there are fewer than two amendments or a number is not exact.
    """

    amendments: frozenset[int]
    cost: Fraction = ZERO
    effect: Fraction = ZERO
    margins: Mapping[int, Fraction] = field(default_factory=dict)
    forbidden: bool = False

    def __post_init__(self) -> None:
        if len(self.amendments) < 2:
            raise GameError("a combination has fewer than two amendments; name two or more")
        check_number("the cost of a combination", self.cost)
        check_number("the effect of a combination", self.effect)
        for player, shift in self.margins.items():
            check_number(f"the effect of a combination on the margin of player {player}", shift)


@dataclass(frozen=True)
class AtMost:
    """A limit on how many of some amendments are adopted.

    Parameters
    ----------
    amendments : frozenset of int
        Those that count.
    most : int
        At least 0.

    Raises
    ------
    GameError
        If the limit is negative.
    """

    amendments: frozenset[int]
    most: int

    def __post_init__(self) -> None:
        if type(self.most) is not int or self.most < 0:
            raise GameError(f"at most {self.most!r} of some amendments: a whole number from 0 up")


@dataclass(frozen=True)
class Channel:
    """A cost that falls due once when any of some transfers and items is used.

    Parameters
    ----------
    cost : Fraction
        At least 0.
    transfers, items : frozenset of int
        What goes through the channel; all to one recipient.

    Raises
    ------
    GameError
        If the cost is negative or not exact.
    """

    cost: Fraction
    transfers: frozenset[int]
    items: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        check_number("the cost of a channel", self.cost, least=0)


@dataclass(frozen=True)
class Need:
    """What an operation needs, and contributions must cover.

    Parameters
    ----------
    amount : Fraction
        Units needed by the text as it stands.
    amendments : mapping of int to Fraction
        Units that an amendment adds; negative where it saves some.

    Raises
    ------
    GameError
        If the amount is negative or a number is not exact.
    """

    amount: Fraction
    amendments: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_number("the amount of a need", self.amount, least=0)
        for k, more in self.amendments.items():
            check_number(f"what amendment {k} adds to a need", more)


@dataclass(frozen=True)
class Contribution:
    """What one player can give towards a need.

    Parameters
    ----------
    player, need : int
        Who gives, and to what.
    most : Fraction
        Most units, at least 0.
    cost : Fraction
        What a unit adds to the cost of the package, at least 0.
    burden : Fraction
        What a unit takes from the player's margin, at least 0.
    supporters_only : bool
        Whether only someone who votes for the text contributes.

    Raises
    ------
    GameError
        If a number is negative or not exact.
    """

    player: int
    need: int
    most: Fraction
    cost: Fraction = ZERO
    burden: Fraction = ZERO
    supporters_only: bool = True

    def __post_init__(self) -> None:
        check_number("the most a player contributes", self.most, least=0)
        check_number("the cost of a contribution", self.cost, least=0)
        check_number("the burden of a contribution", self.burden, least=0)


@dataclass(frozen=True)
class ThirdParty:
    """Someone without a vote whom the package must not harm beyond a floor.

    Parameters
    ----------
    margin, floor : Fraction
        How it stands under the text as it is, and the least that is acceptable.

    Raises
    ------
    GameError
        If a number is not exact.
    """

    margin: Fraction
    floor: Fraction

    def __post_init__(self) -> None:
        check_number("the margin of a third party", self.margin)
        check_number("the floor of a third party", self.floor)
