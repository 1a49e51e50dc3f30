"""Who has power where members have formed unions, or talk only along the links of a graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.member_tables import Column, digits, member_blocks
from coalitions.answers.results import Block, Provenance, Screen, exact_text
from coalitions.answers.wording import listed, marked
from coalitions.bodies.rosters import BoundDecision
from coalitions.decisions.winning import numbers
from coalitions.files.spelling import did_you_mean
from coalitions.power_indices.power import A_PRIORI, NOT_YES, Power, voters
from solvers.errors import EngineError, GameError, LimitError
from solvers.power import INDICES, CountedGame, PowerIndex
from solvers.power.graph import GRAPH_INDICES, GraphGame
from solvers.power.union_minimal import UNION_MINIMAL_INDICES
from solvers.power.unions import UNION_INDICES
from solvers.rules.rule import Quota, Rule

__all__ = [
    "FORMULAS",
    "PowerStructure",
    "power_on_graph",
    "power_with_unions",
    "structured_catalogue",
    "voter_numbers",
]

FORMULAS = {
    "owen": "share of the orders, in which every union stays together, that i turns",
    "banzhaf_owen": "swings of i over sets of other unions and sets of members of its own, "
    "/ 2^(unions - 1) / 2^(members - 1)",
    "symmetric_coalitional_banzhaf": "the same over sets of other unions and orders of its own",
    "solidarity_public_good": "M_k / sum of all M_l, shared equally in the union k of i; M_k "
    "minimal winning coalitions of unions with k",
    "union_public_good": "M_k / sum of members times M_l over all unions l, k the union of i",
    "threat_public_good": "M_k / sum of all M_l, shared in the union k of i by the public good "
    "index without unions",
    "owen_extended_public_good": "sum over minimal winning coalitions R of unions with that of i, "
    "divided by the sum of all M_l, of i's share of its essential sets",
    "coalitional_deegan_packel": "mean over minimal winning coalitions R of unions of 1/|R| times "
    "the mean over the essential sets E of i's union of 1/|E| for the members of E",
    "myerson": "Shapley-Shubik where a coalition wins if members win that links connect in it",
    "graph_banzhaf": "swings_i / 2^(n-1) where a coalition wins if members win that links connect",
    "graph_banzhaf_normalized": "the same, divided by its sum over the players",
    "position": "half of the Shapley-Shubik indices of i's links, where a set of links wins if it "
    "connects a winning coalition",
}
"""Formulas of the indices with a structure, by name."""

WITH_UNIONS = UNION_INDICES | UNION_MINIMAL_INDICES

Run = Callable[[], PowerIndex]


@dataclass(frozen=True)
class PowerStructure(Power):
    """Indices of the members of a body with unions or links, beside those without."""

    unions: tuple[tuple[str, ...], ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    kind = "power-structure"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule of those who vote, and the structure."""
        if self.whole is None:
            return {}
        return {
            "rule": self.whole.to_dict(),
            "not_yes": self.not_yes,
            "unions": [list(u) for u in self.unions],
            "links": [list(pair) for pair in self.links],
        }

    def answer(self) -> dict[str, Any]:
        """Return the indices as plain data; exact numbers as text."""
        bound = self.bound
        if bound is None:
            return {}
        return {
            "body": bound.body.name,
            "decision": bound.decision.name,
            "reading": bound.reading.name,
            "day": bound.roster.day or None,
            "rule": bound.rule.describe(),
            "not_yes": self.not_yes,
            "unions": [list(u) for u in self.unions],
            "links": [list(pair) for pair in self.links],
            "winning": str(self.winning) if not self.unions else None,
            "indices": {
                index.name: {
                    "normalisation": index.normalisation,
                    "formula": FORMULAS.get(index.name) or INDICES[index.name].formula,
                    "source": index.source,
                    "sum": exact_text(sum(values := _fractions(index), Fraction(0))),
                    "values": {m: exact_text(v) for m, v in zip(self.members, values, strict=True)},
                }
                for index in self.indices
            },
            "left_out": dict(self.left_out),
        }

    def screen(self) -> Screen:
        """Return the indices as a table of members."""
        bound = self.bound
        if bound is None:
            return Screen("", self.marking, ())
        model = [("votes", f"who does not vote for {NOT_YES[self.not_yes]}; {A_PRIORI}")]
        blocks = [
            Block("DECISION", f"{bound.decision.title} ({bound.reading.name})"),
            Block("RULE", bound.rule.describe(), tuple(self._quotas())),
            Block("MODEL", "", tuple(model)),
            self._structure(bound),
            *member_blocks("POWER", self.members, self._columns(), bound, len(self._shares())),
        ]
        if self.left_out:
            blocks.append(Block("LEFT OUT", "", tuple(self.left_out.items())))
        if bound.roster.notes:
            notes = tuple(("", note) for note in bound.roster.notes)
            blocks.append(Block("ROSTER AND WEIGHTS", bound.roster.origin, notes))
        title = f"Power in {bound.body.title}, {bound.roster.day or bound.roster.origin}"
        return Screen(title, self.marking, tuple(blocks))

    def _columns(self) -> list[Column]:
        columns: list[Column] = [(n, "share of weight", r) for n, r in self._shares().items()]
        for i in self.indices:
            unit = SHORT.get(i.normalisation, i.normalisation)
            columns.append((SHORT.get(i.name, i.name), unit, i.values))
        return columns

    def _structure(self, bound: BoundDecision) -> Block:
        if self.unions:
            rows = tuple(("", listed([marked(s, bound) for s in u])) for u in self.unions)
            return Block("UNIONS", "who is in none stands alone", rows)
        near: dict[str, list[str]] = {}
        for a, b in self.links:
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
        rows = tuple(
            (marked(s, bound), f"with {listed([marked(o, bound) for o in near[s]])}")
            for s in self.members if s in near
        )  # fmt: skip
        alone = [marked(s, bound) for s in self.members if s not in near]
        if alone:
            rows += (("without a link", listed(alone)),)
        every = 1 << len(self.members)
        number = f"{digits(self.winning)} of {digits(every)}" if self.winning else "none"
        rows += (("win together", f"{number} of the coalitions, by members that are linked in it"),)
        return Block("LINKS", f"{len(self.links)}; members act together along them", rows)


