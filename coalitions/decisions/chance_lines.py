"""Chances of votes on a screen: the least certain first, and the votes that they made unlikely."""

from __future__ import annotations

from fractions import Fraction

from coalitions.answers.results import Block
from coalitions.answers.wording import marked, percent
from coalitions.decisions.verdicts import VenueVerdict, vote_chances
from coalitions.scenarios.scenario import Chances
from solvers.rules.votes import ABSENT, level_name

__all__ = ["SURPRISE", "chance_block", "chance_words"]

SURPRISE = Fraction(1, 10)
"""A recorded vote of a smaller chance is named as missed."""

SHOWN = 5  # states on a screen


def chance_words(c: Chances) -> str:
    """Write the chances of a state.

    Parameters
    ----------
    c : Chances
        Of its votes.

    Returns
    -------
    str

    Examples
    --------
    >>> chance_words(Chances(Fraction(3, 4), Fraction(1, 4), Fraction(0)))
    'for 75.0 %, abstain 25.0 %, against 0.0 %'
    """
    parts = zip(("for", "abstain", "against"), (c.yes, c.abstain, c.against), strict=True)
    return ", ".join(f"{word} {percent(chance)}" for word, chance in parts)


def chance_block(v: VenueVerdict) -> Block | None:
    """Lay out the chances that a scenario gives the votes on an option.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.

    Returns
    -------
    Block or None
        Of a record the votes that had little chance; else who is least certain. None where the
        scenario gives no chances.
    """
    known = [(s, c) for s in v.votes if (c := vote_chances(v, s)) is not None]
    if not known or v.basis not in ("recorded", "positions"):
        return None
    bound, rows = v.venue.bound, []
    if v.basis == "recorded":
        missed = [
            (s, c.by_level[s.vote])
            for s, c in known
            if s.vote != ABSENT and c.by_level[s.vote] < SURPRISE
        ]
        for s, chance in sorted(missed, key=lambda entry: entry[1])[:SHOWN]:
            rows.append((marked(s.state, bound), f"{level_name(s.vote)}, given {percent(chance)}"))
        number = f"{len(missed)} of {len(known)} votes had less than one chance in ten"
        return Block("ESTIMATED BEFORE", number, tuple(rows))
    for s, c in sorted(known, key=lambda entry: max(entry[1].by_level))[:SHOWN]:
        rows.append((marked(s.state, bound), chance_words(c)))
    if len(known) > SHOWN:
        rows.append(("", f"and {len(known) - SHOWN} more, who are more certain"))
    common = v.option.correlation
    if common is not None and common.value:
        rows.append(("leanings", f"correlated {float(common.value):g}: votes hang together"))
    origins = dict.fromkeys(v.option.position(s.state).origin for s, _ in known)
    return Block("CHANCES", f"{' and '.join(origins)}, the least certain first", tuple(rows))
