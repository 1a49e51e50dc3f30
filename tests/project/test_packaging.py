"""What setup.cfg says agrees with what is on disk."""

from __future__ import annotations

import configparser
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from source_tree import ROOT

from coalitions.version import __version__

SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")


def listed(section: str, key: str) -> list[str]:
    return SETUP[section][key].split()


def test_packages_are_those_of_the_tree() -> None:
    tree = {"coalitions.data", "coalitions.benchmarks"}  # mapped from folders beside
    for top in ("coalitions", "solvers"):
        for path in (ROOT / top).rglob("__init__.py"):
            tree.add(".".join(path.parent.relative_to(ROOT).parts))
    assert set(listed("options", "packages")) == tree


@pytest.mark.parametrize("top", ["coalitions", "solvers", "benchmarks"])
def test_every_folder_with_code_is_a_package(top: str) -> None:
    for path in (ROOT / top).rglob("*.py"):
        assert (path.parent / "__init__.py").is_file(), path.relative_to(ROOT)


def test_mapped_folders_exist() -> None:
    mapping = SETUP["options"]["package_dir"].strip().splitlines()
    for line in mapping:
        _, folder = re.split(r"\s*=\s*", line)
        assert (ROOT / folder).is_dir()
    assert not list((ROOT / "data").rglob("*.py"))


def carried(file: Path, patterns: list[str]) -> bool:
    """Tell whether setuptools puts a file into the wheel, by its patterns with ``**``."""
    return any(
        fnmatch(str(file), pattern.removeprefix("**/"))
        and (len(file.parts) == 1 or "**" in pattern)
        for pattern in patterns
    )


def data_files() -> list[Path]:
    data = ROOT / "data"
    return [path.relative_to(data) for path in sorted(data.rglob("*")) if path.is_file()]


def test_every_data_file_is_carried() -> None:
    files = data_files()
    patterns = listed("options.package_data", "coalitions.data")
    assert files
    assert [str(file) for file in files if not carried(file, patterns)] == []


def test_a_kind_of_file_that_is_not_listed_is_noticed() -> None:
    patterns = listed("options.package_data", "coalitions.data")
    assert not carried(Path("bodies/council.xlsx"), patterns)
    assert not carried(Path("sub/one.md"), ["*.md"])
    assert carried(Path("a/b/one.md"), ["**/*.md"])


def test_data_files_are_text() -> None:
    for file in data_files():
        (ROOT / "data" / file).read_text(encoding="utf-8")


def test_type_markers_are_carried() -> None:
    for package in ("coalitions", "solvers"):
        assert (ROOT / package / "py.typed").is_file()
        assert "py.typed" in listed("options.package_data", package)


def test_version_stands_in_one_place() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+([a-z.]+\d+)?", __version__)
    assert SETUP["metadata"]["version"] == "attr: coalitions.version.__version__"
    quoted = re.compile(rf"""(["']){re.escape(__version__)}\1""")
    places = [
        str(path.relative_to(ROOT))
        for folder in ("coalitions", "solvers", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if quoted.search(path.read_text(encoding="utf-8"))
    ]
    assert places == [str(Path("coalitions") / "version.py")]


def test_metadata_stays_in_setup_cfg() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "[project]" not in text, "setuptools would ignore setup.cfg"


def test_command_is_installed() -> None:
    assert SETUP["options.entry_points"]["console_scripts"].strip() == (
        "coalitions = coalitions.cli:main"
    )
