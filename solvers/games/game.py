"""A cooperative game with transferable utility, given by the worth of every coalition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.errors import GameError, LimitError
from solvers.games.worths import (
    Floats,
    Integers,
    Parts,
    as_integers,
    parts_of_floats,
    quotients,
    read_worths,
    reduced,
)

__all__ = ["MAX_PLAYERS", "TUGame", "check_size"]

MAX_PLAYERS = 28
"""Most players of a game with a table: 2^28 doubles take 2 GiB."""

_NUMBERED: dict[int, tuple[str, ...]] = {}


class TUGame:
    """A game (N, v): every coalition S of players has a worth v(S), and v(empty) = 0.

    Parameters
    ----------
    values : array or sequence, length 2**n
        Worth by bitmask: player i is bit i, so that ``values[5]`` belongs to the first and the
        third player. Integers, Fractions, Decimals and texts such as ``"1/3"`` make an exact
        game, of which every answer can be had in fractions; a float makes it a game of doubles.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.

    Raises
    ------
    GameError
        If the length is no power of two, a worth is not finite, v(empty) is not 0, or names are
        missing or repeated.
    LimitError
        If there are more than `MAX_PLAYERS` players.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior, Princeton
       University Press, 1944, chapter VI.
    .. [2] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007, chapter 2.

    Examples
    --------
    >>> game = TUGame([0, 1, 0, "7/2"], players=["Ada", "Ben"])
    >>> game.worth(["Ada", "Ben"]), game.worth(1), game.is_exact
    (Fraction(7, 2), Fraction(1, 1), True)
    """

    __slots__ = ("_digest", "_index", "_n", "_parts", "_players", "_rational", "_values")

    def __init__(self, values: object, players: Sequence[str] | None = None) -> None:
        if isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim):
            check_size(_players_of(len(values)))
        read = read_worths(values)
        if isinstance(read, tuple):
            self._set(None, reduced(*read), players)
        else:
            self._set(read, None, players)

    @classmethod
    def of(cls, array: object, copy: bool = False, players: Sequence[str] | None = None) -> TUGame:
        """Make a game of an array, without copying it.

        Parameters
        ----------
        array : ndarray of float64, shape (2**n,)
            Contiguous; it must not be changed while the game is in use. Anything else is copied
            and read as by the class itself.
        copy : bool
            Whether to copy all the same.
        players : sequence of str, optional
            Names.

        Returns
        -------
        TUGame

        Raises
        ------
        EngineError
            As by the class itself.

        Notes
        -----
        One pass over the array finds what is not finite.

        Examples
        --------
        >>> table = np.array([0.0, 1.0, 1.0, 3.0])
        >>> np.shares_memory(TUGame.of(table).values, table)
        True
        """
        adopt = (
            not copy
            and type(array) is np.ndarray
            and array.ndim == 1
            and array.dtype == np.float64
            and array.flags.c_contiguous
        )
        if not adopt:
            return cls(array, players)
        game = cls.__new__(cls)
        game._set(array.view(), None, players)  # type: ignore[attr-defined] # an ndarray, as above
        return game

    @classmethod
    def of_integers(
        cls, numerators: object, denominator: int = 1, players: Sequence[str] | None = None
    ) -> TUGame:
        """Make an exact game of integers over one denominator.

        Parameters
        ----------
        numerators : ndarray of int64 or of Python ints, shape (2**n,)
            Adopted without a copy where they are int64; they must not be changed afterwards.
        denominator : int
            At least 1.
        players : sequence of str, optional
            Names.

        Returns
        -------
        TUGame

        Raises
        ------
        EngineError
            As by the class itself.

        Examples
        --------
        >>> TUGame.of_integers(np.array([0, 1, 1, 4]), 2).worth(3)
        Fraction(2, 1)
        """
        array = np.asarray(numerators)
        if array.dtype == object or array.dtype != np.int64:
            array = as_integers([int(v) for v in array.tolist()])
        if denominator < 1:
            raise GameError(f"a denominator of {denominator}; it is at least 1")
        game = cls.__new__(cls)
        numerators, denominator = reduced(array, denominator)
        game._set(None, (numerators.view(), denominator), players)
        return game

    @classmethod
    def _of_finite(cls, array: Floats, players: tuple[str, ...]) -> TUGame:
        """Adopt an array that is known to be finite, without a pass over it."""
        game = cls.__new__(cls)
        game._set(array.view(), None, players, finite=True)
        return game

    def _set(
        self,
        values: Floats | None,
        parts: Parts | None,
        players: Sequence[str] | None,
        finite: bool = False,
    ) -> None:
        """Check the table and keep it read-only."""
        table: Any = values if parts is None else parts[0]
        n = check_size(_players_of(table.size))
        if values is not None and not finite:
            _check_finite(values)
        if table[0]:
            raise GameError(
                f"the empty coalition has worth {table[0] / (parts[1] if parts else 1)!s}; it is 0"
            )
        table.flags.writeable = False
        self._values = values
        self._parts = parts
        self._n = n
        self._players = _numbered(n) if players is None else _checked_names(players, n)
        self._index: dict[str, int] | None = None
        self._rational: TUGame | None = None
        self._digest: str | None = None

    @property
    def n_players(self) -> int:
        """Number of players."""
        return self._n

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the players."""
        return self._players

    @property
    def is_exact(self) -> bool:
        """Whether the worths were entered as integers or fractions."""
        return self._parts is not None

    @property
    def values(self) -> Floats:
        """Worths as doubles, shape (2**n,), read-only; rounded where the game is exact."""
        values = self._values
        if values is None:
            values = quotients(*self._exact())
            values.flags.writeable = False
            self._values = values
        return values

    @property
    def numerators(self) -> Integers:
        """Worths times `denominator`: int64, or Python ints where these do not fit."""
        return self._exact()[0]

    @property
    def denominator(self) -> int:
        """Least common denominator of the worths; doubles are taken at face value."""
        return self._exact()[1]

    @property
    def grand(self) -> float:
        """Worth of the grand coalition, v(N)."""
        return float(self.values[-1])

    def _exact(self) -> Parts:
        if self._parts is not None:
            return self._parts
        return self.rational()._exact()

    def rational(self) -> TUGame:
        """Take the doubles at face value.

        Returns
        -------
        TUGame
            The same game, exact. An exact game is its own.

        Raises
        ------
        LimitError
            If the integers that it takes do not fit the memory.

        Examples
        --------
        >>> TUGame([0.0, 0.5]).rational().worth(1)
        Fraction(1, 2)
        """
        if self._parts is not None:
            return self
        if self._rational is None:
            game = TUGame.of_integers(*parts_of_floats(self.values), self._players)
            game._values = self._values
            self._rational = game
        return self._rational

    def worth(self, coalition: int | str | Iterable[int | str]) -> Fraction:
        """Say what a coalition is worth.

        Parameters
        ----------
        coalition : int, str or iterable
            As for :meth:`mask`.

        Returns
        -------
        Fraction
            Exact; of a double the number that it is.

        Raises
        ------
        GameError
            If it is no coalition of this game.
        """
        mask = self.mask(coalition)
        if self._parts is None:
            return Fraction(float(self.values[mask]))
        return Fraction(int(self._parts[0][mask]), self._parts[1])

    def mask(self, coalition: int | str | Iterable[int | str]) -> int:
        """Write a coalition as a bitmask.

        Parameters
        ----------
        coalition : int, str or iterable
            A bitmask; a name, or names with commas between them; or names and numbers of
            players, these counted from 0.

        Returns
        -------
        int

        Raises
        ------
        GameError
            If a player is unknown.

        Examples
        --------
        >>> game = TUGame([0] * 8, players=["a", "b", "c"])
        >>> game.mask("a,c"), game.mask(["a", "c"]), game.mask([0, 2]), game.mask(5)
        (5, 5, 5, 5)
        """
        if isinstance(coalition, int | np.integer):
            if not 0 <= coalition < 1 << self._n:
                raise GameError(f"{coalition} is no mask of a coalition of {self._n} players")
            return int(coalition)
        if isinstance(coalition, str):
            members: Iterable[int | str] = [coalition]
            if coalition not in self._index_of_names():
                members = [part.strip() for part in coalition.split(",") if part.strip()]
        else:
            members = coalition
        mask = 0
        for member in members:
            mask |= 1 << self.player(member)
        return mask

    def player(self, player: int | str) -> int:
        """Find a player's number.

        Parameters
        ----------
        player : int or str
            A number from 0, or a name.

        Returns
        -------
        int

        Raises
        ------
        GameError
            If there is no such player.
        """
        if isinstance(player, int | np.integer):
            if 0 <= player < self._n:
                return int(player)
        elif player in self._index_of_names():
            return self._index_of_names()[player]
        raise GameError(
            f"{player!r} is no player of this game; there are {', '.join(self._players) or 'none'}"
            f" (or numbers from 0)"
        )

    def coalition(self, mask: int) -> tuple[str, ...]:
        """Name the members of a coalition.

        Parameters
        ----------
        mask : int
            A bitmask.

        Returns
        -------
        tuple of str
            In the order of the players.
        """
        mask = self.mask(mask)
        return tuple(name for i, name in enumerate(self._players) if mask >> i & 1)

    def _index_of_names(self) -> dict[str, int]:
        if self._index is None:
            self._index = {name: i for i, name in enumerate(self._players)}
        return self._index

    @property
    def digest(self) -> str:
        """SHA-256 of names and worths, computed when first asked for."""
        if self._digest is None:
            found = hashlib.sha256(repr(self._players).encode())
            if self._parts is None:
                found.update(b"float64")
                found.update(self.values.data)
            else:
                numerators, denominator = self._parts
                found.update(f"/{denominator}".encode())
                for start in range(0, numerators.size, 1 << 16):
                    chunk = numerators[start : start + (1 << 16)].tolist()
                    found.update(",".join(map(str, chunk)).encode() + b";")
            self._digest = found.hexdigest()
        return self._digest

    def __repr__(self) -> str:
        kind = "exact" if self.is_exact else "float64"
        return f"TUGame({self._n} player{'' if self._n == 1 else 's'}, {kind})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._parts is not None:
            return TUGame.of_integers, (*self._parts, self._players)
        return TUGame.of, (self._values, False, self._players)


