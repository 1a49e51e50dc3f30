"""The command ``passage``."""

from __future__ import annotations

from datetime import datetime

import click

from coalitions.cli.options import Output, emit, output_options
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
@click.option(
    "--nodes", type=int, default=32, show_default=True,
    help="Nodes of the quadrature that stands for the factor.",
)  # fmt: skip
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@click.option("--reading", metavar="NAME", help="Reading of the rule.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@output_options
def command(
    body: str,
    yes: tuple[str, ...],
    abstain: tuple[str, ...],
    blocs: tuple[str, ...],
    factor: str | None,
    nodes: int,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
    output: Output,
) -> None:
    """Say how probable it is that a decision of BODY passes, and who moves that most.

    BODY is a shipped name, a body file, or a game such as '[39; 7*5, 1*10]'. Probabilities are
    exact: write 0.4 or 2/5.

    Example: coalitions passage un-security-council --yes 0.6 --yes CHN,RUS=0.2 --bloc CHN,RUS=0.9
    """
    from coalitions.bodies import load_body
    from coalitions.passage import passage
    from coalitions.rosters import bind_decision

    own = {"table": table, "note": f"weights table {table} named on the command line"}
    bound = bind_decision(
        load_body(body), decision, reading, day.date() if day else None,
        own_roster=own if table else None,
    )  # fmt: skip
    for_, yes_of = _chances(yes, "yes", "1/2")
    idle, abstain_of = _chances(abstain, "abstain", "0")
    found = passage(
        bound, for_, idle, yes_of=yes_of, abstain_of=abstain_of, blocs=[_bloc(b) for b in blocs],
        factor=factor, nodes=nodes,
    )  # fmt: skip
    emit(found, output)
