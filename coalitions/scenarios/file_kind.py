"""Telling a scenario file from a body file without reading either in full."""

from __future__ import annotations

from pathlib import Path

__all__ = ["is_scenario", "is_scenario_file"]


def is_scenario(name: str) -> bool:
    """Say whether a name means a scenario and not a body.

    Parameters
    ----------
    name : str
        A path, a shipped name, a game, or ``-`` for standard input.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_scenario("libya-2011"), is_scenario("un-security-council"), is_scenario("[2; 1, 1]")
    (True, False, False)
    """
    from coalitions.files import datasets

    if name == "-" or name in datasets.names("scenarios"):
        return True
    return is_scenario_file(name)


def is_scenario_file(name: str) -> bool:
    """Say whether a name is a file that is not a body file.

    Parameters
    ----------
    name : str
        A path, a shipped name or a game.

    Returns
    -------
    bool
        False for names that are no file, so that they are looked up among the bodies.
    """
    from coalitions.files.text_files import is_file

    if not is_file(name):
        return False
    try:
        with Path(name).open(encoding="utf-8", errors="replace") as stream:
            return not any(
                "coalitions-body/" in line for line in stream.readlines(100_000) if "format" in line
            )
    except OSError:  # whoever reads it says why it cannot be read
        return True
