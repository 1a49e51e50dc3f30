"""A rule in which some members' votes are fixed, so that nothing they do changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from solvers.errors import RuleError
from solvers.rules.rule import Node, Quota, Rule
from solvers.rules.votes import LEVELS

__all__ = ["with_votes", "without_players"]


def with_votes(rule: Rule, votes: Mapping[int, int]) -> Rule:
    """Count the votes of some players as given, whatever they vote.

    Parameters
    ----------
    rule : Rule
        The rule.
    votes : mapping of int to int
        Vote level by player.

    Returns
    -------
    Rule
        For the same players; those named are without influence.

    Raises
    ------
    RuleError
        If a number is no player, or a level is unknown.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999 (subgames and reduced games).

    Examples
    --------
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> with_votes(majority, {0: 2}).evaluate((0, 2, 0))
    True
    """
    for player, level in votes.items():
        if not 0 <= player < rule.n_players or level not in LEVELS:
            raise RuleError(
                f"vote {level} of player {player}: players are numbered 0 to "
                f"{rule.n_players - 1}, votes 0 to 3"
            )

    def fixed(node: Node) -> Node:
        if not isinstance(node, Quota):
            return type(node)(tuple(fixed(part) for part in node.parts), node.title)
        own = {i: node.counts(level)[i] for i, level in votes.items()}
        # A constant moves to the threshold: an absent player would not bring it along.
        yes, abstain, no = (
            tuple(0 if i in own else c for i, c in enumerate(counts))
            for counts in (node.yes, node.abstain, node.no)
        )
        threshold = node.threshold - sum(own.values())
        return replace(node, yes=yes, abstain=abstain, no=no, threshold=threshold)

    return Rule(rule.n_players, fixed(rule.root), rule.names) if votes else rule


def without_players(rule: Rule, players: Iterable[int]) -> Rule:
    """Leave out players without influence.

    Parameters
    ----------
    rule : Rule
        The rule.
    players : iterable of int
        Who is left out; no leaf may count their vote.

    Returns
    -------
    Rule
        For the other players, in their order.

    Raises
    ------
    RuleError
        If a vote of a player that is left out counts somewhere.
    """
    gone = set(players)
    kept = [i for i in range(rule.n_players) if i not in gone]

    def cut(node: Node) -> Node:
        if not isinstance(node, Quota):
            return type(node)(tuple(cut(part) for part in node.parts), node.title)
        columns = (node.yes, node.abstain, node.no)
        if any(column[i] for column in columns for i in gone):
            raise RuleError("a vote counts of a player that is to be left out: fix it first")
        yes, abstain, no = (tuple(column[i] for i in kept) for column in columns)
        return replace(node, yes=yes, abstain=abstain, no=no)

    return Rule(len(kept), cut(rule.root), tuple(rule.names[i] for i in kept))
