"""Run a file of reference cases, and compare the values with those that others computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, TypeAlias

from coalitions.files.spelling import did_you_mean, shown
from coalitions.games.concepts import CONCEPTS as GAME_CONCEPTS
from coalitions.games.concepts import extra_of
from coalitions.games.reference_file import read_number, read_rule
from coalitions.games.reference_games import BARGAINING, bargaining_answer, game_answer
from solvers.errors import EngineError, GameError, LimitError
from solvers.power import INDICES, MEASURES, Index, Measure
from solvers.power.unions import UNION_INDICES
from solvers.rules.rule import Rule

__all__ = ["CONCEPTS", "Concept", "Outcome", "chosen_concepts", "closing_line", "run_cases"]

MAX_SHOWN = 8  # numbers of an answer that a message repeats

Case: TypeAlias = "Mapping[str, Any]"


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    Parameters
    ----------
    id, concept : str
        The case.
    status : {"passed", "failed", "skipped"}
        Only what was not asked for is skipped.
    detail : str
        Why it failed, or which error stands for the value.
    """

    id: str
    concept: str
    status: str
    detail: str = ""

    def row(self) -> dict[str, str]:
        """Return the outcome as a row of a table."""
        return {
            "status": self.status, "id": self.id, "concept": self.concept, "detail": self.detail,
        }  # fmt: skip


@dataclass(frozen=True)
class Concept:
    """A solution concept that cases may ask for.

    Parameters
    ----------
    run : callable
        Takes a case, gives the difference from what is expected, in words; empty if none.
    """

    run: Callable[[Case], str]


def _numbers(found: Iterable[Fraction | int | float], case: Case) -> str:
    """Compare one number for each player."""
    expected = case["expected"]
    if not isinstance(expected, list):
        return f"expected {shown(expected)}, got a list of numbers"
    values, wanted = [Fraction(v) for v in found], [read_number(e) for e in expected]
    if len(values) != len(wanted):
        return f"expected {len(wanted)} numbers, got {len(values)}"
    tolerance = _tolerance(case)
    wrong = [
        f"player {place}: expected {_text(want)}, got {_text(value)}"
        for place, (value, want) in enumerate(zip(values, wanted, strict=True), start=1)
        if abs(value - want) > tolerance
    ]
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return wrong[0] + more if wrong else ""


def _number(found: Fraction, case: Case) -> str:
    """Compare a single number."""
    wanted = read_number(case["expected"])
    if abs(found - wanted) > _tolerance(case):
        return f"expected {_text(wanted)}, got {_text(found)}"
    return ""


def _tolerance(case: Case) -> Fraction:
    tolerance = read_number(case.get("tolerance", 0))
    if tolerance < 0:
        raise GameError(f"'tolerance' is {tolerance}; it is at least 0")
    return tolerance


def _text(value: Fraction) -> str:
    exact = str(value)
    return exact if len(exact) <= 40 else f"{float(value):.15g}"


def _coalitions(found: Iterable[tuple[int, ...]], case: Case) -> str:
    """Compare sets of coalitions; their order does not matter."""
    expected = case["expected"]
    if not isinstance(expected, list) or not all(isinstance(c, list) for c in expected):
        return "'expected' must be a list of lists of players"
    wanted = {tuple(sorted(int(read_number(i)) for i in c)) for c in expected}
    # There can be billions: what is too many is seen after a few more than expected.
    most = len(wanted) + MAX_SHOWN
    listed = [tuple(i + 1 for i in c) for c in islice(found, most)]
    got = set(listed)
    if len(listed) != len(got):
        return "a coalition is listed twice"
    parts = []
    missing = wanted - got if len(listed) < most else set()
    for word, group in (("missing", missing), ("not expected", got - wanted)):
        if group:
            some = ", ".join(str(list(c)) for c in sorted(group)[:MAX_SHOWN])
            parts.append(f"{word}: {some}{', ...' if len(group) > MAX_SHOWN else ''}")
    return "; ".join(parts)


def _by_index(index: Index) -> Concept:
    # Floats will do only where the file allows for them.
    return Concept(
        lambda case: _numbers(index(_rule(case), None if _tolerance(case) else True).values, case)
    )


def _by_measure(measure: Measure) -> Concept:
    return Concept(lambda case: _number(measure(_rule(case)), case))


