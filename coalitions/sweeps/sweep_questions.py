"""What a sweep asks of each scenario: facts of fixed columns, one row per option and venue."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import exact_text
from coalitions.answers.wording import apart
from coalitions.decisions.assess import assess
from coalitions.decisions.verdicts import TOTALS, VenueVerdict
from coalitions.files.spelling import did_you_mean
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError

if TYPE_CHECKING:
    from coalitions.concessions.packages import PackageResult

__all__ = ["CHUNK", "FACTS", "QUESTIONS", "facts_of", "no_facts", "refuse_unknown"]

FACTS = (
    *("case", "option", "venue", "verdict", "passed", "eligibility"),
    *(f"n_{total}" for total in TOTALS),
    *("turns_on", "smallest_coalition", "price", "price_approx", "price_status", "package"),
    *("guarantee", "digest", "problem"),
)
"""Columns of every row, in order; None where the question does not ask, or could not be answered;
``problem`` says why not, and is None where there is an answer."""

CHUNK = {"assess": 50, "packages": 10, "solve": 10}
"""Scenarios of a chunk by question: a second or two of work, however many workers there are."""

How = dict[str, Any]


def facts_of(question: str, scenario: Scenario, how: How) -> list[dict[str, Any]]:
    """Ask a question of one scenario.

    Parameters
    ----------
    question : {"assess", "packages", "solve"}
        What is asked.
    scenario : Scenario
        The case.
    how : dict
        Arguments for the solver.

    Returns
    -------
    list of dict
        One row per option and venue, of plain data.

    Raises
    ------
    EngineError
        If it cannot be answered.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> row = facts_of("packages", load("council-of-seven"), {})[0]
    >>> row["verdict"], row["price"], row["package"]
    ('fails', '4', 'sunset; lead; 1 of cash to f')
    """
    rows = QUESTIONS[question](scenario, how)
    head = {"case": scenario.name}
    last = {"digest": scenario.digest}
    return [{column: (head | row | last).get(column) for column in FACTS} for row in rows]


def no_facts(case: str, error: EngineError) -> dict[str, Any]:
    """Return the row of a scenario that cannot be answered.

    Parameters
    ----------
    case : str
        Its name.
    error : EngineError
        Why not.

    Returns
    -------
    dict
        All columns, with the reason on one line.

    Examples
    --------
    >>> row = no_facts("aid", EngineError("no such thing"))
    >>> row["case"], row["verdict"], row["problem"]
    ('aid', None, 'no such thing')
    """
    return dict.fromkeys(FACTS) | {"case": case, "problem": "; ".join(str(error).splitlines())}


def refuse_unknown(question: str) -> None:
    """Refuse a question that there is not.

    Parameters
    ----------
    question : str
        What is asked.

    Raises
    ------
    EngineError
        If it is none of those that a sweep asks.
    """
    if not isinstance(question, str) or question not in QUESTIONS:
        hint = did_you_mean(str(question), QUESTIONS)
        raise EngineError(
            f"a sweep does not ask {question!r}{hint}; it asks {', '.join(QUESTIONS)}"
        )


def _assess(scenario: Scenario, how: How) -> list[dict[str, Any]]:
    judged = assess(scenario)
    return [_verdict(v) | {"guarantee": judged.guarantee} for v in judged.verdicts]


def _packages(scenario: Scenario, how: How) -> list[dict[str, Any]]:
    from coalitions.concessions.packages import packages

    judged = assess(scenario)
    rows = []
    for v in judged.verdicts:
        found = packages(scenario, v.option.key, v.venue.key, rents=False, **how)
        rows.append(_verdict(v) | _price(found) | {"guarantee": _weakest(judged.guarantee, found)})
    return rows


def _solve(scenario: Scenario, how: How) -> list[dict[str, Any]]:
    from coalitions.solving.solve import solve

    solved = solve(scenario, **how)
    return [
        _verdict(a.verdict)
        | _price(a.package)
        | {"smallest_coalition": a.smallest.answer()["size"], "guarantee": solved.guarantee}
        for a in solved.answers
    ]


QUESTIONS: dict[str, Callable[[Scenario, How], list[dict[str, Any]]]] = {
    "assess": _assess,
    "packages": _packages,
    "solve": _solve,
}


def _verdict(v: VenueVerdict) -> dict[str, Any]:
    return {
        "option": v.option.key,
        "venue": v.venue.key,
        "verdict": v.verdict,
        "passed": v.passed,
        "eligibility": v.status,
        **{f"n_{total}": n for total, n in zip(TOTALS, v.totals, strict=True)},
        "turns_on": apart(v.turns_on) or None,
    }


def _price(found: PackageResult) -> dict[str, Any]:
    return {
        "price": exact_text(found.cost),
        "price_approx": None if found.cost is None else float(found.cost),
        "price_status": found.status,
        "package": "; ".join(map(_part, found.rows())) if found.package is not None else None,
    }


def _part(row: dict[str, Any]) -> str:
    if not row["to"]:
        return str(row["name"])
    amount = (
        "" if Fraction(row["amount"]) == 1 and row["part"] == "item" else f"{row['amount']} of "
    )
    return f"{amount}{row['name']} to {row['to']}"


def _weakest(judged: str, found: PackageResult) -> str:
    asked = [found.guarantee] if found.status in ("found", "stopped", "none") else []
    order = ("bounded", "estimated", "optimal", "exact")
    return next(g for g in order if g in (judged, *asked))
