from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalitions.errors import InputError
from coalitions.files import datasets, yaml12
from coalitions.files.document import dotted
from coalitions.files.text_files import MAX_BYTES
from coalitions.files.yaml12 import MAX_DEPTH, MAX_NODES, headings, load, load_file


def refusal(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load("f", text)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("y", "y"),
        ("on", "on"),
        ("NA", "NA"),
        ("nan", "nan"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("", None),
        ("~", None),
        ("null", None),
        ("none", "none"),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0o17", 15),
        ("0xfF", 255),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1e3", 1000.0),
        ("0.65", 0.65),
        (".5", 0.5),
        ("1.", 1.0),
        ("-1.5E-2", -0.015),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("2/3", "2/3"),
        ("2011-03-17", "2011-03-17"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("=", "="),
        ("Côte d'Ivoire", "Côte d'Ivoire"),
    ],
)
def test_core_schema(written: str, value: Any) -> None:
    got = load("f", f"a: {written}\n").data["a"]
    assert got == value
    assert type(got) is type(value)


def test_not_a_number() -> None:
    assert math.isnan(load("f", "a: .nan").data["a"])


def test_block_scalars() -> None:
    assert load("f", "a: |\n  one\n  two\nb: >-\n  1\n").data == {"a": "one\ntwo\n", "b": "1"}


PLACES = """\
# a comment
title: Aid
bodies:
  council: {use: unsc, é😀: [1, 22, {x: 1e3}]}
positions:
  - NO: for
    weight: 0.65
  - - nested
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ([], (2, 1), None),
        (["title"], (2, 8), (2, 1)),
        (["bodies"], (4, 3), (3, 1)),
        (["bodies", "council", "use"], (4, 18), (4, 13)),
        (["bodies", "council", "é😀"], (4, 28), (4, 24)),
        (["bodies", "council", "é😀", 1], (4, 32), (4, 32)),
        (["bodies", "council", "é😀", 2, "x"], (4, 40), (4, 37)),
        (["positions", 0, "NO"], (6, 9), (6, 5)),
        (["positions", 0, "weight"], (7, 13), (7, 5)),
        (["positions", 1, 0], (8, 7), (8, 7)),
        # What is not there is looked for around it, and tags of a validator are passed over.
        (["bodies", "council", "missing"], (4, 12), (4, 3)),
        (["bodies", "tag", "council", "use"], (4, 18), (4, 13)),
    ],
)
def test_positions(path: list[str | int], value: tuple[int, int], key: tuple[int, int]) -> None:
    document = load("f", PLACES)
    assert document.position(path) == value
    if key:
        assert document.position(path, key=True) == key


def test_problems_and_errors_of_a_place() -> None:
    document = load("aid.yaml", PLACES)
    problem = document.problem(["positions", 0, "weight"], "is wrong")
    assert str(problem) == "aid.yaml:7:13: positions.0.weight: is wrong"
    error = document.error(["title"], "is wrong", key=True)
    assert str(error) == "aid.yaml:2:1: title: is wrong"


def test_numbers_stay_exact() -> None:
    document = load(
        "f", "a: 0.65\nb: 1e3\nc: 010\nd: 0x10\ne: x\nf: [-.5, 1.]\ng: 0.1e-400\nh: .inf"
    )
    assert document.exact(["a"]) == Fraction(13, 20)
    assert document.literal(["b"]) == "1e3"
    assert document.exact(["b"]) == 1000
    assert document.exact(["c"]) == 10
    assert document.exact(["d"]) == 16
    assert document.exact(["f", 0]) == Fraction(-1, 2)
    assert document.exact(["f", 1]) == 1
    assert document.exact(["g"]) == Fraction(1, 10**401)
    assert document.literal(["f"]) is None
    for path in (["e"], ["f"], ["h"]):
        with pytest.raises(InputError, match="must be a number"):
            document.exact(path)
    with pytest.raises(KeyError):
        document.literal(["none"])


def test_all_slips_are_named_at_once() -> None:
    text = "a: 1\nb: 2\na: 3\nc:\n  1: x\n  ~: y\n  d: !!set {}\n  <<: {e: 1}\nf: 1e999\n'a': 4\n"
    assert refusal(text) == [
        "f:3:1: key 'a' is given twice, first on line 1",
        "f:5:3: c: key 1 is not text; write it in quotes",
        "f:6:3: c: key ~ is not text; write it in quotes",
        "f:7:6: c.d: tag 'tag:yaml.org,2002:set' is not used here; remove it",
        "f:8:3: c: merge keys ('<<') are not part of YAML 1.2; repeat the keys",
        "f:9:4: f: number '1e999' is too long or too large",
        "f:10:1: key 'a' is given twice, first on line 1",
    ]


def test_the_same_key_in_two_mappings_is_fine() -> None:
    assert load("f", "- {a: 1}\n- {a: 2}\n").data == [{"a": 1}, {"a": 2}]
    assert load("f", "'<<': 1\n'1': 2\n'': 3").data == {"<<": 1, "1": 2, "": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1", "f:2:1: a: a tab cannot indent in YAML; use spaces"),
        ("a: b: c", "f:1:5: a ':' too many; put text that holds ': ' in quotes"),
        ("a: @x", "f:1:4: a: text cannot begin with '@'; put it in quotes"),
        ("a: %x", "f:1:4: a: text cannot begin with '%'; put it in quotes"),
        ('a: "x', "f:1:6: a: a quote or bracket that was opened is not closed"),
        ("a:\n  - b\n c: 1", "f:3:2: a key was expected here; check the indentation"),
        ("a: {b: [1, 2}", "f:1:13: a.b.2: not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\nb\n", "f:3:1: this line has no ':' after its key"),
        ("? [1]\n: 2", "f:1:3: a key must be text, not a list"),
        ("&a x: 1\n*a : 2", "f:2:1: a key must be text"),
        ("a: *x", "f:1:4: a: alias '*x' has no anchor '&x' before it"),
        ("a: &a [1, *a]", "f:1:11: a.1: alias '*a' contains itself"),
        ("# nothing\n", "f: holds nothing but comments"),
        ("a: 1\n---\nb: 2", "f:2:1: a second document begins here; one file holds one"),
        ("a: !!python/object/apply:os.system [x]", "f:1:4: a: tag 'tag:yaml.org,2002:python"),
        ("a: !mine 1", "f:1:4: a: tag '!mine' is not used here"),
        ("a: b\x07", "f:1:5: character U+0007 is not allowed in YAML"),
        ("a: 1\nb: x\u2028y", "f:2:5: character U+2028 is not allowed in YAML"),
        ("a: \ud800", "f:1:4: character U+D800 is not allowed in YAML"),
    ],
)
def test_one_slip(text: str, said: str) -> None:
    assert refusal(text)[0].startswith(said)


def test_aliases_repeat_values_and_have_their_own_place() -> None:
    document = load("f", "a: &x {k: [1, 2]}\nb: *x\nc: &s NO\nd: [*s, *x]\n")
    assert document.data["b"] is document.data["a"]
    assert document.data["d"] == ["NO", {"k": [1, 2]}]
    assert document.position(["b"]) == (2, 4)
    assert document.position(["b", "k", 1]) == (1, 15)  # where it is written is where to mend it
    assert document.literal(["d", 0]) == "NO"


def test_an_anchor_may_be_set_again() -> None:
    assert load("f", "[&x 1, *x, &x 2, *x]").data == [1, 1, 2, 2]


def bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x]"]
    for i in range(1, levels):
        lines.append(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * width)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(bomb(60, 9), "once its aliases are written out", id="alias bomb"),
        pytest.param(bomb(5000, 1), f"nested more than {MAX_DEPTH} deep", id="alias chain"),
        pytest.param("[" * 5_000_000, f"nested more than {MAX_DEPTH} deep", id="brackets"),
        pytest.param("{a: " * 2_000_000, f"nested more than {MAX_DEPTH} deep", id="braces"),
        pytest.param("- " * 4_000_000, f"nested more than {MAX_DEPTH} deep", id="dashes"),
        pytest.param("? " * 4_000_000, "a key must be text", id="question marks"),
        pytest.param("[" + "0," * 4_900_000 + "0]", "more than 200,000 values", id="long list"),
        pytest.param("- &a x\n" * 1_400_000, "more than 200,000 values", id="anchors"),
        pytest.param("a: " + "9" * 9_000_000, "too long or too large", id="digits"),
        pytest.param("a: 0." + "9" * 9_000_000, "too long or too large", id="decimals"),
        pytest.param("a: 1e" + "9" * 9_000_000, "too long or too large", id="exponent"),
        pytest.param("a: 1e-999999999", "too long or too large", id="tiny"),
        pytest.param("k" * 9_000_000 + ": 1", "a ':' too many", id="long key"),
        pytest.param("a: 1\n" * 1_900_000, "given twice", id="repeated keys"),
        pytest.param("#" * 9_000_000, "nothing but comments", id="comment"),
        pytest.param("\n" * 9_000_000, "nothing but comments", id="blank lines"),
    ],
)
def test_hostile_texts_are_refused_before_they_are_built(text: str, said: str) -> None:
    assert len(text) < MAX_BYTES
    lines = refusal(text)
    assert said in lines[0]
    assert len(lines) <= yaml12.MAX_PROBLEMS
    assert max(map(len, lines)) < 400


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: " + "x" * 9_000_000, id="one word"),
        pytest.param("a: |\n" + " x\n" * 3_000_000, id="block"),
        pytest.param('{"a": "' + r"\\" * 4_000_000 + '"}', id="backslashes"),
        pytest.param("a: " + "😀" * 2_000_000, id="wide characters"),
        pytest.param("\t" * 5_000_000 + "{}", id="tabs"),
    ],
)
def test_long_harmless_texts_are_read(text: str) -> None:
    load("f", text)


def test_the_limits_themselves_are_read() -> None:
    assert len(load("f", "[" + "0," * (MAX_NODES - 2) + "0]").data) == MAX_NODES - 1
    assert load("f", "[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert "nested more" in refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0]
    assert load("f", "a: " + "9" * 400).data["a"] == 10**400 - 1


# JSON.


@pytest.mark.parametrize("indent", [None, 2, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_as_written_by_other_programs(indent: Any, ascii_only: bool) -> None:
    data = {"title": 'Côte 😀 "x"\t\\ud83d / \n', "NO": [1, -2.5e-3, True, None, {}, []], "": ""}
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    assert load("f.json", text).data == data
    assert load("f.json", "\t\n\t" + text + "\t\n").data == data


def test_json_without_blanks() -> None:
    assert load("f", '{"a":1,"b":[1,{"c":"\\/"}]}').data == {"a": 1, "b": [1, {"c": "/"}]}


def test_positions_in_json_with_tabs_and_escaped_pairs() -> None:
    lines = [
        '\t{"a": "\\ud83d\\ude00",',
        r' "b": ["\\ud83d", "\ud83d\ude00\uD83D\uDE00", 7],',
        r'"c": 1, "c": 2}',
    ]
    text = "\n".join(lines)
    assert refusal(text) == ["f:3:9: key 'c' is given twice, first on line 3"]
    document = load("f", text.replace('"c": 2', '"d": 2'))
    assert document.data["b"] == ["\\ud83d", "😀😀", 7]
    assert document.position(["b", 2]) == (2, lines[1].index("7") + 1)
    assert document.position(["d"]) == (3, 14)


# JSON lets DEL stand for itself, YAML refuses it; all else is escaped.
words = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(data=st.lists(trees, max_size=3), indent=st.sampled_from([None, 1, "\t"]))
def test_what_json_writes_is_read_back(data: Any, indent: Any) -> None:
    text = json.dumps(data, indent=indent)
    assert load("f", text).data == data


@given(data=st.dictionaries(words, trees, min_size=1, max_size=4))
def test_every_value_stands_where_its_position_says(data: Any) -> None:
    text = json.dumps(data, indent=1)
    document = load("f", text)
    lines = text.splitlines()

    def check(path: list[str | int], value: Any) -> None:
        line, column = document.position(path)
        written = json.dumps(value)[:1] if isinstance(value, list | dict) else json.dumps(value)
        assert lines[line - 1][column - 1 :].startswith(written), dotted(path)
        if isinstance(value, list | dict):
            for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
                check([*path, part], inner)

    check([], data)


@given(text=st.text(alphabet="ab:-[]{},&*!|>'\"#%@\t\n ?~01.e<", max_size=40))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    try:
        load("f", text)
    except InputError as error:
        said = str(error)
    else:
        said = "f: read"
    assert said.startswith("f")


# Files.


def test_a_file_is_named_in_its_messages(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfNO: 1\nNO: 2\n")
    with pytest.raises(InputError) as caught:
        load_file(path)
    assert str(caught.value) == f"{path}:2:1: key 'NO' is given twice, first on line 1"
    with pytest.raises(InputError, match="there is no such file"):
        load_file(tmp_path / "b.yaml")


def test_the_parser_without_compiled_code_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    before = load("f", PLACES)
    monkeypatch.setattr(yaml12, "_PARSER", yaml.SafeLoader)
    after = load("f", PLACES)
    assert after == before
    assert refusal("a:\n\tb: 1") == ["f:2:1: a: a tab cannot indent in YAML; use spaces"]


@pytest.mark.parametrize("kind", ["bodies", "scenarios"])
def test_headings_are_what_the_whole_file_says(kind: str) -> None:
    for name in datasets.names(kind):
        path = datasets.path_of(kind, name)
        data = load_file(path).data
        found = headings(path)
        assert list(found) == list(data)
        for key, value in data.items():
            if isinstance(value, str | dict):
                assert found[key] == (value if isinstance(value, str) else tuple(value)), key


def test_headings_of_every_shape(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a: {x: [1, {y: 2}], z: &n 3}\nb: [p: q, r]\nc: *n\n'd': yes\ne:\n")
    assert headings(path) == {"a": ("x", "z"), "b": (), "d": "yes", "e": ""}
    path.write_text('{"t": "\\ud83d\\ude00", "u": {"v": null}}')
    assert headings(path) == {"t": "\U0001f600", "u": ("v",)}
