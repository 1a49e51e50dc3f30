"""Imports point down: kernels < solvers < model < analyses < surfaces < benchmarks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_tree import MODULES, NAMES, ROOT, Import, Module

LAYERS = ("kernels", "solvers", "model", "analyses", "surfaces", "benchmarks")

# The folders of `coalitions` by layer, each list from the ground up: a folder imports those
# before it. A new folder is entered here, a new module needs no entry.
COALITIONS = {
    "model": ["version", "errors", "files", "bodies", "scenarios"],
    "analyses": [
        *("answers", "decisions", "power_indices", "games", "concessions", "solving"),
        *("forecasts", "sweeps", "verification"),
    ],
    "surfaces": ["pictures", "reports", "cli"],
}
SOLVERS = [
    *("errors", "kernels", "programmes", "rules", "counting", "listing", "power", "forecast"),
    *("simple_games", "games", "values", "stability", "structures", "bargaining", "oracles"),
    "concessions",
]
FLOORS = {
    "solvers": SOLVERS,
    "coalitions": [name for group in COALITIONS.values() for name in group],
}

# What a function of a folder imports from one above it, when it is called.
LATE_AND_UP = {
    ("coalitions.answers", "coalitions.verification"),  # Result.verify
    ("solvers.games", "solvers.values"),  # quasi-balanced: minimal rights, utopia payoffs
    ("solvers.games", "solvers.stability"),  # the family whose kernel is known
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


def floor(name: str) -> int | None:
    """Number the floor of a module in its package; None for the package itself."""
    first, *rest = name.split(".")
    return FLOORS[first].index(rest[0]) if first in FLOORS and rest else None


def between_floors(module: Module) -> list[str]:
    """List the imports of a module from a higher folder of its own package."""
    own = floor(module.name)
    package, *rest = module.name.split(".")
    found = []
    for item in module.imports(NAMES):
        if own is None or item.target.split(".")[0] != package:
            continue
        other = floor(item.target)
        pair = (f"{package}.{rest[0]}", ".".join(item.target.split(".")[:2]))
        if other is not None and other > own and (item.at_import or pair not in LATE_AND_UP):
            found.append(f"line {item.line}: {item.target}")
    return found


def top(item: Import) -> str:
    return item.target.split(".")[0]


def of_layer(*layers: str) -> list[Module]:
    return [module for module in MODULES if layer_of(module.name) in layers]


def by_name(module: Module) -> str:
    return module.name


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_module_stands_in_a_layer(module: Module) -> None:
    assert layer_of(module.name), f"enter the folder of {module.name} in COALITIONS of this test"


def test_no_name_stands_in_two_layers() -> None:
    names = [name for group in COALITIONS.values() for name in group]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_imports_point_down(module: Module) -> None:
    assert upward(module) == []


@pytest.mark.parametrize("module", of_layer(*LAYERS[:-1]), ids=by_name)
def test_folders_stand_on_those_below(module: Module) -> None:
    assert between_floors(module) == []


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
        (
            "solvers.core",
            "def f():\n    from coalitions.bodies import body",
            "coalitions.bodies.body",
        ),
        ("solvers.kernels.sums", "from .. import errors", "solvers"),
        ("coalitions.bodies.body", "from .. import cli", "coalitions"),
        (
            "coalitions.bodies.body",
            "from coalitions.decisions.winning import x",
            "coalitions.decisions.winning",
        ),
        ("coalitions.decisions.winning", "import benchmarks", "benchmarks"),
        ("coalitions.decisions.winning", "from coalitions.unheard_of import x", "in no layer"),
    ],
)
def test_an_import_that_points_up_is_found(
    tmp_path: Path, name: str, source: str, found: str
) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert found in "".join(upward(Module(name, path)))


def test_the_tree_is_read() -> None:
    assert {"solvers.rules.rule", "coalitions.errors"} <= NAMES
    assert (ROOT / "setup.cfg").is_file()
