"""Who can stop a decision, and what it costs an opponent to do so.

An opponent lowers margins as a package raises them. A player on its threshold still votes as
before, so an opponent must give a little more than the price: prices here are the amounts above
which the decision fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

from solvers.concessions.lowered_votes import (
    cheapest_lower_votes,
    votes_hang_together,
    whole_rule,
)
from solvers.concessions.parts import ZERO, Package, Transfer, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, SolverError
from solvers.listing import minimal_winning_coalitions
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Blocker", "blocker_faults", "blocking_sets", "cheapest_blocker"]


def blocking_sets(
    rule: Rule, votes: Sequence[int], full: bool = False, firm: Iterable[int] = ()
) -> Iterator[tuple[int, ...]]:
    """List the smallest sets of players who stop a decision by lowering their votes.

    Parameters
    ----------
    rule : Rule
        The rule.
    votes : sequence of int, length n
        Votes by which the decision is taken.
    full : bool
        Whether a player who turns votes against, rather than one level lower.
    firm : iterable of int
        Players who do not turn.

    Yields
    ------
    tuple of int
        Players in rising order: all who turn together, none of whom can be spared. By number
        of players, then by the first player who differs.

    Raises
    ------
    GameError
        If the decision is not taken.
    LimitError
        As :func:`~solvers.listing.minimal_winning_coalitions`.

    Notes
    -----
    What each player's lower vote takes from a leaf are the weights of a simple game whose
    minimal winning coalitions these sets are; AND and OR change places.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.

    Examples
    --------
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (-1, -1, -1), 1))
    >>> list(blocking_sets(majority, (2, 2, 1))), list(blocking_sets(majority, (2, 2, 1), True))
    ([(0, 1), (0, 2), (1, 2)], [(0,), (1,)])
    """
    if not rule.evaluate(votes):
        raise GameError("the decision is not taken by these votes; there is nothing to stop")
    still = set(firm)
    lower = [
        v if v in (ABSENT, NO) or i in still else NO if full else v - 1 for i, v in enumerate(votes)
    ]
    zero = (0,) * rule.n_players

    def lost(node: Node) -> Node:
        if not isinstance(node, Quota):
            make = AnyOf if isinstance(node, AllOf) else AllOf
            return make(tuple(lost(part) for part in node.parts))
        taken = tuple(
            node.counts(v)[i] - node.counts(after)[i]
            for i, (v, after) in enumerate(zip(votes, lower, strict=True))
        )
        return Quota(taken, zero, zero, node.score(votes) - node.threshold + 1)

    game = Rule(rule.n_players, lost(rule.root), rule.names).project("against")
    return iter(minimal_winning_coalitions(game))


@dataclass(frozen=True)
class Blocker:
    """A cheapest way for an opponent to make a package fail.

    Parameters
    ----------
    price : Fraction
        What it costs; with exactly that much everybody still votes as before, with any more
        for each player who turns the decision fails.
    amounts : mapping of int to Fraction
        How much of each of the opponent's instruments that takes.
    votes : tuple of int, length n
        How the players vote then.
    turned : mapping of int to int
        The lower vote of every player who turns.
    """

    price: Fraction
    amounts: Mapping[int, Fraction]
    votes: tuple[int, ...]
    turned: Mapping[int, int]


def cheapest_blocker(
    problem: ConcessionProblem,
    package: Package,
    opponent: Sequence[Transfer],
    budget: Fraction | None = None,
    solver: str = "highs",
) -> Blocker | None:
    """Find the cheapest way in which an opponent makes a package fail.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        A package that works.
    opponent : sequence of Transfer
        What the opponent can do: a unit lowers the margin of the recipient by its value. What
        it does to third parties does not count.
    budget : Fraction, optional
        The price must be below it.
    solver : str
        Back end.

    Returns
    -------
    Blocker or None
        Among equally cheap ones one that turns the fewest players. None when nothing that the
        opponent can do within its budget stops the decision. The rule of an adopted linked
        item counts too: where it fails, the package does.

    Raises
    ------
    GameError
        If the package does not work, an instrument goes to no player, the budget is negative,
        or votes hang on one another.
    SolverError
        If the solver fails or is interrupted.

    Notes
    -----
    What it takes to turn a player depends on its own margin alone, so the prices of its two
    lower votes are known before; :func:`~solvers.concessions.lowered_votes.cheapest_lower_votes`
    chooses among them. Players who are firm, or whose vote is stated, do not turn.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    .. [2] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    Two of three are needed; the opponent pays 1 for a unit of the first's margin, 3 for the
    second's:

    >>> from solvers.concessions.problem import Voter
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (4, 1, -2))
    >>> levers = [Transfer(0, Fraction(1), Fraction(1)), Transfer(1, Fraction(1), Fraction(3))]
    >>> found = cheapest_blocker(ConcessionProblem(rule, voters), Package(), levers)
    >>> found.price, found.turned
    (Fraction(3, 1), {1: 0})
    """
    _check(problem, package, opponent, budget)
    votes = problem.votes(package)
    prices = _Prices(problem, package, opponent)
    movable = [i for i, v in enumerate(votes) if v in (YES, ABSTAIN)]
    offers = {i: (prices.to(i, NO), prices.to(i, ABSTAIN)) for i in movable}
    rule = whole_rule(problem, package.amendments)
    after = cheapest_lower_votes(rule, votes, offers, solver)
    if after is None:
        return None
    blocker = prices.blocker(votes, after)
    if budget is not None and blocker.price >= budget:
        return None
    wrong = blocker_faults(problem, package, opponent, blocker)
    if wrong:
        raise SolverError(f"{solver} proposed a blocker, but {wrong[0]}; try another solver")
    return blocker


def _check(
    problem: ConcessionProblem,
    package: Package,
    opponent: Sequence[Transfer],
    budget: Fraction | None,
) -> None:
    n = len(problem.voters)
    for m, lever in enumerate(opponent):
        if not 0 <= lever.recipient < n:
            raise GameError(
                f"instrument {m} of the opponent goes to player {lever.recipient}, counted from "
                f"0; there are {n}"
            )
    if budget is not None:
        check_number("the budget of the opponent", budget, least=0)
    broken = problem.violations(package)
    if broken:
        raise GameError(f"the package breaks {', '.join(broken)}; there is nothing to stop")
    if votes_hang_together(problem):
        raise GameError(
            "votes hang on one another; the cheapest blocker is known only where each hangs on "
            "its own margin or position"
        )


class _Prices:
    """What it takes to lower each player's vote."""

    def __init__(
        self, problem: ConcessionProblem, package: Package, opponent: Sequence[Transfer]
    ) -> None:
        self.problem, self.package, self.opponent = problem, package, opponent
        self.levers: dict[int, list[int]] = {}
        for m, lever in enumerate(opponent):
            self.levers.setdefault(lever.recipient, []).append(m)
        for mine in self.levers.values():
            mine.sort(key=lambda m: (opponent[m].cost / opponent[m].value, m))

    def fill(self, player: int, level: int) -> dict[int, Fraction] | None:
        """Return the cheapest amounts above which a player votes so; None where caps forbid."""
        voter = self.problem.voters[player]
        margin = self.problem.margin(player, self.package)
        if margin is None or voter.firm or (level == ABSTAIN and not voter.band):
            return None
        left = margin + (voter.band if level == NO else ZERO)
        amounts: dict[int, Fraction] = {}
        for m in self.levers.get(player, ()):
            lever = self.opponent[m]
            if lever.cap is None or lever.cap * lever.value > left:
                amounts[m] = left / lever.value
                return amounts
            amounts[m] = lever.cap
            left -= lever.cap * lever.value
        return None

    def to(self, player: int, level: int) -> Fraction | None:
        """Return the price of a lower vote."""
        amounts = self.fill(player, level)
        return None if amounts is None else self._cost(amounts)

    def _cost(self, amounts: Mapping[int, Fraction]) -> Fraction:
        return sum((self.opponent[m].cost * x for m, x in amounts.items()), ZERO)

    def blocker(self, before: Sequence[int], after: tuple[int, ...]) -> Blocker:
        turned = {i: v for i, v in enumerate(after) if v != before[i]}
        amounts: dict[int, Fraction] = {}
        for i, level in turned.items():
            amounts |= self.fill(i, level) or {}
        return Blocker(self._cost(amounts), {m: x for m, x in amounts.items() if x}, after, turned)


