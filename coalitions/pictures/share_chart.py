"""The chart of shares: for each player an interval, with a marker for each solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from coalitions.pictures.picture_sheet import CHARACTER, CORE_EDGE, GREY, PALE, Sheet, clean, marker

__all__ = ["draw_chart"]

Shares = tuple[Fraction, ...]

BAND, CLASH = "#c6e2f5", "#f7d9c9"

SPREAD = 0.08
"""From one marker of a row to the next, in inches."""


def draw_chart(
    names: Sequence[str],
    solutions: Mapping[str, Shares],
    bounds: Sequence[Shares | None],
    title: str,
    unit: str,
) -> Sheet:
    """Draw a row for each player.

    Parameters
    ----------
    names : sequence of str
        The players, from the top.
    solutions : mapping of str to tuple of Fraction
        A marker in each row.
    bounds : sequence of tuple of Fraction or None
        Minimal rights, utopia payoffs, individual worths.
    title, unit : str
        What stands above, and in what the shares are counted.

    Returns
    -------
    Sheet
    """
    minimal, utopia, alone = bounds
    n = len(names)
    # In a row markers stand one below the other, so that equal shares are all seen.
    pitch = max(0.36 if n <= 12 else 0.28, min(SPREAD * len(solutions) + 0.08, 0.6))
    if n > 40:
        pitch = min(pitch, 0.3)
    left = 0.45 + CHARACTER * max(len(name) for name in names)
    width = left + 6.6
    entries: list[tuple[str, str]] = [(name, f"point {k}") for k, name in enumerate(solutions)]
    if alone is not None:
        entries.append(("worth alone", "alone"))
    if minimal is not None and utopia is not None:
        entries.append(("minimal right to utopia payoff", "band"))
        if any(m > u for m, u in zip(minimal, utopia, strict=True)):
            entries.append(("minimal right above utopia payoff: the core is empty", "clash"))
    lines = _flow(entries, width - 0.6)
    head = (0.5 if title else 0.15) + 0.25 * len(lines) + (0.35 if n > 12 else 0.1)
    foot = 0.62
    height = head + pitch * n + foot
    sheet = Sheet(width, height, title)
    for number, line in enumerate(lines):
        y = height - (0.6 if title else 0.25) - 0.25 * number
        for x, text, kind in line:
            _key(sheet, 0.3 + x, y, kind)
            sheet.write(0.3 + x + 0.36, y, clean(text, 60), va="center")
    ax = sheet.figure.add_axes(
        (left / width, foot / height, 6.3 / width, pitch * n / height), zorder=1
    )
    _rows(ax, solutions, bounds, n, pitch)
    for i, name in enumerate(names):
        y = foot + pitch * (n - i - 0.5)
        sheet.write(left - 0.1, y, name, ha="right", va="center", fontsize=9 if pitch > 0.25 else 8)
    sheet.write(left + 3.15, 0.17, f"share in {clean(unit)}" if unit else "share", ha="center")
    return sheet


def _flow(entries: Sequence[tuple[str, str]], width: float) -> list[list[tuple[float, str, str]]]:
    """Set the entries of a legend in lines: how far from the left, text, kind."""
    lines: list[list[tuple[float, str, str]]] = [[]]
    x = 0.0
    for text, kind in entries:
        need = 0.6 + CHARACTER * len(text)
        if lines[-1] and x + need > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, text, kind))
        x += need
    return lines


def _key(sheet: Sheet, x: float, y: float, kind: str) -> None:
    """Draw what an entry of the legend stands for."""
    if kind.startswith("point"):
        sheet.over.plot([x + 0.14], [y], markersize=8, **marker(int(kind.split()[1])))
    elif kind == "alone":
        sheet.over.plot([x + 0.14] * 2, [y - 0.09, y + 0.09], color="black", linewidth=1.6)
    else:
        _interval(sheet.over, x, x + 0.28, y, 0.08, clash=kind == "clash")


def _interval(ax: Any, low: float, high: float, y: float, half: float, clash: bool) -> None:
    """Draw the interval of a player, with ends that show also where it has no length."""
    colour, edge = (CLASH, "#d55e00") if clash else (BAND, CORE_EDGE)
    ax.fill_between(
        [low, high], y - half, y + half, facecolor=colour, linewidth=0,
        hatch="////" if clash else None, edgecolor=edge, zorder=1,
    )  # fmt: skip
    for end in (low, high):
        ax.plot([end] * 2, [y - half, y + half], color=edge, linewidth=1.2, zorder=1.5)


def _rows(
    ax: Any,
    solutions: Mapping[str, Shares],
    bounds: Sequence[Shares | None],
    n: int,
    pitch: float,
) -> None:
    """Draw intervals and markers; the first player is at the top."""
    minimal, utopia, alone = bounds
    ax.set_ylim(n - 0.5, -0.5)
    for i in range(0, n, 2):  # every other row is shaded, for the eye to run along
        ax.axhspan(i - 0.5, i + 0.5, color="#f4f4f4", zorder=0, linewidth=0)
    seen = [float(x) for shares in [*solutions.values(), *bounds] if shares for x in shares]
    least, most = min(seen, default=0.0), max(seen, default=1.0)
    room = 0.04 * (most - least) or 1.0
    ax.set_xlim(least - room, most + room)
    if least < 0 < most:
        ax.axvline(0, color=GREY, linewidth=0.8, zorder=0.7)
    for i in range(n):
        if minimal is not None and utopia is not None:
            low, high = minimal[i], utopia[i]
            _interval(ax, float(low), float(high), i, 0.3, clash=low > high)
        if alone is not None:
            ax.plot([float(alone[i])] * 2, [i - 0.36, i + 0.36], color="black", lw=1.6, zorder=2)
    step = min(SPREAD / pitch, 0.84 / max(len(solutions), 1))
    for k, shares in enumerate(solutions.values()):
        shift = (k - (len(solutions) - 1) / 2) * step
        ax.plot(
            [float(x) for x in shares], [i + shift for i in range(n)],
            markersize=6, zorder=3 + k / 100, **marker(k),
        )  # fmt: skip
    ax.xaxis.set_major_formatter("{x:.10g}")
    ax.tick_params(axis="x", top=n > 12, labeltop=n > 12, labelsize=8, colors=GREY)
    ax.tick_params(axis="y", left=False, labelleft=False)
    ax.grid(axis="x", color=PALE, linewidth=0.7, zorder=0.5)
    ax.set_axisbelow(True)
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)
