"""Amendments, concessions and budgets of a scenario."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from coalitions.files.spelling import did_you_mean
from coalitions.scenarios import scenario_file as sf
from coalitions.scenarios.instrument_file import AmendmentModel
from coalitions.scenarios.scenario import (
    AmendmentCase,
    BudgetCase,
    ConcessionCase,
    Figure,
    Payoff,
    Position,
)
from coalitions.scenarios.types import FigureModel

if TYPE_CHECKING:
    from coalitions.scenarios.build import Builder, Key

__all__ = ["amendment_case", "build_amendments", "build_budgets", "build_concessions", "harms"]


def build_amendments(builder: Builder, model: sf.ScenarioModel) -> tuple[AmendmentCase, ...]:
    """Resolve the amendments.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.

    Returns
    -------
    tuple of AmendmentCase
    """
    return tuple(
        amendment_case(builder, key, given, ("amendments", key))
        for key, given in model.amendments.items()
    )


def amendment_case(builder: Builder, key: str, given: AmendmentModel, path: Key) -> AmendmentCase:
    """Resolve one amendment, or what a link has in common with one.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    key : str
        Its name.
    given : AmendmentModel
        The entry of the file.
    path : tuple
        Where it stands.

    Returns
    -------
    AmendmentCase
    """
    margins: dict[str, Figure] = {}
    for word, figure in given.margins.items():
        state = builder.state(word, (*path, "margins", word))
        if state is not None:
            margins[state] = builder.figure(figure, (*path, "margins", word))
    both = [*builder.known("amendments"), *builder.known("links")]
    for field in ("requires", "excludes"):
        for i, other in enumerate(getattr(given, field)):
            here = (*path, field, i)
            if other not in both:
                builder.wrong(here, f"no amendment {other!r}{did_you_mean(other, both)}")
            elif other == key:
                builder.wrong(here, "an amendment neither requires nor excludes itself")
    builder.red_lines(given.crosses, path)
    for i, option in enumerate(given.options or ()):
        builder.name(option, "options", (*path, "options", i))
    return AmendmentCase(
        key,
        given.title,
        cost_figure(builder, given.cost, (*path, "cost")),
        builder.figure(given.effect, (*path, "effect")),
        margins,
        frozenset(given.requires),
        frozenset(given.excludes),
        tuple(given.crosses),
        None if given.options is None else frozenset(given.options),
        given.origin,
        harm=harms(builder, given.harm, path),
    )


def cost_figure(builder: Builder, model: FigureModel, path: Key) -> Figure:
    """Resolve a cost, which is at least 0."""
    cost = builder.figure(model, path)
    if cost.value < 0:
        builder.wrong(path, "a cost is at least 0")
    return cost


def harms(builder: Builder, given: Mapping[str, FigureModel], path: Key) -> dict[str, Figure]:
    """Resolve what something does to third parties.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    given : mapping
        What is added to their margins.
    path : tuple
        Where it stands.

    Returns
    -------
    dict of str to Figure
    """
    known, found = builder.known("third_parties"), {}
    for party, figure in given.items():
        here = (*path, "harm", party)
        if party not in known:
            message = f"no third party {party!r}{did_you_mean(party, known)}"
            builder.wrong(here, message, key=True)
        else:
            found[party] = builder.figure(figure, here)
    return found


def build_concessions(
    builder: Builder,
    model: sf.ScenarioModel,
    payoffs: Mapping[str, Mapping[str, Payoff]],
    positions: Mapping[str, Position],
) -> tuple[ConcessionCase, ...]:
    """Resolve the concessions, one per recipient.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.
    payoffs : mapping
        Payoffs by option and state: only a state whose payoffs or whose price are known can be
        moved by a concession; "all" means these.
    positions : mapping
        Stated positions; those with a price count.

    Returns
    -------
    tuple of ConcessionCase
    """
    movable = list(dict.fromkeys(state for table in payoffs.values() for state in table))
    movable += [s for s, p in positions.items() if p.price is not None and s not in movable]
    spoken_of = _states_with_payoffs(builder)
    found = []
    for key, given in model.concessions.items():
        path: Key = ("concessions", key)
        recipients = list(movable) if given.to == ["all"] else []
        if given.provider and model.providers and given.provider not in model.providers:
            hint = did_you_mean(given.provider, model.providers)
            message = f"{given.provider!r} is no provider with a budget{hint}; enter it there"
            builder.wrong((*path, "provider"), message)
        for i, word in enumerate(given.to if given.to != ["all"] else ()):
            state = builder.state(word, (*path, "to", i), key=False)
            if state is not None and state not in movable and word not in spoken_of:
                message = (
                    f"{word} has no payoffs and no price, so a concession cannot move it; give one"
                )
                builder.wrong((*path, "to", i), message)
            elif state in movable:
                recipients.append(state)
        for state in recipients:
            value = _for(builder, given.value, state, (*path, "value"))
            cap = None if given.cap is None else _for(builder, given.cap, state, (*path, "cap"))
            trust = _for(builder, given.trust, state, (*path, "trust"))
            if value is None or trust is None:
                continue
            cost = builder.figure(given.cost, (*path, "cost"))
            escrow = None
            if given.escrow is not None:
                escrow = cost_figure(builder, given.escrow, (*path, "escrow"))
            _check(builder, path, value, cost, cap, trust)
            found.append(
                ConcessionCase(
                    key,
                    given.title or key,
                    given.kind,
                    given.type,
                    given.provider,
                    state,
                    value,
                    cost,
                    cap,
                    trust,
                    escrow,
                    harms(builder, given.harm, path),
                )
            )
    return tuple(found)


def _states_with_payoffs(builder: Builder) -> Collection[str]:
    """Words for states as written under payoffs, whether or not what is said there is right."""
    payoffs = builder.document.data.get("payoffs")
    states = payoffs.get("states") if isinstance(payoffs, dict) else None
    return states.keys() if isinstance(states, dict) else ()


def _check(
    builder: Builder, path: Key, value: Figure, cost: Figure, cap: Figure | None, trust: Figure
) -> None:
    if value.value <= 0:
        builder.wrong((*path, "value"), "a concession is worth more than 0 to who receives it")
    if cost.value < 0:
        builder.wrong((*path, "cost"), "a cost is at least 0")
    if cap is not None and cap.value < 0:
        builder.wrong((*path, "cap"), "a cap is at least 0")
    if not 0 < trust.value <= 1:
        builder.wrong(
            (*path, "trust"), "trust is the share of a promise that is believed: above 0, at most 1"
        )


def _for(
    builder: Builder, given: dict[str, FigureModel] | FigureModel, state: str, path: Key
) -> Figure | None:
    """Pick what a table, or one number for all, says about a state."""
    if isinstance(given, FigureModel):
        return builder.figure(given, path)
    for word, figure in given.items():
        if word == "default":
            continue
        if builder.state(word, (*path, word)) == state:
            return builder.figure(figure, (*path, word))
    if "default" in given:
        return builder.figure(given["default"], (*path, "default"))
    return None


def build_budgets(builder: Builder, model: sf.ScenarioModel) -> tuple[BudgetCase, ...]:
    """Resolve the budgets.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.

    Returns
    -------
    tuple of BudgetCase
    """
    found = []
    for i, given in enumerate(model.budgets):
        path: Key = ("budgets", i)
        limit = builder.figure(given.limit, (*path, "limit"))
        if limit.value < 0:
            builder.wrong((*path, "limit"), "a budget is at least 0")
        for k, name in enumerate(given.of or ()):
            builder.name(name, "concessions", (*path, "of", k))
        of = set(given.of or model.concessions)
        if given.provider is not None:
            theirs = {k for k, c in model.concessions.items() if c.provider == given.provider}
            if not theirs:
                known = {c.provider for c in model.concessions.values()} - {""}
                hint = did_you_mean(given.provider, known)
                builder.wrong((*path, "provider"), f"{given.provider!r} provides nothing{hint}")
            of &= theirs
        found.append(BudgetCase(limit, frozenset(of), given.counts))
    for name, provider in model.providers.items():
        limit = builder.figure(provider.budget, ("providers", name, "budget"))
        if limit.value < 0:
            builder.wrong(("providers", name, "budget"), "a budget is at least 0")
        theirs = {k for k, c in model.concessions.items() if c.provider == name}
        found.append(BudgetCase(limit, frozenset(theirs)))
    return tuple(found)
