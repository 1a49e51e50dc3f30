"""Lists of packages, prices of votes, and the command line on shipped scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from coalitions.concessions.instances import Instance, load_instance
from solvers.concessions.decomposition.separable import separate
from solvers.concessions.listing.k_best import best_packages, cheapest_first
from solvers.concessions.listing.text_bounds import bounded_texts
from solvers.concessions.listing.vote_prices import vote_prices

from .harness import Answer, Case, Contestant
from .second_engine import least_cost
from .suite_packages_cheapest import anchor
from .suite_packages_judges import listed, priced, unpaid
from .suite_voting_processes import COMMAND, fresh

if TYPE_CHECKING:
    from fractions import Fraction

    from solvers.concessions.listing.package_list import RankedPackage

__all__ = ["cases"]

COUNT = 50
LIST_BAR, PRICES_BAR, COMMAND_BAR = 0.3, 0.6, 3.0
CHECKED = 3  # players whose prices another engine finds too
SECONDS = 4.0
SCENARIOS = ("council-of-seven", "veskar-strait")


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        A body of 15 in place of one of 193.

    Yields
    ------
    Case
    """
    names = ("private-council-0",) if quick else ("private-council-0", "private-voting-0")
    for name in names:
        instance = load_instance(name)
        yield _list(instance)
        yield _prices(instance)
    for scenario in SCENARIOS:
        yield _command(scenario)


def _least(instance: Instance) -> Fraction:
    cost = instance.best.cost
    if cost is None:
        raise ValueError(f"{instance.name} has no package to list")
    return cost


def _list(instance: Instance) -> Case:
    problem = instance.problem
    separable = separate(problem)
    texts = bounded_texts(separable)
    if texts is None:
        raise RuntimeError("the texts were not bounded")

    def rest() -> Answer:
        packages: list[RankedPackage] = []
        for _, entry in cheapest_first(separable, texts):
            if entry is not None:
                packages.append(entry)
                if len(packages) == COUNT:
                    break
        return tuple(packages)

    return Case(
        f"{COUNT} best packages, {len(problem.voters)} members",
        anchor(problem),
        (
            Contestant("after the bounds of the first", rest, True, LIST_BAR),
            Contestant("from the start", lambda: best_packages(problem, COUNT).packages, True),
        ),
        listed(problem, COUNT, _least(instance)),
        SECONDS,
        "seconds",
    )


def _prices(instance: Instance) -> Case:
    problem = instance.problem
    best = best_packages(problem, 1).packages[0]
    paid = [player for player, _ in best.levels][:CHECKED]
    without = {player: least_cost(unpaid(problem, player)).cost for player in paid}
    contestants = [
        Contestant("all at once", partial(vote_prices, problem), True, PRICES_BAR),
    ]
    if len(problem.voters) <= 15:
        run = partial(vote_prices, problem, engine="resolve")
        contestants.append(Contestant("a programme for each, highs", run, True))
    return Case(
        f"prices of all votes, {len(problem.voters)} members",
        anchor(problem),
        tuple(contestants),
        priced(_least(instance), without),
        SECONDS,
        "seconds",
    )


def _command(scenario: str) -> Case:
    """Time the command in a fresh process; its JSON says whether the answer is proved."""

    def command() -> Answer:
        answer = json.loads(fresh(COMMAND, "packages", scenario, "--format", "json"))
        return answer["answer"]["status"], answer["guarantee"]

    def complaint(answer: Answer) -> str | None:
        return None if answer == ("found", "optimal") else f"answers {answer!r}"

    return Case(
        f"coalitions packages {scenario}, fresh process",
        Contestant("import click, yaml", lambda: fresh("import click, yaml")),
        (Contestant("command", command, True, COMMAND_BAR),),
        complaint,
        SECONDS,
        "seconds",
    )
