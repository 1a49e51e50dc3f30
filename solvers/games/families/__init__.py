"""Families of games, each with its structure kept and its closed forms where some are known.

References
----------
.. [1] I. Curiel, Cooperative Game Theory and Applications, Kluwer, 1997.
"""

from __future__ import annotations

from solvers.games.families.airport import AirportGame
from solvers.games.families.assignment import AssignmentGame
from solvers.games.families.burden import BurdenGame
from solvers.games.families.claims import RULES, BankruptcyGame
from solvers.games.families.elementary import AdditiveGame, UnanimityGame
from solvers.games.families.family import Family
from solvers.games.families.flow import FlowGame
from solvers.games.families.market import GloveGame, HorseMarket
from solvers.games.families.production import LinearProductionGame
from solvers.games.families.savings import SavingsGame
from solvers.games.families.spanning_tree import SpanningTreeGame
from solvers.games.families.subgraph import InducedSubgraphGame

__all__ = [
    "RULES",
    "AdditiveGame",
    "AirportGame",
    "AssignmentGame",
    "BankruptcyGame",
    "BurdenGame",
    "Family",
    "FlowGame",
    "GloveGame",
    "HorseMarket",
    "InducedSubgraphGame",
    "LinearProductionGame",
    "SavingsGame",
    "SpanningTreeGame",
    "UnanimityGame",
]
