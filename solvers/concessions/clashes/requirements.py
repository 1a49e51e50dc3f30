"""What a concession problem requires, one label each, and the problem without some of it.

A clash is a set of requirements that cannot be met together; to speak of it, every requirement
needs a name and a way to be left out exactly. A leaf of the rule that every player can bring
down alone is split: it is one veto per player.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from solvers.concessions.parts import ZERO, Amendment, Budget
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import Contribution, Need, ThirdParty
from solvers.errors import GameError
from solvers.rules.rule import Rule
from solvers.rules.rule_tree import AllOf, AnyOf, Node, Quota
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = [
    "Label",
    "Requirement",
    "harmless",
    "leaves",
    "relaxed",
    "requirements",
    "with_threshold",
]

Label = tuple[str | int, ...]

COUNTS = frozenset({"count", "share", "support", "quorum"})  # kinds of leaf that are never split


@dataclass(frozen=True)
class Requirement:
    """One requirement, by label and in words; players and parts by number, counted from 0.

    Parameters
    ----------
    label : tuple
        ``("quota", leaf)``, ``("veto", leaf, player)``, ``("cap", transfer)``,
        ``("contribution", number)``, ``("budget", number)``, ``("floor",)``,
        ``("red line", amendment)``, ``("requires", amendment, other)``,
        ``("excludes", amendment, other)``, ``("combination", number)``, ``("limit", number)``,
        ``("need", number)``, ``("harm", third party)`` or ``("route", amendment)``.
    text : str
        The requirement in words.
    """

    label: Label
    text: str


def requirements(problem: ConcessionProblem) -> tuple[Requirement, ...]:
    """List what a package must keep to.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    tuple of Requirement
        The rule first. What no package can break is left out.

    References
    ----------
    .. [1] J. W. Chinneck and E. W. Dravnieks, "Locating minimal infeasible constraint sets in
       linear programs", ORSA Journal on Computing 3 (1991), pp. 157-168.

    Examples
    --------
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> rule = Rule(2, AllOf((
    ...     Quota((1, 1), (0, 0), (0, 0), 2, "two in favour", "count"),
    ...     Quota((0, 0), (0, 0), (-1, 0), 0, "the first not against", "veto"))))
    >>> voters = (Voter(margin=(Fraction(-1),) * 3),) * 2
    >>> cash = (Transfer(0, Fraction(1), Fraction(1), Fraction(3)),)
    >>> for requirement in requirements(ConcessionProblem(rule, voters, transfers=cash)):
    ...     print(requirement.label, requirement.text)
    ('quota', 0) two in favour
    ('veto', 1, 0) player 0 does not vote against
    ('cap', 0) transfer 0 is at most 3
    """
    found = [*_of_rule(problem.rule), *_of_payments(problem), *_of_text(problem)]
    return tuple(Requirement(label, text) for label, text in found)


def leaves(rule: Rule) -> tuple[Quota, ...]:
    """List the leaves of a rule in the order in which labels count them.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    tuple of Quota
        As :meth:`~solvers.rules.rule.Rule.leaves`, but "any of nothing" is a leaf too, which is
        never met.
    """
    return tuple(_leaves(rule.root))


def _leaves(node: Node) -> Iterator[Quota]:
    if isinstance(node, Quota):
        yield node
    elif isinstance(node, AnyOf) and not node.parts:
        yield Quota((), (), (), 1, node.title or "what can never be met", "count")
    else:
        for part in node.parts:
            yield from _leaves(part)


def harmless(leaf: Quota) -> Mapping[int, int] | None:
    """Return from which vote on each player does a leaf no harm, if each can bring it down.

    Parameters
    ----------
    leaf : Quota
        A leaf of a rule.

    Returns
    -------
    dict of int to int, or None
        Lowest vote by player; who can do no harm is not in it. None where the leaf is not met
        exactly when every single player votes at least so.
    """
    if leaf.kind in COUNTS or min(leaf.yes, default=0) < 0:
        return None
    slack = sum(leaf.yes) - leaf.threshold
    lowest: dict[int, int] = {}
    for i, (yes, abstain, no) in enumerate(zip(leaf.yes, leaf.abstain, leaf.no, strict=True)):
        drops = [yes - other for other in (abstain, no, 0) if other < yes]
        if drops:
            if not 0 <= slack < min(drops):
                return None
            lowest[i] = YES if abstain < yes else ABSTAIN if no < yes else NO
    return lowest or None


def _of_rule(rule: Rule) -> Iterator[tuple[Label, str]]:
    words = {YES: "votes for", ABSTAIN: "does not vote against", NO: "is present"}
    for number, leaf in enumerate(leaves(rule)):
        lowest = harmless(leaf)
        if lowest is None:
            title = leaf.title or f"a sum of at least {leaf.threshold}"
            yield ("quota", number), title
        else:
            for player, level in lowest.items():
                yield ("veto", number, player), f"player {player} {words[level]}"


def _of_payments(problem: ConcessionProblem) -> Iterator[tuple[Label, str]]:
    for m, transfer in enumerate(problem.transfers):
        if transfer.cap is not None:
            yield ("cap", m), f"transfer {m} is at most {transfer.cap}"
    for c, contribution in enumerate(problem.contributions):
        who = " and its giver votes for the text" if contribution.supporters_only else ""
        yield ("contribution", c), f"contribution {c} is at most {contribution.most}{who}"
    for b, budget in enumerate(problem.budgets):
        if budget.transfers or budget.items:
            unit = " units" if budget.units else ""
            yield ("budget", b), f"budget {b} is at most {budget.limit}{unit}"
    for d, need in enumerate(problem.needs):
        if need.amount > 0 or any(x > 0 for x in need.amendments.values()):
            yield ("need", d), f"contributions cover need {d}"
    for h, party in enumerate(problem.third_parties):
        yield ("harm", h), f"third party {h} stands at {party.floor} or above"


def _of_text(problem: ConcessionProblem) -> Iterator[tuple[Label, str]]:
    if problem.floor > least_effect(problem):
        yield ("floor",), f"the effect of the text is at least {problem.floor}"
    for k, amendment in enumerate(problem.amendments):
        if amendment.forbidden:
            yield ("red line", k), f"amendment {k} is never adopted"
        for other in sorted(amendment.requires - {k}):
            yield ("requires", k, other), f"amendment {k} only with amendment {other}"
    for k, other in _exclusions(problem.amendments):
        yield ("excludes", k, other), f"amendments {k} and {other} not together"
    for c, combination in enumerate(problem.combinations):
        if combination.forbidden:
            yield ("combination", c), f"amendments {_listed(combination.amendments)} not together"
    for number, limit in enumerate(problem.limits):
        if len(limit.amendments) > limit.most:
            yield (
                ("limit", number),
                f"at most {limit.most} of amendments {_listed(limit.amendments)}",
            )
    for k, amendment in enumerate(problem.amendments):
        if amendment.route is not None:
            yield ("route", k), f"amendment {k} only if its own rule is met"


def _listed(numbers: Set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _exclusions(amendments: Iterable[Amendment]) -> list[tuple[int, int]]:
    pairs = {(min(k, o), max(k, o)) for k, a in enumerate(amendments) for o in a.excludes}
    return sorted(pairs)


def least_effect(problem: ConcessionProblem) -> Fraction:
    """Return an effect below which no text can fall."""
    parts = [*(a.effect for a in problem.amendments), *(c.effect for c in problem.combinations)]
    return problem.effect + sum((e for e in parts if e < 0), ZERO)


def relaxed(problem: ConcessionProblem, keep: Iterable[Label]) -> ConcessionProblem:
    """Leave out every requirement but those named.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    keep : iterable of label
        Requirements that stay.

    Returns
    -------
    ConcessionProblem
        Its parts are numbered as before. A leaf that is left out always holds; a veto that is
        left out leaves a player who does that leaf no harm.

    Raises
    ------
    GameError
        If a label is none of the problem's.

    Examples
    --------
    >>> from solvers.concessions.problem import Voter
    >>> rule = Rule(1, Quota((1,), (0,), (0,), 1, "one in favour"))
    >>> against = ConcessionProblem(rule, (Voter(stated=(0, 0, 0)),))
    >>> relaxed(against, ()).rule.evaluate((0,))
    True
    """
    known = {r.label for r in requirements(problem)}
    kept = frozenset(keep)
    for label in kept - known:
        raise GameError(f"the problem has no requirement {label}; see requirements(problem)")
    gone = known - kept
    if not gone:
        return problem
    amendments, harm = _text_without(problem, gone), _numbers(gone, "harm")
    if harm:  # a floor of minus infinity: nothing is said to touch the party any more
        amendments = tuple(replace(a, harm=_less(a.harm, harm)) for a in amendments)
    caps, budgets, needs = (_numbers(gone, kind) for kind in ("cap", "budget", "need"))
    given, limits = _numbers(gone, "contribution"), _numbers(gone, "limit")
    together = _numbers(gone, "combination")
    return replace(
        problem,
        rule=_rule_without(problem.rule, gone),
        amendments=amendments,
        transfers=tuple(
            replace(t, cap=None if m in caps else t.cap, harm=_less(t.harm, harm))
            for m, t in enumerate(problem.transfers)
        ),
        items=tuple(replace(g, harm=_less(g.harm, harm)) for g in problem.items),
        budgets=tuple(
            Budget(ZERO, frozenset(), frozenset()) if b in budgets else budget
            for b, budget in enumerate(problem.budgets)
        ),
        floor=least_effect(problem) if ("floor",) in gone else problem.floor,
        combinations=tuple(
            replace(c, forbidden=False) if k in together else c
            for k, c in enumerate(problem.combinations)
        ),
        limits=tuple(
            replace(x, most=len(x.amendments)) if k in limits else x
            for k, x in enumerate(problem.limits)
        ),
        needs=tuple(Need(ZERO) if d in needs else need for d, need in enumerate(problem.needs)),
        contributions=tuple(
            _unlimited(problem, c) if k in given else c for k, c in enumerate(problem.contributions)
        ),
        third_parties=tuple(
            ThirdParty(p.floor, p.floor) if h in harm else p
            for h, p in enumerate(problem.third_parties)
        ),
    )


def _numbers(labels: Iterable[Label], kind: str) -> set[int]:
    return {
        number for what, number, *_ in (x for x in labels if x[0] == kind) if type(number) is int
    }


def _less(harm: Mapping[int, Fraction], gone: Set[int]) -> Mapping[int, Fraction]:
    return {h: shift for h, shift in harm.items() if h not in gone} if gone else harm


def _unlimited(problem: ConcessionProblem, contribution: Contribution) -> Contribution:
    """Nobody gives more than the whole of a need: it would only cost and burden."""
    need = problem.needs[contribution.need]
    whole = need.amount + sum((x for x in need.amendments.values() if x > 0), ZERO)
    return replace(contribution, most=max(contribution.most, whole), supporters_only=False)


def _text_without(problem: ConcessionProblem, gone: Set[Label]) -> tuple[Amendment, ...]:
    lines, routes = _numbers(gone, "red line"), _numbers(gone, "route")
    return tuple(
        replace(
            a,
            forbidden=a.forbidden and k not in lines,
            route=None if k in routes else a.route,
            requires=frozenset(o for o in a.requires if ("requires", k, o) not in gone),
            excludes=frozenset(
                o for o in a.excludes if ("excludes", min(k, o), max(k, o)) not in gone
            ),
        )
        for k, a in enumerate(problem.amendments)
    )


def _rule_without(rule: Rule, gone: Set[Label]) -> Rule:
    """Replace leaves one by one, from left to right; constants are folded away."""
    numbers = count()

    def visit(node: Node) -> Node:
        if isinstance(node, Quota) or (isinstance(node, AnyOf) and not node.parts):
            number = next(numbers)
            if ("quota", number) in gone:
                return AllOf((), node.title)
            return _spared(node, number, gone) if isinstance(node, Quota) else node
        parts = [visit(part) for part in node.parts]
        if isinstance(node, AnyOf):
            free = next((part for part in parts if part == AllOf((), part.title)), None)
            return AllOf((), node.title) if free is not None else AnyOf(tuple(parts), node.title)
        left = tuple(part for part in parts if part != AllOf((), part.title))
        return left[0] if len(left) == 1 and not node.title else AllOf(left, node.title)

    root = visit(rule.root)
    return rule if root == rule.root else Rule(rule.n_players, root, rule.names)


def _spared(leaf: Quota, number: int, gone: Set[Label]) -> Node:
    """Let a leaf count the yes of a player whose veto is gone, whatever it does."""
    free = {i for i in range(len(leaf.yes)) if ("veto", number, i) in gone}
    if not free:
        return leaf
    yes, abstain, no = (
        tuple(0 if i in free else x for i, x in enumerate(counts))
        for counts in (leaf.yes, leaf.abstain, leaf.no)
    )
    threshold = leaf.threshold - sum(leaf.yes[i] for i in free)
    if not any(no) and not any(yes) and threshold <= 0:
        return AllOf((), leaf.title)
    return replace(leaf, yes=yes, abstain=abstain, no=no, threshold=threshold)


def rule_labels_missed(rule: Rule, votes: Sequence[int]) -> frozenset[Label]:
    """List the requirements of a rule that votes do not meet, each by itself.

    Parameters
    ----------
    rule : Rule
        The rule.
    votes : sequence of int, length n
        Vote levels.

    Returns
    -------
    frozenset of label
    """
    missed: set[Label] = set()
    for number, leaf in enumerate(leaves(rule)):
        lowest = harmless(leaf)
        if lowest is not None:
            hurts = (i for i in lowest if leaf.counts(votes[i])[i] < leaf.yes[i])
            missed |= {("veto", number, i) for i in hurts}
        elif not leaf.yes or not leaf.holds(votes):
            missed.add(("quota", number))
    return frozenset(missed)


def rule_met(rule: Rule, votes: Sequence[int], kept: Set[Label]) -> bool:
    """Say whether votes meet a rule of which only some requirements are left.

    Parameters
    ----------
    rule : Rule
        The rule.
    votes : sequence of int, length n
        Vote levels.
    kept : set of label
        The requirements that are left.

    Returns
    -------
    bool
    """
    failed = {label[1] for label in rule_labels_missed(rule, votes) & kept}
    numbers = count()

    def met(node: Node) -> bool:
        if isinstance(node, Quota) or (isinstance(node, AnyOf) and not node.parts):
            return next(numbers) not in failed
        parts = [met(part) for part in node.parts]  # all of them, so that leaves are counted
        return all(parts) if isinstance(node, AllOf) else any(parts)

    return met(rule.root)


def with_threshold(problem: ConcessionProblem, leaf: int, threshold: int) -> ConcessionProblem:
    """Return a problem in which one leaf of the rule asks for another sum.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    leaf : int
        Its number.
    threshold : int
        The sum it is to ask for.

    Returns
    -------
    ConcessionProblem
        The leaf is not split into vetoes, so that it keeps its label.
    """
    numbers = count()

    def visit(node: Node) -> Node:
        if isinstance(node, Quota):
            if next(numbers) != leaf:
                return node
            return replace(node, threshold=threshold, kind="count")
        if isinstance(node, AnyOf) and not node.parts:
            next(numbers)
        return type(node)(tuple(visit(part) for part in node.parts), node.title)

    rule = problem.rule
    return replace(problem, rule=Rule(rule.n_players, visit(rule.root), rule.names))
