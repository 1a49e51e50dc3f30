"""Positions of a scenario: stated levels, what they hang on, tables of them, circles refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from coalitions.bodies.states import find_state, near_state
from coalitions.errors import InputError
from coalitions.files.spelling import did_you_mean
from coalitions.scenarios.conditions import NamedCondition, parse_condition, states_in
from coalitions.scenarios.position_chances import checked_chances, checked_margin
from coalitions.scenarios.scenario import LEVEL_WORDS, Chances, EstimatedMargin, Position
from coalitions.scenarios.scenario_file import PositionModel
from solvers.rules.vote_conditions import CircularConditionError, order_of_votes
from solvers.rules.votes import ABSTAIN, NO, YES

if TYPE_CHECKING:
    from coalitions.files.csv_table import Row
    from coalitions.scenarios.build import Builder, Key

__all__ = ["build_positions", "position_table", "refuse_circles"]


def build_positions(
    builder: Builder, models: Mapping[str, PositionModel], path: Key
) -> dict[str, Position]:
    """Resolve stated positions.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    models : mapping
        The entries of the file, by state.
    path : tuple
        Where they stand.

    Returns
    -------
    dict of str to Position
    """
    found: dict[str, Position] = {}
    for word, model in models.items():
        here = (*path, word)
        state = "default" if word == "default" else builder.state(word, here)
        position = _position(builder, model, here)
        if state in found:
            builder.wrong(here, f"{word!r} is {state}, which already has a position", key=True)
        elif state is not None:
            found[state] = position
    return found


def _position(builder: Builder, model: PositionModel, path: Key) -> Position:
    conditions: list[tuple[int, NamedCondition]] = []
    for key, level in (("opposes_if", NO), ("supports_if", YES), ("abstains_if", ABSTAIN)):
        given = getattr(model, key)
        if given is not None:
            condition = parse_condition(
                given,
                (*path, key),
                builder.wrong,
                [*builder.known("amendments"), *builder.known("links")],
                builder.known("endorsements"),
                builder.voters,
                builder.voter,
            )
            if condition is not None:
                conditions.append((level, condition))
    day = model.date.isoformat() if model.date else ""
    place = ".".join(map(str, path))
    price = None
    if model.price is not None:
        abstain, support = (
            builder.figure(getattr(model.price, field), (*path, "price", field))
            for field in ("abstain", "support")
        )
        price = (abstain, support)
        if conditions:
            builder.wrong((*path, "price"), "a position has conditions or a price, not both")
        if not 0 <= abstain.value <= support.value:
            message = "it abstains at no more than it supports at: 0 <= abstain <= support"
            builder.wrong((*path, "price"), message)
    hidden = builder.probability(model.hidden_objection, (*path, "hidden_objection"))
    chances, margin = _estimate(builder, model, path)
    return Position(
        model.is_,
        tuple(conditions),
        model.origin,
        model.source,
        day,
        model.confidence,
        place,
        price,
        hidden,
        model.firm,
        chances,
        margin,
    )


def _estimate(
    builder: Builder, model: PositionModel, path: Key
) -> tuple[Chances | None, EstimatedMargin | None]:
    """Resolve chances and the margin that they rest on."""
    chances, margin = None, None
    given = model.chances
    if given is not None and _whole(builder, given.model_fields_set, (*path, "chances")):
        try:
            chances = checked_chances(
                given.for_, given.abstain, given.against, model.is_, model.origin
            )
        except ValueError as error:
            builder.wrong((*path, "chances"), str(error))
    if model.margin is not None:
        span = model.margin
        if given is None and not builder.document.holds((*path, "chances")):
            builder.wrong((*path, "margin"), "a margin of an estimate stands beside its chances")
        try:
            margin = checked_margin(span.value, span.low, span.high, span.band)
        except ValueError as error:
            builder.wrong((*path, "margin"), str(error))
    return chances, margin


def _whole(builder: Builder, read: Collection[str], path: Key) -> bool:
    """Whether all that is written was read: a wrong part is said where it stands."""
    here: Any = builder.document.data
    for part in path:
        here = here[part]
    return isinstance(here, dict) and len(here) == len(read)


def refuse_circles(
    builder: Builder,
    shared: Mapping[str, Position],
    own: Mapping[str, Position],
    payoffs: Collection[str],
    path: Key,
) -> None:
    """Refuse conditions that wait for one another, in what holds for one option.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    shared, own : mapping
        Positions that hold for all options, and for this one.
    payoffs : collection of str
        States whose votes follow from payoffs.
    path : tuple
        Where the option stands.
    """
    merged = {**shared, **own}
    standing = {s: merged[s] for s in merged if s != "default" and s not in payoffs}
    if "default" in merged:
        others = (s for s in builder.voters if s not in standing and s not in payoffs)
        standing |= dict.fromkeys(others, merged["default"])
    number = {state: i for i, state in enumerate(standing)}
    needs = [
        frozenset(
            number[other]
            for _, condition in position.conditions
            for other in states_in(condition)
            if other in number
        )
        for position in standing.values()
    ]
    try:
        order_of_votes(needs)
    except CircularConditionError as error:
        circle = [list(standing)[i] for i in error.cycle]
        first = next((s for s in circle if s in own), circle[0])
        word = first if first in merged else "default"
        place: Key = (*path, "positions", word) if word in own else ("positions", word)
        message = f"the condition refers to itself: {' -> '.join(circle)}"
        builder.wrong(place, message, key=True)


def position_table(builder: Builder, given: Mapping[str, Position]) -> dict[str, Position]:
    """Read the table of positions that stands beside the scenario.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    given : mapping
        Positions that the file itself states.

    Returns
    -------
    dict of str to Position
    """
    from coalitions.files.workbook import read_table, table_text
    from coalitions.scenarios.frame_rows import CHANCES, MARGINS, NOTICES, estimate_of

    name = builder.model.tables.get("positions")
    if name is None:
        return {}
    votes = ("is", "vote", "low", "high")
    others = ("option", "route", "body", "origin", "source", "date", "confidence", "note", *CHANCES)
    try:
        table = read_table(builder.folder / name, ["state"], [*votes, *others, *MARGINS, *NOTICES])
        if not {"is", "vote"} & set(table.columns):
            message = "column 'is' is missing, or 'vote' in its place"
            raise InputError.at(str(builder.folder / name), message, 1)
        builder.tables.append(table_text(builder.folder / name))
    except InputError as error:
        for p in error.problems:
            if p.line is None:  # the file itself: said where it is named
                builder.wrong(("tables", "positions"), f"{p.file}: {p.message}")
            else:
                builder.problems.append(p)
        return {}
    found: dict[str, Position] = {}
    for row in table:
        state = row["state"] if row["state"] in builder.voters else find_state(row["state"])
        word, said, column = _table_word(row)
        if state is None or (not builder.incomplete and state not in builder.voters):
            hint = near_state(row["state"], builder.voters)
            message = f"{row['state']!r} votes in no body here{hint}"
            builder.problems.append(table.problem(row, "state", message))
        elif state in found or state in given:
            message = f"{row['state']!r} already has a position"
            builder.problems.append(table.problem(row, "state", message))
        elif said:
            builder.problems.append(table.problem(row, column, said))
        else:
            origin = row["origin"] or "assumed"
            if origin not in ("recorded", "stated", "estimated", "assumed"):
                message = f"{origin!r} must be recorded, stated, estimated or assumed"
                builder.problems.append(table.problem(row, "origin", message))
            chances, margin = None, None
            try:
                chances, margin = estimate_of(row.cells, word) or (None, None)
            except ValueError as error:
                builder.problems.append(table.problem(row, "state", f"{row['state']}: {error}"))
            found[state] = Position(
                word,
                (),
                origin,
                row["source"],
                row["date"],
                row["confidence"],
                f"{name}:{row.line}",
                chances=chances,
                margin=margin,
            )
    return found


def _table_word(row: Row) -> tuple[str, str, str]:
    """Read the position in a row, by its word or by its votes; or say what is wrong, and where."""
    from coalitions.scenarios.frame_rows import word_of

    word = row["is"]
    if word and word not in LEVEL_WORDS:
        hint = did_you_mean(word, LEVEL_WORDS)
        return "", f"{word!r} must be one of {', '.join(LEVEL_WORDS)}{hint}", "is"
    if not row["vote"]:
        return word, "" if word else "a position is missing; write 'unknown'", "is"
    try:
        voted = word_of(row["vote"], row["low"], row["high"])
    except ValueError as error:
        return "", str(error), "vote"
    if voted == "absent":
        return "", "who is absent is named with the body, not with a position", "vote"
    if word and word != voted:
        return "", f"'is' says {word!r} and the votes {voted!r}; leave one of them empty", "vote"
    return voted, "", "vote"
