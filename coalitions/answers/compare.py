"""Two answers of one kind side by side: verdicts, votes, packages, and what each rests on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coalitions.answers.results import FORMAT, Block, Provenance, Result, Screen, number_text
from coalitions.answers.wording import apart
from solvers.errors import EngineError

__all__ = ["Comparison", "Difference", "compare"]

MAX_SHOWN = {"assumption": 8}
"""Most differences of a sort on a screen; of the other sorts, ``MAX_OTHER``."""
MAX_OTHER = 40
TITLES = {
    "verdict": "VERDICTS",
    "vote": "VOTES",
    "coalition": "COALITIONS",
    "price": "PRICE",
    "package": "PACKAGE",
    "figure": "ANSWER",
    "assumption": "RESTS ON",
    "guarantee": "GUARANTEE",
    "input": "INPUT",
}
GONE = "-"


@dataclass(frozen=True)
class Difference:
    """One fact that is not the same in both answers.

    Parameters
    ----------
    what : str
        ``verdict``, ``vote``, ``coalition``, ``price``, ``package``, ``figure``, ``assumption``,
        ``guarantee`` or ``input``.
    where : str
        Option and venue; empty where the answer as a whole is meant.
    name : str
        Of what differs: a state, a part of a package, a number.
    first, second : str or None
        In either answer; None where it is not there.
    change : Fraction or None
        Second minus first, where both are numbers.
    """

    what: str
    where: str
    name: str
    first: str | None
    second: str | None
    change: Fraction | None = None

    def words(self) -> str:
        """Return the difference as a phrase."""
        if self.first is None or self.second is None:
            word, told = ("added", self.second) if self.first is None else ("dropped", self.first)
            return word if told == "yes" else f"{word}: {told}"
        told = f"{self.first} -> {self.second}"
        if self.change is not None:
            sign = "+" if self.change > 0 else ""
            told += f" ({sign}{number_text(self.change)})"
        return told


@dataclass(frozen=True)
class Comparison(Result):
    """What differs between two answers.

    Parameters
    ----------
    compared : str
        The kind of both.
    titles : (str, str)
        What each answers for.
    markings : tuple of str
        Those of both.
    notes : mapping
        Notices of both.
    differences : tuple of Difference
        All of them.
    """

    compared: str = ""
    titles: tuple[str, str] = ("", "")
    markings: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()

    kind = "comparison"
    columns = ("what", "where", "name", "first", "second", "change")

    @property
    def marking(self) -> str:
        """The markings of both answers."""
        return " | ".join(dict.fromkeys(self.markings))

    def notices(self) -> dict[str, str]:
        """Return the notices of both answers.

        Returns
        -------
        dict of str to str
        """
        return dict(self.notes)

    def answer(self) -> dict[str, Any]:
        """Return the differences as plain data."""
        return {
            "compared": self.compared,
            "first": self.titles[0],
            "second": self.titles[1],
            "differences": self.rows(),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per difference."""
        return [
            {
                "what": d.what,
                "where": d.where,
                "name": d.name,
                "first": d.first,
                "second": d.second,
                "change": None if d.change is None else str(d.change),
            }
            for d in self.differences
        ]

    def screen(self) -> Screen:
        """Return the differences in words."""
        first, second = self.titles
        blocks = [Block("FIRST", first), Block("SECOND", second)]
        if not self.differences:
            blocks.append(Block("NO DIFFERENCE", f"both {self.compared} answers say the same"))
        for what, heading in TITLES.items():
            places: dict[str, list[Difference]] = {}
            for d in self.differences:
                if d.what == what:
                    places.setdefault(d.where, []).append(d)
            for where, found in places.items():
                most = MAX_SHOWN.get(what, MAX_OTHER)
                rows = [(d.name, d.words()) for d in found[:most]]
                if len(found) > most:
                    rows.append(("", f"and {len(found) - most} more: --format csv lists all"))
                blocks.append(Block(heading, where or self._counted(what), tuple(rows)))
        return Screen(f"Two answers of kind {self.compared}", self.marking, tuple(blocks))

    def _counted(self, what: str) -> str:
        number = sum(d.what == what for d in self.differences)
        return f"{number} difference{'s' if number > 1 else ''}"


