"""The cooperative game of a scenario: what each coalition of states can achieve."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import TYPE_CHECKING

from coalitions.answers.assumptions import Assumption
from coalitions.decisions.modelling import eligibility, model_of
from coalitions.scenarios.scenario import Option, Scenario, Venue
from solvers.errors import EngineError, LimitError
from solvers.rules.votes import ABSENT, NO, YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solvers.concessions.parts import Amendment
    from solvers.concessions.problem import ConcessionProblem
    from solvers.games.game import TUGame

__all__ = [
    "GAINS",
    "MAX_MEMBERS",
    "MAX_TEXTS",
    "ScenarioGame",
    "plain_fixed",
    "scenario_game",
]

GAINS = ("margins", "effect")
MAX_MEMBERS = 20
"""Most states whose coalitions are written out one by one."""
MAX_TEXTS = 1024
"""Most combinations of amendments that are weighed."""

BY_MARGINS = (
    "a coalition that carries the text chooses the amendments and pools the margins of its "
    "members, less the cost of the amendments; one that the others can outvote expects the text "
    "that hurts it most; otherwise nothing changes, which is worth 0"
)
BY_EFFECT = (
    "a coalition that carries the text while everybody else votes against is worth its effect, "
    "any other nothing"
)


@dataclass(frozen=True)
class ScenarioGame:
    """A game among states, and what its numbers mean.

    Parameters
    ----------
    game : TUGame
        Worth of every coalition, exact.
    option, venue : Option, Venue
        The text, and the body that decides.
    gain : {"margins", "effect"}
        What is shared.
    unit : str
        Unit of the worths.
    meaning : str
        What the worth of a coalition is, in words.
    margins : tuple of Fraction, or None
        Of each player, with the text that all players together choose, or as the text stands
        where they choose none; None where the effect is shared.
    text : tuple of str, or None
        Keys of the amendments that all players together choose; None where no text gains them
        anything, they cannot carry one, or the effect is shared.
    carried : bool
        Whether all players together carry the text.
    cost : Fraction
        What that text gives those who carry it beyond their margins: the value of its effect
        less the cost of its amendments, with the opposite sign.
    fixed : mapping of str to int
        Votes of the states that are no players.
    assumptions : tuple of Assumption
        What the worths rest on.
    """

    game: TUGame
    option: Option
    venue: Venue
    gain: str
    unit: str
    meaning: str
    margins: tuple[Fraction, ...] | None
    text: tuple[str, ...] | None
    cost: Fraction
    carried: bool
    fixed: dict[str, int]
    assumptions: tuple[Assumption, ...]


def scenario_game(
    scenario: Scenario,
    option: str | None = None,
    gain: str | None = None,
    effect_value: Fraction | int = 0,
) -> ScenarioGame:
    """Write down what each coalition of states can achieve in a scenario.

    Parameters
    ----------
    scenario : Scenario
        The case; changes of ``what_if`` count.
    option : str, optional
        Key of the option; its only one when left out. It is taken to its first venue.
    gain : {"margins", "effect"}, optional
        Whether the margins of the states are pooled, or the effect of the text counts. Without
        it margins where every voting state has payoffs, else the effect.
    effect_value : Fraction or int
        What one unit of effect is worth to those who carry the text, in the unit of the
        margins; at least 0. With 0 the states' margins are all that counts.

    Returns
    -------
    ScenarioGame
        Margins make the alpha game: the worth of a coalition is what it can secure whatever the
        others do. States without payoffs vote as they stand and are no players then.

    Raises
    ------
    EngineError
        If no two states have payoffs, the option cannot lawfully be adopted, or it passes
        without the players.
    LimitError
        If there are more than `MAX_MEMBERS` players or `MAX_TEXTS` texts.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior, Princeton
       University Press, 1944, section 25.
    .. [2] R. J. Aumann, "The core of a cooperative game without side payments", Transactions of
       the American Mathematical Society 98 (1961), pp. 539-552.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> found = scenario_game(load("council-of-seven"), effect_value=2)
    >>> found.unit, found.game.worth(["A", "B", "c", "d", "e"])
    ('cash units', Fraction(13, 1))
    """
    chosen = scenario.option(option)
    venue = chosen.venues[0]
    status, why = eligibility(scenario, chosen)
    if status == "not eligible":
        raise EngineError(f"{scenario.name}, {chosen.key}: {why}: nothing lawful to share")
    model = model_of(scenario, chosen, venue)
    problem = model.problem
    there = [
        i for i, v in enumerate(problem.voters) if v.stated is not None or v.margin is not None
    ]
    weighed = [i for i in there if problem.voters[i].margin is not None]
    if gain is None:
        gain = "margins" if weighed == there else "effect"
    if gain not in GAINS:
        raise EngineError(f"{gain!r} is not shared: take 'margins' or 'effect'")
    if effect_value < 0 or (effect_value and gain == "effect"):
        raise EngineError(
            "the value of a unit of effect is at least 0, and goes with margins, not with effect"
        )
    players = weighed if gain == "margins" else there
    if len(players) < 2:
        raise EngineError(
            f"{scenario.name}: {len(weighed)} states have payoffs, and margins are pooled by two "
            f"or more: take the effect of the text instead"
        )
    if len(players) > MAX_MEMBERS:
        raise LimitError(
            f"{len(players)} players have 2**{len(players)} coalitions; the limit here is "
            f"{MAX_MEMBERS} players: measure the rule alone with `coalitions power`"
        )
    fixed = {
        problem.rule.names[i]: _fixed(problem, i)
        for i in range(problem.rule.n_players)
        if i not in players
    }
    passes = _passes(problem, players, fixed)
    if passes[0]:
        raise EngineError(
            f"{scenario.name}, {chosen.key}: passes in {venue.key} whatever the "
            f"{len(players)} players do: there is nothing for them to share"
        )
    names = tuple(problem.rule.names[i] for i in players)
    voting = [Assumption("votes", "assumed", "a coalition votes for; all other players against")]
    voting += [
        Assumption("votes", "assumed", f"{state} votes {_word(vote)}, in no coalition")
        for state, vote in fixed.items()
        if vote != ABSENT
    ]
    if gain == "effect":
        game = _by_effect(passes, chosen.effect.value, names)
        unit, meaning, margins, text, cost = chosen.unit, BY_EFFECT, None, None, Fraction(0)
    else:
        texts = _texts(problem, players, Fraction(effect_value))
        game = _by_margins(texts, passes, names)
        unit, meaning = scenario.unit or "margin units", BY_MARGINS
        margins, text, cost = tuple(_central(problem, i) for i in players), None, Fraction(0)
        best = max(texts, key=lambda t: sum(t.margins) - t.cost)
        if passes[-1] and sum(best.margins) > best.cost:
            margins, cost = best.margins, best.cost
            text = tuple(model.amendments[k].key for k in best.amendments)
    if effect_value:
        said = f"one {chosen.unit or 'unit of effect'} is worth {effect_value} to who carries it"
        voting.append(Assumption("effect value", "assumed", said))
    made = tuple(sorted({*model.assumptions, *voting}))
    return ScenarioGame(
        game, chosen, venue, gain, unit, meaning, margins, text, cost, bool(passes[-1]), fixed, made
    )


def _fixed(problem: ConcessionProblem, player: int) -> int:
    voter = problem.voters[player]
    if voter.stated is not None:
        return voter.stated[1]
    return ABSENT if voter.margin is None else voter.level_at(voter.margin[1])


def _word(vote: int) -> str:
    return {NO: "against", YES: "for"}.get(vote, "to abstain")


def _central(problem: ConcessionProblem, player: int) -> Fraction:
    margin = problem.voters[player].margin
    return Fraction(0) if margin is None else margin[1]


def _passes(
    problem: ConcessionProblem, players: list[int], fixed: dict[str, int]
) -> NDArray[np.bool_]:
    """Say of every coalition whether it carries the text against all other players."""
    import numpy as np

    n = len(players)
    found = np.empty(1 << n, dtype=bool)
    block = np.empty((1 << min(n, 14), problem.rule.n_players), dtype=np.int8)
    for i, name in enumerate(problem.rule.names):
        block[:, i] = fixed.get(name, NO)
    for begin in range(0, 1 << n, len(block)):
        masks = np.arange(begin, begin + len(block))
        for bit, i in enumerate(players):
            block[:, i] = np.where(masks >> bit & 1, YES, NO)
        found[begin : begin + len(block)] = problem.rule.evaluate_many(block)
    return found


def _by_effect(passes: NDArray[np.bool_], effect: Fraction, names: tuple[str, ...]) -> TUGame:
    from solvers.games.game import TUGame

    worth = [effect if won else Fraction(0) for won in passes.tolist()]
    return TUGame(worth, names)


@dataclass(frozen=True)
class _Text:
    """A combination of amendments: what it is worth to each player, and costs who carries it."""

    amendments: tuple[int, ...]
    margins: tuple[Fraction, ...]
    cost: Fraction


def _by_margins(texts: list[_Text], passes: NDArray[np.bool_], names: tuple[str, ...]) -> TUGame:
    import numpy as np

    from solvers.games.game import TUGame

    scale = lcm(*(m.denominator for t in texts for m in (*t.margins, t.cost)))
    largest = max(sum(map(abs, t.margins)) + abs(t.cost) for t in texts) * scale
    if largest >= 1 << 62:
        raise LimitError("the margins have too many digits: give them with fewer decimals")
    size = 1 << len(names)
    best, worst = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for text in texts:
        sums = np.zeros(size, dtype=np.int64)
        for bit, margin in enumerate(text.margins):
            half = 1 << bit
            sums[half : 2 * half] = sums[:half] + int(margin * scale)
        np.minimum(worst, sums, out=worst)
        np.maximum(best, sums - int(text.cost * scale), out=best)
    outvoted = passes[::-1]  # the others carry it
    worth = np.where(passes, best, np.where(outvoted, worst, 0))
    return TUGame.of_integers(worth, scale, names)


def _texts(problem: ConcessionProblem, players: list[int], effect_value: Fraction) -> list[_Text]:
    """List the combinations of amendments that may stand together and keep to the floor."""
    usable = [k for k, a in enumerate(problem.amendments) if not a.forbidden]
    if 1 << len(usable) > MAX_TEXTS:
        raise LimitError(
            f"{len(usable)} amendments make {1 << len(usable):,} texts; the limit is "
            f"{MAX_TEXTS:,}: leave some out"
        )
    found = []
    for size in range(len(usable) + 1):
        for chosen in combinations(usable, size):
            parts: list[Amendment] = [problem.amendments[k] for k in chosen]
            together = set(chosen)
            fits = all(a.requires <= together and not a.excludes & together for a in parts)
            effect = sum((a.effect for a in parts), problem.effect)
            if not fits or effect < problem.floor:
                continue
            margins = tuple(
                sum((a.margins.get(i, Fraction(0)) for a in parts), _central(problem, i))
                for i in players
            )
            cost = sum((a.cost for a in parts), -effect_value * effect)
            found.append(_Text(chosen, margins, cost))
    if not found:
        raise EngineError("no text keeps to the floor: nothing lawful to share")
    return found


def plain_fixed(found: ScenarioGame) -> dict[str, str]:
    """Return the votes of the states that are no players, in words.

    Parameters
    ----------
    found : ScenarioGame
        The game.

    Returns
    -------
    dict of str to str
    """
    return {state: _word(vote) for state, vote in found.fixed.items() if vote != ABSENT}
