"""What a listing chooses from: units that vote together, and what each adds to every leaf.

References
----------
.. [1] G. Owen, "Values of games with a priori unions", in: Mathematical Economics and Game Theory,
   Springer, 1977, pp. 76-88 (blocs that act as one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from solvers.counting.simple_games import simple_game
from solvers.errors import LimitError, RuleError
from solvers.rules.leaf_sums import Expression, Sums, leaf_sums
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["MAX_UNITS", "Selection", "Unit", "coalition_units", "profile_units"]

MAX_UNITS = 1000
"""Most members that a listing may choose from; its tables grow with the square."""


@dataclass(frozen=True)
class Unit:
    """Players that are in together or out together.

    Parameters
    ----------
    players : tuple of int
        In rising order.
    yes : tuple of int or None
        What their yes adds to the sum of every leaf; None where they cannot vote so.
    abstain : tuple of int or None
        What their abstention adds; None where they cannot abstain, or where there are only yes
        and not-yes.
    """

    players: tuple[int, ...]
    yes: Sums | None
    abstain: Sums | None = None

    @property
    def fall(self) -> Sums | None:
        """What the sums lose when a yes is lowered by one level."""
        if self.yes is None or self.abstain is None:
            return self.yes
        return tuple(y - a for y, a in zip(self.yes, self.abstain, strict=True))


@dataclass(frozen=True)
class Selection:
    """The choice that is open, once what is fixed has been counted.

    Parameters
    ----------
    units : tuple of Unit
        In order of their first player.
    needs : tuple of int
        What the units must add to the sum of each leaf; 0 or less when it holds already.
    decides : callable
        Function of which leaves hold: whether the decision is taken.
    root : Expression
        The same as a tree over the leaves.
    base : tuple of int
        Votes of all players when no unit is raised; for coalitions ``YES`` and ``NO``.
    fixed : tuple of tuple of int
        Units that are in every coalition.
    """

    units: tuple[Unit, ...]
    needs: Sums
    decides: Callable[[Sequence[bool]], bool]
    root: Expression
    base: tuple[int, ...]
    fixed: tuple[tuple[int, ...], ...] = ()

    def wins(self, sums: Sequence[int]) -> bool:
        """Say whether the decision is taken when the units have added these sums.

        Parameters
        ----------
        sums : sequence of int
            One for each leaf.

        Returns
        -------
        bool
        """
        return self.decides([s >= need for s, need in zip(sums, self.needs, strict=True)])


def coalition_units(
    rule: Rule,
    must_have: Iterable[int] = (),
    must_exclude: Iterable[int] = (),
    blocs: Iterable[Iterable[int]] = (),
) -> Selection | None:
    """Prepare a choice of coalitions of a simple game.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against.
    must_have, must_exclude : iterable of int
        Players that are in, or not in, every coalition.
    blocs : iterable of iterables of int
        Players that are in together or out together; blocs that share a player are one.

    Returns
    -------
    Selection or None
        None when the conditions exclude one another, so that there is no coalition.

    Raises
    ------
    RuleError
        If a number is no player, or a leaf tells an abstention from a vote against.
    LimitError
        If more than `MAX_UNITS` units are left to choose from.
    """
    game = simple_game(rule)
    n = rule.n_players
    inside, outside = set(must_have), set(must_exclude)
    joined = [set(b) for b in blocs]
    named = inside.union(outside, *joined)
    if any(not 0 <= i < n for i in named):
        raise RuleError(f"players are numbered 0 to {n - 1}; there is no {max(named, key=abs)}")
    groups = _merged(n, joined)
    if any(g & inside and g & outside for g in groups):
        return None
    within = {i for g in groups if g & inside for i in g}
    members = [tuple(sorted(g)) for g in groups if not g & (inside | outside)]
    _check_size(len(members))

    def total(players: Iterable[int]) -> Sums:
        chosen = list(players)
        return tuple(sum(w[i] for i in chosen) for w in game.weights)

    needs = tuple(t - s for t, s in zip(game.thresholds, total(within), strict=True))
    units = tuple(Unit(m, total(m)) for m in members)
    base = tuple(YES if i in within else NO for i in range(n))
    fixed = tuple(tuple(sorted(g)) for g in groups if g & inside)
    return Selection(units, needs, game.decides, game.root, base, fixed)


def profile_units(rule: Rule, low: Sequence[int], high: Sequence[int]) -> Selection:
    """Prepare a choice of vote profiles.

    Parameters
    ----------
    rule : Rule
        Any rule.
    low, high : sequence of int, length n
        Least and greatest vote of every player; both ``ABSENT`` for who is not there.

    Returns
    -------
    Selection

    Raises
    ------
    RuleError
        If a level is unknown, or a least vote is above the greatest.
    LimitError
        If more than `MAX_UNITS` players are left to choose from.
    """
    rule.check_profile(low)
    rule.check_profile(high)
    for name, least, most in zip(rule.names, low, high, strict=True):
        if least > most or (least != most and ABSENT in (least, most)):
            raise RuleError(
                f"{name} votes from {least} to {most}; votes rise from 0 (against) to 2 (for), "
                f"and 3 (absent) stands alone"
            )
    read = leaf_sums(rule)
    units = []
    for i, (least, most) in enumerate(zip(low, high, strict=True)):
        if least < most:
            middle = read.gain(i, NO, ABSTAIN) if least == NO else None
            units.append(Unit((i,), read.gain(i, least, YES) if most == YES else None, middle))
    _check_size(len(units))
    return Selection(tuple(units), read.needs(low), read.decides, read.root, tuple(low))


def _check_size(n_units: int) -> None:
    if n_units > MAX_UNITS:
        raise LimitError(
            f"{n_units} members to choose from are too many to list: the limit is {MAX_UNITS}; "
            f"counting takes more"
        )


def _merged(n: int, blocs: Sequence[set[int]]) -> list[set[int]]:
    """Cut the players into units, in order of their first player."""
    owner = {i: {i} for i in range(n)}
    for bloc in blocs:
        unit = bloc.union(*(owner[i] for i in bloc))
        for i in unit:
            owner[i] = unit
    return [unit for i, unit in owner.items() if min(unit) == i]
