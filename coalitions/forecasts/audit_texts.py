"""Texts of the Security Council by what they offer: features from a table, votes as recorded."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from coalitions.bodies.recorded_votes import find_vote
from coalitions.files import datasets
from coalitions.files.exact_input import fraction_of
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.text_files import read_text
from solvers.errors import EngineError, LimitError
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["LADDER", "OfferedText", "read_texts"]

MAX_TEXTS = 100
"""Most texts of an audit: its programmes are solved in exact fractions."""
MAX_FEATURES = 10
"""Most features: every direction of each is tried."""

_WORDS: Final = (
    "symbol",
    "vote_id",
    "date",
    "title",
    "source",
    "note",
)  # columns that are no numbers
LADDER = "cross-border-ladder"


@dataclass(frozen=True)
class OfferedText:
    """A text by what it offers, and the votes on it.

    Parameters
    ----------
    symbol, date : str
        Document symbol and day of the vote.
    features : tuple of Fraction
        What it offers, in the order of the features.
    votes : mapping of str to int
        Vote level by state.
    """

    symbol: str
    date: str
    features: tuple[Fraction, ...]
    votes: Mapping[str, int]


def read_texts(
    source: str | os.PathLike[str], features: Sequence[str] | None = None
) -> tuple[tuple[str, ...], tuple[OfferedText, ...]]:
    """Read texts of the Security Council by what they offer.

    Parameters
    ----------
    source : str or path
        A CSV file with a column ``symbol``, one more for each feature, and if need be
        ``vote_id``; ``date``, ``title``, ``source`` and ``note`` are for readers.
        ``"cross-border-ladder"`` is shipped.
    features : sequence of str, optional
        Columns to go by; all that hold numbers when left out.

    Returns
    -------
    features : tuple of str
    texts : tuple of OfferedText
        Oldest first.

    Raises
    ------
    EngineError
        If the file, a column, a number or a vote is missing or wrong.
    LimitError
        If there are too many texts or features.
    """
    name = os.fspath(source)
    path = Path(name)
    if name == LADDER and not path.exists():
        path = datasets.data_root() / "votes" / f"{LADDER}.csv"
    table = csv.DictReader(io.StringIO(read_text(path)))
    columns = [c for c in table.fieldnames or [] if c]
    if "symbol" not in columns:
        raise EngineError(f"{name}: there is no column 'symbol'{did_you_mean('symbol', columns)}")
    chosen = tuple(features or [c for c in columns if c not in _WORDS])
    for feature in chosen:
        if feature not in columns:
            raise EngineError(f"{name}: no column {shown(feature)}{did_you_mean(feature, columns)}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise EngineError(f"{name}: name at least one feature, and each once")
    if len(chosen) > MAX_FEATURES:
        raise LimitError(
            f"{len(chosen)} features; the limit is {MAX_FEATURES}: name the ones to go by"
        )
    texts: list[OfferedText] = []
    for line, row in enumerate(table, 2):
        if len(texts) == MAX_TEXTS:
            raise LimitError(f"{name}: more than {MAX_TEXTS} texts, the limit: split the file")
        try:
            vote = find_vote(
                (row["symbol"] or "").strip(), (row.get("vote_id") or "").strip() or None
            )
        except EngineError as error:
            raise EngineError(f"{name}:{line}: {error}") from None
        texts.append(
            OfferedText(
                vote.symbol,
                vote.date,
                tuple(_number(row[f], f"{name}:{line}: {f}") for f in chosen),
                {s: v for s, v in vote.votes.items() if v in (NO, ABSTAIN, YES)},
            )
        )
    return chosen, tuple(sorted(texts, key=lambda t: t.date))


def _number(word: str | None, where: str) -> Fraction:
    try:
        number = fraction_of(word or "")
        if abs(number.numerator) > 10**15 or number.denominator > 10**15:
            raise ValueError
    except ValueError:
        raise EngineError(f"{where}: {shown(word)} is no number such as 12, 0.5 or 1/3") from None
    return number
