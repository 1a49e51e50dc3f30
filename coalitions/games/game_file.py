"""Files of games with transferable utility: JSON and CSV, every number exact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from coalitions.errors import InputError, Problem
from coalitions.files import csv_table
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.text_files import read_text
from coalitions.games.reference_file import (
    GAMES,
    decimal,
    no_number,
    players_of,
    read_number,
    read_rule,
    table_of,
)
from solvers.errors import GameError

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = ["MAX_SIZE", "game_of", "parse_game", "read_game"]

MAX_SIZE = 20
"""Most players of a table in a file; larger games come from Python arrays."""


def read_game(path: str) -> TUGame:
    """Read a game from a file.

    Parameters
    ----------
    path : str
        A JSON or CSV file, or ``-`` for standard input.

    Returns
    -------
    TUGame
        Exact: a decimal is read as the fraction that it is.

    Raises
    ------
    InputError
        With every mistake that was found: file, line, column, what would be right.
    LimitError
        If there are more than `MAX_SIZE` players.
    """
    return parse_game("<stdin>" if path == "-" else path, read_text(path))


def parse_game(name: str, text: str) -> TUGame:
    r"""Read a game from the text of a file.

    Parameters
    ----------
    name : str
        The file, for messages.
    text : str
        JSON when it begins with a brace or a bracket, otherwise CSV with the columns
        ``coalition`` (names with ``+`` between them) and ``worth``.

    Returns
    -------
    TUGame

    Raises
    ------
    InputError, LimitError
        As :func:`read_game`.

    Examples
    --------
    >>> game = parse_game("pair.csv", "coalition,worth\nAda,1\nBen,0\nAda+Ben,4.5\n")
    >>> game.players, game.worth(["Ada", "Ben"])
    (('Ada', 'Ben'), Fraction(9, 2))
    >>> parse_game("list.json", "[0, 0, 0, 1, 1, 1, 2]").n_players
    3
    """
    if not text.lstrip().startswith(("{", "[")):
        return _from_csv(name, text)
    try:
        data = json.loads(text, parse_float=decimal, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise InputError.at(name, f"not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError:
        raise InputError.at(name, "nested too deeply for a game") from None
    except ValueError as error:
        raise InputError.at(name, f"holds a number that cannot be used: {error}") from error
    try:
        return game_of(data)
    except GameError as error:
        raise InputError.at(name, str(error)) from error


def game_of(data: object) -> TUGame:
    """Make a game of plain data.

    Parameters
    ----------
    data : object
        A mapping with ``type`` as in a file of reference cases, with ``players`` for names; a
        mapping of coalitions, with commas between the names, to worths; or a list of worths by
        size, then in lexicographic order, without the empty coalition.

    Returns
    -------
    TUGame
        Exact. A voting game is worth 1 for who wins, else 0.

    Raises
    ------
    GameError
        If it is none of these, or malformed.
    LimitError
        If there are more than `MAX_SIZE` players.

    Examples
    --------
    >>> game_of({"a": 0, "b": "1/3", "a,b": 1}).worth("b")
    Fraction(1, 3)
    """
    from solvers.games.construct import from_dict, from_list_by_size, from_rule
    from solvers.games.game import TUGame, check_size

    if isinstance(data, list):
        check_size(len(data).bit_length(), MAX_SIZE)
        return from_list_by_size([read_number(v) for v in data])
    if not isinstance(data, Mapping):
        raise GameError(f"{shown(data)} is no game: write worths by coalition, or a list of them")
    if "type" not in data:
        if "coalition" not in data and all(isinstance(key, str) for key in data):
            check_size(len(data).bit_length(), MAX_SIZE)
            return from_dict({key: read_number(value) for key, value in data.items()})
        raise GameError("a game needs a 'type', or is a mapping of coalitions to worths")
    kind = data["type"]
    if kind == "bargaining":
        raise GameError("a bargaining problem is no game with transferable utility")
    if kind not in GAMES:
        hint = did_you_mean(kind, GAMES) if isinstance(kind, str) else ""
        raise GameError(f"unknown type of game {shown(kind)}{hint}; there are {', '.join(GAMES)}")
    names = data.get("players")
    if names is not None and (
        not isinstance(names, list) or not all(isinstance(name, str) for name in names)
    ):
        raise GameError("'players' must be a list of names")
    if kind != "tu":
        game = from_rule(read_rule(data))
        return game if names is None else TUGame(_worths(game), tuple(names))
    check_size(players_of(data), MAX_SIZE)
    return TUGame(table_of(data), None if names is None else tuple(names))


def _worths(game: TUGame) -> list[Fraction]:
    return [game.worth(mask) for mask in range(1 << game.n_players)]


def _from_csv(name: str, text: str) -> TUGame:
    from solvers.games.construct import masks_by_size
    from solvers.games.game import TUGame, check_size

    table = csv_table.parse(name, text, required=["coalition", "worth"])
    check_size(len(table).bit_length(), MAX_SIZE)
    problems: list[Problem] = []
    found: dict[frozenset[str], Fraction] = {}
    order: dict[str, None] = {}
    for row in table:
        members = [m.strip() for m in row["coalition"].split("+") if m.strip()]
        order |= dict.fromkeys(members)
        key = frozenset(members)
        if len(key) != len(members):
            problems.append(table.problem(row, "coalition", "names a player twice"))
        elif key in found:
            problems.append(table.problem(row, "coalition", "has a worth already, further up"))
        found[key] = Fraction(0)
        try:
            found[key] = read_number(row["worth"])
        except GameError as error:
            problems.append(table.problem(row, "worth", str(error)))
            continue
        if not members and found[key]:
            problems.append(table.problem(row, "worth", "the empty coalition is worth 0"))
    numbers = all(player.isdecimal() for player in order)
    players = sorted(order, key=int) if numbers else list(order)
    n = len(players)
    worths = [Fraction(0)] * (1 << check_size(n, MAX_SIZE))
    missing = []
    for mask in masks_by_size(n):
        coalition = [p for i, p in enumerate(players) if mask >> i & 1]
        if frozenset(coalition) in found:
            worths[mask] = found[frozenset(coalition)]
        else:
            missing.append("+".join(coalition))
    if missing:
        some = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        problems.append(
            Problem(
                name, None, None, "coalition",
                f"{len(missing)} of {(1 << n) - 1} coalitions of the {n} players have no worth: "
                f"{some}",
            )
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    return TUGame(worths, tuple(players))
