"""The worst misses of a forecast, and texts that were vetoed first and adopted later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coalitions.bodies.recorded_votes import find_vote
from coalitions.files import datasets
from coalitions.forecasts.forecast import RollingForecasts
from solvers.rules.votes import ABSENT, level_name

if TYPE_CHECKING:
    from coalitions.forecasts.forecast import Panel

__all__ = ["adopted_later", "worst_misses"]

RIVALS = "rival texts are tabled against each other, and who tabled which is not in the data"


def worst_misses(found: RollingForecasts, name: str, number: int = 10) -> list[dict[str, Any]]:
    """List the texts on which a forecast lost most.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.
    name : str
        Which forecast.
    number : int
        How many texts.

    Returns
    -------
    list of dict
        The text, how it was voted on, its log loss over all members, the vote that was least
        expected with its probability, and what the record before it could have told.
    """
    import numpy as np

    from solvers.forecast.scores import log_score

    known = found.panel
    place, level = known.place[found.chosen], known.level[found.chosen]
    loss = log_score(found.chances[name], level)
    texts, first = np.unique(place, return_index=True)
    total = np.add.reduceat(loss, first)
    rows = []
    for k in np.lexsort((texts, -total))[:number]:
        text = known.texts[texts[k]]
        own = np.flatnonzero(place == texts[k])
        worst = own[np.argmax(loss[own])]
        votes = [sum(v == n for v in text.votes.values()) for n in (2, 0, 1)]
        rows.append(
            {
                "date": text.date,
                "symbol": text.symbol,
                "topic": text.topics(found.coding)[-1],
                "votes": "-".join(map(str, votes)),
                "adopted": text.adopted,
                "log_loss": float(total[k]),
                "state": known.states[found.chosen[worst]],
                "vote": level_name(int(level[worst])),
                "probability": float(np.exp(-loss[worst])),
                "data_could_have_told": _hint(known, int(texts[k]), found.coding),
            }
        )
    return rows


def _hint(known: Panel, number: int, coding: str) -> str:
    """Say what the record before a text tells of its topic."""
    text = known.texts[number]
    topic = text.topics(coding)[-1]
    before = [t for t in known.texts[:number] if t.topics(coding)[-1] == topic]
    today = [t for t in before if t.date == text.date]
    past = [t for t in before if t.date < text.date]
    if today:
        words = f"partly: {today[-1].symbol} was voted on earlier that day"
        return f"{words}; {RIVALS}" if not text.adopted else words
    if not past:
        return "no: nothing on the topic was voted on before"
    lately = past[-5:]
    divided = sum(t.contested for t in lately)
    if not divided:
        return f"no: the last {len(lately)} texts on the topic were unanimous"
    words = f"partly: {divided} of the last {len(lately)} texts on the topic were contested"
    few = sum(v == 2 for v in text.votes.values()) < 9
    return f"{words}; {RIVALS}" if few else words


def adopted_later() -> list[dict[str, Any]]:
    """List texts that were vetoed and followed by an adopted one on the matter, and who moved.

    Returns
    -------
    list of dict
        Case, both symbols and dates, and the members of both days that voted otherwise.

    Examples
    --------
    >>> pair = next(p for p in adopted_later() if p["vetoed"] == "S/2020/667")
    >>> pair["moved"]
    'CHN against to abstain; DOM for to abstain; RUS against to abstain'
    """
    rows = []
    for pair in datasets.table("votes", "vetoed-then-adopted.csv"):
        first, then = find_vote(pair["vetoed"]), find_vote(pair["adopted"])
        both = sorted(set(first.votes) & set(then.votes))
        moved = [
            f"{s} {level_name(first.votes[s])} to {level_name(then.votes[s])}"
            for s in both
            if first.votes[s] != then.votes[s] and ABSENT not in (first.votes[s], then.votes[s])
        ]
        rows.append(
            {
                "case": pair["case"],
                "vetoed": first.symbol,
                "vetoed_on": first.date,
                "adopted": then.symbol,
                "adopted_on": then.date,
                "members_of_both": len(both),
                "moved": "; ".join(moved) or "nobody who sat both times",
            }
        )
    return rows
