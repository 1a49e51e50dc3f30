"""A judged profile: which requirement failed, by how much, through whom."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from oracles import ABSENT, decided
from strategies import rules_and_profiles

from solvers.errors import RuleError
from solvers.rules.diagnosis import diagnose
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import All, InFavour, NobodyAgainst, bind
from solvers.rules.vote_changes import change_patterns, smallest_changes


@settings(max_examples=200)
@given(rules_and_profiles(max_players=5))
def test_against_the_definition(case):
    rule, profile = case
    judged = rule.diagnose(profile)
    assert judged.passed == decided(rule.to_dict()["root"], profile)
    assert judged.changes == smallest_changes(rule, profile)
    assert judged.patterns == change_patterns(rule, profile)
    assert judged.failed == tuple(f for f in judged.findings if not f.holds)
    for finding, leaf in zip(judged.findings, rule.leaves(), strict=True):
        table = {0: leaf.no, 1: leaf.abstain, 2: leaf.yes, ABSENT: (0,) * rule.n_players}
        score = sum(table[v][i] for i, v in enumerate(profile))
        assert (finding.score, finding.threshold) == (score, leaf.threshold)
        assert finding.short_by == leaf.threshold - score
        assert finding.holds == (finding.short_by <= 0)
        through = [i for i, v in enumerate(profile) if table[v][i] < leaf.yes[i]]
        assert list(finding.through) == ([] if finding.holds else through)


def test_a_double_veto_on_a_text_with_nine_votes():
    """S/2011/612: nine for, China and Russia against, four abstaining."""
    names = [
        "BIH",
        "BRA",
        "CHN",
        "COL",
        "DEU",
        "FRA",
        "GAB",
        "GBR",
        "IND",
        "LBN",
        "NGA",
        "PRT",
        "RUS",
        "USA",
        "ZAF",
    ]
    council = Roster.of(names, {"permanent": ("CHN", "FRA", "GBR", "RUS", "USA")})
    rule = bind(All((InFavour(9), NobodyAgainst("permanent"))), council)
    levels = dict.fromkeys(names, 2)
    levels |= dict.fromkeys(("CHN", "RUS"), 0) | dict.fromkeys(("BRA", "IND", "LBN", "ZAF"), 1)
    judged = diagnose(rule, [levels[name] for name in names])
    assert not judged.passed
    (veto,) = judged.failed
    assert (veto.title, veto.short_by) == ("no permanent member against", 2)
    assert [names[i] for i in veto.through] == ["CHN", "RUS"]
    assert [(names[c.player], c.before, c.after) for c in judged.changes] == [
        ("CHN", 0, 1),
        ("RUS", 0, 1),
    ]


def test_who_counts_the_same_whatever_it_does_is_not_blamed():
    leaf = Quota((1, -1, 0), (0, -1, 0), (0, -1, 0), 1)
    judged = diagnose(Rule(3, leaf), (1, 1, 0))
    assert judged.failed[0].through == (0,)


def test_a_profile_that_does_not_fit():
    with pytest.raises(RuleError, match="a profile of 2 votes; the rule has 3"):
        diagnose(Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2)), (2, 2))
