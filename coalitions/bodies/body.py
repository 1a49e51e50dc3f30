"""Bodies and how they decide: read from body files, without code for any one body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coalitions.files.spelling import did_you_mean
from solvers.errors import RuleError
from solvers.rules.templates import Template

if TYPE_CHECKING:
    import datetime

__all__ = ["Body", "Decision", "Reading", "Route", "RuleVersion", "literal_game", "load_body"]

EFFECTS = ("binding", "authorisation", "recommendation", "procedural", "internal")


@dataclass(frozen=True)
class RuleVersion:
    """A rule and the days on which it is the law; empty strings leave a side open."""

    template: Template
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read how a decision is taken.

    Parameters
    ----------
    name, title : str
        Short name and one sentence.
    versions : tuple of RuleVersion
        The rule over time.
    confidence : {"A", "B", "C"}
        A text read or reproduced by the record; B a good secondary source; C general
        knowledge, to be verified.
    sources : tuple of str
        Legal sources.
    """

    name: str
    title: str
    versions: tuple[RuleVersion, ...]
    confidence: str
    sources: tuple[str, ...]

    @property
    def last_day(self) -> str:
        """ISO date of the last day of the newest rule; empty while it is in force."""
        return self.versions[-1].until

    def on(self, day: datetime.date | None) -> Template:
        """Return the rule in force on a day; the newest when no day is given.

        Parameters
        ----------
        day : date or None
            The day of the decision.

        Returns
        -------
        Template

        Raises
        ------
        RuleError
            If no version covers the day.
        """
        if day is None:
            return self.versions[-1].template
        text = day.isoformat()
        for version in self.versions:
            if version.since <= text and (not version.until or text <= version.until):
                return version.template
        spans = "; ".join(f"{v.since or '...'} to {v.until or '...'}" for v in self.versions)
        raise RuleError(f"no rule is known for {text}; the data cover {spans}")


@dataclass(frozen=True)
class Decision:
    """A type of decision of a body."""

    name: str
    title: str
    effect: str
    decides: str
    abstention: str
    consensus_first: str
    default: str
    readings: Mapping[str, Reading]

    def reading(self, name: str | None = None) -> Reading:
        """Return a reading by name; the default one when none is named.

        Parameters
        ----------
        name : str or None
            Name of the reading.

        Returns
        -------
        Reading

        Raises
        ------
        RuleError
            If there is no such reading.
        """
        key = self.default if name is None else name
        if key not in self.readings:
            raise RuleError(
                f"no reading {key!r} of {self.name!r}{did_you_mean(key, self.readings)}; "
                f"it has {', '.join(self.readings)}"
            )
        return self.readings[key]


@dataclass(frozen=True)
class Route:
    """Where else a matter can go when a decision fails."""

    body: str
    decision: str
    when: str
    decides: str
    regional: bool = False
    since: str = ""  # ISO date before which the venue did not exist; empty when always


@dataclass(frozen=True)
class Body:
    """An institution: its roster, and the types of decision it takes.

    Parameters
    ----------
    name, title : str
        Short name and full name.
    aliases : tuple of str
        Other short names.
    roster, weights : mapping
        Where members and weights come from, as the body file says.
    decisions : mapping of str to Decision
        The first is the default.
    routes : tuple of Route
        Other venues.
    notes : tuple of str
        What a user should know.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    roster: Mapping[str, Any]
    weights: Mapping[str, Any]
    decisions: Mapping[str, Decision]
    routes: tuple[Route, ...]
    notes: tuple[str, ...]

    def decision(self, name: str | None = None) -> Decision:
        """Return a type of decision by name; the first when none is named.

        Parameters
        ----------
        name : str or None
            Name of the decision type.

        Returns
        -------
        Decision

        Raises
        ------
        RuleError
            If the body takes no such decision.
        """
        key = next(iter(self.decisions)) if name is None else name
        if key not in self.decisions:
            raise RuleError(
                f"{self.name} has no decision {key!r}{did_you_mean(key, self.decisions)}; "
                f"it has {', '.join(self.decisions)}"
            )
        return self.decisions[key]


def literal_game(text: str) -> Body | None:
    """Read a weighted game such as ``[39; 7*5, 1*10]`` as a body of numbered members.

    Parameters
    ----------
    text : str
        Quota, then weights; ``7*5`` is five members of weight 7. Fractions such as 1.5 or 1/3
        are exact.

    Returns
    -------
    Body or None
        None when the text does not begin with a bracket.

    Raises
    ------
    InputError
        If the quota or weights are malformed, or the members are too many; with every mistake.

    Examples
    --------
    >>> literal_game("[39; 7*5, 1*10]").roster["weights"]["weight"][:6]
    [7, 7, 7, 7, 7, 1]
    """
    from coalitions.bodies.weighted_body import literal_body

    return literal_body(text)


def load_body(name: str) -> Body:
    """Load a shipped body, a body file or a literal weighted game.

    Parameters
    ----------
    name : str
        A shipped name or alias, the path of a body file, or ``"[39; 7*5, 1*10]"``.

    Returns
    -------
    Body

    Raises
    ------
    InputError
        With every mistake in the file, by line and column.

    Examples
    --------
    >>> load_body("un-security-council").decision().default
    'practised'
    """
    from coalitions.bodies.body_file import read_body
    from coalitions.files import datasets

    literal = literal_game(name)
    if literal is not None:
        return literal
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml", ".json")) or name == "-":
        return read_body(name)
    if name in datasets.names("bodies"):
        return read_body(str(datasets.path_of("bodies", name)), shipped=name)
    for other in datasets.names("bodies"):
        body = read_body(str(datasets.path_of("bodies", other)), shipped=other)
        if name in body.aliases:
            return body
    return read_body(str(datasets.path_of("bodies", name)), shipped=name)
