"""Probability that a decision passes when votes are independent, with its gradient, exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm, prod
from typing import TypeAlias

from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, Node, Quota, Rule
from solvers.rules.votes import YES

__all__ = ["MAX_STATES", "Passage", "PassageDiagram", "checked_probabilities", "passage"]

MAX_STATES = 400_000
"""Most states that the diagram of a rule may have."""

MET, LOST = 0, -1

State: TypeAlias = "tuple[int, ...]"
"""For each leaf how much more than votes against must still come, or `MET`, or `LOST`."""
Layers: TypeAlias = "list[dict[State, tuple[State, ...]]]"
"""For each player the states, and the state that each vote (no, abstain, yes) leads to."""


@dataclass(frozen=True)
class Passage:
    """What independent votes make of a rule.

    Parameters
    ----------
    probability : Fraction
        That the decision passes.
    yes, abstain : tuple of Fraction, length n
        Probability of each vote of each player; the rest votes against.
    given_yes, given_abstain, given_no : tuple of Fraction, length n
        Probability that the decision passes when the player votes so.

    References
    ----------
    .. [1] A. Laruelle and F. Valenciano, "Assessing success and decisiveness in voting
       situations", Social Choice and Welfare 24 (2005), pp. 171-197.
    """

    probability: Fraction
    yes: tuple[Fraction, ...]
    abstain: tuple[Fraction, ...]
    given_yes: tuple[Fraction, ...]
    given_abstain: tuple[Fraction, ...]
    given_no: tuple[Fraction, ...]

    @property
    def decisiveness(self) -> tuple[Fraction, ...]:
        """Probability that the outcome turns on whether the player votes for or against."""
        return tuple(y - n for y, n in zip(self.given_yes, self.given_no, strict=True))

    @property
    def gradient(self) -> tuple[Fraction, ...]:
        """Derivative of the probability as votes against become votes for, player by player."""
        return self.decisiveness

    @property
    def success(self) -> tuple[Fraction, ...]:
        """Probability that a player votes for what passes or against what fails."""
        return tuple(
            y * for_ + (1 - y - a) * (1 - against)
            for y, a, for_, against in zip(
                self.yes, self.abstain, self.given_yes, self.given_no, strict=True
            )
        )


def passage(
    rule: Rule,
    yes: Sequence[Fraction | int | str],
    abstain: Sequence[Fraction | int | str] | None = None,
) -> Passage:
    """Compute the probability of passage for independent votes.

    Parameters
    ----------
    rule : Rule
        Any rule, also one that tells an abstention from a vote against.
    yes : sequence of Fraction, int or str, length n
        Probability that each player votes for: exact, such as ``"1/3"`` or ``"0.4"``.
    abstain : sequence of the same, optional
        Probability that each player abstains; nobody does when left out.

    Returns
    -------
    Passage

    Raises
    ------
    GameError
        If there is not one probability for each player, it is a float or no number, or a
        player's probabilities are negative or sum to more than 1.
    LimitError
        If the diagram has more than `MAX_STATES` states.

    Notes
    -----
    One layer for each player; a state says what each leaf still needs, so that a weighted leaf
    has at most as many states a layer as its threshold. Probabilities are integers over one
    common denominator.

    Examples
    --------
    A majority of three, in which the first member is twice as likely as not to agree:

    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> found = passage(majority, ["2/3", "1/2", "1/2"])
    >>> str(found.probability), [str(g) for g in found.gradient]
    ('7/12', ['1/2', '1/2', '1/2'])
    """
    for_, idle = checked_probabilities(rule, yes, abstain)
    return PassageDiagram(rule).passage(for_, idle)


class PassageDiagram:
    """The states that a rule runs through vote by vote; one diagram serves many probabilities.

    Parameters
    ----------
    rule : Rule
        Any rule.

    Attributes
    ----------
    order : list of int
        Players, in the order in which their votes are read.
    layers : list of dict
        For each of them the states, and the state that each vote (no, abstain, yes) leads to.
    ends : dict
        The last states, and whether the decision passes there.

    Raises
    ------
    LimitError
        If there are more than `MAX_STATES` states.

    References
    ----------
    .. [1] R. E. Bryant, "Graph-based algorithms for Boolean function manipulation", IEEE
       Transactions on Computers C-35 (1986), pp. 677-691.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.order = _order(rule)
        self.layers, self.ends = _diagram(rule, self.order)

    def passage(
        self,
        yes: Sequence[Fraction | int | str],
        abstain: Sequence[Fraction | int | str] | None = None,
    ) -> Passage:
        """Compute the probability of passage for independent votes.

        Parameters
        ----------
        yes, abstain : sequence of Fraction, int or str, length n
            As in :func:`passage`.

        Returns
        -------
        Passage

        Raises
        ------
        GameError
            As in :func:`passage`.
        """
        for_, idle = checked_probabilities(self.rule, yes, abstain)
        return _run(self.rule, self.order, self.layers, self.ends, for_, idle)


