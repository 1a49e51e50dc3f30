"""Power indices: published values, the definitions tried on every coalition and order, laws."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from power_games import COUNCIL, THREE, F, leaf, scaled, weighted
from strategies import rules

from solvers.counting.counts import choose
from solvers.counting.simple_games import simple_game
from solvers.errors import GameError, LimitError, RuleError
from solvers.power import INDICES, MEASURES, power_index, power_indices
from solvers.power.critical import METHODS as CRITICAL_METHODS
from solvers.power.critical import count_critical
from solvers.power.shift import METHODS as SHIFT_METHODS
from solvers.power.shift import count_shift_minimal
from solvers.power.table import members_mask, winning_table
from solvers.power.unions import UNION_INDICES, banzhaf_owen, owen, symmetric_coalitional_banzhaf
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

Wins = Callable[[frozenset[int]], bool]


def values(name: str, rule: Rule) -> list[Fraction]:
    return list(power_index(rule, name).values)


def by_group(name: str, rule: Rule) -> tuple[Fraction, Fraction]:
    found = values(name, rule)
    assert len(set(found[:5])) == len(set(found[5:])) == 1
    return found[0], found[-1]


@pytest.mark.parametrize(
    ("name", "permanent", "elected"),
    [
        ("shapley_shubik", F(421, 2145), F(4, 2145)),
        ("banzhaf_raw", F(848), F(84)),
        ("banzhaf_absolute", F(53, 1024), F(21, 4096)),
        ("banzhaf_normalized", F(106, 635), F(21, 1270)),
        ("deegan_packel", F(1, 9), F(2, 45)),
        ("holler_public_good", F(1, 9), F(2, 45)),
        ("felsenthal", F(1, 9), F(2, 45)),
        ("shift", F(1, 9), F(2, 45)),  # homogeneous: every minimal coalition is shift minimal
        ("shift_deegan_packel", F(1, 9), F(2, 45)),
        ("colomer_martinez", F(7, 39), F(2, 195)),
        ("coleman_prevent", F(1), F(21, 212)),
        ("coleman_initiate", F(53, 1995), F(1, 380)),
        ("tijs", F(1, 5), F(0)),
        ("koenig_braeuninger", F(1), F(233, 424)),
    ],
)
def test_security_council(name: str, permanent: Fraction, elected: Fraction) -> None:
    assert by_group(name, COUNCIL) == (permanent, elected)


# Literature and the tests of other packages; each says where.
PUBLISHED = [
    # Alonso-Meijide and Freixas 2010, example 2.6
    ("shift", weighted(5, 4, 3, 1, 1, 1), "1/5 1/5 1/5 1/5 1/5"),
    # CoopGame 0.2.2, after Stach 2016, p. 105; two games given by their minimal coalitions
    ("public_help_xi", weighted(3, 2, 1, 1), "11/24 13/48 13/48"),
    ("public_help_xi", weighted(5, 3, 2, 2, 0), "43/108 77/324 77/324 41/324"),
    ("nevison", weighted(3, 2, 1, 1), "3/4 1/2 1/2"),
    ("koenig_braeuninger", weighted(2, 1, 1, 0), "1 1 1/2"),
    ("public_help_theta", weighted(10, 7, 3, 3), "3/7 2/7 2/7"),
    ("public_help_theta", weighted(10, 8, 4, 1), "2/5 2/5 1/5"),
    ("rae", weighted(5, 2, 1, 1, 1), "9/16 9/16 9/16 9/16"),
    ("rae", weighted(2, 1, 1, 0), "3/4 3/4 1/2"),
    ("johnston", weighted(10, 7, 3, 3), "2/3 1/6 1/6"),
    ("shapley_shubik", THREE, "2/3 1/6 1/6"),
    ("banzhaf_normalized", THREE, "3/5 1/5 1/5"),
    # Chakravarty, Mitra and Sarkar, through CoopGame
    ("banzhaf_absolute", weighted(12, 8, 6, 4, 2), "5/8 3/8 3/8 1/8"),
    # Felsenthal: of [4; 3, 1, 1, 1] only the pairs with the first member are smallest
    ("felsenthal", weighted(4, 3, 1, 1, 1), "1/2 1/6 1/6 1/6"),
    # by hand: {1,2} and {1,3} of [3; 2, 1, 1]
    ("colomer_martinez", weighted(3, 2, 1, 1), "2/3 1/6 1/6"),
    # by hand: unanimity of n is worth 2^-n / n to each
    ("coleman_shapley", weighted(3, 1, 1, 1), "1/24 1/24 1/24"),
]


@pytest.mark.parametrize(("name", "rule", "expected"), PUBLISHED)
def test_published_values(name: str, rule: Rule, expected: str) -> None:
    assert values(name, rule) == [F(v) for v in expected.split()]


def test_shift_index_of_a_game_that_is_not_complete() -> None:
    """Example 2.7 of Alonso-Meijide and Freixas 2010."""
    sets = [(0, 1, 2), (0, 1, 3), (0, 1, 4), (0, 2, 3), (2, 3, 4)]
    rule = Rule(5, AnyOf(tuple(leaf(3, *(int(i in s) for i in range(5))) for s in sets)))
    for method in SHIFT_METHODS:
        found = count_shift_minimal(rule, method.name)
        assert [sum(row) for row in found.shift_with] == [1, 1, 1, 1, 2]
    assert values("shift", rule) == [F(1, 6)] * 4 + [F(1, 3)]


def test_rounded_values_of_a_reference_table() -> None:
    """Shapley-Shubik, normalised and absolute Banzhaf, rounded to eight digits."""
    eleven = weighted(27, *[5] * 5, *[1] * 6)  # the Council before 1966: seven, with the five
    table = [
        (COUNCIL, 0, 0.19627040, 0.16692913, 0.05175781),
        (COUNCIL, 5, 0.00186480, 0.01653543, 0.00512695),
        (eleven, 0, 0.19740260, 0.18095238, 0.05566406),
        (eleven, 5, 0.00216450, 0.01587302, 0.00488281),
    ]
    for rule, player, *expected in table:
        names = ("shapley_shubik", "banzhaf_normalized", "banzhaf_absolute")
        found = [values(name, rule)[player] for name in names]
        assert [float(v) for v in found] == pytest.approx(expected, abs=1.1e-8)


# The definitions, on every coalition; nothing below this line calls the code under test.


class Game:
    """A game as the list of its winning coalitions."""

    def __init__(self, n: int, wins: Wins) -> None:
        self.n = n
        every = [
            frozenset(c) for size in range(n + 1) for c in itertools.combinations(range(n), size)
        ]
        self.every = every
        self.winning = {s for s in every if wins(s)}
        self.minimal = [s for s in self.winning if not any(s - {i} in self.winning for i in s)]

    def critical(self, s: frozenset[int]) -> list[int]:
        return [i for i in s if s in self.winning and s - {i} not in self.winning]

    def swings(self, i: int) -> list[frozenset[int]]:
        return [s for s in self.winning if i in self.critical(s)]

    def stronger(self, i: int, j: int) -> bool:
        rest = [s for s in self.every if i not in s and j not in s]
        weak = all(s | {i} in self.winning for s in rest if s | {j} in self.winning)
        return weak and any(s | {i} in self.winning and s | {j} not in self.winning for s in rest)

    def shift_minimal(self) -> list[frozenset[int]]:
        return [
            s
            for s in self.minimal
            if not any(
                self.stronger(i, j) and (s - {i}) | {j} in self.winning
                for i in s
                for j in set(range(self.n)) - s
            )
        ]


def pivots(n: int, winning: set[frozenset[int]], orders: Iterator[Sequence[int]]) -> list[F]:
    """Share of the orders in which each player turns losing into winning."""
    found, number = [0] * n, 0
    for order in orders:
        number += 1
        for k, i in enumerate(order):
            before = frozenset(order[:k])
            found[i] += before | {i} in winning and before not in winning
    return [F(f, number) for f in found]


def averaged(sets: Sequence[frozenset[int]], n: int) -> list[F]:
    sets = [s for s in sets if s]
    return [
        sum((F(1, len(s)) for s in sets if i in s), F(0)) / len(sets) if sets else F(0)
        for i in range(n)
    ]


def over(amounts: Sequence[int], total: int) -> list[F]:
    return [F(a, total) if total else F(0) for a in amounts]


def defined(game: Game) -> dict[str, list[F]]:
    """Every index by its definition."""
    n, players = game.n, range(game.n)
    swings = [len(game.swings(i)) for i in players]
    with_ = [sum(i in s for s in game.winning) for i in players]
    nonempty = [s for s in game.winning if s]
    johnston = [sum((F(1, len(game.critical(s))) for s in game.swings(i)), F(0)) for i in players]
    smallest = [s for s in game.minimal if len(s) == min(map(len, game.minimal))]
    shift = game.shift_minimal()
    veto = [all(i in s for s in game.winning) and bool(game.winning) for i in players]
    coleman_shapley = [F(0)] * n
    for t in game.every:
        inside = {s for s in game.winning if s <= t}
        for i, v in enumerate(pivots(n, inside, itertools.permutations(t))):
            coleman_shapley[i] += v / 2**n
    squares = [sum((F(1, len(s) ** 2) for s in nonempty if i in s), F(0)) for i in players]
    ones = sum((F(1, len(s)) for s in nonempty), F(0))
    same = [
        sum((s in game.winning) == (i in s) for s in game.every) for i in players
    ]  # the outcome is as i voted
    return {
        "shapley_shubik": pivots(n, game.winning, itertools.permutations(players)),
        "banzhaf_raw": [F(s) for s in swings],
        "banzhaf_absolute": over(swings, 2 ** (n - 1)),
        "banzhaf_normalized": scaled(swings),
        "coleman_prevent": over(swings, len(game.winning)),
        "coleman_initiate": over(swings, 2**n - len(game.winning)),
        "rae": over(same, 2**n),
        "coleman_shapley": coleman_shapley,
        "koenig_braeuninger": over(with_, len(game.winning)),
        "nevison": over(with_, 2 ** (n - 1)),
        "public_help_theta": scaled(with_),
        "public_help_xi": [q / ones if ones else F(0) for q in squares],
        "tijs": scaled([int(v) for v in veto]),
        "johnston": scaled(johnston),
        "deegan_packel": averaged(game.minimal, n),
        "holler_public_good": scaled([sum(i in s for s in game.minimal) for i in players]),
        "felsenthal": averaged(smallest, n),
        "shift": scaled([sum(i in s for s in shift) for i in players]),
        "shift_deegan_packel": averaged(shift, n),
    }


def tried(rule: Rule, other: int = NO) -> Game:
    root = rule.to_dict()["root"]

    def wins(s: frozenset[int]) -> bool:
        return decided(root, [YES if i in s else other for i in range(rule.n_players)])

    return Game(rule.n_players, wins)


simple_rules = st.one_of(rules(max_players=4), rules(5, 6), rules(5, 6, 5)).map(
    lambda rule: rule.project("against")
)
weighted_rules = st.lists(st.integers(0, 5), min_size=1, max_size=7).flatmap(
    lambda w: st.integers(1, sum(w) + 1).map(lambda q: weighted(q, *w))
)


def agrees(rule: Rule) -> None:
    game = tried(rule)
    expected = defined(game)
    assert expected.keys() | {"colomer_martinez"} == INDICES.keys()
    for found in power_indices(rule, expected):
        assert list(found.values) == expected[found.name], found.name
    assert MEASURES["winning_count"](rule) == len(game.winning)
    assert MEASURES["mwc_count"](rule) == len(game.minimal)
    assert MEASURES["coleman_collectivity"](rule) == F(len(game.winning), 2**game.n)


@settings(deadline=None, max_examples=150)
@given(rule=simple_rules)
def test_every_index_against_its_definition(rule: Rule) -> None:
    agrees(rule)


@settings(deadline=None, max_examples=60)
@given(rule=weighted_rules)
def test_weighted_games_against_the_definitions(rule: Rule) -> None:
    agrees(rule)
    game, weights = tried(rule), rule.leaves()[0].yes
    assert values("colomer_martinez", rule) == [
        sum((F(weights[i], sum(weights[j] for j in s)) for s in game.minimal if i in s), F(0))
        / max(len(game.minimal), 1)
        for i in range(game.n)
    ]


@settings(deadline=None, max_examples=80)
@given(rule=st.one_of(simple_rules, weighted_rules), data=st.data())
def test_methods_agree(rule: Rule, data: st.DataObject) -> None:
    game = simple_game(rule)
    for methods, count in (
        (CRITICAL_METHODS, count_critical),
        (SHIFT_METHODS, count_shift_minimal),
    ):
        able = [m.name for m in methods if m.refusal(game) is None]
        assert len(able) >= 2
        found = [count(rule, name) for name in able]
        assert [f.method for f in found] == able
        for one in found[1:]:
            assert vars(one) | {"method": ""} == vars(found[0]) | {"method": ""}


@pytest.mark.parametrize("n", [13, 16])
def test_methods_agree_on_games_that_need_several_blocks(n: int) -> None:
    rule = weighted(3 * n, *range(1, n + 1))
    by_weights, by_table = (count_critical(rule, name) for name in ("weights", "table"))
    assert by_weights.critical == by_table.critical
    table = winning_table(simple_game(rule))
    assert table.bit_count() == MEASURES["winning_count"](rule)
    for coalition in (0, 5, 2**n - 1, 2 ** (n - 1) + 3, 3**7 % 2**n):
        weight = sum(i + 1 for i in range(n) if coalition >> i & 1)
        assert bool(table >> coalition & 1) == (weight >= 3 * n)


def test_chunks_of_the_table_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule(8, AllOf((leaf(9, 5, 4, 3, 3, 2, 2, 1, 1), leaf(4, *[1] * 8))))
    whole = count_critical(rule, "table").critical
    monkeypatch.setattr("solvers.power.critical.CHUNK", 3)
    assert count_critical(rule, "table").critical == whole == count_critical(rule).critical


@pytest.mark.parametrize("n", [1, 2, 5])
def test_member_masks(n: int) -> None:
    for i in range(n):
        assert members_mask(n, i) == sum(1 << s for s in range(2**n) if s >> i & 1)


# Laws.


@settings(deadline=None, max_examples=40)
@given(rule=simple_rules)
def test_laws(rule: Rule) -> None:
    game = tried(rule)
    found = {index.name: index.values for index in power_indices(rule, defined(game))}
    decides = bool(game.winning) and len(game.winning) < 2**game.n
    for name in ("shapley_shubik", "banzhaf_normalized", "johnston", "deegan_packel",
                 "holler_public_good", "felsenthal", "shift", "shift_deegan_packel"):  # fmt: skip
        assert sum(found[name]) == int(decides), name
        for i in range(game.n):
            if not game.swings(i):  # a null player
                assert found[name][i] == 0
    assert sum(found["coleman_shapley"]) == F(len(game.winning), 2**game.n) - (
        1 if frozenset() in game.winning else 0
    )
    for i, j in itertools.combinations(range(game.n), 2):
        if all(
            (s | {i} in game.winning) == (s | {j} in game.winning)
            for s in game.every
            if not s & {i, j}
        ):
            assert all(v[i] == v[j] for v in found.values())
    dual = rule.dual().project("against")
    for name in ("shapley_shubik", "banzhaf_raw", "banzhaf_absolute", "banzhaf_normalized", "rae"):
        assert power_index(dual, name).values == found[name]
    for one, other in (("coleman_prevent", "coleman_initiate"),):
        assert power_index(dual, one).values == found[other]


@settings(deadline=None, max_examples=40)
@given(rule=simple_rules, data=st.data())
def test_relabelling_moves_the_values(rule: Rule, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(rule.n_players)))

    def moved(node: Node) -> Node:
        if isinstance(node, Quota):
            yes, abstain, no = (
                tuple(r[i] for i in order) for r in (node.yes, node.abstain, node.no)
            )
            return Quota(yes, abstain, no, node.threshold)
        return type(node)(tuple(moved(part) for part in node.parts))

    other = Rule(rule.n_players, moved(rule.root))
    names = [name for name in INDICES if name != "colomer_martinez"]
    for a, b in zip(power_indices(rule, names), power_indices(other, names), strict=True):
        assert b.values == tuple(a.values[i] for i in order)


# Unions.


def whole_orders(unions: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    for order in itertools.permutations(unions):
        for inner in itertools.product(*(itertools.permutations(u) for u in order)):
            yield [i for part in inner for i in part]


def coalitional(game: Game, unions: list[list[int]], ordered: bool) -> list[F]:
    """Sets of other unions; orders or sets of the own union."""
    found = [F(0)] * game.n
    for own in unions:
        others = [u for u in unions if u is not own]
        for chosen in itertools.product([0, 1], repeat=len(others)):
            base = frozenset(i for u, c in zip(others, chosen, strict=True) if c for i in u)
            share = F(1, 2 ** len(others))
            if ordered:
                inside = {s - base for s in game.winning if base <= s <= base | set(own)}
                for i, v in enumerate(pivots(game.n, inside, itertools.permutations(own))):
                    found[i] += share * v
                continue
            for i in own:
                rest = [j for j in own if j != i]
                for some in itertools.product([0, 1], repeat=len(rest)):
                    s = base | {j for j, c in zip(rest, some, strict=True) if c}
                    swing = s | {i} in game.winning and s not in game.winning
                    found[i] += share * F(swing, 2 ** len(rest))
    return found


@settings(deadline=None, max_examples=40)
@given(
    rule=st.one_of(simple_rules, weighted_rules.filter(lambda r: r.n_players < 7)), data=st.data()
)
def test_unions_against_the_definitions(rule: Rule, data: st.DataObject) -> None:
    n, game = rule.n_players, tried(rule)
    labels = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    unions = [[i for i in range(n) if labels[i] == k] for k in sorted(set(labels))]
    assert list(owen(rule, unions).values) == pivots(n, game.winning, whole_orders(unions))
    assert list(banzhaf_owen(rule, unions).values) == coalitional(game, unions, False)
    found = symmetric_coalitional_banzhaf(rule, unions).values
    assert list(found) == coalitional(game, unions, True)
    singles = [[i] for i in range(n)]
    for alone in (singles, []):
        assert owen(rule, alone).values == power_index(rule, "shapley_shubik").values
        assert banzhaf_owen(rule, alone).values == power_index(rule, "banzhaf_absolute").values
    together = [list(range(n))]
    assert owen(rule, together).values == power_index(rule, "shapley_shubik").values


@pytest.mark.parametrize("index", UNION_INDICES.values())
@pytest.mark.parametrize(
    ("unions", "message"),
    [([[0, 9]], "player 9 of a union is none of the 3 players"), ([[0], [0, 1]], "in two unions")],
)
def test_bad_unions(index: Callable[..., object], unions: list[list[int]], message: str) -> None:
    with pytest.raises(GameError, match=message):
        index(THREE, unions)


# What is refused.


def test_a_rule_with_abstention_is_refused_with_the_way_out() -> None:
    veto = Rule(2, Quota((1, 1), (0, 0), (-2, -2), 1))
    with pytest.raises(RuleError, match="project"):
        power_index(veto, "shapley_shubik")
    assert values("shapley_shubik", veto.project("against")) == [F(1, 2), F(1, 2)]


def test_an_unknown_index_is_refused() -> None:
    with pytest.raises(GameError, match="no power index 'shapely'; there are shapley_shubik"):
        power_index(THREE, "shapely")


def test_index_and_game_that_do_not_go_together() -> None:
    double = Rule(2, AllOf((leaf(2, 2, 1), leaf(2, 1, 2))))
    with pytest.raises(GameError, match="a single weighted requirement"):
        power_index(double, "colomer_martinez")
    with pytest.raises(LimitError, match="players² times quota"):
        power_index(weighted(10**9, 10**9, 7, 5), "colomer_martinez")


def test_games_beyond_the_limits_are_refused_in_words() -> None:
    rule = Rule(30, AllOf((leaf(300, *range(1, 31)), leaf(5, *range(30, 0, -1)))))
    with pytest.raises(LimitError, match=r"types takes 400,000 .*weights takes a single .*27 pl"):
        count_critical(rule)
    with pytest.raises(LimitError, match="table takes 20 players"):
        count_shift_minimal(rule)
    with pytest.raises(LimitError, match="the limit is 4,096: join fewer members"):
        owen(rule, [range(13)])
    with pytest.raises(LimitError, match="limit is 27"):
        winning_table(simple_game(rule))
    with pytest.raises(GameError, match="no method 'x'"):
        choose(CRITICAL_METHODS, simple_game(rule), "x")


def test_degenerate_games() -> None:
    for rule in (Rule(2, AllOf(())), Rule(2, AnyOf(()))):
        found = power_indices(rule, [n for n in INDICES if n not in ("rae", "nevison")])
        zero = {f.name for f in found if not any(f.values)}
        assert zero >= {"shapley_shubik", "banzhaf_normalized", "johnston", "colomer_martinez"}


def test_every_index_says_what_it_is() -> None:
    for index in (*INDICES.values(), *MEASURES.values()):
        assert index.name
        assert index.title
        assert index.formula
        assert index.source
