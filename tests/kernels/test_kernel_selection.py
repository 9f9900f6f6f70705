from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skclean._kernels import class_sizes, kept_by_none, lowest_per_class, noise_counts_mask, scan_rows

seeds = st.integers(0, 2**32 - 1)
widths = st.sampled_from([1, 2, 3, 5, 12, 30, 64])
dtypes = st.sampled_from([np.float32, np.float64])


def reference_lowest(codes, quality, counts):
    mask = np.zeros(len(codes), dtype=bool)
    for k, count in enumerate(counts):
        members = np.flatnonzero(codes == k)
        mask[members[np.argsort(quality[members], kind="stable")[:count]]] = True
    return mask


def reference_noise_counts(codes, proba, counts):
    mask = np.zeros(len(codes), dtype=bool)
    proba = proba.astype(np.float64)
    for i, j in zip(*np.nonzero(counts), strict=True):
        members = np.flatnonzero(codes == i)
        margin = proba[members, j] - proba[members, i]
        if i != j:
            mask[members[np.argsort(-margin, kind="stable")[: counts[i, j]]]] = True
    return mask


@given(seeds, st.integers(1, 200), widths, st.sampled_from([3, 1000]))
def test_lowest_per_class_equals_reference(seed, n_rows, n_classes, levels):
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, n_classes, n_rows)
    quality = rng.integers(0, levels, n_rows) / levels
    counts = rng.integers(0, 1 + 2 * n_rows // n_classes, n_classes)
    expected = reference_lowest(codes, quality, counts)
    np.testing.assert_array_equal(lowest_per_class(codes, quality, counts), expected)


@pytest.mark.parametrize("shift", [1, -1, 1000])
@pytest.mark.parametrize("count", [10, 100_000, 150_000])
def test_lowest_per_class_takes_no_quadratic_time(shift, count):
    """Sorted values but for one, of which the first, the middle and the last say nothing; minutes, if it did."""
    quality = np.roll(np.arange(200_000.0), shift)
    start = process_time()
    mask = lowest_per_class(np.zeros(200_000, dtype=int), quality, np.array([count]))
    assert process_time() - start < 2
    np.testing.assert_array_equal(mask, quality < count)


@given(
    seeds, st.integers(1, 200), widths, dtypes, st.booleans(), st.booleans(),
    st.sampled_from([1, 3, 40, 1000]),
)  # fmt: skip
def test_noise_counts_mask_equals_reference(make_rows, seed, n_rows, n_classes, dtype, coarse, summarised, most):
    codes, proba = make_rows(seed, n_rows, n_classes, dtype, coarse)
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, most, (n_classes, n_classes), endpoint=True)
    counts *= rng.random(counts.shape) < 0.5
    rows = scan_rows(codes, proba)[1] if summarised else None
    expected = reference_noise_counts(codes, proba, counts)
    for n_jobs in (1, 2):
        mask = noise_counts_mask(codes, proba, counts, n_jobs=n_jobs, summary=rows)
        np.testing.assert_array_equal(mask, expected)


def test_noise_counts_mask_when_few_rows_can_enter(make_rows):
    codes, proba = make_rows(0, 5000, 40)
    confident = proba.argmax(axis=1)
    counts = np.zeros((40, 40), dtype=np.int64)
    np.add.at(counts, (codes[codes >= 0], confident[codes >= 0]), 1)
    expected = reference_noise_counts(codes, proba, counts)
    rows = scan_rows(codes, proba)[1]
    np.testing.assert_array_equal(noise_counts_mask(codes, proba, counts), expected)
    np.testing.assert_array_equal(noise_counts_mask(codes, proba, counts, summary=rows), expected)


@given(seeds, st.integers(1, 3), st.sampled_from([5, 10**6]), st.floats(0, 1), st.booleans())
def test_lowest_of_many_equals_reference(seed, n_classes, levels, share, misleading):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, n_classes, 6000)
    quality = rng.integers(0, levels, 6000) / levels
    if misleading:  # what a sample of every so many rows sees is not what the others hold
        quality[::16] /= 1000
    counts = (share * np.bincount(codes, minlength=n_classes)).astype(int)
    expected = reference_lowest(codes, quality, counts)
    np.testing.assert_array_equal(lowest_per_class(codes, quality, counts), expected)


@given(seeds, st.integers(1, 200), widths)
def test_class_sizes_equal_reference(seed, n_rows, n_classes):
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, n_classes, n_rows)
    mask = rng.random(n_rows) < 0.5
    for rows, counts in [
        (codes, class_sizes(codes, n_classes)),
        (codes[mask], class_sizes(codes, n_classes, mask=mask)),
    ]:
        assert counts.dtype == np.int64
        np.testing.assert_array_equal(counts, np.bincount(rows + 1, minlength=n_classes + 1)[1:])


@given(seeds, st.integers(1, 60), widths, st.floats(0, 1))
def test_classes_kept_by_none_equal_reference(seed, n_rows, n_classes, share):
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, n_classes, n_rows)
    mask = rng.random(n_rows) < share
    expected = np.setdiff1d(np.arange(n_classes), codes[~mask])
    np.testing.assert_array_equal(kept_by_none(codes, mask, n_classes), expected)


@pytest.mark.parametrize("mask", [np.ones(2, dtype=bool), np.ones(3)])
def test_bad_mask_is_refused(mask):
    with pytest.raises(ValueError, match="mask must be bool"):
        class_sizes([0, 1, 1], 2, mask=mask)
    with pytest.raises(ValueError, match="mask must be bool"):
        kept_by_none([0, 1, 1], mask, 2)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_rows_that_are_no_probabilities_are_refused(make_rows, value):
    codes, proba = make_rows(0, 60, 40)
    proba[::2] = value
    codes[:] = np.maximum(codes, 0)
    counts = np.ones((40, 40), dtype=int)
    unchecked = scan_rows(codes, proba, atol=None)[1]
    for rows in (None, unchecked):
        with pytest.raises(ValueError, match="proba must hold finite numbers of at least 0, but row 0 is"):
            noise_counts_mask(codes, proba, counts, summary=rows)


def test_nothing_asked_nothing_flagged():
    proba = np.full((4, 3), 1 / 3)
    assert not noise_counts_mask([0, 1, 2, -1], proba, np.zeros((3, 3), dtype=int)).any()
    assert not noise_counts_mask([0, 1, 2, -1], proba, 5 * np.eye(3, dtype=int)).any()
    assert not lowest_per_class([0, 1, 2, -1], np.zeros(4), [0, 0, 0]).any()


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1, 2, 3]], "counts must have shape"),
        ([[0, 1.5], [0, 0]], "counts must be integers"),
        ([[0, -1], [0, 0]], "counts must not be negative"),
    ],
)
def test_bad_counts_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        noise_counts_mask([0, 1, 1], np.full((3, 2), 0.5), counts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": [-1, 0]}, "counts must not be negative"),
        ({"counts": [[1, 1]]}, "counts must have shape"),
        ({"quality": [0.5, np.nan, 1]}, "quality holds NaN"),
        ({"quality": [0.5]}, "quality must have shape"),
        ({"codes": [0, 1, 2]}, "codes must lie in"),
        ({"codes": [], "quality": []}, "codes"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = {"codes": [0, 1, -1], "quality": [0.1, 0.2, 0.3], "counts": [1, 1]}
    with pytest.raises(ValueError, match=message):
        lowest_per_class(**(arguments | change))
