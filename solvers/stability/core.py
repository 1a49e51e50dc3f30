"""The core: allocations that no coalition can improve upon, or a proof that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.games.properties import Property
from solvers.games.solution import Allocation
from solvers.games.worths import exact_number
from solvers.stability.compiled import TOLERANCE
from solvers.stability.families import PLAIN
from solvers.stability.lexicographic import Question, scale_of, solve

__all__ = [
    "CoreMembership",
    "balancedness_faults",
    "core",
    "core_empty",
    "core_membership",
    "in_core",
    "is_balanced",
]

MAX_EXACT = 22
"""Most players of an exact game whose excesses are all computed as integers."""

CHUNK = 18  # players whose coalitions are gone through at once


def core(game: TUGame) -> Allocation:
    """Find a point of the core, or prove that there is none.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        A point of the least core, which is in the core if any point is; undefined where the
        core is empty. ``epsilon`` is its largest excess, above 0 where the core is empty, and
        None below two players. The certificate of an empty core is a balanced collection
        whose weighted worth is more than v(N). Of doubles, an excess up to 1e-9 of the
        largest worth counts as none.

    References
    ----------
    .. [1] D. B. Gillies, "Solutions to general non-zero-sum games", in: A. W. Tucker and R. D.
       Luce (eds.), Contributions to the Theory of Games IV, Princeton University Press, 1959,
       pp. 47-85.
    .. [2] O. N. Bondareva, "Some applications of linear programming methods to the theory of
       cooperative games", Problemy Kibernetiki 10 (1963), pp. 119-139.
    .. [3] L. S. Shapley, "On balanced sets and cores", Naval Research Logistics Quarterly 14
       (1967), pp. 453-460.

    Examples
    --------
    >>> majority = core(TUGame([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> majority.is_defined, majority.verify()
    (False, True)
    >>> [(part["coalition"], part["weight"]) for part in majority.certificate["balanced"]]
    [(['1', '2'], '1/2'), (['1', '3'], '1/2'), (['2', '3'], '1/2')]
    """
    n = game.n_players
    if n < 2:
        exact = tuple(game.worth(1 << i) for i in range(n))
        return Allocation(
            "core",
            game.players,
            exact=exact,
            certificate={"only_point": [str(x) for x in exact]},
            verifier=lambda claim: (
                claim.allocation is not None
                and claim.allocation.tolist() == [float(x) for x in exact]
                and (not claim.has_exact or claim.exact == exact)
            ),
            game=game,
            solver="definition",
        )
    found = solve(Question("core", game, PLAIN, stages=1))
    if found.epsilon is None or found.epsilon <= _slack(game):
        return found

    def certificate() -> dict[str, Any]:
        return _balanced(game, found.certificate)

    return Allocation(
        "core",
        game.players,
        guarantee=found.guarantee,
        epsilon=found.epsilon,
        certificate=certificate,
        verifier=lambda claim: (
            not claim.is_defined and not balancedness_faults(game, claim.certificate)
        ),
        game=game,
        solver="integers" if found.guarantee == "exact" else "active-set dual simplex",
        tolerance=found.tolerance,
    )


def core_empty(game: TUGame) -> Property:
    """Ask whether the core is empty.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
        ``amounts`` has the least epsilon for which the epsilon-core is not empty.

    References
    ----------
    .. [1] O. N. Bondareva, "Some applications of linear programming methods to the theory of
       cooperative games", Problemy Kibernetiki 10 (1963), pp. 119-139.

    Examples
    --------
    >>> bool(core_empty(TUGame([0, 0, 0, 1, 0, 1, 1, 1])))
    True
    """
    found = core(game)
    reason = ""
    if found.is_defined and found.epsilon is not None:
        reason = f"no proper coalition has an excess above {_shown(found.epsilon)} at a point"
    return Property(
        "core_empty",
        not found.is_defined,
        reason,
        amounts={"epsilon": found.epsilon},
        tolerance=_slack(game),
    )


def is_balanced(game: TUGame) -> Property:
    """Ask whether the game is balanced: whether its core has a point.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
        Where it is not, a balanced collection with its weights.

    References
    ----------
    .. [1] O. N. Bondareva, "Some applications of linear programming methods to the theory of
       cooperative games", Problemy Kibernetiki 10 (1963), pp. 119-139.
    .. [2] L. S. Shapley, "On balanced sets and cores", Naval Research Logistics Quarterly 14
       (1967), pp. 453-460.

    Examples
    --------
    >>> is_balanced(TUGame([0, 0, 0, 1, 0, 1, 1, 1])).reason
    'the coalitions, weighted by 1/2, 1/2, 1/2, cover everybody once and are worth 3/2, v(N) is 1'
    """
    found = core(game)
    if found.is_defined:
        return Property("is_balanced", True, tolerance=_slack(game))
    proof = found.certificate
    parts = proof["balanced"]
    return Property(
        "is_balanced",
        False,
        f"the coalitions, weighted by {', '.join(part['weight'] for part in parts)}, cover "
        f"everybody once and are worth {proof['worth']}, v(N) is {proof['grand']}",
        tuple(tuple(part["coalition"]) for part in parts),
        {"weights": [Fraction(part["weight"]) for part in parts]},
        _slack(game),
    )


def balancedness_faults(game: TUGame, certificate: dict[str, Any]) -> tuple[str, ...]:
    """Check that a weighted collection proves the core empty.

    Parameters
    ----------
    game : TUGame
        The game.
    certificate : dict
        Of :func:`core` where the core is empty.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if it is proved.

    References
    ----------
    .. [1] L. S. Shapley, "On balanced sets and cores", Naval Research Logistics Quarterly 14
       (1967), pp. 453-460.
    """
    n = game.n_players
    cover = [Fraction(0)] * n
    worth = Fraction(0)
    for part in certificate.get("balanced", ()):
        mask, weight = game.mask(part["coalition"]), Fraction(part["weight"])
        if weight <= 0:
            return (f"the weight of {part['coalition']} is not positive",)
        worth += weight * game.worth(mask)
        for i in range(n):
            cover[i] += weight * (mask >> i & 1)
    if any(value != 1 for value in cover):
        return ("the weights of the coalitions of a player do not add up to 1",)
    if worth <= game.worth((1 << n) - 1):
        return (f"the collection is worth {worth}, no more than v(N)",)
    return ()


def _balanced(game: TUGame, certificate: dict[str, Any]) -> dict[str, Any]:
    """Scale the rows of the first stage, so that they cover everybody once."""
    rows = certificate["stages"][0]["rows"]
    cover = sum((Fraction(r["weight"]) for r in rows if game.players[0] in r["coalition"]),
                Fraction(0))  # fmt: skip
    parts = [(tuple(r["coalition"]), Fraction(r["weight"]) / cover) for r in rows]
    return {
        "balanced": [{"coalition": list(names), "weight": str(w)} for names, w in sorted(parts)],
        "worth": str(sum((w * game.worth(names) for names, w in parts), Fraction(0))),
        "grand": str(game.worth((1 << game.n_players) - 1)),
    }


def _slack(game: TUGame) -> float:
    return 0.0 if game.is_exact else TOLERANCE * scale_of(game)


def _shown(number: Fraction | float) -> str:
    return str(number) if isinstance(number, Fraction) else f"{number:.6g}"


@dataclass(frozen=True)
class CoreMembership:
    """Whether a point is in the core, or in an epsilon-core; true or false itself.

    Parameters
    ----------
    holds : bool
        Whether it is.
    missing : Fraction or float
        v(N) - x(N): 0 where the point is efficient.
    excess : Fraction, float or None
        Largest excess of a proper coalition; None where there is no such coalition.
    tightest : tuple of (tuple of str, number)
        Proper coalitions of largest excess, the largest first.
    objections : dict of str to (tuple of str, number)
        For each player the coalition with which it can object best, and its excess: what its
        members could gain together.
    epsilon : Fraction or float
        Excess that is allowed.
    why : str
        Why the point is not in the core, in words; empty when it is.
    tolerance : float
        How far doubles may be off; 0 for exact games and points.
    """

    holds: bool
    missing: Fraction | float
    excess: Fraction | float | None
    tightest: tuple[tuple[tuple[str, ...], Fraction | float], ...] = ()
    objections: dict[str, tuple[tuple[str, ...], Fraction | float]] = field(default_factory=dict)
    epsilon: Fraction | float = 0
    why: str = ""
    tolerance: float = 0.0

    def __bool__(self) -> bool:
        return self.holds


def in_core(
    game: TUGame, point: Sequence[Any], epsilon: Any = 0, tightest: int = 10
) -> CoreMembership:
    """Ask whether a point is in the core: efficient, and no coalition is worth more to itself.

    Parameters
    ----------
    game : TUGame
        The game.
    point : sequence of numbers, length n
        Shares; an Allocation will do.
    epsilon : number
        Excess that proper coalitions may have: membership in the (strong) epsilon-core.
    tightest : int
        How many coalitions of largest excess to list.

    Returns
    -------
    CoreMembership
        Exact where game and point are; otherwise within 1e-9 of the largest worth.

    Raises
    ------
    GameError
        If the point has not one number for every player.
    LimitError
        If an exact game has more than `MAX_EXACT` players.

    References
    ----------
    .. [1] D. B. Gillies, "Solutions to general non-zero-sum games", in: A. W. Tucker and R. D.
       Luce (eds.), Contributions to the Theory of Games IV, Princeton University Press, 1959,
       pp. 47-85.
    .. [2] L. S. Shapley and M. Shubik, "Quasi-cores in a monetary economy with nonconvex
       preferences", Econometrica 34 (1966), pp. 805-827.

    Examples
    --------
    >>> answer = in_core(TUGame([0, 0, 0, 1, 0, 1, 1, 1]), ["1/2", "1/2", 0])
    >>> bool(answer), answer.objections["3"], answer.why
    (False, (('1', '3'), Fraction(1, 2)), '{1, 3} is worth 1/2 more than its shares')
    """
    shares, exact = _read_point(game, point)
    allowed = exact_number(epsilon)
    exact = exact and allowed is not None
    n = game.n_players
    if exact and n > MAX_EXACT:
        raise LimitError(
            f"{n} players: excesses are computed as integers up to {MAX_EXACT}; "
            f"TUGame.of(game.values) takes doubles"
        )
    scan = _Excesses(game, shares, exact)
    missing: Any = scan.number(scan.excess((1 << n) - 1))
    found = scan.largest(tightest)
    worst = found[0][0] if found else None
    slack: Any = 0 if exact else TOLERANCE * max(scale_of(game), max(map(abs, shares), default=0))
    limit: Any = allowed if allowed is not None else float(epsilon)
    why = ""
    above: Fraction | float | None = None if worst is None else scan.number(worst)
    if abs(missing) > slack:
        more = "more" if missing < 0 else "less"
        why = f"the shares add up to {_shown(abs(missing))} {more} than v(N)"
    elif above is not None and above > limit + slack:
        names = ", ".join(game.coalition(found[0][1]))
        why = f"{{{names}}} is worth {_shown(above)} more than its shares"
    best = scan.by_player() if n > 1 else []
    return CoreMembership(
        not why,
        missing,
        above,
        tuple((game.coalition(mask), scan.number(value)) for value, mask in found),
        {
            name: (game.coalition(mask), scan.number(value))
            for name, (value, mask) in zip(game.players, best, strict=False)
        },
        limit,
        why,
        slack,
    )


core_membership = in_core


def _read_point(game: TUGame, point: Sequence[Any]) -> tuple[list[Any], bool]:
    """Read shares: as fractions where game and shares are exact, else as doubles."""
    values = list(point)
    if len(values) != game.n_players:
        raise GameError(f"a point of {len(values)} shares; the game has {game.n_players} players")
    read = [exact_number(value) for value in values]
    if game.is_exact and all(value is not None for value in read):
        return read, True
    floats = [float(v if e is None else e) for v, e in zip(values, read, strict=True)]
    if not np.isfinite(floats).all():
        raise GameError(f"the shares {floats} are not all finite")
    return floats, False


class _Excesses:
    """Excesses of all coalitions at a point, a chunk at a time."""

    def __init__(self, game: TUGame, shares: list[Any], exact: bool) -> None:
        self.game, self.exact = game, exact
        self.n = game.n_players
        self.low = min(self.n, CHUNK)
        self.below = 1
        self.table: Any = game.values
        self.times = 1
        self.shares = shares
        if exact:
            self.below = lcm(game.denominator, *(x.denominator for x in shares))
            self.times = self.below // game.denominator
            self.shares = [int(x * self.below) for x in shares]
            self.table = game.numerators
            if self.table.dtype != object:
                top = max(int(self.table.max()), -int(self.table.min())) * self.times
                if top + sum(map(abs, self.shares)) >= 1 << 62:
                    self.table = self.table.astype(object)
        kind = np.float64 if not exact else self.table.dtype
        self.sums = np.zeros(1 << self.low, kind)
        for i in range(self.low):
            self.sums[1 << i : 2 << i] = self.sums[: 1 << i] + self.shares[i]

    def number(self, value: Any) -> Fraction | float:
        """Turn an entry into an excess."""
        return Fraction(int(value), self.below) if self.exact else float(value)

    def excess(self, mask: int) -> Any:
        """Excess of one coalition."""
        inside = sum(x for i, x in enumerate(self.shares) if mask >> i & 1)
        return self.table[mask] * self.times - inside

    def chunks(self) -> Any:
        """Give each chunk with the mask of its first coalition."""
        for high in range(1 << (self.n - self.low)):
            start = high << self.low
            part = self.table[start : start + (1 << self.low)] * self.times - self.sums
            part -= sum(
                self.shares[self.low + i] for i in range(self.n - self.low) if high >> i & 1
            )
            yield start, part

    def _proper(self, start: int, part: Any) -> tuple[int, Any]:
        """Cut the empty and the grand coalition off a chunk."""
        first, last = int(start == 0), part.size - int(start + part.size == 1 << self.n)
        return first, part[first:last]

    def largest(self, count: int) -> list[tuple[Any, int]]:
        """Give the proper coalitions of largest excess, smaller masks first among equals."""
        found: list[tuple[Any, int]] = []
        for start, whole in self.chunks():
            first, part = self._proper(start, whole)
            if part.size == 0:
                continue
            # Stable, so that the smaller mask comes first among equals.
            places = np.argsort(-part, kind="stable")[:count]
            found += [(part[p], start + first + int(p)) for p in places]
            found = sorted(found, key=lambda item: (-item[0], item[1]))[:count]
        return found

    def by_player(self) -> list[tuple[Any, int]]:
        """Give for each player the proper coalition of largest excess that it is in."""
        best: list[tuple[Any, int] | None] = [None] * self.n
        grand = (1 << self.n) - 1
        for start, part in self.chunks():
            size = part.size
            if start + size - 1 == grand:
                part[-1] = part.min() - 1
            for i in range(self.n):
                if i >= self.low:
                    if not start >> i & 1:
                        continue
                    place = int(np.argmax(part))
                else:
                    rows = part.reshape(-1, 2, 1 << i)[:, 1, :]
                    at = int(np.argmax(rows))
                    place = (at >> i << (i + 1)) + (1 << i) + (at & ((1 << i) - 1))
                old = best[i]
                if old is None or part[place] > old[0]:
                    best[i] = (part[place], start + place)
        return [item for item in best if item is not None]
