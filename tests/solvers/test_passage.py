"""Abstention as a vote of its own, and the probability of passage, against every profile."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import ABSTAIN, NO, YES, all_profiles, decided
from power_games import COUNCIL, THREE, F, leaf, scaled, weighted
from strategies import rules

from solvers.errors import GameError, LimitError
from solvers.power import MEASURES, power_index
from solvers.power.passage import passage
from solvers.power.ternary import TERNARY_INDICES
from solvers.rules.rule import AllOf, Quota, Rule


@settings(deadline=None, max_examples=50)
@given(rule=st.one_of(rules(max_players=3), rules(4, 5)))
def test_ternary_indices_against_every_profile(rule: Rule) -> None:
    n, root = rule.n_players, rule.to_dict()["root"]
    falls = [0] * n
    for votes in all_profiles(n):
        for i, vote in enumerate(votes):
            lower = [v - (j == i) for j, v in enumerate(votes)]
            falls[i] += vote > NO and decided(root, votes) and not decided(root, lower)
    absolute, share = (index(rule) for index in TERNARY_INDICES.values())
    assert list(absolute.values) == [F(f, 3 ** (n - 1)) for f in falls]
    assert list(share.values) == scaled(falls)
    third = passage(rule, ["1/3"] * n, ["1/3"] * n)
    assert third.gradient == absolute.values


# Passage.

chances = st.fractions(0, 1, max_denominator=6)


@settings(deadline=None, max_examples=80)
@given(rule=rules(max_players=4), data=st.data())
def test_passage_against_every_profile(rule: Rule, data: st.DataObject) -> None:
    n, root = rule.n_players, rule.to_dict()["root"]
    yes = [data.draw(chances) for _ in range(n)]
    idle = [data.draw(chances) * (1 - y) for y in yes]
    found = passage(rule, yes, idle)
    chance = {YES: yes, ABSTAIN: idle, NO: [1 - y - a for y, a in zip(yes, idle, strict=True)]}

    def probability(fixed: dict[int, int]) -> F:
        total = F(0)
        for votes in all_profiles(n):
            if all(votes[i] == v for i, v in fixed.items()) and decided(root, votes):
                one = F(1)
                for i, v in enumerate(votes):
                    one *= 1 if i in fixed else chance[v][i]
                total += one
        return total

    assert found.probability == probability({})
    for i in range(n):
        given_ = {v: probability({i: v}) for v in (NO, ABSTAIN, YES)}
        assert (found.given_no[i], found.given_abstain[i], found.given_yes[i]) == (
            given_[NO],
            given_[ABSTAIN],
            given_[YES],
        )
        assert found.gradient[i] == given_[YES] - given_[NO]
        agreed = yes[i] * given_[YES] + chance[NO][i] * (1 - given_[NO])
        assert found.success[i] == agreed


def test_equal_chances_give_banzhaf_and_rae() -> None:
    half = passage(COUNCIL, ["1/2"] * 15)
    assert half.probability == MEASURES["coleman_collectivity"](COUNCIL) == F(848, 2**15)
    assert half.decisiveness == power_index(COUNCIL, "banzhaf_absolute").values
    assert half.success == power_index(COUNCIL, "rae").values


def test_passage_of_a_body_of_193() -> None:
    n = 193
    two_thirds = Rule(n, AllOf((Quota((1,) * n, (0,) * n, (-2,) * n, 0), leaf(1, *[1] * n))))
    found = passage(two_thirds, ["1/3"] * n, ["1/3"] * n)
    assert float(found.probability) == pytest.approx(8.5e-5, rel=0.01)
    assert len(set(found.gradient)) == 1


def test_certain_votes_pass_or_fail() -> None:
    assert passage(THREE, [1, 1, 0]).probability == 1
    assert passage(THREE, [1, 0, 0]).gradient == (0, 1, 1)
    assert passage(Rule(0, AllOf(())), []).probability == 1


@pytest.mark.parametrize(
    ("yes", "abstain", "message"),
    [
        ([1, 1], None, "2 probabilities to vote for for 3 players"),
        ([0.5, 0, 0], None, r"1: 0.5 is a float; write a fraction or text such as '0.4'"),
        (["half", 0, 0], None, "1: 'half' is not a probability such as '1/3'"),
        (["2/3", 0, 0], ["1/2", 0, 0], "1 votes for with probability 2/3 and abstains with 1/2"),
        ([-1, 0, 0], None, "each is at least 0"),
    ],
)
def test_bad_probabilities(yes: list, abstain: list | None, message: str) -> None:
    with pytest.raises(GameError, match=message):
        passage(THREE, yes, abstain)


def test_passage_names_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.power.passage.MAX_STATES", 10)
    with pytest.raises(LimitError, match="more than 10 states"):
        passage(weighted(40, *range(1, 11)), ["1/2"] * 10)
