"""Examples in README.md and docs/ run as they stand: Python prompts and `$ coalitions ...`.

A YAML block that begins with `# file: NAME` is written to that file, for the examples after it.
Any other YAML block holds sections of a scenario: put in the place of those of the newest such
file, they must make a valid scenario. Files named `wrong...` are written and not loaded.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from source_tree import ROOT
from sybil import Document
from sybil.example import Example
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.is_file() and path.parent.name != "generated"
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
        # How long it takes on this machine is not what the page is about.
        lines = printed.splitlines(keepends=True)
        printed = "".join(x for x in lines if not x.startswith("still at work;"))
        if expected.strip() and not same(expected, printed):
            return f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed}"
    return None


def check_yaml(example: Example) -> str | None:
    """Write a file, or load the newest scenario with some of its sections replaced."""
    from coalitions.files.yaml12 import load_file
    from coalitions.scenarios.scenario import load

    text, space = str(example.parsed), example.namespace
    first, _, _ = text.partition("\n")
    if first.startswith("# file: "):
        path = Path(first.removeprefix("# file: ").strip())
        path.write_text(text, encoding="utf-8")
        if "coalitions-body/" not in text and not path.stem.startswith("wrong"):
            load(path)
            space["newest"] = path
        return None
    Path("sections.yaml").write_text(text, encoding="utf-8")
    whole = load_file(space["newest"]).data | load_file("sections.yaml").data
    Path("whole.json").write_text(json.dumps(whole), encoding="utf-8")
    load("whole.json")
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
    yaml = CodeBlockParser(language="yaml", evaluator=check_yaml)
    return list(Document.parse(str(path), *PARSERS, console, yaml).examples())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_examples_of_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an example may write a file
    for example in examples(page):
        example.evaluate()


def keys_of(schema: object) -> set[str]:
    """Collect the names of all properties of a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    return set(own).union(*map(keys_of, own.values()), *map(keys_of, schema.values()))


def test_every_key_of_a_scenario_is_explained() -> None:
    from coalitions.scenarios.scenario_file import json_schema

    page = (ROOT / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    words = keys_of({"properties": {}, "all": [json_schema()]})
    assert {k for k in words if f"`{k}`" not in page} == set()


def test_every_key_of_a_body_is_explained() -> None:
    from coalitions.bodies import body_file
    from solvers.rules import template_data

    page = (ROOT / "docs" / "bodies.md").read_text(encoding="utf-8")
    words = {*body_file._BODY_KEYS, *body_file._DECISION_KEYS, *template_data._KEYS}
    words |= {"table", "seats", "members", "membership", "tables", "columns", "versions", "from"}
    assert {k for k in words if not re.search(rf"`{k}[`:]", page)} == set()


def test_pages_name_each_other_rightly() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), (page.name, link)


def test_a_wrong_example_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1 + 1\n3\n```\n", encoding="utf-8")
    with pytest.raises(Exception, match="Expected"):
        examples(page)[0].evaluate()


def test_ellipsis_stands_for_any_text() -> None:
    assert same("PASSED ...\n", "\nPASSED  \n10 for\n") is False
    assert same("PASSED\n...\nNEXT\n", "PASSED   \n10 for\nNEXT\n")
    assert not same("PASSED\n", "FAILED\n")
