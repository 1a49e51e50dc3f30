"""The reliability diagram of a forecast back-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalitions.pictures.picture_sheet import COLOURS, FRAME, GREY, SHAPES, house_style
from solvers.errors import EngineError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coalitions.forecasts.backtest_forecast import ForecastBacktest

__all__ = ["reliability_figure"]

EDGE = 0.002  # where bins in which nothing happened are drawn


def reliability_figure(result: ForecastBacktest) -> Figure:
    """Draw forecasts of anything but a vote for against how often it happened.

    Parameters
    ----------
    result : ForecastBacktest
        The back-test.

    Returns
    -------
    matplotlib.figure.Figure
        Ten bins for each model, on logarithmic axes; on the diagonal forecasts are right. A bin in
        which it never happened lies hollow on the lower edge.

    Raises
    ------
    EngineError
        If there is nothing to draw, or matplotlib is not installed.
    """
    if not result.calibration:
        raise EngineError("there are no forecasts to draw")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise EngineError(
            'pictures need matplotlib: pip install "coalition-engine[analysis]"'
        ) from None

    with house_style():
        figure = Figure(figsize=(5.6, 5.2), layout="constrained")
        axes = figure.subplots()
        axes.plot([EDGE, 1], [EDGE, 1], color=FRAME, linewidth=1)
        told = []
        for k, name in enumerate(dict.fromkeys(c["forecast"] for c in result.calibration)):
            bins = [c for c in result.calibration if c["forecast"] == name]
            error = bins[0]["calibration_error"]
            for full in (True, False):
                part = [b for b in bins if (b["observed"] > EDGE) == full]
                axes.plot(
                    [max(b["mean_forecast"], EDGE) for b in part],
                    [max(b["observed"], EDGE) for b in part],
                    linestyle="",
                    marker=SHAPES[k],
                    color=COLOURS[-1 - k],
                    fillstyle="full" if full else "none",
                    label=f"{name}: mean error {error:.4f}" if full else None,
                    clip_on=False,
                )
            told.append(f"{name}: mean error {error:.4f}")
        axes.set(xscale="log", yscale="log", xlim=(EDGE, 1), ylim=(EDGE, 1))
        axes.set_xlabel("forecast of not voting for (mean of a tenth)")
        axes.set_ylabel("how often it happened")
        axes.tick_params(colors=GREY)
        axes.legend(loc="upper left", frameon=False)
        first, last = result.years
        title = f"Council votes {first}-{last}: forecast and frequency"
        axes.set_title(title, loc="left")
        figure.set_label("\n".join([title, *told]))
    return figure
