"""The voting suite: what its answers are judged by, and its cases on games of a few players."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import decided

from coalitions.cli.bench import benchmark_module
from solvers.counting import count_totals
from solvers.listing import minimal_winning_masks
from solvers.power import power_index
from solvers.rules.rule import Rule

harness = benchmark_module("harness")
peers = benchmark_module("peers")
results = benchmark_module("results")
fund = benchmark_module("suite_voting_fund")
judges = benchmark_module("suite_voting_judges")
lists = benchmark_module("suite_voting_lists")
processes = benchmark_module("suite_voting_processes")
rules = benchmark_module("suite_voting_rules")
suite = benchmark_module("suite_voting")
weighted = benchmark_module("suite_voting_weighted")

Case, Contestant = harness.Case, harness.Contestant
GAME = st.lists(st.integers(1, 9), min_size=2, max_size=7).flatmap(
    lambda w: st.tuples(st.integers(1, sum(w)), st.just(w))
)


def swings_by_definition(quota, weights):
    n = len(weights)
    root = {"yes": weights, "no": [0] * n, "abstain": [0] * n, "threshold": quota}
    won = [decided(root, [2 * (mask >> i & 1) for i in range(n)]) for mask in range(2**n)]
    return tuple(
        sum(won[mask] and not won[mask ^ 1 << i] for mask in range(2**n) if mask >> i & 1)
        for i in range(n)
    )


@settings(max_examples=60)
@given(GAME)
def test_judges_agree_with_the_definition(game):
    quota, weights = game
    swings = swings_by_definition(quota, weights)
    counts = judges.by_enumeration(weights, lambda sizes, sums: sums >= quota)
    polynomials = judges.by_polynomials(quota, weights)
    assert judges.swings_of(*counts) == swings == polynomials[0]
    assert judges.shapley_of(*counts) == polynomials[1]
    assert sum(polynomials[1]) == 1
    winning = sum(counts[0])
    assert judges.fund_totals(quota, weights, (winning, swings)) is None


def test_enumeration_sees_sizes():
    counts = judges.by_enumeration([3, 2, 2, 1], lambda sizes, sums: (sizes >= 3) & (sums >= 6))
    assert counts[0] == [0, 0, 0, 3, 1]
    assert counts[1][0] == [0, 0, 0, 3, 1]
    assert counts[1][3] == [0, 0, 0, 2, 1]


def test_wrong_totals_of_a_fund_are_found():
    quota, weights = 8, [5, 4, 3, 2, 1]
    totals = count_totals(Rule(5, weighted.weighted(quota, weights)))
    winning, swings = totals.winning, totals.swings
    assert judges.fund_totals(quota, weights, (winning, swings)) is None
    assert "winning" in judges.fund_totals(quota, weights, (winning + 1, swings))
    assert "largest" in judges.fund_totals(quota, weights, (winning, (swings[0] + 1, *swings[1:])))
    assert "fewer" in judges.fund_totals(quota, weights, (winning, (*swings[:4], swings[3] + 1)))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((3, 1, 1), None),
        ([0.6, 0.2, 0.2], None),
        ([0.75, 0.25, 0.25], None),
        ((3, 1, 2), "answers 2 instead of 1 at 2"),
        ((6, 2, 2), "answers 6 instead of 3 at 0"),
        ([0.6, 0.2, 0.2001], "instead of 0.6 at 0"),
        ([float("nan"), 0.2, 0.2], "answers nan"),
        ((3, 1), "answers 2 numbers instead of 3"),
    ],
)
def test_exact_numbers_are_equal_and_floats_proportional(answer, fault):
    found = judges.proportional([3, 1, 1])(tuple(answer) if len(answer) == 0 else answer)
    assert found is None if fault is None else fault in found


def test_several_rows():
    complaint = judges.proportional([3, 1, 1], [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)])
    assert complaint(((3, 1, 1), [4.0, 1.0, 1.0])) is None
    assert "at 0" in complaint(((3, 1, 1), [3.0, 1.0, 1.0]))
    assert complaint((3, 1, 1)) == "answers tuple, not 2 rows"


def test_one_answer_only():
    complaint = judges.exact((1, 2))
    assert complaint((1, 2)) is None
    assert complaint((1, 3)) == "answers 3 instead of 2 at 1"
    assert complaint((1,)) == "answers 1 numbers instead of 2"
    assert complaint(None) == "answers None instead of (1, 2)"


def test_votes_of_the_fund():
    votes = fund.fund_votes()
    assert (len(votes), sum(votes)) == (190, 5_200_000)
    assert votes == fund.fund_votes()
    assert min(votes) > 1000
    assert 0.15 < max(votes) / sum(votes) < 0.18


def test_tables_of_the_suite():
    assert sum(weighted.electors()) == 538
    assert len(weighted.electors()) == 51
    assert sum(weighted.union_thousands()) == 446_471


def test_cases_of_weighted_games_run():
    quota, weights = 8, [5, 4, 3, 2, 1]
    swings, values = judges.by_polynomials(quota, weights)
    for case in (
        weighted._banzhaf("small", quota, weights, swings, 0.0, weighted.SLOW),
        weighted._shapley("small", quota, weights, values, 0.0, weighted.SLOW),
    ):
        rows = harness.measure("voting", case, 3)
        statuses = {row.contestant: row.status for row in rows}
        assert statuses.pop("powerindices") in ("anchor", "missing")
        assert set(statuses.values()) <= {"ok", "missing"}, statuses
        assert [row.status for row in rows if row.ours] == ["ok", "ok"]


def test_floats_of_a_fund_are_judged():
    swings = [1 << 100, 1 << 90]
    close = fund._close(swings)
    values = [s / 2**189 for s in swings]
    assert close(np.array(values)) is None
    assert "relative error" in close(np.array([values[0] * (1 + 1e-12), values[1]]))
    assert "sum to 1" in fund._sums_to_one(None)


def test_federal_swings_by_definition():
    senate, house = 2, 3
    found = rules.federal_swings(senate, house)
    n = 2 + senate + house

    def wins(mask):
        vice, signs = mask & 1, mask >> 1 & 1
        senators = (mask >> 2 & 2**senate - 1).bit_count()
        members = (mask >> 2 + senate).bit_count()
        majority = senators >= 2 or (senators == 1 and vice)
        return bool((signs and members >= 2 and majority) or (members >= 2 and senators >= 2))

    first = {"vice-president": 0, "president": 1, "senate": 2, "house": 2 + senate}
    for kind, i in first.items():
        swings = sum(wins(m) and not wins(m ^ 1 << i) for m in range(2**n) if m >> i & 1)
        assert found[kind] == swings, kind


def test_federal_figures():
    """As published: a quarter for the President, a fiftieth for a senator, a hundredth."""
    found = rules.federal_swings(100, 435)
    share = {kind: swings / 2**536 for kind, swings in found.items()}
    assert share["president"] == pytest.approx(0.25, abs=1e-9)
    assert share["vice-president"] == pytest.approx(0.0198973, abs=1e-7)
    assert share["senate"] == pytest.approx(0.0198973, abs=1e-7)
    assert share["house"] == pytest.approx(0.0095694, abs=1e-7)


def test_security_council_case():
    rows = harness.measure("voting", rules._council(0.0), 3)
    assert {row.status for row in rows} <= {"anchor", "ok", "missing"}
    assert next(row for row in rows if row.ours).status == "ok"


def test_lists_are_looked_at():
    weights = [4, 3, 2, 1]
    wins = lists._one_quota(weights, 6)
    masks = np.concatenate(list(minimal_winning_masks(Rule(4, weighted.weighted(6, weights)))))
    assert wins(masks) is None
    assert wins(np.append(masks, masks[0])) == "lists a coalition twice"
    assert wins(np.array([0b1110])) is None
    assert wins(np.array([0b1100])) == "lists a coalition that loses"
    assert wins(np.array([0b1101])) == "lists a coalition that wins without player 3"
    rule = Rule(4, weighted.weighted(6, weights))
    rows = harness.measure("voting", lists._case("small", rule, wins, 0.0), 3)
    assert [row.status for row in rows] == ["anchor", "ok", "ok"]
    liar = lists._case("small", rule, lambda masks: "a lie", 0.0)
    assert [row.status for row in harness.measure("voting", liar, 3)][1:] == ["wrong", "wrong"]


def test_a_peer_that_is_not_installed():
    found = peers.peer("none", "no_such_package", lambda: None)
    assert found.missing == (
        "needs the package no_such_package: pip install 'coalition-engine[peers]'"
    )
    assert peers.peer("numpy", "numpy", lambda: None).missing is None


@pytest.mark.parametrize(
    ("module", "power"),
    [
        ("powerindices", peers.powerindices_power),
        ("powerindex", peers.powerindex_power),
        ("tucoopy", peers.tucoopy_power),
        ("coopgame", peers.coopgame_power),
        ("power_bdd", lambda i, q, w: peers.bdd_power(peers.weighted_leaf(q, w), i)[0]),
    ],
)
def test_peers_answer_as_we_do(module, power):
    pytest.importorskip(module)
    quota, weights = 8, [5, 4, 3, 2, 1]
    rule = Rule(5, weighted.weighted(quota, weights))
    for index, own in (("banzhaf", "banzhaf_raw"), ("shapley_shubik", "shapley_shubik")):
        right = power_index(rule, own).values
        assert judges.proportional(right)(power(index, quota, weights)) is None
    assert weights == [5, 4, 3, 2, 1]


def test_answers_as_figures():
    """Bytes are compared with bytes, once."""
    calls = []

    def answers(name, number):
        return lambda: calls.append(name) or number

    case = Case(
        "memory",
        Contestant("limit", lambda: 100),
        (
            Contestant("small", answers("small", 50), True, 1.0, None, lambda a: f"{a} bytes"),
            Contestant("large", answers("large", 150), True, 1.0, None, lambda a: f"{a} bytes"),
            Contestant("text", answers("text", "x"), True, 1.0),
            Contestant("plain", answers("plain", 7)),
            Contestant("broken", lambda: 1 / 0, True, 1.0),
        ),
        lambda answer: None,
        clock="answer",
    )
    rows = harness.measure("s", case, 9)
    assert calls == ["small", "large", "text", "plain"]
    assert [row.met for row in rows] == [None, True, False, False, None, False]
    assert [row.note for row in rows][1:3] == ["50 bytes", "150 bytes"]
    assert {row.cpu_ratio for row in rows} == {None}
    assert results.remarks(rows)[1] == "s: memory: large: bar missed: 150 bytes"


def test_a_missed_bar_is_told_by_its_own_clock():
    row = harness.Row("s", "c", "slow", True, "ok", None, 1.0, 1.0, 9.0, 2.0, 9, 8.0, False, "wall")
    assert results.remarks([row])[1] == "s: c: slow: 9 times the anchor, the bar is 8"


def test_fresh_processes():
    assert processes.fresh("import sys; print(sys.argv[1:])", "a", "b") == "['a', 'b']\n"
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        processes.fresh("1 / 0")
    text = processes.fresh(
        processes.IMPORTED, "power", "[51; 50, 49, 1]", "--format", "csv", "click,numpy,numba"
    )
    assert text.splitlines()[-1] == "imported click"


@pytest.mark.slow
def test_memory_of_a_small_body():
    peak, ended = processes.peak_memory("[3; 2, 1, 1]", 60)
    assert 10 * 2**20 < peak < 2**30
    assert ended.endswith("done")


def test_memory_is_a_row_with_its_figure(monkeypatch):
    monkeypatch.setattr(processes, "MEMORY", "print(3 * 2**30, 'done', 'stopped', 'done')")
    limit, row = harness.measure("voting", processes._memory("a-body", 1), 3)
    assert (limit.status, row.status, row.met) == ("anchor", "ok", False)
    assert row.note == "3.00 GiB; runs: 2 done, 1 stopped"


def test_every_theme_is_in_the_suite(monkeypatch):
    for module in (weighted, fund, rules, lists, processes):
        monkeypatch.setattr(module, "cases", lambda quick, module=module: [(module, quick)])
    assert list(suite.cases(True)) == [(m, True) for m in (weighted, fund, rules, lists, processes)]


def test_small_bodies_by_closed_form():
    """What the fresh processes are judged by."""
    assert dict((name, value) for name, _, value in processes.SMALL) == {
        "un-security-council": pytest.approx((1 - 10 * 4 / 2145) / 5),
        "nato-council": 1 / 32,
        "un-general-assembly": 1 / 193,
    }
