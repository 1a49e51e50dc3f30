"""Scenario files with links, routes of several bodies, escrow, needs, third parties, bandwagons.

The costs are those of small examples that can be checked by hand.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from coalitions.concessions.packages import packages
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.files.yaml12 import load_file
from coalitions.scenarios.scenario import Scenario, load

C7 = datasets.data_root() / "scenarios" / "council-of-seven.yaml"


def scenario(tmp_path: Path, data: dict[str, Any]) -> Scenario:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return load(file)


def seven(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(load_file(C7).data, default=str))
    return data | changes


def wrong(tmp_path: Path, data: dict[str, Any]) -> list[str]:
    with pytest.raises(InputError) as caught:
        scenario(tmp_path, data)
    return [str(p).split(": ", 1)[1] for p in caught.value.problems]


def three(margins: list[str], rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a council of a few states with margins, cash for all, and a rule."""
    names = [chr(ord("A") + i) for i in range(len(margins))]
    return {
        "format": "coalitions/1",
        "title": "A few states",
        "date": "2026-01-01",
        "fictional": True,
        "bodies": {
            "council": {
                "define": {
                    "title": "Council",
                    "roster": {"members": names},
                    "decisions": {
                        "text": {
                            "title": "Decision",
                            "effect": "binding",
                            "decides": "it",
                            "abstention": "Counts for nothing.",
                            "default": "plain",
                            "readings": {
                                "plain": {
                                    "title": "Rule",
                                    "rule": rule,
                                    "confidence": "A",
                                    "sources": ["invented"],
                                }
                            },
                        }
                    },
                }
            }
        },
        "options": {
            "text": {
                "title": "A text",
                "needs": "council",
                "legal_basis": "host_consent",
                "effect": 1,
            }
        },
        "floors": {"effect": 1},
        "never": ["amnesty_for_atrocity_crimes"],
        "resolution": "1/100",
        "payoffs": {
            "criteria": {"worth": "worth"},
            "scores": {"text": {"worth": dict(zip(names, margins, strict=True))}},
            "states": {n: {"weights": {"worth": 1}, "band": 0} for n in names},
        },
        "concessions": {"cash": {"kind": "transfer", "type": "aid", "to": "all"}},
    } | more


def test_trust_and_escrow(tmp_path: Path) -> None:
    doubted = seven(amendments={})
    doubted["concessions"]["cash"]["trust"] = {"B": "1/2", "default": 1}
    assert packages(scenario(tmp_path, doubted)).cost == 13
    doubted["concessions"]["cash"]["escrow"] = "3/2"
    found = packages(scenario(tmp_path, doubted))
    assert found.cost == Fraction(21, 2)
    assert found.verify()
    (channel,) = [row for row in found.rows() if row["part"] == "channel"]
    assert (channel["to"], channel["cost"]) == ("B", "3/2")
    assert sum(Fraction(row["cost"]) for row in found.rows()) == found.cost


def test_a_cap_holds_for_promise_and_escrow_together(tmp_path: Path) -> None:
    data = seven(amendments={})
    data["concessions"]["cash"] |= {"cap": {"B": 3, "default": 9}, "escrow": 1}
    assert packages(scenario(tmp_path, data)).status == "none"


def test_a_linked_item_brings_both_through(tmp_path: Path) -> None:
    rule = {"everybody_for": "members"}
    alone = three(["4", "-3", "1"], rule)
    assert packages(scenario(tmp_path, alone)).cost == 3
    other = {"title": "Y", "margins": {"A": -2, "B": 5, "C": 0}, "needs": "council"}
    found = packages(scenario(tmp_path, alone | {"links": {"other": other}}))
    assert found.cost == 0
    assert [row["part"] for row in found.rows()] == ["link"]


def test_a_link_needs_its_own_body(tmp_path: Path) -> None:
    data = three(["-1", "-1", "1"], {"in_favour": 2})
    own = json.loads(json.dumps(data["bodies"]["council"]))
    own["define"]["roster"]["members"] = ["Z"]
    data["bodies"]["board"] = own
    own["define"]["decisions"]["text"]["readings"]["plain"]["rule"] = {"in_favour": 1}
    data["links"] = {"other": {"title": "Y", "margins": {"A": 2}, "needs": "board"}}
    data["positions"] = {"Z": {"is": "against"}}
    assert packages(scenario(tmp_path, data)).cost == 1  # the board does not take it: cash to A
    data["positions"] = {"Z": {"is": "for"}}
    found = packages(scenario(tmp_path, data))
    assert found.cost == 0
    assert found.model is not None
    assert found.model.names == ("A", "B", "C", "Z")


@pytest.mark.parametrize(("pessimistic", "cost"), [("best", 0), ("least", Fraction(1, 2))])
def test_votes_that_hold_one_another_up(tmp_path: Path, pessimistic: str, cost: Fraction) -> None:
    follow = {a: {b: 1 for b in "ABCD" if a != b} for a in "ABCD"}
    data = three(["-1/2", "-1", "-2", "-3"], {"in_favour": 3}, bandwagon=follow)
    assert packages(scenario(tmp_path, data | {"equilibrium": pessimistic})).cost == cost


