"""Whatever is taken out of a right file, or put in its place, the answer is an InputError."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.decisions.assess import assess
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.files.yaml12 import load_file
from coalitions.scenarios.scenario import load
from solvers.errors import EngineError

JUNK = [
    None, True, False, 0, -1, 0.5, 10**20, float("nan"), float("inf"), "", "x", "for", "CHN",
    "all", "1/3", "2011-03-17", "1900-01-01", [], [[]], {}, {"value": 1}, {"x": {"y": "z"}},
    {"not": "x"}, ["X", "X"], "un-security-council", "eu-council", {"in_favour": "2/3"},
]  # fmt: skip


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def originals() -> dict[str, Any]:
    found = {
        n: load_file(datasets.path_of("scenarios", n)).data for n in datasets.names("scenarios")
    }
    return {name: json.loads(json.dumps(data)) for name, data in found.items()}


ORIGINALS = originals()
PATHS = {name: list(paths(data)) for name, data in ORIGINALS.items()}


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    name = draw(st.sampled_from(sorted(ORIGINALS)))
    data = copy.deepcopy(ORIGINALS[name])
    for path in draw(st.lists(st.sampled_from(PATHS[name]), min_size=1, max_size=4)):
        holder = data
        for part in path[:-1]:
            inside = isinstance(holder, dict) and part in holder
            inside = inside or (
                isinstance(holder, list) and isinstance(part, int) and part < len(holder)
            )
            if not inside:
                break
            holder = holder[part]
        else:
            last = path[-1]
            there = isinstance(holder, dict) and last in holder
            there = there or (
                isinstance(holder, list) and isinstance(last, int) and last < len(holder)
            )
            if not there:
                continue
            action = draw(st.sampled_from(["delete", "replace", "rename", "move"]))
            if action == "delete":
                del holder[last]
            elif action == "rename" and isinstance(holder, dict):
                holder[draw(st.sampled_from(["x", "default", "CHN", "value", "titel"]))] = (
                    holder.pop(last)
                )
            elif action == "move":
                other = draw(st.sampled_from(PATHS[name]))
                found: Any = ORIGINALS[name]
                for part in other:
                    found = found[part]
                holder[last] = copy.deepcopy(found)
            else:
                holder[last] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return data


@settings(max_examples=400)
@given(data=spoilt())
def test_a_spoilt_file_loads_or_says_why(
    data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "spoilt.json"
    text = json.dumps(data).replace("NaN", ".nan").replace("Infinity", ".inf")
    file.write_text(text, encoding="utf-8")
    try:
        scenario = load(file)
    except InputError:
        return
    with contextlib.suppress(EngineError):  # a limit, say: a sentence, not a traceback
        assert json.loads(assess(scenario).to_json())["kind"] == "assess"
