"""What a package consists of, by name: one part a row, with what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coalitions.answers.results import exact_text, number_text
from coalitions.answers.wording import marked, members, tally
from coalitions.bodies.rosters import BoundDecision
from coalitions.decisions.modelling import Model
from coalitions.scenarios.scenario import ConcessionCase
from solvers.concessions.problem import Package
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = ["Part", "named_parts", "number_names", "part_lines", "parts_of", "vote_lines"]

KINDS = {"amendment": "amend", "link": "together with", "endorsement": "obtain"}


@dataclass(frozen=True)
class Part:
    """One part of a package.

    Parameters
    ----------
    part : str
        ``amendment``, ``link``, ``endorsement``, ``transfer``, ``item``, ``contribution``,
        ``channel`` or ``combination``.
    name, title : str
        Name in the scenario, and in words.
    to : str
        The state that receives it, or that contributes it.
    amount, cost : Fraction
        Units, and what they cost.
    note : str
        What a reader should know of the instrument.
    """

    part: str
    name: str
    title: str
    to: str
    amount: Fraction
    cost: Fraction
    note: str = ""

    def row(self) -> dict[str, Any]:
        """Return the part as a tidy row, numbers as exact text."""
        return {
            "part": self.part,
            "name": self.name,
            "to": self.to,
            "amount": exact_text(self.amount),
            "cost": exact_text(self.cost),
        }


def parts_of(model: Model, package: Package) -> tuple[Part, ...]:
    """List the parts of a package; their costs add up to what it costs.

    Parameters
    ----------
    model : Model
        What the numbers stand for.
    package : Package
        By number.

    Returns
    -------
    tuple of Part
    """
    one, found = Fraction(1), []
    for k in sorted(package.amendments):
        a = model.amendments[k]
        name = a.key.removeprefix("endorsement ") if a.kind == "endorsement" else a.key
        found.append(Part(a.kind, name, a.title, "", one, a.cost.value))
    for combination in model.problem.combinations:
        if combination.amendments <= package.amendments and combination.cost:
            names = " and ".join(model.amendments[k].key for k in sorted(combination.amendments))
            title = f"{names} together"
            found.append(Part("combination", names, title, "", one, combination.cost))
    for m, amount in sorted(package.transfers.items()):
        c = model.transfers[m]
        cost = amount * c.cost.value
        found.append(Part("transfer", c.key, c.title, c.recipient, amount, cost, _note(c)))
    for k in sorted(package.items):
        c = model.items[k]
        found.append(Part("item", c.key, c.title, c.recipient, one, c.cost.value, _note(c)))
    used = {m for m, t in package.transfers.items() if t}
    for channel in model.problem.channels:
        through = [model.transfers[m] for m in sorted(channel.transfers & used)]
        through += [model.items[k] for k in sorted(channel.items & package.items)]
        if through and channel.cost:
            first = through[0]
            what = f"escrow for {first.title}" if first.key.endswith("escrow") else "a channel"
            by = f" from {first.provider}" if first.provider else ""
            to = first.recipient
            found.append(Part("channel", first.provider, f"{what}{by}", to, one, channel.cost))
    for c_, amount in sorted(package.contributions.items()):
        case = model.contributions[c_]
        title = next(need.title for need in model.needs if need.key == case.need)
        cost = amount * case.cost.value
        found.append(Part("contribution", case.need, title, case.state, amount, cost))
    return tuple(found)


def _note(case: ConcessionCase) -> str:
    by = f" by {case.provider}" if case.provider else ""
    caution = {
        "sanctions_relief": "; may reward obstruction",
        "aid": "; aid that follows votes may reward obstruction",
    }.get(case.type, "")
    return f"{case.type.replace('_', ' ')}{by}{caution}"


def number_names(model: Model) -> dict[str, Any]:
    """Say what the numbers of a package stand for, for its certificate.

    Parameters
    ----------
    model : Model
        What the numbers stand for.

    Returns
    -------
    dict
    """
    names: dict[str, Any] = {
        "amendments": [a.key for a in model.amendments],
        "transfers": [[c.key, c.recipient] for c in model.transfers],
        "items": [[c.key, c.recipient] for c in model.items],
    }
    if model.contributions:
        names["contributions"] = [[c.need, c.state] for c in model.contributions]
    return names


def named_parts(names: Mapping[str, Any], package: Package) -> dict[str, Any]:
    """Write a package by name, as answers do.

    Parameters
    ----------
    names : mapping
        As :func:`number_names` returns it.
    package : Package
        By number.

    Returns
    -------
    dict
    """
    found: dict[str, Any] = {
        "amendments": [names["amendments"][k] for k in sorted(package.amendments)],
        "transfers": [
            {"concession": key, "to": to, "amount": exact_text(amount)}
            for m, amount in sorted(package.transfers.items())
            for key, to in (names["transfers"][m],)
        ],
        "items": [
            {"concession": key, "to": to}
            for k in sorted(package.items)
            for key, to in (names["items"][k],)
        ],
    }
    if package.contributions:
        found["contributions"] = [
            {"need": need, "from": state, "amount": exact_text(amount)}
            for c, amount in sorted(package.contributions.items())
            for need, state in (names["contributions"][c],)
        ]
    return found


def part_lines(model: Model, package: Package, bound: BoundDecision) -> tuple[tuple[str, str], ...]:
    """Say what a package consists of, a label and a text for each part.

    Parameters
    ----------
    model : Model
        What the numbers stand for.
    package : Package
        By number.
    bound : BoundDecision
        Knows the permanent members.

    Returns
    -------
    tuple of (str, str)
    """
    rows = []
    for part in parts_of(model, package):
        note = f" ({part.note})" if part.note else ""
        cost = number_text(part.cost)
        if part.part in KINDS:
            rows.append((KINDS[part.part], f"{part.name}: {part.title} (cost {cost})"))
        elif part.part == "combination":
            rows.append(("together", f"{part.title} (cost {cost})"))
        elif part.part == "transfer":
            label = marked(part.to, bound)
            rows.append((label, f"{number_text(part.amount)} of {part.title}{note}"))
        elif part.part == "contribution":
            text = f"contributes {number_text(part.amount)} of {part.title} (cost {cost})"
            rows.append((marked(part.to, bound), text))
        else:
            text = part.title + (f" (cost {cost})" if part.part == "channel" else note)
            rows.append((marked(part.to, bound), text))
    return tuple(rows)


def vote_lines(
    names: tuple[str, ...], votes: tuple[int, ...], bound: BoundDecision
) -> list[tuple[str, str]]:
    """Say how states vote under a package.

    Parameters
    ----------
    names : tuple of str
        The players.
    votes : tuple of int
        Their votes.
    bound : BoundDecision
        Knows the permanent members.

    Returns
    -------
    list of (str, str)
    """
    counts = tuple(sum(v == w for v in votes) for w in (YES, NO, ABSTAIN, ABSENT))
    rows = [("votes then", tally(counts))]
    for level in (YES, ABSTAIN, NO):
        who = [n for n, v in zip(names, votes, strict=True) if v == level]
        if who:
            rows.append((f"  {level_name(level)}", members(who, bound)))
    return rows
