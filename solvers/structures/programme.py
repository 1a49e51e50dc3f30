"""The best partition into coalitions of a list, as an integer programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from solvers.errors import GameError, LimitError
from solvers.games.worths import exact_number
from solvers.programmes.programme import Programme, solve
from solvers.structures.answer import Guarantee, OptimalStructure, Partition

__all__ = ["MAX_LISTED", "structure_of_listed", "structure_programme"]

MAX_LISTED: Final = 100_000
"""Most coalitions of a list."""

Worths = Mapping[int, Fraction]


def structure_of_listed(
    coalitions: Mapping[Any, Any],
    players: Sequence[str],
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
) -> OptimalStructure:
    """Find a best partition of the players into coalitions that are listed.

    Parameters
    ----------
    coalitions : mapping
        Worth of each coalition that may form: a tuple of names, or a name alone. Those that are
        not listed do not form.
    players : sequence of str
        Names; hundreds are no obstacle where few coalitions are listed.
    solver : str
        Back end, see ``solvers.programmes.backends.installed``.
    time_limit : float or None
        Seconds; None: until it is proved.
    gap : float
        Relative gap at which the back end may stop.

    Returns
    -------
    OptimalStructure
        ``optimal`` when the back end proved it, else ``bounded`` with value, bound and gap.
        The value is the exact sum of the worths. Ctrl-C keeps the best structure so far.

    Raises
    ------
    GameError
        If a coalition is empty or has an unknown member, a worth is no finite number, no
        partition is made of listed coalitions alone, or none was found in time.
    LimitError
        If more than `MAX_LISTED` coalitions are listed.

    References
    ----------
    .. [1] E. Balas and M. W. Padberg, "Set partitioning: a survey", SIAM Review 18 (1976),
       pp. 710-760.

    Examples
    --------
    >>> worths = {("a", "b"): 3, ("b", "c"): 4, "a": 2, "b": 1, "c": 1}
    >>> answer = structure_of_listed(worths, ["a", "b", "c"])
    >>> answer.value, answer.structure, answer.guarantee
    (Fraction(6, 1), [('a',), ('b', 'c')], 'optimal')
    """
    names = tuple(players)
    worths = _worths(coalitions, names)
    masks = list(worths)
    found = solve(structure_programme(worths, names), solver, time_limit, gap)
    if found.status == "infeasible":
        raise GameError(
            "no partition of the players is made of the listed coalitions alone: list more, such "
            "as each player alone"
        )
    if found.values is None:
        raise GameError(
            "no partition was found before the search was stopped: give it more time, or list "
            "each player alone"
        )
    blocks = [mask for mask, x in zip(masks, found.values, strict=True) if x]
    value = sum((worths[block] for block in blocks), Fraction(0))
    proved = found.status == "optimal"
    guarantee: Guarantee = "optimal" if proved else "bounded"
    # Every player is in one block: no structure is worth more than these shares together.
    limit = sum(
        (
            max((w / m.bit_count() for m, w in worths.items() if m >> i & 1))
            for i in range(len(names))
        ),
        Fraction(0),
    )
    if found.bound is not None:
        limit = min(limit, -Fraction(found.bound))

    def listing() -> Iterator[Partition]:
        yield tuple(sorted(blocks, key=lambda mask: mask & -mask))

    return OptimalStructure(
        names,
        value,
        value if proved else max(value, limit),
        guarantee,
        f"integer programme, {found.solver}",
        lambda mask: worths[mask],
        listing,
        lambda: None,
        found.interrupted,
    )


def structure_programme(worths: Worths, players: Sequence[str]) -> Programme:
    """Write the choice of a partition as an integer programme.

    Parameters
    ----------
    worths : mapping of int to Fraction
        Worth of each mask that may be a block.
    players : sequence of str
        Names, by bit.

    Returns
    -------
    Programme
        One variable for each block, one row for each player; minimises minus the worth.

    Examples
    --------
    >>> programme = structure_programme({1: Fraction(2), 2: Fraction(1), 3: Fraction(4)}, "ab")
    >>> len(programme.variables), [row.name for row in programme.rows]
    (3, ['player a', 'player b'])
    """
    programme = Programme("best partition")
    blocks = [
        (mask, programme.variable(f"block {k:06d}", up=1, integer=True))
        for k, mask in enumerate(worths)
    ]
    holding: list[dict[int, int]] = [{} for _ in players]
    for mask, variable in blocks:
        while mask:
            bit = mask & -mask
            holding[bit.bit_length() - 1][variable] = 1
            mask ^= bit
    for name, terms in zip(players, holding, strict=True):
        programme.row(f"player {name}", terms, "==", 1)
    programme.minimise({variable: -worths[mask] for mask, variable in blocks})
    return programme


def _worths(coalitions: Mapping[Any, Any], players: tuple[str, ...]) -> dict[int, Fraction]:
    if len(coalitions) > MAX_LISTED:
        raise LimitError(f"{len(coalitions):,} coalitions are listed; the limit is {MAX_LISTED:,}")
    if not players or len(set(players)) != len(players):
        raise GameError("the players must be at least one, with different names")
    index = {name: i for i, name in enumerate(players)}
    worths: dict[int, Fraction] = {}
    for key, value in coalitions.items():
        members = (key,) if isinstance(key, str) else tuple(key)
        unknown = [name for name in members if name not in index]
        if unknown or not members:
            raise GameError(
                f"coalition {key!r} "
                + (f"names {unknown[0]!r}, who is no player" if unknown else "has no members")
            )
        mask = sum({1 << index[name] for name in members})
        if mask in worths:
            raise GameError(f"coalition {key!r} is listed twice")
        worths[mask] = _number(value, key)
    for name, i in index.items():
        if not any(mask >> i & 1 for mask in worths):
            raise GameError(f"no listed coalition holds player {name!r}; list the player alone")
    return worths


def _number(value: object, key: object) -> Fraction:
    exact = exact_number(value)
    if exact is not None:
        return exact
    try:
        return Fraction(float(value))  # type: ignore[arg-type] # anything else raises
    except (TypeError, ValueError, OverflowError):
        raise GameError(f"the worth of {key!r} is {value!r}; it must be a finite number") from None
