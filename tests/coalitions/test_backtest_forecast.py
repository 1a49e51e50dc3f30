"""The forecast back-test: its scores computed again from its own table of predictions."""

from __future__ import annotations

import csv
import importlib
import io
import json
import math
from collections import defaultdict
from itertools import product
from statistics import NormalDist

import pytest
from click.testing import CliRunner

from coalitions.bodies.recorded_votes import council_votes
from coalitions.cli import main
from coalitions.forecasts.backtest_forecast import backtest_forecast
from coalitions.forecasts.forecast import FORECASTS, MODEL, SAME_DAY_MODEL
from coalitions.pictures.forecast_picture import reliability_figure
from coalitions.pictures.picture_sheet import figure_bytes

NORMAL = NormalDist()
FIVE = {"CHN", "FRA", "GBR", "RUS", "USA"}
FIRST, LAST = 2014, 2015
BASE = "base rate by type"


@pytest.fixture(scope="module")
def result():
    return backtest_forecast(FIRST, LAST)


@pytest.fixture(scope="module")
def table(result):
    return result.predictions()


def texts_of(table, name):
    found = defaultdict(list)
    for r in table:
        if r["forecast"] == name:
            found[r["vote_id"]].append(r)
    return list(found.values())


def of_vote(row):
    return (row["against"], row["abstain"], row["for"])[row["vote"]]


def squared(row):
    chance = (row["against"], row["abstain"], row["for"])
    return sum((p - (k == row["vote"])) ** 2 for k, p in enumerate(chance))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def test_the_table_holds_every_vote_of_the_record(table):
    recorded = {
        (v.vote_id, s): level
        for v in council_votes()
        if f"{FIRST}" <= v.date < f"{LAST + 1}"
        for s, level in v.votes.items()
        if level != 3
    }
    for name in FORECASTS:
        own = {(r["vote_id"], r["state"]): r["vote"] for r in table if r["forecast"] == name}
        assert own == recorded
    assert all(abs(r["against"] + r["abstain"] + r["for"] - 1) < 1e-9 for r in table)


def test_scores_of_votes_are_those_of_the_table(result, table):
    years = {f"{FIRST}-{LAST}": (FIRST, LAST), f"{FIRST}-2014": (2014, 2014),
             f"2015-{LAST}": (2015, LAST)}  # fmt: skip
    assert {m["period"] for m in result.members} == set(years)
    divided = {t[0]["vote_id"] for t in texts_of(table, BASE) if any(r["vote"] < 2 for r in t)}
    for line in result.members:
        low, high = years[line["period"]]

        def chosen(name, line=line, low=low, high=high):
            return [
                r
                for r in table
                if r["forecast"] == name
                and low <= int(r["date"][:4]) <= high
                and (line["votes"] == "all" or r["vote_id"] in divided)
            ]

        own, base = chosen(line["forecast"]), chosen(BASE)
        assert line["number"] == len(own)
        brier, log = mean(map(squared, own)), mean(-math.log(of_vote(r)) for r in own)
        assert line["brier"] == pytest.approx(brier, abs=1e-12)
        assert line["log"] == pytest.approx(log, abs=1e-12)
        assert line["brier_skill"] == pytest.approx(1 - brier / mean(map(squared, base)))
        assert line["log_skill"] == pytest.approx(
            1 - log / mean(-math.log(of_vote(r)) for r in base)
        )
        assert line["log_low"] <= line["log_high"]


def test_vetoes_are_those_of_the_table(result, table):
    def chance(text):
        return 1 - math.prod(1 - r["against"] for r in text if r["state"] in FIVE)

    texts = texts_of(table, MODEL)
    forecast = [chance(t) for t in texts]
    hit = [any(r["vote"] == 0 and r["state"] in FIVE for r in t) for t in texts]
    line = next(v for v in result.vetoes if v["forecast"] == f"{MODEL}, independent")
    assert line["texts"] == len(texts)
    assert line["happened"] == sum(hit)
    assert line["brier"] == pytest.approx(
        mean((p - h) ** 2 for p, h in zip(forecast, hit, strict=True))
    )
    pairs = [
        (p > q) + (p == q) / 2
        for p, h in zip(forecast, hit, strict=True)
        if h
        for q, g in zip(forecast, hit, strict=True)
        if not g
    ]
    assert line["auc"] == pytest.approx(mean(pairs))
    top = sorted(zip(forecast, hit, strict=True), reverse=True)[: math.ceil(len(texts) / 10)]
    assert line["precision_top_tenth"] == pytest.approx(mean(h for _, h in top))


