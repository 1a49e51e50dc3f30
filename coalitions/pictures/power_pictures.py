"""Pictures of power: a panel of bars for each index, and a heat map of pivots by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from coalitions.answers.wording import apart, marked
from coalitions.pictures.picture_sheet import (
    CHARACTER,
    CORE_EDGE,
    GREY,
    PALE,
    Sheet,
    clean,
    house_style,
)
from solvers.errors import EngineError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalitions.power_indices.power import Power

__all__ = ["MAX_LINES", "heat_figure", "power_figure"]

MAX_LINES = 40
"""Most lines of members; of a larger body the strongest are named, and a curve has all."""
NAMED = 25
ROW = 0.24  # inches
LABEL = 34  # characters
WEIGHT = "of the total"
BOLD = 0.115  # inches that a character of a title takes


@dataclass(frozen=True)
class _Line:
    """Members with the same numbers: their label, how many they are, and the numbers."""

    label: str
    size: int
    first: int
    values: tuple[float, ...]


def power_figure(power: Power) -> Figure:
    """Draw the indices of a body as bars, beside the share of the weight.

    Parameters
    ----------
    power : Power
        The answer; members with the same numbers share a line.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words.

    Raises
    ------
    EngineError
        If there is nothing to draw.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.power_indices.power import power
    >>> from coalitions.bodies.rosters import bind_decision
    >>> figure = power_figure(power(bind_decision(load_body("[51; 50, 49, 1]"))))
    >>> figure.get_label().splitlines()[0]
    'Power in [51; 50, 49, 1]'
    """
    columns = _columns(power)
    if not columns or not power.members:
        raise EngineError("there are no indices to draw")
    lines = _lines(power, [values for _, _, values in columns])
    shown = lines if len(lines) <= MAX_LINES else lines[:NAMED]
    with house_style():
        return _bars(power, columns, lines, shown)


def _columns(power: Power) -> list[tuple[str, str, Sequence[Any]]]:
    shares = [
        (f"share of {name}", WEIGHT, [Fraction(w, sum(row)) for w in row])
        for name, row in power.weights.items()
        if sum(row) and len(set(row)) > 1
    ]
    return [*shares[:1], *((i.name, i.unit, i.values) for i in power.indices)]


def _lines(power: Power, columns: Sequence[Sequence[Any]]) -> list[_Line]:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i in range(len(power.members)):
        groups.setdefault(tuple(column[i] for column in columns), []).append(i)
    order = sorted(groups.items(), key=lambda item: [-float(v) for v in item[0][::-1]])
    return [
        _Line(_label(power, members), len(members), members[0], tuple(map(float, values)))
        for values, members in order
    ]


def _label(power: Power, members: Sequence[int]) -> str:
    bound = power.bound
    names = [marked(power.members[i], bound) if bound else power.members[i] for i in members]
    text = clean(apart(names), 400)
    if len(text) <= LABEL:
        return text
    tail = f" … ({len(names)})" if len(names) > 1 else "…"
    while len(text) + len(tail) > LABEL and " " in text:
        text = text.rpartition(" ")[0]
    return text[: LABEL - len(tail)] + tail


def _title(power: Power) -> str:
    bound = power.bound
    if bound is None:
        return "Power"
    day = f", {bound.roster.day}" if bound.roster.day else ""
    return f"Power in {clean(bound.body.title, 60)}{day}"


def _bars(
    power: Power,
    columns: Sequence[tuple[str, str, Sequence[Any]]],
    lines: Sequence[_Line],
    shown: Sequence[_Line],
) -> Figure:
    curve = len(shown) < len(lines)
    left = 0.4 + CHARACTER * max(len(line.label) for line in shown)
    panel, gap = 2.3, 0.3
    high = ROW * len(shown)
    width = max(left + len(columns) * (panel + gap) + 0.3, 7.5, BOLD * len(_title(power)) + 0.6)
    foot = 3.2 if curve else 0.55
    sheet = Sheet(width, high + foot + 1.25, _title(power))
    aside = f"{len(power.members)} members; yes or not yes, and not yes {_NOT_YES[power.not_yes]}"
    if curve:
        aside += (
            f"; the {len(shown)} strongest lines of {len(lines)}, all of them in the curve below"
        )
    sheet.write(0.3, sheet.height - 0.6, aside, color=GREY)
    for k, (name, unit, _) in enumerate(columns):
        x = left + k * (panel + gap)
        axes = _panel(sheet, (x, foot, panel, high), name, unit)
        values = [line.values[k] for line in shown]
        colour = PALE if k == 0 and unit == WEIGHT else CORE_EDGE
        places = range(len(shown) - 1, -1, -1)
        axes.barh(list(places), values, height=0.7, color=colour)
        most = max(max(values), 1e-12)
        axes.set_xlim(0, most * 1.32)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_yticks([])
        for place, value in zip(places, values, strict=True):
            axes.text(value + most * 0.02, place, f" {value:.4g}", va="center", fontsize=7.5)
        if k == 0:
            axes.set_yticks(list(places), [line.label for line in shown], fontsize=8)
    if curve:
        _curve(sheet, columns, lines, (left, 0.55, width - left - 0.4, foot - 1.15))
    best = ", ".join(f"{line.label} {line.values[-1]:.4g}" for line in shown[:5])
    sheet.figure.set_label(f"{_title(power)}\n{columns[-1][0]}, the strongest first: {best}")
    return sheet.figure


_NOT_YES = {"against": "votes against", "abstain": "abstains"}


def _panel(sheet: Sheet, box: tuple[float, float, float, float], name: str, unit: str) -> Any:
    x, y, w, h = box
    place = (x / sheet.width, y / sheet.height, w / sheet.width, h / sheet.height)
    axes: Any = sheet.figure.add_axes(place)
    axes.set_title(f"{clean(name, 34)}\n{clean(unit, 38)}", fontsize=8, loc="left", pad=6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
    axes.locator_params(axis="x", nbins=3)
    return axes


def _curve(
    sheet: Sheet,
    columns: Sequence[tuple[str, str, Sequence[Any]]],
    lines: Sequence[_Line],
    box: tuple[float, float, float, float],
) -> None:
    """Draw all members by rank, on a scale on which the smallest can be told apart."""
    x, y, w, h = box
    axes: Any = sheet.figure.add_axes(
        (x / sheet.width, y / sheet.height, w / sheet.width, h / sheet.height)
    )
    styles = ("-", "--", ":", "-.")
    for k, (name, _, _) in enumerate(columns):
        values = [v for line in lines for v in [line.values[k]] * line.size]
        ranked = [v if v > 0 else float("nan") for v in sorted(values, reverse=True)]
        style = {"color": GREY, "linewidth": 2.2} if k == 0 else {"linewidth": 1.4}
        axes.plot(range(1, len(ranked) + 1), ranked, styles[k % len(styles)], label=name, **style)
    axes.set_yscale("log")
    axes.set_xlim(1, sum(line.size for line in lines))
    axes.set_xlabel("members, the strongest first; on the left each index on a logarithmic scale")
    axes.legend(fontsize=7.5, frameon=False, loc="upper right")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)


def heat_figure(power: Power) -> Figure:
    """Draw how often a member turns the outcome, by the size of the coalition that it completes.

    Parameters
    ----------
    power : Power
        The answer.

    Returns
    -------
    matplotlib.figure.Figure
        A cell is the share of all coalitions of the size, with the member in it, that lose when
        it leaves.

    Raises
    ------
    EngineError
        If the swings cannot be counted by size.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.power_indices.power import power
    >>> from coalitions.bodies.rosters import bind_decision
    >>> figure = heat_figure(power(bind_decision(load_body("[51; 50, 49, 1]"))))
    >>> figure.get_label().splitlines()[1]
    'most pivotal: 1 in 100 % of the coalitions of 2 members'
    """
    if power.rule is None:
        raise EngineError("there is no rule to draw")
    from solvers.counting import count

    counts = count(power.rule)
    n = counts.n_players
    rows: dict[tuple[float, ...], list[int]] = {}
    for i, swings in enumerate(counts.swings):
        key = tuple(float(Fraction(swings[s], comb(n - 1, s - 1))) for s in range(1, n + 1))
        rows.setdefault(key, []).append(i)
    ordered = sorted(rows.items(), key=lambda item: -sum(item[0]))
    shown = ordered[:MAX_LINES]
    with house_style():
        return _heat(power, shown, len(ordered))


def _heat(power: Power, shown: Sequence[tuple[tuple[float, ...], list[int]]], every: int) -> Figure:
    n = len(power.members)
    used = [s for s in range(n) if any(row[s] > 0 for row, _ in shown)]
    first, last = (used[0], used[-1]) if used else (0, n - 1)
    labels = [_label(power, members) for _, members in shown]
    left = 0.4 + CHARACTER * max(map(len, labels))
    wide = min(max(0.28 * (last - first + 1), 3.2), 9.0)
    high = max(ROW * len(shown), 0.5)
    title = _title(power).replace("Power", "Pivots", 1)
    aside = "share of the coalitions of a size, the member in it, that lose when it leaves"
    width = max(left + wide + 1.5, 7.5, BOLD * len(title) + 0.6)
    sheet = Sheet(width, high + 1.75, title)
    if every > len(shown):
        aside += f"; the first {len(shown)} of {every} lines"
    sheet.write(0.3, sheet.height - 0.6, aside, color=GREY)
    axes: Any = sheet.figure.add_axes(
        (left / width, 0.7 / sheet.height, wide / width, high / sheet.height)
    )
    cells = [list(row[first : last + 1]) for row, _ in shown]
    most = max(max(row) for row in cells) or 1.0
    image = axes.imshow(
        cells, aspect="auto", cmap="cividis_r", vmin=0, vmax=most, interpolation="nearest",
        extent=(first + 0.5, last + 1.5, len(shown) - 0.5, -0.5),
    )  # fmt: skip
    axes.set_yticks(range(len(shown)), labels, fontsize=8)
    sizes = range(first + 1, last + 2)
    axes.set_xticks(list(sizes[:: max(1, -(-len(sizes) // 14))]))
    axes.set_xlabel("members of the coalition", fontsize=8)
    axes.tick_params(labelsize=8)
    bar = sheet.figure.add_axes(
        ((left + wide + 0.2) / width, 0.7 / sheet.height, 0.15 / width, high / sheet.height)
    )
    scale: Any = sheet.figure.colorbar(image, cax=bar)
    scale.ax.tick_params(labelsize=7)
    peak, place, who = max(
        (value, -s, label)
        for (row, _), label in zip(shown, labels, strict=True)
        for s, value in enumerate(row, start=1)
    )
    sheet.figure.set_label(
        f"{_title(power)}\nmost pivotal: {who} in {100 * peak:.3g} % of the coalitions of "
        f"{-place} members"
    )
    return sheet.figure
