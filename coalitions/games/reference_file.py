"""Files of reference cases: exact numbers, games, and what is expected of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

from coalitions.errors import InputError
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.text_files import read_text
from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

__all__ = ["FORMAT", "GAMES", "players_of", "read_cases", "read_number", "read_rule", "table_of"]

FORMAT = "coalition-reference-cases/1"
MAX_TABLE = 12  # players of a table of worths that is read as a voting game
_NUMBER = re.compile(r"[-+]?\d+(/\d+)?|[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)


def read_cases(path: str) -> list[Any]:
    """Read the cases of a reference file; each is checked when it is run.

    Parameters
    ----------
    path : str
        A JSON file, or ``-`` for standard input.

    Returns
    -------
    list
        The cases as they stand in the file; decimals are exact fractions.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON, or is no file of reference cases.
    """
    text = read_text(path)
    name = "<stdin>" if path == "-" else path
    try:
        data = json.loads(text, parse_float=decimal, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise InputError.at(name, f"not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError:
        raise InputError.at(name, "nested too deeply for a file of reference cases") from None
    except ValueError as error:
        raise InputError.at(name, f"holds a number that cannot be used: {error}") from error
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise InputError.at(name, f"is no file of reference cases: 'format' must be {FORMAT!r}")
    cases = data.get("cases")
    if not isinstance(cases, list) or not cases:
        raise InputError.at(name, "'cases' must be a list of at least one case")
    return cases


def decimal(text: str) -> Fraction:
    """Read a decimal of a JSON file as the fraction that it is; for ``parse_float``."""
    if not _NUMBER.fullmatch(text) or len(text) > 1000:
        raise ValueError(f"{shown(text)} is out of range")
    return Fraction(text)


def no_number(text: str) -> Fraction:
    """Refuse ``NaN`` and ``Infinity`` in a JSON file; for ``parse_constant``."""
    raise ValueError(f"{text} is no number")


def read_number(value: object) -> Fraction:
    """Read an exact number: an integer, a decimal, or text such as ``"2/3"`` or ``"1.5E-3"``.

    Parameters
    ----------
    value : object
        What stands in the file.

    Returns
    -------
    Fraction

    Raises
    ------
    GameError
        If it is something else.

    Examples
    --------
    >>> read_number("2/3"), read_number("1.5E-1"), read_number(7)
    (Fraction(2, 3), Fraction(3, 20), Fraction(7, 1))
    """
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    text = value.strip() if isinstance(value, str) else ""
    if len(text) <= 1000 and _NUMBER.fullmatch(text):
        try:
            return Fraction(text)
        except ZeroDivisionError:
            pass
    raise GameError(f"{shown(value)} is no number such as 7, '2/3' or '1.5E-3'")


def read_rule(game: object) -> Rule:
    """Read a voting game of a reference file.

    Parameters
    ----------
    game : object
        A mapping with ``type`` ``weighted``, ``vector_weighted`` or ``compound``, or ``tu``
        when the worths are 0 and 1 and never fall as a coalition grows.

    Returns
    -------
    Rule
        On yes and not-yes; fractions are scaled to integers exactly.

    Raises
    ------
    GameError
        If it is malformed, or no voting game.
    LimitError
        If a table of worths is too large to be read as a voting game.

    Examples
    --------
    >>> read_rule({"type": "weighted", "quota": "3/2", "weights": [1, "1/2"]}).leaves()[0].yes
    (2, 1)
    """
    kind = _kind(game)
    if kind not in VOTING:
        raise GameError(f"a game of type {kind!r} is no voting game")
    node = VOTING[kind](game)
    n = next(len(leaf.yes) for leaf in _leaves(node)) if kind != "tu" else players_of(game)
    return Rule(n, node).project("against")


def _kind(game: object) -> str:
    kind = game.get("type") if isinstance(game, Mapping) else None
    if kind not in GAMES:
        hint = did_you_mean(kind, GAMES) if isinstance(kind, str) else ""
        raise GameError(f"unknown type of game {shown(kind)}{hint}; there are {', '.join(GAMES)}")
    return str(kind)


def players_of(game: object) -> int:
    """Count the players of a game given by a table of worths.

    Parameters
    ----------
    game : object
        A mapping with ``n``.

    Returns
    -------
    int

    Raises
    ------
    GameError
        If ``n`` is no number of players.
    """
    n = game.get("n") if isinstance(game, Mapping) else None
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise GameError(f"'n' is {shown(n)}; it is the number of players, at least 1")
    return n


def _leaves(node: Node) -> Sequence[Quota]:
    if isinstance(node, Quota):
        return [node]
    return [leaf for part in node.parts for leaf in _leaves(part)]


def _weighted(rule: Any) -> Quota:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("weights"), list):
        raise GameError("a weighted rule needs a 'quota' and a list 'weights'")
    if not rule["weights"]:
        raise GameError("a weighted rule needs at least one weight")
    numbers = [read_number(w) for w in rule["weights"]]
    quota = read_number(rule.get("quota"))
    for place, weight in enumerate(numbers, start=1):
        if weight < 0:
            raise GameError(f"the weight of player {place} is {weight}; it must be at least 0")
    scale = lcm(quota.denominator, *(w.denominator for w in numbers))
    zero = (0,) * len(numbers)
    return Quota(tuple(int(w * scale) for w in numbers), zero, zero, int(quota * scale))


def _all(game: Any) -> AllOf:
    parts = game.get("all") if isinstance(game, Mapping) else None
    if not isinstance(parts, list) or not parts:
        raise GameError("'all' must be a list of at least one weighted rule")
    return AllOf(_alike([_weighted(part) for part in parts]))


def _any(game: Any) -> AnyOf:
    parts = game.get("any")
    if not isinstance(parts, list) or not parts:
        raise GameError("'any' must be a list of at least one entry with 'all'")
    nodes = [_all(part) for part in parts]
    _alike([leaf for node in nodes for leaf in _leaves(node)])
    return AnyOf(tuple(nodes))


def _alike(leaves: list[Quota]) -> tuple[Quota, ...]:
    lengths = {len(leaf.yes) for leaf in leaves}
    if len(lengths) > 1:
        raise GameError(f"rules with {' and '.join(map(str, sorted(lengths)))} weights in one game")
    return tuple(leaves)


def _table(game: Any) -> AnyOf:
    """Read a table of worths 0 and 1 as any of its minimal winning coalitions."""
    n = players_of(game)
    if n > MAX_TABLE:
        raise LimitError(f"a table of {n} players as a voting game: the limit is {MAX_TABLE}")
    worth = table_of(game)
    wins = [False] * (1 << n)
    for mask in range(1, 1 << n):
        if worth[mask] not in (0, 1):
            raise GameError(f"no voting game: a coalition is worth {worth[mask]}")
        wins[mask] = worth[mask] == 1
        if not wins[mask] and any(wins[mask & ~(1 << i)] for i in range(n) if mask >> i & 1):
            raise GameError("no voting game: a winning coalition loses when somebody joins")
    zero = (0,) * n
    minimal = [
        members
        for size in range(1, n + 1)
        for members in combinations(range(n), size)
        if wins[sum(1 << i for i in members)]
        and not any(wins[sum(1 << j for j in members if j != i)] for i in members)
    ]
    return AnyOf(
        tuple(
            Quota(tuple(int(i in members) for i in range(n)), zero, zero, len(members))
            for members in minimal
        )
    )


def table_of(game: Mapping[str, Any]) -> list[Fraction]:
    """Read the worth of every coalition.

    Parameters
    ----------
    game : mapping
        With ``n``, and ``values`` by coalition or ``bitmask_values``.

    Returns
    -------
    list of Fraction, length 2**n
        By bitmask; the first player is bit 0.

    Raises
    ------
    GameError
        If a worth is missing or no number, or a coalition is unknown or given twice.

    Examples
    --------
    >>> table_of({"n": 1, "values": {"1": "1/2"}})
    [Fraction(0, 1), Fraction(1, 2)]
    """
    n = players_of(game)
    if "bitmask_values" in game:
        listed = game["bitmask_values"]
        if not isinstance(listed, list) or len(listed) != 1 << n:
            raise GameError(f"'bitmask_values' must list {1 << n} numbers for {n} players")
        return [read_number(v) for v in listed]
    given = game.get("values")
    if not isinstance(given, Mapping) or len(given) != (1 << n) - 1:
        raise GameError(f"'values' must give a number for each of {(1 << n) - 1} coalitions")
    worth = [Fraction(0)] * (1 << n)
    for key, value in given.items():
        members = key.split(",")
        if not all(m.isascii() and m.isdigit() and 1 <= int(m) <= n for m in members):
            raise GameError(f"'values': {shown(key)} is no coalition such as '1,3'")
        worth[sum({1 << int(m) - 1 for m in members})] = read_number(value)
    if len({frozenset(map(int, key.split(","))) for key in given}) != len(given):
        raise GameError("'values' gives a coalition twice")
    return worth


VOTING: dict[str, Any] = {
    "weighted": _weighted,
    "vector_weighted": _all,
    "compound": _any,
    "tu": _table,
}
GAMES = (*VOTING, "bargaining")
"""Types of games that a file may hold."""
