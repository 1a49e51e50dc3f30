"""A saved result that was tampered with does not pass."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.cli import main
from coalitions.verification.verification import verify
from solvers.errors import EngineError

Data = dict[str, Any]


@cache
def saved(kind: str) -> str:
    """Return a result as JSON text."""
    libya, seven = co.load("libya-2011"), co.load("council-of-seven")
    council = libya.option().venues[0].bound
    costs = dict.fromkeys(council.rule.names, co.packages(seven).cost)
    return {
        "assess": lambda: co.assess(libya),
        "positions": lambda: co.assess(seven),
        "turns on": lambda: co.assess(co.load("eu-sanctions-qmv")),
        "totals": lambda: co.assess(co.load("syria-2012"), "assembly-august"),
        "no vote": lambda: co.assess(co.load("rwanda-1994"), "resolution-918"),
        "solve": lambda: co.solve(seven),
        "what-if": lambda: co.solve(libya.what_if(CHN="against")),
        "packages": lambda: co.packages(seven),
        "winning": lambda: co.winning(council),
        "cheapest": lambda: co.winning(council, costs, must_have=["DEU"], blocs=[["BRA", "IND"]]),
    }[kind]().to_json()


KINDS = (
    "assess", "positions", "totals", "no vote", "solve", "what-if", "packages", "winning",
    "cheapest", "turns on",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_untouched(kind: str) -> None:
    found = verify(json.loads(saved(kind)))
    assert found.passed
    assert len(found.checks) >= 2


def put(*path: str | int, to: Any) -> Callable[[Data], None]:
    """Replace the value at a path; a callable is applied to what is there."""

    def change(data: Data) -> None:
        here: Any = data
        for part in path[:-1]:
            here = here[part]
        old = here[path[-1]]
        here[path[-1]] = to(old) if callable(to) else to
        assert here[path[-1]] != old

    return change


def told(*path: str | int, to: Any) -> Callable[[Data], None]:
    return put("answer", *path, to=to)


def proof(*path: str | int, to: Any) -> Callable[[Data], None]:
    return put("certificate", *path, to=to)


def fewer(verdict: Data) -> None:
    """Leave a member out of those on whom it turns, in the headline too."""
    out = verdict["turns_on"].pop()
    n = len(verdict["turns_on"])
    old = verdict["headline"]
    verdict["headline"] = old.replace(f" {out}", "").replace(f" {n + 1} members", f" {n} members")
    assert verdict["headline"] != old


VERDICT = ("verdicts", 0)
TAMPERED = {
    "a vote in the answer": ("assess", told(*VERDICT, "votes", "CHN", "vote", to="for")),
    "an end of a vote": ("assess", told(*VERDICT, "votes", "CHN", "low", to="against")),
    "a vote in the certificate": (
        "assess",
        proof(*VERDICT, "profiles", "low", to=lambda votes: [0, *votes[1:]]),
    ),
    "the verdict": ("assess", told(*VERDICT, "verdict", to="fails")),
    "the verdict in both": (
        "assess",
        lambda d: (
            told(*VERDICT, "verdict", to="fails")(d),
            proof(*VERDICT, "verdict", to="fails")(d),
        ),
    ),
    "the headline": ("assess", told(*VERDICT, "headline", to="FAILED (recorded)")),
    "on whom it turns": ("turns on", lambda d: fewer(d["answer"]["verdicts"][0])),
    "whether it works throughout": (
        "packages",
        told("holds_throughout_intervals", to=lambda holds: not holds),
    ),
    "the totals": ("assess", told(*VERDICT, "totals", "for", to=11)),
    "a requirement": ("assess", told(*VERDICT, "requirements", 0, "score", to=11)),
    "a threshold": ("assess", told(*VERDICT, "requirements", 0, "threshold", to=8)),
    "the change that turns it": ("assess", told(*VERDICT, "smallest_change", 0, "to", to="for")),
    "the rule": (
        "assess",
        proof(*VERDICT, "rule", "root", "all", 0, "threshold", to=12),
    ),
    "a name": ("assess", proof(*VERDICT, "rule", "names", 0, to="XXX")),
    "recorded totals": ("totals", told(*VERDICT, "totals", "for", to=10)),
    "totals in the certificate": ("totals", proof(*VERDICT, "totals", 0, to=10)),
    "nobody voted": ("no vote", proof(*VERDICT, "profiles", "vote", 0, to=2)),
    "a margin's vote": ("positions", told(*VERDICT, "votes", "B", "vote", to="for")),
    "the coalition": ("winning", told("coalition", 0, to="CHN")),
    "a member less": ("winning", told("coalition", to=lambda c: c[1:])),
    "a member less in both": (
        "winning",
        lambda d: (
            told("coalition", to=lambda c: c[1:])(d),
            told("size", to=8)(d),
            proof("coalition", to=lambda c: c[1:])(d),
        ),
    ),
    "a member twice": (
        "winning",
        lambda d: (
            told("coalition", to=lambda c: [c[1], *c[1:]])(d),
            proof("coalition", to=lambda c: [c[1], *c[1:]])(d),
        ),
    ),
    "a member more in both": (
        "winning",
        lambda d: (
            told("coalition", to=lambda c: [*c, "DEU", "IND", "BRA"])(d),
            told("size", to=12)(d),
            proof("coalition", to=lambda c: [*c, "DEU", "IND", "BRA"])(d),
        ),
    ),
    "the size": ("winning", told("size", to=8)),
    "what the others do": ("winning", told("others", to="against")),
    "the cost of a coalition": ("cheapest", told("cost", to="1")),
    "a price in the certificate": ("cheapest", proof("costs", "DEU", to="1/2")),
    "a bloc": ("cheapest", proof("conditions", "blocs", to=[["DEU", "ZAF"]])),
    "who must be in": ("cheapest", proof("conditions", "must_have", to=["CHN", "RUS", "IND"])),
    "that it was proved": ("winning", put("guarantee", to="bounded")),
    "the cost": ("packages", told("cost", to="3")),
    "the cost in both": (
        "packages",
        lambda d: (told("cost", to="3")(d), proof("cost", to="3")(d)),
    ),
    "an amount": ("packages", told("transfers", 0, "amount", to="1/2")),
    "an amount in the certificate": ("packages", proof("package", "transfers", to={"5": "1/2"})),
    "the recipient": ("packages", told("transfers", 0, "to", to="g")),
    "an amendment": ("packages", told("amendments", to=["sunset"])),
    "a vote of the package": ("packages", told("votes", "g", to="for")),
    "a margin": ("packages", proof("problem", "voters", 5, "margin", to=["-9", "-9", "-9"])),
    "a concession's cost": ("packages", proof("problem", "transfers", 5, "cost", to="2")),
    "irreducible": ("packages", told("irreducible", to=False)),
    "whether there is one": ("packages", told("status", to="none")),
    "the summary's verdict": ("solve", told("options", 0, "passed", to=True)),
    "the summary's headline": ("solve", told("options", 0, "headline", to="PASSED")),
    "the summary's price": ("solve", told("options", 0, "price", to="1")),
    "the summary's size": ("solve", told("options", 0, "smallest_coalition", to=2)),
    "the summary's totals": ("solve", told("options", 0, "totals", "for", to=5)),
    "a part's vote": ("solve", told("parts", 0, "verdicts", 0, "votes", "B", "low", to="for")),
    "a part's coalition": ("solve", told("parts", 1, "coalition", 0, to="g")),
    "a part's package": ("solve", told("parts", 3, "amendments", to=["lead"])),
    "a what-if hidden": ("what-if", told("options", 0, "headline", to="FAILED (recorded)")),
    "a what-if recorded": (
        "what-if",
        told("parts", 0, "verdicts", 0, "votes", "CHN", "origin", to="recorded"),
    ),
}  # fmt: skip


def refused(data: Data) -> bool:
    """Say whether a check fails, or the certificate is called damaged."""
    try:
        return not verify(data).passed
    except EngineError as error:
        return "damaged" in str(error)


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found(what: str) -> None:
    kind, change = TAMPERED[what]
    data = json.loads(saved(kind))
    change(data)
    assert refused(data), what


@pytest.mark.parametrize("kind", ["solve", "packages", "cheapest", "assess"])
def test_a_missing_key_is_named_or_fails(kind: str) -> None:
    data = json.loads(saved(kind))
    for key in list(data["certificate"]):
        broken = copy.deepcopy(data)
        del broken["certificate"][key]
        if key == "optimality":  # a remark
            continue
        assert refused(broken), key


@pytest.mark.parametrize("data", [None, [], {}, {"format": "coalitions-result/2"}, "text"])
def test_not_a_result(data: Any) -> None:
    with pytest.raises(EngineError, match="not a saved result"):
        verify(data)


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(saved("packages"), encoding="utf-8")
    run = CliRunner().invoke(main, ["verify", str(path)])
    assert run.exit_code == 0
    assert run.stdout.splitlines()[-1] == "7 passed, 0 failed"
    path.write_text(saved("packages").replace('"cost": "4"', '"cost": "2"'), encoding="utf-8")
    run = CliRunner().invoke(main, ["verify", str(path), "--format", "json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["passed"] is False
    run = CliRunner().invoke(main, ["verify", "-"], input=saved("winning"))
    assert run.exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "1:2: not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "not a saved result"),
        ("", "is empty"),
    ],
)
def test_no_result_in_the_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(main, ["verify", str(path)])
    assert (run.exit_code, run.stdout) == (2, "")
    assert message in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize(("kind", "said"), [("packages", 1), ("solve", 1), ("assess", 0)])
def test_what_is_not_checked_is_said(kind: str, said: int) -> None:
    assert len(verify(json.loads(saved(kind))).unchecked) == said
