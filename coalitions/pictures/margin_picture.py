"""The picture of margins: a point and its interval for each state, over what the state needs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from coalitions.answers.results import number_text
from coalitions.bodies.states import state_name
from coalitions.decisions.verdicts import StateVote, VenueVerdict, margin_span
from coalitions.pictures.picture_sheet import GREY, PALE, clean, house_style
from solvers.errors import EngineError
from solvers.rules.votes import ABSTAIN, NO, YES, level_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["margin_figure"]

MAX_ROWS = 120
"""Most margins in one picture."""
_COLOUR = {YES: "#009e73", ABSTAIN: "#7f7f7f", NO: "#d55e00"}
_SHAPE = {YES: "o", ABSTAIN: "s", NO: "X"}
Row = tuple[StateVote, tuple[Fraction, Fraction, Fraction], Fraction]


def margin_figure(verdicts: Sequence[VenueVerdict], title: str, unit: str) -> Figure:
    """Draw the margins of every option and venue for which payoffs are entered.

    Parameters
    ----------
    verdicts : sequence of VenueVerdict
        Each with payoffs gets a panel, the largest margin at the top.
    title, unit : str
        What stands at the top, and the unit of the margins.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words.

    Raises
    ------
    EngineError
        If there are no margins, or more than 120.

    Examples
    --------
    >>> from coalitions.decisions.assess import assess
    >>> from coalitions.scenarios.scenario import load
    >>> found = assess(load("council-of-seven"))
    >>> figure = margin_figure(found.verdicts, "Seven", "cash units")
    >>> figure.get_label().splitlines()[1][:43]
    'mandate in council: A 6, for; c 1, for; d -'
    """
    panels = [(v, rows) for v in verdicts if (rows := _rows(v))]
    if not panels:
        raise EngineError("no payoffs are entered, so there are no margins to draw")
    number = sum(len(rows) for _, rows in panels)
    if number > MAX_ROWS:
        raise EngineError(f"{number} margins; a picture has {MAX_ROWS} at most: name an option")
    with house_style():
        return _drawn(panels, title, unit)


def _rows(v: VenueVerdict) -> list[Row]:
    spans = [(s, margin_span(v, s)) for s in v.votes]
    found = [(s, span, s.band) for s, span in spans if span is not None and s.band is not None]
    return sorted(found, key=lambda row: row[1][1])


def _drawn(panels: Sequence[tuple[VenueVerdict, list[Row]]], title: str, unit: str) -> Figure:
    from matplotlib.figure import Figure

    sizes = [len(rows) + 1.5 for _, rows in panels]
    figure = Figure(figsize=(7.2, 1.0 + 0.3 * sum(sizes)), layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True, height_ratios=sizes)
    words = [clean(title, 90)]
    for (v, rows), panel in zip(panels, axes[:, 0], strict=True):
        told = _panel(v, rows, panel)
        words.append(f"{v.option.key} in {v.venue.key}: {'; '.join(told)}.")
    label = "margin over what the state needs; in the shaded band it acquiesces"
    axes[-1, 0].set_xlabel(f"{label} ({clean(unit, 40)})", parse_math=False)
    figure.suptitle(clean(title, 90), x=0.01, ha="left", weight="bold", parse_math=False)
    figure.set_label("\n".join(words))
    return figure


def _panel(v: VenueVerdict, rows: Sequence[Row], axes: Axes) -> list[str]:
    told = []
    for k, (s, (low, middle, high), band) in enumerate(rows):
        axes.barh(k, float(band), left=-float(band), height=0.72, color=PALE, zorder=1)
        axes.plot([float(low), float(high)], [k, k], color=_COLOUR[s.vote], lw=2.2, zorder=2)
        axes.plot(float(middle), k, _SHAPE[s.vote], color=_COLOUR[s.vote], ms=7, zorder=3)
        between = f" ({number_text(low)} to {number_text(high)})" if low != high else ""
        told.append(f"{state_name(s.state)} {number_text(middle)}{between}, {level_name(s.vote)}")
    axes.axvline(0, color="black", lw=1.2, zorder=2)
    names = [clean(state_name(s.state), 24) for s, _, _ in rows]
    axes.set_yticks(range(len(rows)), names, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.grid(axis="x", color=PALE, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    heading = f"{v.option.title or v.option.key}: {v.headline}"
    axes.set_title(clean(heading, 100), loc="left", fontsize=9, color=GREY, parse_math=False)
    return list(reversed(told))
