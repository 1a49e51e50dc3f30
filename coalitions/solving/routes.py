"""Where else a matter can go when a decision fails."""

from __future__ import annotations

from coalitions.bodies.body import Route, load_body
from coalitions.bodies.rosters import possible_members
from coalitions.decisions.verdicts import VenueVerdict
from coalitions.scenarios.scenario import Scenario

__all__ = ["routes_open"]


def routes_open(v: VenueVerdict, scenario: Scenario | None) -> list[Route]:
    """List the other venues of the day; a regional one only when a state concerned may sit there.

    Parameters
    ----------
    v : VenueVerdict
        The verdict in the first venue.
    scenario : Scenario or None
        ``context.concerns`` names the states concerned; without it every venue is listed.

    Returns
    -------
    list of Route
    """
    concerned = set(scenario.context.get("concerns", ())) if scenario else set()
    found = []
    for route in v.venue.bound.body.routes:
        if v.option.date.isoformat() < route.since:
            continue
        if route.regional and concerned:
            seats = possible_members(load_body(route.body), v.option.date)
            if seats is not None and not concerned & seats:
                continue
        found.append(route)
    return found
