"""One option before one venue, ready for questions about packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from coalitions.answers.assumptions import Assumption
from coalitions.decisions.modelling import Model, eligibility, model_of
from coalitions.scenarios.scenario import Option, Scenario, Venue
from solvers.errors import EngineError

__all__ = ["PackageCase", "by_name", "case_of", "players_by_name"]


def by_name(text: str, names: Sequence[str]) -> str:
    """Put the names of players into a sentence that has their numbers.

    Parameters
    ----------
    text : str
        Such as ``"player 3 hangs on others"``.
    names : sequence of str
        The players.

    Returns
    -------
    str
    """
    return re.sub(r"\bplayer (\d+)", lambda found: names[int(found[1])], text)


@contextmanager
def players_by_name(names: Sequence[str]) -> Iterator[None]:
    """Let errors that speak of players by number speak of them by name.

    Parameters
    ----------
    names : sequence of str
        The players.

    Yields
    ------
    None

    Raises
    ------
    EngineError
        Of the kind that came, in other words.
    """
    try:
        yield
    except EngineError as error:
        raise type(error)(by_name(str(error), names)) from error


@dataclass(frozen=True)
class PackageCase:
    """An option before a venue.

    Parameters
    ----------
    scenario, option, venue : Scenario, Option, Venue
        What is asked.
    model : Model
        In numbers.
    status : {"ready", "not asked", "not eligible"}
        ``not asked`` where nothing to concede was entered.
    reason : str
        Why the option is not eligible.
    """

    scenario: Scenario
    option: Option
    venue: Venue
    model: Model
    status: str
    reason: str

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return what the numbers rest on, how open positions were counted included."""
        return (*self.model.assumptions, *_readings_of_words(self))

    def heading(self) -> str:
        """Say what is asked, and by which rule."""
        bound = self.venue.bound
        return f"{self.option.title}, in {bound.body.title}: {bound.rule.describe()}"


def case_of(
    scenario: Scenario,
    option: str | None = None,
    venue: str | None = None,
    without_amendments: bool = False,
) -> PackageCase:
    """Put one option before one venue.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option, venue : str, optional
        Keys; the only option and its first venue when left out.
    without_amendments : bool
        Leave the text as it stands.

    Returns
    -------
    PackageCase

    Raises
    ------
    EngineError
        If there is no such option or venue.
    """
    text = scenario.option(option)
    place = _venue(text, venue)
    if without_amendments:
        scenario = replace(scenario, amendments=())
    model = model_of(scenario, text, place)
    status, why = eligibility(scenario, text)
    if status == "not eligible":
        return PackageCase(scenario, text, place, model, "not eligible", why)
    ready = "ready" if model.has_instruments else "not asked"
    return PackageCase(scenario, text, place, model, ready, "")


def _readings_of_words(case: PackageCase) -> tuple[Assumption, ...]:
    """Say how positions that leave something open were counted."""
    words: dict[str, list[str]] = {}
    model = case.model
    for state, voter in zip(model.names, model.problem.voters, strict=True):
        if voter.stated is not None and voter.stated[0] != voter.stated[2]:
            words.setdefault(case.option.position(state).word, []).append(state)
    counted = {"unknown": "against", "leans_for": "for", "leans_against": "against"}
    return tuple(
        Assumption("positions", "assumed", f"{word} is counted as {counted[word]}: {' '.join(who)}")
        for word, who in words.items()
        if word in counted
    )


def _venue(option: Option, key: str | None) -> Venue:
    keys: Sequence[str] = [v.key for v in option.venues]
    if key is None:
        return option.venues[0]
    if key not in keys:
        raise EngineError(f"{option.key} does not go to {key!r}; it goes to {', '.join(keys)}")
    return option.venues[list(keys).index(key)]
