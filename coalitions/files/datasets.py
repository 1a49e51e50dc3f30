"""The data that ship with the package, found in a checkout, an editable install and a wheel."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from coalitions.errors import InputError
from coalitions.files.spelling import did_you_mean

__all__ = ["data_root", "names", "path_of", "table"]


@cache
def data_root() -> Path:
    """Return the folder of the shipped data.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the installation carries no data.
    """
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "data", here.parent / "data"):
        if (folder / "SOURCES.md").is_file() or (folder / "states.csv").is_file():
            return folder
    raise InputError.at(str(here), "this installation carries no data folder; install it again")


def names(kind: str) -> tuple[str, ...]:
    """List the shipped resources of a kind.

    Parameters
    ----------
    kind : str
        A folder of the data: ``"bodies"``, ``"scenarios"``.

    Returns
    -------
    tuple of str
        Names without their suffix, sorted.
    """
    return tuple(sorted(p.stem for p in (data_root() / kind).glob("*.yaml")))


def path_of(kind: str, name: str) -> Path:
    """Find a shipped resource by its name.

    Parameters
    ----------
    kind : str
        A folder of the data.
    name : str
        A name that :func:`names` lists.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in names(kind):
        what = {"bodies": "body", "scenarios": "scenario"}.get(kind, kind)
        hint = did_you_mean(name, names(kind)) or _other_kind(kind, name)
        hint = hint or f"; `coalitions list {kind}` shows all"
        raise InputError.at(name, f"no {what} of this name is shipped, and it is no file{hint}")
    return data_root() / kind / f"{name}.yaml"


def _other_kind(kind: str, name: str) -> str:
    """Say that a name is, or is nearly, one of what else is shipped."""
    other, what = ("scenarios", "scenario") if kind == "bodies" else ("bodies", "body")
    if name in names(other):
        return f"; {name} is a {what}"
    return did_you_mean(name, names(other)).replace("mean '", f"mean the {what} '")


@cache
def table(*parts: str) -> tuple[dict[str, str], ...]:
    """Read a shipped CSV table.

    Parameters
    ----------
    *parts : str
        Path below the data folder, such as ``"rosters", "nato.csv"``.

    Returns
    -------
    tuple of dict
        One dict a row; every cell is a string, an empty cell is ``""``.
    """
    with (data_root().joinpath(*parts)).open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))
