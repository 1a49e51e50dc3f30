"""Whether any payoff in what texts offer is consistent with how a member voted on them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.bodies.recorded_votes import ATTRIBUTION
from coalitions.bodies.states import find_state, near_state
from coalitions.forecasts.audit_payoffs import (
    LinearPayoff,
    MemberAudit,
    judge,
    offers_at_most,
    programme,
)
from coalitions.forecasts.audit_texts import LADDER, OfferedText, read_texts
from solvers.errors import EngineError
from solvers.programmes.rational_lp import RationalSolution, check_certificate
from solvers.rules.votes import level_name

__all__ = ["Audit", "audit", "audit_checks"]


@dataclass(frozen=True)
class Audit(Result):
    """The votes of members against payoffs in what texts offer."""

    source: str = ""
    features: tuple[str, ...] = ()
    members: tuple[MemberAudit, ...] = ()

    kind = "audit"
    columns = ("state", "texts", "verdict", "contradiction")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """Votes and features; payoffs that fit, or multipliers that prove that none does."""
        return {
            "members": [
                {
                    "state": m.state,
                    "texts": [
                        [t.symbol, [str(x) for x in t.features], t.votes[m.state]] for t in m.texts
                    ],
                    "same": [list(pair) for pair in m.same],
                    "directions": None if m.directions is None else list(m.directions),
                    "ill_ordered": [list(pair) for pair in m.ill_ordered],
                    "payoff": None if m.payoff is None else _payoff_data(m.payoff),
                    "irreducible": list(m.irreducible),
                    "multipliers": [str(y) for y in m.multipliers],
                    "without": [_payoff_data(p) for p in m.without],
                }
                for m in self.members
            ]
        }

    def answer(self) -> dict[str, Any]:
        """Return what fits and what contradicts as plain data."""
        return {
            "texts": self.source,
            "features": list(self.features),
            "members": [
                {
                    "state": m.state,
                    "verdict": m.verdict,
                    "votes": [
                        {"symbol": t.symbol, "date": t.date, "vote": level_name(t.votes[m.state])}
                        for t in m.texts
                    ],
                    "same_offer_other_vote": [
                        [m.texts[i].symbol, m.texts[j].symbol] for i, j in m.same
                    ],
                    "directions": None
                    if m.directions is None
                    else dict(zip(self.features, m.directions, strict=True)),
                    "payoff": None
                    if m.payoff is None
                    else {
                        "weights": {
                            f: str(w) for f, w in zip(self.features, m.payoff.weights, strict=True)
                        },
                        "reservation": exact_text(m.payoff.reservation),
                        "band": exact_text(m.payoff.band),
                    },
                    "irreducible": [m.texts[i].symbol for i in m.irreducible],
                }
                for m in self.members
            ],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per member."""
        return [
            {
                "state": m.state,
                "texts": len(m.texts),
                "verdict": m.verdict,
                "contradiction": " ".join(m.texts[i].symbol for i in m.irreducible),
            }
            for m in self.members
        ]

    def screen(self) -> Screen:
        """Return the members whose votes contradict one another, and payoffs of the others."""
        blocks = []
        for verdict in ("no payoff in these features", "no monotone payoff", "no linear payoff"):
            rows = tuple((m.state, _clash_words(m)) for m in self.members if m.verdict == verdict)
            if rows:
                blocks.append(Block(verdict.upper(), "fits the votes of", rows))
        fits = tuple(
            (m.state, _payoff_words(self.features, m.payoff))
            for m in self.members
            if m.payoff is not None
        )
        if fits:
            blocks.append(Block("CONSISTENT", "one payoff of many that fit", fits))
        what = " × ".join(self.features)
        return Screen(f"{self.source}: votes against payoffs in {what}", self.marking, (*blocks,))

    def notices(self) -> dict[str, str]:
        """Say whose the votes are."""
        return {"source": ATTRIBUTION}

    def verify(self) -> bool:
        """Compute every statement again from the certificate."""
        data = self.to_dict()
        checks = list(audit_checks(data["certificate"], data["answer"]))
        return bool(checks) and all(holds for _, holds in checks)


