import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skclean._kernels import scan_rows

pytestmark = pytest.mark.usefixtures("registers")

seeds = st.integers(0, 2**32 - 1)
widths = st.sampled_from([1, 2, 3, 8, 15, 16, 17, 23, 24, 25, 31, 32, 40, 101, 128, 129, 300])
dtypes = st.sampled_from([np.float32, np.float64])


def reference_problem(row, atol):
    row = row.astype(np.float64)
    if np.isnan(row).any():
        return "nan"
    if np.isinf(row).any():
        return "infinite"
    if (row < 0).any():
        return "negative"
    return None if abs(row.sum() - 1) <= atol else "sum"


def reference_bad_row(proba, atol):
    problems = (reference_problem(row, atol) for row in proba)
    return next(((i, problem) for i, problem in enumerate(problems) if problem), None)


def reference_rival(codes, proba):
    others = proba.astype(np.float64)
    others[codes >= 0, codes[codes >= 0]] = -1
    return others.max(axis=1), others.argmax(axis=1)


@given(seeds, st.integers(1, 60), widths, dtypes, st.booleans())
def test_summaries_equal_reference(make_rows, seed, n_rows, n_classes, dtype, coarse):
    codes, proba = make_rows(seed, n_rows, n_classes, dtype, coarse)
    bad, rows = scan_rows(codes, proba)
    assert bad is None
    own = np.where(codes >= 0, proba[np.arange(n_rows), codes], 0)
    np.testing.assert_array_equal(rows.given, own)
    np.testing.assert_array_equal(rows.predicted, proba.argmax(axis=1))
    np.testing.assert_array_equal(scan_rows(None, proba, atol=None)[1].predicted, proba.argmax(axis=1))
    if n_classes > 1:
        rival, rival_code = reference_rival(codes, proba)
        np.testing.assert_array_equal(rows.rival, rival)
        unnamed = rows.near_rival == -1
        assert (own[unnamed] > 2 * rival[unnamed]).all()
        np.testing.assert_array_equal(rows.near_rival[~unnamed], rival_code[~unnamed])
        for some in (slice(0), slice(None), ~unnamed):
            np.testing.assert_array_equal(rows.rivals_of(some), rival_code[some])
        np.testing.assert_array_equal(rows.rival_code, rival_code)


@given(seeds, widths.filter(lambda width: width > 1), dtypes, st.data())
def test_planted_problems_are_found(make_rows, seed, n_classes, dtype, data):
    _, proba = make_rows(seed, 30, n_classes, dtype)
    values = [np.nan, np.inf, -np.inf, -1e-30, -0.25, -0.0, 1.5]
    for _ in range(data.draw(st.integers(0, 4))):
        i = data.draw(st.integers(0, 29))
        proba[i, data.draw(st.integers(0, n_classes - 1))] = data.draw(st.sampled_from(values))
    atol = data.draw(st.sampled_from([1e-3, 0.05]))
    assert scan_rows(None, proba, atol=atol)[0] == reference_bad_row(proba, atol)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 10, 1000])
def test_sum_is_judged_at_atol_whatever_the_rounding(dtype, n_classes):
    proba = np.full((3, n_classes), 1 / n_classes, dtype=dtype)
    proba[1, 0] += 9.9e-4
    proba[2, 0] += 1.01e-3
    assert scan_rows(None, proba)[0] == (2, "sum")
    assert scan_rows(None, proba, atol=2e-3)[0] is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("value", "problem"), [(np.nan, "nan"), (-np.nan, "nan"), (np.inf, "infinite"), (-9, "negative")]
)
def test_a_tolerance_beyond_the_whole_sum_forgives_sums_only(dtype, value, problem):
    proba = np.full((4, 3), 0.5, dtype=dtype)
    proba[1:3, 1] = 0, value
    assert scan_rows(None, proba, atol=5.0)[0] == (2, problem)
    assert scan_rows(None, proba[:2], atol=5.0)[0] is None


def test_lowest_row_wins_whichever_thread_sees_it_first():
    proba = np.full((600_000, 4), 0.25)
    proba[500_000, 2] = np.nan
    proba[400_000, 2] = 0.75
    assert scan_rows(None, proba, n_jobs=1)[0] == (400_000, "sum")
    assert scan_rows(None, proba, n_jobs=2)[0] == (400_000, "sum")


@given(seeds, widths, dtypes)
def test_argmax_of_scores_that_are_not_probabilities(seed, n_classes, dtype):
    scores = np.random.default_rng(seed).integers(-9, 5, (20, n_classes)).astype(dtype)
    np.testing.assert_array_equal(scan_rows(None, scores, atol=None)[1].predicted, scores.argmax(axis=1))


@pytest.mark.parametrize(
    ("proba", "message"),
    [
        (np.empty((0, 3)), "proba is empty"),
        (np.empty((3, 0)), "proba is empty"),
        (np.ones(3), "proba must be a matrix"),
        (np.ones((3, 1), dtype=int), "proba must be float32 or float64"),
        (np.ones((3, 1), dtype=np.float16), "proba must be float32 or float64"),
        (np.ones((3, 1), dtype=">f8"), "proba must be float32 or float64"),
    ],
)
def test_bad_matrices_are_refused(proba, message):
    with pytest.raises(ValueError, match=message):
        scan_rows(None, proba)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([0, 1], "codes must have shape"),
        ([0, 1, 2], r"codes must lie in -1\.\.1, got 0\.\.2"),
        ([0, -2, 0], "codes must lie in"),
        (np.array([0, 1, 2**32]), "codes must lie in"),
        ([0.0, 1.0, 1.0], "codes must be integers"),
    ],
)
def test_bad_codes_are_refused(codes, message):
    with pytest.raises(ValueError, match=message):
        scan_rows(codes, np.full((3, 2), 0.5))


@pytest.mark.parametrize("atol", [-1.0, np.nan, np.inf])
def test_bad_tolerance_is_refused(atol):
    with pytest.raises(ValueError, match="atol"):
        scan_rows(None, np.full((3, 2), 0.5), atol=atol)
