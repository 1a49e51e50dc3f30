"""Pages that are made from the code: one for each folder, and one for the command line."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["commands_page", "defined_in", "folders", "modules", "setup"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "generated"


def modules(package: str) -> dict[str, str]:
    """Give the modules that say what they offer, with the first line of what they say."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        offers = any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            for node in tree.body
        )
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        private = any(part.startswith("_") for part in name.split("."))
        if offers and not private and ".cli" not in name:
            found[name] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def commands_page() -> str:
    """Write the help of every command, as the program prints it."""
    from coalitions.cli import main

    # As the program itself does: help options are read from the context once and kept.
    wide = {"resilient_parsing": True, "max_content_width": 88}
    top = main.make_context("coalitions", [], **wide)
    lines = ["# Command line", "", "```text", main.get_help(top), "```", ""]
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        assert command is not None
        context = command.make_context(name, [], parent=top, **wide)
        lines += [f"## {name}", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(lines)


def folders(package: str) -> dict[str, list[str]]:
    """Give the modules of a package by the folder in which they stand."""
    found: dict[str, list[str]] = {}
    for name in modules(package):
        is_folder = (ROOT / Path(*name.split("."))).is_dir()
        found.setdefault(name if is_folder else name.rpartition(".")[0], []).append(name)
    return found


def defined_in(name: str) -> list[str]:
    """Name the public functions and classes that stand in the file of a package itself."""
    tree = ast.parse((ROOT / Path(*name.split(".")) / "__init__.py").read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def _folder_page(folder: str, names: list[str]) -> str:
    lines = [folder, "=" * len(folder), ""]
    for name in names:
        # What a package hands on from its modules has its place there.
        own = defined_in(name) if name == folder else []
        members = [f"   :members: {', '.join(own)}"] if own else []
        members = members if name == folder else ["   :members:"]
        title = [] if name == folder else [name, "-" * len(name), ""]
        lines += [*title, f".. automodule:: {name}", *members, ""]
    return "\n".join(lines)


def _index_page(package: str, found: dict[str, list[str]]) -> str:
    title = f"Python: {package}"
    lines = [title, "=" * len(title), "", ".. toctree::", "   :maxdepth: 1", ""]
    return "\n".join([*lines, *(f"   {name}" for name in found), ""])


def _plain(line: str) -> str:
    # Sources stand in a list of their own: neither footnotes nor, as |S|, substitutions are meant.
    line = re.sub(r"^(\s*)\.\. \[(\d+)\] ", r"\1\2. ", line)
    line = re.sub(r"\[(\d+)\]_", r"[\1]", line)
    parts = line.split("``")
    parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
    return "``".join(parts)


def _plain_lines(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    code = False
    for number, line in enumerate(lines):
        code = line.lstrip().startswith(">>>") or (code and bool(line.strip()))
        if not code:
            lines[number] = _plain(line)


def _skip_aliases(
    app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object
) -> bool | None:
    # A name for a type such as tuple[int, ...] has neither a signature nor a docstring.
    return True if get_origin(obj) is not None else None


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:  # else nothing is rebuilt
        path.write_text(text, encoding="utf-8")


def write_pages(app: Sphinx) -> None:
    """Write the pages below the sources, where they are never committed."""
    target = Path(app.srcdir) / FOLDER
    target.mkdir(exist_ok=True)
    wanted = {"command-line.md": commands_page()}
    for package in ("coalitions", "solvers"):
        found = folders(package)
        wanted[f"index-{package}.rst"] = _index_page(package, found)
        for folder, names in found.items():
            wanted[f"{folder}.rst"] = _folder_page(folder, names)
    for old in target.iterdir():
        if old.name not in wanted:
            old.unlink()
    for file, text in wanted.items():
        _write(target / file, text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for sources."""
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-docstring", _plain_lines, priority=0)
    app.connect("autodoc-skip-member", _skip_aliases)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
