"""JSON as its standard has it, with the line and column of what is wrong."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from coalitions.errors import InputError
from coalitions.files.spelling import shown
from coalitions.files.text_files import read_text

__all__ = ["parse_json", "read_json", "refuse_unfit"]

MAX_DIGITS: Final = 4_000
"""Longest number, in characters."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NO_NUMBERS: Final = ("NaN", "Infinity", "-Infinity")

# Words of the parser, and what a person would want to be told instead.
_PLAINER: Final = (
    ("Expecting property name", "a key in double quotes is expected here"),
    ("Expecting value", "a value is expected here"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is expected here"),
    ("Expecting ':' delimiter", "a ':' is expected here, after the key"),
    ("Unterminated string", "a quote that opens here is not closed"),
    ("Extra data", "more follows after the end of the value"),
    ("Invalid control character", "a line break or tab in a text; write \\n or \\t"),
    ("Invalid \\escape", "a backslash in a text that begins no escape; write \\\\ for one"),
)


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file.

    Parameters
    ----------
    path : str or path
        The file; ``-`` reads standard input.

    Returns
    -------
    object
        Its content.

    Raises
    ------
    InputError
        As `coalitions.files.text_files.read_text` and :func:`parse_json` do.
    """
    return parse_json("<stdin>" if os.fspath(path) == "-" else str(path), read_text(path))


def parse_json(name: str, text: str) -> Any:
    r"""Read JSON from a text.

    Parameters
    ----------
    name : str
        What messages call the text.
    text : str
        One JSON value.

    Returns
    -------
    object
        Its content.

    Raises
    ------
    InputError
        If it is no JSON (a comma before a closing bracket, a comment, single quotes), gives a
        key twice, holds ``NaN``, an infinity or a number too long, or is nested too deeply.

    References
    ----------
    .. [1] RFC 8259, The JavaScript Object Notation (JSON) Data Interchange Format.

    Examples
    --------
    >>> parse_json("a.json", '{"yes": [1, 2]}')
    {'yes': [1, 2]}
    >>> parse_json("a.json", '{"yes": 1,\n "yes": 2}')
    Traceback (most recent call last):
        ...
    coalitions.errors.InputError: a.json:2:2: key 'yes' is given twice
    """
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole_number
        )
    except json.JSONDecodeError as error:
        _fail(name, text, error)
    except RecursionError:
        raise InputError.at(name, "nested too deeply to be read", 1, 1) from None
    except _Unfit:
        raise _located(name, text) from None


def refuse_unfit(name: str, text: str) -> None:
    """Refuse what is no JSON, and numbers that are none, for who reads the text otherwise.

    Parameters
    ----------
    name : str
        What messages call the text.
    text : str
        What should be one JSON value.

    Raises
    ------
    InputError
        As :func:`parse_json`, but for keys that stand twice, long numbers and deep nesting.
    """
    try:
        json.loads(text, parse_constant=_no_number, parse_int=str)
    except json.JSONDecodeError as error:
        _fail(name, text, error)
    except RecursionError:
        return
    except _Unfit:
        raise _located(name, text, only_numbers=True) from None


class _Unfit(Exception):
    """Something that the grammar allows or Python lets through, and that is refused here."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unfit
    return found


def _no_number(text: str) -> NoReturn:
    raise _Unfit


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _Unfit
    return int(text)


def _fail(name: str, text: str, error: json.JSONDecodeError) -> NoReturn:
    """Say what is no JSON; with the mistakes that people make by name."""
    at = error.pos
    before = text[:at].rstrip()
    if before.endswith(",") and text[at : at + 1] in ("}", "]"):
        at, said = len(before) - 1, "a comma before a closing bracket; take it out"
    elif text[at : at + 1] == "#" or text[at : at + 2] in ("//", "/*"):
        said = "a comment, which JSON does not have; take it out, or write YAML"
    elif text[at : at + 1] == "'":
        said = "text and keys stand in double quotes"
    else:
        plain = (plainer for words, plainer in _PLAINER if words in error.msg)
        said = next(plain, error.msg)
    raise InputError.at(name, f"not JSON: {said}", *_place(text, at)) from error


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _located(name: str, text: str, *, only_numbers: bool = False) -> InputError:
    """Find the first key that is given twice, or number that is none; only errors ask."""
    for at, said in _unfit_parts(text):
        if only_numbers and not text.startswith(_NO_NUMBERS, at):
            continue
        return InputError.at(name, said, *_place(text, at))
    return InputError.at(name, "not JSON")


def _unfit_parts(text: str) -> Iterator[tuple[int, str]]:
    keys: list[set[str] | None] = []  # of the open mappings; None for a list
    tokens = list(_TOKEN.finditer(text))
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        word = token[0]
        if word in "{[":
            keys.append(set() if word == "{" else None)
        elif word in "}]":
            keys.pop()
        elif word[0] == '"':
            if after is not None and after[0] == ":" and keys and keys[-1] is not None:
                key = _unescaped(word)
                if key in keys[-1]:
                    yield token.start(), f"key {shown(key)} is given twice"
                keys[-1].add(key)
        elif word in _NO_NUMBERS:
            yield token.start(), f"{word} is no number in JSON; write null where there is none"
        elif len(word) > MAX_DIGITS:
            yield token.start(), f"a number of {len(word):,} digits; {MAX_DIGITS:,} are read"


_unescaped: Callable[[str], Any] = json.JSONDecoder(strict=False).decode