def leaning(against, idle, correlation, factor):
    low, high = (
        NORMAL.cdf(
            (NORMAL.inv_cdf(min(p, 1 - 1e-13)) - math.sqrt(correlation) * factor)
            / math.sqrt(1 - correlation)
        )
        for p in (against, against + idle)
    )
    return low, high - low, 1 - high


def added_up(text, correlation):
    """Number of yes, veto and passage, vote by vote over a grid of the factor."""
    steps = [k / 5 for k in range(-28, 29)] if correlation else [0.0]
    weights = [math.exp(-f * f / 2) for f in steps]
    total = defaultdict(float)
    for factor, weight in zip(steps, weights, strict=True):
        state = {(0, False): weight / sum(weights)}
        for r in text:
            chance = (r["against"], r["abstain"], r["for"])
            if correlation:
                chance = leaning(*chance[:2], correlation, factor)
            after = defaultdict(float)
            for (yes, veto), p in state.items():
                for vote, q in enumerate(chance):
                    stopped = veto or (vote == 0 and r["state"] in FIVE)
                    after[yes + (vote == 2), stopped] += p * q
            state = after
        for key, p in state.items():
            total[key] += p
    return total


@pytest.mark.parametrize("common", [False, True])
def test_totals_are_those_of_the_table(result, table, common):
    outcome = {v.vote_id: v.adopted for v in council_votes()}
    words = "common factor" if common else "independent"
    line = next(t for t in result.totals if (t["forecast"], t["votes"]) == (MODEL, words))
    logs, passing, all_yes, few = [], [], [], []
    for text in texts_of(table, MODEL):
        year = int(text[0]["date"][:4])
        found = added_up(text, result.found.correlations[MODEL][year] if common else 0.0)
        yes = sum(r["vote"] == 2 for r in text)
        logs.append(-math.log(found[yes, False] + found[yes, True]))
        passes = sum(p for (n, veto), p in found.items() if n >= 9 and not veto)
        passing.append((passes - outcome[text[0]["vote_id"]]) ** 2)
        all_yes.append(found[len(text), False])
        few.append(sum(p for (n, _), p in found.items() if n < 9))
    assert line["yes_count_log"] == pytest.approx(mean(logs), abs=1e-5)
    assert line["passage_brier"] == pytest.approx(mean(passing), abs=1e-6)
    assert line["all_yes"] == pytest.approx(mean(all_yes), abs=1e-6)
    assert line["below_nine"] == pytest.approx(mean(few), abs=1e-6)


def test_calibration_is_that_of_the_table(result, table):
    for name in (MODEL, SAME_DAY_MODEL):
        own = [(1 - r["for"], r["vote"] < 2) for r in table if r["forecast"] == name]
        own.sort(key=lambda pair: pair[0])
        bins = [c for c in result.calibration if c["forecast"] == name]
        start, error = 0, 0.0
        for part in bins:
            rows = own[start : start + part["number"]]
            start += part["number"]
            forecast, observed = mean(p for p, _ in rows), mean(h for _, h in rows)
            assert part["mean_forecast"] == pytest.approx(forecast)
            assert part["observed"] == pytest.approx(observed)
            error += len(rows) * abs(forecast - observed) / len(own)
        assert start == len(own)
        assert bins[0]["calibration_error"] == pytest.approx(error)


