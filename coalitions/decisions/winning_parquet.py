"""Minimal winning coalitions as a Parquet file, written as they are found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, BinaryIO

from coalitions.answers.results import exact_text
from coalitions.files.safe_write import written_whole
from solvers.errors import EngineError

__all__ = ["ROWS", "write_parquet"]

ROWS = 50_000
"""Coalitions in a row group; no more of them are kept at a time."""


def write_parquet(
    path: str | os.PathLike[str],
    coalitions: Iterable[Sequence[str]],
    costs: Mapping[str, Fraction],
    said: Mapping[str, str],
) -> int:
    """Write coalitions to a Parquet file, whole or not at all.

    Parameters
    ----------
    path : str or path
        The file.
    coalitions : iterable of sequence of str
        Members of each, in the order of the list; asked for as the file grows.
    costs : mapping of str to Fraction
        Cost of each member; the column ``cost`` is exact text, empty without costs.
    said : mapping of str to str
        What every row has to say beside: marking and notices.

    Returns
    -------
    int
        How many coalitions were written.

    Raises
    ------
    EngineError
        If pyarrow is missing.
    InputError
        If the file cannot be written.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise EngineError(
            "Parquet needs pyarrow: install coalition-engine with the extra 'parquet', "
            "or name a file that ends in .csv"
        ) from error
    name = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [
            ("number", pa.int64()),
            ("size", pa.int32()),
            ("cost", pa.string()),
            ("members", pa.list_(pa.string())),
            *((key, name) for key in said),
        ],
        {"marking": said.get("marking", "")},
    )
    written = 0

    def tables() -> Iterator[Any]:
        nonlocal written
        found = iter(coalitions)
        while block := list(islice(found, ROWS)):
            first = written + 1
            columns = [
                pa.array(range(first, first + len(block)), pa.int64()),
                pa.array([len(c) for c in block], pa.int32()),
                pa.array([_cost(c, costs) for c in block], pa.string()),
                pa.array([list(c) for c in block], pa.list_(pa.string())),
            ]
            for text in said.values():
                places = pa.array([0] * len(block), pa.int32())
                columns.append(pa.DictionaryArray.from_arrays(places, pa.array([text])))
            written += len(block)
            yield pa.Table.from_arrays(columns, schema=schema)

    def write(stream: BinaryIO) -> None:
        with pq.ParquetWriter(stream, schema) as writer:
            for table in tables():
                writer.write_table(table)

    written_whole(path, write)
    return written


def _cost(coalition: Sequence[str], costs: Mapping[str, Fraction]) -> str | None:
    return exact_text(sum((costs[s] for s in coalition), Fraction(0))) if costs else None
