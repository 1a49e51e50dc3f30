"""What the source must keep to: exact arithmetic in the rules, docstrings on what is public."""

from __future__ import annotations

import ast
import re

import pytest
from source_tree import MODULES, ROOT, Module

EXACT = [
    *(f"solvers.rules.{name}" for name in ("votes", "roster", "rule", "rule_tree", "templates")),
    *(
        f"solvers.rules.{name}"
        for name in ("template_data", "diagnosis", "rule_rows", "fewest_steps")
    ),
    *(f"solvers.rules.{name}" for name in ("vote_changes", "vote_conditions", "decisive")),
    *(f"solvers.rules.{name}" for name in ("packed_rules", "evaluation", "totals")),
    *(f"solvers.rules.{name}" for name in ("condition_rows", "fixed_votes")),
    *(f"solvers.concessions.{name}" for name in ("problem", "parts", "data")),
    "solvers.kernels.profiles",
    "solvers.listing.winning",
]

# Calls that give floats, whatever they are given.
ROUNDING = {"divide", "true_divide", "mean", "average", "sqrt", "log", "exp", "fsum", "double"}

# Where a docstring is what a reader of the code needs, or the help text of a command, and no
# more: loops over arrays, translations for one back end, commands.
SHORT_DOCSTRINGS = ("solvers.kernels", "solvers.programmes.backends", "coalitions.cli")

# Modules of `solvers` that hold no algorithm with a source: errors, data types, reading, calling.
WITHOUT_REFERENCES = {
    *(
        "solvers.errors",
        "solvers.rules.roster",
        "solvers.rules.template_data",
        "solvers.rules.packed_rules",
    ),
    *(
        "solvers.programmes.programme",
        "solvers.programmes.linear",
        "solvers.programmes.solving",
        "solvers.concessions.data",
    ),
    *("solvers.concessions.parts", "solvers.concessions.ties", "solvers.concessions.ties_data"),
    *("solvers.concessions.answer", "solvers.rules.rule_tree", "solvers.stability"),
    *("solvers.concessions.budgets", "solvers.concessions.clashes"),
    *("solvers.concessions.decomposition", "solvers.concessions.listing"),
    *("solvers.concessions.programme", "solvers.concessions.robust"),
    *("solvers.games.worths", "solvers.rules", "solvers.programmes", "solvers.simple_games"),
}

Callable = ast.FunctionDef | ast.AsyncFunctionDef


def inexact(tree: ast.AST) -> list[str]:
    """List the places where a float could come in."""
    found = []
    for node in ast.walk(tree):
        what = None
        match node:
            case ast.Constant(value=float() | complex()):
                what = "a float constant"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                what = "a true division"
            case ast.Call(func=ast.Name(id="float")):
                what = "a call of float"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in ROUNDING:
                what = f"a call of {name}"
            case ast.Attribute(attr=name) if re.fullmatch(r"float\d*|float_|floating", name):
                what = f"the type {name}"
            case ast.keyword(arg="dtype", value=ast.Name(id="float")):
                what = "the type float"
            case ast.keyword(arg="dtype", value=ast.Constant(value=str() as name)) if re.fullmatch(
                r"float.*|[<>=]?[fd]\d*", name
            ):
                what = f"the type {name}"
        if what:
            found.append(f"line {getattr(node, 'lineno', '?')}: {what}")
    return found


def by_name(module: Module) -> str:
    return module.name


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.name in EXACT], ids=by_name
)
def test_rules_are_exact(module: Module) -> None:
    assert inexact(module.tree) == []


def test_every_exact_module_exists() -> None:
    assert set(EXACT) - {module.name for module in MODULES} == set()


@pytest.mark.parametrize(
    "source",
    [
        "x = 0.5",
        "x = a / b",
        "x /= 2",
        "x = float(y)",
        "x = np.zeros(3)\ny = np.zeros(3, dtype=float)",
        "x: NDArray[np.float64]",
        "np.zeros(3, dtype='f8')",
        "x = weights.mean()",
        "x = math.sqrt(y)",
    ],
)
def test_a_float_is_found(source: str) -> None:
    assert inexact(ast.parse(source))


