"""The nucleolus and its variants: the largest complaint as small as can be, then the next one."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import fsum

import numpy as np

from solvers.errors import GameError, SolverError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.stability.compiled import TOLERANCE
from solvers.stability.families import PER_CAPITA, PLAIN, PROPORTIONAL
from solvers.stability.lexicographic import Question, scale_of, solve

__all__ = [
    "Structure",
    "answered",
    "nucleolus",
    "over_imputations",
    "per_capita_nucleolus",
    "prenucleolus",
    "proportional_nucleolus",
    "structure_masks",
]

Structure = Iterable[int | str | Iterable[int | str]]
"""Coalitions that together are everybody, each player in one of them."""


def nucleolus(game: TUGame, structure: Structure | None = None) -> Allocation:
    """Find the nucleolus.

    Among the imputations (efficient, nobody below v(i)) the one whose excesses v(S) - x(S),
    sorted from the largest, are lexicographically smallest.

    Parameters
    ----------
    game : TUGame
        The game.
    structure : iterable of coalitions, optional
        A coalition structure: every coalition in it shares its own worth [4]_. Left out,
        everybody shares v(N).

    Returns
    -------
    Allocation
        Undefined where there is no imputation. Of an exact game in fractions; of doubles, the
        fractions and their proof are made when they are asked for. Doubles count as equal
        within 1e-9 of the largest worth.

    Raises
    ------
    GameError
        If the structure is no partition.

    Notes
    -----
    One linear programme after the other fixes the coalitions whose excess cannot be reduced
    [2]_, [3]_. The certificate lists them with positive multipliers; `verify` checks Kohlberg's
    criterion with it, over fractions.

    References
    ----------
    .. [1] D. Schmeidler, "The nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 17 (1969), pp. 1163-1170.
    .. [2] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.
    .. [3] M. Benedek, J. Fliege and T.-D. Nguyen, "Finding and verifying the nucleolus of
       cooperative games", Mathematical Programming 190 (2021), pp. 135-170.
    .. [4] R. J. Aumann and J. H. Drèze, "Cooperative games with coalition structures",
       International Journal of Game Theory 3 (1974), pp. 217-237.

    Examples
    --------
    A bankruptcy of Aumann and Maschler: claims 100, 200, 300 on 200.

    >>> from solvers.games.construct import from_list_by_size
    >>> point = nucleolus(from_list_by_size([0, 0, 0, 0, 0, 100, 200]))
    >>> point.exact, point.verify()
    ((Fraction(50, 1), Fraction(75, 1), Fraction(75, 1)), True)
    """
    masks = None if structure is None else structure_masks(game, structure)
    return over_imputations(Question("nucleolus", game, PLAIN, True, structure=masks))


def prenucleolus(game: TUGame, structure: Structure | None = None) -> Allocation:
    """Find the prenucleolus: as the nucleolus, but over all efficient vectors.

    Parameters
    ----------
    game : TUGame
        The game.
    structure : iterable of coalitions, optional
        A coalition structure: every coalition in it shares its own worth.

    Returns
    -------
    Allocation
        As by :func:`nucleolus`; always defined.

    Raises
    ------
    GameError
        If the structure is no partition.

    References
    ----------
    .. [1] A. I. Sobolev, "The characterization of optimality principles in cooperative games by
       functional equations", in: N. N. Vorobjev (ed.), Mathematical Methods in the Social
       Sciences 6, Vilnius, 1975, pp. 94-151.

    Examples
    --------
    >>> from solvers.games.construct import from_list_by_size
    >>> prenucleolus(from_list_by_size([0, 0, 0, 1, 2, 3, "9/2"])).exact
    (Fraction(3, 4), Fraction(11, 8), Fraction(19, 8))
    """
    masks = None if structure is None else structure_masks(game, structure)
    return answered(Question("prenucleolus", game, PLAIN, structure=masks))


def per_capita_nucleolus(game: TUGame) -> Allocation:
    """Find the nucleolus of excesses by head, (v(S) - x(S)) / |S|.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        As by :func:`nucleolus`.

    References
    ----------
    .. [1] J. H. Grotte, Computation of and observations on the nucleolus, the normalized
       nucleolus and the central games, Cornell University, 1970.
    .. [2] H. P. Young, N. Okada and T. Hashimoto, "Cost allocation in water resources
       development", Water Resources Research 18 (1982), pp. 463-475.

    Examples
    --------
    >>> from solvers.games.construct import from_list_by_size
    >>> per_capita_nucleolus(from_list_by_size([0, 0, 0, 0, 0, 6, 9])).exact
    (Fraction(1, 1), Fraction(4, 1), Fraction(4, 1))
    """
    return over_imputations(Question("per_capita_nucleolus", game, PER_CAPITA, True))


def proportional_nucleolus(game: TUGame) -> Allocation:
    """Find the nucleolus of excesses by worth, (v(S) - x(S)) / v(S).

    Parameters
    ----------
    game : TUGame
        No worth is negative. Coalitions of worth 0 are left out.

    Returns
    -------
    Allocation
        As by :func:`nucleolus`.

    Raises
    ------
    GameError
        If a worth is negative, or the coalitions with a worth leave more than one point.

    References
    ----------
    .. [1] H. P. Young, N. Okada and T. Hashimoto, "Cost allocation in water resources
       development", Water Resources Research 18 (1982), pp. 463-475.

    Examples
    --------
    >>> from solvers.games.construct import from_list_by_size
    >>> proportional_nucleolus(from_list_by_size([1, 2, 0, 4, 3, 3, 6])).exact
    (Fraction(12, 5), Fraction(12, 5), Fraction(6, 5))
    """
    least = int(np.argmin(game.values)) if game.n_players else 0
    if game.values[least] < 0:
        raise GameError(
            f"the coalition {{{', '.join(game.coalition(least))}}} has the worth "
            f"{game.values[least]:g}; a proportional excess needs worths that are not negative"
        )
    return over_imputations(Question("proportional_nucleolus", game, PROPORTIONAL, True))


def structure_masks(game: TUGame, structure: Structure) -> tuple[int, ...]:
    """Read a coalition structure.

    Parameters
    ----------
    game : TUGame
        The game.
    structure : iterable of coalitions
        By names, numbers from 0, or masks.

    Returns
    -------
    tuple of int
        Masks.

    Raises
    ------
    GameError
        If it is no partition of the players.
    """
    masks = tuple(game.mask(block) for block in structure)
    seen = 0
    for mask in masks:
        if mask == 0:
            raise GameError("a coalition structure has no empty coalition")
        if seen & mask:
            twice = ", ".join(game.coalition(seen & mask))
            raise GameError(f"{twice}: in two coalitions of the structure; each is in one")
        seen |= mask
    missing = game.coalition((1 << game.n_players) - 1 ^ seen)
    if missing:
        raise GameError(f"{', '.join(missing)}: in no coalition of the structure; each is in one")
    return masks


def over_imputations(question: Question) -> Allocation:
    """Answer a question over the imputations, if there are any.

    Parameters
    ----------
    question : Question
        What is asked for; its floors are set.

    Returns
    -------
    Allocation
        Undefined where players alone have more than their coalition can give.
    """
    game = question.solved or question.game
    n = game.n_players
    masks = question.structure
    tight = False
    if n > 1:
        for mask in masks or ((1 << n) - 1,):
            alone = [1 << i for i in range(n) if mask >> i & 1]
            room: Fraction | float
            if game.is_exact:
                worths = game.numerators
                room = int(worths[mask]) - sum(int(worths[one]) for one in alone)
            else:
                values = game.values
                # One rounding, so that the sign is right.
                room = fsum([values[mask], *(-values[one] for one in alone)])
            if room < 0:
                return _no_imputation(question, mask, alone, room)
            tight = tight or (room == 0 and masks is None)
    return _at_floors(question.concept, question.game) if tight else answered(question)


def answered(question: Question) -> Allocation:
    """Answer a question that has an answer, also below two players.

    Parameters
    ----------
    question : Question
        What is asked for.

    Returns
    -------
    Allocation

    Raises
    ------
    GameError
        If the excesses leave more than one point.
    """
    masks = question.structure
    alone = masks is not None and all(mask.bit_count() == 1 for mask in masks)
    if question.game.n_players < 2 or alone:
        return _at_floors(question.concept, question.game)
    try:
        return solve(question)
    except SolverError as error:
        if question.family.mode == 2 and "more than one point" in str(error):
            raise GameError(
                f"{question.concept}: the coalitions that have an excess leave more than one point"
            ) from None
        raise


def _at_floors(concept: str, game: TUGame) -> Allocation:
    """Give everybody v(i), the only possible point."""
    n = game.n_players
    exact = tuple(game.worth(1 << i) for i in range(n))

    def holds(claim: Allocation) -> bool:
        known = claim.exact if claim.has_exact else None
        shares = claim.allocation
        return (
            shares is not None
            and (known is None or known == exact)
            and [float(x) for x in exact] == shares.tolist()
        )

    return Allocation(
        concept,
        game.players,
        exact=exact,
        certificate={"only_point": [str(x) for x in exact]},
        verifier=holds,
        game=game,
        solver="definition",
    )


def _no_imputation(
    question: Question, mask: int, alone: list[int], room: Fraction | float
) -> Allocation:
    """Say that players alone have more than their coalition can give."""
    game = question.solved or question.game
    n = game.n_players
    error = 0.0 if game.is_exact else TOLERANCE * scale_of(game)
    if -room <= error and len(alone) == n:
        # Rounding errors of the worths: the point belongs to a game that close.
        shares = game.values[1 << np.arange(n)] + float(room) / n
        if question.float_shares is not None:
            shares = question.float_shares(shares, 0.0)

        def near(claim: Allocation) -> bool:
            return claim.allocation is not None and bool(
                np.abs(claim.allocation - shares).max() <= error
            )

        return Allocation(
            question.concept,
            game.players,
            shares.copy(),
            guarantee="bounded",
            certificate={"error_bound": error, "missing_to_the_worths_of_players": -float(room)},
            verifier=near,
            game=question.game,
            solver="definition",
            tolerance=error,
        )
    total = sum((game.worth(one) for one in alone), Fraction(0))
    return Allocation(
        question.concept,
        game.players,
        certificate={
            "no_imputation": list(game.coalition(mask)),
            "worth": str(game.worth(mask)),
            "worths_of_its_players": str(total),
        },
        verifier=lambda claim: not claim.is_defined and total > game.worth(mask),
        game=question.game,
        solver="definition",
    )
