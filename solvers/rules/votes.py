"""The levels of a vote: no < abstain < yes, and absence, which stands outside that order."""

from __future__ import annotations

from typing import Final

__all__ = ["ABSENT", "ABSTAIN", "LEVELS", "NO", "YES", "level_name"]

NO: Final = 0
ABSTAIN: Final = 1
YES: Final = 2
ABSENT: Final = 3

LEVELS: Final = {NO: "against", ABSTAIN: "abstain", YES: "for", ABSENT: "absent"}


def level_name(level: int) -> str:
    """Name a vote level in words.

    Parameters
    ----------
    level : int
        ``NO``, ``ABSTAIN``, ``YES`` or ``ABSENT``.

    Returns
    -------
    str
        ``"against"``, ``"abstain"``, ``"for"`` or ``"absent"``.

    Raises
    ------
    KeyError
        If the number is none of the four.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International
       Journal of Game Theory 26 (1997), pp. 335-351.

    Examples
    --------
    >>> level_name(YES)
    'for'
    """
    return LEVELS[level]
