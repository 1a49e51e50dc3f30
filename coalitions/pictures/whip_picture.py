"""The picture of a whip count: a square for each member, a row for each option and venue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coalitions.answers.wording import marked
from coalitions.decisions.verdicts import StateVote, VenueVerdict, said_totals, vote_order
from coalitions.pictures.picture_sheet import GREY, PALE, clean, house_style
from solvers.errors import EngineError
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["whip_figure"]

MAX_STRIPS = 12
"""Most options and venues in one picture."""
ONE_ROW = 20
WIDE = 32
_COLOUR = {YES: "#009e73", ABSTAIN: "#8c8c8c", NO: "#d55e00", ABSENT: "#ffffff"}
_UNKNOWN = "#a87b00"
_SIGN = {YES: "+", ABSTAIN: "·", NO: "\u2212", ABSENT: ""}  # a minus sign
_WORDS = (("for", YES), ("abstaining", ABSTAIN), ("against", NO))


def whip_figure(verdicts: Sequence[VenueVerdict], title: str) -> Figure:
    """Draw whip counts, those for at the left, with the number that is needed.

    Parameters
    ----------
    verdicts : sequence of VenueVerdict
        Each gets a strip.
    title : str
        What stands at the top.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words.

    Raises
    ------
    EngineError
        If no votes are known, or there are more than twelve strips.

    Examples
    --------
    >>> from coalitions.decisions.assess import assess
    >>> from coalitions.scenarios.scenario import load
    >>> figure = whip_figure(assess(load("libya-2011")).verdicts, "Libya")
    >>> figure.get_label().splitlines()[1]
    'resolution-1973 in council: PASSED (recorded), 10 for, 0 against, 5 abstain.'
    """
    drawn = [v for v in verdicts if v.basis != "without a vote" and any(v.totals)]
    if not drawn:
        raise EngineError("no vote is known or expected, so there is no whip count to draw")
    if len(drawn) > MAX_STRIPS:
        raise EngineError(
            f"{len(drawn)} whip counts; a picture has {MAX_STRIPS} at most: name an option"
        )
    with house_style():
        return _drawn(drawn, title)


def _drawn(verdicts: Sequence[VenueVerdict], title: str) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    rows = [-(-_size(v) // _columns(v)) for v in verdicts]
    height = 1.0 + sum(0.72 + 0.26 * r for r in rows)
    figure = Figure(figsize=(7.2, height), layout="constrained")
    axes = figure.subplots(len(verdicts), 1, squeeze=False, height_ratios=[r + 1.6 for r in rows])
    words = [clean(title, 90)]
    for v, row in zip(verdicts, axes[:, 0], strict=True):
        _strip(v, row)
        words.append(f"{v.option.key} in {v.venue.key}: {v.headline}, {said_totals(v)}.")
    patches = [Patch(color=_COLOUR[level], label=f"{_SIGN[level]} {w}") for w, level in _WORDS]
    if any(s.is_open for v in verdicts for s in v.votes):
        patches.append(Patch(color=_UNKNOWN, label="? unknown"))
    if any(marked(s.state, v.venue.bound) != s.state for v in verdicts for s in v.votes):
        patches.append(Patch(color="none", label="* permanent member"))
    if any(s.low != s.high and not s.is_open for v in verdicts for s in v.votes):
        patches.append(Patch(facecolor="white", edgecolor="black", ls=":", label="uncertain"))
    figure.legend(handles=patches, loc="outside lower left", ncols=5, frameon=False)
    figure.suptitle(clean(title, 90), x=0.01, ha="left", weight="bold", parse_math=False)
    figure.set_label("\n".join(words))
    return figure


def _size(v: VenueVerdict) -> int:
    return sum(v.totals)


def _columns(v: VenueVerdict) -> int:
    return _size(v) if _size(v) <= ONE_ROW else WIDE


def _strip(v: VenueVerdict, axes: Axes) -> None:
    from matplotlib.patches import Rectangle

    columns, votes = _columns(v), vote_order(v.votes)
    if v.basis == "totals":
        counts = zip((YES, ABSTAIN, NO), (v.totals[0], v.totals[2], v.totals[1]), strict=True)
        votes = [StateVote("", x, x, x, "recorded") for x, n in counts for _ in range(n)]
    lines = max(1, -(-len(votes) // columns))
    for k, s in enumerate(votes):
        x, y = k % columns, lines - 1 - k // columns
        unsure = s.low != s.high and not s.is_open
        axes.add_patch(
            Rectangle(
                (x + 0.06, y + 0.06), 0.88, 0.88, facecolor=_UNKNOWN if s.is_open else
                _COLOUR[s.vote], edgecolor="black" if unsure else PALE, lw=1.4 if unsure else 0.5,
                ls=":" if unsure else "-",
            )
        )  # fmt: skip
        sign = "?" if s.is_open else _SIGN[s.vote]
        axes.text(x + 0.5, y + 0.5, sign, ha="center", va="center", color="white", weight="bold")
        if lines == 1:
            axes.text(
                x + 0.5, -0.12, clean(marked(s.state, v.venue.bound), 7 if columns > 9 else 12),
                ha="center", va="top", fontsize=7, color=GREY, parse_math=False,
            )  # fmt: skip
    needed = [
        f.threshold for f in (v.diagnosis.findings if v.diagnosis else ()) if f.kind == "count"
    ]
    if lines == 1 and len(needed) == 1 and 0 < needed[0] <= columns:
        axes.plot([needed[0]] * 2, [-0.1, 1.35], color="black", lw=1.6)
        axes.text(needed[0] - 0.15, 1.12, f"{needed[0]} needed", ha="right", fontsize=8)
    heading = f"{v.option.title or v.option.key}: {v.headline}"
    axes.set_title(clean(heading, 100), loc="left", fontsize=9, parse_math=False)
    axes.set_xlim(-0.1, max(columns, 12) + 0.1)
    axes.set_ylim(-0.6, lines + 0.45)
    axes.set_aspect("equal", anchor="W")
    axes.set_axis_off()
