"""Re-checking a saved result from its own certificate, in exact arithmetic, without a solver."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coalitions.answers.results import FORMAT
from coalitions.answers.wording import headline
from coalitions.files.spelling import shown
from solvers.errors import EngineError
from solvers.rules.decisive import decisive_players
from solvers.rules.rule import Rule
from solvers.rules.vote_changes import change_patterns
from solvers.rules.votes import ABSENT, ABSTAIN, LEVELS, NO, YES, level_name

__all__ = ["Check", "Verification", "verify"]

_LEVELS = {word: level for level, word in LEVELS.items()}

_DAMAGE = (
    *(KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration),
    ArithmeticError,  # such as a price of 1/0
)


@dataclass(frozen=True)
class Check:
    """One statement of a result, checked anew."""

    what: str
    holds: bool


@dataclass(frozen=True)
class Verification:
    """All checks of a result, and what of it no check is about."""

    kind: str
    checks: tuple[Check, ...]
    unchecked: tuple[str, ...] = ()

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
        Verdicts, feasibility and irreducibility are recomputed, and what the answer says is
        compared with them; that nothing is cheaper rests on the solver named in the
        certificate and is not re-proved here.

    Raises
    ------
    EngineError
        If the data are not a result, or have nothing that can be re-checked.

    Examples
    --------
    >>> from coalitions.decisions.assess import assess
    >>> from coalitions.scenarios.scenario import load
    >>> verify(assess(load("libya-2011")).to_dict()).passed
    True
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise EngineError(f"not a saved result: 'format' must be {FORMAT}")
    kind, certificate = data.get("kind"), data.get("certificate") or {}
    try:
        unchecked: tuple[str, ...] = ()
        if kind == "sweep":
            from coalitions.verification import sweep_checks as of_sweep

            checks = tuple(Check(*told) for told in of_sweep.sweep_checks(data))
            unchecked = of_sweep.sweep_gaps(data)
        elif kind == "comparison":
            from coalitions.verification import comparison_checks as of_two

            checks = tuple(Check(*told) for told in of_two.comparison_checks(data["answer"]))
            unchecked = of_two.comparison_gaps(data["answer"])
        else:
            checks = tuple(_checks(str(kind), certificate, data.get("answer") or {}))
            unchecked = tuple(_gaps(str(kind), data.get("answer") or {}))
        if "proved" in certificate:
            same = certificate["proved"] == (data["guarantee"] == "optimal")
            checks += (Check("the guarantee is the certified one", same),)
    except EngineError as error:
        raise EngineError(f"the certificate is damaged: {error}") from error
    except _DAMAGE as error:
        raise EngineError(f"the certificate is damaged: {error!r}") from error
    if not checks:
        raise EngineError(
            f"nothing is checked: a result of kind {shown(kind)} carries nothing that can be "
            "re-checked; ask the question again and compare the two answers"
        )
    return Verification(str(kind), checks, unchecked)


def _checks(
    kind: str, certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[Check]:
    if kind == "assess":
        for entry, told in zip(certificate["verdicts"], answer["verdicts"], strict=True):
            yield from _verdict(entry, told)
    elif kind == "winning":
        yield from _coalition(certificate, answer)
    elif kind in ("winning-list", "winning-count"):
        from coalitions.verification.winning_checks import checks_of

        for what, holds in checks_of(kind, certificate, answer):
            yield Check(what, holds)
    elif kind == "packages":
        yield from _package(certificate, answer)
    elif kind in ("package-list", "package-front") or (
        kind == "explain" and "infeasible" in certificate
    ):
        from coalitions.verification import package_checks as again_packages

        more = {
            "package-list": again_packages.list_checks,
            "package-front": again_packages.front_checks,
            "explain": again_packages.explanation_checks,
        }
        for what, holds in more[kind](certificate, answer):
            yield Check(what, holds)
    elif kind == "explain":
        yield from _package(certificate["package"], answer["package"])
    elif kind == "package-ranking":
        for part, told in zip(certificate["parts"], answer["parts"], strict=True):
            yield from _checks(part["kind"], part["certificate"], told)
    elif kind == "power":
        from coalitions.verification.power_verification import power_checks

        yield from power_checks(certificate, answer)
    elif kind == "inform":
        from coalitions.forecasts.inform import information_checks

        for what, holds in information_checks(certificate, answer):
            yield Check(what, holds)
    elif kind == "audit":
        from coalitions.forecasts.audit import audit_checks

        for what, holds in audit_checks(certificate, answer):
            yield Check(what, holds)
    elif kind in ("power-structure", "power-sample", "passage"):
        from coalitions.verification import structure_checks as again

        checks = {
            "power-structure": again.structure_checks,
            "power-sample": again.sample_checks,
            "passage": again.passage_checks,
        }
        for what, holds in checks[kind](certificate, answer):
            yield Check(what, holds)
    elif kind == "game-properties":
        from coalitions.verification.game_verification import property_checks

        yield from property_checks(certificate, answer)
    elif kind in ("game-concepts", "share"):
        from coalitions.verification.game_checks import concept_checks

        for what, holds in concept_checks(certificate, answer):
            yield Check(what, holds)
    elif kind == "solve":
        for part, told in zip(certificate["parts"], answer["parts"], strict=True):
            yield from _checks(part["kind"], part["certificate"], told)
        yield from _summary(answer["options"], answer["parts"])


def _gaps(kind: str, answer: Mapping[str, Any]) -> Iterator[str]:
    """Say what only another search could confirm."""
    parts = answer["parts"] if kind == "solve" else [answer] if kind == "packages" else []
    if any(part.get("hold_outs") for part in parts):
        yield "what recipients could claim: each takes a search; ask again"


def _verdict(entry: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Check]:
    what = f"{entry['option']} in {entry['venue']}"
    rule, verdict, basis = Rule.from_dict(entry["rule"]), entry["verdict"], entry["basis"]
    changed = any(vote["origin"] == "what-if" for vote in told["votes"].values())
    same = told["verdict"] == verdict and told["basis"] == basis
    same &= told["headline"] == headline(verdict, basis, told["turns_on"], changed)
    yield Check(f"{what}: the answer states the certified verdict", same)
    totals = list(told["totals"].values())
    if basis == "totals":
        from solvers.rules.totals import decide_from_totals

        yes, no, abstain, *_ = entry["totals"]
        outcomes = {True: "passes", False: "fails", None: "undetermined"}
        found = outcomes[decide_from_totals(rule, yes, no, abstain)]
        same = found == verdict and totals == entry["totals"]
        yield Check(f"{what}: totals {yes}-{no}-{abstain} give {verdict!r}", same)
        return
    profiles = {end: list(entry["profiles"][end]) for end in ("low", "vote", "high")}
    if basis == "without a vote":
        asked = {v[end] for v in told["votes"].values() for end in ("low", "vote", "high")}
        same = asked == {"not asked"} and set(profiles["vote"]) == {ABSENT} and not any(totals)
        yield Check(f"{what}: nobody was asked to vote", same)
        return
    yield Check(f"{what}: the answer states the certified votes", _same_votes(rule, profiles, told))
    same = totals == list(entry["totals"]) == _counts(profiles)
    yield Check(f"{what}: the totals follow from them", same)
    low, high = (rule.evaluate(profiles[end]) for end in ("low", "high"))
    found = "passes" if low else "turns on" if high else "fails"
    yield Check(f"{what}: the votes give {verdict!r}", found == verdict)
    if told["turns_on"] or found == "turns on":
        same = found == "turns on" and told["turns_on"] == _decisive(rule, profiles)
        yield Check(f"{what}: it turns on whom the answer names", same)
    judged = profiles[{"turns on": "low", "fails": "high"}.get(verdict, "vote")]
    counted = [(leaf.score(judged), leaf.threshold) for leaf in rule.leaves()]
    stated = [(r["score"], r["threshold"]) for r in told["requirements"]]
    met = all(r["holds"] == (r["score"] >= r["threshold"]) for r in told["requirements"])
    yield Check(f"{what}: every requirement is counted rightly", met and stated == counted)
    yield Check(
        f"{what}: so few changes turn the outcome",
        told["change_patterns"]
        == [
            [
                {"any": m.number, "of": [rule.names[i] for i in m.players], "to": LEVELS[m.after]}
                for m in p.movers
            ]
            for p in change_patterns(rule, judged)
        ],
    )
    if told["smallest_change"]:
        turned = list(judged)
        for change in told["smallest_change"]:
            turned[rule.names.index(change["state"])] = _LEVELS[change["to"]]
        turns = rule.evaluate(turned) != rule.evaluate(judged)
        yield Check(f"{what}: the change that it names turns the outcome", turns)


def _same_votes(rule: Rule, profiles: Mapping[str, Sequence[int]], told: Mapping[str, Any]) -> bool:
    """Compare the votes by name with the profiles by number."""
    ends = zip(rule.names, *(profiles[end] for end in ("low", "vote", "high")), strict=True)
    certified = {
        name: [
            LEVELS[low],
            "unknown" if (low, high) == (NO, YES) else LEVELS[vote],
            LEVELS[high],
        ]
        for name, low, vote, high in ends
    }
    stated = {s: [v[end] for end in ("low", "vote", "high")] for s, v in told["votes"].items()}
    return stated == certified


def _decisive(rule: Rule, profiles: Mapping[str, Sequence[int]]) -> list[str]:
    """Name whose own vote may decide; all whose vote is open where that is too much to try."""
    low, high = profiles["low"], profiles["high"]
    found = decisive_players(rule, low, high)
    if found is None:
        found = tuple(i for i, (a, b) in enumerate(zip(low, high, strict=True)) if a != b)
    return [rule.names[i] for i in found]


def _counts(profiles: Mapping[str, Sequence[int]]) -> list[int]:
    """Count votes for, against, abstaining, absent and unknown."""
    ends = zip(*(profiles[end] for end in ("low", "vote", "high")), strict=True)
    known = [vote for low, vote, high in ends if (low, high) != (NO, YES)]
    counts = [known.count(level) for level in (YES, NO, ABSTAIN, ABSENT)]
    return [*counts, len(profiles["vote"]) - len(known)]


def _coalition(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    rule, members = Rule.from_dict(certificate["rule"]), certificate["coalition"]
    size = None if members is None else len(members)
    stated = (answer["coalition"], answer["size"], answer["others"])
    same = stated == (members, size, certificate["others"])
    yield Check("the answer states the certified coalition", same)
    if members is None:
        return
    rest = ABSTAIN if certificate["others"] == "abstain" else NO
    away, inside = set(certificate["absent"]), set(members)

    def wins(coalition: Collection[str]) -> bool:
        return rule.evaluate(
            [ABSENT if n in away else YES if n in coalition else rest for n in rule.names]
        )

    known = len(inside) == size and inside <= set(rule.names) - away
    yield Check(f"the {size} members win, the others {_rest_word(rest)}", known and wins(inside))
    given = certificate["conditions"]
    kept = inside.issuperset(given["must_have"]) and inside.isdisjoint(given["must_exclude"])
    kept &= all(inside.issuperset(b) or inside.isdisjoint(b) for b in given["blocs"])
    kept &= not any(inside.issuperset(pair) for pair in given["incompatible"])
    yield Check("the conditions on members are kept", kept)
    if certificate["proved"]:
        units = _units(inside - set(given["must_have"]), inside, given["blocs"])
        spare = [u for u in units if u.isdisjoint(given["must_have"]) and wins(inside - u)]
        yield Check("nobody in it can be left out", not spare)
    costs = certificate["costs"]
    total = None if costs is None else str(sum((Fraction(costs[m]) for m in members), Fraction(0)))
    words = "no cost is stated" if total is None else f"the {size} members cost {total}"
    yield Check(words, answer["cost"] == total)


def _rest_word(rest: int) -> str:
    """Say what the members outside a coalition do."""
    return "abstain" if rest == ABSTAIN else "vote against"


def _units(
    members: Collection[str], inside: set[str], blocs: Sequence[Sequence[str]]
) -> list[set[str]]:
    """Group members that can only be left out together."""
    units: list[set[str]] = []
    left = set(members)
    while left:
        unit = {min(left)}
        while True:
            more = unit.union(*(inside.intersection(b) for b in blocs if unit.intersection(b)))
            if more == unit:
                break
            unit = more
        left -= unit
        units.append(unit)
    return units


def _package(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    from coalitions.concessions.package_demands import demand_holds, demanded_deletions
    from coalitions.concessions.package_parts import named_parts
    from solvers.concessions.data import package_from_data, problem_from_data

    problem = problem_from_data(certificate["problem"])
    found = certificate["package"] is not None
    yield Check(
        "the answer says whether there is a package", found == (answer["status"] == "found")
    )
    if not found:
        yield Check("no cost is stated", answer["cost"] is None)
        return
    package = package_from_data(certificate["package"])
    cost = problem.cost(package)
    broken = problem.violations(package)
    yield Check("the package meets rule, floor, caps and budgets", not broken)
    yield Check(f"the package costs {cost}", str(cost) == certificate["cost"] == answer["cost"])
    parts = named_parts(certificate["names"], package)
    same = all(answer[key] == value for key, value in parts.items())
    yield Check("the answer lists the certified package", same)
    step = Fraction(certificate["resolution"])
    tests = problem.deletion_test(package, step)
    if certificate["demand"] is not None:
        tests = demanded_deletions(problem, package, step, certificate["demand"])
    irreducible = not any(t.still_works for t in tests)
    words = "no part can be left out or lowered"
    if not answer["irreducible"]:
        words = "a part can be left out or lowered, as the answer says"
    yield Check(words, irreducible == answer["irreducible"])
    if certificate["demand"] is not None:
        demand = certificate["demand"]
        same = answer["demand"] == demand and demand_holds(problem, package, demand)
        yield Check("the package stands what was demanded of it", same)
    votes = {
        n: level_name(v) for n, v in zip(problem.rule.names, problem.votes(package), strict=True)
    }
    yield Check("the votes follow from the margins", votes == answer["votes"])
    worst = problem.rule.evaluate([low for low, _ in problem.vote_intervals(package)])
    words = "at the worst ends of the intervals it " + ("works" if worst else "does not work")
    yield Check(words, answer["holds_throughout_intervals"] == worst)


def _summary(
    options: Sequence[Mapping[str, Any]], parts: Sequence[Mapping[str, Any]]
) -> Iterator[Check]:
    """Compare the summary of a solution with its parts."""
    rest = iter(parts[1:])
    for told, verdict in zip(options, parts[0]["verdicts"], strict=True):
        smallest, against = next(rest, {"size": None}), next(rest, {"size": None})
        found = told["price_status"] == "found"
        package = next(rest, None) if found else None
        price = package["cost"] if package is not None else None
        same = found == (package is not None)
        same &= all(told[k] == verdict[k] for k in ("option", "venue", "headline", "verdict"))
        same &= told["eligibility"] == verdict["eligibility"]
        same &= told["totals"] == verdict["totals"]
        same &= told["passed"] == {"passes": True, "fails": False}.get(verdict["verdict"])
        same &= told["smallest_coalition"] == smallest["size"]
        same &= told["smallest_coalition_against_all_others"] == against["size"]
        same &= told["price"] == price
        what = f"{told['option']} in {told['venue']}"
        yield Check(f"{what}: the summary agrees with the parts", same)
    yield Check("no part is left over", next(rest, None) is None)
