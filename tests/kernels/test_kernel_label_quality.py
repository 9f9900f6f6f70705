import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import xlogy

from skclean._kernels import label_quality, scan_rows

seeds = st.integers(0, 2**32 - 1)
widths = st.sampled_from([2, 3, 9, 24, 127, 128, 129, 300])
dtypes = st.sampled_from([np.float32, np.float64])


def own_probability(codes, proba):
    return proba[np.arange(len(codes)), codes].astype(np.float64)


def reference_margin(codes, proba):
    others = proba.astype(np.float64)
    others[np.arange(len(codes)), codes] = -1
    return (own_probability(codes, proba) - others.max(axis=1) + 1) / 2


def reference_entropy(codes, proba):
    proba = proba.astype(np.float64)
    entropy = np.maximum(-xlogy(proba, proba).sum(axis=1) / np.log(proba.shape[1]), 0)
    own = own_probability(codes, proba)
    with np.errstate(divide="ignore", invalid="ignore"):
        x = entropy / own
        quality = np.where(x > 0, np.log1p(x) / x, 1.0)
    return np.where(own > 0, quality, 0.0)


REFERENCES = {
    "self_confidence": own_probability,
    "normalized_margin": reference_margin,
    "weighted_entropy": reference_entropy,
}


@pytest.mark.parametrize("method", REFERENCES)
@given(seeds, st.integers(1, 40), widths, dtypes, st.booleans(), st.booleans())
def test_scores_equal_reference(make_rows, method, seed, n_rows, n_classes, dtype, coarse, summarised):
    codes, proba = make_rows(seed, n_rows, n_classes, dtype, coarse)
    rows = scan_rows(codes, proba)[1] if summarised else None
    quality = label_quality(codes, proba, method, summary=rows)
    expected = np.where(codes >= 0, REFERENCES[method](codes, proba), 1.0)
    assert quality.dtype == np.float64
    rtol = 1e-10 if dtype is np.float64 else 1e-5
    np.testing.assert_allclose(quality, expected, rtol=rtol, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_entropy_over_the_whole_range_of_probabilities(dtype):
    small = np.logspace(-45 if dtype is np.float32 else -320, 0, 2000).astype(dtype)
    proba = np.column_stack([small, 1 - small])
    for codes in (np.zeros(2000, dtype=np.int32), np.ones(2000, dtype=np.int32)):
        quality = label_quality(codes, proba, "weighted_entropy")
        expected = reference_entropy(codes, proba)
        np.testing.assert_allclose(quality, expected, rtol=1e-6, atol=6e-3)
        usual = (proba > 2 * np.finfo(dtype).tiny).all(axis=1)
        rtol = 1e-9 if dtype is np.float64 else 1e-6
        np.testing.assert_allclose(quality[usual], expected[usual], rtol=rtol)


def test_entropy_at_its_ends():
    proba = np.array([[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]])
    quality = label_quality([0, 1, -1], proba, "weighted_entropy")
    np.testing.assert_array_equal(quality, [1, 0, 1])


def test_one_class():
    proba = np.ones((3, 1))
    assert label_quality([0, 0, -1], proba, "self_confidence").tolist() == [1, 1, 1]
    assert label_quality([0, 0, -1], proba, "normalized_margin").tolist() == [1, 1, 1]
    assert label_quality([0, 0, -1], proba, "weighted_entropy").tolist() == [1, 1, 1]


def test_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match="normalized_margin.*got 'margin'"):
        label_quality([0], np.ones((1, 1)), "margin")
