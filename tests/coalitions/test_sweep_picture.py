"""Heat maps of sweeps: what they show, equal bytes, wrong input."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.cli import main
from coalitions.pictures.picture_sheet import figure_bytes
from coalitions.pictures.sweep_picture import sweep_figure
from coalitions.sweeps.sweep import run_sweep
from solvers.errors import EngineError

SEVEN = "council-of-seven"
B, D = "payoffs.scores.mandate.worth.B", "payoffs.scores.mandate.worth.d"


@pytest.fixture(scope="module")
def found():
    return run_sweep(
        co.grid(SEVEN, {B: [1, -9, 0], D: [-2, 0], "what_if.e": ["unchanged"]}), "packages"
    )


def cells(figure) -> dict[tuple[str, str], str]:
    """Read the values that stand in the cells of a picture."""
    axes = figure.axes[0]
    across = [t.get_text() for t in axes.get_xticklabels()]
    up = [t.get_text() for t in axes.get_yticklabels()]
    return {
        (across[round(t.get_position()[0])], up[round(t.get_position()[1])]): t.get_text()
        for t in axes.texts
    }


@pytest.mark.parametrize("value", ["verdict", "price"])
def test_every_cell_says_what_its_row_says(found, value):
    told = cells(sweep_figure(found, value=value))
    wanted = {(str(r[B]), str(r[D])): r[value] for r in found.rows()}
    assert told == wanted


def test_numbers_stand_by_size(found):
    axes = sweep_figure(found).axes[0]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["-9", "0", "1"]


def test_a_frame_gives_the_picture_of_its_sweep(found):
    one = figure_bytes(sweep_figure(found.to_frame()), "svg")
    assert one == figure_bytes(sweep_figure(found), "svg")


def test_a_share_is_that_of_the_scenarios_of_a_cell():
    keys = {"what_if.Brenia": ["for", "against"], "what_if.Corvane": ["for", "abstain"]}
    drawn = co.draws(co.grid("veskar-strait", keys), 4, 1)
    found = run_sweep(drawn, "assess")
    told = cells(sweep_figure(found, value="passed"))
    for (b, c), text in told.items():
        rows = [r for r in found.rows() if (r["what_if.Brenia"], r["what_if.Corvane"]) == (b, c)]
        assert text == f"{sum(r['passed'] is True for r in rows) / len(rows):.0%}"
    with pytest.raises(EngineError, match="draw 'passed'"):
        sweep_figure(found, value="verdict")
    assert "4 scenarios a cell" in sweep_figure(found, value="passed").axes[0].get_title(loc="left")


def test_the_words_tell_every_cell(found):
    title, *words = sweep_figure(found, value="price").get_label().splitlines()
    assert title == f"{SEVEN}: mandate in council"
    assert f"{B} -9, {D} -2: 4." in words
    assert len(words) == 6


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_picture_has_the_same_bytes(found, kind):
    assert figure_bytes(sweep_figure(found), kind) == figure_bytes(sweep_figure(found), kind)


def test_names_of_a_scenario_do_no_harm():
    found = run_sweep(
        co.grid(SEVEN, {"title": ["<script>", "$\\\\frac$"], "unit": ['="', "b"]}), "assess"
    )
    content = figure_bytes(sweep_figure(found), "svg").decode()
    assert "<script>" not in content


def test_one_price_has_no_scale_and_long_names_are_wrapped():
    both = '{"all": ["lead", "sunset"]}'
    keys = {"floors.worth": [1, 2], "context.note": ["short", both]}
    figure = sweep_figure(
        run_sweep(co.grid(SEVEN, keys), "packages"), value="price", x="context.note"
    )
    assert len(figure.axes) == 1
    assert figure.axes[0].get_title(loc="left") == "price of passing, cash units"
    labels = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert len(labels[1].splitlines()) < 4
    assert labels[1].replace("\n", " ") == both
    assert figure.axes[0].get_xticklabels()[1].get_rotation() == 0
    shares = sweep_figure(run_sweep(co.grid(SEVEN, keys), "assess"), value="passed")
    assert len(shares.axes) == 2


def test_many_cells_have_a_legend_instead_of_words():
    found = run_sweep(co.grid(SEVEN, {B: range(-9, 6), D: range(-9, 6)}), "assess")
    figure = sweep_figure(found)
    assert cells(figure) == {}
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["fails", "passes"]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"value": "prise"}, "did you mean 'price'"),
        ({"x": "worth.B"}, "was not varied"),
        ({"x": B, "y": B}, "two different keys"),
        ({"option": "mandat"}, "did you mean 'mandate'"),
        ({"venue": "assembly"}, "no venue 'assembly'"),
    ],
)
def test_a_wrong_picture_is_refused(found, how, message):
    with pytest.raises(EngineError, match=message):
        sweep_figure(found, **how)


def test_what_has_no_two_keys_is_refused():
    with pytest.raises(EngineError, match="two keys that were varied"):
        sweep_figure(run_sweep(SEVEN, "assess"))
    with pytest.raises(EngineError, match="not a frame that a sweep returned"):
        sweep_figure([1])
    long = run_sweep(co.grid(SEVEN, {B: range(61), "unit": ["a", "b"]}), "assess")
    with pytest.raises(EngineError, match="61 values; a picture has 60 at most"):
        sweep_figure(long)
    with pytest.raises(EngineError, match="no scenario has a price"):
        sweep_figure(run_sweep(co.grid(SEVEN, {B: [1, 2], D: [1, 2]}), "assess"), value="price")


def test_the_command_draws(tmp_path):
    path = tmp_path / "map.png"
    keys = ["--vary", f"{B}=-9,0", "--vary", f"{D}=-2,0", "--question", "assess"]
    said = CliRunner().invoke(main, ["sweep", SEVEN, *keys, "--plot", str(path)])
    assert said.exit_code == 0, said.output
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_could_not_be_answered_is_left_white():
    values = [*range(64), "much", 7.5]  # beyond the first values that are tried beforehand
    found = run_sweep(co.grid(SEVEN, {B: values, D: [0, 1]}), "assess")
    assert {row["problem"] is None for row in found.rows()} == {True, False}
    few = found.to_frame().query("scenario >= 120")
    for taken in (few, few.iloc[::-1]):
        figure = sweep_figure(taken, value="passed")
        told = figure.get_label()
        assert "much" not in told
        assert "7.5" in told
