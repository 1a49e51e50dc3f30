"""Why a profile decides or fails: through which requirement and whom, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solvers.rules.rule import Quota, Rule
from solvers.rules.vote_changes import Change, ChangePattern, change_patterns, smallest_changes

__all__ = ["Diagnosis", "Finding", "diagnose"]


@dataclass(frozen=True)
class Finding:
    """One requirement, judged.

    Parameters
    ----------
    title : str
        The requirement in words.
    kind : str
        What sort of requirement it is.
    holds : bool
        Whether it is met.
    score, threshold : int
        What the votes count, and what they must reach.
    through : tuple of int
        Of a failed requirement: the players whose vote counts less than their yes would.
    """

    title: str
    kind: str
    holds: bool
    score: int
    threshold: int
    through: tuple[int, ...]

    @property
    def short_by(self) -> int:
        """How far the score is below the threshold; negative is what there is to spare."""
        return self.threshold - self.score


@dataclass(frozen=True)
class Diagnosis:
    """A judged profile.

    Parameters
    ----------
    passed : bool
        Whether the decision is taken.
    findings : tuple of Finding
        Every requirement, in the order of the rule.
    changes : tuple of Change or None
        Fewest one-level changes that would turn the outcome (a downgrade of each when it
        passed, an upgrade when it failed); None when none can.
    patterns : tuple of ChangePattern
        All smallest ways in which one member, or two together, would turn the outcome.
    """

    passed: bool
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] | None
    patterns: tuple[ChangePattern, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The requirements that are not met."""
        return tuple(f for f in self.findings if not f.holds)


def diagnose(rule: Rule, profile: Sequence[int]) -> Diagnosis:
    """Judge a profile, requirement by requirement.

    Parameters
    ----------
    rule : Rule
        The rule.
    profile : sequence of int, length n
        Vote levels.

    Returns
    -------
    Diagnosis

    Raises
    ------
    RuleError
        If the profile does not fit the rule.

    Notes
    -----
    The fewest changes are found by a search with a bound, or, where it gives up, by an integer
    programme; both are exact.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar,
       1998, chapter 8 (ternary rules).

    Examples
    --------
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2, "two in favour"))
    >>> judged = diagnose(rule, (2, 1, 0))
    >>> judged.failed[0].short_by, [change.player for change in judged.changes]
    (1, [1])
    """
    rule.check_profile(profile)
    passed = rule.evaluate(profile)
    return Diagnosis(
        passed,
        tuple(_finding(leaf, profile) for leaf in rule.leaves()),
        smallest_changes(rule, profile),
        change_patterns(rule, profile),
    )


def _finding(leaf: Quota, profile: Sequence[int]) -> Finding:
    score = leaf.score(profile)
    holds = score >= leaf.threshold
    through: tuple[int, ...] = ()
    if not holds:
        through = tuple(i for i, level in enumerate(profile) if leaf.counts(level)[i] < leaf.yes[i])
    return Finding(leaf.title, leaf.kind, holds, score, leaf.threshold, through)
