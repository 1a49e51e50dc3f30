"""A scenario to fill in, with the roster of the day."""

from __future__ import annotations

import datetime

from coalitions.bodies.rosters import BoundDecision
from coalitions.bodies.states import state_name

__all__ = ["starter_text"]


def starter_text(bound: BoundDecision, day: datetime.date, estimated: str = "") -> str:
    """Write a scenario that is valid as it stands, every position unknown.

    Parameters
    ----------
    bound : BoundDecision
        The decision; its members get a line each.
    day : date
        Day of the decision.
    estimated : str
        The section ``positions``, and what stands beside it, in place of unknown positions.

    Returns
    -------
    str
        YAML with comments.
    """
    names = bound.rule.names
    width = max(len(_key(n)) for n in names)
    unknown = "\n".join(
        f"  {(_key(n) + ':').ljust(width + 1)} {{is: unknown, origin: assumed}}"
        f"{'' if state_name(n) == n else f'   # {state_name(n)}'}"
        for n in names
    )
    own = ""
    if not bound.roster.day:
        listed = ", ".join(_key(n) for n in names)
        own = (
            f"\n    roster:   # seats are anonymous in the data: name who sits\n"
            f"      members: [{listed}]\n"
        )
        groups = {g: players for g, players in bound.roster.roster.groups.items() if players}
        own += "      groups:\n" if groups else ""
        for group, players in groups.items():
            own += f"        {_key(group)}: [{', '.join(_key(names[i]) for i in players)}]\n"
        own += "      note: to be filled in"
    return f"""\
# A scenario to fill in. Positions: for, leans_for, abstain, leans_against, against, unknown.
# Every position may carry origin (recorded, stated, estimated, assumed), source, date,
# confidence, and conditions: supports_if, abstains_if, opposes_if.
format: coalitions/1
title: Untitled
date: {day.isoformat()}
marking: unclassified
bodies:
  venue:
    use: {bound.body.name}
    decision: {bound.decision.name}
    reading: {bound.reading.name}{own}
options:
  text:
    title: The text to be adopted
    needs: venue
    legal_basis: contested   # chapter_vii, host_consent, article_51, article_53_with_council,
                             # non_enforcement, contested, none
    effect: {{value: 1, unit: to be named, origin: assumed}}
floors:
  effect: 1   # the least protective effect that is acceptable; the empty text always passes
never:        # red lines; add to them, never empty the list
  - amnesty_for_atrocity_crimes
  - recognition_of_gains_by_force
{estimated.rstrip() or f"positions:{chr(10)}{unknown}"}
"""


def _key(name: str) -> str:
    """Quote a label where YAML would read something else."""
    plain = name.replace("-", "").replace("_", "").isalnum() and not name.isdigit()
    return name if plain else f'"{name}"'
