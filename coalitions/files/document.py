"""The content of an input file, with the place of every part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from coalitions.errors import InputError, Problem

__all__ = ["Document", "Node", "Path", "Position", "dotted"]

Path = Sequence[str | int]
"""Keys and list indices that lead from the root to a value."""
Position = tuple[int, int]
"""Line and column, both counted from 1."""

_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")


def dotted(path: Path) -> str:
    """Write a path as messages show it.

    Parameters
    ----------
    path : sequence of str or int
        Keys and list indices.

    Returns
    -------
    str
        The parts joined by dots.

    Examples
    --------
    >>> dotted(["players", 2, "weight"])
    'players.2.weight'
    """
    return ".".join(str(part) for part in path)


@dataclass(slots=True)
class Node:
    """Where one value stands, for whoever builds a document.

    An alias has its own position and shares the children of its anchor.
    """

    position: Position
    literal: str | None = None
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    r"""The content of one file and where each part of it stands.

    Parameters
    ----------
    name : str
        The file as the user named it.
    data : object
        Mappings with text keys, lists, str, int, float, bool and None. Dates stay text. What
        an alias repeats is the same object: treat all of it as read-only.

    Examples
    --------
    >>> from coalitions.files.yaml12 import load
    >>> document = load("aid.yaml", "states:\n  NO: {share: 0.65}\n")
    >>> document.data
    {'states': {'NO': {'share': 0.65}}}
    >>> document.position(["states", "NO", "share"])
    (2, 15)
    >>> document.exact(["states", "NO", "share"])
    Fraction(13, 20)
    """

    name: str
    data: Any
    _root: Node = field(repr=False)

    def position(self, path: Path, *, key: bool = False) -> Position:
        """Tell where a value stands.

        Parameters
        ----------
        path : sequence of str or int
            Keys and list indices from the root. A part that leads nowhere is passed over, so
            that a missing key, or a tag that a validator put in, gives the place around it.
        key : bool
            Whether the key is meant rather than its value.

        Returns
        -------
        tuple of two ints
            Line and column, from 1.
        """
        node, parent, last = self._root, self._root, None
        for part in path:
            if part in node.children:
                node, parent, last = node.children[part], node, part
        if key and isinstance(last, str):
            return parent.keys[last]
        return node.position

    def holds(self, path: Path) -> bool:
        """Tell whether something stands at a place.

        Parameters
        ----------
        path : sequence of str or int
            Keys and list indices from the root.

        Returns
        -------
        bool
        """
        node = self._root
        for part in path:
            if part not in node.children:
                return False
            node = node.children[part]
        return True

    def literal(self, path: Path) -> str | None:
        """Give a scalar as it is written (``"1e3"`` where `data` holds 1000.0).

        Parameters
        ----------
        path : sequence of str or int
            Keys and list indices from the root.

        Returns
        -------
        str or None
            None for a list or a mapping.

        Raises
        ------
        KeyError
            If nothing stands there.
        """
        node = self._root
        for part in path:
            node = node.children[part]
        return node.literal

    def exact(self, path: Path) -> Fraction:
        """Give a number without the rounding of floats.

        Parameters
        ----------
        path : sequence of str or int
            Keys and list indices from the root.

        Returns
        -------
        Fraction
            Exactly the number that is written: 0.65 is 13/20.

        Raises
        ------
        InputError
            If what stands there is not a finite number.
        KeyError
            If nothing stands there.
        """
        literal = self.literal(path)
        if literal is not None:
            if _NUMBER.fullmatch(literal):
                return Fraction(literal)
            if _BASED.fullmatch(literal):
                return Fraction(int(literal, 0))
        raise self.error(path, "must be a number")

    def problem(self, path: Path, message: str, *, key: bool = False) -> Problem:
        """Make a problem at a place of this file.

        Parameters
        ----------
        path : sequence of str or int
            As in `position`; the parts are joined by dots in the message.
        message : str
            What is wrong and what would be right.
        key : bool
            As in `position`.

        Returns
        -------
        Problem
            To be collected, then raised in an `InputError`.
        """
        return Problem(self.name, *self.position(path, key=key), dotted(path), message)

    def error(self, path: Path, message: str, *, key: bool = False) -> InputError:
        """Make the error of a single problem.

        Parameters
        ----------
        path : sequence of str or int
            As in `position`.
        message : str
            What is wrong and what would be right.
        key : bool
            As in `position`.

        Returns
        -------
        InputError
            To be raised by the caller.
        """
        return InputError([self.problem(path, message, key=key)])
