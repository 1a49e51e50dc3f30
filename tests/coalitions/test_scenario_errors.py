"""Every mistake in a scenario file: what is said, at which line and column, in how little time."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.decisions.assess import assess
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.files.yaml12 import load_file
from coalitions.scenarios.scenario import load
from solvers.errors import EngineError

AID = """\
format: coalitions/1
title: Cross-border aid
date: 2011-03-17
bodies:
  council: {use: un-security-council}
options:
  renewal:
    title: Renewal
    needs: council
    legal_basis: non_enforcement
    effect: 24
floors: {effect: 12}
never: [amnesty_for_atrocity_crimes]
positions:
  default: {is: unknown}
  DEU: {is: for}
  RUS: {is: against, abstains_if: one_crossing}
amendments:
  one_crossing: {title: One crossing, effect: -6, cost: 1}
  six_months: {title: Six months, effect: -6, cost: 1}
"""
THREE = """\
format: coalitions/1
title: Three states
date: 2026-01-01
bodies:
  trio:
    define:
      title: Trio
      roster: {members: [X, Y, Z], groups: {permanent: [X]}}
      decisions:
        vote:
          title: Vote
          effect: internal
          readings: {plain: {title: two, rule: {in_favour: 2, title: two for}}}
options:
  text: {title: A text, needs: trio, legal_basis: host_consent, effect: 1}
floors: {effect: 0}
never: [amnesty_for_atrocity_crimes]
payoffs:
  criteria: {worth: what it is worth}
  scores: {text: {worth: {X: 1, Y: -1, Z: -2}}}
  states:
    X: {weights: {worth: 1}, band: 1}
    Y: {weights: {worth: 1}, band: 1}
    Z: {weights: {worth: 1}, band: 1}
concessions:
  cash: {kind: transfer, type: aid, to: [Y, Z], cost: 1}
