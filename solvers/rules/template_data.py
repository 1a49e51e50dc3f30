"""Templates from plain data, with every mistake reported at once and by its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any as Anything

from solvers.errors import RuleError
from solvers.rules.templates import (
    BASES,
    AbstentionBlock,
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    Share,
    Template,
    WithholdingBelow,
)

__all__ = ["TemplateError", "template_from_data"]

Path = tuple[str | int, ...]
_SHARE = re.compile(
    r"(?P<more>more than )?\s*(?P<num>\d{1,18})\s*(?:/\s*(?P<den>\d{1,18})|(?P<pct>%))"
)
_KEYS = {  # the key that names the requirement, and what may stand beside it
    "all": set[str](),
    "any": set[str](),
    "in_favour": {"of", "among", "weight"},
    "nobody_against": set[str](),
    "everybody_for": set[str](),
    "withholding_below": set[str](),
    "quorum": set[str](),
    "abstention_block": set[str](),
}
_BESIDE = {"title", "of", "among", "weight"}


class TemplateError(RuleError):
    """The data of a rule are wrong; ``problems`` lists (path, sentence) for each mistake."""

    def __init__(self, problems: list[tuple[Path, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(_sentence(path, words) for path, words in problems))


def template_from_data(data: Anything) -> Template:
    """Read a template from plain data.

    Parameters
    ----------
    data : mapping
        One requirement, named by one of the keys ``all``, ``any``, ``in_favour``,
        ``nobody_against``, ``everybody_for``, ``withholding_below``, ``quorum``,
        ``abstention_block``; a ``title`` may stand beside it.

    Returns
    -------
    Template

    Raises
    ------
    TemplateError
        With every mistake and its path.

    Examples
    --------
    >>> rule = template_from_data({"all": [{"in_favour": 9}, {"nobody_against": "permanent"}]})
    >>> len(rule.parts)
    2
    """
    problems: list[tuple[Path, str]] = []
    template = _read(data, (), problems)
    if problems or template is None:
        raise TemplateError(problems)
    return template


def _sentence(path: Path, words: str) -> str:
    return f"{'.'.join(map(str, path))}: {words}" if path else words


def _close(word: Anything, known: Anything) -> str:
    near = difflib.get_close_matches(str(word), [str(k) for k in known], n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _read(data: Anything, path: Path, problems: list[tuple[Path, str]]) -> Template | None:
    if not isinstance(data, Mapping):
        problems.append((path, f"a rule is a mapping such as {{in_favour: 9}}, not {data!r}"))
        return None
    main = [key for key in data if key in _KEYS]
    if len(main) != 1:
        unknown = [k for k in data if k not in _KEYS and k not in _BESIDE]
        hint = _close(unknown[0], _KEYS) if unknown else ""
        found = f"unknown key {unknown[0]!r}{hint}; " if unknown and not main else ""
        problems.append((path, f"{found}a rule has exactly one of {', '.join(_KEYS)}"))
        return None
    key = main[0]
    for other in data:
        if other != key and other != "title" and other not in _KEYS[key]:
            hint = _close(other, {*_KEYS[key], "title"})
            problems.append(((*path, other), f"unknown key beside {key!r}{hint}"))
    title = data.get("title", "")
    if not isinstance(title, str):
        problems.append(((*path, "title"), "a title is a sentence"))
        title = ""
    value, here = data[key], (*path, key)
    if key in ("all", "any"):
        return _read_parts(key, value, title, here, problems)
    if key in ("nobody_against", "everybody_for"):
        if not isinstance(value, str):
            problems.append((here, f"names a group of members, not {value!r}"))
            return None
        return (NobodyAgainst if key == "nobody_against" else EverybodyFor)(value, title)
    if key == "in_favour":
        return _read_in_favour(data, title, path, problems)
    if key == "quorum":
        amount = _amount(value, here, problems)
        return None if amount is None else QuorumOf(amount, title)
    if key == "withholding_below":
        return _read_withholding(value, title, here, problems)
    return _read_block(value, title, here, problems)


def _read_parts(
    key: str, value: Anything, title: str, path: Path, problems: list[tuple[Path, str]]
) -> Template | None:
    if not isinstance(value, list) or not value:
        problems.append((path, "a list of at least one rule"))
        return None
    parts = [_read(part, (*path, i), problems) for i, part in enumerate(value)]
    good = tuple(part for part in parts if part is not None)
    return (All if key == "all" else Any)(good, title)


def _read_in_favour(
    data: Mapping[str, Anything], title: str, path: Path, problems: list[tuple[Path, str]]
) -> Template | None:
    amount = _amount(data["in_favour"], (*path, "in_favour"), problems)
    base, among, weight = data.get("of"), data.get("among", "members"), data.get("weight")
    before = len(problems)
    if isinstance(amount, Share) and base not in BASES:
        problems.append(
            ((*path, "of"), f"a share needs 'of' as one of {', '.join(BASES)}{_close(base, BASES)}")
        )
    if isinstance(amount, int) and base is not None:
        problems.append(((*path, "of"), "a fixed number of votes is not 'of' anything"))
    for name, label in (("among", among), ("weight", weight)):
        if label is not None and not isinstance(label, str):
            problems.append(((*path, name), f"is a name, not {label!r}"))
    if amount is None or len(problems) > before:
        return None
    return InFavour(amount, base, among, weight, title)


def _read_withholding(
    value: Anything, title: str, path: Path, problems: list[tuple[Path, str]]
) -> Template | None:
    if isinstance(value, Mapping):
        keys = {"fewest_holding", "weight", "plus"}
        for other in value:
            if other not in keys:
                problems.append(((*path, other), f"unknown key{_close(other, keys)}"))
        share = _amount(value.get("fewest_holding"), (*path, "fewest_holding"), problems)
        plus, weight = value.get("plus", 0), value.get("weight")
        if not isinstance(share, Share) or type(plus) is not int or not isinstance(weight, str):
            words = "needs fewest_holding (a share), weight (a name), plus (a number)"
            problems.append((path, words))
            return None
        return WithholdingBelow(None, share, weight, plus, title)
    if type(value) is not int or value < 1:
        problems.append((path, f"a number of members of at least 1, not {value!r}"))
        return None
    return WithholdingBelow(value, title=title)


def _read_block(
    value: Anything, title: str, path: Path, problems: list[tuple[Path, str]]
) -> Template | None:
    if not isinstance(value, Mapping) or len(value) != 2 or "members" not in value:
        problems.append((path, "needs a share of 'members' and a share of one weight"))
        return None
    shares = {k: _amount(v, (*path, k), problems) for k, v in value.items()}
    weight = next(k for k in value if k != "members")
    members, holding = shares["members"], shares[weight]
    if not isinstance(members, Share) or not isinstance(holding, Share):
        problems.append((path, "both numbers are shares, such as '1/3'"))
        return None
    return AbstentionBlock(members, holding, str(weight), title)


def _amount(value: Anything, path: Path, problems: list[tuple[Path, str]]) -> int | Share | None:
    if type(value) is int:
        if value >= 1:
            return value
        problems.append((path, f"{value} is not a number of at least 1"))
        return None
    match = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        den = 100 if match["pct"] else int(match["den"])
        try:
            return Share(int(match["num"]), den, bool(match["more"]))
        except RuleError as error:
            problems.append((path, str(error)))
            return None
    problems.append((path, f"{value!r} is neither a number nor a share such as '2/3' or '65 %'"))
    return None
