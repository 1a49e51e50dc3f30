"""The documentation site, without building it: nothing is left out, nothing is named twice."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import re
import subprocess
from collections import Counter
from types import ModuleType

import pytest
from source_tree import MODULES, ROOT

DOCS = ROOT / "docs"

if not DOCS.is_dir():  # an installed copy
    pytest.skip("no documentation beside the tests", allow_module_level=True)


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """Load the extension that writes pages; it needs no Sphinx to be read."""
    spec = importlib.util.spec_from_file_location("site_pages", DOCS / "_ext" / "site_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named_in_trees() -> list[str]:
    found = []
    for page in DOCS.rglob("*.md"):
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            names = [line for line in tree.splitlines() if line and not line.startswith(":")]
            folder = page.parent.relative_to(DOCS)
            found += [(folder / name).as_posix() for name in names]
    return found


def own_pages() -> set[str]:
    return {
        path.relative_to(DOCS).with_suffix("").as_posix()
        for path in DOCS.rglob("*")
        if path.suffix in {".md", ".ipynb"}
        and not {"generated", ".ipynb_checkpoints"} & set(path.parts)
    }


def test_every_page_is_reached_once() -> None:
    named = Counter(name for name in named_in_trees() if not name.startswith("generated/"))
    assert set(named) == own_pages() - {"index"}
    assert set(named.values()) == {1}


def test_configuration_names_no_machine() -> None:
    for path in (DOCS / "conf.py", *(DOCS / "_ext").glob("*.py")):
        assert not re.search(r"[\"'](/|~|[A-Z]:\\|https?://)", path.read_text(encoding="utf-8"))


def test_every_module_that_offers_something_has_its_place(pages: ModuleType) -> None:
    for package in ("coalitions", "solvers"):
        shown = [name for names in pages.folders(package).values() for name in names]
        assert len(shown) == len(set(shown))
        public = {
            module.name
            for module in MODULES
            if module.public and module.name.split(".")[0] == package
        }
        hidden = {n for n in public if ".cli" in n or any(p[0] == "_" for p in n.split("."))}
        assert set(shown) == public - hidden


def test_what_a_package_defines_itself_is_shown(pages: ModuleType) -> None:
    """Such as ``solvers.power.power_indices``: no other page has it."""
    packages = [m for m in MODULES if m.path.name == "__init__.py" and m.public]
    seen = 0
    for module in packages:
        folder = module.name
        if folder.split(".")[0] not in {"coalitions", "solvers"} or ".cli" in folder:
            continue
        page = pages._folder_page(folder, [folder])
        shown = set(re.findall(r"\w+", "".join(re.findall(r":members: (.*)", page))))
        own = {n.name for n in module.tree.body if hasattr(n, "name")} & set(module.public)
        assert own <= shown, folder
        seen += len(own)
    assert seen > 0


def test_site_needs_only_what_its_extra_installs() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    extra = setup["options.extras_require"]["docs"].split()
    extra_names = {re.split(r"[<>=\[]", line)[0].replace("-", "_") for line in extra}
    conf = ast.parse((DOCS / "conf.py").read_text(encoding="utf-8"))
    values = {
        ast.unparse(node.targets[0]): node.value
        for node in conf.body
        if isinstance(node, ast.Assign)
    }
    own = {path.stem for path in (DOCS / "_ext").glob("*.py")}
    wanted = {name.split(".")[0] for name in ast.literal_eval(values["extensions"])} - own
    assert wanted | {ast.literal_eval(values["html_theme"])} <= extra_names


def test_every_command_is_shown(pages: ModuleType) -> None:
    from coalitions.cli import COMMANDS

    text = pages.commands_page()
    for name in COMMANDS:
        assert f"\n## {name}\n" in text
        assert f"Usage: coalitions {name}" in text
    assert text.count("-h, --help ") == len(COMMANDS) + 1  # as the program prints it


def test_bars_and_footnotes_are_text_to_the_site(pages: ModuleType) -> None:
    assert pages._plain(".. [1] Owen (1977)") == "1. Owen (1977)"
    assert pages._plain("see [2]_, |S| of ``|S|``") == r"see [2], \|S\| of ``|S|``"


def test_pages_are_never_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "docs/generated"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert listed.stdout == ""
    assert "docs/generated/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
