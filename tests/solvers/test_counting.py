"""Counting coalitions: every method against the definition, and the figures of real bodies."""

from __future__ import annotations

import datetime
import subprocess
import sys
from itertools import accumulate
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import decided
from strategies import rules as ternary_rules

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.counting import (
    METHODS,
    MINIMAL_METHODS,
    TOTAL_METHODS,
    count,
    count_minimal,
    count_totals,
)
from solvers.counting.residues import combined, moduli_for
from solvers.counting.simple_games import simple_game
from solvers.counting.size_and_weight import size_and_weight
from solvers.errors import GameError, LimitError, RuleError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

DAY = datetime.date(2021, 1, 1)
PERSONS = {"table": "EU27_2018", "note": "official figures"}


def weighted(quota, weights):
    zero = (0,) * len(weights)
    return Quota(tuple(weights), zero, zero, quota)


def game(quota, weights):
    return Rule(len(weights), weighted(quota, weights))


def body(name, decision=None, reading=None, **more):
    return bind_decision(load_body(name), decision, reading, **more).rule.project("against")


def eu(decision):
    return body("eu-council", decision, day=DAY, own_roster=PERSONS)


@st.composite
def leaves(draw, n):
    kind = draw(st.sampled_from(["ones", "few", "many", "zero or one"]))
    most = {"ones": 1, "few": 3, "many": 40, "zero or one": 1}[kind]
    weights = draw(st.lists(st.integers(kind == "ones", most), min_size=n, max_size=n))
    return weighted(draw(st.integers(-1, sum(weights) + 1)), weights)


