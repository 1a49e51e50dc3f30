"""Re-checking a saved result from its own certificate, in exact arithmetic, without a solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coalitions.results import FORMAT
from solvers.errors import EngineError
from solvers.rules import Rule
from solvers.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Check", "Verification", "verify"]


@dataclass(frozen=True)
class Check:
    """One statement of a result, checked anew."""

    what: str
    holds: bool


@dataclass(frozen=True)
class Verification:
    """All checks of a result."""

    kind: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether there was something to check and all of it holds."""
        return bool(self.checks) and all(c.holds for c in self.checks)


def verify(data: Mapping[str, Any]) -> Verification:
    """Re-check a result from its certificate.

    Parameters
    ----------
    data : mapping
        What ``to_dict`` of a result returned, or the JSON that the command line wrote.

    Returns
    -------
    Verification
        Feasibility, irreducibility and verdicts are recomputed; that nothing is cheaper rests
        on the solver named in the certificate and is not re-proved here.

    Raises
    ------
    EngineError
        If the data are not a result, or have nothing that can be re-checked.

    Examples
    --------
    >>> from coalitions.assess import assess
    >>> from coalitions.scenario import load
    >>> verify(assess(load("libya-2011")).to_dict()).passed
    True
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise EngineError(f"not a saved result: 'format' must be {FORMAT}")
    kind, certificate = data.get("kind"), data.get("certificate") or {}
    try:
        checks = tuple(_checks(str(kind), certificate, data.get("answer") or {}))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise EngineError(f"the certificate is damaged: {error!r}") from error
    if not checks:
        raise EngineError(f"a result of kind {kind!r} carries nothing that can be re-checked")
    return Verification(str(kind), checks)


def _checks(
    kind: str, certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[Check]:
    for entry, told in zip(
        certificate.get("verdicts", ()), answer.get("verdicts", ()), strict=True
    ):
        yield from _verdict(entry, told)
    if "coalition" in certificate:
        yield from _coalition(certificate, answer)
    if "problem" in certificate:
        yield from _package(certificate, answer)
    for part, told in zip(certificate.get("parts", ()), answer.get("parts", ()), strict=True):
        yield from _checks(part["kind"], part["certificate"], told)


def _verdict(entry: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Check]:
    what = f"{entry['option']} in {entry['venue']}"
    rule, verdict = Rule.from_dict(entry["rule"]), entry["verdict"]
    yield Check(f"{what}: the answer states the certified verdict", told["verdict"] == verdict)
    if entry["basis"] == "without a vote":
        yield Check(f"{what}: nobody was asked to vote", set(entry["profiles"]["vote"]) == {ABSENT})
        return
    if entry["basis"] == "totals":
        from solvers.totals import decide_from_totals

        yes, no, abstain, *_ = entry["totals"]
        again = {True: "passes", False: "fails", None: "undetermined"}
        found = again[decide_from_totals(rule, yes, no, abstain)]
        yield Check(f"{what}: totals {yes}-{no}-{abstain} give {verdict!r}", found == verdict)
        return
    low, high = (rule.evaluate(entry["profiles"][k]) for k in ("low", "high"))
    found = "passes" if low else "turns on" if high else "fails"
    yield Check(f"{what}: the votes give {verdict!r}", found == verdict)
    words = {NO: "against", ABSTAIN: "abstain", YES: "for", ABSENT: "absent"}
    profiles = entry["profiles"]
    same = all(
        told["votes"][name][end] == words[vote]
        for end in ("low", "high")
        for name, vote in zip(rule.names, profiles[end], strict=True)
    )
    yield Check(f"{what}: the answer states the certified votes", same)


def _coalition(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    rule, members = Rule.from_dict(certificate["rule"]), certificate["coalition"]
    yield Check("the answer states the certified coalition", answer["coalition"] == members)
    if members is None:
        return
    rest = ABSTAIN if certificate["others"] == "abstain" else NO
    away = set(certificate["absent"])

    def wins(coalition: Sequence[str]) -> bool:
        return rule.evaluate(
            [ABSENT if n in away else YES if n in coalition else rest for n in rule.names]
        )

    yield Check(
        f"the {len(members)} members win, the others {certificate['others']}", wins(members)
    )
    smaller = [m for m in members if wins([n for n in members if n != m])]
    yield Check(f"each of the {len(members)} members is needed", not smaller)


def _package(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    from solvers.concession_data import package_from_data, problem_from_data
    from solvers.votes import level_name

    problem = problem_from_data(certificate["problem"])
    if certificate["package"] is None:
        yield Check("the data of the problem can be read again", True)
        return
    package = package_from_data(certificate["package"])
    cost = problem.cost(package)
    broken = problem.violations(package)
    yield Check("the package meets rule, floor, caps and budgets", not broken)
    yield Check(f"the package costs {cost}", str(cost) == certificate["cost"] == answer["cost"])
    tests = problem.deletion_test(package, Fraction(certificate["resolution"]))
    yield Check("no part can be left out or lowered", not any(t.still_works for t in tests))
    votes = {
        n: level_name(v) for n, v in zip(problem.rule.names, problem.votes(package), strict=True)
    }
    yield Check("the votes follow from the margins", votes == answer["votes"])
