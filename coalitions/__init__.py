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
    from coalitions.assess import assess
    from coalitions.audit import audit
    from coalitions.backtest import backtest_rules
    from coalitions.backtest_forecast import backtest_forecast
    from coalitions.bodies import load_body
    from coalitions.compare import compare
    from coalitions.explain import explain
    from coalitions.forecast_estimate import estimate_positions
    from coalitions.frames import positions
    from coalitions.game_concepts import game_concepts
    from coalitions.inform import inform
    from coalitions.package_demands import Demand
    from coalitions.package_front import package_front
    from coalitions.package_list import list_packages
    from coalitions.package_ranking import rank_options
    from coalitions.packages import packages
    from coalitions.passage import passage, scenario_passage
    from coalitions.plot import plot
    from coalitions.power import power
    from coalitions.recorded_votes import votes
    from coalitions.report import report
    from coalitions.rosters import bind_decision, roster
    from coalitions.scenario import Scenario, load
    from coalitions.share import share
    from coalitions.solve import solve
    from coalitions.sweep import sweep
    from coalitions.sweep_cases import draws, grid
    from coalitions.sweep_picture import sweep_figure
    from coalitions.verification import verify
    from coalitions.winning import winning

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
    "Demand": "package_demands",
    "Scenario": "scenario",
    "assess": "assess",
    "audit": "audit",
    "backtest_forecast": "backtest_forecast",
    "backtest_rules": "backtest",
    "bind_decision": "rosters",
    "compare": "compare",
    "draws": "sweep_cases",
    "estimate_positions": "forecast_estimate",
    "explain": "explain",
    "game_concepts": "game_concepts",
    "grid": "sweep_cases",
    "inform": "inform",
    "list_packages": "package_list",
    "load": "scenario",
    "load_body": "bodies",
    "package_front": "package_front",
    "packages": "packages",
    "passage": "passage",
    "plot": "plot",
    "positions": "frames",
    "power": "power",
    "rank_options": "package_ranking",
    "report": "report",
    "roster": "rosters",
    "scenario_passage": "passage",
    "share": "share",
    "solve": "solve",
    "sweep": "sweep",
    "sweep_figure": "sweep_picture",
    "verify": "verification",
    "votes": "recorded_votes",
    "winning": "winning",
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