"""
Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def problems(file: Path) -> list[str]:
    """Load a file that is wrong; give what is said, without the name of the file."""
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        load(file)
    assert time.process_time() - start < 10  # nothing that a mistake makes grow without end
    assert str(caught.value).count("\n") + 1 == len(caught.value.problems)
    return [str(p).removeprefix(f"{file}:").strip() for p in caught.value.problems]


@pytest.fixture
def wrong(tmp_path: Path) -> Callable[..., list[str]]:
    def run(text: str, *changes: Change) -> list[str]:
        file = tmp_path / "case.yaml"
        file.write_text(changed(text, *changes), encoding="utf-8")
        return problems(file)

    return run


@pytest.mark.parametrize("text", [AID, THREE])
def test_the_files_to_spoil_are_right(text: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    assert assess(load(file)).verify()


def test_five_mistakes_are_five_problems(wrong: Callable[..., list[str]]) -> None:
    found = wrong(
        THREE,
        ("title: A text, needs", "titel: A text, title: A text, needs"),
        ("in_favour: 2", "in_favour: 4"),
        ("    X: {weights: {worth: 1}", "    X: {weights: {worth: 0.9}"),
        (
            "concessions:",
            "positions:\n  Germny: {is: for}\n  default: {is: agianst}\nconcessions:",
        ),
    )
    assert found == [
        "5:3: bodies.trio: nobody can meet 'two for': all members together reach 3 of 4",
        "15:10: options.text.titel: unknown key 'titel' (did you mean 'title'?)",
        "22:18: payoffs.states.X.weights: the weights of a state are at least 0 and sum to 1, "
        "not to 0.9",
        "26:3: positions.Germny: unknown state 'Germny' (did you mean 'Germany'?)",
        "27:17: positions.default.is: 'agianst' must be 'for', 'leans_for', 'abstain', "
        "'leans_against', 'against' or 'unknown' (did you mean 'against'?)",
    ]


def test_mistakes_of_form_do_not_hide_mistakes_of_content(wrong: Callable[..., list[str]]) -> None:
    found = wrong(
        AID,
        ("un-security-council", "un-security-concil"),
        ("non_enforcement", "chapter_7"),
        ("floors: {effect: 12}\n", ""),
        ("  DEU: {is: for}", "  Germny: {is: for}\n  CHN: {is: abstian, supports_if: {for: RUS}}"),
        ("abstains_if: one_crossing", "abstains_if: {for: CHN}"),
    )
    assert [line.split(": ")[1] for line in found] == [
        "floors",
        "bodies.council.use",
        "options.renewal.legal_basis",
        "positions.Germny",
        "positions.CHN",
        "positions.CHN.is",
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("date: 2011-03-17", "date: 2011-02-30"),
        ("date: 2011-03-17", "date: 0001-01-01"),
        ("date: 2011-03-17\n", ""),
        ("{use: un-security-council}", "un-security-council"),
        ("{use: un-security-council}", "{usee: un-security-council}"),
        ("  council: {use: un-security-council}\n", ""),
        ("    effect: 24\n", ""),
        ("    needs: council\n", ""),
        ("    title: Renewal\n", ""),
    ],
)
def test_one_wrong_part_leaves_the_rest_to_be_checked(
    change: Change, wrong: Callable[..., list[str]]
) -> None:
    found = wrong(AID, change, ("abstains_if: one_crossing", "abstains_if: {for: RUS}"))
    assert len(found) == 2
    assert found[1].endswith("positions.RUS: the condition refers to itself: RUS -> RUS")


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


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_one_mistake_is_one_problem(case: str, wrong: Callable[..., list[str]]) -> None:
    text, changes, message = ONE_PROBLEM[case]
    assert wrong(text, *changes) == [message]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (".nan", "nan must be a number"),
        (".inf", "inf must be a number"),
        ("-.inf", "-inf must be a number"),
        ("true", "true must be a number"),
        ("null", "null must be a number"),
        ("many", "'many' must be a number"),
        ("1_000", "'1_000' must be a number"),
        ("1/0", "'1/0' must be a number"),
        ("[1]", "[1] must be a number"),
        ("1e300", "1e+300 is too large a number"),
        ("'1e300'", "'1e300' is too large a number"),
        ("'1e999999999999'", "'1e999999999999' must be a number"),
        ("'1e-300'", "'1e-300' has too many digits after the point"),
        ("9" * 300, f"{'9' * 57}... is too large a number"),
        ("'" + "9" * 5000 + "'", f"'{'9' * 57}'... must be a number"),
    ],
)
def test_what_is_no_number(number: str, message: str, wrong: Callable[..., list[str]]) -> None:
    found = wrong(AID, ("effect: 24", f"effect: {number}"))
    assert found == [f"11:13: options.renewal.effect: {message}"]


@pytest.mark.parametrize("number", ["1/3", "0x10", "+.5", "1e-7", "'0.1'", "-0"])
def test_what_is_a_number(number: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("{effect: 12}", f"{{effect: {number}}}")), encoding="utf-8")
    load(file)


@pytest.mark.parametrize(
    "value", ["{value: 2}", "{value: 2, low: 1, high: 3}", "2", "{Y: 2, Z: 2}"]
)
def test_a_number_for_all_or_one_for_each_state(value: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(THREE, ("cost: 1}", f"value: {value}}}")), encoding="utf-8")
    assert {c.value.value for c in load(file).concessions} == {2}


def test_mistakes_do_not_cause_further_ones(wrong: Callable[..., list[str]]) -> None:
    # Nobody can say who votes in a body that cannot be bound, or what a score means there.
    found = wrong(THREE, ("in_favour: 2", "in_favour: 4"))
    assert len(found) == 1
    found = wrong(THREE, ("members: [X, Y, Z]", "seats: {permanent: 0}"))
    assert [f.split(":")[0] for f in found] == ["8"]
    found = wrong(AID, ("un-security-council", "un-security-concil"), ("DEU", "Germny"))
    assert [f.split(":")[0] for f in found] == ["5", "16"]
    found = wrong(AID, ("2011-03-17", "17 March"), ("DEU", "NOR"))
    assert [f.split(":")[0] for f in found] == ["3"]
    found = wrong(THREE, ("Z: {weights: {worth: 1}, band: 1}", "Z: {weights: {worth: 1}}"))
    assert found == ["24:8: payoffs.states.Z.band: is missing"]


def test_an_ambiguous_symbol(wrong: Callable[..., list[str]], tmp_path: Path) -> None:
    changes = [
        ("2011-03-17", "1963-09-03"),
        ("  DEU: {is: for}\n", ""),
    ]
    (found,) = wrong(AID, *changes, ("never:", "recorded: {symbol: S/5407}\nnever:"))
    assert found == (
        "13:20: recorded.symbol: 'S/5407' has 2 votes; name one with vote_id: 371 (1963-09-03: The "
        "Palestine question), 373 (1963-10-03: The Palestine question)"
    )
    file = tmp_path / "named.yaml"
    record = "recorded: {symbol: S/5407, vote_id: '371'}\nnever:"
    file.write_text(changed(AID, *changes, ("never:", record)), encoding="utf-8")
    recorded = load(file).options[0].recorded
    assert recorded is not None
    assert recorded.adopted is False


def test_a_vote_of_a_member_of_another_body(wrong: Callable[..., list[str]]) -> None:
    second = "  duo:\n    define:\n      title: Duo\n      roster: {members: [V, W]}\n"
    second += "      decisions: {vote: {title: V, effect: internal, readings: "
    second += "{plain: {title: one, rule: {in_favour: 1}}}}}\n"
    found = wrong(
        THREE,
        ("options:\n", f"{second}options:\n"),
        ("needs: trio", "needs: [trio, duo]"),
        ("never:", "recorded: {votes: {for: [X, Y, Z, V]}}\nnever:"),
    )
    assert found == ["22:35: recorded.votes.for.3: 'V' is no member of 'trio'"]


def test_the_same_day_with_a_roster_of_ones_own(tmp_path: Path) -> None:
    states = "DEU, RUS, CHN, FRA, GBR, USA, BRA, IND, ZAF"
    roster = f"roster: {{members: [{states}], groups: {{permanent: [RUS, CHN]}}, note: a guess}}"
    file = tmp_path / "case.yaml"
    changes = [("2011-03-17", "2030-01-01"), ("council}", f"council, {roster}}}")]
    file.write_text(changed(AID, *changes), encoding="utf-8")
    found = assess(load(file))
    assert found.verdicts[0].venue.bound.roster.own
    assert ("bodies.council.roster", "own roster: a guess") in {
        (a.place, a.what) for a in found.assumptions
    }


def test_norway_and_namibia_in_yaml_and_csv(tmp_path: Path) -> None:
    states = "[NO, NA, DE, FR, CN, RU, GB, US, BR]"
    roster = f"roster: {{members: {states}, groups: {{permanent: [CN]}}, note: invented}}"
    base = changed(AID, ("council}", f"council, {roster}}}"), ("  DEU: {is: for}\n", ""))
    file, table = tmp_path / "case.yaml", tmp_path / "positions.csv"
    file.write_text(changed(base, ("  RUS", "  NO: {is: for}\n  NA: {is: abstain}\n  RUS")))
    in_yaml = load(file).options[0]
    assert [in_yaml.position(s).word for s in ("NOR", "NAM")] == ["for", "abstain"]
    assert in_yaml.venues[0].bound.rule.names[:2] == ("NOR", "NAM")
    table.write_text("state,is,origin,source\nNO,for,stated,press\nNA,abstain,,\n")
    file.write_text(changed(base, ("never:", "tables: {positions: positions.csv}\nnever:")))
    in_csv = load(file).options[0]
    assert [in_csv.position(s).word for s in ("NOR", "NAM")] == ["for", "abstain"]
    assert in_csv.position("NOR").origin == "stated"


@pytest.mark.parametrize(
    ("table", "messages"),
    [
        (
            "state,is\nFRA,fro\nNorway,for\nDEU,for\nGBR,for\nUK,against\n",
            [
                "positions.csv:2:5: is: 'fro' must be one of for, leans_for, abstain, "
                "leans_against, against, unknown (did you mean 'for'?)",
                "positions.csv:3:1: state: 'Norway' votes in no body here",
                "positions.csv:4:1: state: 'DEU' already has a position",
                "positions.csv:6:1: state: 'UK' already has a position",
            ],
        ),
        (
            "state,is,origin\nFRA,for,guessed\n",
            [
                "positions.csv:2:9: origin: 'guessed' must be recorded, stated, estimated or "
                "assumed"
            ],
        ),
        ("", ["case.yaml:13:21: tables.positions: positions.csv: is empty"]),
    ],
)  # fmt: skip
def test_tables_of_positions(table: str, messages: list[str], tmp_path: Path) -> None:
    (tmp_path / "positions.csv").write_text(table)
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("never:", "tables: {positions: positions.csv}\nnever:")))
    with pytest.raises(InputError) as caught:
        load(file)
    said = str(caught.value).replace(f"{tmp_path}{os.sep}", "").splitlines()
    assert said == messages


def test_tables_that_are_not_there(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("never:", "tables: {positions: positions.csv}\nnever:")))
    (found,) = problems(file)
    assert found == (
        f"13:21: tables.positions: {tmp_path / 'positions.csv'}: there is no such file"
    )
    (tmp_path / "positions.csv").symlink_to(tmp_path / "moved.csv")
    (found,) = problems(file)
    assert found == (
        f"13:21: tables.positions: {tmp_path / 'positions.csv'}: is a symbolic link to "
        f"'{tmp_path / 'moved.csv'}', which does not exist"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(b"")
    assert problems(file) == ["is empty"]
    file.write_bytes(b"# only a remark\n")
    assert problems(file) == ["holds nothing but comments"]
    file.write_bytes(AID.encode().replace(b"Cross-border", b"Aide transfronti\xe8re"))
    assert problems(file) == ["2:24: byte 0xe8 on line 2 is not UTF-8; save the file as UTF-8"]
    file.write_bytes(AID.encode("utf-16"))
    assert problems(file) == ["1:1: is UTF-16, not UTF-8; save it as UTF-8"]
    file.write_bytes(AID.encode() + b"# " + b"x" * 10_000_000)
    assert problems(file) == ["is larger than 10,000,000 bytes, the most that is read"]
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    assert problems(folder) == ["is a folder; name a file in it"]
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "gone.yaml")
    assert problems(link) == [
        f"is a symbolic link to '{tmp_path / 'gone.yaml'}', which does not exist"
    ]
    assert problems(tmp_path / "caes.yaml") == ["there is no such file (did you mean 'case.yaml'?)"]


def test_what_is_too_deep_or_too_much(wrong: Callable[..., list[str]]) -> None:
    lines = ["&a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"&a{i + 1} [{', '.join([f'*a{i}'] * 9)}]" for i in range(9)]
    bomb = "\n".join(f"b{i}: {line}" for i, line in enumerate(lines))
    (found,) = wrong(AID, ("never:", f"{bomb}\nnever:"))
    assert found.endswith("holds more than 200,000 values once its aliases are written out")
    deep = f"opposes_if: {'{not: ' * 70}one_crossing{'}' * 70}"
    (found,) = wrong(AID, ("{is: for}", f"{{is: for, {deep}}}"))
    assert found.startswith("16:396: positions.DEU.opposes_if.not.not.")
    assert found.endswith("lists and mappings are nested more than 64 deep")
    assert len(found) < 400


def test_conditions_as_deep_as_files_may_be(tmp_path: Path) -> None:
    deep = f"abstains_if: {'{not: ' * 60}one_crossing{'}' * 60}"
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("abstains_if: one_crossing", deep)))
    assert assess(load(file)).verify()


def test_mistakes_in_a_body_file_are_said_where_it_is_named(tmp_path: Path) -> None:
    body, file = tmp_path / "body.yaml", tmp_path / "case.yaml"
    body.write_text("format: coalitions-body/1\ntitle: T\nroster: {members: [DEU, RUS]}\n")
    file.write_text(changed(AID, ("un-security-council", "body.yaml")))
    assert problems(file) == [f"5:18: bodies.council.use: {body}:1:1: 'decisions' is missing"]


# Whatever is taken out of a right file, or put in its place, the answer is an InputError.

JUNK = [
    None, True, False, 0, -1, 0.5, 10**20, float("nan"), float("inf"), "", "x", "for", "CHN",
    "all", "1/3", "2011-03-17", "1900-01-01", [], [[]], {}, {"value": 1}, {"x": {"y": "z"}},
    {"not": "x"}, ["X", "X"], "un-security-council", "eu-council", {"in_favour": "2/3"},
]  # fmt: skip


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def originals() -> dict[str, Any]:
    found = {
        n: load_file(datasets.path_of("scenarios", n)).data for n in datasets.names("scenarios")
    }
    return {name: json.loads(json.dumps(data)) for name, data in found.items()}


ORIGINALS = originals()
PATHS = {name: list(paths(data)) for name, data in ORIGINALS.items()}


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    name = draw(st.sampled_from(sorted(ORIGINALS)))
    data = copy.deepcopy(ORIGINALS[name])
    for path in draw(st.lists(st.sampled_from(PATHS[name]), min_size=1, max_size=4)):
        holder = data
        for part in path[:-1]:
            inside = isinstance(holder, dict) and part in holder
            inside = inside or (
                isinstance(holder, list) and isinstance(part, int) and part < len(holder)
            )
            if not inside:
                break
            holder = holder[part]
        else:
            last = path[-1]
            there = isinstance(holder, dict) and last in holder
            there = there or (
                isinstance(holder, list) and isinstance(last, int) and last < len(holder)
            )
            if not there:
                continue
            action = draw(st.sampled_from(["delete", "replace", "rename", "move"]))
            if action == "delete":
                del holder[last]
            elif action == "rename" and isinstance(holder, dict):
                holder[draw(st.sampled_from(["x", "default", "CHN", "value", "titel"]))] = (
                    holder.pop(last)
                )
            elif action == "move":
                other = draw(st.sampled_from(PATHS[name]))
                found: Any = ORIGINALS[name]
                for part in other:
                    found = found[part]
                holder[last] = copy.deepcopy(found)
            else:
                holder[last] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return data


@settings(max_examples=400)
@given(data=spoilt())
def test_a_spoilt_file_loads_or_says_why(
    data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "spoilt.json"
    text = json.dumps(data).replace("NaN", ".nan").replace("Infinity", ".inf")
    file.write_text(text, encoding="utf-8")
    try:
        scenario = load(file)
    except InputError:
        return
    with contextlib.suppress(EngineError):  # a limit, say: a sentence, not a traceback
        assert json.loads(assess(scenario).to_json())["kind"] == "assess"
