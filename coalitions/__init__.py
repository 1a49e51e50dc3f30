"""Which states can be brought to act together, at what price, and will it hold.

>>> import coalitions as co
>>> answer = co.solve(co.load("libya-2011"))
>>> answer.answers[0].verdict.headline
'PASSED (recorded)'

Everything is loaded when it is first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from coalitions.version import __version__

if TYPE_CHECKING:
    from coalitions.answers.compare import compare
    from coalitions.bodies.body import load_body
    from coalitions.bodies.recorded_votes import votes
    from coalitions.bodies.rosters import bind_decision, roster
    from coalitions.concessions.explain import explain
    from coalitions.concessions.package_demands import Demand
    from coalitions.concessions.package_front import package_front
    from coalitions.concessions.package_list import list_packages
    from coalitions.concessions.package_ranking import rank_options
    from coalitions.concessions.packages import packages
    from coalitions.decisions.assess import assess
    from coalitions.decisions.frames import positions
    from coalitions.decisions.winning import winning
    from coalitions.forecasts.audit import audit
    from coalitions.forecasts.backtest import backtest_rules
    from coalitions.forecasts.backtest_forecast import backtest_forecast
    from coalitions.forecasts.estimate import estimate_positions
    from coalitions.forecasts.inform import inform
    from coalitions.games.game_concepts import game_concepts
    from coalitions.games.share import share
    from coalitions.pictures.plot import plot
    from coalitions.pictures.sweep_picture import sweep_figure
    from coalitions.power_indices.passage import passage, scenario_passage
    from coalitions.power_indices.power import power
    from coalitions.reports.report import report
    from coalitions.scenarios.scenario import Scenario, load
    from coalitions.solving.solve import solve
    from coalitions.sweeps.sweep import sweep
    from coalitions.sweeps.sweep_cases import draws, grid
    from coalitions.verification.verification import verify

__all__ = [
    "Demand",
    "Scenario",
    "__version__",
    "assess",
    "audit",
    "backtest_forecast",
    "backtest_rules",
    "bind_decision",
    "compare",
    "draws",
    "estimate_positions",
    "explain",
    "game_concepts",
    "grid",
    "inform",
    "list_packages",
    "load",
    "load_body",
    "package_front",
    "packages",
    "passage",
    "plot",
    "positions",
    "power",
    "rank_options",
    "report",
    "roster",
    "scenario_passage",
    "share",
    "solve",
    "sweep",
    "sweep_figure",
    "verify",
    "votes",
    "winning",
]

_HOME = {
    "Demand": "concessions.package_demands",
    "Scenario": "scenarios.scenario",
    "assess": "decisions.assess",
    "audit": "forecasts.audit",
    "backtest_forecast": "forecasts.backtest_forecast",
    "backtest_rules": "forecasts.backtest",
    "bind_decision": "bodies.rosters",
    "compare": "answers.compare",
    "draws": "sweeps.sweep_cases",
    "estimate_positions": "forecasts.estimate",
    "explain": "concessions.explain",
    "game_concepts": "games.game_concepts",
    "grid": "sweeps.sweep_cases",
    "inform": "forecasts.inform",
    "list_packages": "concessions.package_list",
    "load": "scenarios.scenario",
    "load_body": "bodies.body",
    "package_front": "concessions.package_front",
    "packages": "concessions.packages",
    "passage": "power_indices.passage",
    "plot": "pictures.plot",
    "positions": "decisions.frames",
    "power": "power_indices.power",
    "rank_options": "concessions.package_ranking",
    "report": "reports.report",
    "roster": "bodies.rosters",
    "scenario_passage": "power_indices.passage",
    "share": "games.share",
    "solve": "solving.solve",
    "sweep": "sweeps.sweep",
    "sweep_figure": "pictures.sweep_picture",
    "verify": "verification.verification",
    "votes": "bodies.recorded_votes",
    "winning": "decisions.winning",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'coalitions' has no attribute {name!r}")
    from importlib import import_module

    _refuse_foreign_solvers()
    found = getattr(import_module(f"coalitions.{_HOME[name]}"), name)
    globals()[name] = found
    return found


class _Package(ModuleType):
    """The package, in which `assess`, `packages`, `solve` and `winning` stay functions.

    They stand in modules of the same names, which the import system would put in their place.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


def _refuse_foreign_solvers() -> None:
    """Say which file to rename when a user's own solvers.py hides ours."""
    import solvers

    if getattr(solvers, "DISTRIBUTION", None) != "coalition-engine":
        raise ImportError(
            f"{solvers.__file__} hides the package 'solvers' that coalitions needs: rename it"
        )
