"""Random rules, profiles and rules in the words of the law, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from solvers.rules.roster import Roster
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

levels = st.sampled_from([0, 1, 2, 3])


@st.composite
def leaves(draw, n, size=3):
    """A leaf whose threshold lies anywhere from surely met to never met."""
    member = st.lists(st.integers(-size, size), min_size=3, max_size=3).map(sorted)
    if draw(st.booleans()):  # few kinds of members, so that some are alike
        kinds = draw(st.lists(member, min_size=1, max_size=2))
        member = st.sampled_from(kinds)
    members = draw(st.lists(member, min_size=n, max_size=n))
    no, abstain, yes = zip(*members, strict=True)
    low, high = sum(no), sum(yes)
    return Quota(yes, abstain, no, draw(st.integers(low - 1, high + 1)))


@st.composite
def rules(draw, min_players=1, max_players=5, size=3):
    n = draw(st.integers(min_players, max_players))
    titles = st.sampled_from(["", "a title"])
    node = st.recursive(
        leaves(n, size),
        lambda inner: st.builds(
            lambda make, parts, title: make(tuple(parts), title),
            st.sampled_from([AllOf, AnyOf]),
            st.lists(inner, max_size=3),
            titles,
        ),
        max_leaves=5,
    )
    return Rule(n, draw(node), tuple(f"m{i}" for i in range(n)))


@st.composite
def rules_and_profiles(draw, max_players=5, size=3):
    rule = draw(rules(max_players=max_players, size=size))
    return rule, tuple(draw(st.lists(levels, min_size=rule.n_players, max_size=rule.n_players)))


@st.composite
def rosters(draw, max_players=6):
    n = draw(st.integers(1, max_players))
    names = tuple(f"m{i}" for i in range(n))
    some = draw(st.sets(st.integers(0, n - 1), min_size=1))
    weights = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    return Roster(names, {"permanent": tuple(sorted(some))}, {"power": tuple(weights)})


shares = st.one_of(
    st.tuples(st.booleans(), st.integers(1, 6), st.integers(1, 6))
    .filter(lambda t: t[1] <= t[2])
    .map(lambda t: f"{'more than ' if t[0] else ''}{t[1]}/{t[2]}"),
    st.integers(1, 100).map(lambda p: f"{p} %"),
)


def _in_favour(n):
    group = st.sampled_from(["members", "permanent"])
    weight = st.sampled_from([None, "power"])
    base = st.sampled_from(["members", "present", "voting"])

    def build(amount, of, among, by):
        rule = {"in_favour": amount}
        if isinstance(amount, str):
            rule["of"] = of
        if among != "members":
            rule["among"] = among
        if by is not None:
            rule["weight"] = by
        return rule

    return st.builds(build, st.one_of(st.integers(1, n), shares), base, group, weight)


def laws(n):
    """Plain data of a rule for the rosters above."""
    group = st.sampled_from(["members", "permanent"])
    fewest = st.fixed_dictionaries(
        {"fewest_holding": shares, "weight": st.just("power"), "plus": st.integers(0, 2)}
    )
    atom = st.one_of(
        _in_favour(n),
        st.builds(lambda g: {"nobody_against": g}, group),
        st.builds(lambda g: {"everybody_for": g}, group),
        st.builds(lambda k: {"withholding_below": k}, st.integers(1, n)),
        st.builds(lambda f: {"withholding_below": f}, fewest),
        st.builds(lambda q: {"quorum": q}, st.one_of(st.integers(1, n), shares)),
        st.builds(lambda m, w: {"abstention_block": {"members": m, "power": w}}, shares, shares),
    )
    return st.recursive(
        atom,
        lambda inner: st.builds(
            lambda key, parts: {key: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=4,
    )
