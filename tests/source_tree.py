"""The project's own source as syntax trees, for the tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("solvers", "coalitions", "benchmarks")


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name."""

    target: str
    line: int
    at_import: bool
    """Whether it is loaded when the module is: not in a function, not for type checkers only."""


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def public(self) -> tuple[str, ...]:
        """What ``__all__`` lists."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                return tuple(ast.literal_eval(node.value))
        return ()

    def imports(self, known: frozenset[str] = frozenset()) -> Iterator[Import]:
        """Everything imported, anywhere; ``known`` tells submodules from attributes."""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        yield from _imports(self.tree, package, known, True)


def _imports(
    node: ast.AST, package: str, known: frozenset[str], at_import: bool
) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_import)
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            if child.level:
                above = package.split(".")[: len(package.split(".")) - child.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            for alias in child.names:
                full = f"{base}.{alias.name}"
                yield Import(full if full in known else base, child.lineno, at_import)
        else:
            late = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            )
            yield from _imports(child, package, known, at_import and not late)


def modules() -> tuple[Module, ...]:
    """Every module of the packages, in order of name."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path))
    return tuple(found)


MODULES = modules()
NAMES = frozenset(module.name for module in MODULES)
