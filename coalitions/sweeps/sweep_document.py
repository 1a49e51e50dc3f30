"""A scenario file with some of its entries replaced, and the figures in it that have intervals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from coalitions.files.document import Document, Node
from coalitions.files.spelling import did_you_mean, shown
from solvers.errors import EngineError

__all__ = [
    "Interval",
    "Place",
    "figures_with_interval",
    "find_place",
    "plain",
    "refuse_unencodable",
    "replaced",
]

Place = tuple[str | int, ...]
"""Keys and list indices that lead to an entry."""


@dataclass(frozen=True)
class Interval:
    """A figure that may be anywhere between two ends.

    Parameters
    ----------
    places : tuple of Place
        Where it stands; several where the file repeats it by an alias.
    low, high : Fraction
        The ends.
    """

    places: tuple[Place, ...]
    low: Fraction
    high: Fraction


def plain(value: object, where: str) -> Any:
    """Turn a value into what a file may hold.

    Parameters
    ----------
    value : object
        Text, a number (also of numpy), a fraction, a day, a list or a mapping.
    where : str
        Named in the complaint.

    Returns
    -------
    object
        Fractions and decimals as text, which the file reads exactly.

    Raises
    ------
    EngineError
        If it is none of these.

    Examples
    --------
    >>> plain([Fraction(1, 3), {"value": 2}], "a key")
    ['1/3', {'value': 2}]
    """
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()  # a scalar of numpy
    if isinstance(value, str):
        refuse_unencodable(value, where)
        return value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain(str(key), where): plain(part, where) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, where) for part in value]
    raise EngineError(f"{where}: {shown(value)} cannot stand in a scenario file")


def refuse_unencodable(text: str, where: str) -> None:
    """Refuse text that no file can hold, such as half of a surrogate pair.

    Parameters
    ----------
    text : str
        Any.
    where : str
        Named in the complaint.

    Raises
    ------
    EngineError
        If it has no form in UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EngineError(f"{where}: {text!a} is no text that can be saved") from None


def find_place(document: Document, key: str) -> Place:
    """Find the entry that a key with dots means.

    Parameters
    ----------
    document : Document
        The scenario file.
    key : str
        Such as ``positions.RUS.is`` or ``budgets.0.limit``; a name that itself has dots is
        found too.

    Returns
    -------
    Place
        The last part may be new, and a state below ``positions`` may be.

    Raises
    ------
    EngineError
        If nothing stands on the way to it.

    Examples
    --------
    >>> from coalitions.files.yaml12 import load
    >>> find_place(load("a.yaml", "positions: {RUS: {is: for}}"), "positions.RUS.is")
    ('positions', 'RUS', 'is')
    """
    parts = key.split(".")
    if not all(part.strip() for part in parts):
        raise EngineError(f"{shown(key)} is no key: write it as positions.RUS.is")
    place: list[str | int] = []
    here: Any = document.data
    while parts:
        step, taken = _step(here, parts)
        if step is None:
            new_state = (*place, *parts)[-3:-2] == ("positions",) and len(parts) <= 3
            if not isinstance(here, dict) or not (len(parts) == 1 or new_state):
                raise EngineError(_nothing(key, place, here, parts[0]))
            return (*place, *parts)
        place.append(step)
        here, parts = here[step], parts[taken:]
    return tuple(place)


def _step(here: Any, parts: Sequence[str]) -> tuple[str | int | None, int]:
    """Take the next part of a key, of as many pieces as the name there has."""
    if isinstance(here, dict):
        for taken in range(1, len(parts) + 1):
            name = ".".join(parts[:taken])
            if name in here:
                return name, taken
    if isinstance(here, list) and parts[0].isdecimal() and int(parts[0]) < len(here):
        return int(parts[0]), 1
    return None, 0


def _nothing(key: str, place: Sequence[str | int], here: Any, part: str) -> str:
    whole = ".".join(map(str, place)) or "the scenario"
    if isinstance(here, dict):
        return f"{key}: {whole} has no {part!r}{did_you_mean(part, here)}"
    if isinstance(here, list):
        return f"{key}: {whole} is a list of {len(here)}; its entries are numbered from 0"
    return f"{key}: {whole} is {shown(here)}, and nothing stands below it"


def replaced(document: Document, changes: Mapping[Place, Any]) -> Document:
    """Return a file with some entries replaced; the given one stays as it is.

    Parameters
    ----------
    document : Document
        The scenario file.
    changes : mapping
        New value by place, as :func:`plain` gives it.

    Returns
    -------
    Document
        What is new stands, for messages, where the old entry stood.

    Examples
    --------
    >>> from coalitions.files.yaml12 import load
    >>> replaced(load("a.yaml", "a: {b: 1, c: 2}"), {("a", "b"): 3}).data
    {'a': {'b': 3, 'c': 2}}
    """
    data, root = document.data, document._root
    for place, value in changes.items():
        data, root = _put(data, root, place, value)
    return Document(document.name, data, root)


def _put(data: Any, node: Node, place: Place, value: Any) -> tuple[Any, Node]:
    """Copy what lies on the way and share the rest."""
    if not place:
        return value, _node(value, node)
    part, rest = place[0], place[1:]
    child = node.children.get(part) or Node(node.position)
    here: Any = list(data) if isinstance(data, list) else dict(data)
    below = here[part] if part in node.children else {}
    here[part], fresh = _put(below, child, rest, value)
    keys = dict(node.keys)
    if isinstance(part, str):
        keys.setdefault(part, node.position)
    return here, Node(node.position, None, {**node.children, part: fresh}, keys)


def _node(value: Any, old: Node) -> Node:
    """Say of a new value that it stands where the old one stood."""
    if isinstance(value, dict):
        below: dict[str | int, Node] = {
            key: _node(part, old.children.get(key, Node(old.position)))
            for key, part in value.items()
        }
        return Node(old.position, None, below, dict.fromkeys(value, old.position))
    if isinstance(value, list):
        return Node(
            old.position, None, {i: _node(v, Node(old.position)) for i, v in enumerate(value)}
        )
    literal = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return Node(old.position, literal)


def figures_with_interval(document: Document) -> tuple[Interval, ...]:
    """List the figures of a scenario file that are given with an interval, in its order.

    Parameters
    ----------
    document : Document
        A file that makes a valid scenario.

    Returns
    -------
    tuple of Interval

    Examples
    --------
    >>> from coalitions.files.yaml12 import load
    >>> figures_with_interval(load("a.yaml", "a: {value: 2, low: 1.5, high: 3}"))
    (Interval(places=(('a',),), low=Fraction(3, 2), high=Fraction(3, 1)),)
    """
    found: dict[int, Interval] = {}
    _collect(document.data, (), found)
    return tuple(i for i in found.values() if i.low < i.high)


def _collect(here: Any, place: Place, found: dict[int, Interval]) -> None:
    if place[-3:-2] == ("positions",) and place[-1] == "margin":
        return  # of an estimate: its vote follows from the word, not from this
    if isinstance(here, dict) and "value" in here and ("low" in here or "high" in here):
        middle = here["value"]
        known = found.get(id(here))  # what an alias repeats is one figure
        found[id(here)] = Interval(
            (*(known.places if known else ()), place),
            Fraction(str(here.get("low", middle))),
            Fraction(str(here.get("high", middle))),
        )
        return
    parts = here.items() if isinstance(here, dict) else enumerate(here)
    for key, part in parts:
        if isinstance(part, dict | list):
            _collect(part, (*place, key), found)
