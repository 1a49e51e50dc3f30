"""What a solution concept answers with: a share for every player, and how sure it is."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from solvers import DISTRIBUTION
from solvers.errors import GameError
from solvers.games.worths import Floats

if TYPE_CHECKING:
    import pandas as pd

    from solvers.games.game import TUGame

__all__ = ["GUARANTEES", "Allocation", "plain"]

GUARANTEES = {
    "exact": "integers and fractions throughout",
    "certified": "checked afterwards by an independent exact test",
    "optimal": "proved by the solver of an integer programme, the rest in fractions",
    "bounded": "doubles, each off by no more than the error bound of the certificate",
    "estimated": "from a sample, with standard errors",
}
"""What stands behind an answer."""

Exact: TypeAlias = "tuple[Fraction, ...]"
Number: TypeAlias = "Fraction | float"

# Not given, as opposed to None: a set that is empty.
_KEEP: Any = object()


class Allocation:
    """A share for every player, or none where the concept has no answer.

    Parameters
    ----------
    concept : str
        Name of the solution concept.
    players : tuple of str
        Names.
    allocation : ndarray of float64, shape (n,), optional
        The shares; made read-only. Left out, they are rounded from `exact`.
    exact : tuple of Fraction, or callable that gives it, optional
        The shares as fractions, or how to find them when they are asked for.
    guarantee : str
        A key of `GUARANTEES`.
    epsilon : float or Fraction, optional
        The number that belongs to the point, where there is one: a largest excess, a share of
        the way between two points.
    certificate : mapping, or callable that gives it, optional
        What a sceptic needs to check the answer; plain data.
    verifier : callable, optional
        Takes an Allocation, says whether its shares are right, by other means than those that
        found them.
    game : TUGame, optional
        Of which it is a solution.
    solver : str
        Method, and version of what is not of this package.
    tolerance : float
        Tolerance of the solver; 0 where there is none.
    seed : int, optional
        Seed of random choices.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> point = Allocation("shapley", ("a", "b"), exact=(half, half), guarantee="exact")
    >>> point["a"], point.allocation, np.sum(point)
    (Fraction(1, 2), array([0.5, 0.5]), np.float64(1.0))
    """

    __slots__ = (
        "_allocation",
        "_certificate",
        "_exact",
        "_game",
        "_provenance",
        "_solver",
        "_verifier",
        "concept",
        "epsilon",
        "guarantee",
        "players",
        "seed",
        "tolerance",
    )

    concept: str
    players: tuple[str, ...]
    guarantee: str
    epsilon: Number | None
    tolerance: float
    seed: int | None
    _allocation: Floats | None
    _exact: Exact | Callable[[], Exact | None] | None
    _certificate: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None
    _verifier: Callable[[Allocation], bool] | None
    _game: TUGame | None
    _solver: str
    _provenance: dict[str, Any] | None

    def __init__(
        self,
        concept: str,
        players: tuple[str, ...],
        allocation: Floats | None = None,
        exact: Exact | Callable[[], Exact | None] | None = None,
        guarantee: str = "exact",
        epsilon: Number | None = None,
        certificate: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
        verifier: Callable[[Allocation], bool] | None = None,
        game: TUGame | None = None,
        solver: str = "",
        tolerance: float = 0.0,
        seed: int | None = None,
    ) -> None:
        if allocation is not None:
            allocation.flags.writeable = False
        put = object.__setattr__
        put(self, "concept", concept)
        put(self, "players", players)
        put(self, "guarantee", guarantee)
        put(self, "epsilon", epsilon)
        put(self, "tolerance", tolerance)
        put(self, "seed", seed)
        put(self, "_allocation", allocation)
        put(self, "_exact", exact)
        put(self, "_certificate", certificate)
        put(self, "_verifier", verifier)
        put(self, "_game", game)
        put(self, "_solver", solver)
        put(self, "_provenance", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an allocation does not change; replace({name}=...) gives a new one")

    __delattr__ = __setattr__  # type: ignore[assignment] # refuses in the same words

    @property
    def is_defined(self) -> bool:
        """Whether there is a point: the set is not empty, the concept applies."""
        return self._allocation is not None or self._exact is not None

    @property
    def allocation(self) -> Floats | None:
        """Shares as doubles, shape (n,), read-only; None where there is no point."""
        found = self._allocation
        if found is None and self._exact is not None:
            exact = self.exact
            if exact is not None:
                try:
                    found = np.array([float(x) for x in exact], np.float64)
                except OverflowError:
                    raise GameError(
                        f"{self.concept}: a share is larger than the largest double; it is read "
                        f"from .exact"
                    ) from None
                found.flags.writeable = False
                object.__setattr__(self, "_allocation", found)
        return found

    @property
    def exact(self) -> Exact | None:
        """Shares as fractions, computed when first asked for; None where there are none.

        Raises
        ------
        LimitError
            If the game is too large for the exact method.
        """
        exact = self._exact
        if callable(exact):
            exact = exact()
            object.__setattr__(self, "_exact", exact)
        return exact

    @property
    def has_exact(self) -> bool:
        """Whether the fractions are known without computing them."""
        return self._known() is not None

    def _known(self) -> Exact | None:
        return None if callable(self._exact) else self._exact

    @property
    def certificate(self) -> dict[str, Any]:
        """What a sceptic needs to check the answer; plain data, computed on first access."""
        found = self._certificate
        if callable(found):
            found = found()
        if not isinstance(found, dict):
            found = dict(found or {})
        object.__setattr__(self, "_certificate", found)
        return found

    @property
    def provenance(self) -> dict[str, Any]:
        """Version, solver, tolerance, seed, and digest of the game; computed on first access."""
        found = self._provenance
        if found is None:
            try:
                version = metadata.version(DISTRIBUTION)
            except metadata.PackageNotFoundError:  # a bare checkout
                version = ""
            found = {
                "version": version,
                "solver": self._solver,
                "tolerance": self.tolerance,
                "seed": self.seed,
                "digest": self._game.digest if self._game is not None else "",
            }
            object.__setattr__(self, "_provenance", found)
        return found

    def verify(self) -> bool:
        """Check the shares again, by other means than those that found them.

        Returns
        -------
        bool
            False also where there is nothing to check by, and where fractions and doubles do
            not belong to the same point.
        """
        if self._verifier is None:
            return False
        return self._is_one_point() and bool(self._verifier(self))

    def _is_one_point(self) -> bool:
        """Say whether doubles and fractions, where both are known, are as close as claimed."""
        known, shares = self._known(), self._allocation
        if known is None or shares is None:
            return True
        if shares.shape != (len(known),):
            return False
        if self.guarantee != "bounded":
            return bool([float(x) for x in known] == shares.tolist())
        if not np.isfinite(shares).all():
            return False
        bound = Fraction(float(self.certificate.get("error_bound", 0.0)))
        return all(
            abs(Fraction(x) - y) <= bound + Fraction(np.spacing(abs(x)))
            for x, y in zip(shares.tolist(), known, strict=True)
        )

    def replace(self, allocation: object = _KEEP, exact: object = _KEEP) -> Allocation:
        """Put other shares in the place of these, with the same claim about them.

        Parameters
        ----------
        allocation : sequence of float, optional
            Shares as doubles; without `exact` the fractions are dropped.
        exact : sequence of Fraction, optional
            Shares as fractions; without `allocation` the doubles are rounded from them.

        Returns
        -------
        Allocation
            :meth:`verify` says whether the claim holds of the new shares.
        """
        shares: Any = self._allocation if allocation is _KEEP and exact is _KEEP else allocation
        fractions: Any = self._exact if allocation is _KEEP and exact is _KEEP else exact
        shares = None if shares is _KEEP or shares is None else np.array(shares, np.float64)
        if fractions is _KEEP:
            fractions = None
        elif fractions is not None and not callable(fractions):
            fractions = tuple(Fraction(x) for x in fractions)
        return Allocation(
            self.concept,
            self.players,
            shares,
            fractions,
            self.guarantee,
            self.epsilon,
            self._certificate,
            self._verifier,
            self._game,
            self._solver,
            self.tolerance,
            self.seed,
        )

    def _point(self) -> Sequence[Number]:
        """Fractions where they are known, else doubles."""
        known = self._known()
        if known is not None:
            return known
        shares = self.allocation
        if shares is None:
            raise GameError(f"{self.concept}: there is no point to take shares of")
        return shares  # type: ignore[return-value] # an array of doubles is a sequence of them

    def __len__(self) -> int:
        return len(self.players)

    def __getitem__(self, player: int | str | slice) -> Any:
        if isinstance(player, str):
            if player not in self.players:
                raise GameError(
                    f"{player!r} is no player; there are {', '.join(self.players) or 'none'}"
                )
            player = self.players.index(player)
        return self._point()[player]

    def __iter__(self) -> Iterator[Number]:
        return iter(self._point())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        shares = self.allocation
        if shares is None:
            raise GameError(f"{self.concept}: there is no point to make an array of")
        return np.array(shares, dtype) if copy or dtype is not None else shares

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, from which JSON can be made.

        Returns
        -------
        dict
            Shares by player, as doubles and, where they are known, as texts of fractions.
        """
        shares = self.allocation
        exact = self._known()
        names = self.players
        return {
            "concept": self.concept,
            "players": list(names),
            "allocation": None
            if shares is None
            else dict(zip(names, shares.tolist(), strict=True)),
            "exact": None
            if exact is None
            else {name: str(x) for name, x in zip(names, exact, strict=True)},
            "guarantee": self.guarantee,
            "epsilon": plain(self.epsilon),
            "certificate": plain(self.certificate),
            "provenance": plain(self.provenance),
        }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row for each player.

        Returns
        -------
        list of dict
            Columns ``player``, ``share`` (a double) and ``exact`` (a text, or None).
        """
        shares = self.allocation
        if shares is None:
            return []
        exact = self._known()
        return [
            {"player": name, "share": share, "exact": None if exact is None else str(exact[i])}
            for i, (name, share) in enumerate(zip(self.players, shares.tolist(), strict=True))
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows of :meth:`to_rows` as a data frame.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas as pd

        return pd.DataFrame(self.to_rows(), columns=["player", "share", "exact"])

    def __str__(self) -> str:
        head = f"{self.concept} ({self.guarantee})"
        if not self.is_defined:
            return f"{head}: none"
        width = max((len(name) for name in self.players), default=0)
        return "\n".join([head, *(f"  {name:<{width}}  {x}" for name, x in self._shown())])

    def __repr__(self) -> str:
        if not self.is_defined:
            return f"<{self.concept}: none>"
        shares = ", ".join(f"{name}: {x}" for name, x in self._shown())
        return f"<{self.concept} ({self.guarantee}) {shares}>"

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(x)}</td></tr>"
            for name, x in (self._shown() if self.is_defined else ())
        )
        title = html.escape(f"{self.concept} ({self.guarantee})")
        head = "<tr><th>player</th><th>share</th></tr>"
        return f"<table><caption>{title}</caption>{head}{cells}</table>"

    def _shown(self) -> Iterator[tuple[str, str]]:
        for name, x in zip(self.players, self._point(), strict=True):
            yield name, str(x) if isinstance(x, Fraction) else f"{x:.6g}"


def plain(value: Any) -> Any:
    """Turn an answer into what JSON can hold; a fraction becomes its text.

    Parameters
    ----------
    value : object
        Numbers, texts, arrays, mappings and sequences of them.

    Returns
    -------
    object

    Examples
    --------
    >>> plain({"a": (Fraction(1, 3), np.float64(0.5))})
    {'a': ['1/3', 0.5]}
    """
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value
