"""Names of states: each means one, and those of every roster are known."""

from __future__ import annotations

import csv
from pathlib import Path

from coalitions.bodies.states import find_state, near_state, state_name, states

DATA = Path(__file__).parents[2] / "data"


def test_names_of_states():
    assert {find_state(w) for w in ("CHN", "cn", "China", " CHINA ")} == {"CHN"}
    assert find_state("Cote d'Ivoire") == find_state("Côte d’Ivoire") == "CIV"
    assert find_state("NO") == "NOR"
    assert find_state("Atlantis") is None
    assert find_state("") is None
    assert state_name("NOR") == "Norway"
    assert state_name("seat 1") == "seat 1"
    assert near_state("Chna") == " (did you mean 'China'?)"
    assert near_state("zzzz", ("CHN",)) == ""


def test_no_spelling_means_two_states():
    with (DATA / "states.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for word in (row["iso3"], row["iso2"], row["name"], *row["other_names"].split(";")):
            if word.strip():
                assert find_state(word) == row["iso3"], word
    assert len(states()) == len(rows)


def test_every_state_of_every_roster_is_known():
    codes = set(states())
    for path in (DATA / "rosters").glob("*.csv"):
        if path.stem in ("coverage", "imf-executive-board", "us-electoral-college"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            assert {row["state"] for row in csv.DictReader(file)} <= codes, path.name
