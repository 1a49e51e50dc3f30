"""What forecasts know: topics coded blind, nothing from the future, estimates for one day."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from coalitions.bodies.recorded_votes import council_votes
from coalitions.forecasts.estimate import estimate_positions
from coalitions.forecasts.forecast import MODEL, SAME_DAY_MODEL, panel, rolling_forecasts
from coalitions.forecasts.forecast_record import assembly_positions, texts_voted_on, topic_names
from solvers.errors import EngineError

DATA = Path(__file__).resolve().parents[2] / "data"
YEAR, CUT, END = 1990, "1990-09-01", "1992-01-01"
VOTES = [v for v in council_votes() if v.date < END]


def rows(*parts):
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


# topics -------------------------------------------------------------------------------------


def coded():
    return {r["vote_id"]: (r["coarse"], r["fine"]) for r in rows("votes", "topics.csv")}


RULES = [
    (r["coarse"], r["fine"], re.compile(
        rf"(?<![a-z])(?:{'|'.join(re.escape(w.casefold()) for w in r['words'].split(';'))})"
    ))
    for r in rows("votes", "topic-rules.csv")
]  # fmt: skip


def by_rule(title):
    """The first row any of whose words begins a word of the title."""
    for coarse, fine, words in RULES:
        if words.search(title.casefold()):
            return coarse, fine
    return "other", "other"


def test_the_table_of_topics_is_what_the_rules_give():
    subjects = {r["symbol"]: (r["coarse"], r["fine"]) for r in rows("votes", "topic-subjects.csv")}
    votes = [v for v in council_votes() if v.date >= "1972"]
    expected = {v.vote_id: subjects.get(v.symbol) or by_rule(v.title) for v in votes}
    assert coded() == expected
    assert set(subjects) <= {v.symbol for v in votes}


def test_by_agenda_item_a_text_without_content_stays_with_its_item():
    """In the coarse coding the outcome cannot come in through what is known of a single draft."""
    titles = {v.symbol: v.title for v in council_votes()}
    for r in rows("votes", "topic-subjects.csv"):
        if r["why"] == "agenda item only":
            assert r["coarse"] == by_rule(titles[r["symbol"]])[0], r["symbol"]


def test_rules_hold_no_word_of_style():
    """Failed drafts carry the agenda item's opening words, adopted texts those of mandates."""
    style = r"situation|letter|dated|question|extension|renewal|extending|authoriz|addressed"
    for rule in rows("votes", "topic-rules.csv"):
        for word in rule["words"].split(";"):
            assert not re.match(style, word.casefold()), (rule["fine"], word)


def test_no_coarse_topic_holds_failed_texts_alone_and_few_are_left_over():
    adopted, topic = defaultdict(Counter), coded()
    for v in council_votes():
        if v.vote_id in topic:
            adopted[topic[v.vote_id][0]][v.adopted] += 1
    assert all(count[True] > count[False] for count in adopted.values())
    assert sum(adopted["other"].values()) < 10
    assert 20 <= len(topic_names("coarse")) <= 30 < len(topic_names("fine"))


# positions ----------------------------------------------------------------------------------


def test_positions_are_dated_and_complete_enough():
    found = rows("positions", "general-assembly.csv")
    assert len({(r["session"], r["state"]) for r in found}) == len(found) == 9277
    assert {int(r["session"]) for r in found} == set(range(25, 79))
    for r in found:
        assert float(r["low"]) <= float(r["point"]) <= float(r["high"])
        for power in ("usa", "rus", "chn"):
            assert r[f"with_{power}"] == "" or 0 <= float(r[f"with_{power}"]) <= 1
    known = {r["iso3"] for r in rows("states.csv")}
    assert {r["state"] for r in found} <= known


def test_a_position_is_used_only_when_its_session_is_over():
    positions = assembly_positions()
    assert positions.at("DEU", "2019-09-19").session == 72
    assert positions.at("DEU", "2019-09-20").session == 73
    assert positions.at("DEU", "2030-01-01").session == 78
    assert positions.at("USA", "1971-01-01") is None


# nothing from the future --------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole():
    return rolling_forecasts(YEAR, YEAR, "fine", VOTES)


