"""What a command loads: help is quick, bodies need neither compiler nor validation library."""

from __future__ import annotations

import subprocess
import sys

import pytest
from source_tree import ROOT

HEAVY = [
    *("numpy", "scipy", "numba", "pulp", "highspy", "pydantic", "pandas", "matplotlib", "rich")
]


def loaded(arguments: list[str]) -> set[str]:
    """Run a command in a fresh interpreter and list the heavy modules that it imported."""
    program = (
        "import sys\n"
        "from coalitions.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: code = end.code\n"
        f"print('LOADED', code, *[m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    words = run.stdout.splitlines()[-1].split()
    assert words[:2] == ["LOADED", "0"], run.stderr
    return set(words[2:])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["solve", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(arguments) == set()


def test_a_body_is_shown_without_compiler_and_validation() -> None:
    assert not loaded(["show", "un-security-council"]) & {"numba", "pydantic", "scipy", "pandas"}


@pytest.mark.parametrize("case", ["unga-important-question", "gaza-2023-2025", "eu-sanctions-qmv"])
def test_a_case_without_concessions_is_answered_without_a_solver(case: str) -> None:
    assert loaded(["solve", case]) <= {"pydantic"}


def test_a_list_of_what_is_shipped_loads_nothing_heavy() -> None:
    assert loaded(["list"]) == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = f"import sys, coalitions, solvers; print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == "[]\n"


def test_public_names_stay_functions_whatever_was_imported_before() -> None:
    program = (
        "import coalitions as co, coalitions.solving.solve, coalitions.decisions.assess\n"
        "import coalitions.decisions.winning\n"
        "co.solve(co.load('libya-2011'))\n"
        "print(callable(co.solve), callable(co.assess), callable(co.packages), co.winning)\n"
        "print(sorted(set(co.__all__) - set(dir(co))))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.startswith("True True True <function winning")
    assert run.stdout.splitlines()[1] == "[]"


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import coalitions

    with pytest.raises(AttributeError, match="has no attribute 'sovle'"):
        coalitions.sovle  # noqa: B018 - the access is what is tested
