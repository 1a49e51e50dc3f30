"""A check of clashes that trusts neither the search nor the solver that found them.

Small problems are decided by going through all amendments, items and votes, with payments over
fractions; larger ones by a second back end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

from solvers.concessions.clashes.exact_payments import payments_for
from solvers.concessions.clashes.feasibility import any_package
from solvers.concessions.clashes.marco import Clashes
from solvers.concessions.clashes.requirements import Label, relaxed, requirements
from solvers.concessions.parts import Package
from solvers.concessions.problem import ConcessionProblem
from solvers.programmes.backends import installed
from solvers.rules.vote_conditions import voters_in
from solvers.rules.votes import NO, YES

__all__ = ["clash_faults", "possible_by_enumeration"]

MAX_SHAPES = 2**12  # sets of amendments and items that are gone through
MAX_PROFILES = 3**7  # profiles of votes that are gone through
MAX_COVERS = 20_000  # hitting sets that are listed to check that nothing is missing

TEXT = ("floor", "red line", "requires", "excludes", "combination", "limit")


def clash_faults(
    problem: ConcessionProblem,
    clashes: Clashes,
    possible: Callable[[ConcessionProblem], bool] | None = None,
) -> tuple[str, ...]:
    """Check every clash and every correction anew.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    clashes : Clashes
        What was found.
    possible : callable, optional
        Says whether a problem has a package that works; enumeration where that is in reach,
        else a back end other than HiGHS, when left out.

    Returns
    -------
    tuple of str
        What is wrong, a sentence each; empty when every clash is impossible and loses that
        with any member, every correction makes the rest possible and loses that with any
        member kept, each correction hits each clash, and, where the sets are called complete,
        no minimal set that hits all clashes is missing.

    References
    ----------
    .. [1] R. Reiter, "A theory of diagnosis from first principles", Artificial Intelligence 32
       (1987), pp. 57-95 (corrections are the minimal hitting sets of the clashes).

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(1, Quota((1,), (0,), (0,), 1, "one in favour", "count"))
    >>> problem = ConcessionProblem(rule, (Voter(stated=(0, 0, 0)),))
    >>> quota = frozenset({("quota", 0)})
    >>> clash_faults(problem, Clashes((quota,), (quota,), True))
    ()
    >>> clash_faults(problem, Clashes((quota,), (), True))
    ("the sets are called complete, but the correction {('quota', 0)} is missing",)
    """
    whole = frozenset(r.label for r in requirements(problem))
    known = frozenset(chain.from_iterable((*clashes.infeasible, *clashes.corrections)))
    if known - whole:
        return (f"the problem has no requirements {_words(known - whole)}",)
    ask = _Asked(problem, possible or _second_opinion)
    wrong: list[str] = []
    for sets in (clashes.infeasible, clashes.corrections):
        wrong += [f"{_words(s)} stands there twice" for s in set(sets) if sets.count(s) > 1]
    for clash in clashes.infeasible:
        if ask(clash):
            wrong.append(f"{_words(clash)} can be met together")
        wrong += [
            f"{_words(clash)} cannot be met even without {one}"
            for one in sorted(clash, key=str)
            if not ask(clash - {one})
        ]
    for correction in clashes.corrections:
        rest = whole - correction
        if not ask(rest):
            wrong.append(f"without {_words(correction)} the rest still clashes")
        wrong += [
            f"of {_words(correction)} the part {one} need not be dropped"
            for one in sorted(correction, key=str)
            if ask(rest | {one})
        ]
        wrong += [
            f"the correction {_words(correction)} does not touch the clash {_words(clash)}"
            for clash in clashes.infeasible
            if not correction & clash
        ]
    if clashes.complete:
        wrong += _missing(clashes, ask(whole))
    return tuple(wrong)


def _missing(clashes: Clashes, possible: bool) -> Iterator[str]:
    if not clashes.infeasible:
        if not possible:
            yield "there is no package, but no clash is named"
        elif clashes.corrections:
            yield "there is a package, but corrections are named"
        return
    covers = _hitting_sets(clashes.infeasible)
    if covers is None:
        yield f"more than {MAX_COVERS} sets hit all clashes: too many to check that none is missing"
        return
    for cover in sorted(covers - set(clashes.corrections), key=_words):
        yield f"the sets are called complete, but the correction {_words(cover)} is missing"


def _hitting_sets(sets: Iterable[frozenset[Label]]) -> set[frozenset[Label]] | None:
    """Multiply the sets out, one after another, and keep what is minimal (Berge)."""
    covers: set[frozenset[Label]] = {frozenset()}
    for members in sets:
        good = {cover for cover in covers if cover & members}
        longer = {cover | {one} for cover in covers - good for one in members}
        good |= {cover for cover in longer if not any(g < cover for g in good)}
        covers = {cover for cover in good if not any(g < cover for g in good)}
        if len(covers) > MAX_COVERS:
            return None
    return covers


def _words(labels: frozenset[Label]) -> str:
    return "{" + ", ".join(map(str, sorted(labels, key=str))) + "}"


class _Asked:
    """Remembers the answers; the problem itself is relaxed anew for every question."""

    def __init__(
        self, problem: ConcessionProblem, possible: Callable[[ConcessionProblem], bool]
    ) -> None:
        self.problem, self.possible = problem, possible
        self.answers: dict[frozenset[Label], bool] = {}

    def __call__(self, labels: frozenset[Label]) -> bool:
        if labels not in self.answers:
            self.answers[labels] = self.possible(relaxed(self.problem, labels))
        return self.answers[labels]


def _second_opinion(problem: ConcessionProblem) -> bool:
    answer = possible_by_enumeration(problem)
    if answer is not None:
        return answer
    others = [b.name for b in installed() if b.available and b.name in ("scip", "cbc")]
    return any_package(problem, others[0] if others else "highs") is not None


def possible_by_enumeration(problem: ConcessionProblem) -> bool | None:
    """Say whether a package works, by going through amendments, items and votes.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    bool or None
        None where it is out of reach: more than `MAX_SHAPES` sets of amendments and items or
        `MAX_PROFILES` profiles of votes, votes that hang on other votes' not being cast, or
        votes that hold one another up and are counted from below.
    """
    shapes = 2 ** (len(problem.amendments) + len(problem.items))
    watched = any(voters_in(c) for v in problem.voters for _, c in v.conditions)
    if shapes > MAX_SHAPES or watched or (problem.bandwagon and problem.pessimistic):
        return None
    answers: set[bool | None] = set()
    for adopted in _subsets(len(problem.amendments)):
        faults = problem.violations(Package(adopted))
        if any(fault.startswith(TEXT) for fault in faults):
            continue
        for given in _subsets(len(problem.items)):
            works = _shape_works(problem, Package(adopted, {}, given))
            if works:
                return True
            answers.add(works)
    return None if None in answers else False


def _subsets(size: int) -> Iterator[frozenset[int]]:
    sizes = (combinations(range(size), k) for k in range(size + 1))
    return (frozenset(members) for members in chain.from_iterable(sizes))


def _shape_works(problem: ConcessionProblem, shape: Package) -> bool | None:
    """Say whether payments make a package of these amendments and items; None: too many votes."""
    top = _highest(problem, shape)
    if not _decides(problem, shape, top):
        return False
    if _paid(problem, shape, top):
        return True
    harmful = any(t.harm for t in problem.transfers)
    if not (problem.budgets or problem.contributions or harmful):
        return False  # nothing couples the players: where all can be lifted, payments are found
    free = bool(problem.bandwagon or problem.contributions)
    least = problem.votes(shape)
    ranges = [
        (level,) if voter.margin is None else range(NO if free else min(least[i], level), level + 1)
        for i, (voter, level) in enumerate(zip(problem.voters, top, strict=True))
    ]
    if prod(map(len, ranges)) > MAX_PROFILES:
        return None
    failed: list[Sequence[int]] = []
    for votes in sorted(product(*ranges), key=sum):
        harder = not free and any(all(map(int.__le__, f, votes)) for f in failed)
        if harder or not _decides(problem, shape, votes):
            continue
        if _paid(problem, shape, votes):
            return True
        failed.append(votes)
    return False


def _highest(problem: ConcessionProblem, shape: Package) -> list[int]:
    """Votes when everybody is given as much as caps allow and gives nothing."""
    votes = list(problem.votes(shape))
    best = {}
    for i in range(len(votes)):
        margin = problem.margin(i, shape)
        if margin is not None:
            mine = [t for t in problem.transfers if t.recipient == i]
            endless = any(t.cap is None for t in mine)
            best[i] = None if endless else margin + sum(t.value * (t.cap or 0) for t in mine)
            votes[i] = YES
    while True:
        after = list(votes)
        for i, margin in best.items():
            if margin is not None:
                pushes = problem.bandwagon.items()
                pushed = sum((x for (f, j), x in pushes if f == i and votes[j] == YES), margin)
                after[i] = problem.voters[i].level_at(pushed)
        if after == votes:
            return votes
        votes = after


def _decides(problem: ConcessionProblem, shape: Package, votes: Sequence[int]) -> bool:
    routes = [problem.amendments[k].route for k in shape.amendments]
    return all(rule is None or rule.evaluate(votes) for rule in (problem.rule, *routes))


def _paid(problem: ConcessionProblem, shape: Package, votes: Sequence[int]) -> bool:
    package = payments_for(problem, shape, votes)
    return package is not None and not problem.violations(package)
