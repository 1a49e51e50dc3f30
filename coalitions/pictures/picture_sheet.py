"""A sheet to draw on in inches: labels that keep clear of each other, files equal byte for byte."""

from __future__ import annotations

import math
import os
import secrets
import stat
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalitions.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "CHARACTER",
    "COLOURS",
    "CORE",
    "CORE_EDGE",
    "FRAME",
    "GREY",
    "PALE",
    "SHAPES",
    "Sheet",
    "clean",
    "figure_bytes",
    "house_style",
    "marker",
    "write_figure",
]

# Okabe and Ito's colours, which the colour-blind can tell apart; shapes tell them apart in print.
COLOURS = ("#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#7f7f7f", "#0072b2")
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "p")
GREY, FRAME, PALE = "#595959", "#8c8c8c", "#d9d9d9"
CORE, CORE_EDGE = "#56b4e9", "#0072b2"

CHARACTER = 0.08
"""Width to reckon with for a character, in inches."""

STEPS = (0.17, 0.3, 0.45, 0.65, 0.9, 1.2)
"""How far from its point a label is tried, in inches."""

FAR = 0.015
"""What an inch away from its point counts, as if the label covered so many square inches."""

COVERED = 0.5
"""What it counts to cover a text or a point at all, or to leave the picture."""

DOUBT = 0.03
"""What a label counts that might be taken to belong to another point."""

Box = tuple[float, float, float, float]


def clean(name: object, limit: int = 40) -> str:
    """Make a name fit to be drawn: one line of printable characters, not too long.

    Parameters
    ----------
    name : object
        The name.
    limit : int
        Most characters.

    Returns
    -------
    str

    Examples
    --------
    >>> clean("Bosnia and Herzegovina", 12), clean("Chad")
    ('Bosnia and …', 'Chad')
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in str(name)).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def marker(number: int) -> dict[str, Any]:
    """Return the marker of a solution by its number.

    Parameters
    ----------
    number : int
        From 0; more than fifty differ in colour or shape.

    Returns
    -------
    dict
        Arguments of ``plot``.
    """
    return {
        "marker": SHAPES[number % len(SHAPES)],
        "color": COLOURS[number % len(COLOURS)],
        "markeredgecolor": "white",
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }


def _show_in_notebooks() -> None:
    """Have IPython show figures as pictures, unless it was told how to show them.

    Ours are made without pyplot, whose import would have done it.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    from matplotlib.figure import Figure

    formatter = shell.display_formatter.formatters["image/png"]
    try:
        formatter.lookup_by_type(Figure)
    except KeyError:
        formatter.for_type(Figure, _png)


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


@contextmanager
def house_style() -> Iterator[None]:
    """Set matplotlib's own defaults, whatever the user's are, and what keeps files equal.

    Yields
    ------
    None
    """
    import matplotlib

    _show_in_notebooks()
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {"svg.hashsalt": "coalitions", "svg.fonttype": "none", "font.size": 9}
        )
        # A reader of the SVG may have the letters that the font at hand lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


