"""One mistake in a scenario file is one problem, said at its line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from spoilt_scenarios import AID, THREE, Change, spoiler

ONE_PROBLEM: dict[str, tuple[str, list[Change], str]] = {
    "unknown body": (
        AID,
        [("un-security-council", "un-security-concil")],
        "5:18: bodies.council.use: un-security-concil: no body of this name is shipped, and it is "
        "no file (did you mean 'un-security-council'?)",
    ),
    "unknown decision": (
        AID,
        [("council}", "council, decision: substantiv}")],
        "5:49: bodies.council.decision: un-security-council has no decision 'substantiv' (did you "
        "mean 'substantive'?); it has substantive, procedural, chapter-vi",
    ),
    "unknown reading": (
        AID,
        [("council}", "council, reading: litteral}")],
        "5:48: bodies.council.reading: no reading 'litteral' of 'substantive' (did you mean "
        "'literal'?); it has practised, literal",
    ),
    "option needs a body that is not there": (
        AID,
        [("needs: council", "needs: concil")],
        "9:12: options.renewal.needs: no body 'concil' (did you mean 'council'?)",
    ),
    "neither a body nor a definition": (
        AID,
        [("{use: un-security-council}", "{decision: substantive}")],
        "5:3: bodies.council: needs either 'use' (a shipped body or a file) or 'define'",
    ),
    "unknown state": (
        AID,
        [("DEU", "Germny")],
        "16:3: positions.Germny: unknown state 'Germny' (did you mean 'Germany'?)",
    ),
    "a state that does not sit that day": (
        AID,
        [("DEU", "Norway")],
        "16:3: positions.Norway: 'Norway' votes in no body of this scenario on its day",
    ),
    "absent without being a member": (
        AID,
        [("council}", "council, absent: [NOR]}")],
        "5:3: bodies.council: NOR is no member; members: BIH, BRA, CHN, COL, DEU, FRA, GAB, GBR, "
        "IND, LBN, NGA, PRT, RUS, USA, ZAF",
    ),
    "a wrong position word": (
        AID,
        [("{is: for}", "{is: agianst}")],
        "16:13: positions.DEU.is: 'agianst' must be 'for', 'leans_for', 'abstain', "
        "'leans_against', 'against' or 'unknown' (did you mean 'against'?)",
    ),
    "a condition on one's own vote": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: {not: {against: RUS}}")],
        "17:3: positions.RUS: the condition refers to itself: RUS -> RUS",
    ),
    "a condition in a circle": (
        AID,
        [
            ("  default: {is: unknown}", "  CHN: {is: abstain, supports_if: {not: {for: DEU}}}"),
            ("{is: for}", "{is: for, opposes_if: {abstains: RUS}}"),
            ("abstains_if: one_crossing", "abstains_if: {any: [one_crossing, {for: CHN}]}"),
        ],
        "15:3: positions.CHN: the condition refers to itself: CHN -> DEU -> RUS -> CHN",
    ),
    "a circle through the default": (
        AID,
        [("{is: unknown}", "{is: unknown, abstains_if: {for: FRA}}")],
        "15:3: positions.default: the condition refers to itself: FRA -> FRA",
    ),
    "a circle through the positions of an option": (
        AID,
        [
            ("effect: 24", "effect: 24\n    positions: {CHN: {is: for, opposes_if: {for: RUS}}}"),
            ("abstains_if: one_crossing", "abstains_if: {against: CHN}"),
        ],
        "12:17: options.renewal.positions.CHN: the condition refers to itself: RUS -> CHN -> RUS",
    ),
    "an unknown condition": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: {endorced: au}")],
        "17:46: positions.RUS.abstains_if.endorced: unknown condition 'endorced' (did you mean "
        "'endorsed'?)",
    ),
    "a condition on an unknown amendment": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: one_crosing")],
        "17:35: positions.RUS.abstains_if: no amendment 'one_crosing' (did you mean "
        "'one_crossing'?)",
    ),
    "a condition on an unknown endorsement": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: {endorsed: au}")],
        "17:46: positions.RUS.abstains_if.endorsed: no endorsement 'au'",
    ),
    "a condition on nothing": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: {all: []}")],
        "17:41: positions.RUS.abstains_if.all: must be a list of conditions",
    ),
    "a condition on somebody who does not vote": (
        AID,
        [("abstains_if: one_crossing", "abstains_if: {for: Norway}")],
        "17:41: positions.RUS.abstains_if.for: 'Norway' votes in no body here",
    ),
    "two names for one state": (
        AID,
        [("DEU: {is: for}", "DEU: {is: for}\n  Germany: {is: against}")],
        "17:3: positions.Germany: 'Germany' is DEU, which already has a position",
    ),
    "two names for one state of an own roster": (
        AID,
        [
            (
                "council}",
                "council, decision: procedural, roster: {members: [DEU, RUS, Germany, FRA, CHN, "
                "USA, GBR, BRA, IND, ZAF], note: invented}}",
            )
        ],
        "5:3: bodies.council: DEU stands in the roster more than once",
    ),
    "threshold above the roster": (
        THREE,
        [("in_favour: 2", "in_favour: 4")],
        "5:3: bodies.trio: nobody can meet 'two for': all members together reach 3 of 4",
    ),
    "an unknown group": (
        THREE,
        [("{in_favour: 2, title: two for}", "{nobody_against: permanant}")],
        "5:3: bodies.trio: the roster has no group 'permanant'; it has members, permanent",
    ),
    "an unknown word in a rule": (
        THREE,
        [("{in_favour: 2, title: two for}", "{nobody_agianst: permanent}")],
        "13:48: bodies.trio.define.decisions.vote.readings.plain.rule: unknown key "
        "'nobody_agianst' (did you mean 'nobody_against'?); a rule has exactly one of all, any, "
        "in_favour, nobody_against, everybody_for, withholding_below, quorum, abstention_block",
    ),
    "a group that names a stranger": (
        THREE,
        [("[X]", "[Q]"), ("to: [Y, Z]", "to: Y")],
        "5:3: bodies.trio: group 'permanent' names Q, who is no member",
    ),
    "another version": (
        AID,
        [("coalitions/1", "coalitions/2")],
        "1:9: format: 'format' is 'coalitions/2'; this version reads coalitions/1",
    ),
    "no version": (
        AID,
        [("format: coalitions/1\n", "")],
        "1:1: format: 'format' is missing; this version reads coalitions/1",
    ),
    "no floor": (
        AID,
        [("floors: {effect: 12}\n", "")],
        "1:1: floors: is missing: the cheapest text that passes is the empty text, so say what "
        "effect is the least acceptable",
    ),
    "no red line": (
        AID,
        [("never: [amnesty_for_atrocity_crimes]\n", "")],
        "1:1: never: is missing: name at least one red line, such as amnesty_for_atrocity_crimes",
    ),
    "an empty list of red lines": (
        AID,
        [("[amnesty_for_atrocity_crimes]", "[]")],
        "13:8: never: must not be empty: name at least one red line, such as "
        "amnesty_for_atrocity_crimes",
    ),
    "no legal basis": (
        AID,
        [("    legal_basis: non_enforcement\n", "")],
        "8:5: options.renewal.legal_basis: is missing: an option without a legal basis cannot be "
        "judged; 'contested' and 'none' are answers",
    ),
    "an unknown red line": (
        AID,
        [("{title: Six", "{crosses: [amnesty], title: Six")],
        "20:26: amendments.six_months.crosses.0: 'amnesty' is no red line",
    ),
    "an amendment that requires an unknown one": (
        AID,
        [("{title: Six", "{requires: [one_crosing], title: Six")],
        "20:27: amendments.six_months.requires.0: no amendment 'one_crosing' (did you mean "
        "'one_crossing'?)",
    ),
    "an amendment that requires itself": (
        AID,
        [("{title: Six", "{requires: [six_months], title: Six")],
        "20:27: amendments.six_months.requires.0: an amendment neither requires nor excludes "
        "itself",
    ),
    "an amendment that excludes itself": (
        AID,
        [("{title: Six", "{excludes: [six_months], title: Six")],
        "20:27: amendments.six_months.excludes.0: an amendment neither requires nor excludes "
        "itself",
    ),
    "a negative cost of an amendment": (
        AID,
        [("title: Six months, effect: -6, cost: 1", "title: Six months, effect: -6, cost: -1")],
        "20:53: amendments.six_months.cost: a cost is at least 0",
    ),
    "a day without a roster": (
        AID,
        [("2011-03-17", "2030-01-01")],
        "5:3: bodies.council: no roster of un-security-council is known for 2030-01-01: the "
        "nearest days with one are 2026-12-31; give the scenario its own 'roster' for this body",
    ),
    "a day in a gap of the rosters": (
        AID,
        [
            ("2011-03-17", "2008-01-01"),
            ("un-security-council", "au-peace-and-security-council"),
            ("  DEU: {is: for}\n  RUS: {is: against, abstains_if: one_crossing}\n", ""),
        ],
        "5:3: bodies.council: no roster of au-peace-and-security-council is known for 2008-01-01: "
        "the nearest days with one are 2006-02-28 and 2010-04-01; give the scenario its own "
        "'roster' for this body",
    ),
    "a day without a rule": (
        AID,
        [("2011-03-17", "1930-01-01")],
        "5:3: bodies.council: no rule is known for 1930-01-01; the data cover 1946-01-01 to "
        "1965-12-31; 1966-01-01 to ...",
    ),
    "an own roster without a note": (
        AID,
        [("council}", "council, roster: {members: [DEU, RUS]}}")],
        "5:47: bodies.council.roster.note: is missing: say where this roster comes from",
    ),
    "no such day": (
        AID,
        [("2011-03-17", "2011-02-30")],
        "3:7: date: '2011-02-30' must be a date such as 2011-03-17",
    ),
    "a day in words, of an option": (
        AID,
        [("    needs", "    date: 17 March\n    needs")],
        "9:11: options.renewal.date: '17 March' must be a date such as 2011-03-17",
    ),
    "an unknown symbol": (
        AID,
        [("never:", "recorded: {symbol: S/RES/19773(2011)}\nnever:")],
        "13:20: recorded.symbol: no recorded Security Council vote on 'S/RES/19773(2011)' (did you "
        "mean 'S/RES/1977(2011)'?)",
    ),
    "a symbol of another day": (
        AID,
        [("never:", "recorded: {symbol: S/RES/1970(2011)}\nnever:")],
        "13:20: recorded.symbol: S/RES/1970(2011) was voted on 2011-02-26, not on 2011-03-17: give "
        "the option that date",
    ),
    "two kinds of record": (
        AID,
        [("never:", "recorded: {symbol: S/RES/1973(2011), totals: {for: 3}}\nnever:")],
        "13:11: recorded: needs exactly one of 'symbol', 'votes' and 'totals'",
    ),
    "too many votes": (
        AID,
        [("never:", "recorded: {totals: {for: 13, against: 4}}\nnever:")],
        "13:20: recorded.totals: 17 votes for 15 members",
    ),
    "an unknown kind of vote": (
        AID,
        [("never:", "recorded: {votes: {four: [DEU], for: [USA]}}\nnever:")],
        "13:20: recorded.votes.four: 'four' must be 'for', 'against', 'abstain' or 'absent' (did "
        "you mean 'for'?)",
    ),
    "votes where no vote was taken": (
        THREE,
        [("never:", "recorded: {without_vote: true, votes: {for: [X]}}\nnever:")],
        "17:39: recorded.votes: adopted without a vote, yet it says how states voted",
    ),
    "the vote of somebody who is no member": (
        THREE,
        [("never:", "recorded: {votes: {for: [X, Y, Z, NOR]}}\nnever:")],
        "17:35: recorded.votes.for.3: 'NOR' votes in no body of this scenario on its day",
    ),
    "a vote given twice": (
        THREE,
        [("never:", "recorded: {votes: {for: [X, Y, Z], against: [Z]}}\nnever:")],
        "17:46: recorded.votes.against.0: 'Z' votes twice",
    ),
    "a vote left out": (
        THREE,
        [("never:", "recorded: {votes: {for: [X]}}\nnever:")],
        "17:19: recorded.votes: no vote is given for Y, Z; put them under 'absent'",
    ),
    "a concession to a state without payoffs": (
        AID,
        [("never:", "concessions: {aid: {kind: transfer, type: aid, to: RUS}}\nnever:")],
        "13:52: concessions.aid.to: RUS has no payoffs and no price, so a concession cannot move "
        "it; give one",
    ),
    "a floor that no text reaches": (
        AID,
        [("{effect: 12}", "{effect: 25}")],
        "12:18: floors.effect: no text reaches it: the most that amendments make of one is 24",
    ),
    "a deceptive instrument": (
        THREE,
        [("type: aid", "type: deception")],
        "26:32: concessions.cash.type: 'deception' is refused: deception, bribery, threats of "
        "unlawful force and covert pressure are no instruments of this engine",
    ),
    "a concession of an unknown type": (
        THREE,
        [("type: aid", "type: trad")],
        "26:32: concessions.cash.type: 'trad' must be 'aid', 'burden_relief', 'debt_relief', "
        "'guarantee', 'other_lawful', 'sanctions_relief', 'seat', 'technical_support', 'trade' or "
        "'visit' (did you mean 'trade'?)",
    ),
    "a negative cost of a concession": (
        THREE,
        [("cost: 1", "cost: -1")],
        "26:55: concessions.cash.cost: a cost is at least 0",
    ),
    "a concession that is worth nothing": (
        THREE,
        [("cost: 1", "value: {Y: 0, default: 1}")],
        "26:56: concessions.cash.value: a concession is worth more than 0 to who receives it",
    ),
    "more trust than there is": (
        THREE,
        [("cost: 1", "trust: 1.5")],
        "26:56: concessions.cash.trust: trust is the share of a promise that is believed: above 0, "
        "at most 1",
    ),
    "a negative cap": (
        THREE,
        [("cost: 1", "cap: -0.5")],
        "26:54: concessions.cash.cap: a cap is at least 0",
    ),
    "a budget below nothing": (
        THREE,
        [("never:", "budgets: [{limit: -1}]\nnever:")],
        "17:19: budgets.0.limit: a budget is at least 0",
    ),
    "a budget of something unknown": (
        THREE,
        [("never:", "budgets: [{limit: 1, of: [cahs]}]\nnever:")],
        "17:27: budgets.0.of.0: no concession 'cahs' (did you mean 'cash'?)",
    ),
    "an interval beside its value": (
        THREE,
        [("cost: 1", "cost: {value: 1, low: 2, high: 3}")],
        "26:55: concessions.cash.cost: the interval must hold the value: low <= value <= high",
    ),
    "a score that is missing": (
        THREE,
        [(", Z: -2}", "}")],
        "20:18: payoffs.scores.text: no score of 'worth' for Z and no default",
    ),
    "an unknown criterion": (
        THREE,
        [("{text: {worth: {", "{text: {wroth: {Y: 1}, worth: {")],
        "20:19: payoffs.scores.text.wroth: no criterion 'wroth' (did you mean 'worth'?)",
    ),
    "a band below nothing": (
        THREE,
        [("Y: {weights: {worth: 1}, band: 1}", "Y: {weights: {worth: 1}, band: -1}")],
        "23:36: payoffs.states.Y.band: the acquiescence band is at least 0",
    ),
    "a position and payoffs": (
        THREE,
        [("concessions:", "positions: {X: {is: for}}\nconcessions:")],
        "25:13: positions.X: X has a position and payoffs; give one of them",
    ),
    "a position of an option and payoffs": (
        THREE,
        [("effect: 1}", "effect: 1, positions: {X: {is: for}}}")],
        "15:88: options.text.positions.X: X has a position and payoffs; give one of them",
    ),
    "no step": (
        THREE,
        [("never:", "resolution: 0\nnever:")],
        "17:13: resolution: must be above 0",
    ),
    "a key given twice": (
        AID,
        [("date:", "title: Again\ndate:")],
        "3:1: key 'title' is given twice, first on line 2",
    ),
    "a list where a mapping belongs": (
        AID,
        [("DEU: {is: for}", "DEU: [for]")],
        "16:8: positions.DEU: ['for'] must be a mapping",
    ),
    "a number in a list of texts": (
        AID,
        [("[amnesty_for_atrocity_crimes]", "[amnesty_for_atrocity_crimes, 12]")],
        "13:38: never.1: 12 must be text",
    ),
    "null": (AID, [("title: Renewal", "title:")], "8:11: options.renewal.title: null must be text"),
    "no mapping at all": (
        AID,
        [(AID, "[1, 2]")],
        "1:1: a scenario is a mapping; `coalitions init` makes one",
    ),
}


@pytest.fixture
def wrong(tmp_path: Path) -> Callable[..., list[str]]:
    return spoiler(tmp_path)


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_one_mistake_is_one_problem(case: str, wrong: Callable[..., list[str]]) -> None:
    text, changes, message = ONE_PROBLEM[case]
    assert wrong(text, *changes) == [message]
