"""Re-checking saved power indices: counted again, by another method where one is quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from coalitions.verification.verification import Check
from solvers.counting import METHODS, count
from solvers.counting.simple_games import SimpleGame
from solvers.power import INDICES, CountedGame
from solvers.power.ternary import TERNARY_INDICES
from solvers.rules.rule import Rule

__all__ = ["power_checks"]

PATIENCE = 5.0  # seconds that a second method may take by its own estimate
OTHER_NODES = 7  # more than the first quadrature had
NEAR = 1e-11


def power_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    """Count again, and compute every index anew from the rule.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``power``.

    Yields
    ------
    Check

    Raises
    ------
    EngineError
        If the rule is malformed or too large.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.power_indices.power import power
    >>> from coalitions.bodies.rosters import bind_decision
    >>> saved = power(bind_decision(load_body("[51; 50, 49, 1]"))).to_dict()
    >>> all(check.holds for check in power_checks(saved["certificate"], saved["answer"]))
    True
    """
    whole = Rule.from_dict(certificate["rule"])
    game = CountedGame(whole.project(certificate["not_yes"]))
    method = _another(game.game, game.totals.method)
    totals = game.totals if method is None else count(game.rule, method).totals()
    how = totals.method if method else f"{totals.method} again"
    told = [int(answer["winning"]), int(certificate["winning"])]
    yield Check(f"winning coalitions, counted by {how}", told == [totals.winning] * 2)
    swings = [int(s) for s in certificate["swings"]]
    yield Check(f"swings of every member, counted by {how}", swings == list(totals.swings))
    capacity = Fraction(totals.winning, 1 << whole.n_players)
    same = Fraction(answer["collectivity"]) == capacity
    same &= answer["coalitions"] == str(1 << whole.n_players)
    yield Check("the capacity to act follows from them", same)
    yield Check("the projection is the certified one", answer["not_yes"] == certificate["not_yes"])
    for name, index in answer["indices"].items():
        if index.get("guarantee") == "bounded":
            yield _floats_again(name, index, game, whole.names)
            continue
        found = (
            TERNARY_INDICES[name](whole) if name in TERNARY_INDICES else INDICES[name](game, True)
        )
        values = {k: Fraction(v) for k, v in index["values"].items()}
        same = values == dict(zip(whole.names, found.values, strict=True))
        same &= list(values) == list(whole.names)
        same &= Fraction(index["sum"]) == sum(found.values, Fraction(0))
        same &= index["normalisation"] == found.normalisation
        yield Check(f"{name}, computed anew from the rule", same)


def _floats_again(
    name: str, index: Mapping[str, Any], game: CountedGame, names: Sequence[str]
) -> Check:
    """Compute floats with a quadrature of other nodes, and compare."""
    row = INDICES[name]
    label = f"{name}, floats, by a quadrature of other nodes within {NEAR:.0e} of each value"
    if row.floats is None or game.single_quota is None:
        return Check(label, False)
    weights, quota = game.single_quota
    again = row.floats(weights, quota, int(index["nodes"]) + OTHER_NODES).values.tolist()
    told = {k: float(v) for k, v in index["values"].items()}
    same = list(told) == list(names)
    same &= all(abs(a - b) <= NEAR * abs(b) for a, b in zip(told.values(), again, strict=False))
    error = abs(sum(map(Fraction, told.values()), Fraction(0)) - 1)
    same &= error <= max(2 * float(index["error"]), NEAR)
    same &= index["normalisation"] == row.normalisation
    return Check(label, same)


def _another(game: SimpleGame, used: str) -> str | None:
    """Name a quick method other than the one that was used."""
    return next(
        (
            m.name
            for m in METHODS
            if m.name != used and m.refusal(game) is None and m.seconds(game) < PATIENCE
        ),
        None,
    )
