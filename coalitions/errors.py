"""What is wrong with an input, where it stands, and the error that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solvers.errors import EngineError

__all__ = ["InputError", "Problem"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend in one file.

    Parameters
    ----------
    file : str
        Name of the file as the user wrote it.
    line, column : int or None
        Where it stands, both counted from 1; None when the file as a whole is meant.
    path : str
        Keys that lead to the place, joined by dots (``"positions.CHN.is"``); may be empty.
    message : str
        One sentence: what it is, what it must be, the way out.

    Examples
    --------
    >>> print(Problem("aid.yaml", 8, 5, "positions.CHN", "'agains' is not a position"))
    aid.yaml:8:5: positions.CHN: 'agains' is not a position
    """

    file: str
    line: int | None
    column: int | None
    path: str
    message: str

    def __str__(self) -> str:
        """Write ``file:line:column: path: message``, leaving out what is not known."""
        place = [self.file]
        if self.line is not None:
            place.append(str(self.line))
            if self.column is not None:
                place.append(str(self.column))
        return ": ".join(part for part in (":".join(place), self.path, self.message) if part)


class InputError(EngineError):
    """An input file cannot be used; carries every problem that was found in it.

    Parameters
    ----------
    problems : iterable of Problem
        At least one. ``.problems`` keeps them sorted by position, each once.

    Examples
    --------
    >>> later, first = Problem("a.csv", 3, 1, "", "second"), Problem("a.csv", 2, 1, "", "first")
    >>> print(InputError([later, first]))
    a.csv:2:1: first
    a.csv:3:1: second
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_position))
        super().__init__(self.problems)

    @classmethod
    def at(
        cls,
        file: str,
        message: str,
        line: int | None = None,
        column: int | None = None,
        path: str = "",
    ) -> InputError:
        """Build the error of a single problem.

        Parameters
        ----------
        file, message : str
            As in `Problem`.
        line, column : int or None
            As in `Problem`.
        path : str
            As in `Problem`.

        Returns
        -------
        InputError
            To be raised by the caller.
        """
        return cls([Problem(file, line, column, path, message)])

    def __str__(self) -> str:
        """Write one line for each problem."""
        return "\n".join(map(str, self.problems))


def _position(problem: Problem) -> tuple[str, int, int, str, str]:
    """Sort key; a problem without a line concerns the whole file and comes first."""
    return (
        problem.file,
        problem.line or 0,
        problem.column or 0,
        problem.path,
        problem.message,
    )
