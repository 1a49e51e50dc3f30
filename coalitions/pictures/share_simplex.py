"""The picture of a core and of point solutions in the simplex, with their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import number_text
from coalitions.pictures.picture_sheet import (
    CHARACTER,
    CORE,
    CORE_EDGE,
    FRAME,
    GREY,
    PALE,
    Sheet,
    clean,
    marker,
)
from coalitions.pictures.share_geometry import CORNERS, Frame, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ALONE", "LEAST", "MOST", "draw_simplex"]

Shares = tuple[Fraction, ...]
Place = Callable[[Sequence[float]], tuple[float, float]]

AREA = (0.35, 0.35, 5.85, 5.15)
"""Where the simplex stands, in inches."""

ELEVATION, AZIMUTH = 18.0, -44.0
"""Whence a tetrahedron is seen, in degrees: no corner is behind the others."""

LEAST, MOST, ALONE = "least in the core", "most in the core", "worth alone"
NEAR = 0.06
"""Markers nearer than this share a label, in inches."""


def draw_simplex(
    names: Sequence[str],
    frame: Frame,
    core: Shape,
    solutions: Mapping[str, Shares],
    rows: Mapping[str, Shares],
    title: str,
    unit: str,
) -> Sheet:
    """Draw the simplex with its core and points, and the table beside it.

    Parameters
    ----------
    names : sequence of str
        The players, three or four.
    frame : Frame
        The simplex.
    core : Shape
        The core, as placed in it.
    solutions, rows : mapping of str to tuple of Fraction
        The points; and further rows of the table.
    title, unit : str
        What stands above, and in what the shares are counted.

    Returns
    -------
    Sheet
    """
    import numpy as np

    table = {**solutions, **rows}
    widths = [CHARACTER * (4 + max(map(len, map(_solution, table)), default=0))]
    for i, name in enumerate(names):
        cells = [clean(name, 12), *(number_text(x[i]) for x in table.values())]
        widths.append(CHARACTER * (2 + max(map(len, cells))))
    sheet = Sheet(6.1 + max(sum(widths) + 0.3, 3.6), 5.6, title)
    corners = np.array(CORNERS[len(names)])
    spots = {name: np.array(frame.place(x)) for name, x in solutions.items()}
    everything = np.array([*corners, *core.points, *spots.values()])
    if len(names) == 3:
        ax, place = _plane(sheet, everything)
        toward: Sequence[float] | None = None
    else:
        ax, place, toward = _space(sheet, everything)
    _names(sheet, place, names, frame, corners)
    if len(names) == 3:
        _grid(sheet, ax, place, frame, corners)
    for a, b, front in Shape.of(corners.tolist()).edges(toward):
        style = "-" if front else (0, (4, 3))
        ax.plot(*corners[[a, b]].T, color=FRAME, linewidth=1.2, linestyle=style, zorder=2)
        sheet.keep_off(place(corners[a]), place(corners[b]))
    for a, b, _ in core.edges():
        sheet.keep_off(place(core.points[a]), place(core.points[b]))
    _core(ax, core, toward)
    _points(sheet, ax, place, spots, solutions, tall=len(names) == 4)
    _table(sheet, names, table, len(solutions), widths, unit, [core.words, *frame.words])
    return sheet


def _plane(sheet: Sheet, everything: NDArray[Any]) -> tuple[Any, Place]:
    """Make axes in which all of it has room, as long one way as the other."""
    left, low, right, top = AREA
    ax = sheet.figure.add_axes(
        (
            left / sheet.width,
            low / sheet.height,
            (right - left) / sheet.width,
            (top - low) / sheet.height,
        )
    )
    ax.set_axis_off()
    least, most = everything.min(axis=0), everything.max(axis=0)
    middle = (least + most) / 2
    # Half an inch all round is left for names and numbers.
    scale = max(
        (most[0] - least[0]) / (right - left - 1.0), (most[1] - least[1]) / (top - low - 1.0)
    )
    ax.set_xlim(*(middle[0] + side * scale * (right - left) / 2 for side in (-1, 1)))
    ax.set_ylim(*(middle[1] + side * scale * (top - low) / 2 for side in (-1, 1)))

    def place(point: Sequence[float]) -> tuple[float, float]:
        x, y = ax.transData.transform((point[0], point[1])) / sheet.figure.dpi
        return float(x), float(y)

    return ax, place


def _space(sheet: Sheet, everything: NDArray[Any]) -> tuple[Any, Place, Sequence[float]]:
    """Make orthographic axes in which all of it has room; say where the eye is."""
    import numpy as np
    from mpl_toolkits.mplot3d import proj3d  # type: ignore[import-untyped]  # it has no types

    left, low, right, top = AREA
    ax: Any = sheet.figure.add_axes(
        (
            left / sheet.width,
            low / sheet.height,
            (right - left) / sheet.width,
            (top - low) / sheet.height,
        ),
        projection="3d",
        computed_zorder=False,
    )
    ax.set_axis_off()
    ax.patch.set_visible(False)
    ax.set_proj_type("ortho")
    ax.view_init(ELEVATION, AZIMUTH)
    e, a = math.radians(ELEVATION), math.radians(AZIMUTH)
    toward = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    across = np.array([-math.sin(a), math.cos(a), 0.0])
    up = np.cross(toward, across)
    flat = everything @ np.array([across, up]).T
    least, most = flat.min(axis=0), flat.max(axis=0)
    x, y = (least + most) / 2
    centre = x * across + y * up + (everything @ toward).mean() * toward
    half = float(abs(everything - centre).max())
    for axis, c in zip("xyz", centre, strict=True):
        getattr(ax, f"set_{axis}lim")(c - half, c + half)

    def place(point: Sequence[float]) -> tuple[float, float]:
        x, y, _ = proj3d.proj_transform(*point, ax.get_proj())
        x, y = ax.transData.transform((x, y)) / sheet.figure.dpi
        return float(x), float(y)

    ax.set_box_aspect((1, 1, 1))
    ax.apply_aspect()
    drawn = np.ptp(np.array([place(point) for point in everything]), axis=0)
    room = min((right - left - 1.2) / drawn[0], (top - low - 1.0) / drawn[1])
    ax.set_box_aspect((1, 1, 1), zoom=room)
    ax.apply_aspect()
    return ax, place, toward.tolist()


def _grid(sheet: Sheet, ax: Any, place: Place, frame: Frame, corners: NDArray[Any]) -> None:
    """Rule a triangle: along the line at a number a player's share is that number."""
    from matplotlib.ticker import MaxNLocator

    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        low, span = float(frame.low[i]), float(frame.span)
        for tick in MaxNLocator(4).tick_values(low, low + span):
            t = (tick - low) / span
            if not 0.04 < t < 0.96:
                continue
            start = t * corners[i] + (1 - t) * corners[j]
            end = t * corners[i] + (1 - t) * corners[k]
            ax.plot(*zip(start, end, strict=True), color=PALE, linewidth=0.7, zorder=0)
            beyond = (corners[j] - corners[k]) * 0.02  # the line goes on to its number
            x, y = place(start + beyond)
            sheet.write_if_free(
                x, y, f"{tick:.10g}", color=GREY, fontsize=7.5, rotation=(-60, 60, 0)[i],
                ha=("left", "left", "right")[i], va=("top", "bottom", "center")[i],
                rotation_mode="default",
            )  # fmt: skip