SHORT = {  # what is longer than a column
    "a union sums to its absolute Banzhaf index": "sum: union's banzhaf",
    "symmetric_coalitional_banzhaf": "symm. coal. banzhaf",
    "solidarity_public_good": "solidarity pub. good",
    "owen_extended_public_good": "owen ext. public good",
    "coalitional_deegan_packel": "coal. deegan_packel",
    "graph_banzhaf_normalized": "graph_banzhaf_norm.",
}


def structured_catalogue() -> list[dict[str, str]]:
    """List the indices with unions or links: name, title, normalisation, formula and source.

    Returns
    -------
    list of dict
        One row per index.

    Examples
    --------
    >>> structured_catalogue()[0]["name"]
    'owen'
    """
    single = Rule(1, Quota((1,), (0,), (0,), 1))
    pair = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    rows = [("with unions", index(single, [])) for index in WITH_UNIONS.values()]
    rows += [("on a graph", index(pair, [(0, 1)])) for index in GRAPH_INDICES.values()]
    return [
        {
            "name": found.name,
            "title": f"{found.name.replace('_', ' ').capitalize()} ({where})",
            "normalisation": found.normalisation,
            "formula": FORMULAS[found.name],
            "source": found.source,
        }
        for where, found in rows
    ]


def _fractions(index: PowerIndex) -> list[Fraction]:
    values: Sequence[Fraction | float] = index.values
    return [Fraction(v) for v in values]


def voter_numbers(bound: BoundDecision, rule: Rule, names: Sequence[str]) -> list[int]:
    """Find members who vote, by any of their names.

    Parameters
    ----------
    bound : BoundDecision
        The decision.
    rule : Rule
        Of those who vote.
    names : sequence of str
        Codes, names or labels.

    Returns
    -------
    list of int

    Raises
    ------
    EngineError
        If somebody is no member, or does not vote.
    """
    found = []
    for i in numbers(bound, names):
        name = bound.rule.names[i]
        if name not in rule.names:
            raise EngineError(f"{name} is absent or takes no part, and does not vote here")
        found.append(rule.names.index(name))
    return found


def power_with_unions(
    bound: BoundDecision,
    unions: Sequence[Sequence[str]],
    indices: Sequence[str] | None = None,
    not_yes: str = "against",
) -> PowerStructure:
    """Measure power where some members have agreed to act together.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day.
    unions : sequence of sequences of str
        Members of each union, by any of their names; who is in none stands alone.
    indices : sequence of str, optional
        Names in `FORMULAS`, or of plain indices, which leave the unions aside; without it all
        that have unions, beside Shapley-Shubik.
    not_yes : {"against", "abstain"}
        What a member does that does not vote for.

    Returns
    -------
    PowerStructure

    Raises
    ------
    EngineError
        If somebody is no member or in two unions, an index is unknown or has no unions, or the
        game is too large.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> body = bind_decision(load_body("[51; 35, 20, 15, 15, 15]"))
    >>> found = power_with_unions(body, [["4", "5"]], ["owen", "solidarity_public_good"])
    >>> found.answer()["indices"]["solidarity_public_good"]["values"]["4"]
    '1/7'
    """
    start = time.perf_counter()
    whole, players = voters(bound)
    groups = [voter_numbers(bound, whole, union) for union in unions if union]
    if not groups:
        raise EngineError("no union has a member: name unions such as FRA,GBR;CHN,RUS")
    seen: set[int] = set()
    for group in groups:
        for i in group:
            if i in seen:
                raise EngineError(f"{whole.names[i]} is in two unions, or twice in one")
            seen.add(i)
    game = CountedGame(whole.project(not_yes))
    rows: dict[str, Run] = {
        name: partial(index, game, groups) for name, index in WITH_UNIONS.items()
    }
    words = tuple(tuple(whole.names[i] for i in group) for group in groups)
    base = (whole, game, players, not_yes)
    return _answer(bound, base, rows, indices, start, "unions", unions=words)


