"""JSON that is none and YAML that is meant badly: refused with line and column."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import coalitions as co
from coalitions.errors import InputError
from coalitions.files.exact_input import exact_number, exact_signed, fraction_of, refuse_extreme
from coalitions.files.json_text import parse_json, read_json, refuse_unfit
from coalitions.files.yaml12 import load, load_file
from solvers.errors import EngineError

NO_JSON = {  # text: line, column, and a word of what is wrong
    '{"a": 1,}': (1, 8, "a comma before a closing bracket; take it out"),
    "[1,\n 2 ,\n]": (2, 4, "a comma before a closing bracket; take it out"),
    '{"a": 1} # note': (1, 10, "a comment, which JSON does not have"),
    '{\n// note\n"a": 1}': (2, 1, "a comment, which JSON does not have"),
    '{"a": 1 /* note */}': (1, 9, "a comment, which JSON does not have"),
    "{'a': 1}": (1, 2, "text and keys stand in double quotes"),
    "{\"a\": 'x'}": (1, 7, "text and keys stand in double quotes"),
    "{a: 1}": (1, 2, "a key in double quotes is expected here"),
    '{"a": True}': (1, 7, "a value is expected here"),
    '{"a": 0x10}': (1, 8, "a comma or a closing bracket is expected here"),
    '{"a": 010}': (1, 8, "a comma or a closing bracket is expected here"),
    '{"a": .5}': (1, 7, "a value is expected here"),
    '{"a": 1': (1, 8, "a comma or a closing bracket is expected here"),
    '{"a" 1}': (1, 6, "a ':' is expected here"),
    '{"a": "x}': (1, 7, "a quote that opens here is not closed"),
    '{"a": "x\ny"}': (1, 9, "a line break or tab in a text"),
    '{"a": "\\x"}': (1, 8, "a backslash in a text"),
    '{"a": 1}\n{"b": 2}': (2, 1, "more follows after the end of the value"),
    "a: 1": (1, 1, "a value is expected here"),
}
UNFIT = {
    '{"a": NaN}': (1, 7, "NaN is no number in JSON"),
    '["NaN", 1,\n -Infinity]': (2, 2, "-Infinity is no number in JSON"),
    '[{"Infinity": Infinity}]': (1, 15, "Infinity is no number in JSON"),
}
TWICE = {
    '{"a": 1, "a": 2}': (1, 10, "key 'a' is given twice"),
    '{"a": {"b": 1},\n "b": [{"c": 1, "c": 2}]}': (2, 17, "key 'c' is given twice"),
    '{"\\u0061": 1, "a": 2}': (1, 15, "key 'a' is given twice"),
}


def place(error: pytest.ExceptionInfo[InputError]) -> tuple[int | None, int | None]:
    (problem,) = error.value.problems
    return problem.line, problem.column


@pytest.mark.parametrize(("text", "expected"), [*NO_JSON.items(), *UNFIT.items(), *TWICE.items()])
def test_json_is_refused_at_its_place(text: str, expected: tuple[int, int, str]) -> None:
    with pytest.raises(InputError, match=expected[2].replace("(", r"\(")) as error:
        parse_json("a.json", text)
    assert place(error) == expected[:2]


@pytest.mark.parametrize(
    ("text", "expected"), [*NO_JSON.items(), *UNFIT.items(), *list(TWICE.items())[:2]]
)
def test_a_file_named_json_is_json(
    tmp_path: Path, text: str, expected: tuple[int, int, str]
) -> None:
    for name in ("case.json", "CASE.JSON"):
        file = tmp_path / name
        file.write_text(text)
        with pytest.raises(InputError, match=expected[2].replace("(", r"\(")) as error:
            load_file(file)
        assert place(error) == expected[:2]


def test_the_same_text_in_yaml_is_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("{a: 1, 'b': [2, 3,], } # flow")
    assert load_file(file).data == {"a": 1, "b": [2, 3]}


def test_keys_in_several_mappings_are_not_twice() -> None:
    text = '{"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}], "c": "a", "d": ["a", "a"]}'
    assert parse_json("a.json", text) == json.loads(text)


def test_long_numbers_and_deep_nesting() -> None:
    with pytest.raises(InputError, match="a number of 5,000 digits; 4,000 are read") as error:
        parse_json("a.json", '{"a": [1,\n' + "9" * 5_000 + "]}")
    assert place(error) == (2, 1)
    for text in ("[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000):
        with pytest.raises(InputError, match="nested too deeply"):
            parse_json("a.json", text)
        with pytest.raises(InputError, match="nested more than 64 deep"):
            load("a.json", text)
        refuse_unfit("a.json", text)  # left to who reads on
    assert parse_json("a.json", "9" * 4_000) == int("9" * 4_000)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False).map(abs)
    .filter(lambda x: x < float("inf")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_what_json_writes_is_read(data: Any, indent: int | None, plain: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=plain)
    refuse_unfit("a.json", text)
    assert parse_json("a.json", text) == data


@given(st.text(st.sampled_from('{}[],:"0 1aeN\\u\n#/'), max_size=20))
def test_any_text_is_read_as_python_does_or_refused(text: str) -> None:
    try:
        found = parse_json("a.json", text)
    except InputError as error:
        (problem,) = error.problems
        assert problem.line is not None
        assert 1 <= problem.line <= text.count("\n") + 1
        return
    assert found == json.loads(text)


def test_a_json_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('\ufeff{"a": [1, 2.5, "x"]}', encoding="utf-8")
    assert read_json(file) == {"a": [1, 2.5, "x"]}
    with pytest.raises(InputError, match="there is no such file"):
        read_json(tmp_path / "b.json")


# --- YAML


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1\n", "a.yaml:2:1: a: a tab cannot indent in YAML"),
        (BOMB, "holds more than 200,000 values once its aliases are written out"),
        ("a: &a [*a]\n", "a.yaml:1:8: a.0: alias '*a' contains itself"),
        ("a: *b\n", "a.yaml:1:4: a: alias '*b' has no anchor"),
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key 'a' is given twice, first on line 1"),
        ("a: 1e400\n", "a.yaml:1:4: a: number '1e400' is too large"),
        ("a: -1e999999999\n", "is too long or too large"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n", "a.yaml:3:3: y: merge keys ('<<') are not part"),
        ("a: !!python/object/apply:os.system ['id']\n", "a.yaml:1:4: a: tag "),
        ("a: !!timestamp 2011-01-01\n", "a.yaml:1:4: a: tag "),
        ("a: !local 1\n", "a.yaml:1:4: a: tag '!local' is not used here"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins here"),
        ("? [a]\n: 1\n", "a.yaml:1:3: a key must be text"),
        ("2011: a\n", "a.yaml:1:1: key 2011 is not text; write it in quotes"),
        ("no: a\ntrue: b\n", "a.yaml:2:1: key true is not text"),
    ],
)
def test_yaml_that_is_meant_badly(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load("a.yaml", text)
    assert message in str(error.value)


CASE = """\
format: coalitions/1
title: A case
date: 2011-03-17
bodies:
  council: {use: un-security-council}