@st.composite
def binary_rules(draw, min_players=1, max_players=8):
    n = draw(st.integers(min_players, max_players))
    node = st.recursive(
        leaves(n),
        lambda inner: st.builds(
            lambda make, parts: make(tuple(parts)),
            st.sampled_from([AllOf, AnyOf]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=5,
    )
    return Rule(n, draw(node))


def definition(rule):
    """Winning, winning with each, swings, minimal and minimal with each, by size."""
    n, root = rule.n_players, rule.to_dict()["root"]
    won = [decided(root, [2 * (mask >> i & 1) for i in range(n)]) for mask in range(2**n)]
    winning, minimal = [0] * (n + 1), [0] * (n + 1)
    with_, swings, minimal_with = ([[0] * (n + 1) for _ in range(n)] for _ in range(3))
    for mask in range(2**n):
        if not won[mask]:
            continue
        members = [i for i in range(n) if mask >> i & 1]
        critical = [i for i in members if not won[mask - 2**i]]
        size = len(members)
        winning[size] += 1
        for i in members:
            with_[i][size] += 1
        for i in critical:
            swings[i][size] += 1
        if critical == members:
            minimal[size] += 1
            for i in members:
                minimal_with[i][size] += 1
    rows = [tuple(map(tuple, table)) for table in (with_, swings, minimal_with)]
    return (tuple(winning), rows[0], rows[1]), (tuple(minimal), rows[2])


def able(methods, rule):
    small = simple_game(rule)
    return [m.name for m in methods if m.refusal(small) is None]


def agrees_with_definition(rule):
    counts, minimal = definition(rule)
    for name in [*able(METHODS, rule), "auto"]:
        found = count(rule, name)
        assert (found.winning, found.winning_with, found.swings) == counts, name
        assert name in (found.method, "auto")
    for name in [*able(MINIMAL_METHODS, rule), "auto"]:
        least = count_minimal(rule, name)
        assert (least.minimal, least.minimal_with) == minimal, name
    sums = [sum(counts[0]), *(tuple(map(sum, rows)) for rows in counts[1:])]
    for name in [*able(TOTAL_METHODS, rule), "auto"]:
        totals = count_totals(rule, name)
        assert [totals.winning, totals.winning_with, totals.swings] == sums, name


@settings(max_examples=150)
@given(binary_rules())
def test_every_method_counts_as_defined(rule):
    agrees_with_definition(rule)


@settings(max_examples=60)
@given(ternary_rules(max_players=6), st.sampled_from(["against", "abstain"]))
def test_projected_rules_count_as_defined(rule, not_yes):
    agrees_with_definition(rule.project(not_yes))


@pytest.mark.parametrize("root", [AllOf(()), AnyOf(()), weighted(1, (0, 0, 0))])
def test_rules_that_always_or_never_hold(root):
    agrees_with_definition(Rule(3, root))


@settings(max_examples=15)
@given(
    st.lists(st.integers(0, 2**40), min_size=9, max_size=13),
    st.fractions(0, 1),
    st.integers(0, 13),
)
def test_methods_agree_on_large_weights(weights, share, members):
    n = len(weights)
    quota = int(share * sum(weights))
    rule = Rule(n, AllOf((weighted(quota, weights), weighted(members, (1,) * n))))
    assert _same(rule, METHODS, count)
    assert _same(rule, MINIMAL_METHODS, count_minimal)


def _same(rule, methods, ask):
    names = able(methods, rule)
    answers = {repr(ask(rule, name)).replace(repr(name), "") for name in names}
    return len(names) > 1 and len(answers) == 1


def test_remainders_join_to_long_integers():
    """Beyond 64 bits: 100 players, sums beside sizes, several moduli."""
    weights = [3 + 7 * i % 31 for i in range(100)]
    quota = 2 * sum(weights) // 3
    for root in (
        weighted(quota, weights),
        AllOf((weighted(quota, weights), weighted(70, [1] * 100))),
        AnyOf((weighted(quota, weights), weighted(60, [1] * 100))),
    ):
        rule = Rule(100, root)
        plain = count(rule, "programme")
        compiled = count(rule, "programme-compiled")
        assert (plain.winning, plain.swings) == (compiled.winning, compiled.swings)
        assert max(plain.winning) > 2**64
        if isinstance(root, Quota):
            totals = count_totals(rule, "programme-totals")
            assert totals.swings == plain.totals().swings
            assert totals.winning_with == plain.totals().winning_with


@given(binary_rules(max_players=6))
def test_dual_has_the_same_swings(rule):
    one, two = count(rule).totals(), count(rule.dual().project("against")).totals()
    assert one.swings == two.swings
    assert one.winning + two.winning == 2**rule.n_players


@given(binary_rules(max_players=6), st.randoms())
def test_relabelling_moves_the_counts(rule, random):
    order = list(range(rule.n_players))
    random.shuffle(order)

    def moved(node):
        if isinstance(node, Quota):
            return weighted(node.threshold, [node.yes[i] for i in order])
        return type(node)(tuple(moved(part) for part in node.parts))

    before, after = count(rule), count(Rule(rule.n_players, moved(rule.root)))
    assert after.swings == tuple(before.swings[i] for i in order)


def test_a_null_player_doubles_the_winning_coalitions():
    with_null = count(game(6, (4, 3, 2, 0)))
    without = count(game(6, (4, 3, 2)))
    assert sum(with_null.winning) == 2 * sum(without.winning)
    assert not any(with_null.swings[3])


# The figures of real bodies.


@pytest.mark.parametrize("method", ["types", "programme", "halves", "enumeration", "diagram"])
def test_security_council_as_the_charter_reads(method):
    counts = count(body("un-security-council", "substantive", "literal"), method).totals()
    assert counts.winning == 848
    assert sorted(set(counts.swings)) == [84, 848]


@pytest.mark.parametrize(
    ("rule", "winning", "minimal"),
    [
        (body("un-security-council", "substantive", "literal"), 848, 210),
        (body("un-security-council", "procedural"), 9949, 5005),
        (eu("qualified"), 17_715_329, 4_343_697),
        (eu("reinforced"), 1_046_150, 695_278),
        (body("un-general-assembly"), None, comb(193, 129)),
        (body("un-general-assembly", "ordinary"), 2**192, comb(193, 97)),
        (body("human-rights-council"), 2**46, comb(47, 24)),
        (body("african-union-assembly", "decision", "vote"), None, comb(55, 37)),
        (body("arab-league"), None, comb(22, 15)),
        (body("nato-council"), 1, 1),
        (
            body("uniting-for-peace", "call"),
            None,
            comb(15, 9) + sum(comb(15, j) * comb(178, 97 - j) for j in range(9)),
        ),
    ],
)
def test_bodies(rule, winning, minimal):
    counts = count(rule)
    if winning is not None:
        assert sum(counts.winning) == winning
    assert sum(count_minimal(rule).minimal) == minimal


@pytest.mark.parametrize("method", ["halves", "enumeration"])
def test_european_union_by_size(method):
    sizes = (4_233_704, 50_280, 32_805, 17_017, 6_944, 2_242, 557, 105, 22, 21)
    minimal = count_minimal(eu("qualified"), method)
    assert minimal.minimal == (0,) * 15 + sizes + (0,) * 3
    assert sum(map(sum, minimal.minimal_with)) == sum(s * x for s, x in enumerate(minimal.minimal))


def test_european_union_by_two_methods():
    halves, every = count(eu("qualified"), "halves"), count(eu("qualified"), "enumeration")
    assert (halves.winning, halves.swings) == (every.winning, every.swings)


def test_rule_with_three_kinds_of_weights():
    rule = body("eu-council", "qualified-nice", "with-population")
    counts = count(rule)
    assert (counts.method, sum(counts.winning)) == ("enumeration", 5_032_116)
    # 55 coalitions have the votes and the members, and not the people.
    assert sum(count(body("eu-council", "qualified-nice")).winning) - 55 == 5_032_116


def test_electoral_college():
    rule = body("us-electoral-college")
    weights = rule.leaves()[0].yes
    ways = [1] + [0] * sum(weights)
    for w in weights:
        ways = [a + (ways[x - w] if x >= w else 0) for x, a in enumerate(ways)]
    counts = count(rule).totals()
    assert counts.winning == sum(ways[270:])
    # The same for coalitions without California, which then need 270 or 216.
    most = weights.index(max(weights))
    rest = [1] + [0] * sum(weights)
    for i, w in enumerate(weights):
        if i != most:
            rest = [a + (rest[x - w] if x >= w else 0) for x, a in enumerate(rest)]
    assert counts.swings[most] == sum(rest[270 - weights[most] : 270])
    assert count_totals(rule, "programme-totals").swings == counts.swings
    minimal = count_minimal(rule)
    assert sum(minimal.minimal) == _minimal_of_one_quota(270, weights)


def _minimal_of_one_quota(quota, weights):
    """Coalitions that lose, and win with a member lighter than, or as light as, all of them."""
    ways, found = [1] + [0] * quota, 0
    for w in sorted(weights, reverse=True):
        found += sum(ways[max(0, quota - w) : quota])
        ways = [a + (ways[x - w] if x >= w else 0) for x, a in enumerate(ways)]
    return found


def test_federal_legislation_of_the_united_states():
    """Against a walk over how many of the House and of the Senate are for."""
    rule = body("us-federal-legislation")
    counts = count(rule)
    sizes = [0] * (rule.n_players + 1)
    for house in range(436):
        for senate in range(101):
            ways = comb(435, house) * comb(100, senate)
            for president in (0, 1):
                for vice in (0, 1):
                    passed = house >= 218 and senate >= 51 - vice
                    override = house >= 290 and senate >= 67
                    if override or (president and passed):
                        sizes[house + senate + president + vice] += ways
    assert counts.winning == tuple(sizes)
    assert count_minimal(rule).method == counts.method == "types"


def _packed_sums(weights, cells, width):
    """Coalitions by sum, in one long integer."""
    mask, table = (1 << (cells * width)) - 1, 1
    for w in sorted(weights):
        table += (table << (w * width)) & mask if w < cells else 0
    data = table.to_bytes(cells * width // 8, "little")
    step = width // 8
    return [int.from_bytes(data[i : i + step], "little") for i in range(0, len(data), step)]


def test_the_fund_at_85_percent():
    """Against long integers, without remainders: who is missing holds less than 15 percent."""
    rule = body("imf-board-of-governors", "special-85")
    weights, quota = rule.leaves()[0].yes, rule.leaves()[0].threshold
    cells = sum(weights) - quota + 1
    below = list(accumulate(_packed_sums(weights, cells, 192)))
    totals = count_totals(rule)
    assert totals.method == "programme-totals"
    assert totals.winning == below[-1]
    for i in (weights.index(max(weights)), weights.index(min(weights))):
        rest = _packed_sums([w for j, w in enumerate(weights) if j != i], cells, 192)
        assert totals.swings[i] == sum(rest[max(0, cells - weights[i]) :])


def test_the_fund_at_half_of_the_votes():
    totals = count_totals(body("imf-board-of-governors", "ordinary"))
    # More than half of an even number of votes: ties lose, and all else is won by one side.
    assert totals.winning < 2**189 < totals.winning + 2**180
    assert all(t % 2 == totals.winning % 2 for t in totals.swings)


@pytest.mark.slow
def test_amendment_of_the_articles_of_the_fund():
    both = count_totals(body("imf-board-of-governors", "amendment"))
    votes = count_totals(body("imf-board-of-governors", "special-85"))
    assert both.method == "programme-compiled"
    assert 0 < both.winning < votes.winning
    assert both.swings[0] > 0


# What is refused, and how.


def test_abstention_is_refused_in_words():
    rule = Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1, "more for than against"))
    with pytest.raises(RuleError, match=r"more for than against.*rule\.project"):
        count(rule)


def test_unknown_method():
    with pytest.raises(GameError, match="no method 'best'; there are types, programme, halves"):
        count(game(2, (1, 1, 1)), "best")


def test_a_method_that_refuses_says_its_limit():
    with pytest.raises(LimitError, match="takes 28 players; here are 29"):
        count(game(40, range(29)), "enumeration")
    with pytest.raises(LimitError, match="takes 40 players; here are 41"):
        count(game(40, range(41)), "halves")


def test_too_much_memory_is_refused_before_it_starts():
    rule = body("imf-board-of-governors", "ordinary")
    with pytest.raises(LimitError, match=r"GiB .* takes 1.75 GiB; totals over all sizes"):
        count(rule, "programme-compiled")


def test_a_diagram_that_grows_too_large_stops():
    n = 60
    primes = [p for p in range(2, 300) if all(p % d for d in range(2, p))][:n]
    one, two = [p * p for p in primes], [(p * 7919) % 9973 for p in primes]
    rule = Rule(n, AllOf((weighted(sum(one) // 2, one), weighted(sum(two) // 2, two))))
    with pytest.raises(LimitError, match=r"more than [\d,]+ nodes here, the limit"):
        count(rule)


# Parts.


@given(st.integers(0, 2**400), st.booleans())
def test_integers_come_back_from_their_remainders(number, odd):
    moduli = moduli_for(number.bit_length(), odd)
    assert combined([number % m for m in moduli], moduli) == number


def test_a_high_quota_is_counted_from_the_other_side():
    form = size_and_weight(simple_game(game(90, range(1, 14))))
    assert (form.cells, form.complements) == (2, True)


def test_plain_methods_need_no_numpy():
    code = """
import sys
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.counting import count, count_minimal
zero = (0,) * 15
permanent = Quota((1,) * 5 + (0,) * 10, zero, zero, 5)
rule = Rule(15, AllOf((Quota((1,) * 15, zero, zero, 9), permanent)))
print(sum(count(rule).winning), sum(count_minimal(rule).minimal))
zero = (0,) * 51
weights = tuple(3 + i for i in range(51))
print(count(Rule(51, Quota(weights, zero, zero, sum(weights) // 2 + 1))).method)
print([m for m in ("numpy", "numba", "scipy", "pulp") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["848 210", "programme", "[]"]
