"""Names of states: ISO codes, English names and common other names, each understood."""

from __future__ import annotations

import unicodedata
from functools import cache

from coalitions.files import datasets
from coalitions.files.spelling import did_you_mean

__all__ = ["find_state", "state_name", "states"]


@cache
def states() -> dict[str, str]:
    """Return the known states.

    Returns
    -------
    dict of str to str
        English name by ISO 3166-1 alpha-3 code.
    """
    return {row["iso3"]: row["name"] for row in datasets.table("states.csv")}


@cache
def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in datasets.table("states.csv"):
        words = [row["iso3"], row["iso2"], row["name"], *row["other_names"].split(";")]
        for word in words:
            if word.strip():
                found.setdefault(_folded(word), row["iso3"])
    return found


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.strip().casefold())
    return "".join(c for c in plain if c.isalnum())


def find_state(word: str) -> str | None:
    """Find the code of a state from its code or any of its names.

    Parameters
    ----------
    word : str
        ``"CHN"``, ``"cn"``, ``"China"``, ``"Cote d'Ivoire"`` ...

    Returns
    -------
    str or None
        ISO 3166-1 alpha-3 code (or the code in use for a former state); None if unknown.

    Examples
    --------
    >>> find_state("Norway"), find_state("NO"), find_state("Namibia"), find_state("NA")
    ('NOR', 'NOR', 'NAM', 'NAM')
    """
    return _spellings().get(_folded(word))


def state_name(code: str) -> str:
    """Return the English name of a state, or the label itself where it is no state.

    Parameters
    ----------
    code : str
        A code or label.

    Returns
    -------
    str
    """
    return states().get(code, code)


def near_state(word: str, members: tuple[str, ...] = ()) -> str:
    """Suggest a member or state spelt like a word.

    Parameters
    ----------
    word : str
        What was written.
    members : tuple of str
        Labels to choose from; all states when left out.

    Returns
    -------
    str
        `` (did you mean 'x'?)`` or nothing.
    """
    pool = list(members) or list(states())
    return did_you_mean(word, [*pool, *(state_name(m) for m in pool)])