def check_size(n: int, most: int = MAX_PLAYERS) -> int:
    """Refuse a table that is too large, before any memory is used.

    Parameters
    ----------
    n : int
        Number of players.
    most : int
        Most players.

    Returns
    -------
    int
        n.

    Raises
    ------
    LimitError
        If n is larger than `most`.

    Examples
    --------
    >>> check_size(30)
    Traceback (most recent call last):
    ...
    solvers.errors.LimitError: 30 players: a table of 2**30 doubles takes 8 GiB; the limit is 28 \
players, beyond it give the game as a rule or an oracle
    """
    if n > most:
        size = f"{2.0 ** (n - 27):,.10g} GiB" if n >= 27 else f"{2 ** (n + 3) // 2**20} MiB"
        raise LimitError(
            f"{n} players: a table of 2**{n} doubles takes {size}; the limit is {most} players, "
            f"beyond it give the game as a rule or an oracle"
        )
    return n


def _players_of(size: int) -> int:
    """Count the players of a table of so many worths."""
    n = size.bit_length() - 1
    if size < 1 or size != 1 << n:
        hint = (
            "; from_list_by_size takes a list by size without the empty coalition"
            if (size + 1).bit_count() == 1 and size
            else ""
        )
        raise GameError(
            f"{size} worths: n players need 2**n, one for each coalition, the empty one first{hint}"
        )
    return n


def _numbered(n: int) -> tuple[str, ...]:
    names = _NUMBERED.get(n)
    if names is None:
        names = _NUMBERED[n] = tuple(str(i + 1) for i in range(n))
    return names


def _checked_names(players: Sequence[str], n: int) -> tuple[str, ...]:
    if isinstance(players, str):
        raise GameError(f"players are {players!r}; give a list of {n} names")
    names = tuple(players)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise GameError("a player's name is a text that is not empty")
    if len(names) != n or len(set(names)) != n:
        raise GameError(
            f"a game of {n} players needs as many different names; got {len(names)}, "
            f"{len(set(names))} of them different"
        )
    return names


def _check_finite(values: Floats) -> None:
    # A sum is finite only where every term is, and it is the quickest pass there is.
    with np.errstate(all="ignore"):
        if np.isfinite(np.add.reduce(values)):
            return
    for start in range(0, values.size, 1 << 20):
        wrong = np.flatnonzero(~np.isfinite(values[start : start + (1 << 20)]))
        if wrong.size:
            mask = start + int(wrong[0])
            raise GameError(f"the worth at index {mask} is {values[mask]}; every worth is finite")
