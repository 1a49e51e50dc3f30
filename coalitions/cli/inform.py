"""The command ``inform``."""

from __future__ import annotations

import click

from coalitions.cli.options import (
    Output,
    emit,
    load_scenario,
    output_options,
    scenario_options,
)
from solvers.errors import EngineError

__all__ = ["command"]


def _chances(texts: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Read A,B=FOR or A,B=FOR/ABSTAIN."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        names, mark, numbers = text.rpartition("=")
        yes, _, abstain = numbers.partition("/")
        if not mark or not names.strip():
            raise EngineError(f"--chance {text}: write STATE=FOR/ABSTAIN, such as CHN=0.5/0.3")
        for name in filter(None, (n.strip() for n in names.split(","))):
            if name in found:
                raise EngineError(f"--chance names {name} twice")
            found[name] = (yes.strip(), abstain.strip() or "0")
    return found


@click.command("inform")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="The option. [default: all]")
@click.option(
    "--chance", "chances", multiple=True, metavar="A,B=FOR/ABSTAIN",
    help="Chances of the votes of some states, as decimals; repeatable.",
)  # fmt: skip
@click.option(
    "--correlation", metavar="C",
    help="Correlation of all leanings; 0 for none. [default: that of the scenario]",
)  # fmt: skip
@click.option(
    "--together", type=click.IntRange(min=1), default=1, show_default=True,
    help="How many states are asked together.",
)  # fmt: skip
@scenario_options
@output_options
def command(
    scenario: str,
    option: str | None,
    chances: tuple[str, ...],
    correlation: str | None,
    together: int,
    what_if: tuple[str, ...],
    reading: str | None,
    output: Output,
) -> None:
    """Say how probable SCENARIO's options are to pass, and whose position to find out first.

    Example: coalitions inform syria-cross-border-2019-2022 --option draft-2020-654
    """
    from coalitions.files.exact_input import refuse_extreme
    from coalitions.forecasts.inform import inform

    given = _chances(chances)
    for number in (part for pair in given.values() for part in pair):
        refuse_extreme("--chance", number)
    refuse_extreme("--correlation", correlation or "0")
    case = load_scenario(scenario, what_if, reading)
    emit(inform(case, option, given, correlation, together), output)
