"""Games in files: what is read, and what is refused where."""

from __future__ import annotations

from fractions import Fraction

import pytest

from coalitions.errors import InputError
from coalitions.games.game_file import game_of, parse_game, read_game
from solvers.errors import GameError, LimitError

SAME = [
    '{"type": "tu", "n": 2, "values": {"1": 1, "2": "1/3", "1,2": 2.5}}',
    '{"type": "tu", "n": 2, "bitmask_values": [0, 1, "1/3", "2.5E0"]}',
    '{"1": 1, "2": "1/3", "1,2": 2.5}',
    '[1, "1/3", 2.5]',
    "coalition,worth\n1,1\n2,1/3\n2+1,2.5\n",
]


@pytest.mark.parametrize("text", SAME)
def test_ways_to_write_a_game(text):
    game = parse_game("game", text)
    assert game.players == ("1", "2")
    assert [game.worth(m) for m in range(4)] == [0, 1, Fraction(1, 3), Fraction(5, 2)]


def test_names_may_have_blanks():
    game = parse_game(
        "a.csv", "coalition,worth\nUnited States,1\nFrance,2\nUnited States + France,4"
    )
    assert game.worth(["France", "United States"]) == 4


def test_players_of_a_table_have_names():
    game = game_of({"type": "tu", "n": 1, "values": {"1": 3}, "players": ["Ada"]})
    assert game.worth("Ada") == 3


def test_a_voting_game_is_worth_0_or_1():
    game = game_of({"type": "weighted", "quota": 51, "weights": [50, 49, 1]})
    assert [game.worth(m) for m in range(8)] == [0, 0, 0, 1, 0, 1, 0, 1]
    named = game_of({"type": "weighted", "quota": 1, "weights": [1], "players": ["Ada"]})
    assert named.players == ("Ada",)


def test_a_file_is_read_exactly(tmp_path):
    path = tmp_path / "game.json"
    path.write_text('{"1": 0.1, "2": 0.2, "1,2": 0.3}')
    assert read_game(str(path)).worth("1,2") == Fraction(3, 10)


def test_every_mistake_of_a_table_is_said():
    text = "coalition,worth\nA,1\nB,x\nA+A,2\nA,3\nC,1\n"
    with pytest.raises(InputError) as caught:
        parse_game("t.csv", text)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("t.csv: coalition: 4 of 7 coalitions of the 3 players have no worth")
    assert lines[1].startswith("t.csv:3:3: worth: 'x' is no number")
    assert lines[2] == "t.csv:4:1: coalition: names a player twice"
    assert lines[3] == "t.csv:5:1: coalition: has a worth already, further up"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "by size and then in lexicographic order"),
        ('{"a": 1, "b": 2}', r"no worth of \{a, b\}"),
        ("[0, 0, NaN]", "NaN is no number"),
        ('{"type": "tuu"}', "did you mean 'tu'"),
        ('{"type": "bargaining"}', "no game with transferable utility"),
        ('{"type": "tu", "n": 2, "bitmask_values": [0, 1, 1]}', "must list 4 numbers"),
        ('{"type": "tu", "n": 2, "bitmask_values": [1, 1, 1, 1]}', "empty"),
        ('{"type": "tu", "n": 2, "values": {"1": 0, "1,2": 0, "2,1": 1}}', "twice"),
        ('{"type": "tu", "n": 1, "values": {"1": 0}, "players": "A"}', "list of names"),
        ("[", "not JSON"),
    ],
)
def test_wrong_files(text, message):
    with pytest.raises(InputError, match=message):
        parse_game("f", text)


def test_plain_data_that_is_no_game():
    with pytest.raises(GameError, match="is no game"):
        game_of(7)


def test_the_limit_is_named_before_memory_is_used():
    with pytest.raises(LimitError, match="40 players"):
        game_of({"type": "tu", "n": 40, "values": {}})
