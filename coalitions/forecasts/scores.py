"""Scores of rolling forecasts: of votes, of vetoes, of totals, and how well they are calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from coalitions.forecasts.forecast import MODEL, SAME_DAY_MODEL, RollingForecasts
from coalitions.forecasts.forecast_record import PERMANENT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Booleans: TypeAlias = NDArray[np.bool_]

__all__ = [
    "BASE",
    "NEEDED",
    "SPLIT",
    "TextForecasts",
    "calibration_rows",
    "member_rows",
    "text_forecasts",
    "total_rows",
    "veto_rows",
]

BASE = "base rate by type"
"""The forecast that skill is measured against."""

NEEDED = 9
"""Votes for that an adoption takes."""

SPLIT = 2015
"""Year from which votes are reported apart: they are harder."""

DRAWS, SEED, LEVELS = 2000, 20250101, 3
AUC_DRAWS = 300


@dataclass(frozen=True)
class TextForecasts:
    """What forecasts of single votes say of whole texts.

    Parameters
    ----------
    texts : array of int
        Numbers of the texts in the panel.
    year : array of int
        Their years.
    blocked, passage, all_yes, too_few, of_count, of_vote : array
        Probabilities that a permanent member votes against, of passage, of votes for by all, of
        fewer than nine, of the number of votes for that there was, and the log of the probability
        of the vote as cast.
    """

    texts: NDArray[np.int64]
    year: NDArray[np.int64]
    blocked: Floats
    passage: Floats
    all_yes: Floats
    too_few: Floats
    of_count: Floats
    of_vote: Floats


def text_forecasts(found: RollingForecasts, name: str, common: bool) -> TextForecasts:
    """Add up the forecasts of single votes, text by text.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.
    name : str
        A fitted forecast.
    common : bool
        Whether leanings share one common factor; else votes are independent.

    Returns
    -------
    TextForecasts
    """
    import numpy as np

    from solvers.forecast import joint_votes, log_likelihood

    known, chances = found.panel, found.chances[name]
    place, level = known.place[found.chosen], known.level[found.chosen]
    texts, starts = np.unique(place, return_index=True)
    ends = [*starts[1:], len(place)]
    rows = []
    for k, start, end in zip(texts, starts, ends, strict=True):
        text, chance = known.texts[k], chances[start:end]
        correlation = found.correlations[name][text.year] if common else 0.0
        blockers = [i for i, s in enumerate(text.votes) if s in PERMANENT]
        joint = joint_votes(chance, NEEDED, blockers, correlation)
        yes = int((level[start:end] == LEVELS - 1).sum())
        rows.append(
            (
                *(joint.blocked, joint.passage, joint.yes[-1], joint.yes[:NEEDED].sum()),
                joint.yes[yes],
                log_likelihood(chance, level[start:end], correlation),
            )
        )
    years = np.array([known.texts[k].year for k in texts])
    return TextForecasts(texts, years, *np.array(rows).T)


def _periods(year: NDArray[np.int64]) -> dict[str, Booleans]:
    """Rows of the whole time, and before and since the split where both have some."""
    first, last = int(year.min()), int(year.max())
    found = {f"{first}-{last}": year > 0}
    if first < SPLIT <= last:
        found[f"{first}-{SPLIT - 1}"] = year < SPLIT
        found[f"{SPLIT}-{last}"] = year >= SPLIT
    return found


def member_rows(found: RollingForecasts) -> list[dict[str, Any]]:
    """Score the forecasts of single votes.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.

    Returns
    -------
    list of dict
        For each forecast, all and contested votes, and each period: Brier and log score and
        their skill over `BASE`, each with the interval of 95 % by drawing whole years again.
    """
    import numpy as np

    from solvers.forecast.scores import brier, group_draws, log_score, ratio_interval

    known = found.panel
    level, year = known.level[found.chosen], known.year[found.chosen]
    contested = np.array([t.contested for t in known.texts])[known.place[found.chosen]]
    losses = {
        name: {"brier": brier(chance, level), "log": log_score(chance, level)}
        for name, chance in found.chances.items()
    }
    rows = []
    for period, of_period in _periods(year).items():
        for votes, of_votes in (("all", of_period), ("contested", of_period & contested)):
            if not of_votes.any():
                continue
            groups = year[of_votes]
            draws = group_draws(groups, DRAWS, SEED)
            ones = np.ones(len(groups))
            for name, loss in losses.items():
                row = {"forecast": name, "votes": votes, "period": period, "number": len(groups)}
                for score, values in loss.items():
                    own = values[of_votes]
                    low, high = ratio_interval(own, ones, groups, draws)
                    row |= {score: _mean(own), f"{score}_low": low, f"{score}_high": high}
                    if BASE in losses:
                        base = losses[BASE][score][of_votes]
                        row |= _skill(f"{score}_skill", own, base, groups, draws)
                rows.append(row)
    return rows


def veto_rows(
    found: RollingForecasts, joint: Mapping[tuple[str, bool], TextForecasts]
) -> list[dict[str, Any]]:
    """Score the forecasts that a permanent member votes against.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.
    joint : dict of (str, bool) to TextForecasts
        By forecast, and whether leanings share a factor.

    Returns
    -------
    list of dict
        For each forecast and period: how often, Brier score and its skill over the running share
        of such texts, area under the ROC curve, precision in the top tenth.
    """
    import numpy as np

    from solvers.forecast.scores import auc, group_draws, precision_at_top

    some = next(iter(joint.values()))
    known, year = found.panel, some.year
    happened = np.array([known.texts[k].blocked for k in some.texts])
    base = known.of_texts["blocked"][some.texts]
    chances = {
        "running share": base,
        "running share of the topic": known.of_texts["blocked on topic"][some.texts],
    }
    chances |= {_joint_name(name, common): t.blocked for (name, common), t in joint.items()}
    rows = []
    for period, own in _periods(year).items():
        groups, hit = year[own], happened[own]
        draws = group_draws(groups, DRAWS, SEED)
        _, place = np.unique(groups, return_inverse=True)
        for name, chance in chances.items():
            value = chance[own]
            loss = (value - hit) ** 2
            many = [auc(value, hit, w[place]) for w in draws[:AUC_DRAWS]]
            some_hit = 0 < hit.sum() < len(hit)  # else there is no such area
            low, high = np.nanquantile(many, [0.025, 0.975]) if some_hit else (None, None)
            rows.append(
                {
                    "forecast": name,
                    "period": period,
                    "texts": len(hit),
                    "happened": int(hit.sum()),
                    "brier": _mean(loss),
                    **_skill("brier_skill", loss, (base[own] - hit) ** 2, groups, draws),
                    "auc": auc(value, hit) if some_hit else None,
                    "auc_low": None if low is None else float(low),
                    "auc_high": None if high is None else float(high),
                    "precision_top_tenth": precision_at_top(value, hit),
                    "best_precision": min(1.0, float(hit.sum()) / int(np.ceil(len(hit) / 10))),
                }
            )
    return rows


def total_rows(
    found: RollingForecasts, joint: Mapping[tuple[str, bool], TextForecasts]
) -> list[dict[str, Any]]:
    """Score what forecasts say of the number of votes for and of passage.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.
    joint : dict of (str, bool) to TextForecasts
        By forecast, and whether leanings share a factor.

    Returns
    -------
    list of dict
        For each forecast with independent votes and with one common factor.
    """
    import numpy as np

    from solvers.forecast.scores import auc, group_draws, ratio_interval

    rows = []
    for (name, common), one in joint.items():
        texts = [found.panel.texts[k] for k in one.texts]
        adopted = np.array([t.adopted for t in texts])
        contested = np.array([t.contested for t in texts])
        few = np.array([sum(v == LEVELS - 1 for v in t.votes.values()) < NEEDED for t in texts])
        draws = group_draws(one.year, DRAWS, SEED)
        ones = np.ones(len(texts))
        count = -np.log(np.maximum(one.of_count, 1e-300))
        low, high = ratio_interval(count, ones, one.year, draws)
        base = found.panel.of_texts
        passes = (one.passage - adopted) ** 2
        divided = (1 - one.all_yes - contested) ** 2
        of_passing = (1 - base["failed"][one.texts] - adopted) ** 2
        of_dividing = (base["contested"][one.texts] - contested) ** 2
        of_year = [found.correlations[name][int(y)] for y in np.unique(one.year)]
        rows.append(
            {
                "forecast": name,
                "votes": "common factor" if common else "independent",
                "correlation": float(np.mean(of_year)) if common else 0.0,
                "joint_log": -_mean(one.of_vote),
                "yes_count_log": _mean(count),
                "yes_count_log_low": low,
                "yes_count_log_high": high,
                "all_yes": _mean(one.all_yes),
                "all_yes_observed": _mean(~contested),
                "below_nine": _mean(one.too_few),
                "below_nine_observed": _mean(few),
                **_skill("contested_brier_skill", divided, of_dividing, one.year, draws),
                "passage_brier": _mean(passes),
                **_skill("passage_brier_skill", passes, of_passing, one.year, draws),
                "passage_auc": None if adopted.all() else auc(one.passage, adopted),
            }
        )
    return rows


def calibration_rows(
    found: RollingForecasts, names: Sequence[str] = (MODEL, SAME_DAY_MODEL)
) -> list[dict[str, Any]]:
    """Compare forecasts of anything but a vote for with what happened, in ten bins.

    Parameters
    ----------
    found : RollingForecasts
        Forecasts of every vote.
    names : sequence of str
        Which forecasts.

    Returns
    -------
    list of dict
        Bins of equal size, each with its mean forecast, its frequency and the error of all bins.
    """
    from solvers.forecast.scores import calibration_error, reliability

    other = found.panel.level[found.chosen] != LEVELS - 1
    rows = []
    for name in names:
        chance = 1 - found.chances[name][:, 2]
        error = calibration_error(chance, other)
        for k, part in enumerate(reliability(chance, other), start=1):
            rows.append(
                {
                    "forecast": name,
                    "bin": k,
                    "number": part.size,
                    "mean_forecast": part.forecast,
                    "observed": part.observed,
                    "calibration_error": error,
                }
            )
    return rows


def _joint_name(name: str, common: bool) -> str:
    return f"{name}, {'common factor' if common else 'independent'}"


def _mean(values: Floats | Booleans) -> float:
    return float(values.mean())


def _skill(
    name: str, own: Floats, base: Floats, groups: NDArray[np.int64], draws: Floats
) -> dict[str, float]:
    """Share of the loss of a base forecast that is saved, with its interval."""
    from solvers.forecast.scores import ratio_interval

    if not base.sum():
        return {}
    low, high = ratio_interval(own, base, groups, draws)
    saved = 1 - float(own.sum()) / float(base.sum())
    return {name: saved, f"{name}_low": 1 - high, f"{name}_high": 1 - low}
