"""What every answer carries: guarantee, certificate, assumptions, provenance, and its forms."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from coalitions.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from coalitions.answers.assumptions import Assumption
    from coalitions.scenarios.scenario import Scenario

__all__ = ["Block", "Provenance", "Result", "Screen", "exact_text", "number_text"]

FORMAT = "coalitions-result/1"
CELL = "text-align:left;vertical-align:top;padding:0 1em 0 0"
GUARANTEES = {
    "exact": "integers and fractions throughout",
    "certified": "checked afterwards by an independent exact test",
    "optimal": "proved by the solver with gap 0, feasibility and irreducibility checked exactly",
    "bounded": "stopped early, a gap was allowed, or floats: the bound says how far off it may be",
    "estimated": "rests on estimates, on samples (standard errors are stated) or an approximation",
}


@dataclass(frozen=True)
class Block:
    """A heading with its remark, and rows of a label and a text."""

    heading: str
    aside: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Screen:
    """What a result says on one screen, before any layout."""

    title: str
    marking: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Provenance:
    """What made an answer.

    Parameters
    ----------
    digest : str
        SHA-256 of the input.
    solver : str
        Solver and version; empty where none was used.
    seed : int or None
        Seed of random choices; None where there are none.
    tolerance : float
        Tolerance of the solver's numbers; 0 where all is exact.
    seconds : float
        Wall time of the solver.
    """

    digest: str = ""
    solver: str = ""
    seed: int | None = None
    tolerance: float = 0.0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the version of this package included."""
        return {
            "version": __version__,
            "input_digest": self.digest,
            "solver": self.solver,
            "seed": self.seed,
            "tolerance": self.tolerance,
            "seconds": round(self.seconds, 6),
        }


def exact_text(value: Fraction | None) -> str | None:
    """Write a fraction exactly.

    Parameters
    ----------
    value : Fraction or None
        The number.

    Returns
    -------
    str or None
        ``"3"`` or ``"1/3"``.
    """
    return None if value is None else str(value)


def number_text(value: Fraction) -> str:
    """Write a fraction for people: exactly where it is short, else rounded and marked.

    Parameters
    ----------
    value : Fraction
        The number.

    Returns
    -------
    str

    Examples
    --------
    >>> number_text(Fraction(5, 2)), number_text(Fraction(1, 3)), number_text(Fraction(123456, 7))
    ('2.5', '1/3', '~17636.6')
    """
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1 and value.denominator <= 10**6:
        return f"{_rounded(value):.10g}"
    return str(value) if len(str(value)) <= 7 else f"~{_rounded(value):.6g}"


def _rounded(value: Fraction) -> float | Decimal:
    try:
        return float(value)
    except OverflowError:
        return Decimal(value.numerator) / Decimal(value.denominator)


