"""The picture of margins: a point and its interval for each state, of payoffs or of estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from coalitions.answers.results import number_text
from coalitions.answers.wording import marked
from coalitions.bodies.rosters import BoundDecision
from coalitions.bodies.states import state_name
from coalitions.decisions.verdicts import VenueVerdict, margin_span
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
PAYOFFS = "margin over what the state needs; in the shaded band it acquiesces"
ESTIMATES = "estimated margin, standard deviations; in the shaded band it abstains"
WIDE, LONG = 68, 26  # characters of a line over a panel, and of a name beside it


@dataclass(frozen=True)
class Row:
    """The margin of one state."""

    state: str
    vote: int
    low: Fraction
    middle: Fraction
    high: Fraction
    band: Fraction


@dataclass(frozen=True)
class Panel:
    """The margins of one kind in one option and venue, the least first."""

    verdict: VenueVerdict
    estimated: bool
    rows: tuple[Row, ...]

    def heading(self) -> str:
        """Say what the points are of."""
        v = self.verdict
        beside = self.estimated and v.basis == "recorded"
        aside = "; estimates of before, marked by the vote that was cast" if beside else ""
        return f"{v.option.title or v.option.key}: {v.headline}{aside}"


def margin_figure(verdicts: Sequence[VenueVerdict], title: str, unit: str) -> Figure:
    """Draw the margins of every option and venue that payoffs or estimates give.

    Parameters
    ----------
    verdicts : sequence of VenueVerdict
        Each with payoffs gets a panel, the largest margin at the top; and one for margins that
        were estimated beside chances, which are of another unit. Beside a record these are marked
        by the vote that was cast.
    title, unit : str
        What stands at the top, and the unit of margins from payoffs.

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
    panels = [p for v in verdicts for p in (_payoffs(v), _estimates(v)) if p.rows]
    if not panels:
        raise EngineError(
            "no payoffs are entered and no margins estimated, so there are none to draw"
        )
    number = sum(len(p.rows) for p in panels)
    if number > MAX_ROWS:
        raise EngineError(f"{number} margins; a picture has {MAX_ROWS} at most: name an option")
    with house_style():
        return _drawn(panels, title, unit)


def _payoffs(v: VenueVerdict) -> Panel:
    spans = [(s, margin_span(v, s)) for s in v.votes]
    found = [
        Row(s.state, s.vote, *span, s.band)
        for s, span in spans
        if span is not None and s.band is not None
    ]
    return Panel(v, False, tuple(sorted(found, key=lambda row: row.middle)))


def _estimates(v: VenueVerdict) -> Panel:
    """Margins beside chances; what is not on record is marked by the vote that is likeliest."""
    found = []
    for s in v.votes:
        position = v.option.position(s.state)
        margin = position.margin
        if margin is None or s.origin == "what-if" or s.state in v.option.payoffs:
            continue
        vote = s.vote
        if v.basis != "recorded" and position.chances is not None:
            chances = position.chances.by_level
            vote = max((NO, ABSTAIN, YES), key=lambda level: chances[level])
        band = margin.band or Fraction(0)
        found.append(Row(s.state, vote, margin.low, margin.value, margin.high, band))
    return Panel(v, True, tuple(sorted(found, key=lambda row: row.middle)))


def _drawn(panels: Sequence[Panel], title: str, unit: str) -> Figure:
    from matplotlib.figure import Figure

    sizes = [len(p.rows) + 1.5 for p in panels]
    figure = Figure(figsize=(7.2, 1.0 + 0.3 * sum(sizes)), layout="constrained")
    one = len({p.estimated for p in panels}) == 1  # of one unit, so that they share a scale
    axes = figure.subplots(len(panels), 1, squeeze=False, sharex=one, height_ratios=sizes)
    words = [clean(title, 90)]
    for p, drawn in zip(panels, axes[:, 0], strict=True):
        told = _panel(p, drawn)
        v = p.verdict
        words.append(f"{v.option.key} in {v.venue.key}: {'; '.join(told)}.")
        if p is panels[-1] or not one:
            label = ESTIMATES if p.estimated else f"{PAYOFFS} ({clean(unit, 40)})"
            drawn.set_xlabel(label, parse_math=False)
    figure.suptitle(clean(title, 90), x=0.01, ha="left", weight="bold", parse_math=False)
    figure.set_label("\n".join(words))
    return figure


def _panel(panel: Panel, axes: Axes) -> list[str]:
    told = []
    for k, row in enumerate(panel.rows):
        colour, band = _COLOUR[row.vote], float(row.band)
        axes.barh(k, band, left=-band, height=0.72, color=PALE, zorder=1)
        axes.plot([float(row.low), float(row.high)], [k, k], color=colour, lw=2.2, zorder=2)
        axes.plot(float(row.middle), k, _SHAPE[row.vote], color=colour, ms=7, zorder=3)
        between = f" ({number_text(row.low)} to {number_text(row.high)})"
        told.append(
            f"{state_name(row.state)} {number_text(row.middle)}"
            f"{between if row.low != row.high else ''}, {level_name(row.vote)}"
        )
    axes.axvline(0, color="black", lw=1.2, zorder=2)
    bound = panel.verdict.venue.bound
    names = [_name(row.state, bound) for row in panel.rows]
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.grid(axis="x", color=PALE, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    heading = "\n".join(wrap(clean(panel.heading(), 2 * WIDE), WIDE))
    axes.set_title(heading, loc="left", fontsize=9, color=GREY, parse_math=False)
    return list(reversed(told))


def _name(state: str, bound: BoundDecision) -> str:
    """Name a state so that the star of a permanent member is never cut off."""
    star = marked(state, bound)[len(state) :]
    return clean(state_name(state), LONG - len(star)) + star