def _payoff_data(p: LinearPayoff) -> dict[str, Any]:
    return {
        "weights": [str(w) for w in p.weights],
        "reservation": str(p.reservation),
        "band": str(p.band),
    }


def _payoff_from(data: Mapping[str, Any]) -> LinearPayoff:
    return LinearPayoff(
        tuple(Fraction(w) for w in data["weights"]),
        Fraction(data["reservation"]),
        Fraction(data["band"]),
    )


def _clash_words(m: MemberAudit) -> str:
    def told(i: int) -> str:
        return f"{level_name(m.texts[i].votes[m.state])} on {m.texts[i].symbol}"

    if m.same:
        pairs = [f"{told(i)}, {told(j)}" for i, j in m.same]
        return f"the same offer, another vote: {'; '.join(pairs)}"
    return f"together: {', '.join(told(i) for i in m.irreducible)}"


def _payoff_words(features: Sequence[str], p: LinearPayoff | None) -> str:
    if p is None:
        return ""
    terms = [
        f"{number_text(w)} × {f}" for w, f in zip(p.weights, features, strict=True) if w
    ]  # fmt: skip
    idle = f"abstains down to {number_text(p.reservation - p.band)}" if p.band else "no abstention"
    return f"{' + '.join(terms) or '0'}, for from {number_text(p.reservation)}, {idle}"


def audit(
    source: str | os.PathLike[str] = LADDER,
    members: Sequence[str] | None = None,
    features: Sequence[str] | None = None,
) -> Audit:
    """Say whether any payoff in what texts offer is consistent with how members voted on them.

    Parameters
    ----------
    source : str or path
        Texts, as for :func:`~coalitions.forecasts.audit_texts.read_texts`.
    members : sequence of str, optional
        Codes or names of states; all that voted on at least two of the texts when left out.
    features : sequence of str, optional
        What to go by.

    Returns
    -------
    Audit
        For each member a payoff that fits, or votes that contradict one another, none of which
        can be left out. Exact.

    Raises
    ------
    EngineError
        If something is missing or wrong in the file, or a state voted on none of the texts.

    Notes
    -----
    A member votes for where its payoff is at least r, abstains where it is at least r - band, and
    votes against below. A contradiction says that scope alone does not explain the votes: sponsor,
    wording, deadline or another day do. Consistency proves nothing about motives.

    References
    ----------
    .. [1] S. N. Afriat, "The construction of utility functions from expenditure data",
       International Economic Review 8 (1967), pp. 67-77.
    .. [2] J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer, 2008,
       chapter 6 (the deletion filter).

    Examples
    --------
    >>> found = audit(members=["GBR"]).members[0]
    >>> found.verdict
    'no payoff in these features'
    >>> [tuple(found.texts[i].symbol for i in pair) for pair in found.same][-1]
    ('S/2020/683', 'S/RES/2533(2020)')
    """
    chosen, texts = read_texts(source, features)
    states = _members(texts, members)
    found = tuple(judge(s, tuple(t for t in texts if s in t.votes), len(chosen)) for s in states)
    assumed = (Assumption("features", "stated", f"what texts offer, as in {os.fspath(source)}"),)
    return Audit(
        None, "exact", assumed, Provenance(), os.fspath(source), chosen, found
    )  # fmt: skip


def _members(texts: Sequence[OfferedText], members: Sequence[str] | None) -> list[str]:
    counts: dict[str, int] = {}
    for text in texts:
        for state in text.votes:
            counts[state] = counts.get(state, 0) + 1
    if members is None:
        return sorted(s for s, n in counts.items() if n > 1)
    found: list[str] = []
    for word in members:
        state = find_state(word) or ""
        if state not in counts:
            raise EngineError(f"{word!r} voted on none of the texts{near_state(word, (*counts,))}")
        if state not in found:
            found.append(state)
    return found


