"""The answer of a sweep: rows of many scenarios, and on a screen what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from coalitions.answers.results import Block, Result, Screen, number_text
from coalitions.scenarios.scenario import Scenario
from coalitions.sweeps.sweep_questions import FACTS

__all__ = ["Sweep", "wilson_interval"]

MAX_SHOWN = 12
"""Of so many values at most a screen says how often each passes."""


@dataclass(frozen=True)
class Sweep(Result):
    """Facts of many scenarios.

    Parameters
    ----------
    question : str
        What was asked.
    heads : tuple of Scenario
        Whose marking and notices every output carries.
    varied : tuple of str
        What differs from scenario to scenario.
    n_scenarios, n_draws : int
        How many scenarios; how often figures were drawn, 0 for never.
    facts : tuple of dict
        The rows.
    resumed : int
        How many chunks a journal had already.
    mended : tuple of int
        Chunks of the journal that were damaged and worked on again.
    """

    question: str = ""
    heads: tuple[Scenario, ...] = ()
    varied: tuple[str, ...] = ()
    n_scenarios: int = 0
    n_draws: int = 0
    facts: tuple[dict[str, Any], ...] = ()
    resumed: int = 0
    mended: tuple[int, ...] = ()

    kind = "sweep"

    @property
    def marking(self) -> str:
        """The markings of all cases."""
        return " | ".join(dict.fromkeys(s.marking for s in self.heads))

    def notices(self) -> dict[str, str]:
        """Return what every output has to say of the cases.

        Returns
        -------
        dict of str to str
        """
        found: dict[str, dict[str, None]] = {}
        for scenario in self.heads:
            for word, text in Result(scenario, self.guarantee).notices().items():
                found.setdefault(word, {})[text] = None
        return {word: " | ".join(texts) for word, texts in found.items()}

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Rows of scenarios that could not be answered; ``problem`` says why."""
        return [dict(row) for row in self.facts if row["problem"]]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per scenario, option and venue; of what failed, one per scenario."""
        return [dict(row) for row in self.facts]

    def frame_columns(self) -> list[str]:
        """List the columns: the number of the scenario, what was varied, the facts."""
        return ["scenario", *self.varied, *FACTS]

    def answer(self) -> dict[str, Any]:
        """Return what was varied, of which cases, and all rows."""
        return {
            "question": self.question,
            "cases": {scenario.name: scenario.digest for scenario in self.heads},
            "scenarios": self.n_scenarios,
            "draws": self.n_draws,
            "not_answered": len(self.failed),
            "varied": list(self.varied),
            "rows": self.rows(),
        }

    def screen(self) -> Screen:
        """Return how often what passes, at what price, and what it hangs on."""
        names = list(dict.fromkeys(s.title for s in self.heads))
        title = names[0] if len(names) == 1 else f"{len(names)} cases"
        counted = f"{self.n_scenarios:,} scenario{'s' if self.n_scenarios != 1 else ''}"
        blocks = [Block("SWEEP", f"{counted}, {self.question} of each", self._values())]
        answered = [r for r in self.facts if not r["problem"]]
        places = dict.fromkeys((r["case"], r["option"], r["venue"]) for r in answered)
        several = len({case for case, _, _ in places}) > 1
        for case, option, venue in places:
            rows = [
                r for r in answered if (r["case"], r["option"], r["venue"]) == (case, option, venue)
            ]
            head = f"{case}: {option} in {venue}" if several else f"{option} in {venue}"
            blocks.append(Block(head, _counts(rows), tuple(self._lines(rows))))
        if self.failed:
            aside = f"{len(self.failed):,} of {counted}"
            blocks.append(Block("NOT ANSWERED", aside, tuple(self._problems())))
        if self.mended:
            told = ", ".join(map(str, self.mended))
            blocks.append(Block("JOURNAL", f"damaged and worked on again: chunks {told}"))
        return Screen(title, self.marking, tuple(blocks))

    def _values(self) -> tuple[tuple[str, str], ...]:
        """Say what was varied, in one line for each key."""
        lines = []
        for key in self.varied:
            values = list(dict.fromkeys(_text(row[key]) for row in self.facts))
            if key == "draw":
                lines.append((key, f"{self.n_draws:,}, seed {self.provenance.seed}"))
            elif len(values) <= MAX_SHOWN:
                lines.append((key, ", ".join(values)))
            else:
                lines.append((key, f"{len(values):,} values"))
        return tuple(lines)

    def _problems(self) -> Iterator[tuple[str, str]]:
        """Say of each reason how many scenarios it stopped, and name the first."""
        reasons: dict[str, list[int]] = {}
        for row in self.failed:
            reasons.setdefault(row["problem"], []).append(row["scenario"])
        for reason, numbers in list(reasons.items())[:MAX_SHOWN]:
            others = f" and {len(numbers) - 1:,} more" if len(numbers) > 1 else ""
            yield f"scenario {numbers[0]}{others}", reason
        if len(reasons) > MAX_SHOWN:
            yield f"{len(reasons) - MAX_SHOWN:,} more reasons", "stand in the rows"

    def _lines(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
        if self.n_draws:
            share = sum(r["passed"] is True for r in rows) / len(rows)
            # Points of a grid share their draws, so that only draws count as independent.
            low, high = wilson_interval(share, len({r["draw"] for r in rows}))
            yield "passes", f"in {share:.1%} of them (95 % interval {low:.1%} to {high:.1%})"
        prices = _prices(rows)
        if prices:
            unit = self.heads[0].unit if len(self.heads) == 1 else ""
            middle = f", median {number_text(prices[(len(prices) - 1) // 2])}"
            ends = f"{_ends(prices)} {unit}".rstrip()
            text = f"{ends}{middle if prices[0] < prices[-1] else ''}, of {len(prices):,} priced"
            yield "price", f"{text}{_without(rows)}"
        for key in self.varied:
            values: dict[str, list[Mapping[str, Any]]] = {}
            for row in rows:
                values.setdefault(_text(row[key]), []).append(row)
            if key != "draw" and 1 < len(values) <= MAX_SHOWN:
                told = (
                    f"{value}: {_passing(part)}{_priced(part)}" for value, part in values.items()
                )
                yield key, "; ".join(told)


def wilson_interval(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return an interval for a probability of which a share was seen.

    Parameters
    ----------
    share : float
        Of the trials, how many succeeded.
    n : int
        Number of independent trials.
    z : float
        Standard deviations; 1.96 for 95 %.

    Returns
    -------
    tuple of float
        Wilson's interval [1]_, which is not empty where all or none succeeded.

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22 (1927), pp. 209-212.

    Examples
    --------
    >>> wilson_interval(0.0, 4)[0], round(wilson_interval(0.0, 4)[1], 3)
    (0.0, 0.49)
    """
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _counts(rows: Sequence[Mapping[str, Any]]) -> str:
    words = {
        "passes": "passes",
        "fails": "fails",
        "turns on": "turns on uncertain votes",
        "undetermined": "is undetermined",
    }
    counts = {word: sum(r["verdict"] == verdict for r in rows) for verdict, word in words.items()}
    told = [f"{word} in {n:,}" for word, n in counts.items() if n]
    return f"{', '.join(told)} of {len(rows):,}"


def _passing(rows: Sequence[Mapping[str, Any]]) -> str:
    return f"passes in {sum(r['passed'] is True for r in rows):,} of {len(rows):,}"


def _prices(rows: Sequence[Mapping[str, Any]]) -> list[Fraction]:
    return sorted(Fraction(r["price"]) for r in rows if r["price"] is not None)


def _ends(prices: Sequence[Fraction]) -> str:
    least, most = number_text(prices[0]), number_text(prices[-1])
    return least if least == most else f"{least} to {most}"


def _without(rows: Sequence[Mapping[str, Any]]) -> str:
    missing = sum(r["price_status"] == "none" for r in rows)
    return f", no package in {missing:,}" if missing else ""


def _priced(rows: Sequence[Mapping[str, Any]]) -> str:
    prices = _prices(rows)
    return f"{f', price {_ends(prices)}' if prices else ''}{_without(rows)}"


def _text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
