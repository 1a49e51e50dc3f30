"""Requirements of a package in the words of the scenario."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from coalitions.answers.results import number_text
from coalitions.answers.wording import listed, marked
from coalitions.concessions.package_case import PackageCase
from solvers.concessions.clashes.repairs import Measure
from solvers.concessions.clashes.requirements import Label, leaves

__all__ = ["label_words", "measure_words"]


def label_words(label: Label, case: PackageCase) -> str:
    """Say what a label stands for.

    Parameters
    ----------
    label : tuple
        A label of :func:`solvers.concessions.clashes.requirements.requirements`.
    case : PackageCase
        What the numbers stand for.

    Returns
    -------
    str
    """
    model, problem = case.model, case.model.problem
    kind, *rest = label
    numbers = [int(x) for x in rest]
    bound = case.venue.bound
    unit = case.scenario.unit
    if kind == "quota":
        leaf = leaves(problem.rule)[numbers[0]]
        return leaf.title or f"a sum of at least {leaf.threshold}"
    if kind == "veto":
        leaf, who = leaves(problem.rule)[numbers[0]], marked(model.names[numbers[1]], bound)
        return f"veto of {who} ({leaf.title})" if leaf.title else f"veto of {who}"
    if kind == "cap":
        c, cap = model.transfers[numbers[0]], problem.transfers[numbers[0]].cap or Fraction(0)
        return f"cap of {number_text(cap)} on {c.title} to {marked(c.recipient, bound)}"
    if kind == "budget":
        budget = problem.budgets[numbers[0]]
        cases = [model.transfers[m] for m in sorted(budget.transfers)]
        cases += [model.items[k] for k in sorted(budget.items)]
        names = list(dict.fromkeys(c.title for c in cases))
        whole = len(budget.transfers) + len(budget.items) == len(model.transfers) + len(model.items)
        on = "" if whole else f" on {listed(names)}"
        counted = "units" if budget.units else unit
        return f"budget of {number_text(budget.limit)} {counted}{on}"
    if kind == "floor":
        of = case.option.unit
        return f"effect of at least {number_text(problem.floor)}{f' {of}' if of else ''}"
    if kind == "need":
        return f"need of {model.needs[numbers[0]].title}"
    if kind == "contribution":
        given = model.contributions[numbers[0]]
        most = number_text(given.most.value)
        return f"{given.state} contributes at most {most} of {given.need}"
    if kind == "harm":
        return f"no harm to {case.scenario.ties.third_parties[numbers[0]].title}"
    if kind in ("combination", "limit"):
        parts = problem.combinations if kind == "combination" else problem.limits
        names = [model.amendments[k].key for k in sorted(parts[numbers[0]].amendments)]
        if kind == "combination":
            return f"{listed(names)} not together"
        return f"at most {problem.limits[numbers[0]].most} of {listed(names)}"
    keys = [model.amendments[k].key for k in numbers]
    return {
        "red line": f"red line: {keys[0]} is never adopted",
        "requires": f"{keys[0]} only with {keys[-1]}",
        "excludes": f"{listed(keys)} not together",
        "route": f"{keys[0]} only if its own body takes it",
    }[str(kind)]


def measure_words(measures: Iterable[Measure], case: PackageCase) -> list[str]:
    """Say how far requirements would have to give way.

    Parameters
    ----------
    measures : iterable of Measure
        One for each requirement of a correction.
    case : PackageCase
        What the numbers stand for.

    Returns
    -------
    list of str
        Only of those that have a number.
    """
    found = []
    for measure in measures:
        stands, would_do = measure.stands, measure.would_do
        if stands is None or would_do is None:
            continue
        kind = measure.label[0]
        if kind == "veto":
            short = number_text(abs(stands - would_do))
            who = marked(case.model.names[int(measure.label[2])], case.venue.bound)
            found.append(f"{who} stays {short} short of letting it pass, at best")
        else:
            what = label_words(measure.label, case)
            found.append(f"{what}: {number_text(would_do)} would do")
    return found
