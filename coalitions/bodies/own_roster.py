"""The members and weights that a body file brings: checked by place, fractions made whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, inf
from typing import Any, TypeGuard

from coalitions.bodies.states import find_state
from coalitions.bodies.weighted_body import MAX_DIGITS, exact_weight, scaled
from coalitions.files.document import Document, Path
from coalitions.files.spelling import did_you_mean, shown

__all__ = ["MAX_SEATS", "OwnRoster"]


MAX_SEATS = 10_000
"""Most seats of a group."""


class OwnRoster:
    """Weights of a body file in whole numbers, and the amounts that go with them.

    Parameters
    ----------
    document : Document
        The file.
    base : sequence of str or int
        Where in it the body stands.
    wrong : callable
        Takes the place of a mistake and a sentence.
    """

    def __init__(self, document: Document, base: Path, wrong: Callable[..., None]) -> None:
        self.document, self.base, self.wrong = document, tuple(base), wrong
        self.factors: dict[str, int] = {}
        self.notes: list[str] = []
        self.groups: dict[str, list[str]] | None = None
        self.columns: dict[str | None, dict[str, int]] = {}

    def read(self, roster: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check members, groups and weights.

        Parameters
        ----------
        roster : mapping
            The roster as it stands in the file; its keys have been checked.

        Returns
        -------
        mapping
            With whole weights.
        """
        members, seats = roster.get("members"), roster.get("seats")
        if _countable(seats):
            self.groups = {g: [f"{g} {k}" for k in range(v)] for g, v in seats.items()}
            everybody = [name for group in self.groups.values() for name in group]
        elif isinstance(members, list):
            everybody = [_label(m) for m in members]
            for name, times in Counter(everybody).items():
                if times > 1:
                    self.wrong(("roster", "members"), f"{name} stands in the roster {times} times")
            self.groups = self._grouped(roster.get("groups", {}), everybody)
        else:
            everybody = []
        if everybody and len(set(everybody)) == len(everybody):
            self.columns[None] = dict.fromkeys(everybody, 1)
        weights = dict(roster.get("weights", {}))
        for name, values in weights.items():
            path = ("roster", "weights", name)
            if not isinstance(values, list | Mapping):
                self.wrong(path, "must be a list of numbers, or a number for each member")
                continue
            weights[name] = self._whole(name, values, path, everybody)
        return {**roster, "weights": weights} if weights else roster

    def _grouped(self, groups: Any, everybody: Sequence[str]) -> dict[str, list[str]]:
        found = dict[str, list[str]]()
        for group, given in groups.items() if isinstance(groups, Mapping) else ():
            if not isinstance(given, list):
                continue  # said already
            found[group] = [_label(m) for m in given]
            for k, name in enumerate(found[group]):
                if name not in everybody and not self.base:
                    hint = did_you_mean(name, everybody)
                    self.wrong(("roster", "groups", group, k), f"{name} is no member{hint}")
        return found

    def _whole(
        self, name: str, values: Any, path: tuple[str, ...], everybody: Sequence[str]
    ) -> Any:
        """Make the weights of one name whole, or say what is wrong with each."""
        places = list(values) if isinstance(values, Mapping) else list(range(len(values)))
        numbers, before = list[Fraction](), True
        for place in places:
            number = self._number(values[place], (*path, place), "weight")
            before &= number is not None
            numbers.append(number or Fraction(0))
        if everybody and isinstance(values, list) and len(values) != len(everybody):
            words = f"{len(values)} weights for {len(everybody)} members"
            self.wrong(path, f"{words}: each member needs one, in the order of the members")
            before = False
        if everybody and isinstance(values, Mapping):
            labels = [p if p in everybody else _label(p) for p in values]
            for place, label in zip(places, labels, strict=True):
                if label not in everybody:
                    hint = did_you_mean(str(place), everybody)
                    self.wrong((*path, place), f"{shown(place)} is no member{hint}", key=True)
                    before = False
            missing = [m for m in everybody if m not in labels]
            if missing:
                self.wrong(path, f"no weight for {' '.join(missing[:10])}: each member needs one")
                before = False
        if not before:
            return values
        factor, whole = scaled(numbers)
        if len(str(sum(whole))) > MAX_DIGITS:
            words = f"made whole, the weights sum to more than {MAX_DIGITS} digits: round them"
            self.wrong(path, words)
            return values
        self.factors[name] = factor
        if None in self.columns:
            order = labels if isinstance(values, Mapping) else everybody
            self.columns[name] = dict(zip(order, whole, strict=True))
        if factor != 1:
            told = f"weights {name!r}, and the amounts of them that the rule asks for"
            self.notes.append(f"{told}, times {factor}: all are whole")
        return dict(zip(places, whole, strict=True)) if isinstance(values, Mapping) else whole

    def _number(self, value: Any, path: Path, what: str) -> Fraction | None:
        """Read a number as it is written, not as the float that it became."""
        literal = self.document.literal((*self.base, *path))
        text = value if isinstance(value, bool) or not literal else literal
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf:
            number: Fraction | str = self.document.exact((*self.base, *path))
            text = str(number)
        number = exact_weight(text, what)
        if isinstance(number, str):
            self.wrong(path, number)
            return None
        return number

    def amounts(self, data: Any, path: Path) -> Any:
        """Make the amounts whole that a rule asks for, and compare them with what there is.

        Parameters
        ----------
        data : object
            Plain data of a rule.
        path : sequence of str or int
            Where it stands.

        Returns
        -------
        object
            The rule with whole amounts.
        """
        if isinstance(data, list):
            return [self.amounts(part, (*path, k)) for k, part in enumerate(data)]
        if not isinstance(data, Mapping):
            return data
        found = {key: value for key, value in data.items()}
        for key in ("all", "any"):
            if key in found:
                found[key] = self.amounts(found[key], (*path, key))
        amount, weight = found.get("in_favour"), found.get("weight")
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            return found
        here = (*path, "in_favour")
        if weight is not None and weight in self.factors:
            number = self._number(amount, here, "quota")
            if number is None:
                return {**found, "in_favour": 1}  # said already
            need = ceil(number * self.factors[weight])
            if number * self.factors[weight] != need:
                words = f"sums of the weights {weight!r} are whole"
                self.notes.append(f"a quota of {number} counts as {need}: {words}")
            found["in_favour"] = need
        else:
            number = Fraction(amount) if isinstance(amount, int) else None
            need = amount if isinstance(amount, int) else 0
        self._compare(number, need, weight, found.get("among", "members"), here)
        return found

    def _compare(
        self, number: Fraction | None, need: int, weight: Any, among: Any, path: Path
    ) -> None:
        """Say that nobody can reach a quota, where the file says what there is to reach."""
        column = self.columns.get(weight) if weight is None or isinstance(weight, str) else None
        group = None if self.groups is None else self.groups.get(str(among))
        if self.base:  # a scenario, which may bring another roster, says it when it binds the rule
            return
        if column is None or number is None or (group is None and among != "members"):
            return
        names = list(column) if among == "members" or group is None else group
        total = sum(column.get(name, 0) for name in names)
        if need > total:
            scale = self.factors.get(weight, 1) if weight is not None else 1
            who = "members" if among == "members" else f"members of {among}"
            of = f"the number of {who}" if weight is None else f"the sum of the weights of {who}"
            self.wrong(path, f"quota {number} is above {Fraction(total, scale)}, {of}: "
                             f"nobody could reach it")  # fmt: skip


def _label(word: object) -> str:
    return find_state(str(word)) or str(word)


def _countable(seats: Any) -> TypeGuard[Mapping[str, int]]:
    """Whether seats can be written out; what is wrong with others has been said already."""
    return isinstance(seats, Mapping) and all(
        type(v) is int and 0 < v <= MAX_SEATS for v in seats.values()
    )