def compare(
    first: Result | Mapping[str, Any] | str | os.PathLike[str],
    second: Result | Mapping[str, Any] | str | os.PathLike[str],
) -> Comparison:
    """Compare two answers of one kind.

    Parameters
    ----------
    first, second : Result, mapping, str or path
        Answers, what ``to_dict`` of them returned, or files that ``--format json`` wrote.

    Returns
    -------
    Comparison
        Verdicts, votes, prices, and parts of packages that were added or dropped; for other
        kinds, every number and word of the answer that differs; and what each rests on.

    Raises
    ------
    EngineError
        If one is no answer, or they are of two kinds.

    Examples
    --------
    >>> from coalitions.decisions.assess import assess
    >>> from coalitions.scenarios.scenario import load
    >>> libya = load("libya-2011")
    >>> found = compare(assess(libya), assess(libya.what_if(CHN="against")))
    >>> [(d.what, d.name, d.words()) for d in found.differences][:2]
    [('verdict', 'verdict', 'passes -> fails'), ('verdict', 'against', '0 -> 1 (+1)')]
    """
    one, two = _data(first, "the first answer"), _data(second, "the second answer")
    kind = str(one["kind"])
    if kind != two["kind"]:
        raise EngineError(
            f"two kinds of answer: the first is {kind!r}, the second {two['kind']!r}; "
            f"ask both the same question"
        )
    try:
        found = tuple(_differences(kind, one, two))
        titles = (_title(one), _title(two))
        marks = (str(one["marking"]), str(two["marking"]))
        notes: dict[str, dict[str, None]] = {}
        for word, text in (*one["notices"].items(), *two["notices"].items()):
            notes.setdefault(str(word), {})[str(text)] = None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise EngineError(f"one of the answers is damaged: {error!r}") from error
    order = ("bounded", "estimated", "optimal", "certified", "exact")
    told = (one.get("guarantee"), two.get("guarantee"))
    both = json.dumps([one["answer"], two["answer"]], sort_keys=True)
    return Comparison(
        None,
        next((g for g in order if g in told), "bounded"),
        (),
        Provenance(hashlib.sha256(both.encode()).hexdigest()),
        kind,
        titles,
        marks,
        tuple((word, " | ".join(texts)) for word, texts in notes.items()),
        found,
    )


def _data(given: object, what: str) -> Mapping[str, Any]:
    """Return an answer as it is saved."""
    if isinstance(given, Result):
        return given.to_dict()
    if isinstance(given, str | os.PathLike):
        from coalitions.files.json_text import read_json

        what = os.fspath(given)
        given = read_json(given)
    if not isinstance(given, Mapping) or given.get("format") != FORMAT:
        raise EngineError(f"{what} is no saved answer: write one with --format json")
    for key in ("kind", "answer", "marking", "notices", "assumptions"):
        if key not in given:
            raise EngineError(f"{what} is damaged: {key!r} is missing")
    return given


def _title(data: Mapping[str, Any]) -> str:
    title = str(data.get("title") or data.get("scenario") or data["kind"])
    changes = ", ".join(f"{s}={v}" for s, v in (data.get("what_if") or {}).items())
    digest = str((data.get("provenance") or {}).get("input_digest") or "")[:8]
    more = [f"what if {changes}"] if changes else []
    more += [f"input {digest}"] if digest else []
    return f"{title} ({'; '.join(more)})" if more else title


def _differences(kind: str, one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Difference]:
    if one.get("scenario") != two.get("scenario"):
        yield _told("input", "", "scenario", one.get("scenario"), two.get("scenario"))
    a, b = one["answer"], two["answer"]
    if kind == "assess":
        yield from _verdicts(a["verdicts"], b["verdicts"])
    elif kind == "packages":
        yield from _packages({_place(a): a}, {_place(b): b})
    elif kind == "solve":
        yield from _verdicts(a["parts"][0]["verdicts"], b["parts"][0]["verdicts"])
        yield from _options(a["options"], b["options"])
        yield from _packages(_priced(a), _priced(b), prices=False)
    else:
        yield from _leaves(a, b)
    yield from _rests(one["assumptions"], two["assumptions"])
    if one.get("guarantee") != two.get("guarantee"):
        yield _told("guarantee", "", "guarantee", one.get("guarantee"), two.get("guarantee"))


def _told(what: str, where: str, name: str, first: object, second: object) -> Difference:
    """Note a difference; of two numbers, also by how much."""
    change = None
    a, b = _number(first), _number(second)
    if a is not None and b is not None:
        change = b - a
    return Difference(what, where, name, _word(first), _word(second), change)


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None  # floats are rounded: their difference would look exact
    try:
        return Fraction(value) if len(str(value)) < 1000 else None
    except (ValueError, ZeroDivisionError):
        return None


def _word(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['option']} in {entry['venue']}"


