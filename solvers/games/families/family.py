"""What all families of games share: a structure from which every worth follows, exactly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any, Final, TypeAlias

from solvers.errors import GameError
from solvers.games.game import TUGame, check_size
from solvers.games.solution import Allocation
from solvers.games.worths import exact_number, integer_parts

__all__ = ["MAX_TABLE", "Family", "Shares", "number", "numbers"]

MAX_TABLE: Final = 20
"""Most players whose worths are written out one by one in fractions."""

MAX_CHECKED: Final = 10  # players for whom a closed form is checked against its definition

Shares: TypeAlias = "tuple[Fraction, ...]"


class Family(ABC):
    """A game that is given by its structure.

    Attributes
    ----------
    players : tuple of str
        Names.

    References
    ----------
    .. [1] I. Curiel, Cooperative Game Theory and Applications, Kluwer, 1997.
    """

    players: tuple[str, ...]

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.players)

    @abstractmethod
    def _worth(self, mask: int) -> Fraction:
        """Worth of a coalition that is not empty."""

    def _worths(self) -> list[Fraction]:
        """Worths of all masks; families that know a quicker way have their own."""
        return [Fraction(0), *(self._worth(mask) for mask in range(1, 1 << self.n_players))]

    def worth(self, coalition: int | str | Iterable[int | str]) -> Fraction:
        """Say what a coalition is worth.

        Parameters
        ----------
        coalition : int, str or iterable
            A mask; a name; or names and numbers of players, these counted from 0.

        Returns
        -------
        Fraction

        Raises
        ------
        GameError
            If there is no such coalition.
        """
        mask = self._mask(coalition)
        return self._worth(mask) if mask else Fraction(0)

    def _mask(self, coalition: int | str | Iterable[int | str]) -> int:
        if isinstance(coalition, int):
            if not 0 <= coalition < 1 << self.n_players:
                raise GameError(f"{coalition} is no mask of {self.n_players} players")
            return coalition
        mask = 0
        for member in [coalition] if isinstance(coalition, str) else coalition:
            if member in self.players:
                mask |= 1 << self.players.index(str(member))
            elif isinstance(member, int) and 0 <= member < self.n_players:
                mask |= 1 << member
            else:
                raise GameError(f"{member!r} is no player; there are {', '.join(self.players)}")
        return mask

    def table(self) -> TUGame:
        """Write out the worth of every coalition.

        Returns
        -------
        TUGame
            Exact.

        Raises
        ------
        LimitError
            If there are more than `MAX_TABLE` players.
        """
        check_size(self.n_players, MAX_TABLE)
        return TUGame.of_integers(*integer_parts(self._worths()), self.players)

    def _known(self, concept: str, shares: Sequence[Fraction], source: str) -> Allocation:
        """Answer from a closed form, which for few players is checked against the definition."""
        checks = {"shapley": _is_shapley, "nucleolus": _is_kernel, "core": _is_core}

        def verify(answer: Allocation) -> bool:
            if self.n_players > MAX_CHECKED:
                return False
            exact = answer.exact if answer.has_exact else None
            if exact is None:
                found = answer.allocation
                if found is None:
                    return False
                size = max(1.0, *(abs(float(x)) for x in shares))
                pairs = zip(found, shares, strict=True)
                if any(abs(float(a) - float(b)) > 1e-9 * size for a, b in pairs):
                    return False
                exact = tuple(shares)
            return checks[concept](self.table(), exact)

        return Allocation(
            concept, self.players, exact=tuple(shares), verifier=verify, solver=source
        )


def _is_shapley(game: TUGame, shares: Shares) -> bool:
    n = game.n_players
    for i in range(n):
        total = Fraction(0)
        for mask in range(1 << n):
            if not mask >> i & 1:
                size = mask.bit_count()
                weight = factorial(size) * factorial(n - 1 - size)
                total += weight * (game.worth(mask | 1 << i) - game.worth(mask))
        if total != shares[i] * factorial(n):
            return False
    return True


def _is_kernel(game: TUGame, shares: Shares) -> bool:
    """In the games that ask for this the kernel is the nucleolus alone."""
    from solvers.stability.kernel import in_kernel

    return bool(in_kernel(game, shares))


def _is_core(game: TUGame, shares: Shares) -> bool:
    sums = [Fraction(0)]
    for share in shares:
        sums += [total + share for total in sums]
    enough = all(total >= game.worth(mask) for mask, total in enumerate(sums))
    return enough and sums[-1] == game.worth(len(sums) - 1)


def number(value: Any, what: str, least: int | None = None) -> Fraction:
    """Read a number, a double at face value.

    Parameters
    ----------
    value : number or text
        As it was entered.
    what : str
        For the message.
    least : int or None
        Smallest value allowed.

    Returns
    -------
    Fraction

    Raises
    ------
    GameError
        If it is no finite number, or too small.

    Examples
    --------
    >>> number("1/3", "a cost"), number(0.5, "a cost")
    (Fraction(1, 3), Fraction(1, 2))
    """
    try:
        exact = exact_number(value)
        read = Fraction(float(value)) if exact is None else exact
    except (TypeError, ValueError, OverflowError):
        raise GameError(f"{what} is {value!r}; it must be a finite number") from None
    if least is not None and read < least:
        raise GameError(f"{what} is {read}; it must be at least {least}")
    return read


def numbers(values: Iterable[Any], what: str, least: int | None = None) -> Shares:
    """Read numbers, doubles at face value.

    Parameters
    ----------
    values : iterable of numbers
        As they were entered.
    what : str
        For the message.
    least : int or None
        Smallest value allowed.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    GameError
        If one is no finite number, or too small.
    """
    return tuple(number(value, f"{what} {k}", least) for k, value in enumerate(values))


def names(players: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """Names of the players, or ``"1"`` to ``"n"``."""
    found = tuple(players) if players is not None else tuple(str(i + 1) for i in range(n))
    if len(found) != n or len(set(found)) != n:
        raise GameError(f"{n} players need as many different names; got {list(found)}")
    return found


def members(mask: int) -> list[int]:
    """Players of a mask."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found
