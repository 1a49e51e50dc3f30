"""From an option and a venue to numbers: the voters, instruments and rule of one decision."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from coalitions.conditions import compile_condition
from coalitions.scenario import (
    LEVEL_WORDS,
    WHAT_IF,
    AmendmentCase,
    ConcessionCase,
    Figure,
    Option,
    Scenario,
    Venue,
)
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Transfer,
    Voter,
)
from solvers.votes import ABSENT

__all__ = ["Assumption", "Model", "eligibility", "model_of"]


@dataclass(frozen=True, order=True)
class Assumption:
    """A number or position that is not on record.

    Parameters
    ----------
    place : str
        Where in the scenario it stands.
    origin : str
        ``stated``, ``estimated``, ``assumed``, or ``unknown`` where nothing is known.
    what : str
        In words.
    """

    place: str
    origin: str
    what: str


@dataclass(frozen=True)
class Model:
    """A decision in numbers, and what the numbers stand for.

    Parameters
    ----------
    problem : ConcessionProblem
        Rule, voters and instruments; players in the order of the roster.
    amendments : tuple of AmendmentCase
        Meaning of the amendment numbers.
    transfers, items : tuple of ConcessionCase
        Meaning of their numbers.
    assumptions : tuple of Assumption
        Everything the voters rest on that is not on record.
    has_instruments : bool
        Whether anything could be conceded at all.
    """

    problem: ConcessionProblem
    amendments: tuple[AmendmentCase, ...]
    transfers: tuple[ConcessionCase, ...]
    items: tuple[ConcessionCase, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def has_instruments(self) -> bool:
        """Whether anything could be conceded."""
        return bool(self.amendments or self.transfers or self.items)


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
    most = option.effect.value + sum(
        (
            max(a.effect.value, Fraction(0))
            for a in scenario.amendments
            if not a.crosses and (a.options is None or option.key in a.options)
        ),
        Fraction(0),
    )
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
    rule = venue.bound.rule
    players = {name: i for i, name in enumerate(rule.names)}
    amendments = tuple(
        a for a in scenario.amendments if a.options is None or option.key in a.options
    )
    numbers = {a.key: k for k, a in enumerate(amendments)}
    assumptions: list[Assumption] = []
    voters = tuple(
        _voter(scenario, option, venue, state, numbers, players, assumptions)
        for state in rule.names
    )
    offered = [c for c in scenario.concessions if c.recipient in players]
    offered = [c for c in offered if voters[players[c.recipient]].margin is not None]
    transfers = tuple(c for c in offered if c.kind == "transfer")
    items = tuple(c for c in offered if c.kind == "item")
    for amendment in amendments:
        _note(amendment, assumptions)
    for concession in offered:
        _note(concession, assumptions)
    problem = ConcessionProblem(
        rule,
        voters,
        tuple(_amendment(a, numbers, players, assumptions) for a in amendments),
        tuple(
            Transfer(
                players[c.recipient],
                c.value.value * c.trust.value,
                c.cost.value,
                None if c.cap is None else c.cap.value,
            )
            for c in transfers
        ),
        tuple(
            Item(players[c.recipient], c.value.value * c.trust.value, c.cost.value) for c in items
        ),
        tuple(
            Budget(
                b.limit.value,
                frozenset(m for m, c in enumerate(transfers) if c.key in b.of),
                frozenset(k for k, c in enumerate(items) if c.key in b.of),
            )
            for b in scenario.budgets
        ),
        option.effect.value,
        scenario.floor.value,
    )
    return Model(problem, amendments, transfers, items, tuple(sorted(set(assumptions))))


def _voter(
    scenario: Scenario,
    option: Option,
    venue: Venue,
    state: str,
    amendments: dict[str, int],
    players: dict[str, int],
    assumptions: list[Assumption],
) -> Voter:
    if state in scenario.changes:
        level = WHAT_IF[scenario.changes[state]]
        assumptions.append(
            Assumption("what-if", "assumed", f"{state} votes {scenario.changes[state]}")
        )
        return Voter() if level == ABSENT else Voter(stated=(level, level, level))
    if state in (*venue.bound.absent, *venue.bound.recused):
        return Voter()
    payoff = option.payoffs.get(state)
    if payoff is not None:
        assumptions += [_assumed(f, state) for f in payoff.figures() if f.origin != "recorded"]
        return Voter(margin=payoff.margin(venue.legitimacy), band=payoff.band.value)
    position = option.position(state)
    if position.origin != "recorded":
        place = position.place or f"positions.{state}"
        what = f"{state} {position.word.replace('_', ' ')}"
        if position.conditions:
            what += " (with conditions)"
        origin = "unknown" if position.word == "unknown" else position.origin
        assumptions.append(Assumption(place, origin, what))
    conditions = tuple(
        (level, compile_condition(c, amendments, scenario.endorsements, players))
        for level, c in position.conditions
    )
    return Voter(stated=LEVEL_WORDS[position.word], conditions=conditions)


def _amendment(
    case: AmendmentCase,
    numbers: dict[str, int],
    players: dict[str, int],
    assumptions: list[Assumption],
) -> Amendment:
    for state, figure in case.margins.items():
        if state in players and figure.origin != "recorded":
            assumptions.append(_assumed(figure, f"{case.key}, margin of {state}"))
    return Amendment(
        case.cost.value,
        case.effect.value,
        {players[s]: f.value for s, f in case.margins.items() if s in players},
        frozenset(numbers[k] for k in case.requires if k in numbers),
        frozenset(numbers[k] for k in case.excludes if k in numbers),
        bool(case.crosses) or any(k not in numbers for k in case.requires),
    )


def _note(case: AmendmentCase | ConcessionCase, assumptions: list[Assumption]) -> None:
    figures = [case.cost]
    figures += [case.effect] if isinstance(case, AmendmentCase) else [case.value, case.trust]
    for figure in figures:
        if figure.origin != "recorded":
            assumptions.append(_assumed(figure, case.key))


def _assumed(figure: Figure, of: str) -> Assumption:
    interval = ""
    if figure.low != figure.high:
        interval = f" ({_number(figure.low)} to {_number(figure.high)})"
    return Assumption(figure.place, figure.origin, f"{of}: {_number(figure.value)}{interval}")
