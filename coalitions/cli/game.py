"""The command ``game``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from coalitions.cli.options import Output, emit, output_options
from solvers.errors import EngineError

if TYPE_CHECKING:
    from coalitions.rule_concepts import RuleGame
    from solvers.games.game import TUGame
    from solvers.rules import Rule

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
    from coalitions.reference_file import read_number

    return [read_number(part) for part in text.split(",")]


def _of_rule(rule: Rule, names: list[str]) -> TUGame | RuleGame:
    """Write a rule out as a table where it is small, or where a concept needs the table."""
    from coalitions.concepts import concept_named
    from coalitions.rule_concepts import RULE_CONCEPTS, RuleGame

    large = rule.n_players > MAX_TABLE
    everything = [n.casefold() for n in names] == ["all"]
    if large and not everything and all(concept_named(n).name in RULE_CONCEPTS for n in names):
        return RuleGame(rule)
    from solvers.games.construct import MAX_RULE, from_rule

    return RuleGame(rule) if rule.n_players > MAX_RULE else from_rule(rule)


def _table(name: str) -> TUGame | None:
    """Read a game from a file with worths; None when the name is a body or a literal game."""
    from pathlib import Path

    if name.lstrip().startswith("[") or not (name == "-" or Path(name).suffix in (".csv", ".json")):
        return None
    from coalitions.game_file import read_game

    return read_game(name)


@click.command("game")
@click.argument("game", required=False)
@click.option(
    "--concept", "concepts", multiple=True, metavar="NAME",
    help="A solution concept, or 'all'; repeatable.",
)  # fmt: skip
@click.option(
    "--unions", multiple=True, metavar="A,B;C,D", help="Players that have agreed to act together."
)
@click.option("--structure", multiple=True, metavar="A,B;C", help="A partition of the players.")
@click.option("--graph", metavar="A-B,B-C", help="Links between players.")
@click.option("--point", metavar="X,Y,...", help="A point to test, in the order of the players.")
@click.option("--decision", metavar="NAME", help="Of a body. [default: its first]")
@click.option("--reading", metavar="NAME", help="Reading of the rule of a body.")
@click.option("--list", "listed", is_flag=True, help="List the concepts: limit, cost and source.")
@output_options
def command(
    game: str | None,
    concepts: tuple[str, ...],
    unions: tuple[str, ...],
    structure: tuple[str, ...],
    graph: str | None,
    point: str | None,
    decision: str | None,
    reading: str | None,
    listed: bool,
    output: Output,
) -> None:
    """Compute solution concepts of GAME: values, core, nucleolus, kernel, properties.

    GAME is a file of worths (CSV with the columns coalition and worth, or JSON), a shipped
    body, a body file, or a literal game such as '[39; 7*5, 1*10]', worth 1 to who wins.

    Example: coalitions game '[51; 50, 49, 1]' --concept nucleolus --concept core_vertices
    """
    if listed:
        _list(output)
        return
    if game is None:
        raise click.UsageError("name a GAME, or ask for the concepts with --list")
    names = [part for text in concepts for part in text.split(",") if part.strip()]
    found: TUGame | RuleGame | None = _table(game)
    if found is None:
        from coalitions.bodies import load_body
        from coalitions.rosters import bind_decision

        bound = bind_decision(load_body(game), decision, reading, None)
        found = _of_rule(bound.rule.project("against"), names)
    elif decision or reading:
        raise EngineError("--decision and --reading are for a body, not for a file of worths")
    from coalitions.game_concepts import game_concepts

    emit(
        game_concepts(
            found, names or None, name=game, unions=_groups(unions),
            structure=_groups(structure), links=_links(graph), point=_point(point),
        ),
        output,
    )  # fmt: skip


def _list(output: Output) -> None:
    from coalitions.concepts import CONCEPTS
    from coalitions.results import Block, Screen, screen_text
    from coalitions.tables import RENDERERS

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
