"""Re-checking saved answers on power under structure and on passage: computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from solvers.power import INDICES, CountedGame
from solvers.power.common_factor import FactorPassage, factor_passage
from solvers.power.correlated import Bloc, CorrelatedPassage, Mixture, correlated_passage
from solvers.power.graph import GRAPH_INDICES, GraphGame
from solvers.power.sampling import sampled_power
from solvers.power.union_minimal import UNION_MINIMAL_INDICES
from solvers.power.unions import UNION_INDICES
from solvers.rules.rule import Rule

__all__ = ["passage_checks", "sample_checks", "structure_checks"]

Found = Iterator[tuple[str, bool]]

FAR = 6.0  # standard errors between two samples that are too many to be chance


def structure_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Found:
    """Compute indices with unions or links anew from the rule.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``power-structure``.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.

    Raises
    ------
    EngineError
        If the rule is malformed or too large.
    """
    whole = Rule.from_dict(certificate["rule"])
    number = whole.names.index
    for key in ("unions", "links", "not_yes"):
        yield f"the {key} are the certified ones", answer[key] == certificate[key]
    game = CountedGame(whole.project(certificate["not_yes"]))
    unions = [[number(m) for m in union] for union in certificate["unions"]]
    links = [(number(a), number(b)) for a, b in certificate["links"]]
    restricted = GraphGame(game.rule, links) if links or not unions else None
    if restricted is not None:
        same = answer["winning"] == str(sum(restricted.counts.winning))
        yield "the coalitions that win along links, counted anew", same
    with_unions = UNION_INDICES | UNION_MINIMAL_INDICES
    for name, index in answer["indices"].items():
        if name in with_unions:
            found = with_unions[name](game, unions)
        elif name in GRAPH_INDICES and restricted is not None:
            found = GRAPH_INDICES[name](restricted)
        else:
            found = INDICES[name](game, True)
        values = [(m, Fraction(v)) for m, v in index["values"].items()]
        same = values == list(zip(whole.names, found.values, strict=True))
        same &= Fraction(index["sum"]) == sum((v for _, v in values), Fraction(0))
        same &= index["normalisation"] == found.normalisation
        yield f"{name}, computed anew from the rule", same


def sample_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Found:
    """Draw the samples again, and as many others.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``power-sample``.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.

    Raises
    ------
    EngineError
        If the rule is malformed, or more samples are named than may be drawn.
    """
    rule = Rule.from_dict(certificate["rule"]).project(certificate["not_yes"])
    yield "the projection is the certified one", answer["not_yes"] == certificate["not_yes"]
    for name, index in answer["indices"].items():
        made = certificate["samples"][name]
        seed, samples = int(made["seed"]), int(made["samples"])
        told = {m: (v, index["standard_errors"][m]) for m, v in index["values"].items()}
        again, other = (sampled_power(rule, name, s, None, samples) for s in (seed, seed + 1))
        pairs = zip(again.values, again.standard_errors, strict=True)
        same = told == dict(zip(rule.names, pairs, strict=True))
        same &= (index["seed"], index["samples"]) == (seed, samples)
        yield f"{name}: the {samples:,} samples of seed {seed} give these estimates", same
        near = all(
            abs(value - v) <= FAR * (error**2 + e**2) ** 0.5
            for (value, error), v, e in zip(
                told.values(), other.values, other.standard_errors, strict=False
            )
        )
        yield f"{name}: as many samples of another seed lie within {FAR:.0f} standard errors", near


def passage_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Found:
    """Compute a probability of passage anew, and its gradient as a difference.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``passage``.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.

    Raises
    ------
    EngineError
        If the rule is malformed or too large, or probabilities are out of range.
    """
    rule = Rule.from_dict(certificate["rule"])
    yes, abstain = ([Fraction(v) for v in certificate[key]] for key in ("yes", "abstain"))
    blocs = [Bloc(tuple(players), Fraction(chance)) for players, chance in certificate["blocs"]]
    factor = certificate["factor"]
    named = [{"members": [rule.names[i] for i in b.players], "together": str(b.together)}
             for b in blocs]  # fmt: skip
    yield "the blocs are the certified ones", answer["blocs"] == named
    single = Mixture.independent(yes, abstain)
    found: CorrelatedPassage | FactorPassage
    if factor is None:
        found, error = correlated_passage(rule, single, blocs), 0.0
        probability = Fraction(answer["probability"])
        yield "the probability, computed anew", probability == found.probability
    else:  # over other values of the factor, half a step aside
        again = factor_passage(rule, yes, factor, abstain, blocs, shifted=True)
        found, error = again, again.error
        told_error, told_value = float(answer["error"]), float(answer["probability"])
        near = abs(told_value - again.probability) <= 2 * error and told_error <= 1.1 * error
        yield "the probability, summed over other values of the factor", near
        low, high = map(float, answer["bounds_by_monotony"])
        near = max(low, again.low) <= min(told_value, again.probability)
        near = near and max(told_value, again.probability) <= min(high, again.high)
        yield "it lies between the bounds of both sums", near
    alone = correlated_passage(rule, single).probability
    same = Fraction(answer["probability_if_independent"]) == alone
    yield "that of independent votes, computed anew", same
    told = {m: {k: Fraction(v) for k, v in row.items()} for m, row in answer["members"].items()}
    rows = zip(found.yes, found.abstain, found.gradient, found.success, strict=True)
    words = ("yes", "abstain", "gradient", "success")
    anew: dict[str, dict[str, Any]] = {
        m: dict(zip(words, row, strict=True)) for m, row in zip(rule.names, rows, strict=True)
    }
    same = {m: row.keys() for m, row in told.items()} == {m: row.keys() for m, row in anew.items()}
    same = same and all(
        abs(value - anew[m][word]) <= 4 * error
        for m, row in told.items()
        for word, value in row.items()
    )
    yield "the numbers of the members, computed anew", same
    if factor is None and yes:
        *others, last = yes
        most = 1 - abstain[-1]
        raised = correlated_passage(rule, Mixture.independent([*others, most], abstain), blocs)
        gradient = told[rule.names[-1]]["gradient"]
        same = raised.probability - probability == (most - last) * gradient
        yield "the gradient of the last member is a difference of probabilities", same
