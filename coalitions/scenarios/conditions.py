"""Conditions of positions as they are written, and their translation to player numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from coalitions.bodies.states import find_state, near_state
from coalitions.files.spelling import did_you_mean, shown
from solvers.rules import vote_conditions as vc
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = [
    "NamedCondition",
    "compile_condition",
    "endorsement_key",
    "parse_condition",
    "states_in",
]

Path: TypeAlias = tuple[str | int, ...]
Wrong: TypeAlias = Callable[[Path, str], None]
Elsewhere: TypeAlias = Callable[[str], str | None]
_VOTES = {
    "for": (YES, YES),
    "not_against": (ABSTAIN, YES),
    "against": (NO, NO),
    "abstains": (ABSTAIN, ABSTAIN),
}
_KEYS = ("all", "any", "not", "adopted", "endorsed", *_VOTES)


@dataclass(frozen=True)
class NamedCondition:
    """One node: ``all``, ``any``, ``not``, or an atom with the name it speaks of."""

    kind: str
    name: str = ""
    parts: tuple[NamedCondition, ...] = ()


def parse_condition(
    data: Any,
    path: Path,
    wrong: Wrong,
    amendments: Collection[str],
    endorsements: Collection[str],
    voters: Collection[str],
    elsewhere: Elsewhere = lambda _: None,
) -> NamedCondition | None:
    """Read a condition.

    Parameters
    ----------
    data : object
        A name of an amendment, or a mapping with one of ``all``, ``any``, ``not``,
        ``adopted``, ``endorsed``, ``for``, ``not_against``, ``against``, ``abstains``.
    path : tuple
        Where it stands.
    wrong : callable
        Told of every mistake: path and sentence.
    amendments, endorsements, voters : collection of str
        The names that exist.
    elsewhere : callable
        Tells by what name a state may vote in a body whose members are not known; None when
        it votes nowhere.

    Returns
    -------
    NamedCondition or None
        None after a mistake.
    """
    if isinstance(data, str):
        return _atom("adopted", data, path, wrong, amendments, endorsements, voters, elsewhere)
    if not isinstance(data, dict) or len(data) != 1:
        wrong(path, f"a condition is an amendment or one of {', '.join(_KEYS)}, not {shown(data)}")
        return None
    ((key, value),) = data.items()
    here = (*path, key)
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            wrong(here, "must be a list of conditions")
            return None
        parts = [
            parse_condition(part, (*here, i), wrong, amendments, endorsements, voters, elsewhere)
            for i, part in enumerate(value)
        ]
        return NamedCondition(key, "", tuple(p for p in parts if p is not None))
    if key == "not":
        part = parse_condition(value, here, wrong, amendments, endorsements, voters, elsewhere)
        return None if part is None else NamedCondition("not", "", (part,))
    if key not in _KEYS:
        wrong(here, f"unknown condition {shown(key)}{did_you_mean(key, _KEYS)}")
        return None
    return _atom(key, value, here, wrong, amendments, endorsements, voters, elsewhere)


def _atom(
    key: str,
    value: Any,
    path: Path,
    wrong: Wrong,
    amendments: Collection[str],
    endorsements: Collection[str],
    voters: Collection[str],
    elsewhere: Elsewhere,
) -> NamedCondition | None:
    if not isinstance(value, str):
        wrong(path, f"names one thing, not {shown(value)}")
        return None
    if key in _VOTES:
        state = value if value in voters else find_state(value)
        if state is None or state not in voters:
            state = elsewhere(value)
        if state is None:
            wrong(path, f"{value!r} votes in no body here{near_state(value, tuple(voters))}")
            return None
        return NamedCondition(key, state)
    known = amendments if key == "adopted" else endorsements
    if value not in known:
        what = "amendment" if key == "adopted" else "endorsement"
        wrong(path, f"no {what} {value!r}{did_you_mean(value, known)}")
        return None
    return NamedCondition(key, value)


def states_in(condition: NamedCondition) -> frozenset[str]:
    """List the states whose votes a condition speaks of.

    Parameters
    ----------
    condition : NamedCondition
        The condition.

    Returns
    -------
    frozenset of str
    """
    own = {condition.name} if condition.kind in _VOTES else set()
    return frozenset(own.union(*(states_in(part) for part in condition.parts)))


def endorsement_key(name: str) -> str:
    """Return the name under which an endorsement that can be had is numbered.

    Parameters
    ----------
    name : str
        The endorsement.

    Returns
    -------
    str
        No amendment has this name by accident.
    """
    return f"endorsement {name}"


def compile_condition(
    condition: NamedCondition,
    amendments: Mapping[str, int],
    endorsements: Mapping[str, bool],
    players: Mapping[str, int],
) -> vc.Condition:
    """Translate a condition to numbers.

    Parameters
    ----------
    condition : NamedCondition
        The condition.
    amendments : mapping of str to int
        Numbers of the amendments; one that does not belong to the option is not adopted. Of an
        endorsement that can be had too, under :func:`endorsement_key`.
    endorsements : mapping of str to bool
        Which were given.
    players : mapping of str to int
        Numbers of the voters; a state that does not vote in this body makes no vote.

    Returns
    -------
    solvers.rules.vote_conditions.Condition
    """
    parts = tuple(compile_condition(p, amendments, endorsements, players) for p in condition.parts)
    if condition.kind == "all":
        return vc.Every(parts)
    if condition.kind == "any":
        return vc.Some(parts)
    if condition.kind == "not":
        return vc.Not(parts[0])
    if condition.kind == "endorsed":
        number = amendments.get(endorsement_key(condition.name))
        if number is not None:
            return vc.Adopted(number)
        return vc.Fact(endorsements[condition.name])
    if condition.kind == "adopted":
        known = condition.name in amendments
        return vc.Adopted(amendments[condition.name]) if known else vc.Fact(False)
    if condition.name not in players:
        return vc.Fact(False)
    return vc.VoteBetween(players[condition.name], *_VOTES[condition.kind])
