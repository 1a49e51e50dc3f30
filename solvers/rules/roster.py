"""Who votes: labelled players, named groups of them, and integer weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from solvers.errors import RuleError

__all__ = ["MEMBERS", "Roster"]

MEMBERS = "members"  # the group that every roster has


@dataclass(frozen=True)
class Roster:
    """The voters of a body on one day.

    Parameters
    ----------
    names : tuple of str
        One label per player, all different; the order numbers the players.
    groups : mapping of str to iterable of int
        Named groups of players, for instance the permanent members; ``"members"``, everybody,
        is there without being given.
    weights : mapping of str to sequence of int
        Named weights, one integer of at least 0 per player.

    Raises
    ------
    RuleError
        If a label repeats, a group names a player that is not there or is called
        ``"members"``, or a weight is negative, no integer or missing.

    Examples
    --------
    >>> council = Roster.of(["A", "B", "c"], groups={"permanent": ["A", "B"]})
    >>> council.group("permanent")
    (0, 1)
    """

    names: tuple[str, ...]
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.names)
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice:
            raise RuleError(f"{', '.join(twice)} stands in the roster more than once")
        if not n:
            raise RuleError("a roster needs at least one member")
        if MEMBERS in self.groups:
            raise RuleError(f"no group can be named {MEMBERS!r}: that is everybody")
        for group, players in self.groups.items():
            wrong = [p for p in players if not 0 <= p < n]
            if wrong:
                raise RuleError(f"group {group!r} names player {wrong[0]}; there are {n}")
        for weight, values in self.weights.items():
            if len(values) != n:
                raise RuleError(f"weight {weight!r} has {len(values)} values for {n} members")
            for name, value in zip(self.names, values, strict=True):
                if type(value) is not int or value < 0:
                    raise RuleError(
                        f"weight {weight!r} of {name} is {value!r}; weights are integers of at "
                        f"least 0 (multiply fractions by their common denominator)"
                    )

    @classmethod
    def of(
        cls,
        names: Iterable[str],
        groups: Mapping[str, Iterable[str]] | None = None,
        weights: Mapping[str, Mapping[str, int]] | None = None,
    ) -> Roster:
        """Build a roster from labels alone.

        Parameters
        ----------
        names : iterable of str
            The members.
        groups : mapping of str to iterable of str
            Members of each group, by label.
        weights : mapping of str to mapping of str to int
            Weight of each member, by label; every member needs one.

        Returns
        -------
        Roster

        Raises
        ------
        RuleError
            If a group or weight names somebody who is no member, or leaves a member out.
        """
        order = tuple(names)
        index = {name: i for i, name in enumerate(order)}
        bound: dict[str, tuple[int, ...]] = {}
        for group, members in (groups or {}).items():
            members = tuple(members)
            unknown = [m for m in members if m not in index]
            if unknown:
                raise RuleError(f"group {group!r} names {unknown[0]}, who is no member")
            bound[group] = tuple(sorted(index[m] for m in members))
        columns: dict[str, tuple[int, ...]] = {}
        for weight, values in (weights or {}).items():
            missing = [m for m in order if m not in values]
            if missing:
                raise RuleError(f"weight {weight!r} is missing for {', '.join(missing)}")
            unknown = [m for m in values if m not in index]
            if unknown:
                raise RuleError(f"weight {weight!r} names {unknown[0]}, who is no member")
            columns[weight] = tuple(values[m] for m in order)
        return cls(order, bound, columns)

    @property
    def n_players(self) -> int:
        """Number of members."""
        return len(self.names)

    def group(self, name: str) -> tuple[int, ...]:
        """Return the players of a group; ``"members"`` is everybody.

        Parameters
        ----------
        name : str
            The group.

        Returns
        -------
        tuple of int
            In rising order, each once.

        Raises
        ------
        RuleError
            If the roster has no such group.
        """
        if name == MEMBERS:
            return tuple(range(self.n_players))
        if name not in self.groups:
            known = ", ".join([MEMBERS, *sorted(self.groups)])
            raise RuleError(f"the roster has no group {name!r}; it has {known}")
        return tuple(sorted(set(self.groups[name])))

    def weight(self, name: str | None) -> tuple[int, ...]:
        """Return a weight column; None is one vote each.

        Parameters
        ----------
        name : str or None
            The column.

        Returns
        -------
        tuple of int, length n

        Raises
        ------
        RuleError
            If the roster has no such weights.
        """
        if name is None:
            return (1,) * self.n_players
        if name not in self.weights:
            known = ", ".join(sorted(self.weights)) or "none"
            raise RuleError(f"the roster has no weights {name!r}; it has {known}")
        return tuple(self.weights[name])

    def players(self, labels: Iterable[str]) -> tuple[int, ...]:
        """Turn labels into player numbers.

        Parameters
        ----------
        labels : iterable of str
            Members.

        Returns
        -------
        tuple of int
            In rising order, each once.

        Raises
        ------
        RuleError
            If a label is no member.
        """
        index = {name: i for i, name in enumerate(self.names)}
        wanted = set(labels)
        unknown = sorted(wanted - index.keys())
        if unknown:
            raise RuleError(f"{', '.join(unknown)} is no member; members: {', '.join(self.names)}")
        return tuple(sorted(index[label] for label in wanted))
