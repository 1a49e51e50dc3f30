"""Routes of several bodies: one decision over all their members, in which a state votes once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from coalitions.scenarios.parts import Venue
from solvers.rules.roster import Roster
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

__all__ = ["joint_venue", "spread"]


def spread(rule: Rule, names: Sequence[str]) -> Rule:
    """Write a rule over more players, of whom those outside its body count nothing.

    Parameters
    ----------
    rule : Rule
        A rule whose players have names.
    names : sequence of str
        Labels of all players; those of the rule among them.

    Returns
    -------
    Rule
    """
    number = {name: i for i, name in enumerate(names)}
    places = [number[name] for name in rule.names]

    def wide(counts: Iterable[int]) -> tuple[int, ...]:
        found = [0] * len(names)
        for place, count in zip(places, counts, strict=True):
            found[place] = count
        return tuple(found)

    def moved(node: Node) -> Node:
        if isinstance(node, Quota):
            return replace(node, yes=wide(node.yes), abstain=wide(node.abstain), no=wide(node.no))
        return type(node)(tuple(moved(part) for part in node.parts), node.title)

    return Rule(len(names), moved(rule.root), tuple(names))


def joint_venue(
    key: str, title: str, parts: Sequence[Venue], together: str, legitimacy: Fraction
) -> Venue:
    """Make one venue of several.

    Parameters
    ----------
    key, title : str
        Name and title of the route.
    parts : sequence of Venue
        The bodies.
    together : {"all", "any"}
        Whether all of them must decide, or any of them.
    legitimacy : Fraction
        Legitimacy of the route.

    Returns
    -------
    Venue
        A state that sits in several of the bodies votes the same way in each: what moves it
        moves it everywhere. A group, such as the permanent members, keeps its name.
    """
    first = parts[0].bound
    names = tuple(dict.fromkeys(name for part in parts for name in part.bound.rule.names))
    rules = [spread(part.bound.rule, names).root for part in parts]
    titled = [
        replace(rule, title=rule.title or part.bound.body.title)
        for rule, part in zip(rules, parts, strict=True)
    ]
    root = (AllOf if together == "all" else AnyOf)(tuple(titled), title)
    groups: dict[str, list[str]] = {}
    for part in parts:
        roster = part.bound.roster.roster
        for group, players in roster.groups.items():
            groups.setdefault(group, []).extend(roster.names[i] for i in players)
    members = {g: tuple(dict.fromkeys(who)) for g, who in groups.items()}
    notes = dict.fromkeys(note for part in parts for note in part.bound.roster.notes)
    own = any(part.bound.roster.own for part in parts)
    roster_ = replace(first.roster, roster=Roster.of(names, members), notes=tuple(notes), own=own)
    bound = replace(
        first,
        body=replace(first.body, name=key, title=title, routes=()),
        roster=roster_,
        rule=Rule(len(names), root, names),
        absent=_everywhere(parts, names, "absent"),
        recused=_everywhere(parts, names, "recused"),
    )
    return Venue(key, bound, legitimacy, tuple(parts), together)


def _everywhere(parts: Sequence[Venue], names: Sequence[str], what: str) -> tuple[str, ...]:
    """States that are absent, or recused, in every body in which they sit."""
    seats = {name: [p.bound for p in parts if name in p.bound.rule.names] for name in names}
    return tuple(n for n, sits in seats.items() if all(n in getattr(b, what) for b in sits))