@dataclass(frozen=True)
class Result:
    """Base of all answers.

    Parameters
    ----------
    scenario : Scenario or None
        The case it answers for; its marking stands on every output.
    guarantee : str
        ``exact``, ``certified``, ``optimal``, ``bounded`` or ``estimated``.
    assumptions : tuple of Assumption
        What it rests on that is not on record.
    provenance : Provenance
        What made it.
    changed : tuple of str
        What the changes of ``what_if`` did to the answer, in words.
    """

    scenario: Scenario | None
    guarantee: str
    assumptions: tuple[Assumption, ...] = field(default=(), repr=False)
    provenance: Provenance = field(default=Provenance(), repr=False)
    changed: tuple[str, ...] = field(default=(), repr=False, kw_only=True)

    kind = "result"
    columns: ClassVar[tuple[str, ...]] = ()
    """Columns that :meth:`rows` has even where there are no rows."""

    @property
    def stopped_early(self) -> bool:
        """Whether a limit or a gap that was allowed ended the search."""
        return self.guarantee == "bounded"

    def answer(self) -> dict[str, Any]:
        """Return the numbers as plain data."""
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        """Return tidy rows, one fact a row."""
        raise NotImplementedError

    def screen(self) -> Screen:
        """Return what is shown on a screen."""
        raise NotImplementedError

    @cached_property
    def certificate(self) -> Mapping[str, Any]:
        """What a sceptic needs to re-check the answer without trusting the solver."""
        return {}

    @property
    def marking(self) -> str:
        """The marking of the scenario."""
        return self.scenario.marking if self.scenario else "unclassified"

    def notices(self) -> dict[str, str]:
        """Return what every output has to say of the case, beside its marking.

        Returns
        -------
        dict of str to str
            ``fictional``, ``what if``, ``own roster`` and ``source``, where they apply.
        """
        scenario, found = self.scenario, dict[str, str]()
        if scenario is None:
            return found
        if scenario.fictional:
            found["fictional"] = "states, positions and numbers are invented"
        if scenario.changes:
            found["what if"] = ", ".join(f"{s}={v}" for s, v in scenario.changes.items())
        venues = [v for o in scenario.options for v in o.venues]
        own = {"; ".join(v.bound.roster.notes) for v in venues if v.bound.roster.own}
        if own:
            found["own roster"] = " | ".join(sorted(own))
        if scenario.attribution:
            found["source"] = " | ".join(scenario.attribution)
        return found

    def page(self) -> Screen:
        """Return the screen with the notices that every output carries.

        Returns
        -------
        Screen
        """
        screen, notices = self.screen(), self.notices()
        first = [Block("FICTIONAL", notices["fictional"])] if "fictional" in notices else []
        last = []
        if "what if" in notices:
            rows = tuple(("", line) for line in self.changed)
            last.append(Block("WHAT IF", notices["what if"], rows))
        if "own roster" in notices:
            last.append(Block("OWN ROSTER", notices["own roster"]))
        if "source" in notices:
            last.append(Block("SOURCE", notices["source"]))
        blocks = list(screen.blocks)
        after = [blocks.pop()] if blocks and blocks[-1].heading == "NEXT" else []
        return Screen(screen.title, screen.marking, (*first, *blocks, *last, *after))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts; exact numbers as text.
        """
        scenario = self.scenario
        return {
            "format": FORMAT,
            "kind": self.kind,
            "scenario": scenario.name if scenario else None,
            "title": scenario.title if scenario else None,
            "marking": self.marking,
            "fictional": scenario.fictional if scenario else False,
            "what_if": dict(scenario.changes) if scenario else {},
            "what_if_changed": list(self.changed),
            "notices": self.notices(),
            "answer": self.answer(),
            "guarantee": self.guarantee,
            "certificate": dict(self.certificate),
            "assumptions": [
                {"place": a.place, "origin": a.origin, "what": a.what} for a in self.assumptions
            ],
            "attribution": list(scenario.attribution) if scenario else [],
            "provenance": self.provenance.to_dict(),
        }

    def to_json(self) -> str:
        """Return :meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the tidy rows as a pandas data frame; needs pandas."""
        import pandas as pd

        return pd.DataFrame(self.rows() or None, columns=self.frame_columns())

    def frame_columns(self) -> list[str]:
        """List the columns of :meth:`rows`, in order."""
        return list(dict.fromkeys([*self.columns, *(key for row in self.rows() for key in row)]))

    def verify(self) -> bool:
        """Re-check the certificate in exact arithmetic.

        Returns
        -------
        bool
            True when every check passes.
        """
        from coalitions.verification.verification import verify

        return verify(self.to_dict()).passed

    def __str__(self) -> str:
        """Return the screen as aligned text."""
        return screen_text(self.page())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the screen at the prompt of IPython, where the fields would fill pages."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        """Return the screen as HTML, for notebooks; every text is escaped."""
        screen = self.page()
        parts = [
            f"<p><strong>{html.escape(screen.title)}</strong> "
            f"<em>{html.escape(screen.marking)}</em></p>"
        ]
        for block in screen.blocks:
            parts.append(f"<p><b>{html.escape(block.heading)}</b> {html.escape(block.aside)}</p>")
            if block.rows:
                cells = "".join(
                    f'<tr><td style="{CELL};white-space:nowrap">{html.escape(label)}</td>'
                    f'<td style="{CELL}">{html.escape(text)}</td></tr>'
                    for label, text in block.rows
                )
                parts.append(f'<table style="font-size:inherit;margin-left:1em">{cells}</table>')
        return "".join(parts)


def screen_text(screen: Screen, width: int = 100) -> str:
    """Lay out a screen as plain text.

    Parameters
    ----------
    screen : Screen
        The content.
    width : int
        Columns; long texts are wrapped under their label.

    Returns
    -------
    str
    """
    import textwrap

    marking = f"  {screen.marking}" if screen.marking else ""
    lines = [f"{screen.title}{marking.rjust(width - len(screen.title))}".rstrip()]
    for block in screen.blocks:
        head = f"{block.heading}  {block.aside}" if block.aside else block.heading
        lines += textwrap.wrap(head, width, subsequent_indent="    ")
        pad = min(38, max((len(label) for label, _ in block.rows), default=0))
        for label, text in block.rows:
            indent = " " * (pad + 4)
            wrapped = textwrap.wrap(text, width - len(indent)) or [""]
            first = f"  {label.ljust(pad)}  "
            lines.append((first + wrapped[0]).rstrip())
            lines += [indent + more for more in wrapped[1:]]
    return "\n".join(lines)