def _with_unions(name: str) -> Concept:
    def run(case: Case) -> str:
        if _is_table(case):
            return _compared(*game_answer(name, case), case)
        members = extra_of(_extra(case), "unions")
        return _numbers(UNION_INDICES[name](_rule(case), members).values, case)

    return Concept(run)


def _is_table(case: Case) -> bool:
    """Whether the worths need not be those of a voting game."""
    return isinstance(case["game"], Mapping) and case["game"].get("type") == "tu"


def _extra(case: Case) -> Mapping[str, Any]:
    extra = case.get("extra") or {}
    if not isinstance(extra, Mapping):
        raise GameError("'extra' must be a mapping")
    return extra


def _of_game(name: str) -> Concept:
    return Concept(lambda case: _compared(*game_answer(name, case), case))


def _bargaining(name: str) -> Concept:
    return Concept(lambda case: _compared(*bargaining_answer(name, case), case))


def _compared(kind: str, found: Any, case: Case) -> str:
    """Compare an answer with what is expected, by the kind of answer that it is."""
    expected = case["expected"]
    if kind == "numbers" and (found is None or expected is None):
        if found is None and expected is None:
            return ""
        return f"expected {shown(expected)}, got {'none' if found is None else 'numbers'}"
    if kind == "numbers":
        return _numbers(found, case)
    if kind == "number":
        return _number(found, case)
    if kind == "truth":
        if not isinstance(expected, bool):
            return "'expected' must be true or false"
        return "" if found == expected else f"expected {expected}, got {found}"
    if kind == "memberships":
        wrong = [
            k for k, (f, e) in enumerate(zip(found, expected, strict=True)) if f != e.get("in")
        ]
        return f"point {wrong[0] + 1}: expected {expected[wrong[0]].get('in')}" if wrong else ""
    if kind == "points":
        return _points(found, case)
    return _worths(found, case) if kind == "worths" else _structures(found, case)