def keyed(found):
    return {
        (r["forecast"], r["vote_id"], r["state"]): (r["against"], r["abstain"], r["for"])
        for r in found.table()
        if r["date"] < CUT
    }


def test_removing_what_came_later_changes_no_bit(whole):
    before = [v for v in VOTES if v.date < CUT]
    cut = rolling_forecasts(YEAR, YEAR, "fine", before)
    assert keyed(cut) == keyed(whole)
    assert len(keyed(cut)) > 1000


def test_turning_what_came_later_upside_down_changes_no_bit(whole):
    def turned(vote):
        if vote.date < CUT:
            return vote
        cast = {s: 2 - level if level < 3 else 3 for s, level in vote.votes.items()}
        return dataclasses.replace(vote, votes=cast, adopted=not vote.adopted)

    assert keyed(rolling_forecasts(YEAR, YEAR, "fine", list(map(turned, VOTES)))) == (keyed(whole))


def test_a_vote_of_the_past_does_change_forecasts(whole):
    """The two tests above could not fail if forecasts ignored the record."""
    votes = [v for v in VOTES if v.date < CUT and v.symbol != "S/20322"]
    found = keyed(rolling_forecasts(YEAR, YEAR, "fine", votes))
    assert found.keys() == keyed(whole).keys()
    assert found != keyed(whole)


def test_shuffled_titles_change_no_bit(whole):
    titles = [v.title for v in VOTES]
    random.Random(1).shuffle(titles)
    votes = [dataclasses.replace(v, title=t) for v, t in zip(VOTES, titles, strict=True)]
    found = rolling_forecasts(YEAR, YEAR, "fine", votes)
    assert found.table() == whole.table()
    assert found.correlations == whole.correlations


def test_the_first_vote_of_a_day_knows_nothing_of_the_second():
    """Two rival drafts of 8 October 2016: only the model with votes of the day sees the first."""
    known = panel("fine")
    number = {t.symbol: k for k, t in enumerate(known.texts)}
    first, second = number["S/2016/846"], number["S/2016/847"]
    assert not known.same_day[known.place == first].any()
    assert known.same_day[known.place == second][:, 0].all()
    topic = [np.unique(known.features[known.place == k][:, 4:9], axis=0) for k in (first, second)]
    assert (topic[0] == topic[1]).all()


def test_features_by_hand():
    """Shares of one member from the definition: votes fade by half in eight years."""
    known = panel("coarse")
    k = next(i for i, t in enumerate(known.texts) if t.symbol == "S/2012/77")
    text = known.texts[k]
    day = datetime.date.fromisoformat(text.date)
    past = [
        (t, (day - datetime.date.fromisoformat(t.date)).days / 365.25)
        for t in known.texts[:k]
        if t.date < text.date
    ]

    def share(level, keep, prior, weight):
        total, hits = weight, weight * prior
        for t, age in past:
            for s, v in t.votes.items():
                if keep(s, t):
                    total += 0.5 ** (age / 8)
                    hits += (v == level) * 0.5 ** (age / 8)
        return hits / total

    five = {"CHN", "FRA", "GBR", "RUS", "USA"}
    prior = share(0, lambda s, _: s in five, 0.01, 10)
    own = share(0, lambda s, _: s == "RUS", prior, 10)
    on_topic = share(0, lambda s, t: s == "RUS" and t.coarse == text.coarse, own, 5)
    row = known.features[np.flatnonzero(known.place == k)[list(text.votes).index("RUS")]]
    assert row[1] == pytest.approx(np.log(own / (1 - own)), abs=1e-9)
    assert row[3] == pytest.approx(np.log(on_topic / (1 - on_topic)), abs=1e-9)


def test_texts_have_no_doubled_ballot_and_no_absent_members():
    texts = texts_voted_on()
    assert all(v in (0, 1, 2) for t in texts for v in t.votes.values())
    assert sum(t.symbol == "Oral amendment" and t.date == "2023-12-22" for t in texts) == 1
    assert [t.date for t in texts] == sorted(t.date for t in texts)


# estimates ----------------------------------------------------------------------------------


