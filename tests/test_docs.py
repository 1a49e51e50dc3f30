"""Examples in README.md and docs/ run as they stand: Python prompts and `$ coalitions ...`."""

from __future__ import annotations

import doctest
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from source_tree import ROOT
from sybil import Document
from sybil.example import Example
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

PAGES = [
    path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.is_file()
]
FLAGS = doctest.ELLIPSIS
PARSERS = (PythonCodeBlockParser(doctest_optionflags=FLAGS),)


def run_console(example: Example) -> str | None:
    """Run the `coalitions` commands of a console block and compare what they print.

    Other commands (`make`, `pip`) are for the reader's shell and are passed over; so is the
    output of a command when none is shown. ``...`` stands for any text, as in doctests.
    """
    from coalitions.cli import main

    for block in ("\n" + example.parsed).split("\n$ ")[1:]:
        command, _, expected = block.partition("\n")
        words = shlex.split(command, comments=True)
        if words[:1] != ["coalitions"]:
            continue
        printed = CliRunner().invoke(main, words[1:], prog_name="coalitions").output
        if expected.strip() and not same(expected, printed):
            return f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed}"
    return None


def same(expected: str, printed: str) -> bool:
    """Compare line by line, without blanks at the ends of lines."""
    want, got = (
        "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"
        for text in (expected, printed)
    )
    return doctest.OutputChecker().check_output(want, got, FLAGS)


def examples(path: Path) -> list[Example]:
    console = CodeBlockParser(language="console", evaluator=run_console)
    return list(Document.parse(str(path), *PARSERS, console).examples())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_examples_of_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an example may write a file
    for example in examples(page):
        example.evaluate()


def test_a_wrong_example_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1 + 1\n3\n```\n", encoding="utf-8")
    with pytest.raises(Exception, match="Expected"):
        examples(page)[0].evaluate()


def test_ellipsis_stands_for_any_text() -> None:
    assert same("PASSED ...\n", "\nPASSED  \n10 for\n") is False
    assert same("PASSED\n...\nNEXT\n", "PASSED   \n10 for\nNEXT\n")
    assert not same("PASSED\n", "FAILED\n")
