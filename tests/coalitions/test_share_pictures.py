"""Pictures of shares: hulls of any dimension, labels in their places, equal files."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import combinations, product
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.errors import InputError
from coalitions.pictures.picture_sheet import Sheet, clean
from coalitions.pictures.share_geometry import CORNERS, Frame, Shape
from coalitions.pictures.share_pictures import (
    figure_bytes,
    shares_figure,
    simplex_figure,
    write_figure,
)
from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.stability.core_vertices import core_vertices

ABC, ABCD = ["Austria", "Belgium", "Croatia"], ["Austria", "Belgium", "Croatia", "Denmark"]


def by_size(n, worths):
    return [worths[bin(mask).count("1")] for mask in range(1 << n)]


# Core by hand: what it is, of a game given by its table.
CORES = {
    "solid 3": (ABC, [0, 10, 0, 50, 20, 60, 70, 120], "a polygon with 5 corners"),
    "segment 3": (ABC, [0, 0, 0, 12, 0, 0, 0, 12], "a segment"),
    "point 3": (ABC, by_size(3, [0, 0, Fraction(2, 3), 1]), "a point"),
    "empty 3": (ABC, by_size(3, [0, 0, 1, 1]), "empty"),
    "solid 4": (ABCD, by_size(4, [0, 1, 4, 9, 16]), "a solid with 24 corners and 14 faces"),
    "simplex 4": (ABCD, by_size(4, [0, 0, 0, 0, 1]), "a solid with 4 corners and 4 faces"),
    "flat 4": (
        ABCD,
        [0, 1, 1, 6, 1, 3, 3, 8, 0, 2, 2, 6, 6, 7, 7, 12],
        "a flat polygon with 6 corners",
    ),
    "segment 4": (ABCD, [0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 2], "a segment"),
    "point 4": (ABCD, by_size(4, [0, 0, Fraction(1, 2), Fraction(3, 4), 1]), "a point"),
    "empty 4": (ABCD, by_size(4, [0, 0, 0, 1, 1]), "empty"),
}


def picture(name, points=None):
    players, table, _ = CORES[name]
    n, total = len(players), table[-1]
    points = points or {"equal division": [Fraction(total, n)] * n}
    alone = [table[1 << i] for i in range(n)]
    corners = core_vertices(TUGame(table)).points
    return simplex_figure(players, corners, points, total, alone, "A title", "euro")


def texts(figure):
    """Every text of a picture, as one who reads the SVG finds it."""
    root = ElementTree.fromstring(figure_bytes(figure, "svg"))
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def written(figure):
    """The texts of a picture, with the boxes that they fill."""
    from matplotlib.text import Text

    renderer = figure.canvas.get_renderer()
    found = [t for axes in figure.axes for t in axes.texts if isinstance(t, Text)]
    return [(t.get_text(), t.get_window_extent(renderer)) for t in found if t.get_text()]


def overlaps(figure):
    return [
        (a, b)
        for (a, one), (b, two) in combinations(written(figure), 2)
        if one.x0 < two.x1 and two.x0 < one.x1 and one.y0 < two.y1 and two.y0 < one.y1
    ]


@pytest.mark.parametrize("name", CORES)
def test_the_core_is_drawn_and_named_as_what_it_is(name):
    figure = picture(name)
    words = f"The core is {CORES[name][2]}."
    assert words in figure.get_label()
    found = texts(figure)
    assert words in found
    assert {"equal division", "worth alone", "in euro", *CORES[name][0]} <= set(found)
    assert overlaps(figure) == []


@pytest.mark.parametrize("name", ["solid 3", "point 3", "empty 3", "solid 4", "flat 4", "empty 4"])
def test_files_are_equal_byte_for_byte(name):
    for kind in ("svg", "png"):
        first, figure = figure_bytes(picture(name), kind), picture(name)
        assert first == figure_bytes(figure, kind) == figure_bytes(figure, kind)


def test_an_svg_tells_what_it_shows():
    content = figure_bytes(simplex_figure("<&>", [], {'"': (1, 1, 2)}, 4, title="a <b>"), "svg")
    root = ElementTree.fromstring(content)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a <b>. The core is empty. ": < 1, & 1, > 2.'
    assert root.find("{http://www.w3.org/2000/svg}title").text == "a <b>"
    assert b"<dc:date>" not in content


def test_the_style_of_the_user_is_neither_heeded_nor_changed():
    import matplotlib

    plain = figure_bytes(picture("solid 3"), "svg")
    with matplotlib.rc_context({"font.size": 30, "text.color": "red", "svg.fonttype": "path"}):
        assert figure_bytes(picture("solid 3"), "svg") == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_names_are_drawn_as_they_are_written():
    figure = simplex_figure(["US$", "$a_b$", "a\nb"], [], {"_x": (1, 1, 1)}, 3)
    assert {"US$", "$a_b$", "a b", "_x"} <= set(texts(figure))
    assert clean("x" * 50) == "x" * 39 + "…"


def test_a_number_on_the_rim_gives_way_to_the_name_of_a_player():
    long = ["Bosnia and Herzegovina", "United Kingdom", "Trinidad and Tobago"]
    shares = {"Shapley": (Fraction(115, 2), Fraction(103, 2), 60), "CIS": (58, 57, 54)}
    assert overlaps(simplex_figure(long, [], shares, 169)) == []


@settings(max_examples=12)
@given(st.data())
def test_labels_of_points_do_not_cover_each_other(data):
    shares = st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any)
    drawn = data.draw(st.lists(shares, min_size=1, max_size=5))
    points = {f"solution {k}": [Fraction(12 * s, sum(x)) for s in x] for k, x in enumerate(drawn)}
    assert overlaps(simplex_figure(ABC, [], points, 12, (0, 0, 0))) == []


@pytest.mark.parametrize("n", [3, 4])
def test_corners_stand_at_distance_one(n):
    for a, b in combinations(CORNERS[n], 2):
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) == pytest.approx(1)


@given(st.integers(3, 4), st.data())
def test_a_place_gives_back_the_shares(n, data):
    numbers = st.fractions(-5, 5, max_denominator=20)
    low = tuple(data.draw(st.lists(numbers, min_size=n, max_size=n)))
    extra = [abs(x) for x in data.draw(st.lists(numbers, min_size=n, max_size=n).filter(any))]
    x = [a + b for a, b in zip(low, extra, strict=True)]
    frame = Frame.around(n, [], sum(x), low)
    assert frame.low == low
    assert frame.span == sum(extra)
    # The weight of a corner is one less the distance from it towards the face opposite.
    place = frame.place(x)
    for k in range(n):
        rest = [c for i, c in enumerate(CORNERS[n]) if i != k]
        middle = [sum(axis) / len(rest) for axis in zip(*rest, strict=True)]
        height = [c - m for c, m in zip(CORNERS[n][k], middle, strict=True)]
        part = sum(h * (p - m) for h, p, m in zip(height, place, middle, strict=True))
        part /= sum(h * h for h in height)
        assert part == pytest.approx(float(extra[k] / sum(extra)), abs=1e-9)


@given(st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), max_size=5), st.booleans())
def test_a_frame_holds_what_is_seen(drawn, alone):
    seen = [(*x[:2], Fraction(7) - x[0] - x[1]) for x in drawn]
    seen = [tuple(map(Fraction, x)) for x in seen]
    low = (Fraction(3), Fraction(3), Fraction(3)) if alone else None  # no imputations
    frame = Frame.around(3, seen, Fraction(7), low)
    assert frame.span > 0
    assert sum(frame.low) + frame.span == 7
    assert all(s > least for x in seen for s, least in zip(x, frame.low, strict=True))
    assert ("There are no imputations." in frame.words) == alone


def rank(points):
    """Dimension of the affine hull, by elimination in fractions."""
    rows = [[Fraction(a - b) for a, b in zip(p, points[0], strict=True)] for p in points[1:]]
    found = 0
    for column in range(len(points[0])):
        pivot = next((k for k in range(found, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for k in range(found + 1, len(rows)):
            factor = rows[k][column] / rows[found][column]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[found], strict=True)]
        found += 1
    return found


def is_corner(point, points):
    """Whether a point is a corner: no convex combination of the others (a linear programme)."""
    from scipy.optimize import linprog

    others = [p for p in points if p != point]
    if not others:
        return True
    rows = [list(axis) for axis in zip(*others, strict=True)] + [[1] * len(others)]
    return linprog([0] * len(others), A_eq=rows, b_eq=[*point, 1]).status == 2


@settings(max_examples=40)
@given(st.integers(2, 3), st.data())
def test_a_hull_has_the_right_dimension_and_corners(d, data):
    grid = st.tuples(*[st.integers(0, 3)] * d)
    points = data.draw(st.lists(grid, min_size=1, max_size=9, unique=True))
    if data.draw(st.booleans()):  # a flat one
        points = sorted({(*p[:-1], p[0]) for p in points})
    shape = Shape.of([[x / 3 for x in p] for p in points])
    assert shape.dimension == rank(points)
    assert [points[k] for k in shape.corners] == [p for p in points if is_corner(p, points)]
    if shape.dimension == 3:  # Euler: corners - edges + faces = 2, and each edge has two sides
        edges = shape.edges()
        assert len(shape.corners) - len(edges) + len(shape.faces) == 2
        assert sum(map(len, shape.faces)) == 2 * len(edges)
        for face, outward in zip(shape.faces, shape.outward, strict=True):
            heights = [(shape.points[k] - shape.points[face[0]]) @ outward for k in shape.corners]
            assert max(heights) == pytest.approx(0, abs=1e-9)


def test_the_faces_of_a_cube_are_squares_and_three_are_in_sight():
    shape = Shape.of([*product((0.0, 1.0), repeat=3), (0.5, 0.5, 0.0), (0.0, 0.0, 1e-9)])
    assert sorted(map(len, shape.faces)) == [4] * 6
    edges = shape.edges((1, 1, 1))
    assert len(edges) == 12
    assert sum(front for _, _, front in edges) == 9


def test_numbers_that_differ_by_rounding_count_as_one():
    noisy = [(0.1 + 0.2, 0.3, 0.4), (0.3, 0.1 + 0.2, 0.4)]
    figure = simplex_figure(ABC, noisy, {"x": (0.3, 0.3, 0.4)}, 1, (0, 0, 0))
    assert "The core is a point." in figure.get_label()


@pytest.mark.parametrize("n", [5, 15, 27])
def test_a_chart_has_a_row_for_each_player(n):
    names = [f"Member {i}" for i in range(n)]
    shares = {"Shapley": [Fraction(i, 3) for i in range(n)], "nucleolus": list(range(n))}
    figure = shares_figure(
        names, shares, [0] * n, [i + 1 for i in range(n)], [0] * n, "Many", "US$"
    )
    assert {*names, *shares, "worth alone", "share in US$", "Many"} <= set(texts(figure))
    assert overlaps(figure) == []
    assert figure_bytes(figure, "svg") == figure_bytes(figure, "svg")


def markers(figure, colour):
    """Where the chart has the markers of a colour."""
    (line,) = [
        line
        for line in figure.axes[1].lines
        if line.get_color() == colour and line.get_linestyle() == "None"
    ]
    return line.get_xydata().tolist()


def test_markers_stand_at_the_shares_and_equal_ones_apart():
    shares = {"Shapley": [1, 2, Fraction(7, 2)], "nucleolus": [1, 2.5, 3]}
    figure = shares_figure(ABC, shares)
    first, second = markers(figure, "#d55e00"), markers(figure, "#009e73")
    assert [x for x, _ in first] == [1, 2, 3.5]
    assert [x for x, _ in second] == [1, 2.5, 3]
    assert [round(y) for _, y in first] == [round(y) for _, y in second] == [0, 1, 2]
    assert first[0] != second[0]
    assert figure.axes[1].get_ylim()[0] > figure.axes[1].get_ylim()[1]  # the first at the top


def test_a_minimal_right_above_utopia_is_said():
    clash = "minimal right above utopia payoff: the core is empty"
    assert clash in texts(shares_figure("AB", {}, [2, 0], [1, 1]))
    assert clash not in texts(shares_figure("AB", {}, [1, 0], [1, 1]))


def test_files_are_written_whole(tmp_path):
    figure = picture("point 3")
    for kind in ("svg", "png"):
        path = tmp_path / f"shares.{kind}"
        path.write_bytes(b"old")
        path.chmod(0o640)
        write_figure(figure, path)
        assert path.read_bytes() == figure_bytes(figure, kind)
        assert path.stat().st_mode & 0o777 == 0o640
    (tmp_path / "folder.svg").mkdir()
    for bad in ("shares.gif", "missing/shares.svg", "folder.svg"):
        with pytest.raises(InputError, match=bad):
            write_figure(figure, tmp_path / bad)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.svg", "shares.png", "shares.svg"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: simplex_figure("AB", [], {}, 1), GameError, "drawn for 3 or 4"),
        (lambda: simplex_figure("ABC", [], {"x": (1, 1)}, 2), GameError, "x has 2 numbers for 3"),
        (lambda: simplex_figure("ABC", [], {"x": (1, 1, 1)}, 2), GameError, "x shares out 3, but"),
        (lambda: simplex_figure("ABC", [(1, 1, 1)], {}, 2), GameError, "a corner of the core"),
        (lambda: simplex_figure("ABC", [], {}, float("nan")), GameError, "v_grand"),
        (lambda: simplex_figure("ABC", [], {"x": (1, None, 1)}, 2), GameError, "x holds null"),
        (lambda: simplex_figure("ABC", [], {}, 10**400), GameError, "larger unit"),
        (lambda: shares_figure([], {}), GameError, "at least one player"),
        (lambda: shares_figure("AB", {}, [0, 0]), GameError, "both or neither"),
        (lambda: shares_figure("AB", {}, [0], [1]), GameError, "minimal_rights has 1 numbers"),
        (lambda: shares_figure("AB", {str(k): (0, 0) for k in range(13)}), LimitError, "up to 12"),
        (lambda: shares_figure(range(401), {}), LimitError, "up to 400"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nothing_heavy_is_loaded_before_a_picture_is_asked_for():
    code = (
        "import sys, coalitions.pictures.share_pictures as s\n"
        "assert not {'matplotlib', 'numpy'} & set(sys.modules)\n"
        "s.simplex_figure('ABC', [], {}, 1)\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_label_without_room_is_written_all_the_same():
    sheet = Sheet(1, 1)
    sheet.keep_clear(0.5, 0.5, 5)
    box = sheet.label(0.5, 0.5, "label", (0, 0, 1, 1))
    assert box[0] < box[2]
    assert not sheet.write_if_free(0.5, 0.5, "more")
