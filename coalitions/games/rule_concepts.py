"""Solution concepts of a decision rule that is too large for a table of coalitions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from solvers.errors import LimitError
from solvers.rules.rule import Rule
from solvers.rules.votes import NO, YES

if TYPE_CHECKING:
    from solvers.games.solution import Allocation

__all__ = ["RULE_CONCEPTS", "RuleGame", "Truth"]


@dataclass(frozen=True)
class Truth:
    """An answer yes or no with what proves it."""

    holds: bool
    reason: str
    guarantee: str
    certificate: dict[str, Any]

    def __bool__(self) -> bool:
        return self.holds


@dataclass(frozen=True)
class RuleGame:
    """The simple game of a rule: worth 1 for who wins, else 0, without a table.

    Parameters
    ----------
    rule : Rule
        On yes and not-yes.
    """

    rule: Rule

    @property
    def n_players(self) -> int:
        """Number of players."""
        return self.rule.n_players

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the players."""
        return self.rule.names

    @property
    def digest(self) -> str:
        """SHA-256 of the rule."""
        text = json.dumps(self.rule.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def worth(self, mask: int) -> Fraction:
        """Return the worth of a coalition.

        Parameters
        ----------
        mask : int
            Bit i for player i.

        Returns
        -------
        Fraction
        """
        votes = [YES if mask >> i & 1 else NO for i in range(self.n_players)]
        return Fraction(int(self.rule.evaluate(votes)))

    def run(self, name: str) -> Any:
        """Compute a concept without a table.

        Parameters
        ----------
        name : str
            A name in :data:`coalitions.games.concepts.CONCEPTS`.

        Returns
        -------
        object
            As the concept's own function.

        Raises
        ------
        LimitError
            If the concept needs the table.
        """
        if name not in RULE_CONCEPTS:
            raise LimitError(
                f"{name} of {self.n_players} players needs a table of 2**{self.n_players} worths; "
                f"without one there are {', '.join(RULE_CONCEPTS)}"
            )
        return RULE_CONCEPTS[name](self.rule)


def _by_index(concept: str, index: str) -> Callable[[Rule], Allocation]:
    def run(rule: Rule) -> Allocation:
        from solvers.games.solution import Allocation
        from solvers.power import INDICES

        values = tuple(Fraction(v) for v in INDICES[index](rule, True).values)
        return Allocation(
            concept,
            rule.names,
            exact=values,
            verifier=lambda claim: claim.exact == values,
            solver="exact count of swings",
        )

    return run


def _by_oracle(module: str, function: str) -> Callable[[Rule], Allocation]:
    def run(rule: Rule) -> Allocation:
        from importlib import import_module

        from solvers.oracles.rule import RuleOracle

        call = getattr(import_module(f"solvers.oracles.{module}"), function)
        found: Allocation = call(RuleOracle(rule))
        return found

    return run


def _core(empty: bool) -> Callable[[Rule], Truth]:
    run = _by_oracle("least_core", "core")

    def ask(rule: Rule) -> Truth:
        found = run(rule)
        reason = "" if found.is_defined else "the coalitions of the certificate are balanced"
        return Truth(found.is_defined != empty, reason, found.guarantee, dict(found.certificate))

    return ask


RULE_CONCEPTS: dict[str, Callable[[Rule], Any]] = {
    "shapley": _by_index("shapley", "shapley_shubik"),
    "banzhaf_value": _by_index("banzhaf_value", "banzhaf_absolute"),
    "nucleolus": _by_oracle("nucleolus", "nucleolus"),
    "prenucleolus": _by_oracle("nucleolus", "prenucleolus"),
    "least_core_epsilon": _by_oracle("least_core", "least_core"),
    "cost_of_stability": _by_oracle("least_core", "cost_of_stability"),
    "core_empty": _core(True),
    "is_balanced": _core(False),
}
"""How concepts of a rule are computed without a table: indices by counting, the rest by oracle."""
