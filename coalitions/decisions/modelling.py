"""From an option and a venue to numbers: the voters, instruments and rule of one decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from coalitions.answers.assumptions import Assumption
from coalitions.decisions.offers import offers_of
from coalitions.scenarios.conditions import compile_condition, endorsement_key
from coalitions.scenarios.joint_routes import spread
from coalitions.scenarios.scenario import (
    LEVEL_WORDS,
    WHAT_IF,
    AmendmentCase,
    ConcessionCase,
    Figure,
    Option,
    Payoff,
    Scenario,
    Venue,
)
from coalitions.scenarios.ties import ContributionCase, NeedCase
from solvers.concessions.problem import (
    Amendment,
    AtMost,
    Combination,
    ConcessionProblem,
    Contribution,
    Doubts,
    Need,
    ThirdParty,
    Voter,
)
from solvers.rules.votes import ABSENT

__all__ = ["Model", "eligibility", "model_of"]


@dataclass(frozen=True)
class Model:
    """A decision in numbers, and what the numbers stand for.

    Parameters
    ----------
    problem : ConcessionProblem
        Rule, voters and instruments.
    names : tuple of str
        The players: those of the venue in the order of the roster, then those who take part
        only in what is linked to the text.
    amendments : tuple of AmendmentCase
        Meaning of the amendment numbers: amendments, links, endorsements that can be had.
    transfers, items : tuple of ConcessionCase
        Meaning of their numbers.
    needs, contributions : tuples
        Meaning of their numbers.
    assumptions : tuple of Assumption
        Everything the voters rest on that is not on record.
    has_instruments : bool
        Whether anything could be conceded at all.
    """

    problem: ConcessionProblem
    names: tuple[str, ...]
    amendments: tuple[AmendmentCase, ...]
    transfers: tuple[ConcessionCase, ...]
    items: tuple[ConcessionCase, ...]
    assumptions: tuple[Assumption, ...]
    needs: tuple[NeedCase, ...] = field(default=())
    contributions: tuple[ContributionCase, ...] = field(default=())

    @property
    def has_instruments(self) -> bool:
        """Whether anything could be conceded."""
        return bool(self.amendments or self.transfers or self.items or self.contributions)


def eligibility(scenario: Scenario, option: Option) -> tuple[str, str]:
    """Judge an option before any vote: legal basis, red lines, effect floor.

    Parameters
    ----------
    scenario : Scenario
        Floor and red lines.
    option : Option
        The text.

    Returns
    -------
    status : {"eligible", "needs amendments", "contested", "not eligible"}
        No score makes an option without a legal basis eligible. A text below the floor needs
        amendments; where they could not lift it there, it is not eligible.
    why : str
        One sentence; empty when eligible.
    """
    if option.crosses:
        return "not eligible", f"crosses a red line: {', '.join(option.crosses)}"
    if option.legal_basis == "none":
        return "not eligible", "no legal basis"
    parts = [
        a.effect.value
        for a in scenario.amendments
        if not a.crosses and (a.options is None or option.key in a.options)
    ]
    parts += [c.effect.value for c in scenario.ties.combinations if not c.crosses]
    most = option.effect.value + sum((max(e, Fraction(0)) for e in parts), Fraction(0))
    short = (
        f"effect {_number(option.effect.value)} is below the floor of "
        f"{_number(scenario.floor.value)}{f' {option.unit}' if option.unit else ''}"
    )
    if most < scenario.floor.value:
        return "not eligible", short
    reasons = ["the legal basis is contested"] if option.legal_basis == "contested" else []
    status = "contested" if reasons else "eligible"
    if option.effect.value < scenario.floor.value:
        reasons.append(f"{short} as the text stands")
        status = "contested" if status == "contested" else "needs amendments"
    return status, "; ".join(reasons)


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def model_of(scenario: Scenario, option: Option, venue: Venue) -> Model:
    """Put one option before one venue into numbers.

    Parameters
    ----------
    scenario : Scenario
        The case; changes of ``what_if`` count.
    option : Option
        The text.
    venue : Venue
        The body and decision.

    Returns
    -------
    Model
    """
    return _Modelling(scenario, option, venue).model()


class _Modelling:
    """One option before one venue, on its way to numbers."""

    def __init__(self, scenario: Scenario, option: Option, venue: Venue) -> None:
        self.scenario, self.option, self.venue = scenario, option, venue
        self.assumptions: list[Assumption] = []
        own = [a for a in scenario.amendments if a.options is None or option.key in a.options]
        self.amendments = (*own, *self._endorsements())
        self.numbers = {a.key: k for k, a in enumerate(self.amendments)}
        self.bodies = [venue, *(a.venue for a in own if a.venue is not None)]
        names = dict.fromkeys(n for body in self.bodies for n in body.bound.rule.names)
        self.names = tuple(names)
        self.players = {name: i for i, name in enumerate(self.names)}

    def _endorsements(self) -> list[AmendmentCase]:
        """Endorsements that can be had, as something that is adopted."""
        found = []
        for e in self.scenario.ties.endorsements:
            if e.given or e.obtained_at is None:
                continue
            margins = {}
            for state, payoff in self.option.payoffs.items():
                gain = payoff.legitimacy * e.legitimacy.value
                if gain:
                    margins[state] = Figure(gain, gain, gain, e.legitimacy.origin, place=e.key)
            nothing = Figure(Fraction(0), Fraction(0), Fraction(0), "recorded")
            found.append(
                AmendmentCase(
                    endorsement_key(e.key),
                    e.title,
                    e.obtained_at,
                    nothing,
                    margins,
                    frozenset(),
                    frozenset(),
                    (),
                    None,
                    "",
                    "endorsement",
                )
            )
        return found

    def model(self) -> Model:
        """Return the numbers and what they stand for."""
        scenario, names, players = self.scenario, self.names, self.players
        rule = self.venue.bound.rule
        if names != rule.names:
            rule = spread(rule, names)
        voters = tuple(self._voter(state) for state in names)
        offers = offers_of(scenario, players, [v.margin is not None for v in voters])
        for amendment in self.amendments:
            self._note(amendment.key, amendment.cost, amendment.effect, *amendment.harm.values())
        for case in (*offers.transfers, *offers.items):
            self._note(case.key, case.cost, case.value, case.trust, *case.harm.values())
        for figure in offers.figures:
            self._note("concessions", figure)
        ties = scenario.ties
        contributions = tuple(c for c in ties.contributions if c.state in players)
        problem = ConcessionProblem(
            rule,
            voters,
            tuple(self._amendment(a) for a in self.amendments),
            offers.as_transfers(players, self._harm),
            offers.as_items(players, self._harm),
            offers.budgets,
            self.option.effect.value,
            scenario.floor.value,
            self._combinations(),
            tuple(
                AtMost(frozenset(self._numbered(limit.of)), limit.at_most) for limit in ties.limits
            ),
            offers.channels,
            tuple(self._need(need) for need in ties.needs),
            tuple(self._contribution(c) for c in contributions),
            tuple(ThirdParty(h.margin.value, h.floor.value) for h in ties.third_parties),
            self._bandwagon(voters),
            ties.pessimistic,
        )
        for h in ties.third_parties:
            self._note(h.key, h.margin, h.floor)
        return Model(
            problem,
            names,
            self.amendments,
            offers.transfers,
            offers.items,
            tuple(sorted(set(self.assumptions))),
            ties.needs,
            contributions,
        )

    def _numbered(self, keys: frozenset[str]) -> list[int]:
        return [self.numbers[k] for k in sorted(keys) if k in self.numbers]

    def _harm(self, harm: Mapping[str, Figure]) -> dict[int, Fraction]:
        parties = {h.key: i for i, h in enumerate(self.scenario.ties.third_parties)}
        return {parties[k]: f.value for k, f in harm.items()}

    def _absent(self, state: str) -> bool:
        """Whether a state votes in none of the bodies in which it sits."""
        sits = [b.bound for b in self.bodies if state in b.bound.rule.names]
        return all(state in (*b.absent, *b.recused) for b in sits)

    def _voter(self, state: str) -> Voter:
        scenario, option = self.scenario, self.option
        if state in scenario.changes:
            level = WHAT_IF[scenario.changes[state]]
            what = f"{state} votes {scenario.changes[state]}"
            self.assumptions.append(Assumption("what-if", "assumed", what))
            return Voter() if level == ABSENT else Voter(stated=(level, level, level))
        if self._absent(state):
            return Voter()
        payoff = option.payoffs.get(state)
        if payoff is not None:
            return self._with_payoff(state, payoff)
        position = option.position(state)
        if position.origin != "recorded":
            place = position.place or f"positions.{state}"
            what = f"{state} {position.word.replace('_', ' ')}"
            if position.conditions:
                what += " (with conditions)"
            unknown = position.word == "unknown" and position.origin != "estimated"
            origin = "unknown" if unknown else position.origin
            self.assumptions.append(Assumption(place, origin, what))
        hidden = _probability(position.hidden)
        if position.price is not None:
            abstain, support = position.price
            self._note(f"price of {state}", abstain, support)
            margin = (-support.high, -support.value, -support.low)
            band = support.value - abstain.value
            return Voter(margin=margin, band=band, hidden=hidden, firm=position.firm)
        conditions = tuple(
            (level, compile_condition(c, self.numbers, scenario.endorsements, self.players))
            for level, c in position.conditions
        )
        return Voter(
            stated=LEVEL_WORDS[position.word],
            conditions=conditions,
            hidden=hidden,
            firm=position.firm,
        )

    def _with_payoff(self, state: str, payoff: Payoff) -> Voter:
        self._note(state, *payoff.figures())
        given = [e.legitimacy.value for e in self.scenario.ties.endorsements if e.given]
        margin = payoff.margin(self.venue.legitimacy + sum(given, Fraction(0)))
        hidden, band = _probability(payoff.hidden), payoff.band.value
        if payoff.immovable:
            plain = Voter(margin=margin, band=band)
            low, middle, high = (plain.level_at(m) for m in margin)
            return Voter(stated=(low, middle, high), hidden=hidden, firm=payoff.firm)
        doubts = None
        if payoff.doubts is not None:
            shortfalls = {
                self.numbers[k]: d for k, d in payoff.doubts.amendments.items() if k in self.numbers
            }
            doubts = Doubts(payoff.doubts.at_once, payoff.doubts.parts, shortfalls)
        return Voter(margin=margin, band=band, doubts=doubts, hidden=hidden, firm=payoff.firm)

    def _amendment(self, case: AmendmentCase) -> Amendment:
        for state, figure in case.margins.items():
            if state in self.players:
                self._note(f"{case.key}, margin of {state}", figure)
        names = self.names
        return Amendment(
            case.cost.value,
            case.effect.value,
            {self.players[s]: f.value for s, f in case.margins.items() if s in self.players},
            frozenset(self._numbered(case.requires)),
            frozenset(self._numbered(case.excludes)),
            bool(case.crosses) or any(k not in self.numbers for k in case.requires),
            None if case.venue is None else spread(case.venue.bound.rule, names),
            self._harm(case.harm),
        )

    def _combinations(self) -> tuple[Combination, ...]:
        found = []
        for case in self.scenario.ties.combinations:
            if all(k in self.numbers for k in case.of):
                self._note("combination", case.cost, case.effect, *case.margins.values())
                margins = {
                    self.players[s]: f.value for s, f in case.margins.items() if s in self.players
                }
                found.append(
                    Combination(
                        frozenset(self._numbered(case.of)),
                        case.cost.value,
                        case.effect.value,
                        margins,
                        bool(case.crosses) or case.unlawful,
                    )
                )
        return tuple(found)

    def _need(self, case: NeedCase) -> Need:
        self._note(case.key, case.amount, *case.amendments.values())
        more = {self.numbers[k]: f.value for k, f in case.amendments.items() if k in self.numbers}
        return Need(case.amount.value, more)

    def _contribution(self, case: ContributionCase) -> Contribution:
        self._note(f"{case.need} of {case.state}", case.most, case.cost, case.burden)
        needs = [need.key for need in self.scenario.ties.needs]
        return Contribution(
            self.players[case.state],
            needs.index(case.need),
            case.most.value,
            case.cost.value,
            case.burden.value,
            case.supporters_only,
        )

    def _bandwagon(self, voters: Sequence[Voter]) -> dict[tuple[int, int], Fraction]:
        found = {}
        for (follower, leader), push in self.scenario.ties.bandwagon.items():
            if follower in self.players and leader in self.players and push.value:
                i, j = self.players[follower], self.players[leader]
                if voters[i].margin is not None:
                    self._note(f"{follower} follows {leader}", push)
                    found[i, j] = push.value
        return found

    def _note(self, of: str, *figures: Figure) -> None:
        """Note the numbers that are not on record."""
        self.assumptions += [_assumed(f, of) for f in figures if f.origin != "recorded"]


def _probability(figure: Figure | None) -> Fraction:
    return Fraction(0) if figure is None else figure.value


def _assumed(figure: Figure, of: str) -> Assumption:
    interval = ""
    if figure.low != figure.high:
        interval = f" ({_number(figure.low)} to {_number(figure.high)})"
    return Assumption(figure.place, figure.origin, f"{of}: {_number(figure.value)}{interval}")