options:
  text: {title: A text, needs: council, legal_basis: chapter_vii, effect: 1}
floors: {effect: 1}
never: [amnesty_for_atrocity_crimes]
positions:
  default: {is: unknown}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("2011-03-17", "2011-02-30", "3:7: date: '2011-02-30' must be a date such as 2011-03-17"),
        ("2011-03-17", "2011-3-17", "3:7: date: '2011-3-17' must be a date such as 2011-03-17"),
        ("effect: 1}\nfloors", "effect: .nan}\nfloors", "7:75: options.text.effect"),
        ("effect: 1}\nfloors", "effect: .inf}\nfloors", "7:75: options.text.effect"),
        ("effect: 1}\nfloors", "effect: 1e40}\nfloors", "7:75: options.text.effect"),
        ("effect: 1}\nfloors", "effect: yes}\nfloors", "7:75: options.text.effect"),
        ("effect: 1}\nfloors", "effect: 1,5}\nfloors", "7:77: options.text: key 5 is not text"),
        ("{is: unknown}", "{is: unknwon}", "11:17: positions.default.is"),
        ("  default", "  CNH", "11:3: positions.CNH: unknown state 'CNH' (did you mean 'CHN'?)"),
        ("un-security", "un-securty", "did you mean 'un-security-council'?"),
    ],
)
def test_a_scenario_with_a_mistake(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(CASE)
    assert co.load(file).options
    assert CASE.count(right) == 1
    file.write_text(CASE.replace(right, wrong))
    with pytest.raises(InputError) as error:
        co.load(file)
    assert message in str(error.value)


# --- numbers as they are typed


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), (" -0.5 ", Fraction(-1, 2)), ("1/3", Fraction(1, 3)), (".5", Fraction(1, 2)),
     ("+1e-3", Fraction(1, 1000)), ("1E2", 100), ("3.", 3), ("9" * 60, int("9" * 60))],
)  # fmt: skip
def test_numbers_are_exact(text: str, number: Fraction) -> None:
    assert fraction_of(text) == number
    assert exact_signed("--x", text) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "NaN", "inf", "1e400", "1e999999999", "1e-999999999", "1/0", "1/-2", "1_000",
     "0x10", "\u0661", "9" * 61, "9" * 120, "0." + "1" * 61, "1,5", "1 2", "--1", "1e", "."],
)  # fmt: skip
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number|divides by zero"):
        fraction_of(text)
    with pytest.raises(EngineError, match=r"^--x .*must be a number such as 2, 0.5 or 1/3$"):
        exact_number("--x", text)


@given(st.fractions(max_denominator=10**50).filter(lambda x: abs(x.numerator) < 10**60))
def test_every_fraction_is_read_back(number: Fraction) -> None:
    assert fraction_of(str(number)) == number


@pytest.mark.parametrize("text", ["1e999999999", "-1e-9999999", "9" * 61, "1/" + "9" * 61])
def test_numbers_that_would_fill_the_memory(text: str) -> None:
    with pytest.raises(EngineError, match=r"^--x .*: at most 60 digits and an exponent of 99"):
        refuse_extreme("--x", text)


def test_what_else_is_no_number_is_left_to_who_reads_it() -> None:
    for text in ("x", "nan", "inf", "1/0", "1e99", "-0.5", ""):
        refuse_extreme("--x", text)
