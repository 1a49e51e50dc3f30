"""What coalitions of states can achieve, against the definition on small cases."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import pytest

from coalitions.games.scenario_game import plain_fixed, scenario_game
from coalitions.scenarios.scenario import load
from solvers.errors import EngineError, LimitError

SEVEN = {"A": 6, "B": -9, "c": 1, "d": -2, "e": -3, "f": -5, "g": -6}
SUNSET = {"A": -2, "B": 5, "c": -2, "d": 1, "e": 1}
LEAD = {"A": -1, "B": 1, "c": 1, "d": 2, "f": 4, "g": 2}
TEXTS = [  # margins, cost and effect of each lawful text; the floor is 6
    (SEVEN, 0, 10),
    ({s: m + SUNSET.get(s, 0) for s, m in SEVEN.items()}, 2, 8),
    ({s: m + LEAD.get(s, 0) for s, m in SEVEN.items()}, 1, 9),
    ({s: m + SUNSET.get(s, 0) + LEAD.get(s, 0) for s, m in SEVEN.items()}, 3, 7),
]


def carries(coalition):
    """Four votes and no permanent member against, everybody else voting against."""
    return len(coalition) >= 4 and {"A", "B"} <= set(coalition)


def worth(coalition, value):
    others = set(SEVEN) - set(coalition)
    sums = [(sum(m[s] for s in coalition), cost, effect) for m, cost, effect in TEXTS]
    if carries(coalition):
        return max(0, *(m - cost + value * effect for m, cost, effect in sums))
    if carries(others):
        return min(0, *(m for m, _, _ in sums))
    return 0


@pytest.mark.parametrize("value", [0, 1, 2, Fraction(7, 3)])
def test_seven_members_against_the_definition(value):
    found = scenario_game(load("council-of-seven"), effect_value=value)
    names = found.game.players
    assert set(names) == set(SEVEN)
    everything = chain.from_iterable(combinations(names, k) for k in range(1, 8))
    for coalition in everything:
        assert found.game.worth(coalition) == worth(coalition, value), coalition


def test_worths_are_superadditive():
    game = scenario_game(load("council-of-seven"), effect_value=3).game
    v = [game.worth(mask) for mask in range(128)]
    pairs = ((s, t) for s in range(128) for t in range(s) if not s & t)
    assert all(v[s | t] >= v[s] + v[t] for s, t in pairs)


def test_who_has_no_payoffs_votes_as_it_stands():
    found = scenario_game(load("veskar-strait"), gain="margins")
    assert len(found.game.players) == 6
    assert plain_fixed(found)["Aldmark"] == "for"
    assert plain_fixed(found)["Dravik"] == "against"
    said = {a.what for a in found.assumptions}
    assert "Dravik votes against, in no coalition" in said


def test_effect_is_what_the_council_can_do():
    found = scenario_game(load("libya-2011"))
    assert found.gain == "effect"
    five = ["CHN", "FRA", "GBR", "RUS", "USA"]
    others = [s for s in found.game.players if s not in five]
    assert found.game.worth(five + others[:4]) == 1
    assert found.game.worth(five + others[:3]) == 0
    assert found.game.worth(five[1:] + others) == 0


def test_a_state_that_is_away_is_no_player():
    found = scenario_game(load("council-of-seven").what_if(g="absent"), gain="margins")
    assert "g" not in found.game.players
    assert "g" not in plain_fixed(found)


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("libya-2011", {"gain": "margins"}, "0 states have payoffs"),
        ("libya-2011", {"gain": "money"}, "is not shared"),
        ("council-of-seven", {"effect_value": -1}, "at least 0"),
        ("libya-2011", {"effect_value": 1}, "goes with margins"),
        ("rwanda-1994", {"option": "resolution-955"}, "below the floor"),
        ("rwanda-1994", {}, "name one of the options"),
    ],
)
def test_what_cannot_be_shared_is_said(name, more, message):
    with pytest.raises(EngineError, match=message):
        scenario_game(load(name), **more)


def test_a_body_of_193_is_refused():
    with pytest.raises(LimitError, match="the limit here is 20 players"):
        scenario_game(load("syria-2012"), "assembly-february")


def test_passed_without_the_players():
    case = load("council-of-seven").what_if(A="for", B="for", c="for", d="for")
    with pytest.raises(EngineError, match="whatever the 3 players do"):
        scenario_game(case, gain="margins")