def audit_checks(
    certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Check a saved audit again: payoffs by the votes they give, contradictions by their proofs.

    Parameters
    ----------
    certificate, answer : mapping
        Of a saved result.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.
    """
    n = len(answer["features"])
    for entry, told in zip(certificate["members"], answer["members"], strict=True):
        state = entry["state"]
        symbols = [s for s, _, _ in entry["texts"]]
        points = [tuple(Fraction(x) for x in xs) for _, xs, _ in entry["texts"]]
        votes = [v for _, _, v in entry["texts"]]
        said = [(v["symbol"], v["vote"]) for v in told["votes"]]
        same = told["state"] == state and said == [
            (s, level_name(v)) for s, v in zip(symbols, votes, strict=True)
        ]
        yield f"{state}: the answer states the certified votes", same
        pairs = [
            [i, j]
            for i, j in combinations(range(len(points)), 2)
            if points[i] == points[j] and votes[i] != votes[j]
        ]
        named = [[symbols[i], symbols[j]] for i, j in pairs]
        yield (
            f"{state}: texts that offer the same",
            pairs == entry["same"] and named == told["same_offer_other_vote"],
        )
        yield f"{state}: monotone payoffs", _order_holds(entry, told, points, votes, n)
        kept = entry["irreducible"]
        verdict = "no payoff in these features" if pairs else "no monotone payoff"
        if not pairs and entry["directions"] is not None:
            verdict = "no linear payoff" if entry["payoff"] is None else "consistent"
        yield f"{state}: the verdict", told["verdict"] == verdict
        yield (
            f"{state}: the votes that contradict one another",
            told["irreducible"] == [symbols[i] for i in kept],
        )
        if entry["payoff"] is not None:
            payoff = _payoff_from(entry["payoff"])
            stated = told["payoff"] is not None and (
                [str(w) for w in payoff.weights] == list(told["payoff"]["weights"].values())
                and str(payoff.reservation) == told["payoff"]["reservation"]
                and str(payoff.band) == told["payoff"]["band"]
            )
            fits = payoff.band >= 0 and [payoff.vote(x) for x in points] == votes
            yield f"{state}: the payoff gives these votes", fits and stated and not kept
            continue
        inside, cast = [points[i] for i in kept], [votes[i] for i in kept]
        proof = RationalSolution(
            "infeasible", duals=tuple(Fraction(y) for y in entry["multipliers"])
        )
        none = not check_certificate(*programme(inside, cast, n), proof)
        yield f"{state}: no linear payoff fits", none and told["payoff"] is None
        fitting = [_payoff_from(p) for p in entry["without"]]
        enough = len(fitting) == len(kept) and all(
            p.band >= 0 and all(p.vote(points[j]) == votes[j] for j in kept if j != i)
            for i, p in zip(kept, fitting, strict=True)
        )
        yield f"{state}: none of these votes can be left out", enough


def _order_holds(
    entry: Mapping[str, Any],
    told: Mapping[str, Any],
    points: Sequence[tuple[Fraction, ...]],
    votes: Sequence[int],
    n: int,
) -> bool:
    """Check directions against every pair of texts, or the pair given against each of them."""
    if entry["directions"] is not None:
        signs = entry["directions"]
        pairs = product(range(len(points)), repeat=2)
        bad = any(
            votes[i] > votes[j] and offers_at_most(points[i], points[j], signs) for i, j in pairs
        )
        return list((told["directions"] or {}).values()) == signs and not bad
    choices = list(product((1, -1), repeat=n))
    return told["directions"] is None and len(entry["ill_ordered"]) == len(choices) and all(
        votes[i] > votes[j] and offers_at_most(points[i], points[j], signs)
        for signs, (i, j) in zip(choices, entry["ill_ordered"], strict=True)
    )  # fmt: skip
