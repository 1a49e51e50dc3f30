"""The command ``game``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from coalitions.cli.options import Output, draw, emit, output_options, own_table, patience
from solvers.errors import EngineError

if TYPE_CHECKING:
    from coalitions.bodies.rosters import BoundDecision
    from coalitions.games.rule_concepts import RuleGame
    from solvers.games.game import TUGame
    from solvers.rules.rule import Rule

__all__ = ["command"]

MAX_TABLE = 8  # players of a rule that is written out as a table whatever is asked


def _groups(texts: tuple[str, ...]) -> list[list[str]] | None:
    """Read groups of players: A,B;C,D."""
    groups = [
        [name.strip() for name in group.split(",") if name.strip()]
        for text in texts
        for group in text.split(";")
    ]
    return [group for group in groups if group] or None


def _links(text: str | None) -> list[list[str]] | None:
    """Read links: A-B,B-C."""
    if text is None:
        return None
    links = []
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) != 2 or not all(ends):
            raise EngineError(f"--graph: {part.strip()!r} is no link such as A-B")
        links.append(ends)
    return links


def _point(text: str | None) -> list[Any] | None:
    """Read the shares of a point: 1,1/2,0.5."""
    if text is None:
        return None
    from coalitions.games.reference_file import read_number

    return [read_number(part) for part in text.split(",")]


def _of_rule(rule: Rule, names: list[str]) -> TUGame | RuleGame:
    """Write a rule out as a table where it is small, or where a concept needs the table."""
    from coalitions.games.concepts import concept_named
    from coalitions.games.rule_concepts import RULE_CONCEPTS, RuleGame

    large = rule.n_players > MAX_TABLE
    everything = [n.casefold() for n in names] == ["all"]
    if large and not everything and all(concept_named(n).name in RULE_CONCEPTS for n in names):
        return RuleGame(rule)
    from solvers.games.construct import MAX_RULE, from_rule

    return RuleGame(rule) if rule.n_players > MAX_RULE else from_rule(rule)


def _split(texts: tuple[str, ...]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def _bound(
    name: str,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
) -> BoundDecision:
    """Bind the rule of a body or of a literal game."""
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision

    body = load_body(name)
    date = day.date() if day else None
    return bind_decision(body, decision, reading, date, own_roster=own_table(body, table))


def _refuse_unused(names: list[str], given: dict[str, tuple[str, object]]) -> None:
    """Refuse what is given beside a game and no concept that is asked for reads."""
    from coalitions.games.concepts import CONCEPTS, concept_named

    if not names or [n.casefold() for n in names] == ["all"]:
        return
    read = {concept_named(name).needs for name in names}
    for word, (need, value) in given.items():
        if value and need not in read:
            takers = ", ".join(c.name for c in CONCEPTS.values() if c.needs == need)
            raise EngineError(f"{word}: no concept asked for reads it; {takers} would")


def _table(name: str) -> TUGame | None:
    """Read a game from a file with worths; None when the name is a body or a literal game."""
    from pathlib import Path

    if name.lstrip().startswith("[") or not (name == "-" or Path(name).suffix in (".csv", ".json")):
        return None
    from coalitions.files.text_files import is_file
    from coalitions.games.game_file import read_game

    if name.lower().endswith(".json") and is_file(name):
        from coalitions.files.json_text import read_json

        read_json(name)  # says which coalition stands twice, and where it is no JSON
    return read_game(name)


@click.command("game")
@click.argument("game", required=False)
@click.option(
    "--concept", "concepts", multiple=True, metavar="NAME",
    help="A solution concept, or 'all'; repeatable.",
)  # fmt: skip
@click.option(
    "--property", "properties", multiple=True, metavar="NAME",
    help="A property of a decision rule, or 'all'; repeatable. [default without a concept: all]",
)  # fmt: skip
@click.option(
    "--unions", multiple=True, metavar="A,B;C,D", help="Players that have agreed to act together."
)
@click.option("--structure", multiple=True, metavar="A,B;C", help="A partition of the players.")
@click.option("--graph", metavar="A-B,B-C", help="Links between players.")
@click.option("--point", metavar="X,Y,...", help="A point to test, in the order of the players.")
@click.option("--decision", metavar="NAME", help="Of a body. [default: its first]")
@click.option("--reading", metavar="NAME", help="Reading of the rule of a body.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@click.option(
    "--not-yes",
    type=click.Choice(["against", "abstain"]),
    default="against",
    show_default=True,
    help="What a member does that does not vote for.",
)
@click.option("--plot", metavar="FILE.svg", help="Draw the shares, as .svg or .png.")
@click.option("--list", "listed", is_flag=True, help="List the concepts: limit, cost and source.")
@output_options
def command(
    game: str | None,
    concepts: tuple[str, ...],
    properties: tuple[str, ...],
    unions: tuple[str, ...],
    structure: tuple[str, ...],
    graph: str | None,
    point: str | None,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
    not_yes: str,
    plot: str | None,
    listed: bool,
    output: Output,
) -> None:
    """Say what kind of game GAME is; compute solution concepts: values, core, nucleolus, kernel.

    GAME is a shipped body, a body file, or a literal game such as '[39; 7*5, 1*10]', worth 1 to
    who wins; or a file of worths (CSV with the columns coalition and worth, or JSON). Of a
    decision rule the properties are shown, each with what proves it, where no concept is named.

    Example: coalitions game un-security-council --property weighted --property dimension
    """
    if listed:
        _list(output)
        return
    if game is None:
        raise click.UsageError("name a GAME, or ask for the concepts with --list")
    names, wanted = _split(concepts), _split(properties)
    if names and wanted:
        raise EngineError("ask for concepts or for properties, not for both")
    given = {"--unions": ("unions", unions), "--structure": ("structure", structure)}
    _refuse_unused(names, given | {"--graph": ("links", graph), "--point": ("point", point)})
    found: TUGame | RuleGame | None = _table(game)
    if found is None:
        bound = _bound(game, decision, reading, day, table)
        beside = unions or structure or graph is not None or point is not None
        if not names and not beside:
            if plot:
                raise EngineError("--plot draws the shares of a --concept, no properties")
            from coalitions.power_indices.game import game as properties_of

            everything = [name.casefold() for name in wanted] == ["all"]
            emit(properties_of(bound, None if everything else wanted or None, not_yes), output)
            return
        found = _of_rule(bound.rule.project(not_yes), names)
    elif wanted:
        raise EngineError("--property is for a decision rule; of worths ask for a --concept")
    elif decision or reading or day or table:
        words = "--decision, --reading, --date and --table are for a body"
        raise EngineError(f"{words}, not for a file of worths")
    from coalitions.games.game_concepts import game_concepts

    with patience(output):
        result = game_concepts(
            found, names or None, name=game, unions=_groups(unions),
            structure=_groups(structure), links=_links(graph), point=_point(point),
        )  # fmt: skip
    draw(result, {"bars": plot}, output)
    emit(result, output)


def _list(output: Output) -> None:
    from coalitions.answers.results import Block, Screen, screen_text
    from coalitions.games.concepts import CONCEPTS
    from coalitions.reports.tables import RENDERERS

    rows = [concept.row() for concept in CONCEPTS.values()]
    if output.format == "json":
        output.write(json.dumps(rows, indent=2, ensure_ascii=False))
    elif output.format == "table":
        blocks = tuple(
            Block(row["name"], row["title"], tuple((k, row[k]) for k in list(row)[2:]))
            for row in rows
        )
        output.write(screen_text(Screen("Solution concepts", "", blocks)))
    else:
        output.write(RENDERERS[output.format](rows, list(rows[0])))