def blocker_faults(
    problem: ConcessionProblem,
    package: Package,
    opponent: Sequence[Transfer],
    blocker: Blocker,
) -> tuple[str, ...]:
    """Check a blocker anew; that none is cheaper is not checked.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        The package that is to fail.
    opponent : sequence of Transfer
        The opponent's instruments.
    blocker : Blocker
        What was found.

    Returns
    -------
    tuple of str
        What is wrong, in words: the price, an amount above its cap, a vote that does not turn,
        a decision that is still taken, a player who turns in vain.
    """
    wrong: list[str] = []
    spent = sum((opponent[m].cost * x for m, x in blocker.amounts.items()), ZERO)
    if spent != blocker.price:
        wrong.append(f"its amounts cost {spent}, not {blocker.price}")
    for m, amount in blocker.amounts.items():
        cap = opponent[m].cap
        if amount < 0 or (cap is not None and amount > cap):
            wrong.append(f"instrument {m} is used beyond its cap")
    rule, before = whole_rule(problem, package.amendments), problem.votes(package)
    votes = [blocker.turned.get(i, v) for i, v in enumerate(before)]
    if tuple(votes) != blocker.votes:
        wrong.append("its votes are not those of the players who turn and of the others")
    wrong += _unmoved(problem, package, opponent, blocker)
    if rule.evaluate(votes):
        wrong.append("the decision is still taken")
    for i, level in blocker.turned.items():
        higher = level + 1 if problem.voters[i].band else YES  # without a band nobody abstains
        raised = [higher if j == i else v for j, v in enumerate(votes)]
        if higher > before[i] or not rule.evaluate(raised):
            wrong.append(f"player {i} turns in vain")
    return tuple(wrong)


def _unmoved(
    problem: ConcessionProblem,
    package: Package,
    opponent: Sequence[Transfer],
    blocker: Blocker,
) -> Iterator[str]:
    """Players who would not vote as said with a little more than the amounts."""
    for i, level in blocker.turned.items():
        margin, voter = problem.margin(i, package), problem.voters[i]
        mine: Set[int] = {m for m, t in enumerate(opponent) if t.recipient == i}
        spare = any(
            cap is None or blocker.amounts.get(m, ZERO) < cap
            for m, cap in ((m, opponent[m].cap) for m in mine)
        )
        taken = sum((blocker.amounts.get(m, ZERO) * opponent[m].value for m in mine), ZERO)
        threshold = ZERO if level == ABSTAIN else -voter.band
        if margin is None or voter.firm or not spare or margin - taken > threshold:
            yield f"player {i} does not turn"