def power_on_graph(
    bound: BoundDecision,
    links: Sequence[tuple[str, str]],
    indices: Sequence[str] | None = None,
    not_yes: str = "against",
) -> PowerStructure:
    """Measure power where members act together only along links.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day.
    links : sequence of (str, str)
        Pairs of members, by any of their names.
    indices : sequence of str, optional
        Names in `FORMULAS`, or of plain indices, which leave the links aside; without it all
        that have links, beside Shapley-Shubik.
    not_yes : {"against", "abstain"}
        What a member does that does not vote for.

    Returns
    -------
    PowerStructure

    Raises
    ------
    EngineError
        If somebody is no member or linked with itself, an index is unknown or has no links, or
        the body has more than 27 members.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> body = bind_decision(load_body("[2; 1, 1, 1]"))
    >>> found = power_on_graph(body, [("1", "2"), ("2", "3")], ["myerson"])
    >>> found.answer()["indices"]["myerson"]["values"]
    {'1': '1/6', '2': '2/3', '3': '1/6'}
    """
    start = time.perf_counter()
    whole, players = voters(bound)
    pairs = []
    for pair in links:
        a, b = voter_numbers(bound, whole, pair)
        if a == b:
            raise EngineError(f"{whole.names[a]} is linked with itself; a link joins two members")
        pairs.append((a, b))
    game = CountedGame(whole.project(not_yes))
    restricted = GraphGame(game.rule, pairs)
    rows: dict[str, Run] = {
        name: partial(index, restricted) for name, index in GRAPH_INDICES.items()
    }
    words = tuple((whole.names[a], whole.names[b]) for a, b in restricted.edges)
    base = (whole, game, players, not_yes)
    return _answer(bound, base, rows, indices, start, "links", links=words,
                   winning=sum(restricted.counts.winning))  # fmt: skip


def _answer(
    bound: BoundDecision,
    base: tuple[Rule, CountedGame, list[int], str],
    rows: dict[str, Run],
    indices: Sequence[str] | None,
    start: float,
    structure: str,
    **words: Any,
) -> PowerStructure:
    whole, game, players, not_yes = base
    chosen = indices is not None and [n.casefold() for n in indices] != ["all"]
    wanted = indices if chosen and indices is not None else ["shapley_shubik", *rows]
    found, left_out = [], dict[str, str]()
    for name in dict.fromkeys(_named(n, rows, structure) for n in wanted):
        try:
            found.append(rows[name]() if name in rows else INDICES[name](game, True))
        except (GameError, LimitError) as error:
            if chosen:
                raise
            left_out[name] = str(error)
    assumed = [
        Assumption("votes", "assumed", f"who does not vote for {NOT_YES[not_yes]}"),
        Assumption("opinions", "assumed", A_PRIORI),
        Assumption(structure, "assumed", f"the {structure} were named by the user"),
    ]
    if bound.roster.own:
        assumed.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    return PowerStructure(
        None,
        "exact",
        tuple(assumed),
        Provenance("", "exact enumeration", None, 0.0, time.perf_counter() - start),
        bound,
        whole,
        game.rule,
        not_yes,
        whole.names,
        {n: tuple(r[i] for i in players) for n, r in bound.roster.roster.weights.items()},
        tuple(found),
        left_out=left_out,
        **words,
    )


def _named(name: str, rows: dict[str, Run], structure: str) -> str:
    """Check the name of an index; a dash stands for an underscore."""
    found = name.strip().replace("-", "_").casefold()
    known = [*rows, *INDICES]
    if found in known:
        return found
    if found in FORMULAS:
        raise EngineError(f"the index {found} takes no {structure}; there are {', '.join(rows)}")
    hint = did_you_mean(found, known)
    raise EngineError(f"no power index {name!r}{hint}; with {structure}: {', '.join(rows)}")
