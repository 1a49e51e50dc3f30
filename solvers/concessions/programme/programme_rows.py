"""Rows of the package programme that need variables of their own: cascades, doubts, routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from solvers.concessions.parts import ZERO, Doubts
from solvers.concessions.problem import ConcessionProblem
from solvers.programmes.programme import Programme
from solvers.rules.rule import AnyOf, Rule
from solvers.rules.rule_rows import vote_variables

__all__ = ["CascadeRows", "DoubtRows", "Terms", "circular_pairs", "route_rows"]

Terms = dict[int, Fraction]
"""Coefficients by variable."""


def circular_pairs(problem: ConcessionProblem) -> frozenset[tuple[int, int]]:
    """List the bandwagon terms that lie on a circle of players who follow one another.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    frozenset of (int, int)
        (follower, leader). Without any, the votes that are consistent with one another are
        unique.
    """
    leads: dict[int, set[int]] = {}
    for (follower, leader), push in problem.bandwagon.items():
        if push and problem.voters[leader].margin is not None:
            leads.setdefault(leader, set()).add(follower)

    def reached(start: int) -> set[int]:
        found, stack = {start}, [start]
        while stack:
            new = leads.get(stack.pop(), set()) - found
            found |= new
            stack += new
        return found

    reach = {player: reached(player) for player in leads}
    return frozenset(
        (i, j) for j, followers in leads.items() for i in followers if j in reach.get(i, ())
    )


class CascadeRows:
    """What the votes of others add to a margin, so that votes arise in the order they must.

    Parameters
    ----------
    programme : Programme
        Gets variables and rows as they are asked for.
    problem : ConcessionProblem
        The data.
    yes : mapping of int to int
        The binary of every player's vote for the text.

    Notes
    -----
    A push that lies on no circle counts when the leader votes for. On a circle the greatest of
    the consistent votes contains every set whose members hold one another up, so there the same
    will do to show that somebody votes for. The least contains a set only if its members can
    join one after another: a push then counts only from who joins earlier, by one binary per
    push and a place in the order per player [1]_. That somebody does *not* vote for is shown in
    the mirror image: at once for the least, by an order of leaving for the greatest.

    References
    ----------
    .. [1] C. E. Miller, A. W. Tucker and R. A. Zemlin, "Integer programming formulation of
       traveling salesman problems", Journal of the ACM 7 (1960), pp. 326-329.
    """

    def __init__(
        self, programme: Programme, problem: ConcessionProblem, yes: Mapping[int, int]
    ) -> None:
        self.programme, self.problem, self.yes = programme, problem, yes
        self._circular = circular_pairs(problem)
        self._pushes: dict[int, dict[int, Fraction]] = {}
        for (follower, leader), push in sorted(problem.bandwagon.items()):
            if push and leader in yes:
                self._pushes.setdefault(follower, {})[leader] = push
        self._places: dict[tuple[str, int], int] = {}
        self._links: dict[tuple[str, int, int], int] = {}

    def most(self, player: int) -> Fraction:
        """Return what all others together can add to a margin."""
        return sum(self._pushes.get(player, {}).values(), ZERO)

    def leaders(self, player: int) -> Iterable[int]:
        """List those whose votes push a player."""
        return self._pushes.get(player, {})

    def final(self, player: int) -> Terms:
        """Return the pushes from everybody who votes for the text."""
        return {self.yes[j]: push for j, push in self._pushes.get(player, {}).items()}

    def joining(self, player: int) -> Terms:
        """Return pushes that suffice to show that a player votes for the text.

        Parameters
        ----------
        player : int
            The follower.

        Returns
        -------
        Terms
        """
        if not self.problem.pessimistic:
            return self.final(player)
        return {
            self._link("join", player, j) if (player, j) in self._circular else self.yes[j]: push
            for j, push in self._pushes.get(player, {}).items()
        }

    def staying(self, player: int) -> tuple[Terms, Fraction]:
        """Return pushes that suffice to show that a player does not vote for the text.

        Parameters
        ----------
        player : int
            The follower.

        Returns
        -------
        Terms, Fraction
            Coefficients and a constant.
        """
        terms, constant = Terms(), ZERO
        for j, push in self._pushes.get(player, {}).items():
            if not self.problem.pessimistic and (player, j) in self._circular:
                terms[self._link("leave", player, j)] = -push
                constant += push
            else:
                terms[self.yes[j]] = push
        return terms, constant

    def joined(self, player: int, values: tuple[float, ...]) -> Fraction:
        """Return the sum of :meth:`joining` at a point, exactly."""
        return sum((push for v, push in self.joining(player).items() if round(values[v])), ZERO)

    def _link(self, what: str, follower: int, leader: int) -> int:
        """Return a binary that is 1 only if the leader has moved, and did so earlier."""
        key = (what, follower, leader)
        if key not in self._links:
            p, n = self.programme, len(self.problem.voters)
            link = p.variable(f"{what}{follower:04d}-{leader:04d}", 0, 1, integer=True)
            self._links[key] = link
            name = f"{follower:04d}-{leader:04d}"
            if what == "join":
                p.row(f"joined{name}", {link: 1, self.yes[leader]: -1}, "<=", 0)
            else:
                p.row(f"left{name}", {link: 1, self.yes[leader]: 1}, "<=", 1)
            later, earlier = self._place(what, follower), self._place(what, leader)
            step = Fraction(1, n)
            p.row(f"{what}order{name}", {later: 1, earlier: -1, link: -1 - step}, ">=", -1)
        return self._links[key]

    def _place(self, what: str, player: int) -> int:
        if (what, player) not in self._places:
            self._places[what, player] = self.programme.variable(f"{what}place{player:04d}", 0, 1)
        return self._places[what, player]


class DoubtRows:
    """By how much a margin may fall short, as linear terms.

    Parameters
    ----------
    programme : Programme
        Gets variables and rows as they are asked for.
    adopted : list of int
        The binary of every amendment.

    Notes
    -----
    The protection is the value of a linear programme over the shortfalls. Its dual bounds it
    from above, as is needed where a margin must be large enough; a point of its own bounds it
    from below, as is needed where a margin must be too small.

    References
    ----------
    .. [1] D. Bertsimas and M. Sim, "The price of robustness", Operations Research 52 (2004),
       pp. 35-53.
    """

    def __init__(self, programme: Programme, adopted: list[int]) -> None:
        self.programme, self.adopted = programme, adopted
        self._known: dict[tuple[str, int], tuple[Terms, Fraction]] = {}

    @staticmethod
    def range(doubts: Doubts | None) -> tuple[Fraction, Fraction]:
        """Return the least and the most protection that any text asks for."""
        if doubts is None:
            return ZERO, ZERO
        return doubts.protection(frozenset()), doubts.protection(frozenset(doubts.amendments))

    def at_most(self, player: int, doubts: Doubts | None) -> tuple[Terms, Fraction]:
        """Return terms that are nowhere below the protection.

        Parameters
        ----------
        player : int
            Whose margin it is.
        doubts : Doubts or None
            The player's.

        Returns
        -------
        Terms, Fraction
            Coefficients and a constant.
        """
        return self._once("above", player, doubts)

    def at_least(self, player: int, doubts: Doubts | None) -> tuple[Terms, Fraction]:
        """Return terms that are nowhere above the protection.

        Parameters
        ----------
        player : int
            Whose margin it is.
        doubts : Doubts or None
            The player's.

        Returns
        -------
        Terms, Fraction
            Coefficients and a constant.
        """
        return self._once("below", player, doubts)

    def _once(self, side: str, player: int, doubts: Doubts | None) -> tuple[Terms, Fraction]:
        low, high = self.range(doubts)
        if doubts is None or low == high:
            return {}, low
        if (side, player) not in self._known:
            parts: list[tuple[Fraction, int | None]] = [(d, None) for d in doubts.base if d]
            parts += [(d, self.adopted[k]) for k, d in sorted(doubts.amendments.items()) if d]
            build = self._dual if side == "above" else self._primal
            self._known[side, player] = build(f"{player:04d}", doubts.gamma, parts), ZERO
        return self._known[side, player]

    def _dual(self, name: str, gamma: Fraction, parts: list[tuple[Fraction, int | None]]) -> Terms:
        p, largest = self.programme, max(d for d, _ in parts)
        price = p.variable(f"price{name}", 0, 1)
        terms = {price: gamma * largest}
        for k, (shortfall, adopted) in enumerate(parts):
            over = p.variable(f"over{name}-{k:03d}", 0, 1)
            terms[over] = shortfall
            row = {price: largest, over: shortfall}
            if adopted is None:
                p.row(f"doubt{name}-{k:03d}", row, ">=", shortfall)
            else:
                p.row(f"doubt{name}-{k:03d}", row | {adopted: -shortfall}, ">=", 0)
        return terms

    def _primal(
        self, name: str, gamma: Fraction, parts: list[tuple[Fraction, int | None]]
    ) -> Terms:
        p = self.programme
        falls = [p.variable(f"fall{name}-{k:03d}", 0, 1) for k in range(len(parts))]
        for k, (_, adopted) in enumerate(parts):
            if adopted is not None:
                p.row(f"fallen{name}-{k:03d}", {falls[k]: 1, adopted: -1}, "<=", 0)
        p.row(f"falls{name}", dict.fromkeys(falls, 1), "<=", gamma)
        return {fall: shortfall for fall, (shortfall, _) in zip(falls, parts, strict=True)}


def route_rows(
    programme: Programme,
    name: str,
    route: Rule,
    adopted: int,
    profile: list[int],
    votes: tuple[Mapping[int, int], Mapping[int, int]],
) -> None:
    """Let a rule hold on votes that are there already, if an amendment is adopted.

    Parameters
    ----------
    programme : Programme
        Gets the rows.
    name : str
        Of the rows.
    route : Rule
        The rule of the linked item.
    adopted : int
        The binary of the amendment.
    profile : list of int
        Who is absent.
    votes : pair of mappings
        The binaries of votes for and against.
    """
    own = Programme("a rule of one branch")  # its branch is the amendment
    branched = Rule(route.n_players, AnyOf((route.root,)), route.names)
    yes, no = vote_variables(own, branched, profile)
    place = {yes[i]: votes[0][i] for i in yes} | {no[i]: votes[1][i] for i in no}
    branches = [v for v in range(len(own.variables)) if v not in place]
    place[branches[0]] = adopted
    for number, branch in enumerate(branches[1:]):
        place[branch] = programme.variable(f"{name}branch{number:03d}", 0, 1, integer=True)
    for row in own.rows:
        if row.name.startswith("rule") and row.name != "rule000":
            terms = {place[v]: c for v, c in row.terms}
            programme.row(f"{name}{row.name}", terms, row.sense, row.rhs)
