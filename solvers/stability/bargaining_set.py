"""The bargaining set of Davis and Maschler: every objection has a counter-objection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from solvers.errors import GameError, LimitError
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.stability.kernel import excesses, pair_maxima, read_payoffs

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = [
    "MAX_PLAYERS",
    "BargainingSetMembership",
    "CounterObjection",
    "Objection",
    "counter_objection",
    "in_bargaining_set",
]

MAX_PLAYERS: Final = 12
"""Most players: for every pair all pairs of coalitions can matter."""

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class Objection:
    """A threat of one player against another.

    Parameters
    ----------
    player, against : str
        Who objects, and against whom.
    coalition : tuple of str
        With whom; not with the one it is against.
    payoffs : tuple of Fraction
        What the members of the coalition would get, in their order: in all its worth, and each
        more than now.
    """

    player: str
    against: str
    coalition: tuple[str, ...]
    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True)
class CounterObjection:
    """An answer to an objection.

    Parameters
    ----------
    coalition : tuple of str
        Who answers: with the one attacked, without the one who objects.
    payoffs : tuple of Fraction
        What they get, in their order: in all the worth of the coalition, nobody less than now,
        and no partner of the objection less than it offers.
    """

    coalition: tuple[str, ...]
    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True)
class BargainingSetMembership:
    """Whether a point is in the bargaining set; true or false itself.

    Parameters
    ----------
    holds : bool
        Whether it is.
    objection : Objection or None
        One without a counter-objection.
    why : str
        Why the point is not in the set, in words; empty when it is.
    programmes : int
        Linear programmes that were solved; most coalitions need none.
    """

    holds: bool
    objection: Objection | None = None
    why: str = ""
    programmes: int = 0

    def __bool__(self) -> bool:
        return self.holds


def in_bargaining_set(game: TUGame, point: Sequence[Any]) -> BargainingSetMembership:
    """Say whether a point is in the bargaining set of the grand coalition.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.
    point : sequence of numbers, length n
        Payoffs; doubles at face value.

    Returns
    -------
    BargainingSetMembership
        Exact. Where a player has an objection that cannot be answered, with the objection;
        `counter_objection` checks it from the definition.

    Raises
    ------
    GameError
        If the point has not one number for every player.
    LimitError
        If there are too many players.

    Notes
    -----
    An objection of i against j by S cannot be answered exactly if what it adds to x, d >= 0 with
    d(S) the excess of S, gives d(S & T) > excess of T for all T with j and without i: a linear
    programme for every S. It has no solution where some such T has an excess of at least that of
    S, or one not below 0 and no member in S; and only the T that are not implied by others with
    fewer members in S matter.

    References
    ----------
    .. [1] R. J. Aumann and M. Maschler, "The bargaining set for cooperative games", Advances in
       Game Theory, Princeton University Press, 1964, pp. 443-476.
    .. [2] M. Davis and M. Maschler, "Existence of stable payoff configurations for cooperative
       games", in: Essays in Mathematical Economics in Honor of Oskar Morgenstern, Princeton
       University Press, 1967, pp. 39-52.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> in_bargaining_set(majority, ["1/3", "1/3", "1/3"]).holds
    True
    >>> in_bargaining_set(majority, ["1/2", "1/2", 0]).objection
    Objection(player='3', against='1', coalition=('2', '3'), \
payoffs=(Fraction(3, 4), Fraction(1, 4)))
    """
    _check_size(game)
    x = read_payoffs(game, point)
    everybody = (1 << game.n_players) - 1
    total, worth = sum(x, Fraction(0)), game.worth(everybody)
    if total != worth:
        why = f"the payoffs sum to {total}, the grand coalition is worth {worth}"
        return BargainingSetMembership(False, None, why)
    for i, name in enumerate(game.players):
        alone = game.worth(1 << i)
        if x[i] < alone:
            why = f"player {name} gets {x[i]}, less than the {alone} that it is worth alone"
            return BargainingSetMembership(False, None, why)
    search = _Search(game, x)
    found = search.objection()
    if found is None:
        return BargainingSetMembership(True, programmes=search.programmes)
    who = ", ".join(found.coalition)
    why = f"player {found.player} objects against player {found.against} by {{{who}}}"
    return BargainingSetMembership(False, found, why, search.programmes)


def counter_objection(
    game: TUGame, point: Sequence[Any], objection: Objection
) -> CounterObjection | None:
    """Find an answer to an objection, from the definition.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.
    point : sequence of numbers, length n
        Present payoffs.
    objection : Objection
        The objection.

    Returns
    -------
    CounterObjection or None
        None: the objection is justified.

    Raises
    ------
    GameError
        If it is no objection: the wrong members, or payoffs that are not larger than now or do
        not sum to the worth.
    LimitError
        If there are too many players.

    References
    ----------
    .. [1] R. J. Aumann and M. Maschler, "The bargaining set for cooperative games", Advances in
       Game Theory, Princeton University Press, 1964, pp. 443-476.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> half = Fraction(1, 2)
    >>> third = [Fraction(1, 3)] * 3
    >>> counter_objection(majority, third, Objection("1", "2", ("1", "3"), (half, half)))
    CounterObjection(coalition=('2', '3'), payoffs=(Fraction(1, 2), Fraction(1, 2)))
    """
    _check_size(game)
    x = read_payoffs(game, point)
    members = [game.player(name) for name in objection.coalition]
    mine, theirs = game.player(objection.player), game.player(objection.against)
    offers = dict(zip(members, objection.payoffs, strict=False))
    if mine not in offers or theirs in offers or len(offers) != len(objection.payoffs):
        raise GameError(
            "an objection is by a coalition with the player who objects and without the other, "
            "with a payoff for every member"
        )
    worth = game.worth(members)
    if sum(offers.values(), Fraction(0)) != worth or any(y <= x[k] for k, y in offers.items()):
        raise GameError(
            f"the payoffs of an objection are larger than now and sum to the worth, {worth}"
        )
    least = [offers.get(k, x[k]) for k in range(game.n_players)]
    for mask in range(1 << game.n_players):
        if mask >> theirs & 1 and not mask >> mine & 1:
            coalition = [k for k in range(game.n_players) if mask >> k & 1]
            spare = game.worth(mask) - sum((least[k] for k in coalition), Fraction(0))
            if spare >= 0:
                payoffs = tuple(least[k] + (spare if k == theirs else 0) for k in coalition)
                return CounterObjection(game.coalition(mask), payoffs)
    return None


def _check_size(game: TUGame) -> None:
    if game.n_players > MAX_PLAYERS:
        raise LimitError(
            f"{game.n_players} players: objections and answers are pairs of coalitions; the limit "
            f"is {MAX_PLAYERS}"
        )


class _Search:
    """Looks for an objection without a counter-objection."""

    def __init__(self, game: TUGame, x: Point) -> None:
        self.game, self.x = game, x
        table, self.denominator = excesses(game, x)
        self.maxima = pair_maxima(table).tolist()
        self.excess: list[int] = table.tolist()
        self.programmes = 0

    def objection(self) -> Objection | None:
        n = self.game.n_players
        for i in range(n):
            for j in range(n):
                # Who is outweighed by j has an answer by the same coalition to whatever i offers.
                if i != j and self.maxima[i][j] > max(0, self.maxima[j][i]):
                    found = self._between(i, j)
                    if found is not None:
                        return found
        return None

    def _between(self, i: int, j: int) -> Objection | None:
        mine, theirs = 1 << i, 1 << j
        rest = ((1 << self.game.n_players) - 1) & ~mine & ~theirs
        floor = max(0, self.maxima[j][i])
        part = rest
        while True:
            coalition = part | mine
            if self.excess[coalition] > floor:
                added = self._unanswered(coalition, mine, theirs, rest & ~part)
                if added is not None:
                    members = [k for k in range(self.game.n_players) if coalition >> k & 1]
                    payoffs = tuple(self.x[k] + added[k] / self.denominator for k in members)
                    names = self.game.players
                    return Objection(names[i], names[j], self.game.coalition(coalition), payoffs)
            if not part:
                return None
            part = (part - 1) & rest

    def _unanswered(
        self, coalition: int, mine: int, theirs: int, outside: int
    ) -> dict[int, Fraction] | None:
        """Find what a coalition can add to its members' payoffs so that no answer is left."""
        partners = coalition ^ mine
        # The largest excess of an answer by what it takes of the partners.
        dearest: dict[int, int] = {}
        taken = partners
        while True:
            best = max(self.excess[theirs | taken | other] for other in _submasks(outside))
            if best >= 0:
                dearest[taken] = best
            if not taken:
                break
            taken = (taken - 1) & partners
        if 0 in dearest:
            return None
        rows = {
            taken: need
            for taken, need in dearest.items()
            if not any(
                other != taken and not other & ~taken and dearest[other] >= need
                for other in dearest
            )
        }
        return self._spread(coalition, rows)

    def _spread(self, coalition: int, rows: dict[int, int]) -> dict[int, Fraction] | None:
        """Divide the excess of a coalition so that every set of partners gets more than asked.

        Only those conditions enter the programme that an earlier division broke.
        """
        members = [k for k in range(self.game.n_players) if coalition >> k & 1]
        margin = len(members)
        # Everybody gets more than now, by the margin: the objection is strict.
        conditions: list[dict[int, int]] = [{c: 1, margin: -1} for c in range(margin)]
        right = [0] * margin
        everybody = dict.fromkeys(range(margin), 1)
        while True:
            self.programmes += 1
            found = solve_rational_lp(
                [*[0] * margin, -1],
                [everybody, *conditions],
                ["==", *[">="] * len(conditions)],
                [self.excess[coalition], *right],
            )
            if found.x is None or found.x[margin] <= 0:
                return None
            added = dict(zip(members, found.x, strict=False))
            short = {
                taken: sum((added[k] for k in members if taken >> k & 1), Fraction(-need))
                for taken, need in rows.items()
            }
            broken = sorted((gap, taken) for taken, gap in short.items() if gap <= 0)
            if not broken:
                return added
            for _, taken in broken[: len(members)]:
                terms = {c: 1 for c, k in enumerate(members) if taken >> k & 1}
                conditions.append({**terms, margin: -1})
                right.append(rows[taken])


def _submasks(mask: int) -> list[int]:
    parts = [0]
    while mask:
        bit = mask & -mask
        parts += [part | bit for part in parts]
        mask ^= bit
    return parts