@pytest.mark.parametrize("source", ["x = a // b", "x = Fraction(1, 2)", "isinstance(x, float)"])
def test_exact_code_is_let_through(source: str) -> None:
    assert inexact(ast.parse(source)) == []


def public_definitions() -> list[tuple[str, Module, Callable | ast.ClassDef]]:
    """Give the functions and classes that ``__all__`` of their own module lists."""
    return [
        (f"{module.name}.{node.name}", module, node)
        for module in MODULES
        if module.name.split(".")[0] in {"solvers", "coalitions"}
        for node in module.tree.body
        if isinstance(node, Callable | ast.ClassDef) and node.name in module.public
    ]


PUBLIC = public_definitions()
FUNCTIONS = [
    item
    for item in PUBLIC
    if isinstance(item[2], Callable) and not item[0].startswith(SHORT_DOCSTRINGS)
]


def has_section(node: Callable | ast.ClassDef | ast.Module, *titles: str) -> bool:
    text = ast.get_docstring(node) or ""
    return any(re.search(rf"^{title}\n-{{{len(title)}}}$", text, re.M) for title in titles)


@pytest.mark.parametrize(
    "module",
    [m for m in MODULES if m.path.name != "__init__.py" or m.tree.body],
    ids=by_name,
)
def test_module_has_a_docstring(module: Module) -> None:
    assert ast.get_docstring(module.tree)


@pytest.mark.parametrize(("name", "module", "node"), PUBLIC, ids=[item[0] for item in PUBLIC])
def test_public_name_is_documented(
    name: str, module: Module, node: Callable | ast.ClassDef
) -> None:
    assert ast.get_docstring(node), f"{name} has no docstring"
    if isinstance(node, ast.ClassDef):
        for member in node.body:
            if isinstance(member, Callable) and not member.name.startswith("_"):
                assert ast.get_docstring(member), f"{name}.{member.name} has no docstring"


@pytest.mark.parametrize(("name", "module", "node"), FUNCTIONS, ids=[item[0] for item in FUNCTIONS])
def test_public_function_has_its_sections(name: str, module: Module, node: Callable) -> None:
    arguments = node.args
    if arguments.args or arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg:
        assert has_section(node, "Parameters"), f"{name} has no section Parameters"
    returns = ast.unparse(node.returns) if node.returns else "None"
    if returns not in {"None", "NoReturn"}:
        assert has_section(node, "Returns", "Yields"), f"{name} has no section Returns or Yields"


ALGORITHMS = [
    module
    for module in MODULES
    if module.name.startswith("solvers.")
    and not module.name.startswith(SHORT_DOCSTRINGS)
    and module.name not in WITHOUT_REFERENCES
]


@pytest.mark.parametrize("module", ALGORITHMS, ids=by_name)
def test_algorithm_names_its_source(module: Module) -> None:
    nodes = [item[2] for item in PUBLIC if item[1] is module]
    assert any(has_section(node, "References") for node in [module.tree, *nodes]), (
        f"no public docstring of {module.name} has a section References"
    )


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_no_assert_for_input(module: Module) -> None:
    """``python -O`` drops asserts."""
    asserts = [node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Assert)]
    assert asserts == []


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_a_silenced_check_says_why(module: Module) -> None:
    reason = re.compile(r"#\s*(type:\s*ignore\[[\w, -]+\]|noqa:\s*[A-Z]+\d+[A-Z\d, ]*)\s+#?.*\w")
    for number, line in enumerate(module.text.splitlines(), start=1):
        if re.search(r"#\s*(type:\s*ignore|noqa)", line):
            place = f"{module.path.relative_to(ROOT)}:{number}"
            assert reason.search(line), f"{place}: name the rule and, behind it, the reason"