def _points(found: list[tuple[Fraction, ...]], case: Case) -> str:
    """Compare sets of points; their order does not matter."""
    expected = case["expected"]
    if not isinstance(expected, list) or not all(isinstance(p, list) for p in expected):
        return "'expected' must be a list of points"
    wanted = [tuple(read_number(x) for x in p) for p in expected]
    tolerance = _tolerance(case)

    def near(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> bool:
        return len(a) == len(b) and all(abs(x - y) <= tolerance for x, y in zip(a, b, strict=True))

    missing = [p for p in wanted if not any(near(p, q) for q in found)]
    more = [q for q in found if not any(near(p, q) for p in wanted)]
    parts = []
    for word, group in (("missing", missing), ("not expected", more)):
        if group:
            parts.append(f"{word}: ({', '.join(map(_text, group[0]))})")
    if not parts and len(found) != len(wanted):
        parts.append(f"expected {len(wanted)} points, got {len(found)}")
    return "; ".join(parts)


def _worths(found: Mapping[frozenset[int], Fraction], case: Case) -> str:
    """Compare numbers by coalition."""
    expected = case["expected"]
    if not isinstance(expected, Mapping) or len(expected) != len(found):
        return f"'expected' must give a number for each of {len(found)} coalitions"
    tolerance = _tolerance(case)
    for key, value in expected.items():
        members = frozenset(int(m) for m in key.split(",") if m.strip().isdecimal())
        if members not in found:
            return f"{shown(key)} is no coalition of the game"
        want = read_number(value)
        if abs(found[members] - want) > tolerance:
            return f"coalition {key}: expected {_text(want)}, got {_text(found[members])}"
    return ""


def _structures(found: Any, case: Case) -> str:
    """Compare the value, the number and the list of the best partitions."""
    expected = case["expected"]
    if not isinstance(expected, Mapping):
        return "'expected' must be a mapping with 'value'"
    want = read_number(expected.get("value"))
    if abs(found.value - want) > _tolerance(case):
        return f"expected value {_text(want)}, got {_text(found.value)}"
    number = expected.get("number_of_optimal_structures")
    if number is not None and number != found.number:
        return f"expected {number} structures, got {found.number}"
    listed = expected.get("structures")
    if listed is None:
        return ""
    wanted = {frozenset(frozenset(str(i) for i in block) for block in p) for p in listed}
    got = {frozenset(frozenset(block) for block in p) for p in found.structures()}
    return "" if wanted == got else "the structures differ"


def _minimal_winning(case: Case) -> str:
    from solvers.listing import minimal_winning_coalitions

    return _coalitions(minimal_winning_coalitions(_rule(case)), case)


def _rule(case: Case) -> Rule:
    return read_rule(case["game"])


CONCEPTS: dict[str, Concept] = {
    **{name: _by_index(index) for name, index in INDICES.items()},
    **{name: _by_measure(measure) for name, measure in MEASURES.items()},
    **{name: _with_unions(name) for name in UNION_INDICES},
    **{name: _of_game(name) for name in GAME_CONCEPTS if name not in UNION_INDICES},
    **{name: _bargaining(name) for name in BARGAINING},
    "minimal_winning": Concept(_minimal_winning),
}
"""What can be run, by the name that a case uses."""


def chosen_concepts(names: Iterable[str], cases: Iterable[Any]) -> frozenset[str]:
    """Check the names of the concepts that a user asks for.

    Parameters
    ----------
    names : iterable of str
        Names; a comma separates several in one text.
    cases : iterable
        The cases of the file.

    Returns
    -------
    frozenset of str

    Raises
    ------
    EngineError
        If a name is neither a concept of the engine nor one of the file.

    Examples
    --------
    >>> sorted(chosen_concepts(["johnston,mwc_count"], []))
    ['johnston', 'mwc_count']
    """
    chosen = frozenset(part.strip() for name in names for part in name.split(",") if part.strip())
    known = CONCEPTS.keys() | {str(c.get("concept")) for c in cases if isinstance(c, Mapping)}
    for name in sorted(chosen - known):
        raise EngineError(
            f"no case of the file asks for {shown(name)}, and it is no concept of the "
            f"engine{did_you_mean(name, known)}"
        )
    return chosen


def run_cases(cases: Iterable[Any], only: Collection[str] = ()) -> Iterator[Outcome]:
    """Run cases one after another, each when its outcome is asked for.

    Parameters
    ----------
    cases : iterable
        As :func:`coalitions.games.reference_file.read_cases` gives them.
    only : collection of str
        Concepts to run; all of them when empty.

    Yields
    ------
    Outcome
        In the order of the file. An unknown concept, an unknown type of game and a case that
        is malformed fail; nothing is skipped that `only` does not leave out.

    Examples
    --------
    >>> game = {"type": "weighted", "quota": 51, "weights": [50, 49, 1]}
    >>> case = {"id": "a", "game": game, "concept": "mwc_count", "expected": 2}
    >>> [outcome.status for outcome in run_cases([case, case | {"expected": 3}])]
    ['passed', 'failed']
    """
    for place, case in enumerate(cases, start=1):
        if not isinstance(case, Mapping):
            yield Outcome(f"case {place}", "", "failed", "is no mapping")
            continue
        name, concept = _word(case.get("id", f"case {place}")), _word(case.get("concept", ""))
        if only and concept not in only:
            yield Outcome(name, concept, "skipped")
            continue
        yield _outcome(name, concept, case)


def _word(value: object) -> str:
    """Keep a text of the file to one short line that cannot drive a terminal."""
    text = " ".join(str(value).split())
    return "".join(c if c.isprintable() else "?" for c in text)[:120]


def _outcome(name: str, concept: str, case: Case) -> Outcome:
    lacking = [key for key in ("id", "game", "concept", "expected") if key not in case]
    if lacking:
        return Outcome(name, concept, "failed", f"the case lacks {', '.join(lacking)}")
    if concept not in CONCEPTS:
        hint = did_you_mean(concept, CONCEPTS)
        return Outcome(name, concept, "failed", f"unknown concept{hint}")
    try:
        difference = CONCEPTS[concept].run(case)
    except EngineError as error:
        # A limit of the engine is no statement about the game.
        stands_for_it = case.get("or_error") is True and not isinstance(error, LimitError)
        words = _word(f"refused: {error}") if stands_for_it else _word(error)
        return Outcome(name, concept, "passed" if stands_for_it else "failed", words)
    return Outcome(name, concept, "failed" if difference else "passed", difference)


def closing_line(outcomes: Iterable[Outcome]) -> str:
    """Count the outcomes in one line.

    Parameters
    ----------
    outcomes : iterable of Outcome
        All of them.

    Returns
    -------
    str

    Examples
    --------
    >>> closing_line([Outcome("a", "rae", "passed"), Outcome("b", "rae", "skipped")])
    '1 passed, 0 failed, 1 skipped'
    """
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for outcome in outcomes:
        counts[outcome.status] += 1
    return ", ".join(f"{count} {status}" for status, count in counts.items())
