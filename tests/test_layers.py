"""Imports point down: kernels < solvers < model < analyses < surfaces < benchmarks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_tree import MODULES, NAMES, ROOT, Import, Module

LAYERS = ("kernels", "solvers", "model", "analyses", "surfaces", "benchmarks")

# Modules (or packages) directly in `coalitions`; a new one is entered in one of these.
MODEL = """
    bodies body_file conditions csv_table datasets document errors exact_input forecast_record
    frame_rows game_file instances joint_routes own_roster position_chances recorded_votes
    reference_file rosters safe_write scenario scenario_build scenario_file scenario_frames
    scenario_instrument_file scenario_instruments scenario_kind scenario_parts
    scenario_payoffs scenario_positions scenario_record scenario_source scenario_ties
    scenario_ties_build scenario_types spelling starter states sweep_document text_files
    version weighted_body wording workbook yaml12
"""
ANALYSES = """
    assess audit audit_payoffs audit_texts backtest backtest_forecast chance_lines compare
    concepts description explain forecast forecast_estimate forecast_features forecast_misses
    forecast_scores frames game game_checks game_concepts game_findings game_verification
    inform inform_votes known_chances links member_tables modelling modelling_offers outline
    package_case package_checks package_demands package_front package_hold_outs package_list
    package_parts package_ranking packages passage position_lines power power_sampled power_structure
    power_verification reference reference_games requirement_words results routes
    rule_concepts scenario_game share solve structure_checks sweep sweep_answer sweep_cases
    sweep_journal sweep_questions sweep_workers venue_answer verdicts verification winning
    winning_checks winning_choice winning_counts winning_lists winning_parquet
"""
SURFACES = """
    cli forecast_picture front_picture margin_picture picture_sheet plot power_pictures report
    report_page report_pictures share_chart share_geometry share_pictures share_simplex
    sweep_picture tables whip_picture
"""
COALITIONS = {
    "model": MODEL.split(),
    "analyses": ANALYSES.split(),  # one module for each question asked
    "surfaces": SURFACES.split(),
}

# Never in `solvers`, not even inside a function: it is useful to those who have none of these.
NOT_FOR_SOLVERS = {"benchmarks", "click", "coalitions", "pydantic", "rich", "yaml"}
# Only inside functions there: a data frame or a picture is made when it is asked for.
LATE_FOR_SOLVERS = {"matplotlib", "pandas"}
FOR_KERNELS = {"__future__", "math", "numba", "numpy", "typing"}
# A command imports these inside its body, so that `--help` stays quick.
LATE_FOR_COMMANDS = {
    *("highspy", "matplotlib", "numba", "numpy", "pandas", "pulp", "pydantic", "rich", "scipy")
}

MAX_LINES = 500


def layer_of(name: str) -> str | None:
    """Name the layer of a module of the project; None when it has none."""
    first, *rest = name.split(".")
    if first == "solvers":
        return "kernels" if rest[:1] == ["kernels"] else "solvers"
    if first == "benchmarks":
        return "benchmarks"
    if not rest:  # the package itself re-exports the whole
        return "surfaces"
    return next((layer for layer, names in COALITIONS.items() if rest[0] in names), None)


def upward(module: Module) -> list[str]:
    """List the imports of a module that point to a layer above its own."""
    own = LAYERS.index(layer_of(module.name) or LAYERS[-1])
    found = []
    for item in module.imports(NAMES):
        if item.target.split(".")[0] not in {"solvers", "coalitions", "benchmarks"}:
            continue
        layer = layer_of(item.target)
        if layer is None or LAYERS.index(layer) > own:
            found.append(f"line {item.line}: {item.target} ({layer or 'in no layer'})")
    return found


def top(item: Import) -> str:
    return item.target.split(".")[0]


def of_layer(*layers: str) -> list[Module]:
    return [module for module in MODULES if layer_of(module.name) in layers]


def by_name(module: Module) -> str:
    return module.name


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_module_stands_in_a_layer(module: Module) -> None:
    assert layer_of(module.name), f"enter {module.name} in COALITIONS of this test"


def test_no_name_stands_in_two_layers() -> None:
    names = [name for group in COALITIONS.values() for name in group]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_imports_point_down(module: Module) -> None:
    assert upward(module) == []


@pytest.mark.parametrize("module", of_layer("kernels", "solvers"), ids=by_name)
def test_solvers_are_usable_alone(module: Module) -> None:
    for item in module.imports(NAMES):
        assert top(item) not in NOT_FOR_SOLVERS, f"line {item.line}"
        assert not (item.at_import and top(item) in LATE_FOR_SOLVERS), f"line {item.line}"


@pytest.mark.parametrize("module", of_layer("kernels"), ids=by_name)
def test_kernels_know_only_arrays(module: Module) -> None:
    allowed = FOR_KERNELS | ({"collections"} if module.name.endswith("._compile") else set())
    for item in module.imports(NAMES):
        inside = item.target in {"solvers.kernels", "solvers.kernels._compile"}
        # The package file may gather what its modules define.
        gathers = module.path.name == "__init__.py" and item.target.startswith("solvers.kernels.")
        assert inside or gathers or top(item) in allowed, f"line {item.line}: {item.target}"


@pytest.mark.parametrize("module", of_layer("surfaces"), ids=by_name)
def test_surfaces_import_heavy_packages_late(module: Module) -> None:
    early = {top(item) for item in module.imports(NAMES) if item.at_import}
    assert early & LATE_FOR_COMMANDS == set()


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_module_is_not_too_long(module: Module) -> None:
    assert module.text.count("\n") <= MAX_LINES


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_no_star_imports(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names), f"line {node.lineno}"


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("solvers.core", "import coalitions.cli", "coalitions.cli"),
        ("solvers.core", "def f():\n    from coalitions import bodies", "coalitions.bodies"),
        ("solvers.kernels.sums", "from .. import rules", "solvers"),
        ("coalitions.bodies", "from . import cli", "coalitions"),
        ("coalitions.bodies", "from coalitions.winning import x", "coalitions.winning"),
        ("coalitions.winning", "import benchmarks", "benchmarks"),
        ("coalitions.winning", "from coalitions.unheard_of import x", "in no layer"),
    ],
)
def test_an_import_that_points_up_is_found(
    tmp_path: Path, name: str, source: str, found: str
) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert found in "".join(upward(Module(name, path)))


def test_the_tree_is_read() -> None:
    assert {"solvers.rules", "coalitions.errors"} <= NAMES
    assert (ROOT / "setup.cfg").is_file()