def test_doubts_cost_their_protection(tmp_path: Path) -> None:
    for at_once, cost in (("0", 0), ("1", 2), ("3/2", Fraction(11, 4)), ("2", Fraction(7, 2))):
        data = three(["0"], {"in_favour": 1})
        doubts = {"at_once": at_once, "parts": [2, "3/2", 1]}
        data["payoffs"]["states"]["A"]["doubts"] = doubts
        assert packages(scenario(tmp_path, data)).cost == cost


def test_contributions_cover_needs(tmp_path: Path) -> None:
    data = three(["0", "0", "0"], {"everybody_for": "members"}, concessions={})
    data["operation"] = {
        "needs": {"airlift": {"amount": 4}, "infantry": {"amount": 6}},
        "contributions": {
            "A": {"airlift": {"most": 3, "cost": 2}},
            "B": {"airlift": {"most": 2, "cost": 3}, "infantry": {"most": 2, "cost": 2}},
            "C": {"infantry": {"most": 5, "cost": 1}},
        },
    }
    found = packages(scenario(tmp_path, data))
    assert found.cost == 16
    given = {(p["from"], p["need"]): p["amount"] for p in found.answer()["contributions"]}
    assert given == {
        ("A", "airlift"): "3",
        ("B", "airlift"): "1",
        ("B", "infantry"): "1",
        ("C", "infantry"): "5",
    }
    assert found.verify()


def assembly() -> dict[str, Any]:
    """Return the council of seven inside an assembly of twelve."""
    data = seven(amendments={})
    council = data["bodies"]["council"]["define"]
    readings = council["decisions"]["substantive"]["readings"]
    call = json.loads(json.dumps(council))
    call["decisions"]["substantive"]["default"] = "no-veto"
    whole = json.loads(json.dumps(council))
    whole["title"] = "Assembly of Twelve"
    whole["roster"] = {"members": [*"ABcdefghijkl"]}
    plain = readings["two-thirds-of-voting"]
    whole["decisions"]["substantive"] |= {"default": "plain", "readings": {"plain": plain}}
    data["bodies"] |= {"call": {"define": call}, "assembly": {"define": whole}}
    data["options"]["mandate"]["needs"] = ["council", "uniting", "either"]
    data["options"]["mandate"]["routes"] = {
        "uniting": {"all": ["call", "assembly"]},
        "either": {"any": ["council", "assembly"], "legitimacy": 0},
    }
    more = {"h": (1, 1), "i": (1, 1), "j": (-1, "1/2"), "k": (-3, 3), "l": (-8, 2)}
    for state, (margin, band) in more.items():
        data["payoffs"]["scores"]["mandate"]["worth"][state] = margin
        data["payoffs"]["states"][state] = {"weights": {"worth": 1}, "band": band}
    return data


def test_one_payment_moves_a_state_in_both_bodies(tmp_path: Path) -> None:
    case = scenario(tmp_path, assembly())
    assert packages(case, venue="council").cost == 9
    found = packages(case, venue="uniting")
    assert found.cost == Fraction(13, 2)
    assert found.verify()
    votes = found.answer()["votes"]
    assert sum(v == "for" for v in votes.values()) == 6
    assert sum(v == "against" for v in votes.values()) == 3


def test_the_literal_reading_reaches_into_routes(tmp_path: Path) -> None:
    case = scenario(tmp_path, assembly()).read_as("literal")
    assert packages(case, venue="council").cost == 11


def test_providers_limit_reach_and_budget(tmp_path: Path) -> None:
    data = three(["-1", "-2", "-3"], {"in_favour": 2})
    data["concessions"]["cash"]["provider"] = "P"
    free = packages(scenario(tmp_path, data))
    assert free.cost == 3
    data["providers"] = {"P": {"budget": 10, "to": ["A", "C"]}}
    assert packages(scenario(tmp_path, data)).cost == 4
    data["providers"]["P"]["channel"] = "1/2"
    assert packages(scenario(tmp_path, data)).cost == 5
    data["providers"]["P"]["budget"] = 3
    assert packages(scenario(tmp_path, data)).status == "none"


def test_a_price_stands_for_payoffs(tmp_path: Path) -> None:
    data = three(["1", "1", "1"], {"all": [{"in_favour": 2}, {"nobody_against": "members"}]})
    data["payoffs"]["states"].pop("C")
    data["positions"] = {"C": {"is": "against", "price": {"abstain": 2, "support": 5}}}
    assert packages(scenario(tmp_path, data)).cost == 2


def test_who_is_immovable_is_not_moved(tmp_path: Path) -> None:
    data = three(["1", "1", "-1"], {"everybody_for": "members"})
    assert packages(scenario(tmp_path, data)).cost == 1
    data["payoffs"]["states"]["C"]["immovable"] = True
    assert packages(scenario(tmp_path, data)).status == "none"


