"""Pictures of power and of shares: what they say, equal bytes, wrong input."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.cli import main
from coalitions.concessions.packages import packages
from coalitions.decisions.assess import assess
from coalitions.files import datasets
from coalitions.games.game_concepts import game_concepts
from coalitions.games.rule_concepts import RuleGame
from coalitions.pictures.picture_sheet import figure_bytes
from coalitions.pictures.plot import plot
from coalitions.power_indices.power import power
from coalitions.scenarios.scenario import load
from solvers.errors import EngineError
from solvers.games.game import TUGame

BODIES = ["un-security-council", "eu-council", "un-general-assembly", "us-electoral-college"]


def measured(name):
    return power(bind_decision(load_body(name)), ["shapley_shubik", "banzhaf_normalized"])


@pytest.mark.parametrize("name", BODIES)
def test_every_line_of_members_is_drawn(name):
    found = measured(name)
    figure = plot(found)
    texts = [t.get_text() for axes in figure.axes for t in axes.get_yticklabels()]
    named = " ".join(texts)
    groups = {tuple(i.values[k] for i in found.indices) for k in range(len(found.members))}
    assert len([t for t in texts if t]) >= len(groups)
    assert found.members[0] in named or "…" in named


@pytest.mark.parametrize("what", ["bars", "heat"])
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_picture_has_the_same_bytes(what, kind):
    found = measured("un-security-council")
    assert figure_bytes(plot(found, what), kind) == figure_bytes(plot(found, what), kind)


def test_an_svg_tells_itself_in_words():
    content = figure_bytes(plot(measured("un-security-council"), "heat"), "svg").decode()
    assert 'role="img"' in content
    assert "most pivotal" in content


def test_bars_are_as_long_as_the_index():
    found = measured("[51; 50, 49, 1]")
    axes = plot(found).axes
    widths = [sorted(bar.get_width() for bar in a.patches) for a in axes if len(a.patches) == 3]
    values = sorted(float(v) for v in found.indices[0].values)
    assert any(w == pytest.approx(values) for w in widths)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_shares_of_any_number_of_players(n):
    game = TUGame([bin(mask).count("1") ** 2 for mask in range(1 << n)])
    figure = plot(game_concepts(game, ["shapley", "nucleolus"]))
    assert "nucleolus" in figure.get_label()


def test_shares_of_a_rule_without_a_table():
    rule = bind_decision(load_body("us-electoral-college")).rule.project("against")
    assert plot(game_concepts(RuleGame(rule), ["shapley"])).axes


@pytest.mark.parametrize(
    ("result", "what", "message"),
    [
        (lambda: packages(load("council-of-seven")), "bars", "result of kind 'packages'"),
        (lambda: measured("[2; 1, 1, 1]"), "pie", "no picture 'pie'"),
        (lambda: game_concepts(TUGame([0, 1, 1, 2]), ["is_convex"]), "bars", "shares out v"),
        (lambda: game_concepts(TUGame([0, 1, 1, 2]), ["shapley"]), "heat", "one of power"),
    ],
)
def test_what_cannot_be_drawn_is_said(result, what, message):
    with pytest.raises(EngineError, match=message):
        plot(result(), what)


def test_files_from_the_command_line(tmp_path):
    bars, heat, shares = (str(tmp_path / name) for name in ("a.svg", "b.png", "c.svg"))
    run = CliRunner().invoke
    done = run(main, ["power", "nato-council", "--plot", bars, "--heat", heat])
    assert done.exit_code == 0, done.output
    done = run(main, ["share", "council-of-seven", "--effect-value", "2", "--plot", shares])
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.svg", "b.png", "c.svg"]
    bad = run(main, ["power", "nato-council", "--plot", str(tmp_path / "a.jpg")])
    assert bad.exit_code == 2
    assert "must end in .svg or .png" in bad.output
    lost = run(main, ["power", "nato-council", "--plot", str(tmp_path / "no" / "a.svg")])
    assert lost.exit_code == 2
    assert "cannot be written" in lost.output
    graph = run(main, ["power", "nato-council", "--unions", "FRA,DEU", "--plot", bars])
    assert graph.exit_code == 2


def test_a_notebook_shows_a_figure_as_a_picture():
    shell_module = pytest.importorskip("IPython.core.interactiveshell")
    shell = shell_module.InteractiveShell.instance()
    try:
        figure = plot(measured("un-security-council"))
        shown, _ = shell.display_formatter.format(figure)
        assert shown["image/png"].startswith(b"\x89PNG")
        shell.display_formatter.formatters["image/png"].for_type(type(figure), lambda _: b"own")
        shown, _ = shell.display_formatter.format(plot(measured("un-security-council")))
        assert shown["image/png"] == b"own"  # what the user chose stays
    finally:
        shell_module.InteractiveShell.clear_instance()


SYRIA, DRAFT = "syria-cross-border-2019-2022", "draft-2020-654"


def test_estimated_margins_stand_beside_the_votes_that_were_cast():
    case = load(SYRIA)
    figure = plot(assess(case, DRAFT), "margins")
    (axes,) = figure.axes
    assert "standard deviations" in axes.get_xlabel()
    assert "vote that was cast" in " ".join(axes.get_title(loc="left").split())
    positions = case.option(DRAFT).positions
    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    drawn = sorted(float(line.get_xdata()[0]) for line in points)
    assert drawn == pytest.approx(sorted(float(p.margin.value) for p in positions.values()))
    told = figure.get_label().splitlines()[1]
    assert "United States of America -0.517 (-1.872 to 0.838), for" in told
    assert "China -0.47 (-1.77 to 0.83), against" in told
    names = [t.get_text() for t in axes.get_yticklabels()]
    assert sum(name.endswith("*") for name in names) == 5
    # A vote that is changed is no longer what was estimated.
    changed = plot(assess(case.what_if(RUS="abstain"), DRAFT), "margins")
    assert "Russian" not in changed.get_label()


def test_margins_of_payoffs_and_of_estimates_share_no_scale(tmp_path):
    text = (datasets.data_root() / "scenarios" / "council-of-seven.yaml").read_text("utf-8")
    text = text.replace("    c: {weights: {worth: 1}, band: 2}\n", "") + (
        "positions:\n  c: {is: unknown, origin: estimated, chances: {for: 0.6, abstain: 0.3, "
        "against: 0.1}, margin: {value: 0.3, low: -1, high: 1.5, band: 1}}\n"
    )
    file = tmp_path / "mixed.yaml"
    file.write_text(text, encoding="utf-8")
    figure = plot(assess(load(file)), "margins")
    labels = [axes.get_xlabel() for axes in figure.axes]
    assert ["cash units" in label for label in labels] == [True, False]
    assert figure.axes[0].get_xlim() != figure.axes[1].get_xlim()
    assert "c 0.3 (-1 to 1.5), for" in figure.get_label()


def test_permanent_members_have_a_star():
    figure = plot(assess(load("libya-2011")))
    texts = {t.get_text() for t in figure.axes[0].texts}
    assert {"CHN*", "FRA*", "GBR*", "RUS*", "USA*", "LBN"} <= texts
    assert "* permanent member" in [t.get_text() for t in figure.legends[0].get_texts()]
    without = plot(assess(load("eu-sanctions-qmv")))
    assert "* permanent member" not in [t.get_text() for t in without.legends[0].get_texts()]
