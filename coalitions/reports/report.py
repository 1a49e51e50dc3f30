"""The report of a scenario: everything the engine can say of it on one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import GUARANTEES, Block, number_text
from coalitions.answers.wording import marked
from coalitions.bodies.rosters import BoundDecision
from coalitions.bodies.states import state_name
from coalitions.concessions.explain import Explanation, explain
from coalitions.concessions.package_list import PackageListResult, list_packages
from coalitions.concessions.package_parts import part_lines
from coalitions.decisions.chance_lines import chance_words
from coalitions.decisions.verdicts import (
    StateVote,
    VenueVerdict,
    margin_span,
    said_totals,
    vote_chances,
    vote_name,
    vote_order,
)
from coalitions.reports.report_page import escaped, page, prose, rows_table, section, table
from coalitions.reports.report_pictures import margin_picture, strip_picture
from coalitions.scenarios.scenario import Scenario
from coalitions.solving.solve import Solution, solve
from coalitions.solving.venue_answer import VenueAnswer, venue_blocks

if TYPE_CHECKING:
    import os

__all__ = ["Report", "report"]

MAX_TABLE = 60
"""Most members whose votes stand in a table of their own; the lists have all of them."""
MAX_BADGE = 24
"""Longest verdict that is kept on one line, in characters."""
_SHOWN_BEFORE = {"for", "abstain", "against", "absent", "unknown", "leaning"}
_GROUPS = ("for", "abstain", "unknown", "against", "absent")


@dataclass(frozen=True)
class Report:
    """A report, ready to be written.

    Parameters
    ----------
    solution : Solution
        The answer that it tells.
    lists : tuple of PackageListResult or None
        By option and venue: the cheapest packages, where there is one.
    reasons : tuple of Explanation or None
        By option and venue: why nothing works, where nothing does.
    """

    solution: Solution
    lists: tuple[PackageListResult | None, ...]
    reasons: tuple[Explanation | None, ...]

    @property
    def stopped_early(self) -> bool:
        """Whether a limit ended one of the searches."""
        found = [self.solution, *self.lists, *self.reasons]
        return any(r.stopped_early for r in found if r is not None)

    @property
    def html(self) -> str:
        """The page: the same bytes each time, nothing outside it is asked for."""
        return _page(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page whole or not at all.

        Parameters
        ----------
        path : str or path
            The file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        from coalitions.files.safe_write import write_text

        write_text(path, self.html)


def report(
    scenario: Scenario,
    option: str | None = None,
    k: int = 5,
    solver: str = "highs",
    time_limit: float | None = None,
) -> Report:
    """Answer a scenario on one page.

    Parameters
    ----------
    scenario : Scenario
        The case, changed by ``what_if`` or not.
    option : str, optional
        One option; all of them when left out.
    k : int
        So many packages are listed where there is one.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds for each search.

    Returns
    -------
    Report

    Raises
    ------
    EngineError
        If there is no such option.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> page = report(load("libya-2011")).html
    >>> page.count("<section"), "PASSED (recorded)" in page, "http://" in page
    (3, True, False)
    """
    solution = solve(scenario, option, solver=solver, time_limit=time_limit)
    lists: list[PackageListResult | None] = []
    reasons: list[Explanation | None] = []
    for a in solution.answers:
        asked = (a.verdict.option.key, a.verdict.venue.key, solver, time_limit)
        more = a.package.status == "found" and k > 1
        lists.append(list_packages(scenario, k, *asked) if more else None)
        reasons.append(explain(scenario, *asked) if a.package.status == "none" else None)
    return Report(solution, tuple(lists), tuple(reasons))


def _page(told: Report) -> str:
    solution = told.solution
    scenario = solution.scenario
    if scenario is None:
        return page("Report", solution.marking, "", (), "")
    marking = solution.marking
    sections = []
    if len(solution.answers) > 1:
        sections.append(section("glance", "At a glance", marking, [_glance(solution)]))
    routed: set[str] = set()
    answers = zip(solution.answers, told.lists, told.reasons, strict=True)
    for number, (a, found, why) in enumerate(answers, 1):
        title = a.verdict.option.title or a.verdict.option.key
        parts = [*_verdict(a, scenario, routed), *_packages(a, found, scenario), *_reasons(why)]
        sections.append(section(f"answer{number}", title, marking, parts))
    sections.append(section("rests", "What it rests on", marking, _rests_on(told, scenario)))
    sections.append(section("made", "How it was made", marking, _made(told, scenario)))
    credit = "".join(f"<p>{escaped(line)}</p>" for line in scenario.attribution)
    foot = f"{credit}<p>Made by coalitions {escaped(_version(told))}. A vote is not action.</p>"
    return page(scenario.title, marking, _head(told, scenario), sections, foot)


def _head(told: Report, scenario: Scenario) -> str:
    parts = [f"<h1>{escaped(scenario.title)}</h1>"]
    if {o.date for o in scenario.options} == {scenario.date}:  # else each option has its own
        day = f"{scenario.date.day} {scenario.date:%B %Y}"
        parts.append(f'<p class="soft">{day}</p>')
    notices = told.solution.notices()
    if "fictional" in notices:
        text = notices["fictional"].capitalize()
        parts.append(f'<p class="notice"><strong>Fictional.</strong> {escaped(text)}.</p>')
    if "what if" in notices:
        lines = "".join(f"<br>{escaped(line)}" for line in told.solution.changed)
        parts.append(
            f'<p class="notice"><strong>What if</strong> {escaped(notices["what if"])}{lines}</p>'
        )
    if "own roster" in notices:
        text = escaped(notices["own roster"])
        parts.append(f'<p class="notice"><strong>Own roster.</strong> {text}</p>')
    if told.stopped_early:
        parts.append(
            '<p class="notice"><strong>Stopped early.</strong> A search reached its limit: '
            "what is marked as bounded is not proved.</p>"
        )
    if scenario.summary:
        parts.append(f'<p class="lead">{prose(scenario.summary)}</p>')
    note = scenario.context.get("note")
    if note:
        parts.append(f'<p class="soft">{prose(note)}</p>')
    return "\n".join(parts)


def _glance(solution: Solution) -> str:
    rows = []
    for number, a in enumerate(solution.answers, 1):
        v = a.verdict
        title = f'<a href="#answer{number}">{escaped(v.option.title or v.option.key)}</a>'
        where = f"{v.option.date.isoformat()}, {v.venue.bound.body.title}"
        price = escaped(_sentence(a.package.headline()))
        title += f'<br><span class="soft plain">{escaped(where)}</span>'
        rows.append((title, _badge(v), escaped(said_totals(v)), price))
    return table(("Option", "Verdict", "Votes", "Price"), rows)


def _badge(v: VenueVerdict) -> str:
    kind = v.verdict.split()[0]
    short = " short" if len(v.headline) <= MAX_BADGE else ""
    return f'<span class="verdict {escaped(kind)}{short}">{escaped(v.headline)}</span>'


def _verdict(a: VenueAnswer, scenario: Scenario, routed: set[str]) -> Iterator[str]:
    v, bound = a.verdict, a.verdict.venue.bound
    day = f'<span class="short">{v.option.date.isoformat()}</span>'
    asked = escaped(bound.rule.describe())
    yield f'<p class="soft">{escaped(bound.body.title)}, {day} · {asked}</p>'
    yield f"<p>{_badge(v)}{escaped(said_totals(v))}</p>"
    blocks = venue_blocks(a, True, routed)
    if v.status != "eligible":
        yield f'<p class="notice"><strong>{escaped(v.status.capitalize())}.</strong> '
        yield f"{escaped(v.why)}</p>"
    yield strip_picture(v)
    if v.basis != "without a vote":
        yield _voters(v, bound)
    for block in blocks:
        if block.heading == v.headline:
            needs = rows_table(row for row in block.rows if row[0] not in _SHOWN_BEFORE)
            yield f"<h3>Requirements</h3>{needs}" if needs else ""
    if v.basis == "positions":
        yield from _margins(v, scenario)
    # The title, eligibility and verdict stand above, the price below.
    told = {"TEXT", "PRICE", "—", v.headline, v.status.upper()}
    for block in blocks:
        if block.heading not in told:
            yield _block(block)


def _block(block: Block) -> str:
    heading = block.heading.capitalize()
    if not block.rows:
        return f"<h3>{escaped(heading)}</h3><p>{escaped(_sentence(block.aside))}</p>"
    aside = f' <span class="soft">({escaped(block.aside)})</span>' if block.aside else ""
    return f"<h3>{escaped(heading)}{aside}</h3>{rows_table(block.rows)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _voters(v: VenueVerdict, bound: BoundDecision) -> str:
    groups: dict[str, list[StateVote]] = {}
    for s in vote_order(v.votes):
        groups.setdefault(vote_name(v, s), []).append(s)
    lines = []
    for word in _GROUPS:
        who = groups.get(word, [])
        if who:
            chips = "".join(f"<li>{_state(s, v, bound)}</li>" for s in who)
            lines.append(
                f'<dt class="{word}">{escaped(word.capitalize())} {len(who)}</dt>'
                f'<dd><ul class="chips">{chips}</ul></dd>'
            )
    star = ""
    if lines and "permanent" in bound.roster.roster.groups:
        star = '<p class="soft">* permanent member</p>'
    return f'<dl class="votes">{"".join(lines)}</dl>{star}' if lines else ""


def _state(s: StateVote, v: VenueVerdict, bound: BoundDecision) -> str:
    star = "*" if marked(s.state, bound) != s.state else ""
    leaning = s.low != s.high and not s.is_open
    words = f' <span class="soft">({_range(v, s)})</span>' if leaning else ""
    return f"{escaped(state_name(s.state))}{star}{words}"


def _range(v: VenueVerdict, s: StateVote) -> str:
    if s.low == s.high:
        return ""
    return f"{vote_name(v, s, 'low')} to {vote_name(v, s, 'high')}"


def _margins(v: VenueVerdict, scenario: Scenario) -> Iterator[str]:
    picture = margin_picture(v, scenario.unit)
    if picture:
        yield f"<h3>Margins</h3>{picture}"
    if len(v.votes) > MAX_TABLE:
        return
    rows = []
    for s in v.votes:
        span, position = margin_span(v, s), v.option.position(s.state)
        margin = number_text(s.margin) if s.margin is not None else ""
        if span is not None and span[0] != span[2]:
            margin += f" ({number_text(span[0])} to {number_text(span[2])})"
        source = "" if span is not None or s.origin == "what-if" else position.source
        chances = vote_chances(v, s)
        said = "" if chances is None else chance_words(chances).replace(" %", "\u00a0%")
        star = "*" if marked(s.state, v.venue.bound) != s.state else ""
        state = f"{state_name(s.state)}{star}"
        cells = (state, vote_name(v, s), _range(v, s), said, margin, s.origin, source)
        rows.append([escaped(cell) for cell in cells])
    columns = ("State", "Vote", "Range", "Chances", "Margin", "Origin", "Source")
    told = [k for k, name in enumerate(columns) if name != "Chances" or any(r[k] for r in rows)]
    short = [[row[k] for k in told] for row in rows]
    yield "<h3>Position by position</h3>" + table([columns[k] for k in told], short)


def _packages(a: VenueAnswer, found: PackageListResult | None, scenario: Scenario) -> Iterator[str]:
    package = a.package
    rows = rows_table(package.lines()) if package.status == "found" else ""
    yield f"<h3>Cheapest package</h3><p>{escaped(_sentence(package.headline()))}</p>{rows}"
    if found is None or found.case is None or len(found.packages) < 2:
        return
    unit, listed = scenario.unit, []
    for rank, entry in enumerate(found.packages, 1):
        lines = part_lines(found.case.model, entry.package, a.verdict.venue.bound)
        parts = "<br>".join(escaped(f"{label}: {text}") for label, text in lines)
        cost = escaped(f"{number_text(entry.cost)} {unit}")
        listed.append((str(rank), cost, parts or "nothing is conceded"))
    yield (
        f"<h3>Packages in order of cost</h3><p>Found: {escaped(found.headline())}. Each works, and "
        "ceases to when any payment in it is lowered or left out.</p>"
    )
    yield table(("Rank", "Cost", "Package"), listed)


def _reasons(why: Explanation | None) -> Iterator[str]:
    if why is None:
        return
    yield "<h3>Why nothing works</h3>"
    for block in why.screen().blocks:
        if block.heading not in ("FOR", "RESTS ON"):
            yield f"<p><strong>{escaped(block.heading.capitalize())}</strong> "
            yield f"{escaped(block.aside)}</p>{rows_table(block.rows)}"


def _rests_on(told: Report, scenario: Scenario) -> Iterator[str]:
    solution = told.solution
    recorded = [a.verdict for a in solution.answers if a.verdict.basis == "recorded"]
    votes = sum(s.origin == "recorded" for v in recorded for s in v.votes)
    if votes:
        labels = dict.fromkeys(v.option.recorded.label for v in recorded if v.option.recorded)
        yield f"<p>{votes} recorded votes: {escaped(', '.join(labels))}.</p>"
    others = (r for r in (*told.lists, *told.reasons) if r is not None)
    known = set(solution.assumptions).union(*(r.assumptions for r in others))
    if not known:
        yield "<p>No assumption and no estimate.</p>"
        return
    evidence = dict(_evidence(scenario.options))
    for part in (scenario.floor, scenario.amendments, scenario.concessions, scenario.budgets):
        evidence |= dict(_evidence(part))
    evidence |= dict(_evidence(scenario.ties))
    rows = []
    for a in sorted(known):
        source, day, sure = evidence.get(a.place, ("", "", ""))
        place = f"<code>{escaped(a.place)}</code>"
        rows.append((escaped(a.what), *map(escaped, (a.origin, sure, source, day)), place))
    columns = ("What", "Origin", "Confidence", "Source", "Date", "Place")
    yield table(columns, rows, f"{len(rows)} numbers and positions that are not on record")


def _evidence(part: Any) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Find what is known of the origin of every number, by its place in the file."""
    if isinstance(part, BoundDecision):
        return
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _evidence(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from _evidence(value)
    elif is_dataclass(part):
        place = getattr(part, "place", "")
        if isinstance(place, str) and place:
            words = (getattr(part, key, "") for key in ("source", "date", "confidence"))
            source, day, sure = words
            yield place, (source, day, sure)
        for f in fields(part):
            yield from _evidence(getattr(part, f.name))


def _made(told: Report, scenario: Scenario) -> Iterator[str]:
    solution = told.solution
    made = solution.provenance.to_dict()
    rows = [
        ("Scenario", scenario.name),
        ("Input digest", f"SHA-256 {made['input_digest']}"),
        ("Version", f"coalitions {made['version']}"),
        ("Solver", made["solver"] or "none"),
        ("Guarantee", f"{solution.guarantee}: {GUARANTEES[solution.guarantee]}"),
        ("Marking", solution.marking),
    ]
    rosters = dict.fromkeys(
        f"{v.bound.body.title}: {v.bound.roster.origin}, {v.bound.roster.day or 'no day'}"
        for a in solution.answers
        for v in [a.verdict.venue]
    )
    rows += [("Members", text) for text in rosters]
    if scenario.never:
        rows.append(("Red lines", ", ".join(x.replace("_", " ") for x in scenario.never)))
    yield rows_table(rows)


def _version(told: Report) -> str:
    return str(told.solution.provenance.to_dict()["version"])
