"""What a scenario says of the chances of votes: of one state, and how far leanings run together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from coalitions.answers.assumptions import Assumption
from coalitions.bodies.states import find_state
from coalitions.files.spelling import did_you_mean
from coalitions.scenarios.scenario import LEVEL_WORDS, WHAT_IF, Chances, Option, Scenario
from solvers.errors import EngineError
from solvers.power.correlated import Number, exact_number
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["assumed_chances", "chances_of", "correlation_of", "entered_chances"]

CERTAIN = {
    YES: Chances(Fraction(1), Fraction(0), Fraction(0)),
    ABSTAIN: Chances(Fraction(0), Fraction(1), Fraction(0)),
    NO: Chances(Fraction(0), Fraction(0), Fraction(1)),
}


def entered_chances(
    scenario: Scenario, option: str | None, given: Mapping[str, tuple[Number, Number]]
) -> dict[str, Chances]:
    """Check the chances that a user enters beside a scenario.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option : str or None
        The option that is asked about; all of them when left out.
    given : mapping of str to (Fraction, int or str)
        Chances to vote for and to abstain, by any name of a state.

    Returns
    -------
    dict of str to Chances

    Raises
    ------
    EngineError
        If a state does not vote or is named twice, or chances are out of range.
    """
    options = [scenario.option(option)] if option is not None else scenario.options
    known = sorted({n for o in options for v in o.venues for n in v.bound.rule.names})
    found: dict[str, Chances] = {}
    for word, (yes, abstain) in given.items():
        state = word if word in known else find_state(word)
        if state is None or state not in known:
            raise EngineError(f"{word!r} votes on nothing here{did_you_mean(word, known)}")
        if state in found:
            raise EngineError(f"{state} is given chances twice")
        for_, idle = (exact_number(n, f"the chance of {state}") for n in (yes, abstain))
        if for_ < 0 or idle < 0 or for_ + idle > 1:
            raise EngineError(
                f"{state} votes for with chance {for_} and abstains with {idle}: each is at least "
                f"0, and their sum at most 1"
            )
        found[state] = Chances(for_, idle, 1 - for_ - idle)
    return found


def chances_of(
    scenario: Scenario, option: Option, state: str, entered: Mapping[str, Chances]
) -> tuple[Chances, tuple[int, int]]:
    """Find the chances of a state, and the votes that stay open to it.

    Parameters
    ----------
    scenario : Scenario
        The case; changes of ``what_if`` count, and go before everything else.
    option : Option
        The text.
    state : str
        One that votes.
    entered : mapping of str to Chances
        What the user entered; it goes before what the scenario says.

    Returns
    -------
    chances : Chances
    interval : (int, int)
        Lowest and highest vote that the position leaves open.

    Raises
    ------
    EngineError
        If nothing is known, or the state is absent by what-if.
    """
    changed = scenario.changes.get(state)
    if changed is not None:
        level = WHAT_IF[changed]
        if level not in CERTAIN:
            raise EngineError(
                f"{state} is absent by what-if; name it under `absent` of the body instead"
            )
        return CERTAIN[level], (level, level)
    position = option.position(state)
    low, _, high = LEVEL_WORDS[position.word]
    if state in option.payoffs:
        low, high = NO, YES
    if state in entered:
        return entered[state], (low, high)
    if position.chances is not None and state not in option.payoffs:
        return position.chances, (low, high)
    if low == high and not position.conditions and state not in option.payoffs:
        return CERTAIN[low], (low, high)
    raise EngineError(
        f"{option.key}: no chances are known of {state}; enter them, write `chances` beside its "
        f"position, or take positions from `coalitions estimate`"
    )


def correlation_of(option: Option, entered: Number | None) -> Fraction:
    """Find the correlation of the leanings on an option.

    Parameters
    ----------
    option : Option
        The text.
    entered : Fraction, int, str or None
        What the user entered; it goes before what the scenario says.

    Returns
    -------
    Fraction
        0 where nothing is said.

    Raises
    ------
    EngineError
        If what was entered is no exact number.
    """
    if entered is not None:
        return exact_number(entered, "the correlation")
    return Fraction(0) if option.correlation is None else option.correlation.value


def assumed_chances(
    scenario: Scenario,
    option: Option,
    states: Iterable[str],
    entered: Mapping[str, Chances],
    correlation: Number | None,
) -> set[Assumption]:
    """List what chances of votes rest on.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option : Option
        The text.
    states : iterable of str
        Those who vote.
    entered : mapping of str to Chances
        What the user entered.
    correlation : Fraction, int, str or None
        The correlation that the user entered.

    Returns
    -------
    set of Assumption
    """
    found = {Assumption("chances", "assumed", f"chances of {s} were entered") for s in entered}
    found |= {Assumption("what-if", "assumed", f"{s} votes {v}")
              for s, v in scenario.changes.items()}  # fmt: skip
    for state in states:
        position = option.position(state)
        if state not in {*entered, *scenario.changes} and position.origin != "recorded":
            place = position.place or f"positions.{state}"
            found.add(Assumption(place, position.origin, f"chances of the votes of {state}"))
    common = option.correlation
    if correlation is not None:
        what = f"leanings are correlated {float(exact_number(correlation, 'it')):g}"
        found.add(Assumption("correlation", "assumed", what))
    elif common is not None and common.origin != "recorded":
        what = f"leanings are correlated {float(common.value):g}"
        found.add(Assumption(common.place, common.origin, what))
    return found
