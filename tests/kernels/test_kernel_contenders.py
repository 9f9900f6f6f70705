"""Rows gathered with their rivals, against a plain histogram and mask from a table of all pairs."""

import numpy as np
import pytest
from material import rival_histogram, rival_mask

from skclean._kernels import find_contenders, scan_rows


def tables(n_classes, reach, seed=0):
    return np.random.default_rng(seed).uniform(reach / 3, reach, (2, n_classes, n_classes))


def of_cells(near, table):
    """Entries of a table by given and rival class."""
    return table[near.pair_codes, near.pair_rivals]


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("reach", [0.5, 1.0, 3.0, 30.0])
@pytest.mark.parametrize("n_classes", [2, 3, 40, 300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_the_table_of_all_pairs(make_rows, n_classes, reach, dtype, every):
    codes, proba = make_rows(0, 500, n_classes, dtype)
    codes[::7] = -1
    rows = scan_rows(codes, proba)[1]
    scale, lead = tables(n_classes, reach)
    near = find_contenders(codes, rows, reach, every=every)
    ratios = near.ratios(of_cells(near, scale))
    weight = np.random.default_rng(1).exponential(size=500) if every else None
    found = near.histogram(ratios, 16, None if weight is None else weight[near.listed])
    np.testing.assert_array_equal(found, rival_histogram(codes, rows, scale, 16, weight=weight))
    mask = np.zeros(500, dtype=bool)
    mask[near.listed[near.below(ratios, 0.7, of_cells(near, lead))]] = True
    np.testing.assert_array_equal(mask, rival_mask(codes, rows, scale, 0.7, lead))


@pytest.mark.parametrize("n_classes", [3, 300])
@pytest.mark.parametrize("weighted", [False, True])
def test_counts_of_cells_equal_those_of_all_pairs(make_rows, n_classes, weighted):
    codes, proba = make_rows(0, 500, n_classes)
    rows = scan_rows(codes, proba)[1]
    near = find_contenders(codes, rows, 1.5)
    places = np.arange(0, len(near.listed), 2)
    weight = np.random.default_rng(1).exponential(size=len(places)) if weighted else None
    pairs = rows.rivals_of(near.listed[places]).astype(np.intp) * n_classes + codes[near.listed[places]]
    expected = np.bincount(pairs, weight, n_classes**2)[near.pairs]
    np.testing.assert_array_equal(near.count(places, weight), expected)
    for outside in ([-1], [len(near.listed)]):
        with pytest.raises(ValueError, match="places must lie in"):
            near.count(np.array(outside))


def test_many_classes_have_cells_only_for_pairs_that_occur(make_rows):
    codes, proba = make_rows(0, 60, 1000)
    near = find_contenders(codes, scan_rows(codes, proba)[1], 2.0, n_jobs=2)
    assert len(near.pairs) == len(np.unique(near.pairs)) <= 60
    assert near.cells.max() <= len(near.pairs)
    assert near.n_others + len(near.listed) == np.count_nonzero(codes >= 0)


@pytest.mark.parametrize("reach", [0.0, np.inf, np.nan])
def test_refuses_a_reach_that_is_no_scale(make_rows, reach):
    codes, proba = make_rows(0, 20, 3)
    with pytest.raises(ValueError, match="reach must be positive"):
        find_contenders(codes, scan_rows(codes, proba)[1], reach)


def test_refuses_scales_of_another_shape(make_rows):
    codes, proba = make_rows(0, 20, 3)
    near = find_contenders(codes, scan_rows(codes, proba)[1], 1.0)
    with pytest.raises(ValueError, match="scales must have shape"):
        near.ratios(np.ones(4))