def checked_probabilities(
    rule: Rule,
    yes: Sequence[Fraction | int | str],
    abstain: Sequence[Fraction | int | str] | None = None,
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Read the probabilities of all players.

    Parameters
    ----------
    rule : Rule
        The rule that they vote under.
    yes, abstain : sequence of Fraction, int or str, length n
        As in :func:`passage`.

    Returns
    -------
    (tuple of Fraction, tuple of Fraction)

    Raises
    ------
    GameError
        As in :func:`passage`.
    """
    for_ = _probabilities(rule, yes, "for")
    idle = _probabilities(rule, abstain, "abstain") if abstain is not None else None
    idle = idle or (Fraction(0),) * rule.n_players
    for name, y, a in zip(rule.names, for_, idle, strict=True):
        if y < 0 or a < 0 or y + a > 1:
            raise GameError(
                f"{name} votes for with probability {y} and abstains with {a}: each is at least "
                f"0, and their sum at most 1"
            )
    return for_, idle


def _run(
    rule: Rule,
    order: list[int],
    layers: Layers,
    ends: dict[State, bool],
    for_: tuple[Fraction, ...],
    idle: tuple[Fraction, ...],
) -> Passage:
    """Count the ways to pass, once from the end and once from the beginning."""
    votes, below = [], []
    for i in order:
        chances = (1 - for_[i] - idle[i], idle[i], for_[i])
        common = lcm(*(c.denominator for c in chances))
        below.append(common)
        votes.append(tuple(int(c * common) for c in chances))
    # value[k][state]: ways to pass from there, out of the product of the denominators from k on
    value = [{state: int(won) for state, won in ends.items()}]
    for layer, chances_ in zip(reversed(layers), reversed(votes), strict=True):
        after = value[-1]
        value.append(
            {
                state: sum(c * after[to] for c, to in zip(chances_, targets, strict=True) if c)
                for state, targets in layer.items()
            }
        )
    value.reverse()
    whole = prod(below)
    given: dict[int, tuple[Fraction, Fraction, Fraction]] = {}
    reach = {state: 1 for state in layers[0]} if layers else {}
    for k, (i, layer) in enumerate(zip(order, layers, strict=True)):
        sums, further = [0, 0, 0], dict[State, int]()
        for state, targets in layer.items():
            ways = reach.get(state, 0)
            if not ways:
                continue
            for level, to in enumerate(targets):
                sums[level] += ways * value[k + 1][to]
                if votes[k][level]:
                    further[to] = further.get(to, 0) + ways * votes[k][level]
        reach = further
        no, middle, yes_ = (Fraction(s * below[k], whole) for s in sums)
        given[i] = (no, middle, yes_)
    start = next(iter(value[0].values())) if layers else int(rule.evaluate(()))
    columns = [tuple(given[i][level] for i in range(rule.n_players)) for level in range(3)]
    return Passage(Fraction(start, whole), for_, idle, columns[2], columns[1], columns[0])


def _probabilities(
    rule: Rule, numbers: Sequence[Fraction | int | str], what: str
) -> tuple[Fraction, ...]:
    if len(numbers) != rule.n_players:
        raise GameError(f"{len(numbers)} probabilities to vote {what} for {rule.n_players} players")
    found = []
    for name, number in zip(rule.names, numbers, strict=True):
        if isinstance(number, float):
            raise GameError(
                f"{name}: {number!r} is a float; write a fraction or text such as '0.4'"
            )
        try:
            found.append(Fraction(number))
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            raise GameError(f"{name}: {number!r} is not a probability such as '1/3'") from None
    return tuple(found)


def _order(rule: Rule) -> list[int]:
    """Sort the players by what they count, so that equal ones share states."""
    leaves = rule.leaves()
    keys = [tuple(leaf.yes[i] - leaf.no[i] for leaf in leaves) for i in range(rule.n_players)]
    return sorted(range(rule.n_players), key=lambda i: (keys[i], -i), reverse=True)


def _diagram(rule: Rule, order: list[int]) -> tuple[Layers, dict[State, bool]]:
    """Build the states layer by layer; give the layers and the outcome of the last states."""
    leaves = rule.leaves()
    gains = [  # what each vote counts more than a vote against
        [[leaf.counts(level)[i] - leaf.no[i] for leaf in leaves] for level in range(3)]
        for i in order
    ]
    most = [_suffixes([of_player[YES][j] for of_player in gains]) for j in range(len(leaves))]
    settle = _settler(rule.root)

    def at(k: int, needs: list[int]) -> State:
        return settle(
            [
                need if 0 < need <= most[j][k] else LOST if need > 0 or need == LOST else MET
                for j, need in enumerate(needs)
            ]
        )

    start = at(0, [max(leaf.threshold - sum(leaf.no), MET) for leaf in leaves])
    layers: Layers = []
    states, total = {start: None}, 1
    for k, of_player in enumerate(gains):
        layer: dict[State, tuple[State, ...]] = {}
        following: dict[State, None] = {}
        for state in states:
            targets = tuple(
                at(
                    k + 1,
                    [
                        max(need - gain, MET) if need > 0 else need
                        for need, gain in zip(state, gained, strict=True)
                    ],
                )
                for gained in of_player
            )
            layer[state] = targets
            following.update(dict.fromkeys(targets))
        total += len(following)
        if total > MAX_STATES:
            raise LimitError(
                f"the exact probability of passage needs more than {MAX_STATES:,} states here: "
                f"take coarser weights, or let equal members share one weight"
            )
        layers.append(layer)
        states = following
    return layers, {state: _outcome(rule.root, state) for state in states}


def _suffixes(numbers: list[int]) -> list[int]:
    """Sum what comes from each place on; one more entry than numbers."""
    return list(accumulate(reversed(numbers), initial=0))[::-1]


def _settler(root: Node) -> Callable[[list[int]], State]:
    """Make a function that forgets what leaves need once their part of the tree is settled."""

    def visit(node: Node, needs: list[int], place: int) -> tuple[int | None, int]:
        if isinstance(node, Quota):
            return (needs[place] if needs[place] in (MET, LOST) else None), place + 1
        begin, conjunction = place, isinstance(node, AllOf)
        found = []
        for part in node.parts:
            one, place = visit(part, needs, place)
            found.append(one)
        stop, whole = (LOST, MET) if conjunction else (MET, LOST)
        if stop in found:
            settled = stop
        elif None in found:
            return None, place
        else:
            settled = whole
        needs[begin:place] = [settled] * (place - begin)
        return settled, place

    def settle(needs: list[int]) -> State:
        visit(root, needs, 0)
        return tuple(needs)

    return settle


def _outcome(node: Node, state: State) -> bool:
    """Evaluate a tree whose leaves are all settled."""
    values = iter(state)

    def visit(node: Node) -> bool:
        if isinstance(node, Quota):
            return next(values) == MET
        found = [visit(part) for part in node.parts]
        return all(found) if isinstance(node, AllOf) else any(found)

    return visit(node)