def test_third_parties_are_not_harmed_below_their_floor(tmp_path: Path) -> None:
    data = three(["1", "1", "-2"], {"everybody_for": "members"})
    data["third_parties"] = {"port": {"title": "The port", "margin": 1, "floor": 0}}
    data["concessions"]["cash"] |= {"harm": {"port": "-1/2"}}
    assert packages(scenario(tmp_path, data)).cost == 2
    data["third_parties"]["port"]["margin"] = "1/2"
    assert packages(scenario(tmp_path, data)).status == "none"


def test_an_endorsement_that_can_be_had(tmp_path: Path) -> None:
    data = three(["1", "1", "-2"], {"everybody_for": "members"})
    data["payoffs"]["states"]["C"]["legitimacy"] = 4
    call = {"title": "The Union asks for it", "given": False, "legitimacy": "1/2"}
    data["endorsements"] = {"call": call}
    assert packages(scenario(tmp_path, data)).cost == 2
    call["obtained_at"] = 1
    found = packages(scenario(tmp_path, data))
    assert found.cost == 1
    assert [row["part"] for row in found.rows()] == ["endorsement"]
    data["endorsements"] = {"call": call | {"given": True}}
    del data["endorsements"]["call"]["obtained_at"]
    assert packages(scenario(tmp_path, data)).cost == 0


def test_amendments_together_and_at_most_so_many(tmp_path: Path) -> None:
    data = three(["1", "-1", "-1"], {"everybody_for": "members"}, concessions={})
    data["amendments"] = {
        "one": {"title": "One", "cost": 3, "margins": {"B": 1}},
        "two": {"title": "Two", "cost": 3, "margins": {"C": 1}},
    }
    assert packages(scenario(tmp_path, data)).cost == 6
    data["combinations"] = [{"of": ["one", "two"], "cost": -2}]
    found = packages(scenario(tmp_path, data))
    assert found.cost == 4
    assert sum(Fraction(row["cost"]) for row in found.rows()) == 4
    data["limits"] = [{"at_most": 1}]
    assert packages(scenario(tmp_path, data)).status == "none"
    del data["limits"]
    data["combinations"][0]["unlawful"] = True
    assert packages(scenario(tmp_path, data)).status == "none"


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a combination of one": (
        {"combinations": [{"of": ["sunset", "sunset"]}]},
        "combinations.0.of: a combination is of two different amendments or more",
    ),
    "a limit on nothing known": (
        {"limits": [{"of": ["sunst"], "at_most": 1}]},
        "limits.0.of.0: no amendment 'sunst' (did you mean 'sunset'?)",
    ),
    "a link with the name of an amendment": (
        {"links": {"lead": {"title": "Lead"}}},
        "links.lead: an amendment has the same name; choose another",
    ),
    "a link to an unknown body": (
        {"links": {"pact": {"title": "Pact", "needs": "councl"}}},
        "links.pact.needs: no body 'councl' (did you mean 'council'?)",
    ),
    "a provider of nothing": (
        {"providers": {"P": {"budget": 1}}},
        "providers.P: 'P' provides nothing",
    ),
    "a provider without a budget": (
        {"providers": {"P": {}}},
        "providers.P.budget: is missing",
    ),
    "a bandwagon backwards": (
        {"bandwagon": {"A": {"B": -1}}},
        "bandwagon.A.B: a yes of others adds at least 0; what it takes away is not modelled",
    ),
    "a contribution to no need": (
        {
            "operation": {
                "needs": {"airlift": {"amount": 1}},
                "contributions": {"A": {"airlft": {"most": 1}}},
            }
        },
        "operation.contributions.A.airlft: no need 'airlft' (did you mean 'airlift'?)",
    ),
    "an endorsement given and for sale": (
        {"endorsements": {"call": {"title": "Call", "given": True, "obtained_at": 1}}},
        "endorsements.call.obtained_at: it is given already, so it is not obtained; leave this out",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_each_mistake_is_one_line(case: str, tmp_path: Path) -> None:
    changes, message = MISTAKES[case]
    assert wrong(tmp_path, seven(**changes)) == [message]


def test_a_provider_that_has_no_budget_is_named(tmp_path: Path) -> None:
    data = seven()
    data["concessions"]["cash"]["provider"] = "Q"
    more = {"title": "x", "kind": "item", "type": "visit", "provider": "P", "to": ["B"]}
    data["concessions"]["visit"] = more
    data["providers"] = {"P": {"budget": 1}}
    message = "concessions.cash.provider: 'Q' is no provider with a budget; enter it there"
    assert wrong(tmp_path, data) == [message]


def test_harm_to_somebody_unknown(tmp_path: Path) -> None:
    data = seven()
    data["concessions"]["cash"]["harm"] = {"prt": -1}
    data["third_parties"] = {"port": {"title": "The port", "floor": 0}}
    message = "concessions.cash.harm.prt: no third party 'prt' (did you mean 'port'?)"
    assert wrong(tmp_path, data) == [message]


def test_a_route_needs_two_bodies(tmp_path: Path) -> None:
    data = assembly()
    data["options"]["mandate"]["routes"]["uniting"] = {
        "all": ["call", "assembly"],
        "any": ["x", "y"],
    }
    (message, *_) = wrong(tmp_path, data)
    assert message == (
        "options.mandate.routes.uniting: needs either 'all' or 'any': the bodies of the route"
    )
