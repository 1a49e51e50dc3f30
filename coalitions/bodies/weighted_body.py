"""Weighted games from a quota and weights: exact, every mistake at once, fractions made whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite, lcm
from numbers import Integral, Rational, Real

from coalitions.bodies.body import Body, Decision, Reading, RuleVersion
from coalitions.errors import InputError, Problem
from coalitions.files.spelling import shown
from solvers.rules.templates import InFavour

__all__ = ["MAX_MEMBERS", "exact_weight", "literal_body", "scaled", "weighted_body"]

MAX_MEMBERS = 10_000
"""Most members; a slip such as 7*50000000 would fill the memory."""
MAX_PLACE = 100  # characters of a game that an error repeats
MAX_DIGITS = 18  # of a number as written, and of the sum once fractions are whole
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:\s*/\s*\d+)?", re.ASCII)
_LITERAL = re.compile(r"\[([^;\[\]]*);([^;\[\]]*)\]")
_FORM = "is no weighted game such as [39; 7*5, 1*10]: a quota, then weights"


def exact_weight(value: object, what: str = "weight") -> Fraction | str:
    """Read a weight or a quota exactly.

    Parameters
    ----------
    value : object
        A number, or its text: ``7``, ``1.5`` or ``1/3``. A float is the decimal that it prints as.
    what : str
        What to call it in a message.

    Returns
    -------
    Fraction or str
        The number, or in one sentence what is wrong with it.

    Examples
    --------
    >>> exact_weight("1/3"), exact_weight(0.1), exact_weight(-2)
    (Fraction(1, 3), Fraction(1, 10), 'weight -2 is negative: a weight is a number of at least 0')
    >>> exact_weight(float("nan"))
    'weight nan is not a finite number: a weight is a number of at least 0'
    """
    must = f"a {what} is a number of at least 0"
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, bool) or not isinstance(value, Real):
        return f"{what} {shown(value)} is no number: {must}"
    elif isinstance(value, Integral | Rational):
        text = str(Fraction(int(value.numerator), int(value.denominator)))
    else:
        text = repr(float(value))
        text = str(Fraction(text)) if isfinite(float(value)) else text
    if text.casefold().lstrip("+-.") in ("nan", "inf", "infinity"):
        return f"{what} {text} is not a finite number: {must}"
    if not _NUMBER.fullmatch(text):
        return f"{what} {shown(text)} is no number: write 7, 1.5 or 1/3"
    if max(len(part) for part in re.findall(r"\d+", text)) > MAX_DIGITS:
        return f"{what} {shown(text)} has more than {MAX_DIGITS} digits, the most that are read"
    top, _, below = text.replace(" ", "").partition("/")
    if below and not int(below):
        return f"{what} {text} divides by zero"
    number = Fraction(top) / int(below or 1)
    if number < 0:
        return f"{what} {text} is negative: {must}"
    return number


def scaled(weights: Sequence[Fraction]) -> tuple[int, list[int]]:
    """Multiply weights by the least number that makes them whole.

    Parameters
    ----------
    weights : sequence of Fraction
        At least 0.

    Returns
    -------
    int
        By what they were multiplied.
    list of int
        The weights.

    Examples
    --------
    >>> scaled([Fraction(1, 2), Fraction(1, 3)])
    (6, [3, 2])
    """
    factor = lcm(*(w.denominator for w in weights))
    return factor, [int(w * factor) for w in weights]


def weighted_body(
    quota: object,
    weights: Iterable[object],
    names: Sequence[str] | None = None,
    title: str = "",
) -> Body:
    """Make a body that decides by weights and a quota.

    Parameters
    ----------
    quota : number or str
        What must be reached, above 0 and at most the sum of the weights; fractions are exact.
    weights : iterable of numbers or str
        At least 0; fractions are multiplied, with the quota, until all are whole, and a note of
        the roster says so.
    names : sequence of str, optional
        Of the members; ``"1"``, ``"2"``, ... when left out.
    title : str
        What to call it; the game as it is written when left out.

    Returns
    -------
    Body

    Raises
    ------
    InputError
        With every mistake.

    Examples
    --------
    >>> body = weighted_body("1/2", [0.5, 0.3, 0.2])
    >>> body.title, body.roster["weights"], body.roster["note"]
    ('[1/2; 1/2, 3/10, 1/5]', {'weight': [5, 3, 2]}, 'quota and weights times 10: all are whole')
    """
    given = list(weights)
    return _checked(quota, [(w, 1) for w in given], names, title, "weighted game")


def literal_body(text: str) -> Body | None:
    """Read a weighted game such as ``[39; 7*5, 1*10]``.

    Parameters
    ----------
    text : str
        Quota, then weights; ``7*5`` is five members of weight 7.

    Returns
    -------
    Body or None
        None when the text does not begin with a bracket.

    Raises
    ------
    InputError
        With every mistake.

    Examples
    --------
    >>> literal_body("[39; 7*5, 1*10]").roster["weights"]["weight"][:6]
    [7, 7, 7, 7, 7, 1]
    """
    text = text.strip()
    if not text.startswith("["):
        return None
    match = _LITERAL.fullmatch(text)
    if match is None or not match[1].strip() or not match[2].strip():
        raise InputError.at(shown(text), _FORM)
    weights, wrong = list[tuple[object, int]](), list[str]()
    for part in match[2].split(","):
        weight, *times = (piece.strip() for piece in part.split("*"))
        if not weight or len(times) > 1:
            wrong.append(f"{part.strip()!r} is not a weight such as 7 or 7*5")
        elif times and not (times[0].isascii() and times[0].isdigit() and times[0].strip("0")):
            words = f"{part.strip()!r} repeats a weight {times[0]!r} times"
            wrong.append(f"{words}: write how many members there are, such as 7*5")
        else:
            many = times and len(times[0]) > MAX_DIGITS
            weights.append((weight, MAX_MEMBERS + 1 if many else int(times[0]) if times else 1))
    place = text if len(text) <= MAX_PLACE else shown(text)
    return _checked(match[1], weights, None, text, place, wrong)


def _checked(
    quota: object,
    runs: Sequence[tuple[object, int]],
    names: Sequence[str] | None,
    title: str,
    place: str,
    wrong: Sequence[str] = (),
) -> Body:
    """Check all of a game; `runs` are weights, each with how many members have it."""
    problems, numbers = list(wrong), list[Fraction]()
    if sum(times for _, times in runs) > MAX_MEMBERS:
        problems.append(f"a literal game has at most {MAX_MEMBERS:,} members")
        runs = [(weight, 1) for weight, _ in runs[:MAX_MEMBERS]]
    need = exact_weight(quota, "quota")
    if isinstance(need, str):
        problems.append(need.replace("a quota is a number of at least 0", "a quota is above 0"))
    for weight, times in runs:
        number = exact_weight(weight)
        if isinstance(number, str):
            problems.append(number)
        else:
            numbers += [number] * times
    if names is not None and len(names) != len(numbers) and not problems:
        problems.append(f"{len(names)} names for {len(numbers)} weights: each member needs one")
    total = sum(numbers, Fraction(0))
    if not problems and not isinstance(need, str) and not 0 < need <= total:
        whole = need.denominator == total.denominator == 1
        between = f"between 1 and {total}" if whole else f"above 0 and at most {total}"
        words = f"quota {need} is not {between}, the sum of the weights"
        problems.append(f"{words}: no coalition, or every one, would win")
    if problems or isinstance(need, str):
        told = dict.fromkeys(problems)
        raise InputError([Problem(place, None, None, "", words) for words in told])
    factor, (whole_quota, *whole_weights) = scaled([need, *numbers])
    if len(str(sum(whole_weights))) > MAX_DIGITS:
        words = f"made whole, the weights sum to more than {MAX_DIGITS} digits: round them"
        raise InputError.at(place, words)
    title = title or f"[{need}; {', '.join(map(str, numbers))}]"
    reading = Reading(
        "weighted", "quota and weights as given",
        (RuleVersion(InFavour(whole_quota, weight="weight")),), "A", ("input",),
    )  # fmt: skip
    decision = Decision(
        "decision", title, "internal", "", "", "", reading.name, {reading.name: reading}
    )
    labels = [str(i + 1) for i in range(len(numbers))] if names is None else list(names)
    roster = {"members": labels, "weights": {"weight": whole_weights}}
    note = {} if factor == 1 else {"note": f"quota and weights times {factor}: all are whole"}
    return Body(title, title, (), {**roster, **note}, {}, {"decision": decision}, (), ())