def _core(ax: Any, core: Shape, toward: Sequence[float] | None) -> None:
    """Draw the core, whatever its dimension."""
    points = core.points
    if core.dimension == 0:
        ax.plot(
            *points[[0]].T,
            marker="o",
            markersize=23,
            color=CORE,
            markeredgecolor=CORE_EDGE,
            zorder=3,
        )
        return
    if core.dimension >= 2:
        faces = [points[list(face)] for face in core.faces]
        style: dict[str, Any] = {"facecolors": CORE, "edgecolors": "none", "zorder": 1}
        if points.shape[1] == 2:
            from matplotlib.collections import PolyCollection

            ax.add_collection(PolyCollection(faces, alpha=0.55, **style), autolim=False)
        else:
            from mpl_toolkits.mplot3d import art3d

            alpha = 0.3 if core.dimension == 3 else 0.55
            ax.add_collection3d(art3d.Poly3DCollection(faces, alpha=alpha, **style), autolim=False)
    width = 4.5 if core.dimension == 1 else 1.3
    for a, b, front in core.edges(toward):
        ax.plot(
            *points[[a, b]].T, color=CORE_EDGE, linewidth=width if front else 0.8,
            linestyle="-" if front else (0, (3, 3)), solid_capstyle="round", zorder=3,
        )  # fmt: skip


