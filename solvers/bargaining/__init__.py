"""Bargaining points over the hull of some outcomes, or among the outcomes themselves.

References
----------
.. [1] W. Thomson, "Cooperative models of bargaining", Handbook of Game Theory with Economic
   Applications 2, Elsevier, 1994, pp. 1237-1284.
"""

from __future__ import annotations

from solvers.bargaining.choice import (
    Choice,
    egalitarian_choice,
    kalai_smorodinsky_choice,
    nash_choice,
)
from solvers.bargaining.nash import nash_bargaining
from solvers.bargaining.problem import BargainingProblem
from solvers.bargaining.rays import egalitarian_bargaining, ideal_point, kalai_smorodinsky

__all__ = [
    "BargainingProblem",
    "Choice",
    "egalitarian_bargaining",
    "egalitarian_choice",
    "ideal_point",
    "kalai_smorodinsky",
    "kalai_smorodinsky_choice",
    "nash_bargaining",
    "nash_choice",
]
