"""Coalition structures: the best partitions of the players, by table, by programme, in time.

References
----------
.. [1] G. Chalkiadakis, E. Elkind and M. Wooldridge, Computational Aspects of Cooperative Game
   Theory, Morgan & Claypool, 2011, chapter 5.
"""

from __future__ import annotations

from solvers.structures.answer import OptimalStructure, Partition
from solvers.structures.anytime import anytime_structure
from solvers.structures.dense import optimal_structure, superadditive_cover
from solvers.structures.programme import structure_of_listed, structure_programme

__all__ = [
    "OptimalStructure",
    "Partition",
    "anytime_structure",
    "optimal_structure",
    "structure_of_listed",
    "structure_programme",
    "superadditive_cover",
]
