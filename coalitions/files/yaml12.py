"""YAML 1.2 (and so JSON) with the line and column of every value.

PyYAML reads YAML 1.1, in which Norway (``NO``) is false, ``010`` is eight and a second
key silently replaces the first. Only its scanner and parser are used here; values are made
in one pass over its events, by the core schema of YAML 1.2, and nothing is built that is
larger or deeper than the limits below. There are no tags and no merge keys.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol

import yaml

from coalitions.errors import InputError, Problem
from coalitions.files.document import Document, Node, Position, dotted
from coalitions.files.spelling import shown
from coalitions.files.text_files import read_text

__all__ = ["MAX_DEPTH", "MAX_NODES", "headings", "load", "load_file"]

MAX_NODES: Final = 200_000
"""Most values and keys in one file, counting again what an alias repeats."""
MAX_DEPTH: Final = 64
"""Deepest nesting of lists and mappings, also through aliases."""
MAX_NUMBER: Final = 400
"""Longest number, in characters, and largest power of ten that is read."""
MAX_PROBLEMS: Final = 50
"""So many problems are collected before reading stops."""

_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The core schema, YAML 1.2.2 section 10.3.2.
_CONSTANTS: Final[dict[str, bool | float | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{s + w: float(s + "inf") for s in ("", "+", "-") for w in (".inf", ".Inf", ".INF")},
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE]([-+]?[0-9]+))?")

# What YAML does not allow, and the three line breaks of YAML 1.1 that editors do not count.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
_SURROGATES: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)

# Words of the parser, and what a person would want to be told instead.
_PLAINER: Final = (
    ("mapping values are not allowed", "a ':' too many; put text that holds ': ' in quotes"),
    ("maximum nesting depth", f"lists and mappings are nested more than {MAX_DEPTH} deep"),
    ("could not find expected ':'", "this line has no ':' after its key"),
    ("did not find expected key", "a key was expected here; check the indentation and the quotes"),
    ("found unexpected end of stream", "a quote or bracket that was opened is not closed"),
)


def load_file(path: str | os.PathLike[str]) -> Document:
    """Read a YAML or JSON file.

    Parameters
    ----------
    path : str or path
        The file; ``-`` reads standard input.

    Returns
    -------
    Document
        Its content with positions.

    Raises
    ------
    InputError
        As `coalitions.files.text_files.read_text` and `load` do; and if a file whose name
        ends in ``.json`` is no JSON.
    """
    name = "<stdin>" if os.fspath(path) == "-" else str(path)
    text = read_text(path)
    if name.lower().endswith(".json"):  # nearly all of JSON is YAML, and more besides
        from coalitions.files.json_text import refuse_unfit

        refuse_unfit(name, text)
    return load(name, text)


def load(name: str, text: str) -> Document:
    """Read YAML 1.2 or JSON from a text.

    Parameters
    ----------
    name : str
        What messages call the text.
    text : str
        One document.

    Returns
    -------
    Document
        Its content with positions.

    Raises
    ------
    InputError
        If it is not well-formed, repeats a key, has a key that is not text, uses tags or
        merge keys, or is larger or deeper than `MAX_NODES` and `MAX_DEPTH` allow.

    Notes
    -----
    Linear in the length of the text; an alias costs the same whatever it repeats.

    References
    ----------
    .. [1] YAML Ain't Markup Language, version 1.2.2, section 10.3 (core schema).
    """
    return _Reader(name, text).read()


def headings(path: str | os.PathLike[str]) -> dict[str, str | tuple[str, ...]]:
    """Read only what stands outermost in a shipped file, several times quicker than all of it.

    Parameters
    ----------
    path : str or path
        A file that is known to be well-formed; nothing is checked.

    Returns
    -------
    dict of str to str or tuple of str
        By key: a text as it is written; of a mapping its keys; of a list nothing.

    Examples
    --------
    >>> from coalitions.files import datasets
    >>> headings(datasets.path_of("bodies", "nato-council"))["decisions"]
    ('decision',)
    """
    found: dict[str, str | tuple[str, ...]] = {}
    depth, key, inner = 0, "", list[str]()
    number = [0, 0, 0]  # of the nodes that have begun in the mapping or list of each depth
    parser = _PARSER(_as_yaml(read_text(path))[0])
    try:
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.NodeEvent) and depth < len(number):
                number[depth] += 1
                if isinstance(event, yaml.ScalarEvent) and number[depth] % 2:
                    if depth == 1:
                        key = event.value
                    elif depth == 2:
                        inner.append(event.value)
                elif isinstance(event, yaml.ScalarEvent) and depth == 1:
                    found[key] = event.value
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth < len(number):
                    number[depth] = 0
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
                if depth == 1:
                    is_list = isinstance(event, yaml.SequenceEndEvent)
                    found[key], inner = () if is_list else tuple(inner), []
    finally:
        parser.dispose()
    return found


class _Mark(Protocol):
    """What both parsers of PyYAML say about a place."""

    index: int
    line: int
    column: int


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being read."""

    value: dict[str, Any] | list[Any]
    node: Node
    anchor: str | None
    first: int  # number of nodes before it
    height: int = 1
    key: str | None = None  # whose value comes next


