"""Pictures of shares: the simplex for three and four players, a chart of intervals above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from coalitions.answers.results import number_text
from coalitions.files.spelling import shown
from coalitions.pictures.picture_sheet import Sheet, clean, figure_bytes, house_style, write_figure
from coalitions.pictures.share_chart import draw_chart
from coalitions.pictures.share_geometry import Frame, Shape
from coalitions.pictures.share_simplex import ALONE, LEAST, MOST, draw_simplex
from solvers.errors import GameError, LimitError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure_bytes", "shares_figure", "simplex_figure", "write_figure"]

MAX_ROWS = 400
"""Most players of a chart."""

MAX_POINTS = 12
"""Most point solutions in one picture."""

MAX_SIZE = 10**15
"""Largest number that is drawn: beyond it the pixels of a float run out."""

Number = Fraction | float
Shares = tuple[Fraction, ...]


def simplex_figure(
    players: Sequence[str],
    core_vertices: Sequence[Sequence[Number]],
    points: Mapping[str, Sequence[Number]],
    v_grand: Number,
    lower: Sequence[Number] | None = None,
    title: str = "",
    unit: str = "",
) -> Figure:
    """Draw the core and point solutions of three or four players.

    Parameters
    ----------
    players : sequence of str
        Three give a triangle, four a tetrahedron.
    core_vertices : sequence of sequence of number
        The corners of the core; none where it is empty.
    points : mapping of str to sequence of number
        Shares by the name of the solution, at most `MAX_POINTS`.
    v_grand : number
        What all players are worth together; every point shares out just that.
    lower : sequence of number, optional
        What each player is worth alone. The frame is then the set of imputations; without it,
        or where nothing is left to share, it is drawn around what is shown.
    title, unit : str
        What stands above, and in what the shares are counted.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words; :func:`write_figure` writes it.

    Raises
    ------
    GameError
        If there are other than three or four players, or a vector is not efficient.
    LimitError
        If there are too many points.

    Examples
    --------
    >>> corners = [(0, 0, 2), (0, 2, 0)]
    >>> figure = simplex_figure("ABC", corners, {"nucleolus": (0, 1, 1)}, 2, lower=(0, 0, 0))
    >>> print(figure.get_label())
    Shares of A, B, C
    The core is a segment. nucleolus: A 0, B 1, C 1.
    """
    names = [clean(name) for name in players]
    if len(names) not in (3, 4):
        raise GameError(
            f"{len(names)} players: a simplex is drawn for 3 or 4; shares_figure draws the others"
        )
    total = _number("v_grand", v_grand)
    solutions = _solutions(points, len(names))
    corners = [_vector("a corner of the core", x, len(names)) for x in core_vertices]
    alone = None if lower is None else _vector("lower", lower, len(names))
    for what, x in [*solutions.items(), *(("a corner of the core", x) for x in corners)]:
        if abs(sum(x) - total) > max(abs(total), *map(abs, x)) / 10**6:
            raise GameError(
                f"{what} shares out {number_text(sum(x, Fraction(0)))}, but the players are worth "
                f"{number_text(total)} together: the simplex holds efficient vectors"
            )
    frame = Frame.around(len(names), [*solutions.values(), *corners], total, alone)
    core = Shape.of([frame.place(x) for x in corners])
    rows: dict[str, Shares] = {}
    if corners:
        across = list(zip(*corners, strict=True))
        rows |= {LEAST: tuple(map(min, across)), MOST: tuple(map(max, across))}
    if alone is not None:
        rows[ALONE] = alone
    with house_style():
        sheet = draw_simplex(names, frame, core, solutions, rows, clean(title, 80), unit)
    _tell(sheet, title or f"Shares of {', '.join(names)}", core.words, names, solutions)
    return sheet.figure


def shares_figure(
    players: Sequence[str],
    points: Mapping[str, Sequence[Number]],
    minimal_rights: Sequence[Number] | None = None,
    utopia: Sequence[Number] | None = None,
    individual: Sequence[Number] | None = None,
    title: str = "",
    unit: str = "",
) -> Figure:
    """Draw the shares of any number of players, a row for each.

    Parameters
    ----------
    players : sequence of str
        At most `MAX_ROWS`, from the top.
    points : mapping of str to sequence of number
        Shares by the name of the solution, at most `MAX_POINTS`; a marker each.
    minimal_rights, utopia : sequence of number, optional
        The bounds of the core cover, both or none: an interval for each player.
    individual : sequence of number, optional
        What each player is worth alone: a bar across the row.
    title, unit : str
        What stands above, and in what the shares are counted.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words; :func:`write_figure` writes it.

    Raises
    ------
    GameError
        If there is no player, one bound is missing, or a vector has another length.
    LimitError
        If there are too many players or points.

    Examples
    --------
    >>> shares = {"Shapley": (1, 2), "nucleolus": (Fraction(3, 2), Fraction(3, 2))}
    >>> print(shares_figure(["A", "B"], shares, (0, 1), (2, 3)).get_label())
    Shares of 2 players
    Shapley: A 1, B 2. nucleolus: A 1.5, B 1.5.
    """
    names = [clean(name) for name in players]
    if not names:
        raise GameError("a chart of shares needs at least one player")
    if len(names) > MAX_ROWS:
        raise LimitError(f"{len(names)} players: a chart has a row for each of up to {MAX_ROWS}")
    if (minimal_rights is None) != (utopia is None):
        raise GameError("minimal_rights and utopia bound an interval: give both or neither")
    solutions = _solutions(points, len(names))
    bounds = [
        None if x is None else _vector(what, x, len(names))
        for what, x in [
            ("minimal_rights", minimal_rights),
            ("utopia", utopia),
            ("individual", individual),
        ]
    ]
    with house_style():
        sheet = draw_chart(names, solutions, bounds, clean(title, 80), unit)
    _tell(sheet, title or f"Shares of {len(names)} players", "", names, solutions)
    return sheet.figure


def _number(what: str, value: Number) -> Fraction:
    """Read a number at face value."""
    try:
        number = Fraction(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise GameError(f"{what} holds {shown(value)}, which is no finite number") from None
    if abs(number) > MAX_SIZE:
        raise GameError(f"{what} holds a number beyond {MAX_SIZE:.0e}: count in a larger unit")
    return number


def _vector(what: str, x: Sequence[Number], n: int) -> Shares:
    """Read a number for each player."""
    found = tuple(_number(what, value) for value in x)
    if len(found) != n:
        raise GameError(f"{what} has {len(found)} numbers for {n} players")
    return found


def _solutions(points: Mapping[str, Sequence[Number]], n: int) -> dict[str, Shares]:
    """Read the point solutions."""
    if len(points) > MAX_POINTS:
        raise LimitError(f"{len(points)} solutions: one picture shows up to {MAX_POINTS}")
    return {clean(name): _vector(clean(name), x, n) for name, x in points.items()}


def _tell(
    sheet: Sheet, title: str, words: str, names: Sequence[str], solutions: Mapping[str, Shares]
) -> None:
    """Label the figure with its title and, on a second line, with what it shows."""
    told = [words] if words else []
    for name, x in solutions.items():
        shares = (f"{p} {number_text(s)}" for p, s in zip(names, x, strict=True))
        told.append(f"{name}: {', '.join(shares)}.")
    sheet.figure.set_label(f"{clean(title, 200)}\n{' '.join(told)}".rstrip())
