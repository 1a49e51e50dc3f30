"""How much each recipient could hold out for: what it costs to do without paying it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import ZERO, Package, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.survival import Engine
from solvers.errors import GameError, LimitError
from solvers.programmes.solving import Status
from solvers.rules.votes import NO

__all__ = ["HoldOut", "hold_outs", "hold_outs_at_once", "paid_players", "without_payment"]


@dataclass(frozen=True)
class HoldOut:
    """What a recipient could hold out for.

    Parameters
    ----------
    player : int
        The recipient.
    rent : Fraction or None
        The cost of the cheapest package that pays it nothing, less that of the cheapest of all;
        at least 0, to which what lies below by a solver's rounding is raised.
        None where it is indispensable: there is no such package, so nothing bounds the rent;
        or where none was found in time, which ``proved`` tells apart.
    rent_if_lost : Fraction or None
        The same if, besides, it votes against whatever the text says, as it does once it claims
        a gap that no text closes; at least ``rent``. None, too, where that was not asked.
    proved : bool
        Whether they rest on runs that ended with a proof.
    """

    player: int
    rent: Fraction | None
    rent_if_lost: Fraction | None
    proved: bool


def paid_players(problem: ConcessionProblem, package: Package) -> tuple[int, ...]:
    """List the players to whom a package gives a transfer or an item.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    tuple of int
        In ascending order.
    """
    paid = {problem.transfers[m].recipient for m, t in package.transfers.items() if t}
    return tuple(sorted(paid | {problem.items[k].recipient for k in package.items}))


def without_payment(
    problem: ConcessionProblem, player: int
) -> tuple[ConcessionProblem, tuple[int, ...], tuple[int, ...]]:
    """Leave out every transfer and item to one player.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    player : int
        Who is paid nothing.

    Returns
    -------
    ConcessionProblem, tuple of int, tuple of int
        The smaller problem, and the old numbers of its transfers and of its items.

    Raises
    ------
    GameError
        If there is no such player.
    """
    if not 0 <= player < len(problem.voters):
        raise GameError(
            f"there is no player {player}; players are numbered 0 to {len(problem.voters) - 1}"
        )
    transfers = [m for m, t in enumerate(problem.transfers) if t.recipient != player]
    items = [k for k, g in enumerate(problem.items) if g.recipient != player]
    new_transfers = {m: j for j, m in enumerate(transfers)}
    new_items = {k: j for j, k in enumerate(items)}

    def kept(old: Iterable[int], new: dict[int, int]) -> frozenset[int]:
        return frozenset(new[k] for k in old if k in new)

    smaller = replace(
        problem,
        transfers=tuple(problem.transfers[m] for m in transfers),
        items=tuple(problem.items[k] for k in items),
        budgets=tuple(
            replace(b, transfers=kept(b.transfers, new_transfers), items=kept(b.items, new_items))
            for b in problem.budgets
        ),
        channels=tuple(
            replace(c, transfers=kept(c.transfers, new_transfers), items=kept(c.items, new_items))
            for c in problem.channels
        ),
    )
    return smaller, tuple(transfers), tuple(items)


def hold_outs(
    problem: ConcessionProblem,
    answer: CheapestPackage,
    *,
    engine: Engine | None = None,
    charge: Callable[[CheapestPackage], Fraction | None] | None = None,
    lost: bool = True,
    time_limit: float | None = None,
) -> tuple[HoldOut, ...]:
    """Bound what every recipient of a cheapest package could hold out for.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    answer : CheapestPackage
        A cheapest package.
    engine : callable, optional
        Finds the packages, those that stand some demand for instance; ``cheapest_package`` when
        left out.
    charge : callable, optional
        What the engine makes least, of an answer of its; the cost when left out.
    lost : bool
        Whether to ask, too, what it costs if the recipient votes against.
    time_limit : float, optional
        Seconds in all; recipients for whom none are left are reported as not proved.

    Returns
    -------
    tuple of HoldOut
        One per recipient, in ascending order; after Ctrl-C those that were not finished are
        reported as not proved.

    Raises
    ------
    GameError
        If there is no package.

    Notes
    -----
    Who is paid its stated gap does well to overstate it. The cost then rises with the gap that
    is claimed, up to where another package is cheaper. Had it been the only one, the claim has
    no end.

    References
    ----------
    .. [1] R. Gibbard, "Manipulation of voting schemes: a general result", Econometrica 41
       (1973), pp. 587-601.
    .. [2] L. M. Ausubel and P. Milgrom, "The lovely but lonely Vickrey auction", in P. Cramton,
       Y. Shoham and R. Steinberg (eds.), Combinatorial Auctions, MIT Press, 2006, pp. 17-40.

    Examples
    --------
    One of two must agree, for 3 or for 5:

    >>> from solvers.concessions import cheapest_package
    >>> from solvers.concessions.problem import Transfer
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 1))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (-3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(2))
    >>> two = ConcessionProblem(rule, voters, transfers=cash)
    >>> [(h.player, str(h.rent)) for h in hold_outs(two, cheapest_package(two))]
    [(0, '2')]
    """
    if answer.package is None or answer.cost is None:
        raise GameError("there is no package whose recipients could hold out; give one")
    run, of = engine or _default(), charge or _cost
    least = of(answer)
    start = time.perf_counter()
    found: list[HoldOut] = []
    interrupted = False
    for player in paid_players(problem, answer.package):
        if interrupted:
            found.append(HoldOut(player, None, None, False))
            continue
        smaller, _, _ = without_payment(problem, player)
        rents: list[Fraction | None] = []
        proved = answer.solution.status == "optimal"
        for asked in (smaller, _against(smaller, player)) if lost else (smaller,):
            left = None
            if time_limit is not None:
                left = max(0.01, time_limit - (time.perf_counter() - start))
            try:
                other = run(asked, time_limit=left)
            except KeyboardInterrupt:
                interrupted = True
                break
            rents.append(_above(of(other), least))
            proved = proved and _ended(other.solution.status)
            if other.solution.interrupted:
                interrupted = True
                break
        if interrupted:
            found.append(HoldOut(player, None, None, False))
        else:
            found.append(HoldOut(player, rents[0], rents[1] if lost else None, proved))
    return tuple(found)


def hold_outs_at_once(
    problem: ConcessionProblem, answer: CheapestPackage, *, time_limit: float | None = None
) -> tuple[HoldOut, ...] | None:
    """Bound what every recipient could hold out for, by one search for all of them.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    answer : CheapestPackage
        A cheapest package.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    tuple of HoldOut or None
        As :func:`hold_outs` without ``rent_if_lost``; none is proved where a limit or Ctrl-C
        ended the search. None where payments are tied together, there are too many sets of
        amendments, or the answer is not of least cost.

    Raises
    ------
    GameError
        If there is no package.
    """
    from solvers.concessions.listing.vote_prices import vote_prices

    if answer.package is None or answer.cost is None:
        raise GameError("there is no package whose recipients could hold out; give one")
    try:
        priced = vote_prices(problem, engine="decomposition", time_limit=time_limit)
    except (GameError, LimitError):
        return None
    ended = _ended(priced.status)
    if ended and priced.cost != answer.cost:
        return None
    proved = ended and answer.solution.status == "optimal"
    return tuple(
        HoldOut(player, _above(priced.prices[player].without, answer.cost), None, proved)
        for player in paid_players(problem, answer.package)
    )


def _cost(answer: CheapestPackage) -> Fraction | None:
    return answer.cost


def _above(charged: Fraction | None, least: Fraction | None) -> Fraction | None:
    """Return how much dearer it is to pay somebody nothing; a condition more saves nothing."""
    return None if charged is None or least is None else max(ZERO, charged - least)


def _ended(status: Status) -> bool:
    return status in ("optimal", "infeasible")


def _against(problem: ConcessionProblem, player: int) -> ConcessionProblem:
    """Let a player vote against whatever happens."""
    old = problem.voters[player]
    fixed = Voter(stated=(NO, NO, NO), hidden=old.hidden, firm=old.firm)
    voters = (*problem.voters[:player], fixed, *problem.voters[player + 1 :])
    pushes = {pair: push for pair, push in problem.bandwagon.items() if pair[0] != player}
    return replace(problem, voters=voters, bandwagon=pushes)


def _default() -> Engine:
    from solvers.concessions import cheapest_package

    return cheapest_package
