"""The picture of a front: what each level of legitimacy costs, one line for each durability."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from coalitions.answers.results import number_text
from coalitions.pictures.picture_sheet import COLOURS, GREY, PALE, SHAPES, clean, house_style
from solvers.errors import EngineError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalitions.concessions.package_front import PackageFront

__all__ = ["front_figure"]

MAX_LINES = 8
"""Most levels of durability in one picture."""


def front_figure(front: PackageFront) -> Figure:
    """Draw a front: legitimacy to the right, cost upwards, a line for each durability.

    Parameters
    ----------
    front : PackageFront
        The answer.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words.

    Raises
    ------
    EngineError
        If there is no point to draw, or there are more than eight levels of durability.

    Examples
    --------
    >>> from coalitions.concessions.package_front import package_front
    >>> from coalitions.scenarios.scenario import load
    >>> figure = front_figure(package_front(load("council-of-seven"), "buffer", [0, 1]))
    >>> figure.get_label().splitlines()[1]
    'durability 0: legitimacy 4 costs 4, 5 costs 6, 6 costs 9, 7 costs 13.'
    """
    levels: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    for point in front.points:
        levels.setdefault(point.durability, []).append((point.legitimacy, point.cost))
    if not levels:
        raise EngineError("there is no package, so there is no front to draw")
    if len(levels) > MAX_LINES:
        raise EngineError(f"{len(levels)} levels of durability; a picture has {MAX_LINES} at most")
    with house_style():
        return _drawn(front, {level: sorted(points) for level, points in levels.items()})


def _drawn(front: PackageFront, levels: dict[Fraction, list[tuple[Fraction, Fraction]]]) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    unit = front.scenario.unit if front.scenario else ""
    title = front.scenario.title if front.scenario else "Front"
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.add_subplot()
    words = [clean(title, 90)]
    for (level, points), colour, shape in zip(levels.items(), COLOURS, SHAPES, strict=False):
        xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
        name = number_text(level)
        # Between two points only the dearer one gives as much: a step, not a slope.
        axes.step(xs, ys, where="pre", color=colour, lw=1, alpha=0.55)
        axes.plot(xs, ys, shape, color=colour, ms=6, label=name)
        for x, y, (_, cost) in zip(xs, ys, points, strict=True):
            axes.annotate(
                number_text(cost), (x, y), textcoords="offset points", xytext=(5, -3),
                ha="left", va="top", fontsize=8, color=GREY,
            )  # fmt: skip
        told = [f"{number_text(x)} costs {number_text(y)}" for x, y in points]
        words.append(f"durability {name}: legitimacy {', '.join(told)}.")
    axes.set_xlabel("legitimacy: votes for, with route and endorsements")
    axes.set_ylabel(f"cost, {clean(unit, 40)}" if unit else "cost")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    axes.margins(x=0.08, y=0.12)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=PALE, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    legend = {"survival": "votes that may fall", "buffer": "buffer on every margin"}
    axes.legend(title=legend[front.durability], loc="upper left", frameon=False)
    figure.suptitle(clean(title, 90), x=0.01, ha="left", weight="bold")
    if front.front is not None and not front.front.complete:
        axes.set_title("stopped early: there may be more points", loc="left", color=GREY)
        words.append("Stopped early: there may be more points.")
    figure.set_label("\n".join(words))
    return figure
