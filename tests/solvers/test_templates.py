"""Rules in the words of the law against the same words in fractions; pitfalls; refusals."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import all_profiles, lawful
from strategies import laws, rosters

from solvers.errors import RuleError
from solvers.rules.roster import Roster
from solvers.rules.template_data import template_from_data
from solvers.rules.templates import (
    AbstentionBlock,
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    Share,
    WithholdingBelow,
    bind,
    weights_used,
)


@st.composite
def laws_and_rosters(draw):
    roster = draw(rosters(max_players=5))
    data = draw(laws(roster.n_players))
    template = template_from_data(data)
    try:
        bind(template, roster)
    except RuleError:
        assume(False)
    return data, template, roster


@settings(max_examples=400)
@given(laws_and_rosters())
def test_binding_keeps_the_words_of_the_law(case):
    data, template, roster = case
    rule = bind(template, roster)
    for p in all_profiles(roster.n_players, (0, 1, 2, 3) if roster.n_players < 5 else (0, 1, 2)):
        assert rule.evaluate(p) == lawful(data, p, roster.groups, roster.weights), p


@settings(max_examples=200)
@given(laws_and_rosters(), st.data())
def test_who_is_absent_when_bound_is_absent_in_the_vote(case, data):
    _, template, roster = case
    away = data.draw(st.sets(st.integers(0, roster.n_players - 1)))
    rule = bind(template, roster, absent=[roster.names[i] for i in away])
    whole = bind(template, roster)
    for p in all_profiles(roster.n_players):
        there = [3 if i in away else v for i, v in enumerate(p)]
        assert rule.evaluate(p) == whole.evaluate(there)


@settings(max_examples=200)
@given(laws_and_rosters(), st.data())
def test_recusal_takes_members_out_of_the_share_and_the_vote(case, data):
    law, template, roster = case
    aside = data.draw(st.sets(st.integers(0, roster.n_players - 1), max_size=roster.n_players - 1))
    try:
        rule = bind(template, roster, recused=[roster.names[i] for i in aside])
    except RuleError as error:  # who is left has no weight to hold a share of
        assume("together do not hold" not in str(error))
        raise
    for p in all_profiles(roster.n_players):
        assert rule.evaluate(p) == lawful(law, p, roster.groups, roster.weights, aside)


@given(st.integers(0, 10**18), st.integers(1, 10**6), st.data(), st.booleans())
def test_shares_are_rounded_exactly(total, den, data, more):
    num = data.draw(st.integers(0, den))
    number = Share(num, den, more).of(total)
    part = Fraction(num, den) * total
    assert number > part if more else number >= part
    assert number - 1 <= part if more else number - 1 < part


TWO_THIRDS, HALF = Share(2, 3), Share(1, 2, more_than=True)


def votes(yes, no, abstain, absent=0):
    return [2] * yes + [0] * no + [1] * abstain + [3] * absent


def body(n, **groups):
    return Roster.of([str(i) for i in range(n)], groups)


# The recorded totals of A/RES/71/248: two thirds of whom?
def test_two_thirds_of_whom():
    assembly = body(193)
    cast = votes(105, 15, 52, absent=21)
    readings = {
        b: bind(InFavour(TWO_THIRDS, b), assembly).evaluate(cast)
        for b in ("members", "present", "voting")
    }
    assert readings == {"members": False, "present": False, "voting": True}


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "members", "present"),
    [
        (137, 12, 17, True, True),
        (133, 12, 31, True, True),
        (107, 12, 59, False, False),
        (105, 15, 52, False, False),
        (141, 5, 35, True, True),
        (93, 24, 58, False, False),
    ],
)
def test_the_six_assembly_votes_under_each_reading(yes, no, abstain, members, present):
    cast = votes(yes, no, abstain, 193 - yes - no - abstain)
    assembly = body(193)
    assert bind(InFavour(TWO_THIRDS, "voting"), assembly).evaluate(cast)
    assert bind(InFavour(TWO_THIRDS, "members"), assembly).evaluate(cast) == members
    assert bind(InFavour(TWO_THIRDS, "present"), assembly).evaluate(cast) == present


def test_consensus_is_met_by_all_abstaining_and_by_nothing_less():
    rule = bind(NobodyAgainst(), body(5))
    assert rule.evaluate([1] * 5)
    minimal = [
        p
        for p in all_profiles(5)
        if rule.evaluate(p)
        and not any(v and rule.evaluate([*p[:i], v - 1, *p[i + 1 :]]) for i, v in enumerate(p))
    ]
    assert minimal == [(1,) * 5]


@pytest.mark.parametrize(
    ("template", "worth"),
    [
        (InFavour(TWO_THIRDS, "voting"), 2),
        (InFavour(HALF, "voting"), 1),
        (InFavour(TWO_THIRDS, "members"), 0),
        (InFavour(TWO_THIRDS, "present"), 0),
    ],
)
def test_what_turning_a_no_into_an_abstention_is_worth_in_votes(template, worth):
    rule = bind(template, body(30))

    def needed(no, abstain):
        """Fewest yes votes among twenty that are cast, for given other votes."""
        passing = (
            y for y in range(21) if rule.evaluate(votes(y, no, abstain, 30 - y - no - abstain))
        )
        return next(passing, None)

    if template.base == "voting":
        assert needed(5, 2) - needed(4, 3) == worth
    else:
        whole = [rule.evaluate(votes(y, 5, 25 - y)) for y in range(26)]
        assert whole == [rule.evaluate(votes(y, 4, 26 - y)) for y in range(26)]


def test_recusal_changes_the_roster_but_not_a_fixed_number():
    council = body(15, permanent=[str(i) for i in range(5)])
    law = All((InFavour(9), NobodyAgainst("permanent")))
    rule = bind(law, council, recused=["0"])
    assert not rule.evaluate([2] * 9 + [1] * 6)  # one of the nine is recused
    assert rule.evaluate([0] + [2] * 9 + [1] * 5)
    literal = bind(All((InFavour(9), EverybodyFor("permanent"))), council, recused=["0"])
    winning = {
        p
        for p in itertools.product((0, 2), repeat=14)
        if literal.evaluate((0, *p)) and sum(p) == 18
    }
    assert len(winning) == 252
    without_elected = bind(All((InFavour(9), EverybodyFor("permanent"))), council, recused=["14"])
    assert (
        sum(
            without_elected.evaluate((*p, 0)) and sum(p) == 18
            for p in itertools.product((0, 2), repeat=14)
        )
        == 126
    )


def test_a_member_that_is_absent_cannot_concur():
    trio = body(3, permanent=["0"])
    assert not bind(EverybodyFor("permanent"), trio, absent=["0"]).evaluate((2, 2, 2))
    assert bind(EverybodyFor("permanent"), trio, recused=["0"]).evaluate((2, 2, 2))
    assert bind(NobodyAgainst("permanent"), trio, absent=["0"]).evaluate((0, 0, 0))


def test_members_are_rounded_up_in_integers():
    numbers = {
        n: bind(InFavour(TWO_THIRDS, "members"), body(n)).leaves()[0].threshold
        for n in (9, 15, 22, 34, 35, 55, 57, 193)
    }
    assert numbers == {9: 6, 15: 10, 22: 15, 34: 23, 35: 24, 55: 37, 57: 38, 193: 129}
    assert bind(InFavour(Share(55, 100), "members"), body(27)).leaves()[0].threshold == 15
    assert bind(InFavour(Share(72, 100), "members"), body(27)).leaves()[0].threshold == 20


@pytest.mark.parametrize("absent", range(8))
def test_the_common_foreign_policy_block_exhaustively(absent):
    """Six members: abstainers of a third of the members that hold a third of the population."""
    populations = (30, 25, 20, 10, 8, 7)
    roster = Roster.of(
        "abcdef", weights={"population": dict(zip("abcdef", populations, strict=True))}
    )
    law = All((NobodyAgainst(), AbstentionBlock(Share(1, 3), Share(1, 3), "population")))
    away = ["abcdef"[i] for i in range(3) if absent >> i & 1]
    rule = bind(law, roster, absent=away)
    for p in all_profiles(6):
        idle = [i for i, v in enumerate(p) if v == 1 and "abcdef"[i] not in away]
        against = any(v == 0 and "abcdef"[i] not in away for i, v in enumerate(p))
        block = 3 * len(idle) >= 6 and 3 * sum(populations[i] for i in idle) >= 100
        assert rule.evaluate(p) == (not against and not block)


def test_all_abstaining_loses_the_common_foreign_policy():
    roster = Roster.of("abc", weights={"population": {"a": 1, "b": 1, "c": 1}})
    law = All((NobodyAgainst(), AbstentionBlock(Share(1, 3), Share(1, 3), "population")))
    assert not bind(law, roster).evaluate((1, 1, 1))


def test_a_vote_without_weight_supports_nothing():
    roster = Roster.of("ab", weights={"power": {"a": 0, "b": 5}})
    rule = bind(InFavour(Share(1, 2), "voting", weight="power"), roster)
    assert not rule.evaluate((2, 1))
    assert rule.evaluate((1, 2))


def test_a_share_of_nobody_is_met_by_nobody():
    trio = body(3, permanent=["0"])
    rule = bind(InFavour(Share(1, 2), "members", among="permanent"), trio, recused=["0"])
    assert not any(map(rule.evaluate, all_profiles(3)))


def test_words_of_templates():
    trio = Roster.of("abc", {"permanent": "ab"}, {"power": dict(a=5000, b=1, c=1)})
    words = {
        InFavour(2): "at least 2 votes in favour",
        InFavour(5000, weight="power"): "at least 5,000 of power in favour",
        InFavour(2, among="permanent"): "at least 2 votes in favour among permanent",
        InFavour(TWO_THIRDS, "members"): "at least 2/3 of members in favour (2 of 3)",
        InFavour(
            Share(65, 100), "members", weight="power"
        ): "at least 65 % of power in favour (3,252 of 5,002)",
        InFavour(
            HALF, "voting"
        ): "more than 1/2 of those voting (abstentions do not count) in favour",
        InFavour(
            TWO_THIRDS, "present", weight="power"
        ): "at least 2/3 of those present in favour by power",
        NobodyAgainst(): "no member against",
        NobodyAgainst("permanent"): "no permanent member against",
        EverybodyFor(): "every member in favour",
        EverybodyFor("permanent"): "every permanent in favour",
        WithholdingBelow(2): "fewer than 2 members not in favour",
        QuorumOf(TWO_THIRDS): "at least 2 members present",
        Any(
            (InFavour(2), NobodyAgainst())
        ): "at least 2 votes in favour, or else no member against",
        All((InFavour(2),), "in words"): "in words",
        AbstentionBlock(
            Share(1, 3), Share(1, 3), "power"
        ): "abstainers are not at least 1/3 of members, or abstainers do not hold at least 1/3 "
        "of power",
    }
    for template, sentence in words.items():
        assert bind(template, trio).describe() == sentence


def test_weights_used():
    law = All(
        (
            Any((InFavour(1, weight="a"), NobodyAgainst())),
            AbstentionBlock(Share(1, 3), Share(1, 3), "b"),
            WithholdingBelow(None, Share(1, 3), "c"),
        )
    )
    assert weights_used(law) == {"a", "b", "c"}
    assert weights_used(QuorumOf(1)) == frozenset()


REFUSED = [
    (
        WithholdingBelow(None, Share(1, 1, more_than=True), "power"),
        "all members together do not hold more than 1/1 of power",
    ),
    (
        InFavour(9),
        "nobody can meet 'at least 9 votes in favour': all members together reach 5 of 9",
    ),
    (
        InFavour(3, among="permanent"),
        "nobody can meet 'at least 3 votes in favour among permanent': "
        "all members together reach 2 of 3",
    ),
    (
        InFavour(Share(1, 1, more_than=True), "members"),
        "nobody can meet 'more than 1/1 of members in favour (6 of 5)': "
        "all members together reach 5 of 6",
    ),
    (
        InFavour(Share(1, 1, more_than=True), "voting"),
        "nobody can meet 'more than 1/1 of those voting (abstentions do not count) in favour': "
        "all members together reach 0 of 1",
    ),
    (InFavour(0), "nobody can miss 'at least 0 votes in favour': it holds when all vote against"),
    (
        InFavour(Share(0, 1), "members"),
        "nobody can miss 'at least 0/1 of members in favour (0 of 5)': "
        "it holds when all vote against",
    ),
    (
        WithholdingBelow(6),
        "nobody can miss 'fewer than 6 members not in favour': it holds when all vote against",
    ),
    (
        WithholdingBelow(0),
        "nobody can meet 'fewer than 0 members not in favour': all members together reach 5 of 6",
    ),
    (
        QuorumOf(6),
        "nobody can meet 'at least 6 members present': all members together reach 5 of 6",
    ),
    (
        NobodyAgainst("nobody"),
        "nobody can miss 'no nobody member against': it holds when all vote against",
    ),
    (
        EverybodyFor("elected"),
        "the roster has no group 'elected'; it has members, nobody, permanent",
    ),
    (InFavour(1, weight="votes"), "the roster has no weights 'votes'; it has power"),
    (WithholdingBelow(), "withholding_below needs a number, or a share that somebody holds"),
]


@pytest.mark.parametrize(("template", "message"), REFUSED)
def test_rules_that_nobody_can_meet_or_miss_are_refused(template, message):
    five = Roster.of(
        "abcde", {"permanent": "ab", "nobody": ""}, {"power": dict.fromkeys("abcde", 1)}
    )
    for law in (template, All((NobodyAgainst(), template)), Any((template, NobodyAgainst()))):
        with pytest.raises(RuleError) as error:
            bind(law, five)
        assert str(error.value) == message


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Share(3, 2), "the share 3/2 is not between 0 and 1"),
        (lambda: Share(-1, 2), "the share -1/2 is not between 0 and 1"),
        (lambda: Share(1, 0), "the share 1/0 is not between 0 and 1"),
        (lambda: InFavour(Share(1, 2)), "a share is one of members, present, voting, not of None"),
        (
            lambda: InFavour(Share(1, 2), "member"),
            "a share is one of members, present, voting, not of 'member'",
        ),
        (lambda: InFavour(2, "voting"), "2 votes are a fixed number, not one of voting"),
        (
            lambda: bind(InFavour(2), body(3), absent=["3", "x"]),
            "3, x is no member; members: 0, 1, 2",
        ),
        (
            lambda: bind(InFavour(2), body(3), recused=["0", "1", "2"]),
            "all members are recused: nobody is left to decide",
        ),
        (lambda: Roster.of([]), "a roster needs at least one member"),
        (lambda: Roster.of("aba"), "a stands in the roster more than once"),
        (lambda: Roster.of("ab", {"p": "ac"}), "group 'p' names c, who is no member"),
        (lambda: Roster(("a",), {"p": (1,)}), "group 'p' names player 1; there are 1"),
        (
            lambda: Roster.of("ab", {"members": "a"}),
            "no group can be named 'members': that is everybody",
        ),
        (
            lambda: Roster.of("ab", weights={"power": {"a": 0.5, "b": 1}}),
            "weight 'power' of a is 0.5; weights are integers of at least 0 (multiply fractions "
            "by their common denominator)",
        ),
        (
            lambda: Roster.of("ab", weights={"power": {"a": -1, "b": 1}}),
            "weight 'power' of a is -1; weights are integers of at least 0 (multiply fractions "
            "by their common denominator)",
        ),
        (lambda: Roster.of("ab", weights={"power": {"a": 1}}), "weight 'power' is missing for b"),
        (
            lambda: Roster.of("a", weights={"power": {"a": 1, "z": 1}}),
            "weight 'power' names z, who is no member",
        ),
        (
            lambda: Roster(("a",), {}, {"power": (1, 2)}),
            "weight 'power' has 2 values for 1 members",
        ),
    ],
)
def test_what_is_unknown_or_malformed_is_refused(build, message):
    with pytest.raises(RuleError) as error:
        build()
    assert str(error.value) == message


def test_a_group_that_repeats_a_member_counts_it_once():
    roster = Roster.of("abc", {"pair": ["b", "a", "a"]})
    assert roster.group("pair") == (0, 1)
    assert bind(EverybodyFor("pair"), roster).evaluate((2, 2, 0))
