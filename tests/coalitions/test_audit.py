"""Payoffs against recorded votes: the ladder of aid to Syria, and small cases tried by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coalitions.bodies.recorded_votes import find_vote
from coalitions.cli import main
from coalitions.files import datasets
from coalitions.forecasts.audit import audit, audit_checks
from coalitions.forecasts.audit_payoffs import LinearPayoff, MemberAudit, judge
from coalitions.forecasts.audit_texts import OfferedText, read_texts
from solvers.errors import EngineError, LimitError
from solvers.rules.votes import ABSTAIN, NO, YES

JULY = ("S/2020/683", "S/RES/2533(2020)")


def member(points, votes) -> MemberAudit:
    """Judge a member by its votes on texts with these features."""
    texts = tuple(
        OfferedText(f"T{i}", "2020-01-01", tuple(map(Fraction, x)), {"AAA": v})
        for i, (x, v) in enumerate(zip(points, votes, strict=True))
    )
    return judge("AAA", texts, len(points[0]))


def pairs(m: MemberAudit) -> list[tuple[str, str]]:
    return [(m.texts[i].symbol, m.texts[j].symbol) for i, j in m.same]


def test_the_july_pair_of_2020_is_found() -> None:
    found = {m.state: m for m in audit().members}
    before, after = (find_vote(symbol).votes for symbol in JULY)
    changed = {s for s in before if before[s] != after[s]}
    assert {"GBR", "USA", "FRA", "DEU", "BEL", "EST", "RUS", "CHN"} <= changed
    assert {s for s, m in found.items() if JULY in pairs(m)} == changed
    for state in changed:
        assert found[state].verdict == "no payoff in these features"
        assert found[state].payoff is None
    assert ("S/RES/2504(2020)", "S/2020/667") in pairs(found["RUS"])  # thresholds drift
    assert ("S/2019/962", "S/RES/2504(2020)") in pairs(found["GBR"])  # the deadline
    assert found["ZAF"].verdict == "consistent"


def test_the_ladder_says_what_the_texts_offer() -> None:
    features, texts = read_texts("cross-border-ladder")
    assert features == ("crossings", "months")
    assert [(t.symbol, *map(int, t.features)) for t in texts] == [
        ("S/2019/961", 3, 12),
        ("S/2019/962", 2, 6),
        ("S/RES/2504(2020)", 2, 6),
        ("S/2020/654", 2, 12),
        ("S/2020/658", 1, 6),
        ("S/2020/667", 2, 6),
        ("S/2020/683", 1, 12),
        ("S/RES/2533(2020)", 1, 12),
        ("S/RES/2642(2022)", 1, 6),
    ]
    for row in datasets.table("votes", "cross-border-ladder.csv"):
        assert row["source"]


def test_who_tabled_a_draft_takes_the_july_pair_away(tmp_path: Path) -> None:
    lines = ["symbol,crossings,months,russian"]
    for row in datasets.table("votes", "cross-border-ladder.csv"):
        russian = int(row["note"] == "Russian draft")
        lines.append(f"{row['symbol']},{row['crossings']},{row['months']},{russian}")
    file = tmp_path / "texts.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = {m.state: m for m in audit(file).members}
    assert JULY not in pairs(found["RUS"])
    assert pairs(found["RUS"]) == [("S/RES/2504(2020)", "S/2020/667")]  # other contradictions stay
    assert found["DEU"].verdict == "consistent"
    assert found["DEU"].payoff is not None
    assert found["DEU"].payoff.weights[2] < 0
    assert audit(file, features=["months"]).features == ("months",)


@st.composite
def records(draw):
    n = draw(st.integers(1, 2))
    grid = st.tuples(*[st.integers(0, 3)] * n)
    points = draw(st.lists(grid, min_size=1, max_size=6))
    votes = draw(st.lists(st.integers(0, 2), min_size=len(points), max_size=len(points)))
    return points, votes


def fits_by_hand(points, votes) -> bool:
    """Whether some line separates the votes in order: every direction that matters is tried.

    The order in which a direction puts points of the grid changes only where it is at right
    angles to a difference of two of them; those directions and one between any two are enough.
    """
    n = len(points[0])
    if n == 1:
        directions = [(1,), (-1,), (0,)]
    else:
        steps = [(a, b) for a in range(-3, 4) for b in range(-3, 4) if (a, b) != (0, 0)]
        between = [(a + c, b + d) for (a, b), (c, d) in product(steps, repeat=2)]
        directions = sorted({(0, 0), *steps, *between})
    for w in directions:
        worth = [sum(a * x for a, x in zip(w, p, strict=True)) for p in points]
        ranks = list(product(range(len(points)), repeat=2))
        if all(worth[i] < worth[j] for i, j in ranks if votes[i] < votes[j]):
            return True
    return False


@given(records())
def test_payoffs_and_contradictions_by_hand(case) -> None:
    points, votes = case
    found = member(points, votes)
    clash = [
        (i, j)
        for i, j in combinations(range(len(points)), 2)
        if points[i] == points[j] and votes[i] != votes[j]
    ]
    assert list(found.same) == clash
    fits = fits_by_hand(points, votes)
    assert (found.payoff is not None) == fits
    if found.payoff is not None:
        assert found.payoff.band >= 0
        assert [found.payoff.vote(x) for x in points] == votes
        assert found.irreducible == ()
    else:
        kept = found.irreducible
        assert not fits_by_hand([points[i] for i in kept], [votes[i] for i in kept])
        for i in kept:
            rest = [j for j in kept if j != i]
            assert fits_by_hand([points[j] for j in rest], [votes[j] for j in rest])
    monotone = [
        signs
        for signs in product((1, -1), repeat=len(points[0]))
        if not any(
            votes[i] > votes[j]
            and all(s * a <= s * b for s, a, b in zip(signs, points[i], points[j], strict=True))
            for i, j in product(range(len(points)), repeat=2)
        )
    ]
    assert found.directions == (monotone[0] if monotone else None)
    if found.payoff is not None:
        assert monotone  # a linear payoff is monotone
    if clash:
        assert not monotone


def test_monotone_but_not_linear() -> None:
    # for both ends of a trade-off: against what lies short of the line between them, or on it
    found = member([(0, 4), (1, 1), (4, 0)], [YES, NO, YES])
    assert found.verdict == "consistent"
    found = member([(0, 4), (2, 2), (4, 0)], [YES, NO, YES])
    assert (found.verdict, found.directions) == ("no linear payoff", (1, 1))
    assert found.irreducible == (0, 1, 2)


def test_neither_rising_nor_falling() -> None:
    found = member([(0,), (1,), (2,)], [YES, ABSTAIN, YES])
    assert found.verdict == "no monotone payoff"
    assert found.irreducible == (0, 1, 2)
    assert len(found.ill_ordered) == 2


def test_the_band_of_abstention() -> None:
    payoff = LinearPayoff((Fraction(2),), Fraction(5), Fraction(1))
    assert [payoff.vote([Fraction(x)]) for x in (3, "5/2", 2, "19/10")] == [YES, YES, ABSTAIN, NO]
    found = member([(1,), (2,), (3,)], [NO, ABSTAIN, YES])
    assert found.payoff is not None
    assert found.payoff.band > 0


def test_a_saved_audit_is_checked_again() -> None:
    found = audit(members=["RUS", "PER", "ZAF"])
    assert found.verify()
    data = json.loads(found.to_json())
    assert all(holds for _, holds in audit_checks(data["certificate"], data["answer"]))

    def broken(*path, to) -> bool:
        wrong = json.loads(found.to_json())
        here = wrong
        for part in path[:-1]:
            here = here[part]
        assert here[path[-1]] != to
        here[path[-1]] = to
        return not all(h for _, h in audit_checks(wrong["certificate"], wrong["answer"]))

    rus = found.members.index(next(m for m in found.members if m.state == "RUS"))
    per = found.members.index(next(m for m in found.members if m.state == "PER"))
    assert broken("answer", "members", rus, "same_offer_other_vote", to=[])
    assert broken("answer", "members", rus, "irreducible", to=[])
    assert broken("answer", "members", rus, "verdict", to="no linear payoff")
    assert broken("answer", "members", per, "payoff", "band", to="7")
    assert broken("answer", "members", per, "votes", 0, "vote", to="abstain")
    assert broken("certificate", "members", rus, "multipliers", to=["0", "0", "0"])
    assert broken("certificate", "members", rus, "directions", to=[1, 1])
    assert broken("certificate", "members", rus, "without", to=[])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sybol,x\nS/2020/667,1\n", r"no column 'symbol' \(did you mean 'sybol'\?\)"),
        ("symbol,note\nS/2020/667,x\n", "name at least one feature"),
        ("symbol,x\nS/2020/667,many\n", "texts.csv:2: x: 'many' is no number"),
        ("symbol,x\nS/2020/667,\n", "texts.csv:2: x: '' is no number"),
        ("symbol,x\nS/2020/667,1/0\n", "texts.csv:2: x: '1/0' is no number"),
        ("symbol,x\nS/2020/667,1e99999999\n", "texts.csv:2: x: '1e99999999' is no number"),
        ("symbol,x\nS/2020/9999,1\n", "texts.csv:2: no recorded Security Council vote"),
        ("symbol,x\nOral amendment,1\n", "texts.csv:2: .* name one with vote_id"),
    ],
)
def test_wrong_files(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "texts.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EngineError, match=said):
        audit(file)


def test_wrong_questions(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="'ISL' voted on none of the texts"):
        audit(members=["ISL"])
    with pytest.raises(EngineError, match=r"no column 'month' \(did you mean 'months'\?\)"):
        audit(features=["month"])
    with pytest.raises(EngineError, match=r"no-such\.csv"):
        audit(tmp_path / "no-such.csv")
    file = tmp_path / "texts.csv"
    file.write_text("symbol," + ",".join(f"f{i}" for i in range(11)) + "\n", encoding="utf-8")
    with pytest.raises(LimitError, match="11 features; the limit is 10"):
        audit(file)
    file.write_text("symbol,x\n" + "S/2020/667,1\n" * 101, encoding="utf-8")
    with pytest.raises(LimitError, match="more than 100 texts"):
        audit(file)


def test_the_command() -> None:
    run = CliRunner().invoke
    said = run(main, ["audit", "--member", "Russia", "--member", "PER"])
    assert said.exit_code == 0, said.output
    plain = " ".join(said.output.split())
    assert "for on S/2020/683, abstain on S/RES/2533(2020)" in plain
    assert "CONSISTENT" in plain
    assert "CC BY 4.0" in plain
    wrong = run(main, ["audit", "--features", "month"])
    assert wrong.exit_code == 2
