"""Checks of saved lists and counts of winning coalitions, without the code that made them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from solvers.errors import EngineError
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["checks_of"]


def checks_of(
    kind: str, certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Check a list or a count of winning coalitions anew.

    Parameters
    ----------
    kind : {"winning-list", "winning-count"}
        Kind of the result.
    certificate, answer : mapping
        What the saved result holds.

    Yields
    ------
    (str, bool)
        A statement, and whether it holds. That a list leaves nothing out is not proved; a count
        is made again by the method that it names.
    """
    if certificate["others"] not in ("abstain", "against"):
        raise EngineError(f"others is {certificate['others']!r}")
    rule = Rule.from_dict(certificate["rule"])
    if kind == "winning-list":
        yield from _listed(rule, certificate, answer)
    else:
        yield from _counted(rule, certificate, answer)


def _listed(
    rule: Rule, certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    rest = ABSTAIN if certificate["others"] == "abstain" else NO
    inside, outside = set(certificate["must_have"]), set(certificate["must_exclude"])
    given = certificate["conditions"]
    line = given["line"]
    place = {name: k for k, name in enumerate(line)}
    found = [set(c) for c in answer["coalitions"]]

    def wins(coalition: Collection[str]) -> bool:
        return rule.evaluate([YES if n in coalition else rest for n in rule.names])

    def neighbours(coalition: Collection[str]) -> bool:
        places = sorted(place[n] for n in coalition) if line else []
        return all(b - a == 1 for a, b in pairwise(places))

    yield f"{len(found)} coalitions are listed", answer["listed"] == len(found)
    yield "no coalition is listed twice", len(set(map(frozenset, found))) == len(found)
    yield "all of them win", all(wins(c) and c <= set(rule.names) for c in found)
    kept = all(inside <= c and not outside & c for c in found)
    kept &= all(not 0 < len(c.intersection(b)) < len(b) for c in found for b in given["blocs"])
    kept &= not any(c.issuperset(pair) for c in found for pair in given["incompatible"])
    yield (
        "the conditions on members are kept",
        kept and (bool(given["blocs"]) or all(neighbours(c) for c in found)),
    )
    if not given["blocs"]:
        spare = any(wins(c - {n}) and neighbours(c - {n}) for c in found for n in c - inside)
        yield "nobody in them can be left out", not spare


def _counted(
    rule: Rule, certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    from solvers.counting import count, count_minimal
    from solvers.rules.fixed_votes import with_votes, without_players

    rest = ABSTAIN if certificate["others"] == "abstain" else NO
    fixed = {rule.names.index(n): YES for n in certificate["must_have"]}
    fixed |= {rule.names.index(n): rest for n in certificate["must_exclude"]}
    game = without_players(with_votes(rule, fixed).project(certificate["others"]), fixed)
    same = answer["coalitions"] == str(2**game.n_players)
    yield f"{game.n_players} members are open", same and answer["open"] == game.n_players
    for name, counts in (
        ("winning", count(game).winning),
        ("minimal", count_minimal(game).minimal if answer["minimal"] is not None else None),
    ):
        if counts is not None:
            same = answer[f"{name}_by_size"] == [str(c) for c in counts]
            yield (
                f"{sum(counts):,} coalitions are {name}",
                (same and answer[name] == str(sum(counts))),
            )
