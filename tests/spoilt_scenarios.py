"""Two right scenario files, spoilt one way or another, and what is said of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coalitions.errors import InputError
from coalitions.scenarios.scenario import load

AID = """\
format: coalitions/1
title: Cross-border aid
date: 2011-03-17
bodies:
  council: {use: un-security-council}
options:
  renewal:
    title: Renewal
    needs: council
    legal_basis: non_enforcement
    effect: 24
floors: {effect: 12}
never: [amnesty_for_atrocity_crimes]
positions:
  default: {is: unknown}
  DEU: {is: for}
  RUS: {is: against, abstains_if: one_crossing}
amendments:
  one_crossing: {title: One crossing, effect: -6, cost: 1}
  six_months: {title: Six months, effect: -6, cost: 1}
"""
THREE = """\
format: coalitions/1
title: Three states
date: 2026-01-01
bodies:
  trio:
    define:
      title: Trio
      roster: {members: [X, Y, Z], groups: {permanent: [X]}}
      decisions:
        vote:
          title: Vote
          effect: internal
          readings: {plain: {title: two, rule: {in_favour: 2, title: two for}}}
options:
  text: {title: A text, needs: trio, legal_basis: host_consent, effect: 1}
floors: {effect: 0}
never: [amnesty_for_atrocity_crimes]
payoffs:
  criteria: {worth: what it is worth}
  scores: {text: {worth: {X: 1, Y: -1, Z: -2}}}
  states:
    X: {weights: {worth: 1}, band: 1}
    Y: {weights: {worth: 1}, band: 1}
    Z: {weights: {worth: 1}, band: 1}
concessions:
  cash: {kind: transfer, type: aid, to: [Y, Z], cost: 1}
"""
Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def problems(file: Path) -> list[str]:
    """Load a file that is wrong; give what is said, without the name of the file."""
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        load(file)
    assert time.process_time() - start < 10  # nothing that a mistake makes grow without end
    assert str(caught.value).count("\n") + 1 == len(caught.value.problems)
    return [str(p).removeprefix(f"{file}:").strip() for p in caught.value.problems]


def spoiler(folder: Path) -> Callable[..., list[str]]:
    """Write a text with some changes as a scenario, and give what is said of it."""

    def run(text: str, *changes: Change) -> list[str]:
        file = folder / "case.yaml"
        file.write_text(changed(text, *changes), encoding="utf-8")
        return problems(file)

    return run
