"""The solution concepts of games with transferable utility: one table, by the field's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from coalitions.files.spelling import did_you_mean
from solvers.errors import EngineError, GameError

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = ["CONCEPTS", "KINDS", "NEEDS", "Concept", "concept_named", "extra_of"]

KINDS = {
    "allocation": "a share for every player",
    "number": "one number",
    "truth": "yes or no, with a witness where it fails",
    "points": "a set of points, by its vertices",
    "worths": "a number for every coalition",
    "membership": "whether a point belongs to it",
    "structure": "partitions of the players",
}
"""What a concept answers with."""

NEEDS = {
    "": "nothing more",
    "unions": "unions of players",
    "structure": "a partition of the players",
    "links": "links between players",
    "point": "a point",
}
"""What must be given beside the game."""


@dataclass(frozen=True)
class Concept:
    """A solution concept.

    Parameters
    ----------
    name : str
        As in the literature, and in files of reference cases.
    title : str
        What it says, in a line.
    kind : str
        A key of `KINDS`.
    where : str
        Module and function that computes it.
    source : str
        Author and year.
    limit : str
        Most players, and what decides it.
    cost : str
        How the time grows.
    needs : str
        A key of `NEEDS`.
    """

    name: str
    title: str
    kind: str
    where: str
    source: str
    limit: str
    cost: str
    needs: str = ""

    def run(self, game: TUGame, extra: Sequence[Any] | None = None) -> Any:
        """Compute the concept.

        Parameters
        ----------
        game : TUGame
            The game.
        extra : sequence, optional
            What the concept needs beside it.

        Returns
        -------
        object
            As the function that `where` names.

        Raises
        ------
        GameError
            If what it needs is missing, or the concept is not defined for the game.
        LimitError
            If the game is too large.
        """
        module, function = self.where.split(":")
        call = getattr(import_module(module), function)
        if not self.needs:
            return call(game)
        if extra is None:
            raise GameError(f"{self.name} needs {NEEDS[self.needs]}")
        return call(game, extra)

    def row(self) -> dict[str, str]:
        """Return the concept as a row of the list.

        Returns
        -------
        dict
        """
        return {
            "name": self.name,
            "title": self.title,
            "answer": KINDS[self.kind],
            "needs": NEEDS[self.needs],
            "limit": self.limit,
            "cost": self.cost,
            "source": self.source,
        }


TABLE = "28: a table of 2^n worths"
LINEAR = "2^n"
EXACT22 = "28; 22 in fractions"
V, G, S = "solvers.values.", "solvers.games.", "solvers.stability."

_ROWS = (
    ("shapley", "mean marginal contribution over all orders", "allocation",
     V + "shapley:shapley_value", "Shapley 1953", EXACT22, LINEAR),
    ("banzhaf_value", "mean marginal contribution over all coalitions, not normalised",
     "allocation", V + "shapley:banzhaf_value", "Owen 1975", EXACT22, LINEAR),
    ("solidarity", "mean over orders of the coalition's mean marginal contribution", "allocation",
     V + "shapley:solidarity_value", "Nowak and Radzik 1994", EXACT22, LINEAR),
    ("tau", "between minimal rights and utopia payoff, on the line to v(N)", "allocation",
     V + "compromise:tau_value", "Tijs 1981", TABLE, "n 2^n"),
    ("chi", "the tau value with the best marginal contribution as utopia", "allocation",
     V + "compromise:chi_value", "Bergantinos and Masso 1996", TABLE, "n 2^n"),
    ("gately", "equal propensity to disrupt", "allocation",
     V + "compromise:gately_point", "Gately 1974", TABLE, "n"),
    ("utopia_payoff", "v(N) - v(N without i)", "allocation",
     V + "compromise:utopia_payoff", "Tijs 1981", TABLE, "n"),
    ("minimal_rights", "what is left to i when its partners get their utopia payoffs",
     "allocation", V + "compromise:minimal_rights", "Tijs 1981", TABLE, "n 2^n"),
    ("equal_division", "v(N) / n for everybody", "allocation",
     V + "egalitarian:equal_division", "van den Brink 2007", TABLE, "n"),
    ("cis", "own worth, the rest in equal parts", "allocation",
     V + "egalitarian:center_of_imputations", "Driessen and Funaki 1991", TABLE, "n"),
    ("ensc", "utopia payoff, the rest in equal parts", "allocation",
     V + "egalitarian:ensc_value", "Moulin 1985", TABLE, "n"),
    ("egalitarian_dutta_ray", "the most equal shares that convex coalitions accept", "allocation",
     V + "egalitarian:dutta_ray", "Dutta and Ray 1989", "convex games", "n 2^n"),
    ("owen", "Shapley value over orders that keep unions together", "allocation",
     V + "unions:owen_value", "Owen 1977", TABLE, LINEAR, "unions"),
    ("banzhaf_owen", "Banzhaf value among unions and within them, not normalised", "allocation",
     V + "unions:banzhaf_owen_value", "Owen 1982", TABLE, LINEAR, "unions"),
    ("symmetric_coalitional_banzhaf", "Banzhaf among unions, Shapley within them", "allocation",
     V + "unions:symmetric_coalitional_banzhaf_value",
     "Alonso-Meijide and Fiestras-Janeiro 2002", TABLE, LINEAR, "unions"),
    ("aumann_dreze", "Shapley value of each block on its own", "allocation",
     V + "unions:aumann_dreze_value", "Aumann and Dreze 1974", TABLE, LINEAR, "structure"),
    ("myerson", "Shapley value of the game restricted to linked players", "allocation",
     V + "graphs:myerson_value", "Myerson 1977", "20", "n 2^n", "links"),
    ("position", "Shapley value of the links, each shared by its ends", "allocation",
     V + "graphs:position_value", "Borm, Owen and Tijs 1992", "18 links", "2^links", "links"),
    ("harsanyi_dividends", "what a coalition adds to all its parts", "worths",
     G + "transforms:harsanyi_dividends", "Harsanyi 1959", TABLE, "n 2^n"),
    ("core_empty", "whether no allocation satisfies every coalition", "truth",
     S + "core:core_empty", "Bondareva 1963; Shapley 1967", TABLE, "some scans of 2^n"),
    ("core_vertices", "corners of the set that no coalition can improve on", "points",
     S + "core_vertices:core_vertices", "Gillies 1959", "8", "many pivots"),
    ("core_membership", "whether no coalition can improve on a point", "membership",
     S + "core:in_core", "Gillies 1959", TABLE, LINEAR, "point"),
    ("least_core_epsilon", "least subsidy to proper coalitions that makes the core non-empty",
     "number", S + "least_core:least_core", "Maschler, Peleg and Shapley 1979", TABLE,
     "some scans of 2^n"),
    ("least_core_point", "the least core, where it is one point", "allocation",
     S + "least_core:least_core_point", "Maschler, Peleg and Shapley 1979", TABLE,
     "some scans of 2^n"),
    ("cost_of_stability", "least subsidy that lets everybody stay", "number",
     S + "cost_of_stability:cost_of_stability", "Bachrach et al. 2009", TABLE,
     "some scans of 2^n"),
    ("nucleolus", "the imputation whose worst complaints are least", "allocation",
     S + "nucleolus:nucleolus", "Schmeidler 1969", TABLE, "some scans of 2^n"),
    ("prenucleolus", "the same among all efficient vectors", "allocation",
     S + "nucleolus:prenucleolus", "Schmeidler 1969; Sobolev 1975", TABLE, "some scans of 2^n"),
    ("per_capita_nucleolus", "complaints by head", "allocation",
     S + "nucleolus:per_capita_nucleolus", "Grotte 1970", TABLE, "some scans of 2^n"),
    ("proportional_nucleolus", "complaints in proportion to the worth", "allocation",
     S + "nucleolus:proportional_nucleolus", "Young, Okada and Hashimoto 1982", TABLE,
     "some scans of 2^n"),
    ("kernel", "whether no player of an imputation outweighs another", "membership",
     S + "kernel:in_kernel", "Davis and Maschler 1965", "20", "n^2 2^n", "point"),
    ("prekernel", "the same among all efficient vectors", "membership",
     S + "kernel:in_prekernel", "Maschler, Peleg and Shapley 1979", "20", "n^2 2^n", "point"),
    ("bargaining_set", "whether every objection meets a counter-objection", "membership",
     S + "bargaining_set:in_bargaining_set", "Davis and Maschler 1967", "12",
     "n^2 4^n at worst", "point"),
    ("optimal_structure", "the partitions of the players of largest total worth", "structure",
     "solvers.structures:optimal_structure", "Aumann and Dreze 1974; Yeh 1986", "22", "3^n"),
    ("is_superadditive", "disjoint coalitions never lose by joining", "truth",
     G + "properties:is_superadditive", "von Neumann and Morgenstern 1944", "17", "3^n"),
    ("is_subadditive", "disjoint coalitions never gain by joining", "truth",
     G + "properties:is_subadditive", "von Neumann and Morgenstern 1944", "17", "3^n"),
    ("is_convex", "joining a larger coalition never adds less", "truth",
     G + "properties:is_convex", "Shapley 1971", TABLE, "n^2 2^n"),
    ("is_monotone", "more players are never worth less", "truth",
     G + "properties:is_monotone", "Shapley 1953", TABLE, "n 2^n"),
    ("is_zero_monotone", "who joins adds at least its own worth", "truth",
     G + "properties:is_zero_monotone", "Maschler 1992", TABLE, "n 2^n"),
    ("is_additive", "a coalition is worth the sum of its members", "truth",
     G + "properties:is_additive", "von Neumann and Morgenstern 1944", TABLE, LINEAR),
    ("is_constant_sum", "a coalition and the others together are worth v(N)", "truth",
     G + "properties:is_constant_sum", "von Neumann and Morgenstern 1944", TABLE, LINEAR),
    ("is_symmetric", "only the size of a coalition counts", "truth",
     G + "properties:is_symmetric", "Shapley 1953", TABLE, LINEAR),
    ("is_essential", "together is worth more than alone", "truth",
     G + "properties:is_essential", "von Neumann and Morgenstern 1944", TABLE, "n"),
    ("is_quasi_balanced", "minimal rights and utopia payoff leave room for v(N)", "truth",
     G + "properties:is_quasi_balanced", "Tijs 1981", TABLE, "n 2^n"),
    ("is_balanced", "whether the core has a point", "truth",
     S + "core:is_balanced", "Bondareva 1963; Shapley 1967", TABLE, "some scans of 2^n"),
    ("disruption_nucleolus", "complaints in proportion to what disruption costs the others",
     "allocation", S + "nucleolus_variants:disruption_nucleolus",
     "Littlechild and Vaidya 1976", "16", "some scans of 2^n"),
    ("anti_nucleolus", "the nucleolus of sharing a cost, its complaints turned round", "allocation",
     S + "nucleolus_variants:anti_nucleolus", "Funaki 1998", TABLE, "some scans of 2^n"),
    ("modiclus", "the least differences of complaints between any two coalitions", "allocation",
     S + "nucleolus_variants:modiclus", "Sudhoelter 1996", "12: a table of 4^n", "scans of 4^n"),
    ("core_center", "centre of gravity of the core", "allocation",
     S + "core_vertices:core_center", "Gonzalez-Diaz and Sanchez-Rodriguez 2007", "5",
     "triangulation"),
    ("weber_set", "the marginal vectors, whose hull holds the core", "points",
     S + "core_bounds:weber_set", "Weber 1988", "8", "n!"),
    ("is_totally_balanced", "whether every subgame has a core", "truth",
     S + "balancedness:is_totally_balanced", "Shapley and Shubik 1969", "12", "2^n cores"),
    ("is_exact_game", "whether every coalition is held to its worth somewhere in the core",
     "truth", S + "balancedness:is_exact_game", "Schmeidler 1972", "9", "2^n programmes"),
)  # fmt: skip

CONCEPTS: dict[str, Concept] = {row[0]: Concept(*row) for row in _ROWS}
"""Every concept by name."""


def concept_named(name: str) -> Concept:
    """Find a concept.

    Parameters
    ----------
    name : str
        What a user wrote; a dash stands for an underscore.

    Returns
    -------
    Concept

    Raises
    ------
    EngineError
        If there is no such concept.

    Examples
    --------
    >>> concept_named("shapley").source
    'Shapley 1953'
    """
    found = name.strip().replace("-", "_").casefold()
    if found not in CONCEPTS:
        raise EngineError(
            f"no solution concept {name!r}{did_you_mean(found, CONCEPTS)}; "
            f"`coalitions game --list` has them all"
        )
    return CONCEPTS[found]


def extra_of(data: Mapping[str, Any], needs: str) -> Any:
    """Take what a concept needs from the ``extra`` of a reference case.

    Parameters
    ----------
    data : mapping
        ``unions``, ``coalition_structure`` or ``graph_edges``, players numbered from 1.
    needs : str
        A key of `NEEDS`.

    Returns
    -------
    list of tuple of int, or None
        Players numbered from 0.

    Raises
    ------
    GameError
        If it is missing or malformed.
    """
    keys = {"unions": "unions", "structure": "coalition_structure", "links": "graph_edges"}
    key = keys.get(needs)
    if key is None:
        return None
    parts = data.get(key)
    if not isinstance(parts, list) or not all(isinstance(part, list) for part in parts):
        raise GameError(f"'extra' must give the {key!r} as lists of players")
    for part in parts:
        for player in part:
            if not isinstance(player, int) or isinstance(player, bool):
                raise GameError(f"{key!r}: {player!r} is no number of a player")
    return [tuple(player - 1 for player in part) for part in parts]
