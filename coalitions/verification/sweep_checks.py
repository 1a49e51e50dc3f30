"""Re-checking a saved sweep: its rows against one another, and asked again where they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from coalitions.files import datasets
from solvers.errors import EngineError

__all__ = ["sweep_checks", "sweep_gaps"]

MAX_AGAIN = 200
"""Most scenarios of a sweep that are asked again."""
_PASSED = {"passes": True, "fails": False}


def sweep_checks(data: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Check a sweep.

    Parameters
    ----------
    data : mapping
        The saved result.

    Yields
    ------
    what : str
        A statement of the answer.
    holds : bool
        Whether it is so.
    """
    answer = data["answer"]
    rows, count = answer["rows"], answer["scenarios"]
    same = count > 0 and {row["scenario"] for row in rows} == set(range(count))
    yield f"every one of {count} scenarios has its rows", same
    failed = [row for row in rows if row["problem"]]
    yield f"{len(failed)} scenarios could not be answered", len(failed) == answer["not_answered"]
    told = [row for row in rows if not row["problem"]]
    same = all(row["passed"] == _PASSED.get(row["verdict"]) for row in told)
    yield "what passed follows from the verdicts", same
    priced = [row for row in told if row["price"] is not None]
    if any("e" in row["price"].lower() for row in priced):  # an exponent could fill the memory
        raise ValueError("a price is no fraction")
    same = all(float(Fraction(row["price"])) == row["price_approx"] for row in priced)
    yield f"{len(priced)} prices agree with their floats", same
    if _why_not_again(data) is None:
        again = _again(data)
        same = again is not None and _plain(again) == _plain(rows)
        yield f"{count} scenarios asked again give the same rows", same


def sweep_gaps(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what of a sweep is not checked.

    Parameters
    ----------
    data : mapping
        The saved result.

    Returns
    -------
    tuple of str
        Nothing where all scenarios are asked again.
    """
    why = _why_not_again(data)
    return () if why is None else (f"whether the scenarios give these rows: {why}",)


def _why_not_again(data: Mapping[str, Any]) -> str | None:
    from coalitions.scenarios.scenario import load
    from solvers.programmes.backends import find

    answer, made = data["answer"], data["provenance"]
    cases = {row["case"] for row in answer["rows"]}
    axes = _axes(answer)
    draws = answer["draws"] or 1
    if answer["scenarios"] > MAX_AGAIN:
        return f"more than {MAX_AGAIN} are not asked again; run the sweep again and compare"
    if len(cases) != 1 or next(iter(cases)) not in datasets.names("scenarios"):
        return "it is not of one shipped case; run the sweep again and compare"
    if answer["cases"] != {name: load(name).digest for name in cases}:
        return "the case shipped under its name is another; run the sweep again and compare"
    if made["solver"]:
        try:
            find(made["solver"])
        except EngineError as error:
            return str(error)
    if prod(map(len, axes.values())) * draws != answer["scenarios"]:
        return "it is no grid of the values in its rows; run the sweep again and compare"
    if any(row["guarantee"] == "bounded" for row in answer["rows"]):
        return "some answers were stopped early, which depends on the machine"
    return None


def _axes(answer: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Find the values of each key, in the order in which they were named."""
    axes: dict[str, list[Any]] = {}
    for key in answer["varied"]:
        if key == "draw":
            break  # what follows is drawn, not varied
        values: list[Any] = []
        for row in answer["rows"]:
            value = row[key]
            if not any(value == v and type(value) is type(v) for v in values):
                values.append(value)
        axes[key] = values
    return axes


def _again(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
    from coalitions.scenarios.scenario import load
    from coalitions.sweeps.sweep import run_sweep
    from coalitions.sweeps.sweep_cases import draws, grid

    answer, made = data["answer"], data["provenance"]
    base = load(answer["rows"][0]["case"])
    try:
        if data["what_if"]:
            base = base.what_if(**data["what_if"])
        cases = grid(base, _axes(answer))
        if answer["draws"]:
            cases = draws(cases, answer["draws"], made["seed"])
        return run_sweep(cases, answer["question"], solver=made["solver"] or "highs").rows()
    except EngineError:
        return None


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    import json

    found: list[Mapping[str, Any]] = json.loads(json.dumps(list(rows)))
    return found
