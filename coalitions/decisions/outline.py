"""A scenario in words: what it contains, before any analysis."""

from __future__ import annotations

from typing import Any

from coalitions.answers.results import Block, Screen, number_text
from coalitions.scenarios.scenario import Scenario
from solvers.rules.votes import level_name

__all__ = ["scenario_data", "scenario_screen"]


def scenario_screen(scenario: Scenario) -> Screen:
    """Outline a scenario.

    Parameters
    ----------
    scenario : Scenario
        The case.

    Returns
    -------
    Screen
    """
    blocks = [Block("SUMMARY", scenario.summary)] if scenario.summary else []
    if scenario.fictional:
        blocks.insert(0, Block("FICTIONAL", "states, positions and numbers are invented"))
    for option in scenario.options:
        rows = [(v.key, f"{v.bound.body.title}: {v.bound.rule.describe()}") for v in option.venues]
        rows.append(("legal basis", option.legal_basis.replace("_", " ")))
        rows.append(("effect", f"{number_text(option.effect.value)} {option.unit}".strip()))
        if option.recorded:
            rows.append(("recorded", option.recorded.label))
        stated = {s: p.word for s, p in option.positions.items() if s != "default"}
        if stated:
            rows.append(("positions", ", ".join(f"{s} {w}" for s, w in stated.items())))
        if option.payoffs:
            rows.append(("payoffs", ", ".join(option.payoffs)))
        if option.note:
            rows.append(("note", option.note))
        blocks.append(Block(option.key.upper(), f"{option.title}, {option.date}", tuple(rows)))
    if scenario.amendments:
        rows = [
            (a.key, f"{a.title} (cost {number_text(a.cost.value)})") for a in scenario.amendments
        ]
        blocks.append(Block("AMENDMENTS", "", tuple(rows)))
    if scenario.concessions:
        names: dict[str, list[str]] = {}
        for c in scenario.concessions:
            names.setdefault(f"{c.key} ({c.kind}, {c.type})", []).append(c.recipient)
        rows = [(key, f"to {' '.join(who)}") for key, who in names.items()]
        blocks.append(Block("CONCESSIONS", f"costs in {scenario.unit}", tuple(rows)))
    floor = f"effect at least {number_text(scenario.floor.value)}"
    blocks.append(Block("LIMITS", f"{floor}; never: {', '.join(scenario.never)}"))
    blocks.append(Block("DIGEST", scenario.digest))
    return Screen(f"{scenario.title}, {scenario.date}", scenario.marking, tuple(blocks))


def scenario_data(scenario: Scenario) -> dict[str, Any]:
    """Return the outline of a scenario as plain data.

    Parameters
    ----------
    scenario : Scenario
        The case.

    Returns
    -------
    dict
    """
    return {
        "name": scenario.name,
        "title": scenario.title,
        "date": scenario.date.isoformat(),
        "marking": scenario.marking,
        "fictional": scenario.fictional,
        "summary": scenario.summary,
        "digest": scenario.digest,
        "floor": str(scenario.floor.value),
        "never": list(scenario.never),
        "options": [
            {
                "option": o.key,
                "title": o.title,
                "date": o.date.isoformat(),
                "venues": [v.key for v in o.venues],
                "legal_basis": o.legal_basis,
                "effect": str(o.effect.value),
                "unit": o.unit,
                "recorded": {s: level_name(v) for s, v in o.recorded.votes.items()}
                if o.recorded
                else None,
                "positions": {s: p.word for s, p in o.positions.items()},
            }
            for o in scenario.options
        ],
        "amendments": [a.key for a in scenario.amendments],
        "concessions": sorted({c.key for c in scenario.concessions}),
    }
