"""Pictures inside a report: the whip count as a strip of squares, margins with intervals."""

from __future__ import annotations

from fractions import Fraction
from math import floor, log10

from coalitions.answers.results import number_text
from coalitions.bodies.states import state_name
from coalitions.decisions.verdicts import VenueVerdict, margin_span, vote_order
from coalitions.reports.report_page import escaped
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = ["margin_picture", "strip_picture"]

SIDE = 24
ONE_ROW = 20
"""Most members whose squares stand in one row, with a mark at the votes that are needed."""
_CLASS = {YES: "for", ABSTAIN: "abstain", NO: "against", ABSENT: "absent"}
_GLYPH = {YES: "M6 12l4 4 7-9", NO: "M7 7l10 10M17 7l-10 10", ABSTAIN: "M6.5 12h11", ABSENT: ""}
_OPEN = "M8.5 9a3.5 3.5 0 1 1 5 3.2q-1.5.8-1.5 2.3M12 18v.1"


def strip_picture(v: VenueVerdict) -> str:
    """Draw a whip count: a square for each member, and where the needed number is reached.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.

    Returns
    -------
    str
        An SVG figure as HTML; nothing where nobody was asked to vote.
    """
    if v.basis == "without a vote":
        return ""
    squares = [_square(s.vote, s.is_open, s.low != s.high) for s in vote_order(v.votes)]
    if v.basis == "totals":
        levels = (YES, ABSTAIN, NO, ABSENT)
        counts = dict(zip((YES, NO, ABSTAIN, ABSENT), v.totals, strict=False))
        squares = [_square(level, False, False) for level in levels for _ in range(counts[level])]
    n = len(squares)
    columns = n if n <= ONE_ROW else 16 if n <= 64 else 28
    lines = -(-n // columns)
    drawn = "".join(
        f'<g transform="translate({k % columns * SIDE} {k // columns * SIDE})">{square}</g>'
        for k, square in enumerate(squares)
    )
    height = lines * SIDE
    needed = [f for f in (v.diagnosis.findings if v.diagnosis else ()) if f.kind == "count"]
    words, told = [], _told(v)
    if lines == 1 and len(needed) == 1 and 0 < needed[0].threshold <= n:
        at, text = needed[0].threshold * SIDE, f"{needed[0].threshold} needed"
        anchor = "end" if at > columns * SIDE / 2 else "start"
        drawn += f'<path class="ink" stroke-width="2" d="M{at} 0V32"/>'
        drawn += f'<text x="{at + (-5 if anchor == "end" else 5)}" y="38" text-anchor="{anchor}">'
        drawn += f"{text}</text>"
        height = 44
        told += f", {text}"
    if any(s.low != s.high and not s.is_open for s in v.votes):
        words.append("dashed: the vote is uncertain")
    if any(s.is_open for s in v.votes):
        words.append("question mark: nothing is known")
    key = "tick for, bar abstaining, cross against" + "".join(f"; {w}" for w in words)
    width = columns * SIDE
    return (
        f'<figure><svg role="img" aria-label="{escaped(told)}" viewBox="-1 -1 {width + 2} '
        f'{height + 2}" style="max-width:{min(720, int(width * 1.4))}px">{drawn}</svg>'
        f"<figcaption>One square a member: {key}.</figcaption></figure>"
    )


def _square(level: int, is_open: bool, unsure: bool) -> str:
    kind, glyph = ("unknown", _OPEN) if is_open else (_CLASS[level], _GLYPH[level])
    edge = '<rect class="edge" x="2" y="2" width="20" height="20" rx="4"/>' if unsure else ""
    size = 'x="2" y="2" width="20" height="20" rx="4"'
    mark = f'<path class="glyph" d="{glyph}"/>' if glyph else ""
    return f'<rect class="{kind}" {size}/>{mark}{edge if not is_open else ""}'


def _told(v: VenueVerdict) -> str:
    words = ("for", "against", "abstaining", "absent", "unknown")
    counted = [f"{n} {word}" for n, word in zip(v.totals, words, strict=True) if n]
    return "Votes: " + ", ".join(counted or ["none known"])


def margin_picture(v: VenueVerdict, unit: str) -> str:
    """Draw margins: a point and its interval for each state, the band in which it acquiesces.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.
    unit : str
        Unit of the margins.

    Returns
    -------
    str
        An SVG figure as HTML; nothing where no payoffs are entered.
    """
    spans = [(s, margin_span(v, s)) for s in v.votes]
    rows = [(s, span, s.band) for s, span in spans if span is not None and s.band is not None]
    if not rows:
        return ""
    rows.sort(key=lambda row: -row[1][1])
    low = min(float(min(span[0], -band)) for _, span, band in rows)
    high = max(0.0, *(float(span[2]) for _, span, _ in rows))
    step = _step(high - low)
    low, high = floor(low / step) * step, -floor(-high / step) * step
    left, width, line = 112, 248, 26
    wide = (high - low) or 1.0

    def x(value: float | Fraction) -> str:
        return f"{left + (float(value) - low) / wide * width:.1f}"

    bottom = len(rows) * line + 4
    drawn = []
    for k in range(round((high - low) / step) + 1):
        at = low + k * step
        drawn.append(f'<path class="line" d="M{x(at)} 0V{bottom}"/>')
        drawn.append(
            f'<text class="soft" x="{x(at)}" y="{bottom + 14}" text-anchor="middle">{at:g}</text>'
        )
    told = []
    for k, (s, (least, middle, most), band) in enumerate(rows):
        y, kind = k * line + 15, _CLASS[s.vote]
        name = state_name(s.state)
        short = name if len(name) <= 13 else name[:12] + "…"
        drawn.append(f'<text x="{left - 10}" y="{y + 4}" text-anchor="end">{escaped(short)}</text>')
        size = float(x(0)) - float(x(-band))
        drawn.append(
            f'<rect class="band" x="{x(-band)}" y="{y - 9}" width="{size:.1f}" height="18"/>'
        )
        if least != most:
            drawn.append(f'<path class="span {kind}" d="M{x(least)} {y}H{x(most)}"/>')
        drawn.append(f'<circle class="{kind}" cx="{x(middle)}" cy="{y}" r="5"/>')
        between = f", {number_text(least)} to {number_text(most)}" if least != most else ""
        told.append(f"{name} {number_text(middle)}{between}, {level_name(s.vote)}")
    drawn.append(f'<path class="ink" stroke-width="1.5" d="M{x(0)} 0V{bottom}"/>')
    label = f"Margins in {unit}: {'; '.join(told)}"
    return (
        f'<figure><svg role="img" aria-label="{escaped(label)}" viewBox="0 -2 372 {bottom + 20}" '
        f'style="max-width:540px">{"".join(drawn)}</svg><figcaption>Margin over what each state '
        f"needs, in {escaped(unit)}: it supports to the right of the line, acquiesces in the "
        "shaded band, objects to the left of it. Lines are the intervals entered.</figcaption>"
        "</figure>"
    )


def _step(wide: float) -> float:
    """Choose a round distance between marks, so that there are about five."""
    if wide <= 0:
        return 1.0
    size: float = 10.0 ** floor(log10(wide / 5))
    return next((size * k for k in (1, 2, 5, 10) if wide / (size * k) <= 6), size * 10)
