"""Directions in which a programme goes on for ever: the proof that it has no optimum."""

from __future__ import annotations

from solvers.programmes.linear import TOLERANCE, Programme, evaluate

__all__ = ["direction_programme", "is_endless"]


def direction_programme(programme: Programme) -> Programme:
    """Programme of the directions that leave no row and no bound, however far one goes.

    Parameters
    ----------
    programme : Programme
        Whole-number variables have bounds, so they stand still.

    Returns
    -------
    Programme
        The same objective without its constant and the same rows with 0 on the right; each
        variable moves by at most 1, and not towards a bound. It is feasible (standing still)
        and bounded.

    Notes
    -----
    A programme with a feasible point is unbounded exactly when this optimum is negative.

    References
    ----------
    .. [1] R. R. Meyer, "On the existence of optimal solutions to integer and mixed-integer
       programming problems", Mathematical Programming 7 (1974), pp. 223-235.

    Examples
    --------
    >>> p = Programme("more is better")
    >>> x, y = p.variable("x", up=5), p.variable("y")
    >>> _ = p.row("r", {x: 1, y: -1}, "<=", 2)
    >>> p.minimise({x: -1, y: -2})
    >>> [(v.low, v.up) for v in direction_programme(p).variables]
    [(0, 0), (0, 1)]
    """
    directions = Programme(f"directions of {programme.name}")
    for v in programme.variables:
        directions.variable(v.name, 0 if v.low is not None else -1, 0 if v.up is not None else 1)
    for row in programme.rows:
        directions.row(row.name, dict(row.terms), row.sense, 0)
    directions.minimise(dict(programme.objective))
    return directions


def is_endless(programme: Programme, direction: tuple[float, ...]) -> bool:
    """Say whether a direction, checked against ``direction_programme``, lowers the objective.

    Parameters
    ----------
    programme : Programme
        The programme itself.
    direction : tuple of float
        A direction, one number per variable.

    Returns
    -------
    bool
    """
    directions = direction_programme(programme)
    size = max((abs(float(c)) for _, c in programme.objective), default=0.0)
    falls = float(evaluate(programme.objective, direction)) < -TOLERANCE * size
    return falls and not directions.violations(direction)
