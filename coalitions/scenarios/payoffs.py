"""Weighted payoffs of a scenario: criteria, scores, weights that sum to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalitions.files.spelling import did_you_mean
from coalitions.scenarios import scenario_file as sf
from coalitions.scenarios.scenario import DoubtsCase, Figure, Payoff

if TYPE_CHECKING:
    from coalitions.scenarios.build import Builder

__all__ = ["build_payoffs"]


def build_payoffs(builder: Builder, model: sf.ScenarioModel) -> dict[str, dict[str, Payoff]]:
    """Resolve the payoffs.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.

    Returns
    -------
    dict of str to dict of str to Payoff
        By option, then by state.
    """
    payoffs = model.payoffs
    if payoffs is None:
        return {}
    scores = _scores(builder, payoffs)
    found: dict[str, dict[str, Payoff]] = {key: {} for key in scores}
    for word, given in payoffs.states.items():
        path = ("payoffs", "states", word)
        state = builder.state(word, path)
        for criterion in given.weights:
            if criterion not in payoffs.criteria:
                hint = did_you_mean(criterion, payoffs.criteria)
                builder.wrong(
                    (*path, "weights", criterion), f"no criterion {criterion!r}{hint}", key=True
                )
        total = sum(given.weights.values())
        if total != 1 or min(given.weights.values(), default=0) < 0:
            message = f"the weights of a state are at least 0 and sum to 1, not to {float(total):g}"
            builder.wrong((*path, "weights"), message)
        for option in given.burden:
            builder.name(option, "options", (*path, "burden", option))
        band = builder.figure(given.band, (*path, "band"))
        if band.low < 0:
            builder.wrong((*path, "band"), "the acquiescence band is at least 0")
        reservation = builder.figure(given.reservation, (*path, "reservation"))
        hidden = builder.probability(given.hidden_objection, (*path, "hidden_objection"))
        doubts = _doubts(builder, given, path)
        if state is None:
            continue
        for option, table in scores.items():
            terms = []
            for criterion, weight in given.weights.items():
                if criterion not in payoffs.criteria:
                    continue
                by_state = table.get(criterion, {})
                score = by_state.get(state, by_state.get("default"))
                if score is None:
                    place = ("payoffs", "scores", option)
                    builder.wrong(place, f"no score of {criterion!r} for {word} and no default")
                    continue
                terms.append((criterion, weight, score))
            burden = given.burden.get(option)
            found[option][state] = Payoff(
                tuple(terms),
                reservation,
                band,
                given.legitimacy,
                builder.figure(burden, (*path, "burden", option)) if burden else None,
                given.immovable,
                hidden,
                given.firm,
                doubts,
            )
    return found


def _doubts(
    builder: Builder, given: sf.PayoffStateModel, path: tuple[str | int, ...]
) -> DoubtsCase | None:
    if given.doubts is None:
        return None
    numbers = [given.doubts.at_once, *given.doubts.parts, *given.doubts.amendments.values()]
    if min(numbers) < 0:
        builder.wrong((*path, "doubts"), "shortfalls, and how many there may be, are at least 0")
        return None
    known = [*builder.known("amendments"), *builder.known("links")]
    for key in given.doubts.amendments:
        if key not in known:
            place = (*path, "doubts", "amendments", key)
            builder.wrong(place, f"no amendment {key!r}{did_you_mean(key, known)}", key=True)
    return DoubtsCase(
        given.doubts.at_once, tuple(given.doubts.parts), dict(given.doubts.amendments)
    )


def _scores(builder: Builder, payoffs: sf.PayoffsModel) -> dict[str, dict[str, dict[str, Figure]]]:
    scores: dict[str, dict[str, dict[str, Figure]]] = {}
    for option, table in payoffs.scores.items():
        path = ("payoffs", "scores", option)
        if not builder.name(option, "options", path):
            continue
        scores[option] = {}
        for criterion, by_state in table.items():
            if criterion not in payoffs.criteria:
                hint = did_you_mean(criterion, payoffs.criteria)
                builder.wrong((*path, criterion), f"no criterion {criterion!r}{hint}", key=True)
            row = scores[option].setdefault(criterion, {})
            for word, figure in by_state.items():
                here = (*path, criterion, word)
                state = "default" if word == "default" else builder.state(word, here)
                if state is not None:
                    row[state] = builder.figure(figure, here)
    return scores
