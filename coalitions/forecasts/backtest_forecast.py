"""How well Council votes can be forecast from the record before them, against simple rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.bodies.recorded_votes import ATTRIBUTION, CouncilVote
from coalitions.forecasts.forecast import FORECASTS, MODEL, SAME_DAY_MODEL, RollingForecasts
from coalitions.forecasts.forecast import rolling_forecasts as _rolling
from coalitions.forecasts.misses import adopted_later, worst_misses
from coalitions.forecasts.scores import (
    BASE,
    DRAWS,
    calibration_rows,
    member_rows,
    text_forecasts,
    total_rows,
    veto_rows,
)

__all__ = ["LEAK", "ForecastBacktest", "backtest_forecast"]

LEAK = 0.95
"""Area under the ROC curve of vetoes from which on a leak is presumed."""

POSITIONS = (
    "General Assembly positions: Bailey, Strezhnev and Voeten, doi:10.7910/DVN/LEJUQZ, CC0; the "
    "model goes by shares of equal votes in sessions that were over, which are not smoothed; "
    "'ideal point alone' goes by published points, which are smoothed over later years too"
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class ForecastBacktest(Result):
    """Scores of rolling forecasts of Council votes."""

    found: RollingForecasts | None = None
    years: tuple[int, int] = (0, 0)
    members: Sequence[dict[str, Any]] = ()
    vetoes: Sequence[dict[str, Any]] = ()
    totals: Sequence[dict[str, Any]] = ()
    calibration: Sequence[dict[str, Any]] = ()
    misses: Sequence[dict[str, Any]] = ()
    pairs: Sequence[dict[str, Any]] = ()

    kind = "forecast-backtest"

    def answer(self) -> dict[str, Any]:
        """Return every table as plain data."""
        if self.found is None:
            return {}
        return {
            "topics": self.found.coding,
            "from": self.years[0],
            "to": self.years[1],
            "votes": len(self.found.chosen),
            "forecasts": dict(FORECASTS),
            "skill_against": BASE,
            "member_votes": list(self.members),
            "vetoes": list(self.vetoes),
            "totals": list(self.totals),
            "calibration": list(self.calibration),
            "worst_misses": list(self.misses),
            "vetoed_then_adopted": list(self.pairs),
        }

    def rows(self) -> Rows:
        """Return one row per table, forecast, part of the votes and measure."""
        found: Rows = []
        tables = (("member votes", self.members), ("vetoes", self.vetoes), ("totals", self.totals))
        for table, lines in tables:
            for line in lines:
                for measure, value in line.items():
                    ends = measure.endswith(("_low", "_high"))
                    if isinstance(value, float) and not ends:
                        found.append(
                            {
                                "table": table,
                                "forecast": line["forecast"],
                                "votes": line.get("votes", ""),
                                "period": line.get("period", ""),
                                "measure": measure,
                                "value": value,
                                "low": line.get(f"{measure}_low"),
                                "high": line.get(f"{measure}_high"),
                            }
                        )
        for line in self.calibration:
            what = {"table": "calibration", "forecast": line["forecast"], "votes": "not for"}
            bin_ = {"period": f"bin {line['bin']}", "measure": "observed"}
            found.append(what | bin_ | {"value": line["observed"], "low": None, "high": None})
            bin_["measure"] = "mean_forecast"
            found.append(what | bin_ | {"value": line["mean_forecast"], "low": None, "high": None})
        return found

    def notices(self) -> dict[str, str]:
        """Return what every output has to say: whose data it rests on."""
        return {"source": f"{ATTRIBUTION}. {POSITIONS}"}

    def predictions(self) -> Rows:
        """Return the table of predictions: one row for each forecast and vote."""
        return self.found.table() if self.found else []

    def screen(self) -> Screen:
        """Return the tables in short."""
        first, last = self.years
        blocks = [*self._of_members(), *self._of_texts()]
        bins: dict[str, list[str]] = {}
        error: dict[str, float] = {}
        for line in self.calibration:
            error[line["forecast"]] = line["calibration_error"]
            part = f"{line['mean_forecast']:.3f}/{line['observed']:.3f}"
            bins.setdefault(line["forecast"], []).append(part)
        rows = tuple((n, f"error {error[n]:.4f}: {', '.join(b)}") for n, b in bins.items())
        blocks.append(Block("CALIBRATION", "of not voting for: forecast/observed, by tenths", rows))
        misses = tuple(
            (
                f"{m['symbol']} ({m['date']})",
                f"{m['votes']}, {m['state']} {m['vote']} at {m['probability']:.4f}; "
                f"{m['data_could_have_told']}",
            )
            for m in self.misses
        )
        blocks.append(Block("WORST MISSES", f"of '{MODEL}'; could the data have told?", misses))
        pairs = tuple(
            (f"{p['case']} {p['vetoed']}", f"{p['adopted']} ({p['adopted_on']}): {p['moved']}")
            for p in self.pairs
        )
        blocks.append(Block("VETOED, THEN ADOPTED", "who moved", pairs))
        blocks.append(Block("RESTS ON", "", tuple((a.place, a.what) for a in self.assumptions)))
        coding = self.found.coding if self.found else ""
        title = f"Security Council votes {first}-{last}, forecast from what was before ({coding})"
        return Screen(title, "public data", tuple(blocks))

    def _of_members(self) -> list[Block]:
        blocks = []
        for part in dict.fromkeys((m["votes"], m["period"]) for m in self.members):
            lines = [m for m in self.members if (m["votes"], m["period"]) == part]
            rows = tuple((m["forecast"], _member_words(m)) for m in lines)
            aside = f"{part[0]}, {part[1]}: {lines[0]['number']:,}; skill over '{BASE}', 95 %"
            blocks.append(Block("MEMBER VOTES", aside, rows))
        return blocks

    def _of_texts(self) -> list[Block]:
        blocks = []
        for period in dict.fromkeys(v["period"] for v in self.vetoes):
            lines = [v for v in self.vetoes if v["period"] == period]
            rows = tuple((v["forecast"], _veto_words(v)) for v in lines)
            some = lines[0]
            aside = f"{period}: a permanent member against {some['happened']} of {some['texts']}"
            if any((v["auc"] or 0) > LEAK for v in lines):
                aside += f"; an area above {LEAK} must be presumed a leak until shown otherwise"
            blocks.append(Block("VETOES", aside, rows))
        rows = tuple((f"{t['forecast']}, {t['votes']}", _total_words(t)) for t in self.totals)
        blocks.append(
            Block("NUMBER OF YES, PASSAGE", "log score of the number: less is better", rows)
        )
        return blocks


def backtest_forecast(
    first: int = 1994,
    last: int = 2025,
    topics: str = "coarse",
    votes: Sequence[CouncilVote] | None = None,
) -> ForecastBacktest:
    """Forecast Council votes year after year, and score the forecasts.

    Parameters
    ----------
    first, last : int
        Years, both included.
    topics : {"coarse", "fine"}
        Coding of topics: by agenda item, the safer figure, or by subject, which was coded after
        the fact though a user would know it.
    votes : sequence of CouncilVote, optional
        The record; all that ships when left out.

    Returns
    -------
    ForecastBacktest
        Floats, equal to the last bit from run to run.

    Raises
    ------
    EngineError
        If the coding is unknown, or there are no votes in the years or too few before them.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and
       estimation", Journal of the American Statistical Association 102 (2007), pp. 359-378.
    """
    found = _rolling(first, last, topics, votes)
    joint = {
        (name, common): text_forecasts(found, name, common)
        for name in (MODEL, SAME_DAY_MODEL)
        for common in (False, True)
    }
    assumptions = (
        Assumption("model", "estimated", "coefficients, refitted each year on the years before"),
        Assumption("topics", "assumed", f"the {topics} coding, blind to the outcome"),
        Assumption("intervals", "estimated", f"{DRAWS:,} draws of whole years"),
        Assumption("texts", "assumed", "only texts put to the vote; who withdrew one is not seen"),
    )
    return ForecastBacktest(
        None,
        "estimated",
        assumptions,
        Provenance("council votes"),
        found=found,
        years=(first, last),
        members=member_rows(found),
        vetoes=veto_rows(found, joint),
        totals=total_rows(found, joint),
        calibration=calibration_rows(found),
        misses=worst_misses(found, MODEL),
        pairs=adopted_later(),
    )


def _span(line: dict[str, Any], name: str, digits: int = 3) -> str:
    low, high = line.get(f"{name}_low"), line.get(f"{name}_high")
    value = "not defined" if line[name] is None else f"{line[name]:.{digits}f}"
    return value if low is None or high is None else f"{value} [{low:.{digits}f} {high:.{digits}f}]"


def _percent(line: dict[str, Any], name: str) -> str:
    if name not in line:
        return "skill not defined"
    return (
        f"{100 * line[name]:.1f} % "
        f"[{100 * line[f'{name}_low']:.1f} {100 * line[f'{name}_high']:.1f}]"
    )


def _member_words(line: dict[str, Any]) -> str:
    words = f"Brier {_span(line, 'brier')}, log {_span(line, 'log')}"
    if line["forecast"] == BASE:
        return words
    return f"{words}; skill {_percent(line, 'brier_skill')}, {_percent(line, 'log_skill')}"


def _veto_words(line: dict[str, Any]) -> str:
    return (
        f"AUC {_span(line, 'auc', 2)}, Brier {line['brier']:.4f}, skill "
        f"{_percent(line, 'brier_skill')}, top tenth {line['precision_top_tenth']:.2f} of at most "
        f"{line['best_precision']:.2f}"
    )


def _total_words(line: dict[str, Any]) -> str:
    return (
        f"log {_span(line, 'yes_count_log')}; P(all) {line['all_yes']:.3f} "
        f"({line['all_yes_observed']:.3f} seen), P(below nine) {line['below_nine']:.4f} "
        f"({line['below_nine_observed']:.4f}); passage skill "
        f"{_percent(line, 'passage_brier_skill')}, AUC {_span(line, 'passage_auc', 2)}"
    )
