"""Integer programmes: write one, solve it with a back end of choice, get a checked answer.

>>> p = Programme("cheapest three votes")
>>> price = {p.variable(f"x{i:03d}", up=1, integer=True): i % 4 + 1 for i in range(8)}
>>> quota = p.row("quota", dict.fromkeys(price, 1), ">=", 3)
>>> p.minimise(price)
>>> answer = lexicographic(p, [price], order=list(price))
>>> answer.status, answer.objective, [i for i, x in enumerate(answer.values) if x]
('optimal', 4.0, [0, 1, 4])

The parts: :mod:`solvers.programmes.linear` (the programme as data),
:mod:`solvers.programmes.solving` (one run and its checks), :mod:`solvers.programmes.staged`
(several objectives, ties), :mod:`solvers.programmes.backends` (HiGHS, SCIP, CBC, SciPy).
"""

from __future__ import annotations

from solvers.programmes.linear import Number, Programme, Row, Variable
from solvers.programmes.solving import Solution, solve
from solvers.programmes.staged import lexicographic

__all__ = ["Number", "Programme", "Row", "Solution", "Variable", "lexicographic", "solve"]
