"""The command ``packages``."""

from __future__ import annotations

from typing import Any, Literal

import click

from coalitions.cli.options import (
    Output,
    draw,
    emit,
    load_scenario,
    output_options,
    progress_remarks,
    refuse_entered,
    scenario_options,
    solver_options,
)
from solvers.errors import EngineError

__all__ = ["command"]


@click.command("packages")
@click.argument("scenario")
@click.option(
    "--option", metavar="KEY",
    help="The option. [default: the only one; with several, all are ranked]",
)  # fmt: skip
@click.option("--venue", metavar="KEY", help="The venue. [default: the option's first]")
@click.option("--without-amendments", is_flag=True, help="Leave the text as it stands.")
@click.option(
    "--rank", is_flag=True, help="Rank all options in all venues, even if there is one of each."
)
@click.option(
    "--k", type=click.IntRange(1, 10_000), metavar="N", help="List the N cheapest packages."
)
@click.option(
    "--diverse", type=click.IntRange(min=1), metavar="D",
    help="With --k: each differs from all before it in D amendments, links or recipients.",
)  # fmt: skip
@click.option("--pareto", is_flag=True, help="The front of cost, legitimacy and durability.")
@click.option(
    "--durability", type=click.Choice(["survival", "buffer"]), default="survival",
    show_default=True,
    help="With --pareto: votes that may fall, or a buffer on every margin.",
)  # fmt: skip
@click.option(
    "--levels", default="0,1,2", show_default=True, metavar="LIST",
    help="With --pareto: levels of durability.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(dir_okay=False), metavar="FILE",
    help="With --pareto: draw the front into a .svg or .png file.",
)  # fmt: skip
@click.option(
    "--survive", type=click.IntRange(min=0), metavar="N",
    help="It must still work after any N one-level falls of votes.",
)  # fmt: skip
@click.option("--against-rival", metavar="W", help="A rival with W margin units must not break it.")
@click.option(
    "--robust", metavar="BUFFER", help="It must still work if every margin is lower by BUFFER."
)
@click.option(
    "--probability", metavar="P",
    help="It must pass with probability P, margins anywhere in their intervals.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["auto", "decomposition", "budgets", "programme"]),
    default="auto", show_default=True, help="Which engine finds the cheapest package.",
)  # fmt: skip
@click.option(
    "--second", metavar="ENGINE",
    help="Ask a second engine or back end too, and say whether the two agree.",
)  # fmt: skip
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Relative gap at which the solver may stop; an answer that is not proved is 'bounded'.",
)
@scenario_options
@solver_options
@output_options
def command(
    scenario: str,
    option: str | None,
    venue: str | None,
    without_amendments: bool,
    rank: bool,
    k: int | None,
    diverse: int | None,
    pareto: bool,
    durability: Literal["survival", "buffer"],
    levels: str,
    plot: str | None,
    survive: int | None,
    against_rival: str | None,
    robust: str | None,
    probability: str | None,
    engine: str,
    second: str | None,
    gap: float,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Find the cheapest concession package that brings an option of SCENARIO through.

    Example: coalitions packages council-of-seven --without-amendments

    Example: coalitions packages council-of-seven --k 10

    Example: coalitions packages council-of-seven --pareto --durability buffer --levels 0,1,2,3

    Example: coalitions packages council-of-seven --without-amendments --survive 1
    """
    from coalitions.files.exact_input import exact_number, exact_numbers

    flags = {"survive": "--survive", "rival": "--against-rival", "buffer": "--robust"}
    flags["chance"] = "--probability"
    demands: dict[str, Any] = {"survive": survive, "rival": against_rival}
    demands |= {"buffer": robust, "chance": probability}
    asked = [name for name, value in demands.items() if value is not None]
    kinds = [*asked, *(["k"] if k else []), *(["pareto"] if pareto else []), *(["rank"] * rank)]
    if len(kinds) > 1:
        raise EngineError(f"ask one thing at a time: {' and '.join(kinds)} are different questions")
    if diverse is not None and k is None:
        raise EngineError("--diverse goes with --k, the number of packages to list")
    if plot is not None and not pareto:
        raise EngineError("--plot draws a front: it goes with --pareto")
    if not pareto:
        refuse_entered(("levels", "durability"), "--pareto")
    case = load_scenario(scenario, what_if, reading)
    how: dict[str, Any] = {
        "solver": solver,
        "time_limit": time_limit,
        "without_amendments": without_amendments,
    }
    if k is not None:
        from coalitions.concessions.package_list import list_packages

        emit(list_packages(case, k, option, venue, distance=diverse or 0, **how), output)
    elif pareto:
        from coalitions.concessions.package_front import package_front

        exact = exact_numbers("--levels", levels)
        front = package_front(case, durability, exact, option, venue, **how)
        draw(front, {"bars": plot}, output)
        emit(front, output)
    elif rank or (option is None and venue is None and len(case.options) > 1 and not asked):
        from coalitions.concessions.package_ranking import rank_options

        emit(rank_options(case, gap=gap, engine=engine, **how), output)
    else:
        from coalitions.concessions.package_demands import Demand
        from coalitions.concessions.packages import packages

        demand = None
        for kind, value in demands.items():
            if value is not None:
                demand = Demand(kind, exact_number(flags[kind], str(value)))
        how |= {"engine": engine, "second": second, "progress": progress_remarks(output)}
        emit(packages(case, option, venue, gap=gap, demand=demand, **how), output)