def test_the_worst_misses_are_the_worst(result, table):
    loss = {t[0]["symbol"]: sum(-math.log(of_vote(r)) for r in t) for t in texts_of(table, MODEL)}
    worst = sorted(loss.values(), reverse=True)[: len(result.misses)]
    assert [m["log_loss"] for m in result.misses] == pytest.approx(worst)
    for m in result.misses:
        assert loss[m["symbol"]] == pytest.approx(m["log_loss"])
        assert m["data_could_have_told"].startswith(("no: ", "partly: "))


def test_pairs_say_who_moved(result):
    moved = {p["vetoed"]: p["moved"] for p in result.pairs}
    assert moved["S/2007/14"] == "CHN against to abstain; RUS against to abstain"
    assert "USA against to abstain" in moved["S/2024/173"]
    assert {p["case"] for p in result.pairs} == {"Gaza", "Myanmar", "Syria aid"}
    for vote, line in product(council_votes(), result.pairs):
        if vote.symbol == line["vetoed"]:
            assert any(vote.votes[s] == 0 for s in FIVE)
        if vote.symbol in (line["vetoed"], line["adopted"]):
            assert vote.adopted == (vote.symbol == line["adopted"])


def test_the_same_again_to_the_last_bit(result):
    again = backtest_forecast(FIRST, LAST)
    assert again.answer() == result.answer()
    assert again.predictions() == result.predictions()


def test_no_veto_forecast_is_too_good_to_be_true(result):
    for line in result.vetoes:
        assert line["auc"] is None or line["auc"] <= 0.95 or line["happened"] < 5


def test_outputs(tmp_path):
    picture, predictions = tmp_path / "d.png", tmp_path / "p.csv"
    words = ["backtest", "--forecast", "--from", "1983", "--to", "1983", "--topics", "fine"]
    files = ["--plot", str(picture), "--predictions", str(predictions)]
    run = CliRunner().invoke(main, [*words, "--format", "json", *files])
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout, parse_constant=lambda word: pytest.fail(word))
    assert answer["kind"] == "forecast-backtest"
    assert answer["answer"]["topics"] == "fine"
    assert answer["guarantee"] == "estimated"
    assert "CC BY 4.0" in answer["notices"]["source"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    with predictions.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == answer["answer"]["votes"] * len(FORECASTS)


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_every_form_names_its_sources(form, result, monkeypatch):
    module = importlib.import_module("coalitions.forecasts.backtest_forecast")
    monkeypatch.setattr(module, "backtest_forecast", lambda *_: result)
    run = CliRunner().invoke(main, ["backtest", "--forecast", "--format", form])
    assert run.exit_code == 0
    assert "CC BY 4.0" in " ".join(run.stdout.split())
    if form == "csv":
        tidy = list(csv.DictReader(io.StringIO(run.stdout)))
        assert {r["table"] for r in tidy} == {"member votes", "vetoes", "totals", "calibration"}
        log = next(m for m in result.members if m["forecast"] == MODEL)["log"]
        assert str(log) in {r["value"] for r in tidy}


def test_the_diagram_has_every_bin_and_equal_bytes(result):
    figure = reliability_figure(result)
    drawn = sum(len(line.get_xdata()) for line in figure.axes[0].lines[1:])
    assert drawn == len(result.calibration) == 20
    assert figure_bytes(figure, "svg") == figure_bytes(reliability_figure(result), "svg")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "either --rules or --forecast"),
        (["--rules", "--forecast"], "either --rules or --forecast"),
        (["--rules", "--topics", "fine"], "--topics goes with --forecast"),
        (["--rules", "--from", "2000"], "--from goes with --forecast"),
        (["--forecast", "--reading", "literal"], "--reading goes with --rules"),
        (["--forecast", "--topics", "medium"], "'medium' is not one of"),
        (["--forecast", "--from", "1960"], "the first year to be forecast is 1978"),
        (["--forecast", "--to", "2030"], "ends on 2025-12-29"),
        (["--forecast", "--plot", "d.jpg"], "must end in .png or .svg"),
    ],
)
def test_wrong_options_are_one_sentence(words, message):
    run = CliRunner().invoke(main, ["backtest", *words])
    assert run.exit_code == 2
    assert message in " ".join(run.stderr.split())
    assert run.stdout == ""
