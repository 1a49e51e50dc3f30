"""The picture of a sweep: a heat map over two keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from coalitions.files.spelling import did_you_mean
from coalitions.pictures.picture_sheet import FRAME, GREY, clean, house_style
from solvers.errors import EngineError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from coalitions.sweeps.sweep_answer import Sweep

__all__ = ["VALUES", "sweep_figure"]

VALUES = ("verdict", "passed", "price")
"""What a heat map may show: the verdict, how many scenarios pass, or the price."""
MAX_CELLS = 60
"""Most values of one key in a picture."""
MAX_WRITTEN = 200
"""So many cells at most have their value written in them."""
MAX_WRAPPED = 8
"""Up to so many columns have long names below one another instead of upright."""
# Of Okabe and Ito's colours, which the colour-blind can tell apart.
PASSES, FAILS, TURNS = "#0072b2", "#d55e00", "#f0e442"
VERDICTS = ("fails", "turns on", "undetermined", "passes")
VERDICT_COLOURS = (FAILS, TURNS, "#d9d9d9", PASSES)
NO_VALUE = "#ececec"

Rows = list[Mapping[str, Any]]


def sweep_figure(
    frame: pd.DataFrame | Sweep,
    x: str | None = None,
    y: str | None = None,
    value: str = "verdict",
    option: str | None = None,
    venue: str | None = None,
) -> Figure:
    """Draw a heat map of a sweep over two of the keys that it varied.

    Parameters
    ----------
    frame : DataFrame or Sweep
        What :func:`coalitions.sweeps.sweep` returned.
    x, y : str, optional
        Keys to the right and upwards; the first two that have more than one value, when left out.
    value : {"verdict", "passed", "price"}
        ``passed`` is the share of scenarios of a cell that pass, ``price`` the median of those
        that have one. Where a cell has several scenarios, ``verdict`` is not to be had.
    option, venue : str, optional
        Which one, where there are several.

    Returns
    -------
    matplotlib.figure.Figure
        Its label tells the picture in words.

    Raises
    ------
    EngineError
        If there is no such key, there are too many values, several options, or nothing to draw.

    Examples
    --------
    >>> from coalitions.sweeps.sweep import run_sweep
    >>> from coalitions.sweeps.sweep_cases import grid
    >>> keys = {"what_if.B": ["against", "abstain"], "what_if.d": ["against", "for"]}
    >>> figure = sweep_figure(run_sweep(grid("council-of-seven", keys), "assess"))
    >>> figure.get_label().splitlines()[1]
    'what_if.B against, what_if.d against: fails.'
    """
    try:
        import matplotlib as _  # noqa: F401  # only whether it is there
    except ImportError:
        raise EngineError(
            'pictures need matplotlib: pip install "coalition-engine[analysis]"'
        ) from None
    if value not in VALUES:
        hint = did_you_mean(value, VALUES)
        raise EngineError(f"no picture of {value!r}{hint}; there is {', '.join(VALUES)}")
    rows, unit = _rows(frame)
    rows = _chosen(_chosen(rows, "option", option), "venue", venue)
    across, up = _keys(rows, x, y)
    columns, lines = _values(rows, across), _values(rows, up)
    for key, found in ((across, columns), (up, lines)):
        if len(found) > MAX_CELLS:
            raise EngineError(f"{key} has {len(found)} values; a picture has {MAX_CELLS} at most")
    cells: dict[tuple[str, str], Rows] = {}
    for row in rows:
        cells.setdefault((str(row[across]), str(row[up])), []).append(row)
    if value == "verdict" and any(len(found) > 1 for found in cells.values()):
        raise EngineError(
            "a cell has several scenarios, so that there is no one verdict: draw 'passed'"
        )
    numbers = {at: _number(found, value) for at, found in cells.items()}
    if all(number is None for number in numbers.values()):
        raise EngineError(f"no scenario has a {value}: ask for packages or solve")
    if value == "price" and unit:
        unit = f", {clean(unit, 30)}"
    import matplotlib

    with house_style():
        matplotlib.rcParams["text.parse_math"] = False  # a dollar sign in a name is one
        return _drawn((across, columns), (up, lines), cells, numbers, value, unit)


def _rows(frame: pd.DataFrame | Sweep) -> tuple[Rows, str]:
    """Take out the rows that were answered; what is missing may be None or not a number."""
    given: Any = frame
    heads = getattr(given, "heads", None)
    if heads is not None:
        unit = heads[0].unit if len(heads) == 1 else ""
        return [row for row in given.rows() if row["option"] is not None], unit
    if not {"scenario", "option", "venue", "passed"} <= set(getattr(given, "columns", ())):
        raise EngineError("not a frame that a sweep returned: columns are missing")
    plain = given.astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    return [row for row in rows if row["option"] is not None], ""


def _chosen(rows: Rows, what: str, name: str | None) -> Rows:
    names = list(dict.fromkeys(str(row[what]) for row in rows))
    if name is None and len(names) > 1:
        raise EngineError(f"there are several: name one {what} of {', '.join(names)}")
    if name is not None and name not in names:
        raise EngineError(
            f"no {what} {name!r}{did_you_mean(name, names)}; there is {', '.join(names)}"
        )
    return [row for row in rows if name is None or row[what] == name]


def _keys(rows: Rows, x: str | None, y: str | None) -> tuple[str, str]:
    if not rows:
        raise EngineError("there is no scenario to draw")
    varied = list(rows[0])
    varied = varied[varied.index("scenario") + 1 : varied.index("case")]
    free = [key for key in varied if key not in (x, y) and len(_values(rows, key)) > 1]
    found = []
    for key in (x, y):
        if key is None:
            if not free:
                raise EngineError("a heat map needs two keys that were varied")
            key = free.pop(0)
        if key not in varied:
            hint = did_you_mean(key, varied)
            raise EngineError(f"{key!r} was not varied{hint}; it was {', '.join(varied) or 'none'}")
        found.append(key)
    if found[0] == found[1]:
        raise EngineError("a heat map needs two different keys")
    return found[0], found[1]


def _values(rows: Rows, key: str) -> list[str]:
    """List the values of a key: numbers by size, else in the order in which they were given."""
    found = list(dict.fromkeys(str(row[key]) for row in rows))
    try:
        return sorted(found, key=Fraction)
    except (ValueError, ZeroDivisionError):
        return found


def _number(rows: Rows, value: str) -> float | None:
    if value == "verdict":
        return float(VERDICTS.index(rows[0]["verdict"]))
    if value == "passed":
        return sum(row["passed"] is True for row in rows) / len(rows)
    prices = sorted(Fraction(str(row["price"])) for row in rows if row["price"] is not None)
    return float(prices[(len(prices) - 1) // 2]) if prices else None


def _written(rows: Rows, number: float | None, value: str) -> str:
    if value == "verdict":
        return str(rows[0]["verdict"])
    if number is None:
        return str(rows[0]["price_status"] or "none")
    return f"{number:.0%}" if value == "passed" else f"{number:.4g}"


def _drawn(
    across: tuple[str, Sequence[str]],
    up: tuple[str, Sequence[str]],
    cells: Mapping[tuple[str, str], Rows],
    numbers: Mapping[tuple[str, str], float | None],
    value: str,
    unit: str,
) -> Figure:
    from matplotlib.colors import LinearSegmentedColormap, ListedColormap
    from matplotlib.figure import Figure

    (x, columns), (y, lines) = across, up
    written = len(columns) * len(lines) <= MAX_WRITTEN
    wide = max(6.0, min(16.0, 1.8 + len(columns) * (0.95 if written else 0.3)))
    figure = Figure(
        figsize=(wide, max(3.2, min(14.0, 1.6 + 0.42 * len(lines)))), layout="constrained"
    )
    axes = figure.add_subplot()
    grid = [[_or_nan(numbers.get((c, r))) for c in columns] for r in lines]
    known = [n for n in numbers.values() if n is not None]
    if value == "verdict":
        colours: Any = ListedColormap(VERDICT_COLOURS)
        low, high = -0.5, len(VERDICTS) - 0.5
    elif value == "passed":
        colours = LinearSegmentedColormap.from_list("share", [FAILS, "#f7f7f7", PASSES])
        low, high = 0.0, 1.0
    else:
        colours = LinearSegmentedColormap.from_list("price", ["#f7f7f7", PASSES])
        low, high = min(known), max(known)
        high = high if high > low else low + 1
    colours = colours.with_extremes(bad=NO_VALUE)
    image = axes.imshow(grid, cmap=colours, vmin=low, vmax=high, aspect="auto", origin="lower")
    words = []
    for i, r in enumerate(lines):
        for j, c in enumerate(columns):
            number, rows = numbers.get((c, r)), cells.get((c, r))
            told = _written(rows, number, value) if rows else "no scenario"
            words.append(f"{clean(x)} {clean(c)}, {clean(y)} {clean(r)}: {clean(told)}.")
            if written and rows:
                dark = number is not None and _is_dark(colours((number - low) / (high - low)))
                colour = "white" if dark else "black"
                axes.text(j, i, clean(told, 14), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xlabel(clean(x, 70))
    axes.set_ylabel(clean(y, 50))
    room = int(wide * 9 / len(columns))
    long = max(map(len, columns)) > room
    turn = long and len(columns) > MAX_WRAPPED
    if long and not turn:
        names = ["\n".join(wrap(clean(c, 3 * room), room, break_on_hyphens=False)) for c in columns]
    else:
        names = [clean(c, 24 if turn else room) for c in columns]
    axes.set_xticks(range(len(columns)), names, rotation=90 if turn else 0, ha="center", color=GREY)
    axes.set_yticks(range(len(lines)), [clean(r, 24) for r in lines], color=GREY)
    for side in axes.spines.values():
        side.set_color(FRAME)
    # Lines between cells, so that equal neighbours stay two cells.
    axes.set_xticks([j - 0.5 for j in range(1, len(columns))], minor=True)
    axes.set_yticks([i - 0.5 for i in range(1, len(lines))], minor=True)
    axes.grid(which="minor", color="white", lw=1)
    axes.tick_params(which="minor", length=0)
    if value == "passed" or (value == "price" and len(set(known)) > 1):
        bar = figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label("share that passes" if value == "passed" else "median price")
    elif value == "verdict" and not written:
        from matplotlib.patches import Patch

        seen = [k for k in range(len(VERDICTS)) if float(k) in known]
        handles = [Patch(color=VERDICT_COLOURS[k], label=VERDICTS[k]) for k in seen]
        figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    row = next(iter(cells.values()))[0]
    title = clean(f"{row['case']}: {row['option']} in {row['venue']}", int(wide * 10))
    shown = {
        "verdict": "verdict",
        "passed": "share that passes",
        "price": f"price of passing{unit}",
    }
    most = max(map(len, cells.values()))
    figure.suptitle(title, x=0.01, ha="left", weight="bold")
    axes.set_title(
        shown[value] + (f", {most} scenarios a cell" if most > 1 else ""), loc="left", color=GREY
    )
    figure.set_label("\n".join([title, *words]))
    return figure


def _or_nan(number: float | None) -> float:
    return float("nan") if number is None else number


def _is_dark(colour: Sequence[float]) -> bool:
    red, green, blue = colour[:3]
    return 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
