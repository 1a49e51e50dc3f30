"""Write the instance library anew: ``python -m benchmarks.instance_build data/instances``.

Every problem is solved by at least two engines where two can, and what they agree on is written
beside it. Takes some minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.concessions.instances import FORMAT, digest_of, made
from solvers.concessions import CheapestPackage, cheapest_package
from solvers.concessions.data import problem_to_data
from solvers.concessions.problem import ConcessionProblem

from .instance_examples import Draft, examples, rosters
from .second_engine import least_cost
from .second_engine_budgets import least_cost_under_budgets
from .second_engine_parts import unfit

__all__ = ["drafts", "record", "written"]

SECOND = "second engine of the benchmarks"
LIMIT = 120.0  # seconds for a programme that gives the second opinion
AGREE = 1e-6  # relative; two engines of which one computes in floats
LARGE = 100  # players from which on only the call that makes a problem is written
SMALL = range(20)
PRIVATE = {"council": (0, 1, 2), "union": (0, 1, 2), "members": (0, 1, 2), "voting": (0, 1, 2)}
TIGHT = {
    "council": ((0.01, 0.08), (2, 3, 5)),
    "union": ((0.01, 0.04), (3, 4, 5)),
    "members": ((0.01, 0.04), (0, 1, 3)),
    "voting": ((0.01, 0.02), (0, 1, 3)),
}


def drafts() -> Iterator[Draft]:
    """Give all problems of the library.

    Yields
    ------
    Draft
    """
    yield from examples()
    yield from rosters()
    for seed in SMALL:
        yield _drawn(
            f"small-{seed:02}",
            "few states, every kind of rule and of part",
            "small enough for brute force",
            {"call": "small_random", "seed": seed},
        )
    for family, seeds in PRIVATE.items():
        for seed in seeds:
            rule = _rule(family)
            yield _drawn(
                f"private-{family}-{seed}",
                "every state is paid by instruments of its own",
                "the size at which big-M programmes stop closing is among these",
                {"call": "private_instruments", "rule": rule, "seed": seed},
            )
    for family, (shares, seeds) in TIGHT.items():
        for seed in seeds:
            call = {"call": "tight_budgets", "rule": _rule(family), "seed": seed, "shares": shares}
            yield _drawn(
                f"tight-{family}-{seed}",
                "four budgets tie the states to one another",
                "the least cost without the budgets is lower: they bind",
                call,
            )


def _rule(family: str) -> dict[str, Any]:
    if family != "union":
        return {"family": family}
    weights = bind_decision(load_body("eu-council")).roster.roster.weights["population"]
    return {"family": family, "populations": list(weights)}


def _drawn(name: str, title: str, why: str, generator: dict[str, Any]) -> Draft:
    problem = made(generator)
    return Draft(
        name,
        f"{title}; {len(problem.voters)} states",
        why,
        "drawn at random by the call below",
        problem,
        generator=generator,
    )


def written(draft: Draft, folder: Path) -> dict[str, Any]:
    """Solve a problem and write it into the library.

    Parameters
    ----------
    draft : Draft
        The problem.
    folder : Path
        Where the library is.

    Returns
    -------
    dict
        What was written.
    """
    content = record(draft)
    path = folder / f"{draft.name}.json"
    path.write_text(_text(content), encoding="utf-8")
    return content


def record(draft: Draft) -> dict[str, Any]:
    """Solve a problem and make its record.

    Parameters
    ----------
    draft : Draft
        The problem.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If two engines contradict one another, or the cost that was worked out by hand.
    """
    problem = draft.problem
    content: dict[str, Any] = {
        "format": FORMAT,
        "name": draft.name,
        "title": draft.title,
        "why": draft.why,
        "source": draft.source,
        "players": len(problem.voters),
        "best": _best(draft),
        "digest": digest_of(problem),
    }
    if draft.members:
        content["members"] = list(draft.members)
    if draft.generator is not None:
        content["generator"] = draft.generator
    if draft.generator is None or len(problem.voters) < LARGE:
        content["problem"] = problem_to_data(problem)
    return content


def _best(draft: Draft) -> dict[str, Any]:
    problem = draft.problem
    first = cheapest_package(problem)
    found = [(_word(first), first.cost, first.solution.status in ("optimal", "infeasible"))]
    found += _others(problem, first)
    if draft.name.startswith("example-"):
        found.append(("by hand", draft.cost, True))
    proved = [(cost, by) for by, cost, done in found if done]
    if not proved:
        return {
            "cost": None if first.cost is None else str(first.cost),
            "bound": None if first.solution.bound is None else str(first.solution.bound),
            "proved": False,
            "by": [found[0][0]],
        }
    costs = [cost for cost, _ in proved]
    cost = costs[0] if found[0][2] else min((c for c in costs if c is not None), default=None)
    for other, by in proved:
        if not _agree(cost, other):
            raise ValueError(f"{draft.name}: {by} says {other}, another engine {cost}")
    text = None if cost is None else str(cost)
    return {"cost": text, "bound": text, "proved": True, "by": [by for _, by in proved]}


def _others(
    problem: ConcessionProblem, first: CheapestPackage
) -> Iterator[tuple[str, Fraction | None, bool]]:
    """Ask engines that share no code with the first, or another back end."""
    if unfit(problem) is None:
        yield SECOND, least_cost(problem).cost, True
    elif problem.budgets and unfit(replace(problem, budgets=())) is None:
        cost = least_cost_under_budgets(problem).cost
        yield SECOND, None if cost is None else Fraction(cost), True
    if first.engine != "programme" and len(problem.voters) < LARGE:
        yield _opinion(problem, "highs")
    if first.engine == "programme" or len(problem.voters) <= 30:
        yield _opinion(problem, "scip")


def _opinion(problem: ConcessionProblem, solver: str) -> tuple[str, Fraction | None, bool]:
    answer = cheapest_package(problem, solver, LIMIT, engine="programme")
    return _word(answer), answer.cost, answer.solution.status in ("optimal", "infeasible")


def _word(answer: CheapestPackage) -> str:
    solver = answer.solution.solver
    return solver if answer.engine in solver else f"{answer.engine}, {solver}"


def _agree(one: Fraction | None, other: Fraction | None) -> bool:
    if one is None or other is None:
        return one is other
    return float(abs(one - other)) <= AGREE * max(1.0, float(abs(one)))


def _text(content: dict[str, Any]) -> str:
    """Write JSON with one line for each part of the problem."""
    lines = []
    for key, value in content.items():
        if key != "problem":
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
            continue
        parts = []
        for name, part in value.items():
            if isinstance(part, list) and part:
                rows = ",\n   ".join(json.dumps(row, separators=(",", ":")) for row in part)
                parts.append(f"{json.dumps(name)}: [\n   {rows}\n  ]")
            else:
                parts.append(f"{json.dumps(name)}: {json.dumps(part, separators=(',', ':'))}")
        lines.append('"problem": {\n  ' + ",\n  ".join(parts) + "\n }")
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def main(folder: str, *chosen: str) -> None:
    """Write all problems whose names begin with one of the words, or all.

    Parameters
    ----------
    folder : str
        Where the library is.
    *chosen : str
        Beginnings of names.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for draft in drafts():
        if not chosen or draft.name.startswith(chosen):
            best = written(draft, target)["best"]
            sys.stderr.write(f"{draft.name}: {best['cost']} by {len(best['by'])}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