class Sheet:
    """A figure, and axes over all of it that count in inches from the lower left corner.

    Parameters
    ----------
    width, height : float
        In inches.
    title : str
        What stands at the top.
    """

    def __init__(self, width: float, height: float, title: str = "") -> None:
        """Make an empty sheet."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure: Figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.over = self.figure.add_axes((0, 0, 1, 1), zorder=5)
        self.over.set_axis_off()
        self.over.set_xlim(0, width)
        self.over.set_ylim(0, height)
        self.taken: list[Box] = []
        self.lines: list[Box] = []
        if title:
            self.write(0.3, height - 0.34, title, fontsize=12, fontweight="bold")

    def write(self, x: float, y: float, text: str, **style: Any) -> Box:
        """Write a text, which a later label keeps clear of.

        Parameters
        ----------
        x, y : float
            Where, in inches.
        text : str
            What; a dollar sign is a dollar sign.
        **style
            As matplotlib's ``text``.

        Returns
        -------
        tuple of float
            Left, bottom, right and top edge, in inches.
        """
        written = self.over.text(x, y, text, parse_math=False, **style)
        box = self._extent(written)
        self.taken.append(box)
        return box

    def write_if_free(self, x: float, y: float, text: str, **style: Any) -> bool:
        """Write a text unless it would cover another.

        Parameters
        ----------
        x, y, text, **style
            As in `write`.

        Returns
        -------
        bool
            Whether it was written.
        """
        written = self.over.text(x, y, text, parse_math=False, **style)
        box = self._extent(written)
        if any(_common(box, other) for other in self.taken):
            written.remove()
            return False
        self.taken.append(box)
        return True

    def keep_clear(self, x: float, y: float, around: float) -> None:
        """Keep later labels away from a point.

        Parameters
        ----------
        x, y, around : float
            The point, and how far to keep away, in inches.
        """
        self.taken.append((x - around, y - around, x + around, y + around))

    def keep_off(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Keep later labels off a line where they have a choice.

        Parameters
        ----------
        start, end : tuple of float
            Its ends, in inches.
        """
        pieces = max(1, round(math.dist(start, end) / 0.08))
        for k in range(pieces + 1):
            t = k / pieces
            x, y = (a + t * (b - a) for a, b in zip(start, end, strict=True))
            self.lines.append((x - 0.02, y - 0.02, x + 0.02, y + 0.02))

    def label(
        self, x: float, y: float, text: str, within: Box, others: Sequence[tuple[float, float]] = ()
    ) -> Box:
        """Write a label beside a point where it covers nothing, else where it covers least.

        Parameters
        ----------
        x, y : float
            The point, in inches.
        text : str
            What to write.
        within : tuple of float
            The box that the label may not leave, in inches.
        others : sequence of tuple of float
            Points that it might be taken to belong to.

        Returns
        -------
        tuple of float
            The box of the label.
        """
        written = self.over.text(x, y, text, parse_math=False, fontsize=9, zorder=9)
        left, low, right, top = self._extent(written)
        w, h = right - left, top - low
        best: tuple[float, Box, float] | None = None
        for step in STEPS:
            for turn in (0, 1, -1, 4, 3, 5, 2, -2, 6, -3, 7, -4):  # to the right first
                angle = turn * math.pi / 6
                cx = x + (step + w / 2) * math.cos(angle)
                cy = y + (step + h / 2) * math.sin(angle)
                box = (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)
                covered = [_common(box, other) for other in self.taken]
                fault = sum(COVERED + area for area in covered if area)
                fault += sum(_common(box, other) for other in self.lines) + FAR * step
                if out := _outside(box, within):
                    fault += COVERED + out
                if any(_doubtful(x, y, box, other, step > STEPS[0]) for other in others):
                    fault += DOUBT
                if best is None or fault < best[0] - 1e-9:
                    best = (fault, box, step)
        if best is None:  # there are always places to try
            return left, low, right, top
        _, box, step = best
        written.set_position((box[0], box[1]))
        written.set_verticalalignment("bottom")
        written.set_bbox({"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1})
        if step > STEPS[0]:
            end = _nearest(x, y, box)
            begin = 0.08 / math.dist((x, y), end)
            xs, ys = ((a + begin * (b - a), b) for a, b in zip((x, y), end, strict=True))
            self.over.plot(xs, ys, color=GREY, linewidth=0.7, zorder=2)
        self.taken.append(box)
        return box

    def _extent(self, written: Any) -> Box:
        canvas: Any = self.canvas
        box = written.get_window_extent(canvas.get_renderer())
        dpi = self.figure.dpi
        return box.x0 / dpi, box.y0 / dpi, box.x1 / dpi, box.y1 / dpi


def _common(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0.0


def _nearest(x: float, y: float, box: Box) -> tuple[float, float]:
    """Return the point of a box nearest to a point."""
    return min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])


def _apart(x: float, y: float, box: Box) -> float:
    """Return how far a point is from a box."""
    return math.dist((x, y), _nearest(x, y, box))


def _doubtful(x: float, y: float, box: Box, other: tuple[float, float], led: bool) -> bool:
    """Tell whether a label stands nearer to another point, or the line to it passes by one."""
    if not led:
        return _apart(*other, box) <= _apart(x, y, box)
    end = _nearest(x, y, box)
    along = math.dist((x, y), end)
    dx, dy = (end[0] - x) / along, (end[1] - y) / along
    t = min(max((other[0] - x) * dx + (other[1] - y) * dy, 0.0), along)
    return math.dist(other, (x + t * dx, y + t * dy)) < min(0.09, math.dist(other, (x, y)) * 0.7)


def _outside(box: Box, within: Box) -> float:
    """Return the area of a box outside another."""
    outside = (box[2] - box[0]) * (box[3] - box[1]) - _common(box, within)
    return outside if outside > 1e-9 else 0.0


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a picture as the content of a file, the same bytes each time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its label holds a title and, from the second line on, the picture in words.
    kind : {"svg", "png"}
        SVG keeps letters as text, and carries the words for those who do not see it.

    Returns
    -------
    bytes
    """
    label: Sequence[str] = str(figure.get_label()).split("\n")
    content = BytesIO()
    with house_style():
        if kind == "png":
            figure.savefig(content, format="png", dpi=150, metadata={"Software": None})
            return content.getvalue()
        metadata = {"Title": label[0], **dict.fromkeys(("Date", "Creator", "Format", "Type"))}
        figure.savefig(content, format="svg", metadata=metadata)
    told = escape(". ".join(part for part in label if part))
    head = f'<svg role="img" aria-label="{told}" '
    return content.getvalue().decode().replace("<svg ", head, 1).encode()


def write_figure(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a picture whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The picture.
    path : str or path
        Ends in ``.svg`` or ``.png``.

    Raises
    ------
    InputError
        If it ends otherwise, or cannot be written.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    if kind not in ("svg", "png"):
        raise InputError.at(str(path), "must end in .svg or .png, the kinds of picture there are")
    content = figure_bytes(figure, kind)
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        beside.write_bytes(content)
        if target.exists():  # it keeps its permissions
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(beside, target)
    except OSError as error:
        raise InputError.at(str(path), f"cannot be written: {error.strerror}") from error
    finally:  # also Ctrl-C: no scrap may stay behind
        beside.unlink(missing_ok=True)