@dataclass(slots=True)
class _Anchored:
    """What an alias may repeat; its value counts once it is no longer open."""

    value: Any
    node: Node
    size: int
    height: int
    is_open: bool = False


class _Reader:
    """Builds values and nodes from the events of the parser, without recursion."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text, self.joined = _as_yaml(text)
        self.problems: list[Problem] = []
        self.stack: list[_Frame] = []
        self.anchors: dict[str, _Anchored] = {}
        self.count = 0
        self.root: tuple[Any, Node] | None = None

    def read(self) -> Document:
        """Run over the whole text; raise once, with all that was found."""
        stray = _UNPRINTABLE.search(self.text)
        if stray:
            line = self.text.count("\n", 0, stray.start()) + 1
            column = stray.start() - self.text.rfind("\n", 0, stray.start())
            raise InputError.at(
                self.name,
                f"character U+{ord(stray[0]):04X} is not allowed in YAML; remove it",
                line,
                column,
            )
        parser = _PARSER(self.text)
        try:
            while True:
                event = parser.get_event()
                if isinstance(event, yaml.StreamEndEvent):
                    break
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._fail(error.problem_mark, self._plainer(error))
        except yaml.YAMLError as error:
            self._fail(None, f"not valid YAML: {error}")
        finally:
            parser.dispose()
        if self.root is None and not self.problems:
            self._fail(None, "holds nothing but comments")
        if self.problems or self.root is None:
            raise InputError(self.problems)
        return Document(self.name, *self.root)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._fail(event.start_mark, "a second document begins here; one file holds one")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._grow(event, 1)
        plain = event.implicit[0] and event.style in (None, "")
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            self._note(event, f"tag {shown(event.tag)} is not used here; remove it")
        value = self._resolve(event) if plain and event.tag is None else event.value
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self._key(frame, event, value, plain)
            return
        node = Node(self._where(event.start_mark), event.value)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(value, node, 1, 0)
        self._place(value, node)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent, value: Any, plain: bool) -> None:
        """Accept the next key of the innermost mapping."""
        key = value if isinstance(value, str) else event.value
        if not isinstance(value, str):
            self._note(event, f"key {event.value[:60] or 'null'} is not text; write it in quotes")
        elif plain and key == "<<":
            self._note(event, "merge keys ('<<') are not part of YAML 1.2; repeat the keys")
        elif key in frame.node.keys:
            line = frame.node.keys[key][0]
            self._note(event, f"key {shown(key)} is given twice, first on line {line}")
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(value, Node((0, 0), event.value), 1, 0)
        frame.key = key
        frame.node.keys.setdefault(key, self._where(event.start_mark))

    def _open(
        self,
        event: yaml.MappingStartEvent | yaml.SequenceStartEvent,
        value: dict[str, Any] | list[Any],
    ) -> None:
        self._grow(event, 1)
        if event.tag not in (None, "!"):
            self._note(event, f"tag {shown(event.tag)} is not used here; remove it")
        self._must_not_be_key(event)
        node = Node(self._where(event.start_mark))
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(None, node, 0, 0, is_open=True)
        self.stack.append(_Frame(value, node, event.anchor, self.count))
        self._limit_depth(event, 0)

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.anchor is not None:
            size = self.count - frame.first + 1
            self.anchors[frame.anchor] = _Anchored(frame.value, frame.node, size, frame.height)
        self._place(frame.value, frame.node, frame.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        known = self.anchors.get(name)
        if known is None:
            self._fail(
                event.start_mark,
                f"alias {shown('*' + name)} has no anchor {shown('&' + name)} before it",
            )
        if known.is_open:
            self._fail(event.start_mark, f"alias {shown('*' + name)} contains itself")
        self._must_not_be_key(event)
        self._grow(event, known.size)
        self._limit_depth(event, known.height)
        target = known.node
        node = Node(self._where(event.start_mark), target.literal, target.children, target.keys)
        self._place(known.value, node, known.height)

    def _place(self, value: Any, node: Node, height: int = 0) -> None:
        """Put a finished value where it belongs."""
        if not self.stack:
            self.root = (value, node)
            return
        frame = self.stack[-1]
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.value, list):
            frame.node.children[len(frame.value)] = node
            frame.value.append(value)
        elif frame.key is not None:
            if frame.key not in frame.value:  # of a repeated key the first is kept
                frame.value[frame.key] = value
                frame.node.children[frame.key] = node
            frame.key = None

    def _resolve(self, event: yaml.ScalarEvent) -> Any:
        """Turn a plain scalar into a value by the core schema."""
        word = event.value
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if not (word[0] in "+-." or "0" <= word[0] <= "9"):
            return word
        integer = _INTEGER.fullmatch(word)
        real = None if integer else _FLOAT.fullmatch(word)
        if not (integer or real):
            return word
        exponent = real[1] if real else None
        if len(word) > MAX_NUMBER or (exponent and abs(int(exponent)) > MAX_NUMBER):
            self._note(event, f"number {shown(word)} is too long or too large")
            return 0
        if integer:
            return int(word, 0) if word[1:2] in ("o", "x") else int(word)
        value = float(word)
        if value in (float("inf"), float("-inf")):
            self._note(event, f"number {shown(word)} is too large")
        return value

    def _must_not_be_key(self, event: yaml.Event) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._fail(event.start_mark, "a key must be text, not a list, a mapping or an alias")

    def _grow(self, event: yaml.Event, size: int) -> None:
        self.count += size
        if self.count > MAX_NODES:
            what = " once its aliases are written out" if size > 1 else ""
            self._fail(event.start_mark, f"holds more than {MAX_NODES:,} values{what}")

    def _limit_depth(self, event: yaml.Event, height: int) -> None:
        if len(self.stack) + height > MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} deep"
            self._fail(event.start_mark, message)

    def _where(self, mark: _Mark | None) -> Position:
        if mark is None:  # so the type stubs say; no event comes without one
            return 1, 1
        column = mark.column + 1
        if self.joined:  # each pair joined earlier on the line was 11 characters longer
            start = bisect_left(self.joined, mark.index - mark.column)
            column += 11 * (bisect_left(self.joined, mark.index) - start)
        return mark.line + 1, column

    def _path(self) -> str:
        """Keys that lead to the innermost open container, for a message."""
        parts: list[str | int] = []
        for frame in self.stack:
            if frame.key is not None:
                parts.append(frame.key)
            elif isinstance(frame.value, list):
                parts.append(len(frame.value))
        text = dotted(parts)
        return text if len(text) <= 200 else text[:200] + "..."

    def _note(self, event: yaml.Event, message: str) -> None:
        """Keep a problem and read on, unless there are many."""
        position = self._where(event.start_mark)
        self.problems.append(Problem(self.name, *position, self._path(), message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise InputError(self.problems)

    def _fail(self, mark: _Mark | None, message: str) -> NoReturn:
        """Stop reading: nothing sensible can follow."""
        position: tuple[int | None, int | None] = self._where(mark) if mark else (None, None)
        self.problems.append(Problem(self.name, *position, self._path(), message))
        raise InputError(self.problems)

    def _plainer(self, error: yaml.MarkedYAMLError) -> str:
        """Say in plain words what the parser objects to."""
        said = str(error.problem)
        if "cannot start any token" in said and error.problem_mark is not None:
            here = self.text[error.problem_mark.index : error.problem_mark.index + 1]
            if here == "\t":
                return "a tab cannot indent in YAML; use spaces"
            return f"text cannot begin with {here!r}; put it in quotes"
        for words, message in _PLAINER:
            if words in said:
                return message
        context = f" {error.context}" if error.context else ""
        return f"not valid YAML: {said}{context}"


def _as_yaml(text: str) -> tuple[str, list[int]]:
    """Make of JSON the little that is not YAML for the parser.

    That is: tabs before the first bracket, and characters beyond U+FFFF written as two
    escapes. Returns the text and the offsets, in it, of the characters so joined.
    """
    body = text.lstrip()
    if body[:1] not in ("{", "["):
        return text, []
    text = text[: len(text) - len(body)].replace("\t", " ") + body
    joined: list[int] = []
    removed = 0

    def join(match: re.Match[str]) -> str:
        nonlocal removed
        joined.append(match.end(1) - removed)
        removed += 11
        high, low = int(match[2], 16) - 0xD800, int(match[3], 16) - 0xDC00
        return match[1] + chr(0x10000 + (high << 10) + low)

    return _SURROGATES.sub(join, text), joined