def _names(
    sheet: Sheet, place: Place, names: Sequence[str], frame: Frame, corners: NDArray[Any]
) -> None:
    """Write beside each corner who takes all there, and how much that is."""
    spots = [place(corner) for corner in corners]
    x0, y0 = (sum(axis) / len(spots) for axis in zip(*spots, strict=True))
    for i, (x, y) in enumerate(spots):
        away = math.hypot(x - x0, y - y0)
        dx, dy = (x - x0) / away, (y - y0) / away
        most = number_text(frame.low[i] + frame.span)
        name = clean(names[i], 22)
        half = CHARACTER * max(len(name), len(most)) / 2
        x = min(max(x + 0.3 * dx, AREA[0] - 0.2 + half), AREA[2] + 0.25 - half)
        sheet.write(
            x, y + 0.16 * dy, f"{name}\n{most}",
            fontweight="bold", ha="center", va="bottom" if dy > 0.3 else "top", linespacing=1.1,
        )  # fmt: skip


def _points(
    sheet: Sheet,
    ax: Any,
    place: Place,
    spots: Mapping[str, NDArray[Any]],
    solutions: Mapping[str, Shares],
    tall: bool,
) -> None:
    """Draw and name the solutions; those at one spot lie inside each other and share a label."""
    groups: list[list[str]] = []
    at = {name: place(spot.tolist()) for name, spot in spots.items()}
    for name in spots:
        for group in groups:
            if math.dist(at[name], at[group[0]]) < NEAR:
                group.append(name)
                break
        else:
            groups.append([name])
    numbers = {name: k for k, name in enumerate(spots)}
    for group in groups:
        for depth, name in enumerate(group):
            spot, size = spots[name], max(8.5 + 3.5 * (len(group) - 1 - depth), 5)
            style = {**marker(numbers[name]), "markersize": size, "zorder": 6 + depth / 100}
            ax.plot(*spot[:, None], **style)
            if tall and depth == 0:  # a plumb line to the floor shows how deep a point lies
                foot = [spot[0], spot[1], 0.0]
                ax.plot(*zip(spot, foot, strict=True), color=GREY, lw=0.8, ls=":", zorder=2.5)
                ax.plot(*([c] for c in foot), marker=".", color=GREY, markersize=4, zorder=2.5)
        sheet.keep_clear(*at[group[0]], 0.05 + 0.025 * len(group))
    for group in groups:
        same = len({solutions[name] for name in group}) == 1
        text = (" =\n" if same else ",\n").join(clean(name, 24) for name in group)
        others = [spot for name, spot in at.items() if name not in group]
        sheet.label(*at[group[0]], text, (0.1, 0.1, AREA[2] + 0.15, AREA[3]), others)


def _solution(name: str) -> str:
    return clean(name, 24)


def _table(
    sheet: Sheet,
    names: Sequence[str],
    table: Mapping[str, Shares],
    n_points: int,
    widths: Sequence[float],
    unit: str,
    notes: Sequence[str],
) -> None:
    """Write the shares beside the simplex: legend and numbers in one."""
    left, y = 6.2, 4.85
    if unit:
        sheet.write(left, y, f"in {clean(unit, 28)}", color=GREY, va="center")
    ends = [left + sum(widths[: i + 2]) for i in range(len(names))]
    for end, name in zip(ends, names, strict=True):
        sheet.write(end, y, clean(name, 12), fontweight="bold", ha="right", va="center")
    sheet.over.plot([left, ends[-1]], [y - 0.16] * 2, color=FRAME, linewidth=0.8)
    pitch = min(0.26, 3.6 / max(len(table), 1))
    y -= 0.08
    for k, (name, x) in enumerate(table.items()):
        y -= pitch
        if k < n_points:
            sheet.over.plot([left + 0.09], [y], markersize=8, **marker(k))
        elif name in (LEAST, MOST):
            sheet.over.plot(
                [left + 0.09], [y], marker="s", markersize=9, color=CORE,
                markeredgecolor=CORE_EDGE, linestyle="none",
            )  # fmt: skip
        sheet.write(left + 0.24, y, _solution(name), va="center")
        for end, share in zip(ends, x, strict=True):
            sheet.write(end, y, number_text(share), ha="right", va="center")
    y -= 0.2
    for number, note in enumerate(notes):
        y -= 0.22
        weight = "normal" if number else "bold"
        sheet.write(left, y, note, color=GREY, va="center", fontweight=weight)
