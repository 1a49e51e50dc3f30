"""Rules as plain data: what they mean, and every mistake by its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.rules.template_data import TemplateError, template_from_data
from solvers.rules.templates import (
    AbstentionBlock,
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    Share,
    Template,
    WithholdingBelow,
)

MAIN = (
    "a rule has exactly one of all, any, in_favour, nobody_against, everybody_for, "
    "withholding_below, quorum, abstention_block"
)


@pytest.mark.parametrize(
    ("data", "template"),
    [
        ({"in_favour": 9}, InFavour(9)),
        (
            {"in_favour": 9, "among": "council", "weight": "power", "title": "nine"},
            InFavour(9, None, "council", "power", "nine"),
        ),
        ({"in_favour": "2/3", "of": "voting"}, InFavour(Share(2, 3), "voting")),
        ({"in_favour": " 2 / 3 ", "of": "present"}, InFavour(Share(2, 3), "present")),
        ({"in_favour": "more than 1/2", "of": "members"}, InFavour(Share(1, 2, True), "members")),
        (
            {"in_favour": "more than 35%", "of": "members"},
            InFavour(Share(35, 100, True), "members"),
        ),
        ({"in_favour": "65 %", "of": "members"}, InFavour(Share(65, 100), "members")),
        ({"nobody_against": "members"}, NobodyAgainst()),
        ({"everybody_for": "permanent", "title": "all"}, EverybodyFor("permanent", "all")),
        ({"withholding_below": 4}, WithholdingBelow(4)),
        (
            {"withholding_below": {"fewest_holding": "more than 35 %", "weight": "pop", "plus": 1}},
            WithholdingBelow(None, Share(35, 100, True), "pop", 1),
        ),
        ({"quorum": 8}, QuorumOf(8)),
        ({"quorum": "more than 1/2"}, QuorumOf(Share(1, 2, True))),
        (
            {"abstention_block": {"members": "1/3", "population": "1/3"}},
            AbstentionBlock(Share(1, 3), Share(1, 3), "population"),
        ),
        (
            {"all": [{"quorum": 2}, {"any": [{"in_favour": 1}], "title": "any"}]},
            All((QuorumOf(2), Any((InFavour(1),), "any"))),
        ),
    ],
)
def test_what_the_words_mean(data, template):
    assert template_from_data(data) == template


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (None, [((), "a rule is a mapping such as {in_favour: 9}, not None")]),
        ({}, [((), MAIN)]),
        ({"in_favor": 9}, [((), f"unknown key 'in_favor' (did you mean 'in_favour'?); {MAIN}")]),
        (
            {"weight": "x", "of": "members", "in_favor": 9},
            [((), f"unknown key 'in_favor' (did you mean 'in_favour'?); {MAIN}")],
        ),
        ({"in_favour": 9, "quorum": 3}, [((), MAIN)]),
        (
            {"in_favour": 9, "titel": "nine"},
            [(("titel",), "unknown key beside 'in_favour' (did you mean 'title'?)")],
        ),
        (
            {"nobody_against": "members", "of": "voting"},
            [(("of",), "unknown key beside 'nobody_against'")],
        ),
        ({"in_favour": 9, "title": 9}, [(("title",), "a title is a sentence")]),
        ({"in_favour": 0}, [(("in_favour",), "0 is not a number of at least 1")]),
        (
            {"in_favour": True},
            [(("in_favour",), "True is neither a number nor a share such as '2/3' or '65 %'")],
        ),
        (
            {"in_favour": 0.65, "of": "members"},
            [(("in_favour",), "0.65 is neither a number nor a share such as '2/3' or '65 %'")],
        ),
        (
            {"in_favour": "66.7 %", "of": "members"},
            [(("in_favour",), "'66.7 %' is neither a number nor a share such as '2/3' or '65 %'")],
        ),
        (
            {"in_favour": "4/3", "of": "members"},
            [(("in_favour",), "the share 4/3 is not between 0 and 1")],
        ),
        (
            {"in_favour": "1/0", "of": "members"},
            [(("in_favour",), "the share 1/0 is not between 0 and 1")],
        ),
        (
            {"in_favour": "2/3"},
            [(("of",), "a share needs 'of' as one of members, present, voting")],
        ),
        (
            {"in_favour": "2/3", "of": "member"},
            [
                (
                    ("of",),
                    "a share needs 'of' as one of members, present, voting "
                    "(did you mean 'members'?)",
                )
            ],
        ),
        (
            {"in_favour": 9, "of": "members"},
            [(("of",), "a fixed number of votes is not 'of' anything")],
        ),
        (
            {"in_favour": 9, "among": 3, "weight": ["x"]},
            [(("among",), "is a name, not 3"), (("weight",), "is a name, not ['x']")],
        ),
        ({"nobody_against": 3}, [(("nobody_against",), "names a group of members, not 3")]),
        (
            {"withholding_below": "4"},
            [(("withholding_below",), "a number of members of at least 1, not '4'")],
        ),
        (
            {"withholding_below": {"fewest_holding": "1/3"}},
            [
                (
                    ("withholding_below",),
                    "needs fewest_holding (a share), weight (a name), plus (a number)",
                )
            ],
        ),
        (
            {"abstention_block": {"members": "1/3"}},
            [(("abstention_block",), "needs a share of 'members' and a share of one weight")],
        ),
        (
            {"abstention_block": {"members": 3, "population": "1/3"}},
            [(("abstention_block",), "both numbers are shares, such as '1/3'")],
        ),
        ({"all": []}, [(("all",), "a list of at least one rule")]),
        ({"all": {"in_favour": 9}}, [(("all",), "a list of at least one rule")]),
        (
            {"all": [{"in_favour": 0}, {"any": [{"quorum": "x"}, 3]}]},
            [
                (("all", 0, "in_favour"), "0 is not a number of at least 1"),
                (
                    ("all", 1, "any", 0, "quorum"),
                    "'x' is neither a number nor a share such as '2/3' or '65 %'",
                ),
                (("all", 1, "any", 1), "a rule is a mapping such as {in_favour: 9}, not 3"),
            ],
        ),
    ],
)
def test_every_mistake_is_reported_by_its_place(data, problems):
    with pytest.raises(TemplateError) as error:
        template_from_data(data)
    assert list(error.value.problems) == problems
    path, words = problems[0]
    assert str(error.value).startswith(".".join(map(str, path)) + ": " + words if path else words)


plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["2/3", "members", "1/0", "9" * 5000 + "/3"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "all",
                    "any",
                    "in_favour",
                    "of",
                    "among",
                    "weight",
                    "title",
                    "quorum",
                    "nobody_against",
                    "everybody_for",
                    "withholding_below",
                    "members",
                    "abstention_block",
                    "fewest_holding",
                    "plus",
                    "population",
                    "x",
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@given(plain)
def test_no_data_break_the_reader(data):
    problems = None
    try:
        template = template_from_data(data)
    except TemplateError as error:
        problems = error.problems
    assert problems or isinstance(template, Template)
