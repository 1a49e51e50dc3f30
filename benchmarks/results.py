"""What a benchmark run leaves behind: its rows, where it ran, and how it compares with another."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

from coalitions.reports.tables import RENDERERS
from solvers.errors import EngineError

from .harness import Row

__all__ = ["document", "environment", "mistakes", "read_document", "remarks", "rendered"]

FORMAT = "coalitions-benchmark/1"
PACKAGES = ("numpy", "numba", "scipy", "pulp", "highspy")
KEY = ("suite", "case", "contestant")
COLUMNS = (
    "suite",
    "case",
    "contestant",
    "status",
    "first",
    "wall",
    "cpu",
    "wall_ratio",
    "cpu_ratio",
    "bar",
    "met",
    "note",
)


def environment() -> dict[str, Any]:
    """Record where and when a run takes place.

    Returns
    -------
    dict
        ``python``, ``packages`` (name to version or None), ``system``, ``processor``, ``cores``,
        ``load_average`` (1, 5 and 15 minutes, or None), ``date`` (UTC) and ``version`` of the
        engine. No name of the machine or of its user.
    """
    from coalitions.version import __version__

    return {
        "version": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": _load_average(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def _load_average() -> list[float] | None:
    try:
        return [round(load, 2) for load in os.getloadavg()]
    except (AttributeError, OSError):  # Windows has none
        return None


def document(
    rows: Sequence[Row],
    where: Mapping[str, Any],
    quick: bool,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the content of a result file.

    Parameters
    ----------
    rows : sequence of Row
        What was measured.
    where : mapping
        From :func:`environment`, taken before the run.
    quick : bool
        Whether it was a quick run.
    earlier : mapping, optional
        From :func:`read_document`: a run to compare with. Every row then has ``before``, the CPU
        ratio of that run, and ``change``, this ratio over it minus 1: negative is faster. What
        only that run had comes last, with the status ``gone``.

    Returns
    -------
    dict
        Only what JSON can hold; the figures unrounded, times in seconds.
    """
    content: dict[str, Any] = {"format": FORMAT, "environment": dict(where), "quick": quick}
    content["rows"] = [asdict(row) for row in rows]
    if earlier is not None:
        content["compared_with"] = earlier["environment"]
        content["rows"] = _beside(content["rows"], earlier["rows"])
    return content


def _beside(
    rows: Sequence[dict[str, Any]], earlier: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    old = {tuple(row[c] for c in KEY): row for row in earlier if row["status"] != "gone"}
    both = []
    for row in rows:
        before = old.pop(tuple(row[c] for c in KEY), {}).get("cpu_ratio")
        now = row["cpu_ratio"]
        change = None if before is None or now is None else now / before - 1
        both.append(row | {"before": before, "change": change})
    empty = dict.fromkeys(f.name for f in fields(Row))
    for key, lost in old.items():
        gone = empty | dict(zip(KEY, key, strict=True)) | {"ours": lost["ours"], "status": "gone"}
        both.append(gone | {"before": lost["cpu_ratio"], "change": None})
    return both


def read_document(path: Path) -> dict[str, Any]:
    """Read a result file of an earlier run.

    Parameters
    ----------
    path : Path
        A file written with ``--format json``.

    Returns
    -------
    dict

    Raises
    ------
    EngineError
        If it cannot be read or is no result file.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"{path}: cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise EngineError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    if not _is_document(data):
        raise EngineError(
            f"{path}: not a benchmark result of the format {FORMAT}; "
            f"write one with: coalitions bench --format json -o FILE"
        )
    return cast("dict[str, Any]", data)


def _is_document(data: object) -> bool:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return False
    rows, where = data.get("rows"), data.get("environment")
    if not isinstance(rows, list) or not isinstance(where, dict):
        return False
    return all(
        isinstance(row, dict)
        and {*KEY, "ours", "status", "cpu_ratio"} <= row.keys()
        and all(isinstance(row[c], str) for c in KEY)
        and (row["cpu_ratio"] is None or isinstance(row["cpu_ratio"], float))
        for row in rows
    )


def rendered(content: Mapping[str, Any], form: str) -> str:
    """Print a result in one of the formats.

    Parameters
    ----------
    content : mapping
        From :func:`document`.
    form : {"table", "markdown", "csv", "json"}
        The first two round and say where it ran; the others keep every digit, in seconds.

    Returns
    -------
    str
        Ends with a line feed.
    """
    if form == "json":
        return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    columns = COLUMNS + (("before", "change") if "compared_with" in content else ())
    if form == "csv":
        return RENDERERS[form](content["rows"], columns)
    if len({row["suite"] for row in content["rows"]}) == 1:
        columns = columns[1:]  # the same word in every line
    rows = [{c: _cell(c, row[c], row) for c in columns} for row in content["rows"]]
    heads = [_place(content["environment"])]
    if "compared_with" in content:
        heads.append("before: " + _place(content["compared_with"]))
    return "".join(f"{line}\n\n" for line in heads) + RENDERERS[form](rows, columns)


def _cell(column: str, value: Any, row: Mapping[str, Any]) -> str | None:
    if value is None:
        return None
    if column in ("first", "wall", "cpu") or (column == "bar" and row["clock"] == "seconds"):
        return _seconds(value)
    if column in ("wall_ratio", "cpu_ratio", "bar", "before"):
        return f"{value:.3g}"
    if column == "change":
        return f"{100 * value:+.0f} %"
    if column == "met":
        return "met" if value else "missed"
    return str(value)


def _seconds(value: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"


def _place(where: Mapping[str, Any]) -> str:
    packages = where.get("packages") or {}
    versions = ", ".join(f"{name} {number}" for name, number in packages.items() if number)
    load = where.get("load_average")
    return (
        f"coalition-engine {where.get('version')}, {where.get('date')}, "
        f"Python {where.get('python')}, {versions}; {where.get('system')}, "
        f"{where.get('processor')}, {where.get('cores')} cores, "
        f"load average {'unknown' if load is None else load[0]}"
    )


def remarks(rows: Sequence[Row]) -> list[str]:
    """Say in a few lines what a reader must not overlook.

    Parameters
    ----------
    rows : sequence of Row
        What was measured.

    Returns
    -------
    list of str
        How many bars were met, which were missed, and who did not give the right answer.
    """
    barred = [row for row in rows if row.met is not None]
    lines = [f"{sum(bool(row.met) for row in barred)} of {len(barred)} bars met"] if barred else []
    for row in rows:
        who = f"{row.suite}: {row.case}: {row.contestant}"
        if row.status in ("wrong", "failed", "missing"):
            lines.append(f"{who}: {row.status}: {row.note}")
        elif row.met is False and row.cpu_ratio is None:
            lines.append(f"{who}: bar missed: {row.note or 'there is no ratio'}")
        elif row.met is False and row.clock == "seconds":
            lines.append(
                f"{who}: {_seconds(row.wall or 0.0)}, the bar is {_seconds(row.bar or 0.0)}"
            )
        elif row.met is False:
            ratio = row.wall_ratio if row.clock == "wall" else row.cpu_ratio
            lines.append(f"{who}: {ratio:.3g} times the anchor, the bar is {row.bar:.3g}")
    return lines


def mistakes(rows: Sequence[Row]) -> list[Row]:
    """List the rows in which a part of this engine answered wrongly or broke down.

    Parameters
    ----------
    rows : sequence of Row
        What was measured.

    Returns
    -------
    list of Row
    """
    return [row for row in rows if row.ours and row.status in ("wrong", "failed")]
