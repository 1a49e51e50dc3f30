"""A buffer for durability: a package that still works when every margin falls by so much.

The problem is transformed rather than solved in another way, so that every engine and the judge
of packages serve it as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.parts import ZERO, Package, Voter, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, NO, YES

__all__ = ["absent_players", "largest_buffer", "veto_players", "with_buffer"]

MAX_PUSHES = 4096
"""Most different sums of what others' votes add to one margin that are looked at."""


def absent_players(problem: ConcessionProblem) -> frozenset[int]:
    """List the players that have neither a stated vote nor a margin.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    frozenset of int
    """
    return frozenset(
        i for i, v in enumerate(problem.voters) if v.stated is None and v.margin is None
    )


def veto_players(rule: Rule, absent: Iterable[int] = ()) -> frozenset[int]:
    """List the players who defeat a rule alone, by voting against while all others vote for.

    Parameters
    ----------
    rule : Rule
        Any rule.
    absent : iterable of int
        Players that are not there; they defeat nothing.

    Returns
    -------
    frozenset of int
        Empty too where the rule fails although all vote for.

    Examples
    --------
    Two of three, and the first not against:

    >>> from solvers.rules.rule import AllOf, Quota
    >>> two = Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2)
    >>> veto_players(Rule(3, AllOf((two, Quota((0, 0, 0), (0, 0, 0), (-1, 0, 0), 0)))))
    frozenset({0})
    """
    away = set(absent)
    profile = [ABSENT if i in away else YES for i in range(rule.n_players)]
    if not rule.evaluate(profile):
        return frozenset()
    there = [i for i in range(rule.n_players) if i not in away]
    return frozenset(i for i in there if not rule.evaluate([*profile[:i], NO, *profile[i + 1 :]]))


def with_buffer(
    problem: ConcessionProblem, delta: Fraction | int, vetoes: Iterable[int] | None = None
) -> ConcessionProblem:
    """Lower every margin, so that what works then works with so much to spare.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    delta : Fraction or int
        By how much each margin may fall, at least 0.
    vetoes : iterable of int, optional
        Those whose acquiescence must keep the buffer too; :func:`veto_players` of the rule
        when left out.

    Returns
    -------
    ConcessionProblem
        A yes now takes a margin of ``delta`` before the fall. To abstain takes as much more
        only from those with a veto: on the others' abstention nothing rests that their vote
        against would change but by its count, and their band grows by ``delta`` instead.
        Stated votes stay as they are.

    Raises
    ------
    GameError
        If the buffer is negative or not exact, or a number is no player.

    References
    ----------
    .. [1] A. Ben-Tal, L. El Ghaoui and A. Nemirovski, Robust Optimization, Princeton University
       Press, 2009, chapter 1 (uncertainty that is a box).

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> one = ConcessionProblem(
    ...     Rule(1, Quota((1,), (0,), (0,), 1)), (Voter(margin=(Fraction(1),) * 3),))
    >>> with_buffer(one, 1).votes(Package()), with_buffer(one, 2).votes(Package())
    ((2,), (0,))
    """
    check_number("a buffer", delta, least=0)
    strict = _vetoes(problem, vetoes)
    if not delta:
        return problem
    voters: list[Voter] = []
    for i, voter in enumerate(problem.voters):
        if voter.margin is None:
            voters.append(voter)
            continue
        low, central, high = (m - delta for m in voter.margin)
        band = voter.band if i in strict else voter.band + delta
        voters.append(replace(voter, margin=(low, central, high), band=band))
    return replace(problem, voters=tuple(voters))


def _vetoes(problem: ConcessionProblem, vetoes: Iterable[int] | None) -> frozenset[int]:
    if vetoes is None:
        return veto_players(problem.rule, absent_players(problem))
    given = frozenset(vetoes)
    for i in given:
        if not 0 <= i < len(problem.voters):
            raise GameError(
                f"player {i} is said to have a veto; players are numbered 0 to "
                f"{len(problem.voters) - 1}"
            )
    return given


def largest_buffer(
    problem: ConcessionProblem, package: Package, vetoes: Iterable[int] | None = None
) -> Fraction | None:
    """Return the largest buffer up to which a package keeps working.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded; it must work without a buffer.
    vetoes : iterable of int, optional
        As in :func:`with_buffer`.

    Returns
    -------
    Fraction or None
        None where it works whatever the buffer, as votes that are stated may have it.

    Raises
    ------
    GameError
        If the package does not work without a buffer.
    LimitError
        If what others' votes add to one margin takes more than `MAX_PUSHES` values.

    Notes
    -----
    Votes change only where a margin, with what others' votes add to it, crosses a threshold.
    These buffers are tried in ascending order, each in exact arithmetic.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> one = ConcessionProblem(
    ...     Rule(1, Quota((1,), (0,), (0,), 1)), (Voter(margin=(Fraction(1),) * 3),))
    >>> largest_buffer(one, Package())
    Fraction(1, 1)
    """
    broken = problem.violations(package)
    if broken:
        raise GameError(
            f"the package breaks {', '.join(broken)} without any buffer; give one that works"
        )
    strict = _vetoes(problem, vetoes)
    crossings: set[Fraction] = set()
    for i, voter in enumerate(problem.voters):
        margin = problem.margin(i, package)
        if margin is None:
            continue
        for push in _pushes(problem, i):
            crossings.add(margin + push)
            if i in strict:
                crossings.add(margin + push + voter.band)
    steps = sorted(c for c in crossings if c > 0)
    reached = ZERO
    for step in [*steps, (steps or [ZERO])[-1] + 1]:  # the last one lies beyond all crossings
        if with_buffer(problem, step, strict).violations(package):
            return reached
        reached = step
    return None


def _pushes(problem: ConcessionProblem, player: int) -> set[Fraction]:
    """Collect the sums that others' votes may add to a margin."""
    sums = {ZERO}
    for (follower, _), push in problem.bandwagon.items():
        if follower == player:
            sums |= {s + push for s in sums}
        if len(sums) > MAX_PUSHES:
            raise LimitError(
                f"what others' votes add to the margin of player {player} takes more than "
                f"{MAX_PUSHES:,} values; try given buffers instead of the largest one"
            )
    return sums
