"""Why not: the smallest sets of requirements that clash, and the smallest that mend it.

An irreducible infeasible subset cannot be met as a whole but can when any of its members is
dropped. A minimal correction set is one whose dropping makes the rest possible, and of which
nothing can be kept. Each is a minimal hitting set of all of the other kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from solvers.concessions.clashes.feasibility import Feasibility, StoppedError
from solvers.concessions.clashes.reach import clashes_in_sight
from solvers.concessions.clashes.requirements import Label
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError

__all__ = ["Clashes", "find_clashes"]

LIMIT = 200  # sets found before the search ends: more than anyone reads
MAX_NODES = 200_000  # of one search for a set of requirements that is still unexplored


@dataclass(frozen=True)
class Clashes:
    """Sets of requirements that clash, and sets whose dropping mends it.

    Parameters
    ----------
    infeasible : tuple of frozenset of label
        Irreducible infeasible subsets; the smallest first, then in the order of the requirements.
    corrections : tuple of frozenset of label
        Minimal correction sets, in the same order. Both are empty when a package exists.
    complete : bool
        Whether these are proved to be all.
    asked : int
        How often the solver was asked.
    """

    infeasible: tuple[frozenset[Label], ...]
    corrections: tuple[frozenset[Label], ...]
    complete: bool
    asked: int = field(default=0, compare=False)


def find_clashes(
    problem: ConcessionProblem,
    solver: str = "highs",
    limit: int = LIMIT,
    stop: Callable[[], bool] | None = None,
) -> Clashes:
    """Enumerate irreducible infeasible subsets and minimal correction sets.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    solver : str
        Back end that says what is possible.
    limit : int
        The search ends when so many sets, of both kinds together, are found.
    stop : callable, optional
        Asked now and then; true ends the search, as Ctrl-C does. What was found is kept.

    Returns
    -------
    Clashes

    Raises
    ------
    GameError
        If the limit is below 1.
    SolverError
        If the solver fails.

    Notes
    -----
    The search of Liffiton and Malik: take a largest set of requirements that contains no known
    clash and lies in no known possible set. If it is possible, what it leaves out is a minimal
    correction set; if not, it is reduced to an irreducible clash by halves. Reductions rest on
    questions to the integer programme, never on the duals of its relaxation, which can be
    possible where whole numbers are not.

    References
    ----------
    .. [1] M. H. Liffiton and A. Malik, "Enumerating infeasibility: finding multiple MUSes
       quickly", CPAIOR 2013, Lecture Notes in Computer Science 7874, pp. 160-175.
    .. [2] U. Junker, "QuickXplain: preferred explanations and relaxations for over-constrained
       problems", Proceedings of AAAI 2004, pp. 167-172.
    .. [3] J. W. Chinneck and E. W. Dravnieks, "Locating minimal infeasible constraint sets in
       linear programs", ORSA Journal on Computing 3 (1991), pp. 157-168.

    Examples
    --------
    Two must agree; the second lacks 5 and may be paid 3:

    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2, "both in favour"))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -5))
    >>> cash = Transfer(1, value=Fraction(1), cost=Fraction(1), cap=Fraction(3))
    >>> found = find_clashes(ConcessionProblem(rule, voters, transfers=(cash,)))
    >>> [sorted(s) for s in found.infeasible]
    [[('cap', 0), ('veto', 0, 1)]]
    >>> [sorted(s) for s in found.corrections]
    [[('veto', 0, 1)], [('cap', 0)]]
    """
    if limit < 1:
        raise GameError(f"the limit is {limit}; it must be at least 1")
    oracle = Feasibility(problem, solver, stop)
    search = _Search(oracle)
    try:
        complete = search.run(limit)
    except (StoppedError, KeyboardInterrupt):
        complete = False
    return Clashes(
        _sorted(oracle, search.infeasible), _sorted(oracle, search.corrections), complete,
        oracle.asked,
    )  # fmt: skip


def _sorted(oracle: Feasibility, sets: Iterable[int]) -> tuple[frozenset[Label], ...]:
    def rank(bits: int) -> tuple[int, list[int]]:
        members = [k for k in range(bits.bit_length()) if bits >> k & 1]
        return len(members), members

    return tuple(oracle.named(bits) for bits in sorted(sets, key=rank))


class _Search:
    """Clashes and corrections found so far, as sets of bits."""

    def __init__(self, oracle: Feasibility) -> None:
        self.oracle = oracle
        self.infeasible: list[int] = []
        self.corrections: list[int] = []

    def run(self, limit: int) -> bool:
        oracle = self.oracle
        for clash in clashes_in_sight(oracle.problem):
            self._clash(oracle.bits(clash))
        if not self.infeasible and oracle.possible(oracle.whole):
            return True
        while True:
            hit = unexplored(self.infeasible, self.corrections)
            if hit is None:
                return True
            if len(self.infeasible) + len(self.corrections) >= limit:
                return False
            seed = oracle.whole & ~hit
            if oracle.possible(seed):
                self.corrections.append(hit)
            else:
                self._clash(self._reduced(0, seed, False))

    def _clash(self, bits: int) -> None:
        self.infeasible.append(bits)
        self.oracle.note_clash(bits)

    def _reduced(self, ground: int, open_: int, grown: bool) -> int:
        """Return a smallest part of ``open_`` that clashes with ``ground``, which is possible.

        Junker's recursion; ``grown`` says whether the ground was added to since it was asked.
        """
        if grown and not self.oracle.possible(ground):
            return 0
        members = [k for k in range(open_.bit_length()) if open_ >> k & 1]
        if len(members) == 1:
            return open_
        first = sum(1 << k for k in members[: len(members) // 2])
        second = open_ & ~first
        of_second = self._reduced(ground | first, second, True)
        of_first = self._reduced(ground | of_second, first, of_second != 0)
        return of_first | of_second


class _TooLongError(StoppedError):
    """The search among known sets grew out of hand."""


def unexplored(infeasible: Sequence[int], corrections: Sequence[int]) -> int | None:
    """Return a minimal set that hits every clash and contains no known correction.

    Depth first on the clash with the fewest open members; a member that was tried stays out of
    what follows, so that no set is met twice.
    """
    nodes = 0

    def extend(chosen: int, closed: int) -> int | None:
        nonlocal nodes
        nodes += 1
        if nodes > MAX_NODES:
            raise _TooLongError
        if any(not c & ~chosen for c in corrections):
            return None
        missed = [clash & ~closed for clash in infeasible if not clash & chosen]
        if not missed:
            return chosen
        options = min(missed, key=int.bit_count)
        while options:
            member = options & -options
            found = extend(chosen | member, closed)
            if found is not None:
                return found
            options &= ~member
            closed |= member
        return None

    found = extend(0, 0)
    if found is None:
        return None
    for member in _members(found):
        if all(clash & found & ~member for clash in infeasible):
            found &= ~member
    return found


def _members(bits: int) -> list[int]:
    return [1 << k for k in range(bits.bit_length()) if bits >> k & 1]
