from __future__ import annotations

import pytest

from coalitions.files.spelling import did_you_mean, shown


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Germny", " (did you mean 'Germany'?)"),
        ("GERMANY", " (did you mean 'Germany'?)"),
        ("cote d'ivoire", ' (did you mean "Côte d\'Ivoire"?)'),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_nearest_name(word: str, hint: str) -> None:
    assert did_you_mean(word, ["Germany", "Georgia", "Côte d'Ivoire"]) == hint


def test_the_word_itself_is_no_suggestion() -> None:
    assert did_you_mean("state", ["state"]) == ""


def test_candidates_may_be_an_iterator_or_none() -> None:
    assert did_you_mean("stat", iter(["state"])) == " (did you mean 'state'?)"
    assert did_you_mean("stat", []) == ""


def test_a_huge_word_is_not_compared() -> None:
    assert did_you_mean("x" * 5_000_000, ["x" * 50] * 1000) == ""


def test_shown_is_short_and_on_one_line() -> None:
    assert shown("a\nb\x1b[31m") == r"'a\nb\x1b[31m'"
    assert shown(None) == "null"
    assert len(shown("x" * 1_000_000)) < 70
    assert len(shown(list(range(1000)))) < 70
