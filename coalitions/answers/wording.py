"""Votes, members and changes of vote in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

from coalitions.bodies.rosters import BoundDecision
from solvers.rules.vote_changes import ChangePattern, Mover
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = [
    "apart",
    "cast",
    "change_words",
    "factor_words",
    "headline",
    "listed",
    "marked",
    "members",
    "percent",
    "tally",
]

MAX_NAMED = 12  # so many states on which an outcome turns are named in its headline
_CAST = {NO: "voting against", ABSTAIN: "abstaining", YES: "voting for"}


def cast(level: int) -> str:
    """Say what casting a vote is called: ``"voting against"``.

    Parameters
    ----------
    level : int
        A vote level.

    Returns
    -------
    str
    """
    return _CAST[level]


def factor_words(nodes: int, error: float, bounds: tuple[float, float]) -> str:
    """Say how an integral over a common factor was taken, and how far it may be off.

    Parameters
    ----------
    nodes : int
        Values of the factor.
    error : float
        Proven bound on the error.
    bounds : (float, float)
        What monotony alone proves.

    Returns
    -------
    str

    Examples
    --------
    >>> factor_words(83, 6.07e-11, (0.5517, 0.6117))
    'summed over 83 values, off by at most 6.4e-11; from 0.551 to 0.612 by monotony alone'
    """
    low, high = floor(bounds[0] * 1000) / 1000, ceil(bounds[1] * 1000) / 1000
    most = 1.05 * error  # so that rounding takes nothing away
    return (
        f"summed over {nodes:,} values, off by at most {most:.1e}; from {low:.3f} to {high:.3f} by "
        f"monotony alone"
    )


def percent(chance: Fraction | float) -> str:
    """Write a chance in percent; near 0 and 1 so that it is not taken for certain.

    Parameters
    ----------
    chance : Fraction or float
        From 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> percent(Fraction(1, 3)), percent(Fraction(1, 5000)), percent(1.0)
    ('33.3 %', 'under 0.1 %', '100.0 %')
    """
    value = 100 * float(chance)
    if 0 < chance < 1 and not 0.1 <= value <= 99.9:
        return "under 0.1 %" if value < 50 else "over 99.9 %"
    return f"{value:.1f} %"


def marked(state: str, bound: BoundDecision) -> str:
    """Write a state with a star if it is a permanent member.

    Parameters
    ----------
    state : str
        ISO code or label.
    bound : BoundDecision
        The decision; its roster knows the groups.

    Returns
    -------
    str
    """
    roster = bound.roster.roster
    permanent = roster.groups.get("permanent", ())
    return f"{state}*" if any(roster.names[i] == state for i in permanent) else state


def members(states: Iterable[str], bound: BoundDecision, most: int = 40) -> str:
    """List states, permanent members starred, long lists cut with their number.

    Parameters
    ----------
    states : iterable of str
        States.
    bound : BoundDecision
        The decision.
    most : int
        At most so many are named.

    Returns
    -------
    str
    """
    names = [marked(s, bound) for s in states]
    if len(names) <= most:
        return apart(names)
    return f"{apart(names[:most])} and {len(names) - most} more"


def apart(names: Iterable[str]) -> str:
    """Join names by spaces, or by semicolons where a name has a space itself.

    Parameters
    ----------
    names : iterable of str
        Names.

    Returns
    -------
    str

    Examples
    --------
    >>> apart(["FRA", "GBR"]), apart(["Free City", "GBR"])
    ('FRA GBR', 'Free City; GBR')
    """
    found = list(names)
    return ("; " if any(" " in name for name in found) else " ").join(found)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str
        Words.
    last : str
        Before the last one.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def tally(totals: Sequence[int]) -> str:
    """Write the totals of a vote.

    Parameters
    ----------
    totals : sequence of int
        For, against, abstaining, and, where there are any, absent and unknown.

    Returns
    -------
    str

    Examples
    --------
    >>> tally((10, 0, 5, 0, 0))
    '10 for, 0 against, 5 abstain'
    """
    words = ("for", "against", "abstain", "absent", "unknown")
    pairs = zip(totals, words[: len(totals)], strict=True)
    return ", ".join(f"{n} {word}" for k, (n, word) in enumerate(pairs) if n or k < 3)


def headline(verdict: str, basis: str, turns_on: Sequence[str], changed: bool) -> str:
    """Put a verdict into words: never a bare "adopted" on estimates.

    Parameters
    ----------
    verdict : {"passes", "fails", "turns on", "undetermined"}
        Of the votes.
    basis : {"recorded", "without a vote", "totals", "positions"}
        What the votes are.
    turns_on : sequence of str
        States on whose uncertain votes the outcome turns.
    changed : bool
        Whether a what-if changed the record.

    Returns
    -------
    str

    Examples
    --------
    >>> headline("passes", "recorded", (), False), headline("turns on", "positions", ["CHN"], False)
    ('PASSED (recorded)', 'TURNS ON CHN')
    """
    if basis == "without a vote":
        return "ADOPTED WITHOUT A VOTE (recorded)"
    if basis in ("recorded", "totals"):
        word = {"passes": "PASSED", "fails": "FAILED"}.get(verdict, "UNDETERMINED")
        return f"WOULD HAVE {word}" if changed else f"{word} (recorded)"
    if verdict == "turns on":
        named = len(turns_on) <= MAX_NAMED
        return f"TURNS ON {apart(turns_on) if named else f'{len(turns_on)} members'}"
    return f"{verdict.upper()} THROUGHOUT under these inputs"


def change_words(pattern: ChangePattern, bound: BoundDecision, profile: Sequence[int]) -> str:
    """Say which members, voting how, would turn the outcome.

    Parameters
    ----------
    pattern : ChangePattern
        Members and their new votes.
    bound : BoundDecision
        The decision.
    profile : sequence of int
        Votes as they stand.

    Returns
    -------
    str
        Such as ``"any two supporters abstaining"``.
    """
    words = [_mover_words(m, bound, profile) for m in pattern.movers]
    if len(words) == 2 and set(pattern.movers[0].players) & set(pattern.movers[1].players):
        words[1] = words[1].replace("any one", "another", 1)
    return " together with ".join(words)


def _mover_words(mover: Mover, bound: BoundDecision, profile: Sequence[int]) -> str:
    who = set(mover.players)
    roster = bound.roster.roster
    number = {1: "any one", 2: "any two"}.get(mover.number, f"any {mover.number}")
    supporters = {i for i, v in enumerate(profile) if v == YES}
    if len(who) == mover.number:
        subject = listed([marked(roster.names[i], bound) for i in sorted(who)])
    elif who == set(roster.groups.get("permanent", ())) and len(who) > 1:
        subject = "any permanent member" if mover.number == 1 else f"{number} permanent members"
    elif who == supporters:
        subject = f"{number} supporter{'s' if mover.number > 1 else ''}"
    elif who == set(range(len(profile))):
        subject = f"{number} member{'s' if mover.number > 1 else ''}"
    else:
        subject = f"{number} of {members((roster.names[i] for i in sorted(who)), bound)}"
    near = [i for i in sorted(who) if abs(profile[i] - mover.after) == 1]
    words = f"{subject} {cast(mover.after)}"
    if mover.number == 1 and 0 < len(near) < len(who):
        words += f" (one step away: {members((roster.names[i] for i in near), bound)})"
    return words
