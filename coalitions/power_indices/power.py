"""Who has power: several indices of the members of a body side by side; floats say so."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from math import gcd
from typing import TYPE_CHECKING, Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.member_tables import digits, member_blocks, plain, shown_number
from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text
from coalitions.bodies.rosters import BoundDecision
from coalitions.files.spelling import did_you_mean
from solvers.errors import EngineError, GameError, LimitError
from solvers.power import INDICES, MEASURES, CountedGame, PowerIndex
from solvers.power.ternary import TERNARY_INDICES, VOTE_MODEL
from solvers.rules.rule import AllOf, Node, Quota, Rule

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DEFAULT", "Power", "catalogue", "index_named", "power", "voters"]

DEFAULT = ("shapley_shubik", "banzhaf_normalized", "banzhaf_absolute")
NOT_YES = {"against": "votes against", "abstain": "abstains"}
A_PRIORI = (
    "a priori: yes or not yes, every coalition (for orders: every order) counts alike; what is "
    "known of the members' opinions does not enter"
)


@dataclass(frozen=True)
class Power(Result):
    """Indices of the members of a body; ``rule`` is ``whole`` reduced to yes and not-yes."""

    bound: BoundDecision | None = None
    whole: Rule | None = None
    rule: Rule | None = None
    not_yes: str = "against"
    members: tuple[str, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    indices: tuple[PowerIndex, ...] = ()
    winning: int = 0
    swings: tuple[int, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    kind = "power"
    columns = ("state",)

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule of those who vote, and the counts that the indices rest on."""
        if self.rule is None:
            return {}
        return {
            "rule": self.whole.to_dict() if self.whole else None,
            "not_yes": self.not_yes,
            "winning": str(self.winning),
            "swings": [str(s) for s in self.swings],
        }

    @property
    def stopped_early(self) -> bool:
        """Never: an index in floats is bounded, and yet complete."""
        return False

    def answer(self) -> dict[str, Any]:
        """Return the indices as plain data; exact numbers as text, floats as numbers."""
        bound = self.bound
        if bound is None or self.rule is None:
            return {}
        every = 1 << self.rule.n_players
        return {
            "body": bound.body.name,
            "decision": bound.decision.name,
            "reading": bound.reading.name,
            "day": bound.roster.day or None,
            "rule": bound.rule.describe(),
            "not_yes": self.not_yes,
            "quotas": [dict(zip(("requirement", "quota"), q, strict=True)) for q in self._quotas()],
            "weights": list(bound.roster.notes),
            "winning": str(self.winning),
            "coalitions": str(every),
            "collectivity": exact_text(Fraction(self.winning, every)),
            "shares": {
                name: {m: exact_text(s) for m, s in zip(self.members, row, strict=True)}
                for name, row in self._shares().items()
            },
            "indices": {
                index.name: {
                    "normalisation": index.normalisation,
                    "formula": _row(index.name).formula,
                    "source": index.source,
                    "sum": _written(sum(values := _numbers(index), Fraction(0))),
                    "values": {m: _written(v) for m, v in zip(self.members, values, strict=True)},
                    **_told(index),
                }
                for index in self.indices
            },
            "left_out": dict(self.left_out),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per member; the head of a column names the normalisation."""
        columns: dict[str, Sequence[Fraction | float]] = {
            f"{name} (share)": row for name, row in self._shares().items()
        }
        columns |= {f"{i.name} ({i.unit})": i.values for i in self.indices}
        return [
            {"state": member} | {name: plain(values[i]) for name, values in columns.items()}
            for i, member in enumerate(self.members)
        ]

    def screen(self) -> Screen:
        """Return the indices as a table of members; members with equal numbers share a line."""
        bound = self.bound
        if bound is None or self.rule is None:
            return Screen("", self.marking, ())
        every = 1 << self.rule.n_players
        title = f"Power in {bound.body.title}, {bound.roster.day or bound.roster.origin}"
        model = [("votes", f"who does not vote for {NOT_YES[self.not_yes]}; {A_PRIORI}")]
        if any(index.name in TERNARY_INDICES for index in self.indices):
            model.append(("ternary", f"{VOTE_MODEL}, independently"))
        model += [
            (i.name, f"not exact: {i.unit}; --exact counts, which takes longer")
            for i in self.indices
            if not i.is_exact
        ]
        capacity = Fraction(self.winning, every)
        blocks = [
            Block("DECISION", f"{bound.decision.title} ({bound.reading.name})"),
            Block("RULE", bound.rule.describe(), tuple(self._quotas())),
            Block("MODEL", "", tuple(model)),
            Block(
                "CAN ACT",
                f"{digits(self.winning)} of {digits(every)} coalitions win: "
                f"{shown_number(capacity)} (power of the collectivity to act, Coleman)",
            ),
            *self._tables(),
        ]
        if self.left_out:
            blocks.append(Block("LEFT OUT", "", tuple(self.left_out.items())))
        if bound.roster.notes:
            notes = tuple(("", note) for note in bound.roster.notes)
            blocks.append(Block("ROSTER AND WEIGHTS", bound.roster.origin, notes))
        return Screen(title, self.marking, tuple(blocks))

    def plot(self, what: str = "bars") -> Figure:
        """Draw the answer; needs matplotlib.

        Parameters
        ----------
        what : {"bars", "heat"}
            The indices beside the share of weight, or who decides at which size of coalition.

        Returns
        -------
        matplotlib.figure.Figure
        """
        # By name: a surface, which an analysis knows only when it is asked to draw.
        figure: Figure = import_module("coalitions.pictures.plot").plot(self, what)
        return figure

    def _shares(self) -> dict[str, tuple[Fraction, ...]]:
        return {
            name: tuple(Fraction(w, total) for w in row)
            for name, row in self.weights.items()
            if (total := sum(row))
        }

    def _quotas(self) -> list[tuple[str, str]]:
        """Say of every requirement what it demands, and of what total."""
        if self.rule is None:
            return []
        found = []
        for leaf in self.rule.leaves():
            unit = next((name for name, row in self.weights.items() if row == leaf.yes), "")
            scale = 1 if unit else gcd(*leaf.yes)
            need, whole = -(-leaf.threshold // scale), sum(leaf.yes) // scale
            equal = {w // scale for w in leaf.yes} <= {0, 1}
            unit = unit or ("members" if equal else "weight units")
            found.append((leaf.title or leaf.kind, f"{need:,} of {whole:,} {unit}"))
        return list(dict.fromkeys(found))

    def _tables(self) -> list[Block]:
        if self.bound is None:
            return []
        columns: list[tuple[str, str, Sequence[Fraction | float]]] = [
            (name, "share of weight", row) for name, row in self._shares().items()
        ]
        columns += [
            (i.name, i.normalisation if i.is_exact else f"{i.normalisation}, float", i.values)
            for i in self.indices
        ]
        leading = len(columns) - len(self.indices)
        return member_blocks("POWER", self.members, columns, self.bound, leading)


def _numbers(index: PowerIndex) -> Sequence[Fraction | float]:
    return index.values


def _written(value: Fraction | float) -> str | float | None:
    """Write a number for data: a fraction as text, a float as it is."""
    return value if isinstance(value, float) else exact_text(value)


def _told(index: PowerIndex) -> dict[str, Any]:
    """Say whether an index is exact; of floats how far off they are, and how they were made."""
    if index.is_exact:
        return {"guarantee": "exact"}
    return {
        "guarantee": "bounded", "error": index.error, "nodes": index.nodes, "unit": index.unit,
    }  # fmt: skip


def _row(name: str) -> Any:
    return INDICES[name] if name in INDICES else TERNARY_INDICES[name]


def catalogue() -> list[dict[str, str]]:
    """List the indices: name, title, normalisation, formula and source.

    Returns
    -------
    list of dict
        One row per index.

    Examples
    --------
    >>> catalogue()[0]["name"]
    'shapley_shubik'
    """
    keys = ("name", "title", "normalisation", "formula", "source")
    return [
        {key: getattr(row, key) for key in keys}
        for row in (*INDICES.values(), *TERNARY_INDICES.values())
    ]


def index_named(name: str) -> str:
    """Check the name of an index.

    Parameters
    ----------
    name : str
        What a user wrote; a dash stands for an underscore.

    Returns
    -------
    str
        A name in the catalogue.

    Raises
    ------
    EngineError
        If there is no such index, or it is one number of the whole body.
    """
    known = [row["name"] for row in catalogue()]
    found = name.strip().replace("-", "_").casefold()
    if found in MEASURES:
        raise EngineError(
            f"{found} is one number of the body, not an index of its members; "
            f"every answer has the number of winning coalitions and the capacity to act"
        )
    if found not in known:
        hint = did_you_mean(found, known)
        raise EngineError(f"no power index {name!r}{hint}; `coalitions power --list` has them all")
    return found


def power(
    bound: BoundDecision,
    indices: Sequence[str] | None = None,
    not_yes: str = "against",
    exact: bool | None = None,
) -> Power:
    """Measure the power of the members of a body.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day. Members that are absent or take no part are no players.
    indices : sequence of str, optional
        Names in :func:`catalogue`, or ``["all"]``; without it a choice, with the ternary form
        where the rule tells an abstention from a vote against. Of those that were not named
        one by one, what does not go together with the rule is left out and said.
    not_yes : {"against", "abstain"}
        What a member does that does not vote for; the projection of the rule to yes and not-yes.
    exact : bool, optional
        True for fractions or a refusal, False for floats where an index has them. Without it
        fractions, but floats where counting would take seconds.

    Returns
    -------
    Power
        Exact, unless an index is in floats: then it is bounded, and the index has its error.

    Raises
    ------
    EngineError
        If there is no such index, index and rule do not go together, or the game is too large.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> found = power(bind_decision(load_body("[51; 50, 49, 1]")), ["shapley_shubik"])
    >>> found.answer()["indices"]["shapley_shubik"]["values"]
    {'1': '2/3', '2': '1/6', '3': '1/6'}
    """
    start = time.perf_counter()
    whole, players = voters(bound)
    game = CountedGame(whole.project(not_yes))
    tells = any(leaf.abstain != leaf.no for leaf in whole.leaves())
    ternary = tuple(TERNARY_INDICES)[:1] if tells else ()
    everything = indices is not None and [n.casefold() for n in indices] == ["all"]
    if everything:
        names: Sequence[str] = (*INDICES, *(TERNARY_INDICES if tells else ()))
    elif indices is None:
        names = (*DEFAULT, *ternary)
    else:
        names = list(dict.fromkeys(index_named(name) for name in indices))
    found, left_out = _measured(whole, game, names, everything or indices is None, exact)
    totals = game.totals
    weights = bound.roster.roster.weights
    return Power(
        None,
        "exact" if all(index.is_exact for index in found) else "bounded",
        _assumptions(bound, not_yes, found),
        Provenance(
            "", f"exact count ({totals.method})", None,
            max((index.error or 0.0 for index in found), default=0.0),
            time.perf_counter() - start,
        ),
        bound,
        whole,
        game.rule,
        not_yes,
        whole.names,
        {name: tuple(row[i] for i in players) for name, row in weights.items()},
        found,
        totals.winning,
        totals.swings,
        left_out,
    )  # fmt: skip


def _measured(
    rule: Rule, game: CountedGame, names: Sequence[str], lenient: bool, exact: bool | None
) -> tuple[tuple[PowerIndex, ...], dict[str, str]]:
    """Run the indices; those that were not asked for by name may be left out with the reason."""
    found, left_out, profiles = [], dict[str, str](), None
    for name in names:
        try:
            if name in INDICES:
                found.append(INDICES[name](game, exact))
                continue
            if profiles is None:
                from solvers.counting.ternary_counting import count_profiles

                profiles = count_profiles(rule)
            found.append(TERNARY_INDICES[name](profiles))
        except (GameError, LimitError) as error:
            if not lenient:
                raise
            left_out[name] = str(error)
    return tuple(found), left_out


def _assumptions(
    bound: BoundDecision, not_yes: str, found: Sequence[PowerIndex]
) -> tuple[Assumption, ...]:
    assumed = [Assumption("votes", "assumed", f"who does not vote for {NOT_YES[not_yes]}")]
    assumed.append(Assumption("opinions", "assumed", A_PRIORI))
    if any(index.name in TERNARY_INDICES for index in found):
        assumed.append(Assumption("abstention", "assumed", VOTE_MODEL))
    if bound.roster.own:
        assumed.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    return tuple(assumed)


def voters(bound: BoundDecision) -> tuple[Rule, list[int]]:
    """Reduce the rule of a decision to those who vote.

    Parameters
    ----------
    bound : BoundDecision
        The decision.

    Returns
    -------
    rule : Rule
        Of the members that are neither absent nor take no part.
    players : list of int
        Their numbers in the rule of the decision.

    Raises
    ------
    EngineError
        If nobody is left.
    """
    away = {*bound.absent, *bound.recused}
    players = [i for i, name in enumerate(bound.rule.names) if name not in away]
    if not players:
        raise EngineError("nobody is left to vote: every member is absent or takes no part")
    names = tuple(bound.rule.names[i] for i in players)
    return Rule(len(players), _only(bound.rule.root, players), names), players


def _only(node: Node, players: Sequence[int]) -> Node:
    """Keep the columns of some players; who is absent adds nothing to any requirement."""
    if isinstance(node, Quota):
        yes, abstain, no = (
            tuple(row[i] for i in players) for row in (node.yes, node.abstain, node.no)
        )
        return Quota(yes, abstain, no, node.threshold, node.title, node.kind)
    parts = tuple(_only(part, players) for part in node.parts)
    return AllOf(parts, node.title) if isinstance(node, AllOf) else type(node)(parts, node.title)
