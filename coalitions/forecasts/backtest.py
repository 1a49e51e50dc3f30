"""Replaying every recorded vote of the Security Council through the rule of its time."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.bodies.body import load_body
from coalitions.bodies.recorded_votes import ATTRIBUTION, CouncilVote, council_votes
from coalitions.bodies.rosters import bind_decision
from solvers.rules.rule import Rule
from solvers.rules.totals import decide_from_totals

__all__ = ["RuleBacktest", "VoteReplay", "backtest_rules"]


@dataclass(frozen=True)
class VoteReplay:
    """One recorded vote and what the rule of its time makes of it."""

    vote: CouncilVote
    status: str  # reproduced, exception, without_recorded_vote, undetermined
    predicted: bool | None


@dataclass(frozen=True)
class RuleBacktest(Result):
    """Every recorded vote, replayed."""

    replays: tuple[VoteReplay, ...] = ()
    reading: str = "practised"

    kind = "backtest"

    def count(self, status: str) -> int:
        """Count the replays of a status."""
        return sum(r.status == status for r in self.replays)

    @property
    def exceptions(self) -> list[str]:
        """Symbols of the votes whose recorded outcome the rule does not give."""
        return [r.vote.symbol for r in self.replays if r.status == "exception"]

    def answer(self) -> dict[str, Any]:
        """Return the counts and the exceptions."""
        return {
            "votes": len(self.replays),
            "reproduced": self.count("reproduced"),
            "without_recorded_vote": self.count("without_recorded_vote"),
            "undetermined": self.count("undetermined"),
            "exceptions": self.exceptions,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per vote."""
        return [
            {
                "vote_id": r.vote.vote_id,
                "date": r.vote.date,
                "symbol": r.vote.symbol,
                "adopted": r.vote.adopted,
                "predicted": r.predicted,
                "status": r.status,
            }
            for r in self.replays
        ]

    def screen(self) -> Screen:
        """Return the counts in words."""
        answer = self.answer()
        rows = [
            ("votes", str(answer["votes"])),
            ("reproduced", str(answer["reproduced"])),
            ("without a vote", f"{answer['without_recorded_vote']} adopted, no vote taken"),
            ("undetermined", f"{answer['undetermined']} with neither votes nor totals"),
            ("exceptions", ", ".join(self.exceptions[:20]) or "none"),
        ]
        if len(self.exceptions) > 20:
            rows[-1] = ("exceptions", f"{len(self.exceptions)}: {rows[-1][1]}, ...")
        blocks = (
            Block("RULE", f"{self.reading} reading, eleven members to 1965 and fifteen since"),
            Block("REPLAYED", "", tuple(rows)),
            Block("RECORD", ATTRIBUTION),
        )
        return Screen("Security Council, every recorded vote 1946-2025", "public data", blocks)


def backtest_rules(reading: str = "practised") -> RuleBacktest:
    """Replay every recorded vote of the Security Council through the rule of its time.

    Parameters
    ----------
    reading : {"practised", "literal"}
        Reading of the rule on matters of substance; procedural votes follow their own rule.

    Returns
    -------
    RuleBacktest
        Exact. A vote that is known in totals only counts as reproduced when every way to
        give the totals to the members leads to the recorded outcome.

    Raises
    ------
    EngineError
        If the reading is unknown.

    References
    ----------
    .. [1] B. Martin, UNSC votes since 1946 Database, data.sciencespo, 2026,
       doi:10.21410/7E4/Z0KECE.

    Examples
    --------
    >>> backtest_rules().answer()["exceptions"]
    []
    """
    body = load_body("un-security-council")
    body.decision().reading(reading)
    rules: dict[tuple[str, bool], Rule] = {}
    replays = []
    for vote in council_votes():
        year = (vote.date[:4], vote.procedural)
        if year not in rules:
            day = datetime.date.fromisoformat(vote.date)
            if vote.procedural:
                bound = bind_decision(body, "procedural", day=day)
            else:
                bound = bind_decision(body, "substantive", reading, day)
            rules[year] = bound.rule
        replays.append(_replay(vote, rules[year]))
    return RuleBacktest(None, "exact", (), Provenance("council votes"), tuple(replays), reading)


def _replay(vote: CouncilVote, rule: Rule) -> VoteReplay:
    if vote.votes:
        if not vote.was_taken:
            return VoteReplay(vote, "without_recorded_vote", None)
        predicted: bool | None = rule.evaluate(_profile(vote, rule.names))
    elif vote.totals is not None:
        predicted = decide_from_totals(rule, *vote.totals[:3])
    else:
        predicted = None
    if predicted is None:
        return VoteReplay(vote, "undetermined", None)
    same = predicted == vote.adopted
    return VoteReplay(vote, "reproduced" if same else "exception", predicted)


def _profile(vote: CouncilVote, names: Sequence[str]) -> list[int]:
    return [vote.votes[name] for name in names]