def test_an_estimate_is_the_forecast_of_the_backtest(whole):
    """The estimate has the whole record at hand, the forecast only what ends in 1991."""
    text = next(t for t in whole.panel.texts if t.date[:4] == str(YEAR) and t.fine == "cyprus")
    found = estimate_positions(list(text.votes), text.date, "mediterranean/cyprus")
    forecast = {
        r["state"]: (r["against"], r["abstain"], r["for"])
        for r in whole.table()
        if r["forecast"] == MODEL and r["vote_id"] == text.vote_id
    }
    assert len(found.positions) == len(text.votes)
    for p in found.positions:
        assert (p.against, p.abstain, p.yes) == pytest.approx(forecast[p.state], abs=1e-12)
    assert found.correlation == whole.correlations[MODEL][YEAR]
    assert found.newest_vote < text.date


def test_margins_give_the_chances_back():
    from statistics import NormalDist

    normal = NormalDist()
    found = estimate_positions(["RUS", "CHN", "USA", "DEU"], "2020-07-07", "middle-east/syria")
    for p in found.positions:
        assert normal.cdf(p.margin) == pytest.approx(p.yes)
        assert normal.cdf(-p.band - p.margin) == pytest.approx(p.against)
        assert p.low < p.margin - 1.28 < p.margin + 1.28 < p.high
        assert p.origin == "estimated"
        assert p.session == 73
    by_state = {r["state"]: r for r in found.rows()}
    assert by_state["RUS"]["for"] < by_state["USA"]["for"]
    assert by_state["RUS"]["date"] == "2020-07-07"
    assert "smoothed" in found.notes[-1]


def test_an_earlier_vote_of_the_day_moves_the_estimate():
    members, day, topic = ["RUS", "CHN", "GBR"], "2020-07-10", "middle-east/syria"
    plain = estimate_positions(members, day, topic)
    after = estimate_positions(members, day, topic, earlier={"RUS": 0, "CHN": 0, "GBR": 2})
    assert [p.yes for p in plain.positions] != [p.yes for p in after.positions]
    assert after.correlation != 0


def test_outside_the_council_estimates_are_marked_as_weak():
    found = estimate_positions(
        ["Brazil", "CHE", "India"], "2022-03-02", "former-soviet", "un-general-assembly"
    )
    assert {p.confidence for p in found.positions} == {"low"}
    inside = estimate_positions(["BRA", "IND"], "2022-03-02", "former-soviet")
    assert {p.confidence for p in inside.positions} <= {"low", "medium"}
    widths = [p.high - p.low for p in found.positions]
    assert min(widths) > 1.5 * max(p.high - p.low for p in inside.positions)
    assert found.notes[0].startswith("low confidence")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((["DEU"], "2020-07-07", "syria"), r"did you mean 'middle-east/syria'\?"),
        ((["DEU"], "2020-07-07", "midle-east"), "did you mean 'middle-east'"),
        ((["DEU"], "7 July 2020", "middle-east"), "is no date; write it as"),
        ((["DEU"], "1970-01-01", "middle-east"), "begins in 1972"),
        ((["DEU"], "2040-01-01", "middle-east"), "the record of Council votes ends on 2025-12-29"),
        ((["Germny"], "2020-07-07", "middle-east"), "did you mean 'Germany'"),
        ((["DEU", "Germany"], "2020-07-07", "middle-east"), "DEU is named twice"),
        (([], "2020-07-07", "middle-east"), "at least one state"),
        (
            (["DEU"], "2020-07-07", "libya", "un-security-council", {"DEU": 7}),
            "7 of DEU is no vote",
        ),
        ((["DEU"], "2020-07-07", "libya", "un-security-council", None, 1.5), "between 0 and 1"),
    ],
)
def test_wrong_questions_are_one_sentence(arguments, words):
    with pytest.raises(EngineError, match=words) as caught:
        estimate_positions(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((2014, 2013), "the first must not be later"),
        ((1975, 1976), "the first year to be forecast is 1978"),
        ((2013, 2031), "ends on 2025-12-29"),
        ((2013, 2013, "medium"), "there are 'coarse' and 'fine'"),
    ],
)
def test_wrong_years_and_codings_are_one_sentence(arguments, words):
    with pytest.raises(EngineError, match=words):
        rolling_forecasts(*arguments)


def test_both_models_are_fitted_each_year(whole):
    assert set(whole.correlations) >= {MODEL, SAME_DAY_MODEL}
    assert all(0 <= c[YEAR] < 1 for c in whole.correlations.values())
