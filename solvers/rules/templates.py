"""Decision rules in the words of the law, and their binding to the members of a day.

A template says "two thirds of those voting" or "no permanent member against". Binding it to a
roster gives a tree of exact integer leaves (:class:`solvers.rules.rule.Rule`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace

from solvers.errors import RuleError
from solvers.rules.roster import MEMBERS, Roster
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

__all__ = [
    "BASES",
    "AbstentionBlock",
    "All",
    "Any",
    "EverybodyFor",
    "InFavour",
    "NobodyAgainst",
    "QuorumOf",
    "Share",
    "Template",
    "WithholdingBelow",
    "bind",
    "weights_used",
]

BASES = ("members", "present", "voting")  # what a share of votes can be taken of


@dataclass(frozen=True)
class Share:
    """A fraction of a total: at least ``num/den`` of it, or more than that.

    Parameters
    ----------
    num, den : int
        The fraction, between 0 and 1, ``den`` positive.
    more_than : bool
        True where the law says "more than".

    Raises
    ------
    RuleError
        If the fraction is not between 0 and 1.

    Examples
    --------
    >>> Share(2, 3).of(55), Share(1, 2, more_than=True).of(55)
    (37, 28)
    """

    num: int
    den: int
    more_than: bool = False

    def __post_init__(self) -> None:
        if self.den <= 0 or not 0 <= self.num <= self.den:
            raise RuleError(f"the share {self.num}/{self.den} is not between 0 and 1")

    def __str__(self) -> str:
        share = f"{self.num} %" if self.den == 100 else f"{self.num}/{self.den}"
        return f"more than {share}" if self.more_than else f"at least {share}"

    def of(self, total: int) -> int:
        """Return the smallest integer that meets the share of a total.

        Parameters
        ----------
        total : int
            What the share is taken of.

        Returns
        -------
        int
        """
        part = self.num * total
        return part // self.den + 1 if self.more_than else -(-part // self.den)


@dataclass(frozen=True)
class _Seats:
    """What a template is bound to: the roster and who takes no part."""

    roster: Roster
    absent: frozenset[int]
    recused: frozenset[int]

    def voters(self, group: str) -> tuple[int, ...]:
        """Members of a group that are not recused; the absent stay members."""
        return tuple(i for i in self.roster.group(group) if i not in self.recused)

    def leaf(
        self,
        voters: Iterable[int],
        counts: tuple[int, int, int],
        threshold: int,
        title: str,
        kind: str,
        weight: str | None = None,
    ) -> Quota:
        """Count ``counts`` times the weight of each voter that is there."""
        weights, there = self.roster.weight(weight), set(voters) - self.absent
        yes, abstain, no = (
            tuple(c * w if i in there else 0 for i, w in enumerate(weights)) for c in counts
        )
        return Quota(yes, abstain, no, threshold, title, kind)


class Template(ABC):
    """A requirement in the words of the law."""

    title: str

    @abstractmethod
    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""


@dataclass(frozen=True)
class InFavour(Template):
    """Enough votes in favour: a number, or a share of members, of those present or of those voting.

    Parameters
    ----------
    amount : int or Share
        The number of votes (or of weight units), or the share.
    base : {None, "members", "present", "voting"}
        What a share is taken of: all members (recused left out), those present, or those
        voting for or against.
    among : str
        The group whose votes count.
    weight : str or None
        Weight column of the roster; None counts heads.
    title : str
        The requirement in words; written from the numbers when left out.

    Raises
    ------
    RuleError
        If a share does not say what it is taken of, or a number does.
    """

    amount: int | Share
    base: str | None = None
    among: str = MEMBERS
    weight: str | None = None
    title: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.amount, Share) and self.base not in BASES:
            raise RuleError(f"a share is one of {', '.join(BASES)}, not of {self.base!r}")
        if not isinstance(self.amount, Share) and self.base is not None:
            raise RuleError(f"{self.amount!r} votes are a fixed number, not one of {self.base}")

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        voters = seats.voters(self.among)
        weights = seats.roster.weight(self.weight)
        total = sum(weights[i] for i in voters)
        unit = "votes" if self.weight is None else f"of {self.weight}"
        whom = "" if self.among == MEMBERS else f" among {self.among}"
        if isinstance(self.amount, int):
            title = self.title or f"at least {self.amount:,} {unit} in favour{whom}"
            return seats.leaf(voters, (1, 0, 0), self.amount, title, "count", self.weight)
        share, need = self.amount, 1 if self.amount.more_than else 0
        if self.base == "members":
            quota = share.of(total) if total else 1  # a share of nobody is met by nobody
            of = "members" if self.weight is None else self.weight
            title = self.title or f"{share} of {of} in favour ({quota:,} of {total:,}){whom}"
            return seats.leaf(voters, (1, 0, 0), quota, title, "count", self.weight)
        for_, against = share.den - share.num, -share.num
        if self.base == "present":
            counts, words = (for_, against, against), "those present"
        else:
            counts, words = (for_, 0, against), "those voting (abstentions do not count)"
        what = "" if self.weight is None else f" by {self.weight}"
        title = self.title or f"{share} of {words} in favour{what}{whom}"
        ratio = seats.leaf(voters, counts, need, title, "share", self.weight)
        if need:  # strictly more than a share of nothing already needs somebody in favour
            return ratio
        some = seats.leaf(voters, (1, 0, 0), 1, "at least one vote in favour", "count", self.weight)
        return AllOf((ratio, some), title)


@dataclass(frozen=True)
class NobodyAgainst(Template):
    """No member of a group votes against; abstention and absence do no harm."""

    group: str = MEMBERS
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        title = self.title or (
            "no member against" if self.group == MEMBERS else f"no {self.group} member against"
        )
        return seats.leaf(seats.voters(self.group), (0, 0, -1), 0, title, "veto")


@dataclass(frozen=True)
class EverybodyFor(Template):
    """Every member of a group votes in favour."""

    group: str = MEMBERS
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        voters = seats.voters(self.group)
        title = self.title or (
            "every member in favour" if self.group == MEMBERS else f"every {self.group} in favour"
        )
        return seats.leaf(voters, (1, 0, 0), len(voters), title, "concurring")


@dataclass(frozen=True)
class WithholdingBelow(Template):
    """Fewer members than a blocking number do not vote in favour.

    Parameters
    ----------
    number : int or None
        The blocking number of members.
    holding : Share or None
        Instead of a number: the fewest members that together hold this share of ``weight``,
        plus ``plus``.
    weight : str or None
        Weight column for ``holding``.
    plus : int
        Members on top of the fewest.
    title : str
        The requirement in words.
    """

    number: int | None = None
    holding: Share | None = None
    weight: str | None = None
    plus: int = 0
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        voters = seats.voters(MEMBERS)
        blocking = self.number if self.number is not None else self._fewest(seats, voters)
        title = self.title or f"fewer than {blocking} members not in favour"
        return seats.leaf(voters, (1, 0, 0), len(voters) - blocking + 1, title, "support")

    def _fewest(self, seats: _Seats, voters: tuple[int, ...]) -> int:
        if self.holding is None:
            raise RuleError("withholding_below needs a number, or a share that somebody holds")
        weights = seats.roster.weight(self.weight)
        need, held, members = self.holding.of(sum(weights[i] for i in voters)), 0, 0
        for i in sorted(voters, key=lambda i: -weights[i]):
            if held >= need:
                break
            held, members = held + weights[i], members + 1
        if held < need:
            raise RuleError(f"all members together do not hold {self.holding} of {self.weight}")
        return members + self.plus


@dataclass(frozen=True)
class QuorumOf(Template):
    """Enough members present, whatever they vote."""

    amount: int | Share
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        voters = seats.voters(MEMBERS)
        number = self.amount if isinstance(self.amount, int) else self.amount.of(len(voters))
        title = self.title or f"at least {number} members present"
        return seats.leaf(voters, (1, 1, 1), number, title, "quorum")


@dataclass(frozen=True)
class AbstentionBlock(Template):
    """Declared abstainers do not reach a share of members that also holds a share of a weight.

    Parameters
    ----------
    members : Share
        The share of members.
    holding : Share
        The share of the weight.
    weight : str
        Weight column of the roster.
    title : str
        The requirement in words.

    Notes
    -----
    A vote against is counted like an abstention here; the rule that carries this requirement
    excludes every vote against by another one.
    """

    members: Share
    holding: Share
    weight: str
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        voters, weights = seats.voters(MEMBERS), seats.roster.weight(self.weight)
        heads = self.members.of(len(voters)) - 1
        weight = self.holding.of(sum(weights[i] for i in voters)) - 1
        few = f"abstainers are not {self.members} of members"
        light = f"abstainers do not hold {self.holding} of {self.weight}"
        return AnyOf(
            (
                seats.leaf(voters, (0, -1, -1), -heads, few, "block"),
                seats.leaf(voters, (0, -1, -1), -weight, light, "block", self.weight),
            ),
            self.title or f"{few}, or {light}",
        )


@dataclass(frozen=True)
class All(Template):
    """Every part must hold."""

    parts: tuple[Template, ...]
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        return AllOf(tuple(part.compile(seats) for part in self.parts), self.title)


@dataclass(frozen=True)
class Any(Template):
    """Some part must hold."""

    parts: tuple[Template, ...]
    title: str = ""

    def compile(self, seats: _Seats) -> Node:
        """Return the integer tree for these members."""
        return AnyOf(tuple(part.compile(seats) for part in self.parts), self.title)


def weights_used(template: Template) -> frozenset[str]:
    """List the roster weights that a template needs.

    Parameters
    ----------
    template : Template
        The rule in the words of the law.

    Returns
    -------
    frozenset of str
        Names of weight columns.

    Examples
    --------
    >>> sorted(weights_used(InFavour(270, weight="electors")))
    ['electors']
    """
    parts = template.parts if isinstance(template, All | Any) else ()
    below = frozenset(name for part in parts for name in weights_used(part))
    own = getattr(template, "weight", None)
    return below | {own} if own else below


def bind(
    template: Template,
    roster: Roster,
    absent: Iterable[str] = (),
    recused: Iterable[str] = (),
) -> Rule:
    """Bind a template to the members of a day.

    Parameters
    ----------
    template : Template
        The rule in the words of the law.
    roster : Roster
        Members, groups and weights.
    absent : iterable of str
        Members that stay away: they count 0 whatever happens, and stay in "of members".
    recused : iterable of str
        Members that take no part: they count 0 and leave "of members"; a fixed number of
        votes stays as the law says.

    Returns
    -------
    Rule
        The tree of exact integer leaves.

    Raises
    ------
    RuleError
        If a group, weight or member is unknown, nobody is left to take part, or a requirement
        can be met by nobody or missed by nobody when all members take part.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games, Princeton University Press, 1999
       (rules as intersections and unions of weighted ones).

    Examples
    --------
    Two thirds of those voting, in a body of four:

    >>> rule = bind(InFavour(Share(2, 3), base="voting"), Roster.of("abcd"))
    >>> rule.evaluate((2, 2, 0, 1)), rule.evaluate((2, 0, 1, 1)), rule.evaluate((1, 1, 1, 1))
    (True, False, False)
    """
    everybody = _Seats(roster, frozenset(), frozenset())
    names = roster.names
    for leaf in Rule(roster.n_players, template.compile(everybody), names).leaves():
        if sum(leaf.yes) < leaf.threshold:
            raise RuleError(
                f"nobody can meet {leaf.title!r}: all members together reach "
                f"{sum(leaf.yes):,} of {leaf.threshold:,}"
            )
        if leaf.kind not in ("quorum",) and sum(leaf.no) >= leaf.threshold:
            raise RuleError(f"nobody can miss {leaf.title!r}: it holds when all vote against")
    seats = replace(
        everybody,
        absent=frozenset(roster.players(absent)),
        recused=frozenset(roster.players(recused)),
    )
    if len(seats.recused) == roster.n_players:
        raise RuleError("all members are recused: nobody is left to decide")
    return Rule(roster.n_players, template.compile(seats), names)
