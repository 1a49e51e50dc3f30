"""Who has power, estimated from random orders and coalitions, with standard errors."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.member_tables import Column, member_blocks
from coalitions.answers.results import Block, Provenance, Screen
from coalitions.bodies.rosters import BoundDecision
from coalitions.files.spelling import did_you_mean
from coalitions.power_indices.power import A_PRIORI, NOT_YES, Power, voters
from solvers.errors import EngineError
from solvers.power.sampling import SAMPLED_INDICES, SampledPower, sampled_power

__all__ = ["PowerSample", "power_sampled"]


@dataclass(frozen=True)
class PowerSample(Power):
    """Estimated indices of the members of a body; each has its standard errors."""

    estimates: tuple[SampledPower, ...] = ()

    kind = "power-sample"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule of those who vote, and what the samples start from."""
        if self.whole is None:
            return {}
        return {
            "rule": self.whole.to_dict(),
            "not_yes": self.not_yes,
            "samples": {
                e.name: {"seed": e.seed, "samples": e.samples, "wanted": e.wanted}
                for e in self.estimates
            },
        }

    def answer(self) -> dict[str, Any]:
        """Return the estimates as plain data."""
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
            "indices": {
                e.name: {
                    "normalisation": e.normalisation,
                    "source": SAMPLED_INDICES[e.name][1],
                    "samples": e.samples,
                    "seed": e.seed,
                    "standard_error_wanted": e.wanted,
                    "standard_error_reached": e.reached,
                    "values": dict(zip(self.members, e.values, strict=True)),
                    "standard_errors": dict(zip(self.members, e.standard_errors, strict=True)),
                }
                for e in self.estimates
            },
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per member: every estimate with its standard error."""
        shares = {f"{name} (share)": row for name, row in self._shares().items()}
        found = []
        for i, member in enumerate(self.members):
            row: dict[str, Any] = {"state": member}
            row |= {name: float(values[i]) for name, values in shares.items()}
            for e in self.estimates:
                row[f"{e.name} (estimated, {e.normalisation})"] = e.values[i]
                row[f"{e.name} (standard error)"] = e.standard_errors[i]
            found.append(row)
        return found

    def screen(self) -> Screen:
        """Return the estimates as a table of members."""
        bound = self.bound
        if bound is None:
            return Screen("", self.marking, ())
        columns: list[Column] = [(n, "share of weight", r) for n, r in self._shares().items()]
        leading, drawn = len(columns), []
        for e in self.estimates:
            columns += [(e.name, "estimated", e.values), ("", "standard error", e.standard_errors)]
            worst = max(e.standard_errors, default=0.0)
            words = f"{e.samples:,} samples, seed {e.seed}; largest standard error {worst:.2g}"
            if not e.reached:
                words += f", above the {e.wanted:.2g} asked for: the samples ended before"
            drawn.append((e.name, f"{words}; {e.normalisation}"))
        model = [("votes", f"who does not vote for {NOT_YES[self.not_yes]}; {A_PRIORI}")]
        blocks = [
            Block("DECISION", f"{bound.decision.title} ({bound.reading.name})"),
            Block("RULE", bound.rule.describe(), tuple(self._quotas())),
            Block("MODEL", "", tuple(model)),
            Block("ESTIMATED", "by random orders and random coalitions", tuple(drawn)),
            *member_blocks("POWER", self.members, columns, bound, leading),
        ]
        if bound.roster.notes:
            notes = tuple(("", note) for note in bound.roster.notes)
            blocks.append(Block("ROSTER AND WEIGHTS", bound.roster.origin, notes))
        title = f"Power in {bound.body.title}, {bound.roster.day or bound.roster.origin}"
        return Screen(title, self.marking, tuple(blocks))


def power_sampled(
    bound: BoundDecision,
    standard_error: float = 0.001,
    seed: int = 0,
    indices: Sequence[str] | None = None,
    not_yes: str = "against",
    max_samples: int = 1_000_000,
    workers: int = 1,
) -> PowerSample:
    """Estimate power where exact counting is out of reach.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day.
    standard_error : float
        Draw until that of every member is at most this.
    seed : int
        What the random numbers start from.
    indices : sequence of str, optional
        ``shapley_shubik`` and ``banzhaf_absolute``, which are both taken without it.
    not_yes : {"against", "abstain"}
        What a member does that does not vote for.
    max_samples : int
        Stop there in any case; the answer says that it did.
    workers : int
        Processes; their number does not change the answer.

    Returns
    -------
    PowerSample
        Estimated.

    Raises
    ------
    EngineError
        If an index cannot be sampled, or a number is out of range.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> found = power_sampled(bind_decision(load_body("[51; 50, 49, 1]")), 0.01, seed=7)
    >>> found.guarantee, found.answer()["indices"]["shapley_shubik"]["standard_error_reached"]
    ('estimated', True)
    """
    start = time.perf_counter()
    whole, players = voters(bound)
    everything = indices is None or [n.casefold() for n in indices] == ["all"]
    names = list(SAMPLED_INDICES) if everything or indices is None else _named(indices)
    rule = whole.project(not_yes)
    estimates = tuple(
        sampled_power(rule, name, seed, standard_error, max_samples, workers) for name in names
    )
    assumed = [
        Assumption("votes", "assumed", f"who does not vote for {NOT_YES[not_yes]}"),
        Assumption("opinions", "assumed", A_PRIORI),
    ]
    if bound.roster.own:
        assumed.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    worst = max((s for e in estimates for s in e.standard_errors), default=0.0)
    return PowerSample(
        None,
        "estimated",
        tuple(assumed),
        Provenance("", "random samples", seed, worst, time.perf_counter() - start),
        bound,
        whole,
        rule,
        not_yes,
        whole.names,
        {n: tuple(r[i] for i in players) for n, r in bound.roster.roster.weights.items()},
        estimates=estimates,
    )


def _named(indices: Sequence[str]) -> list[str]:
    found = []
    for name in indices:
        plain = name.strip().replace("-", "_").casefold()
        if plain not in SAMPLED_INDICES:
            hint = did_you_mean(plain, SAMPLED_INDICES)
            raise EngineError(
                f"{name!r} is not sampled{hint}; there are {', '.join(SAMPLED_INDICES)}"
            )
        found.append(plain)
    return list(dict.fromkeys(found))
