"""Games too large for a table: each says which coalition objects most, and that is enough.

Core, least core, nucleolus and cost of stability are found by programmes whose rows are made
when they are broken, in exact arithmetic from the first step to the certificate.

References
----------
.. [1] U. Faigle, W. Kern and J. Kuipers, "On the computation of the nucleolus of a cooperative
   game", International Journal of Game Theory 30 (2001), pp. 79-98.
.. [2] E. Elkind and D. Pasechnik, "Computing the nucleolus of weighted voting games",
   Proceedings of SODA 2009, pp. 327-335.
"""

from __future__ import annotations

from solvers.oracles.burden import Burden, BurdenOracle
from solvers.oracles.convex import ConvexOracle
from solvers.oracles.dense import DenseOracle
from solvers.oracles.egalitarian import dutta_ray
from solvers.oracles.graph import SubgraphOracle
from solvers.oracles.least_core import (
    CoreMembership,
    core,
    core_membership,
    cost_of_stability,
    least_core,
)
from solvers.oracles.nucleolus import nucleolus, prenucleolus
from solvers.oracles.oracle import Excess, ExcessOracle
from solvers.oracles.prekernel import PrekernelMembership, in_prekernel, prekernel_point, surplus
from solvers.oracles.rule import RuleOracle
from solvers.oracles.span import Span
from solvers.oracles.submodular import SubmodularOracle

__all__ = [
    "Burden",
    "BurdenOracle",
    "ConvexOracle",
    "CoreMembership",
    "DenseOracle",
    "Excess",
    "ExcessOracle",
    "PrekernelMembership",
    "RuleOracle",
    "Span",
    "SubgraphOracle",
    "SubmodularOracle",
    "core",
    "core_membership",
    "cost_of_stability",
    "dutta_ray",
    "in_prekernel",
    "least_core",
    "nucleolus",
    "prekernel_point",
    "prenucleolus",
    "surplus",
]