def _pairs(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> Iterator[tuple[str, Any | None, Any | None]]:
    """Go through what stands in either, in the order of the first."""
    for key in dict.fromkeys([*first, *second]):
        yield key, first.get(key), second.get(key)


def _verdicts(
    first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    pairs = _pairs({_place(v): v for v in first}, {_place(v): v for v in second})
    for where, a, b in pairs:
        if a is None or b is None:
            one, two = (None if v is None else v["headline"] for v in (a, b))
            yield Difference("verdict", where, "asked", one, two)
            continue
        for name in ("verdict", "headline", "eligibility", "turns_on"):
            one, two = a[name], b[name]
            if one != two and not (name == "headline" and a["verdict"] != b["verdict"]):
                if name == "turns_on":
                    one, two = (apart(x) or "nobody" for x in (one, two))
                yield _told("verdict", where, name, one, two)
        for total in a["totals"]:
            if a["totals"][total] != b["totals"].get(total):
                yield _told("verdict", where, total, a["totals"][total], b["totals"].get(total))
        for state, x, y in _pairs(a["votes"], b["votes"]):
            told = [None if v is None else _vote(v) for v in (x, y)]
            if told[0] != told[1]:
                yield Difference("vote", where, state, told[0], told[1])
            elif x is not None and y is not None and x.get("margin") != y.get("margin"):
                yield _told("vote", where, f"{state}, margin", x["margin"], y["margin"])


def _vote(vote: Mapping[str, Any]) -> str:
    told = str(vote["vote"])
    if vote.get("low") != vote.get("high"):
        told += f" ({vote['low']} to {vote['high']})"
    return told


def _options(
    first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    names = {
        "smallest_coalition": ("coalition", "smallest, others abstaining"),
        "smallest_coalition_against_all_others": ("coalition", "smallest, others against"),
        "price": ("price", "price"),
        "price_status": ("price", "status"),
    }
    for where, a, b in _pairs({_place(o): o for o in first}, {_place(o): o for o in second}):
        if a is not None and b is not None:
            for key, (what, name) in names.items():
                if a[key] != b[key]:
                    yield _told(what, where, name, a[key], b[key])


def _priced(answer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {_place(p): p for p in answer["parts"] if "status" in p and "cost" in p}


def _packages(
    first: Mapping[str, Mapping[str, Any]],
    second: Mapping[str, Mapping[str, Any]],
    prices: bool = True,
) -> Iterator[Difference]:
    for where, a, b in _pairs(first, second):
        x, y = a or {}, b or {}
        if prices:
            for key, name in (("status", "status"), ("cost", "price")):
                if x.get(key) != y.get(key):
                    yield _told("price", where, name, x.get(key), y.get(key))
        for name, one, two in _pairs(_parts(x), _parts(y)):
            if one != two:
                yield _told("package", where, name, one, two)
        for state, one, two in _pairs(x.get("votes") or {}, y.get("votes") or {}):
            if x.get("votes") and y.get("votes") and one != two:
                yield Difference("package", where, f"vote of {state} then", one, two)


def _parts(package: Mapping[str, Any]) -> dict[str, str]:
    """Name the parts of a package, each with its amount or ``yes``."""
    found = {}
    for sort, entries in package.items():
        if not isinstance(entries, list) or sort == "hold_outs":
            continue
        for entry in entries:
            if isinstance(entry, str):
                found[f"{sort.removesuffix('s')} {entry}"] = "yes"
                continue
            amount = entry.get("amount")
            words = [str(v) for k, v in entry.items() if k != "amount" and v is not None]
            found[f"{sort.removesuffix('s')} {' to '.join(words)}"] = (
                "yes" if amount is None else str(amount)
            )
    return found


def _rests(
    first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    for place, a, b in _pairs(_by_place(first), _by_place(second)):
        if a != b:
            yield Difference("assumption", "", place, a, b)


def _by_place(assumptions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write what is assumed at each place; votes of several states may be, at one."""
    found: dict[str, list[str]] = {}
    for a in assumptions:
        found.setdefault(str(a["place"]), []).append(f"{a['what']} ({a['origin']})")
    return {place: "; ".join(words) for place, words in found.items()}


def _leaves(first: object, second: object, path: str = "") -> Iterator[Difference]:
    """Go through all that an answer says."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key, a, b in _pairs(first, second):
            yield from _leaves(a, b, f"{path}.{key}" if path else str(key))
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for i, (a, b) in enumerate(zip(first, second, strict=True)):
            yield from _leaves(a, b, f"{path}.{i}" if path else str(i))
    elif first != second:
        yield _told("figure", "", path, first, second)
