"""The command ``passage``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from coalitions.cli.options import (
    Output,
    emit,
    load_scenario,
    output_options,
    own_table,
    scenario_options,
)
from solvers.errors import EngineError

__all__ = ["command"]


def _chances(texts: tuple[str, ...], word: str, common: str) -> tuple[str, dict[str, str]]:
    """Read P for everybody, and A,B=P for some."""
    found, own = None, dict[str, str]()
    for text in texts:
        names, mark, chance = text.rpartition("=")
        if not mark:
            if found not in (None, chance):
                raise EngineError(f"--{word} is given twice for all members: {found} and {chance}")
            found = chance
            continue
        if not names.strip(" ,"):
            raise EngineError(f"--{word} {text}: write P, or members and P, such as CHN,RUS=0.2")
        for name in filter(None, (n.strip() for n in names.split(","))):
            if own.setdefault(name, chance.strip()) != chance.strip():
                raise EngineError(f"--{word} names {name} twice with different probabilities")
    return found or common, own


def _bloc(text: str) -> tuple[list[str], str]:
    names, mark, chance = text.rpartition("=")
    members, chance = (names, chance.strip()) if mark else (text, "1")
    return [n.strip() for n in members.split(",") if n.strip()], chance


@click.command("passage")
@click.argument("body")
@click.option(
    "--yes", multiple=True, metavar="P|A,B=P",
    help="Probability to vote for, of all or of some members; repeatable. [default: 0.5]",
)  # fmt: skip
@click.option(
    "--abstain", multiple=True, metavar="P|A,B=P",
    help="Probability to abstain; the rest votes against. [default: 0]",
)  # fmt: skip
@click.option(
    "--bloc", "blocs", multiple=True, metavar="A,B[=P]",
    help="Members that vote as one, always or with probability P; repeatable.",
)  # fmt: skip
@click.option(
    "--factor", metavar="C", help="Correlation of all leanings through one common factor."
)
@click.option("--option", metavar="KEY", help="Of a scenario: the option.")
@click.option("--route", metavar="NAME", help="Of a scenario: the body or route.")
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@scenario_options
@output_options
def command(
    body: str,
    yes: tuple[str, ...],
    abstain: tuple[str, ...],
    blocs: tuple[str, ...],
    factor: str | None,
    option: str | None,
    route: str | None,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
    what_if: tuple[str, ...],
    output: Output,
) -> None:
    """Say how probable it is that a decision of BODY passes, and who moves that most.

    BODY is a shipped name, a body file, or a game such as '[39; 7*5, 1*10]'; or a scenario, whose
    chances and correlation are then taken. Probabilities are exact: write 0.4 or 2/5.

    Example: coalitions passage un-security-council --yes 0.6 --yes CHN,RUS=0.2 --bloc CHN,RUS=0.9
    """
    from coalitions.files.exact_input import refuse_extreme
    from coalitions.power_indices.passage import passage, scenario_passage
    from coalitions.scenarios.file_kind import is_scenario

    joined = [_bloc(b) for b in blocs]
    for word, texts in (("--yes", yes), ("--abstain", abstain), ("--factor", (factor or "0",))):
        for text in texts:
            refuse_extreme(word, text.rpartition("=")[2])
    for _, chance in joined:
        refuse_extreme("--bloc", chance)
    if is_scenario(body):
        _refuse({"--decision": decision, "--date": day, "--table": table}, "scenario", "a body")
        case = load_scenario(body, what_if, reading)
        own = _entered(yes, abstain)
        emit(
            scenario_passage(case, option, route, chances=own, blocs=joined, factor=factor), output
        )
        return
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision

    given = {"--option": option, "--route": route, "--what-if": what_if}
    _refuse(given, "body", "a scenario")
    named, date = load_body(body), day.date() if day else None
    bound = bind_decision(named, decision, reading, date, own_roster=own_table(named, table))
    for_, yes_of = _chances(yes, "yes", "1/2")
    idle, abstain_of = _chances(abstain, "abstain", "0")
    found = passage(
        bound, for_, idle, yes_of=yes_of, abstain_of=abstain_of, blocs=joined, factor=factor
    )
    emit(found, output)


def _refuse(given: Mapping[str, object], here: str, elsewhere: str) -> None:
    """Refuse options that say nothing where they stand."""
    for name, value in given.items():
        if value:
            raise EngineError(f"{name} is for {elsewhere}; here a {here} is named")


def _entered(yes: tuple[str, ...], abstain: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Read chances of some states of a scenario; who is named for one is named for the other."""
    found = {}
    (common, for_), (common_idle, idle) = (
        _chances(texts, word, "") for texts, word in ((yes, "yes"), (abstain, "abstain"))
    )
    if common or common_idle:
        raise EngineError("a scenario has chances of its own: name states, such as --yes CHN=0.4")
    for name in idle:
        if name not in for_:
            raise EngineError(f"--abstain names {name}, and --yes does not; give both")
    for name, chance in for_.items():
        found[name] = (chance, idle.get(name, "0"))
    return found
