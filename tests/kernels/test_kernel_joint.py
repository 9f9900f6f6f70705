import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skclean._kernels import confident_classes, confident_joint, scan_rows, self_confidence_sums

pytestmark = pytest.mark.usefixtures("registers")

seeds = st.integers(0, 2**32 - 1)
widths = st.sampled_from([1, 2, 3, 8, 15, 16, 17, 31, 32, 33, 100, 300])
dtypes = st.sampled_from([np.float32, np.float64])


def reference_confident(proba, thresholds):
    masked = np.where(proba.astype(np.float64) >= thresholds, proba, -1)
    return np.where(masked.max(axis=1) >= 0, masked.argmax(axis=1), -1)


def reference_joint(codes, confident, weight, n_classes):
    joint = np.zeros((n_classes, n_classes))
    keep = (codes >= 0) & (confident >= 0)
    np.add.at(joint, (codes[keep], confident[keep]), weight[keep])
    return joint


@given(seeds, st.integers(1, 80), widths, dtypes, st.booleans(), st.booleans())
def test_confident_joint_equals_reference(make_rows, seed, n_rows, n_classes, dtype, coarse, summarised):
    codes, proba = make_rows(seed, n_rows, n_classes, dtype, coarse)
    rng = np.random.default_rng(seed)
    weight = rng.random(n_rows)
    # Thresholds that rows meet exactly, miss by rounding, and can never meet.
    thresholds = proba[rng.integers(0, n_rows, n_classes), np.arange(n_classes)].astype(float)
    thresholds += rng.choice([0, 0, 1e-12, -1e-12, np.inf], n_classes)
    rows = scan_rows(codes, proba)[1] if summarised else None
    confident = confident_classes(codes, proba, thresholds, summary=rows)
    joint = confident_joint(codes, proba, thresholds, weight=weight, summary=rows)
    expected = reference_confident(proba, thresholds)
    np.testing.assert_array_equal(confident, expected)
    np.testing.assert_array_equal(joint, reference_joint(codes, expected, weight, n_classes))
    counted = confident_joint(codes, proba, thresholds, summary=rows)
    np.testing.assert_array_equal(counted, reference_joint(codes, expected, np.ones(n_rows), n_classes))


@given(seeds, st.integers(1, 80), widths, dtypes, st.booleans())
def test_self_confidence_sums_equal_reference(make_rows, seed, n_rows, n_classes, dtype, summarised):
    codes, proba = make_rows(seed, n_rows, n_classes, dtype)
    weight = np.random.default_rng(seed).random(n_rows)
    rows = scan_rows(codes, proba)[1] if summarised else None
    has_code = codes >= 0
    own = proba[np.arange(n_rows), codes].astype(np.float64)
    for w in (None, weight):
        used = np.ones(n_rows) if w is None else w
        sums, totals = self_confidence_sums(codes, proba, weight=w, summary=rows)
        expected = np.zeros((2, n_classes))
        np.add.at(expected[0], codes[has_code], (used * own)[has_code])
        np.add.at(expected[1], codes[has_code], used[has_code])
        np.testing.assert_array_equal(totals, expected[1])
        np.testing.assert_allclose(sums, expected[0], rtol=1e-13)


def test_a_class_below_its_threshold_does_not_hide_one_above():
    proba = np.array([[0.5, 0.3, 0.2]])
    thresholds = [0.6, 0.25, 0.1]
    assert confident_joint([0], proba, thresholds)[0].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"thresholds": [0.5]}, "thresholds must have shape"),
        ({"thresholds": [0.5, np.nan]}, r"thresholds\[1\] is NaN"),
        ({"weight": [1.0, 2.0]}, "weight must have shape"),
        ({"weight": [1.0, np.nan, 1.0]}, "weight holds NaN"),
        ({"codes": [0, 1, 5]}, "codes must lie in"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = {"codes": [0, 1, -1], "proba": np.full((3, 2), 0.5), "thresholds": [0.5, 0.5]}
    with pytest.raises(ValueError, match=message):
        confident_joint(**(arguments | change))
