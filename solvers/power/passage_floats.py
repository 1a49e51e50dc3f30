"""The diagram of a rule in floats, for many sets of chances at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from solvers.errors import LimitError
from solvers.power.passage import PassageDiagram, State
from solvers.rules.rule import Rule
from solvers.rules.votes import LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_STEPS", "PassageTable"]

MAX_STEPS = 400_000_000
"""Most states of the diagram times sets of chances; ten seconds for each hundred million."""

CELLS = 4_000_000  # of the table of one run: 32 MB
VOTES = len(LEVELS) - 1  # against, abstain, for


class PassageTable:
    """A rule made ready for passage with chances in floats.

    Parameters
    ----------
    rule : Rule
        Any rule.

    Raises
    ------
    LimitError
        If its diagram has too many states.

    Notes
    -----
    Sums of products of numbers that are not negative: the relative rounding error is at most some
    units in the last place for each player.

    References
    ----------
    .. [1] R. E. Bryant, "Graph-based algorithms for Boolean function manipulation", IEEE
       Transactions on Computers C-35 (1986), pp. 677-691.

    Examples
    --------
    A majority of three at even odds, and with one of them certain:

    >>> import numpy as np
    >>> from solvers.rules.rule import Quota
    >>> table = PassageTable(Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2)))
    >>> yes = np.array([[0.5, 1.0], [0.5, 0.5], [0.5, 0.5]])
    >>> table.passage(yes, np.zeros((3, 2))).tolist()
    [0.5, 0.75]
    """

    def __init__(self, rule: Rule) -> None:
        import numpy as np

        diagram = PassageDiagram(rule)
        self.rule = rule
        self.order = diagram.order
        self._targets: list[NDArray[np.int64]] = []
        following: list[Iterable[State]] = [*diagram.layers[1:], diagram.ends]
        for layer, after in zip(diagram.layers, following, strict=False):
            number = {state: k for k, state in enumerate(after)}
            rows = [[number[to] for to in targets] for targets in layer.values()]
            self._targets.append(np.array(rows).reshape(-1, VOTES))
        won = [float(w) for w in diagram.ends.values()]
        self._ends = np.array(won if diagram.layers else [float(rule.evaluate(()))])
        self.states = sum(len(t) for t in self._targets)

    def refuse(self, sets: int) -> None:
        """Refuse more sets of chances than can be run in reasonable time.

        Parameters
        ----------
        sets : int
            Their number.

        Raises
        ------
        LimitError
            If states times sets are more than `MAX_STEPS`.
        """
        if self.states * sets > MAX_STEPS:
            raise LimitError(
                f"{sets:,} sets of chances on a diagram of {self.states:,} states; the limit is "
                f"{MAX_STEPS:,} steps: ask fewer states together, take a smaller correlation, or "
                f"coarser weights"
            )

    def passage(
        self, yes: NDArray[np.float64], abstain: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Compute the probability of passage for each set of chances.

        Parameters
        ----------
        yes, abstain : ndarray of float64, shape (n, m)
            Chances of each player in each of m sets; the rest votes against.

        Returns
        -------
        ndarray of float64, shape (m,)

        Raises
        ------
        LimitError
            As :meth:`refuse`.
        """
        import numpy as np

        self.refuse(yes.shape[1])
        return np.concatenate([self._back(chance)[0][0] for _, chance in self._parts(yes, abstain)])

    def given(
        self, yes: NDArray[np.float64], abstain: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Compute also the probability of passage once the vote of one player is known.

        Parameters
        ----------
        yes, abstain : ndarray of float64, shape (n, m)
            Chances of each player in each of m sets; the rest votes against.

        Returns
        -------
        passage : ndarray of float64, shape (m,)
        given : ndarray of float64, shape (n, 3, m)
            By player and vote.

        Raises
        ------
        LimitError
            As :meth:`refuse`.
        """
        import numpy as np

        n, sets = yes.shape
        self.refuse(sets)
        passage, given = np.empty(sets), np.empty((n, VOTES, sets))
        for part, chance in self._parts(yes, abstain):
            values = self._back(chance)
            passage[part] = values[0][0]
            reach = np.ones((1, passage[part].size))
            for k, i in enumerate(self.order):
                targets, after = self._targets[k], values[k + 1]
                for vote in range(VOTES):
                    given[i, vote, part] = np.einsum("sm,sm->m", reach, after[targets[:, vote]])
                reach = _onward(reach, chance[i], targets)
        return passage, given

    def _parts(
        self, yes: NDArray[np.float64], abstain: NDArray[np.float64]
    ) -> list[tuple[slice, NDArray[np.float64]]]:
        """Cut the sets into runs that fit; chances by player, vote and set."""
        import numpy as np

        chance = np.stack([np.maximum(1 - yes - abstain, 0), abstain, yes], axis=1)
        width = max(CELLS // max(self.states, 1), 1)
        starts = range(0, max(yes.shape[1], 1), width)
        return [(slice(a, a + width), chance[:, :, a : a + width]) for a in starts]

    def _back(self, chance: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Probability to pass from every state on, layer by layer."""
        import numpy as np

        values = [np.repeat(self._ends[:, None], chance.shape[2], axis=1)]
        for i, targets in zip(reversed(self.order), reversed(self._targets), strict=True):
            after, here = values[-1], np.zeros((len(targets), chance.shape[2]))
            for vote in range(VOTES):
                if chance[i, vote].any():
                    here += chance[i, vote] * after[targets[:, vote]]
            values.append(here)
        return values[::-1]


def _onward(
    reach: NDArray[np.float64], chance: NDArray[np.float64], targets: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probability to come to every state of the next layer."""
    import numpy as np

    # Every state there is the target of some state here, so that no sum is empty.
    flat = targets.ravel()
    order = np.argsort(flat, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(flat[order]) > 0])
    moved = reach[order // VOTES] * chance[order % VOTES]
    found: NDArray[np.float64] = np.add.reduceat(moved, first, axis=0)
    return found
