"""Batches of profiles against an evaluator that knows only the definition of a rule."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import RuleError
from solvers.rules.evaluation import evaluate_many
from solvers.rules.packed_rules import pack_rule
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

METHODS = ("kernel", "arrays", "auto")
LIMIT = 2**63


def decided(node, profile):
    """Decide one profile by the definition, in Python integers."""
    if isinstance(node, AllOf):
        return all([decided(part, profile) for part in node.parts])
    if isinstance(node, AnyOf):
        return any([decided(part, profile) for part in node.parts])
    total = 0
    for i, level in enumerate(profile):
        total += {0: node.no[i], 1: node.abstain[i], 2: node.yes[i], 3: 0}[level]
    return total >= node.threshold


def expected(rule, profiles):
    return [decided(rule.root, profile) for profile in np.asarray(profiles).tolist()]


@st.composite
def leaves(draw, n, size):
    member = st.lists(st.integers(-size, size), min_size=3, max_size=3).map(sorted)
    members = draw(st.lists(member, min_size=n, max_size=n))
    no, abstain, yes = zip(*members, strict=True) if n else ((), (), ())
    bound = n * size + 1
    return Quota(yes, abstain, no, draw(st.integers(-bound, bound)))


@st.composite
def rules(draw, max_players=24):
    n = draw(st.integers(1, max_players))
    size = draw(st.sampled_from([1, 3, 100, 10**6, 2**40, 2**62 // n]))
    leaf = leaves(n, size)
    some = draw(st.lists(leaf, min_size=1, max_size=10))  # a leaf may stand in several places
    node = st.recursive(
        st.sampled_from(some),
        lambda inner: st.builds(
            lambda make, parts: make(tuple(parts)),
            st.sampled_from([AllOf, AnyOf]),
            st.lists(inner, max_size=4),
        ),
        max_leaves=14,
    )
    return Rule(n, draw(node))


def random_profiles(n, rows, seed=0):
    return np.random.default_rng(seed).integers(0, 4, (rows, n)).astype(np.int8)


def unit(n, value=1):
    return (value,) * n


def council():
    zero = unit(15, 0)
    veto = Quota(zero, zero, (-1,) * 5 + (0,) * 10, 0, "no permanent member against")
    return Rule(15, AllOf((Quota(unit(15), zero, zero, 9, "nine in favour"), veto)))


@settings(max_examples=300, deadline=None)
@given(rule=rules(), rows=st.integers(0, 40), seed=st.integers(0, 2**32))
def test_against_the_definition(rule, rows, seed):
    profiles = random_profiles(rule.n_players, rows, seed)
    wanted = expected(rule, profiles)
    assert wanted == [rule.evaluate(row) for row in profiles.tolist()]
    for method in METHODS:
        found = evaluate_many(rule, profiles, method)
        assert found.dtype == np.bool_
        assert found.tolist() == wanted


@pytest.mark.parametrize("n", [1, 2, 5, 12, 15, 27, 31, 32, 33, 64, 193, 200])
@pytest.mark.parametrize("rows", [1, 31, 1023, 1024, 1025, 2500])
def test_every_block_and_every_length(n, rows):
    weights = tuple((7 * i) % 11 for i in range(n))
    double = tuple(-2 * w for w in weights)
    rule = Rule(
        n,
        AnyOf(
            (
                AllOf(
                    (
                        Quota(weights, unit(n, 0), double, 0, "two thirds of those voting"),
                        Quota(unit(n), unit(n), unit(n), 2 * n // 3, "quorum"),
                    )
                ),
                Quota(unit(n, 0), unit(n, -1), unit(n, -1), -n // 3, "few against"),
            )
        ),
    )
    profiles = random_profiles(n, rows, n + rows)
    wanted = expected(rule, profiles)
    assert evaluate_many(rule, profiles, "kernel").tolist() == wanted
    assert evaluate_many(rule, profiles, "arrays").tolist() == wanted


def test_security_council():
    profiles = [
        [2] * 9 + [0] * 6,  # nine for
        [2] * 8 + [1] * 7,  # eight for
        [1] * 5 + [2] * 9 + [0],  # the permanent members abstain
        [3] * 5 + [2] * 9 + [0],  # the permanent members stay away
        [0] + [2] * 14,  # one of them is against
    ]
    wanted = [True, False, True, True, False]
    for method in METHODS:
        assert evaluate_many(council(), profiles, method).tolist() == wanted
    assert council().evaluate_many(profiles).tolist() == wanted


def test_absent_members_count_nothing_and_are_no_vote_against():
    zero = unit(2, 0)
    all_negative = Rule(2, Quota((-3, -3), (-4, -4), (-5, -5), -3))
    present = Rule(2, Quota(unit(2), unit(2), unit(2), 2))
    veto = Rule(2, Quota(zero, zero, (-1, -1), 0))
    profiles = [[3, 3], [3, 2], [2, 2], [3, 0], [1, 3]]
    for method in METHODS:
        for rule in (all_negative, present, veto):
            assert evaluate_many(rule, profiles, method).tolist() == expected(rule, profiles)


@pytest.mark.parametrize("parts", [(), (AllOf(()),), (AnyOf(()),), (AllOf(()), AnyOf(()))])
@pytest.mark.parametrize("make", [AllOf, AnyOf])
def test_nodes_without_leaves(make, parts):
    rule = Rule(3, make(parts))
    for method in METHODS:
        assert evaluate_many(rule, [[2, 1, 0]], method).tolist() == [decided(rule.root, (2, 1, 0))]


def test_hundreds_of_nodes_and_words():
    n = 9
    rng = np.random.default_rng(5)

    def leaf():
        weights = tuple(int(w) for w in rng.integers(0, 2**20, n))
        return Quota(weights, unit(n, 0), unit(n, 0), int(rng.integers(0, sum(weights))))

    pairs = tuple(AllOf((leaf(), AnyOf((leaf(), leaf())))) for _ in range(90))
    profiles = random_profiles(n, 700)
    for root in (AnyOf(pairs), AllOf(tuple(AnyOf((p, pairs[0])) for p in pairs[:70]))):
        rule = Rule(n, root)
        packed = pack_rule(rule)
        assert packed is not None
        assert packed.term_end.size > 128 or isinstance(root, AllOf)
        for method in METHODS:
            assert evaluate_many(rule, profiles, method).tolist() == expected(rule, profiles)


def test_tables_shrink_for_many_words():
    n = 193
    rng = np.random.default_rng(6)
    many = []
    for k in range(60):  # about 24 * 2**50 is reached on average
        weights = tuple(int(w) for w in rng.integers(0, 2**50, n))
        many.append(Quota(weights, unit(n, 0), unit(n, 0), (20 + k // 6) * 2**50))
    rule = Rule(n, AllOf((*many[:20], AnyOf((AllOf(tuple(many[20:30])), *many[30:])))))
    packed = pack_rule(rule)
    assert packed is not None
    assert packed.span < 5
    profiles = random_profiles(n, 200)
    wanted = expected(rule, profiles)
    assert len(set(wanted)) == 2
    for method in METHODS:
        assert evaluate_many(rule, profiles, method).tolist() == wanted


@pytest.mark.parametrize(
    ("yes", "threshold"),
    [
        ((LIMIT - 1, 0), LIMIT - 1),  # the widest sum that a word holds
        ((LIMIT - 2, 1), LIMIT - 1),
        ((LIMIT - 1, 1), LIMIT),  # one more leaves 64 bits: row by row
        ((LIMIT - 1, LIMIT - 1), LIMIT + 5),
        ((10**30, 10**30 + 1), 2 * 10**30 + 1),
        ((1, 1), 10**30),
        ((1, 1), -(10**30)),
        ((2 * 10**30, 4 * 10**30), 6 * 10**30 - 1),  # huge, but with a common divisor
    ],
)
def test_weights_near_and_beyond_64_bits(yes, threshold):
    profiles = [[a, b] for a in range(4) for b in range(4)]
    for no in ((0, 0), tuple(-w for w in yes)):
        leaf = Quota(yes, (0, 0), no, threshold)
        below = Quota(yes, (0, 0), no, threshold - 1)
        for rule in (Rule(2, leaf), Rule(2, AllOf((below, AnyOf((leaf, below)))))):
            for method in METHODS:
                assert evaluate_many(rule, profiles, method).tolist() == expected(rule, profiles)


def test_what_fits_a_word_and_what_does_not():
    zero = (0, 0)
    assert pack_rule(Rule(2, Quota((LIMIT - 2, 1), zero, zero, 5))) is not None
    assert pack_rule(Rule(2, Quota((LIMIT - 1, 1), zero, zero, 5))) is None
    packed = pack_rule(Rule(2, AllOf(tuple(Quota((1, 2), zero, zero, t) for t in (1, 2, 3)))))
    assert packed is not None
    assert packed.start.size == 1


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i4"])
def test_every_integer_type(kind):
    profiles = random_profiles(15, 400, 3).astype(kind)
    wanted = expected(council(), profiles)
    for method in METHODS:
        assert evaluate_many(council(), profiles, method).tolist() == wanted


def test_layouts_and_the_input_is_left_alone():
    base = random_profiles(16, 3000, 4)
    rule = council()
    read_only = base[:, :15].copy()
    read_only.flags.writeable = False
    unaligned = np.frombuffer(b"\0" + base[:, :15].tobytes(), np.int8)[1:].reshape(3000, 15)
    views = {
        "columns": base[:, :15],
        "every other row": base[::2, :15],
        "upside down": base[::-1, 1:],
        "Fortran": np.asfortranarray(base[:, :15]),
        "columns backwards": base[:, 14::-1],
        "odd start": base[:, :15].copy()[1:],
        "read only": read_only,
        "unaligned": unaligned,
        "one row for all": np.broadcast_to(base[0, :15], (100, 15)),
    }
    before = base.copy()
    for name, view in views.items():
        for method in METHODS:
            assert evaluate_many(rule, view, method).tolist() == expected(rule, view), name
    assert (base == before).all()


@pytest.mark.parametrize("method", METHODS)
def test_no_rows_and_no_members(method):
    assert evaluate_many(council(), np.empty((0, 15), np.int8), method).shape == (0,)
    assert evaluate_many(Rule(0, AllOf(())), np.empty((2, 0), np.int8), method).all()
    assert not evaluate_many(Rule(0, AnyOf(())), np.empty((2, 0), np.int8), method).any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("row", [0, 1023, 1024, 9000, 9998])
@pytest.mark.parametrize(
    ("kind", "level"),
    [
        *(("i1", level) for level in (4, 7, 127, -1, -128)),
        *(("u1", level) for level in (4, 200, 255)),
        *(("i2", level) for level in (-1, 256, 258)),
        *(("i8", level) for level in (-1, 2**40, 2**62 + 2)),
        ("u8", 2**64 - 1),
    ],
)
def test_unknown_level(method, row, kind, level):
    profiles = random_profiles(15, 9999).astype(kind)
    profiles[row, 11] = level
    if row < 9000:
        profiles[9500, 2] = 5  # the first one is named
    with pytest.raises(RuleError) as caught:
        evaluate_many(council(), profiles, method)
    assert str(caught.value) == (
        f"row {row} of profiles, counted from 0, gives member 12 the level {level}; a level is "
        f"one of 0 (against), 1 (abstain), 2 (for), 3 (absent)"
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", range(1, 34))
def test_unknown_level_in_the_very_last_place(method, rows):
    profiles = random_profiles(15, rows)
    profiles[-1, -1] = 4
    with pytest.raises(RuleError, match=f"row {rows - 1} of profiles, .* member 15 the level 4;"):
        evaluate_many(council(), profiles, method)


def test_unknown_level_under_a_rule_too_wide_for_words():
    rule = Rule(1, Quota((2**70,), (0,), (-1,), 1))
    for profiles in (np.array([[2], [-2]], np.int8), np.array([[2], [-2]])):
        with pytest.raises(RuleError, match=r"row 1 of profiles, .* the level -2;"):
            evaluate_many(rule, profiles)


@pytest.mark.parametrize(
    ("profiles", "message"),
    [
        (np.zeros(15, np.int8), r"has shape \(15,\); a rule of 15 members needs \(m, 15\)"),
        (np.zeros((2, 14), np.int8), r"shape \(2, 14\)"),
        (np.zeros((15, 2), np.int8), r"shape \(15, 2\)"),
        (np.zeros((1, 1, 15), np.int8), r"shape \(1, 1, 15\)"),
        (np.zeros((2, 15), bool), r"True and False.*numpy\.where\(votes_for, 2, 0\)"),
        (np.zeros((2, 15)), "type float64; it must hold integers"),
        (np.zeros((2, 15), object), "type object"),
        ([["for"] * 15], "type <U3"),
    ],
)
def test_refused(profiles, message):
    for method in METHODS:
        with pytest.raises(RuleError, match=message):
            evaluate_many(council(), profiles, method)


def test_unknown_method():
    with pytest.raises(RuleError, match="no method named 'fast': take 'auto', 'kernel' or"):
        evaluate_many(council(), [[2] * 15], "fast")


def test_small_batches_do_not_load_numba():
    code = (
        "import sys, numpy as np\n"
        "from solvers.rules.evaluation import evaluate_many\n"
        "from solvers.rules.rule import Quota, Rule\n"
        "rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))\n"
        "assert evaluate_many(rule, np.full((5000, 3), 2, np.int8)).all()\n"
        "assert 'numba' not in sys.modules\n"
    )
    found = f"import sys; sys.path[:] = {sys.path!r}\n"
    subprocess.run([sys.executable, "-c", found + code], check=True, timeout=120)
