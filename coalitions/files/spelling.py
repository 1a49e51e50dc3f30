"""Helpful words about words: the nearest known name, and a name short enough to print."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean", "shown", "vote_meant"]

_CALLED = {
    "for": ("yes", "y", "in favour", "in favor", "favour", "pro", "+", "1"),
    "against": ("no", "n", "contra", "opposed", "-", "-1", "veto"),
    "abstain": ("abstention", "abstaining", "abstained", "a", "0"),
    "absent": ("not voting", "non-voting", "not participating", "x"),
}

MAX_SHOWN = 60
"""Longest piece of an input that a message repeats, in characters."""


def shown(word: object) -> str:
    r"""Quote a piece of input for a message: one line, no control characters, never long.

    Parameters
    ----------
    word : object
        What stands in the input; strings get quotes, other things the form they have in files.

    Returns
    -------
    str
        At most about `MAX_SHOWN` characters.

    Examples
    --------
    >>> shown("a\tb"), shown(12), shown(True)
    ("'a\\tb'", '12', 'true')
    """
    if isinstance(word, str) and len(word) > MAX_SHOWN:
        return repr(word[: MAX_SHOWN - 3]) + "..."
    constant = word is None or isinstance(word, bool)
    text = {"None": "null"}.get(str(word), str(word).lower()) if constant else repr(word)
    return text if len(text) <= MAX_SHOWN + 2 else text[: MAX_SHOWN - 3] + "..."


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Suggest the known name nearest to a misspelt one.

    Parameters
    ----------
    word : str
        The name that is not known.
    candidates : iterable of str
        The names that are.

    Returns
    -------
    str
        ``" (did you mean 'x'?)"``, to be put behind a message, or ``""`` when nothing is near.

    Examples
    --------
    >>> did_you_mean("un-security-concil", ["un-security-council", "eu-council"])
    " (did you mean 'un-security-council'?)"
    >>> did_you_mean("xyzzy", ["un-security-council"])
    ''
    """
    if len(word) > MAX_SHOWN:  # comparing is quadratic, and no known name is that long
        return ""
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for candidate in candidates:
        if candidate != word:
            folded.setdefault(candidate.casefold(), candidate)
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[near[0]]!r}?)" if near else ""


def vote_meant(word: str, candidates: Iterable[str]) -> str:
    """Suggest the word for a vote that is called otherwise elsewhere, or misspelt.

    Parameters
    ----------
    word : str
        What stands in the input.
    candidates : iterable of str
        The words that are known.

    Returns
    -------
    str
        As :func:`did_you_mean`.

    Examples
    --------
    >>> vote_meant("Yes", ["for", "against"]), vote_meant("agains", ["for", "against"])
    (" (did you mean 'for'?)", " (did you mean 'against'?)")
    """
    known = list(candidates)
    meant = next((vote for vote, words in _CALLED.items() if word.strip().casefold() in words), "")
    return f" (did you mean {meant!r}?)" if meant in known else did_you_mean(word, known)
