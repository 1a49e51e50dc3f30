"""What an answer rests on that is not on record."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Assumption"]


@dataclass(frozen=True, order=True)
class Assumption:
    """A number or position that is not on record.

    Parameters
    ----------
    place : str
        Where in the scenario it stands.
    origin : str
        ``stated``, ``estimated``, ``assumed``, or ``unknown`` where nothing is known.
    what : str
        In words.
    """

    place: str
    origin: str
    what: str
