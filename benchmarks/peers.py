"""Other packages that measure power, called in their own words.

All are optional: the extra ``peers`` of the distribution installs them. Lists are handed over as
copies, since some packages change what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from .harness import Contestant

__all__ = [
    "Leaf",
    "all_of",
    "any_of",
    "bdd_power",
    "coopgame_power",
    "peer",
    "powerindex_power",
    "powerindices_power",
    "tucoopy_power",
    "weighted_leaf",
]

DISTRIBUTIONS = {"coopgame": "coopgame-py"}  # where the name of the module is another
BANZHAF = "banzhaf"

Leaf = Any
"""A decision diagram of power_bdd."""


def peer(name: str, module: str, run: Callable[[], object]) -> Contestant:
    """Make a contestant of another package, missing where it is not installed.

    Parameters
    ----------
    name : str
        For the table.
    module : str
        What it imports.
    run : callable
        Gives the answer.

    Returns
    -------
    Contestant
    """
    missing = None
    if find_spec(module) is None:
        package = DISTRIBUTIONS.get(module, module)
        missing = f"needs the package {package}: pip install 'coalition-engine[peers]'"
    return Contestant(name, run, missing=missing)


def powerindices_power(index: str, quota: int, weights: Sequence[int]) -> list[float]:
    """Call powerindices: numpy, counts in 64 bits.

    Parameters
    ----------
    index : {"banzhaf", "shapley_shubik"}
        What to compute.
    quota : int
        Sum that wins.
    weights : sequence of int
        Of every player.

    Returns
    -------
    list of float
        Banzhaf absolute.
    """
    module = import_module("powerindices")
    run = module.compute_pbi if index == BANZHAF else module.compute_ssi
    return [float(value) for value in run(quota, list(weights))]


def powerindex_power(index: str, quota: int, weights: Sequence[int]) -> list[float]:
    """Call powerindex: generating functions in plain Python.

    Parameters
    ----------
    index, quota, weights
        As of :func:`powerindices_power`.

    Returns
    -------
    list of float
        Both sum to 1.
    """
    game = import_module("powerindex").Game(quota=quota, weights=list(weights))
    if index == BANZHAF:
        game.calc_banzhaf()
        return list(game.banzhaf)
    game.calc_shapley_shubik()
    return list(game.shapley_shubik)


def tucoopy_power(index: str, quota: int, weights: Sequence[int]) -> list[float]:
    """Call tucoopy: a dynamic programme for each player in plain Python.

    Parameters
    ----------
    index, quota, weights
        As of :func:`powerindices_power`.

    Returns
    -------
    list of float
        Both sum to 1.
    """
    module = import_module("tucoopy.power")
    if index == BANZHAF:
        return list(module.banzhaf_index_weighted_voting(list(weights), quota))
    return list(module.shapley_shubik_index_weighted_voting(list(weights), quota))


def coopgame_power(index: str, quota: int, weights: Sequence[int]) -> list[float]:
    """Call coopgame-py: all 2^n coalitions, compiled from Rust.

    Parameters
    ----------
    index, quota, weights
        As of :func:`powerindices_power`.

    Returns
    -------
    list of float
        Banzhaf absolute.
    """
    module = import_module("coopgame")
    game = module.Game.weighted_voting(list(weights), quota)
    return list(module.banzhaf(game) if index == BANZHAF else module.shapley(game))


def weighted_leaf(quota: int, weights: Sequence[int]) -> Leaf:
    """Make the diagram of one quota, for power_bdd.

    Parameters
    ----------
    quota : int
        Sum that wins.
    weights : sequence of int
        Of every player.

    Returns
    -------
    BDD
    """
    module = import_module("power_bdd.bdd")
    return module.BDD(module.WeightedGame(quota, list(weights)))


def all_of(*parts: Leaf) -> Leaf:
    """Join diagrams of which all must hold.

    Parameters
    ----------
    *parts : BDD
        Diagrams of the same players.

    Returns
    -------
    BDD
    """
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part
    return whole


def any_of(*parts: Leaf) -> Leaf:
    """Join diagrams of which one must hold.

    Parameters
    ----------
    *parts : BDD
        Diagrams of the same players.

    Returns
    -------
    BDD
    """
    whole = parts[0]
    for part in parts[1:]:
        whole = whole | part
    return whole


def bdd_power(diagram: Leaf, *indices: str) -> tuple[list[float], ...]:
    """Call power_bdd on a diagram.

    Parameters
    ----------
    diagram : BDD
        The game.
    *indices : {"banzhaf", "shapley_shubik"}
        What to compute.

    Returns
    -------
    tuple of list of float
        One list for each index; Banzhaf absolute.
    """
    return tuple(
        list(diagram.calc_banzhaf() if index == BANZHAF else diagram.calc_shapley())
        for index in indices
    )
