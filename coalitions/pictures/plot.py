"""The picture of an answer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from coalitions.answers.results import Result
from coalitions.concessions.package_front import PackageFront
from coalitions.decisions.assess import Assessment
from coalitions.forecasts.backtest_forecast import ForecastBacktest
from coalitions.games.game_concepts import GameConcepts
from coalitions.games.share import Share
from coalitions.power_indices.power import Power
from coalitions.solving.solve import Solution
from solvers.errors import EngineError

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

__all__ = ["plot", "write_plot"]

BOUNDS = ("utopia_payoff", "minimal_rights")


def plot(result: Result, what: str = "bars") -> Figure:
    """Draw an answer.

    Parameters
    ----------
    result : Solution, Assessment, Power, GameConcepts, Share or PackageFront
        The answer.
    what : {"bars", "heat", "margins"}
        Of power: bars of the indices, or a heat map of pivots by size of the coalition. Of a
        scenario that is solved or assessed: the whip count, or the margins with intervals, of
        payoffs or of estimates.

    Returns
    -------
    matplotlib.figure.Figure
        Shares of three and four players stand in the simplex, with the core; of more, in a chart
        between minimal rights and utopia payoff.

    Raises
    ------
    EngineError
        If there is no picture of such an answer, or matplotlib is not installed.

    Examples
    --------
    >>> from coalitions.games.game_concepts import game_concepts
    >>> from solvers.games.game import TUGame
    >>> figure = plot(game_concepts(TUGame([0, 0, 0, 60, 0, 60, 60, 72]), ["nucleolus"]))
    >>> figure.get_label().splitlines()[1]
    'The core is empty. nucleolus: 1 24, 2 24, 3 24.'
    """
    try:
        import matplotlib as _  # noqa: F401  # only whether it is there
    except ImportError:
        raise EngineError(
            'pictures need matplotlib: pip install "coalition-engine[analysis]"'
        ) from None
    if isinstance(result, Power):
        from coalitions.pictures.power_pictures import heat_figure, power_figure

        if what not in ("bars", "heat"):
            raise EngineError(f"no picture {what!r} of power; there are 'bars' and 'heat'")
        return power_figure(result) if what == "bars" else heat_figure(result)
    if isinstance(result, Assessment | Solution):
        return _votes(result, what)
    if what != "bars":
        kind = "a scenario that is solved or assessed" if what == "margins" else "power"
        raise EngineError(f"the picture {what!r} is one of {kind}")
    if isinstance(result, ForecastBacktest):
        from coalitions.pictures.forecast_picture import reliability_figure

        return reliability_figure(result)
    if isinstance(result, PackageFront):
        from coalitions.pictures.front_picture import front_figure

        return front_figure(result)
    if isinstance(result, Share) and result.concepts is not None and result.found is not None:
        return _shares(result.concepts, result.concepts.name, result.found.unit)
    if isinstance(result, GameConcepts):
        return _shares(result, result.name, "")
    raise EngineError(f"there is no picture of a result of kind {result.kind!r}")


def write_plot(result: Result, path: str | os.PathLike[str], what: str = "bars") -> None:
    """Draw an answer into a file, whole or not at all.

    Parameters
    ----------
    result : Power, GameConcepts or Share
        The answer.
    path : str or path
        Ends in ``.svg`` or ``.png``.
    what : {"bars", "heat"}
        As for :func:`plot`.

    Raises
    ------
    EngineError
        As :func:`plot`; if the file cannot be written.
    """
    from coalitions.pictures.picture_sheet import write_figure

    write_figure(plot(result, what), path)


def _votes(result: Assessment | Solution, what: str) -> Figure:
    if isinstance(result, Solution):
        verdicts = tuple(a.verdict for a in result.answers)
    else:
        verdicts = result.verdicts
    title = result.scenario.title if result.scenario else ""
    if result.marking != "unclassified":
        title = f"{result.marking} · {title}"
    if what == "margins":
        from coalitions.pictures.margin_picture import margin_figure

        return margin_figure(verdicts, title, result.scenario.unit if result.scenario else "")
    if what != "bars":
        raise EngineError(f"no picture {what!r} of votes; there are 'bars' and 'margins'")
    from coalitions.pictures.whip_picture import whip_figure

    return whip_figure(verdicts, title)


def _shares(result: GameConcepts, title: str, unit: str) -> Figure:
    from coalitions.games.rule_concepts import RuleGame
    from coalitions.pictures.share_pictures import shares_figure, simplex_figure

    game = result.game
    if game is None:
        raise EngineError("there is no game to draw")
    n = game.n_players
    shares = {
        f.concept.name: f.shares
        for f in result.findings
        if f.shares is not None and f.concept.name not in BOUNDS
    }
    grand = game.worth((1 << n) - 1)
    points = {name: x for name, x in shares.items() if sum(x, Fraction(0)) == grand}
    if not points:
        raise EngineError("a picture of shares needs a concept that shares out v(N)")
    alone = [game.worth(1 << i) for i in range(n)]
    if isinstance(game, RuleGame):
        return shares_figure(game.players, points, individual=alone, title=title, unit=unit)
    if n in (3, 4):
        from solvers.stability.core_vertices import core_vertices

        corners = [tuple(Fraction(x) for x in point) for point in core_vertices(game)]
        return simplex_figure(game.players, corners, points, grand, alone, title, unit)
    from solvers.values.compromise import minimal_rights, utopia_payoff

    least, most = minimal_rights(game).exact, utopia_payoff(game).exact
    return shares_figure(game.players, points, least, most, alone, title, unit)
