"""Re-checking lists and fronts of packages, and explanations, from their own certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from coalitions.concessions.package_demands import demand_holds
from coalitions.concessions.package_parts import named_parts

__all__ = ["explanation_checks", "front_checks", "list_checks"]

Checked: TypeAlias = Iterator[tuple[str, bool]]


def list_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Checked:
    """Re-check a list of packages.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result.

    Yields
    ------
    (str, bool)
        What is stated, and whether it holds.
    """
    from solvers.concessions.data import package_from_data, problem_from_data
    from solvers.concessions.listing.package_list import identity_of, irreducible

    problem = problem_from_data(certificate["problem"])
    packages = [package_from_data(p) for p in certificate["packages"]]
    names, told = certificate["names"], answer["packages"]
    same = [
        {"cost": str(problem.cost(p))} | named_parts(names, p) == t
        for p, t in zip(packages, told, strict=True)
    ]
    yield "the answer lists the certified packages with their costs", all(same)
    works = all(not problem.violations(p) for p in packages)
    yield f"each of the {len(packages)} packages works", works
    yield (
        "in none can a payment be lowered or left out",
        all(irreducible(problem, p) for p in packages),
    )
    costs = [problem.cost(p) for p in packages]
    yield "they stand in order of cost", all(a <= b for a, b in pairwise(costs))
    identities = {identity_of(problem, p) for p in packages}
    yield "no two are the same", len(identities) == len(packages)
    yield "it says whether there are others", certificate["complete"] == answer["complete"]


def front_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Checked:
    """Re-check a front.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result.

    Yields
    ------
    (str, bool)
        What is stated, and whether it holds.
    """
    from solvers.concessions.data import package_from_data, problem_from_data
    from solvers.concessions.robust.buffer import with_buffer
    from solvers.concessions.robust.pareto import Legitimacy

    problem, given = problem_from_data(certificate["problem"]), certificate["legitimacy"]
    legitimacy = Legitimacy(
        tuple(Fraction(w) for w in given["votes"]),
        {int(k): Fraction(w) for k, w in given["amendments"].items()},
        Fraction(given["base"]),
    )
    packages = [package_from_data(p) for p in certificate["packages"]]
    names, told = certificate["names"], answer["points"]
    parts = [named_parts(names, p) for p in packages]
    same = all(
        all(t[key] == value for key, value in part.items())
        for part, t in zip(parts, told, strict=True)
    )
    yield "the answer lists the certified packages", same
    costs = [str(problem.cost(p)) == t["cost"] for p, t in zip(packages, told, strict=True)]
    yield "each costs what is stated", all(costs)
    stands, legitimate = [], []
    for package, t in zip(packages, told, strict=True):
        level = Fraction(t["durability"])
        kind = {"survival": "survive", "buffer": "buffer"}[certificate["durability"]]
        stands.append(demand_holds(problem, package, {"kind": kind, "level": str(level)}))
        worn = with_buffer(problem, level) if kind == "buffer" else problem
        value = legitimacy.value(worn.votes(package), package.amendments)
        legitimate.append(value == Fraction(t["legitimacy"]))
    yield "each is as durable as is stated", all(stands)
    yield "each is as legitimate as is stated", all(legitimate)
    points = [
        (-Fraction(t["cost"]), Fraction(t["legitimacy"]), Fraction(t["durability"])) for t in told
    ]
    beaten = [
        p
        for p in points
        for q in points
        if p != q and all(a <= b for a, b in zip(p, q, strict=True))
    ]
    yield "none is beaten by another", not beaten


def explanation_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Checked:
    """Re-check clashes and repairs.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result; where a package works, that is re-checked elsewhere.

    Yields
    ------
    (str, bool)
        What is stated, and whether it holds.
    """
    from solvers.concessions.clashes.clash_check import clash_faults
    from solvers.concessions.clashes.marco import Clashes
    from solvers.concessions.clashes.requirements import relaxed, requirements
    from solvers.concessions.data import package_from_data, problem_from_data

    problem = problem_from_data(certificate["problem"])
    sets = {
        key: tuple(frozenset(tuple(label) for label in s) for s in certificate[key])
        for key in ("infeasible", "corrections")
    }
    clashes = Clashes(sets["infeasible"], sets["corrections"], certificate["complete"])
    faults = clash_faults(problem, clashes)
    yield (
        f"{len(clashes.infeasible)} sets clash, and cease to without any one of their parts; each "
        f"of {len(clashes.corrections)} corrections meets all of them",
        not faults,
    )
    counted = [len(answer[key]) for key in ("clashes", "corrections", "repairs")]
    held = [len(certificate[key]) for key in ("infeasible", "corrections", "repairs")]
    yield "the answer lists them", counted == held
    labels = frozenset(r.label for r in requirements(problem))
    for repair, told in zip(certificate["repairs"], answer["repairs"], strict=True):
        drop = frozenset(tuple(label) for label in repair["correction"])
        if repair["package"] is None:
            continue
        left, package = relaxed(problem, labels - drop), package_from_data(repair["package"])
        cost = str(left.cost(package))
        holds = not left.violations(package) and cost == repair["cost"] == told["cost_then"]
        yield f"after the correction {', '.join(told['drop'])} a package costs {cost}", holds
