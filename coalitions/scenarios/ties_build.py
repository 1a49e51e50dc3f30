"""What ties instruments together: links with their own body, routes of several, needs, floors."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from coalitions.files.spelling import did_you_mean
from coalitions.scenarios import scenario_file as sf
from coalitions.scenarios.instruments import amendment_case, cost_figure
from coalitions.scenarios.joint_routes import joint_venue
from coalitions.scenarios.scenario import AmendmentCase, Figure, Payoff, Venue
from coalitions.scenarios.ties import (
    CombinationCase,
    ContributionCase,
    EndorsementCase,
    LimitCase,
    NeedCase,
    ProviderCase,
    ThirdPartyCase,
    Ties,
)
from coalitions.scenarios.types import FigureModel

if TYPE_CHECKING:
    from coalitions.scenarios.build import Builder, Key

__all__ = ["build_links", "build_ties", "joint_routes"]


def joint_routes(
    builder: Builder, option: sf.OptionModel, name: str, day: datetime.date, path: Key
) -> Venue | None:
    """Resolve a route of several bodies.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    option : OptionModel
        The option that has the route.
    name : str
        The route.
    day : date
        Day of the decision.
    path : tuple
        Where the option stands.

    Returns
    -------
    Venue or None
        None after a mistake.
    """
    model, here = option.routes[name], (*path, "routes", name)
    if (model.all is None) == (model.any is None):
        builder.wrong(here, "needs either 'all' or 'any': the bodies of the route", key=True)
        return None
    together = "all" if model.all is not None else "any"
    parts = []
    for i, key in enumerate(model.all or model.any or ()):
        if builder.name(key, "bodies", (*here, together, i)):
            bound = builder.bound.get((key, day))
            if bound is not None:
                parts.append(Venue(key, bound, builder.model.bodies[key].legitimacy))
    if len(parts) < 2:
        return None
    word = " and " if together == "all" else " or "
    title = model.title or word.join(part.bound.body.title for part in parts)
    return joint_venue(name, title, parts, together, model.legitimacy)


def build_links(builder: Builder, model: sf.ScenarioModel) -> tuple[AmendmentCase, ...]:
    """Resolve the items of business that are linked to the text.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.

    Returns
    -------
    tuple of AmendmentCase
        Of kind ``link``.
    """
    found = []
    for key, given in model.links.items():
        path: Key = ("links", key)
        if key in model.amendments:
            builder.wrong(path, "an amendment has the same name; choose another", key=True)
        case = amendment_case(builder, key, given, path)
        venue = None
        if given.needs is not None and builder.name(given.needs, "bodies", (*path, "needs")):
            bound = builder.bound.get((given.needs, model.date))
            legitimacy = model.bodies[given.needs].legitimacy
            venue = None if bound is None else Venue(given.needs, bound, legitimacy)
        found.append(replace(case, kind="link", venue=venue))
    return tuple(found)


def build_ties(
    builder: Builder, model: sf.ScenarioModel, payoffs: Mapping[str, Mapping[str, Payoff]]
) -> Ties:
    """Resolve all that ties instruments together.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : ScenarioModel
        The file.
    payoffs : mapping
        Payoffs by option and state.

    Returns
    -------
    Ties
    """
    texts = [*builder.known("amendments"), *builder.known("links")]
    return Ties(
        _combinations(builder, model, texts),
        _limits(builder, model, texts),
        _providers(builder, model),
        _endorsements(builder, model),
        _needs(builder, model, texts),
        _contributions(builder, model),
        tuple(
            ThirdPartyCase(
                key,
                given.title,
                builder.figure(given.margin, ("third_parties", key, "margin")),
                builder.figure(given.floor, ("third_parties", key, "floor")),
            )
            for key, given in model.third_parties.items()
        ),
        _bandwagon(builder, model, {s for table in payoffs.values() for s in table}),
        model.equilibrium == "least",
    )


def _known(builder: Builder, names: Collection[str], known: Collection[str], path: Key) -> None:
    for i, name in enumerate(names):
        if name not in known:
            builder.wrong((*path, i), f"no amendment {name!r}{did_you_mean(name, known)}")


def _by_state(builder: Builder, table: Mapping[str, FigureModel], path: Key) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for word, figure in table.items():
        state = builder.state(word, (*path, word))
        if state is not None:
            found[state] = builder.figure(figure, (*path, word))
    return found


def _combinations(
    builder: Builder, model: sf.ScenarioModel, texts: Collection[str]
) -> tuple[CombinationCase, ...]:
    found = []
    for i, given in enumerate(model.combinations):
        path: Key = ("combinations", i)
        _known(builder, given.of, texts, (*path, "of"))
        if len(set(given.of)) < 2:
            builder.wrong((*path, "of"), "a combination is of two different amendments or more")
        builder.red_lines(given.crosses, path)
        found.append(
            CombinationCase(
                frozenset(given.of),
                builder.figure(given.cost, (*path, "cost")),
                builder.figure(given.effect, (*path, "effect")),
                _by_state(builder, given.margins, (*path, "margins")),
                tuple(given.crosses),
                given.unlawful,
            )
        )
    return tuple(found)


def _limits(
    builder: Builder, model: sf.ScenarioModel, texts: Collection[str]
) -> tuple[LimitCase, ...]:
    for i, given in enumerate(model.limits):
        _known(builder, given.of or (), texts, ("limits", i, "of"))
    return tuple(
        LimitCase(frozenset(model.amendments if given.of is None else given.of), given.at_most)
        for given in model.limits
    )


def _providers(builder: Builder, model: sf.ScenarioModel) -> tuple[ProviderCase, ...]:
    found = []
    for name, given in model.providers.items():
        path: Key = ("providers", name)
        if not any(c.provider == name for c in model.concessions.values()):
            known = {c.provider for c in model.concessions.values()} - {""}
            builder.wrong(path, f"{name!r} provides nothing{did_you_mean(name, known)}", key=True)
        to = None
        if given.to is not None:
            states = [
                builder.state(word, (*path, "to", i), key=False) for i, word in enumerate(given.to)
            ]
            to = frozenset(s for s in states if s is not None)
        found.append(
            ProviderCase(name, cost_figure(builder, given.channel, (*path, "channel")), to)
        )
    return tuple(found)


def _endorsements(builder: Builder, model: sf.ScenarioModel) -> tuple[EndorsementCase, ...]:
    found = []
    for key, given in model.endorsements.items():
        path: Key = ("endorsements", key)
        at = None
        if given.obtained_at is not None:
            at = cost_figure(builder, given.obtained_at, (*path, "obtained_at"))
            if given.given:
                message = "it is given already, so it is not obtained; leave this out"
                builder.wrong((*path, "obtained_at"), message)
        legitimacy = builder.figure(given.legitimacy, (*path, "legitimacy"))
        found.append(EndorsementCase(key, given.title, given.given, legitimacy, at))
    return tuple(found)


def _needs(
    builder: Builder, model: sf.ScenarioModel, texts: Collection[str]
) -> tuple[NeedCase, ...]:
    if model.operation is None:
        return ()
    found = []
    for key, given in model.operation.needs.items():
        path: Key = ("operation", "needs", key)
        amount = builder.figure(given.amount, (*path, "amount"))
        if amount.value < 0:
            builder.wrong((*path, "amount"), "a need is at least 0")
        more: dict[str, Figure] = {}
        for name, figure in given.amendments.items():
            if name not in texts:
                message = f"no amendment {name!r}{did_you_mean(name, texts)}"
                builder.wrong((*path, "amendments", name), message, key=True)
            more[name] = builder.figure(figure, (*path, "amendments", name))
        found.append(NeedCase(key, given.title or key, amount, more))
    return tuple(found)


def _contributions(builder: Builder, model: sf.ScenarioModel) -> tuple[ContributionCase, ...]:
    if model.operation is None:
        return ()
    found = []
    for word, table in model.operation.contributions.items():
        path: Key = ("operation", "contributions", word)
        state = builder.state(word, path)
        for need, given in table.items():
            here = (*path, need)
            if need not in model.operation.needs:
                hint = did_you_mean(need, model.operation.needs)
                builder.wrong(here, f"no need {need!r}{hint}", key=True)
            figures = {}
            for field in ("most", "cost", "burden"):
                figures[field] = builder.figure(getattr(given, field), (*here, field))
                if figures[field].value < 0:
                    builder.wrong((*here, field), "must be at least 0")
            if state is not None:
                found.append(
                    ContributionCase(state, need, **figures, supporters_only=given.supporters_only)
                )
    return tuple(found)


def _bandwagon(
    builder: Builder, model: sf.ScenarioModel, with_payoffs: Collection[str]
) -> dict[tuple[str, str], Figure]:
    found: dict[tuple[str, str], Figure] = {}
    for word, table in model.bandwagon.items():
        path: Key = ("bandwagon", word)
        follower = builder.state(word, path)
        if follower is not None and follower not in with_payoffs:
            builder.wrong(path, f"{word} has no payoffs, so nothing adds to its margin", key=True)
        for other, figure in table.items():
            leader = builder.state(other, (*path, other))
            push = builder.figure(figure, (*path, other))
            if push.value < 0:
                message = "a yes of others adds at least 0; what it takes away is not modelled"
                builder.wrong((*path, other), message)
            if follower is not None and leader is not None:
                found[follower, leader] = push
    return found
