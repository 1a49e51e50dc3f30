"""Games, decision rules and integer programmes; players are numbers.

>>> from solvers import TUGame, nucleolus
>>> nucleolus(TUGame([0, 0, 0, 60, 0, 60, 60, 72])).exact
(Fraction(24, 1), Fraction(24, 1), Fraction(24, 1))

The names below are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solvers.bargaining import (
        BargainingProblem,
        egalitarian_bargaining,
        kalai_smorodinsky,
        nash_bargaining,
    )
    from solvers.counting import count, count_minimal, count_totals
    from solvers.games.construct import from_dict, from_function, from_list_by_size, from_rule
    from solvers.games.game import TUGame
    from solvers.games.properties import (
        is_additive,
        is_constant_sum,
        is_convex,
        is_essential,
        is_monotone,
        is_quasi_balanced,
        is_subadditive,
        is_superadditive,
        is_symmetric,
        is_zero_monotone,
    )
    from solvers.games.transforms import (
        dual,
        from_dividends,
        harsanyi_dividends,
        strategically_equivalent,
        subgame,
        zero_normalised,
        zero_one_normalised,
    )
    from solvers.listing import minimal_winning_coalitions
    from solvers.power import power_index, power_indices
    from solvers.rules.rule import Rule
    from solvers.stability.bargaining_set import in_bargaining_set
    from solvers.stability.core import core, core_empty, in_core, is_balanced
    from solvers.stability.core_vertices import core_vertices
    from solvers.stability.cost_of_stability import cost_of_stability
    from solvers.stability.kernel import in_kernel, in_prekernel
    from solvers.stability.kernel_points import kernel_point, prekernel_point
    from solvers.stability.least_core import least_core, least_core_epsilon, least_core_point
    from solvers.stability.nucleolus import (
        nucleolus,
        per_capita_nucleolus,
        prenucleolus,
        proportional_nucleolus,
    )
    from solvers.structures import anytime_structure, optimal_structure, superadditive_cover
    from solvers.values.compromise import (
        chi_value,
        gately_point,
        minimal_rights,
        tau_value,
        utopia_payoff,
    )
    from solvers.values.egalitarian import (
        center_of_imputations,
        dutta_ray,
        ensc_value,
        equal_division,
    )
    from solvers.values.graphs import myerson_value, position_value
    from solvers.values.interaction import banzhaf_interaction, shapley_interaction
    from solvers.values.sampling import sampled_shapley
    from solvers.values.shapley import (
        banzhaf_value,
        egalitarian_shapley,
        semivalue,
        shapley_value,
        solidarity_value,
    )
    from solvers.values.unions import (
        aumann_dreze_value,
        banzhaf_owen_value,
        owen_value,
        symmetric_coalitional_banzhaf_value,
    )
    from solvers.values.weighted import weighted_shapley

DISTRIBUTION = "coalition-engine"

__all__ = [
    "DISTRIBUTION",
    "BargainingProblem",
    "Rule",
    "TUGame",
    "anytime_structure",
    "aumann_dreze_value",
    "banzhaf_interaction",
    "banzhaf_owen_value",
    "banzhaf_value",
    "center_of_imputations",
    "chi_value",
    "core",
    "core_empty",
    "core_vertices",
    "cost_of_stability",
    "count",
    "count_minimal",
    "count_totals",
    "dual",
    "dutta_ray",
    "egalitarian_bargaining",
    "egalitarian_shapley",
    "ensc_value",
    "equal_division",
    "from_dict",
    "from_dividends",
    "from_function",
    "from_list_by_size",
    "from_rule",
    "gately_point",
    "harsanyi_dividends",
    "in_bargaining_set",
    "in_core",
    "in_kernel",
    "in_prekernel",
    "is_additive",
    "is_balanced",
    "is_constant_sum",
    "is_convex",
    "is_essential",
    "is_monotone",
    "is_quasi_balanced",
    "is_subadditive",
    "is_superadditive",
    "is_symmetric",
    "is_zero_monotone",
    "kalai_smorodinsky",
    "kernel_point",
    "least_core",
    "least_core_epsilon",
    "least_core_point",
    "minimal_rights",
    "minimal_winning_coalitions",
    "myerson_value",
    "nash_bargaining",
    "nucleolus",
    "optimal_structure",
    "owen_value",
    "per_capita_nucleolus",
    "position_value",
    "power_index",
    "power_indices",
    "prekernel_point",
    "prenucleolus",
    "proportional_nucleolus",
    "sampled_shapley",
    "semivalue",
    "shapley_interaction",
    "shapley_value",
    "solidarity_value",
    "strategically_equivalent",
    "subgame",
    "superadditive_cover",
    "symmetric_coalitional_banzhaf_value",
    "tau_value",
    "utopia_payoff",
    "weighted_shapley",
    "zero_normalised",
    "zero_one_normalised",
]

_HOME = {
    "BargainingProblem": "bargaining",
    "Rule": "rules.rule",
    "TUGame": "games.game",
    "anytime_structure": "structures",
    "aumann_dreze_value": "values.unions",
    "banzhaf_interaction": "values.interaction",
    "banzhaf_owen_value": "values.unions",
    "banzhaf_value": "values.shapley",
    "center_of_imputations": "values.egalitarian",
    "chi_value": "values.compromise",
    "core": "stability.core",
    "core_empty": "stability.core",
    "core_vertices": "stability.core_vertices",
    "cost_of_stability": "stability.cost_of_stability",
    "count": "counting",
    "count_minimal": "counting",
    "count_totals": "counting",
    "dual": "games.transforms",
    "dutta_ray": "values.egalitarian",
    "egalitarian_bargaining": "bargaining",
    "egalitarian_shapley": "values.shapley",
    "ensc_value": "values.egalitarian",
    "equal_division": "values.egalitarian",
    "from_dict": "games.construct",
    "from_dividends": "games.transforms",
    "from_function": "games.construct",
    "from_list_by_size": "games.construct",
    "from_rule": "games.construct",
    "gately_point": "values.compromise",
    "harsanyi_dividends": "games.transforms",
    "in_bargaining_set": "stability.bargaining_set",
    "in_core": "stability.core",
    "in_kernel": "stability.kernel",
    "in_prekernel": "stability.kernel",
    "is_additive": "games.properties",
    "is_balanced": "stability.core",
    "is_constant_sum": "games.properties",
    "is_convex": "games.properties",
    "is_essential": "games.properties",
    "is_monotone": "games.properties",
    "is_quasi_balanced": "games.properties",
    "is_subadditive": "games.properties",
    "is_superadditive": "games.properties",
    "is_symmetric": "games.properties",
    "is_zero_monotone": "games.properties",
    "kalai_smorodinsky": "bargaining",
    "kernel_point": "stability.kernel_points",
    "least_core": "stability.least_core",
    "least_core_epsilon": "stability.least_core",
    "least_core_point": "stability.least_core",
    "minimal_rights": "values.compromise",
    "minimal_winning_coalitions": "listing",
    "myerson_value": "values.graphs",
    "nash_bargaining": "bargaining",
    "nucleolus": "stability.nucleolus",
    "optimal_structure": "structures",
    "owen_value": "values.unions",
    "per_capita_nucleolus": "stability.nucleolus",
    "position_value": "values.graphs",
    "power_index": "power",
    "power_indices": "power",
    "prekernel_point": "stability.kernel_points",
    "prenucleolus": "stability.nucleolus",
    "proportional_nucleolus": "stability.nucleolus",
    "sampled_shapley": "values.sampling",
    "semivalue": "values.shapley",
    "shapley_interaction": "values.interaction",
    "shapley_value": "values.shapley",
    "solidarity_value": "values.shapley",
    "strategically_equivalent": "games.transforms",
    "subgame": "games.transforms",
    "superadditive_cover": "structures",
    "symmetric_coalitional_banzhaf_value": "values.unions",
    "tau_value": "values.compromise",
    "utopia_payoff": "values.compromise",
    "weighted_shapley": "values.weighted",
    "zero_normalised": "games.transforms",
    "zero_one_normalised": "games.transforms",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'solvers' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"solvers.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
